"""Families, device types, item codes, standard prices."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assets.lists import families
from backoffice.filters import choice, equals
from backoffice.registers.organisation import ACTIVE
from backoffice.registers.reference import ReferenceAdmin, active
from core import clock, words


def _years(_user: Any) -> list[tuple[str, str]]:
    now = clock.today().year
    return [(str(year), str(year)) for year in range(now + 2, now - 6, -1)]


FAMILY = choice("family", _("Kelompok"), families, lambda rows, code, _user: rows.filter(family__code=code))


class FamilyAdmin(ReferenceAdmin):
    columns = ("code", "name", "name_en", "planned_type")
    list_display = ("name", "code", "planned_type")
    search_fields = ("name", "code")
    related = ("planned_type",)


class ItemCodeAdmin(ReferenceAdmin):
    columns = ("code", "name", "useful_life_years")
    list_display = ("code", "name", "useful_life_years")
    search_fields = ("code", "name")
    sortable_by = ("code", "name")


class DeviceTypeAdmin(ReferenceAdmin):
    columns = ("code", "family", "name", "name_en", "item_code", "unit_of_measure", "useful_life_years", "active")
    list_display = ("name", "family", "item_code", "useful_life_years", "state")
    list_filter = (FAMILY, ACTIVE)
    search_fields = ("name", "code", "family__name")
    related = ("family", "item_code")
    state = staticmethod(active())


class StandardPriceAdmin(ReferenceAdmin):
    columns = (
        "device_type", "year", "price", "includes_ppn", "source", "component_id", "specification", "account_code",
        "tkdn_percent",
    )  # fmt: skip
    list_display = ("device_type", "year", "amount", "account_code", "source")
    list_filter = (equals("year", _("Tahun"), _years),)
    search_fields = ("device_type__name", "source", "component_id", "specification")
    related = ("device_type",)

    @admin.display(description=_("harga satuan"))
    def amount(self, obj: Any) -> str:
        return words.rupiah(obj.price)
