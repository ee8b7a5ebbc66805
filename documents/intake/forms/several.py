"""One row of a register that stands for several devices: counts, ranges of register numbers, columns of conditions.

Sources: domain.md sections 5.1 to 5.4; of a sum for several devices each has its part, the last what is left.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from core.importing import Question
from core.numbers import thousands
from documents.intake import spellings as read
from documents.intake.forms.base import Answers, NotSure, Unanswered, Values, Warn
from documents.intake.marks import Cell
from documents.intake.spellings import Read, Unread
from documents.intake.titles import in_thousands

MOST = 1_000
TICK = "tick"
DEGREES = {f"condition_{letters.lower()}": letters for letters in ("B", "KB", "RB")}
"""By column: what the forms write for the condition of which it tells."""
_TICKS = {"√", "✓", "✔", "☑", "v", "x", "ya", "y", "●", "•", "*", "■", "ü", "p"}
_RANGE = re.compile(r"(\d{1,7})\s*(?:s\s*[./]?\s*d\.?|sampai(?:\s+dengan)?|to|-)\s*(\d{1,7})")
FULL, THOUSANDS = "full", "thousands"
_THOUSANDS_UP_TO = 100_000
"""In thousands of rupiah: what is more was probably written in full."""


def counted(cell: Cell) -> int:
    """How many: ``3``, ``3 unit``, ``3 (tiga) buah``."""
    found = re.fullmatch(r"(\d{1,6})\s*(?:\([a-z ]+\))?\s*[a-z]*\.?", read.plain(cell).lower())
    if not found or not 1 <= int(found[1]) <= MOST:
        raise Unread("out_of_range", _("Harus bilangan bulat %(low)s sampai %(high)s.") % {"low": 1, "high": MOST})
    return int(found[1])


def registers(cell: Cell) -> tuple[str, ...]:
    """Every register number that a cell tells: ``0001``, ``0001 s/d 0003``, ``1, 2 dan 5``."""
    text = re.sub(r"[–—−]", "-", read.code(200)(cell))
    parts = [part for part in re.split(r"\s*(?:[,;&\n]|\bdan\b)\s*", text.lower()) if part]
    found = tuple(number for part in parts for number in _told(part))
    if len(found) > 1 and not all(number.isdecimal() for number in found):
        return (text[:20],)
    if len(found) > MOST or len(set(found)) < len(found):
        raise Unread("out_of_range", _("Nomor register ini berulang atau terlalu banyak: pecah baris ini."))
    return found


def _told(part: str) -> list[str]:
    match = _RANGE.fullmatch(part)
    if not match or int(match[1]) >= int(match[2]):
        return [part.upper()[:20]]
    first, last = int(match[1]), int(match[2])
    if last - first >= MOST:
        raise Unread("out_of_range", _("Nomor register ini berulang atau terlalu banyak: pecah baris ini."))
    return [str(number).zfill(len(match[1])) for number in range(first, last + 1)]


def degree(letters: str) -> Read:
    """What stands in the column of the condition that forms write so: a tick, the same, or how many (0: none)."""

    def reading(cell: Cell) -> int | str | None:
        text = read.plain(cell).strip()
        if re.fullmatch(r"\d{1,4}", text):
            return int(text) or None
        if text.lower() in _TICKS or read.condition(text) == read.condition(letters):
            return TICK
        raise Unread("ambiguous", _("Kolom satu kondisi: isi tanda centang atau jumlahnya saja."))

    return reading


def finished(values: Values, titles: dict[str, str], warn: Warn, answers: Answers) -> list[Values]:
    """The devices of a row, each with its register number, condition and part of the price."""
    _year_and_fund(values)
    numbers, quantity = values.pop("register_number", ()), values.pop("quantity", None)
    conditions = _conditions(values, titles, quantity or len(numbers) or 1, warn)
    number = _number(numbers, quantity, len(conditions))
    if conditions and set(conditions) != {values.get("condition", conditions[0])}:
        raise NotSure("condition", "different", _("Dua kolom menyebut kondisi yang berbeda: kosongkan salah satunya."))
    if number > 1:
        _refuse_marks(values, number, warn)
        if len(set(conditions)) > 1 and numbers:
            raise NotSure("condition_b", "ambiguous", _("Tidak jelas nomor register mana yang rusak: pecah baris ini."))
    prices = _prices(values, titles, number, warn, answers)
    serials = values.pop("serials", [])
    things = []
    for part in range(number):
        thing = dict(values)
        for name, told in (("register_number", numbers), ("condition", conditions), ("price", prices),
                           ("serial_number", serials)):  # fmt: skip
            if told:
                thing[name] = told[part]
        things.append(thing)
    return things


def _year_and_fund(values: Values) -> None:
    """The year of purchase where no day is known, and the fund that the origin tells."""
    year, origin = values.pop("year", None), values.pop("origin", None)
    if year:
        values.setdefault("acquired_on", year)
    if origin:
        values.setdefault("fund_source", origin)


def _conditions(values: Values, titles: dict[str, str], number: int, warn: Warn) -> list[str]:
    """The condition of each device, as far as columns of single conditions say it."""
    told = {read.condition(letters): values.pop(name) for name, letters in DEGREES.items() if name in values}
    if not told:
        if "condition_b" in titles and "condition" not in values:
            warn("condition_b", "unsaid", _("Kondisi tidak disebut; perangkat baru dicatat baik."))
        return []
    if TICK in told.values():
        if len(told) > 1:
            raise NotSure(
                "condition_b", "ambiguous", _("Lebih dari satu kondisi ditandai pada baris ini: tandai satu saja.")
            )
        return [next(iter(told))] * number
    return [condition for condition, count in told.items() for _each in range(count)]


def _number(numbers: tuple[str, ...], quantity: int | None, conditions: int) -> int:
    """How many devices: all columns that tell it must tell the same."""
    told = {len(numbers) or None, quantity, conditions or None} - {None}
    if len(told) > 1:
        detail = _("Jumlah, nomor register dan kondisi pada baris ini tidak sama banyaknya: samakan.")
        raise NotSure("quantity" if quantity else "register_number", "different", detail)
    found = told.pop() if told else 1
    if found is None or found > MOST:
        raise NotSure("quantity", "out_of_range", _("Terlalu banyak untuk satu baris: pecah baris ini."))
    return found


def _refuse_marks(values: Values, number: int, warn: Warn) -> None:
    """What names one device cannot name several; serial numbers may be told one after another."""
    for name in ("tag", "nibar", "imei_1", "imei_2"):
        if name in values:
            raise NotSure(name, "not_one", _("Satu nomor untuk beberapa perangkat: pecah baris ini menurut jumlahnya."))
    if serial := values.pop("serial_number", ""):
        told = [each for each in re.split(r"\s*[,;\n]\s*", serial) if each]
        if len(told) == number:
            values["serials"] = told
            return
        said = _("Nomor seri di berkas: %(serial)s") % {"serial": serial}
        values["note"] = "; ".join(filter(None, [values.get("note", ""), str(said)]))
        detail = _("Satu nomor seri untuk %(n)s perangkat: disimpan dalam catatan saja.") % {"n": number}
        warn("serial_number", "not_one", detail)


def _scale(amount: int, title: str, answers: Answers) -> int:
    """How many rupiah one of a column in thousands is: of amounts too large for that it is asked once for the file."""
    if amount < _THOUSANDS_UP_TO and THOUSANDS not in answers:
        return 1_000
    said = {"title": title, "amount": thousands(amount)}
    choices = (
        (FULL, _("Rupiah penuh: Rp%(amount)s") % said),
        (THOUSANDS, _("Ribuan rupiah: Rp%(amount)s.000") % said),
    )
    asked = Question(THOUSANDS, _("Kolom “%(title)s” berisi %(amount)s. Bagaimana dibaca?") % said, choices)
    answer = asked.answered(dict(answers))
    if not answer:
        raise Unanswered(asked)
    return 1 if answer == FULL else 1_000


def _prices(values: Values, titles: dict[str, str], number: int, warn: Warn, answers: Answers) -> list[int]:
    each, whole = values.pop("unit_price", None), values.pop("price", None)
    name = "unit_price" if whole is None else "price"
    amount = each if whole is None else whole
    if amount is None:
        return []
    if in_thousands(titles.get(name, "")):
        amount *= _scale(amount, titles[name], answers)
    if whole is None or number == 1:
        return [amount] * number
    if each is not None and each * number != whole:
        raise NotSure(
            "price", "different", _("Harga satuan kali jumlah bukan jumlah harganya: perbaiki salah satunya.")
        )
    part = amount // number
    if each is None:
        words = {"sum": thousands(amount), "n": number, "part": thousands(part)}
        warn("price", "divided", _("Harga Rp%(sum)s untuk %(n)s perangkat: masing-masing Rp%(part)s.") % words)
    return [part] * (number - 1) + [amount - part * (number - 1)]
