"""Reading one state of the register: all queries of an export see the same instant, and nobody waits for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """In this block, on this thread, every query reads the state of one instant. Nothing may be written in it.

    PostgreSQL: a repeatable-read transaction. SQLite: a private copy of the database, gone after the block, because a
    long reader would keep writers from committing; copying takes a fraction of the time that reading does. Inside
    another transaction (and in a database in memory) the state is that transaction's.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with _copy():
            yield
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


@contextmanager
def _copy() -> Iterator[None]:
    live = connections[DEFAULT_DB_ALIAS]
    live.ensure_connection()
    with TemporaryDirectory(prefix="snapshot-", dir=settings.DATA_DIR) as folder:
        path = str(Path(folder, "copy.sqlite3"))
        with closing(sqlite3.connect(path)) as copy:
            live.connection.backup(copy)
        reader = live.copy()
        reader.settings_dict["NAME"] = path
        reader.connect()
    connections[DEFAULT_DB_ALIAS] = reader  # its file has no name any more, so nothing stays behind after a crash
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = live
        reader.close()
