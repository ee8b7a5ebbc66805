"""Families, device types, item codes, standard prices."""

from __future__ import annotations

from typing import ClassVar

from api import shapes
from api.resources.reference import ReferenceResource
from assets.lists import DEVICE_TYPES, FAMILIES, ITEM_CODES, STANDARD_PRICES
from assets.models import DeviceType
from core import acts
from pledges import kinds

NAMED = {"code": "code", "name": "name"}


def family(column: str = "family") -> shapes.Field:
    return shapes.link(column, "families", **NAMED)


def device_type(column: str = "device_type") -> shapes.Field:
    return shapes.link(column, "device-types", **NAMED)


class Families(ReferenceResource):
    """What a promise names: HP, laptop, camera. ``planned_type`` is budgeted where no type is known."""

    path, listing = "families", FAMILIES


class ItemCodes(ReferenceResource):
    """Item codes (kode barang) with their official names."""

    path, listing, default_ordering = "item-codes", ITEM_CODES, "code"


class DeviceTypes(ReferenceResource):
    """What can be requested, issued and priced. One that a person put into a promised family counts for that promise
    once another confirmed it."""

    path, listing, default_ordering = "device-types", DEVICE_TYPES, "code"
    verbs = acts.on(DeviceType, kinds)
    more: ClassVar[dict[str, shapes.Field]] = {
        "added_by": shapes.account_or_null("added_by"),
        "confirmed_by": shapes.account_or_null("confirmed_by"),
    }  # fmt: skip


class StandardPrices(ReferenceResource):
    """The standard price (SSH) of a device type in a fiscal year, in whole rupiah."""

    path, listing, default_ordering = "standard-prices", STANDARD_PRICES, "-year"
