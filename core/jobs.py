"""Work outside the call that asked for it. The table ``Job`` is the queue; ``run_jobs`` takes from it.

A worker claims a job by a conditional UPDATE and holds it by a lease that a thread renews while the handler works.
When the worker dies, the lease runs out and another takes the job up again, so a handler may run twice for one job and
must not leave anything behind that a second run would double. Leases follow the machine's clock.

What a package does here stands in its module ``jobs``: ``JOBS``, kind -> handler, and ``SWEEPERS``, functions that
clear away what has served its time, called whenever the job runner tidies up.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core import context
from core.context import Call
from core.discovery import of_each_package
from core.errors import DomainError
from core.models import Job

LEASE = timedelta(seconds=30)
RENEW_SECONDS = 8
LONGEST = timedelta(minutes=30)
MAX_ATTEMPTS = 5
FIRST_RETRY = timedelta(seconds=5)
KEEP_FILES = timedelta(days=7)
logger = structlog.get_logger("gawai.jobs")


@dataclass(frozen=True)
class Result:
    """What a handler made: ``file`` is moved into the store, ``filename`` is what the owner's download is called.

    ``shown``: which rows stand in it (``core.shown.pack``).
    """

    file: Path | None = None
    filename: str = ""
    rows: int | None = None
    shown: str = ""


Progress = Callable[[int], None]
Handler = Callable[[Job, Progress], Result | None]


class Stopped(Exception):
    """The worker was asked to end; the job goes back into the queue."""


class Lost(Exception):
    """Somebody else has the job: the lease ran out."""


@cache
def handlers() -> dict[str, Handler]:
    """The handlers of all installed packages, by kind."""
    return {kind: handler for jobs in of_each_package("jobs", "JOBS") for kind, handler in jobs.items()}


def sweepers() -> list[Callable[[], object]]:
    return [sweeper for sweepers in of_each_package("jobs", "SWEEPERS") for sweeper in sweepers]


def enqueue(kind: str, owner: Any = None, params: dict[str, Any] | None = None) -> Job:
    """Put work into the queue, inside the transaction that needs it. ``params`` are plain JSON values."""
    if kind not in handlers():
        raise LookupError(f"no handler for jobs of kind {kind!r}")
    return Job.objects.create(kind=kind, owner=owner, params=params or {})


def announce(kind: str, params: dict[str, Any] | None = None) -> None:
    """Tell the packages above that something happened, inside its transaction: queued when one of them handles it."""
    if kind in handlers():
        enqueue(kind, params=params)


def run_due(stop: threading.Event | None = None) -> int:
    """Run what is due, one after the other, until nothing is left or ``stop`` is set; returns how many ran."""
    ran = 0
    while not (stop and stop.is_set()):
        claimed = claim()
        if claimed is None:
            break
        run(claimed, stop or threading.Event())
        ran += 1
    return ran


def claim() -> Job | None:
    """The oldest job that is due, now held by this worker; None when there is none."""
    while True:
        now = timezone.now()
        due = Job.objects.filter(
            Q(state=Job.State.QUEUED, run_at__lte=now) | Q(state=Job.State.RUNNING, leased_until__lt=now)
        )
        found = due.order_by("run_at", "id").first()
        if found is None:
            return None
        if found.attempts >= MAX_ATTEMPTS:
            _finish(found, Job.State.FAILED, error="worker_died")
            continue
        mine = due.filter(pk=found.pk, attempts=found.attempts)
        if _update(mine, state=Job.State.RUNNING, attempts=F("attempts") + 1, leased_until=now + LEASE, progress=0):
            found.refresh_from_db()
            return found


def run(claimed: Job, stop: threading.Event) -> None:
    """Run one claimed job to its end: done, failed, or back in the queue for another attempt."""
    call = Call(request_id=f"job-{claimed.pk}-{uuid.uuid4().hex[:8]}")
    log = logger.bind(job=claimed.pk, kind=claimed.kind, attempt=claimed.attempts)
    started = time.monotonic()
    with context.serving(call), structlog.contextvars.bound_contextvars(request_id=call.request_id):
        try:
            with _renewed(claimed):
                result = handlers()[claimed.kind](claimed, _Progress(claimed, stop)) or Result()
                _finish(claimed, Job.State.DONE, progress=100, error="", **_kept(result))
            log.info("job_done", ms=round((time.monotonic() - started) * 1000), rows=result.rows)
        except Stopped:
            _update(_holding(claimed), state=Job.State.QUEUED, leased_until=None, attempts=F("attempts") - 1)
        except Lost:
            log.warning("job_lost")
        except DomainError as refusal:
            _finish(claimed, Job.State.FAILED, error=_told(refusal)[:300])
            log.info("job_refused", code=refusal.code)
        except Exception as error:  # a handler's fault must not end the worker
            log.error("job_error", exc_info=error)
            _try_later(claimed)


def sweep(now: Any = None) -> None:
    """Remove jobs that ended more than seven days ago, with their files."""
    now = now or timezone.now()
    for old in Job.objects.filter(finished_at__lt=now - KEEP_FILES).iterator():
        if old.file:
            old.file.delete(save=False)
        old.delete()


class _Progress:
    """``progress(percent)`` for a handler: written at most once a second; raises when the worker is to end."""

    def __init__(self, claimed: Job, stop: threading.Event) -> None:
        self.claimed, self.stop, self.written_at = claimed, stop, 0.0

    def __call__(self, percent: int) -> None:
        if self.stop.is_set():
            raise Stopped
        if time.monotonic() - self.written_at < 1:
            return
        self.written_at = time.monotonic()
        if not _update(_holding(self.claimed), progress=max(0, min(99, int(percent)))):
            raise Lost


@contextmanager
def _renewed(claimed: Job) -> Iterator[None]:
    """Renew the lease from a second thread while the handler works, though not for ever."""
    done = threading.Event()
    thread = threading.Thread(target=_renew, args=(claimed, done), daemon=True, name=f"lease-{claimed.pk}")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=5)


def _renew(claimed: Job, done: threading.Event) -> None:
    give_up = time.monotonic() + LONGEST.total_seconds()
    try:
        while not done.wait(RENEW_SECONDS) and time.monotonic() < give_up:
            try:
                _update(_holding(claimed), leased_until=timezone.now() + LEASE)
            except DatabaseError:
                logger.warning("lease_not_renewed", job=claimed.pk)
    finally:
        connection.close()


def _update(rows: QuerySet[Job], /, **changes: Any) -> int:
    with transaction.atomic():  # on SQLite a transaction queues with the other writers, a bare statement does not
        return rows.update(**changes)


def _holding(claimed: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=claimed.pk, state=Job.State.RUNNING, attempts=claimed.attempts)


def _kept(result: Result) -> dict[str, Any]:
    """Move the result into the store under a name of our own; returns the fields that tell of it."""
    if result.file is None:
        return {"rows": result.rows}
    name = f"jobs/{timezone.now():%Y/%m}/{uuid.uuid4().hex}{result.file.suffix.lower()[:8]}"
    target = Path(settings.MEDIA_ROOT) / name
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with result.file.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    shutil.move(result.file, target)
    target.chmod(0o600)
    told = {"filename": result.filename[:150], "rows": result.rows, "shown": result.shown}
    return {"file": name, "sha256": digest, **told}


def _finish(claimed: Job, state: str, **changes: Any) -> None:
    if not _update(_holding(claimed), state=state, finished_at=timezone.now(), leased_until=None, **changes):
        raise Lost


def _told(refusal: DomainError) -> str:
    named = [f"{fault.field}: {fault.detail}" for fault in refusal.faults if fault.detail != refusal.detail]
    return "; ".join(named) or str(refusal.detail)


def _try_later(claimed: Job) -> None:
    if claimed.attempts >= MAX_ATTEMPTS:
        _finish(claimed, Job.State.FAILED, error="internal_error")
        return
    wait = FIRST_RETRY * 2 ** (claimed.attempts - 1)
    again = timezone.now() + wait
    _update(_holding(claimed), state=Job.State.QUEUED, leased_until=None, error="internal_error", run_at=again)
