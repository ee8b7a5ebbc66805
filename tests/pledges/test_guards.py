"""What of a published pledge nobody may rewrite, by whatever door: the database refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.core.management.sql import emit_pre_migrate_signal
from django.db import DatabaseError, connection, transaction
from django.db.migrations import AlterField, Migration
from django.db.migrations.loader import MigrationLoader
from django.db.models import IntegerField, ProtectedError

from core import guards
from core.errors import Conflict
from pledges import line_changes, passing_on, pledging
from pledges.models import Effort, Evidence, LineChange, Objection, Pledge, PledgeLine, Response, Witness
from tests.base import (
    MONDAY,
    Cast,
    a_draft_pledge,
    a_pledge,
    an_attachment,
    at,
    closed,
    day,
    delivered,
    lines_changed,
    make_cast,
    revised,
)
from tests.pledges.test_papers import add_each
from tests.server import running

WORDS: dict[str, Any] = {
    "quote": "Lain", "made_on_from": date(2021, 1, 1), "made_on_to": date(2022, 6, 30), "basis": "letter",
    "strength": "intention", "deadline_text": "segera", "original_due_on": date(2025, 12, 31), "number": "JJ-1",
    "publication": "draft", "office_id": 0,
}  # fmt: skip


@pytest.mark.parametrize("column", WORDS)
def test_words_first_date_and_number_of_a_published_pledge_are_fixed_by_the_database(cast: Cast, column: str) -> None:
    pledge = a_pledge(cast, original_due_on=day("2023-12-31"))
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
        Pledge.objects.filter(pk=pledge.pk).update(**{column: WORDS[column]})
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE pledges_pledge SET {column} = %s WHERE id = %s", [WORDS[column], pledge.pk])


def test_lines_of_a_published_pledge_are_neither_changed_nor_deleted(cast: Cast) -> None:
    lines = PledgeLine.objects.filter(pledge=a_pledge(cast, original_due_on=day("2023-12-31")))
    for act in (lambda: lines.update(quantity=2), lambda: lines.update(unit=cast.cibinong), lines.delete):
        with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
            act()


def test_a_published_pledge_is_not_deleted_by_any_door_and_ones_own_draft_is(cast: Cast) -> None:
    pledge, draft = a_pledge(cast, original_due_on=day("2023-12-31")), a_draft_pledge(cast)
    with pytest.raises(Conflict):
        pledging.discard(pledge, actor=cast.verifier)
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM pledges_pledge WHERE id = %s", [pledge.pk])
    pledging.discard(draft, actor=cast.verifier)
    assert not Pledge.objects.filter(pk=draft.pk).exists()


LATER: dict[str, Any] = {
    "quote": "Lain", "reason": "Lain", "text": "Lain", "statement": "Lain", "source_url": "http://lain.id",
    "quantity": 9, "counts_from": day("2020-01-01"),
}  # fmt: skip


@pytest.fixture
def told(cast: Cast) -> dict[str, Any]:
    return everything_told(cast)


def everything_told(cast: Cast) -> dict[str, Any]:
    """A published pledge, and one row of every table around it that only grows."""
    unclear, pledge, ended = a_pledge(cast, lines=[]), a_pledge(cast, promised=2), a_pledge(cast)
    line = {"unit": cast.kemang, "family": cast.hp.family, "quantity": 1}
    change = lines_changed(cast, unclear, lines=[line])
    revision = revised(cast, pledge, kind="first_set", to=day("2026-12-31"))
    delivered(cast, pledge_line=pledge.lines.get())
    closed(cast, ended, "withdraw", reason="x")
    moved = passing_on.pass_on(
        unclear, responsible_unit=cast.setda, reason="x", document=an_attachment(cast), actor=cast.verifier
    )
    return {
        "pledges_pledge": pledge, **{each._meta.db_table: each for each in add_each(cast, pledge).values()},
        "pledges_linechange": change, "pledges_proposedline": change.lines.get(),
        "pledges_pledgeline": change.made.get(),
        "pledges_deadlinerevision": revision, "pledges_delivery": pledge.lines.get().deliveries.get(),
        "pledges_closure": ended.closed, "pledges_passingon": moved,
    }  # fmt: skip


def shut(act: Callable[[], Any]) -> None:
    """Holds the database to refusing an act by its guard."""
    with pytest.raises((DatabaseError, ProtectedError), match=r"gawai|protected"), transaction.atomic():
        act()


def raw(sql: str) -> Callable[[], Any]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    return run


def replacing(table: str, model: Any, where: str = "1 = 1") -> str:
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    if connection.vendor == "sqlite":
        return f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE {where}"
    pairs = ", ".join(f'"{f.column}" = NULL' for f in model._meta.concrete_fields if f.column != "id")
    chosen = f"SELECT {columns} FROM {table} WHERE {where}"
    return f"INSERT INTO {table} ({columns}) {chosen} ON CONFLICT (id) DO UPDATE SET {pairs}"


def every_door_is_shut(told: dict[str, Any]) -> None:
    if connection.vendor == "postgresql":
        raw("SET CONSTRAINTS ALL IMMEDIATE")()  # or a truncation fails before its guard is asked
    for table, row in told.items():
        model, rows = type(row), type(row)._base_manager.filter(pk=row.pk)
        column, value = next((name, value) for name, value in LATER.items() if hasattr(row, name))
        shut(partial(rows.update, **{column: value}))
        shut(rows.delete)
        shut(partial(rows._raw_delete, "default"))
        shut(raw(f"UPDATE {table} SET {column} = '{value}'"))
        shut(raw(f"DELETE FROM {table}"))
        shut(raw(replacing(table, model)))
        if connection.vendor == "postgresql":
            shut(raw(f"TRUNCATE {table} CASCADE"))


def test_nothing_recorded_about_a_published_pledge_is_rewritten_by_any_door(told: dict[str, Any]) -> None:
    every_door_is_shut(told)


def test_every_door_is_shut_again_after_a_migration_that_lost_the_guards(told: dict[str, Any]) -> None:
    names = [g for g in guards.every() if g.table in told and g.on != "truncate"]
    with connection.cursor() as cursor:
        for guard in names:
            suffix = f" ON {guard.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {guard.trigger}{suffix}")
    assert set(guards.missing(connection)) == {guard.trigger for guard in names}
    guards.install_after_migrate()
    every_door_is_shut(told)


def remake_tables() -> None:
    """Run a migration that alters a column of each of these tables; prints how many guards that cost."""
    migration = Migration("remade", "pledges")
    models = (Pledge, LineChange, Evidence, Effort, Response, Objection, Witness)
    migration.operations = [AlterField(each.__name__, "version", IntegerField(default=1)) for each in models]
    emit_pre_migrate_signal(0, False, "default", plan=[(migration, False)])
    with connection.schema_editor() as editor:
        migration.apply(MigrationLoader(connection).project_state(), editor)
    print(len(guards.missing(connection)), end="")  # noqa: T201


def try_every_door() -> None:
    with at(MONDAY), transaction.atomic():
        every_door_is_shut(everything_told(make_cast()))


@pytest.mark.servers
@pytest.mark.slow
def test_every_door_is_shut_after_a_migration_that_remade_the_tables() -> None:
    with running(start=False) as server:
        lost = int(server.shell("from tests.pledges.test_guards import remake_tables as run; run()"))
        assert (lost >= 20) is (connection.vendor == "sqlite")
        server.manage("migrate", "--verbosity", "0")
        server.shell("from tests.pledges.test_guards import try_every_door as run; run()")


def test_a_line_change_that_waits_keeps_what_was_asked_and_the_day_asked_for(cast: Cast) -> None:
    line = {"unit": cast.kemang, "family": cast.hp.family, "quantity": 1}
    change = line_changes.ask(
        a_pledge(cast, lines=[]), kind="clarification", reason="x", lines=[line], actor=cast.verifier,
        effective_on=day("2026-01-01"), document=an_attachment(cast),
    )  # fmt: skip
    for values in ({"kind": "move"}, {"asked_by": cast.decider}, {"effective_on": day("2025-01-01")}):
        with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
            LineChange.objects.filter(pk=change.pk).update(**values)


def test_the_guards_stand_again_after_a_migration_that_lost_them(cast: Cast) -> None:
    pledge = a_pledge(cast, original_due_on=day("2023-12-31"))
    with connection.cursor() as cursor:
        suffix = " ON pledges_pledge" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER gawai_guard_pledge_words{suffix}")
    assert guards.missing(connection) == ["gawai_guard_pledge_words"]
    guards.install_after_migrate()
    assert guards.missing(connection) == []
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
        Pledge.objects.filter(pk=pledge.pk).update(original_due_on=day("2025-12-31"))
