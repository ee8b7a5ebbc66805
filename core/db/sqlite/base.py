"""SQLite whose transactions queue before they begin, so that writers neither starve nor time out in polling."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from core import plain
from core.db.queue import Queue

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
QUEUE_SECONDS = 4.0  # and 2 more of SQLite's own timeout at BEGIN: under 8 in all


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction holds its place in the queue until it is committed, rolled back or its connection closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._queue: Queue | None = None
        self.execute_wrappers.append(self._in_turn)

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        self._queue = None if self.is_in_memory_db() else Queue(f"{self.settings_dict['NAME']}.lock")
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.create_function(plain.NAME, 1, plain.in_sqlite, deterministic=True)
        return connection

    def _in_turn(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """A writing statement outside a transaction queues like one; by polling it would starve."""
        if self._queue is None or self.in_atomic_block or not sql.lstrip().upper().startswith(WRITES):
            return execute(sql, params, many, context)
        if not self._queue.enter(QUEUE_SECONDS):
            raise OperationalError("database is locked: the queue of writers is too long")
        try:
            return execute(sql, params, many, context)
        finally:
            self._leave()

    def _start_transaction_under_autocommit(self) -> None:
        if self._queue and not self._queue.enter(QUEUE_SECONDS):
            raise OperationalError("database is locked: the queue of writers is too long")
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._leave()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._queue:
            with suppress(OSError):
                self._queue.leave()
