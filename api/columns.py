"""The fields of the API that a list's columns make, and the parameters that its filters make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model

from api import shapes
from api.shapes import Field, Schema
from assets.models import Asset, ConditionReport, DeviceType, Family, Inventory, ItemCode, Receipt
from core.columns import Column, On, ValueKind
from core.lists import MOST_VALUES, Filter, Listing
from core.searching import LONGEST_SEARCH
from org.models import Office, Person, Unit
from planning.models import Plan, SubActivity
from pledges.models import Pledge

LINKS: dict[type[Model], tuple[str, dict[str, str]]] = {
    Unit: ("units", {"code": "code", "name": "name"}),
    Family: ("families", {"code": "code", "name": "name"}),
    ItemCode: ("item-codes", {"code": "code", "name": "name"}),
    DeviceType: ("device-types", {"code": "code", "name": "name"}),
    Asset: ("assets", {"number": "tag"}),
    Office: ("offices", {"name": "name"}),
    Person: ("people", {"name": "name"}),
    Pledge: ("pledges", {"number": "number", "name": "title"}),
    Receipt: ("receipts", {"number": "contract_number"}),
    ConditionReport: ("condition-reports", {}),
    Inventory: ("inventories", {"number": "number"}),
    Plan: ("plans", {"number": "number"}),
    SubActivity: ("sub-activities", {"code": "code", "name": "name"}),
}
"""Where the API shows what a link leads to, and which of its columns stand in the link."""

_MAKE: dict[ValueKind, Callable[[str], Field]] = {
    ValueKind.TEXT: shapes.text,
    ValueKind.CODE: shapes.text,
    ValueKind.WHOLE: shapes.number,
    ValueKind.RUPIAH: shapes.number,
    ValueKind.YEAR: shapes.number,
    ValueKind.PERCENT: shapes.percent,
    ValueKind.DAY: shapes.day,
    ValueKind.INSTANT: shapes.instant,
    ValueKind.FLAG: shapes.flag,
}


def fields_of(listing: Listing, on: On) -> dict[str, Field]:
    """The fields of the columns that stand there, by the name they have in the API."""
    return {each.name: field_of(each) for each in listing.shown(on)}


def field_of(column: Column) -> Field:
    if column.kind is ValueKind.LINK:
        path, parts = LINKS[column.to]
        return shapes.link(column.sources[0], path, **parts)
    if column.kind is ValueKind.CHOICE:
        return shapes.code(column.sources[0], column.choices)
    made = _MAKE[column.kind](column.sources[0])
    schema = shapes.nullable(made.schema) if column.null and made.schema["type"] in _SINGLE else made.schema
    return Field(column.sources, schema, _computed(column.make) if column.make else made.make)


_SINGLE = ("string", "integer", "boolean")


def _computed(make: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _base, *values: make(*values)


_WHOLE: Schema = {**shapes.INTEGER, "format": "int64"}
_READ: dict[ValueKind, Schema] = {
    ValueKind.WHOLE: _WHOLE,
    ValueKind.RUPIAH: _WHOLE,
    ValueKind.YEAR: _WHOLE,
    ValueKind.DAY: shapes.DATE,
    ValueKind.INSTANT: shapes.INSTANT,
    ValueKind.MOMENT: {"anyOf": [shapes.DATE, shapes.INSTANT]},
    ValueKind.FLAG: shapes.BOOLEAN,
    ValueKind.LINK: {**_WHOLE, "minimum": 1},
}


_SEARCH: Schema = {
    **shapes.STRING,
    "maxLength": LONGEST_SEARCH,
    "description": "Words that all occur in the row or what it leads to, whatever their case, accents, apostrophes.",
}


def parameters_of(listing: Listing) -> Mapping[str, Schema]:
    """Name and schema of what the list is filtered and searched by."""
    found = {name: parameter(each) for name, each in listing.parameters.items()}
    return found | ({"search": _SEARCH} if listing.search else {})


def parameter(read: Filter) -> Schema:
    """What the value of one parameter looks like."""
    if read.lookup == "isnull":
        return shapes.BOOLEAN
    codes = {"enum": [code for code, _label in read.choices]} if read.choices else {}
    one = {**_READ.get(read.kind, shapes.STRING), **codes}
    return {"type": "array", "items": one, "maxItems": MOST_VALUES} if read.lookup == "in" else one
