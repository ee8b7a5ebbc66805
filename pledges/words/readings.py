"""The table "Deadline words → date" of pledges.md: one pattern per row, in the order in which they are tried.

Each takes what it matched and when it was said, and gives a date, or None for words that name no day there is.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from pledges.words.normal import MONTH, MONTHS
from pledges.words.said import DeadlineRule as Rule
from pledges.words.said import Reading, Said

MOST_DAYS = 40_000
SYAWAL_DAYS = 30

_YEAR = (
    r"(?:\s*[-/,]?\s*(?:(?:tahun\s+anggaran|anggaran\s+tahun|apbd|ta|tahun)\s*)*(?P<year>\d{4})\b"
    r"|\s+tahun\s+(?P<rel>ini|depan)\b|\s+(?:ini|depan)\b)?"
)
_PART = r"\b(?P<part>awal|pertengahan|tengah|medio|akhir|penghujung|ujung|habis)\s+"
_REL = r"(?P<rel>ini|depan)\b"
_COUNT = r"(?<![\d,.\-])(?:\d{1,9}\s*(?:-|sampai|hingga|atau)\s*)?(?<![\d,.])(?P<n>\d{1,9})\s*"
_BUDGET = r"\b(?:apb[dn]|anggaran|tahun\s+anggaran|ta|dpa|rka)\b"
_REVISED = (
    r"\b(?:apb[dn]\s*-?\s*p|p\s*-?\s*apb[dn]|apb[dn]\s+perubahan|perubahan\s+apb[dn]|perubahan\s+anggaran"
    r"|anggaran\s+perubahan|anggaran\s+(?:(?:biaya|belanja)\s+)?tambahan|abt|perubahan)\b"
)
_EID = r"\b(?:(?:hari\s+raya\s+)?id[uh]l?\s*-?\s*fitri|(?:hari\s+raya\s+)?lebaran(?!\s+haji)|(?:bulan\s+)?syawal)\b"
_WHEN = r"\b(?:(?P<when>sebelum|menjelang|jelang|habis|abis|setelah|sesudah|usai|selepas|pasca)\s+)?"
_ORDER = {w: n for n, words in enumerate(("1 i pertama", "2 ii kedua", "3 iii ketiga", "4 iv keempat"), 1)
          for w in words.split()}  # fmt: skip
_ORDINAL = r"(?P<n>[1-4]|iv|i{1,3}|pertama|kedua|ketiga|keempat)\b"
_PARTS_OF_MONTH = {"awal": 10, "pertengahan": 20, "tengah": 20, "medio": 20}
_PARTS_OF_YEAR = {"awal": (4, 30), "tengah": (6, 30), "pertengahan": (8, 31), "medio": (8, 31)}

Match = re.Match[str]


def read(text: str, said: Said) -> Iterator[Reading]:
    """Every date the words name. What one pattern has taken the later ones no longer see."""
    for pattern, make in _PATTERNS:
        for match in list(pattern.finditer(text)):
            try:
                reading = make(match, said)
            except (ValueError, OverflowError):
                reading = None
            if reading:
                yield _before(reading, text[: match.start()])
        text = pattern.sub(lambda match: "§" * len(match[0]), text)


def duration_in(text: str, said: Said) -> Reading | None:
    """The date so many days, weeks, months or years after ``said``; None when the words hold no such span."""
    for pattern, make in _SPANS:
        match = pattern.search(text)
        if match:
            return make(match, said)
    return None


def _before(reading: Reading, ahead: str) -> Reading:
    """ "Sebelum Desember" ends on the last day of November."""
    if reading.opens is None or not re.search(r"\bsebelum\s+(?:tanggal\s+|bulan\s+|hari\s+)?$", ahead, re.IGNORECASE):
        return reading
    return Reading(reading.opens - timedelta(days=1), reading.rule, reading.named, gate=reading.gate)


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _months_after(day: date, months: int) -> date:
    """The same day of the month, or the last one there is."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _year(match: Match, said: Said) -> int | None:
    """The year the words name; None when they name none."""
    found = match.groupdict()
    if found.get("year"):
        return int(found["year"])
    return said.day.year + (found["rel"].lower() == "depan") if found.get("rel") else None


def _in_year(match: Match, said: Said, rule: Rule, of: Callable[[int], tuple[date, date]]) -> Reading:
    """A period that comes every year (``of(year)``: its first day and its due date): in the year named, or the next."""
    year = _year(match, said)
    if year is None:
        year = said.day.year + (of(said.day.year)[1] < said.day)
    opens, due = of(year)
    return Reading(due, rule, named=bool(match.groupdict().get("year")), opens=opens)


def _iso(match: Match, said: Said) -> Reading:
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    found = date(year + 2000 if len(match["y"]) == 2 else year, month, day)
    return Reading(found, Rule.EXACT_DATE, named=True, opens=found)


