"""Finding the table in a sheet: its header by the text, in one to three rows, wherever among the first 40 it stands."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.text import folded
from documents.intake.forms.base import Form
from documents.intake.sheets import Cells, Sheet
from documents.intake.spellings import in_every_language, is_empty
from documents.intake.tables import Header

SEARCHED = 40
DEEPEST = 3
MOST_UNKNOWN = 30
_UNITS = re.compile(r"\((rp|rupiah|tahun|ya/tidak|wib|wita|wit)\.?\)|[*:]")


def find(sheets: list[Sheet], form: Form) -> Header:
    """The header of the sheet that fits ``form`` best. Raises ``DomainError`` naming what was looked for."""
    found = [header for sheet in sheets if (header := _best(sheet, form)) is not None]
    whole = [header for header in found if not form.missing(header.columns)]
    if whole:
        return max(whole, key=lambda each: len(each.columns))
    best = max(found, key=lambda each: len(each.columns), default=None)
    missing = form.missing(best.columns if best else {})
    detail = _("Baris judul tidak ditemukan. Kolom yang perlu ada: %(columns)s.")
    raise DomainError("wrong_headers", detail % {"columns": ", ".join(missing)}, field="file")


def title_key(cell: object) -> str:
    """A title as it is compared: without case, punctuation, stars and units of measure."""
    if not isinstance(cell, str):
        return ""
    return re.sub(r"[\s./\-]+", " ", _UNITS.sub(" ", folded(cell))).strip()


def known_titles(form: Form) -> dict[str, str]:
    """Every title that ``form`` understands -> the field, or empty for those it passes over."""
    known = {title_key(word): "" for title in form.ignored for word in in_every_language(title)}
    for each in form.fields:
        for word in (*each.aliases, *in_every_language(each.title), each.name):
            known[title_key(word)] = each.name
    return known


def _best(sheet: Sheet, form: Form) -> Header | None:
    known = known_titles(form)
    top = [
        cells for _number, cells in zip(range(SEARCHED + DEEPEST), (cells for _n, cells in sheet.rows()), strict=False)
    ]
    best: Header | None = None
    for index in range(min(len(top), SEARCHED)):
        header = _read(sheet, top, index, known)
        if header.columns and (best is None or len(header.columns) > len(best.columns)):
            best = header
    return best


def _read(sheet: Sheet, top: list[Cells], index: int, known: dict[str, str]) -> Header:
    """The header that begins in this row; rows below belong to it while every cell of theirs is a known title."""
    columns: dict[str, int] = {}
    titles: dict[str, str] = {}
    last = index
    for depth in range(DEEPEST):
        row = index + depth
        if row >= len(top) or (depth and not _continues(top[row], known)):
            break
        for column, cell in enumerate(top[row]):
            above = top[row - 1][column] if depth and column < len(top[row - 1]) else ""
            name = known.get(title_key(cell)) or known.get(f"{title_key(above)} {title_key(cell)}".strip(), "")
            if name and name not in columns:
                columns[name], titles[name] = column, " ".join(str(cell).split())
        last = row
    lowest = {column: cell for row in top[index : last + 1] for column, cell in enumerate(row) if not is_empty(cell)}
    strange = [
        " ".join(str(cell).split())[:80]
        for column, cell in sorted(lowest.items())
        if title_key(cell) not in known and column not in columns.values()
    ]
    return Header(sheet, last + 1, columns=columns, titles=titles, unknown=tuple(strange[:MOST_UNKNOWN]))


def _continues(cells: Cells, known: dict[str, str]) -> bool:
    filled = [cell for cell in cells if not is_empty(cell)]
    return bool(filled) and all(title_key(cell) in known and title_key(cell) for cell in filled)
