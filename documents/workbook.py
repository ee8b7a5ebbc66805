"""SafeWorkbook: every list that leaves as Excel, streamed, with literal data.

openpyxl makes the shell (styles, views, filter, paper, names); rows never pass through it: ``documents.cells`` writes
them straight into a temporary file, which ``save`` puts into the shell's empty sheets. So memory does not grow with
the rows, a row of data has no way to become a formula, and the only formulas are the totals that a layout declares.
Beside it only the intake makes an openpyxl ``Workbook``: for templates, and for files given back with their faults.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Self

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from core import clock, words
from documents.covers import Summary, heading, notes, sample_words, top_lines
from documents.layout import CellKind, Cover, Layout, Paper
from documents.package import Part, assemble
from documents.sheetnames import sheet_name
from documents.stream import Cells, Said, SheetStream, Totals, height_of
from documents.styles import Role, Styles
from documents.values import storable

HELD = 256 * 1024
"""Bytes of a sheet that are held in memory before they go into a file: a workbook may have hundreds of small sheets."""
NOTES_WIDE = (34, 100)


class SafeWorkbook:
    """A workbook of lists and, as its last sheet, notes on them.

    ``with SafeWorkbook(cover) as book: book.add(layout, rows); book.save(file)``
    """

    def __init__(self, cover: Cover) -> None:
        self.cover = cover
        self.summaries: list[Summary] = []
        self.remarks: list[tuple[str, str]] = []
        self._book = Workbook()
        self._book.remove(self._book.worksheets[0])
        self._styles = Styles(self._book)
        self._parts: list[Part] = []
        self._files = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()

    def add(self, layout: Layout, rows: Iterable[Cells]) -> int:
        """Write one list on a sheet of its own and return how many rows it had.

        A row has one value per column. A value that its column's kind cannot hold becomes text; characters that no
        sheet can hold become U+FFFD. Raises ``DomainError`` when there are more rows than a sheet has.
        """
        sheet, stream = self.new_sheet(str(layout.sheet))
        for said in top_lines(layout, self.cover):
            stream.line(said)
        self._header(layout, stream)
        header_row, totals = stream.row, Totals(layout.columns)
        count = stream.data(layout.columns, rows, totals)
        if not count:
            stream.line(Said(_("NIHIL"), Role.BODY))
        last_row = stream.row
        if count and totals.sums:
            stream.totals(layout.columns, totals, first=header_row + 1)
        self._furnish(sheet, layout, header_row, last_row)
        self.finish(stream, _code_ranges(layout, header_row + 1, last_row))
        self.summaries.append(self._summary(sheet.title, layout, count, totals))
        return count

    def save(self, target: IO[bytes]) -> None:
        """Write the finished workbook. Call once, after the last ``add``."""
        sheet, stream = self.new_sheet(_("Catatan"))
        for line in notes(self.cover, self.summaries, self.remarks):
            wide = list(enumerate(NOTES_WIDE))[: len(line)]
            stream.line(*line, height=height_of([said.value for said in line], wide))
        for letter, width in zip("AB", NOTES_WIDE, strict=True):
            sheet.column_dimensions[letter].width = width
        self.paper(sheet, Paper.A4)
        self.finish(stream)
        self._book.properties.creator = "Gawai"
        self._book.properties.title = None
        assemble(self._book, self._parts, target)

    def mark(self, name: str, value: str) -> None:
        """Leave ``value`` in the properties of the file, where whoever reads the workbook back finds it."""
        self._book.custom_doc_props.append(StringProperty(name=name, value=value))

    def new_sheet(self, wanted: str) -> tuple[Worksheet, SheetStream]:
        """An empty sheet of the shell and the stream for its rows; ``finish`` the streams in the same order."""
        sheet = self._book.create_sheet(sheet_name(wanted, self._book.sheetnames))
        return sheet, SheetStream(self._files.enter_context(SpooledTemporaryFile(HELD)), self._styles)

    def finish(self, stream: SheetStream, codes: str = "") -> None:
        covers = f"A1:{get_column_letter(stream.widest)}{stream.row}"
        self._parts.append(Part(stream.file, covers, codes))

    def _header(self, layout: Layout, stream: SheetStream) -> None:
        titles = [heading(column, self.cover) for column in layout.columns]
        deepest = max(_lines(title, column.width) for title, column in zip(titles, layout.columns, strict=True))
        stream.line(*(Said(title, Role.HEADER) for title in titles), height=14 * max(deepest, 2) + 4)

    def _furnish(self, sheet: Worksheet, layout: Layout, header_row: int, last_row: int) -> None:
        for index, column in enumerate(layout.columns, 1):
            sheet.column_dimensions[get_column_letter(index)].width = column.width
        sheet.freeze_panes = f"{get_column_letter(layout.frozen + 1)}{header_row + 1}"
        sheet.auto_filter.ref = f"A{header_row}:{get_column_letter(len(layout.columns))}{last_row}"
        sheet.print_title_rows = f"{header_row}:{header_row}"
        self.paper(sheet, layout.paper)

    def paper(self, sheet: Worksheet, paper: Paper) -> None:
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = paper.value
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        margins = sheet.page_margins
        margins.left = margins.right = 0.4
        margins.top, margins.bottom, margins.header, margins.footer = 0.5, 0.6, 0.25, 0.3
        footer = sheet.oddFooter
        footer.left.text = _footer(sample_words() if self.cover.sample else self.cover.office)
        footer.center.text = _("Halaman &P dari &N")
        footer.right.text = words.numeric_date(clock.local(self.cover.as_of))

    def _summary(self, sheet: str, layout: Layout, rows: int, totals: Totals) -> Summary:
        titles = [heading(column, self.cover) for column in layout.columns]
        return Summary(
            sheet,
            str(layout.title),
            rows=rows,
            totals=tuple((titles[index], layout.columns[index].kind, value) for index, value in totals.sums.items()),
            notes=tuple(
                (title, str(each.note)) for title, each in zip(titles, layout.columns, strict=True) if each.note
            ),
        )


def _lines(title: str, width: int) -> int:
    """How many lines a heading takes in a column, by its words."""
    lines, used = 1, 0
    for word in title.split():
        if used and used + 1 + len(word) > width - 1:
            lines, used = lines + 1, 0
        used += len(word) + (1 if used else 0)
    return lines


def _code_ranges(layout: Layout, first: int, last: int) -> str:
    letters = [get_column_letter(i) for i, column in enumerate(layout.columns, 1) if column.kind is CellKind.CODE]
    return " ".join(f"{letter}{first}:{letter}{last}" for letter in letters)


def _footer(words: str) -> str:
    """Words for a footer, where ``&`` begins a code; 100 characters at most (the file format ends at 255)."""
    return " ".join(storable(words).split())[:100].replace("&", "&&")
