"""What a stored value becomes in a file that people open in a spreadsheet."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

UNSTORABLE = "\N{REPLACEMENT CHARACTER}"
_NEVER = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_UNSTORABLE = re.compile(f"[{_NEVER}]")
_FORMULA_STARTS = r"=+\-@\t\r\n＝＋－＠"
_LIKE_FORMULA = re.compile(f"[{_FORMULA_STARTS}]")
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def storable(text: str) -> str:
    """``text`` with each character that neither XML nor UTF-8 can hold turned into U+FFFD; all else unchanged."""
    return _UNSTORABLE.sub(UNSTORABLE, text)


def like_formula(text: str) -> bool:
    """Whether a spreadsheet could take ``text`` for a formula when somebody types or opens it."""
    return bool(_LIKE_FORMULA.match(text))


def unchanged(careful: str) -> re.Pattern[str]:
    """Matches in full what a file can hold as it is: nothing unstorable, nothing of ``careful``, no beginning like a
    formula, no space at either end.
    """
    never = _NEVER + re.escape(careful)
    return re.compile(rf"[^\s{_FORMULA_STARTS}{never}](?:[^{never}]*[^\s{never}])?")


def is_number(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def local(instant: datetime) -> datetime:
    """``instant`` in the installation's zone. A naive one is taken as local already."""
    zone = timezone.get_default_timezone()
    return instant.replace(tzinfo=zone) if timezone.is_naive(instant) else instant.astimezone(zone)


def zone_name(instant: datetime) -> str:
    """The zone as people say it: WIB, WITA, WIT."""
    return local(instant).tzname() or ""


def long_date(day: date) -> str:
    """``17 November 2023``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def long_instant(instant: datetime) -> str:
    """``17 November 2023 pukul 09.30 WIB``."""
    here = local(instant)
    return f"{long_date(here)} pukul {here:%H.%M} {zone_name(here)}"
