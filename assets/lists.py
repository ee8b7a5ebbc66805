"""The lists of supply: what each shows, how one searches and filters it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from assets.models import (
    Asset,
    ConditionReport,
    Custody,
    DeviceType,
    Family,
    Inventory,
    InventoryLine,
    ItemCode,
    Receipt,
    StandardPrice,
)
from assets.models.handovers import confirmed_after_days
from assets.states import AssetState, Condition
from core import clock, identity
from core.columns import Column, On, ValueKind
from core.lists import EXACT_OR_NONE, RANGE, RANGE_OR_NONE, TEXT, Filter, Listing
from core.searching import among, occurs
from org.lists import UNIT, in_use, kept, sorts, units_of, within
from org.models import Unit
from org.models.units import subtree
from org.rules import reach

WAITS = _("menunggu konfirmasi")
_LISTED = On.ROW | On.SHEET
_HANDOVER = "open_custody__began_by__handover"


def units_seen(user: Any) -> dict[str, Any]:
    """The units in the reader's reach, of whose devices an inventory counts; None: all."""
    units = reach(user).unit_ids()
    return {"units": None if units is None else tuple(units)}


def _late_answers(rows: QuerySet, value: bool, _values: Any) -> QuerySet:
    """Open after its last day for answers."""
    late = Inventory.objects.all().overdue().values("pk")
    return rows.filter(pk__in=late) if value else rows.exclude(pk__in=late)


def _unconfirmed(rows: QuerySet, wanted: bool, _values: Any) -> QuerySet:
    """Device types that wait for a second person's confirmation."""
    waiting = DeviceType.objects.unconfirmed().values("pk")
    return rows.filter(pk__in=waiting) if wanted else rows.exclude(pk__in=waiting)


def _is_unconfirmed(added_by: int | None, confirmed_at: Any) -> bool:
    return added_by is not None and confirmed_at is None


def _held(word: str, _values: Any) -> Q:
    """Devices whose holder, a unit or a person, is called so."""
    held = Custody.objects.filter(occurs(Custody, ("unit", "person"), word), until__isnull=True)
    return Q(pk__in=among(held, "asset"))


def _located(rows: QuerySet, code: str, _values: Any) -> QuerySet:
    """Devices that a unit, or one under it, holds, and those on its books that nobody holds."""
    held = Custody.objects.filter(until__isnull=True).order_by()
    there = held.filter(subtree(code, field="unit__code")).values("asset")
    return rows.filter(Q(pk__in=there) | Q(subtree(code, field="unit__code")) & ~Q(pk__in=held.values("asset")))


def device_types(_user: Any) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in DeviceType.objects.order_by("name").values_list("pk", "name")]


def families(_user: Any) -> list[tuple[str, str]]:
    return list(Family.objects.values_list("code", "name"))


def years(_user: Any) -> list[tuple[str, str]]:
    """The years whose prices one looks for: to the second after this one."""
    now = clock.today().year
    return [(str(year), str(year)) for year in range(now + 2, now - 6, -1)]


def imei_doubt(*imeis: str) -> str:
    """Words about numbers whose check digit is wrong; they are kept as they were read from the device."""
    return str(identity.DOUBTFUL) if any(map(identity.is_doubtful, imeis)) else ""


def _with_holder(rows: Any, _values: Any) -> QuerySet:
    """With their state, and ``held_at``: the code of the unit that holds them, else of that which keeps them, and the
    name of the person."""
    unit = Coalesce("open_custody__unit__code", "unit__code")
    return rows.with_state().annotate(held_at=Concat(unit, Value(" "), "open_custody__person__name"))


