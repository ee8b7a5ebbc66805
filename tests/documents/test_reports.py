"""What stands in the rows of each report, and that no text in them can become a formula."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.models import DateField, Value
from django.test.utils import CaptureQueriesContext

from assets.models import Asset, DeviceType, ItemCode
from core import clock
from documents.layout import CellKind
from documents.reports.offered import REPORTS
from pledges.models import DeadlineRevision, Pledge
from requests_app.models import DeviceRequest
from tests import base
from tests.base import at, day
from tests.documents.poison import FORMULAS
from tests.documents.sheets import as_csv, formulas, parsed, records, workbook

TEXTS = (CellKind.TEXT, CellKind.CODE)


def shown(kind: str, queryset) -> list[dict]:
    """The report's rows as {column title: value}."""
    report = REPORTS[kind]
    titles = [str(column.title) for column in report.layout.columns]
    return [dict(zip(titles, row, strict=True)) for row in report.rows(queryset)]


def judged(queryset, on: date | None = None):
    on = on or clock.today()
    return queryset.judged(on).annotate(as_of=Value(on, output_field=DateField()))


SOURCES = {
    "requests": lambda: DeviceRequest.objects.with_state(),
    "assets": lambda: Asset.objects.with_state(),
    "pledges": lambda: judged(Pledge.objects.all()),
}


class TestRequests:
    def test_one_row_per_line_with_every_quantity(self, cast):
        lines = [base.a_line(cast, quantity=5, in_use_since="2019"), base.a_line(cast, device_type=cast.tripod)]
        request = base.decided(
            cast,
            lines=lines,
            decisions=[
                {"decision": "approve", "approved_quantity": 3},
                {"decision": "reject", "reason": "Sudah ada di gudang"},
            ],
        )
        line = base.line_of(request)
        base.delivered(cast, assets=[base.an_asset(cast)], request_line=line)
        base.an_issue(cast, assets=[base.an_asset(cast)], request_line=line)
        with at("2026-03-12"):
            first, second = shown("requests", SOURCES["requests"]())
        assert first == {
            "Nomor usulan": request.number, "Kode unit": "32.01.12", "Unit": "Kecamatan Kemang",
            "Diajukan": base.moment("2026-03-02"), "Keadaan": "Diputuskan", "Jenis perangkat": "Smartphone",
            "Diminta": 5, "Disetujui": 3, "Diserahkan": 2, "Diterima": 1, "Belum diterima": 2,
            "Yang dipakai sekarang": "Perangkat pribadi yang rusak", "Dipakai sejak": "2019", "Keputusan": "Disetujui",
            "Alasan keputusan": "", "Nomor janji": None, "Umur (hari)": 10,
        }  # fmt: skip
        assert (second["Nomor usulan"], second["Keputusan"], second["Disetujui"]) == (request.number, "Ditolak", None)
        assert (second["Alasan keputusan"], second["Belum diterima"]) == ("Sudah ada di gudang", 0)

    def test_a_line_names_the_pledge_that_covers_it(self, cast):
        pledge = base.a_pledge(cast)
        base.submitted(cast)
        [row] = shown("requests", SOURCES["requests"]())
        assert row["Nomor janji"] == pledge.number

    def test_a_draft_has_neither_number_nor_age(self, cast):
        base.a_request(cast)
        [row] = shown("requests", SOURCES["requests"]())
        assert (row["Nomor usulan"], row["Keadaan"], row["Umur (hari)"]) == (None, "Draf", None)

    def test_requests_with_and_without_lines_keep_their_own(self, cast):
        made = [base.submitted(cast, lines=[base.a_line(cast, quantity=n)] * n) for n in (1, 2, 3)]
        made[1].lines.all().delete()
        rows = shown("requests", SOURCES["requests"]())
        wanted = [(made[0].number, 1), (made[1].number, None), *[(made[2].number, 3)] * 3]
        assert [(row["Nomor usulan"], row["Diminta"]) for row in rows] == wanted

    def test_age_counts_local_days(self, cast):
        with at("2026-03-03T23:59:00"):
            base.submitted(cast)
        with at("2026-03-04T00:01:00"):
            [row] = shown("requests", SOURCES["requests"]())
        assert row["Umur (hari)"] == 1


