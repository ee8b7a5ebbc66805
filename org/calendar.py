"""The working calendar: Monday to Friday (Saturday too, in a six-day week), less the days kept as data.

How many days a week are worked is the installation's to say, and a unit's for itself and all under it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Self

from django.db.models import Q
from holidays import country_holidays

from core import clock, jobs
from core.journal import record
from core.models import Installation
from core.transactions import writing
from org.models import CalendarDay, Grant, Unit
from org.models.units import subtree

FEASTS = {
    name: re.compile(words, re.IGNORECASE)
    for name, words in {
        "idul_fitri": r"id[uh]l?\s*fitri", "idul_adha": r"id[uh]l?\s*adha", "maulid": "maulid|maulud",
        "tahun_baru_islam": r"tahun\s+baru\s+islam|1\s+muhar+am", "nyepi": "nyepi", "waisak": "waisak",
    }.items()
}  # fmt: skip
"""Feasts that fall on another day each year and that words may lean on, by their names among the days kept."""
_SAME_FEAST = timedelta(days=60)


Feast = tuple[tuple[date, bool], ...]


@dataclass(frozen=True)
class Weeks:
    """Days in the working week, ``usual`` and by unit: ``kept`` holds for the unit of a code and all under it, up to
    the next one kept."""

    usual: int = 5
    kept: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, installation: Installation | None = None) -> Self:
        kept = Unit.objects.filter(working_week__isnull=False).values_list("code", "working_week")
        return cls(
            6 if (installation or Installation.current()).six_day_week else 5,
            {code: week for code, week in kept if week},
        )

    def of(self, code: str) -> int:
        """The week of the unit with this code: its own, else that of the nearest unit above it, else the usual one."""
        while code and code not in self.kept:
            code = code.rpartition(".")[0]
        return self.kept.get(code, self.usual)

    def units(self, field: str = "code") -> dict[int, Q]:
        """For each week in use, which units have it: a condition on the code that ``field`` leads to."""
        found = {self.usual: Q()}
        for code in sorted(self.kept, key=len):
            here, week = subtree(code, field=field), self.kept[code]
            found = {each: where & ~here for each, where in found.items()}
            found[week] = found.get(week, Q(pk__in=[])) | here
        return found

    def at_desks(self, role: str) -> Weeks:
        """The weeks of those who hold ``role`` today, by the unit they hold it for: that of the unit they sit in.

        Where several hold it for one unit the shorter week counts: doubt about a date is resolved for the official.
        """
        if not self.kept:
            return self
        held = Grant.objects.filter(role=role, user__is_active=True).at(clock.today())
        found: dict[str, int] = {}
        for code, seat in held.values_list("unit__code", "user__person__unit__code"):
            week = self.of(seat or code)
            found[code] = min(week, found.get(code, week))
        return Weeks(self.usual, found)


@dataclass(frozen=True)
class WorkingCalendar:
    """Free days and working weeks as they stand now; load once, ask often. ``week``: the days in the week it counts."""

    free: frozenset[date]
    week: int = 5
    weeks: Weeks = Weeks()

    @classmethod
    def load(cls) -> Self:
        free = CalendarDay.objects.filter(works=False).values_list("date", flat=True)
        weeks = Weeks.load()
        return cls(frozenset(free), weeks.usual, weeks)

    def in_unit(self, unit: Unit) -> Self:
        """The same calendar in the working week of ``unit``."""
        return replace(self, week=self.weeks.of(unit.code))

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


@dataclass(frozen=True)
class Almanac(WorkingCalendar):
    """The working calendar with what else spoken words may name.

    ``settled``: the years whose holidays are decreed: kept, and none of them an estimate. ``feasts``: the kept first
    days of each of ``FEASTS``, in order, and whether each is an estimate. ``anniversary``: day and month of Hari Jadi.
    """

    settled: frozenset[int] = frozenset()
    feasts: Mapping[str, Feast] = field(default_factory=dict)
    anniversary: tuple[int, int] | None = None

    @classmethod
    def load(cls) -> Self:
        installation = Installation.current()
        found = cls.of(CalendarDay.objects.order_by("date"), Weeks.load(installation))
        return replace(found, anniversary=installation.anniversary)

    @classmethod
    def of(cls, days: Iterable[CalendarDay], weeks: Weeks = Weeks()) -> Self:
        days = sorted(days, key=lambda each: each.date)
        national = {each.date.year for each in days if each.kind == CalendarDay.Kind.NATIONAL}
        doubtful = {each.date.year for each in days if each.estimated}
        free = frozenset(each.date for each in days if not each.works)
        return cls(free, weeks.usual, weeks, frozenset(national - doubtful), _feasts(days))

    def is_settled(self, start: date, end: date) -> bool:
        """Whether the holidays of every year from ``start`` to ``end`` are decreed."""
        return all(year in self.settled for year in range(start.year, end.year + 1))

    def feast(self, name: str, day: date) -> list[tuple[date, bool]]:
        """Each first day of the feast in the year before ``day`` and in the next two, and whether it is an estimate.

        From the days kept, which may be corrected by hand; of a year without any, as computed.
        """
        found: list[tuple[date, bool]] = []
        for year in range(day.year - 1, day.year + 3):
            kept = [each for each in self.feasts.get(name, ()) if each[0].year == year]
            found += kept or _computed(year).get(name, ())
        return found


def _feasts(days: Iterable[CalendarDay]) -> dict[str, Feast]:
    """The first days of each feast among ``days``; a Gregorian year may have two of one, or none."""
    found: dict[str, list[tuple[date, bool]]] = {name: [] for name in FEASTS}
    for each in days:
        for name, named in FEASTS.items():
            kept = found[name]
            national = each.kind == CalendarDay.Kind.NATIONAL and named.search(each.name)
            if national and (not kept or each.date - kept[-1][0] > _SAME_FEAST):
                kept.append((each.date, each.estimated))
    return {name: tuple(kept) for name, kept in found.items()}


@lru_cache(maxsize=64)
def _computed(year: int) -> dict[str, Feast]:
    """The feasts of a year of which no day is kept: estimates all."""
    if not date.min.year < year < date.max.year:
        return {}
    computed = _feasts(public_days(range(year, year + 1)))
    return {name: tuple((day, True) for day, _estimated in found) for name, found in computed.items()}


def public_days(years: range) -> list[CalendarDay]:
    """The holidays and days of collective leave of ``years`` as public sources know them, in order; not stored."""
    kinds = (("public", CalendarDay.Kind.NATIONAL), ("government", CalendarDay.Kind.COLLECTIVE_LEAVE))
    days: dict[date, CalendarDay] = {}
    for category, kind in kinds:
        for day, name in country_holidays("ID", years=years, language="id", categories=(category,)).items():
            estimated = "(perkiraan)" in name
            days.setdefault(day, CalendarDay(date=day, name=name, kind=kind, estimated=estimated))
    return sorted(days.values(), key=lambda each: each.date)


def seed(years: range) -> int:
    """Bring the kept days of ``years`` up to what is public now. Returns how many were added, changed or removed.

    Days edited by hand stay as they are; an estimate that the sources no longer know goes. Writes ``calendar.seeded``
    with what the days said before, and nothing when nothing changes.
    """
    with writing():
        public = {each.date: each for each in public_days(years)}
        kept = {each.date: each for each in CalendarDay.objects.filter(date__year__in=list(years))}
        gone = [e for e in kept.values() if e.estimated and not e.by_hand and e.date not in public]
        added = [each for day, each in public.items() if day not in kept]
        changed = [(kept[d], e) for d, e in public.items() if d in kept and _differs(kept[d], e)]
        if not (gone or added or changed):
            return 0
        old, new = [*gone, *(before for before, _now in changed)], [*added, *(now for _before, now in changed)]
        told = [[_told(each) for each in old], [_told(each) for each in new]]
        for before, now in changed:
            before.name, before.kind, before.estimated = now.name, now.kind, now.estimated
            before.save(update_fields=["name", "kind", "estimated"])
        CalendarDay.objects.filter(pk__in=[each.pk for each in gone]).delete()
        CalendarDay.objects.bulk_create(added)
        record("calendar.seeded", Installation.current(), actor=None, role="operator", changes={"days": told})
        jobs.announce(CalendarDay.announces)
    return len(gone) + len(added) + len(changed)


def _differs(kept: CalendarDay, public: CalendarDay) -> bool:
    said, says = ((each.name, each.kind, each.estimated) for each in (kept, public))
    return not kept.by_hand and said != says


def _told(day: CalendarDay) -> str:
    return f"{day.date.isoformat()} {day.name}"
