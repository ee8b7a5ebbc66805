"""Databases of one run of the tests: migrated once, then copied for each worker and each server.

The run is the process that was started and its workers; what they share lies in one directory (see ``a_run``).
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
OWN = ("DATA_DIR", "DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "NUM_PROXIES", "TIME_ZONE", "PORT")
SHARED = "PYTEST_GAWAI_SHARED"


@dataclass(frozen=True)
class Template:
    """A data directory to copy, and on PostgreSQL the name of the database to copy with it."""

    data: str
    database: str = ""


def clean_environment(**values: str) -> dict[str, str]:
    """The environment of a process of the product: this one's without the test run's settings, plus ``values``."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OWN and not name.startswith(("GAWAI_", "DJANGO_", "PYTEST_", "COV_", "PYTHONDONTWRITE"))
    }
    return kept | values


@contextmanager
def a_run() -> Iterator[None]:
    """The directory that all processes of the run share; with it goes every database that they made."""
    with tempfile.TemporaryDirectory(prefix="gawai_") as directory:
        os.environ[SHARED] = directory
        try:
            yield
        finally:
            if postgresql_url():
                _drop(f"{_run()}%")
            del os.environ[SHARED]


def shared() -> Path:
    return Path(os.environ[SHARED])


def once(name: str, make: Callable[[], Any]) -> Any:
    """What ``make`` gave, as JSON, to the first process of the run that asked for ``name``."""
    kept = shared() / f"{name}.json"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_text(json.dumps(make()))
    return json.loads(kept.read_text())


def migrated() -> Template:
    """An empty, migrated database, and the static files."""
    return Template(**once("migrated", _migrate))


def _migrate() -> dict[str, str]:
    data = shared() / "migrated"
    environment, database = {"GAWAI_ENV": "demo", "DATA_DIR": str(data)}, ""
    if postgresql_url():
        database = _named("")
        environment["DATABASE_URL"] = address_of(database)
    for command in ("migrate", "collectstatic"):
        called = [sys.executable, str(ROOT / "manage.py"), command, "--noinput", "--verbosity", "0"]
        subprocess.run(called, env=clean_environment(**environment), cwd=ROOT, check=True, timeout=300)
    return {"data": str(data), "database": database}


@contextmanager
def this_process_has(template: Template) -> Iterator[None]:
    """Gives Django in this process a copy of ``template`` for its database: on SQLite in memory."""
    from django.db import connection

    connection.close()
    if template.database:
        connection.settings_dict["NAME"] = copied(template.database)
    else:
        connection.settings_dict["NAME"] = connection.creation._get_test_db_name()
        connection.ensure_connection()
        with closing(sqlite3.connect(Path(template.data) / "gawai.sqlite3")) as source:
            source.backup(connection.connection)
    yield
    connection.close()
    if template.database:
        drop(connection.settings_dict["NAME"])


# ---- PostgreSQL


def postgresql_url() -> str:
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def copied(database: str) -> str:
    """The name of a new database that holds what ``database`` holds; nobody may be connected to that one."""
    return _named(f'TEMPLATE "{database}"')


def _named(options: str) -> str:
    name = f"{_run()}_{secrets.token_hex(6)}"
    administer(postgresql_url(), f'CREATE DATABASE "{name}" {options}')
    return name


def _run() -> str:
    """What the names of all databases of this run begin with."""
    return shared().name


def address_of(database: str) -> str:
    return with_database(postgresql_url(), database)


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def drop(database: str) -> None:
    administer(postgresql_url(), f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _drop(like: str) -> None:
    import psycopg

    with psycopg.connect(address_of("postgres")) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [like]).fetchall()
    for (name,) in names:
        drop(name)


def administer(url: str, statement: str) -> None:
    """Run one statement outside a transaction in the server's maintenance database."""
    import psycopg

    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())
