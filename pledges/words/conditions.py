"""What a promise hangs on, apart from what was said of time without it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pledges.words.lexicon import TIMES, WEAK
from pledges.words.readings import SPAN, Phrase, length_of, read
from pledges.words.relations import Length
from pledges.words.said import DeadlineRule, Said
from pledges.words.tokens import Tokens, kinds, tokens

_CONDITION = re.compile(
    r"\b(?:kalau|kalo|klo|jika|jikalau|bila|bilamana|apabila|asal|asalkan|andai|seandainya|begitu|manakala|ketika"
    r"|tergantung|bergantung|menunggu|nunggu|tunggu|dengan\s+syarat|dengan\s+catatan)\s+[^,;]*",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(r"\S+\s+(?:tidak|bukan|tak|belum|gak|nggak|enggak|ndak)\b", re.IGNORECASE)
_AFTER = re.compile(f"({SPAN})?(?:A|(?<=[hwbtjK])S)")
_TIME = re.compile(rf"T?[{''.join(sorted(TIMES - WEAK - set('FCTX')))}]|TN|NX")
_OF_MONEY = (DeadlineRule.BUDGET_YEAR, DeadlineRule.REVISED_BUDGET)
"""A budget is a year, and is adopted: "setelah APBD 2027" hangs on that."""


@dataclass(frozen=True)
class Clauses:
    """``condition`` ("setelah APBD disahkan"; empty for none), ``span``: how long after it ("30 hari"), and ``rest``,
    the words that do not hang on it, read as ``phrase``."""

    condition: str
    span: Length | None
    rest: str
    phrase: Phrase


def parted(text: str, said: Said) -> Clauses:
    """The condition and the rest of a text in plain form.

    A time is no condition: "setelah Maret" and "menunggu bulan depan" have none, and no date either.
    Beside several conditions, or another time for want of the first ("kalau tidak tahun ini, tahun depan"), nothing is
    sure to hang on none, and ``rest`` is empty. A
    bare length beside a condition ("kalau ada anggaran, dalam 30 hari") is counted from it too: the later reading.
    """
    found = _CONDITION.findall(text)
    condition, rest = found[0].strip() if found else "", _CONDITION.sub(",", text).strip(" ,;")
    if len(found) > 1 or (_OTHERWISE.match(condition) and (TIMES - WEAK) & set(kinds(tokens(condition)))):
        rest = ""
    phrase = read(rest, said)
    if condition and _names_a_time(read(condition.partition(" ")[2], said).row):
        return Clauses("", None, "", Phrase(None, phrase.unread, phrase.row))
    span = None
    after = next((each for each in _AFTER.finditer(kinds(phrase.row)) if not _is_time(phrase.row[each.end() :])), None)
    if after:
        start, at = phrase.row[after.start()].start, phrase.row[after.end() - 1].start
        end = next((sign.start() for sign in re.compile("[,;]").finditer(rest, at)), len(rest))
        condition = condition or rest[at:end].strip()
        span = Length(phrase.row[slice(*after.span(1))]) if after[1] else None
        rest = f"{rest[:start].rstrip(' ,;')}, {rest[end:].lstrip(' ,;')}".strip(" ,;")
        phrase = read(rest, said)
    if span is None and phrase.reading and phrase.reading.counted:
        span = length_of(rest)
    return Clauses(condition, span, rest, phrase)


def _is_time(row: Tokens) -> bool:
    """Whether a row begins with a time, and not with something that happens ("panen", "tanggal kontrak")."""
    if not _TIME.match(kinds(row)):
        return False
    return row[0].kind != "*" or row[0].value.rule not in _OF_MONEY


def _names_a_time(row: Tokens) -> bool:
    return _is_time(row) and set(kinds(row)) <= TIMES
