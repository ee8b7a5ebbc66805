"""The state of a device is derived, by one rule in Python and in SQL."""

from __future__ import annotations

from itertools import product

import pytest

from assets.models import Asset, Custody, HandoverItem, Repair
from assets.states import AssetState
from tests.base import Cast, again, an_asset, an_issue, day

FACTS = ("retired", "lost", "in_repair", "issued", "held")


def put(cast: Cast, fact: str, asset: Asset) -> None:
    """The bare rows behind one fact, whatever else is true of the device."""
    if fact == "retired":
        Asset.objects.filter(pk=asset.pk).update(retired_on=day("2026-01-05"), retirement_number="1")
    elif fact == "lost":
        Asset.objects.filter(pk=asset.pk).update(lost_on=day("2026-01-05"))
    elif fact == "in_repair":
        Repair.objects.create(asset=asset, started_on=day("2026-01-05"))
    else:
        handover = an_issue(cast, on=None)
        item = HandoverItem.objects.create(handover=handover, asset=asset, condition="good", state="prepared")
        if fact == "issued":
            HandoverItem.objects.filter(pk=item.pk).update(state="accepted")
            Custody.objects.create(asset=asset, unit=cast.kemang, since=day("2026-01-05"), began_by=item)


@pytest.mark.parametrize("true", list(product([False, True], repeat=len(FACTS))))
def test_the_first_fact_in_the_order_decides_in_python_and_sql(cast: Cast, true: tuple[bool, ...]) -> None:
    asset = an_asset(cast)
    facts = [fact for fact, holds in zip(FACTS, true, strict=True) if holds]
    for fact in facts:
        put(cast, fact, asset)
    expected = facts[0] if facts else "in_stock"
    asset = again(asset)
    assert asset.state == expected
    assert Asset.objects.with_state().get(pk=asset.pk).state == expected
    assert isinstance(asset.state, AssetState)


def test_past_repairs_custodies_and_holds_do_not_count(cast: Cast) -> None:
    asset = an_asset(cast)
    Repair.objects.create(asset=asset, started_on=day("2026-01-05"), ended_on=day("2026-01-06"))
    put(cast, "issued", asset)
    Custody.objects.filter(asset=asset).update(until=day("2026-02-01"))
    assert asset.state == Asset.objects.with_state().get(pk=asset.pk).state == "in_stock"


def test_available_means_in_stock_and_not_badly_damaged(cast: Cast) -> None:
    good, damaged = an_asset(cast), an_asset(cast, condition="badly_damaged")
    an_asset(cast)
    put(cast, "held", an_asset(cast))
    available = set(Asset.objects.available())
    assert good in available
    assert damaged not in available
