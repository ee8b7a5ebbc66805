"""Writing a list and reading it back, as the tests of this package do."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from documents.csvfile import Delimiter, write_csv
from documents.layout import CellKind, Column, Cover, Layout
from documents.workbook import SafeWorkbook

COVER = Cover(
    office="Dinas Komunikasi dan Informatika · Kabupaten Contoh",
    as_of=datetime(2026, 11, 22, 0, 41, tzinfo=UTC),
    anchor=(1234, "ab" * 32),
    filters=(("wilayah", "32.01.12"),),
    sample=True,
    made_by="Ujang Suherman",
)


def layout(*kinds: CellKind, **values: Any) -> Layout:
    """A layout with one column of each kind, called K1, K2, …"""
    columns = tuple(Column(f"K{number}", kind) for number, kind in enumerate(kinds, 1))
    return Layout(**{"sheet": "Daftar", "title": "Daftar uji", "columns": columns, **values})


def workbook(of: Layout, rows: Iterable[tuple[Any, ...]], cover: Cover = COVER) -> bytes:
    target = BytesIO()
    with SafeWorkbook(cover) as book:
        book.add(of, rows)
        book.save(target)
    return target.getvalue()


def opened(content: bytes, sheet: int = 0) -> Worksheet:
    return load_workbook(BytesIO(content)).worksheets[sheet]


def header_row(sheet: Worksheet) -> int:
    """The row of the column titles: the first row of the filter."""
    return int(re.fullmatch(r"A(\d+):.*", sheet.auto_filter.ref)[1])


def records(content: bytes) -> list[tuple[Any, ...]]:
    """The values of the data rows, without titles and totals."""
    sheet = opened(content)
    first, last = (int(number) for number in re.findall(r"\d+", sheet.auto_filter.ref))
    return [tuple(row) for row in sheet.iter_rows(first + 1, last, values_only=True)]


def read_back(of: Layout, rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return records(workbook(of, rows))


def formulas(content: bytes) -> list[str]:
    """The formulas of all sheets, as they stand in the file."""
    with ZipFile(BytesIO(content)) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/")]
        return [found for name in sheets for found in re.findall(r"<f[ >].*?</f>", package.read(name).decode())]


def as_csv(of: Layout, rows: Iterable[tuple[Any, ...]], delimiter: Delimiter = Delimiter.COMMA) -> bytes:
    target = BytesIO()
    write_csv(target, of, rows, delimiter)
    return target.getvalue()


def parsed(content: bytes, delimiter: str = ",") -> list[list[str]]:
    """The records of a CSV file, header included, by the standard reader."""
    text = content.decode("utf-8-sig")
    records = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return [record or [""] for record in records]
