"""System checks of what the register needs from its database and disk; they run with ``check --deploy``."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import Error as DatabaseError
from django.db import connection

from core import guards
from core.db.sqlite.journal import journal_mode

NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "9p", "ceph", "gluster", "fuse.sshfs", "afs")
WANTED_PRAGMAS = {"synchronous": 2, "recursive_triggers": 1, "foreign_keys": 1, "cache_spill": 0}


@register("gawai", deploy=True)
def database_is_guarded(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    try:
        missing = guards.missing(connection)
    except DatabaseError:
        return [Error("The database does not answer.", id="gawai.E001")]
    tables = set(connection.introspection.table_names())
    if "core_event" not in tables:
        return [Error("The database is not migrated.", hint="Run manage.py migrate.", id="gawai.E002")]
    hint = "Run manage.py migrate; it creates the guards anew."
    return [Error(f"The guard {name} is missing.", hint=hint, id="gawai.E003") for name in missing]


@register("gawai", deploy=True)
def sqlite_is_safe(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    if connection.vendor != "sqlite":
        return []
    found: list[CheckMessage] = []
    try:
        pragmas = {name: _pragma(name) for name in (*WANTED_PRAGMAS, "journal_mode", "busy_timeout")}
    except DatabaseError:
        return []  # said by the check above
    if pragmas["journal_mode"] == "wal" and journal_mode(sqlite3.sqlite_version_info) != "WAL":
        found.append(Warning("A write-ahead log with this old SQLite can corrupt the file.", id="gawai.W001"))
    wrong = [name for name, value in WANTED_PRAGMAS.items() if pragmas[name] != value]
    if not pragmas["busy_timeout"]:
        wrong.append("busy_timeout")
    found += [Warning(f"PRAGMA {name} is not set as the register needs it.", id="gawai.W002") for name in wrong]
    return found


@register("gawai", deploy=True)
def data_is_local(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Locks on network file systems do not hold what they promise."""
    kind = file_system(Path(settings.DATA_DIR))
    if connection.vendor == "sqlite" and kind.startswith(NETWORK_FILE_SYSTEMS):
        return [Warning(f"DATA_DIR lies on a network file system ({kind}).", id="gawai.W003")]
    return []


def file_system(path: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The type of the file system that holds ``path``; empty where the system does not tell."""
    if not mounts.is_file():
        return ""
    places = [line.split(" ")[1:3] for line in mounts.read_text().splitlines()]
    held = [(place, kind) for place, kind in places if path.is_relative_to(place.replace("\\040", " "))]
    return max(held, key=lambda each: len(each[0]))[1] if held else ""


def _pragma(name: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]
