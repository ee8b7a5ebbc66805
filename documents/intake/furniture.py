"""Rows of a sheet that are no data: numbers of columns, headings again, sums, headings of groups, signatures.

A row is data by the columns that say what it is of. What may be either is data: then it is said what it lacks.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from assets import item_codes
from core.errors import Text
from core.text import folded
from documents.intake.forms.base import Form
from documents.intake.marks import Cell
from documents.intake.titles import title_key

Filled = list[tuple[int, Cell]]
REASONS: dict[str, Text] = {
    "numbering": _("Nomor kolom."),
    "heading": _("Judul kolom yang diulang."),
    "total": _("Baris jumlah."),
    "group": _("Judul kelompok, bukan barang."),
    "signature": _("Tempat tanda tangan."),
    "empty": _("Tidak ada isi pada kolom yang dibaca."),
    "hidden": _("Disembunyikan oleh saringan atau pengguna."),
    "no_table": _("Tidak ada judul kolom yang dikenal."),
    "hidden_sheet": _("Lembar tersembunyi."),
}
_TOTAL = re.compile(
    r"(?:sub ?|grand |jumlah |ju?mlh\.? )*"
    r"(?:total|jumlah|jml|number shown|rekapitulasi|terbilang|nihil|n i h i l|nil)\b"
)
_SIGNED = re.compile(
    r"mengetahui|menyetujui|disetujui|dibuat (?:oleh|di)|diperiksa|diterima oleh|ditetapkan|kepala\b|pengurus barang"
    r"|pejabat |(?:kuasa )?pengguna barang|pengelola barang|camat\b|sekretaris\b|penanggung ?jawab|penyimpan barang"
    r"|pihak (?:pertama|kesatu|kedua)|an\.|a\.n\.|plt\.|plh\.|nip\b|nip\.|nrp\b"
)
_PLACED = re.compile(
    r"[a-z .'-]{2,40}, *(?:tgl\.?|tanggal)? *[\d.…_]* *(?:[a-z]{3,9}|[\d.…_]+) *(?:19|20)\d\d"
    r"|[a-z .'-]{2,40}, *[.…_]{2,}.*"
)
_COUNTED = re.compile(r"\(?(\d{1,3})\)?(?:\s*=.*)?")
_LETTER = re.compile(r"[^\W\d_]")
_MOST_IN_GROUP = 2
_MOST_SIGNING = 4


class Sorter:
    """Tells the rows of one table apart; ``closing``: where it stands below the table, among signatures."""

    def __init__(self, form: Form, columns: dict[str, int], heads: dict[int, set[str]], number: int | None) -> None:
        self.heads, self.number = heads, number
        fields = {each.name: each for each in form.fields}
        here = {name: column for name, column in columns.items() if name in fields}
        self.marks = [column for name, column in here.items() if fields[name].identifies and not fields[name].coded]
        self.codes = [column for name, column in here.items() if fields[name].coded]
        self.subject = [here[name] for name in form.subject if name in here and not fields[name].coded]
        self.needs_proof = bool(form.proof)
        self.proof = [here[name] for name in form.proof if name in here]
        self.people = "nip" in columns
        self.fields = set(here.values())
        self.closing = False

    def reason(self, filled: Filled) -> str:
        """Why this row is no data, by the key of ``REASONS``; empty for data."""
        cells = dict(filled)
        coded, short = self._coded(cells)
        marked = any(self._names(cells.get(column)) for column in self.marks)
        subject = coded or any(_has_letter(cells.get(column)) for column in self.subject)
        if not (subject and (marked or coded)) and (plain := self._plain(filled)):
            return plain
        if not self.fields & cells.keys():
            return self._not_data(filled, cells, sure=False, numbered=False, subject=False) or "empty"
        numbered = self.number is not None and _whole(cells.get(self.number))
        if why := self._not_data(filled, cells, sure=coded or marked, numbered=numbered, subject=subject):
            return why
        proof = any(column in cells for column in self.proof)
        proven = numbered or marked or proof or not self.needs_proof
        if short and not marked and not (numbered and proof):
            return "group"
        if (subject and proven) or numbered or marked or coded:
            self.closing = False
            return ""
        return self._left_over(filled, subject=subject)

    def _plain(self, filled: Filled) -> str:
        """What is no data whatever the columns mean."""
        counted = [_COUNTED.fullmatch(str(cell).strip().removesuffix(".0")) for _column, cell in filled]
        if len(filled) > 2 and [int(each[1]) for each in counted if each] == list(range(1, len(filled) + 1)):
            return "numbering"
        alike = sum(title_key(cell) in self.heads.get(column, ()) for column, cell in filled)
        return "heading" if alike > 1 and alike * 10 >= len(filled) * 6 else ""

    def _not_data(self, filled: Filled, cells: dict[int, Cell], *, sure: bool, numbered: bool, subject: bool) -> str:
        if sure and subject:
            return ""
        words = [folded(cell) for _column, cell in filled if isinstance(cell, str)]
        if (
            not sure
            and not (numbered and len(words) > 2)
            and len(words) < _MOST_SIGNING
            and _TOTAL.match(" ".join(words[:1]))
        ):
            return "total"
        if numbered:
            return ""
        named = [folded(str(cells[column])) for column in self.subject if _has_letter(cells.get(column))]
        signed = any(_SIGNED.match(word) or _PLACED.fullmatch(word) for word in named or words)
        if signed or (self.closing and len(filled) <= _MOST_SIGNING):
            self.closing = True
            return "signature"
        return ""

    def _left_over(self, filled: Filled, *, subject: bool) -> str:
        """A row that does not say what it is of, or nothing but that."""
        texts = {folded(cell) for _column, cell in filled if isinstance(cell, str) and _LETTER.search(cell)}
        if not texts:
            return "total"
        return "group" if subject or len(filled) <= _MOST_IN_GROUP else ""

    def _coded(self, cells: dict[int, Cell]) -> tuple[bool, bool]:
        """Whether a code of goods stands in the row, and whether only one of a group does."""
        found = [levels for column in self.codes if (levels := _levels(cells.get(column)))]
        whole = any(item_codes.is_whole(levels) for levels in found)
        return whole, bool(found) and not whole

    def _names(self, cell: Any) -> bool:
        if cell is None:
            return False
        text = str(cell)
        return any(sign.isdigit() for sign in text) and (self.people or not text.lower().startswith("nip"))


def _levels(cell: Any) -> tuple[int, ...]:
    if isinstance(cell, float) and cell.is_integer():
        return item_codes.numbers(str(int(cell)))
    return item_codes.numbers(cell) if isinstance(cell, str) else ()


def _has_letter(cell: Any) -> bool:
    return isinstance(cell, str) and bool(_LETTER.search(cell))


def _whole(cell: Any) -> bool:
    """Whether a cell numbers a row."""
    if isinstance(cell, float):
        return cell.is_integer()
    return isinstance(cell, str) and bool(re.fullmatch(r"\s*\d{1,6}\s*[.)]?\s*", cell))
