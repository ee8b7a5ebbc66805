"""Lists as CSV: RFC 4180, UTF-8 with BOM, streamed. One header row, then the data; nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from enum import Enum
from typing import IO

from core import clock
from documents.layout import CellKind, Column, Layout
from documents.values import is_number, like_formula, storable, unchanged

BOM = "\ufeff"
_BATCH = 500
_CODES = (CellKind.TEXT, CellKind.CODE)
_PLAIN = unchanged('",;\t\r\n')

Cells = Sequence[object]


class Delimiter(Enum):
    """``SEMICOLON`` is what Excel expects under Indonesian regional settings."""

    COMMA = ","
    SEMICOLON = ";"


def write_csv(target: IO[bytes], layout: Layout, rows: Iterable[Cells], delimiter: Delimiter = Delimiter.COMMA) -> int:
    """Write the list to a binary file and return how many rows it had.

    Text that a spreadsheet could take for a formula gets a leading ``'``. Numbers stay numbers, days are ISO dates,
    instants ISO with the local offset, truth values ``true`` and ``false``, nothing is an empty field.
    """
    fields = [_field_of(column) for column in layout.columns]
    count, batch = 0, [BOM, delimiter.value.join(_text(str(column.title)) for column in layout.columns), "\r\n"]
    for count, row in enumerate(rows, 1):
        batch.append(delimiter.value.join([field(value) for field, value in zip(fields, row, strict=True)]))
        batch.append("\r\n")
        if count % _BATCH == 0:
            target.write("".join(batch).encode())
            batch.clear()
    target.write("".join(batch).encode())
    return count


def _field_of(column: Column) -> Callable[[object], str]:
    as_text = column.kind in _CODES
    as_day = column.kind is CellKind.DATE

    def field(value: object) -> str:
        if type(value) is str:
            return value if _PLAIN.fullmatch(value) else _text(value)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if is_number(value):
            return _text(str(value)) if as_text else str(value)
        if isinstance(value, datetime):
            return _instant(value, as_day)
        return _text(value.isoformat() if isinstance(value, date) else str(value))

    return field


def _instant(value: datetime, as_day: bool) -> str:
    try:
        value = clock.local(value)
    except (OverflowError, ValueError):
        return value.isoformat()
    return value.date().isoformat() if as_day else value.isoformat()


def _text(value: str) -> str:
    """A field of literal text. Both delimiters are quoted, so that no program splits it at the other one."""
    value = storable(value)
    if like_formula(value):
        value = f"'{value}"
    if not value or _PLAIN.fullmatch(value):
        return value
    doubled = value.replace('"', '""')
    return f'"{doubled}"'
