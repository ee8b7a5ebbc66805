"""Starts the floor and the app, interleaves the same requests, prints ratios and writes them as JSON.

make bench-data N=100000 && make bench
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import random
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any

from benchmarks import data
from benchmarks.client import Call, Cases, measure

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
FLOOR_PORT, APP_PORT = 8901, 8902
API = "/api/v1"
TARGETS = {
    "list": 5.0,
    "filter and search": 5.0,
    "deep page (keyset)": 5.0,
    "detail": 4.0,
    "create": 7.0,
    "change of state": 7.0,
}


def main() -> None:
    data.prepare()
    from django.core.management import call_command

    from assets.models import Asset

    call_command("collectstatic", interactive=False, verbosity=0)

    count = Asset.objects.count()
    if not count:
        sys.exit("No data yet: make bench-data N=100000")
    ids = list(Asset.objects.filter(tag__startswith="BM-").order_by("pk").values_list("pk", flat=True))
    environ = {**os.environ, "PORT": str(APP_PORT)}
    floor = [sys.executable, "-m", "gunicorn", "-c", str(HERE / "floor_conf.py"), "benchmarks.floor:application"]
    app = [sys.executable, "-m", "gunicorn"]
    with _server(floor, FLOOR_PORT, "/list", environ), _server(app, APP_PORT, "/readyz", environ) as served:
        token = _token()
        cases = _cases(ids, token)
        measure(cases, rounds=20, clients=1)
        found: dict[str, Any] = {"assets": count}
        for clients, rounds in ((1, 100), (8, 40)):
            found[f"{clients} clients"] = measure(cases, rounds=rounds, clients=clients)
        found["sql"] = _statements(ids, token)
        found["peak_memory_mb"] = served.peak_memory_mb()
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(found, indent=2))
    _print(found)


class _server:  # noqa: N801  (a context manager used like a function)
    def __init__(self, command: list[str], port: int, path: str, environ: dict[str, str]) -> None:
        self.command, self.address, self.environ = command, f"http://127.0.0.1:{port}{path}", environ

    def __enter__(self) -> _server:
        log = open(os.devnull, "w")  # noqa: PTH123  (lives as long as the server)
        self.process = subprocess.Popen(  # noqa: S603  (our own servers)
            self.command, env=self.environ, cwd=HERE.parent, stdout=log, stderr=log
        )
        for _ in range(150):
            try:
                urllib.request.urlopen(self.address, timeout=2).read()  # noqa: S310  (our own loopback address)
                return self
            except OSError:
                time.sleep(0.2)
        self.process.kill()
        raise SystemExit(f"{self.address} does not answer")

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait(30)

    def peak_memory_mb(self) -> float:
        """The largest peak of one worker."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        peaks = []
        for pid in children:
            status = Path(f"/proc/{pid}/status").read_text()
            peaks += [int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")]
        return round(max(peaks), 1)


def _token() -> str:
    body = json.dumps({"username": "bench", "password": data.PASSWORD}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{APP_PORT}{API}/auth/token/", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.load(answer)["token"]


def _cases(ids: list[int], token: str) -> Cases:
    from assets.models import DeviceType
    from org.models import Unit

    pick = random.Random(7)  # noqa: S311
    unit = Unit.objects.get(code="32.01.DISKOMINFO").pk
    kind = DeviceType.objects.order_by("pk").first().pk  # type: ignore[union-attr]
    ours = {"Authorization": f"Bearer {token}"}
    deep = ids[int(len(ids) * 0.9)]
    cursor = base64.urlsafe_b64encode(json.dumps([["pk"], False, [deep]], separators=(",", ":")).encode())
    cursor_text = cursor.decode().rstrip("=")
    serial = itertools.count(time.time_ns())
    conditions = itertools.cycle(["good", "lightly_damaged"])

    def floor(path: str, body: Any = None) -> Any:
        return lambda: Call(FLOOR_PORT, "POST" if body else "GET", path() if callable(path) else path, {}, body)

    def app(path: Any, body: Any = None) -> Any:
        def make() -> Call:
            headers = {**ours, "Idempotency-Key": str(uuid.uuid4())} if body else ours
            where = path() if callable(path) else path
            return Call(APP_PORT, "POST" if body else "GET", f"{API}/{where}", headers, body)

        return make

    def device() -> dict[str, Any]:
        return {"tag": f"NEW-{next(serial)}", "device_type": kind, "brand": "Merek", "model": "Tipe", "unit": unit}

    def report() -> dict[str, Any]:
        return {"condition": next(conditions), "note": ""}

    return {
        "list": {"floor": floor("/list"), "gawai": app("assets/?cursor=")},
        "list with count": {"floor": floor("/list"), "gawai": app("assets/")},
        "filter and search": {
            "floor": floor("/filter?condition=good&search=samsung"),
            "gawai": app("assets/?cursor=&condition=good&search=samsung"),
        },
        "deep page (keyset)": {"floor": floor(f"/list?after={deep}"), "gawai": app(f"assets/?cursor={cursor_text}")},
        "deep page (offset)": {"floor": floor(f"/list?after={deep}"), "gawai": app("assets/?offset=90000")},
        "detail": {
            "floor": floor(lambda: f"/detail?id={pick.choice(ids)}"),
            "gawai": app(lambda: f"assets/{pick.choice(ids)}/"),
        },
        "create": {"floor": floor("/create", device), "gawai": app("assets/", device)},
        "change of state": {
            "floor": floor("/change", lambda: {**report(), "id": pick.choice(ids)}),
            "gawai": app(lambda: f"assets/{pick.choice(ids)}/report-condition/", report),
        },
    }  # fmt: skip


def _statements(ids: list[int], token: str) -> dict[str, int]:
    """SQL statements per call, counted in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"Authorization": f"Bearer {token}", "Host": f"127.0.0.1:{APP_PORT}"})
    found = {}
    for name, servers in _cases(ids, token).items():
        call = servers["gawai"]()
        with CaptureQueriesContext(connection) as captured:
            body = json.dumps(call.body()) if call.body else None
            answer = client.generic(
                call.method, call.path, body or "", content_type="application/json",
                headers={k: v for k, v in call.headers.items() if k != "Authorization"},
            )  # fmt: skip
        if answer.status_code >= 300:
            raise SystemExit(f"{name}: {answer.status_code} {answer.content[:300]!r}")
        found[name] = len(captured)
    return found


def _print(found: dict[str, Any]) -> None:
    heads = ("clients", "floor p50", "gawai p50", "ratio", "aim", "p95/p50", "SQL", "bytes")
    lines = [f"{found['assets']} devices, peak of a worker {found['peak_memory_mb']} MB"]
    lines.append(f"{'':22}" + "".join(f"{head:>11}" for head in heads))
    for clients in (1, 8):
        for case, servers in found[f"{clients} clients"].items():
            floor, ours = servers["floor"], servers["gawai"]
            figures = (
                clients,
                f"{floor['p50_ms']:.1f} ms",
                f"{ours['p50_ms']:.1f} ms",
                f"{ours['p50_ms'] / floor['p50_ms']:.1f}",
                f"{TARGETS[case]:.0f}" if case in TARGETS else "",
                f"{ours['p95_ms'] / ours['p50_ms']:.1f}",
                found["sql"][case],
                ours["bytes"],
            )
            lines.append(f"{case:22}" + "".join(f"{figure:>11}" for figure in figures))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
