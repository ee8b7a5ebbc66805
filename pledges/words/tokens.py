"""Words sorted into classes (``lexicon``): what names a time by itself, or only beside another, and what never does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from pledges.words.lexicon import (
    DAYS_AHEAD,
    LONE_NAMES,
    OF_ITS_OWN,
    ORDINALS,
    PARTS,
    SHORT_WORDS,
    SIGNS,
    SPOKEN,
    TIMES,
    UNITS,
    WEAK,
    WEEKDAYS,
)
from pledges.words.normal import MONTHS

FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST_DIGITS = 9
LAST_DAY, LAST_MONTH = 31, 12
SHORT, BESIDE = 4, 3
_NUMBERS = re.compile(r"([Tqsw]?)N(?:[-+]N)*$")
CENTURY = 2000
_LIKE_A_MONTH = 0.75
_LONG_MONTHS = [name for name in MONTHS if len(name) > 4]
_TIMES = "".join(sorted(TIMES - {"*"}))
Tokens = list["Token"]


@dataclass(frozen=True)
class Token:
    """A word (or several) of the text from ``start`` to ``end``, its class, and what it stands for."""

    kind: str
    said: str
    start: int
    end: int
    value: Any = None
    ceiling: bool = False
    """Whether "paling lambat" stands before it."""


_TABLE = [*SIGNS[:4], *((kind, rf"(?<!\w)(?:{words})(?!\w)") for kind, words in SPOKEN), *SIGNS[4:]]
_ONE = re.compile("|".join(f"(?P<g{n}>{pattern})" for n, (_kind, pattern) in enumerate(_TABLE)), re.IGNORECASE)


def tokens(text: str) -> Tokens:
    """The words of ``text`` that say something of time, and those between them; what says nothing is left out."""
    found = [token for each in _sorted(text) for token in _read(each) if token.kind != "_"]
    for settle in (
        _lasting,
        _from_now,
        _floor_and_ceiling,
        _sums,
        _things,
        _months,
        _beside_what_follows,
        _beside_what_precedes,
        _beside_numbers,
    ):
        found = settle(found)
    return [each for each in found if each.kind != "_"]


def kinds(found: Tokens) -> str:
    """The classes of ``found`` as text, one letter each."""
    return "".join(each.kind for each in found)


def reading(found: Tokens, named: Any) -> Token:
    """What is named, in the place of the words ``found``."""
    start, end = min(each.start for each in found), max(each.end for each in found)
    return Token("*", "", start, end, named, any(each.ceiling for each in found))


def _sorted(text: str) -> Iterator[Token]:
    for match in _ONE.finditer(text):
        place = next(n for n in range(len(_TABLE)) if match[f"g{n}"] is not None)
        yield Token(_TABLE[place][0], " ".join(match[0].lower().split()), *match.span())


def _read(token: Token) -> Iterator[Token]:
    """The class at last, and the number, month or day of the week that stands behind the word."""
    kind, said = token.kind, token.said
    if kind == "day":  # 2 x 24 jam
        yield replace(token, kind="N", value=int(re.split("x", said)[0]))
        yield replace(token, kind="h")
    elif kind == "number":
        yield replace(token, kind=_number(said), value=int(said[:MOST_DIGITS]))
    elif kind[1:2] == ":":
        yield replace(token, kind=kind[0], value=kind[2:])
    elif kind == "unit":
        yield replace(token, kind=UNITS[said])
    elif kind == "word":
        yield replace(token, kind="X" if _looks_like_a_month(said) else ".")
    else:
        yield replace(token, value=_VALUES[kind](said) if kind in _VALUES else None)


def _number(said: str) -> str:
    if len(said) == len("2026") and FIRST_YEAR <= int(said) <= LAST_YEAR:
        return "Y"
    return "N" if len(said) <= MOST_DIGITS else "X"


def _ordinal(said: str) -> int:
    word = re.sub(r"^ke\s*-?\s*(?=[\divx]+$)", "", said)
    return int(word) if word.isdigit() else ORDINALS.get(word, 0)


def _offset(said: str) -> int | None:
    """Days after the day named: H-7 is -7, "hari H" 0; None for "H±7", which is no day."""
    days = re.search(r"\d+", said)
    if days is None:
        return 0
    if "±" in said:
        return None
    return -int(days[0]) if re.search(r"-|min", said) else int(days[0])


_VALUES: dict[str, Callable[[str], Any]] = {
    "M": MONTHS.__getitem__, "P": lambda said: PARTS.get(said, "akhir"), "r": DAYS_AHEAD.__getitem__, "O": _ordinal,
    "H": _offset, "W": lambda said: WEEKDAYS.get(said, 6),
}  # fmt: skip


def _looks_like_a_month(word: str) -> bool:
    """A name of a month wrongly written; an "Agustsu" that were passed over would leave a wrong date."""
    return len(word) > 3 and any(
        word[0] == month[0] and SequenceMatcher(None, word, month).ratio() >= _LIKE_A_MONTH for month in _LONG_MONTHS
    )


def _floor_and_ceiling(found: Tokens) -> Tokens:
    """ "Paling cepat Maret, paling lambat Juni" is a range; a ceiling alone says no more than the date itself."""
    ends = re.search(r"f[^fl]+(l)", kinds(found))
    if ends:
        found[ends.start()] = replace(found[ends.start()], kind="m")
        found[ends.start(1)] = replace(found[ends.start(1)], kind="-")
    for ceiling, limit in pairwise(range(len(found))):
        if found[ceiling].kind == "l":
            found[limit] = replace(found[limit], ceiling=True)
    return [each for each in found if each.kind != "l"]


def _sums(found: Tokens) -> Tokens:
    """ "Satu tahun dan enam bulan" is one length, "sebulan dan dua bulan" is not."""
    sums = [m.start() for m in re.finditer(r"(?<=Nt)\+(?=N[bwh])|(?<=Nb)\+(?=N[wh])|(?<=Nw)\+(?=Nh)", kinds(found))]
    return [each for place, each in enumerate(found) if place not in sums or each.said != "dan"]


_LENGTH = r"N(?:-N)?[hwbtqsj]K?(?:N[hwbt])*"
_LASTS = re.compile(rf"g[.cg]{{0,2}}(k?{_LENGTH})|(k{_LENGTH})(?![BASd])|(?<!a)({_LENGTH})g(?![.cg]{{0,2}}k?N)")


def _lasting(found: Tokens) -> Tokens:
    """How long a thing lasts is no deadline: "garansi 2 tahun", "selama 6 bulan"; "garansi 3 bulan lagi" is one."""
    row = kinds(found)
    for match in _LASTS.finditer(row):
        start, end = match.span(match.lastindex or 0)
        if row[end : end + 1] not in tuple("nDI"):
            found[start:end] = [replace(each, kind="c") for each in found[start:end]]
    for match in re.finditer(r"(?<=g)[.c]?(-)", row):
        if found[match.start(1)].said != "-":
            found[match.start(1)] = replace(found[match.start(1)], kind="X")
    for match in re.finditer(r"g(?=c*[TNMPGYEJURWbtwqs])", kinds(found)):  # "masa berlaku 31 Desember"
        if found[match.start()].said.startswith(OF_ITS_OWN):
            found[match.start()] = replace(found[match.start()], kind="X")
    return [replace(each, kind="c") if each.kind == "g" else each for each in found]


def _from_now(found: Tokens) -> Tokens:
    """ "Tiga bulan lagi" is so long from now, whatever follows: no "3 bulan Maret", no "2 tahun sebelum Lebaran".

    "Bulan depan lagi" may be the month after it.
    """
    row = kinds(found)
    ahead = {match.start(1): "D" for match in re.finditer(r"N[hwbtqsj]K?(n)", row)}
    ahead |= {match.start(1): "X" for match in re.finditer(r"[hwbtqsjFMW]D(n)", row)}
    found = [replace(each, kind=ahead.get(place, each.kind)) for place, each in enumerate(found)]
    return [each for each in found if each.kind != "n"]


def _things(found: Tokens) -> Tokens:
    """A count of things is no time: "40 HP", "13 dari 40 unit", "HP 12", "40 xyz" (no month has forty days).

    In "iPhone 15 Maret" and "HP 12 bulan depan" nobody can tell whose the number is.
    """
    for match in re.finditer(r"i\.?(N)(?=b?M|[hwbtqs])|c(N)(?=[wbt]D)", kinds(found)):
        place = match.start(match.lastindex or 0)
        if place + 2 < len(found) and found[place + 2].said in ("lagi", "kemudian"):
            continue
        found[place] = replace(found[place], kind="X")
    found = [replace(each, kind="c") if each.kind == "i" else each for each in found]
    row = kinds(found)
    counted = [
        *re.finditer(
            r"(?:N|(?<![tFCMTPEURqsbON+-])Y)(?:[-+d][NY])*c|c(?:N(?![hwbtjYM]))?|(?<![hwbtqs])Na(?=[.c,]|$)|p[.cM]", row
        )
    ]
    counted += [m for m in re.finditer(rf"(?<![{_TIMES}])N(?=\.)", row) if found[m.start()].value > LAST_DAY]
    for match in counted:
        for place in range(*match.span()):
            found[place] = replace(found[place], kind="c")
    return [replace(each, kind="_" if each.said == "kali" and each.kind == "c" else each.kind) for each in found]


def _months(found: Tokens) -> Tokens:
    """ "bulan 8" is a month, "Agus" alone a man, the 26 of "31 Des 26" a year."""
    row = kinds(found)
    for match in re.finditer(r"N(?:M|-M-)(N)(?![-hwbtjM])", row):
        last = found[match.start(1)]
        if len(last.said) == len("26") and last.value > LAST_MONTH:
            found[match.start(1)] = replace(last, kind="Y", value=CENTURY + last.value)
    for match in re.finditer(r"(?<=b)N(?![hwbj]|t(?!Y))", row):
        place, before = match.start(), row[: match.start() - 1]
        month = 1 <= found[place].value <= LAST_MONTH
        if month and (before[-1:] != "N" or before[-2:-1] == "T" or row[place + 1 : place + 2] in ("Y", "t")):
            found[place] = replace(found[place], kind="M")
    for place, each in enumerate(found):
        alone = row[place - 1 : place] not in tuple("NbPT-+B") and row[place + 1 : place + 2] not in tuple("YtDI-+")
        if each.said in LONE_NAMES and alone:
            found[place] = replace(each, kind=".")
    return found


def _beside_what_follows(found: Tokens) -> Tokens:
    """What names a time only before one: "setiap tahun", not "setiap kecamatan"; "sebelum Maret"; "akhir tahun"."""
    for place in range(len(found) - 1, -1, -1):
        each, row = found[place], kinds(found)
        if each.kind in _BOUND:
            found[place] = replace(each, kind=_BOUND[each.kind](each, row[:place], row[place + 1 :]))
    return [each for each in found if each.kind != "_"]


def _before_a_time(after: str) -> bool:
    return after[:1] in TIMES and after != ""


def _after_a_span(before: str, after: str) -> bool:
    return bool(re.search(r"(?:N[hwbtj]K?|H)$", before)) and after[:1] not in ("", ",")


def _quantity(each: Token, before: str, after: str) -> str:
    """ "Setiap", "beberapa", "minimal" before a time; "per 31 Desember" is that day, "lewat APBD" by way of it."""
    if each.said in ("setengah", "seperempat") and re.search("N[hwbtqs][DI]?$", before):
        return "X"
    another = (each.said == "per" and re.match("N(?![-+hwbtqs])|[TGMYP]", after)) or (
        each.said == "lewat" and after[:1] in "FC"
    )
    return "X" if _before_a_time(after) and not another else "."


def _relation(each: Token, before: str, after: str) -> str:
    """ "Sebelum rapat bulan depan" is before something within the month: of time, and unread."""
    event = each.kind == "B" and re.match(r"[.ce]{1,3}[A-Zhwbtqsr]", after)
    return each.kind if _before_a_time(after) or _after_a_span(before, after) or event else "."


def _from(_each: Token, before: str, after: str) -> str:
    """ "Dari Maret", but "dari APBD 2027", "13 dari 40"."""
    timely = _before_a_time(after) and after[0] not in "FCNO"
    return "S" if timely or _after_a_span(before, after) else "."


def _part(_each: Token, before: str, after: str) -> str:
    """ "Akhir tahun" and "tahun depan akhir", but not "rapat akhir"."""
    return "P" if _before_a_time(after) or after[:1] in ("m", "f") or before[-1:] in _TOLD else "."


def _plus_or_minus(each: Token, before: str, after: str) -> str:
    """ "Setahun plus sebulan", "tiga bulan kurang sedikit", but "bulan depan ditambah 10 HP"."""
    timely = before[-1:] in _TOLD and before != ""
    return "X" if timely and (re.match("N[hwbtqs]", after) or "kurang" in each.said) else "."


def _budget(_each: Token, before: str, after: str) -> str:
    """ "APBD 2027", and "APBD dua tahun lagi", "dua tahun anggaran", which no rule reads."""
    timely = after[:1] in tuple("tFYID") or re.match("Nt", after) or re.search("Nt[DI]?$", before)
    return "F" if timely else "."


def _past(each: Token, before: str, after: str) -> str:
    """ "Desember tahun lalu", "Lebaran kemarin", and "tahun lalu, Desember", but not "tahun lalu, bulan depan"."""
    if before.rstrip("NOL")[-1:] in tuple(_MAY_BE_PAST):
        return "X"
    if " " not in each.said.removesuffix(" ini"):
        return "."
    beside = (re.search(f"([{_TIMES}]+),$", before), re.match(f",?([{_TIMES}]+)", after))
    return "X" if any(run and _MAY_BE_PAST & set(run[1]) and not set("IDYGr") & set(run[1]) for run in beside) else "."


def _bound(each: Token, _before: str, after: str) -> str:
    """ "Lebih 3 bulan"; "berturut-turut 2027 dan 2028"."""
    lasting = "turut" in each.said or each.said == "beruntun"
    return "X" if re.match("N[hwbtqs]", after) or (lasting and _before_a_time(after)) else "z"


_TOLD = TIMES - WEAK - set("BAS")
_MAY_BE_PAST = TIMES - WEAK - set("BSdF")
_BOUND: dict[str, Callable[[Token, str, str], str]] = {
    "a": _quantity, "B": _relation, "S": _relation, "d": _from, "P": _part,
    "F": _budget, "x": _plus_or_minus, "z": _bound, "y": _past,
    "m": lambda _each, before, after: "S" if _after_a_span(before, after) else "m",
    "k": lambda _each, _before, after: "_" if _before_a_time(after) else "A",
    "A": lambda _each, _before, after: "." if after[:1] in ("", ",") else "A",
}  # fmt: skip


def _beside_what_precedes(found: Tokens) -> Tokens:
    """What names a time only after one: "bulan *ini*", "5 hari *kerja*", "3 bulan *lebih*".

    After another time the next is that one's next: "tahun depan dan tahun *berikutnya*", "bulan depan dan *depannya*".
    """
    for place, each in enumerate(found):
        before = found[place - 1].kind if place else ""
        if each.kind in "IDz":
            row = kinds(found[:place])
            told = row.rstrip("+-," if each.said in _NEXT_OF_IT else "+-")
            timely = told != "" and told[-1] in TIMES
            of_another = each.kind == "z" or told != row or (each.kind == "D" and _is_of_another(each, row))
            found[place] = replace(each, kind="." if not timely else "X" if of_another else each.kind)
        elif each.kind == "K" and before != "h":
            found[place] = replace(each, kind=".")
    return found


_NEXT_OF_IT = ("berikutnya", "depannya")


def _is_of_another(each: Token, row: str) -> bool:
    """Whether a time is named before that of which ``each`` is the next."""
    earlier = re.search(r"^(.*)[-+,.]", row)
    another = "" if earlier is None else earlier[1]
    return row.endswith("D") or (
        each.said in _NEXT_OF_IT and bool(set("IDYGr") & set(row) or (TIMES - WEAK) & set(another))
    )


def _beside_numbers(found: Tokens) -> Tokens:
    """A word that may be a month: after the number of a day ("15 xyz"), between month and year, short before a year.

    The numbers of quarters, half-years and weeks ("semester 1 atau 2") are none of days; after "tanggal" a long word is
    no month either ("tanggal 10-15 sesuai rapat").
    """
    row = kinds(found)
    for place, each in enumerate(found):
        if each.kind != "." or not each.said.isalpha():
            continue
        before, after = row[:place], row[place + 1 : place + 2]
        short = len(each.said) <= SHORT and each.said not in SHORT_WORDS
        numbers = _NUMBERS.search(before)
        day = numbers and numbers[1] in ("", "T") and (short or not numbers[1])
        beside = after == "Y" and found[place + 1].start - each.end < BESIDE
        if day or (beside and (short or before[-1:] in tuple("MEURO"))):
            found[place] = replace(each, kind="X")
    return found
