"""The working calendar: Monday to Friday (Saturday too, in a six-day week), less the days kept as data.

A day that is entered, moved or taken out once it has come changes nothing that was reckoned: what counts of each day is
what had been confirmed before it began.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Self

from holidays import country_holidays

from core import clock, jobs
from core.journal import record
from core.models import Installation
from core.transactions import writing
from org.models import CalendarDay, Unit
from org.models.grants import OPERATOR
from org.weeks import SAME_EVERYWHERE, USUAL, Week, Weeks

FEASTS = {
    name: re.compile(words, re.IGNORECASE)
    for name, words in {
        "idul_fitri": r"id[uh]l?\s*fitri", "idul_adha": r"id[uh]l?\s*adha", "maulid": "maulid|maulud",
        "tahun_baru_islam": r"tahun\s+baru\s+islam|1\s+muhar+am", "nyepi": "nyepi", "waisak": "waisak",
    }.items()
}  # fmt: skip
"""Feasts that fall on another day each year and that words may lean on, by their names among the days kept."""
_SAME_FEAST = timedelta(days=60)
NEAR = timedelta(days=14)
_UNSAID = re.compile(r"\(.*?\)|\b\d{3,4}\s*(?:h|hijriah|m)?\b|hari raya|hari suci", re.IGNORECASE)
Feast = tuple[tuple[date, bool], ...]


@dataclass(frozen=True)
class Knowledge:
    """What of the calendar counts, told by the entries of the journal in which versions came and went.

    ``until``: the last entry that is known. ``settled``: a version that came by this entry counts for every day, a
    later one only for days that had not come when it was confirmed. ``besides``: versions that count all the same.
    """

    until: int | None = None
    settled: int = -1
    besides: frozenset[int] = frozenset()

    def counting(self, versions: Iterable[CalendarDay]) -> list[CalendarDay]:
        """Those of all versions that count, each for its own day."""
        known = [each for each in versions if each.confirmed_at and self._knows(each.came_in)]
        after = {each.replaces_id: each for each in known if each.replaces_id and not each.removed}
        return [
            each for each in known
            if not each.removed and self._begun(each) and not self._ended(each, after.get(each.pk))
        ]  # fmt: skip

    def _knows(self, entry: int) -> bool:
        return self.until is None or entry <= self.until

    def _begun(self, day: CalendarDay) -> bool:
        return day.pk in self.besides or self._in_time(day.confirmed_at, day.came_in, day.date)

    def _ended(self, day: CalendarDay, successor: CalendarDay | None) -> bool:
        """A day that was moved stays where it was until it counts where it went."""
        if day.ended_at is None or not self._knows(day.went_in):
            return False
        if successor and successor.pk in self.besides:
            return True
        in_time = self._in_time(day.ended_at, day.went_in, day.date)
        return in_time and (successor is None or self._begun(successor))

    def _in_time(self, at: datetime | None, entry: int, day: date) -> bool:
        return entry <= self.settled or (at is not None and clock.local_date(at) < day)


@dataclass(frozen=True)
class WorkingCalendar:
    """Free days and working weeks; load once, ask often. ``week``: the week it counts in."""

    free: frozenset[date]
    week: Week = USUAL
    weeks: Weeks = SAME_EVERYWHERE

    @classmethod
    def load(cls) -> Self:
        """For the limits of work that is under way: of what people said each day as it was known when it began."""
        days, weeks = list(CalendarDay.objects.all()), Weeks.load()
        seeded = frozenset(each.pk for each in days if each.proposal_id is None and each.replaces_id is None)
        return cls(free_in(Knowledge(besides=seeded).counting(days)), weeks.usual, weeks)

    def in_unit(self, unit: Unit) -> Self:
        """The same calendar in the working week of ``unit``."""
        return replace(self, week=self.weeks.of(unit.code))

    def is_working(self, day: date) -> bool:
        return day.weekday() < self.week.on(day) and day not in self.free

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
        """As it stands now, for words that are read today."""
        installation = Installation.current()
        found = cls.of(CalendarDay.objects.in_force(), Weeks.load(installation=installation))
        return replace(found, anniversary=installation.anniversary)

    @classmethod
    def of(cls, days: Iterable[CalendarDay], weeks: Weeks = SAME_EVERYWHERE) -> Self:
        days = sorted(days, key=lambda each: each.date)
        national = {each.date.year for each in days if each.kind == CalendarDay.Kind.NATIONAL}
        doubtful = {each.date.year for each in days if each.estimated}
        return cls(free_in(days), weeks.usual, weeks, frozenset(national - doubtful), _feasts(days))

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


def free_in(days: Iterable[CalendarDay]) -> frozenset[date]:
    """The days off among them."""
    return frozenset(each.date for each in days if not each.works)


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
    """The holidays and days of collective leave of ``years`` as public sources know them, in order; not stored.

    Two that fall on one date are two.
    """
    kinds = (("public", CalendarDay.Kind.NATIONAL), ("government", CalendarDay.Kind.COLLECTIVE_LEAVE))
    found: list[CalendarDay] = []
    for category, kind in kinds:
        taken = {each.date for each in found}
        for day, names in country_holidays("ID", years=years, language="id", categories=(category,)).items():
            for name in [] if day in taken else names.split("; "):
                found.append(CalendarDay(date=day, name=name, kind=kind, estimated="(perkiraan)" in name))
    return sorted(found, key=lambda each: each.date)


def seed(years: range) -> int:
    """Bring the kept days of ``years`` up to what is public now. Returns how many were added, changed or removed.

    What people changed or took out stays as they left it; an estimate that the sources no longer know goes. Writes
    ``calendar.seeded`` with what the days said before, and nothing when nothing changes.
    """
    with writing():
        hands = _named_by_hand()
        said = [each for each in public_days(years) if not _is_named(each, hands)]
        seeded = CalendarDay.objects.in_force().filter(proposal=None, date__year__in=list(years))
        kept = {(each.date, same_name(each.name)): each for each in seeded}
        public = {(each.date, same_name(each.name)): each for each in said}
        dates = {each.date for each in said}
        gone = [old for key, old in kept.items() if key not in public and (old.estimated or old.date in dates)]
        changed = [(kept[key], now) for key, now in public.items() if key in kept and _differs(kept[key], now)]
        added = [now for key, now in public.items() if key not in kept]
        if not (gone or added or changed):
            return 0
        old, new = [*gone, *(was for was, _now in changed)], [*added, *(now for _was, now in changed)]
        for was, now in changed:
            now.replaces = was
        end(old)
        CalendarDay.objects.bulk_create(new)
        told = [[told_of(each) for each in old], [told_of(each) for each in new]]
        record("calendar.seeded", Installation.current(), actor=None, role=OPERATOR, changes={"days": told})
        jobs.announce(CalendarDay.announces)
    return len(gone) + len(added) + len(changed)


def end(days: Iterable[CalendarDay]) -> None:
    """From now on another version, or none, stands for these days."""
    now = clock.now()
    for each in days:
        each.ended_at = now
        each.save(update_fields=["ended_at"])


def same_name(name: str) -> str:
    """What two names of one day have in common."""
    plain = "idul fitri".join(FEASTS["idul_fitri"].split(name.casefold()))
    return " ".join(_UNSAID.sub(" ", plain).split())


def _named_by_hand() -> list[tuple[date, str]]:
    """The days of which people have said something: each confirmed version of theirs, and what that replaced."""
    theirs = CalendarDay.objects.filter(confirmed_at__isnull=False, proposal__isnull=False).select_related("replaces")
    both = [each for row in theirs for each in (row, row.replaces) if each]
    return [(each.date, same_name(each.name)) for each in both]


def _is_named(public: CalendarDay, hands: list[tuple[date, str]]) -> bool:
    return any(name == same_name(public.name) and abs(day - public.date) <= NEAR for day, name in hands)


def _differs(kept: CalendarDay, public: CalendarDay) -> bool:
    said, says = ((each.name, each.kind, each.estimated) for each in (kept, public))
    return said != says


def told_of(day: CalendarDay) -> str:
    """A version in one line, for the journal: "2026-03-20 Hari Raya Idul Fitri · national"."""
    marks = [name for name in ("estimated", "works") if getattr(day, name)]
    return " · ".join([f"{day.date.isoformat()} {day.name}", day.kind, *marks])
