"""What stands in a sheet: values, and beside them errors, formulas never computed, hidden rows, cells that are one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

Cell = str | float | bool | date | datetime | time | timedelta
Cells = list[Cell]
MOST = 200_000
Place = tuple[int, int]
"""Row and column, from 1."""
Span = tuple[Place, Place]
_ERROR = re.compile(rb"""<(?:[\w.-]+:)?c r="([A-Z]{1,3})([0-9]{1,7})"[^<>]{0,100}?\bt="e\"""")
_UNSET = re.compile(
    rb"""<(?:[\w.-]+:)?c r="([A-Z]{1,3})([0-9]{1,7})"(?![^<>]*\bt="str")[^<>]{0,100}>\s*"""
    rb"""<(?:[\w.-]+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:[\w.-]+:)?f>)\s*(?:<(?:[\w.-]+:)?v\s*(?:/>|></(?:[\w.-]+:)?v>)\s*)?"""
    rb"""</(?:[\w.-]+:)?c>"""
)
_HIDDEN = re.compile(
    rb"""<(?:[\w.-]+:)?row\b(?=[^<>]*\bhidden\s*=\s*["'](?:1|true)["'])[^<>]*?\br\s*=\s*["']\s*([0-9]{1,7})"""
)


@dataclass
class Marks:
    """``errors``: cells with an error of a formula; ``unset``: formulas without a stored value; ``hidden``: rows.

    ``merged``: cells that are one, each by its first and last.
    """

    errors: set[Place] = field(default_factory=set)
    unset: set[Place] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    merged: list[Span] = field(default_factory=list)


class Scan:
    """Gathers the marks of a part of a package of Excel, window by window; windows overlap."""

    def __init__(self) -> None:
        self.marks = Marks()

    def take(self, window: bytes) -> None:
        marks = self.marks
        if b't="e"' in window:
            marks.errors |= _places(_ERROR.findall(window))
        if b"<f" in window or b":f" in window:
            marks.unset |= _places(_UNSET.findall(window))
        if b"hidden" in window:
            marks.hidden |= {int(row) for row in _HIDDEN.findall(window)}
        if len(marks.errors) + len(marks.unset) > MOST:
            detail = _("Terlalu banyak rumus yang salah atau belum dihitung. Buka di Excel, simpan, lalu unggah lagi.")
            raise DomainError("formula_error", detail, field="file")


def _places(found: list[tuple[bytes, bytes]]) -> set[Place]:
    return {(int(row), column_number(letters)) for letters, row in found}


def column_number(letters: bytes) -> int:
    """``A`` is 1, ``AA`` 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def column_letters(number: int) -> str:
    """``1`` is A, ``27`` AA."""
    letters = ""
    while number:
        number, left = divmod(number - 1, 26)
        letters = chr(65 + left) + letters
    return letters
