"""The lists of planning: budget plans and their lines, and what they are reckoned by."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.lists import families
from core import clock
from core.columns import Column, On, ValueKind
from core.lists import EXACT_OR_NONE, RANGE, RANGE_OR_NONE, TEXT, Filter, Listing
from org.lists import kept, sorts, within
from planning.amounts import Amount
from planning.models import AccountCode, NeedStandard, Plan, PlanLine, PpnRate, SubActivity
from planning.models.plans import line_number

COSTING = ("proposed", "approved", "fulfilment", "unit_price", "price_includes_ppn", "ppn_percent")
"""What the cost of a line follows from."""
_FACT = On.ROW | On.PAGE
_TOLD = (
    ("some", _("Ada kebutuhan"), {"need__gt": "0"}),
    ("none", _("Tanpa kebutuhan"), {"need": "0"}),
    ("unpriced", _("Belum ada harga"), {"unit_price__isnull": "true", "proposed__gt": "0"}),
)


def years(_user: Any) -> list[tuple[str, str]]:
    now = clock.today().year
    return [(str(year), str(year)) for year in range(now + 3, now - 7, -1)]


def plans_of(user: Any) -> list[tuple[str, str]]:
    return [(str(plan.pk), str(plan)) for plan in Plan.objects.visible_to(user)]


def cost_of(*values: Any) -> Amount | None:
    """The cost of a line with these values of ``COSTING``; None when its price or the rate of PPN is not on record."""
    return PlanLine(**dict(zip(COSTING, values, strict=True))).amount()


def _ppn(*values: Any) -> int | None:
    cost = cost_of(*values)
    return cost.ppn if cost else None


def _total(*values: Any) -> int | None:
    cost = cost_of(*values)
    return cost.total if cost else None


PLANS = Listing(
    model=Plan,
    columns=(
        Column("number"),
        Column("state", On.ROW | On.SHEET),
        Column("fiscal_year"),
        Column("stage"),
        Column("edition"),
        Column("previous", On.ROW),
        Column("unit"),
        Column("within"),
        Column("sub_activity"),
        Column("fund_source"),
        Column("ceiling", kind=ValueKind.RUPIAH),
        Column("note"),
        Column("calculated_at", On.ROW | On.SHEET),
        Column("anchor_seq", On.ROW),
        Column("anchor_hash", On.ROW),
        Column("reviewed_at", On.ROW | On.SHEET),
        Column("frozen_at", On.ROW | On.SHEET),
    ),
    filters=(
        Filter("fiscal_year", RANGE, page="year", options=years),
        Filter("state", page="state"),
        Filter("stage", page="stage"),
        within(column="within"),
        Filter("id"),
        Filter("number", TEXT),
        Filter("unit"),
        Filter("unit__code"),
        Filter("sub_activity", EXACT_OR_NONE),
        Filter("previous", EXACT_OR_NONE),
    ),
    search=("number", "note", "unit", "unit__code"),
    ordering={"id": "pk", "number": "number", "fiscal_year": "fiscal_year", "updated_at": "updated_at"},
)

PLAN_LINES = Listing(
    model=PlanLine,
    columns=(
        Column("number", source=("plan__number", "position"), make=line_number, kind=ValueKind.CODE,
               label=_("Nomor baris"), null=False, width=18),
        Column("plan", On.ROW),
        Column("position", On.ROW),
        Column("unit_code", On.SHEET, source="unit__code", kind=ValueKind.CODE, label=_("Kode unit"), width=18),
        Column("unit", On.ROW | On.SHEET, width=24),
        Column("family", On.ROW | On.SHEET, width=14),
        Column("device_type", On.ROW | On.SHEET, width=20),
        Column("item_code", On.SHEET, source="device_type__item_code__code", kind=ValueKind.CODE,
               label=_("kode barang"), width=19),
        Column("account_code", kind=ValueKind.CODE, width=19),
        Column("standard_quantity", On.ROW, source="standard"),
        Column("standard_basis", On.ROW),
        Column("usable", On.ROW),
        Column("requested", On.ROW),
        Column("under_decision", On.ROW),
        Column("pledged", On.ROW),
        Column("replacement", On.ROW),
        Column("standard_gap", On.ROW),
        Column("budgeted", On.ROW),
        Column("stock", On.ROW),
        Column("incoming", On.ROW),
        Column("need", On.ROW | On.SHEET, width=11, total=True),
        Column("proposed", On.ROW | On.SHEET, width=10, total=True),
        Column("approved", On.ROW | On.SHEET, width=10, total=True),
        Column("fulfilment", width=16),
        Column("review_reason", _FACT),
        Column("unit_price", On.ROW | On.SHEET, kind=ValueKind.RUPIAH, label=_("Harga satuan"), width=16),
        Column("price_year", On.ROW | On.SHEET, width=8),
        Column("price_includes_ppn", On.ROW),
        Column("ppn_percent", _FACT, label=_("PPN")),
        Column("ppn", On.SHEET, source=COSTING, make=_ppn, kind=ValueKind.RUPIAH, label=_("PPN"), width=15, total=True),
        Column("total", On.SHEET, source=COSTING, make=_total, kind=ValueKind.RUPIAH, label=_("Nilai"), width=18,
               total=True),
        Column("fund_source", width=14),
        Column("proposal_origin", _FACT),
        Column("budgeting_unit", _FACT, label=_("Dianggarkan oleh")),
        Column("component_id", _FACT),
        Column("specification", _FACT),
        Column("tkdn_percent", _FACT, label=_("TKDN")),
        Column("score", On.ROW | On.SHEET, width=10),
        Column("waiting_days", On.ROW | On.SHEET, width=10),
        Column("note", width=30),
    ),
    filters=(
        Filter("plan", ("exact",), page="plan", options=plans_of),
        Filter("need", RANGE, page="need", options=[(code, label) for code, label, _means in _TOLD],
               means={code: means for code, _label, means in _TOLD}),
        within(page="unit"),
        Filter("family__code", label=_("kelompok"), page="family", options=families),
        Filter("id"),
        Filter("position", RANGE),
        Filter("unit"),
        Filter("unit__code"),
        Filter("device_type", EXACT_OR_NONE),
        Filter("device_type__code"),
        Filter("family"),
        Filter("proposed", RANGE),
        Filter("approved", RANGE_OR_NONE),
        Filter("unit_price", RANGE_OR_NONE),
        Filter("account_code"),
        Filter("fulfilment"),
        Filter("proposal_origin"),
    ),
    search=("plan", "unit", "unit__code", "device_type", "family", "specification"),
    ordering={
        "id": "pk", "position": "position", "need": "need", "score": "score", "waiting_days": "waiting_days",
        "unit__code": "unit__code",
    },
)  # fmt: skip


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
    search=("device_type", "device_type__code", "unit_kind", "of_unit", "legal_basis"),
    ordering=sorts("from_year", "quantity", "device_type__code"),
)

PPN_RATES = Listing(
    model=PpnRate,
    columns=kept(PpnRate),
    filters=(Filter("id"), Filter("effective_from", RANGE)),
    search=("legal_basis",),
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
    search=("code", "name", "activity_code", "activity_name", "programme_code", "programme_name"),
    ordering=sorts("code", "name"),
)

ACCOUNT_CODES = Listing(
    model=AccountCode,
    columns=kept(AccountCode),
    filters=(Filter("id"), Filter("code", TEXT), Filter("name", TEXT)),
    search=("code", "name"),
    ordering=sorts("code", "name"),
)
