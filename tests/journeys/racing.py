"""Many calls at the same instant, and what is asked of their answers."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.server import Answer

LONG = os.environ.get("GAWAI_LONG") == "1"
Call = Callable[[], Answer]


def at_once(calls: Sequence[Call]) -> list[Answer]:
    """Every call from a thread of its own, let go together; the answers in the order of the calls."""
    barrier = threading.Barrier(len(calls))

    def run(call: Call) -> Answer:
        barrier.wait(timeout=30)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def by_status(answers: Sequence[Answer]) -> dict[int, int]:
    return dict(Counter(answer.status for answer in answers))


def codes(answers: Sequence[Answer], status: int) -> set[str]:
    """The error codes of the answers with this status."""
    return {answer.json()["code"] for answer in answers if answer.status == status}


class Load:
    """Workers that call without pause for some seconds. Keeps how long each call took, by worker and status."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.taken: dict[str, list[float]] = {}
        self.statuses: Counter[int] = Counter()
        self._lock = threading.Lock()

    def run(self, workers: dict[str, list[Call]]) -> None:
        """``workers``: for each kind of worker its calls, each repeated by a thread of its own."""
        threads = [
            threading.Thread(target=self._repeat, args=(kind, call))
            for kind, calls in workers.items()
            for call in calls
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _repeat(self, kind: str, call: Call) -> None:
        while (started := time.monotonic()) < self.until:
            answer = call()
            with self._lock:
                self.taken.setdefault(kind, []).append(time.monotonic() - started)
                self.statuses[answer.status] += 1

    def summary(self, kind: str, seconds: float) -> str:
        taken = sorted(self.taken[kind])
        p50, p95, p99 = (taken[min(len(taken) - 1, int(len(taken) * part))] for part in (0.5, 0.95, 0.99))
        rate = len(taken) / seconds
        return f"{kind}: {rate:.0f}/s, p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms"
