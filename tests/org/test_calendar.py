"""Working days: Monday to Friday less the days kept as data."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock, weeks
from core.errors import Conflict, DomainError
from core.installation import change_installation
from core.models import Job
from org.calendar import FEASTS, Almanac, WorkingCalendar, public_days, seed
from org.models import CalendarDay, Office, Role, Unit, User
from org.reference import keep
from org.weeks import Week, Weeks
from tests.base import Cast, a_day_off, a_pledge, at, changed_day, day, day_removed, settings_are, user
from tests.checks import invalid, one_event, refused


def test_five_working_days_from_friday_5_april_2024_end_on_monday_22_april(db: None) -> None:
    seed(range(2024, 2025))
    assert WorkingCalendar.load().after(day("2024-04-05"), 5) == day("2024-04-22")


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-02", 0, "2026-03-02"),
        ("2026-03-02", 1, "2026-03-03"),
        ("2026-03-06", 1, "2026-03-09"),
        ("2026-03-07", 1, "2026-03-09"),
    ],
)
def test_counting_begins_on_the_day_after(start: str, days: int, end: str) -> None:
    assert WorkingCalendar(frozenset()).after(day(start), days) == day(end)


def test_six_day_offices_work_on_saturday(cast: Cast) -> None:
    settings_are(six_day_week=True)
    assert WorkingCalendar.load().after(day("2026-03-06"), 1) == day("2026-03-07")


DAYS = st.dates(date(2025, 12, 1), date(2026, 5, 31))


@given(start=DAYS, days=st.integers(0, 40), free=st.sets(DAYS, max_size=25), week=st.sampled_from([5, 6]))
def test_the_last_of_so_many_working_days_is_one_and_saturday_is_one_in_a_six_day_week(
    start: date, days: int, free: set[date], week: int
) -> None:
    calendar = WorkingCalendar(frozenset(free), Week.always(week))
    last = calendar.after(start, days)
    passed = [start + timedelta(days=n) for n in range(1, (last - start).days + 1)]
    worked = [each for each in passed if each not in free and each.strftime("%a") not in ("Sat", "Sun")[week - 5 :]]
    assert len(worked) == days == calendar.between(start, last)
    assert not days or worked[-1] == last
    assert last <= WorkingCalendar(frozenset(free)).after(start, days)


def test_a_unit_works_as_the_nearest_one_above_it_that_says_so_else_as_the_installation(cast: Cast) -> None:
    units = (cast.root, cast.kemang, cast.village, cast.cibinong, cast.diskominfo)
    today, tomorrow = clock.today(), clock.today() + timedelta(days=1)
    steps: tuple[tuple[dict[str, Any], list[int]], ...] = (
        ({}, [5, 5, 5, 5, 5]),
        ({"kemang": 6}, [5, 6, 6, 5, 5]),
        ({"village": 5}, [5, 6, 5, 5, 5]),
        ({"root": 6, "diskominfo": 5}, [6, 6, 5, 6, 5]),
        ({"root": None, "kemang": None, "village": None, "diskominfo": None}, [5, 5, 5, 5, 5]),
    )
    for changed, expected in steps:
        for name, week in changed.items():
            keep(getattr(cast, name), actor=cast.user_admin, working_week=week)
        found = Weeks.load()
        assert [found.of(unit.code).on(tomorrow) for unit in units] == expected
        assert {found.of(unit.code).on(today) for unit in units} == {5}
        for week, where in found.units().items():
            held = [unit for unit in units if found.of(unit.code) == week]
            assert set(Unit.objects.filter(where, pk__in=[unit.pk for unit in units])) == set(held)
    settings_are(six_day_week=True)
    assert Weeks.load().of(cast.village.code).on(tomorrow) == 6


def test_the_week_of_a_unit_is_five_or_six_days_an_event_and_a_change_of_the_calendar(cast: Cast) -> None:
    waiting = Job.objects.filter(kind="calendar_changed")
    with one_event("unit.changed", by=cast.user_admin, role="user_admin") as written:
        keep(cast.kemang, actor=cast.user_admin, working_week=6)
    said = [[None, None, 0], ["2026-03-03", 6, 1]]
    assert written.changes == {
        "working_week": [None, 6], "working_week_from": [None, "2026-03-03"], "weeks": [[], said],
    }  # fmt: skip
    assert waiting.count() == 1
    for week in (4, 7):
        with invalid("working_week"):
            keep(cast.kemang, actor=cast.user_admin, working_week=week)
    keep(cast.kemang, actor=cast.user_admin, name="Kemang Raya")
    keep(Unit(), actor=cast.user_admin, code="32.01.88", name="Baru", kind="district", parent=cast.root, working_week=6)
    assert waiting.count() == 2


def test_a_desk_works_as_the_unit_in_which_its_holder_sits_the_shorter_week_of_two(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.diskominfo.pk).update(working_week=6)

    def at_desk(role: Role, *units: Unit) -> list[int]:
        weeks = Weeks.load().at_desks(role)
        return [weeks.of(unit.code).on(clock.today()) for unit in units or (cast.kemang,)]

    assert at_desk(Role.APPROVER) == [6]
    assert at_desk(Role.DECIDER) == [5]
    user(username="kabid3", unit=cast.setda, roles=(Role.APPROVER,), where=cast.root)
    assert at_desk(Role.APPROVER) == [5]
    User.objects.filter(username="kabid3").update(is_active=False)
    assert at_desk(Role.APPROVER) == [6]
    User.objects.filter(username="kabid3").update(is_active=True)
    user(username="kabid4", unit=cast.diskominfo, roles=(Role.APPROVER,), where=cast.kemang)
    assert at_desk(Role.APPROVER, cast.village, cast.cibinong) == [6, 5]


WEEK_STEPS = st.lists(st.tuples(st.dates(date(2026, 3, 3), date(2026, 6, 1)), st.sampled_from([5, 6])), max_size=6)


@given(steps=WEEK_STEPS)
def test_whatever_is_said_of_a_week_it_holds_from_its_day_and_leaves_every_day_before_as_it_was(
    steps: list[tuple[date, int]],
) -> None:
    rows: list[list[Any]] = []
    days = [date(2026, 2, 1) + timedelta(days=n) for n in range(150)]
    with at("2026-03-02"):
        for since, week in steps:
            before = weeks.read(rows, 5)
            found, rows = weeks.change(rows, weeks.on(before, days[-1]), week, since, field="x")
            after = weeks.read(rows, 5)
            assert found == since
            assert all(weeks.on(after, each) == weeks.on(before, each) for each in days if each <= clock.today())
            assert all(weeks.on(after, each) == week for each in days if each >= since)
            assert all(weeks.on(after, each) == 5 for each in days if clock.today() < each < since)


def test_a_week_never_reaches_into_the_past(cast: Cast) -> None:
    for since in ("2026-03-01", "2026-03-02"):
        with refused(DomainError, "too_early", field="working_week_from"):
            keep(cast.kemang, actor=cast.user_admin, working_week=6, working_week_from=day(since))
        with refused(DomainError, "too_early", field="six_day_week_from"):
            change_installation(actor=cast.superuser, role="superuser", six_day_week=True, six_day_week_from=day(since))
    change_installation(actor=cast.superuser, role="superuser", six_day_week=True, six_day_week_from=day("2026-04-01"))
    usual = Weeks.load().usual
    assert [usual.on(day(each)) for each in ("2026-03-31", "2026-04-01")] == [5, 6]
    change_installation(actor=cast.superuser, role="superuser", six_day_week_from=day("2026-05-01"))
    usual = Weeks.load().usual
    assert [usual.on(day(each)) for each in ("2026-04-01", "2026-04-30", "2026-05-01")] == [5, 5, 6]


def test_a_unit_that_gets_another_code_keeps_the_week_it_had(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.setda.pk).update(working_week=6)
    fresh = keep(Unit(), actor=cast.user_admin, code=f"{cast.diskominfo.code}.1", name="Seksi", kind="division")
    moved = keep(fresh, actor=cast.user_admin, code=f"{cast.setda.code}.1", parent=cast.setda)
    week = Weeks.load().of(moved.code)
    assert {week.on(day(each)) for each in ("2020-01-01", "2026-03-02", "2027-01-01")} == {5}


def test_an_office_that_something_leans_on_stays_in_its_unit(cast: Cast) -> None:
    a_pledge(cast)
    with refused(Conflict, "in_use"):
        keep(cast.bupati, actor=cast.user_admin, unit=cast.kemang)
    new = Office.objects.create(name="Wakil Bupati", unit=cast.root)
    assert keep(new, actor=cast.user_admin, unit=cast.kemang).unit == cast.kemang


def test_between_counts_what_after_skips() -> None:
    calendar = WorkingCalendar(frozenset({date(2026, 3, 4)}))
    assert calendar.between(day("2026-03-02"), calendar.after(day("2026-03-02"), 7)) == 7


def test_seeding_again_adds_nothing_and_hand_edits_win(cast: Cast) -> None:
    assert seed(range(2026, 2027)) > 10
    assert seed(range(2026, 2027)) == 0
    works = changed_day(cast, CalendarDay.objects.get(date=date(2026, 8, 17)), works=True)
    seed(range(2026, 2027))
    assert CalendarDay.objects.in_force().get(date=date(2026, 8, 17)) == works
    assert WorkingCalendar.load().is_working(date(2026, 8, 17))


def test_a_seeded_day_that_was_moved_or_removed_by_hand_stays_away(cast: Cast) -> None:
    seed(range(2027, 2028))
    moved = changed_day(cast, CalendarDay.objects.get(date=date(2027, 3, 10)), date=date(2027, 3, 9))
    day_removed(cast, CalendarDay.objects.in_force().get(date=date(2027, 5, 1)))
    assert seed(range(2027, 2028)) == 0
    kept = CalendarDay.objects.in_force()
    assert list(kept.filter(name__startswith="Hari Raya Idul Fitri")) == [moved]
    assert not kept.filter(date=date(2027, 5, 1)).exists()


def test_a_day_and_a_feast_on_one_date_are_two_rows(cast: Cast) -> None:
    seed(range(2021, 2022))
    found = CalendarDay.objects.filter(date=date(2021, 5, 13)).values_list("name", flat=True)
    assert sorted(found) == ["Hari Raya Idul Fitri", "Kenaikan Yesus Kristus"]
    a_day_off(cast, "2021-05-13", name="Hari jadi")
    assert CalendarDay.objects.in_force().filter(date=date(2021, 5, 13)).count() == 3


def test_collective_leave_is_seeded_as_such(db: None) -> None:
    seed(range(2024, 2025))
    kinds = dict(CalendarDay.objects.filter(date__in=["2024-04-10", "2024-04-12"]).values_list("date", "kind"))
    assert kinds == {date(2024, 4, 10): "national", date(2024, 4, 12): "collective_leave"}


def test_every_feast_is_found_among_the_public_days_once_a_year() -> None:
    almanac = Almanac.of(public_days(range(2026, 2028)))
    found = {name: [str(first) for first, _estimated in almanac.feasts[name]] for name in FEASTS}
    assert found["idul_adha"] == ["2026-05-27", "2027-05-17"]
    assert {len(days) for days in found.values()} == {2}
    assert almanac.feast("nyepi", date(2040, 1, 1)) and all(
        guess for _day, guess in almanac.feast("maulid", date(2040, 1, 1))
    )
