"""Filters of lists: closed choices only, every value checked, units only from the caller's scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext_lazy as _

from backoffice.choosing import LISTED, LISTINGS, OFFERED
from core import words
from core.columns import ValueKind
from core.errors import DomainError
from core.lists import Filter, Listing
from core.searching import search, words_of
from core.strict import parse_day
from org.lists import units_of
from org.models.units import subtree

UNIT = _("Unit")
OFFER = "_offer"
"""Names the filter of which a list is asked what it offers for the words in ``q``."""
Apply = Callable[[QuerySet, str, Any], QuerySet]


class ListFilter(SimpleListFilter):
    """One closed choice. A value that is not offered is refused."""

    entered = ""
    searched = False

    @property
    def said(self) -> Any:
        """What was chosen, in words."""
        return next((label for key, label in self.lookup_choices if str(key) == self.value()), "")

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if value is None or value == "":
            return queryset
        if value not in {str(key) for key, _label in self.lookup_choices}:
            raise BadRequest
        return self.apply(request, queryset, value)

    def apply(self, request: HttpRequest, queryset: QuerySet, value: str) -> QuerySet:
        raise NotImplementedError

    def has_output(self) -> bool:
        return True


def choice(parameter: str, label: Any, options: Iterable[tuple[Any, Any]] | Callable[[Any], Any], apply: Apply) -> type:
    """A filter from a closed list; ``options`` may be a function of the user; ``apply(queryset, value, user)``."""

    class Choice(ListFilter):
        title, parameter_name = label, parameter

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
            return [(k, v) for k, v in (options(request.user) if callable(options) else options) if k != ""]

        def apply(self, request: HttpRequest, queryset: QuerySet, value: str) -> QuerySet:
            return apply(queryset, value, request.user)

    return Choice


class RowFilter(ListFilter):
    """One row by its ``code``, listed where they are few; otherwise searched by the words of its register.

    Words that mean one row lead to the list by its code (``answer``); of others what they find is offered, and no row
    of the list is shown.
    """

    searched = True

    @staticmethod
    def rows_of(user: Any) -> QuerySet:
        """All that the user may choose."""
        raise NotImplementedError

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        self.rows = self.rows_of(request.user)
        super().__init__(request, params, model, model_admin)
        chosen = self.rows.filter(code=self.value()).first() if self.value() and not self.lookup_choices else None
        self.chosen = label_of(chosen) if chosen else ""
        self.found = _search(self.rows, str(self.value())) if self.asks and not chosen else []

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        first = list(self.rows[: LISTED + 1])
        return [] if len(first) > LISTED else [(row.code, str(row)) for row in first]

    @property
    def asks(self) -> bool:
        """Whether something was typed into the box."""
        return bool(self.value()) and not self.lookup_choices

    @property
    def said(self) -> Any:
        return super().said if self.lookup_choices else self.chosen or self.value() or ""

    @property
    def offered(self) -> list[tuple[str, str]]:
        """What may be meant by what was typed."""
        return [(row.code, label_of(row)) for row in self.found]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.asks:
            return super().queryset(request, queryset)
        return self.apply(request, queryset, str(self.value())) if self.chosen else queryset.none()


def rows_filter(parameter: str, label: Any, rows: Callable[[Any], QuerySet], apply: Apply) -> type:
    class Rows(RowFilter):
        title, parameter_name = label, parameter

        @staticmethod
        def rows_of(user: Any) -> QuerySet:
            return rows(user)

        def apply(self, request: HttpRequest, queryset: QuerySet, value: str) -> QuerySet:
            return apply(queryset, value, request.user)

    return Rows


def label_of(row: Any) -> str:
    """How a row is offered: "Kecamatan Kemang · 32.01.12"."""
    return f"{row} · {row.code}"


def asked_words(text: str) -> tuple[str, ...]:
    """The words of a search in an address. ``BadRequest`` for what nobody types."""
    try:
        return words_of(text)
    except DomainError as error:
        raise BadRequest from error


def _search(rows: QuerySet, text: str) -> list[Any]:
    code, asked = text.rpartition(" · ")[2], asked_words(text)
    return list(rows.filter(code=code)[:1]) or list(search(rows, LISTINGS[rows.model].search, asked)[:OFFERED])


def answer(admin: Any, request: HttpRequest) -> HttpResponse | None:
    """What a filter offers for the words in ``q``, or where the list goes whose filter was told in words that mean one
    row; None for anything else."""
    kinds = {each.parameter_name: each for each in admin.list_filter if issubclass(each, RowFilter)}
    asked = kinds.get(request.GET.get(OFFER, ""))
    if asked:
        found = _search(asked.rows_of(request.user), request.GET.get("q", ""))
        return JsonResponse({"found": [label_of(row) for row in found]})
    query = request.GET.copy()
    for name, kind in kinds.items():
        rows, text = kind.rows_of(request.user), query.get(name, "").strip()
        if text and not rows.filter(code=text).exists() and len(rows[: LISTED + 1]) > LISTED:
            found = _search(rows, text)
            query[name] = found[0].code if len(found) == 1 else text
    return HttpResponseRedirect(f"?{query.urlencode()}") if query != request.GET else None


def day(parameter: str, label: Any, apply: Apply) -> type:
    """A filter by a day that is entered."""

    class Day(ListFilter):
        title, parameter_name, entered = label, parameter, "date"

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
            return []

        def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
            if not self.value():
                return queryset
            if parse_day(str(self.value())) is None:
                raise BadRequest
            return apply(queryset, str(self.value()), request.user)

        @property
        def said(self) -> Any:
            return words.long_date(parse_day(str(self.value())))

    return Day


def equals(column: str, label: Any, options: Any, parameter: str = "") -> type:
    """A filter "column is value"."""
    return choice(parameter or column, label, options, lambda rows, value, _user: rows.filter(**{column: value}))


def within(column: str, label: Any = UNIT, parameter: str = "unit") -> type:
    """A filter "in this unit or under it", offering the units that the caller's grants reach."""
    prefix = f"{column}__" if column else ""
    return rows_filter(
        parameter, label, units_of, lambda rows, v, _user: rows.filter(subtree(v, field=f"{prefix}code"))
    )


def of(listing: Listing) -> tuple[type, ...]:
    """The filters of a list that stand on its page."""
    return tuple(_offered(listing, each) for each in listing.parameters.values() if each.page)


def _offered(listing: Listing, one: Filter) -> type:
    def apply(rows: QuerySet, value: str, user: Any) -> QuerySet:
        asked = {name: listing.parameters[name].read(text) for name, text in one.asked(value).items()}
        return listing.select(rows, {**listing.reader(user), **asked})

    if one.kind is ValueKind.DAY:
        return day(one.page, one.label, apply)
    if one.rows:
        return rows_filter(one.page, one.label, one.rows, apply)
    return choice(one.page, one.label, one.options or one.choices, apply)
