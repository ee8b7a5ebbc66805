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
    rows: list[tuple[int, list[Any]]] = []
    errors: list[tuple[int, int]] = []
    for number in range(sheet.nrows):
        row = sheet.row(number)
        wrong = [column + 1 for column, cell in enumerate(row) if cell.ctype == xlrd.XL_CELL_ERROR]
        errors += [(number + 1, column) for column in wrong]
        cells = [_value(book, cell) for cell in row]
        if wrong or any(cell != "" for cell in cells):
            rows.append((number + 1, cells))
    hidden = [number + 1 for number, told in sheet.rowinfo_map.items() if told.hidden]
    merged = [((top + 1, left + 1), (bottom, right)) for top, bottom, left, right in sheet.merged_cells]
    head: dict[str, Any] = {"name": sheet.name, "seen": sheet.visibility == 0, "rows": len(rows)}
    out.write(json.dumps({**head, "errors": errors, "hidden": hidden, "merged": merged}) + "\n")
    for line in rows:
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
