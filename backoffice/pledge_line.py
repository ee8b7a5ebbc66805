"""The pledge line: one track from the day a pledge was said to today, or to the last deadline still ahead.

It decides nothing: which day is late, which date comes first and whether the pledge is kept come from
``pledges.status``. Labels are placed for the narrowest width at which a drawing is shown. Every position is a
percentage of the width, so wider only moves labels apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from backoffice.charts import Piece
from pledges.models import DeadlineRevision, Pledge
from pledges.states import Status
from pledges.status import Judgement
from wording.pledge_days import Mark, in_words, marks_of

# Pixels inside a window of 320, and of the main column where the drawing is wide.
NARROW, WIDE = 286, 560
# Pixels: the widest a letter of a label is on average, the least room between two labels, one row of labels.
LETTER, GAP, ROW = 7.5, 8, 38
TRACK, TICK = 26, 2


@dataclass(frozen=True)
class Label:
    """Where a mark stands (percent), in which row its label is, and which part of the label stands at the mark.

    ``ticks``: from where to where (pixels) its tick is drawn: down to its label, behind those of the rows above.
    """

    mark: Mark
    _: KW_ONLY
    at: float
    row: int
    anchor: str
    ticks: tuple[tuple[int, int], ...] = ()

    @property
    def name_y(self) -> int:
        return TRACK + 16 + ROW * self.row

    @property
    def day_y(self) -> int:
        return self.name_y + 16

    def span(self, width: float) -> tuple[float, float]:
        """Left and right end of the label in pixels, in a drawing ``width`` pixels wide."""
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        left = width * self.at / 100 - share * width_of(self.mark)
        return left, left + width_of(self.mark)


@dataclass(frozen=True)
class Drawing:
    """The labels of one width."""

    name: str
    labels: list[Label]

    @property
    def height(self) -> int:
        return TRACK + ROW * (1 + max(label.row for label in self.labels))


@dataclass(frozen=True)
class Line:
    """Pieces of the track, the same marks labelled for a narrow and a wide column, and in words."""

    pieces: list[Piece]
    drawings: list[Drawing]
    said: str


def pledge_line(pledge: Pledge, judgement: Judgement, revisions: Iterable[DeadlineRevision], today: date) -> Line:
    """Amber past the first date, red past the one in force, green once kept, amber all along without any date."""
    closure = pledge.closed if judgement.status in Status.CLOSED else None
    closed_on = closure.effective_on if closure else None
    marks = marks_of(pledge, judgement, revisions, closed_on, today)
    return Line(
        pieces_of(judgement, closed_on, today, [mark.day for mark in marks]),
        [Drawing("narrow", labelled(marks, NARROW)), Drawing("wide", labelled(marks, WIDE))],
        in_words(marks, judgement),
    )


def pieces_of(judgement: Judgement, closed_on: date | None, today: date, days: Sequence[date]) -> list[Piece]:
    """The track between the first and the last of ``days``, cut where its tone changes; neighbours differ in tone."""
    ends = {day for day in (judgement.first_due_on, judgement.due_on, judgement.completed_on, closed_on) if day}
    start, stop = days[0], days[-1]
    cuts = [start, *sorted(day for day in ends | {today} if start < day < stop), stop]
    pieces: list[Piece] = []
    for left, right in pairwise(cuts):
        tone = _tone(judgement, closed_on, today, left + timedelta(days=1))
        at = _percent(left, start, stop)
        if pieces and pieces[-1].tone == tone:
            at = pieces.pop().start
        pieces.append(Piece(at, round(_percent(right, start, stop) - at, 2), tone))
    return pieces


def _tone(judgement: Judgement, closed_on: date | None, today: date, day: date) -> str:
    first, due, done = judgement.first_due_on, judgement.due_on, judgement.completed_on
    if day > today or (closed_on and day > closed_on):
        return "rest"
    if judgement.status in Status.KEPT and done and day > done:
        return "good"
    if first is None or due is None:
        return "soon"
    if day > due:
        return "late"
    return "soon" if day > first else "brand"


def labelled(marks: Sequence[Mark], width: float) -> list[Label]:
    """A label for each mark, in order of time, each in the highest row in which it collides with no other."""
    start, stop = marks[0].day, marks[-1].day
    taken: list[float] = []
    labels: list[Label] = []
    places = [_percent(mark.day, start, stop) for mark in marks]
    for mark, at, after in zip(marks, places, [*places[1:], 100], strict=True):
        anchor = _anchor(width * at / 100, width_of(mark), width, width * after / 100)
        left, right = Label(mark, at=at, row=0, anchor=anchor).span(width)
        row = next((n for n, end in enumerate(taken) if end + GAP <= left), len(taken))
        taken[row : row + 1] = [right]
        labels.append(Label(mark, at=at, row=row, anchor=anchor))
    return [replace(each, ticks=_ticks(each, labels, width)) for each in labels]


def _ticks(label: Label, labels: Sequence[Label], width: float) -> tuple[tuple[int, int], ...]:
    """The tick of a label, left out where the label of another mark stands in its way."""
    if not label.row:
        return ((TICK, TRACK - 2),)
    x, since, found = width * label.at / 100, TICK, list[tuple[int, int]]()
    above = {each.row for each in labels if each.row < label.row and _covers(each, x, width)}
    for row in sorted(above):
        found.append((since, TRACK + 4 + ROW * row if row else TRACK - 2))
        since = TRACK + ROW * (row + 1)
    found.append((since, label.name_y - 12))
    return tuple((start, end) for start, end in found if start < end)


def _covers(label: Label, x: float, width: float) -> bool:
    left, right = label.span(width)
    return left - GAP / 2 < x < right + GAP / 2


def width_of(mark: Mark) -> float:
    """Pixels its label of two lines takes at most."""
    return LETTER * max(len(str(mark.name)), len(mark.said))


def _anchor(at: float, label: float, width: float, after: float) -> str:
    """To the left of its mark where it would stand in the way of the one ``after`` it."""
    if at < label / 2:
        return "start"
    in_the_way = at < after < at + label / 2 + GAP and at >= label
    return "end" if in_the_way or width - at < label / 2 else "middle"


def _percent(day: date, start: date, stop: date) -> float:
    return round(100 * (day - start).days / max(1, (stop - start).days), 2)
