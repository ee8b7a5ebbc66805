"""An act over many through the API: rows with the version read, all or none, a repeated call answered as the first."""

from __future__ import annotations

from assets.models import Handover
from core.models import Event
from handing_over import issuing
from handing_over.items import Item
from requests_app import approvals
from requests_app.models import DeviceRequest
from tests import base
from tests.api.cast import Cast


def rows(*requests: object) -> list[dict[str, int]]:
    return [{"id": each.pk, "version": base.again(each).version} for each in requests]


def test_several_are_verified_in_one_call_and_again_by_the_same_key(cast: Cast) -> None:
    requests = [base.endorsed(cast.base) for _ in range(2)]
    body = {"rows": rows(*requests), "reason": "Lengkap"}
    first = cast.verifier.post("requests/many/verify/", body, Idempotency_Key="satu")
    assert first.status_code == 200, first.content
    assert [(each["id"], each["state"]) for each in first.json()["results"]] == [(r.pk, "verified") for r in requests]
    again = cast.verifier.post("requests/many/verify/", body, Idempotency_Key="satu")
    assert again.json() == first.json() and again["Idempotency-Replayed"] == "true"
    assert Event.objects.filter(verb="request.verified").count() == 2


def test_each_row_that_rules_it_out_is_named(cast: Cast) -> None:
    good, moved = base.endorsed(cast.base), base.endorsed(cast.base)
    sent = {"rows": [*rows(good, moved), {"id": 10**9}]}
    approvals.verify(moved, actor=cast.base.verifier)
    refused = cast.verifier.post("requests/many/verify/", sent)
    assert refused.status_code == 404
    named = [(each["field"], each["code"]) for each in refused.json()["errors"]]
    assert named == [("rows.1", "stale"), ("rows.2", "not_found")]
    sent["rows"].pop()
    assert cast.verifier.post("requests/many/verify/", sent).status_code == 412
    del sent["rows"][1]["version"]
    assert cast.verifier.post("requests/many/verify/", sent).status_code == 409
    assert base.again(good).state == "submitted"


def test_what_is_sent_is_held_to_its_shape(cast: Cast) -> None:
    request = base.verified(cast.base)
    for body, field in (
        ({"decision": "approve"}, "rows"), ({"rows": [], "decision": "approve"}, "rows"),
        ({"rows": rows(request)}, "decision"), ({"rows": rows(request), "decision": "approve", "x": 1}, "x"),
        ({"rows": rows(request), "decision": "reject"}, "reason"),
        ({"rows": [{"id": "x"}], "decision": "approve"}, "rows.0.id"),
    ):  # fmt: skip
        refused = cast.approver.post("requests/many/decide/", body)
        assert refused.status_code == 400, body
        assert [each["field"] for each in refused.json()["errors"]] == [field], body
    done = cast.approver.post("requests/many/decide/", {"rows": rows(request), "decision": "approve"})
    assert [each["state"] for each in done.json()["results"]] == ["decided"]


def waiting(cast: Cast) -> list[DeviceRequest]:
    """A phone approved for Kemang and one for Cibinong."""
    return [base.decided(cast.base), base.decided(cast.base, unit=cast.base.cibinong)]


def in_hand(*assets: object, **values: object) -> dict[str, object]:
    """Devices found good, handed over today."""
    items = [{"asset": each.pk, "condition": "good"} for each in assets]
    return {"items": items, "handed_over_on": "2026-03-02", **values}


def test_one_delivery_makes_a_paper_for_each_unit_and_again_by_the_same_key(cast: Cast) -> None:
    requests, phones = waiting(cast), base.some_assets(cast.base, 2)
    body = {"rows": rows(*requests), **in_hand(*phones, accessories="Dus")}
    made = cast.clerk.post("requests/many/issue/", body, Idempotency_Key="antar")
    assert made.status_code == 201, made.content
    told = [(each["recipient_unit"]["id"], each["recipient"]["name"], each["state"]) for each in made.json()["results"]]
    assert told == [
        (cast.base.kemang.pk, "Rani Puspita", "handed_over"), (cast.base.cibinong.pk, "Dodi Permana", "handed_over"),
    ]  # fmt: skip
    again = cast.clerk.post("requests/many/issue/", body, Idempotency_Key="antar")
    assert again.json() == made.json() and again["Idempotency-Replayed"] == "true"
    papers = list(Handover.objects.order_by("pk"))
    assert [[item.asset for item in each.items.all()] for each in papers] == [[phones[0]], [phones[1]]]
    assert Event.objects.filter(verb="handover.handed_over").count() == 2


