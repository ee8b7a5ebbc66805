"""Finding the tables in a file: each header by its text, in one to three rows, among the first 40 of a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.importing import Passed
from documents.intake.forms.base import Answers, Form
from documents.intake.forms.several import DEGREES
from documents.intake.furniture import REASONS
from documents.intake.marks import Cell, Cells
from documents.intake.sheets import Sheet
from documents.intake.spellings import in_every_language, is_empty
from documents.intake.tables import COLUMN, UNREAD, Header, Reading, assumed_by
from documents.intake.titles import title_key

Known = dict[str, tuple[str, int]]
SEARCHED = 40
DEEPEST = 3
LOOKED_AT = 30
"""Rows below a header by which it is told what columns without a title hold."""
MOST_UNKNOWN = 30
ENOUGH = 0.6
"""Of the titles of the fullest header: the first with so many begins the table, and later ones repeat it."""
NUMBERS = {"no", "no urut", "nomor urut", "nomor", "urut"}
CONDITION = "condition"
"""One column for the condition, or one for each: that of the forms, Keadaan Barang over B, KB and RB."""


def read(sheets: list[Sheet], form: Form, answers: Answers = MappingProxyType({})) -> Reading:
    """The tables that fit ``form``, of all sheets that are seen, with what was answered to questions about the file.

    Of a file that has some of the columns but not all, the best table without its rows. Raises ``DomainError`` naming
    what was looked for where there is none.
    """
    headers, passed = [], []
    known = meant(form, answers)
    best: Header | None = None
    for sheet in sheets:
        header = _best(sheet, form, known)
        if header is not None and sheet.visible and not form.missing(_given(header, form)):
            headers.append(header)
            continue
        if header is not None and sheet.visible and (best is None or len(header.columns) > len(best.columns)):
            best = header
        if said := _says(sheet):
            code = "no_table" if sheet.visible else "hidden_sheet"
            passed.append(Passed(sheet.name, 0, code, detail=REASONS[code], text=said))
    if headers:
        return Reading(form, headers, passed, answers=answers)
    if best is None and (unseen := [each.sheet for each in passed if each.code == "hidden_sheet"]):
        detail = _("Tabelnya tersembunyi: tampilkan lembar %(sheet)s, simpan, lalu unggah lagi.")
        raise DomainError("hidden_sheet", detail % {"sheet": ", ".join(unseen)[:100]}, field="file")
    missing = form.missing(_given(best, form) if best else {})
    if best is not None and best.sheet.visible and len(best.columns) > 1:
        others = [each for each in passed if each.sheet != best.sheet.name]
        return Reading(form, [best], others, answers=answers, missing=tuple(missing))
    detail = _("Baris judul tidak ditemukan. Beri judul pada kolomnya, paling sedikit: %(columns)s.")
    raise DomainError("wrong_headers", detail % {"columns": ", ".join(missing)}, field="file")


def _given(header: Header, form: Form) -> set[str]:
    return {*header.columns, *assumed_by(form, header)[0]}


def _says(sheet: Sheet) -> str:
    """The first text of a sheet; empty for one without any."""
    cells = (cell for _number, row in sheet.rows() for cell in row if not is_empty(cell))
    return " ".join(str(next(cells, "")).split())[:80]


def titles_of(form: Form) -> Known:
    """Every title that ``form`` understands -> the field (empty for those it passes over) and how surely it is meant.

    The lower the number the surer: our own title goes before what others call it.
    """
    return _titles_of(form.kind, translation.get_language() or "", form)


@lru_cache(maxsize=32)
def _titles_of(_kind: str, _language: str, form: Form) -> Known:
    known = dict.fromkeys(ignored(form), ("", 99))
    for each in form.fields:
        own = {*in_every_language(each.title), each.name}
        for rank, words in enumerate([own, *([alias] for alias in each.aliases)]):
            for word in words:
                key = title_key(word)
                if key not in known or known[key][1] > rank:
                    known[key] = each.name, rank
    return known


def ignored(form: Form) -> set[str]:
    """Titles that ``form`` passes over, and that of the column in which our own answer tells what is wrong."""
    return {title_key(word) for title in (*form.ignored, _("Kesalahan")) for word in in_every_language(title)}


@dataclass
class _Found:
    """What a header row by row turns out to mean. ``meant``: field -> (how surely, column, title)."""

    meant: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    heads: dict[int, set[str]] = field(default_factory=dict)
    titled: dict[int, str] = field(default_factory=dict)
    strange: dict[int, str] = field(default_factory=dict)
    number: int | None = None

    def take(self, column: int, title: str, name: str, rank: int) -> None:
        """Where two columns may mean a field, the surer does."""
        before = self.meant.get(name)
        if before is None or rank < before[0]:
            if before is not None:
                self.strange[before[1]] = before[2]
            self.meant[name] = rank, column, title
        else:
            self.strange[column] = title


def meant(form: Form, answers: Answers) -> Known:
    """``titles_of`` the form, but where somebody has said by hand what a column means."""
    said = {key.removeprefix(COLUMN): name for key, name in answers.items() if key.startswith(COLUMN)}
    return {**titles_of(form), **{title: ("" if name == UNREAD else name, -1) for title, name in said.items()}}


def _best(sheet: Sheet, form: Form, known: Known) -> Header | None:
    top = [row for row, _number in zip(sheet.rows(), range(SEARCHED + DEEPEST + LOOKED_AT), strict=False)]
    found = [
        _read(sheet, top, index, known, ignored(form))
        for index in range(min(len(top), SEARCHED))
        if any(title_key(cell) in known for cell in top[index][1])
    ]
    most = max((len(header.columns) for header in found), default=0)
    enough = [header for header in found if most and len(header.columns) >= ENOUGH * most]
    return next((header for header in enough if not form.missing(_given(header, form))), next(iter(enough), None))


def _read(sheet: Sheet, top: list[tuple[int, Cells]], index: int, known: Known, aside: set[str]) -> Header:
    """The header that begins in this row; rows below belong to it while every cell of theirs is a known title."""
    rows = [top[index]]
    for number, cells in top[index + 1 : index + DEEPEST]:
        if not _continues(cells, known) or _repeats(cells, rows):
            break
        rows.append((number, cells))
    found = _Found()
    for column, stack in _columns(rows):
        _understand(found, column, stack, known)
    columns = {name: column for name, (_rank, column, _title) in found.meant.items()}
    titles = {name: title for name, (_rank, _column, title) in found.meant.items()}
    last, below = rows[-1][0], [cells for _number, cells in top[index + len(rows) :][:LOOKED_AT]]
    wide = max(_width(sheet, number, columns.get(CONDITION)) for number, _cells in rows)
    unsure = frozenset([CONDITION] if _spread(found, columns, titles, below, wide) else ())
    above = tuple(" ".join(str(cell).split()) for _n, cells in top[:index] for cell in cells if not is_empty(cell))
    strange = [title for column, title in sorted(found.strange.items())
               if column not in columns.values() and title_key(title) not in aside]  # fmt: skip
    return Header(
        sheet, last, columns=columns, titles=titles, titled=found.titled, heads=found.heads,
        unknown=tuple(strange[:MOST_UNKNOWN]), number=found.number, unsure=unsure, above=above,
    )  # fmt: skip


def _columns(rows: list[tuple[int, Cells]]) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Of each column its titles from above: (title, what stands over it in the row before, from as far left)."""
    for column in range(max(len(cells) for _number, cells in rows)):
        stack, over = [], ""
        for _number, cells in rows:
            cell = _at(cells, column)
            if not is_empty(cell):
                stack.append((" ".join(str(cell).split())[:80], over))
            over = next((str(each) for each in reversed(cells[: column + 1]) if not is_empty(each)), "")
        if stack:
            yield column, stack


