"""What stands in a cell, as people and programs write it: conditions, days, rupiah, yes and no, codes.

Every reader takes a cell and returns the value, or raises ``Unread`` with words for whoever made the file. Sources:
domain.md sections 7 and 9.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from assets.states import Condition
from core import clock
from core.errors import Text
from core.identity import Identifier
from core.numbers import MAX_RUPIAH, Unread, read_amount, read_percent, thousands
from core.text import clean_text, folded
from documents.intake.sheets import Cell
from pledges.words.normal import MONTHS

FIRST_YEAR = 1945
EXACT = 10**15
"""Numbers from here on have lost digits in a spreadsheet."""
_DAY_ZERO = date(1899, 12, 30)
_LETTERS = {
    "baik": "B", "1": "B", "kb": "RR", "kurang baik": "RR", "kurang baik (kb)": "RR", "rusak ringan": "RR", "2": "RR",
    "rusak berat": "RB", "3": "RB",
}  # fmt: skip
"""Of the letters of the forms: how else people and programs write them."""
_TRUE = {"ya", "y", "1", "true", "yes", "v", "✓", "aktif"}
_FALSE = {"tidak", "t", "0", "false", "no", "n", "tdk", "-", "nonaktif", "tidak aktif"}

Read = Callable[[Cell], Any]


def is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def plain(cell: Cell) -> str:
    """A cell as the text it stands for. A number with lost digits is ``Unread``."""
    if isinstance(cell, str):
        return _plain_text(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if abs(cell) >= EXACT:
            raise Unread(
                "lost_digits", _("Angka panjang kehilangan digit di Excel. Format sel sebagai Teks lalu ketik ulang.")
            )
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)


def _plain_text(cell: str) -> str:
    if "+" in cell and re.fullmatch(r"[+-]?\d[.,]?\d*[eE]\+\d{2,}", cell.strip()):
        raise Unread(
            "lost_digits", _("Angka panjang kehilangan digit di Excel. Format sel sebagai Teks lalu ketik ulang.")
        )
    try:
        return clean_text(cell)
    except ValidationError as error:
        raise Unread("control_character", " ".join(error.messages)) from error


def text(limit: int) -> Read:
    """Text of at most ``limit`` characters."""

    def read(cell: Cell) -> str:
        value = plain(cell)
        if len(value) > limit:
            raise Unread("too_long", _("Lebih dari %(n)s karakter.") % {"n": limit})
        return value

    return read


def code(limit: int) -> Read:
    """A code kept as text, every digit of it: NIBAR, NIP, IMEI, serial numbers. A leading ``'`` is only a mark."""

    def read(cell: Cell) -> str:
        value = plain(cell).removeprefix("'")
        if value in ("-", "–", "0"):
            return ""
        if len(value) > limit:
            raise Unread("too_long", _("Lebih dari %(n)s karakter.") % {"n": limit})
        return value

    return read


def identifier(kind: Identifier, limit: int) -> Read:
    """A name or number that identifies, read as ``kind``; ``code`` otherwise."""

    def read(cell: Cell) -> str:
        try:
            value = kind.read(code(limit)(cell))
        except ValidationError as error:
            raise Unread(error.error_list[0].code or "invalid", " ".join(error.messages)) from error
        if len(value) > limit:
            raise Unread("too_long", _("Lebih dari %(n)s karakter.") % {"n": limit})
        return value

    return read


def condition(cell: Cell) -> str:
    """B, KB, RR, RB, their words, or 1, 2, 3."""
    found = _conditions().get(folded(plain(cell)))
    if found is None:
        raise Unread("invalid_choice", _("Kondisi: B (baik), RR atau KB (rusak ringan), RB (rusak berat)."))
    return found


@cache
def _conditions() -> dict[str, str]:
    """A letter that several conditions share means the first of them."""
    lettered = {each.letter: each.value for each in reversed(Condition)}
    words = {folded(letter): value for letter, value in lettered.items()}
    words |= {word: lettered[letter] for word, letter in _LETTERS.items()}
    words |= {each.value.replace("_", " "): each.value for each in Condition}
    return words | {folded(word): value for value, label in Condition.choices for word in in_every_language(label)}


def yes_no(cell: Cell) -> bool:
    value = folded(plain(cell))
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise Unread("invalid_choice", _("Isi ya atau tidak."))


def whole(low: int, high: int) -> Read:
    def read(cell: Cell) -> int:
        value = plain(cell)
        if not re.fullmatch(r"[0-9]{1,12}", value) or not low <= int(value) <= high:
            raise Unread(
                "out_of_range", _("Harus bilangan bulat %(low)s sampai %(high)s.") % {"low": low, "high": high}
            )
        return int(value)

    return read


