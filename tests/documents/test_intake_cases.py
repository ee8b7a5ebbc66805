"""The shapes of files that offices have, each with its right outcome, under the names of the cases."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from assets.models import Asset, DeviceType, Handover, ItemCode, StandardPrice
from documents.intake import sessions
from documents.models import ImportSession
from org.models import Person
from tests import base
from tests.documents.files import Rows, upload, workbook

pytestmark = pytest.mark.usefixtures("media")

CODE = "1.3.2.10.01.02.002"
HEAD = ["No Urut", "Kode Barang", "Nama Barang/ Jenis Barang", "Nomor Register", "Merk/ Type", "Ukuran/CC", "Bahan",
        "Tahun Pembelian", "Nomor", None, None, None, None, "Asal usul/ Cara Perolehan", "Harga (Rp)",
        "Keterangan"]  # fmt: skip
SUB = [*[None] * 8, "Pabrik", "Rangka", "Mesin", "Polisi", "BPKB"]
NUMBERS = list(range(1, 17))
TITLES: Rows = [["KARTU INVENTARIS BARANG (KIB) B"], ["PROVINSI", None, ": JAWA BARAT"], [], HEAD, SUB, NUMBERS]
PLAIN = ["Nama Barang", "Kode Barang", "Merk/Type", "Nomor Pabrik", "Tanggal Perolehan", "Harga", "Keterangan"]
SSH = ["Kode Kelompok Barang", "Uraian Kelompok Barang", "ID Standar Harga", "Kode Barang", "Uraian Barang",
       "Spesifikasi", "Satuan", "Harga Satuan", "Kode Rekening"]  # fmt: skip


@pytest.fixture
def laptop(cast: base.Cast) -> DeviceType:
    """The one type of which the files speak, by the code of Permendagri 108/2016."""
    code = ItemCode.objects.create(code=CODE, name="Lap Top")
    return DeviceType.objects.create(code="laptop", name="Laptop", family=cast.hp.family, item_code=code)


def kib(number: int = 1, **values: Any) -> list[Any]:
    """A row of KIB B; ``values`` by their column from A."""
    row: list[Any] = [number, CODE, "Lap Top", f"{number:04d}", f"Contoh L{number}", "-", "Plastik", 2021,
                      f"KIB-{number:04d}", "-", "-", "-", "-", "Pembelian", 7_500_000, "-"]  # fmt: skip
    for column, value in values.items():
        row[ord(column) - ord("A")] = value
    return row


def handed_in(cast: base.Cast, content: bytes | Rows, name: str = "daftar.xlsx", **wanted: Any) -> ImportSession:
    usual: dict[str, Any] = {"kind": "assets", "actor": cast.superuser, "unit": cast.diskominfo}
    return sessions.receive(upload(content, name), **{**usual, **wanted})


def applied(cast: base.Cast, content: bytes | Rows, name: str = "daftar.xlsx", **wanted: Any) -> ImportSession:
    session = handed_in(cast, content, name, **wanted)
    assert session.state == "ready", session.findings
    return sessions.apply(session, actor=wanted.get("actor", cast.superuser))


def counted(session: ImportSession) -> dict[str, int]:
    return {name: count for name, count in session.counts.items() if count}


def passed(session: ImportSession) -> list[tuple[int, str]]:
    return [(each["row"], each["code"]) for each in session.passed]


def came_in(cast: base.Cast, content: bytes | Rows, name: str = "daftar.xlsx") -> list[Asset]:
    """The devices that a file brings; handed in again it brings nothing."""
    before = set(Asset.objects.values_list("pk", flat=True))
    applied(cast, content, name)
    found = list(Asset.objects.exclude(pk__in=before).order_by("pk"))
    again = handed_in(cast, content, name)
    assert counted(again) == {"same": len(found)}, again.findings
    return found


def told(assets: list[Asset]) -> list[tuple[str, str, int | None]]:
    return [(each.serial_number, each.condition, each.price) for each in assets]


def test_kibb_control(cast, laptop):
    rows = [*TITLES, kib(1, O=" Rp 7.500.000,00 "), NUMBERS, kib(2, C="Lap Top ", H="2021", O="7,500,000.00"),
            ["JUMLAH", *[None] * 13, 15_000_000]]  # fmt: skip
    first, second = came_in(cast, rows)
    assert (first.brand, first.model, first.serial_number, first.register_number) == (
        "Contoh",
        "L1",
        "KIB-0001",
        "0001",
    )
    assert (first.price, second.price, first.acquired_on) == (7_500_000, 7_500_000, date(2021, 1, 1))
    assert (first.device_type, first.unit, first.note) == (laptop, cast.diskominfo, "")


def test_kibb_group_rows(cast, laptop):
    groups = [[None, "1.3.2.10", "KOMPUTER"], [None, "1.3.2.10.01.02", "PERSONAL KOMPUTER"]]
    session = applied(cast, [*TITLES, *groups, kib(1), kib(2)])
    assert counted(session) == {"new": 2}
    assert passed(session) == [(6, "numbering"), (7, "group"), (8, "group")]


def test_date1904(cast, laptop):
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in (PLAIN, ["Lap Top", CODE, "Contoh", "EP-1", date(2021, 5, 12), 1, None]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    assert [each.acquired_on for each in came_in(cast, out.getvalue())] == [date(2021, 5, 12)]


def test_csv_inch_mark(cast, laptop):
    content = f'{",".join(PLAIN)}\nLap Top,{CODE},Contoh 14",SC-1,,1,x\nLap Top,{CODE},"Contoh 14"" slim",SC-2,,1,x\n'
    assert [each.model for each in came_in(cast, content.encode(), "x.csv")] == ['14"', '14" slim']


def test_semicolon_few_columns(cast, laptop):
    row = f"Lap Top;{CODE};Tas, charger, mouse, kabel, dus, buku, kartu;Contoh\n"
    content = ("Nama Barang;Kode Barang;Keterangan;Merk\n" + row * 3).encode()
    assert counted(applied(cast, content, "x.csv")) == {"new": 3}
    again = handed_in(cast, content, "x.csv")
    assert (again.state, counted(again)) == ("asked", {"asked": 3})
    answered = sessions.answer(again, actor=cast.superuser, answers={"unmarked": "same"})
    assert (answered.state, counted(answered)) == ("ready", {"same": 3})


@pytest.mark.parametrize("name", ["kib.xls", "kib.html", "kib.csv"])
def test_kibb_html_table(cast, laptop, name):
    cells = [[*HEAD[:8], "Pabrik", *HEAD[13:]], [*kib(1)[:9], *kib(1)[13:]], [*kib(2)[:9], *kib(2)[13:]]]
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}<font color='white'></font></td>" for cell in row) + "</tr>" for row in cells
    )
    page = (
        "<style>.t{font-size:9px}</style><table><tr><td><p>KIB B. PERALATAN &amp; MESIN</p></td></tr><tr><td></td>"
        f"<td><table>{rows}<tr><td>&nbsp;</td><td colspan=9><b>Total</b></td><td>15.000.000,00</td></tr>"
        "</table></table>"
    )
    assert told(came_in(cast, page.encode(), name)) == [
        ("KIB-0001", "good", 7_500_000), ("KIB-0002", "good", 7_500_000)
    ]  # fmt: skip


def test_kibb_no_serial_twice(cast, laptop):
    rows = [HEAD, SUB, NUMBERS, *(kib(n, E="NOSN / R", I="-") for n in (1, 2, 3))]
    assert len(came_in(cast, rows)) == 3
    assert counted(handed_in(cast, [*rows, kib(4, E="NOSN / R", I="-")])) == {"same": 3, "new": 1}
    twice = handed_in(cast, [*rows, kib(9, E="X", I="-"), kib(9, E="X", I="-")])
    assert [each["code"] for each in twice.findings if not each["warning"]] == ["duplicate"]


KIR = ["No", "Jenis Barang / Nama Barang", "Merk/Model", "No. Seri Pabrik", "Ukuran", "Bahan", "Tahun Perolehan",
       "Kode Barang", "Jumlah Barang", "Harga Beli (Rp)"]  # fmt: skip


def kir(number: int, *marks: Any, serial: str = "", count: int = 1) -> list[Any]:
    return [number, "Lap Top", "Contoh", serial or f"KIR-{number}", "-", "-", 2020, CODE, count, 5_000_000, *marks, "-"]


ONE_ROW = [[*KIR, "B", "KB", "RB", "Keterangan"]]
TWO_ROWS = [["KARTU INVENTARIS RUANGAN"], [*KIR, "Keadaan Barang", None, None, "Keterangan"],
            [*[None] * 10, "B", "KB", "RB"]]  # fmt: skip
NO_SUB = [[*KIR, "Keadaan Barang", None, None, "Keterangan"], list(range(1, 15))]


@pytest.mark.parametrize("head", [ONE_ROW, TWO_ROWS, NO_SUB, [*TWO_ROWS, list(range(1, 15))]])
@pytest.mark.parametrize("tick", ["√", 1, "v", "V"])
def test_kir_condition_columns(cast, laptop, head, tick):
    rows = [*head, kir(1, tick, None, None), kir(2, None, None, tick), kir(3, 0, tick, "-")]
    assert [each.condition for each in came_in(cast, rows)] == ["good", "badly_damaged", "lightly_damaged"]


@pytest.mark.parametrize(
    "marks", [("√", None, "√"), (2, None, None), ("RB", None, None), ("Hilang", None, None), (None, None, "Rusak")]
)
def test_conditions_that_cannot_be_told_are_faults(cast, laptop, marks):
    session = handed_in(cast, [*ONE_ROW, kir(1, *marks)])
    assert (session.state, Asset.objects.filter(device_type=laptop).count()) == ("faulty", 0)


def test_a_condition_over_two_columns_without_a_name_is_a_fault(cast, laptop):
    rows = [[*KIR, "Keadaan Barang", None, "Keterangan"], [*kir(1, None, 1)]]
    assert [each["code"] for each in handed_in(cast, rows).findings if not each["warning"]] == ["ambiguous"]


def test_kir_counts_subheader(cast, laptop):
    head = [[*KIR[:8], "Register", "Keadaan Barang", None, None, "Keterangan"],
            [*[None] * 9, "Baik", "Kurang Baik", "Rusak Berat"], list(range(1, 14))]  # fmt: skip
    row = [1, "Lap Top", "KIRCNU A", "KIRCNU-1", "-", "-", 2021, CODE, "0001 s/d 0003", 3, 0, 0]
    found = came_in(cast, [*head, row])
    assert [(each.condition, each.register_number, each.serial_number) for each in found] == [
        ("good", "0001", ""), ("good", "0002", ""), ("good", "0003", "")
    ]  # fmt: skip
    assert "KIRCNU-1" in found[0].note
    row[9:12] = [2, 0, 1]
    assert handed_in(cast, [*head, row]).state == "faulty"


def test_kibb_register_range(cast, laptop):
    rows = [HEAD, SUB, kib(1, D="000001 s/d 000003", I="-", O="22.500.001,00", P="3 unit")]
    found = came_in(cast, rows)
    assert [(each.register_number, each.price) for each in found] == [
        ("000001", 7_500_000), ("000002", 7_500_000), ("000003", 7_500_001)
    ]  # fmt: skip


def test_kibb_three_sheets(cast, laptop):
    book = Workbook()
    book.remove(book.active)
    book.create_chartsheet("Grafik")
    for number, title in enumerate(("2021", "2022", "2023")):
        for row in [*TITLES, kib(number * 10 + 1), kib(number * 10 + 2)]:
            book.create_sheet(title) if title not in book.sheetnames else None
            book[title].append(row)
    book.create_sheet("Catatan").append(["Belum diperiksa"])
    book["2023"]["O8"].value, book["2023"]["O8"].data_type = "#REF!", "e"
    out = io.BytesIO()
    book.save(out)
    session = handed_in(cast, out.getvalue())
    assert [(each["sheet"], each["cell"], each["code"]) for each in session.findings if not each["warning"]] == [
        ("2023", "O8", "formula_error")
    ]
    assert {"sheet": "Catatan", "row": 0, "code": "no_table"}.items() <= session.passed[0].items()
    book["2023"]["O8"].value, book["2023"]["O8"].data_type = 1, "n"
    out = io.BytesIO()
    book.save(out)
    assert len(came_in(cast, out.getvalue())) == 6


def test_kibb_signature_block(cast, laptop):
    def at_(**cells: str) -> list[Any]:
        return [cells.get(chr(65 + n)) for n in range(16)]

    rows = [*TITLES, kib(1), kib(2), ["JUMLAH", *[None] * 13, 15_000_000], [], at_(N="Cibinong, 31 Desember 2025"),
            at_(B="Mengetahui,"), at_(B="Kepala Dinas Kominfo", N="Pengurus Barang"), [], [],
            at_(B="CONTOH NAMA, S.Kom., M.Si", N="CONTOH PENGURUS, A.Md"),
            at_(B="NIP. 19700101 199003 1 001", N="NIP. 19800101 200501 2 002")]  # fmt: skip
    session = applied(cast, rows)
    assert counted(session) == {"new": 2}
    assert passed(session)[1:] == [(9, "total"), *((row, "signature") for row in (11, 12, 13, 16, 17))]


def test_kibb_header_repeated(cast, laptop):
    session = applied(cast, [*TITLES, kib(1), HEAD, SUB, NUMBERS, kib(2)])
    assert (counted(session), passed(session)[1:]) == ({"new": 2}, [(8, "heading"), (9, "heading"), (10, "numbering")])


def test_kibb_subtotals(cast, laptop):
    rows = [*TITLES, kib(1), ["Sub Total", *[None] * 13, 1], kib(2), [*[None] * 14, 2], ["Total", *[None] * 13, 3]]
    session = applied(cast, rows)
    assert (counted(session), passed(session)[1:]) == ({"new": 2}, [(8, "total"), (10, "total"), (11, "total")])


def test_kibb_dashes(cast, laptop):
    [asset] = came_in(cast, [*TITLES, kib(1, E="-", H="-", I="-", N="-", O="-", P="–")])
    assert (asset.brand, asset.serial_number, asset.price, asset.acquired_on, asset.note) == ("", "", None, None, "")


def test_kibb_merged_down(cast, laptop):
    def merge(sheet: Any) -> None:
        for column in "BCEHO":
            for row in (8, 9):
                sheet[f"{column}{row}"].value = None
            sheet.merge_cells(f"{column}7:{column}9")

    found = came_in(cast, workbook([*TITLES, kib(1), kib(2), kib(3)], prepare=merge))
    assert [(each.serial_number, each.brand, each.price) for each in found] == [
        (f"KIB-000{n}", "Contoh", 7_500_000) for n in (1, 2, 3)
    ]


def test_a_serial_number_merged_down_is_a_fault(cast, laptop):
    content = workbook([*TITLES, kib(1), kib(2, I=None)], prepare=lambda sheet: sheet.merge_cells("I7:I8"))
    assert {each["code"] for each in handed_in(cast, content).findings if not each["warning"]} == {"merged"}


@pytest.mark.parametrize("code", ["132100102002", "1.3.2.10.1.2.2", "1-3-2-10-01-02-002", 132_100_102_002.0,
                                  "1.3.2.10.01.02.002.00001", "02.06.03.02.01", "0206030201"])  # fmt: skip
def test_kibb_old_codes(cast, laptop, code):
    assert [each.device_type for each in came_in(cast, [*TITLES, kib(1, B=code)])] == [laptop]


def test_a_file_of_which_nothing_is_taken_is_faulty(cast, laptop):
    session = handed_in(cast, [*TITLES, kib(1, B="1.3.2.02.01.01.001", C="Sepeda Motor")])
    assert (session.state, "nothing_taken" in {each["code"] for each in session.findings}) == ("faulty", True)


def test_formatted_last_row(cast, laptop):
    def dress(sheet: Any) -> None:
        sheet["G1048576"].number_format = "@"
        sheet.row_dimensions[1_048_576].height = 20

    rows = [PLAIN, ["Lap Top", CODE, "Contoh L1", "ST-1", "12/05/2021", 7_500_000, None]]
    assert len(came_in(cast, workbook(rows, prepare=dress))) == 1


def test_hidden_rows(cast, laptop):
    def filtered(sheet: Any) -> None:
        for row in (3, 4):
            sheet.row_dimensions[row].hidden = True

    rows = [PLAIN, *(["Lap Top", CODE, "Contoh", f"HID-{n}", "12/05/2021", 1, None] for n in (1, 2, 3))]
    session = applied(cast, workbook(rows, prepare=filtered))
    assert (counted(session), passed(session)) == ({"new": 1}, [(3, "hidden"), (4, "hidden")])
    assert [each["key"] for each in session.questions] == ["hidden_rows"]


def test_a_formula_that_was_never_computed_is_a_fault(cast, laptop):
    book = load_workbook(io.BytesIO(workbook([PLAIN, ["Lap Top", CODE, "Contoh", "F-1", None, None, None]])))
    book.active["F2"] = "=1+1"
    out = io.BytesIO()
    book.save(out)
    session = handed_in(cast, out.getvalue())
    assert [(each["cell"], each["code"]) for each in session.findings] == [("F2", "not_computed")]


def price(*cells: Any, year: bool = True) -> Rows:
    return [[*SSH, "Tahun Anggaran"] if year else SSH, *([*row, 2027] if year else row for row in cells)]


def ssh(code: str = CODE, spec: str = "Core i5", ident: str = "1234567", amount: str = "12.500.000") -> list[Any]:
    return ["1.3.2.10.01.02", "Personal Komputer", ident, code, "Laptop", spec, "Unit", amount, "5.2.02.10.01.0002"]


@pytest.mark.parametrize("rows", [price(ssh()), price(ssh(f"{CODE}.00001"), year=False)])
def test_ssh_group_code_first_and_sipd(cast, laptop, rows):
    applied(cast, rows, kind="standard_prices", unit=None)
    assert StandardPrice.objects.get(device_type=laptop, year=2027).price == 12_500_000


def test_ssh_two_specs_one_code(cast, laptop):
    rows = price(ssh(), ssh(spec="Core i7", ident="1234568", amount="22.500.000"))
    session = handed_in(cast, rows, kind="standard_prices", unit=None)
    assert (session.state, counted(session)) == ("asked", {"asked": 2})
    sessions.answer(session, actor=cast.superuser, answers={"price.laptop.2027": "1234568"})
    sessions.apply(ImportSession.objects.get(pk=session.pk), actor=cast.superuser)
    assert list(StandardPrice.objects.order_by("component_id").values_list("component_id", "price", "chosen")) == [
        ("1234567", 12_500_000, False), ("1234568", 22_500_000, True)
    ]  # fmt: skip
    assert counted(handed_in(cast, rows, kind="standard_prices", unit=None)) == {"same": 2}
    next_year = [[*row[:-1], 2028] if row[-1] == 2027 else row for row in rows]
    applied(cast, next_year, kind="standard_prices", unit=None)
    assert StandardPrice.objects.get(year=2028, chosen=True).component_id == "1234568"


def test_old_bast_shapes(cast, laptop):
    base.the_archive_is_open()
    for number in range(5):
        base.an_asset(cast, device_type=laptop, serial_number=f"ODL-{number}", acquired_on=date(2022, 1, 1))
    who = Person.objects.create(name="Tirta Prameswara", unit=cast.kemang)
    head = ["No", "Nomor BAST", "Tanggal BAST", "Unit Kerja", "Nama Penerima", "Nama Barang", "Nomor Seri", "Kondisi"]

    def row(number: int, paper: Any, day: Any, name: Any = "Tirta Prameswara") -> list[Any]:
        return [
            number,
            paper,
            day,
            "Kec. Kemang" if day else None,
            name if day else None,
            "Laptop",
            f"ODL-{number}",
            "B",
        ]

    def merge(sheet: Any) -> None:
        for column in "BCDE":
            sheet.merge_cells(f"{column}2:{column}3")

    rows = [head, row(0, "032/123/2022", "17 November 2022"), row(1, None, None),
            row(2, "-", "18-11-2022", "TIRTA PRAMESWARA, S.Kom"), row(3, "tidak ada", "18-11-2022")]  # fmt: skip
    applied(cast, workbook(rows, prepare=merge), kind="old_deliveries", unit=None)
    papers = Handover.objects.order_by("handed_over_on", "pk")
    assert [(each.items.count(), each.recipient) for each in papers] == [(2, who), (1, who), (1, who)]
    again = handed_in(cast, workbook(rows, prepare=merge), kind="old_deliveries", unit=None)
    assert counted(again) == {"same": 4}
    older = handed_in(cast, [head, row(4, "032/9/2021", "18-11-2021")], kind="old_deliveries", unit=None)
    assert {each["code"] for each in older.findings} == {"before_purchase"}


def test_people_shapes(cast):
    head = ["NO", "NAMA", "NIP", "PANGKAT/GOL", "JABATAN", "UNIT KERJA"]
    names = ["Drs. H. CONTOH SATU, M.Si", "Ma'ruf", "O`ONG", "Contohnama", "Nama/Alias", "Contoh Ünal", "x"]
    rows = [["DAFTAR PEGAWAI"], head]
    rows += [[n, name, None, "Penata", "Kepala Seksi", "Kecamatan Kemang"] for n, name in enumerate(names, 10)]
    applied(cast, rows, kind="people", unit=None)
    assert Person.objects.filter(name__in=names).count() == len(names)