def _day_of_month(match: Match, said: Said) -> Reading:
    month, day = MONTHS[match["month"].lower()], int(match["d"])

    def of(year: int) -> tuple[date, date]:
        found = date(year, month, day)
        return found, found

    return _in_year(match, said, Rule.EXACT_DATE, of)


def _bare_day(match: Match, said: Said) -> Reading:
    first = said.day.replace(day=1)
    rel = (match["rel"] or "").lower()
    found = _months_after(first, rel == "depan").replace(day=int(match["d"]))
    if not rel and found < said.day:
        found = _months_after(first, 1).replace(day=int(match["d"]))
    return Reading(found, Rule.EXACT_DATE, opens=found)


def _part_of_named_month(match: Match, said: Said) -> Reading:
    month, part = MONTHS[match["month"].lower()], match["part"].lower()

    def of(year: int) -> tuple[date, date]:
        due = _part_of_month(year, month, part)
        return due + timedelta(days=1), due

    return _in_year(match, said, Rule.PART_OF_MONTH, of)


def _part_of_month(year: int, month: int, part: str) -> date:
    return date(year, month, _PARTS_OF_MONTH[part]) if part in _PARTS_OF_MONTH else _end_of_month(year, month)


def _part_of_this_month(match: Match, said: Said) -> Reading:
    part, rel = match["part"].lower(), (match["rel"] or "").lower()
    month = _months_after(said.day.replace(day=1), rel == "depan")
    due = _part_of_month(month.year, month.month, part)
    if due < said.day:
        month = month if rel else _months_after(month, 1)
        due = _end_of_month(month.year, month.month) if rel else _part_of_month(month.year, month.month, part)
    return Reading(due, Rule.PART_OF_MONTH)


def _part_of_year(match: Match, said: Said) -> Reading:
    month, day = _PARTS_OF_YEAR.get(match["part"].lower(), (12, 31))
    reading = _in_year(match, said, Rule.PART_OF_YEAR, lambda year: (date(year, month, day),) * 2)
    late = reading.due < said.day and not reading.named
    return Reading(date(reading.due.year, 12, 31) if late else reading.due, reading.rule, reading.named)


def _quarter(match: Match, said: Said) -> Reading:
    month = _ORDER[match["n"].lower()] * 3
    return _in_year(match, said, Rule.QUARTER_END, lambda y: (date(y, month - 2, 1), _end_of_month(y, month)))


def _semester(match: Match, said: Said) -> Reading | None:
    month = _ORDER[match["n"].lower()] * 6
    if month > 12:
        return None
    return _in_year(match, said, Rule.SEMESTER_END, lambda y: (date(y, month - 5, 1), _end_of_month(y, month)))


def _budget(match: Match, said: Said) -> Reading:
    year = _year(match, said) or said.day.year
    gate = date(year - 1, 11, 30)
    return Reading(date(year, 12, 31), Rule.BUDGET_YEAR, named=bool(match["year"]), opens=date(year, 1, 1), gate=gate)


def _revised_budget(match: Match, said: Said) -> Reading:
    year = _year(match, said) or said.day.year + ((said.day.month, said.day.day) > (9, 30))
    return Reading(date(year, 12, 31), Rule.REVISED_BUDGET, named=bool(match["year"]), gate=date(year, 9, 30))


def _working_days(match: Match, said: Said) -> Reading | None:
    count = int(match["n"])
    if not 0 < count <= MOST_DAYS:
        return None
    due = said.calendar.after(said.day, count)
    return Reading(due, Rule.WORKING_DAYS, provisional=not said.calendar.is_settled(said.day, due))


def _days(match: Match, said: Said) -> Reading | None:
    count, unit = int(match["n"]), match["unit"].lower()
    if not 0 < count <= MOST_DAYS:
        return None
    if unit in ("bulan", "tahun"):
        return Reading(_months_after(said.day, count * (12 if unit == "tahun" else 1)), Rule.SAME_DAY)
    return Reading(said.day + timedelta(days=count * (1 if unit in ("hari", "x24") else 7)), Rule.CALENDAR_DAYS)


def _tomorrow(match: Match, said: Said) -> Reading:
    days = {"hari ini": 0, "besok": 1, "lusa": 2}[" ".join(match[0].lower().split())]
    return Reading(said.day + timedelta(days=days), Rule.CALENDAR_DAYS)


def _week(match: Match, said: Said) -> Reading:
    monday = said.day - timedelta(days=said.day.weekday())
    opens = monday + timedelta(days=7 * ((match["rel"] or "").lower() == "depan"))
    return Reading(opens + timedelta(days=6), Rule.PERIOD_END, opens=opens)