def rupiah(cell: Cell) -> int:
    """Whole rupiah from ``Rp 1.234.567,00``, ``1,5 jt``, ``1,234,567.00`` or a number; sen are rounded."""
    amount = Decimal(repr(cell)) if isinstance(cell, float) else read_amount(plain(cell))
    if not 0 <= amount <= MAX_RUPIAH:
        limits = {"low": thousands(0), "high": thousands(MAX_RUPIAH)}
        raise Unread("out_of_range", _("Nilai rupiah harus %(low)s sampai %(high)s.") % limits)
    return int(amount.to_integral_value())


def percent(cell: Cell) -> Decimal:
    """0 to 100 with two decimals at most, from ``40``, ``40,5 %`` or a number."""
    return read_percent(plain(cell))


def day(cell: Cell) -> date:
    """A day that has come: ``17/11/2023``, ``17 November 2023``, ``2023-11-17``, a date cell or its serial number."""
    return _plausible(_day(cell), future=False)


def any_day(cell: Cell) -> date:
    """A day, past or to come."""
    return _plausible(_day(cell), future=True)


def day_or_year(cell: Cell) -> date | int:
    """A day, or a year alone as a number: which day of it is not known."""
    value = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else cell
    if isinstance(value, str) and re.fullmatch(r"\s*\d{4}\s*", value):
        return year(value)
    return day(cell)


def year(cell: Cell) -> int:
    """A year that has begun."""
    if isinstance(cell, date):
        return day(cell).year
    value = plain(cell)
    if not re.fullmatch(r"\d{4}", value) or not FIRST_YEAR <= int(value) <= clock.today().year:
        detail = _("Tahun harus %(low)s sampai %(high)s.") % {"low": FIRST_YEAR, "high": clock.today().year}
        raise Unread("wrong_year", detail)
    return int(value)


def _day(cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float) and cell.is_integer() and 25_569 <= cell <= 109_574:  # 1970 to 2199 as Excel counts days
        return _DAY_ZERO + timedelta(days=int(cell))
    found = _written_day(plain(cell))
    if found is None:
        raise Unread("invalid_date", _("Tulis tanggal sebagai 17/11/2023, 17 November 2023 atau 2023-11-17."))
    return found


def _written_day(value: str) -> date | None:
    lean = re.sub(r"^(senin|selasa|rabu|kamis|jumat|sabtu|minggu),?\s+", "", value.strip().lower())
    lean = re.sub(r"[ t]\d{2}:\d{2}(:\d{2})?(\.\d+)?(z|[+-]\d{2}:?\d{2})?$", "", lean)
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", lean):
        parts = match.group(1), match.group(2), match.group(3)
    elif match := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", lean):
        parts = match.group(3), match.group(2), match.group(1)
    elif match := re.fullmatch(r"(\d{1,2})[\s-]+([a-z]+)\.?[\s-]+(\d{4})", lean):
        parts = match.group(3), str(MONTHS.get(match.group(2), 0)), match.group(1)
    else:
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def _plausible(value: date, *, future: bool) -> date:
    last = clock.today() if not future else date(2200, 12, 31)
    if value > last:
        raise Unread("in_the_future", _("Tanggal ini belum terjadi."))
    if value.year < FIRST_YEAR:
        raise Unread("wrong_year", _("Tahun harus %(low)s sampai %(high)s.") % {"low": FIRST_YEAR, "high": last.year})
    return value


def phone(cell: Cell) -> str:
    """``08…``, ``62…`` or ``+62…`` as ``+62…``; a zero that Excel swallowed is put back."""
    value = re.sub(r"[\s().\-]", "", plain(cell).removeprefix("'"))
    match = re.fullmatch(r"(?:\+?62|0)?(8\d{7,12}|[2-7]\d{6,11})", value)
    if not match:
        raise Unread("invalid", _("Tulis nomor HP sebagai 0812-3456-7890."))
    return f"+62{match.group(1)}"


def choice(options: Iterable[tuple[str, Any]], more: dict[str, str] | None = None) -> Read:
    """One of a closed list, by its code or its label in the language of the file's reader."""
    pairs = list(options)

    @cache
    def known() -> dict[str, str]:
        labels = {folded(word): value for value, label in pairs for word in in_every_language(label)}
        return labels | {folded(value): value for value, _label in pairs} | (more or {})

    def read(cell: Cell) -> str:
        found = known().get(folded(plain(cell)))
        if found is None:
            labels = ", ".join(str(label) for _v, label in pairs)
            raise Unread("invalid_choice", _("Pilih salah satu: %(labels)s.") % {"labels": labels})
        return found

    return read


def in_every_language(label: Text) -> set[str]:
    """A word of ours as it reads in each language that people use the product in."""
    words = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words.add(str(label))
    return words
