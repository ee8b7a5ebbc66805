"""Foreign files are opened in a child process of bounded memory and time, one at a time in each worker.

A child is a module run by itself, without Django and without the environment's secrets: it is given the file on its
standard input, confines itself (``core.confined``), and ends with what it made on its standard output or with a number.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.confined import BROKEN, TOO_LARGE
from core.errors import TooMany

LINE = 6
"""So many calls wait in a worker while it opens one file; a worker has more threads than that."""
LINE_SECONDS = 6
CHILD_SECONDS = 12  # by the clock; its processor time is bounded by itself
RETRY_SECONDS = 5
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")

_places = threading.BoundedSemaphore(1 + LINE)
_turn = threading.Lock()


class Unopened(Exception):
    """The child could not do it; ``why`` is one of the numbers of ``core.confined``."""

    def __init__(self, why: int) -> None:
        super().__init__(why)
        self.why = why


def opened(module: str, file: BinaryIO, *arguments: object) -> bytes:
    """What the child ``module`` makes of ``file``, which is read only when its turn has come.

    Raises ``Unopened``, and ``TooMany`` (``busy``) where too many wait already or the turn does not come.
    """
    with _in_line():
        file.seek(0)
        try:
            done = subprocess.run(  # noqa: S603  (our own module)
                [sys.executable, "-m", module, *map(str, arguments)], input=file.read(settings.MAX_FILE_BYTES + 1),
                capture_output=True, cwd=settings.BASE_DIR, timeout=CHILD_SECONDS, check=False,
                env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise _busy() from None
    if done.returncode == 0:
        return done.stdout
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Unopened(TOO_LARGE)
    raise Unopened(done.returncode if done.returncode > 0 else BROKEN)


@contextmanager
def _in_line() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise _busy()
    try:
        if not _turn.acquire(timeout=LINE_SECONDS):
            raise _busy()
        try:
            yield
        finally:
            _turn.release()
    finally:
        _places.release()


def _busy() -> TooMany:
    detail = _("Sedang banyak berkas yang diperiksa. Coba lagi sebentar.")
    return TooMany("busy", detail, retry_after=RETRY_SECONDS)
