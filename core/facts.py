"""What an act left in the rows it wrote: the facts of its event.

Every table of our packages is told of, in all columns but those that the database reckons itself and those that a
model names in ``untold`` with a reason (``EVERY`` for the whole table). While an act runs the database's triggers note
each row that it adds, changes or deletes, however it does so (``core.guards``); its event takes up what then stands in
the columns that changed. So nobody has to say what an act has written, and what is written without an event ends the
transaction with ``Untold``.

A row of ``told_with_referrers`` is written before the act that refers to it and swept when nothing does; it enters the
facts of what refers to it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import CharField, Field, Model, QuerySet, TextField

from core.bulk import add_rows
from core.models import Event, EventFact, Noted
from core.models.journal import EVERY
from core.prepared import RowsOfIds
from core.sealing import commitment, compact, plain

BATCH = 500
Fact = tuple[str, int, dict[str, Any] | None, str]
Line = tuple[str, int, str | None, str]
"""A fact with its values as they are kept."""
NOT_AS_TOLD = "its facts do not match their seal"


class Ready(Protocol):
    """New rows of ``table`` whose facts are made: id, values as they are kept, and salt, by ascending id."""

    table: Table

    def facts(self) -> Iterator[tuple[int, str, str]]: ...


class Untold(Exception):
    """A programming fault: rows were written and no event tells of them."""


@dataclass(frozen=True)
class Table:
    """A table whose rows stand in events: its ``columns`` as ``values_list`` takes them, and which are ``hidden``.

    ``told_with``: which of them change with each column of the database.
    """

    model: type[Model]
    columns: tuple[str, ...]
    hidden: frozenset[str]
    told_with: dict[str, tuple[str, ...]]

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    def sealed(self, column: str, value: Any, salt: str) -> Any:
        """A value of a row as a fact has it."""
        if value and column in self.hidden:
            return {"commitment": commitment(salt + column, value)}
        return plain(value)


def untold(model: type[Model]) -> dict[str, str]:
    """The columns of ``model`` that no event tells of, each with its reason."""
    return {name: why for base in reversed(model.__mro__) for name, why in vars(base).get("untold", {}).items()}


@cache
def tables() -> dict[str, Table]:
    """The tables told of, by label, in order of it."""
    ours = [app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
    models = [model for app in ours for model in app.get_models(include_auto_created=True)]
    told = (_table(model) for model in models if EVERY not in untold(model))
    return {each.label: each for each in sorted(told, key=lambda each: each.label)}


def _table(model: type[Model]) -> Table:
    columns: dict[str, Field] = {}
    told_with: dict[str, tuple[str, ...]] = {}
    for field in model._meta.concrete_fields:
        if not (field.primary_key or field.generated or field.attname in untold(model)):
            told = {field.attname: field, **_of_referred(field)}
            told_with[str(field.column)] = tuple(told)
            columns |= told
    return Table(model, tuple(columns), frozenset(name for name, each in columns.items() if _is_text(each)), told_with)


def _of_referred(link: Field) -> dict[str, Field]:
    told = getattr(link.related_model, "told_with_referrers", ())
    return {f"{link.name}__{name}": link.related_model._meta.get_field(name) for name in told}  # type: ignore[union-attr]


def _is_text(field: Field) -> bool:
    return isinstance(field, (CharField, TextField)) and not field.choices


def turns(model: type[Model], rows: QuerySet, column: str, began: Any) -> list[tuple[Event, int, Any]]:
    """Every act that gave ``column`` of these rows another value than it had, as (event, key of the row, new value).

    Oldest first; ``began`` is what a row begins with.
    """
    told = EventFact.objects.filter(object_type=model._meta.label_lower, object_id__in=rows, values__has_key=column)
    last: dict[int, Any] = {}
    found = []
    for fact in told.select_related("event").order_by("pk"):
        value = (fact.values or {})[column]
        if value != last.get(fact.object_id, began):
            found.append((fact.event, fact.object_id, value))
        last[fact.object_id] = value
    return found


def is_hidden(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"commitment"}


# ---- writing


def begin() -> None:
    """Forget what was written outside an act: no event may take it for its own."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_noted")


def end() -> None:
    """``Untold`` when something was written since the last event."""
    if left := _noted():
        raise Untold(f"no event tells of {left[0][0]} {left[0][1]}, nor of {len(left) - 1} more")


def tell(seq: int, ready: Ready | None = None) -> str:
    """Write what the running act has done to rows so far as the facts of event ``seq``.

    ``ready``: new rows whose facts were made beforehand, of what was handed to the database. Returns the seal of all;
    empty where there are none.
    """
    digest, noted = hashlib.sha256(), _noted()
    columns = ("event_id", "object_type", "object_id", "values", "salt")
    for some in _batches(noted, ready):
        digest.update("".join(f"[{compact(line[0])},{line[1]},{line[2] or 'null'}]\n" for line in some).encode())
        add_rows(EventFact._meta.db_table, columns, [(seq, *line) for line in some])
    if noted:
        begin()
    return digest.hexdigest() if noted else ""


