"""Tables of lines (CSV): which letters, which sign stands between two cells, and the rows."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from documents.intake.container import MAX_COLUMNS
from documents.intake.marks import Cells
from documents.intake.titles import title_key
from documents.values import like_formula

SIGNS = ",;\t|"
SAMPLED = 200
"""Lines by which the sign between cells is found."""
LONGEST_ROW = 500
"""Lines that one row of a CSV may go on for: notes with line ends in them."""
LONGEST_LINE = MAX_COLUMNS * 32_767
"""As many letters as a spreadsheet keeps in a cell, in each."""
UTF_8, WINDOWS, DOS = "utf-8-sig", "cp1252", "cp850"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Lines:
    """How a file of lines is read."""

    path: Path
    letters: str
    sign: str

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Every row with its number. Raises ``DomainError`` on ``file`` for what no table is."""
        try:
            with self.path.open(encoding=self.letters, newline="") as text:
                lines = _Lines(text)
                for number, row in enumerate(csv.reader(lines, delimiter=self.sign, strict=True), 1):
                    lines.taken = 0
                    if len(row) > MAX_COLUMNS:
                        raise DomainError(
                            "too_wide",
                            _("CSV ini terlalu lebar: hapus kolom yang tidak perlu, lalu unggah lagi."),
                            field="file",
                        )
                    yield number, [_unquoted(cell) for cell in row]
        except csv.Error as error:
            detail = _("Tanda kutip dalam CSV ini tidak cocok. Simpan ulang dari Excel, lalu unggah lagi.")
            raise DomainError("unreadable", detail, field="file") from error


def recognised(path: Path, known: Collection[str], letters: str = "") -> Lines:
    """How the file is read; ``known`` are the titles that one of its rows should have, ``letters`` what it was said to
    be written in where it is not UTF-8.
    """
    found = _letters(path)
    letters = letters if letters in (WINDOWS, DOS) and found != UTF_8 else found
    with path.open(encoding=letters, newline="") as text:
        sample = [line[:LONGEST_LINE] for line in islice(text, SAMPLED)]
    return Lines(path, letters, max(SIGNS, key=lambda sign: _fits(sample, sign, known)))


def _letters(path: Path) -> str:
    """UTF-8, else Windows-1252, in which Excel in Indonesia saves a CSV."""
    for letters in (UTF_8, WINDOWS):
        try:
            with path.open(encoding=letters, newline="") as text:
                while text.read(_CHUNK):
                    pass
        except UnicodeDecodeError:
            continue
        return letters
    raise DomainError("not_utf8", _("CSV ini bukan UTF-8. Simpan sebagai CSV UTF-8."), field="file")


def _fits(sample: list[str], sign: str, known: Collection[str]) -> tuple[int, int, int]:
    """How well the lines are a table with this sign: titles in one row, rows as wide as that, width."""
    try:
        rows = [row for row in csv.reader(sample, delimiter=sign) if any(cell.strip() for cell in row)]
    except csv.Error:
        return 0, 0, 0
    found = [sum(title_key(cell) in known for cell in row if title_key(cell)) for row in rows]
    best = max(found, default=0)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width = len(rows[found.index(best)]) if best else max(widths, key=lambda each: widths[each] * each, default=0)
    return best, widths.get(width, 0), width


class _Lines:
    """Lines of a text; refuses a row that never ends. ``taken``: how many the present row has had."""

    def __init__(self, text: io.TextIOBase) -> None:
        self.text, self.taken = text, 0

    def __iter__(self) -> Iterator[str]:
        for line in self.text:
            self.taken += 1
            if self.taken > LONGEST_ROW or len(line) > LONGEST_LINE:
                raise csv.Error("row too long")
            yield line


def _unquoted(cell: str) -> str:
    """Text without the mark that ``documents.csvfile`` puts before what looks like a formula."""
    return cell[1:] if cell[:1] == "'" and like_formula(cell[1:]) else cell
