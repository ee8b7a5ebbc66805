"""The app server as it is started: limits, slow clients, ending under load, forwarded headers, locks over workers."""

from __future__ import annotations

import json
import socket
import threading
import time
from urllib.parse import quote

import pytest

from tests.server import Client, Server, running

PASSWORD = "kuda-hijau-77"
MAKE_USERS = (
    "from org.models import User\n"
    "for name in ('terkunci', 'serentak'):\n"
    "    User.objects.filter(username=name).exists() or User.objects.create_user(name, 'kuda-hijau-77')"
)


@pytest.fixture(scope="module")
def accounts(server: Server) -> None:
    server.shell(MAKE_USERS)


def raw(server: Server, request: bytes, seconds: float = 20) -> bytes:
    """Send bytes and return what comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as connection:
        connection.sendall(request)
        received = b""
        while block := connection.recv(65536):
            received += block
    return received


def memory(server: Server) -> int:
    """Resident memory of the server and its children, in bytes."""
    import subprocess

    assert server.process is not None
    listed = subprocess.run(
        ["ps", "-o", "rss=", "-g", str(server.process.pid)], capture_output=True, text=True, check=True
    )
    return sum(int(each) * 1024 for each in listed.stdout.split())


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_bodies_over_the_limit_are_refused_without_being_read(server: Server, kind: str) -> None:
    limit = 32 * 1024 * 1024 if kind.startswith("multipart") else 1024 * 1024
    before = memory(server)
    for path in ("/admin/login/", "/api/v1/auth/token/"):
        for size in (limit + 1, limit * 100):
            head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nConnection: close\r\n"
            answer = raw(server, f"{head}Content-Length: {size}\r\n\r\n".encode() + b"x" * 1000)
            assert answer.startswith(b"HTTP/1.1 413"), answer[:200]
            assert b"X-Request-ID" in answer
    client = server.client()
    assert client.post("/api/v1/auth/token/", {"username": "x" * (limit if limit < 2**21 else 2**21)}).status == 413
    assert memory(server) - before < 50 * 1024 * 1024


@pytest.mark.parametrize(
    ("head", "statuses"),
    [
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", (400, 411)),
        (b"Transfer-Encoding: chunked\r\n", (411,)),
        (b"Content-Length: -1\r\n", (400,)),
        (b"Content-Length: 1e3\r\n", (400,)),
        (b"Content-Length: 5, 6\r\n", (400,)),
    ],
)
def test_bodies_whose_length_is_unclear_are_refused(server: Server, head: bytes, statuses: tuple[int, ...]) -> None:
    request = b"POST /api/v1/auth/token/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + head + b"\r\n0\r\n\r\n"
    assert int(raw(server, request).split()[1]) in statuses


@pytest.mark.slow
def test_a_client_that_stalls_does_not_keep_its_thread(server: Server) -> None:
    stalled = [
        b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nusername=",
        b"GET /admin/login/ HTTP/1.1\r\nHost: 127.0",
    ]
    connections = []
    for number in range(8):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=40)  # longer than the server waits
        connection.sendall(stalled[number % 2])
        connections.append(connection)
    for connection in connections:
        while connection.recv(65536):
            pass
        connection.close()
    assert server.client().get("/admin/login/").status == 200


def test_forwarded_headers_of_a_client_count_for_nothing(server: Server) -> None:
    forged = {
        "X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example",
        "X-Forwarded-SSL": "on", "Forwarded": "for=6.6.6.6;proto=https;host=evil.example", "X-Real-IP": "6.6.6.6",
        "X-Request-ID": "forged-headers",
    }  # fmt: skip
    answer = server.client().get("/admin/", headers=forged)
    assert answer.status == 302
    assert "evil" not in answer.headers["Location"]
    assert "Strict-Transport-Security" not in answer.headers
    assert "Secure" not in answer.headers.get("Set-Cookie", "")
    line = next(json.loads(each) for each in server.log.splitlines() if "forged-headers" in each)
    assert line["address"] == "127.0.0.1"


def test_the_lock_on_an_account_holds_on_every_path_and_in_every_worker(server: Server, accounts: None) -> None:
    tries = [
        lambda: server.client().log_in("terkunci", "salah"),
        lambda: server.client().post("/api/v1/auth/token/", {"username": "terkunci", "password": "salah"}),
    ]
    statuses = [tries[number % 2]().status for number in range(20)]
    assert 429 not in statuses[:10]
    assert set(statuses[10:]) == {429}
    for answer in (
        server.client().log_in("terkunci", PASSWORD),
        server.client().post("/api/v1/auth/token/", {"username": "terkunci", "password": PASSWORD}),
    ):
        assert answer.status == 429
        assert 0 < int(answer.headers["Retry-After"]) < 1000


def test_basic_authentication_is_not_offered(server: Server) -> None:
    answer = server.client().get("/api/v1/me/", headers={"Authorization": "Basic dGVya3VuY2k6c2FsYWg="})
    assert answer.status == 401
    assert "Basic" not in answer.headers.get("WWW-Authenticate", "")


def test_guesses_at_the_same_time_do_not_get_around_the_lock(server: Server, accounts: None) -> None:
    statuses: list[int] = []

    def guess() -> None:
        answer = server.client().post("/api/v1/auth/token/", {"username": "serentak", "password": "salah"})
        statuses.append(answer.status)

    threads = [threading.Thread(target=guess) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(statuses) == 24
    assert statuses.count(429) == 14


def test_the_log_has_a_line_of_json_for_each_call_and_no_secrets(server: Server) -> None:
    client = server.client()
    client.log_in("seseorang", "sandi-yang-bocor-9")
    token = "gw_rahasiarahasiarahasia"
    client.get(f"/api/v1/me/?token={token}", headers={"Authorization": f"Bearer {token}"})
    client.get("/reset/MQ/c1a2b3-0123456789abcdef0123456789abcdef/")
    lines = [line for line in server.log.splitlines() if line.startswith("{")]
    assert all({"event", "level", "timestamp"} <= set(json.loads(line)) for line in lines)
    for secret in ("sandi-yang-bocor-9", "rahasiarahasia", "0123456789abcdef0123", *client.cookies.values()):
        assert secret not in server.log


@pytest.mark.servers
@pytest.mark.slow
def test_ending_under_load_finishes_what_was_taken_up() -> None:
    with running() as server:
        answered: list[int] = []
        cut: list[str] = []
        stopping = threading.Event()

        def visit() -> None:
            client = Client(server.base_url)
            while True:
                try:
                    answered.append(client.get("/admin/login/").status)
                except ConnectionRefusedError:
                    return
                except OSError as error:
                    if not stopping.is_set():
                        cut.append(repr(error))
                    return

        threads = [threading.Thread(target=visit) for _ in range(6)]
        for thread in threads:
            thread.start()
        while len(answered) < 20:
            time.sleep(0.01)
        stopping.set()
        started = time.monotonic()
        assert server.stop(30) == 0
        assert time.monotonic() - started < 30
        for thread in threads:
            thread.join()
        assert set(answered) == {200}
        assert not cut
        assert "Traceback" not in server.log


@pytest.mark.servers
@pytest.mark.slow
def test_after_kill_the_service_starts_again_and_the_jobs_process_does_not_linger() -> None:
    with running() as server:
        server.kill()
        server.start()
        assert server.client().get("/readyz").status == 200
        children = memory(server)
        assert children > 0
        assert server.stop() == 0


def test_a_long_host_makes_no_long_line_in_the_log(server: Server) -> None:
    before = len(server.log)
    for host in ("x" * 8_000, "\\u4e2d" * 1_300, "h" * 100 + "\xe9" * 7_000):
        head = f"GET /api/v1/me/ HTTP/1.1\r\nHost: {host}\r\nX-Request-ID: long-host\r\nConnection: close\r\n\r\n"
        assert raw(server, head.encode("latin-1")).startswith(b"HTTP/1.1 400")
    assert server.client().get("/api/v1/me/", headers={"X-Request-ID": "after-long-host"}).status == 401
    lines = server.log[before:].splitlines()
    assert any("after-long-host" in line for line in lines)
    assert max(len(line.encode()) for line in lines) < 4_096


def test_an_address_may_hold_a_hundred_values_and_a_longer_one_is_a_problem_document(server: Server) -> None:
    title = ("Kata & kata, \u00e9 " * 20)[:200].replace(",", ";")
    for path in ("units/?code__in=", "pledges/?title__in="):
        assert server.client().get(f"/api/v1/{path}{quote(','.join([title] * 100))}").status == 401
    answer = server.client().get("/api/v1/units/?code__in=" + "x" * 70_000)
    problem = answer.json()
    assert (answer.status, answer.headers["Content-Type"]) == (414, "application/problem+json")
    assert (problem["status"], problem["code"], problem["errors"]) == (414, "address_too_long", [])
    assert problem["request_id"] == answer.headers["X-Request-ID"]


def test_what_the_server_refuses_by_itself_is_a_problem_document_too(server: Server) -> None:
    for request, status in (
        (b"GET /x HTTP/1.1\r\nHost: a\r\n" + b"".join(b"A-%d: b\r\n" % n for n in range(80)) + b"\r\n", 431),
        (b"GET /x HTTP/9.9\r\nHost: a\r\n\r\n", 400),
        (b"G@T /x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ):
        head, _line, body = raw(server, request).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d" % status), head
        assert b"application/problem+json" in head
        assert json.loads(body)["status"] == status
        assert b"Invalid" not in body and b"G@T" not in body
