"""A register of N devices in from Excel, out, and back in unchanged: time and peak memory of each step, and how long
others had to wait to write.

python -m benchmarks.imports 100000

Each step is a process of its own on a throw-away database: SQLite in a temporary directory, or DATABASE_URL (emptied
by nobody: give it an empty one).
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STEPS = ("prepare", "fill", "read", "apply", "export", "read back", "apply back")
TITLES = (
    "Label", "NIBAR", "Jenis perangkat", "Merek", "Tipe", "Nomor seri", "IMEI 1", "Kondisi", "Kode unit pencatat",
    "Tanggal perolehan", "Nilai perolehan", "Sumber dana", "Catatan",
)  # fmt: skip


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="gawai-bench-") as folder:
        settings = {"DATA_DIR": folder, "GAWAI_ENV": "development", "DJANGO_SETTINGS_MODULE": "config.settings"}
        for step in STEPS:
            command = [sys.executable, "-m", "benchmarks.imports", step, str(rows), folder]
            subprocess.run(command, env={**os.environ, **settings}, check=True)  # noqa: S603  (ourselves)


def run(step: str, rows: int, folder: Path) -> None:
    import django

    django.setup()
    started = time.perf_counter()
    told = globals()[step.replace(" ", "_")](rows, folder)
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {"seconds": round(seconds, 1), "cpu": round(used.ru_utime + used.ru_stime, 1)}
    print(json.dumps({"step": step, **figures, "peak_mb": used.ru_maxrss // 1024, "told": told}), flush=True)  # noqa: T201


def prepare(_rows: int, _folder: Path) -> str:
    from django.core.management import call_command

    from assets.models import DeviceType, Family
    from org.models import Unit, User

    call_command("migrate", verbosity=0)
    User.objects.create(username="bench", is_superuser=True)
    root = Unit.objects.create(code="32.01", name="Kabupaten Contoh", kind="regency")
    Unit.objects.create(code="32.01.DISKOMINFO", name="Diskominfo", kind="agency", parent=root)
    family = Family.objects.create(code="hp", name="HP")
    DeviceType.objects.create(code="smartphone", name="Smartphone", family=family)
    return "empty register"


def fill(rows: int, folder: Path) -> str:
    """Write the workbook that will be read in."""
    from core import clock
    from documents.layout import Column, Cover, Layout
    from documents.workbook import SafeWorkbook

    layout = Layout("Perangkat", "Daftar perangkat", tuple(Column(title) for title in TITLES))
    path = folder / "daftar.xlsx"
    with path.open("wb") as file, SafeWorkbook(Cover("Bench", clock.now())) as book:
        book.add(layout, _devices(rows))
        book.save(file)
    return f"{path.stat().st_size // 1024} kB"


def _devices(rows: int) -> Iterator[tuple[Any, ...]]:
    for n in range(rows):
        yield (
            "", f"1202{n:041d}", "Smartphone", "Contoh", f"Tipe {n % 97}", f"SN{n:010d}", f"{35 * 10**13 + n}",
            "B" if n % 5 else "RR", "32.01.DISKOMINFO", f"{1 + n % 28:02d}/{1 + n % 12:02d}/{2019 + n % 6}",
            f"Rp {1 + n % 9}.500.000,00", "PAD", "Dari daftar lama",
        )  # fmt: skip


def read(_rows: int, folder: Path) -> Any:
    return _received(folder / "daftar.xlsx")


def read_back(_rows: int, _folder: Path) -> Any:
    from pathlib import Path as File

    from core.models import Job

    made = Job.objects.filter(kind="export").latest("pk")
    return _received(File(made.file.path))


def _received(path: Path) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from core import jobs
    from documents.intake import sessions
    from documents.models import ImportSession

    upload = SimpleUploadedFile("daftar.xlsx", path.read_bytes())
    started = time.perf_counter()
    session = sessions.receive(upload, kind="assets", actor=_user())
    answered = round(time.perf_counter() - started, 1)
    jobs.run_due()
    session = ImportSession.objects.get(pk=session.pk)
    return {"answered_after": answered, "state": session.state, **session.counts, "error": session.error}


def apply(_rows: int, folder: Path) -> Any:
    from core import jobs
    from documents.intake import sessions
    from documents.models import ImportSession

    session = sessions.apply(ImportSession.objects.latest("pk"), actor=_user())
    stop = folder / "stop"
    command = [sys.executable, "-m", "benchmarks.imports", "wait", "0", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as others:  # noqa: S603  (ourselves)
        jobs.run_due()
        stop.touch()
        waited = json.loads(others.communicate()[0].splitlines()[-1])["told"]
    stop.unlink()
    session = ImportSession.objects.get(pk=session.pk)
    return {"state": session.state, **session.counts, "others_waited": waited}


def wait(_rows: int, folder: Path) -> float:
    """The longest that somebody who writes had to wait, in seconds."""
    from core.transactions import writing

    longest = 0.0
    while not (folder / "stop").exists():
        started = time.perf_counter()
        with writing():
            longest = max(longest, time.perf_counter() - started)
        time.sleep(0.02)
    return round(longest, 2)


apply_back = apply


def export(_rows: int, _folder: Path) -> Any:
    from core import jobs
    from core.models import Job

    jobs.enqueue("export", _user(), {"kind": "assets", "format": "xlsx", "filters": {}})
    jobs.run_due()
    made = Job.objects.latest("pk")
    return {"state": made.state, "rows": made.rows, "error": made.error}


def _user() -> Any:
    from org.models import User

    return User.objects.get(username="bench")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        run(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) == 2 else 100_000)
