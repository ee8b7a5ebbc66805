"""The columns of a list as a page shows them."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.numbers import percent
from core import words
from core.columns import Column, On, ValueKind, stored
from core.lists import Listing
from wording.badges import Badge
from wording.nothing import NOTHING

_SAID: dict[ValueKind, Callable[[Any], Any]] = {
    ValueKind.DAY: words.long_date,
    ValueKind.INSTANT: words.instant,
    ValueKind.RUPIAH: words.rupiah,
    ValueKind.WHOLE: words.thousands,
    ValueKind.YEAR: str,
    ValueKind.PERCENT: percent,
    ValueKind.FLAG: lambda value: _("ya") if value else _("tidak"),
}


def facts_of(listing: Listing, obj: Any, on: On = On.PAGE) -> list[tuple[Any, Any]]:
    """What the page of one object says of its columns: label and value; ``on`` chooses others than the page's own."""
    return [(each.label, said(each, obj)) for each in listing.shown(on)]


def said(column: Column, obj: Any) -> Any:
    """The value of a column in words; a dash for nothing."""
    values = [reduce(_step, source.split("__"), obj) for source in column.sources]
    value = column.make(*values) if column.make else values[0]
    if value in (None, ""):
        return NOTHING
    if column.kind is ValueKind.CHOICE:
        return dict(column.choices)[value]
    return _SAID.get(column.kind, lambda plain: plain)(value)


def _step(thing: Any, name: str) -> Any:
    return None if thing is None else getattr(thing, name)


def in_list(listing: Listing, *names: str, **badges: Callable[[Any], Badge]) -> tuple[Callable[[Any], Any], ...]:
    """These columns of the listing, for ``list_display``; the value of one in ``badges`` is shown as that badge."""
    known = {each.name: each for each in listing.columns}
    return tuple(_shown(listing.model, known[name], badges.get(name)) for name in names)


def _shown(model: Any, column: Column, badge: Callable[[Any], Badge] | None) -> Callable[[Any], Any]:
    label: Any = column.label
    sorts = column.sources[0] if len(column.sources) == 1 and stored(model, column.sources[0]) else None

    @admin.display(description=label, ordering=sorts)
    def shown(obj: Any) -> Any:
        return html.badge(badge(getattr(obj, column.name))) if badge else said(column, obj)

    shown.__name__ = column.name
    return shown
