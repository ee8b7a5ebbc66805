"""Moving a deadline: one asks with a reason, another decides."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from core import acts
from core.errors import Conflict, DomainError, NotAllowed
from core.permits import may
from org.models import Role
from pledges import deadlines, deciding
from pledges.models import DeadlineRevision, Pledge
from pledges.reading import judgement_of
from tests.base import Cast, a_pledge, again, an_attachment, at, closed, day, delivered, grant, revised
from tests.checks import invalid, no_event, one_event, refused


@pytest.fixture
def pledge(cast: Cast) -> Pledge:
    return a_pledge(cast, original_due_on=day("2026-06-30"))


def ask(cast: Cast, pledge: Pledge, **values: Any) -> DeadlineRevision:
    terms = {"kind": "extension", "new_due_on": day("2026-12-31"), "reason": "Lelang gagal", "actor": cast.verifier}
    return deadlines.ask(pledge, **{**terms, **values}, document=an_attachment(cast))


def decide(cast: Cast, revision: DeadlineRevision, **values: Any) -> DeadlineRevision:
    return deciding.decide(
        revision, **{"decision": "approve", "reason": "Sesuai surat", "actor": cast.decider, **values}
    )


def test_asking_is_one_event_and_changes_no_date(cast: Cast, pledge: Pledge) -> None:
    with one_event("pledge.revision_asked", by=cast.verifier, role="verifier") as written:
        revision = ask(cast, pledge)
    assert written.changes == {
        "kind": [None, "extension"], "due_on": ["2026-06-30", "2026-12-31"],
        "paper": [None, {"sha256": "a" * 64, "evidence": None}],
    }  # fmt: skip
    assert (written.reason, written.related) == ("Lelang gagal", {("deadline_revision", revision.pk)})
    assert judgement_of(pledge).due_on == day("2026-06-30")
    assert again(pledge).version == 4


def test_deciding_is_one_event_in_effect_from_that_day(cast: Cast, pledge: Pledge) -> None:
    revision = ask(cast, pledge)
    with at("2026-03-10"), one_event("pledge.revision_decided", by=cast.decider, role="decider") as written:
        decide(cast, revision)
    assert written.changes == {
        "kind": [None, "extension"], "decision": [None, "approve"], "due_on": ["2026-06-30", "2026-12-31"],
        "reason_asked": [None, "Lelang gagal"],
    }  # fmt: skip
    assert again(revision).effective_on == day("2026-03-10")
    assert judgement_of(pledge, day("2026-03-09")).due_on == day("2026-06-30")
    assert judgement_of(pledge, day("2026-03-10")).due_on == day("2026-12-31")


def test_a_rejected_request_changes_nothing_and_another_may_follow(cast: Cast, pledge: Pledge) -> None:
    decide(cast, ask(cast, pledge), decision="reject")
    assert (judgement_of(pledge).due_on, judgement_of(pledge).revisions) == (day("2026-06-30"), 0)
    decide(cast, ask(cast, pledge, new_due_on=day("2026-09-30")))
    assert judgement_of(pledge).due_on == day("2026-09-30")


def test_only_one_request_is_open_at_a_time(cast: Cast, pledge: Pledge) -> None:
    ask(cast, pledge)
    with refused(Conflict, "revision_undecided"):
        ask(cast, pledge, new_due_on=day("2027-01-31"))


def test_a_request_is_decided_once(cast: Cast, pledge: Pledge) -> None:
    revision = ask(cast, pledge)
    decide(cast, revision)
    with refused(Conflict, "illegal_transition"):
        decide(cast, revision, decision="reject")


@pytest.mark.parametrize("decision", ["", "maybe", "approved"])
def test_a_decision_is_approve_or_reject(cast: Cast, pledge: Pledge, decision: str) -> None:
    revision = ask(cast, pledge)
    with invalid("decision"):
        decide(cast, revision, decision=decision)
    assert again(revision).decided_at is None


def test_asking_is_for_who_speaks_for_the_promise(cast: Cast, pledge: Pledge) -> None:
    for user in cast.users:
        if user not in (cast.verifier, cast.superuser):
            with no_event(), pytest.raises(NotAllowed):
                ask(cast, pledge, actor=user)


def test_deciding_is_for_the_decider_who_did_not_ask(cast: Cast, pledge: Pledge) -> None:
    revision = ask(cast, pledge)
    for user in cast.users:
        allowed = user in (cast.decider, cast.superuser)
        assert may(acts.permits(acts.on(DeadlineRevision, deciding)), "decide", user, revision) is allowed
        if not allowed:
            with no_event(), pytest.raises(NotAllowed):
                decide(cast, revision, actor=user)


def test_nobody_decides_what_they_asked(cast: Cast, pledge: Pledge) -> None:
    grant(cast.verifier, role=Role.DECIDER, unit=cast.root)
    both = again(cast.verifier)
    revision = ask(cast, pledge, actor=both)
    with refused(NotAllowed, "own_act"):
        decide(cast, revision, actor=both)


@pytest.mark.parametrize("decision", ["approve", "reject"])
@pytest.mark.parametrize("reason", ["", " "])
def test_a_decision_says_why(cast: Cast, pledge: Pledge, decision: str, reason: str) -> None:
    revision = ask(cast, pledge)
    with refused(DomainError, "required", field="reason"):
        decide(cast, revision, decision=decision, reason=reason)
    assert again(revision).decision == ""


@pytest.mark.parametrize(
    ("kind", "new", "error", "code"),
    [
        ("extension", "2026-06-30", DomainError, "senseless_date"),
        ("extension", "2026-06-29", DomainError, "senseless_date"),
        ("restated", "2026-06-29", DomainError, "senseless_date"),
        ("advance", "2026-07-01", DomainError, "senseless_date"),
        ("advance", "2021-12-31", DomainError, "senseless_date"),
        ("correction", "2021-12-31", DomainError, "senseless_date"),
        ("first_set", "2026-12-31", Conflict, "wrong_kind"),
    ],
)
def test_a_date_that_makes_no_sense_for_its_kind_is_refused(
    cast: Cast, pledge: Pledge, kind: str, new: str, error: type[DomainError], code: str
) -> None:
    with refused(error, code, field="new_due_on" if error is DomainError else ""):
        ask(cast, pledge, kind=kind, new_due_on=day(new))


@pytest.mark.parametrize("kind", ["extension", "advance", "restated"])
def test_an_undated_pledge_is_given_a_first_date_before_any_other(cast: Cast, kind: str) -> None:
    undated = a_pledge(cast)
    with refused(Conflict, "wrong_kind"):
        ask(cast, undated, kind=kind)
    revised(cast, undated, kind="first_set", to=day("2026-06-30"))
    with refused(Conflict, "wrong_kind"):
        ask(cast, undated, kind="first_set")


def test_a_reason_and_a_known_kind_are_required(cast: Cast, pledge: Pledge) -> None:
    with invalid("reason"):
        ask(cast, pledge, reason="")
    with invalid("kind"):
        ask(cast, pledge, kind="penundaan")


def test_a_closed_kept_or_unpublished_pledge_has_no_deadline_to_move(cast: Cast, pledge: Pledge) -> None:
    revision = ask(cast, pledge)
    closed(cast, pledge, "withdraw", reason="x")
    with refused(Conflict, "pledge_not_open"):
        decide(cast, revision)
    kept = a_pledge(cast, original_due_on=day("2026-06-30"))
    delivered(cast, pledge_line=kept.lines.get())
    for each in (pledge, kept):
        with refused(Conflict, "pledge_not_open"):
            ask(cast, each)


def test_what_was_asked_and_decided_is_fixed_by_the_database(cast: Cast, pledge: Pledge) -> None:
    revision = ask(cast, pledge)
    rows = DeadlineRevision.objects.filter(pk=revision.pk)
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
        rows.update(new_due_on=day("2027-12-31"))
    decide(cast, revision)
    for change in ({"decision": "reject"}, {"effective_on": day("2026-01-01")}, {"decided_by": cast.verifier}):
        with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
        rows.delete()
