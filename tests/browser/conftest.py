"""A real browser before the real server. Every page any test opens must load whole, quietly and from our host alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.places import PASSWORD
from tests.journeys.world import CODES, MONDAY, World, a_world

DESK, PHONE, NARROWEST = 1280, 360, 320
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

Visit = Callable[..., Page]


@pytest.fixture(scope="package")
def server() -> Iterator[World]:
    """Named so that the tests count as using a server; the fixture to ask for is ``world``."""
    with a_world(GAWAI_NOW=MONDAY) as world:
        yield world


@pytest.fixture
def world(server: World) -> World:
    return server


@pytest.fixture(scope="package")
def pledge(server: World) -> dict[str, Any]:
    """A phone for each of the 40 kecamatan, promised in July 2022 for the end of 2023."""
    lines = [{"unit": server.units[code], "family": server.family, "quantity": 1} for code in CODES]
    return server.published(lines=lines, original_due_on="2023-12-31")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. CI must have one; elsewhere its absence skips these tests."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        missing = "no chromium on this machine; install the package chromium to run the browser journeys"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="package")
def logins() -> dict[str, Any]:
    """What the browser keeps of each account's login."""
    return {}


@pytest.fixture
def visit(browser: Browser, server: World, logins: dict[str, Any]) -> Iterator[Visit]:
    """``visit(username, width)``: a window in which that account is signed in (``""``: nobody).

    Afterwards no window may have seen an error in its console, a failed request, or a request to a foreign host.
    """
    windows: list[BrowserContext] = []
    wrong: list[str] = []

    def opened(username: str = "", width: int = DESK, **options: Any) -> Page:
        state = logins.get(username)
        context = browser.new_context(
            base_url=server.server.base_url,
            viewport={"width": width, "height": 780},
            locale="id-ID",
            storage_state=state,
            **options,
        )
        windows.append(context)
        context.set_default_timeout(10_000)
        _watch(context, server.server.base_url, wrong)
        page = context.new_page()
        if username and state is None:
            _log_in(page, username)
            logins[username] = context.storage_state()
        return page

    yield opened
    for context in windows:
        context.close()
    assert wrong == []


def _watch(context: BrowserContext, home: str, wrong: list[str]) -> None:
    def failed(request: Any) -> None:
        # A download or a page left early stops its own request.
        if request.failure != "net::ERR_ABORTED":
            wrong.append(f"failed: {request.url} {request.failure}")

    def asked(request: Any) -> None:
        if not request.url.startswith((home, "data:", "blob:")):
            wrong.append(f"foreign: {request.url}")

    def answered(response: Any) -> None:
        # A refused form is shown again as the answer 400 to its own sending.
        if response.status >= 400 and (response.status, response.request.method) != (400, "POST"):
            wrong.append(f"{response.status}: {response.url}")

    def said(message: Any) -> None:
        if message.type == "error" and "status of 400" not in message.text:
            wrong.append(f"console: {message.text}")

    context.on("console", said)
    context.on("weberror", lambda error: wrong.append(f"script: {error.error}"))
    context.on("requestfailed", failed)
    context.on("request", asked)
    context.on("response", answered)


def _log_in(page: Page, username: str) -> None:
    page.goto("/")
    page.get_by_label("Nama pengguna").fill(username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url("**/admin/")
