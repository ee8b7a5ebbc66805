"""Two readings in one text: how they belong together. Where nothing tells it, both stay, and the text has no date.

They agree on one day; they are alternatives ("atau") or a range ("sampai"), of which the later counts; one is the limit
("paling lambat"), or what remains ("sisanya"); or one is a period and the other a day or a shorter period within it:
"dua tahun lagi, Desember". Source: the rules of pledges, "What is not understood gives no date".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from pledges.words.periods import DAY, meant
from pledges.words.said import DeadlineRule, Named, Said, Span
from pledges.words.tokens import Token, Tokens, kinds, reading

_TIGHT = re.compile(r"[Sm]?\*,?[-+],?\*")
_CLOSE = re.compile(r"\*,*\*")
_APART = re.compile(r"\*[,.cup+-]*\*")
_OF_TODAY = frozenset("IDYGr")
"""Words whose day hangs on the day said or on a year of their own, and never on a period named beside them."""


@dataclass(frozen=True)
class Joining:
    """``raw``: the words before they were read; ``again`` reads some of them as though said on another day."""

    said: Said
    raw: Tokens
    again: Callable[[Tokens, Said], Named | None]

    def joined(self, row: Tokens) -> Tokens:
        """``row`` with one reading in the place of each two that belong together, those that stand closest first."""
        for between, make in ((_TIGHT, self._tied), (_CLOSE, self._close), (_APART, self._apart)):
            done = 0
            while match := between.search(kinds(row), done):
                found = row[slice(*match.span())]
                first, last = (each for each in found if each.kind == "*")
                try:
                    named = make(first, last, found)
                except (ValueError, OverflowError):
                    named = None
                done = match.start() if named else match.start() + 1
                if named:
                    row = [*row[: match.start()], reading(found, named), *row[match.end() :]]
        return row

    def _tied(self, first: Token, last: Token, found: Tokens) -> Named | None:
        if "+" in kinds(found):
            return self._alternative(first, last)
        if any(each.kind == "-" and each.said == "-" for each in found):
            inner = self._within(first, last)
            if inner or self._within(last, first):
                return inner
        return self._range(first, last)

    def _alternative(self, first: Token, last: Token) -> Named | None:
        """The later; none where the last may share the period of the first: "5 bulan depan atau akhir bulan"."""
        shared = last.value.recurring and not first.value.recurring
        later = self._later(first, last)
        return None if shared and later is first.value else later

    def _close(self, first: Token, last: Token, _found: Tokens) -> Named | None:
        return self._agreed(first, last) or self._within(first, last) or self._within(last, first)

    def _apart(self, first: Token, last: Token, found: Tokens) -> Named | None:
        agreed = self._agreed(first, last)
        if agreed or any(each.kind == "u" for each in found):
            return agreed or self._later(first, last)
        limit = last if last.ceiling and not first.ceiling else first if first.ceiling and not last.ceiling else None
        return limit.value if limit and limit.value == self._later(first, last) else None

    def _agreed(self, first: Token, last: Token) -> Named | None:
        """Of two that come to one day the narrower: "tahun ini, akhir tahun" is no year in which more could lie."""
        one, other = self._due(first), self._due(last)
        if one is None or other is None or one.due != other.due:
            return None
        return last.value if other.opens > one.opens else first.value

    def _due(self, token: Token) -> Span | None:
        return meant(token.value, self.said.day)

    def _later(self, first: Token, last: Token) -> Named | None:
        """Of two that are both to come, or both named with a year that has passed."""
        one, other = self._due(first), self._due(last)
        if one is None or other is None or (one.due < self.said.day) != (other.due < self.said.day):
            return None
        return first.value if one.due > other.due else last.value

    def _range(self, first: Token, last: Token) -> Named | None:
        """Of a range its end; what begins later than that is none.

        Only between two dates it may have begun before the words: "28 Desember - 3 Januari".
        """
        start, end = self._due(first), self._due(last)
        dates = first.value.rule == last.value.rule == DeadlineRule.EXACT_DATE
        starts = first.value.spans if dates else (start,)
        ordered = end and any(each and each.opens <= end.due for each in starts)
        return last.value if ordered else None

    def _within(self, outer: Token, inner: Token) -> Named | None:
        """The day or the shorter period ``inner`` in the period ``outer``, where there is but one such in it.

        Of a period so and so long ahead, not before that: in August, "setahun lagi, Maret" may be either of two. And no
        length is within a period: "tahun ini, tiga bulan lagi" may mean either.
        """
        whole = outer.value.around or self._due(outer)
        if whole is None or not whole.fixed or whole.opens == whole.ends:
            return None
        words = [each for each in self.raw if inner.start <= each.start and each.end <= inner.end]
        if inner.value.recurring and not _OF_TODAY & set(kinds(words)):
            named = self.again(words, replace(self.said, day=whole.opens))
            span = meant(named, whole.opens) if named else None
            more = span and self.again(words, replace(self.said, day=span.due + DAY))
            another = more and span and meant(more, span.due + DAY)
            if another and another.due <= whole.ends:
                return None
        else:
            named, span = inner.value, None if inner.value.around else self._due(inner)
        counted = self._due(outer) if outer.value.around else None
        earliest = counted.due if counted else whole.opens
        if named is None or span is None or not earliest <= span.due <= whole.ends:
            return None
        said = outer.value.year_said or named.year_said
        return replace(named, spans=(span,), recurring=False, year_said=said, around=None)
