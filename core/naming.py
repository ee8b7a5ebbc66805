"""How texts name somebody: their names, numbers and addresses, in whatever dress, and texts without them.

Both are compared as they are read, not as they are typed: one case, no accents or apostrophes (``core.plain``), one
width, nothing invisible. Names are whole words, together or apart, in any order of their words, with titles or without;
numbers their digits, whatever stands between these. What a name is abbreviated to is not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import permutations
from typing import Any

from django.db.models import Q

from core.identity import dialled, shown
from core.plain import plain

GONE = "[dihapus]"
SHORTEST = 5
"""So many letters a name or number has at least to be looked for in texts."""
_NUMBER = re.compile(r"\+?[\d\s.()/\-]+")
_WORD = re.compile(r"[^\W_]+")
_BEFORE = frozenset({"prof", "dr", "drs", "dra", "ir", "h", "hj", "kh", "apt", "ns"})
"""Titles in front of a name; what stands behind a comma are titles too."""
_BEHIND = re.compile(r",|\s(?=[SMDA]\.(?:[A-Z][a-z]{0,4}|[A-Z]{2,4})\b)")
_MOST_WORDS = 4
"""A name of so many words is found in every order of them, a longer one turned round only."""
_BETWEEN = r"[^0-9A-Za-z]*"
_SOME_BETWEEN = "[^0-9A-Za-z]{0,3}"
_UNPLAIN = r"[^ -~\t\n\r]|\\u"
"""Text that the database cannot compare: letters beyond ASCII, in JSON also written as escapes."""


class Known:
    """The names, numbers and addresses by which somebody is known.

    ``others``: the names of everybody else. What somebody else is called too is not looked for, nor a name that is a
    part of another's where that one is named. What is shorter than ``SHORTEST`` would be found everywhere.
    """

    def __init__(self, *values: str, others: Iterable[str] = ()) -> None:
        numbers = {each for each in values if _NUMBER.fullmatch(each)}
        told = sorted(each for each in numbers if len(_digits(each)) >= SHORTEST)
        self._numbers = [re.compile(_number(each)) for each in told]
        taken = {"".join(_words(each)) for name in others for each in (name, _untitled(name))}
        self._names = {
            name for value in values if value not in numbers for name in _called(value, taken) if len(name) >= SHORTEST
        }
        self._spared = {each for each in taken if any(name in each for name in self._names)}
        self._longest = max(map(len, self._names | self._spared), default=0)
        self._probes = [_SOME_BETWEEN.join(each) for each in (*map(_digits, told), *sorted(self._names))]

    def names_in(self, value: Any) -> bool:
        """Whether ``value``, be it nested JSON, names the person."""
        return self.without(value) != value

    def without(self, value: Any) -> Any:
        """``value`` with ``GONE`` in each place where it names the person."""
        if isinstance(value, str):
            return self._cleared(value)
        if isinstance(value, list):
            return [self.without(each) for each in value]
        if isinstance(value, dict):
            return {self.without(name): self.without(each) for name, each in value.items()}
        if isinstance(value, int) and not isinstance(value, bool) and self._cleared(str(value)) == GONE:
            return GONE
        return value

    def rows(self, columns: Collection[str]) -> Q:
        """The condition that one of ``columns`` may name the person; ``names_in`` tells for certain."""
        found = Q(pk__in=[])
        pattern = "|".join([*self._probes, _UNPLAIN])
        for column in columns if self._probes else ():
            found |= Q(**{f"{column}__iregex": pattern})
        return found

    def _cleared(self, text: str) -> str:
        read, places = _read(text)
        spans = [found.span() for pattern in self._numbers for found in pattern.finditer(read)]
        spans += self._named(read)
        for begin, end in sorted(spans, reverse=True):
            last = places[end - 1] + 1
            while last < len(text) and unicodedata.combining(text[last]):
                last += 1
            text = text[: places[begin]] + GONE + text[last:]
        return text

    def _named(self, read: str) -> Iterator[tuple[int, int]]:
        """Where the person is named in a text as it is read; the longest name that begins at a word goes before."""
        words = [found.span() for found in _WORD.finditer(read)] if self._names else []
        at = 0
        while at < len(words):
            name, after, mine = "", at + 1, False
            for number in range(at, len(words)):
                name += read[slice(*words[number])]
                if len(name) > self._longest:
                    break
                if name in self._names or name in self._spared:
                    after, mine = number + 1, name in self._names
            if mine:
                yield words[at][0], words[after - 1][1]
            at = after


def _called(value: str, taken: set[str]) -> set[str]:
    """All that a name or address may be written as, its letters alone, but for what somebody else is called."""
    found: set[str] = set()
    for name in (value, _untitled(value)):
        words = _words(name)
        if "".join(words) in taken:
            continue
        orders: Iterable[tuple[str, ...]] = {tuple(words)}
        if "@" not in value:
            turned = {(*words[cut:], *words[:cut]) for cut in range(len(words))} | {tuple(reversed(words))}
            orders = permutations(words) if len(words) <= _MOST_WORDS else turned
        found |= {"".join(order) for order in orders}
    return found - taken


def _untitled(name: str) -> str:
    words = _BEHIND.split(name)[0].split()
    while len(words) > 1 and plain(words[0]).rstrip(".") in _BEFORE:
        words = words[1:]
    return " ".join(words)


def _words(text: str) -> list[str]:
    return _WORD.findall(_read(text)[0])


def _digits(number: str) -> str:
    """The digits of a number that every way to write it has."""
    kept = dialled(number)
    return kept[3:] if kept.startswith("+62") else re.sub(r"\D", "", number)


def _number(value: str) -> str:
    """The pattern of a number in a text as it is read: of a telephone in any way to write it."""
    telephone = rf"(?:\+?6{_BETWEEN}2{_BETWEEN}(?:0{_BETWEEN})?|0{_BETWEEN})?"
    begin = telephone if dialled(value).startswith("+62") else r"\+?"
    return rf"(?<!\d){begin}{_BETWEEN.join(_digits(value))}(?!\d)"


def _read(text: str) -> tuple[str, list[int]]:
    """A text as it is read, and for each of its letters the place in ``text`` that it comes from."""
    letters, places = [], []
    for place, sign in enumerate(text):
        for letter in _sign(sign):
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


@lru_cache(maxsize=4096)
def _sign(sign: str) -> str:
    seen = plain("".join(map(shown, unicodedata.normalize("NFKC", sign))))
    return "".join(str(unicodedata.digit(each, each)) for each in seen if not unicodedata.combining(each))
