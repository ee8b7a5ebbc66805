"""Decisions line by line: approve in part, reject, defer, decide again, close short."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import Conflict, DomainError
from requests_app import approvals
from requests_app.approvals import Decided
from requests_app.models import RequestLine
from tests.base import Cast, a_line, a_pledge, again, an_issue, at, decide, decided, line_of, some_assets, verified
from tests.checks import invalid, one_event, refused
from tests.requests_app.scenes import DEFER, REJECT, approve, issued_on


@pytest.fixture
def three_lines(cast: Cast) -> Any:
    return verified(
        cast, lines=[a_line(cast, quantity=3), a_line(cast, device_type=cast.camera), a_line(cast, quantity=2)]
    )


def approvals_of(*lines: RequestLine) -> list[Decided]:
    return [Decided(line.pk, "approve", 1) for line in lines]


def test_a_decision_is_one_event_with_every_line(cast: Cast, three_lines: Any) -> None:
    with one_event("request.decided", by=cast.approver, role="approver") as written:
        decide(cast, three_lines, decisions=[approve(2), REJECT, DEFER])
    assert written.changes["state"] == ["verified", "decided"]
    said = [(line["decision"], line["quantity"], line["approved_quantity"], line["defer_to_year"], line["reason"])
            for line in written.changes["lines"][1]]  # fmt: skip
    assert said == [
        ("approve", 3, 2, None, None),
        ("reject", 1, None, None, "Tidak sesuai prioritas"),
        ("defer", 2, None, 2027, "Menunggu anggaran"),
    ]
    assert "prioritas" not in str(written.event.changes)


def test_the_requested_quantity_survives_a_partial_approval(cast: Cast, three_lines: Any) -> None:
    decide(cast, three_lines, decisions=[approve(2), REJECT, DEFER])
    first, second, third = (line_of(three_lines, n) for n in range(3))
    assert (first.quantity, first.approved_quantity, first.outstanding) == (3, 2, 2)
    assert (second.quantity, second.approved_quantity, second.outstanding, second.reason) == (
        1, None, 0, "Tidak sesuai prioritas",
    )  # fmt: skip
    assert (third.quantity, third.approved_quantity, third.outstanding, third.defer_to_year) == (2, None, 0, 2027)


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (approve(3), "approved_quantity"),
        (approve(0), "approved_quantity"),
        (approve(-1), "approved_quantity"),
        ({"decision": "approve"}, "approved_quantity"),
        ({"decision": "reject"}, "reason"),
        ({"decision": "reject", "reason": "   "}, "reason"),
        ({"decision": "reject", "reason": "x" * 1001}, "reason"),
        ({"decision": "defer", "defer_to_year": 2027}, "reason"),
        ({"decision": "defer", "reason": "Nanti"}, "defer_to_year"),
        ({"decision": "defer", "reason": "Nanti", "defer_to_year": 2026}, "defer_to_year"),
        ({"decision": "defer", "reason": "Nanti", "defer_to_year": 2037}, "defer_to_year"),
        ({"decision": "maybe", "reason": "Nanti"}, "decision"),
        ({"decision": "", "reason": "Nanti"}, "decision"),
    ],
)
def test_a_wrong_decision_is_named_and_none_is_kept(cast: Cast, choice: dict[str, Any], field: str) -> None:
    request = verified(cast, lines=[a_line(cast), a_line(cast, quantity=2)])
    with invalid(f"lines.1.{field}"):
        decide(cast, request, decisions=[approve(1), choice])
    assert {line.decision for line in request.lines.all()} == {""}
    assert again(request).state == "verified"


def test_a_reason_that_goes_with_an_approval_keeps_its_limit_too(cast: Cast) -> None:
    request = verified(cast)
    with invalid("lines.0.reason"):
        decide(cast, request, decisions=[{**approve(1), "reason": "x" * 1001}])


def test_every_open_line_is_named_once_and_no_other(cast: Cast) -> None:
    request, other = verified(cast, lines=[a_line(cast), a_line(cast)]), verified(cast)
    first, second = request.lines.all()
    cases = {
        "lines": [[], [first]],
        "lines.1.id": [[first, first, second]],
        "lines.2.id": [[first, second, line_of(other)]],
    }
    for field, lists in cases.items():
        for lines in lists:
            with refused(DomainError, "invalid", field=field):
                approvals.decide(request, lines=approvals_of(*lines), actor=cast.approver)


def test_a_deferred_line_is_decided_again_from_1_january_and_no_other_line(cast: Cast) -> None:
    request = decided(cast, lines=[a_line(cast), a_line(cast, quantity=2)], decisions=[approve(1), DEFER])
    with at("2026-12-31T23:59:59"), refused(Conflict, "illegal_transition"):
        approvals.decide(request, lines=approvals_of(line_of(request, 1)), actor=cast.approver)
    with at("2027-01-01T00:00:00"):
        with refused(DomainError, "invalid", field="lines.0.id"):
            approvals.decide(request, lines=approvals_of(*request.lines.all()), actor=cast.approver)
        with one_event("request.decided", by=cast.approver2, role="approver") as written:
            decide(cast, request, decisions=[approve(2)], by=cast.approver2)
        assert written.changes["state"] == ["decided", "decided"]
        line = line_of(request, 1)
        assert (line.decision, line.approved_quantity, line.defer_to_year, line.outstanding) == ("approve", 2, None, 2)


def test_a_line_can_be_deferred_again(cast: Cast) -> None:
    request = decided(cast, decisions=[DEFER])
    with at("2027-02-01"):
        decide(cast, request, decisions=[{**DEFER, "defer_to_year": 2028}])
        assert again(request).current_state == "decided"
        with refused(Conflict, "illegal_transition"):
            approvals.decide(request, lines=approvals_of(line_of(request)), actor=cast.approver)


def test_a_decision_finds_the_pledge_published_meanwhile(cast: Cast) -> None:
    request = verified(cast)
    pledge = a_pledge(cast)
    with one_event("request.decided", by=cast.approver, role="approver") as written:
        decide(cast, request)
    assert ("pledge", pledge.pk) in written.related
    assert line_of(request).pledge_line == pledge.lines.get()


def test_sending_back_is_one_event_with_its_reason(cast: Cast) -> None:
    request = verified(cast)
    with one_event("request.sent_back", by=cast.approver, role="approver") as written:
        approvals.send_back(request, actor=cast.approver, reason="Tambahkan foto")
    assert (written.changes, written.reason) == ({"state": ["verified", "sent_back"]}, "Tambahkan foto")
    assert again(request).verified_by is None


def test_closing_short_ends_what_is_outstanding(cast: Cast) -> None:
    request = issued_on(cast, decided(cast, lines=[a_line(cast, quantity=3), a_line(cast)]), 1)
    with one_event("request.closed_short", by=cast.approver, role="approver") as written:
        approvals.close_short(request, actor=cast.approver, reason="Anggaran dipotong")
    first, second = line_of(request), line_of(request, 1)
    assert written.changes == {
        "outstanding": [[{"line": first.pk, "quantity": 2}, {"line": second.pk, "quantity": 1}], []]
    }
    assert (first.fulfilled_quantity, first.outstanding, second.outstanding) == (1, 0, 0)
    assert again(request).current_state == "closed"
    phones = some_assets(cast, 1)
    with refused(Conflict, "line_not_approved"):
        an_issue(cast, assets=phones, request_line=first)
