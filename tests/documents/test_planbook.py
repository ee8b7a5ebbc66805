"""The budget workbook: the forms column by column, live formulas, what may be filled in, what is missing by name."""

from __future__ import annotations

import re
from dataclasses import fields
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from assets import register
from assets.models import DeviceType, ItemCode, StandardPrice
from core import clock, journal
from core.errors import DomainError
from documents.layout import Cover
from documents.planbook import book, forms
from documents.planbook.expressions import check
from documents.planbook.sources import SOURCES, PlanData
from org.models import Office, Person
from planning import plans, reading
from planning.models import AccountCode, Plan, PlanCause, PpnRate, SubActivity
from tests.api.cast import Caller
from tests.base import MONDAY, Cast, a_line, a_pledge, an_asset, at, day, decided, delivered, make_cast
from tests.databases import ROOT
from tests.documents.poison import FORMULAS
from tests.documents.test_office import XLSX, converted, needs_office, without_cached_values
from tests.planning.scenes import a_frozen_plan, a_plan, a_price, a_rate, a_reviewed_plan, a_standard
from tests.profiles import examples

POISONS = FORMULAS[:12]


@pytest.fixture
def district(cast: Cast) -> Cast:
    return peopled(cast)


def peopled(cast: Cast) -> Cast:
    """Phones promised and asked for, a price without PPN from last year, a tripod without price, devices in use."""
    cast.hp.item_code = ItemCode.objects.create(code="1.3.2.06.02.01.004", name="Telephone Mobile")
    cast.hp.save()
    AccountCode.objects.create(code="5.2.02.06.02.0001", name="Alat Komunikasi Telephone")
    a_price(cast, price=3_456_789, includes_ppn=False, year=2026, component_id="SSH.01", specification="RAM 8 GB")
    a_rate()
    a_standard(cast, quantity=1, of_unit=cast.cibinong)
    a_pledge(cast, promised=3)
    decided(cast, lines=[a_line(cast, quantity=2), a_line(cast, device_type=cast.tripod)])
    decided(cast, unit=cast.cibinong, lines=[a_line(cast, quantity=5)])
    delivered(cast)
    worn = an_asset(cast, price=2_000_000, acquired_on=day("2025-01-01"), nibar="123456789012345678901234567890")
    register.report_condition(worn, actor=cast.clerk, condition="lightly_damaged")
    return cast


def sub_activity() -> SubActivity:
    return SubActivity.objects.create(
        code="2.16.03.2.01.0004", name="Pengelolaan media", activity_code="2.16.03.2.01", activity_name="Informasi",
        programme_code="2.16.03", programme_name="Program informasi",
    )  # fmt: skip


def written(plan: Plan, cast: Cast, *, sample: bool = False) -> bytes:
    file = BytesIO()
    cover = Cover("Diskominfo · Kabupaten Contoh", clock.now(), journal.head(), sample=sample, made_by="Teguh Santoso")
    with translation.override("id"):
        book.write(file, Plan.objects.select_related("unit", "within", "sub_activity").get(pk=plan.pk), cast.planner,
                   cover)  # fmt: skip
    return file.getvalue()


@pytest.fixture(scope="module")
def books(django_db_setup: None, django_db_blocker: Any) -> dict[str, bytes]:
    """The workbooks of a draft and of a reviewed plan of the district, for tests that only read them."""
    made = {}
    for name, plan in (("draft", a_plan), ("reviewed", a_reviewed_plan)):
        with django_db_blocker.unblock(), transaction.atomic(), at(MONDAY):
            cast = peopled(make_cast())
            made[name] = written(plan(cast, sub_activity=sub_activity()), cast)
            transaction.set_rollback(True)
    return made


