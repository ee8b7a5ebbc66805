"""Where a unit stands in the tree: right under the nearest unit whose code its own begins with. One rule for the page,
the API, files and commands, and for every unit of an installation one root."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, NotAllowed
from org.models import Reference, Unit
from org.models.grants import SUPERUSER
from org.models.units import lies_within, lineage

ABOVE_ALL = _("Unit di atas seluruh unit lain hanya ditambahkan administrator utama.")
ABOVE_ONE = _(
    "Di bawah unit ini hanya akan ada %(code)s %(name)s, sedangkan peran di sana tidak lagi mencakup semua unit. "
    "Impor provinsi bersama daerah keduanya dalam satu berkas unit."
)


def nearest(code: str, known: Mapping[str, Unit]) -> Unit | None:
    """Of the units by code the one right above the unit with ``code``."""
    return next((known[each] for each in reversed(lineage(code)[:-1]) if each in known), None)


def placed(row: Reference, values: dict[str, Any]) -> dict[str, Any]:
    """``values`` of a unit with the parent that follows from its code, where they name none."""
    if not isinstance(row, Unit) or values.get("parent") or not {"code", "parent"} & values.keys():
        return values
    return {**values, "parent": Unit.objects.above(values.get("code", row.code))}


def taken_under(unit: Unit) -> list[Unit]:
    """Put what stands right above ``unit``'s place, though its code lies under it, under ``unit``; what was moved."""
    return _moved(Unit.objects.within(unit.code).exclude(pk=unit.pk), {unit.code: unit})


def taken_under_new(new: Iterable[Unit], known: Iterable[Unit]) -> list[Unit]:
    """The same for many units at once, which have their ids by now."""
    return _moved(known, {each.code: each for each in new})


def _moved(units: Iterable[Unit], new: Mapping[str, Unit]) -> list[Unit]:
    moved = []
    for each in units:
        above = nearest(each.code, new)
        if above and (each.parent is None or len(each.parent.code) < len(above.code)):
            each.parent = above
            each.save(update_fields=["parent"])
            moved.append(each)
    return moved


def above_one(code: str, known: Iterable[Unit], coming: Iterable[str]) -> Unit | None:
    """The root that a unit with ``code`` would stand above without any other beside it, though all grants at the root
    would be for a part then; ``coming``: the codes that are added with it."""
    below = [each for each in known if each.code.startswith(f"{code}.")]
    root = min(below, key=lambda each: len(each.code), default=None)
    if root is None or any(each.startswith(f"{code}.") and not lies_within(each, root.code) for each in coming):
        return None
    return root


def refuse_above_all(unit: Unit, role: str) -> None:
    """Refuse to put one unit alone above the whole district: that is a superuser's, and brings a second with it."""
    root = Unit.objects.filter(parent=None).exclude(pk=unit.pk).first()
    if root is None or unit.parent is not None:
        return
    if role != SUPERUSER:
        raise NotAllowed("role_missing", ABOVE_ALL)
    raise DomainError("above_one", ABOVE_ONE % {"code": root.code, "name": root.name}, field="code")
