"""The queue of SQLite's writers: a lock on a file beside the database, taken before ``BEGIN IMMEDIATE``.

SQLite's own waiting is polling with growing pauses, in which a writer can starve. Threads of one process queue on a
``threading`` lock, processes on ``flock``; the kernel frees the latter when a process dies.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import defaultdict

PAUSE = 0.002


class Queue:
    """One place in the line of writers of the database file at ``path``. Not reentrant."""

    _threads: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def __init__(self, path: str) -> None:
        self.path = path
        self._handle: int | None = None

    def enter(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds for the turn; False when it did not come. The holder has it at once."""
        if self._handle is not None:
            return True
        deadline = time.monotonic() + timeout
        inside = self._threads[self.path]
        if not inside.acquire(timeout=timeout):
            return False
        handle = None
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            while not _taken(handle):
                if time.monotonic() >= deadline:
                    return False
                time.sleep(PAUSE)
            self._handle, handle = handle, None
            return True
        finally:
            if self._handle is None:
                inside.release()
            if handle is not None:
                os.close(handle)

    def leave(self) -> None:
        """Give the turn to the next; nothing happens when it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
            self._threads[self.path].release()


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
