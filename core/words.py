"""How numbers, money, days and instants are said: plain text in the language of the reader.

A paper sets its own language around its making (``translation.override``). What needs a noun of the field to be said is
in ``wording``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.utils.dateformat import format as format_date
from django.utils.formats import get_format
from django.utils.translation import gettext, ngettext

from core import clock
from core.numbers import rupiah as rupiah
from core.numbers import thousands


def signed(number: int) -> str:
    """ "+3", "−2", "0"."""
    return f"+{thousands(number)}" if number > 0 else thousands(number).replace("-", "\N{MINUS SIGN}")


def decimal(number: float | Decimal) -> str:
    """With at most one decimal: "37,5", "25", "1.421,5"."""
    whole, tenths = divmod(round(number * 10), 10)
    return f"{thousands(whole)}{get_format('DECIMAL_SEPARATOR')}{tenths}" if tenths else thousands(whole)


def percent(number: float | Decimal) -> str:
    """ "37,5 %", on one line."""
    return f"{decimal(number)}\N{NO-BREAK SPACE}%"


def out_of(part: int, whole: int) -> str:
    """ "3 dari 40"."""
    return f"{thousands(part)} {gettext('dari')} {thousands(whole)}"


def runs(numbers: Sequence[int]) -> str:
    """Ascending numbers, neighbours together: ``1–3, 7``."""
    found = [[n for _place, n in run] for _gap, run in groupby(enumerate(numbers), lambda each: each[1] - each[0])]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in found)


def days(number: int) -> str:
    return ngettext("%(n)s hari", "%(n)s hari", number) % {"n": thousands(number)}


def age(number: int | None) -> str:
    """Days as people say them: "3 hari", "hampir 4 tahun"."""
    if number is None:
        return ""
    years, rest = divmod(number, 365)
    if number < 330:
        return days(number)
    if rest >= 330:
        said = ngettext("hampir %(n)s tahun", "hampir %(n)s tahun", years + 1) % {"n": years + 1}
    elif rest <= 30:
        said = ngettext("%(n)s tahun", "%(n)s tahun", years) % {"n": years}
    else:
        said = ngettext("lebih dari %(n)s tahun", "lebih dari %(n)s tahun", years) % {"n": years}
    return said


def since(day: date | None) -> str:
    """How long ago ``day`` is today."""
    return age(clock.days_past(day, clock.today())) if day else ""


def long_date(day: date | None) -> str:
    """ "17 November 2023"."""
    return format_date(day, "j F Y") if day else ""


def short_date(day: date | None) -> str:
    """ "17 Nov 2023"."""
    return format_date(day, "j M Y") if day else ""


def month(day: date) -> str:
    """ "November 2026"."""
    return format_date(day, "F Y")


def numeric_date(day: date) -> str:
    """ "17/11/2023"."""
    return f"{day:%d/%m/%Y}"


def span(first: date, last: date) -> str:
    """ "3 Maret 2025 – 5 Maret 2025"; a single day once."""
    return long_date(last) if first == last else f"{long_date(first)} – {long_date(last)}"


def zone(at: datetime) -> str:
    """The installation's zone as people say it: WIB, WITA, WIT."""
    return clock.local(at).tzname() or ""


def instant(at: datetime) -> str:
    """In the installation's zone, which is named: "12 Nov 2026 08.14 WIB"."""
    return f"{format_date(clock.local(at), 'j M Y H.i')} {zone(at)}"


def long_instant(at: datetime) -> str:
    """In the installation's zone, which is named: "17 November 2023 pukul 09.30 WIB"."""
    here = clock.local(at)
    return gettext("%(day)s pukul %(time)s") % {"day": long_date(here), "time": f"{here:%H.%M} {zone(at)}"}


def phone(number: str) -> str:
    """A number as people dial it: 0812-3456-7890."""
    digits = number.replace("+62", "0", 1)
    if not digits.isdigit() or len(digits) < 9:
        return number
    return "-".join((digits[:4], digits[4:8], digits[8:]))
