"""The need score is the sum of reasons that can be read, between 0 and 100."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from core import clock
from requests_app.need import LineNeed, reasons, reasons_of
from requests_app.states import Situation
from tests.base import Cast, a_line, a_pledge, at, submitted

TODAY = date(2026, 3, 2)
LINES = st.lists(
    st.builds(
        LineNeed,
        st.sampled_from(Situation.values),
        st.one_of(st.just(""), st.integers(1990, 2026).map(str), st.dates(date(1990, 1, 1), TODAY).map(str)),
        st.none() | st.dates(date(2015, 1, 1), TODAY),
    ),
    max_size=6,
)


@given(lines=LINES, age=st.none() | st.integers(0, 5000))
def test_the_score_stays_between_0_and_100_and_every_point_has_a_reason(lines: list[LineNeed], age: int | None) -> None:
    found = reasons(lines, age_days=age, today=TODAY)
    assert 0 <= sum(reason.points for reason in found) <= 100
    assert all(reason.points > 0 and str(reason.label) for reason in found)
    assert len({reason.code for reason in found}) == len(found)


@given(lines=LINES, more=LINES)
def test_a_further_line_never_lowers_the_score(lines: list[LineNeed], more: list[LineNeed]) -> None:
    def score(of: list[LineNeed]) -> int:
        return sum(reason.points for reason in reasons(of, age_days=3, today=TODAY))

    assert score(lines + more) >= score(lines)


def test_the_story_of_kemang_adds_up(cast: Cast) -> None:
    a_pledge(cast)
    with at("2026-02-02"):
        request = submitted(cast, lines=[a_line(cast, situation="personal_broken", in_use_since="2019")])
    found = {reason.code: reason.points for reason in reasons_of(request, clock.today())}
    assert found == {"situation": 40, "years_in_use": 20, "pledged": 20, "waiting": 5}


def test_a_draft_has_not_waited(cast: Cast) -> None:
    assert {reason.code for reason in reasons([LineNeed("none")], age_days=None, today=TODAY)} == {"situation"}