@pytest.fixture(scope="module")
def poisoned(django_db_setup: None, django_db_blocker: Any) -> Workbook:
    """A workbook with a line for each formula that somebody wrote as its specification and note."""
    with django_db_blocker.unblock(), transaction.atomic(), at(MONDAY):
        cast = make_cast()
        types = [
            DeviceType.objects.create(code=f"odd_{n}", name=f"Jenis {n}", family=cast.hp.family)
            for n, _poison in enumerate(POISONS)
        ]
        decided(cast, lines=[a_line(cast, device_type=each) for each in types])
        plan = a_plan(cast)
        lines = [
            {"id": plan.lines.get(device_type=each).pk, "note": poison, "specification": poison}
            for each, poison in zip(types, POISONS, strict=True)
        ]
        plans.adjust(plan, lines=lines, actor=cast.planner)
        content = written(plan, cast)
        transaction.set_rollback(True)
    return opened(content)


def opened(content: bytes, *, values: bool = False) -> Workbook:
    return load_workbook(BytesIO(content), data_only=values)


def row_with(sheet: Worksheet, text: str) -> int:
    [found] = {cell.row for row in sheet.iter_rows() for cell in row if cell.value == text}
    return found


def column_of(sheet: Worksheet, title: str, row: int) -> int:
    [found] = [cell.column for cell in sheet[row] if cell.value == title]
    return found


def table_of(sheet: Worksheet) -> tuple[dict[str, int], list[int]]:
    """Columns by title and the rows of the lines, of the sheet that is filled in."""
    header = row_with(sheet, "Kunci baris")
    columns = {str(cell.value): cell.column for cell in sheet[header]}
    below = range(header + 1, sheet.max_row + 1)
    return columns, [row for row in below if sheet.cell(row, columns["Kunci baris"]).value]


def total(content: bytes, sheet: str, column: int) -> Any:
    of = opened(content, values=True)[sheet]
    return of.cell(row_with(of, "JUMLAH"), column).value


# ---- the forms


def test_the_sheets_in_their_order(books: dict[str, bytes]) -> None:
    draft = opened(books["draft"]).sheetnames
    assert draft == [
        "Ringkasan", "RKBMD Pengadaan", "RKBMD Pengadaan (harga)", "RKBMD Pemeliharaan", "Rincian RKA",
        "Salin ke SIPD", "Daftar Pemegang", "KIB B", "KIB B ekstra", "e-BMD", "Janji", "Pilihan", "Catatan",
    ]  # fmt: skip


def test_the_review_has_its_sheet_once_there_is_one(district: Cast) -> None:
    plan = a_frozen_plan(district)
    sheet = opened(written(plan, district), values=True)["Hasil Penelaahan"]
    numbers = row_with(sheet, "PENGGUNA BARANG Diskominfo")
    assert numbers
    assert total(written(plan, district), "Hasil Penelaahan", 15) == sum(line.approved for line in plan.lines.all())


@pytest.mark.parametrize(
    ("sheet", "columns"),
    [("RKBMD Pengadaan", 15), ("RKBMD Pengadaan (harga)", 13), ("RKBMD Pemeliharaan", 14), ("Daftar Pemegang", 15),
     ("KIB B", 16), ("Hasil Penelaahan", 18), ("Penelaahan Pemeliharaan", 16)],
)  # fmt: skip
def test_a_form_numbers_as_many_columns_as_the_regulation_has(
    books: dict[str, bytes], sheet: str, columns: int
) -> None:
    of = opened(books["reviewed"])[sheet]
    rows = [[cell.value for cell in row if cell.value is not None] for row in of.iter_rows()]
    assert list(range(1, columns + 1)) in rows
    assert of.max_column == columns
    assert (of.page_setup.orientation, of.page_setup.paperSize) == ("landscape", 14)
    assert of.print_title_rows


def test_the_e_bmd_list_has_its_twenty_columns(books: dict[str, bytes]) -> None:
    of = opened(books["draft"])["e-BMD"]
    header = row_with(of, "NIBAR")
    assert [cell.value for cell in of[header]][:4] == ["No", "Perangkat Daerah", "NIBAR", "Kode Barang"]
    assert of.max_column == 20
    nibars = [of.cell(row, 3) for row in range(header + 1, of.max_row) if of.cell(row, 3).value]
    assert [cell.value for cell in nibars] == ["123456789012345678901234567890"]
    assert nibars[0].data_type == "s"


