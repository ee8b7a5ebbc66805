"""Requests, one row per line: what was asked, decided, issued and received, and what is still outstanding."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from documents.layout import Column, Kind, Layout
from documents.reports.base import Report, Row, labels, streamed, unit_name
from requests_app.models import RequestLine
from requests_app.states import LineDecision, RequestState, Situation

LAYOUT = Layout(
    sheet=_("Usulan"),
    title=_("Daftar usulan kebutuhan perangkat"),
    columns=(
        Column(_("Nomor usulan"), Kind.CODE, 16),
        Column(_("Kode unit"), Kind.CODE, 16),
        Column(_("Unit"), width=24),
        Column(_("Diajukan"), Kind.DATETIME, 17),
        Column(_("Keadaan"), width=18),
        Column(_("Jenis perangkat"), width=26),
        Column(_("Diminta"), Kind.INTEGER, 10, total=True),
        Column(_("Disetujui"), Kind.INTEGER, 10, total=True),
        Column(_("Diserahkan"), Kind.INTEGER, 11, total=True, note=_("Sudah diserahkan, diterima atau belum.")),
        Column(_("Diterima"), Kind.INTEGER, 10, total=True, note=_("Sudah dinyatakan diterima oleh unit.")),
        Column(_("Belum diterima"), Kind.INTEGER, 10, total=True, note=_("Disetujui dan belum diterima.")),
        Column(_("Yang dipakai sekarang"), width=28),
        Column(_("Dipakai sejak"), Kind.CODE, 12, note=_("Tahun atau tanggal, seperti ditulis pengusul.")),
        Column(_("Keputusan"), width=12),
        Column(_("Alasan keputusan"), width=34),
        Column(_("Nomor janji"), Kind.CODE, 15),
        Column(_("Umur (hari)"), Kind.INTEGER, 9, note=_("Hari kalender sejak diajukan.")),
    ),
)
_REQUEST = ("pk", "number", "unit__code", "unit__name", "unit__kind", "submitted_at", "derived_state")
_LINE = (
    "request_id", "device_type__name", "quantity", "approved_quantity", "issued_quantity", "fulfilled_quantity",
    "outstanding", "situation", "in_use_since", "decision", "reason", "pledge_line__pledge__number",
)  # fmt: skip
_NO_LINE: Row = (None,) * len(_LINE)


def rows(requests: QuerySet) -> Iterator[Row]:
    """One row per line, one for a request without lines; ``requests`` come ``with_state()``.

    Requests and lines are two queries walked side by side in the order of their ids, so that neither is held whole.
    """
    states, situations = labels(RequestState.choices), labels(Situation.choices)
    decisions = labels(LineDecision.choices)
    for request, lines in _with_lines(requests):
        _pk, number, code, unit, kind, submitted_at, state = request
        head = (number, code, unit_name(unit, kind), submitted_at, states[state])
        age = clock.age_days(submitted_at)
        for line in lines:
            _request, device, *quantities, situation, in_use_since, decision, reason, pledge = line
            yield (
                *head, device, *quantities, situations[situation], in_use_since,
                decisions[decision], reason, pledge, age,
            )  # fmt: skip


def _with_lines(requests: QuerySet) -> Iterator[tuple[Row, list[Row]]]:
    chosen = RequestLine.objects.filter(request__in=requests.order_by().values("pk"))
    ordered = streamed(chosen.with_quantities().order_by("request_id", "pk"), *_LINE)
    groups = groupby(ordered, key=itemgetter(0))
    next_id, lines = next(groups, (None, iter(())))
    for request in streamed(requests.order_by("pk"), *_REQUEST):
        if request[0] == next_id:
            yield request, list(lines)
            next_id, lines = next(groups, (None, iter(())))
        else:
            yield request, [_NO_LINE]


REQUESTS = Report(layout=LAYOUT, rows=rows, file_word="usulan")
