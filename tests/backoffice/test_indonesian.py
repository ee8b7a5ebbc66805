"""Pages speak one language, and say the same thing in the same words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import django
import pytest
from django.core.management import call_command
from django.urls import resolve

from documents.lists import SECURITY_WORDS
from org import accounts
from org.models import Role
from tests.api.cast import Caller
from tests.api.matrix_world import MatrixWorld
from tests.backoffice.desk import Desk, links, page, text, verb_page
from tests.base import Cast, a_pledge, a_request, again, an_issue, day, grant, settings_are, submitted
from tests.base import user as an_account
from tests.config.test_messages import catalogue

OURS, TRANSLATED = (Path(__file__).parents[2] / f"locale/{language}/LC_MESSAGES/django.po" for language in ("en", "id"))
FRAMEWORK = Path(django.__file__).parent / "contrib/admin/locale/en/LC_MESSAGES/django.po"
WORD = re.compile(r"[A-Za-z]{3,}")
NAMES = {"english", "mar", "apr", "camera"}
"""The link to the other language is in that language; two months are short in both; a family of the cast's devices."""
CODES = {"pledge", "published", "person", "local", "plan", "add"}
"""Stand on pages as codes: of an act beside its sentence, in an address that was read, in what an event keeps."""


def words_in(texts: Iterable[str]) -> set[str]:
    return {word.lower() for each in texts for word in WORD.findall(re.sub(r"%\(\w+\)s|<[^>]+>", " ", each))}


def english() -> set[str]:
    """Words of our English texts, and of what the framework says, that are in none of our Indonesian ones."""
    ours, framework = catalogue(OURS), catalogue(TRANSLATED)
    theirs = [*framework, *re.findall(r'^msgid "(.+)"', FRAMEWORK.read_text(encoding="utf-8"), re.M)]
    indonesian = words_in([text for text in ours if text not in framework]) | words_in(framework.values())
    return words_in([*ours.values(), *theirs]) - indonesian - NAMES - CODES


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
    cast, foreign = world.cast, english()
    assert {"search", "required", "device", "received"} <= foreign
    walkers = (cast.superuser, cast.clerk, cast.kemang_head)
    pages = walked(Desk(cast), walkers)
    assert len(pages) > 120, len(pages)
    left: dict[str, set[str]] = defaultdict(set)
    for address, shown in pages.values():
        for word in {word.lower() for word in WORD.findall(shown)} & foreign:
            left[word].add(address)
    assert not left, "\n".join(f"{word}: {sorted(where)[:3]}" for word, where in sorted(left.items()))


# ---- one word for one thing


def test_the_page_of_an_act_says_in_whose_place_one_acts(cast: Cast, desk: Desk) -> None:
    settings_are(endorsement="tap")
    request = submitted(cast, a_request(cast))
    stand_in = an_account(username="sekcam", unit=cast.kemang)
    grant(stand_in, role=Role.UNIT_HEAD, unit=cast.kemang, acting_for=cast.kemang_head, ends_on=day("2026-03-13"))
    said = "Anda bertindak sebagai Plh. Camat, untuk Asep Sunarya."
    assert said in text(desk.get(stand_in, verb_page(request, "endorse")))
    assert "Anda bertindak" not in text(desk.get(cast.kemang_head, verb_page(request, "endorse")))


def test_the_page_of_an_erased_account_has_a_heading(cast: Cast, desk: Desk) -> None:
    call_command("erase_person", str(cast.rani.pk))
    shown = desk.get(cast.superuser, page(again(cast.kemang_admin))).content.decode()
    [heading] = re.findall(r"<h1>(.*?)</h1>", shown, flags=re.S)
    assert f"Orang yang dihapus #{cast.rani.pk}" in heading.replace("\N{NO-BREAK SPACE}", " ")


def test_a_substitute_is_asked_for_only_where_something_was_promised(cast: Cast, desk: Desk) -> None:
    bare, promised = an_issue(cast), an_issue(cast, pledge_line=a_pledge(cast).lines.get())
    asks = {paper: "terima sebagai pengganti" in text(desk.get(cast.kemang_admin, verb_page(paper, "accept")))
            for paper in (bare, promised)}  # fmt: skip
    assert asks == {bare: False, promised: True}
    sent = {"items": str(bare.items.get().pk), "received_on": "2026-03-02"}
    assert desk.act(cast.kemang_admin, bare, "accept", **sent).status_code == 302


def test_the_history_of_a_grant_names_its_unit(cast: Cast, desk: Desk) -> None:
    given = accounts.grant(actor=cast.user_admin, user=cast.outsider, role=Role.VIEWER, unit=cast.kemang)
    assert "Pembaca · Kecamatan Kemang · sejak 2 Mar 2026" in text(desk.get(cast.user_admin, page(given)))


def test_every_kind_of_the_security_log_and_what_it_notes_has_words() -> None:
    written = [
        each.read_text(encoding="utf-8")
        for each in Path(OURS.parents[3]).glob("*/**/*.py")
        if "tests" not in each.parts
    ]
    kinds = {kind for source in written for kind in re.findall(r'security\.log(?:_request)?\(\s*"(\w+)"', source)}
    assert {"login", "import_received"} <= kinds <= SECURITY_WORDS.keys()


def test_what_is_wanted_is_asked_in_one_way(cast: Cast) -> None:
    api = Caller(cast.user_admin)
    said = {api.post("social-accounts/", body).json()["errors"][0]["detail"] for body in ({}, {"unit": None})}
    assert said == {"Wajib diisi."}
