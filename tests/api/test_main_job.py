"""The main job over the API: a kecamatan asks, the office verifies, decides and issues, the kecamatan confirms,
and the pledge that covers it shows delivery and lateness."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assets.models import Asset, DeviceType
from core import clock
from core.models import Event
from tests.api.cast import Cast
from tests.api.test_contract import fields, problem
from tests.pdfs import letter_file

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def phone(cast: Cast) -> DeviceType:
    return cast.hp


@pytest.fixture
def at_noon():
    with clock.frozen(NOW):
        yield


def pledge_body(cast: Cast, phone: DeviceType, **changes) -> dict:
    return {
        "title": "HP untuk admin medsos", "quote": "Setiap kecamatan akan menerima satu HP.", "office": cast.bupati.pk,
        "occasion": "Bimtek", "place": "Cibinong", "made_on_from": "2025-05-01", "made_on_to": "2025-05-31",
        "basis": "minutes", "strength": "firm", "deadline_text": "akhir tahun", "original_due_on": "2025-12-31",
        "responsible_unit": cast.diskominfo.pk,
        "lines": [
            {"unit": cast.kemang.pk, "family": phone.family_id, "quantity": 1},
            {"unit": cast.cibinong.pk, "family": phone.family_id, "quantity": 1},
        ],
        **changes,
    }  # fmt: skip


def published(cast: Cast, phone: DeviceType, **changes) -> dict:
    drafted = cast.verifier.post("pledges/", pledge_body(cast, phone, **changes))
    assert drafted.status_code == 201, drafted.content
    url = drafted.json()["url"]
    submitted = cast.verifier.post(f"{url}submit/", {"reason": "lengkap"})
    assert submitted.status_code == 200, submitted.content
    answer = cast.publisher.post(f"{url}publish/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def request_body(cast: Cast, phone: DeviceType, **changes) -> dict:
    line = {"device_type": phone.pk, "quantity": 2, "situation": "personal_broken", "in_use_since": "2019", "note": ""}
    return {
        "unit": cast.kemang.pk,
        "purpose": "Konten kecamatan",
        "needed_by": "2026-12-31",
        "lines": [line],
        **changes,
    }


def submitted(cast: Cast, phone: DeviceType, **changes) -> dict:
    drafted = cast.kemang_admin.post("requests/", request_body(cast, phone, **changes))
    assert drafted.status_code == 201, drafted.content
    answer = cast.kemang_admin.post(f"{drafted.json()['url']}submit/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def decided(cast: Cast, phone: DeviceType, quantity: int = 1, **changes) -> dict:
    request = submitted(cast, phone, **changes)
    for caller, verb, body in (
        (cast.kemang_head, "endorse", {}),
        (cast.verifier, "verify", {"reason": "sesuai"}),
        (
            cast.approver,
            "decide",
            {
                "lines": [
                    {"id": line["id"], "decision": "approve", "approved_quantity": quantity}
                    for line in request["lines"]
                ]
            },
        ),
    ):
        answer = caller.post(f"{request['url']}{verb}/", body)
        assert answer.status_code == 200, (verb, answer.content)
    return answer.json()


def asset(cast: Cast, phone: DeviceType, **changes) -> dict:
    body = {"device_type": phone.pk, "unit": cast.diskominfo.pk, "brand": "Contoh", "model": "X1", "price": 3_500_000}
    answer = cast.clerk.post("assets/", {**body, **changes})
    assert answer.status_code == 201, answer.content
    return answer.json()


def issue_body(cast: Cast, *items: dict, **changes) -> dict:
    return {
        "kind": "issue", "recipient_unit": cast.kemang.pk, "recipient": cast.kemang_admin.user.person_id,
        "handed_over_on": "2026-11-20", "items": list(items), **changes,
    }  # fmt: skip


def test_the_whole_job_and_every_number_on_the_way(cast: Cast, phone: DeviceType, at_noon):
    pledge = published(cast, phone)
    assert pledge["number"] == "JJ-2026-0001"
    assert (pledge["status"], pledge["promised"], pledge["delivered"], pledge["outstanding"]) == (
        "long_overdue",
        2,
        0,
        2,
    )
    assert (pledge["days_late"], pledge["days_late_original"], pledge["age_days"]) == (324, 324, 538)
    assert pledge["actions"] == ["add-evidence", "add-witness"]

    request = submitted(cast, phone)
    assert request["number"] == "UP-2026-0001"
    assert request["state"] == "submitted"
    assert (request["age_days"], request["due_on"]) == (0, "2026-11-25")
    assert request["need_score"] == sum(reason["points"] for reason in request["need_reasons"]) > 0
    [line] = request["lines"]
    assert line["in_use_since"] == "2019"
    assert line["pledge_line"]["id"] == pledge["lines"][0]["id"]
    assert set(request["actions"]) == {"withdraw", "endorse"}

    problem(cast.verifier.post(f"{request['url']}verify/"), 409, "not_endorsed")
    assert cast.kemang_head.post(f"{request['url']}endorse/").status_code == 200
    assert cast.verifier.get("worklists/").json()["requests"] == {"due": 1, "overdue": 0}
    assert cast.verifier.post(f"{request['url']}verify/").status_code == 200
    too_many = cast.approver.post(
        f"{request['url']}decide/", {"lines": [{"id": line["id"], "decision": "approve", "approved_quantity": 3}]}
    )
    problem(too_many, 400)
    assert fields(too_many) == {"lines.0.approved_quantity"}
    answer = cast.approver.post(
        f"{request['url']}decide/", {"lines": [{"id": line["id"], "decision": "approve", "approved_quantity": 1}]}
    )
    assert answer.status_code == 200
    [line] = answer.json()["lines"]
    assert (line["approved_quantity"], line["issued_quantity"], line["fulfilled_quantity"], line["outstanding"]) == (
        1,
        0,
        0,
        1,
    )

    device = asset(cast, phone)
    assert (device["state"], device["holder"]) == ("in_stock", None)
    before = Event.objects.count()
    handover = cast.clerk.post(
        "handovers/",
        issue_body(
            cast, {"asset": device["id"], "condition": "good", "accessories": "dus", "request_line": line["id"]}
        ),
    )
    assert handover.status_code == 201, handover.content
    assert Event.objects.count() == before + 1
    paper = handover.json()
    assert paper["state"] == "handed_over"
    assert paper["legal_act"] == "penggunaan_sementara"
    [item] = paper["items"]
    assert item["request_line"]["id"] == line["id"]
    assert item["pledge_line"]["id"] == pledge["lines"][0]["id"]
    held = cast.kemang_admin.get(device["url"]).json()
    assert held["state"] == "issued"
    assert held["holder"]["code"] == "32.01.12"
    assert held["holder"]["person"]["id"] == cast.kemang_admin.user.person_id

    again = cast.clerk.post("handovers/", issue_body(cast, {"asset": device["id"], "condition": "good"}))
    problem(again, 409, "asset_not_available")
    assert fields(again) == {"items.0.asset"}

    problem(cast.clerk.post(f"{paper['url']}accept/"), 403)
    assert cast.kemang_admin.get("worklists/").json()["handovers"] == {"due": 1, "overdue": 0}
    etag = cast.kemang_admin.get(pledge["url"])["ETag"]
    accepted = cast.kemang_admin.post(f"{paper['url']}accept/", {})
    assert accepted.status_code == 200, accepted.content
    assert accepted.json()["state"] == "accepted"
    assert (accepted.json()["confirmed_after_days"], accepted.json()["items"][0]["received_on"]) == (None, "2026-11-20")
    seen = cast.kemang_admin.get(pledge["url"])
    assert seen["ETag"] != etag
    shown = seen.json()
    assert (shown["promised"], shown["delivered"], shown["outstanding"], shown["status"]) == (2, 1, 1, "long_overdue")
    assert [(each["delivered"], each["outstanding"], each["surplus"]) for each in shown["lines"]] == [
        (1, 0, 0),
        (0, 1, 0),
    ]
    done = cast.kemang_admin.get(request["url"]).json()
    assert done["state"] == "fulfilled"
    assert done["lines"][0]["fulfilled_quantity"] == 1

    verbs = [event["verb"] for event in cast.kemang_admin.get(f"{request['url']}history/").json()["results"]]
    assert verbs == [
        "request.drafted", "request.submitted", "request.endorsed", "request.verified", "request.decided",
        "handover.handed_over", "handover.accepted",
    ]  # fmt: skip
    head = cast.auditor.get("events/head/").json()
    last = cast.auditor.get("events/?ordering=-seq&limit=1").json()["results"][0]
    assert head == {"seq": last["seq"], "hash": last["hash"]}


def proof(cast: Cast, pledge: dict[str, Any]) -> int:
    body = {"supports": "extension", "source_url": "https://contoh.go.id/surat"}
    return cast.verifier.post(f"{pledge['url']}evidence/", body).json()["id"]


def test_a_revision_is_asked_by_one_and_decided_by_another(cast: Cast, phone: DeviceType, at_noon):
    pledge = published(cast, phone)
    path = f"{pledge['url']}deadline-revisions/"
    document = proof(cast, pledge)
    body = {"kind": "extension", "new_due_on": "2026-12-31", "reason": "Anggaran perubahan", "document": document}
    problem(cast.viewer.post(path, body), 403)
    asked = cast.verifier.post(path, body)
    assert asked.status_code == 201, asked.content
    assert asked["Location"] == asked.json()["url"]
    assert cast.decider.get("worklists/revisions/overdue/").json()["count"] == 1
    problem(cast.verifier.post(f"{asked.json()['url']}decide/", {"decision": "approve"}), 403)
    problem(cast.decider.post(f"{asked.json()['url']}decide/", {"decision": "reject"}), 400)
    decided = cast.decider.post(f"{asked.json()['url']}decide/", {"decision": "approve", "reason": "disetujui"})
    assert decided.status_code == 200, decided.content
    assert decided.json()["decision"] == "approve"
    now = cast.viewer.get(pledge["url"]).json()
    assert (now["status"], now["due_on"], now["first_due_on"], now["revisions"]) == (
        "extended",
        "2026-12-31",
        "2025-12-31",
        1,
    )
    assert (now["days_late"], now["days_late_original"]) == (0, 324)
    then = cast.viewer.get(f"{pledge['url']}?as_of=2026-11-19").json()
    assert (then["status"], then["days_late"]) == ("long_overdue", 323)
    assert cast.viewer.get("pledges/?status=extended").json()["count"] == 1
    assert cast.viewer.get("pledges/?status=extended&as_of=2026-11-19").json()["count"] == 0
    assert cast.viewer.get("pledges/?overdue=true&as_of=2026-11-19").json()["count"] == 1
    assert cast.viewer.get("pledges/?overdue=true").json()["count"] == 0
    assert cast.viewer.get("pledges/?late=true").json()["count"] == 1
    assert cast.viewer.get("pledges/?late=false").json()["count"] == 0
    problem(cast.decider.post(f"{asked.json()['url']}decide/", {"decision": "approve", "reason": "lagi"}), 409)
    withdrawal = {"reason": "Dicabut dengan penjelasan", "document": document}
    asked = cast.verifier.post(f"{pledge['url']}withdraw/", withdrawal).json()
    cast.decider.post(f"{asked['url']}decide/", {"decision": "approve", "reason": "Sesuai"})
    withdrawn = cast.viewer.get(pledge["url"])
    assert withdrawn.json()["status"] == "withdrawn"
    closure = withdrawn.json()["closure"]
    assert (closure["kind"], closure["effective_on"]) == ("withdrawn", "2026-11-20")
    problem(cast.verifier.post(path, body), 409)


def test_publishing_what_one_recorded_is_refused(cast: Cast, phone: DeviceType, at_noon):
    drafted = cast.superuser.post("pledges/", pledge_body(cast, phone)).json()
    assert cast.superuser.post(f"{drafted['url']}submit/").status_code == 200
    problem(cast.superuser.post(f"{drafted['url']}publish/"), 403, "own_act")
    problem(cast.publisher.post(f"{drafted['url']}reject/"), 400)
    assert (
        cast.publisher.post(f"{drafted['url']}reject/", {"reason": "Tanpa bukti"}).json()["publication"] == "rejected"
    )


def test_a_draft_is_seen_by_its_recorder_and_the_responsible_unit_only(cast: Cast, phone: DeviceType, at_noon):
    draft = cast.kemang_admin.post("pledges/", pledge_body(cast, phone)).json()
    assert cast.kemang_admin.get(draft["url"]).status_code == 200
    problem(cast.cibinong_admin.get(draft["url"]), 404)
    assert cast.cibinong_admin.get("pledges/").json()["count"] == 0
    assert cast.kemang_admin.patch(draft["url"], {"title": "Judul lain"}).json()["title"] == "Judul lain"
    assert cast.kemang_admin.delete(draft["url"]).status_code == 204
    shown = published(cast, phone)
    assert cast.outsider.get(shown["url"]).status_code == 200
    problem(cast.verifier.patch(shown["url"], {"original_due_on": "2027-01-01"}), 409)
    problem(cast.verifier.delete(shown["url"]), 405)


def test_a_handover_lives_through_prepare_dispute_and_cancel(cast: Cast, phone: DeviceType, at_noon):
    device, other = asset(cast, phone), asset(cast, phone)
    body = issue_body(cast, {"asset": device["id"], "condition": "good"}, {"asset": other["id"], "condition": "good"})
    del body["handed_over_on"]
    prepared = cast.clerk.post("handovers/", body).json()
    assert prepared["state"] == "prepared"
    assert prepared["number"] is None
    assert cast.clerk.get(device["url"]).json()["state"] == "held"
    problem(cast.kemang_admin.post(f"{prepared['url']}accept/"), 409)
    given = cast.clerk.post(f"{prepared['url']}hand-over/", {"handed_over_on": "2026-11-19"}).json()
    assert (given["state"], given["handed_over_on"]) == ("handed_over", "2026-11-19")
    first, _second = [item["id"] for item in given["items"]]
    problem(cast.kemang_admin.post(f"{given['url']}dispute/", {"items": [{"id": first}]}), 400)
    problem(cast.kemang_admin.post(f"{given['url']}accept/", {"items": [424242]}), 400)
    disputed = cast.kemang_admin.post(
        f"{given['url']}dispute/", {"items": [{"id": first, "reason": "Layar retak"}]}
    ).json()
    assert [item["state"] for item in disputed["items"]] == ["disputed", "handed_over"]
    problem(cast.cibinong_admin.post(f"{given['url']}accept/"), 404)
    problem(cast.clerk.post(f"{given['url']}cancel/"), 400)
    cancelled = cast.clerk.post(f"{given['url']}cancel/", {"reason": "Salah unit"})
    assert cancelled.status_code == 200, cancelled.content
    assert cast.clerk.get(device["url"]).json()["state"] == "in_stock"
    problem(cast.clerk.post(f"{given['url']}cancel/", {"reason": "lagi"}), 409)
    assert cast.clerk.get(f"handovers/?asset={device['id']}&state=cancelled").json()["count"] == 1


def test_a_device_is_damaged_lost_found_repaired_and_retired(cast: Cast, phone: DeviceType, at_noon, media):

    device = asset(cast, phone)
    url = device["url"]
    path = url.removeprefix("http://127.0.0.1:8000/api/v1/")
    seen = cast.clerk.post(f"{url}report-condition/", {"condition": "lightly_damaged", "note": "Gores"})
    assert (seen.status_code, seen.json()["condition"], seen.json()["id"]) == (200, "lightly_damaged", device["id"])
    assert cast.clerk.post(f"{url}mark-lost/", {"reason": "Hilang"}).json()["state"] == "lost"
    problem(cast.clerk.post(f"{url}mark-lost/", {"reason": "lagi"}), 409)
    assert cast.clerk.post(f"{url}mark-found/").json()["state"] == "in_stock"
    assert cast.clerk.post(f"{url}start-repair/", {"workshop": "Servis"}).json()["state"] == "in_repair"
    fixed = cast.clerk.post(f"{url}end-repair/", {"condition": "good", "cost": 250000}).json()
    assert (fixed["state"], fixed["condition"]) == ("in_stock", "good")
    problem(cast.clerk.post(f"{url}retire/", {"decision_number": "SK 1", "decided_on": "2026-11-01"}), 400)
    pdf = letter_file()
    retired = cast.clerk.form(f"{path}retire/", {"decision_number": "SK 1", "decided_on": "2026-11-01", "file": pdf})
    assert retired.status_code == 200, retired.content
    assert (retired.json()["state"], retired.json()["actions"]) == ("retired", [])
    problem(cast.clerk.post(f"{url}report-condition/", {"condition": "good"}), 409)


def test_a_request_can_be_sent_back_mended_rejected_and_deferred(cast: Cast, phone: DeviceType, at_noon):
    request = submitted(cast, phone)
    assert cast.kemang_head.post(f"{request['url']}endorse/").status_code == 200
    problem(cast.verifier.post(f"{request['url']}send-back/"), 400)
    assert cast.verifier.post(f"{request['url']}send-back/", {"reason": "Jumlah?"}).json()["state"] == "sent_back"
    line = {"device_type": phone.pk, "quantity": 1, "situation": "none"}
    mended = cast.kemang_admin.patch(request["url"], {"lines": [line, line], "purpose": "Diperbaiki"})
    assert mended.status_code == 200, mended.content
    assert len(mended.json()["lines"]) == 2
    for caller, verb in ((cast.kemang_admin, "submit"), (cast.kemang_head, "endorse"), (cast.verifier, "verify")):
        answer = caller.post(f"{request['url']}{verb}/")
        assert answer.status_code == 200, answer.content
    first, second = [each["id"] for each in answer.json()["lines"]]
    reject = {"id": first, "decision": "reject", "reason": "Sudah ada"}
    problem(cast.approver.post(f"{request['url']}decide/", {"lines": [reject]}), 400)
    defer = {"id": second, "decision": "defer", "defer_to_year": 2027, "reason": "Anggaran 2027"}
    done = cast.approver.post(f"{request['url']}decide/", {"lines": [reject, defer]})
    assert done.status_code == 200, done.content
    assert done.json()["state"] == "decided"
    problem(cast.approver.post(f"{request['url']}decide/", {"lines": [defer]}), 409)
    with clock.frozen(NOW + timedelta(days=60)):
        approve = {"id": second, "decision": "approve", "approved_quantity": 1}
        assert cast.approver.post(f"{request['url']}decide/", {"lines": [approve]}).status_code == 200
        closed = cast.approver.post(f"{request['url']}close-short/", {"reason": "Tidak jadi"})
        assert closed.json()["state"] == "closed"


def test_a_withdrawn_request_is_at_its_end(cast: Cast, phone: DeviceType, at_noon):
    request = submitted(cast, phone)
    problem(cast.kemang_admin.post(f"{request['url']}withdraw/"), 400)
    assert cast.kemang_admin.post(f"{request['url']}withdraw/", {"reason": "Batal"}).json()["state"] == "withdrawn"
    for caller, verb, body in (
        (cast.kemang_head, "endorse", {}),
        (cast.verifier, "verify", {}),
        (
            cast.approver,
            "decide",
            {"lines": [{"id": request["lines"][0]["id"], "decision": "approve", "approved_quantity": 1}]},
        ),
        (cast.kemang_admin, "withdraw", {"reason": "x"}),
        (cast.kemang_admin, "submit", {}),
    ):
        problem(caller.post(f"{request['url']}{verb}/", body), 409)


def test_goods_come_in_on_a_receipt(cast: Cast, phone: DeviceType, at_noon):
    device = asset(cast, phone)
    body = {
        "unit": cast.diskominfo.pk, "contract_number": "027/1", "supplier": "CV Contoh", "received_on": "2026-11-01",
        "assets": [device["id"]],
    }  # fmt: skip
    answer = cast.clerk.post("receipts/", body)
    assert answer.status_code == 201, answer.content
    assert answer.json()["assets"] == [{"id": device["id"], "url": device["url"], "tag": device["tag"]}]
    problem(cast.clerk.post("receipts/", body), 409)
    assert Asset.objects.get(pk=device["id"]).receipt_id == answer.json()["id"]