def _period(match: Match, said: Said) -> Reading:
    """This or the next month, quarter, half-year or year."""
    unit = match["unit"].lower()
    months, rule = {
        "bulan": (1, Rule.PERIOD_END), "tahun": (12, Rule.PERIOD_END), "semester": (6, Rule.SEMESTER_END),
    }.get(unit, (3, Rule.QUARTER_END))  # fmt: skip
    first = date(said.day.year, (said.day.month - 1) // months * months + 1, 1)
    opens = _months_after(first, months * (match["rel"].lower() == "depan"))
    return Reading(_months_after(opens, months) - timedelta(days=1), rule, opens=opens)


def _whole_year(match: Match, said: Said) -> Reading:
    year = int(match["year"])
    return Reading(date(year, 12, 31), Rule.PERIOD_END, named=True, opens=date(year, 1, 1))


def _month(match: Match, said: Said) -> Reading:
    month = MONTHS[match["month"].lower()]
    return _in_year(match, said, Rule.MONTH_END, lambda year: (date(year, month, 1), _end_of_month(year, month)))


def _lebaran(match: Match, said: Said) -> Reading | None:
    year = _year(match, said)
    before = match["when"] is not None and match["when"].lower() in ("sebelum", "menjelang", "jelang")
    rule = Rule.BEFORE_LEBARAN if before else Rule.AFTER_LEBARAN
    around = date(year, 1, 1) if year else said.day
    for first, estimated in said.calendar.syawal(around):
        due = first + timedelta(days=-1 if before else SYAWAL_DAYS - 1)
        if first.year == year or (year is None and due >= said.day):
            return Reading(due, rule, named=bool(match["year"]), provisional=estimated)
    return None


def _tenure(match: Match, said: Said) -> Reading | None:
    return Reading(said.tenure_ends_on, Rule.END_OF_TENURE) if said.tenure_ends_on else None


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


TENURE = _pattern(r"\b(?:masa\s+jabatan|masa\s+bakti|periode\s+(?:jabatan|kepemimpinan)|akhir\s+periode)\b")
_UNITS = r"(?P<unit>hari|minggu|pekan|bulan|tahun)\b(?:\s+kalender)?(?:\s+(?:lagi|depan|kemudian))?"
_SPANS: tuple[tuple[re.Pattern[str], Callable[[Match, Said], Reading | None]], ...] = (
    (_pattern(_COUNT + r"hari\s+(?:kerja|efektif)\b"), _working_days),
    (_pattern(_COUNT + r"(?P<unit>x\s*24)\s*jam\b"), _days),
    (_pattern(_COUNT + _UNITS), _days),
)
_PATTERNS = (
    (_pattern(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"), _iso),
    (_pattern(r"(?<!\d)(?P<d>\d{1,2})\s*[/.-]\s*(?P<m>\d{1,2})\s*[/.-]\s*(?P<y>\d{4}|\d{2})(?!\d)"), _iso),
    (_pattern(rf"(?<!\d)(?P<d>\d{{1,2}})\s*[-/]?\s*(?P<month>{MONTH})\b" + _YEAR), _day_of_month),
    (_pattern(r"\btanggal\s+(?P<d>\d{1,2})\b(?:\s+bulan\s+" + _REL + ")?"), _bare_day),
    (_pattern(_WHEN + _EID + _YEAR), _lebaran),
    (TENURE, _tenure),
    (_pattern(_PART + rf"(?:bulan\s+)?(?P<month>{MONTH})\b" + _YEAR), _part_of_named_month),
    (_pattern(_PART + r"bulan\b(?:\s+" + _REL + ")?"), _part_of_this_month),
    (_pattern(_PART + r"(?:tahun(?:\s+anggaran)?\s+)?(?P<year>\d{4})\b"), _part_of_year),
    (_pattern(_PART + r"tahun(?:\s+anggaran)?\b(?:\s+" + _REL + ")?"), _part_of_year),
    (_pattern(r"\b(?:triwulan|tribulan|tw|kuartal|kwartal|q)\s*" + _ORDINAL + _YEAR), _quarter),
    (_pattern(r"\bsemester\s*" + _ORDINAL + _YEAR), _semester),
    (_pattern(_REVISED + _YEAR), _revised_budget),
    (_pattern(_BUDGET + r"\s*(?:(?:tahun\s+anggaran|murni|ta|tahun)\s*)*(?:(?P<year>\d{4})\b|" + _REL + ")"), _budget),
    (_pattern(rf"\b(?P<month>{MONTH})\b" + _YEAR), _month),
    *_SPANS,
    (_pattern(r"\b(?:hari\s+ini|besok|lusa)\b"), _tomorrow),
    (_pattern(r"\b(?:minggu|pekan)\s+" + _REL), _week),
    (_pattern(r"\bakhir\s+(?:minggu|pekan)\b(?P<rel>)"), _week),
    (_pattern(r"\b(?P<unit>bulan|tahun|semester|triwulan|kuartal|kwartal)\s+" + _REL), _period),
    (_pattern(r"\btahun\s+(?P<year>\d{4})\b"), _whole_year),
    (_pattern(r"(?<![\w/.,-])(?P<year>2[01]\d\d)$"), _whole_year),
)  # fmt: skip
