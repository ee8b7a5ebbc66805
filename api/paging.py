"""Pages of a list: by ``limit`` and ``offset`` with the true count, or by ``cursor`` (keyset), stable under writes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from api.problems import Invalid
from api.shapes import JsonRow, Shape
from core.columns import stored as column_of
from core.errors import Fault
from core.prepared import RowsOfIds
from core.strict import MAX_ID

PARAMETERS = ("limit", "offset", "cursor", "ordering")
DEFAULT_LIMIT, MAX_LIMIT = 50, 100
MAX_ORDERINGS = 3


@dataclass(frozen=True)
class Key:
    """One column of the sort. Missing values come last in both directions."""

    column: str
    descending: bool
    nullable: bool

    def order(self, backwards: bool) -> Any:
        descending = self.descending != backwards
        column = F(self.column)
        if not self.nullable:
            return column.desc() if descending else column.asc()
        nulls = {"nulls_first": True} if backwards else {"nulls_last": True}
        return column.desc(**nulls) if descending else column.asc(**nulls)

    def beyond(self, value: Any, backwards: bool) -> Q:
        """The condition "sorts after ``value``" (before it, when going backwards)."""
        if value is None:
            return Q(**{f"{self.column}__isnull": False}) if backwards else Q(pk__in=[])
        comparison = "lt" if self.descending != backwards else "gt"
        found = Q(**{f"{self.column}__{comparison}": value})
        if self.nullable and not backwards:
            found |= Q(**{f"{self.column}__isnull": True})
        return found

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.column}__isnull": True}) if value is None else Q(**{self.column: value})


def keys_of(model: type[Model], wanted: str, allowed: Mapping[str, str]) -> list[Key]:
    """The sort a caller asked for, from the list's fixed names, always ended by the id. 400 for any other name."""
    names = wanted.split(",")
    plain = [name.removeprefix("-") for name in names]
    if len(names) > MAX_ORDERINGS or len(set(plain)) < len(plain) or not set(plain) <= set(allowed):
        choices = ", ".join(sorted(allowed))
        detail = _("Urutan yang tersedia: %(choices)s.") % {"choices": choices}
        raise Invalid(Fault("ordering", "invalid_choice", detail))
    keys = [
        Key(allowed[name.removeprefix("-")], name.startswith("-"), _nullable(model, allowed[name.removeprefix("-")]))
        for name in names
    ]
    if keys[-1].column != "pk":
        keys.append(Key("pk", keys[-1].descending, nullable=False))
    return keys


def stored(model: type[Model], keys: list[Key]) -> bool:
    """Whether every column of the sort stands in the table."""
    return all(column_of(model, key.column) for key in keys)


Show = Callable[[list[int]], RowsOfIds | QuerySet]


