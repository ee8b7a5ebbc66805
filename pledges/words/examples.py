"""Phrases with the dates they come to: the tests hold the parser to them, a page may show them.

The first 486 were worked out by hand; those after them are what the parser read, gone over by eye.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from pledges.words.said import Calendar, DeadlineRule

_TABLE = Path(__file__).with_name("examples.csv")
_WEEKEND = 5


@dataclass(frozen=True)
class Facts:
    """What is known of the calendar where an example is said; days that it does not name are not known.

    ``feasts``: first days and whether each is an estimate. ``free``: days off beside the weekend. ``settled``: years
    whose days off are decreed.
    """

    feasts: dict[str, list[tuple[date, bool]]] = field(default_factory=dict)
    free: frozenset[date] = frozenset()
    settled: frozenset[int] = frozenset()
    anniversary: tuple[int, int] | None = None

    def after(self, day: date, working_days: int) -> date:
        while working_days > 0:
            day += timedelta(days=1)
            working_days -= day.weekday() < _WEEKEND and day not in self.free
        return day

    def is_settled(self, start: date, end: date) -> bool:
        return self.settled >= set(range(start.year, end.year + 1))

    def feast(self, name: str, day: date) -> list[tuple[date, bool]]:
        return [each for each in self.feasts.get(name, []) if day.year - 1 <= each[0].year <= day.year + 2]


@dataclass(frozen=True)
class Example:
    """A phrase, the day it is said and what is known then; the date it comes to (None for none), and by which rule."""

    phrase: str
    said_on: date
    due_on: date | None
    rule: DeadlineRule
    provisional: bool
    calendar: Calendar
    tenure_ends_on: date | None


def examples() -> list[Example]:
    """The whole table, in the order of the rules."""
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        return [_example(row) for row in csv.DictReader(lines)]


def _example(row: dict[str, str]) -> Example:
    facts = dict(part.split("=") for part in row["facts"].split(";") if part)
    tenure, anniversary = facts.pop("tenure", ""), facts.pop("anniversary", "")
    free, settled = facts.pop("free", "").split(), facts.pop("settled", "").split()
    month, day = (int(number) for number in anniversary.split("-")) if anniversary else (0, 0)
    known = Facts(
        {
            name: [(date.fromisoformat(each.strip("?")), "?" in each) for each in days.split()]
            for name, days in facts.items()
        },
        frozenset(map(date.fromisoformat, free)),
        frozenset(map(int, settled)),
        (day, month) if anniversary else None,
    )
    return Example(
        row["phrase"],
        date.fromisoformat(row["said_on"]),
        date.fromisoformat(row["due_on"]) if row["due_on"] else None,
        DeadlineRule(row["rule"]),
        row["provisional"] == "yes",
        known,
        date.fromisoformat(tenure) if tenure else None,
    )
