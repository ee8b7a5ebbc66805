"""SpreadsheetML 2003, the XML that Excel wrote before .xlsx and many programs write under the name .xls."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from documents.intake.grids import Grid
from documents.intake.marks import Cell
from documents.intake.xmlbook import XmlBook, number

_SHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_OFFICE = "urn:schemas-microsoft-com:office:excel"


def grids(path: Path) -> list[Grid]:
    """The worksheets. Raises ``DomainError`` for what is broken, declares types, or is too large."""
    try:
        with path.open("rb") as file:
            return _Book().read(file)
    except (expat.ExpatError, UnicodeError, LookupError) as error:
        raise DomainError(
            "unreadable", _("Berkas XML ini rusak. Buka di Excel dan simpan sebagai .xlsx."), field="file"
        ) from error


class _Book(XmlBook):
    def __init__(self) -> None:
        super().__init__()
        self._row: dict[str, str] = {}
        self._cell: dict[str, str] = {}
        self._kind = ""
        self._text: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _sign, name = tag.rpartition(" ")
        here = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if space == _OFFICE and name == "Visible":
            self._text = []
        elif space != _SHEET:
            return
        elif name == "Worksheet":
            self.grids.append(Grid(here.get("Name", ""), self.budget))
        elif not self.grids:
            return
        elif name == "Row":
            self._row = here
            self.grids[-1].begin_row(_whole(here, "Index") or None)
        elif name == "Cell":
            self._cell, self._kind, self._text = here, "", None
        elif name == "Data":
            self._kind, self._text = here.get("Type", "String"), []

    def characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
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
