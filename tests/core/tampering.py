"""Changing rows past the register, as somebody with a shell would: raw SQL, the guards lifted."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, models, transaction

from core import facts, guards
from core.facts import Table


def lift_guards() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # no trigger goes while checks of its table are outstanding
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for trigger in guards.every():
            on = "" if connection.vendor == "sqlite" else f' ON "{trigger.table}"'
            cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger.trigger}"{on}')


@dataclass(frozen=True)
class Tampered:
    """What was done to which row; ``column`` for a change."""

    how: str
    label: str
    pk: int
    column: str = ""


def tamper(chance: random.Random, how: str) -> Tampered:
    """Add a copy of a row, change one column of one, or delete one; any that the database lets through."""
    tables = [table for table in facts.tables().values() if table.model._base_manager.exists()]
    while True:
        table = chance.choice(tables)
        pk = chance.choice(list(table.model._base_manager.order_by("pk").values_list("pk", flat=True)))
        try:
            with transaction.atomic():
                return {"insert": _insert, "update": _update, "delete": _delete}[how](table, pk, chance)
        except IntegrityError:
            continue


def _run(sql: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount == 1


def _delete(table: Table, pk: int, chance: random.Random) -> Tampered:
    _run(f'DELETE FROM "{table.model._meta.db_table}" WHERE id = %s', [pk])
    return Tampered("delete", table.label, pk)


def _insert(table: Table, pk: int, chance: random.Random) -> Tampered:
    meta, new = table.model._meta, pk + 1_000_000
    fields = [field for field in meta.concrete_fields if not (field.primary_key or field.generated)]
    unique = {name for each in meta.total_unique_constraints for name in each.fields}
    row = table.model._base_manager.filter(pk=pk).values(*(field.attname for field in fields)).get()
    told = {f.column: _other(f, row[f.attname], chance) for f in fields if f.unique or f.name in unique}
    chosen = ["%s" if field.column in told else f'"{field.column}"' for field in fields]
    columns = ", ".join(["id", *(f'"{field.column}"' for field in fields)])
    values = [told[field.column] for field in fields if field.column in told]
    copied = f'SELECT %s, {", ".join(chosen)} FROM "{meta.db_table}" WHERE id = %s'
    _run(f'INSERT INTO "{meta.db_table}" ({columns}) {copied}', [new, *values, pk])
    return Tampered("insert", table.label, new)


def _update(table: Table, pk: int, chance: random.Random) -> Tampered:
    field = table.model._meta.get_field(chance.choice([*table.told_with]))
    assert isinstance(field, models.Field)
    old = table.model._base_manager.values_list(field.attname, flat=True).get(pk=pk)
    new = _other(field, old, chance)
    _run(f'UPDATE "{table.model._meta.db_table}" SET "{field.column}" = %s WHERE id = %s', [new, pk])
    return Tampered("update", table.label, pk, field.attname)


def _other(field: models.Field, old: Any, chance: random.Random) -> Any:
    """Another value of the same kind, as near to the old one as a forger would stay."""
    if field.choices:
        return chance.choice([key for key, _label in field.flatchoices if key != old])
    if isinstance(field, models.ForeignKey):
        others = field.related_model._base_manager.exclude(pk=old).values_list("pk", flat=True)  # type: ignore[union-attr]
        return chance.choice([*others]) if others else None
    if isinstance(field, models.JSONField):
        return json.dumps([old, chance.random()])
    if isinstance(field, models.BooleanField):
        return not old
    if isinstance(field, models.DateTimeField):
        moved = (old or datetime.now(tz=None).astimezone()) + timedelta(microseconds=chance.choice([1, 86_400_000_000]))
        return connection.ops.adapt_datetimefield_value(moved)
    if isinstance(field, models.DateField):
        return (old or date(2026, 1, 1)) + timedelta(days=chance.choice([-1, 1]))
    if isinstance(field, models.DecimalField):
        return str((old or Decimal(0)) + 1)
    if isinstance(field, models.IntegerField):
        return (old or 0) + 1
    kept = f"{old}"[: (field.max_length or 100) - 1]
    return kept + chance.choice([each for each in "xyz0123456789" if kept + each != old])
