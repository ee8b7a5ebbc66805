from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from core.files import disposition
from documents.filenames import file_name
from documents.sheetnames import sheet_name

HOSTILE = (
    'Kec. "Kemang"', "a\r\nSet-Cookie: x=1", "a;b=c", "é\u0301 \U0001f4f1", "x" * 300, "\U0001f4f1" * 300,
    "../../etc/passwd", "C:\\aux",
    "a\x00b", "\ud800", "\u202egpj.exe", "...", "", "%0d%0a", "'; drop", "=1+1", "<script>",
)  # fmt: skip


class TestSheetNames:
    @pytest.mark.parametrize(
        ("wanted", "name"),
        [
            ("Kec. A/B", "Kec. A-B"),
            ("[x]:*?/\\", "-x------"),
            ("", "Lembar"),
            ("   ", "Lembar"),
            ("'kutip'", "kutip"),
            ("x" * 40, "x" * 31),
            ("\U0001f4f1" * 20, "\U0001f4f1" * 15),
            ("History", "History (2)"),
            ("a\x00b\ud800", "a\ufffdb\ufffd"),
        ],
    )
    def test_is_made_valid(self, wanted, name):
        assert sheet_name(wanted, ()) == name

    def test_is_unlike_all_others_whatever_the_case(self):
        assert sheet_name("KEMANG", ["Kemang", "kemang (2)"]) == "KEMANG (3)"

    def test_stays_unique_after_cutting(self):
        taken: list[str] = []
        for _ in range(120):
            taken.append(sheet_name("Kecamatan dengan nama yang panjang sekali", taken))
        assert len({each.casefold() for each in taken}) == 120
        assert max(map(len, taken)) <= 31

    @given(st.lists(st.text(max_size=50), max_size=8))
    def test_any_names_make_sheets_that_openpyxl_takes_as_they_are(self, wanted):
        taken: list[str] = []
        for each in wanted:
            taken.append(sheet_name(each, taken))
        book = Workbook()
        for each in taken:
            assert book.create_sheet(each).title == each


class TestFileNames:
    def test_joins_its_words(self):
        assert file_name("", "usulan", "2026-11-22-0741", extension="xlsx") == "usulan-2026-11-22-0741.xlsx"

    @pytest.mark.parametrize("word", HOSTILE, ids=lambda word: ascii(word[:12]))
    def test_hostile_words_make_a_plain_name_and_one_header_of_at_most_255_bytes(self, word):
        name = file_name("usulan", word, extension="xlsx")
        assert name.startswith("usulan") and name.endswith(".xlsx") and len(name.encode()) <= 120
        assert not set(name) & set("\r\n\x00\"/\\;:<>|?*%'")
        header = disposition(name)
        assert len(header.encode()) <= 255 and "\n" not in header and "\r" not in header
