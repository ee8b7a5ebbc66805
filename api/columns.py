"""The fields of the API that a list's columns make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from api import shapes
from api.shapes import Field
from assets.models import Asset, ConditionReport, DeviceType, Family, Inventory, ItemCode, Receipt
from core.columns import Column, Kind, On
from core.lists import Listing
from org.models import Person, Unit
from planning.models import Plan, SubActivity

LINKS: dict[type[Model], tuple[str, dict[str, str]]] = {
    Unit: ("units", {"code": "code", "name": "name"}),
    Family: ("families", {"code": "code", "name": "name"}),
    ItemCode: ("item-codes", {"code": "code", "name": "name"}),
    DeviceType: ("device-types", {"code": "code", "name": "name"}),
    Asset: ("assets", {"number": "tag"}),
    Person: ("people", {"name": "name"}),
    Receipt: ("receipts", {"number": "contract_number"}),
    ConditionReport: ("condition-reports", {}),
    Inventory: ("inventories", {"number": "number"}),
    Plan: ("plans", {"number": "number"}),
    SubActivity: ("sub-activities", {"code": "code", "name": "name"}),
}
"""Where the API shows what a link leads to, and which of its columns stand in the link."""

_MAKE: dict[Kind, Callable[[str], Field]] = {
    Kind.TEXT: shapes.text,
    Kind.CODE: shapes.text,
    Kind.WHOLE: shapes.number,
    Kind.RUPIAH: shapes.number,
    Kind.PERCENT: shapes.percent,
    Kind.DAY: shapes.day,
    Kind.INSTANT: shapes.instant,
    Kind.FLAG: shapes.flag,
}


def fields_of(listing: Listing, on: On) -> dict[str, Field]:
    """The fields of the columns that stand there, by the name they have in the API."""
    return {each.name: field_of(each) for each in listing.shown(on)}


def field_of(column: Column) -> Field:
    if column.kind is Kind.LINK:
        path, parts = LINKS[column.to]
        return shapes.link(column.sources[0], path, **parts)
    if column.kind is Kind.CHOICE:
        return shapes.code(column.sources[0], column.choices)
    made = _MAKE[column.kind](column.sources[0])
    schema = shapes.nullable(made.schema) if column.null and made.schema["type"] in _SINGLE else made.schema
    return Field(column.sources, schema, _computed(column.make) if column.make else made.make)


_SINGLE = ("string", "integer", "boolean")


def _computed(make: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _base, *values: make(*values)