def page(request: Request, queryset: QuerySet, shape: Shape, keys: list[Key], base: str, show: Show) -> JsonRow:
    """One page of ``queryset`` as the answer of a list.

    First the page's ids are found, without the columns and joins of the shape; ``show`` gives the rows of those ids
    with all columns. So pages cost the same however deep, and the planner never sees scope and joins in one statement.
    """
    params = request.query_params
    limit = _whole(params, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    if "cursor" in params:
        if "offset" in params:
            raise Invalid(Fault("offset", "invalid", _("Pilih salah satu: offset atau cursor.")))
        return _keyset_page(request, queryset, shape, keys, limit, base, show)
    offset = _whole(params, "offset", 0, 0, MAX_ID - MAX_LIMIT)
    count = queryset.order_by().values("pk").count()
    ids: list[int] = []
    if offset < count:
        ordered = queryset.order_by(*(key.order(backwards=False) for key in keys))
        ids = list(ordered.values_list("pk", flat=True)[offset : offset + limit])
    return {
        "count": count,
        "next": _address(request, offset=offset + limit) if offset + limit < count else None,
        "previous": _address(request, offset=max(offset - limit, 0)) if offset else None,
        "results": _shown(ids, shape, base, show),
    }


def _keyset_page(
    request: Request, queryset: QuerySet, shape: Shape, keys: list[Key], limit: int, base: str, show: Show
) -> JsonRow:
    cursor = request.query_params["cursor"]
    backwards, values = _read_cursor(queryset.model, keys, cursor) if cursor else (False, None)
    ordered = queryset.order_by(*(key.order(backwards) for key in keys))
    if values is not None:
        ordered = ordered.filter(_beyond(keys, values, backwards))
    found = list(ordered.values_list("pk", *(key.column for key in keys))[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    first, last = (found[0][1:], found[-1][1:]) if found else (None, None)
    return {
        "next": _turn(request, last, keys, False) if last and (more or backwards) else None,
        "previous": _turn(request, first, keys, True) if first and (more if backwards else cursor) else None,
        "results": _shown([pk for pk, *_keys in found], shape, base, show),
    }


def _shown(ids: list[int], shape: Shape, base: str, show: Show) -> list[JsonRow]:
    if not ids:
        return []
    rows = {pk: row for (pk,), row in shape.read(show(ids), base, "pk")}
    return [rows[pk] for pk in ids if pk in rows]


def _beyond(keys: list[Key], values: list[Any], backwards: bool) -> Q:
    """Rows after ``values`` in the sort. The first column alone is bounded too, so that its index is walked."""
    found, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        found |= equal & key.beyond(value, backwards)
        equal &= key.same(value)
    first = keys[0]
    if len(keys) > 1 and not first.nullable:
        comparison = "lte" if first.descending != backwards else "gte"
        found &= Q(**{f"{first.column}__{comparison}": values[0]})
    return found


def _turn(request: Request, mark: tuple[Any, ...], keys: list[Key], backwards: bool) -> str:
    values = [each.isoformat() if isinstance(each, date) else each for each in mark]
    order = [f"{'-' if key.descending else ''}{key.column}" for key in keys]
    plain = json.dumps([order, backwards, values], separators=(",", ":")).encode()
    return _address(request, cursor=base64.urlsafe_b64encode(plain).decode().rstrip("="))


def _read_cursor(model: type[Model], keys: list[Key], cursor: str) -> tuple[bool, list[Any]]:
    try:
        plain = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        order, backwards, values = json.loads(plain)
        if order != [f"{'-' if key.descending else ''}{key.column}" for key in keys] or len(values) != len(keys):
            raise ValueError(order)
        return backwards is True, [_value(model, key, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, TypeError, ValidationError, RecursionError, OverflowError):
        raise Invalid(Fault("cursor", "invalid_cursor", _("Penanda halaman ini tidak berlaku."))) from None


def _value(model: type[Model], key: Key, value: Any) -> Any:
    """A value of the cursor as its column would hold it."""
    if value is None:
        if not key.nullable:
            raise ValueError(key.column)
        return None
    column = column_of(model, key.column)
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_ID
    text = isinstance(value, str) and len(value) <= 500 and "\x00" not in value
    if not (whole or text):
        raise ValueError(key.column)
    cleaned = column.to_python(value) if column else value
    if isinstance(cleaned, datetime) and cleaned.tzinfo is None:
        raise ValueError(key.column)
    return cleaned


def _nullable(model: type[Model], path: str) -> bool:
    column = column_of(model, path)
    return "__" in path or column is None or column.null


def _whole(params: QueryDict, name: str, default: int, least: int, most: int) -> int:
    given = params.get(name)
    if given is None:
        return default
    if not given.isascii() or not given.isdigit() or len(given) > 19 or not least <= int(given) <= most:
        detail = _("Harus bilangan bulat %(least)s sampai %(most)s.") % {"least": least, "most": most}
        raise Invalid(Fault(name, "out_of_range", detail))
    return int(given)


def _address(request: Request, **changes: Any) -> str:
    """This list's address with other parameters."""
    params = request.query_params.copy()
    for name, value in changes.items():
        params[name] = str(value)
    return f"{settings.BASE_URL}{request.path}?{params.urlencode()}"
