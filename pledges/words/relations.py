"""Before, after and since what is named, so and so long after the words: what is counted from a known day.

Source: the rules of pledges, "Deadline words": offsets before and after a known day are computed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from pledges.words.periods import DAY, month, months_after, one_day, period
from pledges.words.phrases import rule_of_offset
from pledges.words.said import DeadlineRule as Rule
from pledges.words.said import Named, Said, Span
from pledges.words.tokens import Token

MOST_DAYS = 40_000
MONTH_DAYS = 28
_UNITS = "tbwhj"
HOURS_A_DAY = 24


class Length:
    """So many days, or so many months, or so many working days; "1 tahun 6 bulan" is one length, from long to short.

    Of "2-3 bulan" it is the longer one, which comes later, or the shorter where it is counted back (``backward``).
    """

    def __init__(self, found: list[Token], *, backward: bool = False) -> None:
        self.days = self.months = self.working = 0
        counted: dict[str, int] = {}
        number, ordered, choice = 0, True, False
        for each in found:
            if each.kind == "N":
                number = min(number, each.value) if backward and choice else each.value
            elif each.kind == "K":
                self.working = counted.pop("h")
            elif each.kind in _UNITS:
                # "sehari dua hari" is one or two days
                ordered &= all(_UNITS.index(each.kind) >= _UNITS.index(unit) for unit in counted)
                ordered &= number >= counted.get(each.kind, 0)
                counted[each.kind] = number
            choice = each.kind in "-+"
        self.months = 12 * counted.get("t", 0) + counted.get("b", 0)
        self.days = 7 * counted.get("w", 0) + counted.get("h", 0) - (-counted.get("j", 0) // HOURS_A_DAY)
        self.unit = next(iter(counted)) if len(counted) == 1 else ""
        self.alone = ordered and not (self.working and counted)

    @property
    def readable(self) -> bool:
        """Neither nothing nor beyond any calendar, and in one order; working days stand alone."""
        return self.alone and 0 < max(self.days, self.months, self.working) <= MOST_DAYS


def after_said(length: Length, said: Said) -> Named | None:
    """So long after the words were said, which is day 0."""
    if not length.readable:
        return None
    if length.working:
        due = said.calendar.after(said.day, length.working)
        return Named((_settled(said.day, due, said),), Rule.WORKING_DAYS, around=one_day(due))
    rule = Rule.SAME_DAY if length.months else Rule.CALENDAR_DAYS
    due = months_after(said.day, length.months) + length.days * DAY
    return Named((one_day(due),), rule, around=_around(due, length.unit))


def _around(due: date, unit: str) -> Span:
    """The calendar week, month or year of ``due``; the day itself after other lengths than whole ones of these."""
    if unit == "t":
        return period(date(due.year, 1, 1), date(due.year, 12, 31))
    if unit == "b":
        return month(due.year, due.month)
    monday = due - due.weekday() * DAY
    return period(monday, monday + 6 * DAY) if unit == "w" else one_day(due)


def _settled(start: date, due: date, said: Said) -> Span:
    return one_day(due, provisional=not said.calendar.is_settled(start, due))


def offset(length: Length, relation: str, named: Named, said: Said) -> Named | None:
    """So long before ("B"), after ("A") or since ("S") what is named."""
    if not length.readable or (length.working and relation == "B"):
        return None
    if relation == "B":
        return _counted(named, rule_of_offset(named), lambda span: _earlier(span, length))
    if length.working:
        return _later(named, Rule.WORKING_DAYS, lambda span: _working(span, length, said), said)
    return _later(named, rule_of_offset(named), lambda span: _after(span, length), said)


def days_from(days: int | None, named: Named, said: Said) -> Named | None:
    """H-7, H+7: so many days from the first day of what is named."""
    if days is None:
        return None
    count = timedelta(days=days)
    move: Callable[[Span], Span] = lambda span: one_day(span.opens + count, span.provisional)  # noqa: E731
    if days <= 0:
        return _counted(named, rule_of_offset(named), move)
    return _later(named, rule_of_offset(named), move, said)


def before(named: Named) -> Named:
    """ "Sebelum Desember" ends on the last day of November."""
    rule = Rule.BEFORE_LEBARAN if named.rule == Rule.AFTER_LEBARAN else named.rule
    spans = tuple(one_day(span.before, span.provisional) for span in named.spans)
    return replace(named, spans=spans, rule=rule)


def _counted(named: Named, rule: Rule, move: Callable[[Span], Span]) -> Named | None:
    if not all(span.fixed for span in named.spans):
        return None
    return replace(named, spans=tuple(move(span) for span in named.spans), rule=rule, gate=None)


def _later(named: Named, rule: Rule, move: Callable[[Span], Span], said: Said) -> Named | None:
    """What comes after the next one named. None where it may be meant of the last one too: that is doubt, no date."""
    moved = _counted(named, rule, move)
    if moved is None or not named.recurring:
        return moved
    past = [new for old, new in zip(named.spans, moved.spans, strict=True) if old.due < said.day]
    if any(span.due >= said.day for span in past):
        return None
    return replace(moved, spans=moved.spans[len(past) :])


def _earlier(span: Span, length: Length) -> Span:
    """Months before a month are that earlier month, to its end; all else is counted from the first day."""
    if length.months and (span.ends - span.opens).days >= MONTH_DAYS - 1 and not length.days:
        return one_day(months_after(span.opens, 1 - length.months) - DAY, span.provisional)
    return one_day(months_after(span.opens, -length.months) - length.days * DAY, span.provisional)


def _after(span: Span, length: Length) -> Span:
    """From the last day; months after a whole month end on the last day of a month."""
    if span.ends > span.opens and length.months:
        due = months_after(span.ends + DAY, length.months) - DAY
    else:
        due = months_after(span.ends, length.months)
    return one_day(due + length.days * DAY, span.provisional)


def _working(span: Span, length: Length, said: Said) -> Span:
    found = _settled(span.ends, said.calendar.after(span.ends, length.working), said)
    return replace(found, provisional=found.provisional or span.provisional)
