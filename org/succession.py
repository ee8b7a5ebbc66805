"""Who took whose place, in the end. Successions are few, so a chain of them is followed in Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from core.models import Decision
from org.models import Office, OfficeSuccession, Revival, Succession, Unit, UnitSuccession

Pairs = Mapping[int, frozenset[int]]
TAKES_PLACE, SPLIT_OFF = Succession.Kind.TAKES_PLACE, Succession.Kind.SPLIT_OFF


@dataclass(frozen=True)
class Successions:
    """Of one kind of thing, by their ids: who took the place of each, and who was split off from it."""

    taken: Pairs
    split: Pairs

    @classmethod
    def load(cls, model: type[Succession], day: date | None = None, known: datetime | None = None) -> Self:
        """Those in effect on ``day`` (today), as was on record at ``known`` (now)."""
        return cls.of(model.objects.in_effect(day, known).values_list("kind", "predecessor_id", "successor_id"))

    @classmethod
    def of(cls, rows: Iterable[tuple[str, int, int]]) -> Self:
        found: dict[str, dict[int, frozenset[int]]] = {TAKES_PLACE: {}, SPLIT_OFF: {}}
        for kind, old, new in rows:
            found[kind][old] = found[kind].get(old, frozenset()) | {new}
        return cls(found[TAKES_PLACE], found[SPLIT_OFF])

    def took_place_of(self, thing: int) -> set[int]:
        """Everything that took its place, by however many steps."""
        return self.after(thing, self.taken)

    def after(self, thing: int, *pairs: Pairs) -> set[int]:
        """Everything that ``pairs`` lead to from it."""
        found, newest = set[int](), {thing}
        while newest:
            newest = {new for old in newest for each in pairs for new in each.get(old, ())} - found
            found |= newest
        return found

    def line_of(self, thing: int) -> tuple[int, ...]:
        """It, what took its place, what took the place of that: as long as each time it was one alone."""
        line = [thing]
        while len(new := self.taken.get(line[-1], frozenset())) == 1:
            line += new
        return tuple(line)

    def standing_for(self, thing: int) -> set[int]:
        """It and all whose line ends with it."""
        return {thing} | {old for old in self.taken if self.line_of(old)[-1] == thing}


def sole_heir(unit: Unit) -> Unit:
    """The unit that alone took the place of ``unit``, or of the one that did; itself while there is none, or where it
    is divided, be it only by what still waits for confirmation."""
    while True:
        meant = list(UnitSuccession.objects.meant().filter(predecessor=unit, kind=TAKES_PLACE)[:2])
        if len(meant) != 1 or meant[0].decision != Decision.APPROVE:
            return unit
        unit = meant[0].successor


def in_place_of(unit: Unit) -> Unit:
    """The unit; where it is out of use the one that alone took its place."""
    return unit if unit.active else sole_heir(unit)


def revived(units: Iterable[Unit]) -> None:
    """Keep that these came into use again."""
    Revival.objects.bulk_create(Revival(unit=unit) for unit in units)


def offices_after(office: int) -> list[Office]:
    """Those that took the place of an office, one after the other, with their units."""
    line = Successions.load(OfficeSuccession).line_of(office)[1:]
    found = Office.objects.select_related("unit").in_bulk(line)
    return [found[pk] for pk in line]


def unit_spoken_for_by(unit: Unit) -> list[Unit]:
    """Those that took the place of a unit out of use, and so speak for it."""
    if unit.active:
        return []
    return list(Unit.objects.filter(pk__in=Successions.load(UnitSuccession).took_place_of(unit.pk), active=True))


def covers(unit: Unit, other: Unit) -> bool:
    """Whether ``other`` is the unit, or where that is out of use one that took its place, or lies under these."""
    return any(each.covers(other) for each in (unit, *unit_spoken_for_by(unit)))


def taken_over(unit: Unit) -> bool:
    """Whether another unit took the place of this one, as confirmed."""
    return UnitSuccession.objects.in_effect().filter(predecessor=unit, kind=TAKES_PLACE).exists()
