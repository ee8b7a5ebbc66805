"""The lists of pledges: promises as they stood on a day, what is asked about them, and the papers around them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Case, DateField, F, Model, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core import asked
from core.clock import days_past
from core.columns import Column, On, ValueKind
from core.days import DaysBetween
from core.lists import RANGE, RANGE_OR_NONE, TEXT, Filter, Listing
from core.searching import Values
from org.lists import units_of
from org.models import OfficeSuccession
from org.models.units import subtree
from org.succession import Successions
from pledges.merging import numbered
from pledges.models import (
    Closure,
    DeadlineRevision,
    Effort,
    Evidence,
    LineChange,
    Objection,
    PassingOn,
    Pledge,
    PledgeLine,
    Response,
    Witness,
)
from pledges.models.deadlines import is_far
from pledges.paper_rules import readable_witnesses
from pledges.reading import lapsed_among
from pledges.states import Publication, Status
from pledges.status import dangled, dated_after, day_of, days_late

_LISTED = On.ROW | On.SHEET
_STOPPED = ("closed_on", "completed_on", "promised", "delivered", "as_of")
_PUBLISHED = {"publication": Publication.PUBLISHED.value}
_MEANT = {
    "late": {"late": "true", **_PUBLISHED},
    "kept": {"status__in": ",".join(sorted(Status.KEPT)), **_PUBLISHED},
    **{status: {"status": status, **_PUBLISHED} for status in Status.values},
}


def _as_asked(values: Values) -> tuple[date | None, Any]:
    """The day and the knowledge that a list of pledges is asked for."""
    return values.get("as_of"), values.get("known_at")


def _judged(pledges: QuerySet, values: Values) -> QuerySet:
    """As they stood on ``as_of``, which stands beside them, by what was on record at ``known_at``; ``late_for`` is
    ``status.days_late`` against the deadline in force."""
    day = day_of(*_as_asked(values))
    judged = pledges.judged(day, values.get("known_at"))  # type: ignore[attr-defined]
    complete = Case(When(promised__gt=0, delivered__gte=F("promised"), then=F("completed_on")))
    end = Coalesce("closed_on", complete, Value(day, output_field=DateField()))
    late = Case(When(due_on__lt=end, then=DaysBetween("due_on", end)), default=0)
    return judged.annotate(as_of=Value(day, output_field=DateField()), late_for=late)


def _late(name: str) -> Callable[[QuerySet, bool, Values], QuerySet]:
    """Pledges that are (or are not) ``overdue`` or ``late`` on the day asked for.

    Found first, by a query of their own: within another one the rule is nested deeper than SQLite's parser follows.
    """

    def apply(pledges: QuerySet, wanted: bool, values: Values) -> QuerySet:
        found = list(getattr(Pledge.objects.all(), name)(*_as_asked(values)).order_by().values_list("pk", flat=True))
        return pledges.filter(pk__any_of=found) if wanted else pledges.exclude(pk__any_of=found)

    return apply


def _for_unit(pledges: QuerySet, code: str, _values: Values) -> QuerySet:
    """Pledges with a line for the unit of this code, or for one under it."""
    lines = PledgeLine.objects.filter(subtree(code, field="unit__code"))
    return pledges.filter(pk__in=lines.values("pledge_id"))


def shown_under(office: int) -> set[int]:
    """The ids of the offices whose pledges are shown under this one: its own, and of those whose place it took."""
    return Successions.load(OfficeSuccession).standing_for(office)


def _of_offices(pledges: QuerySet, offices: int | list[int], _values: Values) -> QuerySet:
    wanted = [offices] if isinstance(offices, int) else offices
    return pledges.filter(office__in={pk for office in wanted for pk in shown_under(office)})


PLEDGES = Listing(
    model=Pledge,
    derived=_judged,
    columns=(
        Column("number", _LISTED, kind=ValueKind.CODE, label=_("nomor janji"), width=15),
        Column("title", _LISTED, width=36),
        Column("quote", On.ROW),
        Column("office", _LISTED, width=22),
        Column("responsible_unit", _LISTED, width=24),
        Column("basis", On.ROW),
        Column("strength", On.ROW),
        Column("publication", _LISTED, width=12),
        Column("made_on_from", _LISTED, width=12),
        Column("made_on_to", _LISTED, width=12),
        Column("deadline_text", On.ROW),
        Column("deadline_rule", On.ROW),
        Column("original_due_on", _LISTED, width=12,
               note=_("Tanggal yang disebut saat janji diucapkan; kosong bila tidak.")),
        Column("first_due_on", _LISTED, kind=ValueKind.DAY, label=_("tenggat pertama"), width=12,
               note=_("Tenggat awal, atau tanggal pertama yang ditetapkan kemudian.")),
        Column("corrected_on", _LISTED, kind=ValueKind.DAY, label=_("tenggat dikoreksi"), width=12,
               note=_("Sejak kapan tenggat pertama bukan lagi yang tercatat.")),
        Column("dated_after_days", _LISTED, source=("said_on", "dated_on"), make=dated_after, kind=ValueKind.WHOLE,
               label=_("diberi tenggat sesudah (hari)"), width=11,
               note=_("Janji tanpa tenggat: hari dari ucapan sampai diberi tenggat pertama.")),
        Column("dangled_days", _LISTED, source=("status", "said_on", "dated_on"), make=dangled, kind=ValueKind.WHOLE,
               label=_("menggantung sebelum diberi tenggat (hari)"), width=13,
               note=_("Sampai ditepati; lebih dari 180 hari sejak diucapkan.")),
        Column("due_on", _LISTED, kind=ValueKind.DAY, label=_("tenggat berlaku"), width=12),
        Column("status", _LISTED, choices=Status, label=_("status"), width=26),
        Column("promised", _LISTED, kind=ValueKind.WHOLE, null=False, label=_("dijanjikan"), width=10, total=True),
        Column("delivered", _LISTED, kind=ValueKind.WHOLE, null=False, label=_("diserahkan"), width=10, total=True,
               note=_("Sudah diterima unit; kelebihan tidak dihitung.")),
        Column("outstanding", _LISTED, source=("promised", "delivered"), kind=ValueKind.WHOLE, null=False,
               make=lambda promised, delivered: max(0, promised - delivered), label=_("belum dipenuhi"), width=10,
               total=True),
        Column("days_late", _LISTED, source=("due_on", *_STOPPED), make=days_late, kind=ValueKind.WHOLE, null=False,
               label=_("hari terlambat"), width=10, note=_("Terhadap tenggat yang berlaku.")),
        Column("days_late_original", _LISTED, source=("first_due_on", *_STOPPED), make=days_late, kind=ValueKind.WHOLE,
               null=False, label=_("hari lewat tenggat pertama"), width=11, note=_("Terhadap tenggat pertama.")),
        Column("age_days", _LISTED, source=("said_on", "as_of"), kind=ValueKind.WHOLE, null=False,
               make=days_past, label=_("umur (hari)"), width=9,
               note=_("Sekurangnya: sejak akhir rentang ucapan.")),
        Column("completed_on", On.ROW, kind=ValueKind.DAY),
        Column("revisions", On.ROW, kind=ValueKind.WHOLE, null=False, label=_("perubahan tenggat")),
        Column("extensions", _LISTED, kind=ValueKind.WHOLE, null=False, label=_("diundur (kali)"), width=9,
               note=_("Perpanjangan dan janji ulang yang disetujui dan berlaku.")),
        Column("occasion", On.DETAIL),
        Column("place", On.DETAIL),
        Column("budget_ref", On.DETAIL),
    ),
    filters=(
        Filter("as_of", apply=lambda rows, _day, _values: rows, kind=ValueKind.DAY, label=_("keadaan per tanggal")),
        Filter("known_at", apply=lambda rows, at, _values: rows.on_record(at),  # type: ignore[attr-defined]
               kind=ValueKind.MOMENT, label=_("menurut catatan sampai")),
        Filter("status", choices=Status, label=_("status"), page="status", means=_MEANT,
               options=[("late", _("Semua yang terlambat atau menggantung")), ("kept", _("Semua yang ditepati")),
                        *Status.choices]),
        Filter("publication", page="publication"),
        Filter("within", apply=_for_unit, kind=ValueKind.TEXT, label=_("untuk unit"), page="unit", rows=units_of),
        Filter("overdue", apply=_late("overdue"), kind=ValueKind.FLAG, label=_("lewat tenggat")),
        Filter("late", apply=_late("late"), kind=ValueKind.FLAG, label=_("terlambat")),
        Filter("unit", ("exact",), column="lines__unit"),
        Filter("unit__code", ("exact",), column="lines__unit__code"),
        Filter("family", ("exact",), column="lines__family"),
        Filter("family__code", ("exact",), column="lines__family__code"),
        Filter("device_type", ("exact",), column="lines__device_type"),
        Filter("device_type__code", ("exact",), column="lines__device_type__code"),
        Filter("id"),
        Filter("number", TEXT),
        Filter("title", TEXT),
        Filter("office", apply=_of_offices),
        Filter("office__in", ("in",), column="office", apply=_of_offices, label=_("jabatan")),
        Filter("basis"),
        Filter("strength"),
        Filter("made_on_from", RANGE),
        Filter("made_on_to", RANGE),
        Filter("original_due_on", RANGE_OR_NONE),
        Filter("responsible_unit"),
        Filter("responsible_unit__code"),
    ),
    search=(
        "number", "title", "quote", "office", "responsible_unit", "lines__unit", "lines__family", "lines__device_type",
        lambda word, values: numbered(word, *_as_asked(values)),
    ),
    ordering={
        "id": "pk", "number": "number", "made_on_to": "made_on_to", "original_due_on": "original_due_on",
        "due_on": "due_on", "first_due_on": "first_due_on", "updated_at": "updated_at",
        "days_late": "late_for",
    },
)  # fmt: skip


def _waiting(rows: QuerySet, wanted: bool, _values: Any) -> QuerySet:
    """Undecided, and not lapsed since."""
    undecided = rows.filter(decision="")
    waiting = Q(decision="") & ~Q(pk__in=lapsed_among(undecided))
    return rows.filter(waiting if wanted else ~waiting)


_ASKED = (Column("pledge", _LISTED), *asked.COLUMNS)
_OF_KIND = (*_ASKED, Column("kind", _LISTED), Column("effective_on", _LISTED))
_OF_ASKED = (*asked.filters(_waiting), Filter("pledge"))
_PLEDGE_SEARCHED = ("pledge",)

DEADLINE_REVISIONS = Listing(
    model=DeadlineRevision,
    columns=(
        *_OF_KIND,
        Column("new_due_on", _LISTED),
        Column(
            "far",
            _LISTED,
            source=("new_due_on", "effective_on"),
            make=is_far,
            kind=ValueKind.FLAG,
            null=False,
            label=_("lebih dari setahun"),
        ),
        Column("condition_met_on", _LISTED),
        Column("confirmed_at", _LISTED),
    ),
    filters=(*_OF_ASKED, Filter("kind", page="kind"), Filter("new_due_on", RANGE)),
    search=_PLEDGE_SEARCHED,
    ordering={"id": "pk", "new_due_on": "new_due_on"},
)

LINE_CHANGES = Listing(
    model=LineChange,
    columns=_OF_KIND,
    filters=(*_OF_ASKED, Filter("kind", page="kind")),
    search=_PLEDGE_SEARCHED,
    ordering={"id": "pk"},
)

CLOSURES = Listing(
    model=Closure,
    columns=(*_OF_KIND, Column("excuse", _LISTED), Column("merged_into", _LISTED)),
    filters=(*_OF_ASKED, Filter("kind", page="kind"), Filter("excuse")),
    search=_PLEDGE_SEARCHED,
    ordering={"id": "pk"},
)

PASSINGS_ON = Listing(
    model=PassingOn,
    columns=(*_ASKED, Column("from_unit", _LISTED), Column("responsible_unit", _LISTED)),
    filters=(*_OF_ASKED, Filter("responsible_unit")),
    search=(*_PLEDGE_SEARCHED, "responsible_unit"),
    ordering={"id": "pk"},
)


def _papers(
    model: type[Model], *columns: Column, search: tuple[str, ...], filters: tuple[Filter, ...] = (), **more: Any
) -> Listing:
    """The list of one kind of paper around a pledge."""
    return Listing(
        model=model,
        columns=(Column("pledge", _LISTED), Column("effective_on", _LISTED), *columns, Column("recorded_by", On.SHEET)),
        filters=(*filters, Filter("id"), Filter("effective_on", RANGE)),
        search=(*_PLEDGE_SEARCHED, *search),
        ordering={"id": "pk", "effective_on": "effective_on"},
        **more,
    )


EVIDENCE = _papers(
    Evidence,
    Column("supports"),
    Column("note"),
    Column("source_url"),
    search=("note", "source_url"),
    filters=(Filter("supports", page="supports"),),
)
EFFORTS = _papers(
    Effort,
    Column("kind"),
    Column("by_whom"),
    Column("amount"),
    Column("text"),
    search=("by_whom", "text"),
    filters=(Filter("kind", page="kind"),),
)
RESPONSES = _papers(Response, Column("text", _LISTED), search=("text",))
OBJECTIONS = _papers(Objection, Column("text", _LISTED), search=("text",))
WITNESSES = _papers(
    Witness, Column("name", _LISTED), Column("statement", On.ROW), search=("name",), scope=readable_witnesses
)
