"""How things are said: badges, ages, money, telephone numbers, desks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.formats import get_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assets.states import AssetState, Condition, HandoverState
from core import clock
from core.numbers import rupiah as rupiah
from core.numbers import thousands
from pledges.states import Publication, Status

ZONES = {"+0700": "WIB", "+0800": "WITA", "+0900": "WIT"}
GOOD, SOON, LATE, CALM, BRAND = "good", "soon", "late", "calm", "brand"

PLEDGE_TONES = {
    Status.MERGED: CALM,
    Status.WITHDRAWN: CALM,
    Status.EXCUSED: CALM,
    Status.TAKEN_BACK: LATE,
    Status.KEPT_ON_TIME: GOOD,
    Status.KEPT_LATE: SOON,
    Status.KEPT_UNDATED: GOOD,
    Status.KEPT_ON_LATE_DATE: GOOD,
    Status.UNDATED: CALM,
    Status.NEEDS_DEADLINE: SOON,
    Status.DANGLING: SOON,
    Status.OVERDUE: LATE,
    Status.LONG_OVERDUE: LATE,
    Status.EXTENDED: SOON,
    Status.DUE_SOON: SOON,
    Status.ON_TRACK: BRAND,
}
PUBLICATION_TONES = {
    Publication.DRAFT: CALM,
    Publication.SUBMITTED: SOON,
    Publication.PUBLISHED: BRAND,
    Publication.REJECTED: LATE,
}
ASSET_TONES = {
    AssetState.RETIRED: CALM,
    AssetState.LOST: LATE,
    AssetState.IN_REPAIR: SOON,
    AssetState.ISSUED: BRAND,
    AssetState.HELD: SOON,
    AssetState.IN_STOCK: GOOD,
}
CONDITION_TONES = {Condition.GOOD: GOOD, Condition.LIGHTLY_DAMAGED: SOON, Condition.BADLY_DAMAGED: LATE}
HANDOVER_TONES = {
    HandoverState.PREPARED: SOON,
    HandoverState.HANDED_OVER: SOON,
    HandoverState.ACCEPTED: GOOD,
    HandoverState.DISPUTED: LATE,
    HandoverState.CANCELLED: CALM,
}
HANDOVER_WORDS = {HandoverState.HANDED_OVER: _("Menunggu konfirmasi penerima")}

DESKS = {
    "unit_head": _("Camat"),
    "verifier": _("Verifikator"),
    "approver": _("Kabid"),
    "asset_clerk": _("Pengurus Barang"),
    "requester": _("Pengusul"),
    "receiver": _("Penerima"),
    "publisher": _("PPID"),
    "decider": _("Sekda"),
}

NUMBERS = re.compile(r"((?<!\S)(?=\S*\d)(?!\S*:/)[^\s/-]+(?:[/-][^\s/-]+){2,})")
LONG_NUMBER = 16


def badge(words: Any, tone: str = CALM) -> SafeString:
    return format_html('<span class="g-badge g-{}">{}</span>', tone, words)


def unbroken(text: Any) -> SafeString:
    """``text`` with every document number in it kept on one line where the line is long enough."""
    if isinstance(text, SafeString):
        return text
    parts = NUMBERS.split(str(text))  # every second one is a number
    return format_html_join("", "{}", ((_document_number(part) if n % 2 else part,) for n, part in enumerate(parts)))


def _document_number(text: str) -> SafeString:
    return format_html('<span class="g-doc{}">{}</span>', " g-long" if len(text) > LONG_NUMBER else "", text)


def condition_badge(condition: str) -> SafeString:
    known = Condition(condition)
    return badge(known.label, CONDITION_TONES[known])


def handover_badge(state: str) -> SafeString:
    known = HandoverState(state)
    return badge(HANDOVER_WORDS.get(known, known.label), HANDOVER_TONES[known])


def days(number: int) -> str:
    return ngettext("%(n)s hari", "%(n)s hari", number) % {"n": thousands(number)}


def age(number: int | None) -> str:
    """Days as people say them: "3 hari", "1.421 hari (hampir 4 tahun)"."""
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
    return age((clock.today() - day).days) if day else ""


def desk(role: str) -> str:
    """ "sekarang di meja …"."""
    return gettext("Sekarang di meja %(desk)s") % {"desk": DESKS[role]}


def at_desk(role: str) -> str:
    return gettext("di meja %(desk)s") % {"desk": DESKS[role]}


def decimal(number: float | Decimal) -> str:
    """With at most one decimal: "37,5", "25", "1.421,5"."""
    whole, tenths = divmod(round(number * 10), 10)
    return f"{thousands(whole)}{get_format('DECIMAL_SEPARATOR')}{tenths}" if tenths else thousands(whole)


def percent(number: float | Decimal) -> str:
    """ "37,5 %", on one line."""
    return f"{decimal(number)}\N{NO-BREAK SPACE}%"


def runs(numbers: Sequence[int]) -> str:
    """Ascending numbers, neighbours together: ``1–3, 7``."""
    found = [[n for _place, n in run] for _gap, run in groupby(enumerate(numbers), lambda each: each[1] - each[0])]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in found)


def on_one_line(text: Any) -> SafeString:
    """For a narrow column: a sum of money is not broken."""
    return format_html('<span class="g-nowrap">{}</span>', text)


def long_date(day: date | None) -> str:
    return format_date(day, "j F Y") if day else ""


def short_date(day: date | None) -> str:
    return format_date(day, "j M Y") if day else ""


def instant(at: datetime) -> str:
    """An instant in the installation's zone, which is named: "12 Nov 2026 08.14 WIB"."""
    local = timezone.localtime(at)
    return f"{format_date(local, 'j M Y H.i')} {ZONES.get(local.strftime('%z'), local.strftime('%z'))}"


def phone(number: str) -> str:
    """A number as people dial it: 0812-3456-7890."""
    digits = number.replace("+62", "0", 1)
    if not digits.isdigit() or len(digits) < 9:
        return number
    return "-".join((digits[:4], digits[4:8], digits[8:]))
