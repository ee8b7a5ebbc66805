"""An act over many: all or none, each row that rules it out named, one event each."""

from __future__ import annotations

from typing import Any

import pytest

from core import acts, many
from core.errors import Conflict, DomainError, Missing, NotAllowed, Stale
from core.models import Event
from handing_over import fulfilment
from org.models import Role
from requests_app import approvals
from requests_app.models import DeviceRequest
from requests_app.states import LineDecision
from tests.base import Cast, a_line, again, an_issue, decided, endorsed, grant, make_cast, submitted, verified

VERIFY, DECIDE = acts.of(approvals.verify), acts.of(approvals.decide)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def do(verb: acts.Act, who: Any, rows: list[Any], **values: Any) -> list[Any]:
    seen = type(rows[0])._default_manager.visible_to(again(who))
    return many.run(verb, seen, {each.pk: each.version for each in rows}, again(who), values)


def states(*requests: DeviceRequest) -> list[str]:
    return [again(each).state for each in requests]


def fails(kind: type[DomainError], verb: acts.Act, who: Any, rows: list[Any], **values: Any) -> DomainError:
    """The refusal, after which nothing is written."""
    events = Event.objects.count()
    with pytest.raises(kind) as refusal:
        do(verb, who, rows, **values)
    assert type(refusal.value) is kind
    assert Event.objects.count() == events
    return refusal.value


def test_several_requests_are_verified_with_an_event_each(cast: Cast) -> None:
    requests = [endorsed(cast) for _ in range(3)]
    do(VERIFY, cast.verifier, requests, reason="Lengkap")
    assert states(*requests) == ["verified"] * 3
    events = Event.objects.filter(verb="request.verified")
    assert [(each.subject_id, each.actor_id, each.role) for each in events.order_by("seq")] == [
        (each.pk, cast.verifier.pk, "verifier") for each in requests
    ]


def test_every_row_that_rules_it_out_is_named_and_nothing_is_done(cast: Cast) -> None:
    good, moved, unsigned = endorsed(cast), endorsed(cast), submitted(cast)
    stale = again(moved)
    approvals.verify(moved, actor=cast.verifier)
    refusal = fails(Stale, VERIFY, cast.verifier, [good, stale, unsigned])
    assert [(each.field, each.code) for each in refusal.faults] == [("rows.1", "stale"), ("rows.2", "not_endorsed")]
    assert str(moved) in str(refusal.faults[0].detail) and str(unsigned) in str(refusal.faults[1].detail)
    kinds = {pk: type(error) for pk, (_thing, error) in refusal.refused.items()}
    assert kinds == {moved.pk: Stale, unsigned.pk: Conflict}
    assert states(good, unsigned) == ["submitted"] * 2


def test_a_row_out_of_scope_and_ones_own_rule_it_out(cast: Cast) -> None:
    mine, foreign = submitted(cast), submitted(cast, unit=cast.cibinong)
    refusal = fails(Missing, VERIFY, cast.kemang_head, [mine, foreign])
    assert [(each.field, each.code) for each in refusal.faults] == [("rows.0", "role_missing"), ("rows.1", "not_found")]
    assert cast.cibinong.name not in str(refusal.faults[1].detail)
    grant(cast.verifier, role=Role.APPROVER, unit=cast.root)
    own = [verified(cast), verified(cast)]
    refusal = fails(NotAllowed, DECIDE, cast.verifier, own, decision=LineDecision.APPROVE)
    assert [each.code for each in refusal.faults] == ["own_act"] * 2


def test_all_are_decided_the_same_way_in_full(cast: Cast) -> None:
    requests = [verified(cast, lines=[a_line(cast, quantity=2), a_line(cast)]), verified(cast)]
    do(DECIDE, cast.approver, requests, decision=LineDecision.APPROVE)
    assert states(*requests) == ["decided"] * 2
    assert [line.approved_quantity for each in requests for line in each.lines.order_by("pk")] == [2, 1, 1]
    later = [verified(cast), verified(cast)]
    do(DECIDE, cast.approver, later, decision=LineDecision.DEFER, reason="Menunggu anggaran", defer_to_year=2027)
    assert [(line.decision, line.defer_to_year, line.reason) for each in later for line in each.lines.all()] == [
        ("defer", 2027, "Menunggu anggaran")
    ] * 2


def test_what_is_wrong_with_what_is_said_for_all_is_told_of_that(cast: Cast) -> None:
    requests = [verified(cast), verified(cast)]
    refusal = fails(DomainError, DECIDE, cast.approver, requests, decision=LineDecision.REJECT)
    assert [(each.field, each.code) for each in refusal.faults] == [("reason", "required")]
    refusal = fails(DomainError, DECIDE, cast.approver, requests, decision="maybe")
    assert [(each.field, each.code) for each in refusal.faults] == [("decision", "invalid_choice")]
    assert states(*requests) == ["verified"] * 2


def test_prepared_papers_are_handed_over_together(cast: Cast) -> None:
    papers = [an_issue(cast, on=None), an_issue(cast, on=None, to=cast.cibinong)]
    done = do(acts.of(fulfilment.hand_over), cast.clerk, papers)
    assert [each.state for each in done] == ["handed_over"] * 2 and all(each.number for each in done)


def test_the_second_of_two_who_decide_one_queue_does_nothing(cast: Cast) -> None:
    requests = [verified(cast), verified(cast)]
    do(DECIDE, cast.approver, requests[:1], decision=LineDecision.APPROVE)
    refusal = fails(Stale, DECIDE, cast.approver2, requests, decision=LineDecision.APPROVE)
    assert [each.field for each in refusal.faults] == ["rows.0"]
    assert decided(cast).state == "decided"
