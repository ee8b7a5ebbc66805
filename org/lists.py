"""Choosing rows by units, for every list."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.columns import Kind
from core.errors import Text
from core.lists import Filter
from org.models import Unit
from org.models.units import subtree
from org.rules import reach

UNIT = _("unit")


def within(name: str = "within", *, column: str = "unit", label: Text = UNIT, page: str = "") -> Filter:
    """``within=32.01.10``: rows of the unit with this code and of all under it. A page offers the units in reach."""
    return Filter(
        name,
        column=column,
        apply=lambda rows, code, _values: rows.filter(subtree(code, field=f"{column}__code")),
        kind=Kind.TEXT,
        label=label,
        page=page,
        options=units_of,
    )


def units_of(user: Any) -> list[tuple[str, str]]:
    """The units that the user's grants reach, down to kecamatan: code and name."""
    units = reach(user).units()
    known = Unit.objects.all() if units is None else units
    return [(unit.code, str(unit)) for unit in known.exclude(kind__in=[Unit.Kind.VILLAGE, Unit.Kind.URBAN_VILLAGE])]
