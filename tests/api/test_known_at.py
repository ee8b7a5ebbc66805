"""``known_at``: the register as it was known at an instant, in the list and on the page."""

from __future__ import annotations

import pytest

from tests import base
from tests.api.cast import Cast
from tests.api.test_contract import fields, problem
from tests.base import a_pledge, at, day, delivered
from tests.pledges.test_papers import add_each


def test_what_was_recorded_later_was_not_known(cast: Cast) -> None:
    """Handed over on 10 March and recorded on the 12th: on the 11th, and as known then, nothing had come."""
    with at("2026-03-02"):
        pledge = a_pledge(cast.base, original_due_on=day("2026-03-31"))
    with at("2026-03-12"):
        delivered(cast.base, on=day("2026-03-10"), pledge_line=pledge.lines.get())
    with at("2026-04-20"):
        path = f"pledges/{pledge.pk}/"
        seen = {
            query: (row["status"], row["delivered"], row["lines"][0]["delivered"])
            for query in ("as_of=2026-03-11", "as_of=2026-03-11&known_at=2026-03-11", "known_at=2026-03-11",
                          "known_at=2026-03-12T08:00:00%2B07:00", "known_at=2026-03-12", "known_at=2030-01-01")
            for row in [cast.viewer.get(f"{path}?{query}").json()]
        }  # fmt: skip
        assert seen == {
            "as_of=2026-03-11": ("kept_on_time", 1, 1),
            "as_of=2026-03-11&known_at=2026-03-11": ("due_soon", 0, 0),
            "known_at=2026-03-11": ("due_soon", 0, 0),
            "known_at=2026-03-12T08:00:00%2B07:00": ("due_soon", 0, 0),
            "known_at=2026-03-12": ("kept_on_time", 1, 1),
            "known_at=2030-01-01": ("kept_on_time", 1, 1),
        }
        overdue = "pledges/?overdue=true&as_of=2026-04-20&known_at="
        assert [cast.viewer.get(f"{overdue}{known}").json()["count"] for known in ("2026-03-11", "2026-03-12")] == [
            1,
            0,
        ]
        [row] = cast.viewer.get("pledges/?status=due_soon&known_at=2026-03-11").json()["results"]
        assert (row["status"], row["delivered"]) == ("due_soon", 0)


def test_papers_put_on_record_later_were_not_known(cast: Cast) -> None:
    with at("2026-03-02"):
        pledge = a_pledge(cast.base)
    for when in ("2026-03-05", "2026-03-12"):
        with at(when):
            add_each(cast.base, pledge)
    with at("2026-04-20"):
        path = f"pledges/{pledge.pk}/"
        for query, wanted in (("", 2), ("?known_at=2026-03-12", 2), ("?known_at=2026-03-11", 1),
                              ("?known_at=2026-03-05T08:59:59%2B07:00", 0), ("?as_of=2026-03-03", 2)):  # fmt: skip
            shown = cast.auditor.get(f"{path}{query}").json()
            for name in ("evidence", "efforts", "responses", "objections", "witnesses"):
                assert name == "witnesses" or len(shown[name]) == wanted, (query, name)
                if "as_of" not in query:
                    assert cast.auditor.get(f"{path}{name}/{query}").json()["count"] == wanted, (query, name)
        late = cast.viewer.get(f"{path}evidence/").json()["results"][-1]["url"]
        assert cast.viewer.get(f"{late}?known_at=2026-03-12").status_code == 200
        problem(cast.viewer.get(f"{late}?known_at=2026-03-11"), 404)
        problem(cast.viewer.get(f"{path}evidence/?known_at=2026-03-01"), 404)
        problem(cast.viewer.get(f"{path}evidence/?known_at=kemarin"), 400)


def test_a_pledge_that_was_not_yet_published_is_in_no_list_and_on_no_page(cast: Cast) -> None:
    with at("2026-03-02"):
        pledge = a_pledge(cast.base)
    with at("2026-04-20"):
        counts = [
            cast.viewer.get(f"pledges/?known_at={known}").json()["count"] for known in ("2026-03-01", "2026-03-02")
        ]
        assert counts == [0, 1]
        problem(cast.viewer.get(f"pledges/{pledge.pk}/?known_at=2026-03-01"), 404)
        problem(cast.viewer.get("pledges/999/?known_at=2026-03-01"), 404)


@pytest.mark.parametrize("given", ["", "kemarin", "2026-02-30", "0001-01-01", "9999-12-31", "2026-03-11T08:00:00"])
def test_what_is_no_instant_and_no_day_is_named(cast: Cast, given: str) -> None:
    pledge = base.a_pledge(cast.base)
    for path in ("pledges/", f"pledges/{pledge.pk}/", "pledges/?late=true"):
        joint = "&" if "?" in path else "?"
        answer = cast.viewer.get(f"{path}{joint}known_at={given}")
        problem(answer, 400)
        assert fields(answer) == {"known_at"}
