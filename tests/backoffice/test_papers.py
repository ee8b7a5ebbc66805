"""The BAST, the letter of request and the label are printed from their pages, by whom the API gives them to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.cast import Caller
from tests.backoffice.desk import Desk, links, page
from tests.base import Cast, a_request, an_issue, delivered


@pytest.fixture(params=["BAST", "prepared BAST", "letter", "label"])
def printed(request: Any, cast: Cast) -> tuple[Any, str, str]:
    """A thing of Kemang, the address of its paper on the page, and in the API."""
    thing, route, name = {
        "BAST": lambda: (delivered(cast), "handovers", "document"),
        "prepared BAST": lambda: (an_issue(cast, on=None), "handovers", "document"),
        "letter": lambda: (a_request(cast), "requests", "document"),
        "label": lambda: (delivered(cast).items.get().asset, "assets", "label"),
    }[request.param]()
    return thing, page(thing).replace("/change/", f"/print/{name}/"), f"{route}/{thing.pk}/{name}/"


def test_the_page_offers_the_paper_as_a_private_pdf(desk: Desk, cast: Cast, printed: tuple[Any, str, str]) -> None:
    thing, address, _route = printed
    assert address in links(desk.get(cast.kemang_admin, page(thing)))
    answer = desk.get(cast.kemang_admin, address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment;") and "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert desk.post(cast.kemang_admin, address).status_code in (404, 405)


def test_it_is_for_those_to_whom_the_api_gives_it(desk: Desk, cast: Cast, printed: tuple[Any, str, str]) -> None:
    _thing, address, route = printed
    seen = {each.username: desk.get(each, address).status_code for each in cast.users}
    assert seen == {each.username: Caller(each).get(route, Accept="*/*").status_code for each in cast.users}
    assert {seen[each.username] for each in (cast.kemang_admin, cast.clerk, cast.auditor)} == {200}
    assert {seen[each.username] for each in (cast.cibinong_admin, cast.outsider)} == {404}


def test_it_is_one_file_with_one_name_from_both(desk: Desk, cast: Cast, printed: tuple[Any, str, str]) -> None:
    _thing, address, route = printed
    page_file, api_file = desk.get(cast.kemang_admin, address), Caller(cast.kemang_admin).get(route, Accept="*/*")
    assert page_file["Content-Disposition"] == api_file["Content-Disposition"]
