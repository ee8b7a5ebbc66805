"""Bars drawn on the server, such as stock against need. Each has its words beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Piece:
    """A stretch of a track in percent of its length; ``tone``: brand, soon, late, good or rest."""

    start: float
    width: float
    tone: str


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


def _pieces(parts: list[tuple[int, str]], longest: int) -> list[Piece]:
    found, start = [], 0.0
    for number, tone in parts:
        width = 100 * number / longest
        if number:
            found.append(Piece(round(start, 2), round(width, 2), tone))
        start += width
    return found
