from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook

from core.errors import DomainError
from documents import stream
from documents.layout import CellKind, Column, Cover, Layout, Paper
from documents.values import storable
from documents.workbook import SafeWorkbook
from tests.documents.poison import FORMULAS, ODD, STORABLE, UNSTORABLE
from tests.documents.sheets import COVER, formulas, header_row, layout, opened, read_back, records, workbook
from tests.profiles import examples

TEXTS = (CellKind.TEXT, CellKind.CODE)
SALES = Layout(
    sheet="Perangkat",
    title="Daftar perangkat",
    columns=(
        Column("Nama", width=20),
        Column("Jumlah", CellKind.INTEGER, 10, total=True),
        Column("Harga", CellKind.RUPIAH, 18, total=True, note="Menurut kontrak."),
        Column("Dicatat", CellKind.DATETIME, 18),
    ),
)
SOLD = [("HP", 2, 4_500_000, None), ("Tripod", 3, 350_000, None), ("Kamera", None, 9_000_000, None)]


class TestLiteralText:
    @pytest.mark.parametrize("kind", list(CellKind))
    def test_formula_like_text_comes_back_as_the_same_text_from_every_kind_of_column(self, kind):
        content = workbook(layout(kind), [(each,) for each in FORMULAS])
        assert [row[0] for row in records(content)] == list(FORMULAS)
        assert formulas(content) == []

    def test_formula_like_text_is_stored_as_a_string_with_the_quote_mark_of_excel(self):
        sheet = opened(workbook(layout(CellKind.TEXT), [("=1+1",), ("+62",), ("-5",), ("@x",), ("biasa",)]))
        cells = [sheet.cell(header_row(sheet) + number, 1) for number in range(1, 6)]
        assert {cell.data_type for cell in cells} == {"s"}
        assert [bool(cell.quotePrefix) for cell in cells] == [True, True, True, True, False]

    def test_formula_like_text_outside_the_data_is_literal_too(self):
        evil = Cover("=1+1", COVER.as_of, filters=(("=2+2", "=3+3"), ("cari", "@x")), made_by="=4+4")
        titled = Layout("=5+5", "=6+6", (Column("=7+7", note="=8+8"), Column("+9", CellKind.DATETIME)))
        content = workbook(titled, [("x", None)], evil)
        assert formulas(content) == []
        shown = {cell for sheet in load_workbook(BytesIO(content)) for row in sheet.values for cell in row}
        assert {"=1+1", "=3+3", "=4+4", "=6+6", "=7+7", "=8+8"} <= shown

    @pytest.mark.parametrize("text", STORABLE, ids=lambda text: ascii(text[:12]))
    def test_storable_text_comes_back_identical(self, text):
        assert read_back(layout(*TEXTS), [(text, text)]) == [(text or None, text or None)]

    @pytest.mark.parametrize(("text", "kept"), UNSTORABLE.items(), ids=ascii)
    def test_each_character_that_no_sheet_can_hold_becomes_one_replacement_character(self, text, kept):
        assert read_back(layout(*TEXTS), [(text, text)]) == [(kept, kept)]

    @pytest.mark.parametrize("text", ["a" * 32_768, "b" * 100_000, "\U0001f4f1" * 16_384, "=" + "c" * 40_000])
    def test_text_longer_than_a_cell_is_cut_with_an_ellipsis(self, text):
        [(kept,)] = read_back(layout(CellKind.TEXT), [(text,)])
        assert kept.endswith("…") and text.startswith(kept[:-1])
        assert 32_765 <= len(kept.encode("utf-16-le")) // 2 <= 32_767

    @settings(max_examples=examples(150), deadline=None)
    @given(st.lists(st.text(max_size=40), min_size=1, max_size=20))
    def test_any_text_comes_back_as_the_same_text(self, texts):
        wanted = [(storable(text) or None,) for text in texts]
        assert read_back(layout(CellKind.TEXT), [(text,) for text in texts]) == wanted


class TestPoison:
    @pytest.mark.parametrize("kind", list(CellKind))
    def test_no_value_makes_an_export_fail_in_any_kind_of_column(self, kind):
        values = [*ODD, *FORMULAS, *STORABLE, *UNSTORABLE]
        content = workbook(layout(kind), [(each,) for each in values])
        assert len(records(content)) == len(values)
        assert formulas(content) == []
        with ZipFile(BytesIO(content)) as package:
            for name in package.namelist():
                etree.fromstring(package.read(name))

    @settings(max_examples=examples(60), deadline=None)
    @given(
        st.lists(
            st.tuples(*[st.one_of(st.none(), st.integers(), st.floats(), st.decimals(), st.text(), st.dates(),
                                  st.datetimes(timezones=st.one_of(st.none(), st.just(UTC))))] * len(CellKind)),
            max_size=5,
        )
    )  # fmt: skip
    def test_any_row_of_values_makes_a_workbook_that_opens(self, rows):
        of = Layout("Daftar", "Daftar", tuple(Column(kind.value, kind, total=True) for kind in CellKind))
        assert len(records(workbook(of, rows))) == max(1, len(rows))


