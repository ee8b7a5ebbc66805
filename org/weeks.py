"""The working weeks: the installation's, and a unit's for itself and all under it; each holds from a day on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock, weeks
from core.errors import Conflict
from core.models import Installation
from core.weeks import Said
from org.models import Grant, Office, Reference, Unit, User
from org.models.units import lineage, subtree

FIVE, SIX = Unit.Week.FIVE, Unit.Week.SIX


@dataclass(frozen=True)
class Week:
    """Days in the working week, each number with the day from which it holds; the first holds ever since."""

    steps: tuple[tuple[date, int], ...] = ((date.min, int(FIVE)),)

    @classmethod
    def always(cls, days: int) -> Self:
        return cls(((date.min, days),))

    @classmethod
    def of(cls, *said: tuple[Said, ...]) -> Self:
        """The first that says something on a day, of each day; the last one says something on every day."""
        starts = sorted({date.min, *(each.since for one in said for each in one)})
        found: list[tuple[date, int]] = []
        for start in starts:
            days = next(each for one in said if (each := weeks.on(one, start)) is not None)
            if not found or found[-1][1] != days:
                found.append((start, days))
        return cls(tuple(found))

    def on(self, day: date) -> int:
        return next(days for since, days in reversed(self.steps) if since <= day)

    def shorter(self, other: Week) -> Week:
        """Of each day the shorter week of the two."""
        both = sorted({since for each in (self, other) for since, _days in each.steps})
        return Week.of(tuple(Said(day, min(self.on(day), other.on(day))) for day in both))


USUAL = Week()


@dataclass(frozen=True)
class Weeks:
    """The working weeks, ``usual`` and by unit: what was said for the unit of a code holds for all under it, up to the
    next one that says something."""

    usual: Week = USUAL
    said: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, said: Mapping[int | None, int] | None = None, *, installation: Installation | None = None) -> Self:
        """As they are known; or as they were after so many changes of each unit's week, by its id, and of the
        installation's, by None."""
        own = Unit.objects.exclude(working_week__isnull=True, weeks=[])
        kept = {
            code: _known(weeks.read(rows, now), pk, said)
            for pk, code, rows, now in own.values_list("pk", "code", "weeks", "working_week")
        }
        settings = installation or Installation.current()
        usual = weeks.read(settings.weeks, int(SIX if settings.six_day_week else FIVE))
        return cls(Week.of(_known(usual, None, said)), kept)

    def of(self, code: str) -> Week:
        """The week of the unit with this code: its own, else that of the nearest unit above it, else the usual one."""
        usual = tuple(Said(since, days) for since, days in self.usual.steps)
        return Week.of(*(self.said[each] for each in reversed(lineage(code)) if each in self.said), usual)

    def units(self, field: str = "code") -> dict[Week, Q]:
        """For each week in use, which units have it: a condition on the code that ``field`` leads to."""
        found = {self.usual: Q()}
        for code in sorted(self.said, key=len):
            here, week = subtree(code, field=field), self.of(code)
            found = {each: where & ~here for each, where in found.items()}
            found[week] = found.get(week, Q(pk__in=[])) | here
        return found

    def at_desks(self, role: str) -> Weeks:
        """The weeks of those who hold ``role`` today, by the unit they hold it for: that of the unit they sit in.

        Where several hold it for one unit the shorter week counts: doubt about a date is resolved for the official.
        """
        if not self.said:
            return self
        held = Grant.objects.filter(role=role, user__in=User.objects.acting()).at(clock.today())
        found: dict[str, Week] = {}
        for code, seat in held.values_list("unit__code", "user__person__unit__code"):
            week = self.of(seat or code)
            found[code] = week.shorter(found[code]) if code in found else week
        return Weeks(self.usual, {code: tuple(Said(*step) for step in week.steps) for code, week in found.items()})


SAME_EVERYWHERE = Weeks()


def _known(said: tuple[Said, ...], whose: int | None, counts: Mapping[int | None, int] | None) -> tuple[Said, ...]:
    return said if counts is None else tuple(each for each in said if each.number <= counts.get(whose, 0))


def settle(row: Reference, old: Mapping[str, Any]) -> dict[str, Any]:
    """What follows for the working week from a change of ``row`` whose values were ``old``; columns to keep as well.

    A new week of a unit holds from a day ahead. A unit that gets another code keeps the week it had. An office that
    something leans on stays in its unit (``Conflict``): its promises are reckoned in that unit's week.
    """
    if isinstance(row, Office):
        _refuse_moving(row, old)
    return _of_unit(row, old) if isinstance(row, Unit) else {}


def _of_unit(unit: Unit, old: Mapping[str, Any]) -> dict[str, Any]:
    was = {name: old.get(name, getattr(unit, name)) for name in ("code", "working_week", "working_week_from")}
    if unit.pk is None:
        was |= {"working_week": None, "working_week_from": None}
    given = unit.working_week_from if unit.working_week_from != was["working_week_from"] else None
    pinned = _recoded(unit, was["code"]) if unit.pk and unit.code != was["code"] else {}
    if unit.working_week == was["working_week"] and given is None:
        kept = was["working_week_from"]
        return pinned or ({} if unit.working_week_from == kept else {"working_week_from": kept})
    begun = pinned.get("weeks", unit.weeks)
    since, said = weeks.change(begun, was["working_week"], unit.working_week, given, field="working_week_from")
    return {"working_week_from": since, "weeks": said}


def _recoded(unit: Unit, old_code: str) -> dict[str, Any]:
    """What keeps for a unit under its new code the week that it had."""
    known = Weeks.load()
    had, own = known.of(old_code), known.said.get(old_code, ())
    above = Weeks(known.usual, {code: said for code, said in known.said.items() if code != old_code})
    other = Week.of(*([own] if own else []), tuple(Said(*step) for step in above.of(unit.code).steps))
    if other == had:
        return {}
    since, days = had.steps[-1]
    return {
        "working_week": days,
        "working_week_from": None if since == date.min else since,
        "weeks": [[None if day == date.min else day.isoformat(), week, 0] for day, week in had.steps],
    }


def _refuse_moving(office: Office, old: Mapping[str, Any]) -> None:
    if office.pk is None or old.get("unit", office.unit) == office.unit:
        return
    leaning: Iterable[Any] = office._meta.related_objects
    if any(each.related_model._base_manager.filter(**{each.field.name: office}).exists() for each in leaning):
        detail = _("Jabatan yang sudah dipakai tidak pindah unit; catat jabatan baru di unit itu.")
        raise Conflict("in_use", detail)
