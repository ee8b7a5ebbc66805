"""Pages speak one language, and say the same thing in the same words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import django
import pytest
from django.urls import resolve

from tests.api.matrix_world import MatrixWorld
from tests.backoffice.desk import Desk, links, text

OURS = Path(__file__).parents[2] / "locale/en/LC_MESSAGES/django.po"
THEIRS = [Path(django.__file__).parent / place for place in (
    "conf/locale/en/LC_MESSAGES/django.po", "contrib/admin/locale/en/LC_MESSAGES/django.po",
)]  # fmt: skip
WORD = re.compile(r"[A-Za-z]{3,}")
NAMES = {"instagram", "excel", "gawai", "http", "https", "json", "sha", "english", "python", "api", "csv"}
"""Proper names, and what is called so in both languages; the link to the other language is in that language."""


def said(catalogue: Path, field: str) -> set[str]:
    """The words of all texts of a catalogue."""
    found = re.findall(rf'^{field}(?:\[\d\])? (".*"(?:\n".*")*)', catalogue.read_text(encoding="utf-8"), re.M)
    return {word.lower() for each in found for word in WORD.findall(re.sub(r"%\(\w+\)s|<[^>]+>", " ", each))}


def english() -> set[str]:
    """Words of our English texts, and of the framework's, that are in none of our Indonesian ones."""
    words = said(OURS, "msgstr").union(*(said(each, "msgid") for each in THEIRS))
    return words - said(OURS, "msgid") - NAMES


def walked(desk: Desk, users: Iterable[Any]) -> dict[tuple[str, str], tuple[str, str]]:
    """What the pages say, one for each route (and verb) that somebody's links lead to: its address and text."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for user in users:
        waiting, seen = ["/admin/"], set()
        while waiting:
            address = waiting.pop()
            path = address.split("?")[0]
            match = resolve(path)
            route = (match.url_name or "", str(match.kwargs.get("verb", match.kwargs.get("name", ""))))
            if route in seen or "logout" in path:
                continue
            seen.add(route)
            answer = desk.get(user, address)
            if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
                continue
            found.setdefault(route, (address, text(answer)))
            waiting += links(answer)
    return found


@pytest.fixture
def world(db: None, media: Any) -> MatrixWorld:
    return MatrixWorld()


def test_no_page_says_a_word_of_english(world: MatrixWorld) -> None:
    desk, cast, foreign = Desk(world.cast), world.cast, english()
    pages = walked(desk, cast.users)
    assert len(pages) > 120, len(pages)
    left: dict[str, set[str]] = defaultdict(set)
    for address, shown in pages.values():
        for word in {word.lower() for word in WORD.findall(shown)} & foreign:
            left[word].add(address)
    assert not left, dict(left)
