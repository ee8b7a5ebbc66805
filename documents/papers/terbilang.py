"""Numbers, money and days in Indonesian words, as handover records spell them out."""

from __future__ import annotations

from datetime import date

from documents.values import MONTHS

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
LIMIT = 10**18
_UNITS = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
_SCALES = ((10**15, "kuadriliun"), (10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (10**3, "ribu"))


def terbilang(number: int) -> str:
    """``number`` in words: 1100 is ``seribu seratus``. Raises ``ValueError`` below 0 and from ``LIMIT`` on."""
    if not 0 <= number < LIMIT:
        raise ValueError(f"{number} has no words here")
    if number == 0:
        return "nol"
    words, rest = [], number
    for scale, name in _SCALES:
        count, rest = divmod(rest, scale)
        if count == 1 and scale == 1000:
            words.append("seribu")
        elif count:
            words.append(f"{_below_thousand(count)} {name}")
    if rest:
        words.append(_below_thousand(rest))
    return " ".join(words)


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = []
    if hundreds:
        words.append("seratus" if hundreds == 1 else f"{_UNITS[hundreds]} ratus")
    if rest:
        words.append(_below_hundred(rest))
    return " ".join(words)


def _below_hundred(number: int) -> str:
    if number < 12:
        return _UNITS[number]
    if number < 20:
        return f"{_UNITS[number - 10]} belas"
    tens, rest = divmod(number, 10)
    return f"{_UNITS[tens]} puluh {_UNITS[rest]}".strip()


def counted(number: int) -> str:
    """``2 (dua)``."""
    return f"{number} ({terbilang(number)})"


def spoken_day(day: date) -> str:
    """``Jumat tanggal tujuh belas bulan November tahun dua ribu dua puluh tiga (17-11-2023)``."""
    month = MONTHS[day.month - 1]
    return (
        f"{DAYS[day.weekday()]} tanggal {terbilang(day.day)} bulan {month} "
        f"tahun {terbilang(day.year)} ({day:%d-%m}-{day.year:04d})"
    )