def forget(row: Model) -> None:
    """Earlier values of a row whose text is erased can no longer be opened; that they were there stays.

    What is left in the row is told anew, whole, by the event of the running act.
    """
    label = row._meta.label_lower
    EventFact.objects.filter(object_type=label, object_id=row.pk).update(salt="")
    if label in tables():
        Noted.objects.create(object_type=label, object_id=row.pk, columns=EVERY)


def _noted() -> list[tuple[str, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT object_type, object_id, columns FROM core_noted ORDER BY object_type, object_id, id")
        return cursor.fetchall()


def _written(noted: Iterable[tuple[str, int, str]]) -> dict[int, str]:
    """What changed in each row, all its notes together."""
    rows: dict[int, str] = {}
    for _label, pk, columns in noted:
        rows[pk] = rows.get(pk, "") + columns
    return rows


def _batches(noted: list[tuple[str, int, str]], ready: Ready | None) -> Iterator[list[Line]]:
    """What has been noted as facts, by label and id, at least ``BATCH`` of them at a time until the last."""
    batch: list[Line] = []
    for label, group in groupby(noted, key=itemgetter(0)):
        made = ready.facts() if ready is not None and ready.table.label == label else iter(())
        rows = list(_written(group).items())
        for start in range(0, len(rows), BATCH):
            batch += _told_of(label, rows[start : start + BATCH], made)
            if len(batch) >= BATCH:
                yield batch
                batch = []
        if (left := next(made, None)) is not None:
            raise Untold(f"{label} {left[0]} was made ready and not written")
    if batch:
        yield batch


def _told_of(label: str, rows: list[tuple[int, str]], made: Iterator[tuple[int, str, str]]) -> list[Line]:
    """These rows as facts: new ones as they were made, as long as there are such, others as they are stored."""
    found: dict[int, tuple[str | None, str]] = {}
    for _pk, columns in rows:
        if columns == EVERY and (line := next(made, None)) is not None:
            found[line[0]] = line[1:]
    others = {pk: columns for pk, columns in rows if pk not in found}
    for _label, pk, values, salt in _facts(tables()[label], others) if others else ():
        found[pk] = None if values is None else compact(values), salt
    if found.keys() != {pk for pk, _columns in rows}:
        raise Untold(f"{label}: other rows were made ready than were written")
    return [(label, pk, *found[pk]) for pk, _columns in rows]


def _facts(table: Table, written: dict[int, str]) -> Iterator[Fact]:
    stored = {pk: dict(zip(table.columns, values, strict=True)) for pk, *values in kept(table, list(written))}
    for pk, changed in written.items():
        salt, values = secrets.token_hex(16), None
        if pk in stored:
            names = table.columns if EVERY in changed else _told(table, changed)
            values = {name: table.sealed(name, stored[pk][name], salt) for name in names}
        yield table.label, pk, values, salt


def _told(table: Table, changed: str) -> Iterable[str]:
    columns = dict.fromkeys(changed.rstrip(",").split(","))
    return [name for column in columns for name in table.told_with[column]]


def kept(table: Table, ids: list[int]) -> Iterable[tuple[Any, ...]]:
    """Id and columns of these rows as they are stored."""
    return RowsOfIds(_all_of, ids, given=(table.model,)).values_list("pk", *table.columns)


def _all_of(model: type[Model]) -> QuerySet:
    return model._base_manager.order_by()


def _line(label: str, pk: int, values: Any) -> bytes:
    return f"{compact([label, pk, values])}\n".encode()


# ---- holding facts against their events


class Reading:
    """All facts in the order in which they were written, held against the seals of their events one after the other.

    Read a page at a time, and again from where it ended, so that what is written meanwhile is found. ``erased``: facts
    so far whose text can no longer be opened.
    """

    def __init__(self) -> None:
        self.erased = 0
        self._last = 0
        self._page: deque[tuple[int, int, str, int, Any, str]] = deque()

    def fault(self, seq: int, seal: str) -> str:
        """What is wrong with the facts of event ``seq``; events are asked for in order."""
        if not seal and not self._page:
            return ""
        digest, number = hashlib.sha256(), 0
        while (found := self._next()) and found[1] <= seq:
            _pk, event, label, row, values, salt = self._page.popleft()
            if event != seq:
                return NOT_AS_TOLD
            digest.update(_line(label, row, values))
            number += 1
            self.erased += not salt and any(map(is_hidden, (values or {}).values()))
        return "" if seal == (digest.hexdigest() if number else "") else NOT_AS_TOLD

    def left_over(self, seq: int) -> int | None:
        """The event of a fact that none up to ``seq`` has sealed and none later will; None when all are in order."""
        while found := self._next():
            if found[1] <= seq or not Event.objects.filter(pk=found[1]).exists():
                return found[1]
            self._page.popleft()
        return None

    def _next(self) -> tuple[int, int, str, int, Any, str] | None:
        if not self._page:
            facts = EventFact.objects.filter(pk__gt=self._last).order_by("pk")
            columns = ("pk", "event_id", "object_type", "object_id", "values", "salt")
            self._page.extend(facts.values_list(*columns)[: 4 * BATCH])
            if self._page:
                self._last = self._page[-1][0]
        return self._page[0] if self._page else None
