"""Headers of every answer, and headers of callers that must not count."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from core.middleware import client_address

pytestmark = pytest.mark.django_db
PATHS = [
    "/",
    "/admin/login/",
    "/nowhere/",
    "/api/v1/nowhere/",
    "/healthz",
    "/readyz",
    "/static/core/fault.css",
    "/static/no",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_locked_down(path: str) -> None:
    answer = Client().get(path)
    policy = answer["Content-Security-Policy"]
    for directive in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "script-src 'self'"):
        assert directive in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "X-Request-ID" in answer


@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_relaxed(path: str) -> None:
    assert "unsafe" not in Client().get(path)["Content-Security-Policy"]


def test_what_is_served_is_not_kept_by_caches() -> None:
    assert "no-store" in Client().get("/admin/login/")["Cache-Control"]
    assert "no-store" in Client().get("/nowhere/")["Cache-Control"]


def request(**meta: str):
    return RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", **meta)


def test_forwarded_addresses_are_ignored_without_a_proxy(settings) -> None:
    settings.NUM_PROXIES = 0
    assert client_address(request(HTTP_X_FORWARDED_FOR="10.0.0.1")) == "192.0.2.7"


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (1, "6.6.6.6, 10.0.0.1", "10.0.0.1"),
        (2, "6.6.6.6, 10.0.0.1, 10.0.0.2", "10.0.0.1"),
        (2, "10.0.0.1", "192.0.2.7"),
        (1, "not an address", "192.0.2.7"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "", "192.0.2.7"),
    ],
)
def test_behind_proxies_the_address_is_counted_from_the_right(
    settings, proxies: int, header: str, expected: str
) -> None:
    settings.NUM_PROXIES = proxies
    assert client_address(request(HTTP_X_FORWARDED_FOR=header)) == expected


def test_a_forwarded_host_or_scheme_changes_nothing() -> None:
    answer = Client().get("/", headers={"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"})
    assert answer["Location"] == "/admin/"
    assert "Strict-Transport-Security" not in answer
