"""The rows of one sheet, written as XML into a temporary file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import IO, NamedTuple

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from core.errors import DomainError
from documents import cells
from documents.layout import CellKind, Column
from documents.styles import WRAPPED, Role, Styles

MAX_ROWS = 1_000_000
"""Data rows on one sheet; Excel ends at 1,048,576."""
_BATCH = 500
_LINE_HEIGHT, _MOST_LINES = 13, 30
_SUM, _SUM_OF_VISIBLE = "SUM({0}{1}:{0}{2})", "SUBTOTAL(109,{0}{1}:{0}{2})"

Cells = Sequence[object]
Number = int | Decimal


class Said(NamedTuple):
    """One cell outside the data: a value, how it looks and what kind it is."""

    value: object
    role: Role
    kind: CellKind = CellKind.TEXT


class Totals:
    """Exact sums of the columns that ask for one, over exactly what is written as a number."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.sums: dict[int, Number] = {index: 0 for index, column in enumerate(columns) if column.total}

    def count(self, row: Cells) -> None:
        for index in self.sums:
            number = cells.digits(row[index])
            if number is not None:
                self.sums[index] += number if type(number) is int else Decimal(str(number))


class SheetStream:
    """Writes rows from top to bottom. ``row`` is the last row written, ``widest`` its widest row in columns."""

    def __init__(self, file: IO[bytes], styles: Styles) -> None:
        self.file = file
        self.row, self.widest = 0, 1
        self._styles = styles

    def line(self, *said: Said, height: int = 0) -> None:
        """One row outside the data, its first cell in column A."""
        self.cells([self.written(each) for each in said], height)

    def written(self, said: Said) -> str:
        """One cell as ``cells`` takes it."""
        return cells.writer(said.kind, self._styles.of(said.role, said.kind))(said.value)

    def calculated(self, expression: str, said: Said) -> str:
        """One cell with a formula that a layout declares, its present value beside it."""
        return cells.formula(expression, said.value, self._styles.of(said.role, said.kind).kind)

    def data(self, columns: Sequence[Column], rows: Iterable[Cells], totals: Totals) -> int:
        """All rows of the list; returns how many. Raises ``DomainError`` beyond ``MAX_ROWS``."""
        writers = [cells.writer(column.kind, self._styles.of(Role.BODY, column.kind)) for column in columns]
        starts = [f'<c r="{get_column_letter(index)}' for index in range(1, len(columns) + 1)]
        wrapped = [(i, column.width) for i, column in enumerate(columns) if column.kind in WRAPPED]
        first, batch = self.row, []
        for row in rows:
            self.row += 1
            if self.row - first > MAX_ROWS:
                raise DomainError("too_many_rows", _("Terlalu banyak baris untuk satu lembar Excel."))
            totals.count(row)
            cells_of_row = _cells(writers, starts, row, f'{self.row}"')
            batch.append(f'<row r="{self.row}"{_height(row, wrapped)}>{cells_of_row}</row>')
            if len(batch) == _BATCH:
                self.file.write("".join(batch).encode())
                batch.clear()
        self.file.write("".join(batch).encode())
        self.widest = max(self.widest, len(columns))
        return self.row - first

    def totals(self, columns: Sequence[Column], totals: Totals, first: int) -> None:
        """Below a thin gap, which keeps them out of the filter: the sum of all rows and of the rows it shows."""
        last = self.row
        self.cells([], height=4)
        for label, pattern in ((_("JUMLAH"), _SUM), (_("Jumlah yang tampil"), _SUM_OF_VISIBLE)):
            written = []
            for index, column in enumerate(columns):
                styles = self._styles.of(Role.TOTAL, column.kind)
                if index in totals.sums:
                    expression = pattern.format(get_column_letter(index + 1), first, last)
                    written.append(cells.formula(expression, totals.sums[index], styles.kind))
                else:
                    written.append(cells.writer(CellKind.TEXT, styles)(None if index else label))
            self.cells(written)

    def cells(self, written: Sequence[str], height: float = 0) -> None:
        """One row of finished cells, the first in column A."""
        self.row += 1
        self.widest = max(self.widest, len(written))
        tall = f' ht="{height}" customHeight="1"' if height else ""
        inner = "".join(f'<c r="{get_column_letter(i)}{self.row}"{cell}' for i, cell in enumerate(written, 1))
        self.file.write(f'<row r="{self.row}"{tall}>{inner}</row>'.encode())


def _cells(writers: Sequence[cells.CellWriter], starts: Sequence[str], row: Cells, number: str) -> str:
    return "".join([start + number + write(value) for start, write, value in zip(starts, writers, row, strict=True)])


def height_of(row: Cells, wrapped: Sequence[tuple[int, int]]) -> int:
    """The height in points a row needs for its wrapped text, by letters per line; 0 where one line is enough.

    Spreadsheet programs fit heights when a person edits, not when they open a file.
    """
    lines = 1
    for index, room in wrapped:
        value = row[index]
        if type(value) is str and (len(value) > room or "\n" in value):
            needed = _lines(value, room)
            if needed > lines:
                lines = needed
    return _LINE_HEIGHT * min(lines, _MOST_LINES) + 2 if lines > 1 else 0


@lru_cache(maxsize=256)
def _lines(text: str, room: int) -> int:
    return sum(max(1, -(-len(part) // room)) for part in text.split("\n"))


def _height(row: Cells, wrapped: Sequence[tuple[int, int]]) -> str:
    height = height_of(row, wrapped)
    return f' ht="{height}"' if height else ""
