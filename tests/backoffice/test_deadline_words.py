"""The words of a deadline beside their date: suggested without a script, seen again by the publisher."""

from __future__ import annotations

import re

from core.models import Event
from pledges import pledging
from pledges.models import DeadlineRevision, Pledge
from pledges.recomputing import recompute_deadlines
from tests.backoffice.desk import Desk, adding, listing, on_paper, page, text, verb_page
from tests.base import Cast, a_day_off, a_draft_pledge, a_pledge, day, revised


def fields(cast: Cast, **more: str) -> dict[str, str]:
    return {
        "title": "HP", "quote": "Kita beri.", "office": str(cast.bupati.pk), "made_on_from": "2022-08-24",
        "made_on_to": "2022-08-24", "basis": "minutes", "strength": "firm", "deadline_text": "bulan depan",
        "responsible_unit": str(cast.diskominfo.pk), "rows": "1", "lines-0-unit": str(cast.kemang.pk),
        "lines-0-device": f"f{cast.hp.family_id}", "lines-0-quantity": "1", **more,
    }  # fmt: skip


def test_the_date_is_suggested_and_nothing_typed_is_lost_or_stored(cast: Cast, desk: Desk) -> None:
    assert "Baca tenggat dari ucapan" in text(desk.get(cast.verifier, adding(Pledge)))
    answer = desk.post(cast.verifier, adding(Pledge), fields(cast, suggest="1", title=""))
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="2022-09-30"' in shown and "Hari terakhir minggu, bulan, atau tahun itu." in shown
    assert "Kita beri." in shown and 'class="g-error"' not in shown
    assert not Pledge.objects.exists()
    assert not Event.objects.exists()


def test_a_gate_and_a_condition_are_said_and_a_typed_date_stays(cast: Cast, desk: Desk) -> None:
    gate = desk.post(cast.verifier, adding(Pledge), fields(cast, suggest="1", deadline_text="APBD 2023"))
    assert "paling lambat 30 November 2022" in text(gate)
    wanted = fields(cast, suggest="1", deadline_text="kalau ada anggaran", original_due_on="2022-10-01")
    condition = desk.post(cast.verifier, adding(Pledge), wanted)
    assert "Syaratnya: “kalau ada anggaran”." in text(condition)
    assert 'value="2022-10-01"' in condition.content.decode()


def test_without_the_day_it_was_said_the_form_says_so(cast: Cast, desk: Desk) -> None:
    for day_said in ("", "kemarin"):
        answer = desk.post(cast.verifier, adding(Pledge), fields(cast, suggest="1", made_on_to=day_said))
        assert answer.status_code == 200
        assert answer.content.decode().count('class="g-error"') == 1


def test_the_suggestion_works_on_a_draft_too_and_is_confirmed_by_saving(cast: Cast, desk: Desk) -> None:
    draft = a_draft_pledge(cast)
    answer = desk.post(cast.verifier, verb_page(draft, "change"), fields(cast, suggest="1"))
    assert 'value="2022-09-30"' in answer.content.decode()
    saved = desk.post(cast.verifier, verb_page(draft, "change"), fields(cast, original_due_on="2022-09-30"))
    assert saved.status_code == 302
    assert Pledge.objects.get().deadline_rule == "period_end"


def test_the_publisher_sees_words_and_date_side_by_side(cast: Cast, desk: Desk) -> None:
    said = {"made_on_from": day("2022-08-24"), "made_on_to": day("2022-08-24"), "deadline_text": "bulan depan"}
    agreed = a_draft_pledge(cast, **said, original_due_on=day("2022-09-30"))
    other = a_draft_pledge(cast, **said, original_due_on=day("2022-12-31"))
    for draft, entered, differs in ((agreed, "30 September 2022", False), (other, "31 Desember 2022", True)):
        pledging.submit(draft, actor=cast.verifier)
        shown = text(desk.get(cast.publisher, verb_page(draft, "publish")))
        assert "“bulan depan”" in shown and f"Tenggat awal {entered}" in shown
        assert "Saran dari ucapan 30 September 2022." in shown
        assert ("berbeda dari saran" in shown) is differs