def test_a_device_names_the_line_it_is_for(cast: Cast) -> None:
    requests, phones = waiting(cast), base.some_assets(cast.base, 2)
    body = {"rows": rows(*requests), **in_hand(*phones)}
    body["items"][0]["request_line"] = requests[1].lines.get().pk
    assert cast.clerk.post("requests/many/issue/", body).status_code == 201
    assert Handover.objects.get(recipient_unit=cast.base.cibinong).items.get().asset == phones[0]
    more = {"rows": rows(*(late := waiting(cast))[:1]), **in_hand(base.an_asset(cast.base))}
    more["items"][0]["request_line"] = late[1].lines.get().pk
    refused = cast.clerk.post("requests/many/issue/", more)
    assert refused.status_code == 400
    [fault] = refused.json()["errors"]
    assert (fault["field"], fault["code"]) == ("items.0.request_line", "line_full")


def test_a_device_not_in_the_store_says_where_it_is_and_nothing_goes_anywhere(cast: Cast) -> None:
    requests, stock = waiting(cast), base.an_asset(cast.base)
    for state, where in (("issued", "dipakai Kecamatan Kemang"), ("held", "disiapkan"), ("lost", "hilang")):
        gone = base.asset_in(cast.base, state)
        papers = Handover.objects.count()
        refused = cast.clerk.post("requests/many/issue/", {"rows": rows(*requests), **in_hand(stock, gone)})
        assert refused.status_code == 409
        [fault] = refused.json()["errors"]
        assert (fault["field"], fault["code"]) == ("items.1.asset", "asset_not_available")
        assert f"{gone.tag} tidak tersedia: {where}" in fault["detail"]
        assert Handover.objects.count() == papers


def test_a_foreign_device_or_row_and_one_that_another_handed_over_are_named(cast: Cast) -> None:
    requests, phones = waiting(cast), base.some_assets(cast.base, 2)
    sent = {"rows": [*rows(*requests), {"id": 10**9}], **in_hand(*phones)}
    issuing.issue(requests[0], actor=cast.base.clerk2, items=[Item(base.an_asset(cast.base), condition="good")])
    refused = cast.clerk.post("requests/many/issue/", sent)
    assert refused.status_code == 404
    named = [(each["field"], each["code"]) for each in refused.json()["errors"]]
    assert named == [("rows.0", "stale"), ("rows.2", "not_found")]
    sent["rows"] = [{"id": each.pk} for each in requests]
    assert cast.clerk.post("requests/many/issue/", sent).status_code == 409
    sent["items"][0]["asset"] = 10**9
    refused = cast.clerk.post("requests/many/issue/", sent)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "items.0.asset")
    assert Handover.objects.count() == 1


def test_a_delivery_is_held_to_its_shape(cast: Cast) -> None:
    requests, phone = waiting(cast), base.an_asset(cast.base)
    for body, field in (
        ({"items": []}, "items"), ({}, "items"), ({"items": [{"asset": phone.pk}]}, "items.0.condition"),
        ({"items": [{"asset": phone.pk, "condition": "bagus"}]}, "items.0.condition"),
        ({**in_hand(phone), "recipient": cast.base.rani.pk}, "recipient"), (in_hand(phone), "rows.1"),
        ({**in_hand(phone), "handed_over_on": "2126-03-03"}, "handed_over_on"),
    ):  # fmt: skip
        chosen = requests if field == "rows.1" else requests[:1]
        refused = cast.clerk.post("requests/many/issue/", {"rows": rows(*chosen), **body})
        assert refused.status_code == 400, (body, refused.content)
        assert [each["field"] for each in refused.json()["errors"]] == [field], body
    assert not Handover.objects.exists()


def test_one_request_is_issued_by_itself_too(cast: Cast) -> None:
    [request, _other], phone = waiting(cast), base.an_asset(cast.base)
    made = cast.clerk.post(f"requests/{request.pk}/issue/", in_hand(phone, recipient=cast.base.rani.pk))
    assert made.status_code == 201 and made.json()["items"][0]["request_line"]["number"] == request.number
    assert cast.clerk.post(f"requests/{request.pk}/issue/", in_hand(phone)).status_code == 409


def test_the_second_of_two_who_decide_one_queue_decides_nothing_and_is_told_of_which(cast: Cast) -> None:
    requests = [base.verified(cast.base) for _ in range(3)]
    seen = rows(*requests)
    assert cast.approver.post("requests/many/decide/", {"rows": seen[:2], "decision": "approve"}).status_code == 200
    refused = cast.approver2.post("requests/many/decide/", {"rows": seen, "decision": "defer", "reason": "Anggaran"})
    assert refused.status_code == 412
    assert [(each["field"], each["code"]) for each in refused.json()["errors"]] == [
        ("rows.0", "stale"), ("rows.1", "stale"),
    ]  # fmt: skip
    assert all(
        request.number in fault["detail"] for request, fault in zip(requests, refused.json()["errors"], strict=False)
    )
    assert base.again(requests[2]).state == "verified"
