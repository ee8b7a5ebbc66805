"""The official forms of the budget workbook, as BPKAD takes them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.utils import translation
from openpyxl.worksheet.worksheet import Worksheet

from assets import register
from assets.models import DeviceType, ItemCode
from core.installation import change_installation
from core.models import Installation
from documents.intake import sessions
from org.models import Office, Person, Tenure, Unit
from org.reference import keep
from planning import plans
from planning.models import AccountCode
from planning.plans import Reviewed
from tests.base import (
    Cast,
    a_line,
    accepted,
    an_asset,
    an_issue,
    asset_in,
    day,
    decided,
    delivered,
    retired,
    settings_are,
)
from tests.documents.files import upload
from tests.documents.test_exports import exported
from tests.documents.test_planbook import below, column_of, notes, opened, row_with, sub_activity, table_of, written
from tests.planning.scenes import a_frozen_plan, a_plan, a_price, a_standard

PHONE, TRIPOD, CARD = "1.3.2.06.02.01.004", "1.3.2.06.01.02.045", "1.1.7.01.03.06.007"


@pytest.fixture
def coded(cast: Cast) -> Cast:
    """Phones and tripods with their item codes; cameras have none yet."""
    for kind, code, name in ((cast.hp, PHONE, "Telephone Mobile"), (cast.tripod, TRIPOD, "Tripod Camera")):
        kind.item_code = ItemCode.objects.create(code=code, name=name)
        kind.save()
    return cast


def listed(sheet: Worksheet, *titles: str) -> list[tuple[Any, ...]]:
    """Of each row of items what stands under these titles, which are in one or in two rows of headings."""
    first = next(n for n in range(1, sheet.max_row) if [sheet.cell(n, 1).value, sheet.cell(n, 2).value] == [1, 2])
    heads = [sheet[first - 1], sheet[first - 2]]
    at = [next(cell.column for row in heads for cell in row if cell.value == title) for title in titles]
    rows = [row for row in range(first + 1, sheet.max_row + 1) if isinstance(sheet.cell(row, 1).value, int)]
    return [tuple(sheet.cell(row, column).value for column in at) for row in rows]


def head(sheet: Worksheet) -> dict[str, str]:
    """What the head says after its colons."""
    rows = [(row[0].value, str(row[2].value)) for row in sheet.iter_rows(max_row=12)]
    return {str(label): said.removeprefix(": ") for label, said in rows if said.startswith(": ")}


# ---- KIB B


def test_kib_b_holds_equipment_alone_and_tells_what_it_leaves_out(coded: Cast) -> None:
    card = DeviceType.objects.create(
        code="card", name="Kartu memori", family=coded.hp.family,
        item_code=ItemCode.objects.create(code=CARD, name="Kartu Memori"),
    )  # fmt: skip
    an_asset(coded, price=5_000_000)
    an_asset(coded, device_type=card, price=5_000_000)
    an_asset(coded, device_type=coded.camera, price=9_000_000)
    content = written(a_plan(coded), coded)
    assert listed(opened(content)["KIB B"], "Kode Barang", "Nomor Register", "Harga (Rp)") == [
        (PHONE, "0001", 5_000_000), (None, "0001", 9_000_000),
    ]  # fmt: skip
    said = notes(content)
    assert said["Kode barang belum ada pada KIB B"] == "Mirrorless (1)"
    assert said["Tidak masuk KIB B (persediaan)"] == f"{CARD} Kartu memori (1)"


def test_what_costs_less_than_the_threshold_stands_on_the_sheet_beside(coded: Cast) -> None:
    settings_are(capitalisation_threshold=2_000_000)
    for price in (1_999_999, 2_000_000, None):
        an_asset(coded, price=price)
    of = opened(written(a_plan(coded), coded))
    assert listed(of["KIB B"], "Nomor Register", "Harga (Rp)") == [("0002", 2_000_000), ("0003", None)]
    assert listed(of["KIB B ekstra"], "Nomor Register", "Harga (Rp)") == [("0001", 1_999_999)]
    assert row_with(of["KIB B ekstra"], "PERALATAN DAN MESIN, EKSTRAKOMPTABEL (DI BAWAH Rp2.000.000)")


def test_what_was_bought_under_an_earlier_threshold_is_judged_by_that_one(coded: Cast) -> None:
    def said(**values: Any) -> None:
        change_installation(actor=coded.superuser, role="superuser", **values)

    said(capitalisation_threshold=2_000_000, capitalisation_from=day("2026-01-01"))
    for on, price in (("2025-12-31", 1_500_000), ("2026-01-01", 1_500_000), (None, 1_500_000), ("2025-12-31", 999_999)):
        an_asset(coded, price=price, acquired_on=on and day(on))
    of = opened(written(a_plan(coded), coded))
    assert listed(of["KIB B"], "Nomor Register", "Harga (Rp)") == [("0001", 1_500_000)]
    assert [number for (number,) in listed(of["KIB B ekstra"], "Nomor Register")] == ["0002", "0003", "0004"]
    until = "PERALATAN DAN MESIN, EKSTRAKOMPTABEL (DI BAWAH Rp2.000.000; perolehan sebelum 1 Januari 2026: Rp1.000.000)"
    assert row_with(of["KIB B ekstra"], until)
    said(capitalisation_threshold=3_000_000)
    said(capitalisation_threshold=2_500_000, capitalisation_from=day("2026-02-01"))
    assert Installation.current().thresholds == (
        (date.min, 1_000_000), (day("2026-01-01"), 2_000_000), (day("2026-02-01"), 2_500_000),
    )  # fmt: skip


def test_each_unit_that_keeps_devices_has_its_own_card_with_its_head(coded: Cast) -> None:
    settings_are(province="Jawa Barat", name="Kabupaten Contoh", signing_place="Cibinong")
    part = Unit.objects.create(
        code=f"{coded.diskominfo.code}.IKP", name="Bidang IKP", kind=Unit.Kind.DIVISION, parent=coded.diskominfo,
        location_code="12.01.32.01.16.01.02.01",
    )  # fmt: skip
    Unit.objects.filter(pk=coded.diskominfo.pk).update(affair="Komunikasi dan Informatika")
    an_asset(coded), an_asset(coded, unit=part), an_asset(coded, unit=part), an_asset(coded, unit=coded.kemang)
    content = written(a_plan(coded), coded)
    of = opened(content)
    cards = [name for name in of.sheetnames if name.startswith("KIB B") and "ekstra" not in name]
    assert cards == ["KIB B", "KIB B Kecamatan Kemang", "KIB B Bidang IKP"]
    assert head(of["KIB B Bidang IKP"]) == {
        "PROVINSI": "Jawa Barat", "KABUPATEN/KOTA": "Kabupaten Contoh", "BIDANG": "Komunikasi dan Informatika",
        "UNIT ORGANISASI": "Diskominfo", "SUB UNIT": "Bidang IKP", "UPB": "Bidang IKP",
        "NO. KODE LOKASI": "12.01.32.01.16.01.02.01",
    }  # fmt: skip
    assert [number for (number,) in listed(of["KIB B Bidang IKP"], "Nomor Register")] == ["0001", "0002"]
    assert below(of["KIB B Kecamatan Kemang"])[0] == ["MENGETAHUI", "Kemang, 2 Maret 2026"]
    assert head(of["KIB B"])["NO. KODE LOKASI"] == "…………………"
    assert notes(content)["Kode lokasi belum diisi"] == "Diskominfo, Kecamatan Kemang"
    assert notes(content)["Bidang urusan belum diisi"] == "Kecamatan Kemang"


def test_a_register_number_stays_when_a_device_before_it_is_taken_off_the_list(coded: Cast, media: Any) -> None:
    first, _second = an_asset(coded, price=3_000_000), an_asset(coded, price=3_000_000)
    an_asset(coded, device_type=coded.tripod, price=3_000_000)
    register.report_condition(first, actor=coded.clerk, condition="badly_damaged")
    retired(coded, first)
    sheet = opened(written(a_plan(coded), coded))["KIB B"]
    assert listed(sheet, "Kode Barang", "Nomor Register") == [(TRIPOD, "0001"), (PHONE, "0002")]


def test_a_register_number_stays_when_a_device_before_it_goes_to_other_books_or_another_code(coded: Cast) -> None:
    first, _second = an_asset(coded, price=3_000_000), an_asset(coded, price=3_000_000)
    move = an_issue(
        coded, assets=[first], kind="issue", to=coded.kemang, legal_act="pengalihan_status", decision_number="SK 1"
    )
    accepted(coded, move)
    third = an_asset(coded, price=3_000_000)
    content = opened(written(a_plan(coded), coded))
    assert listed(content["KIB B"], "Kode Barang", "Nomor Register") == [(PHONE, "0002"), (PHONE, "0003")]
    assert listed(content["KIB B Kecamatan Kemang"], "Kode Barang", "Nomor Register") == [(PHONE, "0001")]
    keep(coded.tripod, actor=coded.clerk, item_code=ItemCode.objects.get(code=PHONE))
    an_asset(coded, device_type=coded.tripod, price=3_000_000), an_asset(coded, price=3_000_000)
    sheet = opened(written(a_plan(coded, fiscal_year=2028), coded))["KIB B"]
    assert sorted(listed(sheet, "Nomor Register")) == [("0002",), ("0003",), ("0004",), ("0005",)]
    assert third.unit == coded.diskominfo


# ---- RKBMD


def test_procurement_has_one_row_per_code_and_output_that_sums_its_lines(coded: Cast) -> None:
    a_price(coded)
    decided(coded, lines=[a_line(coded, quantity=2), a_line(coded, device_type=coded.tripod)])
    decided(coded, unit=coded.cibinong, lines=[a_line(coded, quantity=3)])
    content = written(a_plan(coded, sub_activity=sub_activity()), coded)
    sheet = opened(content, values=True)["RKBMD Pengadaan"]
    assert listed(sheet, "Kode Barang", "Jumlah", "Ket") == [
        (TRIPOD, 1, "Untuk Kecamatan Kemang; standar kebutuhan belum ditetapkan; harga belum ada"),
        (PHONE, 5, "Untuk Kecamatan Cibinong, Kecamatan Kemang; standar kebutuhan belum ditetapkan"),
    ]
    formula = opened(content)["RKBMD Pengadaan"].cell(column=5, row=row_of_code(sheet, PHONE)).value
    assert re.fullmatch(r"=SUM\('Rincian RKA'!E\d+:E\d+\)", formula)


def row_of_code(sheet: Worksheet, code: str) -> int:
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 3).value == code)


def test_rows_of_one_code_with_other_prices_are_apart_where_prices_are_shown(coded: Cast) -> None:
    a_price(coded)
    decided(coded, lines=[a_line(coded)]), decided(coded, unit=coded.cibinong)
    plan = a_plan(coded)
    dear = plan.lines.get(unit=coded.kemang)
    plans.adjust(plan, lines=[{"id": dear.pk, "unit_price": 4_000_000}], actor=coded.planner)
    of = opened(written(plan, coded), values=True)
    assert listed(of["RKBMD Pengadaan"], "Jumlah") == [(2,)]
    assert sorted(listed(of["RKBMD Pengadaan (harga)"], "Jumlah", "Harga Satuan", "Nilai Total")) == [
        (1, 3_000_000, 3_000_000), (1, 4_000_000, 4_000_000),
    ]  # fmt: skip


def row_of(sheet: Worksheet, code: str, *columns: int) -> tuple[Any, ...]:
    return tuple(sheet.cell(row_of_code(sheet, code), column).value for column in columns)


def test_the_real_need_is_the_maximum_less_what_is_there_of_all_units_also_those_that_have_enough(coded: Cast) -> None:
    a_standard(coded, quantity=1, unit_kind="district"), delivered(coded), an_asset(coded), an_asset(coded)
    decided(coded, unit=coded.cibinong, lines=[a_line(coded, quantity=4)])
    plan = a_plan(coded)
    assert [(line.unit, line.need) for line in plan.lines.speaking()] == [(coded.cibinong, 2)]
    sheet = opened(written(plan, coded), values=True)["RKBMD Pengadaan"]
    districts = Unit.objects.filter(kind="district").count()
    assert row_of(sheet, PHONE, 7, 8, 11, 13, 15) == (
        districts,
        "unit",
        3,
        2,
        "Untuk Kecamatan Cibinong; harga belum ada",
    )


def test_what_is_budgeted_already_is_told_beside_the_real_need(coded: Cast) -> None:
    decided(coded, lines=[a_line(coded, quantity=2)]), a_frozen_plan(coded, fiscal_year=2026)
    decided(coded, unit=coded.cibinong)
    decided(coded, lines=[a_line(coded)])
    sheet = opened(written(a_plan(coded), coded), values=True)["RKBMD Pengadaan"]
    assert (row_of(sheet, PHONE, 13), "sudah dianggarkan 2" in row_of(sheet, PHONE, 15)[0]) == ((2,), True)


def test_what_is_there_counts_once_where_the_review_made_two_rows_of_a_code(coded: Cast) -> None:
    a_standard(coded, quantity=1, of_unit=coded.village), an_asset(coded, unit=coded.village)
    decided(coded, lines=[a_line(coded, quantity=3)]), decided(coded, unit=coded.cibinong)
    plan = a_plan(coded)
    loaned = plan.lines.get(unit=coded.cibinong)
    plans.review(plan, lines=[Reviewed(loaned.pk, 1, "reallocation", "Dipinjamkan")], actor=coded.approver)
    sheet = opened(written(plan, coded), values=True)["Hasil Penelaahan"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[2] == PHONE]
    assert sorted(row[16] for row in rows) == ["Pengadaan", "Pengalihan barang yang ada"]
    assert sorted((row[6] or 0, row[10]) for row in rows) == [(0, 0), (1, 1)]


def test_the_balance_counts_all_books_by_code_and_names_what_is_below_the_threshold(coded: Cast) -> None:
    settings_are(capitalisation_threshold=1_000_000)
    a_price(coded), decided(coded, unit=coded.cibinong, lines=[a_line(coded, quantity=9)])
    an_asset(coded, price=3_000_000), an_asset(coded, unit=coded.kemang, price=3_000_000)
    retired(coded, an_asset(coded, price=3_000_000))
    an_asset(coded, price=900_000)
    sheet = opened(written(a_plan(coded), coded), values=True)["RKBMD Pengadaan (harga)"]
    assert listed(sheet, "Jumlah Barang pada Neraca", "Keterangan") == [
        (2, "Untuk Kecamatan Cibinong; standar kebutuhan belum ditetapkan; 1 ekstrakomptabel, di luar neraca"),
    ]


def test_upkeep_lists_what_is_worn_or_in_use_and_nothing_good_in_store(coded: Cast) -> None:
    an_asset(coded), asset_in(coded, "in_stock", condition="lightly_damaged")
    used = an_asset(coded, device_type=coded.tripod)
    an_issue(coded, to=coded.diskominfo, assets=[used])
    sheet = opened(written(a_plan(coded), coded), values=True)["RKBMD Pemeliharaan"]
    assert listed(sheet, "Kode Barang", "Jumlah", "B", "RR") == [(TRIPOD, 1, 1, 0), (PHONE, 1, 0, 1)]


# ---- Rincian RKA


def test_the_budget_lines_have_a_subtotal_per_account(coded: Cast) -> None:
    a_price(coded), a_price(coded, device_type=coded.tripod, price=500_000)
    AccountCode.objects.create(code="5.2.02.06.02.0001", name="Alat Komunikasi Telephone")
    decided(coded, lines=[a_line(coded, quantity=2), a_line(coded, device_type=coded.camera)])
    decided(coded, unit=coded.cibinong, lines=[a_line(coded), a_line(coded, device_type=coded.tripod)])
    content = written(a_plan(coded), coded)
    sheet, formulas = opened(content, values=True)["Rincian RKA"], opened(content)["Rincian RKA"]
    header = row_with(sheet, "Kunci baris")
    amount, what = column_of(sheet, "Jumlah", header), column_of(sheet, "Uraian", header)
    _columns, lines = table_of(sheet)
    told = [
        (sheet.cell(row, what).value, sheet.cell(row, amount).value)
        for row in range(header + 1, sheet.max_row + 1)
        if row not in lines
    ]
    assert told == [
        ("5.2.02.06.01.0002", 500_000), ("5.2.02.06.02.0001 Alat Komunikasi Telephone", 9_000_000),
        ("Kode rekening belum diisi", 0), ("JUMLAH", 9_500_000),
    ]  # fmt: skip
    assert formulas.cell(header + 3, amount).value == f"=SUBTOTAL(9,K{header + 4}:K{header + 5})"
    assert formulas.cell(sheet.max_row, amount).value.startswith("=SUBTOTAL(9,")
    assert sheet.print_area.endswith(f"$L${sheet.max_row}")
    printed = sum(sheet.column_dimensions[letter].width for letter in "ABCDEFGHIJKL")
    assert printed < 210, "at this width ten points are eight on F4"


# ---- who signs, in which language


def test_who_stands_in_signs_with_place_office_and_rank(coded: Cast) -> None:
    settings_are(signing_place="Cibinong", province="Jawa Barat")
    person = Person.objects.create(name="Farah Maheswara", unit=coded.diskominfo, rank="Pembina Tingkat I (IV/b)")
    office = Office.objects.create(name="Kepala Diskominfo", unit=coded.diskominfo)
    office.tenures.create(person=person, starts_on=day("2026-01-01"), status=Tenure.Status.PLT)
    content = written(a_plan(coded), coded)
    assert below(opened(content)["RKBMD Pengadaan"]) == [
        ["Cibinong, 2 Maret 2026"], ["PENGGUNA BARANG"], ["Plt. Kepala Diskominfo"], ["Farah Maheswara"],
        ["Pembina Tingkat I (IV/b)"], ["NIP …………………………"],
    ]  # fmt: skip
    assert head(opened(content)["RKBMD Pengadaan"])["PROVINSI"] == "Jawa Barat"
    assert not {"Provinsi", "Tempat tanda tangan"} & notes(content).keys()


def test_what_the_heads_leave_open_is_told(coded: Cast) -> None:
    said = notes(written(a_plan(coded), coded))
    assert said["Provinsi"] == said["Tempat tanda tangan"] == "belum diisi pada pengaturan instalasi"


def test_the_workbook_is_indonesian_for_every_reader(coded: Cast, media: Any) -> None:
    decided(coded)
    plan = a_plan(coded)
    made = {}
    for language in ("id", "en"):
        with translation.override(language):
            job, content = exported(coded.planner, kind="budget_plan", format="xlsx", filters={"id": plan.pk})
        of = opened(content)
        made[language] = [job.filename, *([[cell.value for cell in row] for row in sheet] for sheet in of.worksheets)]
    assert made["id"] == made["en"]
    assert made["en"][0].startswith("Usulan-Kebutuhan-Perangkat-TA-2027-RK-2027-0001-")


# ---- read back


def test_our_own_list_of_devices_read_back_changes_nothing(coded: Cast, media: Any) -> None:
    nibar = "12345678901234567890123456789012345678901234"
    an_asset(coded, nibar=f"{nibar}1", price=3_000_000, note="Layar retak", brand="Merpati", model="M5",
             acquired_on=day("2025-01-01"))  # fmt: skip
    an_asset(coded, nibar=f"{nibar}2", unit=coded.kemang, price=700_000, brand="Merpati", model="M5",
             acquired_on=day("2025-01-01"))  # fmt: skip
    session = sessions.receive(upload(written(a_plan(coded), coded), "usulan.xlsx"), kind="assets", actor=coded.clerk)
    assert (session.state, session.counts) == ("ready", {"same": 4}), session.findings
