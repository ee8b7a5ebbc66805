"""Database triggers that keep facts from being rewritten, as one list of data.

SQLite drops a table's triggers when a migration remakes the table, and refuses to remake one that the triggers of
another name. So there all guards are lifted before a migration, and on both databases created anew after every
``migrate``; a system check and readiness fail while one is missing. Conditions are SQL that both databases speak,
over ``OLD`` and ``NEW``. The list of a package is ``GUARDS`` in its module ``guards``.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from core.discovery import of_each_package

PREFIX = "gawai_guard_"


@dataclass(frozen=True)
class Guard:
    """Refuses ``on`` (insert, update, delete or truncate) on ``table``.

    ``columns``: an update is refused only when one of them changes (all of them when empty).
    ``when``: the condition under which the guard holds; always when empty.
    """

    name: str
    table: str
    on: str
    _: KW_ONLY
    columns: tuple[str, ...] = ()
    when: str = ""

    @property
    def trigger(self) -> str:
        return PREFIX + self.name


@cache
def every() -> tuple[Guard, ...]:
    """The guards of all installed packages."""
    return tuple(guard for guards in of_each_package("guards", "GUARDS") for guard in guards)


def append_only(table: str) -> tuple[Guard, ...]:
    """Rows of ``table`` can be added and read, nothing else."""
    return (
        Guard(f"{table}_update", table, "update"),
        Guard(f"{table}_delete", table, "delete"),
        Guard(f"{table}_truncate", table, "truncate"),
    )


def install(connection: BaseDatabaseWrapper) -> None:
    """Create every guard whose table exists, replacing what stood there."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for guard in every():
            if guard.table in tables:
                for statement in _statements(guard, connection.vendor):
                    cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the guards that the database lacks."""
    if connection.vendor == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    wanted = {g.trigger for g in every() if g.on != "truncate" or connection.vendor == "postgresql"}
    return sorted(wanted - present)


def lift_before_migrate(using: str = DEFAULT_DB_ALIAS, plan: Any = (), **kwargs: Any) -> None:
    """On SQLite, take the guards away while a ``plan`` of migrations runs; none when there is nothing to migrate."""
    connection = connections[using]
    if connection.vendor == "sqlite" and plan:
        with connection.cursor() as cursor:
            for guard in every():
                cursor.execute(f'DROP TRIGGER IF EXISTS "{guard.trigger}"')


def install_after_migrate(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    install(connections[using])


def _statements(guard: Guard, vendor: str) -> list[str]:
    refusal = f"gawai: {guard.table} may not be changed here ({guard.name})"
    if vendor == "sqlite":
        if guard.on == "truncate":
            return []
        condition = _condition(guard, "IS NOT")
        return [
            f'DROP TRIGGER IF EXISTS "{guard.trigger}"',
            f'CREATE TRIGGER "{guard.trigger}" BEFORE {guard.on.upper()} ON "{guard.table}" FOR EACH ROW '
            f"BEGIN SELECT RAISE(ABORT, '{refusal}') WHERE {condition}; END",
        ]
    if guard.on == "truncate":
        condition, level, result = "TRUE", "STATEMENT", "NULL"
    else:
        condition, level = _condition(guard, "IS DISTINCT FROM"), "ROW"
        result = "OLD" if guard.on == "delete" else "NEW"
    return [
        f'CREATE OR REPLACE FUNCTION "{guard.trigger}"() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN '
        f"IF {condition} THEN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {result}; END $guard$",
        f'DROP TRIGGER IF EXISTS "{guard.trigger}" ON "{guard.table}"',
        f'CREATE TRIGGER "{guard.trigger}" BEFORE {guard.on.upper()} ON "{guard.table}" '
        f'FOR EACH {level} EXECUTE FUNCTION "{guard.trigger}"()',
    ]


def _condition(guard: Guard, differs: str) -> str:
    parts = []
    if guard.columns:
        parts.append("(" + " OR ".join(f'OLD."{c}" {differs} NEW."{c}"' for c in guard.columns) + ")")
    if guard.when:
        parts.append(f"({guard.when})")
    return " AND ".join(parts) or "1 = 1"


_ARCHIVE_SET = "OLD.archive_until IS NOT NULL"
GUARDS = (
    *append_only("core_event"),
    *append_only("core_eventobject"),
    *append_only("core_securityevent"),
    Guard(
        "archive_window", "core_installation", "update", columns=("archive_from", "archive_until"), when=_ARCHIVE_SET
    ),
    Guard("archive_window_row", "core_installation", "delete", when=_ARCHIVE_SET),
)
