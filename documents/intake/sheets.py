"""Rows of a measured file as plain values, sheet by sheet, each with its number as a spreadsheet shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from core.errors import DomainError
from documents.intake import lines, markup, oldxml, opendocument, xls
from documents.intake.container import Measured, Type
from documents.intake.grids import Grid
from documents.intake.marks import Cells, Marks, Span

_GRIDS: dict[Type, Callable[[Path], list[Grid]]] = {
    Type.XLS: xls.grids, Type.ODS: opendocument.grids, Type.HTML: markup.grids, Type.XML: oldxml.grids,
}  # fmt: skip
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Sheet:
    """``rows``: with a value or not, each with its number from 1. ``foreign``: letters that were guessed."""

    name: str
    rows: Callable[[], Iterator[tuple[int, Cells]]]
    marks: Marks = field(default_factory=Marks)
    merged: Callable[[], list[Span]] = list
    visible: bool = True
    foreign: bool = False


@contextmanager
def opened(path: Path, measured: Measured, known: Collection[str] = (), letters: str = "") -> Iterator[list[Sheet]]:
    """The sheets in their order, those that nobody sees last. ``known``: titles by which a CSV is told apart;
    ``letters``: what it is said to be written in.

    Raises ``DomainError`` on ``file`` when there is none to read.
    """
    if measured.type is Type.CSV:
        found = lines.recognised(path, known, letters)
        yield [Sheet("CSV", found.rows, foreign=found.letters != lines.UTF_8)]
    elif measured.type in _GRIDS:
        yield _ordered([_of(grid) for grid in _GRIDS[measured.type](path)])
    else:
        try:
            book = CalamineWorkbook.from_path(path)
        except (CalamineError, OSError) as error:
            raise _unreadable() from error
        try:
            yield _ordered(_sheets(book, parts(path), measured))
        except CalamineError as error:
            raise _unreadable() from error
        finally:
            book.close()


def _of(grid: Grid) -> Sheet:
    return Sheet(grid.name, lambda: iter(grid.rows), grid.marks, lambda: grid.marks.merged, grid.visible)


def _ordered(sheets: list[Sheet]) -> list[Sheet]:
    if not any(sheet.visible for sheet in sheets):
        raise DomainError(
            "no_sheet",
            _("Semua lembar berkas ini tersembunyi: tampilkan lembar tabelnya, simpan, lalu unggah lagi."),
            field="file",
        )
    return sorted(sheets, key=lambda sheet: not sheet.visible)


def _sheets(book: CalamineWorkbook, parts: dict[str, str], measured: Measured) -> list[Sheet]:
    return [
        _sheet(book, index, measured.marks.get(parts.get(each.name, ""), Marks()))
        for index, each in enumerate(book.sheets_metadata)
        if each.typ == SheetTypeEnum.WorkSheet
    ]


def _sheet(book: CalamineWorkbook, index: int, marks: Marks) -> Sheet:
    loaded = cache(lambda: book.get_sheet_by_index(index))
    visible = book.sheets_metadata[index].visible == SheetVisibleEnum.Visible
    return Sheet(book.sheet_names[index], lambda: _rows(loaded()), marks, lambda: _merged(loaded()), visible)


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, Cells]]:
    start = sheet.start
    if start is None:
        return
    left: Cells = [""] * start[1]
    for number, row in enumerate(sheet.iter_rows(), 1):
        yield number, left + row


def _merged(sheet: CalamineSheet) -> list[Span]:
    return [
        ((top + 1, left + 1), (bottom + 1, right + 1))
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]


def parts(path: Path) -> dict[str, str]:
    """The name of each sheet -> its part in the package, whatever order the parts have."""
    with ZipFile(path) as package:
        names = {name.lower(): name for name in package.namelist()}
        try:
            book = fromstring(package.read(names["xl/workbook.xml"]))
            links = fromstring(package.read(names["xl/_rels/workbook.xml.rels"]))
        except (KeyError, SyntaxError) as error:
            raise _unreadable() from error
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheets = [each for each in book.iter() if each.tag.rpartition("}")[2] == "sheet"]
    found = {each.get("name", ""): targets.get(_relation(each), "") for each in sheets}
    return {name: target.lstrip("/") if target.startswith("/") else f"xl/{target}" for name, target in found.items()}


def _relation(sheet: object) -> str:
    attributes = sheet.attrib  # type: ignore[attr-defined]
    return next((value for key, value in attributes.items() if key == _RELATION or key.endswith("}id")), "")


def _unreadable() -> DomainError:
    return DomainError("unreadable", _("Berkas Excel ini tidak dapat dibaca. Buka dan simpan ulang."), field="file")
