"""The file as it came, with every finding where it belongs: the cell coloured and commented, the row told in a column.

A workbook of usual size stays as it is beside the marks (``marking``). A larger one, a CSV, one of another format and
one that cannot be marked is written anew, a row at a time, with its values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, time, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from core.importing import Finding
from documents.intake import marking
from documents.intake.marking import AUTHOR, Mark, Marked
from documents.intake.sheets import parts
from documents.intake.tables import Header, Reading
from documents.models import ImportSession
from documents.values import storable

KEEPS_LOOKS = 5_000
"""Rows up to which a workbook is held in memory whole."""
MOST_COMMENTS = 2_000
RED, YELLOW = "F8C9C4", "FCE8B2"
FILLS = {colour: PatternFill("solid", fgColor=colour) for colour in (RED, YELLOW)}


def annotate(session: ImportSession, findings: Iterable[Finding], tables: Reading) -> IO[bytes]:
    """An open temporary file with the workbook; ``tables`` as they were found in the session's file."""
    told = list(findings)
    marks = [_Marks([each for each in told if each.sheet == tables.name(header)], header) for header in tables.headers]
    target: IO[bytes] = TemporaryFile()  # noqa: SIM115  (handed to the caller, who closes it)
    kept = session.filename.lower().endswith(".xlsx") and (session.rows or 0) <= KEEPS_LOOKS
    if not (kept and _marked(Path(session.file.path), marks, target)):
        _rewritten(marks, target)
    target.seek(0)
    return target


class _Marks:
    """What is said of one table: by cell (row and column from 1) its mark, by row its words."""

    def __init__(self, findings: Iterable[Finding], header: Header) -> None:
        self.header = header
        self.by_row: dict[int, list[str]] = defaultdict(list)
        by_cell: dict[tuple[int, int], list[Finding]] = defaultdict(list)
        for each in findings:
            column = header.columns.get(each.field)
            if column is not None:
                by_cell[each.row, column + 1].append(each)
            title = header.titles.get(each.field, "")
            if each.row:
                self.by_row[each.row].append(f"{title}: {each.detail}" if title else str(each.detail))
        self.by_cell = {
            place: _mark(found, commented=number < MOST_COMMENTS)
            for number, (place, found) in enumerate(by_cell.items())
        }

    def put_on(self, cell: Any, place: tuple[int, int]) -> None:
        mark = self.by_cell[place]
        cell.fill = FILLS[mark.colour]
        if mark.comment:
            cell.comment = Comment(mark.comment, AUTHOR)

    def in_part(self, part: str) -> Marked:
        """The same for the sheet as it lies in the package."""
        words = {row: self.told(row) for row in self.by_row} | {self.header.row: _("Kesalahan")}
        return Marked(part, self.by_cell, words)

    def told(self, row: int) -> str:
        return storable("; ".join(self.by_row.get(row, ())))[:2_000]


def _mark(found: list[Finding], *, commented: bool) -> Mark:
    said = storable("\n".join(str(each.detail) for each in found))[:1_000]
    return Mark(YELLOW if all(each.warning for each in found) else RED, said if commented else "")


def _marked(path: Path, marks: list[_Marks], target: IO[bytes]) -> bool:
    """Mark the workbook itself; False when it is one that cannot be."""
    try:
        places = parts(path)
        marking.mark(path, [each.in_part(places[each.header.sheet.name]) for each in marks], target)
    except Exception:  # a foreign workbook may be odd in any way
        target.seek(0)
        target.truncate()
        return False
    return True


def _rewritten(marks: list[_Marks], target: IO[bytes]) -> None:
    book = Workbook(write_only=True)
    for each in marks:
        _write(book.create_sheet(storable(each.header.sheet.name)[:31] or "Gawai"), each)
    book.save(target)


def _write(sheet: Any, marks: _Marks) -> None:
    header = marks.header
    width = max([column + 1 for column in header.columns.values()], default=0)
    for number, cells in header.sheet.rows():
        if number <= header.row:
            width = max(width, len(cells))
        row = [_cell(sheet, value) for value in cells] + [None] * (width - len(cells))
        for place in [place for place in range(1, len(row) + 1) if (number, place) in marks.by_cell]:
            row[place - 1] = row[place - 1] or WriteOnlyCell(sheet)
            marks.put_on(row[place - 1], (number, place))
        told = _("Kesalahan") if number == header.row else marks.told(number)
        sheet.append([*row, _cell(sheet, told)])


def _cell(sheet: Any, value: Any) -> Any:
    if value is None or value == "":
        return None
    cell = WriteOnlyCell(sheet)
    if isinstance(value, bool | float | int | date | time | timedelta):
        cell.value = value
        return cell
    return _text(cell, str(value))


def _text(cell: Any, value: str) -> Any:
    """Literal text, whatever it begins with."""
    cell.value = storable(value)[:32_000] or None
    if cell.value is not None:
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in tuple("=+-@")
    return cell
