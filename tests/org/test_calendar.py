"""Working days: Monday to Friday less the days kept as data."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import Job
from org.calendar import FEASTS, Almanac, Weeks, WorkingCalendar, public_days, seed
from org.models import CalendarDay, Role, Unit, User
from org.reference import keep
from tests.base import Cast, again, day, settings_are, user
from tests.checks import invalid, one_event


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
    calendar = WorkingCalendar(frozenset(free), week)
    last = calendar.after(start, days)
    passed = [start + timedelta(days=n) for n in range(1, (last - start).days + 1)]
    worked = [each for each in passed if each not in free and each.strftime("%a") not in ("Sat", "Sun")[week - 5 :]]
    assert len(worked) == days == calendar.between(start, last)
    assert not days or worked[-1] == last
    assert last <= WorkingCalendar(frozenset(free)).after(start, days)


def test_a_unit_works_as_the_nearest_one_above_it_that_says_so_else_as_the_installation(cast: Cast) -> None:
    units = (cast.root, cast.kemang, cast.village, cast.cibinong, cast.diskominfo)
    steps: tuple[tuple[dict[str, Any], list[int]], ...] = (
        ({}, [5, 5, 5, 5, 5]),
        ({"kemang": 6}, [5, 6, 6, 5, 5]),
        ({"village": 5}, [5, 6, 5, 5, 5]),
        ({"root": 6, "diskominfo": 5}, [6, 6, 5, 6, 5]),
        ({"root": None, "kemang": None, "village": None, "diskominfo": None}, [5, 5, 5, 5, 5]),
    )
    for changed, weeks in steps:
        for name, week in changed.items():
            keep(getattr(cast, name), actor=cast.user_admin, working_week=week)
        found = Weeks.load()
        assert [found.of(unit.code) for unit in units] == weeks
        for week, where in found.units().items():
            held = [unit for unit, its in zip(units, weeks, strict=True) if its == week]
            assert set(Unit.objects.filter(where, pk__in=[unit.pk for unit in units])) == set(held)
    settings_are(six_day_week=True)
    assert Weeks.load().of(cast.village.code) == 6


def test_the_week_of_a_unit_is_five_or_six_days_an_event_and_a_change_of_the_calendar(cast: Cast) -> None:
    waiting = Job.objects.filter(kind="calendar_changed")
    with one_event("unit.changed", by=cast.user_admin, role="user_admin") as written:
        keep(cast.kemang, actor=cast.user_admin, working_week=6)
    assert (written.changes, waiting.count()) == ({"working_week": [None, 6]}, 1)
    for week in (4, 7):
        with invalid("working_week"):
            keep(cast.kemang, actor=cast.user_admin, working_week=week)
    keep(cast.kemang, actor=cast.user_admin, name="Kemang Raya")
    keep(Unit(), actor=cast.user_admin, code="32.01.88", name="Baru", kind="district", parent=cast.root, working_week=6)
    assert waiting.count() == 1


def test_a_desk_works_as_the_unit_in_which_its_holder_sits_the_shorter_week_of_two(cast: Cast) -> None:
    keep(cast.diskominfo, actor=cast.user_admin, working_week=6)
    assert Weeks.load().at_desks(Role.APPROVER).of(cast.kemang.code) == 6
    assert Weeks.load().at_desks(Role.DECIDER).of(cast.kemang.code) == 5
    user(username="kabid3", unit=cast.setda, roles=(Role.APPROVER,), where=cast.root)
    assert Weeks.load().at_desks(Role.APPROVER).of(cast.kemang.code) == 5
    User.objects.filter(username="kabid3").update(is_active=False)
    assert Weeks.load().at_desks(Role.APPROVER).of(cast.kemang.code) == 6
    User.objects.filter(username="kabid3").update(is_active=True)
    user(username="kabid4", unit=cast.diskominfo, roles=(Role.APPROVER,), where=cast.kemang)
    assert [Weeks.load().at_desks(Role.APPROVER).of(each.code) for each in (cast.village, cast.cibinong)] == [6, 5]


def test_between_counts_what_after_skips() -> None:
    calendar = WorkingCalendar(frozenset({date(2026, 3, 4)}))
    assert calendar.between(day("2026-03-02"), calendar.after(day("2026-03-02"), 7)) == 7


def test_seeding_again_adds_nothing_and_hand_edits_win(cast: Cast) -> None:
    assert seed(range(2026, 2027)) > 10
    assert seed(range(2026, 2027)) == 0
    proclamation = CalendarDay.objects.get(date=date(2026, 8, 17))
    keep(proclamation, actor=cast.verifier, works=True)
    seed(range(2026, 2027))
    assert again(proclamation).works
    assert again(proclamation).by_hand
    assert WorkingCalendar.load().is_working(date(2026, 8, 17))


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
