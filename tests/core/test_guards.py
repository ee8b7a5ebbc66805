"""What may only grow cannot be changed by any road: ORM, raw SQL, replacing inserts, truncation, a remade table."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from core import guards, security
from core.journal import record
from core.models import Event, EventObject, Installation, SecurityEvent
from core.transactions import writing
from tests.server import Server

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    with writing():
        installation = Installation.objects.create(pk=1, name="Kabupaten Contoh")
        return record("installation.changed", installation, actor=None)


def refused(sql: str, *values: object) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except DatabaseError:
        return True
    return False


def test_the_orm_cannot_change_or_delete_an_event(event: Event) -> None:
    for act in (
        lambda: Event.objects.update(verb="forged"),
        lambda: Event.objects.filter(pk=event.pk)._raw_delete("default"),
        lambda: EventObject.objects.update(object_id=99),
        lambda: EventObject.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert Event.objects.get().verb == "installation.changed"


def test_raw_sql_cannot_change_or_delete_what_is_kept(event: Event) -> None:
    security.log("login")
    for table in ("core_event", "core_eventobject", "core_securityevent"):
        assert refused(f"DELETE FROM {table}")
    assert refused("UPDATE core_event SET verb = 'forged'")
    assert refused("UPDATE core_securityevent SET kind = 'forged'")
    assert SecurityEvent.objects.filter(kind="login").exists()


def test_a_replacing_insert_cannot_overwrite_an_event(event: Event) -> None:
    columns = [field.column for field in Event._meta.concrete_fields]
    listed = ", ".join(f'"{each}"' for each in columns)
    chosen = ", ".join("'forged'" if each == "verb" else f'"{each}"' for each in columns)
    if connection.vendor == "sqlite":
        statement = f"INSERT OR REPLACE INTO core_event ({listed}) SELECT {chosen} FROM core_event"
    else:
        statement = (
            f"INSERT INTO core_event ({listed}) SELECT {chosen} FROM core_event "
            "ON CONFLICT (seq) DO UPDATE SET verb = EXCLUDED.verb"
        )
    assert refused(statement)
    assert Event.objects.get().verb == "installation.changed"


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no TRUNCATE")
def test_truncation_is_refused(event: Event) -> None:
    assert refused("TRUNCATE core_event CASCADE")


def test_no_guard_is_missing_after_migration() -> None:
    assert guards.missing(connection) == []


def test_a_missing_guard_is_named() -> None:
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON core_event"
        cursor.execute(f'DROP TRIGGER "gawai_guard_core_event_update"{on}')
    assert guards.missing(connection) == ["gawai_guard_core_event_update"]


REMAKE = """
from django.db import connection, models
from core import guards
from core.models import Event
with connection.schema_editor() as editor:
    old = Event._meta.get_field("verb")
    new = models.CharField(max_length=70)
    new.set_attributes_from_name("verb")
    new.model = Event
    editor.alter_field(Event, old, new, strict=True)
print(len(guards.missing(connection)), end="")
"""


def test_guards_are_back_after_a_migration_remade_their_table(server: Server) -> None:
    lost = int(server.shell(REMAKE))
    assert (lost > 0) is (connection.vendor == "sqlite")
    server.manage("migrate", "--verbosity", "0")
    server.wait_until_ready(5)
