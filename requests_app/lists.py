"""The list of requests; its sheet unfolds into their lines."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext_lazy as _

from core import clock
from core.columns import Column, On, ValueKind
from core.lists import RANGE, RANGE_OR_NONE, TEXT, Filter, Listing
from org.lists import within
from requests_app.models import DeviceRequest
from requests_app.states import RequestState

_COURSE = Case(
    *(When(derived_state=state, then=Value(place)) for place, state in enumerate(RequestState.values)),
    output_field=IntegerField(),
)
"""How far a request is, in the order of its states."""

REQUESTS = Listing(
    model=DeviceRequest,
    derived=lambda rows, _values: rows.with_state().annotate(course=_COURSE),  # type: ignore[attr-defined]
    columns=(
        Column("number", kind=ValueKind.CODE, label=_("nomor usulan"), width=16),
        Column("unit_code", On.SHEET, source="unit__code", kind=ValueKind.CODE, label=_("kode unit"), width=16),
        Column("unit", width=24),
        Column("submitted_at", width=17),
        Column("state", On.ROW | On.SHEET, source="derived_state", choices=RequestState, label=_("keadaan"), width=18),
        Column("device_type", On.SHEET, source="lines__device_type", width=26),
        Column("quantity", On.SHEET, source="lines__quantity", label=_("diminta"), width=10, total=True),
        Column("approved_quantity", On.SHEET, source="lines__approved_quantity", width=10, total=True),
        Column("issued_quantity", On.SHEET, source="lines__issued_quantity", kind=ValueKind.WHOLE,
               label=_("diserahkan"), width=11, total=True, note=_("Sudah diserahkan, diterima atau belum.")),
        Column("fulfilled_quantity", On.SHEET, source="lines__fulfilled_quantity", kind=ValueKind.WHOLE,
               label=_("diterima"), width=10, total=True, note=_("Sudah dinyatakan diterima oleh unit.")),
        Column("outstanding", On.SHEET, source="lines__outstanding", kind=ValueKind.WHOLE, label=_("belum diterima"),
               width=10, total=True, note=_("Disetujui dan belum diterima.")),
        Column("situation", On.SHEET, source="lines__situation", width=28),
        Column("in_use_since", On.SHEET, source="lines__in_use_since", kind=ValueKind.CODE, width=12,
               note=_("Tahun atau tanggal, seperti ditulis pengusul.")),
        Column("decision", On.SHEET, source="lines__decision", width=12),
        Column("reason", On.SHEET, source="lines__reason", width=34),
        Column("pledge", On.SHEET, source="lines__pledge_line__pledge__number", kind=ValueKind.CODE,
               label=_("nomor janji"), width=15),
        Column("age_days", On.ROW | On.SHEET, source="submitted_at", make=clock.age_days, kind=ValueKind.WHOLE,
               label=_("umur (hari)"), width=9, note=_("Hari kalender sejak diajukan.")),
        Column("requester", On.ROW),
        Column("on_behalf_of", On.ROW | On.PAGE),
        Column("purpose", On.ROW),
        Column("needed_by", On.ROW | On.PAGE),
        Column("endorsed_at", On.ROW | On.PAGE),
    ),
    filters=(
        Filter("state", column="derived_state", choices=RequestState, label=_("keadaan"), page="state"),
        within(page="unit"),
        Filter("device_type", ("exact",), column="lines__device_type"),
        Filter("device_type__code", ("exact",), column="lines__device_type__code"),
        Filter("family", ("exact",), column="lines__device_type__family"),
        Filter("pledge", ("exact",), column="lines__pledge_line__pledge"),
        Filter("pledge_line", ("exact",), column="lines__pledge_line"),
        Filter("id"),
        Filter("number", TEXT),
        Filter("unit"),
        Filter("unit__code"),
        Filter("requester"),
        Filter("on_behalf_of"),
        Filter("needed_by", RANGE_OR_NONE),
        Filter("submitted_at", RANGE_OR_NONE),
        Filter("created_at", RANGE),
    ),
    search=(
        "number", "purpose", "unit", "unit__code", "lines__device_type", "lines__device_type__family", "requester",
        "on_behalf_of", "state",
    ),
    ordering={
        "id": "pk", "number": "number", "submitted_at": "submitted_at", "needed_by": "needed_by",
        "updated_at": "updated_at", "state": "course",
    },
)  # fmt: skip
