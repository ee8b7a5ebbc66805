"""Times calls over kept-alive connections, round robin over the servers, so that drift hits all alike."""

from __future__ import annotations

import http.client
import json
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request to one server; ``body`` is made anew for each call."""

    port: int
    method: str
    path: str
    headers: dict[str, str]
    body: Callable[[], dict[str, Any]] | None = None


Cases = dict[str, dict[str, Callable[[], Call]]]


def measure(cases: Cases, *, rounds: int, clients: int) -> dict[str, dict[str, dict[str, float]]]:
    """p50 and p95 in milliseconds, and bytes, per case and server. Every answer must be a success."""
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    sizes: dict[tuple[str, str], int] = {}
    lock = threading.Lock()

    def work() -> None:
        connections: dict[int, http.client.HTTPConnection] = {}
        for _ in range(rounds):
            for case, servers in cases.items():
                for server, make in servers.items():
                    seconds, size = _send(connections, make())
                    with lock:
                        times[case, server].append(seconds)
                        sizes[case, server] = size

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    found: dict[str, dict[str, dict[str, float]]] = defaultdict(dict)
    for (case, server), seconds in times.items():
        cuts = statistics.quantiles(seconds, n=20)
        found[case][server] = {
            "p50_ms": statistics.median(seconds) * 1000, "p95_ms": cuts[18] * 1000, "bytes": sizes[case, server],
        }  # fmt: skip
    return found


def _send(connections: dict[int, http.client.HTTPConnection], call: Call) -> tuple[float, int]:
    connection = connections.setdefault(call.port, http.client.HTTPConnection("127.0.0.1", call.port, timeout=30))
    headers = dict(call.headers)
    payload = None
    if call.body is not None:
        payload = json.dumps(call.body()).encode()
        headers["Content-Type"] = "application/json"
    started = time.perf_counter()
    connection.request(call.method, call.path, payload, headers)
    answer = connection.getresponse()
    content = answer.read()
    seconds = time.perf_counter() - started
    if answer.status >= 300:
        raise RuntimeError(f"{call.method} {call.path}: {answer.status} {content[:300]!r}")
    return seconds, len(content)