ASSETS = Listing(
    model=Asset,
    derived=_with_holder,
    columns=(
        Column("tag", kind=ValueKind.CODE, width=12),
        Column("nibar", kind=ValueKind.CODE, width=24),
        Column("item_code", On.SHEET, source="device_type__item_code__code", kind=ValueKind.CODE,
               label=_("kode barang"), width=19),
        Column("device_type", width=20),
        Column("brand", width=12),
        Column("model", width=13),
        Column("serial_number", kind=ValueKind.CODE, width=15),
        Column("register_number", On.DETAIL | On.PAGE | On.SHEET, kind=ValueKind.CODE, width=9),
        Column("imei_1", kind=ValueKind.CODE, width=17),
        Column("imei_2", kind=ValueKind.CODE, width=17),
        Column("imei_doubt", On.DETAIL | On.PAGE, source=("imei_1", "imei_2"), make=imei_doubt, kind=ValueKind.TEXT,
               null=False, label=_("peringatan IMEI")),
        Column("condition", On.ROW | On.SHEET, width=13),
        Column("state", On.ROW | On.SHEET, choices=AssetState, label=_("keadaan"), width=13,
               note=_("Dipakai: ada pemegangnya. Disiapkan: menunggu diserahkan.")),
        Column("unit_code", On.SHEET, source="unit__code", kind=ValueKind.CODE, label=_("kode unit pencatat"), width=18,
               note=_("Unit yang mencatat perangkat dalam daftar barangnya.")),
        Column("unit", width=20),
        Column("holder_unit", On.SHEET, source="open_custody__unit", kind=ValueKind.LINK, to=Unit,
               label=_("unit pemegang"), width=20),
        Column("holder_person", On.SHEET, source="open_custody__person__name", label=_("nama pemegang"), width=20),
        Column("bast", On.SHEET, source=f"{_HANDOVER}__number", kind=ValueKind.CODE, label=_("nomor BAST"), width=24),
        Column("bast_on", On.SHEET, source=f"{_HANDOVER}__handed_over_on", kind=ValueKind.DAY, label=_("tanggal BAST"),
               width=11),
        Column("confirmed_after_days", On.SHEET,
               source=(f"{_HANDOVER}__handed_over_on", "open_custody__began_by__accepted_at"),
               make=confirmed_after_days, kind=ValueKind.WHOLE, label=_("dikonfirmasi (hari kemudian)"), width=13,
               note=_("Bila penerima membenarkan lebih dari 14 hari sesudah serah terima.")),
        Column("acquired_on", width=11),
        Column("warranty_until", On.DETAIL | On.PAGE | On.SHEET, width=11),
        Column("price", kind=ValueKind.RUPIAH, label=_("nilai perolehan"), width=17, total=True),
        Column("fund_source", width=13),
        Column("updated_at", On.ROW),
        Column("receipt", On.DETAIL),
        Column("note", On.DETAIL | On.PAGE),
        Column("lost_on", On.DETAIL),
        Column("retired_on", On.DETAIL),
        Column("retirement_number", On.DETAIL),
        Column("retirement_decided_on", On.DETAIL),
    ),
    filters=(
        Filter("state", choices=AssetState, label=_("keadaan"), page="state"),
        Filter("condition", page="condition"),
        Filter("device_type__family__code", label=_("kelompok"), page="family", options=families),
        Filter("located_within", apply=_located, kind=ValueKind.TEXT, label=UNIT, page="unit", rows=units_of),
        Filter("device_type", page="type", options=device_types),
        within(page="keeper", label=_("unit pencatat")),
        within("held_within", column="open_custody__unit", label=_("unit pemegang")),
        Filter("holder_unit", ("exact",), column="open_custody__unit", kind=ValueKind.LINK, label=_("unit pemegang")),
        Filter("holder_person", ("exact",), column="open_custody__person", kind=ValueKind.LINK,
               label=_("nama pemegang")),
        Filter("family", ("exact",), column="device_type__family", label=_("kelompok")),
        Filter("id"),
        Filter("tag", TEXT),
        Filter("nibar", TEXT),
        Filter("device_type__code"),
        Filter("brand", TEXT),
        Filter("model", TEXT),
        Filter("serial_number", TEXT),
        Filter("imei_1"),
        Filter("imei_2"),
        Filter("unit"),
        Filter("unit__code"),
        Filter("price", RANGE_OR_NONE),
        Filter("acquired_on", RANGE_OR_NONE),
        Filter("fund_source"),
        Filter("receipt", EXACT_OR_NONE),
    ),
    search=("search_text", "device_type", "device_type__family", "unit", _held),
    ordering={
        "id": "pk", "tag": "tag", "updated_at": "updated_at", "price": "price", "acquired_on": "acquired_on",
        "condition": "condition", "holder": "held_at",
    },
)  # fmt: skip

CONDITION_REPORTS = Listing(
    model=ConditionReport,
    columns=(
        Column("asset"),
        Column("unit"),
        Column("condition", _LISTED),
        Column("note"),
        Column("reported_on"),
    ),
    filters=(
        Filter("condition", page="condition"),
        within(page="unit"),
        Filter("id"),
        Filter("asset"),
        Filter("asset__tag"),
        Filter("unit"),
        Filter("unit__code"),
        Filter("reported_on", RANGE),
    ),
    search=("asset", "unit", "note"),
    ordering={"id": "pk", "reported_on": "reported_on", "updated_at": "updated_at"},
    derived=lambda rows, _values: rows.with_photo(),  # type: ignore[attr-defined]
)

