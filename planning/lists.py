"""The lists of planning: what each shows, how one searches and filters it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.lists import EXACT_OR_NONE, RANGE, RANGE_OR_NONE, TEXT, Filter, Listing
from org.lists import kept, sorts
from planning.models import AccountCode, NeedStandard, PpnRate, SubActivity

NEED_STANDARDS = Listing(
    model=NeedStandard,
    columns=kept(NeedStandard),
    filters=(
        Filter("unit_kind", page="unit_kind"),
        Filter("id"),
        Filter("device_type"),
        Filter("device_type__code"),
        Filter("family", ("exact",), column="device_type__family", label=_("kelompok")),
        Filter("of_unit", EXACT_OR_NONE),
        Filter("of_unit__code"),
        Filter("from_year", RANGE),
        Filter("to_year", RANGE_OR_NONE),
    ),
    search=("device_type__code", "device_type__name", "legal_basis", "of_unit__name"),
    ordering=sorts("from_year", "quantity", "device_type__code"),
)

PPN_RATES = Listing(
    model=PpnRate,
    columns=kept(PpnRate),
    filters=(Filter("id"), Filter("effective_from", RANGE)),
    ordering=sorts("effective_from"),
)

SUB_ACTIVITIES = Listing(
    model=SubActivity,
    columns=kept(SubActivity),
    filters=(
        Filter("id"),
        Filter("code", TEXT),
        Filter("name", TEXT),
        Filter("activity_code", TEXT),
        Filter("programme_code", TEXT),
    ),
    search=("code", "name", "activity_name", "programme_name"),
    ordering=sorts("code", "name"),
)

ACCOUNT_CODES = Listing(
    model=AccountCode,
    columns=kept(AccountCode),
    filters=(Filter("id"), Filter("code", TEXT), Filter("name", TEXT)),
    search=("code", "name"),
    ordering=sorts("code", "name"),
)
