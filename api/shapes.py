"""What the API answers: declared shapes, read straight from columns without building model instances.

A shape names its fields once; from that come the columns to select, the JSON values and the OpenAPI schema.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core.prepared import RowsOfIds

Schema = dict[str, Any]
JsonRow = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One value of an answer: from which columns, by which function ``make(base, *values)``, and its schema.

    ``base`` is the address of the API, for links. Without ``make`` the single column is the value.
    """

    columns: tuple[str, ...]
    schema: Schema
    make: Callable[..., Any] | None = None


@dataclass(frozen=True)
class Many:
    """Rows that hang on each row of the shape: one more query for the whole page, whatever its length.

    The rows are those of ``rows_of(*given)`` whose ``parent`` is asked for (see ``core.prepared``).
    ``shown_as``: what stands in the answer instead, when the resource makes something else of them.
    ``under``: other parents whose rows are shown too: ``{their id: the id of the parent on the page}``.
    """

    shape: Shape
    rows_of: Callable[..., QuerySet]
    parent: str
    _: KW_ONLY
    shown_as: Shape | None = None
    given: tuple[Hashable, ...] = ()
    under: Mapping[int, int] = field(default_factory=dict)

    def by_parent(self, parents: list[int], base: str) -> dict[int, list[JsonRow]]:
        ids = [*parents, *(pk for pk, shown in self.under.items() if shown in parents)]
        rows = RowsOfIds(self.rows_of, ids, self.parent, given=self.given)
        found: dict[int, list[JsonRow]] = defaultdict(list)
        for (parent,), row in self.shape.read(rows, base, self.parent):
            found[self.under.get(parent, parent)].append(row)
        return found


@dataclass(frozen=True)
class Shape:
    """A named object of the API. ``pk`` is the column that ``Many`` fields hang on."""

    name: str
    fields: dict[str, Field | Many]
    example: JsonRow = field(default_factory=dict)

    def extend(self, name: str, **more: Field | Many) -> Shape:
        return Shape(name, {**self.fields, **more}, self.example)

    def rows(self, queryset: QuerySet | RowsOfIds, base: str) -> list[JsonRow]:
        """The rows of ``queryset`` in its order."""
        return [row for _extra, row in self.read(queryset, base)]

    def read(self, queryset: QuerySet | RowsOfIds, base: str, *extra: str) -> list[tuple[tuple[Any, ...], JsonRow]]:
        """The rows in order, each with the values of the ``extra`` columns beside it."""
        plain = {name: each for name, each in self.fields.items() if isinstance(each, Field)}
        columns = list(dict.fromkeys(["pk", *extra, *(c for each in plain.values() for c in each.columns)]))
        place = {column: index for index, column in enumerate(columns)}
        readers = [(name, each.make, [place[c] for c in each.columns]) for name, each in plain.items()]
        beside = [place[column] for column in extra]
        found, parents = [], []
        for values in queryset.values_list(*columns):
            parents.append(values[0])
            row = {n: make(base, *[values[i] for i in at]) if make else values[at[0]] for n, make, at in readers}
            found.append((tuple(values[i] for i in beside), row))
        for name, each in self.fields.items():
            if isinstance(each, Many):
                children = each.by_parent(parents, base) if parents else {}
                for parent, (_extra, row) in zip(parents, found, strict=True):
                    row[name] = children.get(parent, [])
        return found

    def schema(self) -> Schema:
        properties = {name: _schema_of(each) for name, each in self.fields.items()}
        found: Schema = {"type": "object", "properties": properties, "required": list(properties)}
        if self.example:
            found["examples"] = [self.example]
        return found

    def nested(self) -> Iterable[Shape]:
        """The shapes this one refers to."""
        return [each.shown_as or each.shape for each in self.fields.values() if isinstance(each, Many)]

    @property
    def ref(self) -> Schema:
        return {"$ref": f"#/components/schemas/{self.name}"}


def _schema_of(each: Field | Many) -> Schema:
    if isinstance(each, Many):
        return {"type": "array", "items": (each.shown_as or each.shape).ref}
    return each.schema


def nullable(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "null"}]} if "$ref" in schema else {**schema, "type": [schema["type"], "null"]}


STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
PERCENT: Schema = {"type": "string", "pattern": r"^[0-9]{1,3}\.[0-9]{2}$"}
DATE: Schema = {"type": "string", "format": "date"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
URI: Schema = {"type": "string", "format": "uri"}
LINK: Schema = {"$ref": "#/components/schemas/Link"}
LINK_SCHEMA: Schema = {
    "type": "object",
    "description": "A related object.",
    "properties": {
        "id": INTEGER,
        "url": URI,
        "code": STRING,
        "number": nullable(STRING),
        "name": STRING,
    },
    "required": ["id", "url"],
}


def text(column: str) -> Field:
    return Field((column,), STRING)


def code(column: str, choices: Iterable[tuple[Any, Any]]) -> Field:
    """One of a closed list. An empty code reads as null."""
    values = [value for value, _label in choices if value]
    return Field((column,), {"type": ["string", "null"], "enum": [*values, None]}, lambda _base, value: value or None)


def number(column: str) -> Field:
    return Field((column,), INTEGER)


def number_or_null(column: str) -> Field:
    return Field((column,), nullable(INTEGER))


def percent(column: str) -> Field:
    """A decimal number of per cent, as text so that no digit is lost on the way."""
    return Field((column,), nullable(PERCENT), lambda _base, value: None if value is None else str(value))


def flag(column: str) -> Field:
    return Field((column,), BOOLEAN)


def day(column: str) -> Field:
    return Field((column,), nullable(DATE))


def instant(column: str) -> Field:
    return Field((column,), nullable(INSTANT), lambda _base, value: local(value))


def url(path: str) -> Field:
    return Field(("pk",), URI, lambda base, pk: f"{base}{path}/{pk}/")


def link(column: str, path: str, **parts: str) -> Field:
    """A relation as ``{id, url, …}``; ``parts`` are columns of the related row, such as ``code="code"``."""
    columns = (f"{column}_id", *(f"{column}__{part}" for part in parts.values()))
    names = tuple(parts)

    def make(base: str, pk: int | None, *values: Any) -> JsonRow | None:
        if pk is None:
            return None
        return {"id": pk, "url": f"{base}{path}/{pk}/", **dict(zip(names, values, strict=True))}

    return Field(columns, nullable(LINK), make)


ACCOUNT: Schema = {"type": "object", "properties": {"id": INTEGER, "name": STRING}}


def account(column: str) -> Field:
    """Who did it: the id of the account, and the name of its person, else its own."""
    return Field(
        (f"{column}_id", f"{column}__person__name", f"{column}__username"),
        ACCOUNT,
        lambda _base, pk, name, username: {"id": pk, "name": name or username},
    )


def account_or_null(column: str) -> Field:
    """Who did it; null for nobody yet, or for the system."""
    of = account(column)
    make: Any = of.make
    return Field(of.columns, nullable(ACCOUNT), lambda base, pk, *name: make(base, pk, *name) if pk else None)


def local(value: datetime | None) -> str | None:
    """An instant as RFC 3339 with the installation's offset."""
    return None if value is None else timezone.localtime(value).isoformat()


def registered(path: str) -> dict[str, Field]:
    """What every registered object carries."""
    return {
        "id": number("pk"),
        "url": url(path),
        "created_at": instant("created_at"),
        "updated_at": instant("updated_at"),
        "version": number("version"),
    }
