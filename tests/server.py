"""The real app server as a subprocess, with its own data directory and database, and a small HTTP client for it."""

from __future__ import annotations

import atexit
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
OWN = ("DATA_DIR", "DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "NUM_PROXIES", "TIME_ZONE", "PORT")


def clean_environment(**values: str) -> dict[str, str]:
    """The environment of a process of the product: this one's without the test run's settings, plus ``values``."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OWN and not name.startswith(("GAWAI_", "DJANGO_", "PYTEST_", "COV_", "PYTHONDONTWRITE"))
    }
    return kept | values


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Keeps cookies and a token; every call opens its own connection, so clients can be used from threads."""

    def __init__(self, base_url: str, token: str = "") -> None:
        self.address = urlsplit(base_url)
        self.token = token
        self.cookies: dict[str, str] = {}

    def request(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
        *,
        json_body: Any = None,
        form: dict[str, Any] | None = None,
        timeout: float = 30,
    ) -> Answer:
        sent = {"Accept-Encoding": "identity"}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if json_body is not None:
            body, sent["Content-Type"] = json.dumps(json_body), "application/json"
        if form is not None:
            body, sent["Content-Type"] = urlencode(form, doseq=True), "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(self.address.hostname or "", self.address.port, timeout=timeout)
        try:
            connection.request(method, path, body, sent | (headers or {}))
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer

    def get(self, path: str, **options: Any) -> Answer:
        return self.request("GET", path, **options)

    def post(self, path: str, json_body: Any = None, **options: Any) -> Answer:
        return self.request("POST", path, json_body=json_body, **options)

    def patch(self, path: str, json_body: Any = None, **options: Any) -> Answer:
        return self.request("PATCH", path, json_body=json_body, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        return self.request("DELETE", path, **options)

    def submit(self, path: str, form: dict[str, Any], *, page: str = "", **options: Any) -> Answer:
        """Post a form with the CSRF token of ``page`` (by default the form's own address)."""
        shown = self.get(page or path, headers=options.get("headers"))
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown.text)
        token = {"csrfmiddlewaretoken": found.group(1)} if found else {}
        return self.request("POST", path, form=form | token, **options)

    def log_in(self, username: str, password: str, path: str = "/admin/login/") -> Answer:
        return self.submit(path, {"username": username, "password": password})


@dataclass
class Server:
    """``start``, ``stop`` (SIGTERM), ``kill`` (SIGKILL to the whole group); ``manage`` runs a command beside it."""

    environment: dict[str, str] = field(default_factory=dict)
    directory: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="gawai-server-")))
    process: subprocess.Popen[bytes] | None = None
    database: str = ""

    def __post_init__(self) -> None:
        self.port = free_port()
        data = self.directory / "data"
        if url := postgresql_url():
            self.database = f"gawai_test_{secrets.token_hex(6)}"
            administer(url, f'CREATE DATABASE "{self.database}" TEMPLATE "{migrated_postgresql()}"')
            self.environment["DATABASE_URL"] = with_database(url, self.database)
        else:
            shutil.copytree(migrated_sqlite(), data)
        usual = {"GAWAI_ENV": "demo", "PORT": str(self.port), "DATA_DIR": str(data)}
        self.environment = clean_environment(**(usual | self.environment))

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data_dir(self) -> Path:
        return Path(self.environment["DATA_DIR"])

    @property
    def log(self) -> str:
        path = self.directory / "stderr.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def client(self, token: str = "") -> Client:
        return Client(self.base_url, token)

    def token(self, username: str, password: str) -> Client:
        """A client with a token of this account."""
        answer = self.client().post("/api/v1/auth/token/", {"username": username, "password": password})
        assert answer.status in (200, 201), answer.text
        return self.client(answer.json()["token"])

    def manage(self, *arguments: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a management command in the server's environment and return what it printed."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=self.environment | environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def shell(self, code: str) -> str:
        """Run Python in the server's environment."""
        return self.manage("shell", "--no-imports", "-c", code).stdout

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one SQL statement in the server's database, committed, and return its rows."""
        if self.database:
            import psycopg

            with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
                cursor = connection.execute(statement.encode())
                return cursor.fetchall() if cursor.description else []
        with closing(sqlite3.connect(self.data_dir / "gawai.sqlite3", timeout=10)) as connection:
            found = connection.execute(statement).fetchall()
            connection.commit()
            return found

    def start(self, wait: float = 60) -> None:
        with (self.directory / "stderr.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn"],
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if wait:
            self.wait_until_ready(wait)

    def wait_until_ready(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process is None or self.process.poll() is None, self.log[-4000:]
            try:
                if self.client().get("/readyz", timeout=5).status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"not ready after {seconds} s: {self.log[-4000:]}")

    def stop(self, seconds: float = 30) -> int:
        """SIGTERM to the server alone; returns its exit code."""
        assert self.process is not None
        self.process.terminate()
        code = self.process.wait(timeout=seconds)
        self.process = None
        return code

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def remove(self) -> None:
        if self.process is not None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.kill()
        if self.database:
            administer(os.environ["DATABASE_URL"], f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
        shutil.rmtree(self.directory, ignore_errors=True)


@contextmanager
def running(*, start: bool = True, **environment: str) -> Iterator[Server]:
    """A server of its own with an empty, migrated database, removed at the end."""
    server = Server(environment=dict(environment))
    try:
        if start:
            server.start()
        yield server
    finally:
        server.remove()


def postgresql_url() -> str:
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


@cache
def migrated_sqlite() -> Path:
    """A data directory with a migrated database, made once in this process and copied for each server."""
    directory = Path(tempfile.mkdtemp(prefix="gawai-template-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    _migrate(DATA_DIR=str(directory / "data"))
    (directory / "data" / "secret_key").unlink()
    return directory / "data"


@cache
def migrated_postgresql() -> str:
    """The name of a migrated database, made once in this process and copied for each server."""
    name = f"gawai_template_{secrets.token_hex(6)}"
    url = postgresql_url()
    administer(url, f'CREATE DATABASE "{name}"')
    atexit.register(administer, url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    with tempfile.TemporaryDirectory() as directory:
        _migrate(DATA_DIR=directory, DATABASE_URL=with_database(url, name))
    return name


def _migrate(**environment: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
    subprocess.run(command, env=clean_environment(GAWAI_ENV="demo", **environment), cwd=ROOT, check=True, timeout=300)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def administer(url: str, statement: str) -> None:
    """Run one statement outside a transaction in the server's maintenance database."""
    import psycopg

    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())
