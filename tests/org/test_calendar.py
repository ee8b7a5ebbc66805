"""Working days: Monday to Friday less the days kept as data."""

from __future__ import annotations

from datetime import date

import pytest

from org.calendar import WorkingCalendar, seed
from org.models import CalendarDay
from org.reference import keep
from tests.base import Cast, again, day, settings_are


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
