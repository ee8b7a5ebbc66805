"""Tables of HTML under the name of a workbook, as programs on the web export them: read like the sheet they show.

A table within a cell of another stands where that cell stands; what it shows becomes rows of the one sheet.
"""

from __future__ import annotations

import re
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from lxml import etree

from core.errors import DomainError
from documents.intake.container import MAX_COLUMNS
from documents.intake.grids import Budget, Grid

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_UNSEEN = {"style", "script", "title", "head"}
_BREAKS = {"br", "p", "div", "li"}
_CHUNK = 1 << 16
_MOST_DOWN = 65_536
_DEEPEST = 20


def grids(path: Path) -> list[Grid]:
    """The tables of the page as one sheet. Raises ``DomainError`` for what is too large, or no table."""
    target = _Tables()
    parser = etree.HTMLParser(target=target, encoding=_encoding(path), no_network=True, huge_tree=False)
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                parser.feed(chunk)
        parser.close()
    except etree.LxmlError as error:
        raise DomainError(
            "unreadable", _("Tabel dalam berkas ini tidak dapat dibaca. Simpan sebagai .xlsx."), field="file"
        ) from error
    return [target.grid]


def _encoding(path: Path) -> str:
    """UTF-8 where it is that, else what the page says, else Windows-1252."""
    content = path.read_bytes()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        declared = _CHARSET.search(content[:4096])
        named = declared[1].decode().lower() if declared else ""
        return named if named in ("iso-8859-1", "windows-1252", "latin1") else "windows-1252"
    return "utf-8"


class _Tables:
    """Takes the tags as they come. ``_open``: of each table that is open the cells of its present row."""

    def __init__(self) -> None:
        self.grid = Grid("Tabel", Budget())
        self._open: list[_Row] = []
        self._unseen = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            if len(self._open) >= _DEEPEST:
                raise DomainError(
                    "too_wide", _("Tabel dalam berkas ini terlalu bertingkat. Simpan sebagai .xlsx."), field="file"
                )
            if self._open:
                self._open[-1].write(self.grid)
            self._open.append(_Row())
        elif tag == "tr" and self._open:
            self._open[-1].write(self.grid)
            style = (attributes.get("style") or "").replace(" ", "").lower()
            self._open[-1] = _Row(hidden="display:none" in style)
        elif tag in ("td", "th") and self._open:
            self._open[-1].cells.append(_Shown(*(_span(attributes, name) for name in ("colspan", "rowspan"))))
        elif tag in _BREAKS:
            self.data(" ")

    def end(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "tr" and self._open:
            self._open[-1].write(self.grid)
        elif tag == "table" and self._open:
            self._open.pop().write(self.grid)

    def data(self, text: str) -> None:
        if self._open and self._open[-1].cells and not self._unseen:
            self._open[-1].cells[-1].text.append(text)

    def comment(self, _text: str) -> None:
        """Nobody sees it."""

    def close(self) -> None:
        for row in self._open:
            row.write(self.grid)


class _Shown:
    def __init__(self, across: int, down: int) -> None:
        self.across, self.down = across, down
        self.text: list[str] = []


class _Row:
    def __init__(self, *, hidden: bool = False) -> None:
        self.hidden = hidden
        self.cells: list[_Shown] = []

    def write(self, grid: Grid) -> None:
        """As the next row of the sheet, once; a row that only holds other tables is none."""
        cells, self.cells = self.cells, []
        if not cells:
            return
        grid.begin_row()
        for cell in cells:
            grid.put(" ".join("".join(cell.text).split()), across=cell.across, down=cell.down, reaches=True)
        grid.end_row(hidden=self.hidden)


def _span(attributes: dict[str, str], name: str) -> int:
    digits = re.match(r"\s*(\d{1,6})", attributes.get(name) or "")
    most = MAX_COLUMNS if name == "colspan" else _MOST_DOWN
    return min(max(int(digits[1]) if digits else 1, 1), most)
