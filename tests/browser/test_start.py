"""What the first pages cost, and that none of them wants for a style, a script, a typeface or an icon."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Response

from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.counting import at_widths

pytestmark = pytest.mark.browser

MOST_BYTES, MOST_REQUESTS = 250_000, 10
BLANK = """() => [...document.querySelectorAll('.g-icon')]
    .filter(each => each.checkVisibility() && !each.querySelector('use').getBBox().width)
    .map(each => each.innerHTML)"""
TRANSFERRED = "performance.getEntriesByType('resource').filter(each => each.transferSize).map(each => each.name)"
FOCUSED = "document.activeElement"


def fetched(page: Page, address: str) -> list[Response]:
    """Everything that opening the page brings over the line."""
    answers: list[Response] = []

    def answered(response: Response) -> None:
        answers.append(response)

    page.on("response", answered)
    page.goto(address, wait_until="networkidle")
    page.remove_listener("response", answered)
    return answers


def bytes_of(answers: list[Response]) -> int:
    sizes = [each.request.sizes() for each in answers]
    return sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("username", "address"), [("", "/admin/login/"), ("kemang", "/admin/"), ("pengurus", "/admin/")]
)
def test_a_first_page_is_small(visit: Visit, pledge: dict[str, Any], username: str, address: str, color_scheme: str):
    answers = fetched(visit(username, PHONE, color_scheme=color_scheme), address)
    assert len(answers) <= MOST_REQUESTS, [each.url for each in answers]
    assert bytes_of(answers) <= MOST_BYTES


def test_the_next_page_fetches_nothing_but_itself(visit: Visit):
    page = visit("pengurus")
    fetched(page, "/admin/")
    fetched(page, "/admin/assets/asset/")
    assert page.evaluate("performance.getEntriesByType('resource').length") >= 4
    assert page.evaluate(TRANSFERRED) == []


@pytest.mark.parametrize("username", ["kemang", "pengurus", "inspektorat", "publik"])
def test_every_page_of_the_menu_has_its_icons_and_styles(visit: Visit, username: str):
    page = visit(username)
    page.goto("/admin/")
    addresses = [each.get_attribute("href") for each in page.locator(".g-menu nav a").all()]
    for address in addresses:
        page.goto(address or "")
        assert page.evaluate(BLANK) == [], address
        assert page.locator(".g-menu nav").is_visible(), address
        assert page.locator("main h1").count() == 1, address


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("address", ["/admin/", "/admin/assets/asset/", "/admin/figures/"])
def test_the_first_stop_of_the_keyboard_leads_to_the_content(visit: Visit, width: int, address: str):
    page = visit("pengurus", width)
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.textContent") == "Langsung ke isi"
    assert page.evaluate(f"{FOCUSED}.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(f"document.querySelector('main').contains({FOCUSED})")


def test_the_menu_of_a_phone_opens_and_closes_with_the_keyboard(visit: Visit):
    page = visit("verifikator", PHONE)
    page.goto("/admin/")
    page.locator(".g-menu > summary").focus()
    page.keyboard.press("Enter")
    nav = page.get_by_role("navigation", name="Semua halaman")
    assert nav.is_visible()
    page.locator(".g-rest > summary").focus()
    page.keyboard.press("Enter")
    assert nav.get_by_role("link", name="Kalender kerja").is_visible()
    assert at_widths(page) == []
    page.set_viewport_size({"width": PHONE, "height": 780})
    page.keyboard.press("Escape")
    assert not nav.is_visible()
    assert page.evaluate(f"{FOCUSED}.textContent").strip() == "Menu"


@pytest.mark.parametrize(("chosen", "night"), [("Gelap", True), ("Terang", False)])
def test_light_or_dark_is_chosen_and_stays(visit: Visit, chosen: str, night: bool):
    page = visit("verifikator", color_scheme="light" if night else "dark")
    page.goto("/admin/")
    page.locator(".g-account > summary").click()
    page.get_by_role("button", name=chosen).click()
    for _visit in range(2):
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == ("dark" if night else "light")
        page.goto("/admin/jobs/")
