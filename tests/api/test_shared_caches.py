"""G10: one address, two users, and a cache between them and Gawai: everybody gets their own data.

The caches are honest: a proxy of our own that keeps what HTTP lets it keep, and Django's cache middleware.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client as Browser

from core import jobs
from core.models import Job
from tests import base
from tests.api.cast import Cast
from tests.journeys.world import a_world
from tests.server import Client

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


class Proxy:
    """Shared by all who call: a stored answer is told again to whoever asks the same with the same varying headers.

    Keeps what RFC 9111 lets a shared cache keep: GET answers of 200 with a lifetime, and none that say ``no-store`` or
    ``private``; to a request with ``Authorization`` only what is ``public`` or has ``s-maxage``. ``deaf`` keeps all.
    """

    def __init__(self, origin: Any, *, deaf: bool = False) -> None:
        self.origin, self.deaf = origin, deaf
        self.kept: dict[str, list[tuple[dict[str, str], int, dict[str, str], bytes]]] = {}
        self.hits = 0

    def answer(self, path: str, asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        for varying, status, headers, body in self.kept.get(path, []):
            if all(asked.get(name, "") == value for name, value in varying.items()):
                self.hits += 1
                return status, headers, body
        got = Client(self.origin).get(path, headers=asked)
        headers = {name.lower(): value for name, value in got.headers.items() if name.lower() not in HOP}
        vary = {each.strip().lower() for each in headers.get("vary", "").split(",") if each.strip()}
        if self.may_keep(got.status, headers, asked) and "*" not in vary:
            kept = ({name: asked.get(name, "") for name in vary}, got.status, headers, got.body)
            self.kept.setdefault(path, []).append(kept)
        return got.status, headers, got.body

    def may_keep(self, status: int, headers: dict[str, str], asked: dict[str, str]) -> bool:
        said = {each.strip().partition("=")[0].lower() for each in headers.get("cache-control", "").split(",")}
        if self.deaf:
            return status == 200
        if status != 200 or said & {"no-store", "private", "no-cache"}:
            return False
        if "authorization" in asked and not said & {"public", "s-maxage", "must-revalidate"}:
            return False
        return bool(said & {"max-age", "s-maxage", "public"}) or "expires" in headers or "last-modified" in headers


@contextmanager
def proxied(origin: str, **options: Any) -> Iterator[tuple[str, Proxy]]:
    """The address of a caching proxy in front of ``origin``, and the proxy."""
    proxy = Proxy(origin, **options)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name.lower(): value for name, value in self.headers.items() if name.lower() not in HOP | {"host"}}
            status, headers, body = proxy.answer(self.path, asked)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# ---- the real server behind a proxy


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    """Two kecamatan with a request each, and for each a finished export of them."""
    with a_world() as world:
        world.family_of = {}
        for name in ("kemang", "cibinong"):
            world.submitted(name)
        world.files = {name: world.export(name, "requests", "csv")[0]["file"] for name in ("kemang", "cibinong")}
        yield world


def paths(world: Any) -> list[str]:
    """Addresses that both users may ask for, and the file of each."""
    own = [re.sub(r"^http://[^/]+", "", address) for address in world.files.values()]
    return ["/api/v1/requests/", "/api/v1/exports/", "/api/v1/jobs/", "/api/v1/me/", "/api/v1/worklists/", *own]


def direct(world: Any, name: str, path: str) -> tuple[int, bytes]:
    answer = world[name].client.get(path, headers={"X-Request-ID": "sama"})
    return answer.status, answer.body


def test_two_users_behind_one_cache_each_get_their_own(server):
    """G10"""
    with proxied(server.server.base_url) as (address, proxy):
        for path in paths(server):
            for name in ("kemang", "cibinong", "kemang"):
                got = Client(address, server.tokens[name]).get(path, headers={"X-Request-ID": "sama"})
                assert (got.status, got.body) == direct(server, name, path), (name, path)
                assert "no-store" in got.headers["Cache-Control"], path
                assert {"authorization", "cookie"} <= varying(got.headers["Vary"]), path
            anonymous = Client(address).get(path)
            assert anonymous.status == 401
        assert (proxy.kept, proxy.hits) == ({}, 0)


def test_a_file_is_told_to_its_owner_alone_whoever_asked_first(server):
    """G10"""
    kemang, cibinong = (re.sub(r"^http://[^/]+", "", server.files[name]) for name in ("kemang", "cibinong"))
    with proxied(server.server.base_url) as (address, _proxy):
        for path, owner, other in ((kemang, "kemang", "cibinong"), (cibinong, "cibinong", "kemang")):
            callers = {name: Client(address, server.tokens[name]) for name in (owner, other)}
            assert callers[owner].get(path).status == 200
            assert callers[other].get(path).status == 404
            assert callers[owner].get(path).status == 200
    assert b"32.01.12" in direct(server, "kemang", kemang)[1]


def test_even_a_cache_that_keeps_what_it_should_not_tells_nobody_anothers(server):
    """G10: ``Vary`` alone is enough."""
    with proxied(server.server.base_url, deaf=True) as (address, proxy):
        for path in paths(server):
            for name in ("kemang", "cibinong", "kemang"):
                got = Client(address, server.tokens[name]).get(path, headers={"X-Request-ID": "sama"})
                assert (got.status, got.body) == direct(server, name, path), (name, path)
        assert proxy.hits > 0


def test_the_proxy_does_keep_what_it_may(server):
    """G10: the control. A file for everybody is told from the cache."""
    with proxied(server.server.base_url) as (address, proxy):
        for name in ("kemang", "cibinong"):
            got = Client(address, server.tokens[name]).get("/static/core/fault.css", headers={"Authorization": ""})
            assert got.status == 200
    assert list(proxy.kept) == ["/static/core/fault.css"]
    assert proxy.hits == 1


def test_without_the_headers_the_proxy_would_mix_users_up(server):
    """G10: the control. The same cache, deaf to ``Vary`` and ``Cache-Control``, tells the second user the first's."""

    class Careless(Proxy):
        def may_keep(self, status: int, headers: dict[str, str], asked: dict[str, str]) -> bool:
            headers.pop("vary", None)
            return status == 200

        def answer(self, path: str, asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
            found = super().answer(path, asked)
            self.kept = {path: [({}, *each[1:]) for each in stored] for path, stored in self.kept.items()}
            return found

    careless = Careless(server.server.base_url)
    asked = [{"authorization": f"Bearer {server.tokens[name]}"} for name in ("kemang", "cibinong")]
    first, second = (careless.answer("/api/v1/requests/", each)[2] for each in asked)
    assert first == second == direct(server, "kemang", "/api/v1/requests/")[1]


def varying(header: str) -> set[str]:
    return {each.strip().lower() for each in header.split(",")}


# ---- Django's own cache


@pytest.fixture
def cached(settings):
    """Django's cache of whole answers around everything else, as an office might switch it on."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "uji"}}
    settings.CACHE_MIDDLEWARE_SECONDS = 600
    settings.MIDDLEWARE = [
        "django.middleware.cache.UpdateCacheMiddleware",
        *settings.MIDDLEWARE,
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
    cache.clear()
    yield cache
    cache.clear()


def test_djangos_cache_middleware_tells_everybody_their_own(cached, cast: Cast, media, django_assert_num_queries):
    """G10"""
    for unit in (cast.kemang, cast.cibinong):
        base.submitted(cast.base, unit=unit)
    owners = {"kemang_admin": cast.kemang_admin, "cibinong_admin": cast.cibinong_admin}
    made = {
        name: caller.post("exports/", {"kind": "requests", "format": "csv"}).json() for name, caller in owners.items()
    }
    jobs.run_due()
    for path in ("requests/", "exports/", "jobs/", "me/"):
        told = [(owners[name].get(path), name) for name in (*owners, *owners)]
        assert told[0][0].content != told[1][0].content
        assert [told[0][0].content, told[1][0].content] == [told[2][0].content, told[3][0].content]
        assert all("no-store" in answer["Cache-Control"] for answer, _name in told)
    for name, job in made.items():
        for who, caller in owners.items():
            assert caller.get(f"jobs/{job['id']}/file/", Accept="*/*").status_code == (200 if who == name else 404)
    assert Job.objects.filter(state="done").count() == 2


def test_pages_of_the_back_office_too(cached, cast: Cast):
    """G10"""
    for unit in (cast.kemang, cast.cibinong):
        base.submitted(cast.base, unit=unit)
    shown = {}
    for user in (cast.base.kemang_admin, cast.base.cibinong_admin) * 2:
        browser = Browser()
        browser.force_login(base.again(user))
        answer = browser.get("/admin/requests_app/devicerequest/")
        assert "no-store" in answer["Cache-Control"] and "cookie" in varying(answer["Vary"])
        shown.setdefault(user.username, []).append("Cibinong" in answer.content.decode())
    assert shown == {"kemang": [False, False], "cibinong": [True, True]}


def careless(get_response: Any) -> Any:
    """A middleware that takes away what Gawai says about caching."""

    def answer(request: Any) -> Any:
        response = get_response(request)
        response.headers.pop("Vary", None)
        response.headers["Cache-Control"] = "max-age=600"
        return response

    return answer


def test_without_the_headers_the_middleware_would_mix_users_up(cached, cast: Cast, settings):
    """G10: the control."""
    settings.MIDDLEWARE = [settings.MIDDLEWARE[0], f"{__name__}.careless", *settings.MIDDLEWARE[1:]]
    told = []
    for user in (cast.base.kemang_admin, cast.base.cibinong_admin):
        browser = Browser()
        browser.force_login(base.again(user))
        told.append(browser.get("/api/v1/me/").json()["user"]["username"])
    assert told == ["kemang", "kemang"]
