"""Lists are sorted by what is derived of their rows, on pages and through the API alike."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.http import QueryDict

from pledges.lists import PLEDGES
from pledges.status import days_late
from tests.api.cast import Caller
from tests.backoffice.desk import Desk, listing, page
from tests.base import Cast, a_pledge, a_request, an_asset, closed, day, decided, delivered, submitted, verified


def sorted_by(desk: Desk, by: Any, things: list[Any], head: str) -> list[Any]:
    """The ``things`` as their list has them that was sorted by the column ``head``."""
    address = listing(type(things[0]))
    heads = re.findall(r'<th scope="col"><a href="\?([^"]*)">([^<]*)', desk.get(by, address).content.decode())
    [query] = [query for query, name in heads if name == head]
    shown = desk.get(by, f"{address}?{unescape(query)}").content.decode()
    return sorted(things, key=lambda each: shown.index(page(each)))


def api_order(by: Any, path: str) -> list[int]:
    """The ids of a list, walked by cursor in pieces of one."""
    found, then = [], Caller(by).get(f"{path}&limit=1&cursor=").json()
    while True:
        found += [row["id"] for row in then["results"]]
        if not then["next"]:
            return found
        then = Caller(by).get(then["next"]).json()


def ids(things: list[Any]) -> list[int]:
    return [each.pk for each in things]


def test_requests_by_how_far_they_are(cast: Cast, desk: Desk) -> None:
    made = [decided(cast), submitted(cast), verified(cast), a_request(cast)]
    wanted = [made[3], made[1], made[2], made[0]]
    assert sorted_by(desk, cast.kemang_admin, made, "Keadaan") == wanted
    assert api_order(cast.kemang_admin, "requests/?ordering=state") == ids(wanted)
    assert api_order(cast.kemang_admin, "requests/?ordering=-state") == ids(wanted[::-1])


def test_devices_by_their_holder(cast: Cast, desk: Desk) -> None:
    here, kemang, person, cibinong = [an_asset(cast) for _n in range(4)]
    delivered(cast, assets=[kemang])
    delivered(cast, assets=[person], recipient=cast.rani)
    delivered(cast, assets=[cibinong], to=cast.cibinong)
    wanted = sorted([here, kemang, person, cibinong], key=_called)
    assert sorted_by(desk, cast.clerk, [here, kemang, person, cibinong], "Pemegang") == wanted
    assert api_order(cast.clerk, "assets/?ordering=holder") == ids(wanted)


def _called(asset: Any) -> str:
    custody = asset.custodies.filter(until__isnull=True).first()
    return f"{custody.unit.code} {custody.person or ''}" if custody else f"{asset.unit.code} "


def test_pledges_by_how_late_they_are(cast: Cast, desk: Desk) -> None:
    days = ("2026-01-31", "2025-06-30", "2027-01-31", None, "2025-12-31")
    made = [a_pledge(cast, original_due_on=day(each) if each else None) for each in days]
    late = made[:2] + made[4:]
    assert sorted_by(desk, cast.decider, late, "Keterlambatan") == [made[0], made[4], made[1]]
    assert api_order(cast.decider, "pledges/?ordering=-days_late")[:3] == ids([made[1], made[4], made[0]])
    assert len(api_order(cast.decider, "pledges/?ordering=days_late")) == len(made)


def test_what_pledges_are_sorted_by_is_what_is_said_of_them(cast: Cast) -> None:
    a_pledge(cast, original_due_on=day("2026-01-31"))
    a_pledge(cast, original_due_on=None)
    closed(cast, a_pledge(cast, original_due_on=day("2025-12-31")))
    rows = list(PLEDGES.chosen(cast.decider, QueryDict("as_of=2026-03-05")))
    told = [
        days_late(each.due_on, each.closed_on, each.completed_on, each.promised, each.delivered, each.as_of)
        for each in rows
    ]
    assert [each.late_for for each in rows] == told and sum(told) > 0
