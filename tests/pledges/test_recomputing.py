"""A changed calendar moves the first dates that hang on it, by a correction of the system, once."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from core import jobs
from core.installation import change_installation
from core.journal import opened
from core.models import Event, Job
from org.calendar import Almanac, public_days, seed
from org.models import CalendarDay, Office, Unit
from org.reference import keep
from pledges import deadlines, deciding, pledging
from pledges.models import DeadlineRevision, Pledge
from pledges.reading import judgement_of
from pledges.recomputing import recompute_deadlines
from pledges.suggesting import suggestion_of
from tests.base import (
    Cast,
    a_day_off,
    a_draft_pledge,
    a_pledge,
    again,
    an_attachment,
    at,
    changed_day,
    closed,
    day,
    day_removed,
    delivered,
    revised,
)
from tests.checks import no_event

FRIDAY = day("2026-02-27")


@pytest.fixture
def pledge(cast: Cast) -> Pledge:
    """Five working days from Friday 27 February 2026: Friday 6 March, by a calendar without a day off."""
    return promised(cast, "5 hari kerja", "2026-03-06")


def promised(cast: Cast, text: str, due: str, said: date = FRIDAY, **more: Any) -> Pledge:
    return a_pledge(cast, made_on_from=said, made_on_to=said, deadline_text=text, original_due_on=day(due), **more)


def first_due(pledge: Pledge) -> str:
    return str(judgement_of(pledge).first_due_on)


def test_a_new_day_off_moves_an_open_date_by_a_correction_of_the_system(cast: Cast, pledge: Pledge) -> None:
    a_day_off(cast, "2026-03-05")
    assert recompute_deadlines() == 1
    assert (first_due(pledge), str(judgement_of(pledge).due_on)) == ("2026-03-09", "2026-03-09")
    assert again(pledge).original_due_on == day("2026-03-06")
    revision = DeadlineRevision.objects.get()
    assert (revision.kind, revision.decision, revision.asked_by, revision.decided_by) == (
        "correction",
        "approve",
        None,
        None,
    )
    event = Event.objects.latest("seq")
    assert (event.verb, event.actor_id, event.role) == ("pledge.deadline_recomputed", None, "system")
    assert event.changes["due_on"] == ["2026-03-06", "2026-03-09"]


def test_running_again_changes_nothing_and_the_day_taken_back_moves_it_back(cast: Cast, pledge: Pledge) -> None:
    free = a_day_off(cast, "2026-03-05")
    recompute_deadlines()
    with no_event():
        assert recompute_deadlines() == 0
    day_removed(cast, free)
    assert (recompute_deadlines(), first_due(pledge)) == (1, "2026-03-06")
    with no_event():
        assert recompute_deadlines() == 0


def test_run_late_the_correction_is_in_effect_from_the_day_of_the_change(cast: Cast, pledge: Pledge) -> None:
    with at("2026-03-04"):
        a_day_off(cast, "2026-03-05")
    with at("2026-03-12"):
        assert recompute_deadlines() == 1
        assert DeadlineRevision.objects.get().effective_on == day("2026-03-04")
        assert judgement_of(pledge, day("2026-03-07")).status == "due_soon"
        assert judgement_of(pledge).days_late == 3


def test_every_way_to_change_the_calendar_leaves_a_job_in_its_transaction(cast: Cast, pledge: Pledge) -> None:
    free = a_day_off(cast, "2026-03-05")
    changed_day(cast, free, name="Libur")
    change_installation(actor=cast.superuser, role="superuser", six_day_week=True)
    assert Job.objects.filter(kind="calendar_changed").count() == 3
    assert jobs.run_due() == 3
    assert first_due(pledge) == "2026-03-07"
    now = CalendarDay.objects.in_force().get(date=day("2026-03-05"))
    for change in (lambda: day_removed(cast, now), lambda: seed(range(2026, 2027))):
        change()
        assert Job.objects.filter(kind="calendar_changed", state="queued").count() == 1
        jobs.run_due()
    assert first_due(pledge) == "2026-03-06"


def test_closed_kept_hand_set_and_draft_pledges_keep_their_date(cast: Cast) -> None:
    ended, kept, by_hand, extended = (
        promised(cast, "5 hari kerja", due) for due in ["2026-03-06"] * 2 + ["2026-03-07", "2026-03-06"]
    )
    closed(cast, ended, "withdraw", reason="x")
    delivered(cast, pledge_line=kept.lines.get())
    revised(cast, extended, to=day("2026-06-30"))
    plain = promised(cast, "minggu depan", "2026-03-08")
    draft = a_draft_pledge(
        cast, made_on_from=FRIDAY, made_on_to=FRIDAY, deadline_text="5 hari kerja", original_due_on=day("2026-03-06")
    )
    a_day_off(cast, "2026-03-05")
    with no_event():
        assert recompute_deadlines() == 0
    assert {first_due(each) for each in (ended, kept, extended, draft)} == {"2026-03-06"}
    assert (by_hand.deadline_rule, plain.deadline_rule) == ("by_hand", "period_end")


def test_a_changed_calendar_never_undoes_the_earlier_date_of_a_merged_duplicate(cast: Cast, pledge: Pledge) -> None:
    duplicate = a_pledge(cast, made_on_from=FRIDAY, made_on_to=FRIDAY, original_due_on=day("2026-03-03"))
    closed(cast, duplicate, "merge", into=pledge, reason="Satu ucapan")
    a_day_off(cast, "2026-03-05")
    with no_event():
        assert recompute_deadlines() == 0
    assert (first_due(pledge), str(judgement_of(pledge).due_on)) == ("2026-03-03", "2026-03-03")


def test_a_date_that_moves_past_that_of_a_merged_duplicate_stops_there_from_the_merge_on(
    cast: Cast, pledge: Pledge
) -> None:
    with at("2026-03-03"):
        duplicate = a_pledge(cast, made_on_from=FRIDAY, made_on_to=FRIDAY, original_due_on=day("2026-03-07"))
        closed(cast, duplicate, "merge", into=pledge, reason="Satu ucapan")
        for free in ("2026-03-05", "2026-03-06"):
            a_day_off(cast, free)
    with at("2026-03-12"):
        assert (recompute_deadlines(), first_due(pledge)) == (1, "2026-03-07")
        assert DeadlineRevision.objects.get().effective_on == day("2026-03-03")


def test_an_extension_decided_on_the_day_of_a_correction_but_after_it_is_the_date_in_force(
    cast: Cast, pledge: Pledge
) -> None:
    """It was asked before the correction: what counts is when it was decided."""
    terms: Any = {"kind": "extension", "new_due_on": day("2026-06-30"), "reason": "x", "actor": cast.verifier}
    asked = deadlines.ask(pledge, **terms, document=an_attachment(cast))
    a_day_off(cast, "2026-03-05")
    recompute_deadlines()
    with at("2026-03-02T10:00:00"):
        deciding.decide(asked, decision="approve", reason="x", actor=cast.decider)
        found, row = judgement_of(pledge), Pledge.objects.judged().get(pk=pledge.pk)
    assert (found.first_due_on, found.due_on) == (day("2026-03-09"), day("2026-06-30"))
    assert (row.first_due_on, row.due_on) == (found.first_due_on, found.due_on)


def test_the_week_of_the_promising_offices_unit_moves_the_date_from_the_day_it_holds(
    cast: Cast, pledge: Pledge
) -> None:
    elsewhere = promised(
        cast, "5 hari kerja", "2026-03-06", office=Office.objects.create(name="Camat", unit=cast.kemang)
    )
    said_later = promised(cast, "10 hari kerja", "2026-03-13")
    with at("2026-03-03"):
        keep(cast.root, actor=cast.user_admin, working_week=6, working_week_from=day("2026-03-07"))
        keep(cast.kemang, actor=cast.user_admin, working_week=5)
    with at("2026-03-04"):
        keep(cast.cibinong, actor=cast.user_admin, working_week=6)
        keep(cast.root, actor=cast.user_admin, name="Kabupaten Contoh Raya")
        assert Job.objects.filter(kind="calendar_changed").count() == 3
        assert recompute_deadlines() == 1
        revision = DeadlineRevision.objects.get()
        assert (revision.pledge, revision.effective_on) == (said_later, day("2026-03-03"))
        found = [first_due(each) for each in (pledge, elsewhere, said_later)]
        assert found == ["2026-03-06", "2026-03-06", "2026-03-12"]


def test_a_week_changed_and_changed_back_on_one_day_leaves_every_date_as_it_was(cast: Cast, pledge: Pledge) -> None:
    due = promised(cast, "10 hari kerja", "2026-03-13")
    with at("2026-03-03"):
        for week, moved in ((6, "2026-03-12"), (5, "2026-03-13")):
            keep(again(cast.root), actor=cast.user_admin, working_week=week)
            recompute_deadlines()
            assert first_due(due) == moved
    assert recompute_deadlines() == 0


def test_a_unit_that_gets_another_code_moves_no_date(cast: Cast, pledge: Pledge) -> None:
    with at("2026-03-03"):
        keep(cast.root, actor=cast.user_admin, working_week=6)
        fresh = keep(Unit(), actor=cast.user_admin, code="32.01.88", name="Baru", kind="district", working_week=5)
        recompute_deadlines()
        keep(again(fresh), actor=cast.user_admin, code="32.01.02")
        assert recompute_deadlines() == 0


def test_lebaran_moves_when_it_is_decreed_and_the_event_and_page_say_by_whom(cast: Cast) -> None:
    name = "Hari Raya Idul Fitri (perkiraan)"
    with at("2027-01-05"):
        feast = CalendarDay.objects.create(date=day("2027-03-10"), name=name, kind="national", estimated=True)
        pledge = promised(cast, "sebelum Lebaran", "2027-03-09", day("2027-01-04"))
        decreed = changed_day(cast, feast, date=day("2027-03-09"), decree="SKB 2027")
        assert (decreed.estimated, decreed.decree) == (False, "SKB 2027")
        assert (recompute_deadlines(), first_due(pledge)) == (1, "2027-03-08")
        event = Event.objects.latest("seq")
        told, _reason = opened(event, event.private.values)
        assert [told[each][1] for each in ("decree", "proposed_by", "confirmed_by")] == [
            "SKB 2027", str(cast.verifier), str(cast.clerk),
        ]  # fmt: skip


def test_the_command_says_how_many(cast: Cast, pledge: Pledge) -> None:
    a_day_off(cast, "2026-03-05")
    said = StringIO()
    call_command("recompute_deadlines", stdout=said)
    assert said.getvalue() == "1 deadlines corrected\n"


# ---- the calendar as data


def test_seeding_brings_estimates_up_to_date_and_says_what_was_there_before(cast: Cast) -> None:
    CalendarDay.objects.create(date=day("2026-03-21"), name="Hari Raya Idul Fitri", kind="national", estimated=True)
    CalendarDay.objects.create(date=day("2026-03-25"), name="Idul Fitri (perkiraan)", kind="national", estimated=True)
    mine = a_day_off(cast, "2026-08-17", name="Upacara", works=True)
    seed(range(2026, 2027))
    assert not CalendarDay.objects.in_force().filter(date=day("2026-03-25")).exists()
    assert not CalendarDay.objects.in_force().filter(estimated=True).exists()
    assert CalendarDay.objects.in_force().filter(pk=mine.pk).exists()
    event = Event.objects.latest("seq")
    assert event.verb == "calendar.seeded"
    assert event.changes["days"][0] == [
        "2026-03-25 Idul Fitri (perkiraan) · national · estimated",
        "2026-03-21 Hari Raya Idul Fitri · national · estimated",
    ]
    with no_event():
        assert seed(range(2026, 2027)) == 0


def test_a_year_is_settled_when_none_of_its_days_is_an_estimate() -> None:
    assert Almanac.of(public_days(range(2026, 2028))).settled == {2026}
    assert Almanac.of([CalendarDay(date=day("2031-05-01"), name="Jadi", kind="local")]).settled == frozenset()


# ---- the rule on the pledge


@pytest.mark.parametrize(
    ("text", "due", "rule"),
    [("minggu ini", "2026-03-01", "period_end"), ("minggu ini", "2026-03-02", "by_hand"), ("minggu ini", "", "by_hand"),
     ("segera", "", "vague"), ("", "", "silent"), ("", "2026-03-01", "by_hand"), ("kalau ada uang", "", "condition")],
)  # fmt: skip
def test_the_rule_is_kept_when_the_recorder_took_the_suggestion(cast: Cast, text: str, due: str, rule: str) -> None:
    draft = a_draft_pledge(
        cast, made_on_from=FRIDAY, made_on_to=FRIDAY, deadline_text=text, original_due_on=day(due) if due else None
    )
    assert again(draft).deadline_rule == rule
    pledging.change(draft, actor=cast.verifier, deadline_text="awal bulan depan", original_due_on=day("2026-03-10"))
    assert again(draft).deadline_rule == "part_of_month"


@pytest.mark.parametrize(
    ("text", "named", "estimate", "decreed", "due", "moved"),
    [
        ("H-7 Lebaran 2027", "Hari Raya Idul Fitri", "2027-03-10", "2027-03-11", "2027-03-03", "2027-03-04"),
        (
            "2 pekan sebelum Idul Adha 2027",
            "Hari Raya Idul Adha",
            "2027-05-17",
            "2027-05-16",
            "2027-05-03",
            "2027-05-02",
        ),
        ("akhir Ramadan 2027", "Hari Raya Idul Fitri", "2027-03-10", "2027-03-11", "2027-03-09", "2027-03-10"),
    ],
)
def test_a_date_counted_from_a_feast_moves_with_its_decree(
    cast: Cast, text: str, named: str, estimate: str, decreed: str, due: str, moved: str
) -> None:
    guess = CalendarDay.objects.create(date=day(estimate), name=named, kind="national", estimated=True)
    pledge = promised(cast, text, due)
    assert (pledge.deadline_rule, suggestion_of(pledge).provisional) == ("feast", True)
    changed_day(cast, guess, date=day(decreed), decree="SKB 1/2027")
    assert (recompute_deadlines(), first_due(pledge)) == (1, moved)
    assert not suggestion_of(pledge).provisional
