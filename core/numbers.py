"""Numbers as people write them here and as they are written back: counts, rupiah, per cent, years.

A point groups thousands and a comma is the decimal mark; what English spreadsheets write is understood where it can
mean nothing else. The readers raise ``Unread`` with words for whoever wrote the text; they never guess. What the
writers write, the readers read as the same number.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from core.errors import Text

MAX_RUPIAH = 10**12
"""The most that one amount may be, wherever it is entered."""
FISCAL_YEARS = (2000, 2100)
"""The first and the last that are entered anywhere."""
LONGEST = 40
_SCALES = {"rb": 10**3, "ribu": 10**3, "jt": 10**6, "juta": 10**6, "m": 10**9, "milyar": 10**9, "miliar": 10**9}
_GROUPED = r"[1-9][0-9]{0,2}(\.[0-9]{3})+"
_SURE = re.compile(rf"([0-9]+|{_GROUPED})(,00)?|[1-9][0-9]{{0,2}}(,[0-9]{{3}})+(\.00)?")
_SURELY_SCALED = re.compile(rf"[0-9]+([.,][0-9]{{1,2}})?|{_GROUPED}")


class Unread(Exception):
    """A text that cannot be read; ``detail`` says why."""

    def __init__(self, code: str, detail: Text) -> None:
        super().__init__(str(detail))
        self.code, self.detail = code, detail


def read_whole(text: str) -> int:
    """A count, from ``1000``, ``1.000`` or ``1.000,00``."""
    number = text.strip()
    if len(number) > LONGEST or not _SURE.fullmatch(number):
        raise Unread("invalid", _("Tulis bilangan bulat, misalnya 1000 atau 1.000."))
    return int(Decimal(_with_point(number, scaled=False)))


def read_rupiah(text: str) -> int:
    """Whole rupiah, from ``500000000``, ``Rp 500.000.000``, ``500.000.000,00`` or ``1,5 jt``. Nothing is rounded."""
    number, scale = _parts(text)
    sure = (_SURELY_SCALED if scale > 1 else _SURE).fullmatch(number)
    if len(number) > LONGEST or not sure or re.search(r"[0-9][.,\s]*\s[.,\s]*[0-9]", text):
        raise Unread("invalid", _("Tulis rupiah bulat tanpa sen, misalnya 1.250.000 atau 1,5 jt."))
    return int(read_amount(text))


def read_amount(text: str) -> Decimal:
    """Rupiah with sen, as lists made elsewhere hold it: ``Rp 1.234.567,50``, ``1,5 jt``, ``1,234,567.00``."""
    number, scale = _parts(text)
    try:
        return Decimal(_with_point(number, scaled=scale > 1)) * scale
    except InvalidOperation:
        raise _no_rupiah() from None


def read_percent(text: str) -> Decimal:
    """0 to 100 with two decimals at most, from ``40``, ``40,5 %`` or ``40.5``."""
    number = text.strip().removesuffix("%").strip().replace(",", ".")
    if len(number) > LONGEST or not re.fullmatch(r"[0-9]+(\.[0-9]{1,2})?", number):
        raise Unread("invalid", _("Tulis persen dengan paling banyak dua desimal, misalnya 11 atau 11,5."))
    if Decimal(number) > 100:
        raise Unread("out_of_range", _("Harus persen antara 0 dan 100."))
    return Decimal(number)


def read_year(text: str) -> int:
    """A year in four digits. Years are not grouped."""
    if not re.fullmatch(r"[0-9]{4}", text.strip()):
        raise Unread("invalid", _("Tulis tahun dengan empat angka, misalnya 2026."))
    return int(text)


def thousands(number: int) -> str:
    """``1.250.000``."""
    return f"{number:,}".replace(",", ".")


def rupiah(amount: int | None) -> str:
    """``Rp1.250.000``; nothing for None."""
    return f"Rp{thousands(amount)}" if amount is not None else ""


def decimal(number: Decimal) -> str:
    """Every decimal that says something: ``11``, ``11,5``, ``11,25``."""
    whole, _point, decimals = f"{number:f}".partition(".")
    said = decimals.rstrip("0")
    return f"{whole}{get_format('DECIMAL_SEPARATOR')}{said}" if said else whole


def _no_rupiah() -> Unread:
    return Unread("invalid", _("Tulis rupiah sebagai angka, misalnya 1.250.000 atau 1,5 jt."))


def _parts(text: str) -> tuple[str, int]:
    """The number in an amount, and what the word behind it multiplies it by."""
    lean = re.sub(r"^(rp|idr)\.?|[.,]-+$|\s", "", text.strip().lower())
    match = re.fullmatch(r"(-?[0-9.,]+)([a-z]*)", lean)
    scale = _SCALES.get(match[2], 0 if match[2] else 1) if match else 0
    if not match or not scale:
        raise _no_rupiah()
    return match[1], scale


def _with_point(number: str, *, scaled: bool) -> str:
    """Digits with a decimal point: the sign that stands last and is not followed by thousands is the decimal mark."""
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return number
    sign, tail = number[last], number[last + 1 :]
    other = "," if sign == "." else "."
    grouped = number.count(sign) > 1 or (len(tail) == 3 and other not in number and (sign == "." or not scaled))
    if grouped:
        if not re.fullmatch(rf"-?\d{{1,3}}(\{sign}\d{{3}})+", number):
            raise _no_rupiah()
        return number.replace(sign, "")
    head = number[:last]
    if other in head and not re.fullmatch(rf"-?\d{{1,3}}(\{other}\d{{3}})+", head):
        raise _no_rupiah()
    return f"{head.replace(other, '')}.{tail}"
