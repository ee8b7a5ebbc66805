"""Numbers of documents: one counter per kind and year, taken inside the writer's transaction."""

from __future__ import annotations

from datetime import date

from core.models import Sequence

ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def next_number(kind: str, year: int) -> int:
    """The next number of ``kind`` in ``year``. Call inside ``writing()``: a rollback gives the number back."""
    return next_numbers(kind, year, 1)[0]


def next_numbers(kind: str, year: int, count: int) -> range:
    """The next ``count`` numbers of ``kind`` in ``year``, taken at once."""
    sequence, _ = Sequence.objects.get_or_create(kind=kind, year=year)
    first, sequence.last = sequence.last + 1, sequence.last + count
    sequence.save(update_fields=["last"])
    return range(first, sequence.last + 1)


def upcoming_numbers(kind: str, year: int, count: int) -> range:
    """The numbers that would be given next; nobody has them yet."""
    last = Sequence.objects.filter(kind=kind, year=year).values_list("last", flat=True).first() or 0
    return range(last + 1, last + 1 + count)


def serial(kind: str, prefix: str, day: date) -> str:
    """A number such as ``UP-2026-0001``."""
    return f"{prefix}-{day.year}-{next_number(kind, day.year):04d}"


def patterned(kind: str, pattern: str, day: date) -> str:
    """A number by the office's own pattern: ``{nomor:03d}``, ``{bulan_romawi}``, ``{tahun}``."""
    return pattern.format(nomor=next_number(kind, day.year), bulan_romawi=ROMAN_MONTHS[day.month - 1], tahun=day.year)
