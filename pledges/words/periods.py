"""Days, months, years: what comes every year or once, as occurrences of which the words name one."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from pledges.words.said import DeadlineRule as Rule
from pledges.words.said import Named, Said, Span

DAY = timedelta(days=1)
SYAWAL_DAYS, RAMADAN_DAYS = 30, 29
"""Counted so that no date comes early while the month's length is not decreed: Syawal ends, Ramadan begins late."""
FIXED_DAYS = {"natal": (25, 12), "tahun_baru": (1, 1), "hut_ri": (17, 8)}
PROCLAIMED = 1945
PARTS_OF_MONTH = {"awal": 10, "pertengahan": 20, "tengah": 20}
PARTS_OF_YEAR = {"awal": (4, 30), "tengah": (6, 30), "pertengahan": (8, 31)}


def end_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def months_after(day: date, months: int) -> date:
    """The same day of the month, or the last one there is."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def one_day(day: date, provisional: bool = False) -> Span:
    return Span(day, day, day, day - DAY, provisional=provisional)


def period(opens: date, ends: date) -> Span:
    return Span(opens, ends, ends, opens - DAY)


def part(opens: date, due: date, last: bool) -> Span:
    """A part of a period; days are counted only from its end, and "sebelum akhir tahun" is that end."""
    return Span(due if last else opens, due, due, due, fixed=last)


def month(year: int, number: int) -> Span:
    return period(date(year, number, 1), end_of_month(year, number))


def part_of_month(year: int, number: int, name: str) -> Span:
    first, last = date(year, number, 1), name == "akhir"
    return part(first, end_of_month(year, number) if last else first.replace(day=PARTS_OF_MONTH[name]), last)


def part_of_year(year: int, name: str) -> Span:
    return part(date(year, 1, 1), date(year, *PARTS_OF_YEAR.get(name, (12, 31))), name == "akhir")


def week_of_month(year: int, number: int, which: int | None) -> Span | None:
    """Week n ends on the nth Sunday, the last (``None``) on the last day. None where there is no such week."""
    first, last = date(year, number, 1), end_of_month(year, number)
    if which is None:
        return period(last - last.weekday() * DAY, last)
    sunday = first + (6 - first.weekday()) * DAY + (which - 1) * 7 * DAY
    opens = max(first, sunday - 6 * DAY)
    return period(opens, min(sunday, last)) if which > 0 and opens <= last else None


def named_day(name: str, year: int, said: Said) -> list[Span]:
    """The occurrences in ``year`` of a feast or a fixed day. Source: the rules of pledges, "Deadline words"."""
    if name in FIXED_DAYS or name == "hari_jadi":
        found = FIXED_DAYS.get(name) or said.calendar.anniversary
        return [one_day(date(year, found[1], found[0]))] if found else []
    feast = "idul_fitri" if name == "ramadan" else name
    shape = {"idul_fitri": _lebaran, "ramadan": _ramadan}.get(name, one_day)
    around = said.calendar.feast(feast, date(min(year + 1, date.max.year), 1, 1))
    return [span for span in (shape(day, estimated) for day, estimated in around) if span.opens.year == year]


def _lebaran(first: date, estimated: bool) -> Span:
    return Span(first, first, first + (SYAWAL_DAYS - 1) * DAY, first - DAY, provisional=estimated)


def _ramadan(syawal: date, estimated: bool) -> Span:
    opens, ends = syawal - RAMADAN_DAYS * DAY, syawal - DAY
    return Span(opens, ends, ends, opens - DAY, provisional=estimated)


def every_year(
    said: Said,
    rule: Rule,
    of: Callable[[int], list[Span]],
    *,
    year: int | None,
    relative: str = "",
    year_said: bool = False,
) -> Named | None:
    """What comes every year: in ``year`` where one was said; else the next, after ``relative`` "I" (ini) that of this
    year, after "D" (depan) the next one and never the running one."""
    if year is not None or relative == "I":
        spans = of(year if year is not None else said.day.year)
        return Named(tuple(spans), rule, year_said=year_said) if spans else None
    years = range(max(said.day.year - 1, date.min.year), min(said.day.year + 3, date.max.year) + 1)
    spans = [span for each in years for span in of(each) if relative != "D" or span.opens > said.day]
    return Named(tuple(spans), rule, recurring=True) if spans else None


def meant(named: Named, day: date) -> Span | None:
    """The occurrence that the words mean: the only one, of several the first that is not past on ``day``."""
    if not named.recurring:
        return named.spans[-1] if named.spans else None
    return next((span for span in named.spans if span.due >= day), None)
