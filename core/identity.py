"""Names and numbers that identify: how each is read and shown, and when two spellings are one and the same.

Case, width and invisible characters never tell two things apart. Spaces do not either; of the dashes in a label or a
serial number only one between two digits does (``1-11`` is not ``11-1``). Sources: domain.md sections 5.6 and 9.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import clock

_BLANKS = dict.fromkeys(
    [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10),
     *range(0xE0100, 0xE01F0)]
)  # fmt: skip
"""Letters and marks that nobody sees, beside those of Unicode's class Cf."""
_NO_SERIAL = re.compile(
    "na|n[iou]ll?|nihil|none|kosong|unknown|x+|rusak|hilang|tidakada|tdkada|belumada|tidakterbaca|tanpa(?:nomor|serial)"
    "|noserial|not(?:specified|available|applicable)|defaultstring|(?:system)?serialnumber|tobefilledbyoem|0*"
)
"""What people and firmware write where there is no serial number, its signs left out."""
DOUBTFUL = _("Angka terakhir IMEI tidak cocok dengan angka lainnya; periksa lagi pada perangkatnya.")
_LOOKS_LIKE = str.maketrans("1i0", "llo")
_LETTERS = re.compile(r"[^\W_]")


def visible(text: str) -> str:
    """``text`` in one width (NFKC), nothing invisible in it, every dash as ``-``, single spaces."""
    if text.isascii():
        return " ".join(text.split())
    seen = "".join(map(shown, unicodedata.normalize("NFKC", text)))
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def shown(sign: str) -> str:
    """``sign``, which is in NFKC, as it is seen: nothing where it is not, every dash as ``-``."""
    if ord(sign) in _BLANKS or unicodedata.category(sign) == "Cf":
        return ""
    return "-" if unicodedata.category(sign) == "Pd" or sign == "\u2212" else sign


def alike(text: str) -> str:
    """``visible`` without spaces and in one case."""
    return _settled(lambda each: "".join(visible(each.casefold()).split()), text)


def _settled(fold: Callable[[str], str], text: str) -> str:
    """``fold`` until it changes nothing more: a mark that loses the space before it joins the letter before that."""
    while (found := fold(text)) != text:
        text = found
    return found


@lru_cache(maxsize=12_000)
def _folded(kind: Identifier, value: str) -> str:
    """What a row of a file says is asked for again and again. Of letters and digits alone one fold settles it."""
    return kind._fold(value) if value.isascii() and value.isalnum() else _settled(kind._fold, value)


class Identifier:
    """``read``: the value as it is kept and shown, ``ValidationError`` for what is none. ``folded``: the form in which
    it is unique, of any text; empty where the text identifies nothing.
    """

    def read(self, value: str) -> str:
        shown = visible(value)
        return shown if _LETTERS.search(shown) else ""

    def folded(self, value: str) -> str:
        return _folded(self, value)

    def _fold(self, value: str) -> str:
        found = alike(value)
        return found if _LETTERS.search(found) else ""


class UserName(Identifier):
    """Latin letters without marks, digits and ``. _ - @ +``, so that no letter passes for another.

    Names that look the same in some type (``1``, ``l`` and ``I``; ``0`` and ``O``) are one: the skeleton of UTS #39 for
    what is allowed, but for ``m`` and ``rn``, by which true names differ.
    """

    allowed = re.compile(r"[._@+-]*[A-Za-z0-9][A-Za-z0-9._@+-]*")

    def read(self, value: str) -> str:
        shown = visible(value)
        if shown and not self.allowed.fullmatch(shown):
            raise ValidationError(
                _("Nama pengguna hanya memuat huruf latin tanpa tanda, angka, dan tanda . _ - @ +."), code="invalid"
            )
        return shown

    def _fold(self, value: str) -> str:
        return visible(visible(value).casefold()).translate(_LOOKS_LIKE)


class Marked(Identifier):
    """A label or a serial number, as it stands on the thing."""

    def _fold(self, value: str) -> str:
        return re.sub(r"(?<!\d)-+|-+(?!\d)", "", re.sub(r"-+", "-", super()._fold(value)))


