"""Requests, one row per line: what was asked, decided, issued and received, and what is still outstanding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.columns import Column, On, ValueKind
from documents.layout import Layout
from documents.reports.base import Report, SheetRow, on_sheet, read
from requests_app import lists
from requests_app.models import RequestLine

OF_LINES = "lines__"
COLUMNS = lists.REQUESTS.shown(On.SHEET)
LAYOUT = Layout(
    sheet=_("Usulan"),
    title=_("Daftar usulan kebutuhan perangkat"),
    columns=tuple(on_sheet(each) for each in COLUMNS),
)
_LINE = tuple(
    replace(each, source=each.sources[0].removeprefix(OF_LINES))
    for each in COLUMNS
    if each.sources[0].startswith(OF_LINES)
)
_REQUEST = tuple(each for each in COLUMNS if not each.sources[0].startswith(OF_LINES))
_NO_LINE: SheetRow = (None,) * len(_LINE)


def rows(requests: QuerySet) -> Iterator[SheetRow]:
    """One row per line, one for a request without lines; ``requests`` come ``with_state()``.

    Requests and lines are two queries walked side by side in the order of their ids, so that neither is held whole.
    """
    chosen = RequestLine.objects.filter(request__in=requests.order_by().values("pk")).with_quantities()
    lines = read((_key("request_id"), *_LINE), chosen.order_by("request_id", "pk"))
    groups = groupby(lines, key=itemgetter(0))
    in_order = itemgetter(*_places())
    next_id, found = next(groups, (None, iter(())))
    for pk, *request in read((_key("pk"), *_REQUEST), requests.order_by("pk")):
        if pk != next_id:
            yield in_order((*request, *_NO_LINE))
            continue
        for _pk, *line in found:
            yield in_order((*request, *line))
        next_id, found = next(groups, (None, iter(())))


def _key(source: str) -> Column:
    return Column(source, source=source, kind=ValueKind.WHOLE)


def _places() -> list[int]:
    """Where each column of the sheet stands in a request's columns followed by a line's."""
    names = [each.name for each in (*_REQUEST, *_LINE)]
    return [names.index(each.name) for each in COLUMNS]


REQUESTS = Report(listing=lists.REQUESTS, layout=LAYOUT, rows=rows, file_word="usulan")
