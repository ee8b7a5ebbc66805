"""Numbers as people write them: what is read, what is refused, and that what is written back is read as the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core import numbers

NEITHER = [
    "", "1.5", "1,5", "1.00", "1.250.00", "12.34.567", "500.000.000,50", "500.000000", "1.0000", "0.500", "0,500",
    "1.000,000", "1 000", "1. 000", "1 . 000", "-5", "5e8", "lima", "５００", "1.000.000,0", "1,234.567", "9" * 41,
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1000", 1000), ("1.000", 1000), (" 1.000 ", 1000), ("1,000", 1000), ("1.000,00", 1000), ("0", 0), ("7", 7),
        ("500.000.000", 500_000_000), ("500,000,000", 500_000_000), ("1,250,000.00", 1_250_000),
    ],
)  # fmt: skip
def test_a_count_is_read_in_every_sure_writing(text: str, number: int) -> None:
    assert (numbers.read_whole(text), numbers.read_rupiah(text)) == (number, number)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Rp 500.000.000", 500_000_000), ("Rp500.000.000", 500_000_000), ("Rp. 3.500.000,-", 3_500_000),
        ("IDR 500,000,000.00", 500_000_000), ("1,5 jt", 1_500_000), ("500 juta", 500_000_000), ("1.250 rb", 1_250_000),
    ],
)  # fmt: skip
def test_an_amount_may_be_marked_as_one(text: str, amount: int) -> None:
    assert numbers.read_rupiah(text) == amount
    with pytest.raises(numbers.Unread):
        numbers.read_whole(text)


@pytest.mark.parametrize("text", NEITHER)
def test_what_may_mean_two_things_is_refused_with_an_example(text: str) -> None:
    for read, example in ((numbers.read_whole, "1.000"), (numbers.read_rupiah, "1.250.000")):
        with pytest.raises(numbers.Unread) as why:
            read(text)
        assert example in str(why.value.detail)


@pytest.mark.parametrize("text", ["0,500 jt", "1,250 jt", "1.5.0 jt", "5 kg", "Rp", "Rp Rp 5"])
def test_no_amount_is_guessed(text: str) -> None:
    with pytest.raises(numbers.Unread):
        numbers.read_rupiah(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234", "invalid"),
        ("11,555", "invalid"),
        ("lima", "invalid"),
        ("", "invalid"),
        ("101", "out_of_range"),
        ("1000", "out_of_range"),
        ("100,01", "out_of_range"),
    ],
)
def test_a_percentage_is_refused_for_what_is_wrong_with_it(text: str, code: str) -> None:
    with pytest.raises(numbers.Unread) as why:
        numbers.read_percent(text)
    assert why.value.code == code and ("11,5" in str(why.value.detail)) == (code == "invalid")


def test_a_year_has_four_digits_and_no_groups() -> None:
    assert numbers.read_year(" 2026 ") == 2026
    for wrong in ("2.026", "20.26", "2,026", "26", "02026", "2026.0", ""):
        with pytest.raises(numbers.Unread):
            numbers.read_year(wrong)


def test_per_cent_has_a_comma_or_a_point() -> None:
    assert {numbers.read_percent(each) for each in ("11,5", "11.5", "11,50 %", " 11.5% ")} == {Decimal("11.5")}
    for wrong in ("101", "11,555", "1.150", "-1", "x", ""):
        with pytest.raises(numbers.Unread):
            numbers.read_percent(wrong)


@given(st.integers(0, numbers.MAX_RUPIAH))
def test_what_is_written_is_read_as_the_same_number(number: int) -> None:
    assert numbers.read_whole(numbers.thousands(number)) == number
    assert numbers.read_whole(str(number)) == number
    assert numbers.read_rupiah(numbers.rupiah(number)) == number
    assert numbers.read_amount(numbers.rupiah(number)) == number


@given(st.decimals(0, 100, places=2), st.sampled_from(["id", "en"]))
def test_per_cent_too(number: Decimal, language: str) -> None:
    with translation.override(language):
        assert numbers.read_percent(numbers.decimal(number)) == number


@given(st.text("0123456789.,Rp jtb-", max_size=14))
def test_pages_read_nothing_that_files_read_otherwise(text: str) -> None:
    try:
        understood = numbers.read_rupiah(text)
    except numbers.Unread:
        return
    assert numbers.read_amount(text) == understood
