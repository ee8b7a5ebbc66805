"""The app server: two workers of eight threads, and beside them one process that runs the jobs.

Every setting can be overridden on gunicorn's command line; the address comes from ``PORT``.
"""

import gc
import json
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from gunicorn import util
from gunicorn.http import message
from gunicorn.workers import gthread

from config import environment
from config.logs import logging_settings

HERE = Path(__file__).resolve().parent
os.environ["GAWAI_SERVING"] = "1"

wsgi_app = "config.wsgi:application"
bind = f"127.0.0.1:{environment.whole_number('PORT', 8000, low=1, high=65535)}"
chdir = str(HERE)
worker_class = "gthread"
workers = 2
threads = 8  # more than wait for a photo (core.apart)
preload_app = True
timeout = 30
graceful_timeout = 20
keepalive = 5
backlog = 512
message.MAX_REQUEST_LINE = 65_536  # gunicorn's own ceiling has no setting
limit_request_line = message.MAX_REQUEST_LINE - 1  # a hundred of the longest values
limit_request_fields = 60
limit_request_field_size = 8190
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (heartbeat files, not data)
# Headers that claim a scheme or an address are read by the app alone, and only with NUM_PROXIES.
forwarded_allow_ips = ""
proxy_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
control_socket_disable = True
logconfig_dict = logging_settings()

ARRIVAL_SECONDS = 15


def _patient_only_so_long(connection: gthread.TConn) -> None:
    """A client that stalls while sending its request loses the connection instead of keeping a thread."""
    _init(connection)
    connection.sock.settimeout(ARRIVAL_SECONDS)


_init = gthread.TConn.init
gthread.TConn.init = _patient_only_so_long


def _write_problem(connection: socket.socket, status: int, reason: str, _detail: str) -> None:
    """What the server refuses by itself, before the app sees it, as a problem document without the parser's words."""
    from core import faults

    number = uuid.uuid4().hex
    body = json.dumps(faults.document(status, number), ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
        f"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nX-Request-ID: {number}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    connection.settimeout(1)
    connection.sendall(head.encode("ascii") + body)
    connection.shutdown(socket.SHUT_WR)
    with suppress(OSError):  # what was still on its way is read, or the answer would be lost with it
        for _block in range(4):
            if not connection.recv(65_536):
                break


util.write_error = _write_problem


class Jobs:
    """The process of ``run_jobs --loop``: started anew when it dies, ended with the server."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.stopping = threading.Event()

    def start(self) -> None:
        self._spawn()
        threading.Thread(target=self._watch, daemon=True, name="jobs").start()

    def stop(self) -> None:
        self.stopping.set()
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def _spawn(self) -> None:
        environ = {name: value for name, value in os.environ.items() if name != "GAWAI_SERVING"}
        self.process = subprocess.Popen([sys.executable, str(HERE / "manage.py"), "run_jobs", "--loop"], env=environ)

    def _watch(self) -> None:
        while not self.stopping.wait(1):
            if self.process is not None and self.process.poll() is not None:
                time.sleep(2)
                if not self.stopping.is_set():
                    self._spawn()


_jobs = Jobs()


def when_ready(server: Any) -> None:
    # What is loaded before the workers are forked stays for good: no collector walks it, and its pages stay shared.
    gc.collect()
    gc.freeze()
    _jobs.start()


def on_exit(server: Any) -> None:
    _jobs.stop()
