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
from pledges.words.joining import Joining
from pledges.words.lexicon import TIMES, WEAK
from pledges.words.periods import meant
from pledges.words.phrases import RULES, Words
from pledges.words.relations import Length
from pledges.words.said import Named, Reading, Said
from pledges.words.tokens import Tokens, kinds, reading, tokens

SPAN = r"(?:(?:N[-+])*N[hwbtj]K?)+"


@dataclass(frozen=True)
class Phrase:
    """What was read of a text, and the words of time in it that are not understood: then it has no date."""

    reading: Reading | None
    unread: Tokens
    row: Tokens

    @property
    def times(self) -> Tokens:
        """Readings and unread words, in order: the phrase that names the time."""
        return [each for each in self.row if each.kind == "*" or each in self.unread]


def read(text: str, said: Said) -> Phrase:
    """The date the words name, and every word of time that is not understood."""
    raw = tokens(text)
    row = Joining(said, raw, _alone).joined(_named(raw, said))
    unread = _unread(row)
    named = [each.value for each in row if each.kind == "*"]
    span = meant(named[0], said.day) if len(named) == 1 else None
    if span is None:
        unread += [each for each in row if each.kind == "*" and each not in unread]
        return Phrase(None, unread, row)
    each, counted = named[0], named[0].around is not None
    return Phrase(Reading(span.due, each.rule, each.year_said, each.gate, span.provisional, counted), unread, row)


def _named(raw: Tokens, said: Said) -> Tokens:
    """``raw`` with a reading in the place of each time that is named or counted."""
    row = raw
    for pattern, name in RULES:
        row = _put(row, pattern, lambda found, name=name: name(Words(found, said)))
    while (reduced := _related(row, said)) != row:
        row = reduced
    return _put(row, re.compile(rf"A?{SPAN}[DI]?(?![BAS])"), lambda found: relations.after_said(Length(found), said))


def _alone(words: Tokens, said: Said) -> Named | None:
    row = _named(words, said)
    return row[0].value if kinds(row) == "*" else None


def length_of(text: str) -> Length | None:
    """The only length in ``text``; None when it holds none, or more than one."""
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
            made += [*row[done : match.start()], reading(found, named)]
            done = match.end()
    return [*made, *row[done:]]


def _unread(row: Tokens) -> Tokens:
    """The words of time that are left; numbers and ordinals only inside the phrase or beside it.

    Two readings with nothing to say how they belong together are not understood either.
    """
    line = kinds(row)
    strong = [place for place, kind in enumerate(line) if kind in TIMES - WEAK]
    if not strong:
        return []
    left = [place for place in strong if line[place] != "*"]
    left += [place for place, kind in enumerate(line) if kind in WEAK and _is_inside(place, line, strong)]
    left += [place for place in strong if line.count("*") > 1]
    for clause in re.finditer(r"[^,]+", line):
        floors = re.finditer("[fm]", clause[0]) if set(clause[0]) & TIMES else ()
        left += [clause.start() + floor.start() for floor in floors]
    return [row[place] for place in sorted(set(left))]


def _is_inside(place: int, line: str, strong: list[int]) -> bool:
    near = line[:place].rstrip(",-+NOL"), line[place + 1 :].lstrip(",-+NOL")
    beside = near[0][-1:] in TIMES - WEAK if near[0] else False
    beside = beside or (near[1][:1] in TIMES - WEAK if near[1] else False)
    return beside or strong[0] < place < strong[-1]
