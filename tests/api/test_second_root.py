"""Two kabupaten under one province: who works in one, in every role, finds nothing of the other's."""

from __future__ import annotations

import pytest

from org.models import Role
from tests.api.cast import Caller
from tests.base import Cast, a_request, an_asset, an_issue, make_cast, submitted, under_a_province, user


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_the_neighbour_finds_nothing_and_keeps_nothing(cast: Cast) -> None:
    request, asset, handover = submitted(cast, a_request(cast)), an_asset(cast), an_issue(cast)
    _province, unit = under_a_province()
    neighbour = Caller(user(username="tetangga", unit=unit, roles=tuple(Role)))
    own = Caller(cast.kemang_head)

    for path in (f"requests/{request.pk}/", f"handovers/{handover.pk}/", f"people/{cast.rani.pk}/"):
        assert (neighbour.get(path).status_code, own.get(path).status_code) == (404, 200), path
    assert neighbour.get(f"assets/{asset.pk}/").status_code == 404
    for path in ("requests", "assets", "handovers", "people"):
        owners = {each.get("unit", {}).get("code", "") for each in neighbour.get(f"{path}/").json()["results"]}
        assert not [each for each in owners if each.startswith("32.01")], path
    assert neighbour.post("families/", {"code": "drone", "name": "Drone"}).status_code == 403
    assert neighbour.patch(f"units/{cast.kemang.pk}/", {"name": "Direbut"}).status_code == 403
    assert neighbour.post("people/", {"name": "Orang", "unit": cast.kemang.pk}).status_code == 403
