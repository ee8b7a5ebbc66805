"""Successors by the API: proposed on a unit or an office by one, confirmed by another; lines and offices follow."""

from __future__ import annotations

from typing import Any

import pytest

from org.models import Office
from tests import base
from tests.api.cast import Cast
from tests.api.test_contract import problem
from tests.api.test_pledge_acts import on_paper

TERMS = {"kind": "takes_place", "on": "2026-03-01", "decree": "Perda 3/2026", "reason": "Penggabungan"}


@pytest.fixture(autouse=True)
def monday() -> Any:
    with base.at(base.MONDAY):
        yield


def fields(answer: Any) -> set[str]:
    return {each["field"] for each in answer.json()["errors"]}


def test_a_succession_is_proposed_listed_and_confirmed(cast: Cast) -> None:
    here = f"units/{cast.kemang.pk}/"
    made = cast.user_admin.post(f"{here}succeed/", {**TERMS, "successor": cast.cibinong.pk})
    row = made.json()
    assert (made.status_code, row["decision"], row["decree"], row["successor"]["id"]) == (
        201, None, "Perda 3/2026", cast.cibinong.pk,
    )  # fmt: skip
    assert (row["kind"], row["on"], row["asked_by"]["id"]) == ("takes_place", "2026-03-01", cast.base.user_admin.pk)
    assert cast.viewer.get(here).json()["successors"] == []
    assert cast.viewer.get("unit-successions/?open=true").json()["count"] == 1
    assert "confirm" in cast.decider.get(here).json()["actions"]
    problem(cast.user_admin.post(f"{here}confirm/"), 403)
    problem(cast.viewer.post(f"{row['url']}decide/", {"decision": "approve", "reason": "x"}), 403)
    shown = cast.decider.post(f"{here}confirm/").json()
    assert [each["successor"]["id"] for each in shown["successors"]] == [cast.cibinong.pk]
    other = cast.viewer.get(f"units/{cast.cibinong.pk}/").json()
    assert [each["predecessor"]["id"] for each in other["predecessors"]] == [cast.kemang.pk]
    problem(cast.decider.post(f"{here}confirm/"), 409)
    verbs = {each["verb"] for each in cast.decider.get(f"{row['url']}history/").json()["results"]}
    assert verbs == {"unit.succession_proposed", "unit.succession_decided"}


