"""Workbooks of LibreOffice (.ods): the content of the package, element by element."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from documents.intake.grids import Grid
from documents.intake.marks import Cell
from documents.intake.xmlbook import XmlBook, number

_TABLE, _OFFICE, _TEXT, _STYLE, _CALC = (
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0", "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0", "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
)  # fmt: skip
_CELLS = (f"{_TABLE} table-cell", f"{_TABLE} covered-table-cell")
_ASIDE = {f"{_OFFICE} annotation", f"{_TABLE} shapes", f"{_TABLE} tracked-changes"}
_MOST_ALIKE = 4096


def grids(path: Path) -> list[Grid]:
    """The sheets. Raises ``DomainError`` for what is broken or too large."""
    try:
        with ZipFile(path) as package, package.open("content.xml") as part:
            return _Book().read(part)
    except (expat.ExpatError, BadZipFile, KeyError, OSError, UnicodeError) as error:
        raise DomainError(
            "unreadable", _("Berkas .ods ini rusak. Buka dan simpan ulang, lalu unggah lagi."), field="file"
        ) from error


class _Book(XmlBook):
    def __init__(self) -> None:
        super().__init__()
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._row: dict[str, str] = {}
        self._cell: dict[str, str] = {}
        self._lines: list[list[str]] = []
        self._aside = 0
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _ASIDE:
            self._aside += 1
        elif self._aside:
            return
        elif tag.startswith(_STYLE):
            self._styled(tag, attributes)
        elif tag == f"{_TABLE} table":
            grid = Grid(attributes.get(f"{_TABLE} name", ""), self.budget)
            grid.visible = attributes.get(f"{_TABLE} style-name") not in self._hidden_styles
            self.grids.append(grid)
        elif tag == f"{_TABLE} table-row" and self.grids:
            self._row = attributes
            self.grids[-1].begin_row()
        elif tag in _CELLS:
            self._cell, self._lines = attributes, []
        elif tag == f"{_TEXT} p":
            self._lines.append([])
            self._depth += 1
        elif tag == f"{_TEXT} s" and self._lines:
            self._lines[-1].append(" " * min(_count(attributes, f"{_TEXT} c"), 100))
        elif tag in (f"{_TEXT} line-break", f"{_TEXT} tab") and self._lines:
            self._lines[-1].append("\n" if tag.endswith("break") else " ")

    def _styled(self, tag: str, attributes: dict[str, str]) -> None:
        """A sheet is hidden by its style."""
        if tag == f"{_STYLE} style":
            self._style = attributes.get(f"{_STYLE} name", "")
        elif attributes.get(f"{_TABLE} display") == "false":
            self._hidden_styles.add(self._style)

    def characters(self, text: str) -> None:
        if self._depth and self._lines and not self._aside:
            self._lines[-1].append(text)

    def end(self, tag: str) -> None:
        if tag in _ASIDE:
            self._aside -= 1
        elif self._aside:
            return
        elif tag == f"{_TEXT} p":
            self._depth -= 1
        elif tag in _CELLS and self.grids:
            self._put(self.grids[-1])
        elif tag == f"{_TABLE} table-row" and self.grids:
            hidden = self._row.get(f"{_TABLE} visibility", "visible") != "visible"
            self.grids[-1].end_row(hidden=hidden, times=_count(self._row, f"{_TABLE} number-rows-repeated"))

    def _put(self, grid: Grid) -> None:
        cell, text = self._cell, "\n".join("".join(line) for line in self._lines)
        error = cell.get(f"{_CALC} value-type") == "error"
        value = "" if error else _value(cell, text)
        times = _count(cell, f"{_TABLE} number-columns-repeated")
        if value == "":
            grid.put("", across=times)
        else:
            across, down = (_count(cell, f"{_TABLE} number-{word}-spanned") for word in ("columns", "rows"))
            for _each in range(min(times, _MOST_ALIKE)):
                grid.put(value)
            if across > 1 or down > 1:
                first = grid.place
                grid.marks.merged.append((first, (first[0] + down - 1, first[1] + across - 1)))
        if error:
            grid.mark(grid.marks.errors)
        elif f"{_TABLE} formula" in cell and f"{_OFFICE} value-type" not in cell:
            grid.mark(grid.marks.unset)


def _count(attributes: dict[str, str], name: str) -> int:
    digits = attributes.get(name, "1")
    return max(int(digits), 1) if digits.isdecimal() and len(digits) < 8 else 1


def _value(cell: dict[str, str], text: str) -> Cell:
    kind = cell.get(f"{_OFFICE} value-type", "")
    if kind in ("float", "percentage", "currency"):
        return number(cell.get(f"{_OFFICE} value", text))
    if kind == "boolean":
        return cell.get(f"{_OFFICE} boolean-value") == "true"
    if kind == "date":
        with suppress(ValueError):
            told = cell.get(f"{_OFFICE} date-value", "")
            return datetime.fromisoformat(told) if "T" in told else date.fromisoformat(told)
    return cell.get(f"{_OFFICE} string-value", text) if kind == "string" and not text else text