def test_procurement_groups_its_heads_and_hangs_items_on_the_programme_tree(books: dict[str, bytes]) -> None:
    of = opened(books["draft"])["RKBMD Pengadaan"]
    heads = row_with(of, "Kebutuhan Maksimum")
    merged = {str(each) for each in of.merged_cells.ranges}
    assert {f"C{heads}:F{heads}", f"G{heads}:H{heads}", f"A{heads}:A{heads + 1}"} <= merged
    tree = [(of.cell(row, 1).value, of.cell(row, 2).value) for row in range(heads + 3, heads + 8)]
    assert tree == [
        ("I.", "Diskominfo"), ("1.", "Diskominfo"), ("A.", "2.16.03 Program informasi"),
        ("1)", "2.16.03.2.01 Informasi"), ("a.", "2.16.03.2.01.0004 Pengelolaan media"),
    ]  # fmt: skip


def below(sheet: Worksheet) -> list[list[str]]:
    """What stands below the sums, row by row."""
    first = row_with(sheet, "JUMLAH") + 1
    rows = [[str(cell.value) for cell in row if cell.value] for row in sheet.iter_rows(min_row=first)]
    return [row for row in rows if row]


def test_the_review_is_closed_by_who_checked_it_who_approves_it_and_who_asked(district: Cast) -> None:
    nip = "198301012010011093"
    head = Person.objects.create(name="Farah Maheswara", unit=district.diskominfo, nip=nip)
    Office.objects.create(name="Kepala Diskominfo", unit=district.diskominfo).tenures.create(
        person=head, starts_on=day("2026-01-01")
    )
    sheet = opened(written(a_reviewed_plan(district), district))["Hasil Penelaahan"]
    dots, number = "…………………………………", "NIP …………………………"
    assert below(sheet) == [
        ["TELAH DIPERIKSA", "DISETUJUI", "…………………, 2 Maret 2026"],
        ["No", "Nama", "Jabatan", "Paraf", "Tanggal", "PENGELOLA BARANG", "PENGGUNA BARANG"],
        ["1", "Pejabat Penatausahaan Barang", "Kepala Diskominfo"],
        ["2", "Pengurus Barang Pengelola"],
        [dots, "Farah Maheswara"],
        [number, "NIP 19830101 201001 1 093"],
    ]
    at = row_with(sheet, "TELAH DIPERIKSA")
    merged = {str(each) for each in sheet.merged_cells.ranges}
    assert {f"A{at}:H{at}", f"C{at + 1}:D{at + 1}", f"I{at}:L{at}", f"M{at}:R{at}"} <= merged
    boxed = sheet.cell(at + 2, 2)
    assert boxed.value is None and boxed.border.left.style == boxed.border.bottom.style == "thin"


def test_what_was_approved_of_the_upkeep_is_left_to_be_written(books: dict[str, bytes]) -> None:
    sheet = opened(books["reviewed"])["Penelaahan Pemeliharaan"]
    head = row_with(sheet, "Rencana Kebutuhan Pemeliharaan Yang Disetujui")
    first = head + 4  # below the unit
    assert [sheet.cell(first, column).value for column in (12, 14, 15)] == [1, None, "unit"]


def test_an_empty_plan_says_nihil(cast: Cast) -> None:
    of = opened(written(a_plan(cast), cast))
    for name in ("RKBMD Pengadaan", "Rincian RKA", "KIB B"):
        assert row_with(of[name], "N I H I L")


def test_upkeep_leaves_out_the_badly_damaged_and_what_is_lent(district: Cast) -> None:
    register.report_condition(an_asset(district), actor=district.clerk, condition="badly_damaged")
    content = written(a_plan(district), district)
    assert [total(content, "RKBMD Pemeliharaan", column) for column in (5, 8, 9, 10)] == [1, 0, 1, 0]


