"""A table found in a sheet: where it begins, and its rows of data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass

from core.text import folded
from documents.intake.sheets import Cells, Sheet
from documents.intake.spellings import is_empty

TOTALS = {"jumlah", "total", "jumlah yang tampil", "number shown", "grand total", "nihil", "n i h i l", "nil"}


@dataclass(frozen=True)
class Header:
    """Where a table begins: its last header row, and the column (from 0) of each field found.

    ``unknown``: titles that mean nothing here; what stands below them is not read.
    """

    sheet: Sheet
    row: int
    _: KW_ONLY
    columns: dict[str, int]
    titles: dict[str, str]
    unknown: tuple[str, ...] = ()


def data_rows(header: Header) -> Iterator[tuple[int, Cells]]:
    """The rows below the header that hold something, without rows of column numbers and of totals."""
    for number, cells in header.sheet.rows():
        if number <= header.row or all(is_empty(cell) for cell in cells):
            continue
        if not _is_furniture(cells):
            yield number, cells


def _is_furniture(cells: Cells) -> bool:
    """A row of column numbers (1, 2, 3 …), of totals, or the word for "nothing"."""
    first = next(cell for cell in cells if not is_empty(cell))
    word = folded(first) if isinstance(first, str) else str(first).removesuffix(".0")
    if word != "1" and word not in TOTALS:
        return False
    filled = [cell for cell in cells if not is_empty(cell)]
    if word != "1":
        return len(filled) < len(cells)
    numbers = [str(cell).removesuffix(".0") for cell in filled]
    return len(filled) > 2 and numbers == [str(n) for n in range(1, len(numbers) + 1)]
