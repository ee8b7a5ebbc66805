"""Statements, and annotations, that Django compiles once and this keeps.

Every call asks who is calling and what they may, and ends in "these columns of these ids", thousands of times with
other values only. Building and compiling such a query takes longer than running it, so the statement is kept with the
connection, which belongs to one thread.

A statement belongs to the function that makes its query, to what is ``given`` to that function, and to the day, since
a query may ask for it. So a query takes everything as an argument: one that closes over something is refused. A method
stands for its class: whatever its object adds to the query belongs into ``given``.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import cache, partial
from itertools import islice
from types import FunctionType, MethodType
from typing import Any, TypeVar, cast

from django.db import connections
from django.db.models import BigIntegerField, Expression, Field, ForeignKey, Lookup, Model, QuerySet
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.datastructures import BaseTable

from core import clock

M = TypeVar("M", bound=Model)
Q = TypeVar("Q", bound=QuerySet)

KEPT = 300
KEPT_ANNOTATIONS = 30


@ForeignKey.register_lookup
@BigIntegerField.register_lookup
class AnyOf(Lookup):
    """``column__any_of=[ids]``: like ``in``, but one parameter however many ids: the statement stays the same."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        column, parameters = self.process_lhs(compiler, connection)
        if connection.vendor == "sqlite":
            wanted = "(SELECT value FROM json_each(%s))"
            return f"{column} IN {wanted}", [*parameters, json.dumps(self.rhs)]
        return f"{column} = ANY(%s::bigint[])", [*parameters, self.rhs]


@dataclass(frozen=True)
class RowsOfIds:
    """The rows of ``query(*given)`` whose ``column`` is one of ``ids``."""

    query: Callable[..., QuerySet]
    ids: Sequence[int]
    column: str = "pk"
    _: KW_ONLY
    given: tuple[Hashable, ...] = ()

    def values_list(self, *columns: str) -> Iterable[tuple[Any, ...]]:
        """Like ``QuerySet.values_list``."""
        if not self.ids:
            return []
        key = (_own(self.query), self.given, self.column)
        return _rows(key, self._among, columns, (list(self.ids),))

    def _among(self, ids: list[int]) -> QuerySet:
        return self.query(*self.given).filter(**{f"{self.column}__any_of": ids})


def rows(
    query: Callable[..., QuerySet], columns: Sequence[str], *values: Any, given: tuple[Hashable, ...] = ()
) -> Iterable[tuple[Any, ...]]:
    """The ``columns`` of ``query(*given, *values)``.

    ``values`` are numbers, texts or lists of ids, each used once as a parameter. What else makes the query another one
    is ``given``.
    """
    return _rows((_own(query), given), partial(query, *given), columns, values)


def first(
    query: Callable[..., QuerySet],
    model: type[M],
    related: Sequence[str],
    *values: Any,
    given: tuple[Hashable, ...] = (),
) -> M | None:
    """The first row of ``query(*given, *values)``, with its ``related`` rows loaded as by ``select_related``."""
    parts = _parts(model, related)
    columns = [column for part in parts for column in part.columns]
    for found in rows(query, columns, *values, given=given):
        return _assembled(parts, found)
    return None


def annotated(queryset: Q, steps: Sequence[Callable[..., Q]], *given: Hashable) -> Q:
    """``queryset`` with what the ``steps`` annotate, each of them ``step(queryset, *given)`` and naming what the steps
    before it did; the annotations read from the row's own table and nothing else. What is only for the next step is an
    ``alias``.

    Each step is a query of its own that the next one reads from, so that neither the steps nor what is asked of their
    columns nest into each other: SQLite's parser takes a hundred open symbols (until its version 3.46).
    """

    def made() -> _Steps:
        return _Steps.of(queryset, steps, given)

    key = (queryset.model, tuple(map(_own, steps)), given)
    table: _Steps = _kept("annotations", KEPT_ANNOTATIONS, key, made)
    found = queryset.all()
    table.stands_in(found)
    return found


@dataclass(frozen=True)
class _Steps:
    """A table with columns that were derived of its rows, as SQL. ``told``: those that are for whoever asks."""

    sql: str
    parameters: tuple[Any, ...]
    columns: dict[str, Field]
    told: frozenset[str]

    @classmethod
    def of(cls, queryset: QuerySet, steps: Sequence[Callable[..., QuerySet]], given: tuple[Hashable, ...]) -> _Steps:
        table: _Steps | None = None
        for step in steps:
            table = cls._next(table, type(queryset)(queryset.model), step, given)
        assert table  # noqa: S101  (there is a step)
        return table

    @classmethod
    def _next(
        cls, before: _Steps | None, plain: QuerySet, step: Callable[..., QuerySet], given: tuple[Hashable, ...]
    ) -> _Steps:
        plain = plain.order_by()
        if before:
            before.stands_in(plain)
        query = step(plain, *given).query
        old = before.columns if before else {}
        new = {name: each for name, each in query.annotations.items() if name not in old}
        compiler, quoted = query.get_compiler(plain.db), connections[plain.db].ops.quote_name
        alias = quoted(query.get_initial_alias())
        selected, parameters = [f"{alias}.*"], []
        for name, each in new.items():
            sql, values = compiler.compile(each)
            selected.append(f"{sql} AS {quoted(name)}")
            parameters += values
        source, values = compiler.compile(query.alias_map[query.base_table])
        told = frozenset(query.annotation_select) | (before.told if before else frozenset())
        columns = old | {name: _column(plain.model, name, each.output_field) for name, each in new.items()}
        sql = f"SELECT {', '.join(selected)} FROM {source}"  # noqa: S608  (of quoted names and what Django compiled)
        return cls(sql, (*parameters, *values), columns, told)

    def stands_in(self, queryset: QuerySet) -> None:
        """Have ``queryset`` read from this table instead of its model's, with the columns as annotations."""
        query = queryset.query
        alias = query.get_initial_alias()
        query.alias_map[alias] = _Derived(query.alias_map[alias].table_name, alias, self)
        for name, field in self.columns.items():
            query.add_annotation(_Column(alias, field), name, select=name in self.told)


