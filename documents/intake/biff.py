"""The child that reads a workbook of Excel 97 to 2003: ``python -m documents.intake.biff``.

Writes one line of JSON for each sheet (name, whether it is seen, errors, hidden rows, merged cells) and one for each of
its rows with a value. A day is ``{"day": …}`` in ISO form, a truth value ``{"is": …}``.
"""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

import xlrd

from core.confined import BROKEN, LOCKED, TOO_LARGE, confine

MEMORY = 1024 * 1024 * 1024
SECONDS = 10


def main() -> int:
    """Reads the workbook from standard input and returns how it ended."""
    content = sys.stdin.buffer.read()
    confine(memory=MEMORY, seconds=SECONDS)
    try:
        book = xlrd.open_workbook(
            file_contents=content, logfile=sys.stderr, on_demand=True, formatting_info=True, ragged_rows=True
        )
        for number in range(book.nsheets):
            _write(book, book.sheet_by_index(number), sys.stdout)
            book.unload_sheet(number)
    except MemoryError:
        return TOO_LARGE
    except Exception as error:
        return LOCKED if "encrypted" in str(error) else BROKEN
    return 0


def _write(book: Any, sheet: Any, out: TextIO) -> None:
    rows, errors = [], []
    for row in range(sheet.nrows):
        cells = [_value(book, cell) for cell in sheet.row(row)]
        errors += [
            (row + 1, column + 1) for column, cell in enumerate(sheet.row(row)) if cell.ctype == xlrd.XL_CELL_ERROR
        ]
        if any(cell != "" for cell in cells) or (errors and errors[-1][0] == row + 1):
            rows.append((row + 1, cells))
    hidden = [row + 1 for row, told in sheet.rowinfo_map.items() if told.hidden]
    merged = [((top + 1, left + 1), (bottom, right)) for top, bottom, left, right in sheet.merged_cells]
    head = {"name": sheet.name, "seen": sheet.visibility == 0, "errors": errors, "hidden": hidden, "merged": merged}
    for line in ({**head, "rows": len(rows)}, *rows):
        out.write(json.dumps(line) + "\n")


def _value(book: Any, cell: Any) -> Any:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return {"day": xlrd.xldate_as_datetime(cell.value, book.datemode).isoformat()}
        except (ValueError, OverflowError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return {"is": bool(cell.value)}
    return "" if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else cell.value


if __name__ == "__main__":
    sys.exit(main())
