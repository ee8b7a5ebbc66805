"""Papers on the page of a pledge: added by confirm pages, read in lists, printed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from org.models import Tenure
from pledges import papers, pledging
from pledges.models import Effort, Evidence, Pledge, Witness
from tests.backoffice.desk import Desk, adding, links, listing, page, text, verb_page, verbs_on
from tests.base import Cast, a_draft_pledge, a_pledge, an_attachment, at, closed, day, settings_are


def photo() -> SimpleUploadedFile:
    out, image = io.BytesIO(), Image.new("RGB", (30, 20), "blue")
    image.paste("white", (5, 5, 15, 15))
    image.save(out, "JPEG")
    return SimpleUploadedFile("hp.jpg", out.getvalue(), "image/jpeg")


def test_an_empty_pledge_says_that_nothing_is_there_and_offers_each_what_they_may(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    for user, verbs in (
        (cast.kemang_admin, {"add-evidence"}),
        (cast.planner, {"add-effort"}),
        (cast.auditor, {"add-evidence", "object"}),
        (
            cast.verifier,
            {
                "ask-revision",
                "ask-line-change",
                "withdraw",
                "excuse",
                "merge",
                "pass-on",
                "add-evidence",
                "add-effort",
                "respond",
                "add-witness",
            },
        ),
        (cast.viewer, set()),
    ):
        shown = desk.get(user, page(pledge))
        assert verbs_on(shown) == verbs, user.username
        assert text(shown).count("Belum ada.") >= 4
        assert ("Saksi" in text(shown)) is (user in (cast.auditor, cast.verifier))


def test_a_photo_is_handed_in_from_the_page_and_can_be_taken_out_again(cast: Cast, desk: Desk, media: Any) -> None:
    pledge = a_pledge(cast)
    form = desk.get(cast.kemang_admin, verb_page(pledge, "add-evidence"))
    assert b'enctype="multipart/form-data"' in form.content
    sent = desk.act(cast.kemang_admin, pledge, "add-evidence", supports="harm", file=photo(), note="HP pribadi 2019")
    assert sent["Location"] == page(pledge)
    evidence = Evidence.objects.get()
    shown = text(desk.get(cast.viewer, page(pledge)))
    assert "Kerugiannya: HP pribadi 2019" in shown
    assert evidence.file.sha256 in text(desk.get(cast.viewer, page(evidence)))
    taken = desk.get(cast.viewer, reverse("admin:pledges_evidence_file", args=[evidence.pk, "file"]))
    assert taken["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in taken["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("verb", "who", "fields", "says"),
    [
        ("add-evidence", "verifier", {"supports": "promise"}, "Lampirkan berkas atau tulis alamat sumbernya."),
        ("add-evidence", "verifier", {"supports": "promise", "source_url": "ftp://x.id"}, "Alamat sumber"),
        ("add-effort", "planner", {"kind": "cut", "text": "x", "effective_on": "2026-03-01"}, "siapa yang memotong"),
        ("add-effort", "planner", {"kind": "asked", "text": "x", "effective_on": "2026-03-03"}, "belum terjadi"),
        ("respond", "verifier", {"text": "a\x07b"}, "karakter kendali"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    cast: Cast, desk: Desk, verb: str, who: str, fields: dict[str, str], says: str
) -> None:
    answer = desk.act(getattr(cast, who), a_pledge(cast), verb, **fields)
    assert answer.status_code == 400
    assert says in text(answer)


def test_efforts_answers_objections_and_witnesses_are_confirmed_and_shown(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    acts = (
        (cast.planner, "add-effort", {"kind": "cut", "by_whom": "TAPD", "amount": "5000000", "text": "Dialihkan",
                                      "effective_on": "2026-01-30"}),
        (cast.verifier, "respond", {"text": "Diusulkan lagi"}),
        (cast.auditor, "object", {"text": "Tanpa dokumen"}),
        (cast.verifier, "add-witness", {"name": "Budi Saksi", "statement": "Saya dengar"}),
    )  # fmt: skip
    for user, verb, fields in acts:
        assert desk.get(user, verb_page(pledge, verb)).status_code == 200
        assert desk.act(user, pledge, verb, **fields)["Location"] == page(pledge), verb
    shown = text(desk.get(cast.viewer, page(pledge)))
    for part in ("Dipotong oleh TAPD: Dialihkan", "Rp5.000.000 · 30 Jan 2026", "Diusulkan lagi", "Tanpa dokumen"):
        assert part in shown
    assert "Budi" not in shown
    assert "Budi Saksi: Saya dengar" in text(desk.get(cast.publisher, page(pledge)))
    assert "Rp5.000.000" in text(desk.get(cast.viewer, page(Effort.objects.get())))


def test_the_page_of_a_merged_pledge_leads_on_and_its_papers_stand_on_the_other(cast: Cast, desk: Desk) -> None:
    old, stayed = a_pledge(cast, title="Catatan kedua"), a_pledge(cast)
    papers.add_effort(old, kind="asked", text="Diusulkan", amount=5, actor=cast.planner)
    papers.respond(old, text="Sedang diusahakan", actor=cast.verifier)
    papers.add_witness(old, name="Budi Saksi", statement="Saya dengar", actor=cast.verifier)
    papers.respond(stayed, text="Menyusul", actor=cast.verifier)
    closed(cast, old, "merge", into=stayed, reason="Satu ucapan")
    header = desk.get(cast.viewer, page(old)).content.decode().partition("g-object")[2].partition("</header>")[0]
    assert f'Digabung ke <a class="g-link" href="{page(stayed)}">{stayed}</a>' in header
    shown = text(desk.get(cast.viewer, page(stayed)))
    for part in (f"Rp5 · 2 Mar 2026 · dari {old.number}", f"2 Mar 2026 · Sri Wahyuni · dari {old.number}", "Menyusul"):
        assert part in shown
    assert shown.count(f"dari {old.number}") == 2
    assert f"Budi Saksi: Saya dengar 2 Mar 2026 · dari {old.number}" in text(desk.get(cast.auditor, page(stayed)))
    found = text(desk.get(cast.viewer, f"{listing(Pledge)}?q={old.number}"))
    assert str(old) in found
    assert str(stayed) in found


def test_a_witness_has_a_page_for_the_few_and_is_erased_there(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    witness = papers.add_witness(pledge, name="Budi Saksi", statement="Saya dengar", actor=cast.verifier)
    for user, verbs in ((cast.verifier, set()), (cast.auditor, {"erase"}), (cast.publisher, {"erase"})):
        assert page(witness) in links(desk.get(user, page(pledge)))
        assert verbs_on(desk.get(user, page(witness))) == verbs
        assert "Budi Saksi" in text(desk.get(user, listing(Witness)))
    assert desk.get(cast.viewer, page(witness)).status_code == 404
    assert "Budi" not in text(desk.get(cast.viewer, listing(Witness)))
    assert desk.act(cast.verifier, witness, "erase").status_code == 403
    assert "UU 27/2022" in text(desk.get(cast.publisher, verb_page(witness, "erase")))
    assert desk.act(cast.publisher, witness, "erase", reason="Diminta saksi")["Location"] == page(witness)
    shown = desk.get(cast.publisher, page(witness))
    assert "Data saksi dihapus atas permintaannya" in text(shown)
    assert verbs_on(shown) == set()
    for address in (page(witness), page(pledge), listing(Witness)):
        assert "Budi" not in text(desk.get(cast.publisher, address))
    assert "Data saksi sudah dihapus" in text(desk.get(cast.publisher, page(pledge)))


def test_words_of_others_stay_words_on_the_page(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    papers.add_evidence(pledge, supports="harm", source_url="https://x.id", note="<b>tebal", actor=cast.verifier)
    papers.respond(pledge, text="<script>alert(1)</script>", actor=cast.verifier)
    body = desk.get(cast.viewer, page(pledge)).content
    assert b"<b>tebal" not in body
    assert b"<script>alert(1)" not in body


def test_papers_of_a_draft_are_seen_by_those_who_see_the_draft(cast: Cast, desk: Desk) -> None:
    draft = a_draft_pledge(cast, by=cast.kemang_admin)
    evidence = papers.add_evidence(draft, supports="promise", source_url="https://x.id", actor=cast.kemang_admin)
    for user, status in ((cast.kemang_admin, 200), (cast.verifier, 200), (cast.cibinong_admin, 404)):
        assert desk.get(user, page(evidence)).status_code == status
    assert "promise" not in text(desk.get(cast.cibinong_admin, listing(Evidence)))
    assert "Belum ada bukti." in text(desk.get(cast.cibinong_admin, listing(Evidence)))


@pytest.mark.parametrize(("model", "expected"), [(Evidence, 6), (Effort, 6)], ids=["evidence", "efforts"])
def test_lists_of_papers_ask_as_often_for_three_rows_as_for_one(
    cast: Cast, desk: Desk, model: Any, expected: int
) -> None:
    pledge, counted = a_pledge(cast), []
    add = {
        Evidence: lambda: papers.add_evidence(
            pledge, supports="harm", file=an_attachment(cast), actor=cast.kemang_admin
        ),
        Effort: lambda: papers.add_effort(pledge, kind="asked", text="x", actor=cast.planner),
    }[model]
    for more in (1, 2):
        for _ in range(more):
            add()
        desk.get(cast.viewer, listing(model))
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(cast.viewer, listing(model)).status_code == 200
        counted.append(len(queries))
    assert counted == [expected, expected]


def test_notice_and_campaign_are_said_where_one_publishes_and_drafts(cast: Cast, desk: Desk) -> None:
    settings_are(pledge_notice_days=5)
    told = pledging.submit(a_draft_pledge(cast), actor=cast.verifier)
    shown = desk.get(cast.publisher, page(told))
    assert "9 Maret 2026" in text(shown)
    assert "publish" not in verbs_on(shown)
    early = desk.act(cast.publisher, told, "publish")
    assert early.status_code == 409
    assert "dapat diterbitkan mulai 2026-03-09" in text(early)
    settings_are(pledge_notice_days=0)
    assert desk.act(cast.publisher, told, "publish").status_code == 409
    with at("2026-03-09"):
        assert "janji kampanye" in text(desk.get(cast.publisher, verb_page(told, "publish")))
    fields = {"title": "x", "quote": "x", "office": str(cast.bupati.pk), "made_on_from": "2024-01-01",
              "made_on_to": "2024-01-01", "basis": "minutes", "strength": "firm", "campaign": "on",
              "responsible_unit": str(cast.diskominfo.pk), "rows": "0"}  # fmt: skip
    refused = desk.post(cast.verifier, adding(Pledge), fields)
    assert refused.status_code == 400
    assert "netralitas" in text(refused)


def test_the_papers_to_sign_hang_on_pledge_office_and_tenure(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    tenure = Tenure.objects.create(office=cast.bupati, person=cast.decider.person, starts_on=day("2020-01-01"))
    assert "Bambang Irawan (Definitif)" in text(desk.get(cast.viewer, page(pledge)))
    assert "Bambang Irawan" not in text(desk.get(cast.kemang_admin, page(pledge)))
    assert str(pledge) in text(desk.get(cast.kemang_admin, page(cast.bupati)))
    papers_of = {
        pledge: reverse("admin:pledges_pledge_print", args=[pledge.pk, "efforts-document"]),
        cast.bupati: reverse("admin:org_office_print", args=[cast.bupati.pk, "handover-list"]),
        tenure: reverse("admin:org_tenure_print", args=[tenure.pk, "handover-list"]),
    }
    for thing, address in papers_of.items():
        assert address in desk.get(cast.viewer, page(thing)).content.decode()
        answer = desk.get(cast.viewer, address)
        assert b"".join(answer.streaming_content).startswith(b"%PDF-")
        assert "no-store" in answer["Cache-Control"]
    assert papers_of[cast.bupati] not in desk.get(cast.kemang_admin, page(cast.bupati)).content.decode()
    assert desk.get(cast.kemang_admin, papers_of[cast.bupati]).status_code == 404
    assert desk.get(cast.viewer, reverse("admin:pledges_pledge_print", args=[pledge.pk, "lain"])).status_code == 404