class Serial(Marked):
    """A serial number; what is written in its place where there is none, identifies nothing."""

    def _fold(self, value: str) -> str:
        found = super()._fold(value)
        plain = re.sub(r"[\W_]", "", found)
        return "" if _NO_SERIAL.fullmatch(plain) else found


class Nibar(Identifier):
    """The number of an item for its life: text of digits, whatever stands between them."""

    def _fold(self, value: str) -> str:
        return re.sub(r"[.\-/]", "", super()._fold(value))


class Imei(Identifier):
    """14 digits (no check digit), 15, or 16 (with the version of the software): the same device by the first 14."""

    def read(self, value: str) -> str:
        digits = re.sub(r"[\s.\-/]", "", super().read(value).removeprefix("'"))
        if not digits.strip("0"):
            return ""
        if not re.fullmatch(r"[0-9]{14,16}", digits):
            raise ValidationError(_("IMEI terdiri atas 14 sampai 16 angka."), code="invalid")
        return digits

    def _fold(self, value: str) -> str:
        digits = re.sub(r"[.\-/']", "", super()._fold(value))
        if not digits.strip("0"):
            return ""
        whole = re.fullmatch(r"[0-9]{14}(?:[0-9]{2})?", digits)
        return digits[:14] + check_digit(digits[:14]) if whole else digits


class Nip(Identifier):
    """The number of a civil servant (PNS, PPPK): birth ``YYYYMMDD``, beginning, sex 1 or 2, and a number; 18 digits.

    The beginning is ``YYYYMM`` or, of a PPPK, the year, a code from 2 on and how many times.
    """

    shape = re.compile(r"(\d{4})(\d\d)(\d\d)(\d{4})(0[1-9]|1[0-2]|[2-9][1-9])[12]\d{3}", re.ASCII)

    def read(self, value: str) -> str:
        digits = self.folded(value)
        if digits and not (re.fullmatch(r"[0-9]{18}", digits)):
            raise ValidationError(
                _("NIP terdiri atas 18 angka; untuk nomor lain (pejabat asing, NIPTT, NIK) tandai bukan NIP."),
                code="invalid",
            )
        if digits and not self._is_real(digits):
            raise ValidationError(
                _("NIP ini tidak mungkin: periksa tanggal lahir, bulan pengangkatan dan angka jenis kelamin."),
                code="invalid",
            )
        return digits

    def _fold(self, value: str) -> str:
        found = re.sub(r"^(?:nip)?[.:]*(?=\d)", "", re.sub(r"['`´‘’]", "", super()._fold(value)))
        return found if re.search(r"[^\d.\-/]", found) else re.sub(r"[.\-/]", "", found)

    def _is_real(self, digits: str) -> bool:
        parts = self.shape.fullmatch(digits)
        if parts is None:
            return False
        try:
            born = date(*(int(part) for part in parts.groups()[:3]))
        except ValueError:
            return False
        return born.year >= 1900 and born < clock.today() and born.year < int(parts.group(4))


def dialled(number: str) -> str:
    """A telephone number of this country as it is kept: ``0812-3456-7890`` and ``62812…`` as ``+62812…``."""
    digits = re.sub(r"[\s.()\-]", "", number)
    return re.sub(r"^(?:\+?62|0)(?=\d)", "+62", digits)


TEXT, USER_NAME, TAG, SERIAL, NIBAR, IMEI, NIP = (
    Identifier(), UserName(), Marked(), Serial(), Nibar(), Imei(), Nip()
)  # fmt: skip


def spellings(word: str) -> set[str]:
    """What a word of a search may look like in text of small letters that holds folded forms as well."""
    return {word.lower(), *(kind.folded(word) for kind in (TEXT, TAG, NIBAR))} - {""}


@lru_cache(maxsize=12_000)
def check_digit(digits: str) -> str:
    """The digit that Luhn's rule puts after ``digits`` (ISO/IEC 7812-1)."""
    doubled = (int(each) * (2 if place % 2 == 0 else 1) for place, each in enumerate(reversed(digits)))
    return str(-sum(each // 10 + each % 10 for each in doubled) % 10)


def is_doubtful(imei: str) -> bool:
    """Whether the last of 15 digits is not the one that follows from the others: a slip of the pen, or a clone."""
    return len(imei) == 15 and imei.isdecimal() and check_digit(imei[:-1]) != imei[-1]
