"""One instant for all queries of an export. These tests run outside a transaction and clean up after themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.utils import InternalError

from core.models import Sequence
from core.spool import spool
from documents.snapshot import snapshot

KIND = "snapshot-test"
INSERT = f"INSERT INTO core_sequence (kind, year, last) VALUES ('{KIND}', 2026, 1)"


def seen() -> int:
    return Sequence.objects.filter(kind=KIND).count()


@pytest.fixture
def committing(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The database of the run without a transaction around the test."""
    with django_db_blocker.unblock():
        yield
        Sequence.objects.filter(kind=KIND).delete()
        connection.close() if connection.vendor == "postgresql" else None


def test_what_is_written_meanwhile_is_not_seen(committing):
    live = connections[DEFAULT_DB_ALIAS]
    other = live if connection.vendor == "sqlite" else live.copy()
    with snapshot():
        assert seen() == 0
        with other.cursor() as cursor:
            cursor.execute(INSERT)
        assert seen() == 0
    assert seen() == 1
    if other is not live:
        other.close()


def test_the_live_connection_is_back_after_the_block_even_after_a_fault(committing, settings):
    live = connections[DEFAULT_DB_ALIAS]
    with pytest.raises(RuntimeError), snapshot():
        raise RuntimeError
    assert connections[DEFAULT_DB_ALIAS] is live
    assert not list(settings.DATA_DIR.glob("snapshot-*"))


def test_no_copy_can_be_found_on_disk_while_it_is_read(committing, settings):
    with snapshot():
        assert seen() == 0
        assert not list(settings.DATA_DIR.glob("snapshot-*"))


def test_postgresql_refuses_to_write_in_it(committing):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite reads a copy")
    with pytest.raises(InternalError), snapshot(), connection.cursor() as cursor:
        cursor.execute(INSERT)


def test_inside_a_transaction_it_is_that_transaction(db):
    Sequence.objects.create(kind=KIND, year=2026)
    with snapshot():
        assert seen() == 1


def test_spooled_rows_come_back_as_they_were_as_often_as_wanted():
    rows = [(number, "x", None, date(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC)) for number in range(1201)]
    with spool() as spooled:
        spooled.fill(iter(rows))
        assert spooled.count == 1201
        assert list(spooled) == rows
        assert list(spooled) == rows


def test_an_empty_spool_gives_nothing():
    with spool() as spooled:
        spooled.fill([])
        assert (spooled.count, list(spooled)) == (0, [])
