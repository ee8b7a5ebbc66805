"""Rows of a measured file as plain values, sheet by sheet, each with its number as a spreadsheet shows it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from core.errors import DomainError
from documents.intake.container import MAX_COLUMNS, Measured, Type

Cell = str | float | bool | date | datetime | time | timedelta
Cells = list[Cell]
SAMPLE = 16 * 1024
LONGEST_ROW = 500
"""Lines that one row of a CSV may go on for: notes with line ends in them."""


@dataclass(frozen=True)
class Sheet:
    """``rows`` are numbered from 1. ``errors``: the cells (row, column, from 1) that hold an error of a formula."""

    name: str
    errors: frozenset[tuple[int, int]]
    _source: Any

    def rows(self) -> Iterator[tuple[int, Cells]]:
        yield from enumerate(self._source(), 1)


@contextmanager
def opened(path: Path, measured: Measured) -> Iterator[list[Sheet]]:
    """The sheets that people see, in their order. Raises ``DomainError`` on ``file`` when there is none to read."""
    if measured.type is Type.CSV:
        yield [Sheet("CSV", frozenset(), lambda: _csv_rows(path))]
        return
    try:
        book = CalamineWorkbook.from_path(path)
    except (CalamineError, OSError) as error:
        raise _unreadable() from error
    try:
        yield [_sheet(book, index, measured) for index in _visible(book)]
    except CalamineError as error:
        raise _unreadable() from error
    finally:
        book.close()


def _visible(book: CalamineWorkbook) -> list[int]:
    found = [
        index
        for index, each in enumerate(book.sheets_metadata)
        if each.visible == SheetVisibleEnum.Visible and each.typ == SheetTypeEnum.WorkSheet
    ]
    if not found:
        raise DomainError("no_sheet", _("Berkas ini tidak punya lembar yang terlihat."), field="file")
    return found


def _sheet(book: CalamineWorkbook, index: int, measured: Measured) -> Sheet:
    errors = measured.errors.get(f"xl/worksheets/sheet{index + 1}.xml", ())  # the name every known program gives it
    loaded = cache(lambda: book.get_sheet_by_index(index))
    return Sheet(book.sheet_names[index], frozenset(errors), lambda: _rows(loaded()))


def _rows(sheet: CalamineSheet) -> Iterator[Cells]:
    start = sheet.start
    if start is None:
        return
    left: Cells = [""] * start[1]
    for row in sheet.iter_rows():
        yield left + row


def _csv_rows(path: Path) -> Iterator[Cells]:
    with path.open("rb") as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        try:
            sample = text.read(SAMPLE)
            text.seek(0)
            lines = _Lines(text)
            for row in csv.reader(lines, delimiter=max(",;\t", key=sample.count), strict=True):
                lines.taken = 0
                if len(row) > MAX_COLUMNS:
                    raise DomainError("too_wide", _("CSV ini terlalu lebar."), field="file")
                yield [_unquoted(cell) for cell in row]
        except UnicodeDecodeError as error:
            raise DomainError("not_utf8", _("CSV ini bukan UTF-8. Simpan sebagai CSV UTF-8."), field="file") from error
        except csv.Error as error:
            detail = _("CSV ini tidak dapat dibaca: tanda kutip tidak cocok.")
            raise DomainError("unreadable", detail, field="file") from error


class _Lines:
    """Lines of a text; refuses a row that never ends. ``taken``: how many the present row has had."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text, self.taken = text, 0

    def __iter__(self) -> Iterator[str]:
        for line in self.text:
            self.taken += 1
            if self.taken > LONGEST_ROW or len(line) > 1_000_000:
                raise csv.Error("row too long")
            yield line


def _unquoted(cell: str) -> str:
    """Text without the mark that ``documents.csvfile`` puts before what looks like a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@\t\r\n＝＋－＠") else cell


def _unreadable() -> DomainError:
    return DomainError("unreadable", _("Berkas Excel ini tidak dapat dibaca. Buka dan simpan ulang."), field="file")