RECEIPTS = Listing(
    model=Receipt,
    columns=(
        Column("unit"),
        Column("number", On.ROW, source="contract_number"),
        Column("contract_number"),
        Column("supplier"),
        Column("received_on"),
        Column("device_type", On.SHEET, source="lines__device_type"),
        Column("quantity", On.SHEET, source="lines__quantity", total=True),
        Column("plan_line"),
        Column("note"),
    ),
    filters=(
        within(page="unit"),
        Filter("id"),
        Filter("unit"),
        Filter("unit__code"),
        Filter("contract_number", TEXT),
        Filter("supplier", TEXT),
        Filter("received_on", RANGE),
        Filter("plan_line"),
    ),
    search=("contract_number", "supplier", "plan_line", "unit", "note"),
    ordering={"id": "pk", "received_on": "received_on", "updated_at": "updated_at"},
)

FAMILIES = Listing(
    model=Family,
    columns=kept(Family),
    filters=(Filter("id"), Filter("code", TEXT), Filter("name", TEXT), Filter("planned_type", EXACT_OR_NONE)),
    search=("code", "name", "name_en", "planned_type"),
    ordering=sorts("code", "name"),
)

ITEM_CODES = Listing(
    model=ItemCode,
    columns=kept(ItemCode),
    filters=(Filter("id"), Filter("code", TEXT), Filter("name", TEXT)),
    search=("code", "name"),
    ordering=sorts("code", "name"),
)

DEVICE_TYPES = Listing(
    model=DeviceType,
    columns=(
        *kept(DeviceType),
        Column("unconfirmed", _LISTED, source=("added_by_id", "confirmed_at"), make=_is_unconfirmed,
               kind=ValueKind.FLAG, null=False, label=WAITS),
        Column("confirmed_at"),
    ),
    filters=(
        Filter("family__code", label=_("kelompok"), page="family", options=families),
        Filter("unconfirmed", apply=_unconfirmed, kind=ValueKind.FLAG, label=WAITS, page="unconfirmed",
               options=(("1", WAITS),), means={"1": {"unconfirmed": "true"}}),
        in_use(),
        Filter("id"),
        Filter("code", TEXT),
        Filter("name", TEXT),
        Filter("family"),
        Filter("item_code", EXACT_OR_NONE),
        Filter("item_code__code"),
    ),
    search=("code", "name", "name_en", "family", "item_code"),
    ordering=sorts("code", "name", "family__code"),
)  # fmt: skip

STANDARD_PRICES = Listing(
    model=StandardPrice,
    columns=kept(StandardPrice),
    filters=(
        Filter("year", RANGE, page="year", options=years),
        Filter("id"),
        Filter("device_type"),
        Filter("device_type__code"),
        Filter("family", ("exact",), column="device_type__family", label=_("kelompok")),
        Filter("price", RANGE),
        Filter("component_id"),
        Filter("account_code"),
    ),
    search=("device_type", "device_type__code", "account_code", "source", "component_id", "specification"),
    ordering=sorts("year", "price", "device_type__code"),
)

INVENTORIES = Listing(
    model=Inventory,
    reader=units_seen,
    derived=lambda rows, values: rows.counted(values["units"]),  # type: ignore[attr-defined]
    columns=(
        Column("number"),
        Column("state", _LISTED),
        Column("unit", _LISTED),
        Column("due_on"),
        Column("note"),
        Column("closed_at"),
        Column("devices", _LISTED, kind=ValueKind.WHOLE, label=_("perangkat"), null=False),
        Column("confirmed", _LISTED, kind=ValueKind.WHOLE, label=_("Ada"), null=False),
        Column("not_found", _LISTED, kind=ValueKind.WHOLE, label=_("Tidak ditemukan"), null=False),
        Column("unanswered", _LISTED, kind=ValueKind.WHOLE, label=_("Belum dijawab"), null=False),
    ),
    filters=(
        Filter("state", page="state"),
        within(page="unit"),
        Filter("overdue", apply=_late_answers, kind=ValueKind.FLAG, label=_("lewat tenggat")),
        Filter("id"),
        Filter("number", TEXT),
        Filter("unit"),
        Filter("unit__code"),
        Filter("due_on", RANGE),
    ),
    search=("number", "unit", "note"),
    ordering={"id": "pk", "number": "number", "due_on": "due_on", "updated_at": "updated_at"},
)

INVENTORY_LINES = Listing(
    model=InventoryLine,
    columns=(
        Column("asset", On.PAGE | On.SHEET),
        Column("inventory"),
        Column("unit"),
        Column("answer", _LISTED),
        Column("note"),
        Column("condition", source="report__condition", choices=Condition),
        Column("condition_report", On.ROW, source="report"),
        Column("answered_at"),
    ),
    filters=(
        Filter("answer", page="answer"),
        within(page="unit"),
        Filter("id"),
        Filter("asset"),
        Filter("asset__tag"),
        Filter("unit"),
        Filter("unit__code"),
    ),
    search=("asset", "asset__device_type", "inventory", "unit", "note"),
    ordering={"id": "pk", "answered_at": "answered_at"},
)
