"""Families, device types, item codes, standard prices."""

from __future__ import annotations

from api import shapes
from api.fields import Flag, Input, Percent, Related, Rupiah, Text, Whole, Year
from api.filters import EXACT, RANGE, RELATION, RELATION_OR_NONE, TEXT, Filters, IdFilter
from api.resources.reference import ReferenceResource
from assets.models import DeviceType, Family, ItemCode, StandardPrice

NAMED = {"code": "code", "name": "name"}


def family(column: str = "family") -> shapes.Field:
    return shapes.link(column, "families", **NAMED)


def device_type(column: str = "device_type") -> shapes.Field:
    return shapes.link(column, "device-types", **NAMED)


class FamilyInput(Input):
    code = Text(max_length=30)
    name = Text(max_length=100)
    name_en = Text(required=False, allow_blank=True, max_length=100)
    planned_type = Related(DeviceType, required=False, allow_null=True)


class FamilyFilters(Filters):
    class Meta:
        model = Family
        fields = {"id": EXACT, "code": TEXT, "name": TEXT, "planned_type": RELATION_OR_NONE}


class Families(ReferenceResource):
    """What a promise names: HP, laptop, camera. ``planned_type`` is budgeted where no type is known."""

    path = "families"
    model, form, filters = Family, FamilyInput, FamilyFilters
    columns = {
        "code": shapes.text("code"),
        "name": shapes.text("name"),
        "name_en": shapes.text("name_en"),
        "planned_type": device_type("planned_type"),
    }
    ordering = {"code": "code", "name": "name"}
    search = ("code", "name", "name_en")


class ItemCodeInput(Input):
    code = Text(max_length=24)
    name = Text(max_length=200)
    useful_life_years = Whole(required=False, allow_null=True, min_value=1, max_value=200)


class ItemCodeFilters(Filters):
    class Meta:
        model = ItemCode
        fields = {"id": EXACT, "code": TEXT, "name": TEXT}


class ItemCodes(ReferenceResource):
    """Item codes (kode barang) with their official names."""

    path = "item-codes"
    model, form, filters = ItemCode, ItemCodeInput, ItemCodeFilters
    columns = {
        "code": shapes.text("code"),
        "name": shapes.text("name"),
        "useful_life_years": shapes.number_or_null("useful_life_years"),
    }
    ordering = {"code": "code", "name": "name"}
    default_ordering = "code"
    search = ("code", "name")


class DeviceTypeInput(Input):
    code = Text(max_length=40)
    family = Related(Family)
    name = Text(max_length=100)
    name_en = Text(required=False, allow_blank=True, max_length=100)
    item_code = Related(ItemCode, required=False, allow_null=True)
    unit_of_measure = Text(required=False, max_length=20)
    useful_life_years = Whole(required=False, allow_null=True, min_value=1, max_value=200)
    active = Flag(required=False)


class DeviceTypeFilters(Filters):
    class Meta:
        model = DeviceType
        fields = {"id": EXACT, "code": TEXT, "name": TEXT, "family": RELATION, "family__code": EXACT,
                  "item_code": RELATION_OR_NONE, "item_code__code": EXACT, "active": ["exact"]}  # fmt: skip


class DeviceTypes(ReferenceResource):
    """What can be requested, issued and priced."""

    path = "device-types"
    model, form, filters = DeviceType, DeviceTypeInput, DeviceTypeFilters
    columns = {
        "code": shapes.text("code"),
        "name": shapes.text("name"),
        "name_en": shapes.text("name_en"),
        "family": family(),
        "item_code": shapes.link("item_code", "item-codes", **NAMED),
        "unit_of_measure": shapes.text("unit_of_measure"),
        "useful_life_years": shapes.number_or_null("useful_life_years"),
        "active": shapes.flag("active"),
    }
    ordering = {"code": "code", "name": "name", "family__code": "family__code"}
    default_ordering = "code"
    search = ("code", "name", "name_en")


class StandardPriceInput(Input):
    device_type = Related(DeviceType)
    year = Year()
    price = Rupiah()
    includes_ppn = Flag(required=False)
    source = Text(required=False, allow_blank=True, max_length=150)
    component_id = Text(required=False, allow_blank=True, max_length=40)
    specification = Text(required=False, allow_blank=True, max_length=300)
    account_code = Text(required=False, allow_blank=True, max_length=24)
    tkdn_percent = Percent(required=False, allow_null=True)


class StandardPriceFilters(Filters):
    family = IdFilter(field_name="device_type__family")

    class Meta:
        model = StandardPrice
        fields = {"id": EXACT, "device_type": RELATION, "device_type__code": EXACT, "year": RANGE, "price": RANGE,
                  "component_id": EXACT, "account_code": EXACT}  # fmt: skip


class StandardPrices(ReferenceResource):
    """The standard price (SSH) of a device type in a fiscal year, in whole rupiah."""

    path = "standard-prices"
    model, form, filters = StandardPrice, StandardPriceInput, StandardPriceFilters
    columns = {
        "device_type": device_type(),
        "year": shapes.number("year"),
        "price": shapes.number("price"),
        "includes_ppn": shapes.flag("includes_ppn"),
        "source": shapes.text("source"),
        "component_id": shapes.text("component_id"),
        "specification": shapes.text("specification"),
        "account_code": shapes.text("account_code"),
        "tkdn_percent": shapes.percent("tkdn_percent"),
    }
    ordering = {"year": "year", "price": "price", "device_type__code": "device_type__code"}
    default_ordering = "-year"
    search = ("device_type__code", "device_type__name", "source", "component_id", "specification")
