"""Database triggers as one list of data: guards keep facts from being rewritten, notings note what an act writes.

SQLite drops a table's triggers when a migration remakes the table, and refuses to remake one that the triggers of
another name. So there all guards are lifted before a migration, and on both databases created anew after every
``migrate``; a system check and readiness fail while one is missing. Conditions are SQL that both databases speak,
over ``OLD`` and ``NEW``; a guard gives way where personal text is taken out (``core.personal``). The guards of a
package are ``GUARDS`` in its module ``guards``; notings follow from what is told of (``core.facts``).
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from core import facts
from core.discovery import of_each_package
from core.models import EVERY, Noted
from core.personal import columns_of

PREFIX = "gawai_guard_"
DIFFERS = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}


@dataclass(frozen=True)
class Trigger:
    """Something that happens ``on`` insert, update, delete or truncate on ``table``.

    ``columns``: on an update only when one of them changes (on every one when empty).
    ``when``: the condition under which it happens; always when empty.
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


@dataclass(frozen=True)
class Guard(Trigger):
    """Refuses it."""


@dataclass(frozen=True)
class Noting(Trigger):
    """Notes the row, whose id is in ``key``, as one of the model with that ``label``, and which columns changed."""

    label: str
    key: str


@cache
def every() -> tuple[Trigger, ...]:
    """The guards of all installed packages, and the notings of all that is told of."""
    guards = [guard for guards in of_each_package("guards", "GUARDS") for guard in guards]
    return (*guards, *(noting for each in facts.tables().values() for noting in _notings(each)))


def _notings(table: facts.Table) -> tuple[Noting, ...]:
    told, fields = table.model._meta, table.model._meta.concrete_fields
    columns = tuple(each.column for each in fields if each.column in table.told_with)
    label, key = told.label_lower, str(told.pk.column)
    return tuple(
        Noting(f"{told.db_table}_noted_{on}", told.db_table, on, columns=cols, label=label, key=key)
        for on, cols in (("insert", ()), ("update", columns), ("delete", ()))
    )


def append_only(table: str) -> tuple[Guard, ...]:
    """Rows of ``table`` can be added and read, nothing else."""
    return (
        Guard(f"{table}_update", table, "update"),
        Guard(f"{table}_delete", table, "delete"),
        Guard(f"{table}_truncate", table, "truncate"),
    )


def install(connection: BaseDatabaseWrapper) -> None:
    """Create every trigger whose table exists, replacing what stood there."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in every():
            if trigger.table in tables:
                for statement in _statements(trigger, connection.vendor):
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


def _statements(trigger: Trigger, vendor: str) -> list[str]:
    if vendor == "sqlite" and trigger.on == "truncate":
        return []
    moment = "AFTER" if isinstance(trigger, Noting) else "BEFORE"
    head = f'CREATE TRIGGER "{trigger.trigger}" {moment} {trigger.on.upper()} ON "{trigger.table}" FOR EACH'
    if vendor == "sqlite":
        condition = _condition(trigger, vendor)
        return [
            f'DROP TRIGGER IF EXISTS "{trigger.trigger}"',
            f"{head} ROW WHEN {condition} BEGIN {_effect(trigger, vendor)}; END",
        ]
    if trigger.on == "truncate":
        condition, level, result = "TRUE", "STATEMENT", "NULL"
    else:
        condition, level = _condition(trigger, vendor), "ROW"
        result = "OLD" if trigger.on == "delete" else "NEW"
    return [
        f'CREATE OR REPLACE FUNCTION "{trigger.trigger}"() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN '
        f"IF {condition} THEN {_effect(trigger, vendor)}; END IF; RETURN {result}; END $guard$",
        f'DROP TRIGGER IF EXISTS "{trigger.trigger}" ON "{trigger.table}"',
        f'{head} {level} EXECUTE FUNCTION "{trigger.trigger}"()',
    ]


def _effect(trigger: Trigger, vendor: str) -> str:
    if isinstance(trigger, Noting):
        row, into = "OLD" if trigger.on == "delete" else "NEW", f"INSERT INTO {Noted._meta.db_table}"
        values = f"'{trigger.label}', {row}.\"{trigger.key}\", {_changed(trigger, vendor)}"
        return f"{into} (object_type, object_id, columns) VALUES ({values})"
    refusal = f"gawai: {trigger.table} may not be changed here ({trigger.name})"
    if vendor == "sqlite":
        return f"SELECT RAISE(ABORT, '{refusal}')"
    return f"RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation'"


def _changed(trigger: Trigger, vendor: str) -> str:
    """The SQL of what ``Noted.columns`` says."""
    if trigger.on != "update":
        return f"'{EVERY}'" if trigger.on == "insert" else "''"
    return " || ".join(
        f"CASE WHEN OLD.\"{c}\" {DIFFERS[vendor]} NEW.\"{c}\" THEN '{c},' ELSE '' END" for c in trigger.columns
    )


def _condition(trigger: Trigger, vendor: str) -> str:
    parts = []
    personal = columns_of(trigger.table) if isinstance(trigger, Guard) and trigger.on == "update" else frozenset()
    if trigger.columns:
        differs = {c: f'OLD."{c}" {DIFFERS[vendor]} NEW."{c}"' for c in trigger.columns}
        given = [f"({each} AND {NOT_ERASING})" if c in personal else each for c, each in differs.items()]
        parts.append("(" + " OR ".join(given) + ")")
    elif personal:
        parts.append(NOT_ERASING)
    if trigger.when:
        parts.append(f"({trigger.when})")
    return " AND ".join(parts) or "1 = 1"


NOT_ERASING = "NOT EXISTS (SELECT 1 FROM core_erasing)"
_ARCHIVE_SET = "OLD.archive_until IS NOT NULL"
GUARDS = (
    *append_only("core_event"),
    *append_only("core_eventobject"),
    Guard("eventfact_told", "core_eventfact", "update", columns=("event_id", "object_type", "object_id", "values")),
    Guard("eventfact_salt", "core_eventfact", "update", columns=("salt",), when="NEW.salt <> ''"),
    Guard("eventfact_delete", "core_eventfact", "delete"),
    Guard("eventfact_truncate", "core_eventfact", "truncate"),
    Guard("securityevent_update", "core_securityevent", "update"),
    Guard("securityevent_delete", "core_securityevent", "delete", when=NOT_ERASING),
    Guard("securityevent_truncate", "core_securityevent", "truncate"),
    *append_only("core_credential"),
    Guard(
        "archive_window", "core_installation", "update", columns=("archive_from", "archive_until"), when=_ARCHIVE_SET
    ),
    Guard("archive_window_row", "core_installation", "delete", when=_ARCHIVE_SET),
)
