"""Commands that wait for a job: they take part in the queue until it has ended, and say how far it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from django.db import DatabaseError, connection

from core import jobs
from core.models import Job

POLL_SECONDS = 2
WAITING = (Job.State.QUEUED, Job.State.RUNNING)


def see_through(job: Job, tell: Callable[[str], object]) -> Job:
    """Work on what is due, this job or another, until ``job`` has ended; returns it. ``tell`` is given its per cent."""
    while (job := Job.objects.get(pk=job.pk)).state in WAITING:
        claimed, done = jobs.claim(), threading.Event()
        told = threading.Thread(target=_watch, args=(job.pk, done, tell), daemon=True)
        told.start()
        if claimed is not None:
            jobs.run(claimed, threading.Event())
        else:  # another worker has it
            done.wait(POLL_SECONDS)
        done.set()
        told.join()
    return job


def _watch(job: int, done: threading.Event, tell: Callable[[str], object]) -> None:
    try:
        while not done.wait(POLL_SECONDS):
            with suppress(DatabaseError):  # the next look will do
                progress = Job.objects.filter(pk=job).values_list("progress", flat=True).first()
                tell(f"{progress}%")
    finally:
        connection.close()
