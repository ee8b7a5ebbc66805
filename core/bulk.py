"""Many new rows of a table in one go, their values as the database takes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any

from django.db import connection
from django.db.models import Model

BATCH = 1_000
FEW = 50
"""Up to so many rows PostgreSQL takes as fast by a statement each."""


def add_rows(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Add ``rows`` to ``table``; triggers and constraints hold for each. Call inside a transaction.

    What ``rows`` yields must come without asking the database.
    """
    into = f"{connection.ops.quote_name(table)} ({', '.join(map(connection.ops.quote_name, columns))})"
    source, places = iter(rows), ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        while batch := list(islice(source, BATCH)):
            if connection.vendor == "postgresql" and len(batch) > FEW:
                with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                    for row in chain(batch, source):
                        copy.write_row(row)
            else:
                cursor.executemany(f"INSERT INTO {into} VALUES ({places})", batch)  # noqa: S608  (names of ours)


def new_ids(model: type[Model], count: int) -> list[int]:
    """Ids for ``count`` new rows, ascending, that no row has or will be given. Call inside ``writing()``."""
    table, key = model._meta.db_table, model._meta.pk.column  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            wanted = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(wanted, [table, key, count])
            return sorted(pk for (pk,) in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    last = found[0] if found else 0
    return list(range(last + 1, last + count + 1))
