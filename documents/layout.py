"""What a sheet looks like, declared once per report: columns with their kind, totals, paper, and what stands on top."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from enum import Enum

from django.utils.functional import Promise

Text = str | Promise


class CellKind(Enum):
    """How the values of a column are stored and shown.

    ``CODE`` is text that looks like a number (NIP, NIBAR, IMEI, item code, phone) and must keep every digit.
    ``RUPIAH`` is whole rupiah, ``PERCENT`` a fraction (0.25 is 25 %), ``DATETIME`` an instant shown in local time.
    A value that does not fit its kind is stored as text, never dropped.
    """

    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    RUPIAH = "rupiah"
    DATE = "date"
    DATETIME = "datetime"
    PERCENT = "percent"


class Paper(Enum):
    """Landscape paper, by its number in the file format. F4 (330 x 215 mm) is there called Folio (330.2 x 215.9)."""

    F4 = "14"
    A4 = "9"


@dataclass(frozen=True)
class Column:
    """One column: ``width`` in characters, ``total`` for a sum below it, ``note`` for the sheet of notes."""

    title: Text
    kind: CellKind = CellKind.TEXT
    width: int = 14
    _: KW_ONLY
    total: bool = False
    note: Text = ""


@dataclass(frozen=True)
class Layout:
    """A list on one sheet. ``sheet`` is its tab, ``title`` its first line; ``frozen`` columns stay in sight."""

    sheet: Text
    title: Text
    columns: tuple[Column, ...]
    paper: Paper = Paper.F4
    frozen: int = 1


@dataclass(frozen=True)
class Cover:
    """What is said above every list of one workbook.

    ``as_of`` is the instant the data was read, ``anchor`` the journal's last ``(seq, hash)`` at that instant,
    ``filters`` pairs of label and value, ``sample`` marks demonstration data on every sheet and printed page.
    """

    office: str
    as_of: datetime
    anchor: tuple[int, str] | None = None
    filters: tuple[tuple[str, str], ...] = ()
    sample: bool = False
    made_by: str = ""
