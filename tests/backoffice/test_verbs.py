"""Every verb as a page: what it says, the domain's function behind it, its refusals beside the field."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assets.models import Asset, Handover, Receipt
from backoffice.models import SentForm
from core.models import Event, SecurityEvent
from org.models import Unit
from pledges.models import Pledge
from requests_app.models import DeviceRequest
from tests.api.cast import Caller
from tests.api.test_one_event import PDF
from tests.backoffice.desk import Desk, adding, in_hand, on_paper, page, text, verb_page, verbs_on
from tests.base import (
    Cast,
    a_draft_pledge,
    a_pledge,
    a_request,
    again,
    an_asset,
    an_issue,
    asset_in,
    day,
    decided,
    delivered,
    endorsed,
    line_of,
    revised,
    submitted,
    succeeded,
    verified,
)


def last_event() -> Event:
    return Event.objects.latest("seq")


def request_fields(cast: Cast, **more: str) -> dict[str, str]:
    return {
        "unit": str(cast.kemang.pk), "purpose": "HP pribadi sudah rusak", "rows": "1",
        "lines-0-device_type": str(cast.hp.pk), "lines-0-quantity": "1", "lines-0-situation": "personal_broken",
        "lines-0-in_use_since": "2019", **more,
    }  # fmt: skip


def test_the_main_job_runs_by_buttons(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    made = desk.post(cast.kemang_admin, adding(DeviceRequest), request_fields(cast))
    request = DeviceRequest.objects.get()
    assert made["Location"] == page(request)
    assert desk.act(cast.kemang_admin, request, "submit").status_code == 302
    assert "Menunggu tanda tangan Camat" in text(desk.get(cast.kemang_admin, page(request)))
    assert desk.act(cast.kemang_head, request, "endorse").status_code == 302
    assert desk.act(cast.verifier, request, "verify").status_code == 302
    line = line_of(request)
    shown = text(desk.get(cast.approver, verb_page(request, "decide")))
    assert "Perangkat pribadi yang rusak" in shown and pledge.title in shown and "Nilai kebutuhan" in shown
    choice = {f"lines-{line.pk}-decision": "approve", f"lines-{line.pk}-approved_quantity": "1"}
    assert desk.post(cast.approver, verb_page(request, "decide"), choice).status_code == 302
    asset = an_asset(cast, brand="Samsung")
    assert asset.tag in text(desk.get(cast.clerk, verb_page(request, "issue")))
    handed = {**in_hand(asset), "recipient": str(cast.rani.pk)}
    issued = desk.post(cast.clerk, verb_page(request, "issue"), handed)
    handover = Handover.objects.get()
    assert issued["Location"] == page(handover)
    assert "Hp sudah Anda terima?" in text(desk.get(cast.kemang_admin, "/admin/")).replace("Smartphone", "Hp")
    accepted = desk.act(
        cast.kemang_admin, handover, "accept", items=[str(handover.items.get().pk)], received_on="2026-03-02"
    )
    assert accepted.status_code == 302
    assert "Penerima: 1 dari 1" in text(desk.get(cast.kemang_admin, page(pledge)))
    assert "Terpenuhi" in text(desk.get(cast.kemang_admin, page(request)))
    verbs = list(Event.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs[-7:] == [
        "request.submitted", "request.endorsed", "request.verified", "request.decided", "asset.created",
        "handover.handed_over", "handover.accepted",
    ]  # fmt: skip


def test_a_page_shows_each_person_their_own_verbs(cast: Cast, desk: Desk) -> None:
    request = submitted(cast)
    assert verbs_on(desk.get(cast.kemang_admin, page(request))) == {"attach-letter", "withdraw"}
    assert verbs_on(desk.get(cast.kemang_head, page(request))) == {"endorse", "withdraw"}
    assert verbs_on(desk.get(cast.verifier, page(request))) == {"send-back"}
    assert verbs_on(desk.get(cast.viewer, page(request))) == set()
    assert verbs_on(desk.get(cast.auditor, page(request))) == set()
    request = endorsed(cast)
    assert verbs_on(desk.get(cast.verifier, page(request))) == {"verify", "send-back"}
    request = verified(cast)
    assert verbs_on(desk.get(cast.approver, page(request))) == {"decide", "send-back"}
    request = decided(cast)
    assert verbs_on(desk.get(cast.clerk, page(request))) == {"issue"}
    assert verbs_on(desk.get(cast.approver, page(request))) == {"close-short"}


def test_nobody_does_what_is_not_theirs_and_the_attempt_is_noted(cast: Cast, desk: Desk) -> None:
    request = endorsed(cast)
    before = Event.objects.count()
    for who in (cast.viewer, cast.auditor, cast.approver, cast.clerk):
        response = desk.act(who, request, "verify")
        assert response.status_code == 403
        assert "Verifikator" in text(response)
    assert Event.objects.count() == before
    assert SecurityEvent.objects.filter(kind="refused").count() == 4


def test_the_superuser_too_does_not_decide_what_they_verified(cast: Cast, desk: Desk) -> None:
    request = endorsed(cast)
    assert desk.act(cast.superuser, request, "verify").status_code == 302
    line = line_of(request)
    choice = {f"lines-{line.pk}-decision": "approve", f"lines-{line.pk}-approved_quantity": "1"}
    assert desk.post(cast.superuser, verb_page(request, "decide"), choice).status_code == 403
    assert again(request).state == "verified"


def test_a_verb_out_of_its_time_is_a_conflict_and_changes_nothing(cast: Cast, desk: Desk) -> None:
    request = verified(cast)
    before = Event.objects.count()
    response = desk.act(cast.kemang_admin, request, "submit")
    assert response.status_code == 409
    assert "tidak berlaku pada keadaan sekarang" in text(response)
    assert Event.objects.count() == before


def test_looking_at_a_verb_out_of_its_time_leads_back_to_the_object(cast: Cast, desk: Desk) -> None:
    request = verified(cast)
    assert desk.get(cast.kemang_admin, verb_page(request, "submit"))["Location"] == page(request)


def test_a_form_shown_before_somebody_else_s_act_is_refused_as_stale(cast: Cast, desk: Desk) -> None:
    asset = an_asset(cast)
    shown = {"_version": str(asset.version), "brand": "Baru"}
    assert (
        desk.act(cast.clerk, asset, "report-condition", condition="good", _version=str(asset.version)).status_code
        == 302
    )
    response = desk.post(cast.clerk, verb_page(asset, "change"), shown)
    assert response.status_code == 412
    assert "sudah berubah" in text(response)
    assert again(asset).brand == ""


def test_a_new_request_sent_twice_is_one_request(cast: Cast, desk: Desk) -> None:
    fields = request_fields(cast, _token="satu-kali")
    first, second = (desk.post(cast.kemang_admin, adding(DeviceRequest), fields) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert DeviceRequest.objects.count() == 1
    assert SentForm.objects.count() == 1


def test_another_line_is_added_without_a_script_and_nothing_typed_is_lost(cast: Cast, desk: Desk) -> None:
    response = desk.post(cast.kemang_admin, adding(DeviceRequest), request_fields(cast, add_row="1"))
    shown = response.content.decode()
    assert response.status_code == 200
    assert 'name="lines-1-device_type"' in shown and "HP pribadi sudah rusak" in shown
    assert not DeviceRequest.objects.exists()


def test_a_request_with_two_lines_keeps_both(cast: Cast, desk: Desk) -> None:
    more = {
        "rows": "2",
        "lines-1-device_type": str(cast.tripod.pk),
        "lines-1-quantity": "2",
        "lines-1-situation": "none",
    }
    assert desk.post(cast.kemang_admin, adding(DeviceRequest), request_fields(cast, **more)).status_code == 302
    assert [line.quantity for line in DeviceRequest.objects.get().lines.all()] == [1, 2]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("purpose", "", "Wajib diisi"),
        ("lines-0-quantity", "0", "Paling sedikit 1."),
        ("lines-0-situation", "", "Wajib diisi"),
        ("lines-0-in_use_since", "dulu", "Tulis tahun"),
        ("needed_by", "besok", "Tanggal ini tidak ada dalam kalender"),
        ("purpose", "a\x07b", "karakter kendali"),
    ],
)
def test_a_faulty_request_is_told_beside_the_field(cast: Cast, desk: Desk, field: str, value: str, said: str) -> None:
    response = desk.post(cast.kemang_admin, adding(DeviceRequest), request_fields(cast, **{field: value}))
    assert response.status_code == 400
    assert said in text(response)
    assert f'id="id_{field}_error"' in response.content.decode() or 'class="g-error"' in response.content.decode()
    assert not DeviceRequest.objects.exists()


def test_a_request_for_another_kecamatan_is_refused(cast: Cast, desk: Desk) -> None:
    fields = request_fields(cast, unit=str(cast.cibinong.pk))
    assert desk.post(cast.kemang_admin, adding(DeviceRequest), fields).status_code == 400
    assert not DeviceRequest.objects.exists()


def test_extra_fields_are_not_applied(cast: Cast, desk: Desk) -> None:
    extra = {"state": "decided", "filed_by": str(cast.approver.pk), "number": "UP-1", "lines-0-approved_quantity": "9"}
    desk.post(cast.kemang_admin, adding(DeviceRequest), request_fields(cast, **extra))
    request = DeviceRequest.objects.get()
    assert (request.state, request.number, request.filed_by) == ("draft", None, cast.kemang_admin)
    assert request.lines.get().approved_quantity is None


def test_approving_more_than_asked_is_told_in_the_line_s_own_field(cast: Cast, desk: Desk) -> None:
    request = verified(cast)
    line = line_of(request)
    response = desk.post(
        cast.approver, verb_page(request, "decide"),
        {f"lines-{line.pk}-decision": "approve", f"lines-{line.pk}-approved_quantity": "2"},
    )  # fmt: skip
    assert response.status_code == 400
    assert "antara 1 dan 1" in text(response)
    assert again(request).state == "verified"


def test_rejecting_needs_a_reason(cast: Cast, desk: Desk) -> None:
    request = verified(cast)
    line = line_of(request)
    response = desk.post(cast.approver, verb_page(request, "decide"), {f"lines-{line.pk}-decision": "reject"})
    assert response.status_code == 400
    assert "Beri alasan" in text(response)


def test_a_draft_is_changed_and_thrown_away(cast: Cast, desk: Desk) -> None:
    request = a_request(cast)
    shown = desk.get(cast.kemang_admin, verb_page(request, "change")).content.decode()
    assert "Mengelola media sosial kecamatan" in shown
    fields = {**request_fields(cast), "purpose": "Alasan lain"}
    assert desk.post(cast.kemang_admin, verb_page(request, "change"), fields).status_code == 302
    assert again(request).purpose == "Alasan lain"
    assert desk.act(cast.kemang_admin, request, "delete")["Location"] == "/admin/requests_app/devicerequest/"
    assert not DeviceRequest.objects.exists()


def test_reasons_are_required_where_the_domain_asks_for_them(cast: Cast, desk: Desk) -> None:
    request = submitted(cast)
    for who, verb in ((cast.kemang_admin, "withdraw"), (cast.verifier, "send-back")):
        assert desk.act(who, request, verb, reason="").status_code == 400
    assert desk.act(cast.verifier, request, "send-back", reason="Lengkapi alasan").status_code == 302
    assert "“Lengkapi alasan”" in text(desk.get(cast.kemang_admin, page(request)))


def test_issuing_what_is_no_longer_free_is_refused(cast: Cast, desk: Desk) -> None:
    request, asset = decided(cast), an_asset(cast)
    delivered(cast, assets=[asset], to=cast.cibinong)
    response = desk.post(cast.clerk, verb_page(request, "issue"), in_hand(asset))
    assert response.status_code in (400, 409)
    assert Handover.objects.filter(recipient_unit=cast.kemang).count() == 0


def test_issuing_more_devices_than_approved_is_refused(cast: Cast, desk: Desk) -> None:
    request = decided(cast)
    fields = in_hand(an_asset(cast), an_asset(cast))
    assert desk.post(cast.clerk, verb_page(request, "issue"), fields).status_code in (400, 409)
    assert not Handover.objects.exists()


def test_a_receiver_disputes_one_device_and_accepts_the_other(cast: Cast, desk: Desk) -> None:
    handover = an_issue(cast, assets=[an_asset(cast), an_asset(cast)])
    first, second = handover.items.all()
    assert desk.act(cast.kemang_admin, handover, "dispute").status_code == 400
    unsaid = desk.act(cast.kemang_admin, handover, "accept", items=[str(second.pk)], received_on="")
    assert unsaid.status_code == 400
    assert desk.post(
        cast.kemang_admin, verb_page(handover, "dispute"), {f"items-{first.pk}-reason": "Layar retak"}
    ).status_code == 302  # fmt: skip
    assert (
        desk.act(cast.kemang_admin, handover, "accept", items=[str(second.pk)], received_on="2026-03-02").status_code
        == 302
    )
    assert [item.state for item in again(handover).items.all()] == ["disputed", "accepted"]
    assert "“Layar retak”" in text(desk.get(cast.clerk, page(handover)))


def test_a_reason_longer_than_its_column_is_refused_on_both_faces(cast: Cast, desk: Desk) -> None:
    handover = an_issue(cast)
    item, caller = handover.items.get(), Caller(cast.kemang_admin)
    said = {f"items-{item.pk}-reason": "x" * 1500}
    answer = desk.post(cast.kemang_admin, verb_page(handover, "dispute"), said)
    assert answer.status_code == 400 and "1000" in text(answer)
    for body in ({"reason": "x" * 1500}, {"items": [{"id": item.pk, "reason": "x" * 1500}]}):
        assert caller.post(f"handovers/{handover.pk}/dispute/", body).status_code == 400
    assert again(item).dispute_reason == ""


def test_what_came_dead_and_was_given_back_is_issued_again_on_both_faces(cast: Cast, desk: Desk) -> None:
    def dead_and_given_back() -> DeviceRequest:
        request = decided(cast)
        handover = delivered(cast, request_line=line_of(request))
        item = handover.items.get()
        assert desk.post(
            cast.kemang_admin, verb_page(handover, "dispute"), {f"items-{item.pk}-reason": "Mati total"}
        ).status_code == 302  # fmt: skip
        assert verbs_on(desk.get(cast.clerk, page(request))) == set()
        fields = {"handed_over_on": "2026-03-02", "note": "Mati total"}
        assert desk.act(cast.kemang_admin, item.asset, "give-back", **fields).status_code == 302
        return request

    for face in ("page", "api"):
        request, spare = dead_and_given_back(), an_asset(cast)
        line = line_of(request)
        shown = desk.get(cast.clerk, page(request))
        assert "Menunggu penyerahan" in text(shown) and verbs_on(shown) == {"issue"}
        if face == "page":
            assert desk.post(cast.clerk, verb_page(request, "issue"), in_hand(spare)).status_code == 302
        else:
            body = {
                "kind": "issue", "recipient_unit": cast.kemang.pk, "handed_over_on": "2026-03-02",
                "items": [{"asset": spare.pk, "request_line": line.pk}],
            }  # fmt: skip
            assert Caller(cast.clerk).post("handovers/", body).status_code == 201
        shown = desk.get(cast.clerk, page(request))
        assert "Menunggu penyerahan" not in text(shown) and verbs_on(shown) == set()


def test_a_unit_records_at_the_desk_what_it_gives_back_and_nothing_else(cast: Cast, desk: Desk) -> None:
    assets = [delivered(cast).items.get().asset for _ in range(2)]
    form = desk.get(cast.kemang_admin, adding(Handover)).content.decode()
    assert 'value="return"' in form and 'value="issue"' not in form
    fields = {"kind": "return", "assets": "\n".join(each.tag for each in assets), "handed_over_on": "2026-03-02"}
    assert desk.post(cast.kemang_admin, adding(Handover), fields).status_code == 302
    assert Handover.objects.latest("pk").recipient_unit == cast.diskominfo
    assert desk.post(cast.kemang_admin, adding(Handover), {**fields, "kind": "issue"}).status_code == 400
    assert desk.post(cast.auditor, adding(Handover), fields).status_code == 403


def test_the_giver_does_not_accept_what_they_gave(cast: Cast, desk: Desk) -> None:
    handover = an_issue(cast)
    assert (
        desk.act(
            cast.clerk, handover, "accept", items=[str(handover.items.get().pk)], received_on="2026-03-02"
        ).status_code
        == 403
    )


def test_a_handover_is_made_from_labels(cast: Cast, desk: Desk) -> None:
    one, two = an_asset(cast), an_asset(cast)
    fields = {"kind": "issue", "assets": f"{one.tag}\n{two.tag}", "recipient_unit": str(cast.kemang.pk)}
    assert desk.post(cast.clerk, adding(Handover), fields).status_code == 302
    assert Handover.objects.get().state == "prepared"
    wrong = desk.post(cast.clerk, adding(Handover), {**fields, "assets": "TIDAK-ADA"})
    assert wrong.status_code == 400
    assert "Label tidak ditemukan: TIDAK-ADA" in text(wrong)
    taken = desk.post(cast.clerk, adding(Handover), fields)
    assert taken.status_code == 409
    assert Handover.objects.count() == 1


def test_a_loan_needs_its_last_day(cast: Cast, desk: Desk) -> None:
    fields = {"kind": "loan", "assets": an_asset(cast).tag, "recipient_unit": str(cast.kemang.pk)}
    response = desk.post(cast.clerk, adding(Handover), fields)
    assert response.status_code == 400
    assert "Peminjaman perlu tanggal kembali" in text(response)


def test_the_holder_gives_a_device_back(cast: Cast, desk: Desk) -> None:
    asset = asset_in(cast, "issued")
    assert "give-back" in verbs_on(desk.get(cast.kemang_admin, page(asset)))
    fields = {"handed_over_on": "2026-03-02", "note": "Pegawai pindah"}
    assert desk.act(cast.kemang_admin, asset, "give-back", **fields).status_code == 302
    assert Handover.objects.latest("pk").kind == "return"


def test_a_device_is_entered_corrected_repaired_lost_and_found(cast: Cast, desk: Desk) -> None:
    fields = {"device_type": str(cast.hp.pk), "unit": str(cast.diskominfo.pk), "condition": "good", "brand": "Oppo"}
    made = desk.post(cast.clerk, adding(Asset), fields)
    asset = Asset.objects.get()
    assert made["Location"] == page(asset) and asset.tag.startswith("GW-")
    assert desk.act(cast.clerk, asset, "change", brand="Vivo").status_code == 302
    assert desk.act(cast.clerk, asset, "start-repair", workshop="Bengkel").status_code == 302
    assert desk.act(cast.clerk, asset, "end-repair", condition="good", cost="150000").status_code == 302
    assert desk.act(cast.clerk, asset, "mark-lost", lost_on="2026-03-01", reason="Dicuri").status_code == 302
    assert desk.act(cast.clerk, asset, "mark-found", reason="Ketemu").status_code == 302
    assert again(asset).brand == "Vivo"
    assert [e.verb for e in Event.objects.filter(subject_type="asset").order_by("seq")] == [
        "asset.created", "asset.changed", "asset.repair_started", "asset.repair_ended", "asset.lost", "asset.found",
    ]  # fmt: skip


def test_a_day_to_come_is_refused_beside_its_field(cast: Cast, desk: Desk) -> None:
    response = desk.act(cast.clerk, an_asset(cast), "mark-lost", lost_on="2026-03-03", reason="x")
    assert response.status_code == 400
    assert 'id="id_lost_on_error"' in response.content.decode()


def test_goods_that_came_in_are_recorded_with_their_devices(cast: Cast, desk: Desk) -> None:
    asset = an_asset(cast)
    fields = {
        "unit": str(cast.diskominfo.pk), "contract_number": "027/1", "supplier": "CV Contoh",
        "received_on": "2026-03-01", "assets": asset.tag,
    }  # fmt: skip
    assert desk.post(cast.clerk, adding(Receipt), fields).status_code == 302
    assert again(asset).receipt == Receipt.objects.get()


def test_a_pledge_is_recorded_for_every_kecamatan_and_published_by_another(cast: Cast, desk: Desk) -> None:
    fields = {
        "title": "HP untuk admin", "quote": "Nanti kita beri HP.", "office": str(cast.bupati.pk),
        "made_on_from": "2022-07-01", "made_on_to": "2022-07-31", "basis": "minutes", "strength": "firm",
        "responsible_unit": str(cast.diskominfo.pk), "rows": "1", "lines-0-unit": "*",
        "lines-0-device": f"f{cast.hp.family_id}", "lines-0-quantity": "1",
    }  # fmt: skip
    assert desk.post(cast.verifier, adding(Pledge), fields).status_code == 302
    pledge = Pledge.objects.get()
    districts = Unit.objects.filter(kind="district").count()
    assert pledge.lines.count() == districts
    assert desk.act(cast.verifier, pledge, "submit").status_code == 302
    assert desk.act(cast.verifier, pledge, "publish").status_code == 403
    assert desk.act(cast.publisher, pledge, "publish").status_code == 302
    shown = text(desk.get(cast.outsider, page(pledge)))
    assert "Menggantung" in shown and "“Nanti kita beri HP.”" in shown
    refused = desk.act(cast.verifier, pledge, "change", title="Lain")
    assert refused.status_code == 409 and list(refused.context["form"].errors) == ["__all__"]


def test_a_deadline_is_asked_by_one_and_decided_by_another(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-01-31"))
    bare = {"kind": "extension", "new_due_on": "2026-06-30", "reason": "Pengadaan ulang"}
    refusal = desk.act(cast.verifier, pledge, "ask-revision", **bare)
    assert (refusal.status_code, "id_document_error" in refusal.content.decode()) == (400, True)
    asked = on_paper(pledge, cast.verifier, **bare)
    assert desk.act(cast.verifier, pledge, "ask-revision", **asked).status_code == 302
    revision = pledge.deadline_revisions.get()
    assert desk.act(cast.verifier, revision, "decide", decision="approve", reason="x").status_code == 403
    assert "1 Permintaan tenggat" in text(desk.get(cast.decider, "/admin/"))
    assert desk.act(cast.decider, revision, "decide", decision="approve", reason="Disetujui").status_code == 302
    shown = text(desk.get(cast.verifier, page(pledge)))
    assert "Diperpanjang; tenggat awal terlewati" in shown and "30 Juni 2026" in shown


@pytest.mark.parametrize(("due", "kind"), [(None, "first_set"), (day("2026-01-31"), "extension")])
def test_asking_for_a_date_begins_with_a_kind_that_fits(cast: Cast, desk: Desk, due: Any, kind: str) -> None:
    pledge = a_pledge(cast, original_due_on=due)
    chosen = re.findall(
        r'value="(\w+)"[^>]* (?:selected|checked)',
        desk.get(cast.verifier, verb_page(pledge, "ask-revision")).content.decode(),
    )
    assert chosen == [kind]


def test_a_senseless_date_is_told_beside_its_field(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-01-31"))
    asked = {"kind": "extension", "new_due_on": "2026-01-01", "reason": "x"}
    response = desk.act(cast.verifier, pledge, "ask-revision", **asked)
    assert response.status_code == 400
    assert 'id="id_new_due_on_error"' in response.content.decode()


def test_withdrawn_pledges_take_no_new_deadline(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    assert desk.act(cast.decider, pledge, "withdraw", reason="Anggaran dipotong").status_code == 403
    withdrawn = on_paper(pledge, cast.verifier)
    assert desk.act(cast.verifier, pledge, "withdraw", **withdrawn).status_code == 302
    closure = pledge.closures.get()
    assert "1 Penutupan janji" in text(desk.get(cast.decider, "/admin/"))
    assert desk.act(cast.decider, closure, "decide", decision="approve", reason="Sesuai").status_code == 302
    shown = text(desk.get(cast.viewer, page(pledge)))
    assert "Diminta oleh Sri Wahyuni" in shown and "Diputuskan oleh Bambang Irawan" in shown and "Surat 45" in shown
    asked = {"kind": "first_set", "new_due_on": "2026-06-30", "reason": "x"}
    assert desk.act(cast.verifier, pledge, "ask-revision", **asked).status_code == 409


def test_testimony_alone_is_not_published(cast: Cast, desk: Desk) -> None:
    pledge = a_draft_pledge(cast, basis="testimony")
    assert desk.act(cast.verifier, pledge, "submit").status_code == 302
    response = desk.act(cast.publisher, pledge, "publish")
    assert response.status_code == 409
    assert "Kesaksian saja tidak cukup" in text(response)


def test_every_act_writes_one_event(cast: Cast, desk: Desk) -> None:
    request = endorsed(cast)
    before = Event.objects.count()
    desk.act(cast.verifier, request, "verify", reason="Lengkap")
    assert Event.objects.count() == before + 1
    event = last_event()
    assert (event.verb, event.actor_id, event.role) == ("request.verified", cast.verifier.pk, "verifier")
    assert event.request_id


def test_a_pledge_is_excused_for_a_listed_reason_on_paper(cast: Cast, desk: Desk, media: Any) -> None:
    pledge = a_pledge(cast)
    asked = on_paper(pledge, cast.verifier, reason="force_majeure", explanation="Gempa")
    assert "Tidak ada anggaran bukan alasan" in text(desk.get(cast.verifier, verb_page(pledge, "excuse")))
    assert desk.act(cast.decider, pledge, "excuse", **asked).status_code == 403
    assert desk.act(cast.verifier, pledge, "excuse", **{**asked, "reason": "no_budget"}).status_code == 400
    assert desk.act(cast.verifier, pledge, "excuse", **{**asked, "evidence": ""}).status_code == 400
    sent = {**asked, "evidence": "", "document": SimpleUploadedFile("surat.pdf", PDF, "application/pdf")}
    assert desk.act(cast.verifier, pledge, "excuse", **sent).status_code == 302
    closure = pledge.closures.get()
    assert closure.document is not None
    assert desk.act(cast.decider, closure, "decide", decision="approve", reason="Sesuai").status_code == 302
    shown = text(desk.get(cast.viewer, page(pledge)))
    assert "Keadaan kahar · Gempa" in shown and "Diminta oleh Sri Wahyuni" in shown


def test_a_duplicate_is_merged_by_the_number_of_the_one_that_stays(cast: Cast, desk: Desk) -> None:
    one, other = a_pledge(cast), a_pledge(cast)
    asked = on_paper(one, cast.verifier, into="JJ-1999-0001", reason="Satu janji")
    assert desk.act(cast.verifier, one, "merge", **asked).status_code == 400
    assert desk.act(cast.verifier, one, "merge", **{**asked, "into": other.number}).status_code == 302
    assert "Digabung ke sini" not in text(desk.get(cast.viewer, page(other)))
    closure = one.closures.get()
    assert desk.act(cast.decider, closure, "decide", decision="approve", reason="Sesuai").status_code == 302
    assert other.number in text(desk.get(cast.viewer, page(one)))
    assert one.number in text(desk.get(cast.viewer, page(other)))


def test_a_correction_is_confirmed_in_between_and_the_recorded_date_stays_in_sight(cast: Cast, desk: Desk) -> None:
    """The old way: the page printed the new date as "Tenggat awal", and the true one nowhere."""
    pledge = a_pledge(cast, original_due_on=day("2026-01-31"))
    asked = on_paper(pledge, cast.verifier, kind="correction", new_due_on="2026-01-15")
    assert desk.act(cast.verifier, pledge, "ask-revision", **asked).status_code == 302
    revision = pledge.deadline_revisions.get()
    assert desk.act(cast.decider, revision, "decide", decision="approve", reason="x").status_code == 409
    assert "1 Pembetulan tenggat" in text(desk.get(cast.publisher, "/admin/"))
    assert desk.act(cast.publisher, revision, "confirm").status_code == 302
    assert desk.act(cast.decider, revision, "decide", decision="approve", reason="Sesuai").status_code == 302
    shown = text(desk.get(cast.viewer, page(pledge)))
    assert "15 Januari 2026 (tercatat 31 Januari 2026, dikoreksi 2 Maret 2026)" in shown
    assert "Tenggat awal 15" not in shown and "Wulan Dewi" in text(desk.get(cast.viewer, page(revision)))


def test_a_date_given_late_is_not_called_the_original_one(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    revised(cast, pledge, kind="first_set", to=day("2028-01-31"))
    shown = text(desk.get(cast.viewer, page(pledge)))
    assert "Tenggat susulan 31 Januari 2028" in shown and "Tenggat awal" not in shown
    assert "lebih dari setahun" in shown


def test_lines_are_added_by_one_and_decided_by_another(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, lines=[])
    device = f"f{cast.hp.family_id}"
    lines = {"rows": "1", "lines-0-unit": "*", "lines-0-device": device, "lines-0-quantity": "1"}
    asked = on_paper(pledge, cast.verifier, **lines)
    assert desk.act(cast.verifier, pledge, "ask-line-change", **asked).status_code == 302
    change = pledge.line_changes.get()
    assert desk.act(cast.verifier, change, "decide", decision="approve", reason="x").status_code == 403
    assert desk.act(cast.decider, change, "decide", decision="approve", reason="Sesuai surat").status_code == 302
    assert pledge.lines.count() == Unit.objects.filter(kind="district").count()
    assert "Jumlah diperjelas" in text(desk.get(cast.viewer, page(pledge)))
    source = pledge.lines.get(unit=cast.kemang)
    succeeded(cast, cast.kemang, cast.cibinong)
    moved = {
        **asked, "rows": "1", "lines-0-source": str(source.pk), "lines-0-unit": str(cast.cibinong.pk),
        "lines-0-quantity": "1",
    }  # fmt: skip
    assert desk.act(cast.verifier, pledge, "ask-line-change", **moved).status_code == 302
    assert "Kecamatan Kemang → " in text(desk.get(cast.viewer, page(pledge.line_changes.last())))
