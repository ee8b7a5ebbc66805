"""The list of handovers with the requests and pledges that they serve."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from assets.models import Handover, LoanExtension, SignedScan
from assets.models.handovers import confirmed_after_days
from assets.states import GIVEN
from core import asked
from core.columns import Column, On, ValueKind
from core.lists import EXACT_OR_NONE, RANGE, RANGE_OR_NONE, TEXT, Filter, Listing
from org.lists import within

_LISTED = On.ROW | On.SHEET


def _overdue(rows: QuerySet, value: bool, _values: Any) -> QuerySet:
    """A loan that should have come back by now."""
    late = Handover.objects.all().overdue_back().values("pk")
    return rows.filter(pk__in=late) if value else rows.exclude(pk__in=late)


def _signed(rows: QuerySet, value: bool, _values: Any) -> QuerySet:
    """Handed over, with or without a scan of the signed paper."""
    scanned = Exists(SignedScan.objects.filter(handover=OuterRef("pk")))
    return rows.filter(scanned if value else ~scanned, state__in=GIVEN)


HANDOVERS = Listing(
    model=Handover,
    columns=(
        Column("number"),
        Column("kind", _LISTED),
        Column("legal_act"),
        Column("state", _LISTED),
        Column("from_unit"),
        Column("recipient_unit"),
        Column("recipient"),
        Column("handed_over_on"),
        Column("recorded_at", On.ROW),
        Column("accepted_at", _LISTED),
        Column(
            "confirmed_after_days", _LISTED, source=("handed_over_on", "accepted_at"), make=confirmed_after_days,
            kind=ValueKind.WHOLE, label=_("dikonfirmasi sesudah (hari)"),
        ),
        Column("device", On.SHEET, source="items__asset", label=_("perangkat")),
        Column("device_type", On.SHEET, source="items__asset__device_type"),
        Column("condition", On.SHEET, source="items__condition"),
        Column("item_state", On.SHEET, source="items__state", label=_("keadaan perangkat")),
        Column("due_back_on"),
        Column("decision_number", On.DETAIL | On.PAGE | On.SHEET),
        Column("note", On.DETAIL | On.PAGE | On.SHEET),
    ),
    filters=(
        Filter("state", page="state"),
        Filter("kind", page="kind"),
        within(column="recipient_unit", label=_("unit penerima"), page="unit"),
        Filter("overdue", apply=_overdue, kind=ValueKind.FLAG, label=_("lewat batas waktu kembali")),
        Filter(
            "signed", apply=_signed, kind=ValueKind.FLAG, label=_("BAST bertanda tangan"), page="signed",
            options=[("true", _("Terlampir")), ("false", _("Belum terlampir"))],
        ),
        Filter("id"),
        Filter("number", TEXT),
        Filter("legal_act"),
        Filter("from_unit"),
        Filter("from_unit__code"),
        Filter("recipient_unit"),
        Filter("recipient_unit__code"),
        Filter("recipient", EXACT_OR_NONE),
        Filter("handed_over_on", RANGE_OR_NONE),
        Filter("due_back_on", RANGE_OR_NONE),
        Filter("asset", ("exact",), column="items__asset"),
        Filter("asset__tag", ("exact",), column="items__asset__tag"),
        Filter("device_type", ("exact",), column="items__asset__device_type"),
        Filter("device_type__code", ("exact",), column="items__asset__device_type__code"),
        Filter("family", ("exact",), column="items__asset__device_type__family"),
        Filter("request", ("exact",), column="items__fulfilment__request_line__request"),
        Filter("request_line", ("exact",), column="items__fulfilment__request_line"),
        Filter("pledge", ("exact",), column="items__fulfilment__pledge_line__pledge"),
        Filter("pledge_line", ("exact",), column="items__fulfilment__pledge_line"),
    ),
    search=(
        "number", "from_unit", "recipient_unit", "recipient", "items__asset", "items__asset__device_type",
        "items__asset__device_type__family", "kind", "note",
    ),
    ordering={
        "id": "pk", "number": "number", "handed_over_on": "handed_over_on", "due_back_on": "due_back_on",
        "updated_at": "updated_at",
    },
)  # fmt: skip

SCANS = Listing(
    model=SignedScan,
    columns=(
        Column("handover", On.PAGE | On.SHEET),
        Column("attached_by", On.PAGE | On.SHEET),
        Column("created_at", On.PAGE | On.SHEET, label=_("dilampirkan")),
    ),
    filters=(Filter("handover"),),
    search=("handover", "handover__recipient_unit", "attached_by"),
    ordering={"id": "pk"},
)
LOAN_EXTENSIONS = Listing(
    model=LoanExtension,
    columns=(
        Column("handover", On.PAGE | On.SHEET),
        Column("due_back_on"),
        Column("new_due_back_on"),
        *asked.COLUMNS,
    ),
    filters=(*asked.filters(), Filter("handover"), Filter("new_due_back_on", RANGE)),
    search=("handover", "handover__recipient_unit"),
    ordering={"id": "pk", "new_due_back_on": "new_due_back_on"},
)
