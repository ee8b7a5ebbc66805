"""Numbers and days in words. For 40,000 numbers below 10^15 num2words says the same, but for a thousand that follows
millions: it says ``satu ribu``, people and banks ``seribu``."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.numbers import rupiah
from documents.papers.terbilang import counted, spoken_day, terbilang

KNOWN = {
    0: "nol",
    1: "satu",
    10: "sepuluh",
    11: "sebelas",
    12: "dua belas",
    19: "sembilan belas",
    20: "dua puluh",
    21: "dua puluh satu",
    99: "sembilan puluh sembilan",
    100: "seratus",
    101: "seratus satu",
    111: "seratus sebelas",
    200: "dua ratus",
    999: "sembilan ratus sembilan puluh sembilan",
    1_000: "seribu",
    1_001: "seribu satu",
    1_100: "seribu seratus",
    1_111: "seribu seratus sebelas",
    2_023: "dua ribu dua puluh tiga",
    11_000: "sebelas ribu",
    21_000: "dua puluh satu ribu",
    100_000: "seratus ribu",
    101_000: "seratus satu ribu",
    1_000_000: "satu juta",
    1_001_000: "satu juta seribu",
    1_234_567: "satu juta dua ratus tiga puluh empat ribu lima ratus enam puluh tujuh",
    1_000_000_000: "satu miliar",
    1_000_000_000_000: "satu triliun",
    10**15: "satu kuadriliun",
}


@pytest.mark.parametrize(("number", "words"), KNOWN.items())
def test_known_numbers_are_said_as_people_say_them(number, words):
    assert terbilang(number) == words


SMALL = {words: number for number, words in KNOWN.items() if 0 < number < 10} | {
    "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
}  # fmt: skip
SCALES = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12, "kuadriliun": 10**15}


def heard(words: str) -> int:
    """The number that somebody writes down on hearing ``words``."""
    total = group = digit = 0
    for word in words.split():
        if word in SCALES:
            total, group, digit = total + (group + digit) * SCALES[word], 0, 0
        elif word in SMALL:
            digit = SMALL[word]
        elif word in ("belas", "puluh", "ratus"):
            group += {"belas": 10 + digit, "puluh": 10 * digit, "ratus": 100 * digit}[word]
            digit = 0
        elif word == "seribu":
            total += 1000
        else:
            group += {"nol": 0, "sepuluh": 10, "sebelas": 11, "seratus": 100}[word]
    return total + group + digit


@given(st.integers(0, 10**15))
def test_what_is_said_can_be_written_down_again(number):
    assert heard(terbilang(number)) == number


@pytest.mark.parametrize("number", [-1, 10**18])
def test_numbers_without_words_are_refused(number):
    with pytest.raises(ValueError, match="has no words"):
        terbilang(number)


def test_a_count_has_figures_and_words_and_money_its_dots():
    assert counted(2) == "2 (dua)"
    assert [rupiah(amount) for amount in (0, 999, 1_234_567)] == ["Rp0", "Rp999", "Rp1.234.567"]


def test_a_day_is_said_as_a_handover_record_says_it():
    words = "Jumat tanggal tujuh belas bulan November tahun dua ribu dua puluh tiga (17-11-2023)"
    assert spoken_day(date(2023, 11, 17)) == words
