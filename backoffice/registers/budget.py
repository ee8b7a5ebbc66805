"""What the planner keeps for the budget: standards of need, rates of PPN, the programme tree, account codes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from backoffice.filters import equals
from backoffice.registers.reference import ReferenceAdmin, said
from org.models import Unit


class NeedStandardAdmin(ReferenceAdmin):
    columns = ("device_type", "unit_kind", "of_unit", "quantity", "legal_basis", "from_year", "to_year")
    list_display = ("device_type", "whom", "quantity", "years", "legal_basis")
    list_filter = (equals("unit_kind", _("Jenis unit"), Unit.Kind.choices),)
    search_fields = ("device_type__name", "legal_basis", "of_unit__name")
    related = ("device_type", "of_unit")
    intro = _("Paling banyak sekian perangkat untuk satu unit, menurut peraturan. Dasar kebutuhan maksimum RKBMD.")

    @admin.display(description=_("untuk"))
    def whom(self, obj: Any) -> str:
        return str(obj.of_unit) if obj.of_unit_id else _("setiap %(kind)s") % {"kind": obj.get_unit_kind_display()}

    @admin.display(description=_("tahun anggaran"))
    def years(self, obj: Any) -> str:
        return f"{obj.from_year}–{obj.to_year or ''}"


class PpnRateAdmin(ReferenceAdmin):
    columns = ("effective_from", "percent", "legal_basis")
    list_display = ("effective_from", "rate", "legal_basis")

    @admin.display(description=_("tarif"))
    def rate(self, obj: Any) -> str:
        return str(said(obj, "percent"))


class SubActivityAdmin(ReferenceAdmin):
    columns = ("code", "name", "activity_code", "activity_name", "programme_code", "programme_name")
    list_display = ("code", "name", "activity_name", "programme_name")
    search_fields = ("code", "name", "activity_name", "programme_name")


class AccountCodeAdmin(ReferenceAdmin):
    columns = ("code", "name")
    list_display = ("code", "name")
    search_fields = ("code", "name")
