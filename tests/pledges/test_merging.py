"""Records of one promise that were merged: their papers stand together, and an old number leads to what stayed."""

from __future__ import annotations

from typing import Any

import pytest

from pledges import papers
from pledges.merging import canonical, numbered, together
from pledges.models import Pledge
from pledges.paper_rules import may_read_witnesses
from tests.base import Cast, a_pledge, at, closed, day


def merged(cast: Cast, pledge: Pledge, into: Pledge) -> None:
    closed(cast, pledge, "merge", into=into, reason="Satu ucapan, dua catatan")


@pytest.fixture
def chain(cast: Cast) -> list[Pledge]:
    """The first was merged into the second on 3 March, the second into the third on 5 March; a fourth stands apart."""
    first, second, third, apart = (a_pledge(cast) for _ in range(4))
    with at("2026-03-03"):
        merged(cast, first, second)
    with at("2026-03-05"):
        merged(cast, second, third)
    return [first, second, third, apart]


@pytest.mark.parametrize(
    ("moment", "records", "ends"),
    [
        ({"as_of": "2026-03-02"}, [[0], [1], [2], [3]], [None, None, None, None]),
        ({"as_of": "2026-03-03"}, [[0], [1, 0], [2], [3]], [1, None, None, None]),
        ({"as_of": "2026-03-05"}, [[0], [1, 0], [2, 1, 0], [3]], [2, 2, None, None]),
        ({"as_of": "2026-03-05", "known_at": "2026-03-04"}, [[0], [1, 0], [2], [3]], [1, None, None, None]),
        ({"known_at": "2026-03-02"}, [[0], [1], [2], [3]], [None, None, None, None]),
    ],
)
def test_which_records_stand_together_and_where_each_leads_as_known_then(
    chain: list[Pledge], moment: dict[str, str], records: list[list[int]], ends: list[int | None]
) -> None:
    with at("2026-03-09"):
        then: Any = {name: day(value) for name, value in moment.items()}
        assert [together(each, **then) for each in chain] == [[chain[n].pk for n in row] for row in records]
        assert [canonical(each, **then) for each in chain] == [None if n is None else chain[n] for n in ends]
        for pledge, n in zip(chain, ends, strict=True):
            found = [] if n is None else [chain[n]]
            assert list(Pledge.objects.filter(numbered(str(pledge.number).lower(), **then))) == found


def test_a_word_that_occurs_in_several_old_numbers_finds_each_end_once(cast: Cast, chain: list[Pledge]) -> None:
    with at("2026-03-09"):
        merged(cast, a_pledge(cast), chain[3])
        assert set(Pledge.objects.filter(numbered("jj-2026"))) == {chain[2], chain[3]}
        assert not Pledge.objects.filter(numbered("jj-2025")).exists()


@pytest.mark.parametrize("word", ["%", "_", "jj%1", "j_-2026", "\\", "'", "JJ-2026-00011"])
def test_no_letter_of_a_search_stands_for_another(cast: Cast, chain: list[Pledge], word: str) -> None:
    with at("2026-03-09"):
        assert not Pledge.objects.filter(numbered(word)).exists()


def test_witnesses_of_a_merged_record_are_for_the_few_of_the_one_that_stayed(cast: Cast) -> None:
    one, other = a_pledge(cast), a_pledge(cast, by=cast.kemang_admin)
    papers.add_witness(one, name="Budi", statement="Saya dengar", actor=cast.verifier)
    assert not may_read_witnesses(cast.kemang_admin, one)
    merged(cast, one, other)
    assert may_read_witnesses(cast.kemang_admin, one)
    assert may_read_witnesses(cast.verifier, one)
    assert not may_read_witnesses(cast.verifier, other)
    for nobody in (cast.viewer, cast.decider, cast.planner, cast.kemang_head):
        assert not may_read_witnesses(nobody, one)
        assert not may_read_witnesses(nobody, other)
