"""A device has one identity: label, NIBAR, serial number of its make and IMEI belong to one device only."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from assets import register
from assets.lists import ASSETS, imei_doubt
from assets.models import Asset
from core.errors import Conflict
from core.searching import search, words_of
from core.transactions import writing
from tests.base import Cast, again, an_asset, user
from tests.checks import invalid, no_event, refused

IMEI, OTHER = "490154203237518", "356938035643809"

# what stands in the register, what somebody enters, the field that is taken (empty: none)
TWINS: list[tuple[dict[str, str], dict[str, str], str]] = [
    ({"tag": "HP-01"}, {"tag": "hp-01"}, "tag"),
    ({"tag": "HP-01"}, {"tag": "\uff28\uff30 01"}, "tag"),
    ({"tag": "HP-01"}, {"tag": "HP\u200b-01"}, "tag"),
    ({"tag": "1-11"}, {"tag": "11-1"}, ""),
    ({"nibar": "12.01.32.0001"}, {"nibar": "1201 32 0001"}, "nibar"),
    ({"serial_number": "R58N12"}, {"serial_number": "r58 n12"}, "serial_number"),
    ({"serial_number": "R58N12", "brand": "Samsung"}, {"serial_number": "R58-N12", "brand": "SAMSUNG "},
     "serial_number"),
    ({"serial_number": "R58N12", "brand": "Samsung"}, {"serial_number": "R58N12", "brand": "Oppo"}, ""),
    ({"serial_number": "R58N12", "brand": "Samsung"}, {"serial_number": "R58N12"}, "serial_number"),
    ({"serial_number": "R58N12"}, {"serial_number": "R58N12", "brand": "Samsung"}, "serial_number"),
    ({"imei_1": IMEI}, {"imei_1": "49-015420-323751-8"}, "imei_1"),
    ({"imei_1": IMEI}, {"imei_2": IMEI}, "imei_2"),
    ({"imei_2": IMEI}, {"imei_1": IMEI}, "imei_1"),
    ({"imei_1": IMEI}, {"imei_1": IMEI[:14]}, "imei_1"),
    ({}, {"imei_1": IMEI, "imei_2": IMEI}, "imei_2"),
    ({"imei_1": IMEI, "imei_2": OTHER}, {"imei_1": "350000000000006"}, ""),
    ({"serial_number": "-"}, {"serial_number": "-"}, ""),
    ({"serial_number": "N/A"}, {"serial_number": "n/a"}, ""),
    ({"serial_number": "To Be Filled By O.E.M."}, {"serial_number": "To Be Filled By O.E.M."}, ""),
    ({}, {}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("stands", "enters", "field"), TWINS)
def test_nobody_enters_what_another_device_has(
    cast: Cast, stands: dict[str, str], enters: dict[str, str], field: str
) -> None:
    an_asset(cast, **stands)
    if field:
        with pytest.raises(Conflict) as caught:
            an_asset(cast, **enters)
        assert [each.field for each in caught.value.faults] == [field]
    else:
        an_asset(cast, **enters)
    assert Asset.objects.count() == (1 if field else 2)


@pytest.mark.parametrize(("stands", "enters", "field"), [each for each in TWINS if "tag" not in each[1]])
def test_nobody_corrects_a_device_into_another(
    cast: Cast, stands: dict[str, str], enters: dict[str, str], field: str
) -> None:
    an_asset(cast, **stands)
    mine = an_asset(cast)
    if field:
        with no_event(), pytest.raises(Conflict):
            register.correct(mine, actor=cast.clerk, **enters)
    else:
        register.correct(mine, actor=cast.clerk, **enters)


def test_a_new_make_may_make_it_another(cast: Cast) -> None:
    an_asset(cast, serial_number="R58N12", brand="Samsung")
    mine = an_asset(cast, serial_number="R58N12", brand="Oppo")
    with refused(Conflict, "already_used", field="serial_number"):
        register.correct(mine, actor=cast.clerk, brand="samsung")


HELD = [each for each in TWINS if each[2] and ("brand" in each[0]) == ("brand" in each[1])]
"""Those that the database itself refuses: it compares makes that are known, and leaves an unknown one to the verbs."""


@pytest.mark.parametrize(("stands", "enters", "field"), HELD)
def test_the_database_holds_it_by_whatever_door(
    cast: Cast, stands: dict[str, str], enters: dict[str, str], field: str
) -> None:
    """Rows that no verb has looked at."""
    an_asset(cast, **stands)
    row = Asset(unit=cast.diskominfo, device_type=cast.hp, **{"tag": "LAIN-1", **enters})
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    other = an_asset(cast, tag="LAIN-2")
    with pytest.raises(IntegrityError), writing():
        for name, value in enters.items():
            setattr(other, name, value)
        other.save(update_fields=list(enters))


def test_the_spelling_stays_as_it_was_typed(cast: Cast) -> None:
    asset = an_asset(cast, tag="Hp-01", serial_number="r58 n12", imei_1="49-015420-323751-8")
    assert (asset.tag, asset.serial_number, asset.imei_1) == ("Hp-01", "r58 n12", IMEI)
    register.correct(asset, actor=cast.clerk, serial_number="R58N12")
    assert again(asset).serial_number == "R58N12"


@pytest.mark.parametrize(
    "text",
    ["hp01", "HP-01", "\uff28\uff30-01", "hp 01", "r58n12", "R58-N12", "r58 n12", "1201320001", "12.01.32.0001",
     "49-015420-323751-8", IMEI],
)  # fmt: skip
def test_a_search_finds_any_spelling(cast: Cast, text: str) -> None:
    asset = an_asset(cast, tag="HP-01", serial_number="R58-N12", nibar="12.01.32.0001", imei_1=IMEI)
    an_asset(cast, tag="LAIN", serial_number="S9", nibar="99.77", device_type=cast.tablet)
    assert list(search(Asset.objects.all(), ASSETS.search, words_of(text))) == [asset]


def test_the_device_that_has_it_is_named_to_those_who_may_see_it(cast: Cast) -> None:
    """A clerk of one kecamatan learns that a number is taken, and nothing of what another has."""
    an_asset(cast, tag="HP-RAHASIA", unit=cast.cibinong, serial_number="R58N12")
    clerk = user(username="pengurus-kemang", unit=cast.kemang, roles=("asset_clerk",))
    told = {}
    for who, unit in ((cast.clerk, cast.diskominfo), (clerk, cast.kemang)):
        with pytest.raises(Conflict) as caught:
            register.enter(actor=who, unit=unit, device_type=cast.hp, serial_number="r58n12")
        told[who] = str(caught.value)
    assert told[cast.clerk] == "Nomor seri ini sudah dipakai HP-RAHASIA."
    assert told[clerk] == "Nomor seri ini sudah dipakai perangkat lain."


@pytest.mark.parametrize(("imei", "warned"), [(IMEI, False), ("490154203237510", True), (IMEI[:14], False)])
def test_a_wrong_check_digit_is_a_warning(cast: Cast, imei: str, warned: bool) -> None:
    asset = an_asset(cast, imei_2=imei)
    assert bool(imei_doubt(asset.imei_1, asset.imei_2)) is warned


@pytest.mark.parametrize("values", [{"imei_1": "12345"}, {"imei_2": "4901542032375x8"}])
def test_what_is_no_imei_is_refused(cast: Cast, values: dict[str, Any]) -> None:
    with invalid(*values):
        an_asset(cast, **values)


def test_a_tag_of_dashes_is_none_and_taken_tags_are_stepped_over(cast: Cast) -> None:
    an_asset(cast, tag="gw 000001")
    assert an_asset(cast, tag="-").tag == "GW-000002"
