"""Names are found, and told apart, whatever their apostrophe, case and accents; alike on both databases."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import QueryDict

from assets.lists import ASSETS
from assets.models import Asset
from core.lists import Listing
from core.plain import name_key, plain
from handing_over.lists import HANDOVERS
from org.lists import PEOPLE, UNITS
from org.models import Person
from requests_app.lists import REQUESTS
from tests import base
from tests.base import Cast

MARUF = ("Ma'ruf", "Ma’ruf", "Ma´ruf", "Maruf", "Maʼruf", "Maʻruf", "Ma`ruf", "MA‘RUF", "mā'ruf")


@pytest.fixture
def cast(db: None) -> Cast:
    return base.make_cast()


def found(listing: Listing, user: object, text: str) -> list[str]:
    params = QueryDict(mutable=True)
    params["search"] = text
    return [str(row) for row in listing.chosen(user, params).order_by("pk")]


@pytest.mark.parametrize("stored", MARUF)
def test_a_name_is_found_whatever_its_apostrophe_case_and_accents(cast: Cast, stored: str) -> None:
    person = Person.objects.create(name=f"{stored} Amin", unit=cast.kemang)
    held = base.an_asset(cast)
    base.delivered(cast, assets=[held], recipient=person)
    for asked in (*MARUF, "ma’ruf amin"):
        assert found(PEOPLE, cast.superuser, asked) == [str(person)], asked
        assert found(ASSETS, cast.superuser, asked) == [str(held)], asked
        assert len(found(HANDOVERS, cast.superuser, asked)) == 1, asked
    assert found(PEOPLE, cast.superuser, "Marufin") == []


@pytest.mark.parametrize(
    "text",
    [
        "Ma’ruf",
        "ÉLÈVE",
        "naïve Ñandú",
        "Đoàn Thị",
        "ŁÓDŹ",
        "Ёлка",
        "100 % 'x' \\ _",
        "e\u0301",
        "straße",
        "20\xa0hari",
        "ＡＢＣ",
        "İ",
    ],
)
def test_both_databases_and_python_read_text_alike(db: None, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT gawai_plain(%s), gawai_plain(NULL)", [text])
        assert cursor.fetchone() == (plain(text), None)


def test_names_are_compared_by_letters_alone() -> None:
    assert {name_key(f" {each}  Amin ") for each in MARUF} == {"maruf amin"}
    assert name_key("Siti Nur'aini") != name_key("Siti Nuraisyah")


def test_signs_that_no_search_looks_for_hide_nothing_beside_words_and_find_nothing_alone(cast: Cast) -> None:
    Person.objects.create(name="Ma’ruf Amin", unit=cast.kemang)
    assert found(PEOPLE, cast.superuser, "Amin · Ma'ruf '") == ["Ma’ruf Amin"]
    for signs in ("'", "·", "’ '"):
        assert found(PEOPLE, cast.superuser, signs) == []


def test_percent_and_underscore_are_letters_like_others(cast: Cast) -> None:
    Person.objects.create(name="Seratus % Asli", unit=cast.kemang)
    assert found(PEOPLE, cast.superuser, "%") == ["Seratus % Asli"]
    assert found(PEOPLE, cast.superuser, "_") == []


def test_a_device_is_found_by_who_holds_it_what_it_is_and_any_of_its_numbers(cast: Cast) -> None:
    held = base.an_asset(
        cast, serial_number="R58N30XYZ", imei_1="356938035643809", nibar="1202.3202.1.0.1", brand="Sony"
    )
    base.delivered(cast, assets=[held], recipient=cast.rani)
    stock = base.an_asset(cast, device_type=cast.tripod)
    for text in (
        "kemang",
        "Kecamatan Kemang",
        cast.rani.name,
        "n30x",
        "0356438",
        "1202.3202",
        "120232021",
        "sony",
        held.tag,
    ):
        assert found(ASSETS, cast.superuser, text) == [str(held)], text
    assert found(ASSETS, cast.superuser, "tripod") == [str(stock)]
    assert found(ASSETS, cast.superuser, "tripod kemang") == []


def test_a_unit_s_filter_finds_what_it_holds_and_what_lies_in_its_own_store(cast: Cast) -> None:
    held, stock, own = base.an_asset(cast), base.an_asset(cast), base.an_asset(cast, unit=cast.kemang)
    base.delivered(cast, assets=[held], to=cast.kemang)
    assert set(ASSETS.chosen(cast.superuser, QueryDict("located_within=32.01.12"))) == {held, own}
    at_diskominfo = ASSETS.chosen(cast.superuser, QueryDict(f"located_within={stock.unit.code}"))
    assert set(at_diskominfo) == {stock}
    assert not ASSETS.chosen(cast.cibinong_admin, QueryDict("located_within=32.01.12")).exists()


def test_requests_are_found_by_the_device_asked_for(cast: Cast) -> None:
    phones = base.submitted(cast)
    tripods = base.submitted(cast, lines=[base.a_line(cast, device_type=cast.tripod)])
    assert found(REQUESTS, cast.superuser, cast.hp.name) == [str(phones)]
    assert found(REQUESTS, cast.superuser, cast.hp.family.name) == [str(phones)]
    assert found(REQUESTS, cast.superuser, "tripod") == [str(tripods)]


def test_a_search_finds_nothing_that_its_reader_does_not_see(cast: Cast) -> None:
    held = base.an_asset(cast)
    base.delivered(cast, assets=[held], recipient=cast.rani)
    assert found(ASSETS, cast.cibinong_admin, cast.rani.name) == []
    assert found(ASSETS, cast.kemang_admin, cast.rani.name) == [str(held)]


def test_units_are_found_by_the_word_for_their_kind(cast: Cast) -> None:
    assert str(cast.kemang) in found(UNITS, cast.superuser, "kecamatan kemang")
    assert Asset.objects.count() == 0
