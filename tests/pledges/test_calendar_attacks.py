"""No way round a promise by the calendar: the old ways are closed on every door, the honest ones stay open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.base import address_of
from core import clock, jobs
from core.errors import Conflict, DomainError, NotAllowed
from core.installation import change_installation
from core.models import Event, Installation
from org import proposing
from org.calendar import seed
from org.models import CalendarDay, CalendarProposal, Tenure, Unit
from org.proposing import Entry
from org.reference import keep
from pledges.models import DeadlineRevision, Pledge
from pledges.reading import judgement_of
from pledges.recomputing import recompute_deadlines, would_move
from pledges.suggesting import suggestion_of
from tests.backoffice.desk import Desk, text
from tests.base import (
    Cast,
    a_day_off,
    a_pledge,
    at,
    changed_day,
    day,
    day_removed,
    delivered,
    make_cast,
    revised,
    settings_are,
)
from tests.checks import invalid, no_event, one_event, refused
from tests.profiles import examples

SAID = "2026-02-16"
TEN_DAYS = "2026-03-02"  # Monday to Friday, no day off between


def promised(cast: Cast, text: str = "10 hari kerja", due: str = TEN_DAYS, said: str = SAID, **more: Any) -> Pledge:
    return a_pledge(cast, made_on_from=day(said), made_on_to=day(said), deadline_text=text, original_due_on=day(due),
                    **more)  # fmt: skip


def a_feast(when: str, *, estimated: bool = True) -> CalendarDay:
    """An estimated 1 Syawal, seeded before anything else."""
    return CalendarDay.objects.create(
        date=day(when), name="Hari Raya Idul Fitri", kind="national", estimated=estimated,
        confirmed_at=clock.now() - timedelta(days=400),
    )  # fmt: skip


def judged(pledge: Pledge) -> tuple[str, str, int]:
    found = judgement_of(pledge)
    return found.status, str(found.first_due_on), found.days_late_original


@pytest.fixture
def pledge(cast: Cast) -> Pledge:
    with at("2026-02-17"):
        return promised(cast)


# ---- attack 1: the old ways are closed


def test_past_days_off_do_not_move_a_date_that_has_passed_nor_does_taking_them_out(cast: Cast, pledge: Pledge) -> None:
    with at("2026-03-12"):
        before = judged(pledge)
        assert before == ("overdue", TEN_DAYS, 10)
        entered = [a_day_off(cast, f"2026-02-{n}") for n in (18, 19, 20, 23, 24, 25, 26, 27)]
        assert (recompute_deadlines(), judged(pledge)) == (0, before)
        delivered(cast, pledge_line=pledge.lines.get())
        for each in entered:
            day_removed(cast, each)
        assert recompute_deadlines() == 0
        assert judged(pledge) == ("kept_late", TEN_DAYS, 10)
    assert not DeadlineRevision.objects.exists()


def test_a_past_day_does_not_move_an_open_date_either(cast: Cast, pledge: Pledge) -> None:
    with at("2026-02-24"):
        for when in ("2026-02-18", "2026-02-23", "2026-02-24"):
            a_day_off(cast, when)
        assert (recompute_deadlines(), judged(pledge)[1]) == (0, TEN_DAYS)


def test_a_past_lebaran_is_not_moved(cast: Cast) -> None:
    with at("2026-01-05"):
        feast = a_feast("2026-03-20", estimated=False)
        before, after = (
            promised(cast, "sebelum Lebaran", "2026-03-19", "2026-01-05"),
            promised(cast, "habis Lebaran", "2026-04-18", "2026-01-05"),
        )
    with at("2026-03-25"):
        moved = changed_day(cast, feast, date=day("2026-05-20"))
        assert recompute_deadlines() == 0
        changed_day(cast, moved, date=day("2026-03-01"))
        assert recompute_deadlines() == 0
        assert [judged(each)[1] for each in (before, after)] == ["2026-03-19", "2026-04-18"]
        assert judged(before)[0] == "overdue"


def test_a_feast_ahead_does_not_move_a_date_before_it_that_has_come(cast: Cast) -> None:
    with at("2026-01-05"):
        feast = a_feast("2026-03-20", estimated=False)
        pledge = promised(cast, "sebelum Lebaran", "2026-03-19", "2026-01-05")
    with at("2026-03-19"):
        changed_day(cast, feast, date=day("2026-03-28"))
        assert (recompute_deadlines(), judged(pledge)[1]) == (0, "2026-03-19")


def test_the_week_switched_moves_no_date_that_has_passed(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.root.pk).update(working_week=6)
    with at("2026-02-17"):
        pledge = promised(cast, due="2026-02-27")
    with at("2026-03-02"):
        assert judged(pledge) == ("overdue", "2026-02-27", 3)
        keep(cast.root, actor=cast.user_admin, working_week=5)
        assert recompute_deadlines() == 0
        with refused(DomainError, "too_early", field="working_week_from"):
            keep(cast.root, actor=cast.user_admin, working_week=6, working_week_from=day("2026-02-01"))
    with at("2026-03-04"):
        settings_are(name="Contoh")
        change_installation(actor=cast.superuser, role="superuser", six_day_week=True)
        keep(cast.root, actor=cast.user_admin, working_week=None)
        assert (recompute_deadlines(), judged(pledge)) == (0, ("overdue", "2026-02-27", 5))


def test_the_week_switched_ahead_moves_an_open_date_and_the_page_says_who_did_it(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.root.pk).update(working_week=6)
    with at("2026-02-17"):
        pledge = promised(cast, due="2026-02-27")
        keep(cast.root, actor=cast.user_admin, working_week=5)
        assert (recompute_deadlines(), judged(pledge)[1]) == (1, TEN_DAYS)
        said = text(Desk(cast).get(cast.viewer, address_of(pledge)))
        assert "27 Februari 2026 → 2 Maret 2026 · diubah Fitri Amalia" in said
        assert "tercatat 27 Februari 2026, dikoreksi 17 Februari 2026" in said


def test_nobody_changes_the_calendar_alone_or_without_the_number_of_a_decree(cast: Cast) -> None:
    terms: Any = {"date": day("2026-05-05"), "name": "Hari jadi", "kind": "local"}
    with refused(DomainError, "required", field="decree"):
        proposing.propose_day(actor=cast.verifier, decree=" ", **terms)
    with refused(DomainError, "required", field="decree"):
        proposing.propose(actor=cast.verifier, decree="", days=[Entry(**terms)])
    for decree in ("-", "SKB"):
        with invalid("decree"):
            proposing.propose(actor=cast.verifier, decree=decree, days=[Entry(**terms)])
        with invalid("decree"):
            proposing.propose_day(actor=cast.verifier, decree=decree, **terms)
    for proposer in (cast.verifier, cast.superuser):
        proposed = proposing.propose_day(actor=proposer, decree="SK 1", **{**terms, "name": str(proposer)})
        with refused(NotAllowed, "own_act"):
            proposing.confirm(proposed, actor=proposer)
        with refused(NotAllowed, "own_act"):
            proposing.decide(proposed.proposal, actor=proposer, decision="approve", reason="x")
    with refused(NotAllowed, "role_missing"):
        proposing.confirm(proposed, actor=cast.kemang_admin)
    assert not CalendarDay.objects.in_force().exists()
    with refused(Conflict, "illegal_transition"):
        proposing.propose_removal(proposed, actor=cast.verifier, decree="SK 2")


# ---- the honest ways stay open


def test_a_decreed_day_ahead_moves_an_open_date_once_by_the_two_who_decreed_it(cast: Cast, pledge: Pledge) -> None:
    with at("2026-02-20"):
        a_day_off(cast, "2026-02-27", decree="SK Bupati 7/2026")
        assert jobs.run_due() == 1
        assert judged(pledge)[:2] == ("due_soon", "2026-03-03")
        [revision] = DeadlineRevision.objects.all()
        event = Event.objects.latest("seq")
        assert event.verb == "pledge.deadline_recomputed"
        assert event.changes["due_on"] == [TEN_DAYS, "2026-03-03"]
        assert (event.changes["decree"], event.changes["caused_by"]) == (
            [None, "SK Bupati 7/2026"], [None, revision.caused_by_id],
        )  # fmt: skip
        with no_event():
            assert recompute_deadlines() == 0


def test_two_changes_are_two_corrections_also_when_both_are_worked_off_late(cast: Cast, pledge: Pledge) -> None:
    with at("2026-02-20"):
        a_day_off(cast, "2026-02-26")
    with at("2026-02-23"):
        a_day_off(cast, "2026-02-27")
    with at("2026-03-20"):
        a_day_off(cast, "2026-03-03")
        assert recompute_deadlines() == 2
    rows = DeadlineRevision.objects.values_list("new_due_on", "effective_on")
    assert list(rows) == [(day("2026-03-03"), day("2026-02-20")), (day("2026-03-04"), day("2026-02-23"))]


@pytest.mark.parametrize(
    ("decreed_on", "to", "due"),
    [("2027-03-11", "2027-03-11", "2027-03-10"), ("2027-04-08", "2027-03-12", "2027-03-11"),
     ("2027-03-01", "2027-03-25", "2027-03-24"),  # ahead: as far as the decree says
     ("2027-04-09", "2027-03-11", "2027-03-09"), ("2027-03-11", "2027-03-13", "2027-03-09")],
)  # fmt: skip
def test_an_estimated_feast_may_be_decreed_within_thirty_days_by_two_at_most(
    cast: Cast, decreed_on: str, to: str, due: str
) -> None:
    with at("2027-01-05"):
        feast = a_feast("2027-03-10")
        pledge = promised(cast, "sebelum Lebaran", "2027-03-09", "2027-01-04")
    with at(decreed_on):
        official = changed_day(cast, feast, date=day(to))
        recompute_deadlines()
        assert judged(pledge)[1] == due
    if decreed_on > "2027-03-09":
        with at(decreed_on):
            changed_day(cast, official, date=day(to) + timedelta(days=1))
            assert (recompute_deadlines(), judged(pledge)[1]) == (0, due)


def test_the_exception_is_two_days_in_all_however_many_decrees_follow(cast: Cast) -> None:
    with at("2027-01-05"):
        feast = a_feast("2027-03-10")
        pledge = promised(cast, "sebelum Lebaran", "2027-03-09", "2027-01-04")
    with at("2027-03-10"):
        official = changed_day(cast, feast, date=day("2027-03-12"))
        assert (recompute_deadlines(), judged(pledge)[1]) == (1, "2027-03-11")
        changed_day(cast, official, date=day("2027-03-14"))
        assert (recompute_deadlines(), judged(pledge)[1]) == (0, "2027-03-11")


def test_another_day_decreed_late_is_no_exception(cast: Cast) -> None:
    with at("2026-03-02"):
        CalendarDay.objects.create(date=day("2026-03-11"), name="Isra Mikraj", kind="national", estimated=True)
        pledge = promised(cast, due="2026-03-17", said="2026-03-02")
    with at("2026-03-20"):
        a_day_off(cast, "2026-03-12")
        assert (recompute_deadlines(), judged(pledge)[1]) == (0, "2026-03-17")


def test_a_whole_year_is_one_proposal_and_an_estimate_it_names_is_moved_without_deletion(cast: Cast) -> None:
    seed(range(2027, 2028))
    days = [
        Entry(day("2027-03-11"), "Idul Fitri 1448 Hijriah", "national"),
        Entry(day("2027-01-01"), "Tahun Baru 2027 Masehi", "national"),
        Entry(day("2027-11-02"), "Hari Jadi", "local"),
    ]
    with one_event("calendar_proposal.made", by=cast.verifier, role="verifier"):
        listed = proposing.propose(actor=cast.verifier, decree="SKB 3/2026", days=days)
    with one_event("calendar_proposal.decided", by=cast.clerk, role="asset_clerk"):
        proposing.decide(listed, actor=cast.clerk, decision="approve", reason="Sesuai SKB")
    kept = CalendarDay.objects.in_force()
    [feast] = (
        kept.filter(date__month=3, name__contains="Idul Fitri")
        .exclude(name__contains="edua")
        .exclude(kind="collective_leave")
    )
    assert (feast.date, feast.estimated, feast.decree) == (day("2027-03-11"), False, "SKB 3/2026")
    assert seed(range(2027, 2028)) == 0


def test_what_was_proposed_counts_only_once_it_is_confirmed_and_can_be_refused(cast: Cast, pledge: Pledge) -> None:
    with at("2026-02-20"):
        terms: Any = {"date": day("2026-02-27"), "name": "Hari jadi", "kind": "local", "decree": "SK 7"}
        proposed = proposing.propose_day(actor=cast.verifier, **terms)
        assert recompute_deadlines() == 0
        assert would_move(proposed.proposal) == [(pledge, day(TEN_DAYS), day("2026-03-03"))]
        proposing.decide(proposed.proposal, actor=cast.clerk, decision="reject", reason="Nomor tidak ada")
        assert recompute_deadlines() == 0
        with refused(Conflict, "illegal_transition"):
            proposing.confirm(proposed, actor=cast.clerk)
    assert not CalendarDay.objects.in_force().exists()


# ---- whatever is done to the calendar after a date has passed


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["add", "move", "remove", "unit", "installation", "seed"]),
        st.integers(-60, 40), st.integers(-60, 40), st.booleans(), st.integers(0, 9),
    ),
    min_size=1, max_size=8,
)  # fmt: skip
TEXTS = st.sampled_from(
    [("10 hari kerja", TEN_DAYS), ("sebelum Lebaran", "2026-03-19"), ("habis Lebaran", "2026-04-18")]
)


class Calendar:
    """What two people and a user admin do to the calendar, one act after another."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.number = cast, 0

    def act(self, kind: str, first: int, second: int, flag: bool, which: int) -> None:
        self.number += 1
        today = clock.today()
        kept = list(CalendarDay.objects.in_force().filter(estimated=False))
        if kind == "add":
            when = str(today + timedelta(days=first))
            a_day_off(self.cast, when, name=f"{'Idul Fitri' if flag else 'Libur'} {self.number}", kind="national")
        elif kind in ("move", "remove") and kept:
            row = kept[which % len(kept)]
            moved = today + timedelta(days=second)
            if kind == "remove":
                day_removed(self.cast, row)
            else:
                changed_day(self.cast, row, date=moved, name=f"{row.name} {self.number}")
        elif kind == "unit":
            keep(self.cast.root, actor=self.cast.user_admin, working_week=6 if flag else 5)
        elif kind == "installation":
            flipped = not Installation.current().six_day_week
            change_installation(actor=self.cast.superuser, role="superuser", six_day_week=flipped)
        elif kind == "seed":
            seed(range(2026, 2027))


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, said=TEXTS, jobs_run=st.booleans())
def test_no_sequence_of_calendar_acts_after_a_date_has_passed_changes_the_judgement(
    db: None, acts: list[Any], said: tuple[str, str], jobs_run: bool
) -> None:
    with transaction.atomic(), at("2026-01-05"):
        cast = make_cast()
        a_feast("2026-03-20", estimated=False)
        text, due = said
        start = SAID if "kerja" in text else "2026-01-05"
        with at(start):
            pledge = promised(cast, text, due, start)
        calendar, passed = Calendar(cast), date.fromisoformat(due) + timedelta(days=1)
        last = passed + timedelta(days=len(acts) + 1)
        with at(str(last)):
            before = judgement_of(pledge)
        for number, one in enumerate(acts):
            with at(str(passed + timedelta(days=number))):
                calendar.act(*one)
                if jobs_run:
                    recompute_deadlines()
        with at(str(last)):
            recompute_deadlines()
            assert judgement_of(pledge) == before
        transaction.set_rollback(True)


