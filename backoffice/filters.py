"""Filters of lists: closed choices only, every value checked, units only from the caller's scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import words
from core.columns import ValueKind
from core.lists import Filter, Listing
from core.strict import parse_day
from org.lists import units_of
from org.models.units import subtree

UNIT = _("Unit")
Apply = Callable[[QuerySet, str, Any], QuerySet]


class ListFilter(SimpleListFilter):
    """One closed choice. A value that is not offered is refused."""

    entered = ""

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
    return choice(parameter, label, units_of, lambda rows, v, _user: rows.filter(subtree(v, field=f"{prefix}code")))


def of(listing: Listing) -> tuple[type, ...]:
    """The filters of a list that stand on its page."""
    return tuple(_offered(listing, each) for each in listing.parameters.values() if each.page)


def _offered(listing: Listing, one: Filter) -> type:
    def apply(rows: QuerySet, value: str, user: Any) -> QuerySet:
        asked = {name: listing.parameters[name].read(text) for name, text in one.asked(value).items()}
        return listing.select(rows, {**listing.reader(user), **asked})

    if one.kind is ValueKind.DAY:
        return day(one.page, one.label, apply)
    return choice(one.page, one.label, one.options or one.choices, apply)
