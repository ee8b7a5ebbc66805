"""What a promise hangs on, apart from what was said of time without it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pledges.words.lexicon import TIMES, WEAK
from pledges.words.readings import SPAN, Phrase, length_of, read
from pledges.words.relations import Length
from pledges.words.said import Said
from pledges.words.tokens import kinds, tokens

_CONDITION = re.compile(
    r"\b(?:kalau|kalo|klo|jika|jikalau|bila|bilamana|apabila|asal|asalkan|andai|seandainya|begitu|manakala|ketika"
    r"|tergantung|bergantung|menunggu|nunggu|tunggu|dengan\s+syarat|dengan\s+catatan)\s+[^,;]*",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(r"\S+\s+(?:tidak|bukan|tak|belum|gak|nggak|enggak|ndak)\b", re.IGNORECASE)
_AFTER = re.compile(f"({SPAN})?(?:A|(?<=[hwbtjK])S)")


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

    Beside several conditions, or another time for want of the first ("kalau tidak tahun ini, tahun depan"), nothing is
    sure to hang on none, and ``rest`` is empty. A
    bare length beside a condition ("kalau ada anggaran, dalam 30 hari") is counted from it too: the later reading.
    """
    found = _CONDITION.findall(text)
    condition, rest = found[0].strip() if found else "", _CONDITION.sub(",", text).strip(" ,;")
    if len(found) > 1 or (_OTHERWISE.match(condition) and (TIMES - WEAK) & set(kinds(tokens(condition)))):
        rest = ""
    phrase = read(rest, said)
    span = None
    after = _AFTER.search(kinds(phrase.row))
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
