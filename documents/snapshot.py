"""Reading one state of the register: all queries of an export see the same instant, and nobody waits for it."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

_BATCH = 500


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


class Spool:
    """Rows put aside in a temporary file, so that reading them from the database is soon over."""

    def __init__(self, file: IO[bytes]) -> None:
        self.count = 0
        self._file = file

    def fill(self, rows: Iterable[tuple[Any, ...]]) -> None:
        source = iter(rows)
        while batch := list(islice(source, _BATCH)):
            pickle.dump(batch, self._file, pickle.HIGHEST_PROTOCOL)
            self.count += len(batch)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        self._file.seek(0)
        left = self.count
        while left:
            batch = pickle.load(self._file)  # noqa: S301  (written by ``fill``, in a file nobody else can open)
            left -= len(batch)
            yield from batch


@contextmanager
def spool() -> Iterator[Spool]:
    """An empty spool; its file is gone after the block."""
    with TemporaryFile() as file:
        yield Spool(file)
