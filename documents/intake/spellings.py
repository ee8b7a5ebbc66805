"""What stands in a cell, as people and programs write it: conditions, rupiah, yes and no, codes; days in ``days``.

Every reader takes a cell and returns the value, or raises ``Unread`` with words for whoever made the file. Sources:
domain.md sections 7 and 9.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from assets.states import Condition
from core.errors import Text
from core.identity import Identifier
from core.numbers import MAX_RUPIAH, Unread, read_amount, read_percent, thousands
from core.text import clean_text, folded
from documents.intake.marks import Cell

EXACT = 10**15
"""Numbers from here on have lost digits in a spreadsheet."""
_LETTERS = {
    "B": ("baik", "1", "sangat baik", "baik sekali", "bagus"),
    "RR": ("kb", "kurang baik", "rusak ringan", "r ringan", "rusak sedang", "2"),
    "RB": ("rusak berat", "r berat", "3"),
}
"""Of the letters of the forms: how else people and programs write them; three degrees of damage are two here."""
_UNSURE = {"rusak", "tidakbaik", "kurang", "bb"}
_GONE = {"hilang", "tidakditemukan"}
_DASHES = " \t\r\n\xa0-‐‑–—−_"
_ABSENT = re.compile(r"n/?a|#n/a|n\.a\.?|nihil|n i h i l|null|none|kosong|(?:tidak|tdk|tak|belum) ada|tanpa nomor")
"""What people write where there is no number, day or price."""
_LONGEST_ABSENT = 30
_TRUE = {"ya", "y", "1", "true", "yes", "v", "✓", "aktif"}
_FALSE = {"tidak", "t", "0", "false", "no", "n", "tdk", "-", "nonaktif", "tidak aktif"}

Read = Callable[[Cell], Any]


def is_empty(cell: Cell) -> bool:
    """Whether nothing stands there; dashes are what the forms print for nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip(_DASHES))


def is_absent(value: str) -> bool:
    """Whether a cell for a number, day or price says in words that there is none."""
    if len(value) > _LONGEST_ABSENT or value[-1:].isdigit():
        return False
    return not value.strip(_DASHES) or bool(_ABSENT.fullmatch(folded(value)))


def plain(cell: Cell) -> str:
    """A cell as the text it stands for. A number with lost digits is ``Unread``."""
    if isinstance(cell, str):
        return _plain_text(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if abs(cell) >= EXACT:
            raise _lost_digits()
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)


def _plain_text(cell: str) -> str:
    if "+" in cell and re.fullmatch(r"[+-]?\d[.,]?\d*[eE]\+\d{2,}", cell.strip()):
        raise _lost_digits()
    try:
        return clean_text(cell)
    except ValidationError as error:
        raise Unread("control_character", " ".join(error.messages)) from error


def _lost_digits() -> Unread:
    return Unread(
        "lost_digits", _("Angka panjang kehilangan digit di Excel. Format sel sebagai Teks lalu ketik ulang.")
    )


def _within(limit: int, value: str) -> str:
    if len(value) > limit:
        raise Unread("too_long", _("Lebih dari %(n)s karakter.") % {"n": limit})
    return value


def text(limit: int) -> Read:
    """Text of at most ``limit`` characters."""

    def read(cell: Cell) -> str:
        return _within(limit, plain(cell))

    return read


def code(limit: int) -> Read:
    """A code kept as text, every digit of it: NIBAR, NIP, IMEI, serial numbers. A leading ``'`` is only a mark."""

    def read(cell: Cell) -> str:
        value = plain(cell).removeprefix("'")
        if value == "0" or is_absent(value):
            return ""
        return _within(limit, value)

    return read


def identifier(kind: Identifier, limit: int) -> Read:
    """A name or number that identifies, read as ``kind``; ``code`` otherwise."""

    def read(cell: Cell) -> str:
        try:
            value = _within(limit, kind.read(code(limit)(cell)))
        except ValidationError as error:
            raise Unread(error.error_list[0].code or "invalid", " ".join(error.messages)) from error
        return value if kind.folded(value) else ""

    return read


def condition(cell: Cell) -> str:
    """B, KB, RR, RB, their words, or 1, 2, 3. What may mean two conditions is ``Unread``."""
    key = _compact(plain(cell))
    found = _conditions().get(key)
    if found is not None:
        return found
    if key in _GONE:
        detail = _("Hilang bukan kondisi: kosongkan sel ini, lalu catat kehilangannya di halaman perangkat itu.")
        raise Unread("not_a_condition", detail)
    if key in _UNSURE:
        raise Unread(
            "ambiguous", _("Kata ini dapat berarti dua kondisi: tulis RR (rusak ringan) atau RB (rusak berat).")
        )
    raise Unread("invalid_choice", _("Kondisi: B (baik), RR atau KB (rusak ringan), RB (rusak berat)."))


@cache
def _conditions() -> dict[str, str]:
    """A letter that several conditions share means the first of them; letter and word may stand together."""
    lettered = {each.letter: each.value for each in reversed(Condition)}
    spelled = [(letter, word) for letter, more in _LETTERS.items() for word in (letter, *more)]
    found = {_compact(word): lettered[letter] for letter, word in spelled}
    for letter, more in _LETTERS.items():
        shorts, longs = [each for each in (letter, *more) if len(each) == 2 or each == "B"], more
        pairs = [(one, other) for one in shorts for other in longs if one != other]
        found |= {_compact(f"{one}{other}"): lettered[letter] for one, other in pairs}
        found |= {_compact(f"{other}{one}"): lettered[letter] for one, other in pairs}
    found |= {_compact(letter): value for letter, value in lettered.items()}
    found |= {_compact(each.value): each.value for each in Condition}
    return found | {_compact(word): value for value, label in Condition.choices for word in in_every_language(label)}


def _compact(word: str) -> str:
    return re.sub(r"[\W_]", "", folded(word))


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


def rupiah(cell: Cell) -> int | None:
    """Whole rupiah from ``Rp 1.234.567,00``, ``1,5 jt``, ``1,234,567.00`` or a number; sen are rounded."""
    if isinstance(cell, str) and is_absent(re.sub(r"^\s*rp\.?\s*(?=\S)", "", cell, flags=re.IGNORECASE)):
        return None
    amount = Decimal(repr(cell)) if isinstance(cell, float) else read_amount(plain(cell))
    if not 0 <= amount <= MAX_RUPIAH:
        limits = {"low": thousands(0), "high": thousands(MAX_RUPIAH)}
        raise Unread("out_of_range", _("Nilai rupiah harus %(low)s sampai %(high)s.") % limits)
    return int(amount.to_integral_value())


def percent(cell: Cell) -> Decimal:
    """0 to 100 with two decimals at most, from ``40``, ``40,5 %`` or a number."""
    return read_percent(plain(cell))


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