def test_sample_data_is_marked_on_every_sheet(district: Cast) -> None:
    of = opened(written(a_plan(district), district, sample=True))
    for sheet in of.worksheets:
        if sheet.sheet_state == "visible":
            assert any("DATA CONTOH" in str(cell.value) for row in sheet.iter_rows(max_row=3) for cell in row)


# ---- the arithmetic


def test_the_workbook_the_plan_and_the_causes_agree(district: Cast) -> None:
    plan = a_plan(district)
    content, figures = written(plan, district), reading.figures_of(plan)
    causes = sum(
        cause.quantity
        for line in plan.lines.all()
        for cause in line.causes.exclude(kind__in=["usable", "under_decision"])
    )
    assert causes == figures.need == total(content, "RKBMD Pengadaan", 13) == total(content, "Ringkasan", 9)
    assert figures.total == total(content, "Rincian RKA", 11) == total(content, "Ringkasan", 11)
    assert figures.total == total(content, "Salin ke SIPD", 13) == total(content, "RKBMD Pengadaan (harga)", 11)


QUANTITIES = st.lists(
    st.tuples(st.sampled_from(["kemang", "cibinong"]), st.sampled_from(["hp", "camera", "tripod"]), st.integers(1, 5)),
    min_size=1, max_size=4,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=examples(12), deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=QUANTITIES, promised=st.integers(0, 6), price=st.integers(1, 10**8), ppn=st.booleans())
def test_causes_need_workbook_and_api_say_the_same_of_any_district(
    cast: Cast, asked: Any, promised: int, price: int, ppn: bool
) -> None:
    """Every example adds its requests and its promise to those before it and plans anew."""
    StandardPrice.objects.update_or_create(
        device_type=cast.hp, year=2027, defaults={"price": price, "includes_ppn": not ppn}
    )
    PpnRate.objects.get_or_create(effective_from=day("2022-04-01"), defaults={"percent": 11})
    if promised:
        a_pledge(cast, promised=promised)
    for unit, device, quantity in asked:
        line = a_line(cast, device_type=getattr(cast, device), quantity=quantity)
        decided(cast, unit=getattr(cast, unit), lines=[line])
    plan = a_plan(cast)
    content = written(plan, cast)
    told = Caller(cast.planner).get(f"plans/{plan.pk}/").json()["figures"]
    counted = PlanCause.objects.filter(line__plan=plan).exclude(kind__in=["usable", "under_decision"])
    assert sum(counted.values_list("quantity", flat=True)) == told["need"] == total(content, "RKBMD Pengadaan", 13)
    assert told["total"] == total(content, "Rincian RKA", 11) == total(content, "Ringkasan", 11)
    plans.delete(plan, actor=cast.planner)


@pytest.mark.slow
@needs_office
def test_libreoffice_calculates_what_we_computed_to_the_rupiah(district: Cast, tmp_path: Path) -> None:
    content = written(a_plan(district, sub_activity=sub_activity(), fund_source="pad"), district)
    made = load_workbook(converted(without_cached_values(content, tmp_path), XLSX, tmp_path), data_only=True)
    ours, formulas = opened(content, values=True), opened(content)
    compared = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type == "f":
                    calculated = made[sheet.title][cell.coordinate].value
                    assert (calculated or "") == (ours[sheet.title][cell.coordinate].value or ""), cell.coordinate
                    compared += 1
    assert compared > 60


