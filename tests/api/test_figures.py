"""Figures and burn-down: what they count, as of which day, by what was known; offices alone, the list's own numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from org.models import Office
from pledges import pledging
from tests.api.cast import Cast
from tests.api.test_contract import fields, problem
from tests.base import a_draft_pledge, a_pledge, at, closed, day, delivered, revised

FIGURES, BURN_DOWN = "pledges/figures/", "pledges/burn-down/"
NONE_DUE = "belum ada yang sampai tenggat"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with at("2026-03-02"):
        yield


def read(cast: Cast, path: str = FIGURES) -> Any:
    answer = cast.viewer.get(path)
    assert answer.status_code == 200, answer.content
    return answer.json()


def secretary(cast: Cast) -> Office:
    return Office.objects.create(name="Sekretaris Daerah", unit=cast.setda)


def test_each_figure_says_what_it_counts_and_on_which_day(cast: Cast) -> None:
    kept, late = (
        a_pledge(cast.base, promised=number, original_due_on=day(due))
        for number, due in ((1, "2026-03-31"), (2, "2026-01-31"))
    )
    delivered(cast.base, pledge_line=kept.lines.get())
    revised(cast.base, late, to=day("2026-12-31"))
    seen = read(cast)
    found = seen["all"]

    assert set(seen) == {"as_of", "all", "offices", "rejected", "testimony", "waiting", "waiting_ages"}
    assert (seen["as_of"], found["n"], found["debt"], found["owing"]) == ("2026-03-02", 2, 60, 1)
    assert found["debt_withdrawn"] == 0
    assert found["on_time"] == {
        "part": 1, "n": 2, "percent": 50.0, "note": None, "corrected": 0,
        "of": "janji tegas yang tenggat awalnya sudah lewat atau yang sudah ditepati atau dicabut",
    }  # fmt: skip
    assert (found["on_time_now"]["part"], found["on_time_now"]["n"], found["extensions"]) == (1, 1, 0)
    assert (found["delivered"]["part"], found["delivered"]["n"], found["delivered"]["percent"]) == (1, 3, 33.3)
    assert found["late"] == {"n": 1, "median": 30.0, "maximum": 30}
    assert found["ages"] == {"0-90": 0, "91-180": 0, "181-365": 0, "366-": 1}


def test_a_percentage_of_nothing_is_null_and_says_why(cast: Cast) -> None:
    nothing = read(cast)["all"]
    assert (nothing["on_time"]["percent"], nothing["on_time"]["note"]) == (None, NONE_DUE)
    assert nothing["dangling"]["note"] == "belum ada janji yang diterbitkan"
    a_pledge(cast.base, original_due_on=day("2026-12-31"))
    found = read(cast)["all"]
    assert (found["on_time"]["n"], found["on_time"]["percent"], found["on_time"]["note"]) == (0, None, NONE_DUE)
    assert (found["dangling"]["percent"], found["dangling"]["note"]) == (0.0, None)


def test_offices_are_told_apart_and_no_person_is_named(cast: Cast) -> None:
    other = secretary(cast)
    cast.bupati.tenures.create(person=cast.rani, starts_on=day("2020-01-01"))
    a_pledge(cast.base, spoken_by=cast.rani), a_pledge(cast.base, office=other)
    answer = cast.viewer.get(FIGURES)
    shown = answer.json()["offices"]

    assert [(each["office"]["name"], each["figures"]["n"]) for each in shown] == [
        ("Bupati", 1), ("Sekretaris Daerah", 1),
    ]  # fmt: skip
    assert cast.viewer.get(shown[1]["office"]["url"]).json()["id"] == other.pk
    assert cast.rani.name not in answer.content.decode()
    one = read(cast, f"{FIGURES}?office={other.pk}")
    assert [each["office"]["id"] for each in one["offices"]] == [other.pk]
    assert one["all"] == one["offices"][0]["figures"] == shown[1]["figures"]
    assert read(cast, f"{FIGURES}?office=999")["all"]["n"] == 0


def test_the_numbers_are_those_of_the_list(cast: Cast) -> None:
    a_pledge(cast.base), a_pledge(cast.base, original_due_on=day("2026-01-31"))
    kept, withdrawn = (a_pledge(cast.base, original_due_on=day("2026-03-31"), promised=1) for _ in range(2))
    delivered(cast.base, pledge_line=kept.lines.get())
    closed(cast.base, withdrawn)
    a_draft_pledge(cast.base)

    def count(query: str) -> int:
        return read(cast, f"pledges/?publication=published&{query}")["count"]

    for when in ("as_of=2026-03-02", "as_of=2026-01-31", "as_of=2026-06-30"):
        found = read(cast, f"{FIGURES}?{when}")["all"]
        assert found["n"] == count(when), when
        assert found["dangling"]["part"] == count(f"status=dangling&{when}")
        assert found["on_time"]["part"] == count(f"status__in=kept_on_time,kept_on_late_date&{when}")
        assert found["withdrawn"] == count(f"status=withdrawn&{when}")
        assert found["late"]["n"] == count(f"overdue=true&{when}")


def test_the_past_is_read_by_its_own_days_or_by_what_was_known(cast: Cast) -> None:
    pledge = a_pledge(cast.base, promised=1, original_due_on=day("2026-03-15"))
    with at("2026-04-20"):
        delivered(cast.base, pledge_line=pledge.lines.get(), on=day("2026-04-10"))
        shares = {
            query: read(cast, f"{FIGURES}?{query}")["all"]["delivered"]["part"]
            for query in ("as_of=2026-04-09", "as_of=2026-04-10", "as_of=2026-04-10&known_at=2026-04-19")
        }
        assert list(shares.values()) == [0, 1, 0]
        assert read(cast, f"{FIGURES}?known_at=2026-03-01")["all"]["n"] == 0
        assert read(cast, f"{FIGURES}?known_at=2026-04-19")["as_of"] == "2026-04-19"
        points = read(cast, f"{BURN_DOWN}?months=3")["results"]
        assert points == [
            {"on": "2026-02-28", "promised": 0, "outstanding": 0},
            {"on": "2026-03-31", "promised": 1, "outstanding": 1},
            {"on": "2026-04-20", "promised": 1, "outstanding": 0},
        ]
        assert read(cast, f"{BURN_DOWN}?months=2&as_of=2026-03-31")["results"] == points[:2]
        assert len(read(cast, BURN_DOWN)["results"]) == 12
        assert read(cast, f"{BURN_DOWN}?months=1&office={secretary(cast).pk}")["results"][0]["promised"] == 0


def test_the_last_month_end_says_what_the_figures_say(cast: Cast) -> None:
    one, other = a_pledge(cast.base, promised=3), a_pledge(cast.base, promised=3)
    delivered(cast.base, pledge_line=one.lines.get()), delivered(cast.base, pledge_line=other.lines.get())
    closed(cast.base, other, "merge", into=one)
    share, [point] = read(cast)["all"]["delivered"], read(cast, f"{BURN_DOWN}?months=1")["results"]
    assert (point["promised"], point["promised"] - point["outstanding"]) == (share["n"], share["part"]) == (3, 2)


def test_of_what_was_not_published_two_numbers_show_whoever_promised(cast: Cast) -> None:
    refused = pledging.submit(a_draft_pledge(cast.base, title="Laptop rahasia"), actor=cast.base.verifier)
    pledging.reject(refused, actor=cast.base.publisher, reason="Tidak jelas")
    a_draft_pledge(cast.base, title="Kamera rahasia", basis="testimony")
    for path in (FIGURES, f"{FIGURES}?office={secretary(cast).pk}"):
        answer = cast.outsider.get(path)
        assert (answer.json()["rejected"], answer.json()["testimony"]) == (1, 1), path
        assert (answer.json()["all"]["n"], answer.json()["offices"]) == (0, [])
        assert b"rahasia" not in answer.content
    assert read(cast, f"{FIGURES}?as_of=2026-03-01")["rejected"] == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (f"{FIGURES}?as_of=kemarin", "as_of"), (f"{FIGURES}?as_of=", "as_of"), (f"{FIGURES}?as_of=0001-01-01", "as_of"),
        (f"{FIGURES}?known_at=9999-12-31", "known_at"), (f"{FIGURES}?office=Bupati", "office"),
        (f"{FIGURES}?office=0", "office"), (f"{FIGURES}?months=3", "months"),
        (f"{FIGURES}?office=1&office=2", "office"), (f"{BURN_DOWN}?as_of=2026-03-03", "as_of"),
        (f"{BURN_DOWN}?months=0", "months"), (f"{BURN_DOWN}?months=61", "months"),
        (f"{BURN_DOWN}?months=1.5", "months"),
        (f"{BURN_DOWN}?known_at=2026-03-01", "known_at"), (f"{BURN_DOWN}?office=-1", "office"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named(cast: Cast, query: str, field: str) -> None:
    answer = cast.viewer.get(query)
    problem(answer, 400)
    assert fields(answer) == {field}


@pytest.mark.parametrize(("path", "expected"), [(FIGURES, 7), (BURN_DOWN, 13)])
def test_three_pledges_cost_as_many_questions_as_one(cast: Cast, path: str, expected: int) -> None:
    counted = []
    for more in (1, 2):
        for _ in range(more):
            a_pledge(cast.base)
        cast.viewer.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert cast.viewer.get(path).status_code == 200
        counted.append(len(captured))
    assert counted == [expected, expected]