class TestAssets:
    def test_a_device_is_shown_with_its_holder_and_bast(self, cast):
        item_code = ItemCode.objects.create(code="1.3.2.06.02.01.004", name="Telephone Mobile")
        cast.hp.item_code = item_code
        cast.hp.save()
        asset = base.an_asset(
            cast, tag="GW-0001", nibar="1201320100000000000001", brand="Samsung", model="A55", serial_number="00123",
            imei_1="350000000000001", price=4_500_000, acquired_on=day("2026-01-05"),
            warranty_until=day("2027-01-05"), fund_source="dau",
        )  # fmt: skip
        handover = base.delivered(cast, assets=[asset], recipient=cast.rani)
        [row] = shown("assets", SOURCES["assets"]())
        assert row == {
            "Label": "GW-0001", "NIBAR": "1201320100000000000001", "Kode barang": "1.3.2.06.02.01.004",
            "Jenis perangkat": "Smartphone", "Merek": "Samsung", "Tipe": "A55", "Nomor seri": "00123",
            "Nomor register": "", "IMEI 1": "350000000000001", "IMEI 2": "", "Kondisi": "Baik (B)",
            "Keadaan": "Dipakai",
            "Kode unit pencatat": "32.01.DISKOMINFO", "Unit pencatat": "Diskominfo",
            "Unit pemegang": "Kecamatan Kemang", "Nama pemegang": "Rani Puspita", "Nomor BAST": handover.number,
            "Tanggal BAST": day("2026-03-02"), "Dikonfirmasi (hari kemudian)": None,
            "Tanggal perolehan": day("2026-01-05"),
            "Garansi sampai": day("2027-01-05"), "Nilai perolehan": 4_500_000,
            "Sumber dana": "DAU",
        }  # fmt: skip

    @pytest.mark.parametrize("state", ["in_stock", "held", "issued", "in_repair", "lost", "retired"])
    def test_every_state_is_one_row_and_only_an_issued_device_has_a_holder(self, cast, state):
        asset = base.asset_in(cast, state)
        [row] = shown("assets", SOURCES["assets"]())
        assert row["Keadaan"] == str(asset.state.label)
        assert bool(row["Unit pemegang"]) == (state == "issued")

    def test_a_receipt_confirmed_late_says_how_much_later(self, cast):
        handover = base.an_issue(cast)
        with at("2026-08-30"):
            base.accepted(cast, handover)
            [row] = shown("assets", SOURCES["assets"]())
        assert (row["Tanggal BAST"], row["Dikonfirmasi (hari kemudian)"]) == (day("2026-03-02"), 181)

    def test_a_returned_device_shows_no_former_holder(self, cast):
        asset = base.an_asset(cast)
        base.delivered(cast, assets=[asset])
        base.accepted(cast, base.returned(cast, [asset], by=cast.kemang_admin), by=cast.clerk)
        [row] = shown("assets", SOURCES["assets"]())
        assert (row["Keadaan"], row["Unit pemegang"], row["Nomor BAST"]) == ("Di gudang", None, None)


class TestPledges:
    def test_delivery_and_lateness_stand_beside_both_deadlines(self, cast):
        with at("2023-01-05"):
            pledge = base.a_pledge(cast, promised=3, original_due_on=day("2023-12-31"))
        base.revised(cast, pledge, to=day("2024-06-30"), on="2024-02-10")
        with at("2024-03-01"):
            base.delivered(cast, pledge_line=pledge.lines.get())
            [row] = shown("pledges", SOURCES["pledges"]())
        assert row == {
            "Nomor janji": pledge.number, "Judul": "HP untuk admin media sosial", "Jabatan yang berjanji": "Bupati",
            "Unit penanggung jawab": "Diskominfo", "Penerbitan": "Diterbitkan",
            "Diucapkan, paling awal": day("2022-01-01"), "Diucapkan, paling akhir": day("2022-12-31"),
            "Tenggat awal": day("2023-12-31"), "Tenggat pertama": day("2023-12-31"),
            "Tenggat dikoreksi": None, "Diberi tenggat sesudah (hari)": None,
            "Menggantung sebelum diberi tenggat (hari)": None,
            "Tenggat berlaku": day("2024-06-30"), "Status": "Diperpanjang; tenggat awal terlewati",
            "Dijanjikan": 3, "Diserahkan": 1, "Belum dipenuhi": 2, "Hari terlambat": 0,
            "Hari lewat tenggat pertama": 61, "Umur (hari)": 426, "Diundur (kali)": 1,
        }  # fmt: skip

    def test_the_recorded_date_stays_beside_the_corrected_one_and_only_what_was_moved_back_is_counted(self, cast):
        pledge = base.a_pledge(cast, promised=1, original_due_on=day("2026-01-31"))
        base.revised(cast, pledge, kind="correction", to=day("2026-01-15"))
        for kind, to in (("extension", "2026-06-30"), ("advance", "2026-05-31"), ("restated", "2026-12-31")):
            base.revised(cast, pledge, kind=kind, to=day(to))
        [row] = shown("pledges", SOURCES["pledges"]())
        told = (row["Tenggat awal"], row["Tenggat pertama"], row["Tenggat dikoreksi"], row["Diundur (kali)"])
        assert told == (day("2026-01-31"), day("2026-01-15"), day("2026-03-02"), 2)

    def test_a_date_given_to_a_dangling_promise_says_so(self, cast):
        base.revised(cast, base.a_pledge(cast), kind="first_set", to=day("2026-12-31"))
        [row] = shown("pledges", SOURCES["pledges"]())
        assert (row["Diberi tenggat sesudah (hari)"], row["Menggantung sebelum diberi tenggat (hari)"]) == (1157, 1157)
        assert row["Tenggat awal"] is None

    def test_the_register_as_it_stood_on_a_day_is_exported_as_it_stood(self, cast):
        with at("2023-01-05"):
            pledge = base.a_pledge(cast, promised=1, original_due_on=day("2023-12-31"))
        base.revised(cast, pledge, to=day("2024-06-30"), on="2024-02-10")
        [row] = shown("pledges", judged(Pledge.objects.all(), day("2024-02-09")))
        assert (row["Status"], row["Hari terlambat"], row["Diundur (kali)"]) == ("Lewat tenggat", 40, 0)

    def test_days_stop_on_the_day_a_late_pledge_was_kept(self, cast):
        with at("2023-01-05"):
            pledge = base.a_pledge(cast, promised=1, original_due_on=day("2023-12-31"))
        with at("2024-01-10"):
            base.delivered(cast, pledge_line=pledge.lines.get())
        [row] = shown("pledges", SOURCES["pledges"]())
        assert (row["Status"], row["Hari terlambat"], row["Belum dipenuhi"]) == ("Ditepati terlambat", 10, 0)

    def test_a_promise_without_a_date_is_dangling_with_its_age_and_no_days_late(self, cast):
        base.a_pledge(cast)
        with at("2023-11-15"):
            [row] = shown("pledges", SOURCES["pledges"]())
        assert (row["Status"], row["Umur (hari)"], row["Hari terlambat"]) == ("Menggantung", 319, 0)


