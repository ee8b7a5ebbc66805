"""``/healthz``: the process answers. ``/readyz``: it can also read and write the register.

Neither tells a stranger more than one word. A probe uses its own short connection and ends within two seconds,
whatever the database does.
"""

from __future__ import annotations

import copy
import stat
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

import structlog
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from core import faults, guards
from core.db.queue import Queue

PROBE_SECONDS = 1.7
QUEUE_SECONDS = 0.8
logger = structlog.get_logger("gawai.health")


class Unready(Exception):
    """Why the register cannot be used now; for the log only."""


class HealthMiddleware:
    """Answers before hosts are checked: a balancer asks by address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path not in ("/healthz", "/readyz"):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            response: HttpResponse = faults.answer(request, 405)
            response.headers["Allow"] = "GET, HEAD"
            return response
        good = request.path == "/healthz" or is_ready()
        word, status = ("ok", 200) if good else ("unavailable", 503)
        response = HttpResponse(word, status=status, content_type="text/plain; charset=utf-8")
        response.headers["Cache-Control"] = "no-store"
        return response


class _Prober:
    """One probe at a time; callers that come meanwhile share its answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._running: Future[None] | None = None

    def is_ready(self) -> bool:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readiness")
            if self._running is None or self._running.done():
                self._running = self._pool.submit(probe)
            running = self._running
        try:
            running.result(timeout=PROBE_SECONDS)
        except Exception as error:  # whatever is wrong, the answer is the same word
            logger.warning("unready", reason=str(error)[:200] or type(error).__name__)
            return False
        return True


_prober = _Prober()


def is_ready() -> bool:
    """Whether the register can be read and written now, as ``/readyz`` says."""
    return _prober.is_ready()


def probe() -> None:
    """Raise unless the database can be read and written, is migrated and has its guards."""
    connection = _impatient(connections.create_connection(DEFAULT_DB_ALIAS))
    try:
        if connection.vendor == "sqlite":
            _probe_sqlite(connection)
        else:
            _probe_postgresql(connection)
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            if not _migrations() <= set(cursor.fetchall()):
                raise Unready("migrations are missing")
            cursor.execute("SELECT seq FROM core_event ORDER BY seq DESC LIMIT 1")
        if guards.missing(connection):
            raise Unready("guards are missing")
    finally:
        connection.close()


@cache
def _migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations)


def _impatient(connection: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    connection.settings_dict = copy.deepcopy(connection.settings_dict)
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        options["timeout"] = 0.6
    else:
        options |= {"connect_timeout": 2, "options": "-c statement_timeout=1200 -c lock_timeout=1200"}
    return connection


def _probe_sqlite(connection: BaseDatabaseWrapper) -> None:
    file = Path(connection.settings_dict["NAME"])
    if not file.is_file():
        raise Unready("the database file is gone")
    for path in (file, file.parent):
        if not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
            raise Unready("the database is read-only")
    queue = Queue(f"{file}.lock")
    if not queue.enter(QUEUE_SECONDS):
        raise Unready("the queue of writers does not move")
    try:
        with connection.cursor() as cursor:
            # Changing the header and taking it back needs the lock, the file and room for a journal beside it.
            cursor.execute("BEGIN IMMEDIATE")
            try:
                cursor.execute(f"PRAGMA user_version = {cursor.execute('PRAGMA user_version').fetchone()[0]}")
            finally:
                cursor.execute("ROLLBACK")
    finally:
        queue.leave()


def _probe_postgresql(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_read_only')")
        if cursor.fetchone()[0] == "on":
            raise Unready("the database is read-only")