class TestNumbersAndDates:
    def test_numbers_keep_their_digits_and_those_beyond_fifteen_become_text(self):
        rows = [(5,), (-5,), (10**15 - 1,), (10**15,), (320112123456789012,), (Decimal("1234.5"),)]
        wanted = [5, -5, 10**15 - 1, "1000000000000000", "320112123456789012", 1234.5]
        assert [row[0] for row in read_back(layout(CellKind.INTEGER), rows)] == wanted

    def test_codes_of_digits_stay_text_even_when_given_as_integers(self):
        assert read_back(layout(CellKind.CODE), [("0012",), (198501012010012001,)]) == [
            ("0012",),
            ("198501012010012001",),
        ]

    def test_dates_are_real_dates_and_those_before_excel_counts_rightly_are_iso_text(self):
        days = [(date(2023, 11, 17),), (date(1900, 3, 1),), (date(9999, 12, 31),), (date(1900, 2, 28),)]
        wanted = [datetime(2023, 11, 17), datetime(1900, 3, 1), datetime(9999, 12, 31), "1900-02-28"]
        assert [row[0] for row in read_back(layout(CellKind.DATE), days)] == wanted

    @pytest.mark.parametrize(
        ("zone", "name", "hour"),
        [("Asia/Jakarta", "WIB", 0), ("Asia/Makassar", "WITA", 1), ("Asia/Jayapura", "WIT", 2)],
    )
    def test_instants_are_local_and_the_header_names_the_zone(self, settings, zone, name, hour):
        settings.TIME_ZONE = zone
        instant = datetime(2025, 12, 31, 17, 30, 15, tzinfo=UTC)
        content = workbook(layout(CellKind.DATETIME, CellKind.DATE), [(instant, instant)])
        assert records(content) == [(datetime(2026, 1, 1, hour, 30, 15), datetime(2026, 1, 1))]
        sheet = opened(content)
        assert sheet.cell(header_row(sheet), 1).value == f"K1 ({name})"

    def test_an_instant_read_back_is_the_instant_written(self):
        instant = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
        [(shown,)] = read_back(layout(CellKind.DATETIME), [(instant,)])
        assert timezone.make_aware(shown) == instant

    @pytest.mark.parametrize(
        ("kind", "value", "number_format"),
        [
            (CellKind.RUPIAH, 4_500_000, "[$Rp-421]\\ #,##0"),
            (CellKind.DATE, date(2023, 11, 17), "dd/mm/yyyy"),
            (CellKind.DATETIME, datetime(2023, 11, 17, 9), "dd/mm/yyyy hh:mm"),
            (CellKind.CODE, "0012", "@"),
            (CellKind.INTEGER, 7, "#,##0"),
            (CellKind.PERCENT, 0.25, "0.0%"),
        ],
    )
    def test_each_kind_has_its_format(self, kind, value, number_format):
        sheet = opened(workbook(layout(kind), [(value,)]))
        assert sheet.cell(header_row(sheet) + 1, 1).number_format == number_format


