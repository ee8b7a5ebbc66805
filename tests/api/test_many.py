"""An act over many through the API: rows with the version read, all or none, a repeated call answered as the first."""

from __future__ import annotations

from core.models import Event
from requests_app import approvals
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
