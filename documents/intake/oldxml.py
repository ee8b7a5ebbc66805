"""SpreadsheetML 2003, the XML that Excel wrote before .xlsx and many programs write under the name .xls."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from documents.intake.grids import Budget, Grid
from documents.intake.marks import Cell

_SHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_OFFICE = "urn:schemas-microsoft-com:office:excel"
_CHUNK = 1 << 16


def grids(path: Path) -> list[Grid]:
    """The worksheets. Raises ``DomainError`` for what is broken, declares types, or is too large."""
    book = _Book()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                book.parser.Parse(chunk, False)
        book.parser.Parse(b"", True)
    except (expat.ExpatError, UnicodeError, LookupError) as error:
        raise DomainError(
            "unreadable", _("Berkas XML ini rusak. Buka di Excel dan simpan sebagai .xlsx."), field="file"
        ) from error
    return book.grids


def number(text: str) -> Cell:
    """A number as a float; one whose digits a float does not hold as the text it is."""
    if re.fullmatch(r"\d{16,}", text):
        return text
    try:
        return float(text)
    except ValueError:
        return text


class _Book:
    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._declared
        self.parser.buffer_text = True
        self._budget = Budget()
        self._row: dict[str, str] = {}
        self._cell: dict[str, str] = {}
        self._kind = ""
        self._text: list[str] | None = None

    def _declared(self, *_details: Any) -> None:
        raise DomainError(
            "unreadable",
            _("Berkas ini memuat deklarasi yang tidak diizinkan. Simpan ulang sebagai .xlsx."),
            field="file",
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _sign, name = tag.rpartition(" ")
        here = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if space == _OFFICE and name == "Visible":
            self._text = []
        elif space != _SHEET:
            return
        elif name == "Worksheet":
            self.grids.append(Grid(here.get("Name", ""), self._budget))
        elif not self.grids:
            return
        elif name == "Row":
            self._row = here
            self.grids[-1].begin_row(_whole(here, "Index") or None)
        elif name == "Cell":
            self._cell, self._kind, self._text = here, "", None
        elif name == "Data":
            self._kind, self._text = here.get("Type", "String"), []

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        space, _sign, name = tag.rpartition(" ")
        if not self.grids:
            return
        if space == _OFFICE and name == "Visible":
            self.grids[-1].visible = "".join(self._text or ()) not in ("SheetHidden", "SheetVeryHidden")
            self._text = None
        elif space == _SHEET and name == "Cell":
            self._put(self.grids[-1])
        elif space == _SHEET and name == "Row":
            times = max(_whole(self._row, "Span") + 1, 1)
            self.grids[-1].end_row(hidden=self._row.get("Hidden") == "1", times=times)

    def _put(self, grid: Grid) -> None:
        if index := _whole(self._cell, "Index"):
            grid.go_to(index)
        text = "".join(self._text or ())
        across, down = _whole(self._cell, "MergeAcross") + 1, _whole(self._cell, "MergeDown") + 1
        value = "" if self._kind == "Error" else _value(self._kind, text)
        grid.put(value, across=across, down=down)
        if self._kind == "Error":
            grid.mark(grid.marks.errors)
        elif "Formula" in self._cell and not self._kind:
            grid.mark(grid.marks.unset)
        self._text = None


def _whole(attributes: dict[str, str], name: str) -> int:
    digits = attributes.get(name, "")
    return int(digits) if re.fullmatch(r"\d{1,7}", digits) else 0


def _value(kind: str, text: str) -> Cell:
    if kind == "Number":
        return number(text)
    if kind == "Boolean":
        return text == "1"
    if kind == "DateTime":
        with suppress(ValueError):
            return datetime.fromisoformat(text)
    return text
