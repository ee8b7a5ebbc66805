"""New rows made ready before the writer's lock is taken: what the database takes, and the facts of their event.

Left for the moment of writing are the id, the instant of the change and the number that is given in order (``late``).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from core import clock, facts
from core.bulk import add_rows, new_ids
from core.sealing import compact
from core.spool import Spool

UPDATED = "updated_at"


class Ready:
    """New rows of ``model`` in a spool. ``late``: the column of their number; ``follows``: what is kept of it in the
    column of that name.
    """

    def __init__(self, model: type[Model], spool: Spool, late: str, follows: str, fold: Callable[[str], str]) -> None:
        self.table = facts.tables()[model._meta.label_lower]
        self.model, self.spool, self.late, self.follows, self.fold = model, spool, late, follows, fold
        self.ids: list[int] = []
        self.numbers: list[str] = []
        self._given: list[str] = []
        aside = {model._meta.pk.attname, UPDATED, late, follows}  # type: ignore[union-attr]
        self._fields = [
            each for each in model._meta.local_concrete_fields if not each.generated and each.attname not in aside
        ]
        self._told = sorted(set(self.table.columns) - {late})

    def add(self, instances: Iterable[Model]) -> None:
        """Make rows ready. Those that have a number keep it."""
        self.spool.fill(map(self._ready, instances))

    def _ready(self, instance: Any) -> tuple[Any, ...]:
        row = tuple(_stored(each, instance) for each in self._fields)
        salt = secrets.token_hex(16)
        values = {name: self.table.sealed(name, _value(instance, name), salt) for name in self._told}
        before = compact({name: value for name, value in values.items() if name < self.late})[1:-1]
        after = compact({name: value for name, value in values.items() if name > self.late})[1:-1]
        self._given.append(getattr(instance, self.late))
        return row, salt, before, after

    @property
    def count(self) -> int:
        return self.spool.count

    @property
    def unnumbered(self) -> int:
        """How many rows wait for a number."""
        return sum(not number for number in self._given)

    def write(self, numbers: Iterable[str]) -> None:
        """Add all rows, with the next of ``numbers`` for each that has none. Call inside ``writing()``."""
        source = iter(numbers)
        self.numbers = [number or next(source) for number in self._given]
        self.ids = new_ids(self.model, len(self.numbers))
        key: Any = self.model._meta.pk
        follows: Any = self.model._meta.get_field(self.follows)
        columns = [key.column, UPDATED, self.late, follows.column, *(each.column for each in self._fields)]
        at = connection.ops.adapt_datetimefield_value(clock.now())
        rows = (
            (pk, at, number, self.fold(number), *row)
            for pk, number, (row, *_fact) in zip(self.ids, self.numbers, self.spool, strict=True)
        )
        add_rows(self.model._meta.db_table, columns, rows)

    def facts(self) -> Iterator[tuple[int, str, str]]:
        """Of each row that was written its id, its values as a fact has them and their salt, by ascending id."""
        for pk, number, (_row, salt, before, after) in zip(self.ids, self.numbers, self.spool, strict=True):
            own = compact({self.late: self.table.sealed(self.late, number, salt)})[1:-1]
            yield pk, f"{{{','.join(filter(None, (before, own, after)))}}}", salt


def _stored(field: Field, instance: Any) -> Any:
    return field.get_db_prep_save(field.pre_save(instance, True), connection)


def _value(instance: Any, name: str) -> Any:
    """A told column of a row, also of one that it refers to."""
    first, _dot, rest = name.partition("__")
    value = getattr(instance, first)
    if not rest:
        return value
    return None if value is None else _value(value, rest)
