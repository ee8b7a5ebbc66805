"""One cell of a sheet as XML. Data becomes text, a number, a date or a truth value here, and nothing else.

Formulas have their own function, which is given only what a layout declares; no value of a row reaches it. What is
returned here is the cell without its beginning ``<c r="A1"``, which the row adds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import NamedTuple
from xml.sax.saxutils import escape

from core import clock
from documents.layout import CellKind
from documents.values import is_number, like_formula, storable, unchanged

MAX_TEXT = 32_767
"""UTF-16 units that one cell can hold."""
MAX_INTEGER = 10**15
"""Integers from here on lose digits in a spreadsheet and are stored as text."""
CUT = "…"
_HALF = MAX_TEXT // 2
_REMEMBERED, _SHORT = 500, 100
"""So many different short texts of a column are kept as cells: names and words repeat, codes and numbers do not."""
_PLAIN = unchanged("&<>_\r")
_ESCAPE_LOOKALIKE = re.compile("(?<=_)(?=x[0-9A-Fa-f]{4}_)")
_DAY_ZERO = date(1899, 12, 30).toordinal()
_FIRST_DAY = date(1900, 3, 1)
"""The first day on which Excel's count of days is right (it believes in 29 February 1900)."""

CellWriter = Callable[[object], str]


class CellStyles(NamedTuple):
    """Style numbers of one column: for its kind, for text, and for text that looks like a formula."""

    kind: int
    text: int
    quoted: int


def writer(kind: CellKind, styles: CellStyles) -> CellWriter:
    """The function that writes any value into a column of this kind."""
    encode = _ENCODERS.get(kind)
    nothing = f' s="{styles.kind}"/>'
    number, literal = f' s="{styles.kind}"><v>', f' s="{styles.text}" t="inlineStr"><is><t>'
    known: dict[str, str] = {}

    def write_any(value: object) -> str:
        if value is None or value == "":
            return nothing
        if encode is not None and (encoded := encode(value)) is not None:
            return f"{number}{encoded}</v></c>"
        if isinstance(value, bool):
            return f' s="{styles.text}" t="b"><v>{value:d}</v></c>'
        return text(plain(value), styles)

    def write_text(value: object) -> str:
        if type(value) is not str:
            return write_any(value)
        cell = known.get(value)
        if cell is None:
            plainly = len(value) < _HALF and _PLAIN.fullmatch(value)
            cell = f"{literal}{value}</t></is></c>" if plainly else write_any(value)
            if len(known) < _REMEMBERED and len(value) < _SHORT:
                known[value] = cell
        return cell

    return write_any if encode else write_text


def text(value: str, styles: CellStyles) -> str:
    """``value`` as literal text, cut with an ellipsis where it is longer than a cell can hold."""
    style = styles.quoted if like_formula(value) else styles.text
    if len(value) >= _HALF:
        value = shortened(value)
    return f' s="{style}" t="inlineStr"><is>{_runs(value)}</is></c>'


def formula(expression: str, value: object, style: int) -> str:
    """A live formula with its computed ``value`` beside it, for viewers that do not calculate; None is empty text."""
    number = digits(value)
    kind, shown = (' t="str"', _escaped(str(value or ""))) if number is None else ("", number)
    return f' s="{style}"{kind}><f>{escape(expression)}</f><v>{shown}</v></c>'


def plain(value: object) -> str:
    """``value`` where a cell takes it as text: days and instants in ISO form, all else as it prints."""
    return value.isoformat() if isinstance(value, date) else str(value)


def digits(value: object) -> object | None:
    """``value`` as a number that a spreadsheet keeps exactly, or None: not a number, not finite, too many digits."""
    if type(value) is int:
        return value if -MAX_INTEGER < value < MAX_INTEGER else None
    if not is_number(value):
        return None
    if isinstance(value, Decimal):
        fits = value.is_finite() and len(value.as_tuple().digits) <= 15 and abs(value.adjusted()) < 300
        return value if fits else None
    if isinstance(value, float):
        return repr(float(value)) if isfinite(value) else None
    return digits(int(value))  # type: ignore[call-overload]


def day_serial(value: object) -> int | None:
    """A day (of an instant: its local day) as Excel counts them; None before 1 March 1900."""
    if isinstance(value, datetime):
        value = _local_or_none(value)
        value = value and value.date()
    if not isinstance(value, date) or value < _FIRST_DAY:
        return None
    return value.toordinal() - _DAY_ZERO


def instant_serial(value: object) -> float | None:
    """An instant as local days and fraction of a day; a plain day as its midnight."""
    if not isinstance(value, datetime):
        return day_serial(value)
    here = _local_or_none(value)
    days = here and day_serial(here.date())
    if not here or not days:
        return None
    milliseconds = here.microsecond // 1000  # what a spreadsheet keeps; never rounded up into the next day
    return days + (here.hour * 3600 + here.minute * 60 + here.second + milliseconds / 1000) / 86_400


def shortened(value: str) -> str:
    """``value`` cut to what one cell holds, counted as Excel counts (a character beyond the BMP is two)."""
    if len(value) + sum(each > "\uffff" for each in value[:MAX_TEXT]) <= MAX_TEXT:
        return value
    units, kept = 0, []
    for each in value:
        units += 2 if each > "\uffff" else 1
        if units >= MAX_TEXT:
            break
        kept.append(each)
    return "".join(kept) + CUT


def _runs(value: str) -> str:
    """Text with what XML must not see escaped.

    In this format ``_x0041_`` means the character A, so text that looks like it is split into two runs, which every
    reader joins to the literal text again.
    """
    pieces = [_escaped(each) for each in _ESCAPE_LOOKALIKE.split(value)]
    if len(pieces) == 1:
        return f'<t xml:space="preserve">{pieces[0]}</t>'
    return "".join(f'<r><t xml:space="preserve">{each}</t></r>' for each in pieces)


def _escaped(value: str) -> str:
    return escape(storable(value), {"\r": "&#13;"})


def _local_or_none(value: datetime) -> datetime | None:
    try:
        return clock.local(value)
    except (OverflowError, ValueError):
        return None


_ENCODERS: dict[CellKind, Callable[[object], object | None]] = {
    CellKind.INTEGER: digits,
    CellKind.RUPIAH: digits,
    CellKind.PERCENT: digits,
    CellKind.DATE: day_serial,
    CellKind.DATETIME: instant_serial,
}
