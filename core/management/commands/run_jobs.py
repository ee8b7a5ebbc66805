"""Run the jobs in the queue. The app server starts this beside its workers with ``--loop``."""

from __future__ import annotations

import os
import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

import structlog
from django.db import Error, close_old_connections, connections

from core import commands, files, jobs, signing_in
from core.sessions import SessionStore

PAUSE_SECONDS = 0.5
TIDY_SECONDS = 600
logger = structlog.get_logger("gawai.jobs")


class Command(commands.Command):
    help = "Run the jobs that are due, then end (--once, the default), or go on until a signal (--loop)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--once", action="store_true", help="run what is due and end")
        group.add_argument("--loop", action="store_true", help="go on until SIGTERM or until the parent is gone")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        if options["loop"]:
            _loop(stop)
        else:
            ran = jobs.run_due(stop)
            tidy()
            self.stdout.write(f"{ran} jobs run")


def _loop(stop: threading.Event) -> None:
    """Poll until stopped. A database that is away is waited for; nothing but a signal ends the loop."""
    parent, tidied_at = os.getppid(), 0.0
    logger.info("jobs_started")
    while not stop.wait(PAUSE_SECONDS) and os.getppid() == parent:
        try:
            close_old_connections()
            jobs.run_due(stop)
            if time.monotonic() - tidied_at > TIDY_SECONDS or not tidied_at:
                tidied_at = time.monotonic()
                tidy()
        except (Error, OSError, jobs.Lost) as error:
            logger.warning("jobs_wait", reason=type(error).__name__)
            connections.close_all()
            stop.wait(2)


def tidy() -> None:
    """What has served its time goes: old results, ended sessions, forgotten login attempts, files nobody refers to."""
    jobs.sweep()
    SessionStore.clear_expired()
    signing_in.forget_old()
    files.sweep()
    for sweeper in jobs.sweepers():
        sweeper()
