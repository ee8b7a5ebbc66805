"""Dump and load the database: SQLite by its own backup call, PostgreSQL by ``pg_dump`` and ``pg_restore``."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection, transaction

from core import journal
from core.db.queue import Queue

COPY_SECONDS = 60


class Refused(Exception):
    """Why it cannot be done, as one sentence for the operator."""


def dump(directory: Path) -> tuple[Path, dict[str, Any]]:
    """A consistent copy of the database in ``directory``, and what the manifest says of it."""
    return _dump_sqlite(directory) if connection.vendor == "sqlite" else _dump_postgresql(directory)


def is_empty() -> bool:
    """Whether the target holds nothing that a restore would lose: no tables, or neither events nor accounts."""
    tables = set(connection.introspection.table_names())
    if not tables:
        return True
    if not {"core_event", "org_user"} <= tables:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM core_event) OR EXISTS (SELECT 1 FROM org_user)")
        return not cursor.fetchone()[0]


@contextmanager
def verified(file: Path, manifest: dict[str, Any]) -> Iterator[Path]:
    """The dump, proved in a scratch database: it loads, migrates, and its journal holds. Raises ``Refused``."""
    seq, digest = manifest["journal"]["seq"], manifest["journal"]["hash"]
    with _scratch(file) as url:
        _manage(url, "migrate", "--verbosity", "0")
        _manage(url, "verify_journal", *(["--anchor", f"{seq}:{digest}"] if seq else []))
        yield file


def load(file: Path) -> None:
    """Put the dump in the place of the present database, in one transaction."""
    if connection.vendor == "sqlite":
        _load_sqlite(file)
    else:
        _load_postgresql(file)
    connection.close()


def _facts() -> dict[str, Any]:
    seq, digest = journal.head()
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        migrations = [list(row) for row in cursor.fetchall()]
    return {"vendor": connection.vendor, "journal": {"seq": seq, "hash": digest}, "migrations": migrations}


# SQLite


def _dump_sqlite(directory: Path) -> tuple[Path, dict[str, Any]]:
    target = directory / "database.sqlite3"
    name = connection.settings_dict["NAME"]
    with transaction.atomic():  # the writers' queue stands still while the pages are copied
        facts = _facts()
        with closing(sqlite3.connect(name, timeout=COPY_SECONDS)) as source, closing(sqlite3.connect(target)) as copy:
            _copy_pages(source, copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    return target, facts


def _load_sqlite(file: Path) -> None:
    name = connection.settings_dict["NAME"]
    connection.close()
    queue = Queue(f"{name}.lock")
    if not queue.enter(COPY_SECONDS):
        raise Refused("other processes keep writing to the database")
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(name, timeout=5)) as target:
            _copy_pages(source, target)
    finally:
        queue.leave()


def _copy_pages(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    deadline = time.monotonic() + COPY_SECONDS

    def give_up(status: int, remaining: int, total: int) -> None:
        if remaining and time.monotonic() > deadline:
            raise Refused("the database stays locked by another process")

    source.backup(target, pages=-1, progress=give_up)


# PostgreSQL


def _dump_postgresql(directory: Path) -> tuple[Path, dict[str, Any]]:
    target = directory / "database.dump"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        facts = _facts()
        _tool("pg_dump", "-Fc", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}")
    return target, facts


def _load_postgresql(file: Path) -> None:
    script = file.with_suffix(".sql")
    _tool("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file))
    connection.close()
    _tool(
        "psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null",
        "--command=SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public",
        f"--file={script}",
    )  # fmt: skip


def _tool(program: str, *arguments: str, database: str = "") -> None:
    """Run one of PostgreSQL's own programs on the database; address and password go through the environment."""
    if shutil.which(program) is None:
        raise Refused(f"{program} is not installed; it comes with PostgreSQL's client package")
    wanted = connection.settings_dict
    options = {key: value for key, value in wanted["OPTIONS"].items() if key.startswith("ssl")}
    environ = {
        "PGHOST": wanted["HOST"],
        "PGPORT": wanted["PORT"],
        "PGUSER": wanted["USER"],
        "PGPASSWORD": wanted["PASSWORD"],
        "PGDATABASE": database or wanted["NAME"],
        "PGCONNECT_TIMEOUT": "5",
        **{f"PG{key.upper()}": value for key, value in options.items()},
    }
    given = {name: str(value) for name, value in environ.items() if value}
    done = subprocess.run([program, *arguments], env=os.environ | given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{program} failed: {_last_line(done.stderr)}")


# Proof


@contextmanager
def _scratch(file: Path) -> Iterator[str]:
    """The address of a database that holds the dump and is thrown away afterwards (SQLite: the file itself)."""
    if connection.vendor == "sqlite":
        _require_sound(file)
        yield f"sqlite:///{quote(str(file))}"
        return
    name = f"gawai_restore_{secrets.token_hex(6)}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            raise Refused("the database user may not create the scratch database in which a backup is verified")
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        _tool("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={name}", str(file))
        yield _url(name)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _require_sound(file: Path) -> None:
    try:
        with closing(sqlite3.connect(file)) as copy:
            sound = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            linked = copy.execute("PRAGMA foreign_key_check").fetchone() is None
    except sqlite3.DatabaseError as error:
        raise Refused("its database cannot be read") from error
    if not sound or not linked:
        raise Refused("its database is damaged")


def _url(name: str) -> str:
    wanted = connection.settings_dict
    user = quote(wanted["USER"], safe="")
    password = f":{quote(wanted['PASSWORD'], safe='')}" if wanted["PASSWORD"] else ""
    port = f":{wanted['PORT']}" if wanted["PORT"] else ""
    options = {key: value for key, value in wanted["OPTIONS"].items() if key.startswith("ssl")}
    host = wanted["HOST"]
    if host.startswith("/"):
        options["host"], host = host, ""
    return f"postgres://{user}{password}@{host}{port}/{name}" + (f"?{urlencode(options)}" if options else "")


def _manage(url: str, *arguments: str) -> None:
    """Run a management command of this very program on another database."""
    program = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    environ = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(settings.DATA_DIR)}
    done = subprocess.run(program, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(_last_line(done.stderr))


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return (lines or ["no reason given"])[-1].removeprefix("CommandError: ").rstrip(".")[:300]
