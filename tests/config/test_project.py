"""The project holds together: imports in one direction, models with migrations, checks that see what is wrong."""

from __future__ import annotations

import ast
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from backoffice.admin import site
from core import checks
from core.db.sqlite.journal import journal_mode
from tests.databases import ROOT


def test_packages_import_in_one_direction_only() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


PACKAGES = [app for app in settings.INSTALLED_APPS if "." not in app and (ROOT / app).is_dir()]


def reached(package: str, source: str) -> Iterator[str]:
    """The modules of other packages of the project that the AppConfig in ``source`` imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name for name in names if name.partition(".")[0] in {*PACKAGES, "config"} - {package})


def test_no_package_reaches_into_another_when_it_is_made_ready() -> None:
    """What a package gives to those below it is found by name (core/discovery.py)."""
    configs = {app: ROOT / app / "apps.py" for app in PACKAGES}
    found = {(app, name) for app, path in configs.items() if path.exists() for name in reached(app, path.read_text())}
    assert found == set()


def test_a_package_that_reaches_into_another_is_seen() -> None:
    source = "class Config:\n    def ready(self):\n        from core import jobs\n        import pledges.rules\n"
    assert list(reached("api", source)) == ["core", "pledges.rules"]
    assert list(reached("core", source)) == ["pledges.rules"]


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    out = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=out)
    assert "No changes" in out.getvalue()


def test_the_checks_of_django_find_nothing_in_the_registers_either() -> None:
    """They are loaded with the addresses, which a command looks over or does not."""
    assert len(site._registry) > 20
    assert site.check(None) == []


@pytest.mark.django_db
def test_the_own_checks_are_silent_on_a_good_database() -> None:
    assert checks.database_is_guarded() == []
    assert checks.data_is_local() == []


@pytest.mark.django_db
def test_a_missing_guard_is_reported() -> None:
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON core_event"
        cursor.execute(f"DROP TRIGGER gawai_guard_core_event_update{on}")
    (found,) = checks.database_is_guarded()
    assert (found.id, found.is_serious()) == ("gawai.E003", True)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="settings of SQLite")
def test_wrong_pragmas_are_reported() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=OFF")
        cursor.execute("PRAGMA busy_timeout=0")
    try:
        assert [found.id for found in checks.sqlite_is_safe()] == ["gawai.W002", "gawai.W002"]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers=ON")
            cursor.execute("PRAGMA busy_timeout=2000")


@pytest.mark.parametrize(
    ("version", "mode"), [((3, 40, 1), "DELETE"), ((3, 51, 2), "DELETE"), ((3, 51, 3), "WAL"), ((4, 0, 0), "WAL")]
)
def test_only_a_library_without_the_fault_keeps_a_write_ahead_log(version: tuple[int, int, int], mode: str) -> None:
    assert journal_mode(version) == mode


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="settings of SQLite")
@pytest.mark.parametrize(("version", "warned"), [((3, 40, 1), ["gawai.W001"]), ((3, 51, 3), [])])
def test_a_write_ahead_log_with_an_old_library_is_reported(
    version: tuple[int, int, int], warned: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = connection.copy()
    reader.settings_dict["NAME"] = str(tmp_path / "wal.sqlite3")
    usual = reader.settings_dict["OPTIONS"]["init_command"]
    reader.settings_dict["OPTIONS"] |= {"init_command": re.sub("journal_mode=[A-Z]+", "journal_mode=WAL", usual)}
    monkeypatch.setattr(checks, "connection", reader)
    monkeypatch.setattr(checks.sqlite3, "sqlite_version_info", version)
    try:
        assert [found.id for found in checks.sqlite_is_safe()] == warned
    finally:
        reader.close()


def test_the_file_system_of_the_data_is_known(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\nserver:/x /srv/gawai nfs4 rw 0 0\nproc /proc proc rw 0 0\n")
    assert checks.file_system(Path("/srv/gawai/data"), mounts) == "nfs4"
    assert checks.file_system(Path("/srv/gawaikan"), mounts) == "ext4"
    assert checks.file_system(Path("/srv"), tmp_path / "none") == ""


def test_sqlite_is_opened_as_measured(settings) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("settings of SQLite")
    options = settings.DATABASES["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert f"journal_mode={journal_mode(sqlite3.sqlite_version_info)};" in options["init_command"]


def test_documented_files_are_there() -> None:
    for name in ("Makefile", ".ci/run", "LICENSE", "requirements.txt", "requirements-dev.txt", "constraints.txt"):
        assert (ROOT / name).is_file(), name


def test_every_requirement_is_pinned_and_explained() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.startswith(("#", "-")):
                assert "==" in line, line
    pinned = {line.split("==")[0] for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line}
    wanted = {
        line.split("==")[0].split("[")[0]
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (ROOT / name).read_text().splitlines()
        if "==" in line
    }
    assert wanted <= pinned


def test_what_tests_hand_in_is_written_as_code_and_harmless() -> None:
    """No file that could harm another program: all are text, and no two entities are ever declared together."""
    kept = [path for name in ("tests", "findings", "benchmarks") for path in (ROOT / name).rglob("*.*")]
    found = [path for path in kept if path.is_file() and not {"__pycache__", "results"} & {*path.parts}]
    texts = {path: path.read_bytes().decode() for path in found}
    assert len(texts) > 200
    declared = "<!" + "ENTITY"
    assert not [path for path, text in texts.items() if any(line.count(declared) > 1 for line in text.splitlines())]
