"""A place has one unit: none gets the name that another one under the same unit bears, in use or not.

Nor one that the other bore when a published promise named it, so that nobody else comes to stand under that name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.discovery import of_each_package
from core.errors import Conflict, Text
from core.importing import IMPORTED
from core.models import Event
from org.models import Unit
from org.units_named import bare

RENAMES = Q(verb="unit.changed", changes__has_key="name")
"""Events by which one unit got another name; a file tells of many units in one."""
_TURNS_INTO = {Unit.Kind.VILLAGE, Unit.Kind.URBAN_VILLAGE}
"""A desa that becomes a kelurahan keeps its name, and is another unit."""
_TAKEN = _(
    "Di tempat ini %(code)s bernama atau pernah bernama %(name)s. Pakai atau aktifkan lagi unit itu; unit baru menurut "
    "keputusan diberi nama yang membedakannya, lalu diusulkan sebagai penerusnya."
)
Former = Mapping[int, Collection[str]]


@dataclass(frozen=True)
class Renamed:
    """A name that a unit bore until ``event``."""

    unit_id: int
    name: str
    event: Event


def renamed(units: Collection[int]) -> list[Renamed]:
    """Every name that these units no longer bear, oldest first, as the journal has it."""
    if not units:
        return []
    own = RENAMES & Q(subject_id__in=units)
    found = []
    for event in Event.objects.filter(own | Q(verb=f"unit{IMPORTED}")).defer("related").order_by("seq"):
        for row in event.changes.get("rows", [{"id": event.subject_id, **event.changes}]):
            old = (row.get("name") or [None])[0]
            if old and row["id"] in units:
                found.append(Renamed(row["id"], old, event))
    return found


def former_names(units: Iterable[Unit]) -> Former:
    """The names that those of ``units`` bore which a package says are named by what stays (``NAMED_UNITS``)."""
    asked = [each.pk for each in units if each.pk]
    named = {pk for some in of_each_package("fixed", "NAMED_UNITS") for pk in some(asked)}
    found: dict[int, set[str]] = {}
    for each in renamed(named):
        found.setdefault(each.unit_id, set()).add(each.name)
    return found


def taken_by(unit: Unit, beside: Iterable[Unit], former: Former) -> Text | None:
    """Why ``unit`` may not be called as it is, beside these; None when it may."""
    name = bare(unit.name)
    for other in beside:
        if {unit.kind, other.kind} == _TURNS_INTO:
            continue
        if name in {bare(other.name), *map(bare, former.get(other.pk, ()))}:
            return _TAKEN % {"code": other.code, "name": unit.name}
    return None


def refuse_second_unit(unit: Unit, changed: Collection[str]) -> None:
    """``Conflict`` for a unit that is new, renamed or moved, called as another one of its place."""
    if not {"name", "kind", "parent"}.intersection(changed):
        return
    beside = list(Unit.objects.filter(parent=unit.parent).exclude(pk=unit.pk).order_by("code"))
    if why := taken_by(unit, beside, former_names(beside)):
        raise Conflict("similar_name", why, field="name")
