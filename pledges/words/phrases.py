"""What a row of classes names: the rows of the table "Deadline words → date" of the rules of pledges.

Each rule takes the words it matched, and gives what they name, or None for words that name no day there is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pledges.words import periods
from pledges.words.periods import DAY, every_year, meant, months_after, one_day, period
from pledges.words.said import FROM_THE_CALENDAR, Named, Said, Span
from pledges.words.said import DeadlineRule as Rule
from pledges.words.tokens import Token, kinds

YEAR = r"(?:[-+,]?[Ft]*(?:Y[-+])*Y[ID]?|,?F?tF?[ID]+|[ID]+)?"
OPENS = r"(?:[mS](?=t?b?T?[NMY]+-))?"
""" "Mulai" and "dari" before a range, of which the end counts."""
WEEKDAY = r"(?:h?W,?|w,|w(?=T)|(?<!w))"
ITS_WEEKDAY = r"(?:,?h?W)?"
DAYS, PART = r"(?:N[-+])*N", r"(?:P[-+])*P"
MONTHS = r"(?:b?(?:M-b?)+M|(?:(?<!B)b?(?:M[+,]b?)*|b?(?:M\+b?)*)M(?!-b?M))"
NTH = r"(?:[ON][-+])*[ON]"


@dataclass(frozen=True)
class Words:
    """The words that a rule matched, and when they were said."""

    found: list[Token]
    said: Said

    def has(self, *row: str) -> bool:
        return any(each in kinds(self.found) for each in row)

    def all(self, kind: str) -> list[Token]:
        return [each for each in self.found if each.kind == kind]

    def last(self, kind: str) -> Token:
        return self.all(kind)[-1]

    @property
    def year(self) -> int | None:
        """The year the words name, of a range the last; None when they name none. ``ValueError`` for two."""
        row = kinds(self.found)
        years = {each.value for place, each in enumerate(self.found) if re.match(r"Y(?![-+]t?Y)", row[place:])}
        years |= {self.said.day.year + (each == "D") for each in re.findall(r"tF?([ID])", row)}
        if len(years) > 1:
            raise ValueError(years)
        return next(iter(years), None)

    @property
    def relative(self) -> str:
        """ "I" for "ini", "D" for "depan"."""
        row = re.findall("[ID]", kinds(self.found))
        return row[0] if row else ""

    def every_year(self, rule: Rule, of: Callable[[int], Span | None]) -> Named | None:
        def there(year: int) -> list[Span]:
            try:
                span = of(year)
            except (ValueError, OverflowError):
                return []
            return [span] if span else []

        return every_year(self.said, rule, there, year=self.year, relative=self.relative, year_said=self.has("Y"))

    def once(self, span: Span, rule: Rule, gate: date | None = None) -> Named:
        return Named((span,), rule, year_said=self.has("Y", "G"), gate=gate)


def _exact(words: Words) -> Named | None:
    text = [int(number) for number in re.findall(r"\d+", words.last("G").said)]
    year, month, day = text if text[0] > 31 else reversed(text)
    found = words.once(one_day(date(year + 2000 if year < 100 else year, month, day)), Rule.EXACT_DATE)
    return _on_its_weekday(words, found)


def _day_of_month(words: Words) -> Named | None:
    days, month = [each.value for each in words.all("N")], words.last("M").value
    if days != sorted(days):
        return None
    return _on_its_weekday(words, words.every_year(Rule.EXACT_DATE, lambda year: one_day(date(year, month, days[-1]))))


def _on_its_weekday(words: Words, named: Named | None) -> Named | None:
    """A date beside another day of the week than its own is a contradiction."""
    weekday = words.last("W").value if words.has("W") else 6 if words.has("w") else None
    span = meant(named, words.said.day) if named and weekday is not None else None
    return named if weekday is None or (span and span.due.weekday() == weekday) else None


def _day_of_this_month(words: Words) -> Named | None:
    day, first = words.last("N").value, words.said.day.replace(day=1)
    if words.relative:
        return words.once(one_day(months_after(first, words.relative == "D").replace(day=day)), Rule.EXACT_DATE)
    found = [each.replace(day=day) for each in (first, months_after(first, 1)) if day <= _length(each)]
    return Named(tuple(one_day(each) for each in found), Rule.EXACT_DATE, recurring=True)


def _length(first: date) -> int:
    return periods.end_of_month(first.year, first.month).day


def _feast(words: Words) -> Named | None:
    named = next((each.value for each in words.found if each.kind in "EJ"), None)
    name = named or ("ramadan" if words.has("R") else "idul_fitri")
    year, year_said = words.year, words.has("Y")
    if words.has("O"):  # HUT RI ke-81
        if name != "hut_ri" or year is not None:
            return None
        year, year_said = periods.PROCLAIMED + words.last("O").value, True
    fixed = name in periods.FIXED_DAYS or name == "hari_jadi"
    rule = Rule.KNOWN_DAY if fixed else Rule.AFTER_LEBARAN if name == "idul_fitri" else Rule.FEAST

    def of(each: int) -> list[Span]:
        spans = periods.named_day(name, each, words.said)
        return [_part_of_ramadan(words, span) for span in spans] if words.has("P") else spans

    return every_year(words.said, rule, of, year=year, relative=words.relative, year_said=year_said)


def _part_of_ramadan(words: Words, whole: Span) -> Span:
    """ "Awal puasa" is over on the tenth, as "awal bulan" is; days are counted from its first."""
    name = words.last("P").value
    if name == "akhir":
        return replace(whole, opens=whole.ends, before=whole.ends)
    due = whole.opens + (periods.PARTS_OF_MONTH[name] - 1) * DAY
    first = name == "awal"
    return replace(whole, ends=whole.opens, due=due, before=whole.before if first else due, fixed=first)


def _tenure(words: Words) -> Named | None:
    ends = words.said.tenure_ends_on
    if ends is None or (words.has("P") and words.last("P").value != "akhir"):
        return None
    return words.once(periods.part(ends, ends, last=True), Rule.END_OF_TENURE)


def _week_of_month(words: Words) -> Named | None:
    if words.has("P") and words.last("P").value != "akhir":
        return None
    which = None if words.has("L") else words.last("O" if words.has("O") else "N").value
    if words.has("M"):
        month = words.last("M").value
        named = words.every_year(Rule.WEEK_OF_MONTH, lambda year: periods.week_of_month(year, month, which))
        return None if _may_be_a_sunday(words, named) else _never_running(words, named)
    first = months_after(words.said.day.replace(day=1), words.relative == "D")
    span = periods.week_of_month(first.year, first.month, which)
    return words.once(span, Rule.WEEK_OF_MONTH) if span else None


def _may_be_a_sunday(words: Words, named: Named | None) -> bool:
    """ "Minggu 4 Oktober" may be Sunday the fourth, where that is a Sunday, or the fourth week: doubt, no date."""
    span = meant(named, words.said.day) if named and words.has("N") else None
    return bool(span and span.due.replace(day=words.last("N").value).weekday() == 6)


def _part_of_month(words: Words) -> Named | None:
    month, name = words.last("M").value, words.last("P").value
    return _never_running(words, words.every_year(Rule.PART_OF_MONTH, lambda y: periods.part_of_month(y, month, name)))


def _never_running(words: Words, named: Named | None) -> Named | None:
    """ "Minggu kedua Agustus mendatang" said in August is not of this month, though that week is still to come."""
    if named is None or not named.recurring or words.relative != "D":
        return named
    running = words.said.day.replace(day=1)
    return replace(named, spans=tuple(span for span in named.spans if span.due.replace(day=1) != running))


def _part_of_this_month(words: Words) -> Named:
    name, first = words.last("P").value, words.said.day.replace(day=1)
    if words.relative:
        month = months_after(first, words.relative == "D")
        span = periods.part_of_month(month.year, month.month, name)
        late = span.due < words.said.day
        return words.once(periods.part_of_month(month.year, month.month, "akhir") if late else span, Rule.PART_OF_MONTH)
    months = [months_after(first, ahead) for ahead in (0, 1, 2)]
    spans = tuple(periods.part_of_month(month.year, month.month, name) for month in months)
    return Named(spans, Rule.PART_OF_MONTH, recurring=True)


def _part_of_year(words: Words) -> Named | None:
    name = words.last("P").value
    return words.every_year(Rule.PART_OF_YEAR, lambda year: periods.part_of_year(year, name))


def _months_of_year(unit: str, rule: Rule) -> Callable[[Words], Named | None]:
    """Quarters and half-years, by their number."""
    months = {"q": 3, "s": 6}[unit]

    def named(words: Words) -> Named | None:
        numbers = [each.value for each in words.found if each.kind in "NO"]
        month = numbers[-1] * months
        if numbers != sorted(numbers) or not 0 < month <= 12 or (words.has("P") and words.last("P").value != "akhir"):
            return None

        def of(year: int) -> Span:
            return _whole_or_end(words, period(date(year, month - months + 1, 1), periods.end_of_month(year, month)))

        return words.every_year(rule, of)

    return named


def _revised_budget(words: Words) -> Named:
    year = words.year
    if year is None:
        year = words.said.day.year + ((words.said.day.month, words.said.day.day) > (9, 30))
    return words.once(periods.part(date(year, 1, 1), date(year, 12, 31), False), Rule.REVISED_BUDGET, date(year, 9, 30))


def _budget(words: Words) -> Named:
    year = words.year
    if year is None:
        year = words.said.day.year + (words.relative == "D")
    return words.once(period(date(year, 1, 1), date(year, 12, 31)), Rule.BUDGET_YEAR, date(year - 1, 11, 30))


def _months(words: Words) -> Named | None:
    """One month; of several the last in a range, the latest of those of which one is meant.

    "Desember atau Januari 2027" leaves open of which year December is.
    """
    numbers = [each.value for each in words.all("M")]
    if words.has("-") or len(numbers) == 1:
        return words.every_year(Rule.MONTH_END, lambda year: periods.month(year, numbers[-1]))
    if words.year is not None and numbers != sorted(numbers):
        return None
    named = [words.every_year(Rule.MONTH_END, lambda year, n=n: periods.month(year, n)) for n in numbers]
    return max((each for each in named if each), key=lambda each: _due(each, words.said.day), default=None)


def _due(named: Named, day: date) -> date:
    span = meant(named, day)
    return span.due if span else date.min


def _week(words: Words) -> Named | None:
    if words.has("P") and words.last("P").value != "akhir":
        return None
    opens = words.said.day - words.said.day.weekday() * DAY + (words.relative == "D") * 7 * DAY
    return words.once(_whole_or_end(words, period(opens, opens + 6 * DAY)), Rule.PERIOD_END)


_LENGTHS = {
    "b": (1, Rule.PERIOD_END),
    "t": (12, Rule.PERIOD_END),
    "s": (6, Rule.SEMESTER_END),
    "q": (3, Rule.QUARTER_END),
}


def _running_or_next(words: Words) -> Named | None:
    """This or the next month, quarter, half-year or year; "akhir semester" is the end of this one."""
    if words.has("P") and words.last("P").value != "akhir":
        return None
    months, rule = next(found for unit, found in _LENGTHS.items() if words.has(unit))
    first = date(words.said.day.year, (words.said.day.month - 1) // months * months + 1, 1)
    opens = months_after(first, months * (words.relative == "D"))
    whole = period(opens, months_after(opens, months) - DAY)
    return words.once(_whole_or_end(words, whole), rule)


def _whole_or_end(words: Words, whole: Span) -> Span:
    """The period, or only its end ("akhir triwulan II"), from which days are then counted."""
    return periods.part(whole.ends, whole.ends, last=True) if words.has("P") else whole


def _year(words: Words) -> Named | None:
    years = [each.value for each in words.all("Y")]
    if years != sorted(years):
        return None
    return words.once(period(date(years[0], 1, 1), date(years[-1], 12, 31)), Rule.PERIOD_END)


def _weekday(words: Words) -> Named:
    """The next such day, today's included; "depan" is that of the next week: "Jumat depan" may be heard as either."""
    monday, weekday = words.said.day - words.said.day.weekday() * DAY, words.last("W").value
    if words.relative:
        return words.once(one_day(monday + (weekday + 7 * (words.relative == "D")) * DAY), Rule.WEEKDAY)
    next_one = one_day(words.said.day + (weekday - words.said.day.weekday()) % 7 * DAY)
    return Named((next_one,), Rule.WEEKDAY, recurring=True)