class TestSheet:
    def test_stands_under_title_office_sample_mark_data_date_anchor_and_filters(self):
        sheet = opened(workbook(SALES, SOLD))
        top = [sheet.cell(row, 1).value for row in range(1, header_row(sheet))]
        assert top == [
            "Daftar perangkat",
            "Dinas Komunikasi dan Informatika · Kabupaten Contoh",
            "DATA CONTOH: bukan data sebenarnya",
            f"Data per 22 November 2026 pukul 07.41 WIB · Jurnal 1234:{'ab' * 32}",
            "Saringan: wilayah = 32.01.12",
        ]

    def test_real_data_is_not_marked_as_sample(self):
        content = workbook(SALES, SOLD, Cover("Dinas", COVER.as_of))
        assert "DATA CONTOH" not in str([list(sheet.values) for sheet in load_workbook(BytesIO(content))])

    def test_has_frozen_header_filter_over_the_data_widths_and_print_setup(self):
        sheet = opened(workbook(SALES, SOLD))
        header = header_row(sheet)
        assert sheet.freeze_panes == f"B{header + 1}"
        assert sheet.auto_filter.ref == f"A{header}:D{header + 3}"
        assert [sheet.column_dimensions[letter].width for letter in "ABCD"] == [20, 10, 18, 18]
        assert sheet.print_title_rows == f"${header}:${header}"
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", Paper.F4.value)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter.center.text == "Halaman &P dari &N"
        assert sheet.oddFooter.left.text == "DATA CONTOH: bukan data sebenarnya"

    def test_a4_is_used_where_the_layout_says_so(self):
        sheet = opened(workbook(layout(CellKind.TEXT, paper=Paper.A4), [("x",)]))
        assert str(sheet.page_setup.paperSize) == Paper.A4.value

    def test_an_ampersand_in_the_footer_is_not_a_code(self):
        sheet = opened(workbook(SALES, SOLD, Cover("Dinas K&I &P \x00", COVER.as_of)))
        assert sheet.oddFooter.left.text == "Dinas K&&I &&P \ufffd"

    def test_only_the_totals_are_formulas_and_they_carry_their_value(self):
        content = workbook(SALES, SOLD)
        first, last = header_row(opened(content)) + 1, header_row(opened(content)) + 3
        assert formulas(content) == [
            f"<f>{function}{letter}{first}:{letter}{last})</f>"
            for function in ("SUM(", "SUBTOTAL(109,")
            for letter in "BC"
        ]
        kept = load_workbook(BytesIO(content), data_only=True).worksheets[0]
        assert [kept.cell(last + 2, column).value for column in (1, 2, 3)] == ["JUMLAH", 5, 13_850_000]
        assert [kept.cell(last + 3, column).value for column in (2, 3)] == [5, 13_850_000]

    def test_totals_leave_out_what_is_not_a_number(self):
        rows = [("a", 10**20, "7"), ("b", True, float("nan")), ("c", 3, Decimal("0.5"))]
        content = workbook(Layout("x", "x", SALES.columns[:3]), rows)
        kept = load_workbook(BytesIO(content), data_only=True).worksheets[0]
        assert [kept.cell(header_row(kept) + 5, column).value for column in (2, 3)] == [3, 0.5]

    def test_an_empty_list_says_nihil_and_has_no_totals(self):
        content = workbook(SALES, [])
        assert records(content) == [("NIHIL", None, None, None)]
        assert formulas(content) == []

    def test_notes_tell_rows_totals_zone_anchor_filters_and_columns(self):
        notes = {row[0]: row[1] for row in opened(workbook(SALES, SOLD), 1).values}
        assert notes["Data per"] == "22 November 2026 pukul 07.41 WIB"
        assert notes["Zona waktu"] == "WIB"
        assert notes["Jurnal (nomor:hash)"] == f"1234:{'ab' * 32}"
        assert notes["Saringan: wilayah"] == "32.01.12"
        assert notes["Dibuat oleh"] == "Ujang Suherman"
        assert (notes["Baris"], notes["Jumlah Jumlah"], notes["Jumlah Harga"]) == (3, 5, 13_850_000)
        assert notes["Harga"] == "Menurut kontrak."

    def test_several_lists_have_a_sheet_each_with_valid_unique_names(self):
        target = BytesIO()
        names = ["Kec. A/B", "Kec. A/B", "K" * 40, "K" * 40, "", "Catatan"]
        with SafeWorkbook(COVER) as book:
            for name in names:
                book.add(layout(CellKind.TEXT, sheet=name), [(name or "kosong",)])
            book.save(target)
        made = load_workbook(target)
        wanted = ["Kec. A-B", "Kec. A-B (2)", "K" * 31, "K" * 27 + " (2)", "Lembar", "Catatan", "Catatan (2)"]
        assert made.sheetnames == wanted
        assert [records_of[header_row(records_of) + 1][0].value for records_of in made.worksheets[:2]] == names[:2]

    def test_a_row_with_too_few_or_too_many_values_is_an_error_of_the_report(self):
        for row in (("x",), ("x", 1, 2, None, "lebih")):
            with pytest.raises((ValueError, IndexError)):
                workbook(SALES, [row])

    def test_more_rows_than_a_sheet_has_are_refused_in_words(self, monkeypatch):
        monkeypatch.setattr(stream, "MAX_ROWS", 3)
        with pytest.raises(DomainError) as refusal:
            workbook(layout(CellKind.TEXT), itertools.repeat(("x",)))
        assert refusal.value.code == "too_many_rows"

    def test_rows_are_read_one_by_one_and_never_held(self):
        alive = []

        def rows():
            for number in range(3000):
                alive.append(number)
                yield (number,)

        with SafeWorkbook(COVER) as book:
            assert book.add(layout(CellKind.INTEGER), rows()) == 3000
        assert len(alive) == 3000
