"""The real app server as a subprocess, with its own data directory and database, and a small HTTP client for it."""

from __future__ import annotations

import http.client
import json
import os
import re
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
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.databases import ROOT, Template, address_of, clean_environment, copied, drop, migrated


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
    template: Template = field(default_factory=migrated)
    database: str = ""

    def __post_init__(self) -> None:
        self.port = free_port()
        data = self.directory / "data"
        shutil.copytree(self.template.data, data, ignore=shutil.ignore_patterns("secret_key"))
        if self.template.database:
            self.database = copied(self.template.database)
            self.environment["DATABASE_URL"] = address_of(self.database)
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
            drop(self.database)
        shutil.rmtree(self.directory, ignore_errors=True)


@contextmanager
def running(*, start: bool = True, template: Template | None = None, **environment: str) -> Iterator[Server]:
    """A server of its own with a copy of ``template``, by default an empty, migrated database; removed at the end."""
    server = Server(environment=dict(environment), template=template or migrated())
    try:
        if start:
            server.start()
        yield server
    finally:
        server.remove()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
