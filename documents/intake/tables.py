"""The tables of a file: their rows of data, each cell read, and what was passed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.errors import Text
from core.importing import FileRow, Finding, Passed, Question
from core.numbers import Unread
from documents.intake.forms.base import Answers, Field, Form, NotSure, Unanswered
from documents.intake.furniture import REASONS, Filled, Sorter
from documents.intake.lines import DOS, WINDOWS
from documents.intake.marks import Cell, Span, column_letters
from documents.intake.sheets import Sheet
from documents.intake.spellings import Read, is_empty
from documents.intake.titles import title_key

MOST_PASSED = 1_000
MOST_REMEMBERED = 5_000
_SAID = 120
HIDDEN, SEEN, ALL = "hidden_rows", "seen", "all"
LETTERS = "encoding"
COLUMN, UNREAD = "column.", "-"
"""The key of what a column means begins so; the answer is a field, or that it is not read."""


@dataclass(frozen=True)
class Header:
    """Where a table begins: its last header row, and the column (from 0) of each field found.

    ``titled``: what stands over each column that has a title; ``unknown``: titles that mean nothing here, so that what
    stands below them is not read. ``heads``: by column what its title says in any of its rows. ``number``: the column
    that numbers the rows. ``unsure``: fields of which it cannot be told what their columns mean. ``above``: the texts
    before it.
    """

    sheet: Sheet
    row: int
    _: KW_ONLY
    columns: dict[str, int]
    titles: dict[str, str]
    titled: dict[int, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    heads: dict[int, set[str]] = field(default_factory=dict)
    number: int | None = None
    unsure: frozenset[str] = frozenset()
    above: tuple[str, ...] = ()


class Reading:
    """The tables of a file that are read as ``form``. Raises nothing that the sheets do not raise.

    ``passed`` and ``passed_count`` are whole when ``rows`` has come to its end. ``answers``: what was answered to
    questions about the file, as whether hidden rows count. ``missing``: the titles without which nothing is read.
    """

    def __init__(
        self,
        form: Form,
        headers: list[Header],
        passed: list[Passed],
        *,
        answers: Answers = MappingProxyType({}),
        missing: tuple[str, ...] = (),
    ) -> None:
        self.form, self.headers, self.answers, self.missing = form, headers, answers, missing
        self.hidden_rows = answers.get(HIDDEN) == ALL
        self._sheets = passed
        self._restart()

    def _restart(self) -> None:
        self.passed, self.passed_count = list(self._sheets), len(self._sheets)
        self._untitled: dict[tuple[str, int], int] = {}
        self._hidden = 0

    def rows(self) -> Iterator[FileRow]:
        """What the rows of data say, sheet by sheet; what cannot be read is a finding of its row."""
        self._restart()
        for header in self.headers if not self.missing else ():
            yield from _Table(self, header).rows()

    def name(self, header: Header) -> str:
        """The sheet, where there are several."""
        return header.sheet.name if len(self.headers) > 1 else ""

    def cell(self, finding: Finding) -> str:
        """The cell that a finding is about, as a spreadsheet calls it."""
        header = next((each for each in self.headers if self.name(each) == finding.sheet), self.headers[0])
        column = header.columns.get(finding.field)
        return f"{column_letters(column + 1)}{finding.row}" if column is not None and finding.row else ""

    def notes(self) -> list[Finding]:
        """What is to be said of the file: columns that are not read, values that were taken from its head."""
        strange = _("Kolom “%(title)s” tidak dikenal dan tidak dibaca.")
        found = [
            self._note("unknown_column", strange, header, title=title)
            for header in self.headers
            for title in header.unknown
        ]
        for (sheet, column), row in self._untitled.items():
            detail = _("Kolom %(column)s berisi data (baris %(row)s) tanpa judul dan tidak dibaca.")
            said = detail % {"column": column_letters(column + 1), "row": row}
            found.append(Finding(0, "", "unknown_column", detail=said, warning=True, sheet=sheet))
        for header in self.headers:
            if (assumed := assumed_by(self.form, header))[0] and assumed[1]:
                found.append(self._note("assumed", assumed[1], header))
        return found

    def questions(self) -> list[Question]:
        """What is asked of the file as a whole; each holds without an answer."""
        found = []
        if hidden := self._hidden:
            text = ngettext(
                "%(n)s baris disembunyikan. Ikut dibaca?", "%(n)s baris disembunyikan. Ikut dibaca?", hidden
            )
            choices = ((SEEN, _("Tidak: hanya baris yang terlihat")), (ALL, _("Ya: semua baris")))
            found.append(Question(HIDDEN, text % {"n": hidden}, choices, default=SEEN))
        if any(header.sheet.foreign for header in self.headers):
            choices = ((WINDOWS, _("Windows-1252, dari Excel")), (DOS, _("CP850, dari program DOS")))
            found.append(
                Question(LETTERS, _("CSV ini bukan UTF-8. Hurufnya dibaca sebagai apa?"), choices, default=WINDOWS)
            )
        return found

    def columns(self) -> list[dict[str, Any]]:
        """What each column that has a title was taken for: ``field``, empty where it is not read."""
        return [
            {"sheet": self.name(header), "column": column_letters(column + 1), "title": title,
             "field": {place: name for name, place in header.columns.items()}.get(column, ""),
             "key": f"{COLUMN}{title_key(title)}"}
            for header in self.headers for column, title in sorted(header.titled.items()) if title_key(title)
        ]  # fmt: skip

    def _note(self, code: str, detail: Text, header: Header, **words: str) -> Finding:
        said = detail % words if words else detail
        return Finding(0, "", code, detail=said, warning=True, sheet=self.name(header))

    def pass_over(self, sheet: str, number: int, code: str, filled: Filled) -> None:
        """Note a row that is no data."""
        self.passed_count += 1
        if len(self.passed) < MOST_PASSED:
            text = " | ".join(dict.fromkeys(_shown(cell) for _column, cell in filled))[:_SAID]
            self.passed.append(Passed(sheet, number, code, detail=REASONS[code], text=text))

    def hide(self) -> None:
        """Note a row that nobody sees."""
        self._hidden += 1

    def untitled(self, sheet: str, column: int, number: int) -> None:
        """Note a value in a column that has no title."""
        self._untitled.setdefault((sheet, column), number)


def assumed_by(form: Form, header: Header) -> tuple[dict[str, Any], Text]:
    """What each row says beside its columns, and the words for it; nothing of a field that has a column."""
    if form.assumed is None:
        return {}, ""
    values, told = form.assumed(list(header.above))
    return {name: value for name, value in values.items() if name not in header.columns}, told


def _shown(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


class _Table:
    """The rows of one table."""

    def __init__(self, reading: Reading, header: Header) -> None:
        self.reading, self.form, self.header = reading, reading.form, header
        self.name = reading.name(header)
        self.here = [(each, header.columns[each.name]) for each in self.form.fields if each.name in header.columns]
        self.readers = [
            (each, column, each.read if each.identifies else _remembering(each.read)) for each, column in self.here
        ]
        alone = {column for each, column in self.here if each.identifies}
        self.merges = _Merges(header.sheet.merged(), header.row, alone)
        self.sorter = Sorter(self.form, header.columns, header.heads, header.number)
        self.assumed = assumed_by(self.form, header)[0]
        self.titled = {*header.heads, *header.columns.values()}

    def rows(self) -> Iterator[FileRow]:
        header, hidden = self.header, self.header.sheet.marks.hidden
        merges = self.merges
        for number, cells in header.sheet.rows():
            if number <= header.row:
                continue
            filled = [(column, cell) for column, cell in enumerate(cells) if not is_empty(cell)]
            if merges.any:
                filled = merges.filled(number, filled)
            if not filled and not self._speaks(number):
                continue
            if number in hidden:
                self.reading.hide()
                if not self.reading.hidden_rows:
                    self.reading.pass_over(self.name, number, "hidden", filled)
                    continue
            if filled and (why := self.sorter.reason(filled)):
                self.reading.pass_over(self.name, number, why, filled)
                continue
            for column, _cell in filled:
                if column not in self.titled:
                    self.reading.untitled(self.name, column, number)
            yield from self._things(number, dict(filled))

    def _speaks(self, number: int) -> bool:
        """Whether a row without a value has an error or a formula where it would say what it is of."""
        told = [column for each, column in self.here if each.identifies or each.name in self.form.subject]
        return bool(self._faulty) and any((number, column + 1) in self._faulty for column in told)

    @cached_property
    def _faulty(self) -> set[tuple[int, int]]:
        marks = self.header.sheet.marks
        return marks.errors | marks.unset

    def _things(self, number: int, cells: dict[int, Cell]) -> Iterator[FileRow]:
        values: dict[str, Any] = {}
        findings = []
        open_: tuple[Question, ...] = ()
        for each, column, read in self.readers:
            cell = cells.get(column)
            if cell is None and not each.required and not self._marked:
                continue
            try:
                value = self._value(each, number, column, cell, read)
            except Unread as why:
                findings.append(self._fault(number, each.name, why))
            else:
                if value not in (None, ""):
                    values[each.name] = value

        def warn(name: str, code: str, detail: Text) -> None:
            findings.append(Finding(number, name, code, detail=str(detail), warning=True, sheet=self.name))

        try:
            things = [values] if findings else self.form.finish(values, self.header.titles, warn, self.reading.answers)
        except NotSure as why:
            things, findings = [values], [self._fault(number, why.field, why)]
        except Unanswered as why:
            things, open_ = [values], (why.question,)
        for part, thing in enumerate(things):
            told = () if part else tuple(findings)
            yield FileRow(number, {**self.assumed, **thing}, told, self.name, part, open_)

    def _fault(self, number: int, name: str, why: Unread) -> Finding:
        return Finding(number, name, why.code, detail=str(why.detail), sheet=self.name)

    def _value(self, each: Field, number: int, column: int, cell: Cell | None, read: Read) -> Any:
        if self._marked:
            self._refuse_marked(each, (number, column + 1))
        value = None if cell is None else read(cell)
        if each.required and value in (None, "") and each.name not in self.assumed:
            raise Unread("required", _("Wajib diisi."))
        return value

    @cached_property
    def _marked(self) -> bool:
        """Whether something of the sheet is to be looked at cell by cell."""
        return bool(self._faulty or self.header.unsure or self.merges.alone)

    def _refuse_marked(self, each: Field, place: tuple[int, int]) -> None:
        if place in self._faulty:
            if place in self.header.sheet.marks.errors:
                raise Unread("formula_error", _("Rumus di sel ini salah. Isi nilainya."))
            raise Unread("not_computed", _("Rumus di sel ini belum dihitung. Buka di Excel, simpan, lalu unggah lagi."))
        if each.name in self.header.unsure:
            raise Unread(
                "ambiguous", _("Judul ini mencakup beberapa kolom tanpa nama: beri nama tiap kolom (B, KB, RB).")
            )
        if place in self.merges.alone:
            raise Unread("merged", _("Sel ini digabung untuk beberapa baris: isi nilai tiap barisnya."))


def _remembering(read: Read) -> Read:
    """``read``, which is asked once for texts that come again and again."""
    known: dict[str, Any] = {}

    def reading(cell: Cell) -> Any:
        if not isinstance(cell, str):
            return read(cell)
        try:
            return known[cell]
        except KeyError:
            value = read(cell)
            if len(known) < MOST_REMEMBERED:
                known[cell] = value
            return value

    return reading


class _Merges:
    """Cells merged downwards: their value holds for each row, but for fields of which each row has its own.

    ``alone``: cells (from 1) of such fields below the first of a merged one.
    """

    def __init__(self, spans: list[Span], below: int, alone: set[int]) -> None:
        self.until: dict[int, tuple[int, Cell]] = {}
        self.starts: dict[int, list[tuple[int, int]]] = {}
        self.alone: set[tuple[int, int]] = set()
        for (top, left), (bottom, _right) in spans:
            if top > below and bottom > top:
                if left - 1 in alone:
                    self.alone |= {(row, left) for row in range(top, bottom + 1)}
                self.starts.setdefault(top, []).append((left - 1, bottom))
        self.any = bool(self.starts)

    def filled(self, number: int, filled: Filled) -> Filled:
        """The cells of a row with what reaches down into it; a row that has nothing of its own is none."""
        cells = dict(filled)
        for column, (last, value) in list(self.until.items()):
            if number > last:
                del self.until[column]
            elif filled:
                cells.setdefault(column, value)
        for column, last in self.starts.get(number, ()):
            if column in cells:
                self.until[column] = last, cells[column]
        return sorted(cells.items()) if filled else []
