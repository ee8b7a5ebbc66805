"""Pictures drawn on the server: a pledge's line in time, bars of stock against need. Each has its words beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from backoffice import words
from core import clock
from pledges.models import DeadlineRevision, Pledge
from pledges.states import Decision, Status
from pledges.status import Judgement


@dataclass(frozen=True)
class Piece:
    """A stretch of a track in percent of its length; ``tone``: calm, soon, late or good."""

    start: float
    width: float
    tone: str


@dataclass(frozen=True)
class Mark:
    at: float
    tone: str


@dataclass(frozen=True)
class Track:
    """A pledge from the day it was said to today: pieces, marks, and the same said in words, in order of time."""

    pieces: list[Piece]
    marks: list[Mark]
    legend: list[tuple[Any, str]]


def pledge_line(pledge: Pledge, judgement: Judgement, revisions: Iterable[DeadlineRevision]) -> Track:
    """The pledge line: amber past the first date, red past the one in force, green once kept, amber without a date."""
    today = clock.today()
    start = pledge.made_on_to
    kept = judgement.completed_on if judgement.status in Status.KEPT else None
    end = max(filter(None, (today, kept, judgement.due_on)), default=today)
    span = max(1, (end - start).days)

    def place(day: date) -> float:
        return round(100 * min(1.0, max(0.0, (day - start).days / span)), 2)

    stop = kept or today
    bounds = _bounds(start, stop, judgement, kept)
    pieces = [Piece(place(a), round(place(b) - place(a), 2), tone) for a, b, tone in bounds if b > a]
    legend: list[tuple[Any, str]] = [(gettext("Diucapkan"), words.short_date(start))]
    marks = []
    if judgement.first_due_on:
        marks.append(Mark(place(judgement.first_due_on), "ink"))
        legend.append((gettext("Tenggat awal"), words.short_date(judgement.first_due_on)))
    for each in revisions:
        if each.decision == Decision.APPROVE and each.new_due_on != judgement.first_due_on:
            marks.append(Mark(place(each.new_due_on), "ink"))
            legend.append((gettext("Diundur ke"), words.short_date(each.new_due_on)))
    legend.append(
        (gettext("Ditepati"), words.short_date(kept)) if kept else (gettext("Hari ini"), words.short_date(today))
    )
    return Track(pieces, marks, legend)


def _bounds(start: date, stop: date, judgement: Judgement, kept: date | None) -> list[tuple[date, date, str]]:
    first, due = judgement.first_due_on, judgement.due_on
    if first is None or due is None:
        return [(start, stop, "good" if kept else "soon")]
    begin_late = min(max(first, start), stop)
    begin_red = min(max(due, begin_late), stop)
    return [
        (start, begin_late, "good" if kept else "brand"),
        (begin_late, begin_red, "soon"),
        (begin_red, stop, "late"),
    ]


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart: pieces on the scale of the longest row, and the same in words."""

    label: Any
    parts: list[Piece]
    words: Any


def bars(rows: Iterable[tuple[Any, list[tuple[int, str]], Any]]) -> list[Bar]:
    """Rows ``(label, [(number, tone)], words)``, all on one scale."""
    rows = list(rows)
    longest = max((sum(number for number, _tone in parts) for _label, parts, _words in rows), default=0) or 1
    return [Bar(label, _pieces(parts, longest), said) for label, parts, said in rows]


@dataclass(frozen=True)
class Block:
    """A rectangle of a column chart, from the top left corner, in the units of the chart."""

    x: float
    y: float
    height: float
    tone: str


@dataclass(frozen=True)
class Columns:
    """Stacked columns on one scale: 10 units wide each, 100 high; ``most`` is the number at the top."""

    blocks: list[Block]
    width: int
    most: int
    labels: list[date]


def columns(rows: Iterable[tuple[date, list[tuple[int, str]]]]) -> Columns:
    """A column for each ``(day, [(number, tone)])``, stacked from the ground."""
    rows = list(rows)
    most = max((sum(number for number, _tone in parts) for _day, parts in rows), default=0)
    blocks = [
        Block(10 * index + 1, round(100 - piece.start - piece.width, 2), piece.width, piece.tone)
        for index, (_day, parts) in enumerate(rows)
        for piece in _pieces(parts, most or 1)
    ]
    return Columns(blocks, 10 * len(rows), most, [day for day, _parts in rows])


def _pieces(parts: list[tuple[int, str]], longest: int) -> list[Piece]:
    found, start = [], 0.0
    for number, tone in parts:
        width = 100 * number / longest
        if number:
            found.append(Piece(round(start, 2), round(width, 2), tone))
        start += width
    return found
