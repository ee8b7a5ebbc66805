"""How the tests of deadline words read: the calendar of the library, the table of phrases."""

from __future__ import annotations

from functools import cache

from org.calendar import Almanac, public_days
from pledges.words import Suggestion, latest_after, suggest
from pledges.words.examples import Example
from pledges.words.examples import examples as table
from tests.base import day

WEDNESDAY = "2022-08-24"


@cache
def almanac() -> Almanac:
    return Almanac.of(public_days(range(2021, 2029)))


def said(text: str, on: str = WEDNESDAY, *, since: str = "", tenure: str = "") -> Suggestion:
    ends_on = day(tenure) if tenure else None
    return suggest(text, day(since or on), day(on), calendar=almanac(), tenure_ends_on=ends_on)


def due(text: str, on: str = WEDNESDAY, **more: str) -> str:
    return str(said(text, on, **more).due_on)


def allowed(text: str, met_on: str = "2023-01-02") -> str:
    """The latest date that ``text``, said on that Wednesday, allows once its condition was met on ``met_on``."""
    return str(latest_after(text, day(WEDNESDAY), day(WEDNESDAY), day(met_on), calendar=almanac()))


EXAMPLES = table()
DATED = [each for each in EXAMPLES if each.due_on]
IN_SENTENCES = [each for each in DATED if each.phrase != "perubahan"]
"""All but the one word that is a budget only where it stands alone."""


def read_as(example: Example, phrase: str = "") -> Suggestion:
    return suggest(
        phrase or example.phrase, example.said_on, example.said_on,
        calendar=example.calendar, tenure_ends_on=example.tenure_ends_on,
    )  # fmt: skip
