"""Inventories, and the lines that units answer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from api import shapes
from api.columns import fields_of
from api.resource import Resource, Told, Under
from api.resources.reference import ACTIONS
from api.shapes import Field, Many, Shape, registered
from assets import inventories
from assets.lists import INVENTORIES, INVENTORY_LINES
from assets.models import Inventory, InventoryLine
from core import acts
from core.columns import On

ROW = Shape("Inventory", {**registered("inventories"), **fields_of(INVENTORIES, On.ROW)})
LINE = Shape(
    "InventoryLine",
    {
        **registered("inventories"),
        "url": Field(
            ("inventory_id", "pk"),
            shapes.URI,
            lambda base, inventory, pk: f"{base}inventories/{inventory}/lines/{pk}/",
        ),
        "asset": shapes.link("asset", "assets", number="tag", name="device_type__name"),
        **fields_of(INVENTORY_LINES, On.ROW),
    },
)


def _lines(units: tuple[int, ...] | None) -> QuerySet:
    rows = InventoryLine.objects.order_by("pk")
    return rows if units is None else rows.filter(unit__in=units)


def _full(units: tuple[int, ...] | None) -> Shape:
    """The detail with the lines of these units (None: of all)."""
    return ROW.extend("InventoryDetail", lines=Many(LINE, _lines, "inventory_id", given=(units,)), actions=ACTIONS)


class Inventories(Told, Resource):
    """Counts of what units hold. The numbers, like the lines, are of the units in the caller's scope."""

    path = "inventories"
    listing = INVENTORIES
    row, full = ROW, _full(None)
    default_ordering = "-id"
    related = ("unit",)
    verbs, creates = acts.on(Inventory, inventories), inventories.open_inventory

    def shape_of_one(self, instance: Any) -> Shape:
        return _full(self.reader["units"])


class InventoryLines(Under, Told, Resource):
    """The devices of one inventory, each answered by the unit that held it."""

    path = r"inventories/(?P<inventory>[^/]+)/lines"
    parent, under = Inventories, "inventory"
    listing = INVENTORY_LINES
    row, full = LINE, LINE.extend("InventoryLineDetail", actions=ACTIONS)
    related = ("inventory", "asset", "unit")
    verbs = acts.on(InventoryLine, inventories)

    def visible(self) -> QuerySet:
        return super().visible().visible_to(self.request.user)  # type: ignore[attr-defined]
