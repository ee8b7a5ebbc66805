"""What strangers write, read strictly: ids, whole numbers, days, instants, and the parameters of an address."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import DomainError, Fault
from core.text import clean_text

MAX_ID = 2**63 - 1
MAX_PARAMETER, MAX_LIST = 2_000, 32_000  # 100 values of any column that is filtered by, with their commas
DAY_WANTED = _("Tanggal harus berbentuk YYYY-MM-DD, dari tahun 1900 sampai 2200.")
INSTANT_WANTED = _(
    "Waktu harus berbentuk RFC 3339 dengan zona, misalnya 2026-01-31T08:00:00+07:00, dari tahun 1900 sampai 2200."
)
POINT_WANTED = _(
    "Tulis hari (2026-01-31), jam setempat (2026-01-31T08:00) atau waktu dengan zonanya (2026-01-31T08:00:00+07:00), "
    "dari tahun 1900 sampai 2200."
)
CHOICE_WANTED = _("Kode ini tidak ada dalam daftar.")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LOCAL = re.compile(rf"{_DAY.pattern}T[0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}})?", re.ASCII)


def parse_id(text: str) -> int | None:
    """A row id from a path, a filter or a body: plain ASCII digits, 1 to 2^63-1; None for anything else."""
    if not isinstance(text, str) or not re.fullmatch(r"[1-9][0-9]{0,18}", text, re.ASCII):
        return None
    value = int(text)
    return value if value <= MAX_ID else None


def parse_whole(text: str) -> int | None:
    """A whole number in plain ASCII digits that a column can hold; None for anything else."""
    if not re.fullmatch(r"-?[0-9]{1,19}", text, re.ASCII):
        return None
    whole = int(text)
    return whole if abs(whole) <= MAX_ID else None


def parse_day(text: str) -> date | None:
    """A calendar day written ``YYYY-MM-DD`` between 1900 and 2200; None for anything else."""
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def parse_instant(text: str) -> datetime | None:
    """An RFC 3339 instant with its offset, or a local day's first moment; None for anything else."""
    if day := parse_day(text):
        return timezone.make_aware(datetime.combine(day, datetime.min.time()))
    try:
        instant = parse_datetime(text.replace(" ", "+")) if isinstance(text, str) else None
    except ValueError:
        return None
    if instant is None or instant.tzinfo is None or not FIRST_DAY.year < instant.year < LAST_DAY.year:
        return None
    return instant


def parse_moment(text: str) -> datetime | None:
    """An RFC 3339 instant, or the last one of a local day; None for anything else."""
    day = parse_day(text)
    return clock.end_of(day) if day else parse_instant(text)


def parse_point(text: str, *, last: bool = False) -> datetime | None:
    """A moment as people write it: a local day (its first moment, or its ``last``), a time of the district
    ``YYYY-MM-DDTHH:MM[:SS]``, or an RFC 3339 instant; None for anything else."""
    if not _LOCAL.fullmatch(text):
        return parse_moment(text) if last else parse_instant(text)
    day = parse_day(text[:10])
    try:
        return timezone.make_aware(datetime.fromisoformat(text)) if day else None
    except ValueError:
        return None


def check_parameters(params: QueryDict, known: Collection[str], may_be_empty: Collection[str] = ()) -> None:
    """``DomainError`` naming each parameter that nobody reads, that comes twice, is empty or holds what is no text."""
    faults = []
    for name, values in params.lists():
        fault = _fault(name, values, known, may_be_empty)
        if fault:
            faults.append(Fault(shown(name), *fault))
    refuse(faults)


def refuse(faults: Collection[Fault]) -> None:
    """``DomainError`` with the first fifty of these faults, if there are any."""
    if faults:
        raise DomainError("invalid", _("Ada isian yang perlu diperbaiki."), faults=tuple(faults)[:50])


def shown(name: str) -> str:
    """A name that came from outside, safe to put into an answer."""
    return name[:80].encode("utf-8", "backslashreplace").decode()


def text_fault(value: str) -> tuple[str, str] | None:
    """Code and words of what keeps ``value`` from being text."""
    try:
        clean_text(value)
    except ValidationError as error:
        return error.code or "invalid", str(error.message)
    return None


def _fault(name: str, values: list[str], known: Collection[str], may_be_empty: Collection[str]) -> tuple | None:
    if name not in known:
        return "unknown_parameter", _("Parameter ini tidak dikenal.")
    if len(values) > 1:
        return "repeated", _("Diisi lebih dari sekali.")
    if not values[0] and name not in may_be_empty:
        return "blank", _("Nilai tidak boleh kosong.")
    if len(values[0]) > (MAX_LIST if name.endswith("__in") else MAX_PARAMETER):
        return "too_long", _("Nilai terlalu panjang.")
    return text_fault(values[0])