@pytest.mark.slow
@needs_office
def test_a_changed_price_or_quantity_moves_every_total(district: Cast, tmp_path: Path) -> None:
    plan = a_plan(district)
    changed = opened(written(plan, district))
    sheet = changed["Rincian RKA"]
    columns, rows = table_of(sheet)
    [tripod] = [row for row in rows if sheet.cell(row, columns["Uraian"]).value == "Tripod"]
    sheet.cell(tripod, columns["Volume"]).value = 4
    sheet.cell(tripod, columns["Harga satuan"]).value = 1_250_000
    buffer = BytesIO()
    changed.save(buffer)
    made = load_workbook(converted(buffer.getvalue(), XLSX, tmp_path), data_only=True)
    before = reading.figures_of(plan)
    for name, column, expected in (
        ("Rincian RKA", 11, before.total + 5_000_000),
        ("Salin ke SIPD", 13, before.total + 5_000_000),
        ("RKBMD Pengadaan (harga)", 11, before.total + 5_000_000),
        ("Ringkasan", 11, before.total + 5_000_000),
        ("RKBMD Pengadaan", 5, before.planned + 3),
    ):
        assert made[name].cell(row_with(made[name], "JUMLAH"), column).value == expected, name


def test_no_link_leaves_the_workbook(books: dict[str, bytes]) -> None:
    with ZipFile(BytesIO(books["draft"])) as package:
        assert not [name for name in package.namelist() if "externalLink" in name]
        assert not any(b'TargetMode="External"' in package.read(name) for name in package.namelist())


# ---- what may be filled in


def test_only_the_input_cells_of_a_draft_are_open(books: dict[str, bytes]) -> None:
    of = opened(books["draft"])
    columns, rows = table_of(of["Rincian RKA"])
    open_titles = {
        title for title, column in columns.items() if not of["Rincian RKA"].cell(rows[0], column).protection.locked
    }
    assert open_titles == {"Kode rekening", "Spesifikasi", "Volume", "Harga satuan", "Sumber dana", "Asal usulan",
                           "Keterangan"}  # fmt: skip
    for sheet in of.worksheets:
        if sheet.title not in ("Catatan", "Pilihan"):
            assert sheet.protection.sheet
    assert {each.type for each in of["Rincian RKA"].data_validations.dataValidation} == {"list", "whole"}


def test_nothing_of_a_frozen_plan_is_open(district: Cast) -> None:
    of = opened(written(a_frozen_plan(district), district))
    for sheet in of.worksheets:
        assert all(cell.protection.locked for row in sheet.iter_rows() for cell in row)


def test_tables_have_names(books: dict[str, bytes]) -> None:
    of = opened(books["draft"])
    assert {name for sheet in of.worksheets for name in sheet.tables} == {"SalinSIPD"}


# ---- what is missing and what is strange


def notes(content: bytes) -> dict[str, str]:
    sheet = opened(content)["Catatan"]
    return {str(row[0].value): str(row[1].value) for row in sheet.iter_rows(max_col=2) if row[0].value}


def test_what_is_missing_is_named_never_zero(district: Cast) -> None:
    plan = a_plan(district)
    content = written(plan, district)
    said = notes(content)
    tripod = plan.lines.get(device_type=district.tripod)
    assert said["Harga belum ada"] == f"{tripod.position} (Kecamatan Kemang, Tripod)"
    assert "Kecamatan Cibinong, Smartphone" in said["Harga dari tahun lain"]
    assert said["Sub kegiatan"] == "belum diisi"
    assert said["Versi sebelumnya"] == "belum ada versi sebelumnya"
    assert said["Jurnal saat dihitung (nomor:hash)"] == f"{plan.anchor_seq}:{plan.anchor_hash}"
    sheet = opened(content, values=True)["Rincian RKA"]
    columns, rows = table_of(sheet)
    [row] = [row for row in rows if sheet.cell(row, columns["Uraian"]).value == "Tripod"]
    assert [sheet.cell(row, columns[title]).value for title in ("Harga satuan", "Jumlah")] == [None, None]


