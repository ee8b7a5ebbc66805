"""No way round a promise by what is asked about it: each old way is shut, and the honest one open."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core.errors import Conflict, DomainError, NotAllowed
from org.models import Role, Unit
from pledges import deadlines, deciding, passing_on
from pledges.lists import CLOSURES
from pledges.models import Closure, DeadlineRevision, PassingOn, Pledge
from pledges.reading import judgement_of, lapsed_among
from tests.base import (
    Cast,
    a_draft_pledge,
    a_pledge,
    again,
    an_attachment,
    at,
    closed,
    closing,
    day,
    delivered,
    grant,
    returned,
    revised,
    user,
)
from tests.checks import invalid, no_event, one_event, refused


@pytest.fixture
def late(cast: Cast) -> Pledge:
    """Due on the last of January 2024, and 761 days late."""
    said = day("2023-12-01")
    return a_pledge(cast, made_on_from=said, made_on_to=said, original_due_on=day("2024-01-31"))


def ask(cast: Cast, pledge: Pledge, kind: str = "extension", to: str = "2026-12-31", **values: Any) -> DeadlineRevision:
    usual = {"reason": "x", "actor": cast.verifier, "document": an_attachment(cast)}
    return deadlines.ask(pledge, kind=kind, new_due_on=day(to), **{**usual, **values})


def decide(cast: Cast, request: Any, **values: Any) -> Any:
    return deciding.decide(request, **{"decision": "approve", "reason": "Sesuai", "actor": cast.decider, **values})


# ---- a date


@pytest.mark.parametrize("kind", ["extension", "restated", "correction"])
def test_no_date_is_moved_without_a_paper_and_one_is_advanced_without(cast: Cast, late: Pledge, kind: str) -> None:
    to = "2024-01-15" if kind == "correction" else "2026-12-31"
    with no_event(), refused(DomainError, "required", field="document"):
        ask(cast, late, kind, to, document=None)
    ahead = a_pledge(cast, original_due_on=day("2026-12-31"))
    assert ask(cast, ahead, "advance", "2026-06-30", document=None).paper is None


@pytest.mark.parametrize(("kind", "to", "code"), [
    ("extension", "2026-03-01", "not_ahead"), ("extension", "2026-03-02", "not_ahead"),
    ("extension", "2199-12-31", "too_far"), ("restated", "2033-12-02", "too_far"), ("extension", "2027-03-03", "far"),
])  # fmt: skip
def test_no_date_lies_behind_nor_out_of_sight(cast: Cast, late: Pledge, kind: str, to: str, code: str) -> None:
    with no_event(), refused(DomainError, code, field="new_due_on"):
        ask(cast, late, kind, to)


def test_a_date_within_a_year_needs_no_word_and_one_beyond_is_marked(cast: Cast, late: Pledge) -> None:
    assert ask(cast, late, to="2027-03-02").far is False
    other = a_pledge(cast, original_due_on=day("2026-12-31"))
    assert ask(cast, other, to="2027-03-03", far=True).far is True


def test_ten_years_are_the_end_by_however_many_steps(cast: Cast, late: Pledge) -> None:
    revised(cast, late, to=day("2033-12-01"))
    with no_event(), refused(DomainError, "too_far", field="new_due_on"):
        ask(cast, late, to="2033-12-02", far=True)


def test_a_date_that_has_passed_meanwhile_is_not_approved_and_may_be_refused(cast: Cast, late: Pledge) -> None:
    asked = ask(cast, late, to="2026-03-10")
    with at("2026-03-10"), no_event(), refused(Conflict, "outdated"):
        decide(cast, asked)
    with at("2026-03-10"):
        decide(cast, asked, decision="reject")
    assert (again(asked).effective_on, judgement_of(late).due_on) == (None, day("2024-01-31"))


# ---- a correction


def test_a_correction_to_a_later_day_does_not_unmake_a_late_pledge(cast: Cast, late: Pledge) -> None:
    for to in ("2024-02-01", "2026-12-31", "2033-01-01"):
        with no_event(), refused(DomainError, "later_than_words", field="new_due_on"):
            ask(cast, late, "correction", to, far=True)
    assert judgement_of(late).status == "long_overdue"


def test_a_correction_is_decided_after_a_third_person_confirmed_its_paper(cast: Cast, late: Pledge) -> None:
    asked = ask(cast, late, "correction", "2024-01-15")
    for decision in ("approve", "reject"):
        with no_event(), refused(Conflict, "not_confirmed"):
            decide(cast, asked, decision=decision)
    for who in (cast.verifier, cast.decider, cast.auditor):
        with no_event(), pytest.raises(NotAllowed):
            deciding.confirm(asked, actor=who)
    with one_event("pledge.correction_confirmed", by=cast.publisher, role="publisher"):
        deciding.confirm(asked, actor=cast.publisher)
    with refused(Conflict, "illegal_transition"):
        deciding.confirm(asked, actor=cast.publisher)
    decide(cast, asked)
    found = judgement_of(late)
    assert (found.first_due_on, found.corrected_on, found.days_late_original) == (
        day("2024-01-15"), day("2026-03-02"), 777,
    )  # fmt: skip


def test_the_three_of_a_correction_are_three_persons(cast: Cast, late: Pledge) -> None:
    for role in (Role.PUBLISHER, Role.DECIDER):
        grant(cast.verifier, role=role, unit=cast.root)
    grant(cast.publisher, role=Role.DECIDER, unit=cast.root)
    asker, both = again(cast.verifier), again(cast.publisher)
    asked = ask(cast, late, "correction", "2024-01-15", actor=asker)
    with no_event(), refused(NotAllowed, "own_act"):
        deciding.confirm(asked, actor=asker)
    deciding.confirm(asked, actor=both)
    for who in (asker, both):
        with no_event(), refused(NotAllowed, "own_act"):
            decide(cast, asked, actor=who)
    decide(cast, asked)


def test_an_undated_pledge_is_dated_and_never_corrected(cast: Cast) -> None:
    pledge = a_pledge(cast)
    with no_event(), refused(Conflict, "wrong_kind"):
        ask(cast, pledge, "correction", "2026-12-31")
    revised(cast, pledge, kind="first_set", to=day("2026-12-31"))
    with no_event(), refused(Conflict, "wrong_kind"):
        ask(cast, pledge, "correction", "2026-06-30")


def test_only_a_correction_is_confirmed(cast: Cast, late: Pledge) -> None:
    asked = ask(cast, late)
    with no_event(), refused(Conflict, "illegal_transition"):
        deciding.confirm(asked, actor=cast.publisher)


# ---- taken back, lapsed


def test_a_lapsed_request_neither_waits_nor_bars_another(cast: Cast) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-12-31"))
    asked = closing(cast, pledge)
    with at("2026-03-04"):
        phone = delivered(cast, pledge_line=pledge.lines.get()).items.get().asset
    with at("2026-03-06"):
        returned(cast, [phone], kind="recall")
        waiting = CLOSURES.parameters["open"].narrowed(Closure.objects.all(), True, {})
        assert list(waiting) == []
        second = closing(cast, pledge)
        assert list(CLOSURES.parameters["open"].narrowed(Closure.objects.all(), True, {})) == [second]
        assert lapsed_among([asked, second]) == {asked.pk}


def test_one_asked_while_something_was_missing_again_does_not_lapse_by_what_was_before(cast: Cast) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-12-31"))
    with at("2026-03-04"):
        phone = delivered(cast, pledge_line=pledge.lines.get()).items.get().asset
    with at("2026-03-06"):
        returned(cast, [phone], kind="recall")
    with at("2026-03-07"):
        asked = closing(cast, pledge)
        assert lapsed_among([asked]) == set()
        decide(cast, asked)


# ---- another unit to answer


def pass_on(cast: Cast, pledge: Pledge, to: Unit, **values: Any) -> PassingOn:
    usual = {"reason": "Tugas pindah", "actor": cast.verifier, "document": an_attachment(cast)}
    return passing_on.pass_on(pledge, responsible_unit=to, **{**usual, **values})


def test_the_responsible_unit_passes_on_by_asking_and_deciding(cast: Cast, late: Pledge) -> None:
    before = judgement_of(late)
    with one_event("pledge.passing_on_asked", by=cast.verifier, role="verifier"):
        asked = pass_on(cast, late, cast.setda)
    assert again(late).responsible_unit == cast.diskominfo
    with one_event("pledge.passed_on", by=cast.decider, role="decider") as written:
        decide(cast, asked)
    assert written.changes["responsible_unit"] == [cast.diskominfo.code, cast.setda.code]
    assert (again(late).responsible_unit, judgement_of(late)) == (cast.setda, before)


def test_a_refused_passing_on_changes_nothing(cast: Cast, late: Pledge) -> None:
    asked = pass_on(cast, late, cast.setda)
    with refused(Conflict, "passing_on_undecided"):
        pass_on(cast, late, cast.inspektorat)
    with one_event("pledge.passing_on_refused", by=cast.decider, role="decider"):
        decide(cast, asked, decision="reject")
    assert again(late).responsible_unit == cast.diskominfo


def test_nobody_passes_a_pledge_on_alone_bare_or_to_nowhere(cast: Cast, late: Pledge) -> None:
    with no_event(), refused(DomainError, "required", field="document"):
        pass_on(cast, late, cast.setda, document=None)
    with no_event(), invalid("reason"):
        pass_on(cast, late, cast.setda, reason="")
    for who in (cast.decider, cast.kemang_head, cast.clerk):
        with no_event(), pytest.raises(NotAllowed):
            pass_on(cast, late, cast.setda, actor=who)
    Unit.objects.filter(pk=cast.inspektorat.pk).update(active=False)
    for unit in (cast.diskominfo, again(cast.inspektorat)):
        with no_event(), invalid("responsible_unit"):
            pass_on(cast, late, unit)
    asked = pass_on(cast, late, cast.setda)
    Unit.objects.filter(pk=cast.setda.pk).update(active=False)
    with no_event(), refused(Conflict, "outdated"):
        decide(cast, asked)


def test_a_closed_or_kept_pledge_is_passed_on_no_more(cast: Cast, late: Pledge) -> None:
    closed(cast, late)
    with refused(Conflict, "pledge_not_open"):
        pass_on(cast, late, cast.setda)


# ---- by the back door


def test_what_was_asked_and_decided_is_fixed_by_the_database(cast: Cast, late: Pledge) -> None:
    ended = again(closed(cast, late)).closed
    changes: list[dict[str, Any]] = [
        {"reason": "Lain"}, {"asked_by": cast.clerk}, {"kind": "excused"}, {"effective_on": day("2024-01-01")},
        {"decision": "reject"}, {"document": None},
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
            Closure.objects.filter(pk=ended.pk).update(**change)


def test_no_closure_is_in_effect_that_nobody_approved(cast: Cast, late: Pledge) -> None:
    terms: dict[str, Any] = {"pledge": late, "kind": "withdrawn", "reason": "x", "asked_by": cast.verifier}
    for wrong in ({"effective_on": day("2026-03-02")}, {"decision": "approve"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Closure.objects.create(**terms, **wrong)


def test_two_accounts_of_one_unit_are_two_persons(cast: Cast) -> None:
    """The old rule told units apart; a small district has one secretariat."""
    pledge = a_pledge(cast, responsible_unit=cast.setda)
    asker = user(username="verifikator-setda", unit=cast.setda, roles=(Role.VERIFIER,))
    decide(cast, closing(cast, pledge, by=asker))
    assert judgement_of(pledge).status == "withdrawn"


def test_no_words_on_record_give_a_date_more_than_ten_years_after_them(cast: Cast) -> None:
    today = {"made_on_from": day("2026-03-02"), "made_on_to": day("2026-03-02")}
    with invalid("original_due_on"):
        a_draft_pledge(cast, original_due_on=day("2036-03-03"), **today)
    a_draft_pledge(cast, original_due_on=day("2036-03-02"), **today)
