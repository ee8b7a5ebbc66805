"""The register as an outsider meets it: accounts over HTTP, and the acts of the main job as single calls."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.databases import Template, once, shared
from tests.server import Answer, Client, Server, running

V1 = "/api/v1/"
KECAMATAN = Path(__file__).resolve().parent.parent.parent / "demo" / "data" / "kecamatan.csv"
PEOPLED = "2025-12-01T09:00:00+07:00"
MONDAY = "2026-03-02T09:00:00+07:00"
CODES = [line.split(",")[0] for line in KECAMATAN.read_text().splitlines()[1:]]
PROBLEM = {"type", "title", "status", "detail", "code", "request_id", "errors"}


@dataclass
class Caller:
    """One account that speaks to the API with a token of its own."""

    username: str
    client: Client

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """``path`` below ``/api/v1/``, or an address out of an answer."""
        path = path.removeprefix(self.client.address.scheme + "://" + self.client.address.netloc)
        address = path if path.startswith("/") else V1 + path
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, address, json_body=body, headers=names)

    def read(self, path: str, **parameters: Any) -> Any:
        answer = self.call("GET", f"{path}?{urlencode(parameters)}" if parameters else path)
        assert answer.status == 200, (self.username, path, answer.status, answer.text)
        return answer.json()

    def results(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        return self.read(path, **parameters)["results"]

    def make(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._acted(201, path, {} if body is None else body, headers)

    def do(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._acted(200, path, {} if body is None else body, headers)

    def _acted(self, status: int, path: str, body: Any, headers: dict[str, str]) -> Any:
        answer = self.call("POST", path, body, **headers)
        assert answer.status == status, (self.username, path, answer.status, answer.text)
        return answer.json()

    def refused(self, status: int, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """The problem with which a call is refused; it has the promised status and shape."""
        answer = self.call(method, path, body, **headers)
        assert answer.status == status, (self.username, method, path, answer.status, answer.text)
        assert answer.headers["Content-Type"].startswith("application/problem+json"), answer.headers
        problem = answer.json()
        assert set(problem) >= PROBLEM and problem["status"] == status, problem
        return problem

    def history(self, path: str) -> list[dict[str, Any]]:
        """Every event of the object, oldest first."""
        return self.results(f"{path}history/", limit=100, ordering="seq")


@dataclass
class World:
    """Kabupaten Contoh on a running server."""

    server: Server
    tokens: dict[str, str]
    _callers: dict[str, Caller] = field(default_factory=dict)
    _serials: Iterator[int] = field(default_factory=lambda: count(1))

    def __getitem__(self, username: str) -> Caller:
        if username not in self._callers:
            self._callers[username] = Caller(username, self.server.client(self.tokens[username]))
        return self._callers[username]

    @cached_property
    def anonymous(self) -> Caller:
        return Caller("", self.server.client())

    @cached_property
    def units(self) -> dict[str, int]:
        return {row["code"]: row["id"] for row in self["admin"].results("units/", limit=100)}

    @cached_property
    def kemang(self) -> int:
        return self.units["32.01.12"]

    @cached_property
    def cibinong(self) -> int:
        return self.units["32.01.01"]

    @cached_property
    def diskominfo(self) -> int:
        return self.units["32.01.DISKOMINFO"]

    @cached_property
    def family(self) -> int:
        return self["pengurus"].make("families/", {"code": "hp", "name": "HP"})["id"]

    @cached_property
    def phone(self) -> int:
        """The device type that is asked for and promised."""
        body = {"code": "smartphone", "name": "Telepon pintar", "family": self.family}
        return self["pengurus"].make("device-types/", body)["id"]

    @cached_property
    def tripod(self) -> int:
        """A device type that nobody promised, for journeys that must not touch a pledge."""
        family = self["pengurus"].make("families/", {"code": "tripod", "name": "Tripod"})["id"]
        return self["pengurus"].make("device-types/", {"code": "tripod", "name": "Tripod", "family": family})["id"]

    @cached_property
    def office(self) -> int:
        return self["admin"].results("offices/", search="Bupati")[0]["id"]

    def asset(self, device_type: int | None = None, **values: Any) -> dict[str, Any]:
        serial = f"SN{next(self._serials):08d}"
        body = {"device_type": device_type or self.tripod, "unit": self.diskominfo, "serial_number": serial, **values}
        return self["pengurus"].make("assets/", body)

    def draft(
        self, by: str = "kemang", *, quantity: int = 1, device_type: int | None = None, **values: Any
    ) -> dict[str, Any]:
        line = {"device_type": device_type or self.tripod, "quantity": quantity, "situation": "personal_broken"}
        unit = self.cibinong if "cibinong" in by else self.kemang
        return self[by].make("requests/", {"unit": unit, "purpose": "Siaran kecamatan", "lines": [line], **values})

    def submitted(self, by: str = "kemang", **values: Any) -> dict[str, Any]:
        return self[by].do(f"requests/{self.draft(by, **values)['id']}/submit/")

    def verified(self, by: str = "kemang", **values: Any) -> dict[str, Any]:
        request = self.submitted(by, **values)
        self[f"camat-{by}"].do(f"requests/{request['id']}/endorse/")
        return self["verifikator"].do(f"requests/{request['id']}/verify/")

    def approved(self, by: str = "kemang", *, quantity: int = 1, **values: Any) -> dict[str, Any]:
        """A request of one line, approved in full."""
        request = self.verified(by, quantity=quantity, **values)
        return self["kabid"].do(f"requests/{request['id']}/decide/", approving(request))

    def issue_body(self, asset: int, to: int | None = None, line: int | None = None, **values: Any) -> dict[str, Any]:
        item = {"asset": asset, "condition": "good", "accessories": "Kabel"}
        return {
            "kind": "issue", "legal_act": "penggunaan_sementara", "recipient_unit": to or self.kemang,
            "handed_over_on": "2026-03-02", "items": [item | ({"request_line": line} if line else {})], **values,
        }  # fmt: skip

    def issue(self, asset: int, **values: Any) -> dict[str, Any]:
        return self["pengurus"].make("handovers/", self.issue_body(asset, **values))

    def pledge_body(self, **values: Any) -> dict[str, Any]:
        line = {"unit": self.kemang, "family": self.family, "quantity": 1}
        return {
            "title": "HP untuk admin media sosial", "quote": "Setiap admin media sosial kecamatan akan kita beri HP.",
            "office": self.office, "occasion": "Bimtek", "place": "Cibinong", "made_on_from": "2022-07-01",
            "made_on_to": "2022-07-31", "basis": "minutes", "strength": "firm", "deadline_text": "akhir tahun depan",
            "responsible_unit": self.diskominfo, "lines": [line], **values,
        }  # fmt: skip

    def proof(self, path: str) -> int:
        """Evidence of the pledge at ``path``, on which something may be asked."""
        body = {"supports": "extension", "source_url": "https://contoh.go.id/surat"}
        return self["verifikator"].make(f"{path}evidence/", body)["id"]

    def published(self, **values: Any) -> dict[str, Any]:
        # In the catalogue before its family is promised: a kind that comes later waits for a second person.
        assert self.phone
        pledge = self["verifikator"].make("pledges/", self.pledge_body(**values))
        self["verifikator"].do(f"pledges/{pledge['id']}/submit/")
        return self["ppid"].do(f"pledges/{pledge['id']}/publish/")

    def export(self, by: str, kind: str, form: str = "xlsx", **filters: Any) -> tuple[dict[str, Any], bytes]:
        """The finished job of an export and its file."""
        answer = self[by].call("POST", "exports/", {"kind": kind, "format": form, "filters": filters})
        assert answer.status == 202, answer.text
        return self.finished(by, answer.headers["Location"])

    def finished(self, by: str, address: str, seconds: float = 30) -> tuple[dict[str, Any], bytes]:
        deadline = time.monotonic() + seconds
        job = self[by].read(address)
        while job["state"] in ("queued", "running"):
            assert time.monotonic() < deadline, job
            time.sleep(0.1)
            job = self[by].read(address)
        assert (job["state"], job["progress"]) == ("done", 100), job
        file = self[by].call("GET", job["file"])
        assert file.status == 200, file.text
        return job, file.body

    def head(self) -> tuple[int, str]:
        """The journal's anchor as the Inspektorat reads it."""
        head = self["inspektorat"].read("events/head/")
        return head["seq"], head["hash"]

    def verify_journal(self, anchor: tuple[int, str] | None = None) -> str:
        """What ``verify_journal`` prints; it must find nothing wrong, nor in any row, and still hold the ``anchor``."""
        self.server.manage("verify_register")
        seq, digest = anchor or self.head()
        return self.server.manage("verify_journal", "--anchor", f"{seq}:{digest}").stdout


def approving(request: dict[str, Any]) -> dict[str, Any]:
    """The decision that approves every line in full."""
    lines = request["lines"]
    return {
        "lines": [{"id": each["id"], "decision": "approve", "approved_quantity": each["quantity"]} for each in lines]
    }


@contextmanager
def a_world(**environment: str) -> Iterator[World]:
    """A server of its own with the kecamatan, agencies and accounts."""
    template, tokens = populated()
    with running(template=template, **environment) as server:
        yield World(server, tokens)


def populated() -> tuple[Template, dict[str, str]]:
    """Units and accounts, made once in the run on a day before every journey; and a token of each account."""
    template, tokens = once("populated", _populate)
    return Template(**template), tokens


def _populate() -> tuple[dict[str, str], dict[str, str]]:
    server = Server(environment={"GAWAI_NOW": PEOPLED}, directory=shared() / "populated")
    tokens = json.loads(server.shell(f"from tests.journeys.places import build; build({str(KECAMATAN)!r})"))
    return {"data": str(server.data_dir), "database": server.database}, tokens
