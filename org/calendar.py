"""The working calendar: Monday to Friday (Saturday too, in a six-day week), less the days kept as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from holidays import country_holidays

from core.models import Installation
from org.models import CalendarDay


@dataclass(frozen=True)
class WorkingCalendar:
    """Free days as they stand now; load once, ask often."""

    free: frozenset[date]
    week: int = 5

    @classmethod
    def load(cls) -> WorkingCalendar:
        free = CalendarDay.objects.filter(works=False).values_list("date", flat=True)
        return cls(frozenset(free), 6 if Installation.current().six_day_week else 5)

    def is_working(self, day: date) -> bool:
        return day.weekday() < self.week and day not in self.free

    def after(self, day: date, working_days: int) -> date:
        """The last of ``working_days`` working days after ``day`` (which is day 0)."""
        while working_days > 0:
            day += timedelta(days=1)
            working_days -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``."""
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def seed(years: range) -> int:
    """Add the public days of ``years`` that are not yet kept; rows changed by hand stay. Returns how many it added."""
    kinds = (("public", CalendarDay.Kind.NATIONAL), ("government", CalendarDay.Kind.COLLECTIVE_LEAVE))
    days: dict[date, CalendarDay] = {}
    for category, kind in kinds:
        for day, name in country_holidays("ID", years=years, language="id", categories=(category,)).items():
            estimated = "(perkiraan)" in name
            days.setdefault(day, CalendarDay(date=day, name=name, kind=kind, estimated=estimated))
    for known in CalendarDay.objects.filter(date__in=list(days)).values_list("date", flat=True):
        days.pop(known)
    CalendarDay.objects.bulk_create(days.values())
    return len(days)