def test_a_line_that_is_covered_already_asks_for_nothing_and_is_told(cast: Cast) -> None:
    decided(cast, lines=[a_line(cast), a_line(cast, device_type=cast.tripod)])
    an_asset(cast)
    plan = a_plan(cast)
    covered = plan.lines.get(device_type=cast.hp)
    of = opened(written(plan, cast))
    columns, rows = table_of(of["Rincian RKA"])
    assert (covered.need, covered.requested, covered.stock, len(rows)) == (0, 1, 1, 1)
    assert of["Rincian RKA"].cell(rows[0], columns["Nomor baris"]).value == plan.lines.get(need=1).number
    notes = {row[0].value: row[1].value for row in of["Catatan"].iter_rows(max_col=2)}
    assert notes["Baris tanpa kebutuhan"].startswith("1, tidak ditampilkan")


def test_the_version_before_is_named(district: Cast) -> None:
    a_frozen_plan(district)
    assert notes(written(a_plan(district), district))["Versi sebelumnya"] == "RK-2027-0001 · TA 2027 Murni"


def test_a_rate_that_is_not_on_record_is_named_too(cast: Cast) -> None:
    a_price(cast, includes_ppn=False)
    decided(cast)
    assert "Smartphone" in notes(written(a_plan(cast), cast))["Tarif PPN belum ada"]


@pytest.mark.parametrize("number", range(len(POISONS)), ids=POISONS)
def test_what_people_wrote_is_never_a_formula(poisoned: Workbook, number: int) -> None:
    sheet, poison = poisoned["Rincian RKA"], POISONS[number]
    columns, rows = table_of(sheet)
    [row] = [each for each in rows if sheet.cell(each, columns["Uraian"]).value == f"Jenis {number}"]
    for title in ("Keterangan", "Spesifikasi"):
        cell = sheet.cell(row, columns[title])
        assert cell.data_type == "s"
        assert cell.value
        assert cell.quotePrefix or not poison.lstrip().startswith("=")


# ---- layouts as data


def test_every_layout_that_comes_with_gawai_names_fields_that_exist() -> None:
    for form in forms.load_all():
        wanted = {column.field for column in form.columns} | {branch.field for branch in form.tree}
        assert wanted - {"", "row"} <= SOURCES[form.rows].fields, form.name


