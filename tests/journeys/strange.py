"""Strange requests: made from the API's own description and from values that have broken other systems. Seeded."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

LONG_TEXT = "A" * 50_000
NUMBERS: list[Any] = [0, -1, 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 1.5, 1e308, -0.0, True, False, None]
TEXTS: list[str] = [
    "", " ", "\t\r\n", "0", "-1", "1e3", "１２", "1;", "1 OR 1=1", "' OR ''='", '"', "%00", "a\u0000b", "\u202eabc",
    "𝕳" * 20,
    "\ufffe", "é" * 300, "=app|'x'!A0", "+1", "@SUM(A1)", "../../etc/passwd", "<script>alert(1)</script>",
    "%s%n",
    "{{7*7}}", "${x}", "\\", "%", "_", "[", "*", "(a+)$", "null", "NaN", "true", "2024-02-30",
    "9999-12-31",
    "0000-00-00", "10000-01-01", "2026-03-02T09:00:00", "2026-03-02T09:00:00+99:99", "-", "?", "id;drop", "__proto__",
    "created_by__password__startswith", "1" * 30, "A" * 3_000, "🧨", "\u0000", "a b", "x" * 256, "http://[::1",
    "\ud800",
]  # fmt: skip
IDS = ["0", "-1", "1", "2", "3", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 30, "1e3", "１２",
       "1;", "%00", "x", "me", "..", "1.0", " 1", "0x1", "None", "a" * 300]  # fmt: skip
CONTENT_TYPES = [
    "application/json", "application/json; charset=utf-8", "application/json; charset=utf-7", "text/plain", "",
    "application/xml",
    "multipart/form-data", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "a/b; c", "\u00e9",
    "application/json; charset=\"", "multipart/form-data; boundary=" + "y" * 300,
]  # fmt: skip
RAW = [
    b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b"{}{}", b'{"a":1,"a":2}', b"[" * 40, b'{"a":' * 40,
    b"NaN",
    b'{"reason": "\\ud800"}', b'{"x":1e999}', b"--x\r\n\r\n", b"--x--", b"a=1&a=2", b"%", b"=", b"&" * 3_000,
    b"\x00" * 100,
    json.dumps({"reason": LONG_TEXT}).encode(), b'{"lines": [' + b"{}," * 5_000 + b"{}]}", b"1" * 5_000,
    b'{"' + b"k" * 5_000 + b'":1}',
]  # fmt: skip
HEADERS = {
    "Accept": ["*/*", "", "text/html", "application/xml", "a" * 3_000, "application/json;q=x"],
    "Accept-Language": ["en", "id", "zz", "*", "x" * 3_000, "en;q=9", "\u00ff"],
    "If-Match": ["*", '"x"', "", '"asset-1-1", "b"', "W/" * 500],
    "Idempotency-Key": ["k", "", " ", "x" * 256, "\u00e9", "a b"],
    "X-Request-ID": ["abc", "x" * 300, "a b", "'"],
    "X-Forwarded-For": ["1.1.1.1", "x"], "X-HTTP-Method-Override": ["DELETE"], "Range": ["bytes=0-", "bytes=9-1"],
    "Cookie": ["gawai_session=x", "a=b; c", "gawai_language=../../x"], "Origin": ["null", "https://evil.example"],
}  # fmt: skip


@dataclass
class Strange:
    """One request, ready to send; ``described``: the statuses that its description names, where it has one."""

    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    described: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.method} {self.path[:300]} {self.headers} {(self.body or b'')[:300]!r}"


SIGN_OUT = ("/api/v1/tokens/{id}/", "delete")


class FromSchema:
    """Requests for every operation of an OpenAPI description, in turn; not the one after which all others are 401."""

    def __init__(self, schema: dict[str, Any], seed: int) -> None:
        self.schema = schema
        self.chance = random.Random(seed)
        self.operations = [
            (path, method.upper(), operation)
            for path, methods in sorted(schema["paths"].items())
            for method, operation in sorted(methods.items())
            if method in ("get", "post", "patch", "delete", "put") and (path, method) != SIGN_OUT
        ]

    def requests(self, number: int) -> Iterator[Strange]:
        for index in range(number):
            yield self.request(*self.operations[index % len(self.operations)])

    def resolved(self, parameter: dict[str, Any]) -> dict[str, Any]:
        shared = self.schema["components"]["parameters"]
        return shared[parameter["$ref"].rsplit("/", 1)[-1]] if "$ref" in parameter else parameter

    def request(self, path: str, method: str, operation: dict[str, Any]) -> Strange:
        chance = self.chance
        address = re.sub(r"\{[^}]+\}", lambda _: quote(chance.choice(IDS), safe="%"), path)
        made = Strange(
            method if chance.random() < 0.95 else chance.choice(["HEAD", "OPTIONS", "PUT", "TRACE"]), address
        )
        if made.method in (method, "HEAD" if method == "GET" else method):
            made.described = frozenset(operation["responses"])
        parameters = [p["name"] for p in map(self.resolved, operation.get("parameters", [])) if p["in"] == "query"]
        chosen = chance.sample(parameters, min(len(parameters), chance.choice([0, 1, 1, 2, 3])))
        if chance.random() < 0.15:
            chosen.append(chance.choice(["page_size", "nope", "password__startswith", "_method", "limit"]))
        if chosen:
            query = urlencode([(name, self.text_of(name)) for name in chosen], errors="surrogatepass")
            made.path += "?" + query[:3_500]
        if method in ("POST", "PATCH", "PUT"):
            made.body, made.headers = self.body(operation)
        for name in chance.sample(sorted(HEADERS), chance.choice([0, 0, 1, 2])):
            made.headers[name] = chance.choice(HEADERS[name]).encode("latin-1", "ignore").decode("latin-1")
        return made

    def text_of(self, name: str) -> str:
        if name in ("limit", "offset") and self.chance.random() < 0.5:
            return str(self.chance.choice([0, -1, 1, 100, 101, 10**9, 10**12, 10**18, 10**30]))
        return self.chance.choice(TEXTS) if self.chance.random() < 0.8 else ",".join(self.chance.sample(TEXTS, 3))

    def body(self, operation: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        chance = self.chance
        if chance.random() < 0.15:
            kind = chance.choice(CONTENT_TYPES).encode("latin-1", "ignore").decode("latin-1")
            return chance.choice(RAW), {"Content-Type": kind}
        content = operation.get("requestBody", {}).get("content", {})
        described = next(iter(content.values()), {}).get("schema", {})
        value = self.value(described, depth=0)
        if isinstance(value, dict) and chance.random() < 0.15:
            value[chance.choice(["id", "status", "owner", "is_superuser", "approved_by", "version", "x" * 300])] = 1
        return json.dumps(value).encode("utf-8", "surrogatepass"), {"Content-Type": "application/json"}

    def value(self, described: dict[str, Any], depth: int) -> Any:
        """A value that fits, most of the time; otherwise one that does not."""
        chance = self.chance
        while "$ref" in described:
            described = self.schema["components"]["schemas"][described["$ref"].rsplit("/", 1)[1]]
        if chance.random() < 0.12 or depth > 6:
            return chance.choice([*NUMBERS, *TEXTS, [], {}, [[]], {"id": 1}, [1, "x", None]])
        for key in ("allOf", "oneOf", "anyOf"):
            if key in described:
                return self.value(described[key][0], depth)
        if "enum" in described:
            return chance.choice(described["enum"])
        kind = described.get("type", "object" if "properties" in described else "string")
        kind = chance.choice(kind) if isinstance(kind, list) else kind
        if kind == "object":
            wanted = described.get("required", [])
            return {
                name: self.value(each, depth + 1)
                for name, each in described.get("properties", {}).items()
                if name in wanted or chance.random() < 0.5
            }
        if kind == "array":
            return [self.value(described.get("items", {}), depth + 1) for _ in range(chance.choice([0, 1, 1, 2, 5]))]
        return self.plain(kind, described)

    def plain(self, kind: str, described: dict[str, Any]) -> Any:
        chance = self.chance
        if kind in ("integer", "number"):
            return chance.choice([1, 1, 2, 3, 4, *NUMBERS])
        if kind == "boolean":
            return chance.choice([True, False])
        if kind == "null":
            return None
        if described.get("format") == "date":
            return chance.choice(["2026-03-02", "2025-01-01", "2026-02-30", "9999-12-31"])
        return chance.choice(["Uji", "Uji", *TEXTS])
