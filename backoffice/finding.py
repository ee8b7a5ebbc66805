"""What somebody looks for by a number, a label or a name: pages of the own menu, and rows that may be read.

What is called exactly so is gone to at once, and so is what alone was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Handover
from backoffice.filters import asked_words
from backoffice.navigation import Entry, Menu
from core.plain import plain
from org.models import Person, Unit
from pledges.models import Pledge
from requests_app.models import DeviceRequest

SOUGHT = (Asset, DeviceRequest, Handover, Pledge, Person, Unit)
SHOWN = 5


@dataclass(frozen=True)
class Found:
    """Rows of one register; ``more``: the list that has all of them, where they are more."""

    register: Any
    rows: list[Any]
    more: str

    def links(self) -> Iterator[tuple[Any, str]]:
        return ((row, self.register.address(row)) for row in self.rows)


def screen(site: Any, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The page of the search in the menu, or what it leads to."""
    text = request.GET.get("q", "").strip()
    words = asked_words(text)
    pages = _pages(context["menu"], words)
    registers = [site._registry[model] for model in SOUGHT] if words else []
    found = [each for one in registers if one.may_read(request.user) and (each := _found(one, request, text))]
    rows = [(row, address) for each in found for row, address in each.links()]
    so_called = [address for row, address in rows if plain(text) in _names(row)]
    alone = [*(entry.link for entry in pages), *(address for _row, address in rows)]
    for one in (so_called, alone):
        if len(one) == 1:
            return HttpResponseRedirect(one[0])
    told = {"title": _("Cari"), "sought": text, "pages": pages, "found": found}
    return TemplateResponse(request, "backoffice/finding.html", {**context, **told})


def _pages(menu: Menu, words: Sequence[str]) -> list[Entry]:
    asked = [plain(word) for word in words]
    entries = [*menu.main, *(entry for _title, group in menu.rest for entry in group)]
    return [each for each in entries if asked and all(word in plain(str(each.title)) for word in asked)]


def _found(register: Any, request: HttpRequest, text: str) -> Found | None:
    rows, _again = register.get_search_results(request, register.get_queryset(request), text)
    first = list(rows[: SHOWN + 1])
    register.prepare(request, first[:SHOWN])
    more = f"{register.list_address()}?{urlencode({'q': text})}" if len(first) > SHOWN else ""
    return Found(register, first[:SHOWN], more) if first else None


def _names(row: Any) -> set[str]:
    return {plain(str(each)) for each in (row, row.journal_number, getattr(row, "name", "")) if each}
