"""Wrong or unsafe environments: refused in one sentence, with no traceback, by commands and by the app server."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import ROOT, clean_environment
from tests.server import free_port

KEY = "q8Wz3rT6yU1iO4pA7sD0fG5hJ2kL9xC8vB6nM3qW1eR4tY7uI0o"
PRODUCTION = {
    "GAWAI_ENV": "production",
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "gawai.example.go.id",
    "BASE_URL": "https://gawai.example.go.id",
}


def start(directory: Path, values: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    environment = clean_environment(**({"DATA_DIR": str(directory / "data")} | values))
    arguments = command or ("manage.py", "check")
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def require_refusal(done: subprocess.CompletedProcess[str], words: str) -> None:
    assert done.returncode != 0
    require_sentence(done.stderr.strip(), words)


def refusal_of_settings(directory: Path, values: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What the settings say to this environment, read anew in this process."""
    for name in set(os.environ) - set(clean_environment()):
        monkeypatch.delenv(name)
    for name, value in ({"DATA_DIR": str(directory / "data")} | values).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as refusal:
        runpy.run_path(str(ROOT / "config" / "settings.py"))
    return str(refusal.value)


def require_sentence(said: str, words: str) -> None:
    assert said.startswith("Gawai does not start: ")
    assert said.endswith(".")
    assert "\n" not in said
    assert words in said
    assert "hunter2" not in said


UNSAFE = {
    "an empty key": ({"SECRET_KEY": ""}, "SECRET_KEY is empty"),
    "a key of spaces": ({"SECRET_KEY": " " * 60}, "SECRET_KEY is empty"),
    "a short key": ({"SECRET_KEY": KEY[:49]}, "too short"),
    "a regular key": ({"SECRET_KEY": "ab" * 40}, "too regular"),
    "a sample key": ({"SECRET_KEY": "change-me-" + KEY}, "sample"),
    "Django's sample key": ({"SECRET_KEY": "django-insecure-" + KEY}, "sample"),
    "any host": ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
    "any host among others": ({"ALLOWED_HOSTS": "gawai.example.go.id, *"}, "ALLOWED_HOSTS"),
    "a held clock": ({"GAWAI_NOW": "2026-11-22T08:00:00+07:00"}, "GAWAI_NOW"),
    "no address": ({"BASE_URL": ""}, "BASE_URL"),
    "an open address": ({"BASE_URL": "http://gawai.example.go.id"}, "https"),
    "debug pages": ({"DEBUG": "1"}, "DEBUG"),
    "Django's debug pages": ({"DJANGO_DEBUG": "true"}, "DJANGO_DEBUG"),
}


