"""Rows out of thousands: searched in one's own scope, with scripts and without."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import Handover
from backoffice.choosing import OFFERED
from org.models import Person, Unit
from pledges.models import Pledge
from requests_app.models import DeviceRequest
from tests.backoffice.desk import Desk, adding, text, verb_page
from tests.base import Cast, an_asset, decided


@pytest.fixture
def many(cast: Cast) -> Cast:
    """5,000 desa under Cibinong and 3,000 people in them, and sixty in Kemang."""
    root = cast.cibinong.code
    Unit.objects.bulk_create(
        Unit(code=f"{root}.{n}", name=f"Desa {n}", kind="village", parent=cast.cibinong) for n in range(5000, 10000)
    )
    villages = list(Unit.objects.filter(code__startswith=f"{root}.5"))
    Person.objects.bulk_create(Person(name=f"Orang {n}", unit=villages[n % 900]) for n in range(1000, 4000))
    Person.objects.bulk_create(Person(name=f"Staf {n}", unit=cast.kemang) for n in range(60))
    return cast


def fields_of(cast: Cast, **more: str) -> dict[str, str]:
    return {"kind": "issue", "assets": an_asset(cast).tag, "recipient_unit": str(cast.kemang.pk), **more}


def offered(desk: Desk, user: Any, name: str, words: str, **more: str) -> list[str]:
    answer = desk.post(user, adding(Handover), {"_search": name, "q": words, **more})
    assert answer["Content-Type"] == "application/json"
    return [each["label"] for each in answer.json()["found"]]


def test_a_form_with_thousands_to_choose_from_is_small_and_asks_as_little(many: Cast, desk: Desk) -> None:
    desk.get(many.clerk, adding(Handover))
    with CaptureQueriesContext(connection) as asked:
        page = desk.get(many.clerk, adding(Handover))
    assert page.status_code == 200 and page.content.count(b"<option") < 40
    few = len(asked)
    Person.objects.bulk_create(Person(name=f"Lagi {n}", unit=many.kemang) for n in range(500))
    with CaptureQueriesContext(connection) as asked:
        desk.get(many.clerk, adding(Handover))
    assert len(asked) == few
    assert desk.get(many.verifier, adding(Pledge)).content.count(b"<option") < 80


def test_what_is_found_has_every_word_and_says_of_which_unit_somebody_is(many: Cast, desk: Desk) -> None:
    assert offered(desk, many.clerk, "recipient", "staf 17") == [f"Staf 17 · {many.kemang}"]
    assert len(offered(desk, many.clerk, "recipient", "orang")) == OFFERED
    assert offered(desk, many.clerk, "recipient_unit", "kemang")[0] == str(many.kemang)
    assert offered(desk, many.clerk, "recipient", "tidak ada") == []


def test_only_ones_own_scope_is_searched(many: Cast, desk: Desk) -> None:
    assert offered(desk, many.kemang_admin, "recipient", "orang 1234") == []
    assert offered(desk, many.kemang_admin, "recipient", "staf 17") == [f"Staf 17 · {many.kemang}"]
    foreign = str(Person.objects.get(name="Orang 1234").pk)
    given = {"kind": "return", "assets": an_asset(many).tag, "recipient": foreign}
    refusal = desk.post(many.kemang_admin, adding(Handover), given)
    assert refusal.status_code == 400 and "Orang 1234" not in text(refusal)


@pytest.mark.parametrize("name", ["assets", "nothing", "", "lines-7-unit", "kind"])
def test_what_is_no_such_field_offers_nothing(many: Cast, desk: Desk, name: str) -> None:
    answer = desk.post(many.clerk, adding(Handover), {"_search": name, "q": "a"})
    assert (answer.status_code, answer.json()) == (400, {})


@pytest.mark.parametrize("words", ["x" * 300, "a " * 20, "\x00", "%", "_"])
def test_strange_words_find_nothing(many: Cast, desk: Desk, words: str) -> None:
    assert offered(desk, many.clerk, "recipient", words) == []


def test_who_may_not_act_searches_nothing(many: Cast, desk: Desk) -> None:
    answer = desk.post(many.auditor, adding(Handover), {"_search": "recipient", "q": "staf"})
    assert answer.status_code == 403


def test_asking_does_nothing(many: Cast, desk: Desk) -> None:
    offered(desk, many.clerk, "recipient", "staf", **fields_of(many))
    assert not Handover.objects.exists()


def test_without_scripts_the_words_are_sent_and_the_one_they_mean_is_taken(many: Cast, desk: Desk) -> None:
    sent = fields_of(many, **{"recipient": "", "recipient-was": "", "recipient-text": "staf 17"})
    assert desk.post(many.clerk, adding(Handover), sent).status_code == 302
    assert Handover.objects.get().recipient == Person.objects.get(name="Staf 17")


def test_without_scripts_one_chooses_among_those_that_the_words_find(many: Cast, desk: Desk) -> None:
    sent = fields_of(many, **{"recipient": "", "recipient-was": "", "recipient-text": "staf 1"})
    first = desk.post(many.clerk, adding(Handover), sent)
    html = first.content.decode()
    assert first.status_code == 400 and "Ada beberapa yang cocok. Pilih salah satu." in html
    [choices] = re.findall(r'<select name="recipient".*?</select>', html, flags=re.S)
    chosen = Person.objects.get(name="Staf 12")
    assert f'value="{chosen.pk}"' in choices and 'value="staf 1"' in html
    again = {**sent, "recipient-was": "staf 1", "recipient": str(chosen.pk)}
    assert desk.post(many.clerk, adding(Handover), again).status_code == 302
    assert Handover.objects.get().recipient == chosen


def test_words_typed_over_a_choice_count_and_an_emptied_box_is_no_choice(many: Cast, desk: Desk) -> None:
    staff = Person.objects.get(name="Staf 12")
    was = {"recipient": str(staff.pk), "recipient-was": f"Staf 12 · {many.kemang}"}
    wrong = desk.post(many.clerk, adding(Handover), fields_of(many, **was, **{"recipient-text": "Sapi"}))
    assert wrong.status_code == 400 and "Tidak ada yang cocok dengan “Sapi”." in text(wrong)
    assert desk.post(many.clerk, adding(Handover), fields_of(many, **was, **{"recipient-text": ""})).status_code == 302
    assert Handover.objects.get().recipient is None


def test_a_refused_form_keeps_the_choice_with_its_words(many: Cast, desk: Desk) -> None:
    staff = Person.objects.get(name="Staf 12")
    refusal = desk.post(many.clerk, adding(Handover), {"kind": "issue", "recipient": str(staff.pk)})
    assert f'name="recipient-text" value="Staf 12 · {many.kemang}"' in refusal.content.decode()


def test_few_are_listed(cast: Cast, desk: Desk) -> None:
    html = desk.get(cast.kemang_admin, adding(DeviceRequest)).content.decode()
    assert "data-choose" not in html and '<select name="on_behalf_of"' in html


def test_every_kecamatan_at_once_stays_a_choice_among_thousands(many: Cast, desk: Desk) -> None:
    asked = desk.post(many.verifier, adding(Pledge), {"_search": "lines-0-unit", "q": "setiap", "rows": "1"}).json()
    assert asked["found"] == [{"key": "*", "label": "Setiap kecamatan"}]
    drawn = desk.post(many.verifier, adding(Pledge), {"_draft": "1", "rows": "1", "lines-0-unit": "*"})
    assert 'name="lines-0-unit-text" value="Setiap kecamatan"' in drawn.content.decode()


def test_the_row_of_a_form_offers_what_that_row_may_choose(many: Cast, desk: Desk) -> None:
    request = decided(many)
    answer = desk.post(many.clerk, verb_page(request, "issue"), {"_search": "recipient", "q": "orang"})
    assert answer.json()["found"] == []
    answer = desk.post(many.clerk, verb_page(request, "issue"), {"_search": "recipient", "q": "staf 39"})
    assert [each["label"] for each in answer.json()["found"]] == [f"Staf 39 · {many.kemang}"]


# ---- filters of lists

LISTS = ("assets/asset", "requests_app/devicerequest", "org/person", "pledges/pledge", "core/event")


@pytest.fixture
def district(cast: Cast) -> Cast:
    """5,000 units of the kind that lists are filtered by."""
    Unit.objects.bulk_create(
        Unit(code=f"32.01.U{n}", name=f"Bagian {n}", kind="division", parent=cast.root) for n in range(5000)
    )
    return cast


@pytest.mark.parametrize("name", LISTS)
def test_a_list_weighs_and_asks_the_same_with_five_thousand_units(cast: Cast, desk: Desk, name: str) -> None:
    def weighed() -> tuple[int, int]:
        desk.get(cast.superuser, f"/admin/{name}/")
        with CaptureQueriesContext(connection) as asked:
            page = desk.get(cast.superuser, f"/admin/{name}/")
        assert page.status_code == 200
        return len(page.content), len(asked)

    bulk = Unit.objects.bulk_create
    bulk(Unit(code=f"32.01.V{n}", name=f"Seksi {n}", kind="division", parent=cast.root) for n in range(60))
    few = weighed()
    bulk(Unit(code=f"32.01.U{n}", name=f"Bagian {n}", kind="division", parent=cast.root) for n in range(5000))
    many = weighed()
    assert many[0] < 60_000 and many[0] - few[0] < 2_000 and many[1] == few[1]


def test_a_unit_is_told_by_its_code_its_name_or_what_is_offered(district: Cast, desk: Desk) -> None:
    device, at = an_asset(district, unit=district.kemang), "/admin/assets/asset/"
    offered = desk.get(district.clerk, at, _offer="unit", q="kemang").json()["found"]
    assert offered == [f"{district.kemang} · {district.kemang.code}"]
    for typed in ("kemang", offered[0]):
        answer = desk.get(district.clerk, at, unit=typed)
        assert (answer.status_code, answer["Location"]) == (302, f"?unit={district.kemang.code}")
    shown = desk.get(district.clerk, at, unit=district.kemang.code)
    assert device.tag in text(shown) and f'value="{offered[0]}"' in shown.content.decode()
    assert device.tag not in text(desk.get(district.clerk, at, unit=district.cibinong.code))


def test_words_that_mean_several_units_are_asked_and_those_that_mean_none_find_none(
    district: Cast, desk: Desk
) -> None:  # fmt: skip
    at = "/admin/assets/asset/"
    an_asset(district)
    several = desk.get(district.clerk, at, unit="bagian 49").content.decode()
    assert several.count('<option value="32.01.U') == OFFERED and "GW-" not in several
    assert len(desk.get(district.clerk, at, _offer="unit", q="bagian").json()["found"]) == OFFERED
    nothing = desk.get(district.clerk, at, unit="tidak ada itu")
    assert nothing.status_code == 200 and "GW-" not in text(nothing)
    assert desk.get(district.clerk, at, unit="x" * 500).status_code == 400


def test_a_filter_offers_no_unit_that_its_reader_does_not_reach(district: Cast, desk: Desk) -> None:
    kemang, at = district.kemang_admin, "/admin/assets/asset/"
    Unit.objects.bulk_create(
        Unit(code=f"{district.kemang.code}.S{n}", name=f"Seksi {n}", kind="division", parent=district.kemang)
        for n in range(60)
    )
    assert desk.get(kemang, at, _offer="unit", q="cibinong").json() == {"found": []}
    assert desk.get(kemang, at, unit=district.cibinong.code).status_code == 200
    assert not desk.get(kemang, at, unit=district.cibinong.code).context["listed"].result_list
