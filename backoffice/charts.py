"""Bars drawn on the server, such as stock against need. Each has its words beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Piece:
    """A stretch of a track in percent of its length; ``tone``: brand, soon, late, good, open or rest."""

    start: float
    width: float
    tone: str


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart: pieces on the scale of the longest row, and the same in words."""

    label: Any
    parts: list[Piece]
    words: Any


def bars(rows: Iterable[tuple[Any, Sequence[tuple[int, str]], Any]]) -> list[Bar]:
    """Rows ``(label, [(number, tone)], words)``, all on one scale."""
    rows = list(rows)
    longest = max((sum(number for number, _tone in parts) for _label, parts, _words in rows), default=0) or 1
    return [Bar(label, _pieces(parts, longest), said) for label, parts, said in rows]


@dataclass(frozen=True, kw_only=True)
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
    _: KW_ONLY
    width: int
    most: int
    labels: list[date]


def columns(rows: Iterable[tuple[date, list[tuple[int, str]]]]) -> Columns:
    """A column for each ``(day, [(number, tone)])``, stacked from the ground."""
    rows = list(rows)
    most = max((sum(number for number, _tone in parts) for _day, parts in rows), default=0)
    blocks = [
        Block(x=10 * index + 1, y=round(100 - piece.start - piece.width, 2), height=piece.width, tone=piece.tone)
        for index, (_day, parts) in enumerate(rows)
        for piece in _pieces(parts, most or 1)
    ]
    return Columns(blocks, width=10 * len(rows), most=most, labels=[day for day, _parts in rows])


def _pieces(parts: Sequence[tuple[int, str]], longest: int) -> list[Piece]:
    found, start = [], 0.0
    for number, tone in parts:
        width = 100 * number / longest
        if number:
            found.append(Piece(round(start, 2), round(width, 2), tone))
        start += width
    return found