@pytest.mark.parametrize("fault", UNSAFE)
def test_production_refuses_to_start_unsafe(tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    values, words = UNSAFE[fault]
    require_sentence(refusal_of_settings(tmp_path, PRODUCTION | values, monkeypatch), words)


def test_production_without_a_key_refuses(tmp_path: Path) -> None:
    values = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    require_refusal(start(tmp_path, values), "SECRET_KEY is empty")


WRONG = {
    "an unknown mode": ({"GAWAI_ENV": "staging"}, "GAWAI_ENV"),
    "an unknown zone": ({"TIME_ZONE": "Asia/Bogor"}, "TIME_ZONE"),
    "a zone that is a path": ({"TIME_ZONE": "../../etc/passwd"}, "TIME_ZONE"),
    "a port that is a word": ({"PORT": "http"}, "PORT"),
    "a port that is too high": ({"PORT": "70000"}, "PORT"),
    "proxies that are no number": ({"NUM_PROXIES": "yes"}, "NUM_PROXIES"),
    "a clock without offset": ({"GAWAI_NOW": "2026-11-22T08:00:00"}, "GAWAI_NOW"),
    "a clock that is no time": ({"GAWAI_NOW": "tomorrow"}, "GAWAI_NOW"),
    "an address that is none": ({"BASE_URL": "gawai"}, "BASE_URL"),
    "a data directory that is a file": ({"DATA_DIR": str(ROOT / "manage.py")}, "DATA_DIR"),
    "no database address": ({"DATABASE_URL": ""}, "DATABASE_URL"),
    "a word for a database": ({"DATABASE_URL": "gawai"}, "DATABASE_URL"),
    "another database": ({"DATABASE_URL": "mysql://a:hunter2@h/db"}, "DATABASE_URL"),
    "no database name": ({"DATABASE_URL": "postgres://a:hunter2@h/"}, "DATABASE_URL"),
    "a database port too high": ({"DATABASE_URL": "postgres://a:hunter2@h:99999/db"}, "port"),
    "a database port that is a word": ({"DATABASE_URL": "postgres://a:hunter2@h:port/db"}, "port"),
    "brackets left open": ({"DATABASE_URL": "postgres://a:hunter2@[::1/db"}, "DATABASE_URL"),
    "an unknown option": ({"DATABASE_URL": "postgres://a:hunter2@h/db?options=-c"}, "option"),
    "a database in memory": ({"DATABASE_URL": "sqlite:///:memory:"}, "memory"),
    "a database in no directory": ({"DATABASE_URL": "sqlite:////nowhere/at/all/x.sqlite3"}, "none"),
    "a database that is a directory": ({"DATABASE_URL": f"sqlite:///{ROOT}"}, "directory"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_any_mode_refuses_what_it_cannot_read(tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    values, words = WRONG[fault]
    require_sentence(refusal_of_settings(tmp_path, values, monkeypatch), words)


def test_the_commands_refuse_without_a_traceback(tmp_path: Path) -> None:
    require_refusal(start(tmp_path, {"DATABASE_URL": "gawai"}), "DATABASE_URL")
    require_refusal(start(tmp_path, PRODUCTION | {"SECRET_KEY": "short"}), "SECRET_KEY")


OUT_OF_REACH = {
    "nothing listens": "postgres://a:hunter2@127.0.0.1:1/db",
    "the host is unknown": "postgres://a:hunter2@nowhere.invalid/db",
    "the file is no database": f"sqlite:///{ROOT / 'manage.py'}",
}
SERVER = ("-m", "gunicorn")


@pytest.mark.parametrize("fault", OUT_OF_REACH)
@pytest.mark.parametrize("command", [("manage.py", "migrate"), SERVER], ids=["migrate", "serve"])
def test_a_database_out_of_reach_is_refused_in_one_sentence(
    tmp_path: Path, fault: str, command: tuple[str, ...]
) -> None:
    values = {"DATABASE_URL": OUT_OF_REACH[fault], "PORT": str(free_port())}
    require_refusal(start(tmp_path, values, *command), "the database cannot be used")


@pytest.mark.parametrize("fault", ["a sample key", "any host", "a held clock"])
def test_the_app_server_refuses_like_the_commands(tmp_path: Path, fault: str) -> None:
    values, words = UNSAFE[fault]
    require_refusal(start(tmp_path, PRODUCTION | values | {"PORT": str(free_port())}, *SERVER), words)


def test_the_app_server_refuses_a_broken_address_and_port(tmp_path: Path) -> None:
    require_refusal(start(tmp_path, {"DATABASE_URL": "gawai"}, *SERVER), "DATABASE_URL")
    require_refusal(start(tmp_path, {"PORT": "http"}, *SERVER), "PORT")


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"GAWAI_ENV": "demo", "TIME_ZONE": "Asia/Jayapura", "NUM_PROXIES": "2", "GAWAI_NOW": "2026-11-22T08:00:00Z"},
        PRODUCTION,
        PRODUCTION | {"ALLOWED_HOSTS": ""},
    ],
    ids=["default", "demo", "production", "hosts from the address"],
)
def test_a_good_environment_starts(tmp_path: Path, values: dict[str, str]) -> None:
    done = start(tmp_path, values, "-c", "from config import settings")
    assert done.returncode == 0, done.stderr


def test_outside_production_a_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    show = ("-c", "from config import settings; print(settings.SECRET_KEY)")
    first, second = (start(tmp_path, {}, *show).stdout for _ in range(2))
    assert first == second
    assert len(first.strip()) >= 50
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0
