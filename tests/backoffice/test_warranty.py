"""A column said once: entered and shown on the page, read and written in the API; Excel is tried in test_reports."""

from __future__ import annotations

from tests.backoffice.desk import Desk, filled, page, text, verb_page
from tests.base import Cast, again, an_asset, day


def test_the_end_of_a_warranty_is_entered_on_the_page_and_stands_in_the_api(cast: Cast, desk: Desk) -> None:
    asset = an_asset(cast)
    form = filled(desk.get(cast.clerk, verb_page(asset, "change")))
    assert form["warranty_until"] == ""
    assert desk.act(cast.clerk, asset, "change", **{**form, "warranty_until": "2027-03-01"}).status_code == 302
    assert again(asset).warranty_until == day("2027-03-01")
    assert "Garansi sampai 1 Maret 2027" in text(desk.get(cast.clerk, page(asset)))
    address = f"/api/v1/assets/{asset.pk}/"
    assert desk.get(cast.clerk, address).json()["warranty_until"] == "2027-03-01"
    changed = desk.client(cast.clerk).patch(address, {"warranty_until": None}, content_type="application/json")
    assert (changed.status_code, changed.json()["warranty_until"]) == (200, None)
    assert again(asset).warranty_until is None
