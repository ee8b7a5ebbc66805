"""A window whose presses and pages are counted, and whose pages are held to the accessibility rules as they come."""

from __future__ import annotations

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

from tests.browser.conftest import DESK, PHONE

RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}
COLOURS = {**RULES, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What can differ in the dark, whose sheet has colours alone."""
FOUND = """rules => axe.run(document, rules).then(result => result.violations.flatMap(rule =>
    rule.nodes.map(node => `${rule.id} ${node.target}: ${node.failureSummary}`)))"""


def violations(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe finds in the page as it is shown now; the rules are brought along once per page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    width = page.viewport_size["width"]
    return [f"{width} px: {found}" for found in page.evaluate(FOUND, rules)]


def too_wide(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    width = page.viewport_size["width"]
    return [f"{width} px: {wide} px wide"] if wide > width else []


def at_widths(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What is wrong with the page at the width of a desk and of a phone."""
    wrong = []
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 780})
        wrong += violations(page, rules) + too_wide(page)
    return wrong


class Counted:
    """A page whose presses and loads are counted; what is typed or scanned is no press."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses, self.pages = page, 0, 0
        page.on("framenavigated", self._loaded)

    def _loaded(self, _frame: object) -> None:
        self.pages += 1

    def press(self, role: str, name: str | re.Pattern[str]) -> None:
        self.tap(self.page.get_by_role(role, name=name).first)  # type: ignore[arg-type]

    def tap(self, target: Locator) -> None:
        self.presses += 1
        target.click()

    def follow(self, target: Locator) -> None:
        """Press what leads to another page, and see it."""
        with self.page.expect_navigation(wait_until="load"):
            self.tap(target)

    def within(self, *, presses: int, pages: int) -> None:
        """Holds each of the two to its upper bound."""
        assert self.presses <= presses and self.pages <= pages, f"{self.presses} presses, {self.pages} pages"


class Walked(Counted):
    """Also looked at: ``look`` holds the page shown now to the rules, in the light and in the dark, on a desk and on a
    phone. ``wrong``: what was found, by the address of the page."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.wrong: dict[str, list[str]] = {}

    def look(self) -> None:
        shown = self.page.viewport_size
        found = []
        for scheme, rules in (("dark", COLOURS), ("light", RULES)):
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [f"{scheme}, {each}" for each in at_widths(self.page, rules)]
        self.page.set_viewport_size(shown)
        if found:
            self.wrong[self.page.url] = found
