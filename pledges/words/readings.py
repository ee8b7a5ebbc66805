"""From words to dates: what is named is put in the place of its words, until nothing of time is left unread.

A phrase is read wholly or not at all. First ``phrases`` read what is named, then ``relations`` what is counted from it;
each puts a reading in the place of the words it took. A word of time that is still there then has been read by no rule,
and the phrase has no date. Source: the rules of pledges, "What is not understood gives no date".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pledges.words import relations
from pledges.words.lexicon import TIMES, WEAK
from pledges.words.periods import meant
from pledges.words.phrases import RULES, Words
from pledges.words.relations import Length
from pledges.words.said import Named, Reading, Said
from pledges.words.tokens import Token, kinds, tokens

SPAN = r"(?:(?:N[-+])*N[hwbtj]K?)+"
Tokens = list[Token]


@dataclass(frozen=True)
class Phrase:
    """What was read of a text, and the words of time in it that no rule read."""

    readings: list[Reading]
    unread: Tokens
    row: Tokens

    @property
    def times(self) -> Tokens:
        """Readings and unread words, in order: the phrase that names the time."""
        return [each for each in self.row if each.kind == "*" or each in self.unread]


def read(text: str, said: Said) -> Phrase:
    """Every date the words name, and every word of time that is not understood."""
    row = tokens(text)
    for pattern, name in RULES:
        row = _put(row, pattern, lambda found, name=name: name(Words(found, said)))
    while (reduced := _related(row, said)) != row:
        row = reduced
    row = _put(row, re.compile(rf"A?{SPAN}[DI]?(?![BAS])"), lambda found: relations.after_said(Length(found), said))
    row = _said_twice(_ranges(row), said)
    unread = _unread(row)
    named = [each.value for each in row if each.kind == "*"]
    found = [(each, meant(each, said.day)) for each in named]
    unread += [each for each in row if each.kind == "*" and meant(each.value, said.day) is None]
    readings = [
        Reading(span.due, each.rule, each.year_said, each.gate, span.provisional) for each, span in found if span
    ]
    return Phrase(readings, unread, row)


def length_in(text: str) -> Length | None:
    """So many days, weeks, months or years; None when the words hold none, or more than one."""
    row = tokens(text)
    found = list(re.finditer(SPAN, kinds(row)))
    return Length(row[slice(*found[0].span())]) if len(found) == 1 else None


def _related(row: Tokens, said: Said) -> Tokens:
    """The first thing that is counted from what is named, put in the place of its words."""

    def spans(found: Tokens) -> Named | None:
        length = Length(found[:-2], backward=found[-2].kind == "B")
        return relations.offset(length, found[-2].kind, found[-1].value, said)

    def days(found: Tokens) -> Named | None:
        kind, days = found[-2].kind, found[0].value
        against = days is None or (kind == "B" and days > 0) or (kind == "A" and days < 0)
        return None if against else relations.days_from(days, found[-1].value, said)

    def before(found: Tokens) -> Named | None:
        return found[1].value if found[-1].kind == "e" else relations.before(found[1].value)

    for pattern, make in ((rf"{SPAN}[BAS]\*", spans), (r"H[BA]?\*", days), (r"(?<![hwbtjKH])B\*e?", before)):
        reduced = _put(row, re.compile(pattern), make)
        if reduced != row:
            return reduced
    return row


def _put(row: Tokens, pattern: re.Pattern[str], name: Callable[[Tokens], Named | None]) -> Tokens:
    """``row`` with a reading in the place of all that ``pattern`` matches and ``name`` can name."""
    made: Tokens = []
    done = 0
    for match in pattern.finditer(kinds(row)):
        found = row[slice(*match.span())]
        try:
            named = name(found)
        except (ValueError, OverflowError):
            named = None
        if named:
            made += [*row[done : match.start()], _reading(found, named)]
            done = match.end()
    return [*made, *row[done:]]


def _reading(found: Tokens, named: Named) -> Token:
    return Token("*", "", min(each.start for each in found), max(each.end for each in found), named)


def _ranges(row: Tokens) -> Tokens:
    """Of a range its end: "dari awal Januari sampai akhir Maret"."""
    return _put(row, re.compile(r"[Sm]?(?:\*,?-)+\*"), lambda found: found[-1].value)


def _said_twice(row: Tokens, said: Said) -> Tokens:
    """ "Tahun depan (2027)": readings side by side that come to one day are one."""

    def one(found: Tokens) -> Named | None:
        spans = [meant(each.value, said.day) for each in found]
        return found[0].value if len({span.due if span else None for span in spans}) == 1 else None

    return _put(row, re.compile(r"\*\*+"), one)


def _unread(row: Tokens) -> Tokens:
    """The words of time that are left; numbers and ordinals only inside the phrase or beside it.

    Two readings side by side, with nothing to say how they belong together, are not understood either.
    """
    line = kinds(row)
    strong = [place for place, kind in enumerate(line) if kind in TIMES - WEAK]
    if not strong:
        return []
    left = [place for place in strong if line[place] != "*"]
    left += [place for place, kind in enumerate(line) if kind in WEAK and _is_inside(place, line, strong)]
    left += [match.start() for match in re.finditer(r"\*(?=\*)", line)]
    for clause in re.finditer(r"[^,]+", line):
        floors = re.finditer("[fm]", clause[0]) if set(clause[0]) & TIMES else ()
        left += [clause.start() + floor.start() for floor in floors]
    return [row[place] for place in sorted(set(left))]


def _is_inside(place: int, line: str, strong: list[int]) -> bool:
    near = line[:place].rstrip(",-+NOL"), line[place + 1 :].lstrip(",-+NOL")
    beside = near[0][-1:] in TIMES - WEAK if near[0] else False
    beside = beside or (near[1][:1] in TIMES - WEAK if near[1] else False)
    return beside or strong[0] < place < strong[-1]
