"""Families, device types, item codes, standard prices."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assets.lists import DEVICE_TYPES, FAMILIES, ITEM_CODES, STANDARD_PRICES
from assets.models import DeviceType, Family, ItemCode, StandardPrice
from backoffice import html
from backoffice.base import shows
from backoffice.registers.reference import ReferenceAdmin
from backoffice.verbs import PRIMARY
from core import acts
from pledges import kinds
from wording import badges, standing


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
    verbs = acts.on(DeviceType, kinds)
    tones: ClassVar = {"confirm": PRIMARY}
    list_display = ("name", "family", "item_code", "useful_life_years", "confirmation", "state")
    related = ("family", "item_code", "added_by__person", "confirmed_by__person")

    @admin.display(description=_("konfirmasi"))
    def confirmation(self, obj: Any) -> str:
        return html.badge(badges.kind(obj)) if obj.added_by_id else ""

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        if obj.added_by is None:
            return {}
        told = [(_("Dimasukkan ke kelompok oleh"), obj.added_by)]
        told += [(_("Dikonfirmasi oleh"), obj.confirmed_by)] if obj.confirmed_by else []
        return {"badge": html.badge(badges.kind(obj)), "facts": told, "lead": standing.kind_waits(obj)}


@shows(StandardPrice)
class StandardPriceAdmin(ReferenceAdmin):
    listing = STANDARD_PRICES
    list_display = ("device_type", "year", "price", "account_code", "source")
    related = ("device_type",)
