"""The cast of the tests as callers of the API: each account speaks JSON with a bearer token of its own."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from org import tokens
from org.models import Person, Unit, User
from tests import base

V1 = "/api/v1/"


class Caller:
    """One account calling the API with a token of its own; None: a stranger without one."""

    def __init__(self, user: User | None, scope: str = "write") -> None:
        self.user = user
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {tokens.issue(user, name='uji', scope=scope)[1]}"} if user else {}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """``path`` below ``/api/v1/`` or an address from an answer; ``body`` a JSON value or raw bytes."""
        path = path.removeprefix("http://127.0.0.1:8000")
        address = path if path.startswith("/") else V1 + path
        content = body if isinstance(body, bytes | str) or body is None else json.dumps(body)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = names.pop("Content-Type", "application/json" if content is not None else "")
        return self.client.generic(
            method, address, content or b"", content_type=kind, headers={**self.headers, **names}
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, **headers)

    def form(self, path: str, fields: dict[str, Any], **headers: str) -> Any:
        """A multipart POST; values may be files."""
        path = path.removeprefix(f"http://127.0.0.1:8000{V1}")
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(V1 + path, fields, headers={**self.headers, **names})


class Cast:
    """The named cast of ``tests.base``; an account is given as its caller, everything else as it is."""

    def __init__(self) -> None:
        self.base = base.make_cast()
        self.anonymous = Caller(None)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.base, name)
        if isinstance(value, User):
            value = Caller(value)
        setattr(self, name, value)
        return value


def unit(code: str, name: str, parent: Unit | None = None, kind: str = Unit.Kind.DISTRICT) -> Unit:
    return Unit.objects.create(code=code, name=name, parent=parent, kind=kind)


def person(name: str, of: Unit) -> Person:
    nip = f"198001012005011{Person.objects.count() + 1:03d}"
    return Person.objects.create(name=name, unit=of, nip=nip, phone="+6281234567890")