@pytest.fixture
def own_layouts(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    folder = tmp_path / "layouts"
    folder.mkdir()
    return folder


def test_an_office_adapts_a_sheet_without_code(district: Cast, own_layouts: Path) -> None:
    (own_layouts / "book.toml").write_text('sheets = ["rka", "ringkas"]')
    (own_layouts / "ringkas.toml").write_text(
        'sheet = "Daftar Singkat"\nrows = "lines"\ntitles = ["DAFTAR SINGKAT {year}"]\n'
        'columns = [{ key = "unit", title = "Unit", field = "unit" }, { key = "n", title = "Dua kali lipat", '
        'field = "planned", kind = "integer", formula = "{rka.quantity}*2", total = true }]\n'
    )
    of = opened(written(a_plan(district), district))
    assert of.sheetnames == ["Rincian RKA", "Daftar Singkat", "Pilihan", "Catatan"]
    sheet = of["Daftar Singkat"]
    assert sheet["A1"].value == "DAFTAR SINGKAT 2027"
    assert re.fullmatch(r"='Rincian RKA'!E\d+\*2", sheet.cell(row_with(sheet, "Unit") + 1, 2).value)


def test_the_manual_names_every_key_and_field_and_its_example_works(district: Cast, own_layouts: Path) -> None:
    manual = (ROOT / "docs" / "layouts.md").read_text()
    parts = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", manual, re.M | re.S))
    for part, shape in (("A sheet", forms.Form), ("A column", forms.FormColumn), ("What stands below", forms.Block)):
        keys = {key for cell in re.findall(r"^\| (`.+?) \|", parts[part], re.M) for key in re.findall(r"`(\w+)`", cell)}
        assert keys == {field.name for field in fields(shape)} - {"name"}, part
    told = re.findall(r"^\*\*`(\w+)`\*\*.*?\n\n(.*?)(?:\n\n|\Z)", parts["What a column may show"], re.M | re.S)
    shown = {name: set(re.findall(r"`(\w+)`", listed)) for name, listed in told}
    assert shown == {name: set(SOURCES[name].fields) for name in shown}
    assert {*shown, *forms.PER_UNIT} == set(SOURCES)
    assert all(SOURCES[name].fields == SOURCES["devices"].fields for name in forms.PER_UNIT)
    words = set(re.findall(r"`{(\w+)}`", parts["Words in titles"]))
    plan = a_plan(district)
    assert words == set(PlanData(plan, district.planner).words)
    book, short = re.findall(r"```toml\n(.*?)```", manual, re.S)
    (own_layouts / "book.toml").write_text(book)
    (own_layouts / "short.toml").write_text(short)
    assert opened(written(plan, district)).sheetnames[:2] == ["Rincian RKA", "Daftar singkat"]


TWO = 'columns = [{ key = "a", title = "A", field = "note" }, { key = "b", title = "B", field = "unit" }]\n'
CLOSINGS = (
    '{ at = "a", to = "c", titles = [], signer = "unit" }',
    '{ at = "b", to = "a", titles = [], signer = "unit" }',
    '{ at = "a", to = "b", titles = [], signer = "unit" }, { at = "b", to = "b", titles = [], signer = "unit" }',
    '{ at = "a", to = "a", titles = [] }',
    '{ at = "a", to = "a", titles = [], signer = "camat" }',
    '{ at = "a", to = "b", titles = [], columns = [["No", "a"]], signer = "unit" }',
    '{ at = "a", to = "b", titles = [], columns = [["No", "b"]] }',
    '{ at = "a", to = "b", titles = [], columns = [["No", "a"], ["Nama", "b"]], rows = [["1"]] }',
)
SHEET = 'sheet = "X"\nrows = "lines"\ntitles = []\n'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("sheet = ", "rka.toml"),
        (SHEET + 'columns = []\ncolour = "red"', "colour"),
        ('sheet = "X"\nrows = "users"\ntitles = []\ncolumns = []', "rows"),
        (SHEET + 'columns = [{ key = "a", title = "A", field = "password" }]', "password"),
        (SHEET + 'columns = [{ key = "a", title = "A", kind = "money" }]', "money"),
        (SHEET + 'columns = [{ key = "a", title = "A", field = "note", formula = "{b}" }]', "b"),
        *((f"{SHEET}{TWO}closing = [{blocks}]", "closing") for blocks in CLOSINGS),
        (SHEET + TWO + 'closing = [{ at = "a", to = "b", titles = [], signer = "unit", stamp = 1 }]', "stamp"),
        (SHEET + TWO + 'closing = [{ at = "a", titles = [], signer = "unit" }]', "to"),
    ],
)
def test_a_layout_that_is_wrong_is_refused_by_file_and_key(
    district: Cast, own_layouts: Path, text: str, named: str
) -> None:
    (own_layouts / "book.toml").write_text('sheets = ["rka"]')
    (own_layouts / "rka.toml").write_text(text)
    with pytest.raises(DomainError) as caught:
        written(a_plan(district), district)
    assert named in str(caught.value.detail)


@pytest.mark.parametrize(
    "formula",
    ["WEBSERVICE({a})", "{a}+[1]Lain!A1", "app|'x'!A0", "INDIRECT({a})", "{a};{b}", "'C:\\x'!A1",
     'HYPERLINK("x")', "{a}!B2", "$A$1:$B$2"],
)  # fmt: skip
def test_a_formula_of_a_layout_reaches_nothing_outside(formula: str) -> None:
    with pytest.raises(DomainError):
        check(formula)


@pytest.mark.parametrize("formula", ["{a}*{b}", 'IF({a}="","",ROUND({rka.b}*0.11,0))', "SUMIF({rka.a:},{u},{rka.b:})"])
def test_arithmetic_over_columns_passes(formula: str) -> None:
    check(formula)