class _Column(Col):
    """A column of ``_Steps``; its values become what the annotation's would, also where a database sums in decimals."""

    def get_db_converters(self, connection: Any) -> list[Any]:
        return Expression.get_db_converters(self, connection)


class _Derived(BaseTable):
    """The base table of a query that reads from ``steps``."""

    def __init__(self, table_name: str, alias: str | None, steps: _Steps) -> None:
        super().__init__(table_name, alias)
        self.steps = steps

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        alias = compiler.quote_name_unless_alias(self.table_alias or self.table_name)
        return f"({self.steps.sql}) {alias}", list(self.steps.parameters)

    def relabeled_clone(self, change_map: dict[str | None, str]) -> _Derived:
        return _Derived(self.table_name, change_map.get(self.table_alias, self.table_alias), self.steps)


def _column(model: type[Model], name: str, kind: Field) -> Field:
    """A column of this name with values of this kind."""
    field = kind.clone()
    field.set_attributes_from_name(name)
    field.model = model
    return field


def _own(query: Callable[..., Any]) -> Hashable:
    """What a statement is kept under; ``TypeError`` for a query that carries what is not ``given``."""
    if isinstance(query, MethodType):
        return type(query.__self__), _own(query.__func__)
    if not isinstance(query, FunctionType) or query.__closure__ or query.__defaults__ or query.__kwdefaults__:
        raise TypeError(f"{query!r} must be a function that takes all it needs as arguments")
    return query


def _rows(
    key: Hashable, query: Callable[..., QuerySet], columns: Sequence[str], values: Sequence[Any]
) -> Iterable[tuple[Any, ...]]:
    statement: _Statement = _kept("statements", KEPT, (key, tuple(columns)), lambda: _compiled(query, columns, values))
    return statement.run(values)


def _kept(kind: str, number: int, key: Hashable, made: Callable[[], Any]) -> Any:
    """What ``made`` gave for ``key`` today, one of the last ``number`` that this connection was asked for."""
    key = (key, clock.today())
    kept: OrderedDict[Hashable, Any] = connections["default"].__dict__.setdefault(f"_kept_{kind}", OrderedDict())
    if key in kept:
        kept.move_to_end(key)
    else:
        kept[key] = made()
        if len(kept) > number:
            kept.popitem(last=False)
    return kept[key]


@dataclass(frozen=True)
class _Part:
    """One model among those of a row, reached from the first by ``path``."""

    path: str
    model: type[Model]

    @property
    def names(self) -> list[str]:
        return [field.attname for field in self.model._meta.concrete_fields]

    @property
    def columns(self) -> list[str]:
        return [f"{self.path}__{name}" if self.path else name for name in self.names]


@cache
def _parts(model: type[Model], related: Sequence[str]) -> list[_Part]:
    parts = {"": _Part("", model)}
    for path in related:
        steps = path.split("__")
        for n, step in enumerate(steps):
            parent = parts["__".join(steps[:n])]
            here = "__".join(steps[: n + 1])
            parts.setdefault(here, _Part(here, cast("type[Model]", parent.model._meta.get_field(step).related_model)))
    return list(parts.values())


def _assembled(parts: list[_Part], values: Sequence[Any]) -> Any:
    rest = iter(values)
    made: dict[str, Model | None] = {}
    for part in parts:
        names = part.names
        own = list(islice(rest, len(names)))
        instance = None if own[0] is None else part.model.from_db("default", names, own)
        made[part.path] = instance
        if part.path:
            before, _dot, step = part.path.rpartition("__")
            if made[before] is not None:
                setattr(made[before], step, instance)
    return made[""]


@dataclass(frozen=True)
class _Statement:
    """``parameters`` with the places of the values among them."""

    compiler: SQLCompiler
    _: KW_ONLY
    sql: str
    parameters: tuple[Any, ...]
    places: tuple[int, ...]
    converters: dict[int, Any]

    def run(self, values: Sequence[Any]) -> Iterable[tuple[Any, ...]]:
        parameters = list(self.parameters)
        for place, value in zip(self.places, values, strict=True):
            parameters[place] = _parameter(value, self.compiler)
        with self.compiler.connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            found = cursor.fetchall()
        return map(tuple, self.compiler.apply_converters(found, self.converters)) if self.converters else found


def _compiled(query: Callable[..., QuerySet], columns: Sequence[str], values: Sequence[Any]) -> _Statement:
    marks = [_mark(n, value) for n, value in enumerate(values)]
    queryset = query(*marks).values_list(*columns)
    compiler = queryset.query.get_compiler(queryset.db)
    sql, parameters = compiler.as_sql()
    places = tuple(parameters.index(_parameter(mark, compiler)) for mark in marks)
    fields = [selected[0] for selected in compiler.select[: compiler.col_count]]
    return _Statement(
        compiler, sql=sql, parameters=tuple(parameters), places=places, converters=compiler.get_converters(fields)
    )


def _mark(n: int, value: Any) -> Any:
    """A value of the same kind that no query holds otherwise."""
    number = n - 2**60
    return [number] if isinstance(value, list) else str(number) if isinstance(value, str) else number


def _parameter(value: Any, compiler: SQLCompiler) -> Any:
    return json.dumps(value) if isinstance(value, list) and compiler.connection.vendor == "sqlite" else value
