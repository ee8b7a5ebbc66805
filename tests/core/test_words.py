"""Numbers, money, days and instants as they are said, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from core import words


@pytest.mark.parametrize(
    ("numbers", "said"), [([], ""), ([4], "4"), ([1, 2], "1–2"), ([1, 2, 3, 7, 9, 10], "1–3, 7, 9–10")]
)
def test_neighbouring_numbers_are_said_together(numbers: list[int], said: str) -> None:
    assert words.runs(numbers) == said


def test_days_and_years_have_a_singular_in_english() -> None:
    for number, said in ((0, "0 days"), (1, "1 day"), (2, "2 days"), (1_430, "almost 4 years"), (345, "almost 1 year")):
        with override("en"):
            assert words.age(number) == said
    with override("en"):
        assert (words.days(1_421), words.age(370)) == ("1.421 days", "1 year")
    assert (words.days(1), words.age(370)) == ("1 hari", "1 tahun")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("id", ("17 Mei 2023", "17 Mei 2023", "1 Mei 2023 – 17 Mei 2023", "17 Mei 2023 pukul 09.30 WIB")),
        ("en", ("17 May 2023", "17 May 2023", "1 May 2023 – 17 May 2023", "17 May 2023 at 09.30 WIB")),
    ],
)
def test_a_day_is_said_in_the_language_of_the_reader(language: str, said: tuple[str, ...]) -> None:
    day, at = date(2023, 5, 17), datetime(2023, 5, 17, 2, 30, tzinfo=UTC)
    with override(language):
        span = words.span(date(2023, 5, 1), day)
        assert (words.long_date(day), words.short_date(day), span, words.long_instant(at)) == said
        assert words.span(day, day) == words.long_date(day)
        assert words.numeric_date(day) == "17/05/2023"
        assert (words.long_date(None), words.short_date(None)) == ("", "")


@pytest.mark.parametrize(
    ("zone", "said"), [("Asia/Jakarta", "09.30 WIB"), ("Asia/Makassar", "10.30 WITA"), ("Asia/Jayapura", "11.30 WIT")]
)
def test_an_instant_names_the_zone_it_is_said_in(settings, zone: str, said: str) -> None:
    settings.TIME_ZONE = zone
    at = datetime(2023, 5, 17, 2, 30, tzinfo=UTC)
    assert words.instant(at) == f"17 Mei 2023 {said}"
    assert words.long_instant(at) == f"17 Mei 2023 pukul {said}"


def test_money_counts_and_changes_are_grouped_by_points() -> None:
    assert [words.rupiah(amount) for amount in (None, 0, 1_234_567)] == ["", "Rp0", "Rp1.234.567"]
    assert [words.signed(number) for number in (3, 0, -1_200)] == ["+3", "0", "−1.200"]
    assert words.out_of(3, 1_400) == "3 dari 1.400"
    assert [words.percent(number) for number in (25, 37.5)] == ["25\N{NO-BREAK SPACE}%", "37,5\N{NO-BREAK SPACE}%"]
    assert words.phone("+6281234567890") == "0812-3456-7890"
