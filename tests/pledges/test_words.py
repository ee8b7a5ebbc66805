"""The table "Deadline words → date" of pledges.md, row by row. Pure: no database."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from org.calendar import Almanac
from org.models import CalendarDay
from pledges.words import DeadlineRule, latest_after, suggest
from pledges.words.examples import Example
from pledges.words.lexicon import CLASSES, TIMES, WEAK
from pledges.words.normal import normalised
from pledges.words.readings import read
from pledges.words.said import Said
from pledges.words.tokens import tokens
from tests.base import day
from tests.pledges.spoken import DATED, EXAMPLES, IN_SENTENCES, WEDNESDAY, almanac, due, read_as, said
from tests.profiles import examples

INDONESIAN_YEAR = ("Januari", "Pebruari", "Maret", "Apr", "mei", "JUNI", "Jul", "Agt", "Sept", "Oktober", "Nop", "Des")


@pytest.mark.parametrize(
    "text",
    [
        "31 Desember 2023", "31 desember 2023", "31 DES. 2023", "tgl 31 Des 2023", "tgl. 31-12-2023", "31/12/2023",
        "31.12.2023", "31-12-23", "2023-12-31", "tanggal 31-Des-2023", "paling lambat 31  Desember 2023",
    ],
)  # fmt: skip
def test_an_exact_date_is_that_day(text: str) -> None:
    assert (due(text), said(text).rule) == ("2023-12-31", "exact_date")


@pytest.mark.parametrize(
    ("text", "on", "expected"),
    [
        ("17 Agustus", "2022-08-17", "2022-08-17"),
        ("17 Agustus", "2022-08-18", "2023-08-17"),
        ("17 Agustus tahun depan", "2022-01-02", "2023-08-17"),
        ("tanggal 5 bulan depan", WEDNESDAY, "2022-09-05"),
        ("tanggal 5", WEDNESDAY, "2022-09-05"),
        ("tanggal 30", WEDNESDAY, "2022-08-30"),
        ("hari ini", WEDNESDAY, "2022-08-24"),
        ("besok", WEDNESDAY, "2022-08-25"),
        ("lusa", WEDNESDAY, "2022-08-26"),
    ],
)
def test_a_day_without_a_year_is_its_next_occurrence(text: str, on: str, expected: str) -> None:
    assert due(text, on) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tahun ini", "2022-12-31"), ("Tahun Depan", "2023-12-31"), ("bulan ini", "2022-08-31"),
        ("bulan depan", "2022-09-30"), ("minggu ini", "2022-08-28"), ("minggu depan", "2022-09-04"),
        ("pekan depan", "2022-09-04"), ("tahun 2023", "2023-12-31"), ("di 2023", "2023-12-31"), ("2023", "2023-12-31"),
        ("tahun mendatang", "2023-12-31"), ("bulan yang akan datang", "2022-09-30"), ("thn dpn", "None"),
    ],
)  # fmt: skip
def test_this_and_the_next_period_end_on_their_last_day(text: str, expected: str) -> None:
    assert due(text) == expected


def test_the_worked_case_of_24_august_2022() -> None:
    assert [due(t) for t in ("tahun ini", "bulan depan", "Februari")] == ["2022-12-31", "2022-09-30", "2023-02-28"]


@pytest.mark.parametrize(("number", "month"), list(enumerate(INDONESIAN_YEAR, start=1)))
def test_a_bare_month_is_its_next_occurrence_and_this_one_when_said_within_it(number: int, month: str) -> None:
    first = date(2023, number, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    assert due(month, "2023-01-01") == str(last)
    assert due(f"bulan {month}", str(last)) == str(last)
    assert due(month, str(last + timedelta(days=1)))[:7] == f"2024-{number:02}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Februari 2024", "2024-02-29"), ("Februari tahun depan", "2023-02-28"),
        ("Maret atau April 2023", "2023-04-30"), ("sebelum Desember", "2022-11-30"),
        ("sebelum tahun 2024", "2023-12-31"), ("sebelum tgl 17 Agustus 2023", "2023-08-16"),
    ],
)  # fmt: skip
def test_months_with_a_year_two_months_and_before_a_month(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("awal bulan depan", "2022-09-10"), ("pertengahan bulan depan", "2022-09-20"),
        ("akhir bulan depan", "2022-09-30"), ("akhir bulan", "2022-08-31"), ("awal bulan", "2022-09-10"),
        ("awal bulan ini", "2022-08-31"), ("akhir Desember", "2022-12-31"), ("awal Desember 2023", "2023-12-10"),
        ("pertengahan bulan Maret", "2023-03-20"),
        ("awal tahun depan", "2023-04-30"), ("tengah tahun depan", "2023-06-30"),
        ("pertengahan tahun depan", "2023-08-31"), ("akhir tahun", "2022-12-31"), ("akhir tahun ini", "2022-12-31"),
        ("awal 2024", "2024-04-30"), ("akhir thn 2023", "2023-12-31"), ("awal tahun", "2023-04-30"),
        ("pertengahan tahun", "2022-08-31"), ("akhir tahun anggaran 2023", "2023-12-31"),
    ],
)  # fmt: skip
def test_parts_of_months_and_years(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("triwulan II 2023", "2023-06-30"), ("TW 3", "2022-09-30"), ("triwulan kedua", "2023-06-30"),
        ("triwulan ke-4 tahun 2023", "2023-12-31"), ("kuartal I tahun depan", "2023-03-31"), ("Q2 2023", "2023-06-30"),
        ("triwulan depan", "2022-12-31"), ("semester 1", "2023-06-30"), ("semester II", "2022-12-31"),
        ("semester 1 2024", "2024-06-30"), ("semester ini", "2022-12-31"), ("triwulan II TA 2023", "2023-06-30"),
    ],
)  # fmt: skip
def test_quarters_and_half_years_end_on_their_last_day(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(
    ("text", "on", "expected", "gate"),
    [
        ("APBD 2023", WEDNESDAY, "2023-12-31", "2022-11-30"),
        ("TA 2023", WEDNESDAY, "2023-12-31", "2022-11-30"),
        ("T.A. 2023", WEDNESDAY, "2023-12-31", "2022-11-30"),
        ("tahun anggaran 2023", WEDNESDAY, "2023-12-31", "2022-11-30"),
        ("APBD murni TA 2023", WEDNESDAY, "2023-12-31", "2022-11-30"),
        ("anggaran tahun depan", WEDNESDAY, "2023-12-31", "2022-11-30"),
        ("APBD Perubahan 2023", WEDNESDAY, "2023-12-31", "2023-09-30"),
        ("APBD-P", "2022-09-30", "2022-12-31", "2022-09-30"),
        ("APBD-P", "2022-10-01", "2023-12-31", "2023-09-30"),
        ("ABT", WEDNESDAY, "2022-12-31", "2022-09-30"),
        ("perubahan", WEDNESDAY, "2022-12-31", "2022-09-30"),
        ("di perubahan anggaran tahun depan", WEDNESDAY, "2023-12-31", "2023-09-30"),
    ],
)
def test_a_budget_year_ends_on_31_december_and_has_a_gate(text: str, on: str, expected: str, gate: str) -> None:
    assert (due(text, on), str(said(text, on).gate)) == (expected, gate)


@pytest.mark.parametrize(
    ("text", "on", "expected"),
    [
        ("30 hari", WEDNESDAY, "2022-09-23"), ("tiga puluh hari lagi", WEDNESDAY, "2022-09-23"),
        ("dalam dua minggu", WEDNESDAY, "2022-09-07"), ("seminggu", WEDNESDAY, "2022-08-31"),
        ("2x24 jam", WEDNESDAY, "2022-08-26"), ("3 bulan lagi", WEDNESDAY, "2022-11-24"),
        ("3 (tiga) bulan", WEDNESDAY, "2022-11-24"), ("dua tiga bulan", WEDNESDAY, "2022-11-24"),
        ("2-3 bulan ke depan", WEDNESDAY, "2022-11-24"), ("tidak lebih dari tiga bulan", WEDNESDAY, "2022-11-24"),
        ("setengah tahun", WEDNESDAY, "2023-02-24"), ("setahun", WEDNESDAY, "2023-08-24"),
        ("1 bulan", "2023-01-31", "2023-02-28"), ("sebulan", "2024-01-31", "2024-02-29"),
        ("1 tahun", "2024-02-29", "2025-02-28"), ("setelah 3 bulan", WEDNESDAY, "2022-11-24"),
    ],
)  # fmt: skip
def test_spans_count_from_the_day_said_and_are_clamped(text: str, on: str, expected: str) -> None:
    assert due(text, on) == expected


def test_five_working_days_from_friday_5_april_2024_are_monday_22_april() -> None:
    found = said("dalam 5 hari kerja", "2024-04-05")
    assert (str(found.due_on), found.rule, found.provisional) == ("2024-04-22", "working_days", False)


def test_working_days_are_provisional_in_a_year_without_a_decree() -> None:
    assert said("10 hari kerja", "2027-12-20").provisional
    assert said("10 hari kerja", "2040-01-02").provisional
    assert not said("10 hari", "2040-01-02").provisional


@pytest.mark.parametrize(
    ("text", "on", "expected"),
    [
        ("sebelum Lebaran", WEDNESDAY, "2023-04-21"),
        ("menjelang Idul Fitri", "2024-04-09", "2024-04-09"),
        ("sebelum Lebaran", "2024-04-10", "2025-03-30"),
        ("habis Lebaran", "2024-01-02", "2024-05-09"),
        ("setelah Lebaran", "2024-04-20", "2024-05-09"),
        ("sesudah lebaran tahun depan", WEDNESDAY, "2023-05-21"),
        ("sebelum Idulfitri 2024", WEDNESDAY, "2024-04-09"),
        ("sebelum Lebaran", "2032-12-01", "2033-01-02"),
        ("sebelum Lebaran", "2033-03-01", "2033-12-22"),
    ],
)
def test_lebaran_is_counted_from_1_syawal(text: str, on: str, expected: str) -> None:
    assert due(text, on) == expected


def test_lebaran_is_provisional_while_it_is_an_estimate() -> None:
    assert not said("sebelum Lebaran", "2026-01-05").provisional
    assert said("sebelum Lebaran", "2027-01-05").provisional
    assert said("habis Lebaran", "2050-01-05").provisional


def test_1_syawal_follows_the_kept_calendar() -> None:
    kept = [CalendarDay(date=date(2027, 3, 11), name="Idul Fitri 1448 H", kind="national")]
    found = suggest("sebelum lebaran", day("2027-01-05"), day("2027-01-05"), calendar=Almanac.of(kept))
    assert (found.due_on, found.provisional) == (date(2027, 3, 10), False)


def test_the_end_of_the_tenure_is_as_it_was_known() -> None:
    assert due("sebelum akhir masa jabatan saya", tenure="2023-12-30") == "2023-12-30"
    assert (said("akhir masa jabatan").due_on, said("akhir masa jabatan").rule) == (None, "end_of_tenure")


@pytest.mark.parametrize(
    "text",
    ["segera", "Secepatnya", "dalam waktu dekat", "sesegera mungkin", "nanti", "tidak lama lagi", "beberapa bulan lagi",
     "insyaallah segera"],
)  # fmt: skip
def test_vague_words_give_no_date(text: str) -> None:
    assert (said(text).due_on, said(text).rule) == (None, "vague")


@pytest.mark.parametrize("text", ["", "   ", "insyaallah", "Insya Allah, amin.", "…", "\U0001f600"])
def test_silence_and_mere_politeness_give_no_date(text: str) -> None:
    assert (said(text).due_on, said(text).rule) == (None, "silent")


@pytest.mark.parametrize(
    "polite", ["insyaallah", "Insya Allah", "in sya Allah", "mudah-mudahan", "kalau bisa", "semoga"]
)
def test_polite_words_are_ignored(polite: str) -> None:
    assert due(f"{polite} bulan depan") == due(f"bulan depan, {polite}") == "2022-09-30"


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("kalau ada anggaran", "kalau ada anggaran"),
        ("Bulan depan, kalau ada anggaran", "kalau ada anggaran"),
        ("setelah APBD Perubahan disahkan, ya", "setelah APBD Perubahan disahkan"),
        ("30 hari setelah SK terbit", "setelah SK terbit"),
        ("habis pilkada", "habis pilkada"),
        ("menunggu Perbup", "menunggu Perbup"),
        ("tergantung kemampuan daerah", "tergantung kemampuan daerah"),
    ],
)
def test_a_condition_is_recognised_and_gives_no_date(text: str, condition: str) -> None:
    assert (said(text).due_on, said(text).rule, said(text).condition) == (None, "condition", condition)


@pytest.mark.parametrize(
    "text",
    [
        "xyz", "bukan tahun ini", "31 Februari 2023", "999999999 hari", "99999999999999 hari kerja", "99999 tahun",
        "1 Januari 0001", "31/12/9999", "tahun depan tidak", "1,5 tahun", "0 hari", "semester 3",
        "Desember 2021", "bulan lalu", "=HYPERLINK()", "\u202e2202",
    ],
)  # fmt: skip
def test_what_is_not_understood_or_not_reasonable_gives_no_date(text: str) -> None:
    assert (said(text).due_on, said(text).rule) == (None, "unknown")


def test_words_count_from_the_last_day_they_may_have_been_said() -> None:
    assert due("bulan depan", "2022-12-31", since="2022-01-01") == "2023-01-31"
    assert due("Juni 2022", "2022-12-31", since="2022-01-01") == "2022-06-30"


def test_of_two_dates_the_later_is_meant() -> None:
    assert due("secepatnya, paling lambat akhir tahun 2023") == "2023-12-31"
    assert due("antara Januari dan Maret 2024") == "2024-03-31"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"{each.phrase} on {each.said_on}")
def test_each_phrase_of_the_table_is_read_as_worked_out_by_hand(example: Example) -> None:
    found = read_as(example)
    assert (found.due_on, found.rule, found.provisional) == (example.due_on, example.rule, example.provisional)


def test_the_table_is_large_and_has_every_rule() -> None:
    assert len(EXAMPLES) >= 1000
    assert {each.rule for each in EXAMPLES} == set(DeadlineRule) - {DeadlineRule.BY_HAND}
    said_once = {(each.phrase, each.said_on, each.tenure_ends_on, repr(each.calendar)) for each in EXAMPLES}
    assert len(said_once) == len(EXAMPLES)


def test_every_class_of_words_is_explained() -> None:
    found = {token.kind for each in EXAMPLES for token in tokens(normalised(each.phrase))}
    assert found | TIMES | WEAK <= set(CLASSES)


STRANGERS = ("Rajab", "paling cepat", "beberapa tahun", "7777777777", "ke-9 ke-9", "H±3", "Marett", "setiap minggu")
"""Words of time that nothing reads, wherever they stand."""


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_word_of_time_that_is_not_understood_within_the_phrase_leaves_no_date(stranger: str) -> None:
    """At every place between two words of every phrase, but those of "paling cepat": apart they name no time."""
    for example in DATED:
        text = normalised(example.phrase)
        times = read(text, Said(example.said_on, example.calendar, example.tenure_ends_on)).times
        floors = [found.span() for found in re.finditer("paling cepat", text)]
        within = range(times[0].start, times[-1].end)
        gaps = [place for place in within if text[place] == " "] or [times[0].start]
        for place in (place for place in gaps if not any(start < place < end for start, end in floors)):
            changed = f"{text[:place]} {stranger} {text[place:]}"
            assert read_as(example, changed).due_on is None, changed


@pytest.mark.parametrize("stranger", ("Rajab", "musim hujan", "dua kali setahun", "Agustsu"))
def test_nor_does_one_beside_the_phrase(stranger: str) -> None:
    for example in DATED:
        for changed in (f"{stranger} {example.phrase}", f"{example.phrase} {stranger}"):
            assert read_as(example, changed).due_on is None, changed


AHEAD = (
    "",
    "Bapak Bupati menyampaikan bahwa perangkat untuk semua petugas akan diserahkan ",
    "Saya, atas nama pemerintah daerah, berjanji HP untuk 40 kecamatan sudah ada ",
    "Insyaallah ",
)
BEHIND = ("", " sesuai hasil rapat di pendopo bersama para kepala desa", ", demikian kata beliau.", " ya Pak")


@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("ahead", AHEAD)
def test_words_around_the_phrase_change_nothing(ahead: str, behind: str) -> None:
    for example in IN_SENTENCES:
        said = f"{ahead}{example.phrase}{behind}"
        found = read_as(example, said)
        assert (found.due_on, found.rule) == (example.due_on, example.rule), said


WORDS = st.sampled_from(
    """insyaallah bulan tahun minggu hari kerja depan ini awal akhir pertengahan sebelum habis setelah Lebaran Februari
    Desember 31 2 5 2023 0001 9999 999999999 tiga puluh belas triwulan semester II APBD TA perubahan ABT kalau tanggal
    segera lalu tidak tgl masa jabatan 1/1/1 -5 31/12/9999 0 Januari besok setengah H-7 H+7 sejak setelah Natal puasa
    Nyepi kedua ke-3 terakhir mendatang Senin , sampai atau dari mulai paling cepat HP 40 xyz pekan jam kali HUT RI
    Hari Jadi berakhir lebih selama""".split()  # noqa: SIM905
)
TEXTS = st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=40)


@settings(max_examples=examples(150), deadline=None)
@given(TEXTS, st.dates() | st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_no_text_crashes_it_and_no_unnamed_date_lies_before_the_words(text: str, on: date) -> None:
    found = suggest(text, on, on, calendar=almanac(), tenure_ends_on=on)
    assert found.due_on is None or on <= found.due_on
    assert (found.rule == "condition") == bool(found.condition)
    assert normalised(normalised(text)) is not None
    latest = latest_after(text, on, on, on, calendar=almanac(), tenure_ends_on=on)
    assert latest is None or on <= latest


@settings(max_examples=examples(400), deadline=None)
@given(st.lists(WORDS, max_size=8).map(" ".join), st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_where_there_is_a_date_every_word_of_time_belongs_to_a_reading(text: str, on: date) -> None:
    if suggest(text, on, on, calendar=almanac(), tenure_ends_on=on).due_on is None:
        return
    plain = normalised(text)
    found = read(plain, Said(on, almanac(), on))
    taken = [(each.start, each.end) for each in found.row if each.kind == "*"]
    for token in tokens(plain):
        if token.kind in TIMES - WEAK:
            assert any(start <= token.start and token.end <= end for start, end in taken), (plain, token)


@settings(max_examples=examples(200), deadline=None)
@given(TEXTS, st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 366))
def test_a_date_before_the_words_has_its_year_in_them(text: str, on: date, days: int) -> None:
    since = on - timedelta(days=days)
    found = suggest(text, since, on, calendar=almanac())
    if found.due_on and found.due_on < on:
        assert since <= found.due_on
        assert any(each in text for each in (str(found.due_on.year), f"/{found.due_on.year % 100:02}", "RI ke-"))
