"""What the planner keeps for the budget: standards of need, rates of PPN, the programme tree, account codes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from backoffice.base import shows
from backoffice.registers.reference import ReferenceAdmin
from planning.lists import ACCOUNT_CODES, NEED_STANDARDS, PPN_RATES, SUB_ACTIVITIES
from planning.models import AccountCode, NeedStandard, PpnRate, SubActivity


@shows(NeedStandard)
class NeedStandardAdmin(ReferenceAdmin):
    listing = NEED_STANDARDS
    list_display = ("device_type", "whom", "quantity", "years", "legal_basis")
    related = ("device_type", "of_unit")
    intro = _("Paling banyak sekian perangkat untuk satu unit, menurut peraturan. Dasar kebutuhan maksimum RKBMD.")

    @admin.display(description=_("untuk"))
    def whom(self, obj: Any) -> str:
        return str(obj.of_unit) if obj.of_unit_id else _("setiap %(kind)s") % {"kind": obj.get_unit_kind_display()}

    @admin.display(description=_("tahun anggaran"))
    def years(self, obj: Any) -> str:
        return f"{obj.from_year}–{obj.to_year or ''}"


@shows(PpnRate)
class PpnRateAdmin(ReferenceAdmin):
    listing = PPN_RATES
    list_display = ("effective_from", "percent", "legal_basis")


@shows(SubActivity)
class SubActivityAdmin(ReferenceAdmin):
    listing = SUB_ACTIVITIES
    list_display = ("code", "name", "activity_name", "programme_name")


@shows(AccountCode)
class AccountCodeAdmin(ReferenceAdmin):
    listing = ACCOUNT_CODES
    list_display = ("code", "name")