def test_a_proposal_of_nothing_or_of_a_day_that_stands_there_is_refused(cast: Cast) -> None:
    a_day_off(cast, "2026-05-05")
    with refused(DomainError, "required", field="days"):
        proposing.propose(actor=cast.verifier, decree="SK 9", days=[])
    twice = [Entry(day("2026-06-02"), "Libur", "local")] * 2
    with refused(DomainError, "unique", field="days.1.date"):
        proposing.propose(actor=cast.verifier, decree="SK 9", days=twice)
    with refused(DomainError, "unique", field="date"):
        a_day_off(cast, "2026-05-05")
    assert CalendarProposal.objects.count() == 1


# ---- what the words came to when they were recorded binds every correction


def test_days_off_entered_afterwards_lift_the_limit_of_no_correction(cast: Cast) -> None:
    with at("2026-02-17"):
        pledge = promised(cast, due="2026-02-27")
    with at("2026-03-02"):
        for number in range(18, 25):
            a_day_off(cast, f"2026-02-{number}")
        with refused(DomainError, "later_than_words", field="new_due_on"):
            revised(cast, pledge, kind="correction", to=day("2026-03-03"))
        revised(cast, pledge, kind="correction", to=day("2026-02-26"))


def test_a_tenure_or_hari_jadi_moved_afterwards_lifts_the_limit_of_no_correction(cast: Cast) -> None:
    settings_are(anniversary_day=3, anniversary_month=2)
    tenure = keep(Tenure(), actor=cast.user_admin, office=cast.bupati, person=cast.rani,
                  starts_on=day("2021-01-01"), ends_on=day("2026-01-31"))  # fmt: skip
    with at("2026-01-05"):
        until = promised(cast, "akhir masa jabatan", "2026-01-31", "2026-01-05")
        feast = promised(cast, "Hari Jadi", "2026-02-03", "2026-01-05")
    with at("2026-03-02"):
        keep(tenure, actor=cast.user_admin, ends_on=day("2028-01-31"))
        settings_are(anniversary_day=30, anniversary_month=12)
        for pledge, to in ((until, "2028-01-31"), (feast, "2026-12-30")):
            assert str(suggestion_of(pledge).due_on) == to
            with refused(DomainError, "later_than_words", field="new_due_on"):
                revised(cast, pledge, kind="correction", to=day(to))
            assert judged(pledge)[0] == "overdue"


def test_a_decree_that_moved_the_date_moves_the_limit_with_it(cast: Cast) -> None:
    with at("2026-01-05"):
        feast = a_feast("2026-03-20", estimated=True)
        pledge = promised(cast, "sebelum Lebaran", "2026-03-19", "2026-01-05")
        changed_day(cast, feast, date=day("2026-03-21"), decree="SKB 2026")
        assert recompute_deadlines() == 1
    with at("2026-03-25"):
        with refused(DomainError, "later_than_words", field="new_due_on"):
            revised(cast, pledge, kind="correction", to=day("2026-03-21"))
        revised(cast, pledge, kind="correction", to=day("2026-03-19"))
