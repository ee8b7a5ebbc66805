"""A conditional promise gets its first date when its condition is met."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import Conflict, DomainError
from org.models import Unit
from pledges import conditions, deciding
from pledges.figure_rows import rows_of
from pledges.models import DeadlineRevision, Pledge
from pledges.reading import judgement_of
from tests.base import Cast, a_pledge, again, an_attachment, day, revised
from tests.checks import invalid, no_event, one_event, refused


@pytest.fixture
def pledge(cast: Cast) -> Pledge:
    return a_pledge(cast, strength="conditional", deadline_text="30 hari setelah APBD disahkan")


def meet(cast: Cast, pledge: Pledge, **values: Any) -> DeadlineRevision:
    return conditions.meet(
        pledge,
        **{
            "met_on": day("2026-02-02"),
            "reason": "Perda 1/2026",
            "actor": cast.verifier,
            "document": an_attachment(cast),
            **values,
        },
    )


def test_the_date_follows_from_the_words_and_is_decided_by_another(cast: Cast, pledge: Pledge) -> None:
    with one_event("pledge.condition_met", by=cast.verifier, role="verifier") as written:
        revision = meet(cast, pledge)
    paper = [None, {"sha256": "a" * 64, "evidence": None}]
    assert written.changes == {
        "condition_met_on": [None, "2026-02-02"], "due_on": [None, "2026-03-04"], "paper": paper,
    }  # fmt: skip
    assert (written.reason, written.related) == ("Perda 1/2026", {("deadline_revision", revision.pk)})
    assert (revision.kind, revision.decision) == ("first_set", "")
    assert judgement_of(pledge).first_due_on is None
    deciding.decide(revision, decision="approve", reason="Sesuai", actor=cast.decider)
    assert judgement_of(pledge).first_due_on == day("2026-03-04")
    with refused(Conflict, "no_condition_open"):
        meet(cast, pledge)


def test_working_days_after_the_condition_are_those_of_the_promising_offices_unit(cast: Cast) -> None:
    pledge = a_pledge(cast, strength="conditional", deadline_text="5 hari kerja setelah APBD disahkan")
    Unit.objects.filter(pk=cast.root.pk).update(working_week=6)
    assert meet(cast, pledge, met_on=day("2026-02-26")).new_due_on == day("2026-03-04")


def test_the_date_may_be_given_and_must_be_where_the_words_hold_no_span(cast: Cast) -> None:
    pledge = a_pledge(cast, strength="conditional", deadline_text="kalau ada anggaran")
    with refused(DomainError, "required", field="new_due_on"):
        meet(cast, pledge)
    assert meet(cast, pledge, new_due_on=day("2026-06-30")).new_due_on == day("2026-06-30")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"met_on": "2026-03-03"}, "met_on"),
        ({"met_on": "2021-12-31"}, "met_on"),
        ({"new_due_on": "2026-02-01"}, "new_due_on"),
    ],
)
def test_days_that_make_no_sense_are_refused(cast: Cast, pledge: Pledge, values: dict[str, str], field: str) -> None:
    with refused(DomainError, "senseless_date", field=field):
        meet(cast, pledge, **{name: day(value) for name, value in values.items()})


def test_a_firm_or_dated_promise_waits_for_no_condition(cast: Cast, pledge: Pledge) -> None:
    deciding.decide(meet(cast, pledge), decision="approve", reason="Sesuai", actor=cast.decider)
    for each in (a_pledge(cast), pledge):
        with refused(Conflict, "no_condition_open"):
            meet(cast, each)


def test_only_a_first_date_comes_from_a_condition_and_only_the_system_asks_without_a_name(
    cast: Cast, pledge: Pledge
) -> None:
    terms = {"pledge": pledge, "new_due_on": day("2026-06-30"), "reason": "x", "kind": "extension"}
    for wrong in ({"asked_by": None}, {"asked_by": cast.verifier, "condition_met_on": day("2026-02-02")}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DeadlineRevision.objects.create(**terms, **wrong)
    assert not again(pledge).deadline_revisions.exists()


def test_a_conditional_pledge_has_no_original_date(cast: Cast) -> None:
    with invalid("original_due_on"):
        a_pledge(cast, strength="conditional", original_due_on=day("2026-06-30"))


def test_no_first_date_goes_round_the_condition(cast: Cast, pledge: Pledge) -> None:
    """The old way: dated by ``first_set`` it had a date and stayed out of every rate."""
    with no_event(), refused(Conflict, "condition_not_met"):
        revised(cast, pledge, kind="first_set", to=day("2026-06-30"))
    assert rows_of(Pledge.objects.all())[0].counts is False
    deciding.decide(meet(cast, pledge), decision="approve", reason="Sesuai", actor=cast.decider)
    assert rows_of(Pledge.objects.all())[0].counts is True


def test_the_date_of_the_words_may_have_passed_and_one_that_is_given_lies_ahead(cast: Cast, pledge: Pledge) -> None:
    asked = meet(cast, pledge, met_on=day("2026-01-15"))
    assert asked.new_due_on == day("2026-02-14")
    deciding.decide(asked, decision="approve", reason="Sesuai", actor=cast.decider)
    assert judgement_of(pledge).status == "overdue"
    bare = a_pledge(cast, strength="conditional", deadline_text="kalau ada anggaran")
    with refused(DomainError, "not_ahead", field="new_due_on"):
        meet(cast, bare, new_due_on=day("2026-03-02"))
    with refused(DomainError, "far", field="new_due_on"):
        meet(cast, bare, new_due_on=day("2027-03-03"))


def test_the_date_is_never_later_than_so_long_after_the_condition(cast: Cast, pledge: Pledge) -> None:
    with no_event(), refused(DomainError, "later_than_words", field="new_due_on"):
        meet(cast, pledge, new_due_on=day("2026-03-05"))
    assert meet(cast, pledge, new_due_on=day("2026-03-04")).new_due_on == day("2026-03-04")


@pytest.mark.parametrize(
    "words", ["kalau ada anggaran, paling lambat Juni 2026", "Juni 2026", "setelah APBD disahkan, Juni 2026"]
)
def test_nor_than_the_date_said_beside_it(cast: Cast, words: str) -> None:
    pledge = a_pledge(cast, strength="conditional", deadline_text=words)
    with no_event(), refused(DomainError, "later_than_words", field="new_due_on"):
        meet(cast, pledge, new_due_on=day("2026-07-01"))
    assert meet(cast, pledge).new_due_on == day("2026-06-30")


def test_of_a_length_and_a_limit_the_earlier_binds(cast: Cast) -> None:
    words = "30 hari setelah APBD disahkan, paling lambat 20 Februari 2026"
    pledge = a_pledge(cast, strength="conditional", deadline_text=words)
    with no_event(), refused(DomainError, "later_than_words", field="new_due_on"):
        meet(cast, pledge, met_on=day("2026-01-02"), new_due_on=day("2026-02-20"))
    assert meet(cast, pledge).new_due_on == day("2026-02-20")


def test_a_limit_that_has_passed_is_the_date_and_late_at_once(cast: Cast) -> None:
    pledge = a_pledge(cast, strength="conditional", deadline_text="kalau ada anggaran, tahun 2025")
    for wrong, code in (("2025-12-30", "senseless_date"), ("2026-06-30", "later_than_words")):
        with no_event(), refused(DomainError, code, field="new_due_on"):
            meet(cast, pledge, new_due_on=day(wrong))
    asked = meet(cast, pledge)
    assert asked.new_due_on == day("2025-12-31") < asked.condition_met_on
    deciding.decide(asked, decision="approve", reason="Sesuai", actor=cast.decider)
    judged = judgement_of(pledge)
    assert (judged.status, judged.days_late) == ("overdue", 61)


def test_that_a_condition_was_met_is_shown_by_a_paper(cast: Cast, pledge: Pledge) -> None:
    with no_event(), refused(DomainError, "required", field="document"):
        meet(cast, pledge, document=None)
