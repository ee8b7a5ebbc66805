"""Inventories, and the lines that units answer."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django.db.models import QuerySet

from api import shapes
from api.filters import EXACT, RANGE, RELATION, TEXT, Filters, FlagFilter, WithinFilter
from api.resource import Resource, Told
from api.resources.org import unit
from api.resources.reference import ACTIONS
from api.shapes import Field, Many, Shape, registered
from assets import inventories
from assets.models import Inventory, InventoryLine
from assets.states import Condition, InventoryAnswer, InventoryState
from core import acts
from org.rules import reach

ROW = Shape(
    "Inventory",
    {
        **registered("inventories"),
        "number": shapes.text("number"),
        "state": shapes.code("state", InventoryState.choices),
        "unit": unit(),
        "due_on": shapes.day("due_on"),
        "note": shapes.text("note"),
        "closed_at": shapes.instant("closed_at"),
        "devices": shapes.number("devices"),
        "confirmed": shapes.number("confirmed"),
        "not_found": shapes.number("not_found"),
        "unanswered": shapes.number("unanswered"),
    },
)
LINE = Shape(
    "InventoryLine",
    {
        "id": shapes.number("pk"),
        "url": Field(
            ("inventory_id", "pk"),
            {"type": "string", "format": "uri"},
            lambda base, inventory, pk: f"{base}inventories/{inventory}/lines/{pk}/",
        ),
        "inventory": shapes.link("inventory", "inventories", number="number"),
        "asset": shapes.link("asset", "assets", number="tag", name="device_type__name"),
        "unit": unit(),
        "answer": shapes.code("answer", InventoryAnswer.choices),
        "note": shapes.text("note"),
        "condition": shapes.code("report__condition", Condition.choices),
        "condition_report": shapes.link("report", "condition-reports"),
        "answered_at": shapes.instant("answered_at"),
        "created_at": shapes.instant("created_at"),
        "updated_at": shapes.instant("updated_at"),
        "version": shapes.number("version"),
    },
)


def _lines(units: tuple[int, ...] | None) -> QuerySet:
    rows = InventoryLine.objects.order_by("pk")
    return rows if units is None else rows.filter(unit__in=units)


def _full(units: tuple[int, ...] | None) -> Shape:
    """The detail with the lines of these units (None: of all)."""
    return ROW.extend("InventoryDetail", lines=Many(LINE, _lines, "inventory_id", given=(units,)), actions=ACTIONS)


class _OverdueFilter(FlagFilter):
    """``overdue``: open after its last day for answers."""

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        if value is None:
            return queryset
        late = Inventory.objects.overdue().values("pk")
        return queryset.filter(pk__in=late) if value else queryset.exclude(pk__in=late)


class InventoryFilters(Filters):
    within = WithinFilter(field_name="unit")
    overdue = _OverdueFilter()

    class Meta:
        model = Inventory
        fields = {"id": EXACT, "number": TEXT, "state": EXACT, "unit": RELATION, "unit__code": EXACT, "due_on": RANGE}


class LineFilters(Filters):
    within = WithinFilter(field_name="unit")

    class Meta:
        model = InventoryLine
        fields = {"id": EXACT, "answer": EXACT, "asset": RELATION, "asset__tag": EXACT, "unit": RELATION,
                  "unit__code": EXACT}  # fmt: skip


class Inventories(Told, Resource):
    """Counts of what units hold. The numbers, like the lines, are of the units in the caller's scope."""

    path = "inventories"
    row, full, filters = ROW, _full(None), InventoryFilters
    ordering = {"id": "pk", "number": "number", "due_on": "due_on", "updated_at": "updated_at"}
    default_ordering = "-id"
    search = ("number", "unit__name", "note")
    related = ("unit",)
    verbs, creates = acts.on(Inventory, inventories), inventories.open_inventory

    def source(self) -> Any:
        return Inventory.objects.all()

    @property
    def units(self) -> tuple[int, ...] | None:
        """The units whose lines the caller may see; None: all."""
        units = reach(self.request.user).unit_ids()
        return None if units is None else tuple(units)

    def annotated(self, queryset: QuerySet) -> QuerySet:
        return queryset.counted(self.units)

    def depends_on(self) -> Hashable:
        return self.units, super().depends_on()

    def shape_of_one(self, instance: Any) -> Shape:
        return _full(self.units)


class InventoryLines(Told, Resource):
    """The devices of one inventory, each answered by the unit that held it."""

    path = r"inventories/(?P<inventory>[^/]+)/lines"
    row, full, filters = LINE, LINE.extend("InventoryLineDetail", actions=ACTIONS), LineFilters
    ordering = {"id": "pk", "answered_at": "answered_at"}
    related = ("inventory", "asset", "unit")
    verbs = acts.on(InventoryLine, inventories)

    inventory: Inventory | None = None

    def source(self) -> Any:
        return InventoryLine.objects.all()

    def visible(self) -> QuerySet:
        return super().visible().filter(inventory=self.inventory)

    def find(self) -> None:
        parent = Inventories(request=self.request, kwargs={"id": self.kwargs["inventory"]})
        parent.find()
        self.inventory = parent.object
        super().find()