def test_a_provisional_date_and_its_recomputation_are_told_on_the_page(cast: Cast, desk: Desk) -> None:
    friday = day("2026-02-27")
    pledge = a_pledge(
        cast, made_on_from=friday, made_on_to=friday, deadline_text="5 hari kerja", original_due_on=day("2026-03-06")
    )
    assert "Tanggal sementara" in text(desk.get(cast.outsider, page(pledge)))
    new = {"date": "2026-03-05", "name": "Libur", "kind": "local", "decree": "SK Bupati 9/2026"}
    proposed = desk.post(cast.verifier, "/admin/org/calendarday/add/", new)["Location"]
    assert recompute_deadlines() == 0
    confirming = f"{proposed.removesuffix('change/')}do/confirm/"
    beforehand = text(desk.get(cast.clerk, confirming))
    assert "5 Maret 2026 · Libur · Libur daerah baru" in beforehand
    assert f"{pledge} 6 Maret 2026 → 9 Maret 2026" in beforehand
    assert desk.post(cast.verifier, confirming, {}).status_code == 403
    assert desk.post(cast.clerk, confirming, {}).status_code == 302
    assert recompute_deadlines() == 1
    shown = text(desk.get(cast.outsider, page(pledge)))
    assert "Tenggat dihitung ulang menurut kalender" in shown and "6 Maret 2026 → 9 Maret 2026" in shown
    assert f"SK Bupati 9/2026 · diusulkan {cast.verifier} · dikonfirmasi {cast.clerk}" in shown
    correction = text(desk.get(cast.outsider, page(pledge.deadline_revisions.get())))
    assert "sistem" in correction and f"Kalender dikonfirmasi oleh {cast.clerk}" in correction


def test_a_date_that_a_changed_calendar_moved_is_not_called_a_mended_record(cast: Cast, desk: Desk) -> None:
    friday = day("2026-02-27")
    said = {"made_on_from": friday, "made_on_to": friday, "deadline_text": "5 hari kerja"}
    pledge, other = (a_pledge(cast, **said, original_due_on=day("2026-03-06")) for _ in range(2))
    revised(cast, other, kind="correction", to=day("2026-03-05"))
    a_day_off(cast, "2026-03-05", decree="SK Bupati 9/2026")
    assert recompute_deadlines() == 1
    by_decree = "Kalender berubah: Keputusan SK Bupati 9/2026"
    shown = text(desk.get(cast.outsider, page(pledge)))
    assert f"{by_decree}: 9 Mar 2026" in shown and "Dihitung ulang menjadi 9 Maret 2026" in shown
    assert "Pembetulan catatan" not in shown and "Dibetulkan" not in shown
    assert f"Jenis {by_decree}" in text(desk.get(cast.outsider, page(pledge.deadline_revisions.get())))
    assert "Pembetulan catatan: 5 Mar 2026" in text(desk.get(cast.outsider, page(other)))
    listed = text(desk.get(cast.outsider, listing(DeadlineRevision)))
    assert listed.count("Kalender berubah") == 1


def test_a_met_condition_is_recorded_by_a_button(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, strength="conditional", deadline_text="kalau ada anggaran")
    met = on_paper(pledge, cast.verifier, met_on="2026-01-05", reason="DPA terbit")
    assert desk.act(cast.verifier, pledge, "meet-condition", **met).status_code == 400
    assert desk.act(cast.verifier, pledge, "meet-condition", **met, new_due_on="2026-06-30").status_code == 302
    assert "Syarat terpenuhi; tenggat diminta" in text(desk.get(cast.verifier, page(pledge)))


def test_the_page_of_a_met_condition_suggests_its_limit_and_takes_no_later_day(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, strength="conditional", deadline_text="kalau ada anggaran, paling lambat Juni 2026")
    shown = desk.get(cast.verifier, verb_page(pledge, "meet-condition")).content.decode()
    assert re.search(r'<input[^>]*name="new_due_on"[^>]*value="2026-06-30"', shown)
    met = on_paper(pledge, cast.verifier, met_on="2026-01-05", reason="DPA terbit")
    refused = desk.act(cast.verifier, pledge, "meet-condition", **met, new_due_on="2026-07-01")
    assert refused.status_code == 400 and "30 Juni 2026" in text(refused)
    assert desk.act(cast.verifier, pledge, "meet-condition", **met, new_due_on="2026-06-30").status_code == 302


def test_a_date_that_the_recorder_gave_stands_beside_what_the_words_come_to(cast: Cast, desk: Desk) -> None:
    for words, read in (("akhir Januari 2026", "31 Januari 2026"), ("segera", "tidak ada tanggal")):
        pledge = a_pledge(cast, deadline_text=words, original_due_on=day("2026-12-31"))
        shown = text(desk.get(cast.viewer, page(pledge)))
        assert f"Tenggat dibaca dari ucapan {read}. Ditetapkan pencatat, bukan hasil bacaan ucapannya." in shown
