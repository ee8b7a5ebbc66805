"""Days and years as people and programs write them in a cell. Sources: domain.md section 9."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import clock
from core.days import Month
from core.numbers import Unread
from documents.intake.marks import Cell
from documents.intake.spellings import is_absent, plain
from pledges.words.normal import MONTHS

FIRST_YEAR = 1945
_DAY_ZERO = date(1899, 12, 30)
_COUNTED = (25_569, 109_574)
"""1970 to 2199 as Excel counts days."""
_WEEKDAY = re.compile(r"^(senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad),?\s+")
_TIME = re.compile(r"[ t]\d{2}[:.]\d{2}([:.]\d{2})?(\.\d+)?(?P<zone>z|[+-]\d{2}:?\d{2})?(\s*(wib|wita|wit))?$")
_FORMS = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[-/. ](?P<month>\d{1,2})[-/. ](?P<year>\d{4})"),
    re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"),
    re.compile(r"(?P<day>\d{1,2})[\s/-]*(?P<name>[a-z]+)\.?[\s/-]*(?P<year>\d{4}|\d{2})"),
)


def day(cell: Cell) -> date | None:
    """A day that has come: ``17/11/2023``, ``17 November 2023``, ``2023-11-17``, a date cell or its serial number."""
    return _plausible(_day(cell), future=False)


def any_day(cell: Cell) -> date | None:
    """A day, past or to come."""
    return _plausible(_day(cell), future=True)


def written(text: str) -> date:
    """A day, past or to come, that must stand there."""
    found = any_day(text)
    if found is None:
        raise unread_day()
    return found


def unread_day() -> Unread:
    return Unread("invalid_date", _("Tulis tanggal sebagai 17/11/2023, 17 November 2023 atau 2023-11-17."))


def day_or_year(cell: Cell) -> date | int | None:
    """A day; a ``Month``; or a year alone as a number: which day of it is not known."""
    value = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else cell
    if isinstance(value, str):
        if re.fullmatch(r"\s*\d{4}\s*", value):
            return year(value)
        found = re.fullmatch(r"([a-z]+)\.?[\s/-]*(\d{4})", value.strip().lower())
        if found and (month := MONTHS.get(found[1])):
            return _plausible(Month(int(found[2]), month, 1), future=False)
    return day(cell)


def year(cell: Cell) -> int | None:
    """A year that has begun, alone or of a day."""
    if isinstance(cell, date):
        return _of(day(cell))
    value = plain(cell)
    if is_absent(value) or not value.strip("0"):
        return None
    if not re.fullmatch(r"\d{4}", value) and (found := _written_day(value)):
        return _of(_plausible(found, future=False))
    if not re.fullmatch(r"\d{4}", value) or not FIRST_YEAR <= int(value) <= clock.today().year:
        detail = _("Tahun harus %(low)s sampai %(high)s.") % {"low": FIRST_YEAR, "high": clock.today().year}
        raise Unread("wrong_year", detail)
    return int(value)


def _of(found: date | None) -> int | None:
    return found.year if found else None


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float) and cell.is_integer() and _COUNTED[0] <= cell <= _COUNTED[1]:
        return _DAY_ZERO + timedelta(days=int(cell))
    value = plain(cell)
    if is_absent(value) or re.fullmatch(r"[0/.\-: ]+", value):
        return None
    found = _written_day(value)
    if found is None:
        raise unread_day()
    return found


def _written_day(value: str) -> date | None:
    lean = _WEEKDAY.sub("", value.strip().lower())
    if (told := _TIME.search(lean)) and told["zone"]:
        return _moment(lean)
    lean = _TIME.sub("", lean)
    match = next((found for form in _FORMS if (found := form.fullmatch(lean))), None)
    if match is None:
        return None
    parts = match.groupdict()
    written = parts["year"]
    whole = int(written) if len(written) == 4 else _century(int(written))
    month = MONTHS.get(parts["name"], 0) if "name" in parts else int(parts["month"])
    try:
        return date(whole, month, int(parts["day"]))
    except ValueError:
        return None


def _century(two: int) -> int:
    """A year of two digits, which has begun."""
    return 2000 + two if 2000 + two <= clock.today().year else 1900 + two


def _moment(value: str) -> date | None:
    """The local day of a moment that names its zone, as programs store it."""
    try:
        return timezone.localtime(datetime.fromisoformat(value.replace(" ", "T", 1).upper())).date()
    except ValueError:
        return None


def _plausible(value: date | None, *, future: bool) -> date | None:
    if value is None:
        return None
    last = clock.today() if not future else date(2200, 12, 31)
    if value > last:
        raise Unread("in_the_future", _("Tanggal ini belum terjadi."))
    if value.year < FIRST_YEAR:
        raise Unread("wrong_year", _("Tahun harus %(low)s sampai %(high)s.") % {"low": FIRST_YEAR, "high": last.year})
    return value
