"""Liveness and readiness: one word each, within two seconds, whatever the database does."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests.databases import administer
from tests.server import Server, running

pytestmark = pytest.mark.servers
SQLITE = connection.vendor == "sqlite"
on_sqlite = pytest.mark.skipif(not SQLITE, reason="a fault of SQLite's files")
on_postgresql = pytest.mark.skipif(SQLITE, reason="a fault of a database server")


@pytest.fixture(scope="module")
def patient() -> Iterator[Server]:
    """A server of its own: these tests break its database."""
    with running() as server:
        yield server


def file_of(server: Server) -> Path:
    return server.data_dir / "gawai.sqlite3"


def require_unready(server: Server) -> None:
    started = time.monotonic()
    answer = server.client().get("/readyz")
    assert time.monotonic() - started <= 2
    assert (answer.status, answer.text) == (503, "unavailable")
    assert (server.client().get("/healthz").status, server.client().get("/healthz").text) == (200, "ok")


@contextmanager
def broken(server: Server) -> Iterator[None]:
    assert server.client().get("/readyz").text == "ok"
    yield
    require_unready(server)


def test_a_healthy_service_says_ok_and_nothing_else(patient: Server) -> None:
    for path in ("/healthz", "/readyz"):
        answer = patient.client().get(path)
        assert (answer.status, answer.text, answer.headers["Cache-Control"]) == (200, "ok", "no-store")
        assert patient.client().request("HEAD", path).status == 200
        assert patient.client().post(path).status == 405
        assert patient.client().get(path, headers={"Host": "10.1.2.3"}).status == 200


@on_sqlite
def test_a_locked_file_is_unready_and_recovers(patient: Server) -> None:
    with closing(sqlite3.connect(file_of(patient), isolation_level=None)) as holder:
        with broken(patient):
            holder.execute("BEGIN EXCLUSIVE")
        holder.execute("ROLLBACK")
    patient.wait_until_ready(5)


@on_sqlite
def test_a_file_that_is_gone_is_unready_and_recovers(patient: Server) -> None:
    away = file_of(patient).with_suffix(".away")
    with broken(patient):
        file_of(patient).rename(away)
    assert not file_of(patient).exists()
    away.rename(file_of(patient))
    patient.wait_until_ready(5)


@on_sqlite
def test_a_read_only_file_or_directory_is_unready(patient: Server) -> None:
    for path, usual in ((file_of(patient), 0o644), (patient.data_dir, 0o755)):
        with broken(patient):
            path.chmod(0o555)
        path.chmod(usual)
        patient.wait_until_ready(5)


def name_of(server: Server) -> str:
    return server.database


@on_postgresql
def test_a_database_that_is_gone_is_unready_and_recovers(patient: Server) -> None:
    url = os.environ["DATABASE_URL"]
    with broken(patient):
        administer(url, f'ALTER DATABASE "{name_of(patient)}" ALLOW_CONNECTIONS false')
        administer(url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name_of(patient)}'")
    answer = patient.client().post("/admin/login/", form={"username": "a", "password": "b"})
    assert answer.status in (403, 503)
    administer(url, f'ALTER DATABASE "{name_of(patient)}" ALLOW_CONNECTIONS true')
    patient.wait_until_ready(5)


@on_postgresql
def test_a_read_only_database_is_unready(patient: Server) -> None:
    url = os.environ["DATABASE_URL"]
    with broken(patient):
        administer(url, f'ALTER DATABASE "{name_of(patient)}" SET default_transaction_read_only = on')
    administer(url, f'ALTER DATABASE "{name_of(patient)}" RESET default_transaction_read_only')
    patient.wait_until_ready(5)


@on_postgresql
def test_a_locked_table_is_unready(patient: Server) -> None:
    import psycopg

    with psycopg.connect(patient.environment["DATABASE_URL"]) as holder, broken(patient):
        holder.execute("LOCK TABLE core_event IN ACCESS EXCLUSIVE MODE")
        require_unready(patient)
        holder.rollback()
        patient.wait_until_ready(5)
        holder.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
    patient.wait_until_ready(5)


def test_a_missing_migration_is_unready(patient: Server) -> None:
    with broken(patient):
        patient.rows("UPDATE django_migrations SET name = 'x' WHERE app = 'core' AND name = '0001_initial'")
    patient.rows("UPDATE django_migrations SET name = '0001_initial' WHERE app = 'core' AND name = 'x'")
    patient.wait_until_ready(5)


def test_a_missing_guard_is_unready_until_migrate(patient: Server) -> None:
    on = "" if SQLITE else " ON core_event"
    with broken(patient):
        patient.rows(f"DROP TRIGGER gawai_guard_core_event_delete{on}")
    patient.manage("migrate", "--verbosity", "0")
    patient.wait_until_ready(5)
