"""Rows by their ids through statements that Django compiles once and this keeps.

Every answer ends in "these columns of these ids", thousands of times with other ids only. Building and compiling such a
query takes longer than running it, so the statement is kept with the connection, which belongs to one thread.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

KEPT = 300
_FIRST_MARK = -(2**60)


@dataclass(frozen=True)
class Rows:
    """The rows of ``rows_of()`` whose ``column`` is one of ``ids``.

    ``key`` names the statement: equal keys mean that ``rows_of`` builds an equal query, so whatever the query holds
    besides the ids, such as a day, belongs into it.
    """

    key: Hashable
    rows_of: Callable[[], QuerySet]
    ids: Sequence[int]
    column: str = "pk"

    def values_list(self, *columns: str) -> Iterable[tuple[Any, ...]]:
        """Like ``QuerySet.values_list``."""
        if not self.ids:
            return []
        width = 1 << (len(self.ids) - 1).bit_length()
        return _statement(self, columns, width).run(self.ids)


@dataclass(frozen=True)
class _Statement:
    """``parameters`` with the places of the ids among them; there is room for as many ids as there are places."""

    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]
    places: tuple[int, ...]
    converters: dict[int, Any]

    def run(self, ids: Sequence[int]) -> Iterable[tuple[Any, ...]]:
        parameters = list(self.parameters)
        padded = [*ids, *[ids[-1]] * (len(self.places) - len(ids))]
        for place, pk in zip(self.places, padded, strict=True):
            parameters[place] = pk
        with self.compiler.connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            found = cursor.fetchall()
        return map(tuple, self.compiler.apply_converters(found, self.converters)) if self.converters else found


def _statement(rows: Rows, columns: tuple[str, ...], width: int) -> _Statement:
    connection = connections["default"]
    kept: OrderedDict[Hashable, _Statement] = connection.__dict__.setdefault("_kept_statements", OrderedDict())
    name = (rows.key, rows.column, columns, width)
    if name in kept:
        kept.move_to_end(name)
        return kept[name]
    kept[name] = _compiled(rows.rows_of(), rows.column, columns, width)
    if len(kept) > KEPT:
        kept.popitem(last=False)
    return kept[name]


def _compiled(queryset: QuerySet, column: str, columns: tuple[str, ...], width: int) -> _Statement:
    marks = range(_FIRST_MARK, _FIRST_MARK + width)
    query = queryset.filter(**{f"{column}__in": marks}).values_list(*columns).query
    compiler = query.get_compiler(queryset.db)
    sql, parameters = compiler.as_sql()
    places = tuple(parameters.index(mark) for mark in marks)
    fields = [selected[0] for selected in compiler.select[: compiler.col_count]]
    return _Statement(compiler, sql, tuple(parameters), places, compiler.get_converters(fields))
