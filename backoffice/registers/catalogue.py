"""Families, device types, item codes, standard prices."""

from __future__ import annotations

from assets.lists import DEVICE_TYPES, FAMILIES, ITEM_CODES, STANDARD_PRICES
from assets.models import DeviceType, Family, ItemCode, StandardPrice
from backoffice.base import shows
from backoffice.registers.reference import ReferenceAdmin


@shows(Family)
class FamilyAdmin(ReferenceAdmin):
    listing = FAMILIES
    list_display = ("name", "code", "planned_type")
    related = ("planned_type",)


@shows(ItemCode)
class ItemCodeAdmin(ReferenceAdmin):
    listing = ITEM_CODES
    list_display = ("code", "name", "useful_life_years")
    sortable_by = ("code", "name")


@shows(DeviceType)
class DeviceTypeAdmin(ReferenceAdmin):
    listing = DEVICE_TYPES
    list_display = ("name", "family", "item_code", "useful_life_years", "state")
    related = ("family", "item_code")


@shows(StandardPrice)
class StandardPriceAdmin(ReferenceAdmin):
    listing = STANDARD_PRICES
    list_display = ("device_type", "year", "price", "account_code", "source")
    related = ("device_type",)