def _understand(found: _Found, column: int, stack: list[tuple[str, str]], known: Known) -> None:
    """What a column means: its lowest title, where that can be told from the group above it only with that."""
    title, over = stack[-1]
    key = title_key(title)
    found.heads[column], found.titled[column] = {title_key(each) for each, _over in stack}, title
    together = f"{title_key(over)} {key}".strip()
    by_hand = known[key] if key in known and known[key][1] < 0 else None
    name, rank = by_hand or known.get(together) or known.get(key) or (None, 0)
    if name:
        found.take(column, title, name, rank)
    elif name is None and key:
        found.strange[column] = title
    if not name and found.number is None and key in NUMBERS and len(stack) == 1:
        found.number = column


def _spread(found: _Found, columns: dict[str, int], titles: dict[str, str], below: list[Cells], wide: int) -> bool:
    """One title over three columns of which only the first has it: B, KB and RB. Whether another width is told of.

    ``wide``: over how many columns its cell is merged.
    """
    first = columns.get(CONDITION)
    if first is None:
        return False
    if there := columns.keys() & set(DEGREES):
        return len(there) < len(DEGREES)
    used = {column for cells in below if not _numbers(cells) for column, cell in enumerate(cells) if not is_empty(cell)}
    after = min((column for column in found.heads if column > first), default=max(used, default=first) + 1)
    width = after - first
    if wide < 2 and not used & set(range(first + 1, after)):
        return False
    if width != len(DEGREES):
        return True
    for name, place in zip(DEGREES, range(first, after), strict=True):
        columns[name], titles[name] = place, titles[CONDITION]
    del columns[CONDITION], titles[CONDITION]
    return False


def _numbers(cells: Cells) -> bool:
    filled = [str(cell).removesuffix(".0") for cell in cells if not is_empty(cell)]
    return len(filled) > 2 and all(re.fullmatch(r"\(?\d{1,2}\)?", each) for each in filled)


def _width(sheet: Sheet, row: int, column: int | None) -> int:
    """Over how many columns the cell of a title reaches."""
    spans = sheet.merged() if column is not None else []
    return next((right - left + 1 for (top, left), (_bottom, right) in spans if (top, left - 1) == (row, column)), 1)


def _at(cells: Cells, column: int) -> Cell:
    return cells[column] if column < len(cells) else ""


def _repeats(cells: Cells, rows: list[tuple[int, Cells]]) -> bool:
    """Whether a row says the titles again."""
    keys = {(column, title_key(cell)) for column, cell in enumerate(cells) if title_key(cell)}
    above = [{(column, title_key(cell)) for column, cell in enumerate(row)} for _number, row in rows]
    return any(len(keys & each) > 1 for each in above)


def _continues(cells: Cells, known: Known) -> bool:
    filled = [cell for cell in cells if not is_empty(cell)]
    return bool(filled) and all(title_key(cell) in known and title_key(cell) for cell in filled)