@pytest.mark.parametrize(("wrong", "field"), [
    ({"decree": ""}, "decree"), ({"decree": None}, "decree"), ({"on": "2026-03-03"}, "on"), ({"on": "kapan"}, "on"),
    ({"kind": "x"}, "kind"), ({"successor": 0}, "successor"), ({"successor": 999_999}, "successor"),
    ({"reason": ""}, "reason"),
])  # fmt: skip
def test_bad_input_is_a_400_that_names_the_field(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    body = {**TERMS, "successor": cast.cibinong.pk, **wrong}
    answer = cast.user_admin.post(f"units/{cast.kemang.pk}/succeed/", body)
    problem(answer, 400)
    assert fields(answer) == {field}


def test_circles_itself_and_another_kind_of_thing_are_a_400_and_twice_a_409(cast: Cast) -> None:
    office = Office.objects.create(name="Camat", unit=cast.kemang, pk=10_000)
    for successor in (cast.kemang.pk, cast.root.pk, office.pk):
        answer = cast.user_admin.post(f"units/{cast.kemang.pk}/succeed/", {**TERMS, "successor": successor})
        problem(answer, 400)
        assert fields(answer) == {"successor"}
    body = {**TERMS, "successor": cast.cibinong.pk}
    assert cast.user_admin.post(f"units/{cast.kemang.pk}/succeed/", body).status_code == 201
    problem(cast.user_admin.post(f"units/{cast.kemang.pk}/succeed/", body), 409, "already_proposed")
    answer = cast.user_admin.post(f"units/{cast.cibinong.pk}/succeed/", {**TERMS, "successor": cast.kemang.pk})
    problem(answer, 400)
    assert fields(answer) == {"successor"}


def test_a_line_moves_to_its_successor_alone(cast: Cast) -> None:
    pledge = base.a_pledge(cast.base)
    path, line = f"pledges/{pledge.pk}/line-changes/", {"source": pledge.lines.get().pk, "unit": cast.cibinong.pk}
    body = on_paper(cast, pledge, kind="move", reason="SK", lines=[{**line, "quantity": 1}])
    answer = cast.verifier.post(path, body)
    problem(answer, 400)
    assert fields(answer) == {"lines.0.unit"}
    base.succeeded(cast.base, cast.kemang, cast.cibinong)
    assert cast.verifier.post(path, body).status_code == 201


def test_a_fallen_excuse_leaves_the_pledge_open_and_says_so(cast: Cast) -> None:
    said = base.day("2023-12-01")
    pledge = base.a_pledge(cast.base, made_on_from=said, made_on_to=said, original_due_on=base.day("2024-01-31"))
    base.put_out_of_use(cast.base, cast.kemang)
    base.closed(cast.base, pledge, "excuse", reason="unit_abolished")
    here = f"pledges/{pledge.pk}/"
    shown = cast.viewer.get(here).json()
    assert (shown["status"], shown["closure"]["reason"]) == ("excused", "unit_abolished")
    [closure] = cast.viewer.get(f"{here}closures/").json()["results"]
    assert closure["fell_on"] is None
    with base.at("2026-03-05"):
        answer = cast.user_admin.patch(f"units/{cast.kemang.pk}/", {"active": True})
        assert answer.status_code == 200, answer.content
        shown = cast.viewer.get(here).json()
        assert (shown["status"], shown["closure"], shown["days_late"]) == ("long_overdue", None, 764)
        assert cast.viewer.get("pledges/?status=excused").json()["count"] == 0
        assert cast.viewer.get("pledges/?late=true").json()["count"] == 1
        [closure] = cast.viewer.get(f"{here}closures/").json()["results"]
        assert closure["fell_on"] == "2026-03-05"
    with base.at("2026-03-10"):
        past = cast.viewer.get(f"{here}?known_at=2026-03-04").json()
        assert (past["status"], past["closure"]["id"]) == ("excused", closure["id"])


def test_an_office_with_open_pledges_goes_out_of_use_with_its_successor_alone(cast: Cast) -> None:
    old, new = (Office.objects.create(name=name, unit=cast.diskominfo) for name in ("Kadis Lama", "Kadis Baru"))
    pledge = base.a_pledge(cast.base, office=old)
    here = f"offices/{old.pk}/"
    for change in ({"active": False}, {"name": "Kadis Bersih"}):
        answer = cast.user_admin.patch(here, change)
        problem(answer, 409, "in_use")
        assert fields(answer) == set(change)
    again = cast.user_admin.post("offices/", {"name": "Kadis Lama", "unit": cast.diskominfo.pk})
    problem(again, 400)
    cast.user_admin.post(f"{here}succeed/", {**TERMS, "successor": new.pk})
    cast.decider.post(f"{here}confirm/")
    assert cast.user_admin.patch(here, {"active": False}).status_code == 200
    for query in (f"office={new.pk}", f"office__in={new.pk}"):
        [found] = cast.viewer.get(f"pledges/?{query}").json()["results"]
        assert (found["id"], found["office"]["name"]) == (pledge.pk, "Kadis Lama")
    [row] = cast.viewer.get(f"pledges/figures/?office={new.pk}").json()["offices"]
    assert (row["office"]["id"], row["figures"]["n"], [each["id"] for each in row["said_by"]]) == (new.pk, 1, [old.pk])
    body = {
        "title": "HP", "quote": "Kita beri HP.", "office": old.pk, "made_on_from": "2026-01-01",
        "made_on_to": "2026-01-31", "basis": "minutes", "responsible_unit": cast.diskominfo.pk,
    }  # fmt: skip
    answer = cast.verifier.post("pledges/", body)
    problem(answer, 400)
    assert fields(answer) == {"office"}
    assert cast.verifier.post("pledges/", {**body, "office": new.pk}).status_code == 201
