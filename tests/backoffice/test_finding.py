"""One search in the menu: a page, a number, a label, a name; it goes there, and finds nothing that one may not read."""

from __future__ import annotations

from typing import Any

from core.models import SecurityEvent
from tests.backoffice.desk import Desk, page, text
from tests.base import Cast, a_pledge, a_request, an_asset, an_issue, submitted

FIND = "/admin/find/"


def goes(desk: Desk, user: Any, sought: str) -> str:
    answer = desk.get(user, FIND, q=sought)
    return str(answer["Location"]) if answer.status_code == 302 else ""


def test_a_label_a_number_and_a_name_lead_to_their_page(cast: Cast, desk: Desk) -> None:
    device, request, pledge = an_asset(cast), submitted(cast, a_request(cast)), a_pledge(cast)
    paper = an_issue(cast, assets=[device])
    for thing, sought in (
        (device, device.tag.lower()), (request, request.number), (pledge, pledge.number), (paper, paper.number),
        (cast.rani, "rani puspita"), (cast.cibinong, "cibinong"),
    ):  # fmt: skip
        assert goes(desk, cast.clerk, sought) == page(thing), sought


def test_a_page_of_the_own_menu_is_found_by_its_title(cast: Cast, desk: Desk) -> None:
    assert goes(desk, cast.clerk, "inventaris") == "/admin/assets/inventory/"
    assert goes(desk, cast.auditor, "catatan keamanan") == "/admin/core/securityevent/"
    assert goes(desk, cast.clerk, "catatan keamanan") == ""


def test_what_may_not_be_read_is_not_found(cast: Cast, desk: Desk) -> None:
    device, request = an_asset(cast), submitted(cast, a_request(cast, unit=cast.cibinong, by=cast.cibinong_admin))
    for sought in (device.tag, request.number):
        shown = desk.get(cast.kemang_admin, FIND, q=sought)
        assert shown.status_code == 200 and "Tidak ada yang cocok." in text(shown)
    assert goes(desk, cast.cibinong_admin, request.number) == page(request)


def test_several_are_listed_with_the_way_to_all_and_people_seen_so_are_noted(cast: Cast, desk: Desk) -> None:
    for _ in range(7):
        an_asset(cast)
    answer = desk.get(cast.clerk, FIND, q="GW-0000")
    shown = answer.content.decode()
    assert shown.count('<li><a class="g-link" href="/admin/assets/asset/') == 5
    assert 'href="/admin/assets/asset/?q=GW-0000"' in shown
    assert desk.get(cast.clerk, FIND, q="a").status_code == 200
    assert SecurityEvent.objects.filter(kind="people_listed", user_id=cast.clerk.pk).exists()


def test_the_field_stands_on_every_page_and_works_without_scripts(cast: Cast, desk: Desk) -> None:
    shown = desk.get(cast.clerk, "/admin/assets/asset/").content.decode()
    assert '<form class="g-find" method="get" action="/admin/find/" role="search">' in shown
    assert desk.get(cast.clerk, FIND).status_code == 200
    for wrong in ({"q": "x" * 300}, {"q": "a", "x": "1"}):
        assert desk.get(cast.clerk, FIND, **wrong).status_code == 400
    assert desk.post(cast.clerk, FIND, {"q": "a"}).status_code == 400
