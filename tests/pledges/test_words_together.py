"""Deadline words of which two name a time, or of which one is a condition. Pure: no database."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledges.words import suggest
from pledges.words.examples import Example
from pledges.words.normal import normalised
from pledges.words.tokens import tokens
from tests.base import day
from tests.pledges.spoken import IN_SENTENCES, allowed, almanac, due, said
from tests.profiles import examples

SAID_ONE_MONDAY = [each for each in IN_SENTENCES if each.said_on == day("2026-08-24") and not each.tenure_ends_on]
PERIODS = {
    "tahun depan": ("2027-01-01", "2027-12-31"), "tahun 2028": ("2028-01-01", "2028-12-31"),
    "dua tahun lagi": ("2028-08-24", "2028-12-31"), "lima tahun lagi": ("2031-08-24", "2031-12-31"),
    "bulan depan": ("2026-09-01", "2026-09-30"), "tiga bulan lagi": ("2026-11-24", "2026-11-30"),
    "triwulan depan": ("2026-10-01", "2026-12-31"), "semester depan": ("2027-01-01", "2027-06-30"),
    "minggu depan": ("2026-08-31", "2026-09-06"), "tiga minggu lagi": ("2026-09-14", "2026-09-20"),
    "Maret 2027": ("2027-03-01", "2027-03-31"), "APBD 2027": ("2027-01-01", "2027-12-31"),
}  # fmt: skip
POINTS = (
    "Maret", "Desember", "akhir tahun", "awal tahun", "pertengahan tahun", "triwulan IV", "semester I", "Natal",
    "17 Agustus", "tanggal 20", "akhir bulan", "awal bulan", "pertengahan bulan", "Jumat", "minggu kedua Oktober",
    "sebelum Lebaran", "seminggu sebelum Natal", "10 Maret 2027", "bulan depan", "minggu ini",
)  # fmt: skip


@pytest.mark.parametrize("point", POINTS)
def test_a_day_named_beside_a_period_lies_in_it_or_there_is_no_date(point: str) -> None:
    """Said on 24 August 2026; of what is so long ahead only the rest of its period is meant."""
    for name, (opens, ends) in PERIODS.items():
        for text in (f"{name}, {point}", f"{point}, {name}", f"{name} ({point})", f"{name} - {point}"):
            found = due(text, "2026-08-24")
            between = f"{name} - {point}" == text and due(name, "2026-08-24") < found == due(point, "2026-08-24")
            assert found == "None" or opens <= found <= ends or between, (text, found)


def test_the_end_of_the_calendar_is_no_day_to_count_from() -> None:
    for text in ("31/12/9999, akhir tahun", "Desember 9999, tanggal 31", "dua tahun lagi, 31 Desember 9999"):
        assert due(text, "9997-12-31") == "None", text


def test_a_range_that_ends_before_it_begins_is_none() -> None:
    for text in (
        "2028 sampai Maret",
        "1 tahun - 2 bulan",
        "akhir tahun - bulan depan",
        "akhir tahun sampai bulan depan",
    ):
        assert due(text, "2026-08-24") == "None", text
    assert due("28 Desember - 3 Januari", "2026-12-30") == "2027-01-03"
    assert due("akhir tahun - awal tahun", "2027-02-28") == "None"


def test_where_more_than_one_such_day_lies_in_the_period_none_is_meant() -> None:
    for text in ("bulan depan, Jumat", "tahun depan, tanggal 20", "tahun 2028, akhir bulan", "triwulan depan, Senin"):
        assert due(text, "2026-08-24") == "None", text


@settings(max_examples=examples(300), deadline=None)
@given(st.sampled_from(SAID_ONE_MONDAY), st.sampled_from(SAID_ONE_MONDAY), st.sampled_from((", ", "; ", " (", ". ")))
def test_two_times_in_one_text_never_come_before_both(one: Example, other: Example, between: str) -> None:
    text = f"{one.phrase}{between}{other.phrase}"
    both = suggest(text, one.said_on, one.said_on, calendar=almanac()).due_on
    alone = [suggest(e.phrase, e.said_on, e.said_on, calendar=almanac()).due_on for e in (one, other)]
    assert both is None or both >= min(each for each in alone if each), text


@settings(max_examples=examples(300), deadline=None)
@given(st.sampled_from(SAID_ONE_MONDAY), st.sampled_from(SAID_ONE_MONDAY))
def test_times_of_two_different_things_give_no_date_unless_they_agree(one: Example, other: Example) -> None:
    text = f"{one.phrase} dirapatkan lalu dibagikan {other.phrase}"
    both = suggest(text, one.said_on, one.said_on, calendar=almanac()).due_on
    alone = [suggest(e.phrase, e.said_on, e.said_on, calendar=almanac()).due_on for e in (one, other)]
    said_as_limit = any(token.ceiling for token in tokens(normalised(text))) or "sisanya" in text
    assert both is None or alone == [both, both] or (said_as_limit and both == max(each for each in alone if each)), (
        text
    )


def test_a_span_after_an_event_counts_from_it() -> None:
    assert allowed("30 hari setelah APBD disahkan") == "2023-02-01"
    assert allowed("5 hari kerja setelah APBD disahkan") == "2023-01-09"
    assert allowed("dalam 30 hari kalau APBD disahkan") == allowed("30 hari") == "2023-02-01"
    assert allowed("kalau ada anggaran") == allowed("999999999 hari setelah SK terbit") == "None"


@pytest.mark.parametrize(
    ("text", "limit", "latest"),
    [
        ("kalau ada anggaran, paling lambat Juni 2023", "2023-06-30", "2023-06-30"),
        ("paling lambat Juni 2023, kalau ada anggaran", "2023-06-30", "2023-06-30"),
        ("kalau ada anggaran, tahun ini", "2022-12-31", "2022-12-31"),
        ("setelah APBD disahkan, tahun depan", "2023-12-31", "2023-12-31"),
        ("30 hari setelah APBD disahkan, paling lambat Juni 2023", "2023-06-30", "2023-02-01"),
        ("30 hari setelah APBD disahkan, paling lambat akhir tahun ini", "2022-12-31", "2022-12-31"),
        ("dua minggu sebelum Natal, kalau ada anggaran", "2022-12-11", "2022-12-11"),
        ("setelah APBD 2023 disahkan", "None", "None"),
        ("kalau ada anggaran tahun depan", "None", "None"),
        ("kalau ada anggaran, bukan tahun depan", "None", "None"),
        ("kalau ada anggaran, tahun-tahun mendatang", "None", "None"),
        ("tahun depan kalau ada anggaran, kalau tidak 2024", "None", "None"),
        ("tahun ini kalau bisa, kalau tidak tahun depan", "None", "None"),
        ("kalau tidak ada kendala, tahun depan", "2023-12-31", "2023-12-31"),
    ],
)
def test_a_date_beside_a_condition_is_its_limit(text: str, limit: str, latest: str) -> None:
    found = said(text)
    assert (found.due_on, found.rule, str(found.limit)) == (None, "condition", limit)
    assert allowed(text) == latest