class TestEveryReport:
    @pytest.mark.parametrize("kind", REPORTS)
    def test_formulas_in_every_text_column_stay_literal_in_both_formats(self, kind):
        columns = REPORTS[kind].layout.columns
        rows = [tuple(text if column.kind in TEXTS else None for column in columns) for text in FORMULAS]
        content = workbook(REPORTS[kind].layout, rows)
        assert records(content) == rows
        assert all("(" in formula and "K1" not in formula for formula in formulas(content))
        assert len(formulas(content)) == 2 * sum(column.total for column in columns)
        for record in parsed(as_csv(REPORTS[kind].layout, rows))[1:]:
            assert not [field for field in record if field[:1] in tuple("=+-@\t\r\n＝")]

    def test_formulas_stored_in_every_text_field_come_out_literal(self, cast):
        evil = "=1+1"
        for model in (type(cast.kemang), type(cast.rani), type(cast.hp), type(cast.bupati)):
            model.objects.update(name=evil)
        base.submitted(cast, purpose=evil, lines=[base.a_line(cast, note=evil)])
        base.a_pledge(cast, title=evil, quote=evil, occasion=evil, deadline_text=evil)
        asset = base.an_asset(cast, tag="=TAG", nibar=evil, brand=evil, model=evil, serial_number=evil)
        base.delivered(cast, assets=[asset], recipient=cast.rani)
        for kind, source in SOURCES.items():
            rows = list(REPORTS[kind].rows(source()))
            content = workbook(REPORTS[kind].layout, rows)
            assert [list(map(str, row)) for row in records(content)] and "=1+1" in str(records(content))
            assert len(formulas(content)) == 2 * sum(column.total for column in REPORTS[kind].layout.columns)

    @pytest.mark.parametrize(("kind", "queries"), [("requests", 2), ("assets", 1), ("pledges", 1)])
    @pytest.mark.parametrize("number", [1, 3])
    def test_takes_as_many_queries_for_three_rows_as_for_one(self, cast, kind, queries, number):
        for _ in range(number):
            base.submitted(cast)
            base.an_asset(cast)
            base.a_pledge(cast)
        source = SOURCES[kind]()
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert len(list(REPORTS[kind].rows(source))) == number
        assert len([q for q in caught if "SELECT" in q["sql"]]) == queries

    @pytest.mark.parametrize("kind", REPORTS)
    def test_every_column_fits_its_widths_and_long_codes_are_text(self, kind):
        layout = REPORTS[kind].layout
        assert sum(column.width for column in layout.columns) < 400
        titles = [str(column.title) for column in layout.columns]
        assert len(set(titles)) == len(titles)
        codes = ("NIBAR", "IMEI", "Nomor", "Kode", "Label")
        assert all(column.kind is CellKind.CODE for column in layout.columns if str(column.title).startswith(codes))


def test_yes_and_no_of_derived_columns_are_written_in_words(cast):
    base.revised(cast, base.a_pledge(cast, original_due_on=day("2026-01-31")), to=day("2026-06-30"))
    DeviceType.objects.filter(pk=cast.hp.pk).update(added_by=cast.clerk)
    types = {row["Kode"]: row["Menunggu konfirmasi"] for row in shown("device_types", DeviceType.objects.all())}
    assert types[cast.hp.code] == "ya" and set(types.values()) == {"ya", "tidak"}
    [revision] = shown("deadline_revisions", DeadlineRevision.objects.all())
    assert revision["Lebih dari setahun"] == "tidak"
