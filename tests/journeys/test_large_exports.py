"""G9: three exports of 100,000 rows asked for at once, by the real server and its job runner; others are answered."""

from __future__ import annotations

import os
import re
import threading
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from xml.parsers import expat
from zipfile import ZipFile

import pytest

from tests.journeys.racing import at_once
from tests.journeys.world import World, a_world

ROWS = 100_000
MEGABYTES = 400
FILL = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows})
INSERT INTO assets_asset (created_at, updated_at, version, tag, nibar, device_type_id, brand, model, serial_number,
    register_number, imei_1, imei_2, condition, unit_id, price, acquired_on, fund_source, note, retirement_number)
SELECT CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 1, 'BM-' || (1000000 + n), '120213201000000000000000000000000' || n,
    {device_type}, 'Samsung', 'Galaxy Tab A9+', 'SN' || (5000000 + n), '', '', '', 'good', {unit}, 1000000 + n,
    '2024-01-31', 'pad', '', ''
FROM numbers
"""


@pytest.fixture(scope="module")
def server() -> Iterator[World]:
    """A register of 100,000 devices."""
    with a_world() as world:
        world.server.rows(FILL.format(rows=ROWS, device_type=world.tripod, unit=world.diskominfo))
        yield world


def processes(world: World) -> set[int]:
    """The server's process, its workers and the job runner: one process group."""
    assert world.server.process is not None
    group = world.server.process.pid
    found = {int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()}
    return {pid for pid in found if _group_of(pid) == group}


def _group_of(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def megabytes(pids: set[int]) -> float:
    """What the processes hold in memory together, pages that they share counted once (``Pss``)."""
    told = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids]
    return sum(int(re.search(r"^Pss:\s+(\d+) kB", each, re.MULTILINE)[1]) for each in told) / 1024


class Others:
    """Somebody who goes on reading, and looks at the server's memory each time round."""

    READS = ("assets/?limit=50", "assets/?search=BM-1004711", "worklists/", "requests/", "me/")

    def __init__(self, world: World) -> None:
        self.world, self.done = world, threading.Event()
        self.statuses: Counter[int] = Counter()
        self.memory: list[float] = []
        self.thread = threading.Thread(target=self._read)

    def _read(self) -> None:
        while not self.done.is_set():
            self.memory.append(megabytes(processes(self.world)))
            self.statuses.update(self.world["verifikator"].call("GET", path).status for path in self.READS)

    def __enter__(self) -> Others:
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.done.set()
        self.thread.join()


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from /proc")
def test_three_large_exports_at_once_are_whole_and_small_in_memory_and_hold_up_nobody(server: World):
    orders = [{"kind": "assets", "format": form} for form in ("xlsx", "csv", "xlsx")]
    asked = at_once([lambda body=body: server["pengurus"].call("POST", "exports/", body) for body in orders])
    with Others(server) as others:
        made = [server.finished("pengurus", answer.headers["Location"], seconds=280) for answer in asked]

    assert [answer.status for answer in asked] == [202] * 3
    assert len(processes(server)) >= 4
    assert max(others.memory) <= MEGABYTES
    assert set(others.statuses) == {200}
    assert len(others.memory) >= 3
    for job, content in made:
        assert job["rows"] == ROWS
        assert tags_in(content, job["filename"]) == {f"BM-{1_000_000 + n}" for n in range(1, ROWS + 1)}


def tags_in(content: bytes, name: str) -> set[str]:
    """The tags of a file; a workbook's sheet is read as XML, since making cells of it takes longer than the export."""
    if name.endswith(".csv"):
        return {line.split(",", 1)[0] for line in content.decode("utf-8-sig").splitlines()[1:]}
    with ZipFile(BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    expat.ParserCreate().Parse(sheet, True)
    return {tag.decode() for tag in re.findall(rb'<c r="A\d+"[^>]*><is><t>(BM-\d+)</t>', sheet)}
