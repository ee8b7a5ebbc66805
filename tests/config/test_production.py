"""The service in production mode: cookies, transport, checks, and no account until the operator makes one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest

from tests.config.test_environment import PRODUCTION
from tests.server import Answer, Server, running

pytestmark = [pytest.mark.slow, pytest.mark.servers]
HOST = {"Host": "gawai.example.go.id"}


@pytest.fixture(scope="module")
def production() -> Iterator[Server]:
    with running(start=False, **PRODUCTION) as server:
        server.start()
        yield server


def cookies(answer: Answer) -> dict[str, str]:
    """Every cookie that is set, name to its whole line."""
    lines = answer.headers.get_all("Set-Cookie", [])
    return {next(iter(SimpleCookie(line))): line for line in lines}


def test_cookies_are_bound_to_the_host_and_to_tls(production: Server) -> None:
    production.shell("from org.models import User; User.objects.create_user('kemang', 'kuda-hijau-77')")
    client = production.client()
    language = production.client().submit("/i18n/setlang/", {"language": "en"}, page="/admin/login/", headers=HOST)
    page = client.get("/admin/login/", headers=HOST)
    token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    form = {"username": "kemang", "password": "kuda-hijau-77", "csrfmiddlewaretoken": token}
    entered = client.request("POST", "/admin/login/", form=form, headers=HOST)
    assert entered.status == 302
    found = cookies(page) | cookies(entered) | cookies(language)
    assert set(found) == {f"__Host-gawai_{name}" for name in ("session", "csrf", "language", "device")}
    for line in found.values():
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(line.split("; "))
        assert "Domain" not in line
    values = list(client.cookies.values())
    assert len(set(values)) == len(values)


def test_a_fresh_installation_has_no_account(production: Server) -> None:
    assert (
        production.shell("from org.models import User; print(User.objects.exclude(username='kemang').count())") == "0\n"
    )


def test_the_deployment_checks_are_silent(production: Server) -> None:
    done = production.manage("check", "--deploy", "--fail-level", "WARNING")
    assert "no issues" in done.stdout


def test_other_hosts_are_refused(production: Server) -> None:
    assert production.client().get("/admin/login/").status == 400


@pytest.mark.parametrize("environment", [PRODUCTION, {"GAWAI_ENV": "demo"}, {"GAWAI_ENV": "development"}])
def test_static_files_are_hashed_compressed_and_kept_for_good(environment: dict[str, str]) -> None:
    host = {"Host": environment.get("ALLOWED_HOSTS", "127.0.0.1")}
    with running(**environment) as server:
        page = server.client().get("/admin/login/", headers=host).text
        served = set(re.findall(r'"(/static/[^"#]+)', page))
        assert len(served) >= 4
        for path in served:
            answer = server.client().get(path, headers=host | {"Accept-Encoding": "gzip"})
            assert answer.status == 200, path
            assert re.search(r"\.[0-9a-f]{12}\.\w+$", path), path
            assert "immutable" in answer.headers["Cache-Control"], path
            assert answer.headers["Content-Encoding"] == "gzip" or path.endswith(".woff2"), path


def test_behind_an_announced_proxy_the_transport_is_enforced(production: Server) -> None:
    with running(start=False, **PRODUCTION, NUM_PROXIES="1") as server:
        server.start()
        assert "no issues" in server.manage("check", "--deploy", "--fail-level", "WARNING").stdout
        plain = server.client().get("/admin/login/", headers=HOST)
        assert (plain.status, plain.headers["Location"]) == (301, "https://gawai.example.go.id/admin/login/")
        secure = server.client().get("/admin/login/", headers=HOST | {"X-Forwarded-Proto": "https"})
        assert secure.status == 200
        assert int(secure.headers["Strict-Transport-Security"].split(";")[0].split("=")[1]) >= 365 * 86400
        assert server.client().get("/healthz").status == 200


@pytest.mark.parametrize("environment", [PRODUCTION, {"GAWAI_ENV": "demo"}])
def test_without_collected_files_the_start_is_refused(environment: dict[str, str]) -> None:
    with running(start=False, **environment) as server:
        shutil.rmtree(server.data_dir / "static")
        server.start(wait=0)
        assert server.process is not None
        assert server.process.wait(timeout=30) == 1
        assert server.log.strip().endswith("run manage.py collectstatic first.")
        assert len(server.log.strip().splitlines()) == 1
        server.process = None
