"""A merged pledge over the API: its papers stand with the pledge that stayed, its number leads there."""

from __future__ import annotations

from typing import Any

import pytest

from pledges import papers
from tests.api.cast import Cast
from tests.api.test_contract import problem
from tests.base import MONDAY, a_pledge, an_attachment, at, closed

LISTS = ("evidence", "efforts", "responses", "objections", "witnesses")


@pytest.fixture
def merged(cast: Cast) -> Any:
    """``(old, stayed)``: both with papers, the old one merged on 3 March; then one paper more for the old one."""
    base = cast.base
    with at(MONDAY):
        old, stayed = a_pledge(base), a_pledge(base)
        for pledge in (old, stayed):
            papers.add_evidence(pledge, supports="promise", file=an_attachment(base), actor=base.verifier)
            papers.add_effort(pledge, kind="asked", text="Renja", actor=base.planner)
            papers.respond(pledge, text="Sedang diusahakan", actor=base.verifier)
            papers.object_to(pledge, text="Tanpa tenggat", actor=base.auditor)
            papers.add_witness(pledge, name="Budi", statement="Saya dengar", actor=base.verifier)
    with at("2026-03-03"):
        closed(base, old, "merge", into=stayed, reason="Satu ucapan")
    with at("2026-03-05"):
        papers.respond(old, text="Sekali lagi", actor=base.verifier)
        yield old, stayed


def test_the_lists_of_the_one_that_stayed_hold_the_papers_of_both_and_say_from_which(cast: Cast, merged: Any) -> None:
    old, stayed = merged
    detail = cast.viewer.get(f"pledges/{stayed.pk}/").json()
    for name in LISTS:
        rows = cast.auditor.get(f"pledges/{stayed.pk}/{name}/").json()["results"]
        both = [old.number, stayed.number, *([old.number] if name == "responses" else [])]
        assert [row["pledge"]["number"] for row in rows] == both
        alone = [cast.auditor.get(row["url"]).json() for row in rows]
        assert [{field: each[field] for field in row} for each, row in zip(alone, rows, strict=True)] == rows
        assert cast.auditor.get(f"pledges/{stayed.pk}/{name}/{rows[0]['id']}/").json() == alone[0]
        if name != "witnesses":
            assert detail[name] == rows
        own = cast.auditor.get(f"pledges/{old.pk}/{name}/").json()["results"]
        assert own == [row for row in rows if row["pledge"]["number"] == old.number]
        problem(cast.auditor.get(f"pledges/{old.pk}/{name}/{rows[1]['id']}/"), 404)
    problem(cast.viewer.get(f"pledges/{stayed.pk}/witnesses/"), 404)


def test_an_old_number_leads_to_the_one_that_stayed(cast: Cast, merged: Any) -> None:
    old, stayed = merged
    seen = cast.viewer.get(f"pledges/{old.pk}/").json()
    assert (seen["canonical"]["id"], seen["canonical"]["number"]) == (stayed.pk, stayed.number)
    assert cast.viewer.get(seen["canonical"]["url"]).json()["canonical"] is None
    found = cast.viewer.get(f"pledges/?search={old.number.lower()}").json()
    assert ([row["id"] for row in found["results"]], found["count"]) == ([stayed.pk, old.pk], 2)
    late = cast.viewer.get(f"pledges/?search={old.number}&late=true").json()["results"]
    assert [row["id"] for row in late] == [stayed.pk]


@pytest.mark.parametrize("then", ["known_at=2026-03-02", "as_of=2026-03-02", "known_at=2026-03-03"])
def test_a_merge_not_yet_known_or_not_yet_in_effect_pools_nothing(cast: Cast, merged: Any, then: str) -> None:
    old, stayed = merged
    was_merged = then == "known_at=2026-03-03"
    numbers = [old.number, stayed.number] if was_merged else [stayed.number]
    detail = cast.viewer.get(f"pledges/{stayed.pk}/?{then}").json()
    for name in LISTS[:-1]:
        assert [row["pledge"]["number"] for row in detail[name]] == numbers
    assert (cast.viewer.get(f"pledges/{old.pk}/?{then}").json()["canonical"] is not None) is was_merged
    found = cast.viewer.get(f"pledges/?search={old.number}&{then}").json()["results"]
    assert [row["id"] for row in found] == ([stayed.pk, old.pk] if was_merged else [old.pk])


def test_what_was_added_later_was_not_known(cast: Cast, merged: Any) -> None:
    old, _stayed = merged
    texts = {
        known: [row["text"] for row in cast.viewer.get(f"pledges/{old.pk}/?known_at={known}").json()["responses"]]
        for known in ("2026-03-04", "2026-03-05")
    }
    assert list(texts.values()) == [["Sedang diusahakan"], ["Sedang diusahakan", "Sekali lagi"]]