def _tomorrow(words: Words) -> Named:
    return words.once(one_day(words.said.day + timedelta(days=words.last("r").value)), Rule.CALENDAR_DAYS)


RULES: tuple[tuple[re.Pattern[str], Callable[[Words], Named | None]], ...] = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (rf"{WEEKDAY}T?G{ITS_WEEKDAY}", _exact),
        (rf"{WEEKDAY}{OPENS}(?:T{DAYS}[-,]?bM|T?{DAYS}[-,]?M){YEAR}{ITS_WEEKDAY}", _day_of_month),
        (rf"T{DAYS}(?:,?b[ID]+)?", _day_of_this_month),
        (rf"(?:(?<![hwbtjKH])A)?U{YEAR}", _feast),
        (rf"(?:(?:P[-+])*P)?b?R{YEAR}", _feast),
        (rf"EO?{YEAR}", _feast),
        (rf"J\.?{YEAR}", _feast),  # "Hari Jadi Bogor"
        (r"(?:Nt)?P?VI*", _tenure),
        (rf"P?w(?:{NTH}|L)b?M{YEAR}|b?M{YEAR},?w(?:{NTH}|L)", _week_of_month),
        (rf"P?w(?:{NTH}|L)b[ID]+|(?<!N)b[ID]+,?w(?:{NTH}|L)", _week_of_month),
        (rf"{PART}b?M{YEAR}", _part_of_month),
        (rf"{PART}b[ID]*", _part_of_this_month),
        (rf"{PART}(?:[tF]*(?:Y[-+])*Y|F?tF?[ID]*)", _part_of_year),
        (rf"P?q{NTH}{YEAR}", _months_of_year("q", Rule.QUARTER_END)),
        (rf"P?s{NTH}{YEAR}", _months_of_year("s", Rule.SEMESTER_END)),
        (rf"{OPENS}{MONTHS}{YEAR}", _months),
        (r"C(?:[tF]*Y|F*tF*[ID]+|[ID]+)?", _revised_budget),
        (r"t?F[tF]*(?:(?:Y[-+])*Y|[ID]+)", _budget),
        (r"h?W(?:w[ID]+|[ID]+)?", _weekday),
        (r"(?<!N)w[ID]+|Pw[ID]*", _week),
        (r"(?<![NK])[btqs][ID]+|P[qs][ID]*", _running_or_next),
        (rf"{OPENS}(?<!N)t(?:Y[-+]t?)*Y[ID]*|{OPENS}(?<![tN])(?:Y[-+]t?)*Y[ID]*", _year),
        (r"r", _tomorrow),
    )
)
"""In the order in which they are tried: what one has read the later ones no longer see."""


def rule_of_offset(named: Named) -> Rule:
    """A date counted from a feast moves with the calendar; one counted from another day does not."""
    return Rule.FEAST if named.rule in FROM_THE_CALENDAR else Rule.OFFSET
