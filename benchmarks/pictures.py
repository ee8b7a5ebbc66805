"""What photos cost the app server: memory above rest for one of each kind, and how long others wait beside eight.

python -m benchmarks.pictures

The samples are ordinary photos, each among the largest of its kind that is accepted. Wanted: at most 150 MB above rest
for any of them, and a bystander's p95 of at most a second while eight are handed in at once.
"""

from __future__ import annotations

import io
import os
import statistics
import tempfile
import threading
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from PIL import Image

from tests.databases import SHARED
from tests.server import Client, Server, running

MEGABYTE = 1024 * 1024
ROUNDS, AT_ONCE = 3, 8
PREPARE = """
from org import tokens
from tests import base
cast = base.make_cast()
print("made", base.an_asset(cast).pk, tokens.issue(cast.clerk, name="bench")[1])
"""
SAMPLES: dict[str, tuple[str, tuple[int, int], str, dict[str, Any]]] = {
    "JPEG of 12 megapixels": ("JPEG", (4000, 3000), "RGB", {"quality": 85}),
    "JPEG of 48 megapixels": ("JPEG", (8000, 6000), "RGB", {"quality": 70}),
    "progressive JPEG of 12, no subsampling": (
        "JPEG", (4000, 3000), "RGB", {"quality": 85, "progressive": True, "subsampling": 0},
    ),
    "progressive JPEG of 20 megapixels": ("JPEG", (5160, 3872), "RGB", {"quality": 75, "progressive": True}),
    "PNG of 12 megapixels": ("PNG", (4000, 3000), "RGB", {"compress_level": 1}),
    "PNG of 10, transparent": ("PNG", (3600, 2800), "RGBA", {"compress_level": 1}),
    "grey scan of 19, 16 bits": ("PNG", (4400, 4400), "I;16", {"compress_level": 1}),
    "WebP of 5 megapixels": ("WEBP", (2560, 1920), "RGB", {"quality": 80, "method": 0}),
    "WebP of 5, transparent": ("WEBP", (2560, 1920), "RGBA", {"quality": 80, "method": 0}),
}  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="gawai-bench-") as shared:
        os.environ[SHARED] = shared
        _measure()


def _measure() -> None:
    with running() as server:
        _made, asset, token = server.shell(PREPARE).split()[-3:]
        path = f"/api/v1/assets/{asset}/report-condition/"
        clients = [server.client(token) for _ in range(AT_ONCE + 1)]
        for name, (kind, size, mode, options) in SAMPLES.items():
            content = _picture(kind, size, mode, options)
            _memory(server, clients[0], path, name, content)
        content = _picture(*SAMPLES["progressive JPEG of 12, no subsampling"])
        _bystander(clients, path, content)


def _picture(kind: str, size: tuple[int, int], mode: str, options: dict[str, Any]) -> bytes:
    """Soft noise, which packs like a photo."""
    image = Image.effect_noise((size[0] // 16, size[1] // 16), 60).resize(size, Image.Resampling.BICUBIC)
    out = io.BytesIO()
    image.convert(mode).save(out, kind, **options)
    return out.getvalue()


def _memory(server: Server, client: Client, path: str, name: str, content: bytes) -> None:
    """One after the other, so that each finds the server at rest."""
    client.get("/api/v1/me/")
    rest, peaks, ended = _resident(server), [0], threading.Event()

    def watch() -> None:
        while not ended.is_set():
            peaks.append(_resident(server))
            time.sleep(0.003)

    watcher = threading.Thread(target=watch)
    watcher.start()
    started = time.perf_counter()
    status = _send(client, path, content)
    seconds = time.perf_counter() - started
    ended.set()
    watcher.join()
    above = (max(peaks) - rest) / MEGABYTE
    print(f"{name:40}{len(content) / MEGABYTE:6.1f} MB{status:6}{seconds:7.2f} s{above:8.0f} MB above rest")  # noqa: T201


def _bystander(clients: list[Client], path: str, content: bytes) -> None:
    """Eight hand in photos, again and again, while one asks who he is."""
    statuses: Counter[int] = Counter()
    alone = [_asked(clients[-1]) for _ in range(40)]

    def hand_in(client: Client) -> None:
        for _round in range(ROUNDS):
            statuses[_send(client, path, content)] += 1

    senders = [threading.Thread(target=hand_in, args=[each]) for each in clients[:-1]]
    for each in senders:
        each.start()
    beside = []
    while any(each.is_alive() for each in senders):
        beside.append(_asked(clients[-1]))
        time.sleep(0.02)
    for name, seconds in (("alone", alone), (f"beside {AT_ONCE} photos", beside)):
        p95 = statistics.quantiles(seconds, n=20)[18]
        print(f"bystander {name:20}{len(seconds):5} calls, p95 {p95 * 1000:5.0f} ms, longest {max(seconds):.2f} s")  # noqa: T201
    print(f"photos: {dict(statuses)}, load of the machine {os.getloadavg()[0]:.1f}")  # noqa: T201


def _asked(client: Client) -> float:
    started = time.perf_counter()
    client.get("/api/v1/me/")
    return time.perf_counter() - started


def _send(client: Client, path: str, content: bytes) -> int:
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="condition"\r\n\r\ngood\r\n'.encode(),
        f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="foto"\r\n\r\n'.encode(),
        content, f"\r\n--{boundary}--\r\n".encode(),
    ]  # fmt: skip
    kind = f"multipart/form-data; boundary={boundary}"
    return client.request("POST", path, b"".join(parts), {"Content-Type": kind}, timeout=120).status


def _resident(server: Server) -> int:
    """Resident bytes of the server and all its children."""
    group, total = os.getpgid(server.process.pid if server.process else 0), 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE") if int(fields[2]) == group else 0
    return total


if __name__ == "__main__":
    main()
