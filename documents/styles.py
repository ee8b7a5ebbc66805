"""Looks of cells, registered in a workbook's style table on first use."""

from __future__ import annotations

from enum import Enum
from functools import cache, cached_property

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

from documents.cells import CellStyles
from documents.layout import CellKind

INK, BRAND, LINE, PALE, ALARM, OPEN = "14211F", "0F766E", "C9D3D0", "E3EFEC", "B45309", "FFFBEB"
FORMATS = {
    CellKind.TEXT: "General",  # Excel shows ### for text formatted "@" that is longer than 255 characters
    CellKind.CODE: "@",
    CellKind.INTEGER: "#,##0",
    CellKind.RUPIAH: "[$Rp-421]\\ #,##0",
    CellKind.DATE: "dd/mm/yyyy",
    CellKind.DATETIME: "dd/mm/yyyy hh:mm",
    CellKind.PERCENT: "0.0%",
}
WRAPPED = (CellKind.TEXT, CellKind.CODE)
_SIDES = {
    CellKind.TEXT: "left", CellKind.CODE: "left", CellKind.DATE: "center", CellKind.DATETIME: "center",
    CellKind.INTEGER: "right", CellKind.RUPIAH: "right", CellKind.PERCENT: "right",
}  # fmt: skip


class Role(Enum):
    """What a cell is for, which decides how it looks."""

    TITLE = "title"
    OFFICE = "office"
    SAMPLE = "sample"
    SMALL = "small"
    HEADER = "header"
    BODY = "body"
    TOTAL = "total"
    LABEL = "label"
    NOTE = "note"
    TERM = "term"
    CENTRED = "centred"
    COUNTED = "counted"
    BRANCH = "branch"
    INPUT = "input"
    SIGNER = "signer"


_FONTS = {
    Role.TITLE: Font(name="Calibri", size=14, bold=True, color=INK),
    Role.OFFICE: Font(name="Calibri", size=11, color=INK),
    Role.SAMPLE: Font(name="Calibri", size=11, bold=True, color=ALARM),
    Role.SMALL: Font(name="Calibri", size=9, color=INK),
    Role.HEADER: Font(name="Calibri", size=10, bold=True, color="FFFFFF"),
    Role.TOTAL: Font(name="Calibri", size=10, bold=True, color=INK),
    Role.LABEL: Font(name="Calibri", size=10, bold=True, color=INK),
    Role.TERM: Font(name="Calibri", size=10, bold=True, color=INK),
    Role.CENTRED: Font(name="Calibri", size=12, bold=True, color=INK),
    Role.COUNTED: Font(name="Calibri", size=8, italic=True, color=INK),
    Role.BRANCH: Font(name="Calibri", size=10, bold=True, color=INK),
    Role.SIGNER: Font(name="Calibri", size=10, bold=True, underline="single", color=INK),
}
_BODY_FONT = Font(name="Calibri", size=10, color=INK)
_FILLS = {Role.HEADER: BRAND, Role.TOTAL: PALE, Role.COUNTED: PALE, Role.INPUT: OPEN}
_BOXED = (Role.HEADER, Role.BODY, Role.TOTAL, Role.COUNTED, Role.BRANCH, Role.INPUT)
_MIDDLE = (Role.HEADER, Role.CENTRED, Role.COUNTED, Role.SIGNER)


class Styles:
    """Style numbers of one workbook, by role and kind."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self.of = cache(self._of)

    def _of(self, role: Role, kind: CellKind = CellKind.TEXT) -> CellStyles:
        as_text = kind if kind is CellKind.CODE else CellKind.TEXT
        return CellStyles(
            self._register(role, kind), self._register(role, as_text), self._register(role, as_text, quoted=True)
        )

    def _register(self, role: Role, kind: CellKind, quoted: bool = False) -> int:
        cell = WriteOnlyCell(self._sheet)
        cell.font = _FONTS.get(role, _BODY_FONT)
        cell.number_format = FORMATS[kind]
        cell.alignment = _alignment(role, kind)
        if role in _FILLS:
            cell.fill = PatternFill("solid", fgColor=_FILLS[role])
        if role in _BOXED:
            side = Side(style="thin", color=LINE)
            cell.border = Border(left=side, right=side, top=side, bottom=side)
        if quoted:
            cell.quotePrefix = True
        if role is Role.INPUT:
            cell.protection = Protection(locked=False)
        return int(cell.style_id)

    @cached_property
    def _sheet(self) -> object:
        return self._book.worksheets[0]


def _alignment(role: Role, kind: CellKind) -> Alignment:
    if role in _MIDDLE:
        return Alignment(horizontal="center", vertical="center", wrap_text=True)
    if role in (Role.NOTE, Role.TERM):
        return Alignment(horizontal="left", vertical="top", wrap_text=True)
    if role in (Role.BODY, Role.INPUT, Role.TOTAL) or (role is Role.BRANCH and kind not in WRAPPED):
        side = _SIDES[kind]
        wrap = role is not Role.TOTAL and kind in WRAPPED
        return Alignment(horizontal=side, vertical="top", wrap_text=wrap, indent=1 if side == "right" else 0)
    return Alignment(vertical="top")
