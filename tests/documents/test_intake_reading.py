"""What is opened at all, where the table is found, and what its cells mean."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from core.errors import DomainError
from documents.intake import container, days, headers, sheets
from documents.intake import spellings as read
from documents.intake.forms import FORMS
from tests.base import at
from tests.documents.files import device, register, workbook

ASSETS = FORMS["assets"]
GOOD = workbook(register(device(1)))


@pytest.fixture
def opened(tmp_path: Path):
    """Header and rows of a file, read as the register."""

    def open_it(content: bytes, name: str = "berkas.xlsx", form=ASSETS):
        path = tmp_path / "berkas"
        path.write_bytes(content)
        with sheets.opened(path, container.measure(path, name), headers.titles_of(form)) as found:
            tables = headers.read(found, form)
            return tables.headers[0], list(tables.rows())

    return open_it


@pytest.fixture
def code_of(opened):
    """Why a file is refused."""

    def refusal(content: bytes, name: str = "berkas.xlsx") -> str:
        with pytest.raises(DomainError) as caught:
            opened(content, name)
        assert [fault.field for fault in caught.value.faults] == ["file"]
        return caught.value.code

    return refusal


def repacked(change=None, extra: dict[str, bytes] | None = None, drop: str = "") -> bytes:
    """The good workbook with parts changed, added or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            if info.filename != drop:
                content = source.read(info)
                target.writestr(info.filename, change(info.filename, content) if change else content)
        for name, content in (extra or {}).items():
            target.writestr(name, content)
    return out.getvalue()


def in_sheet(old: bytes, new: bytes) -> bytes:
    return repacked(lambda name, content: content.replace(old, new) if "sheet1" in name else content)


class TestContainer:
    def test_files_of_other_kinds_are_refused_with_what_to_do(self, code_of):
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
        assert code_of(GOOD, "x.xlsm") == code_of(repacked(extra={"xl/vbaProject.bin": b"x"})) == "macros"
        assert code_of(ole, "x.xls") == code_of(b"a,b\n1,2\n") == code_of(GOOD, "x.pdf") == "unreadable"
        assert code_of(ole + "EncryptedPackage".encode("utf-16-le")) == "encrypted"
        assert code_of(b"") == "too_large"

    @pytest.mark.parametrize("cut", [30, 400, -30])
    def test_broken_files(self, code_of, cut):
        assert code_of(GOOD[:cut]) == "unreadable"

    def test_more_members_than_a_workbook_has(self, code_of, monkeypatch):
        monkeypatch.setattr(container, "MAX_MEMBERS", 30)
        assert code_of(repacked(extra={f"a{n}": b"" for n in range(30)})) == "unreadable"

    def test_members_that_no_workbook_has(self, code_of):
        assert code_of(repacked(extra={"../catatan.txt": b"x"})) == "unreadable"
        assert code_of(repacked(extra={"/catatan.txt": b"x"})) == "unreadable"
        assert code_of(repacked(extra={"XL/WORKBOOK.xml": b"<a/>"})) == "unreadable"
        assert code_of(repacked(drop="[Content_Types].xml")) == "unreadable"

    def test_what_swells_is_not_unpacked(self, code_of, opened, monkeypatch):
        swelling = repacked(extra={"xl/media/a.svg": b" " * 30_000})
        opened(swelling)
        monkeypatch.setattr(container, "SMALL", 10_000)
        assert code_of(swelling) == "too_large"

    def test_lying_sizes(self, code_of):
        broken = bytearray(GOOD)
        at_ = broken.rindex(b"PK\x01\x02")
        broken[at_ + 24 : at_ + 28] = (12).to_bytes(4, "little")
        assert code_of(bytes(broken)) == "unreadable"

    @pytest.mark.parametrize(
        "declared",
        [
            b'<!DOCTYPE x [<!ENTITY a "ha">]>', b'<!DOCTYPE x SYSTEM "x.dtd">', b"<! DOCTYPE x>",
        ],
    )  # fmt: skip
    def test_entities(self, code_of, declared):
        assert code_of(in_sheet(b"<worksheet", declared + b"<worksheet")) == "unreadable"

    def test_other_encodings(self, code_of):
        utf16 = repacked(lambda name, c: c.decode().encode("utf-16") if "sheet1" in name else c)
        assert code_of(utf16) == "unreadable"

    def test_a_far_cell_does_not_make_a_huge_table(self, code_of):
        assert code_of(in_sheet(b'r="B2"', b'r="XFD2"')) == "too_wide"
        elsewhere = repacked(extra={"xl/media/a.svg": b"<c r='XFD9'><v>1</v></c>"})
        assert code_of(elsewhere) == "too_wide"
        assert code_of(in_sheet(b'r="J2"', b"r = 'K1048576'")) == "too_many_rows"

    def test_more_rows_than_the_cap(self, code_of, settings):
        settings.MAX_IMPORT_ROWS = 2
        content = "Label,Jenis perangkat\n" + "".join(f"A-{n},hp\n" for n in range(3))
        assert code_of(content.encode() * 80, "x.csv") == "too_many_rows"

    def test_what_is_a_workbook_is_read_whatever_its_name(self, opened):
        assert [row.number for row in opened(GOOD, "x.csv")[1] + opened(GOOD, "x.xls")[1]] == [2, 2]

    def test_csv_in_other_letters(self, code_of):
        assert code_of(b"Label;Jenis perangkat\nA;\x81\n", "x.csv") == "not_utf8"
        assert code_of(b"Label;Jenis perangkat\nA;\x00\n", "x.csv") == "unreadable"

    def test_csv_rows_without_end(self, code_of):
        head = b"Label;Jenis perangkat\n"
        assert code_of(head + b'"\n";' * 2_000, "x.csv") == code_of(head + b"a" * 2_000_000, "x.csv") == "unreadable"
        assert code_of(head + b";" * 500 + b"\n", "x.csv") == "too_wide"
        assert code_of(head + b'"a', "x.csv") == "unreadable"

    def test_csv_may_begin_with_a_title(self, opened):
        title = "Daftar perangkat, per 1 Maret\n\n"
        _header, [row] = opened(f"{title}Label;Jenis perangkat;Merek\nA;hp;B\n".encode(), "x.csv")
        assert row.values == {"tag": "A", "device_type": "hp", "brand": "B"}


class TestHeaders:
    @pytest.mark.parametrize("rows_above", [0, 9, 39])
    def test_is_found_by_its_text(self, opened, rows_above):
        above = [["Pemerintah Kabupaten Contoh"]] * rows_above
        header, rows = opened(workbook([*above, *register(device(1))]))
        assert (header.row, rows[0].number) == (rows_above + 1, rows_above + 2)

    def test_kib_b_with_its_two_header_rows_numbers_and_total(self, opened):
        top = ["No Urut", "Kode Barang", "Nama Barang/ Jenis Barang", "Nomor Register", "Merk/ Type", "Ukuran/CC",
               "Bahan", "Tahun Pembelian", "Nomor", None, None, None, None, "Asal usul/ Cara Perolehan", "Harga (Rp)",
               "Keterangan"]  # fmt: skip
        second = [None] * 8 + ["Pabrik", "Rangka", "Mesin", "Polisi", "BPKB"]
        row = [1, "1.3.2.06.02.01.004", "Telephone Mobile", "0001", "Samsung / A54", None, None, 2022, "SN1", None,
               None, None, None, "Hibah", 3500000, "=ada"]  # fmt: skip
        total = ["JUMLAH"] + [None] * 13 + [3500000]
        content = workbook([["KIB B"], [], top, second, list(range(1, 17)), row, total],
                           prepare=lambda sheet: sheet.merge_cells("I3:M3"))  # fmt: skip
        with at("2026-03-02"):
            _header, [found] = opened(content)
        assert found.values == {
            "item_code": "1.3.2.06.02.01.004", "item_name": "Telephone Mobile", "brand_model": "Samsung / A54",
            "serial_number": "SN1", "acquired_on": 2022, "fund_source": "hibah", "price": 3_500_000, "remark": "=ada",
            "register_number": "0001",
        }  # fmt: skip

    def test_e_bmd_with_nine_rows_above(self, opened):
        titles = ["No", "Perangkat Daerah", "NIBAR", "Kode Barang", "Nama Barang", "Nomor Register", "Merk/Type",
                  "Ukuran/CC", "Bahan", "Tahun Pembelian", "Nomor Pabrik", "Nomor Rangka", "Nomor Mesin",
                  "Nomor Polisi", "Nomor BPKB", "Asal Usul", "Harga", "Kondisi (B/KB/RB)", "Jumlah",
                  "Keterangan"]  # fmt: skip
        row = [1, "Diskominfo", "12" * 20, "1.3.2.10.01.02.002", "Lap Top", "000001", "ASUS X441", "-", "-", 2021.0,
               "-", "-", "-", "-", "-", "Pembelian", "8.250.000,00", "KB", 1, None]  # fmt: skip
        with at("2026-03-02"):
            _header, [found] = opened(workbook([["DAFTAR BARANG"]] * 9 + [titles, row]))
        assert found.values == {
            "unit_name": "Diskominfo", "nibar": "12" * 20, "item_code": "1.3.2.10.01.02.002", "item_name": "Lap Top",
            "brand_model": "ASUS X441", "acquired_on": 2021, "price": 8_250_000, "condition": "lightly_damaged",
            "register_number": "000001",
        }  # fmt: skip

    def test_snipe_it_csv(self, opened):
        content = (
            "ID,Asset Name,Asset Tag,Serial,Model,Model No.,Category,Status,Manufacturer,Purchase Date,Purchase Cost,"
            "Company,Warranty Expires,Notes\n1,HP admin,A-001,R58,Galaxy A54,SM-A546,Smartphone,Deployed,Samsung,"
            '2023-05-01,"5,499,000.00",Diskominfo,2029-02-01,\n'
        )
        with at("2026-03-02"):
            _header, [found] = opened(content.encode("utf-8-sig"), "assets.csv")
        assert found.values == {
            "tag": "A-001", "serial_number": "R58", "model": "Galaxy A54", "device_type": "Smartphone",
            "brand": "Samsung", "acquired_on": date(2023, 5, 1), "price": 5_499_000, "unit_name": "Diskominfo",
            "warranty_until": date(2029, 2, 1),
        }  # fmt: skip

    def test_hidden_sheets_are_passed_over(self, opened, code_of):
        book = Workbook()
        book.active.append(["Catatan"])
        for name in ("Tersembunyi", "Daftar"):
            sheet = book.create_sheet(name)
            for row in register(device(1)):
                sheet.append(row)
        book["Tersembunyi"].sheet_state = "hidden"
        out = io.BytesIO()
        book.save(out)
        header, _rows = opened(out.getvalue())
        assert header.sheet.name == "Daftar"

    def test_what_is_missing_is_named(self, opened):
        with pytest.raises(DomainError) as caught:
            opened(workbook([["Label", "Isi"], ["A", "B"]]))
        assert (caught.value.code, "Jenis perangkat" in str(caught.value.detail)) == ("wrong_headers", True)

    def test_an_error_of_a_formula_is_a_fault_of_its_row(self, opened):
        def spoiled(sheet):
            sheet["J2"] = "#REF!"
            sheet["J2"].data_type = "e"

        _header, [row] = opened(workbook(register(device(1)), prepare=spoiled))
        assert [(each.field, each.code) for each in row.findings] == [("price", "formula_error")]


class TestSpellings:
    @pytest.mark.parametrize(
        ("cells", "value"),
        [
            (["B", "b ", "Baik", 1.0, "1", "BAIK (B)", "Good (B)"], "good"),
            (["KB", "RR", "Kurang Baik", "Rusak  Ringan", 2.0], "lightly_damaged"),
            (["RB", "rusak berat", 3.0, "Rusak berat (RB)"], "badly_damaged"),
        ],
    )
    def test_conditions(self, cells, value):
        assert {read.condition(cell) for cell in cells} == {value}

    @pytest.mark.parametrize(
        ("cell", "value"),
        [
            ("Rp 1.234.567,00", 1_234_567), ("Rp1.500.000", 1_500_000), ("1,5 jt", 1_500_000),
            ("Rp2,25 juta", 2_250_000),
            ("1.250 rb", 1_250_000), ("1,5 M", 1_500_000_000), ("750000", 750_000), (3_333_333.33, 3_333_333),
            ("1,234,567.50", 1_234_568), ("1.500", 1_500), ("1500,50", 1_500), ("Rp 3.500.000,-", 3_500_000), ("0", 0),
        ],
    )  # fmt: skip
    def test_rupiah(self, cell, value):
        assert read.rupiah(cell) == value

    @pytest.mark.parametrize(
        "cell", ["murah", "1.2.3", "1,2,3.4", "-5", "12.34.567", "1e9", "Rp", "5 kg", "１２", 1e13]
    )
    def test_no_rupiah(self, cell):
        with pytest.raises(read.Unread):
            read.rupiah(cell)

    @pytest.mark.parametrize(
        "cell",
        [
            "17/11/2023", "17-11-2023", "17.11.2023", "2023-11-17", "17 November 2023", "17 Nop 2023", "17 Nov. 2023",
            "Jumat, 17 November 2023", "2023-11-17T08:00:00", "2023-11-17 08:00:00", date(2023, 11, 17), 45247.0,
        ],
    )  # fmt: skip
    def test_days(self, cell):
        with at("2026-03-02"):
            assert days.day(cell) == date(2023, 11, 17)

    @pytest.mark.parametrize(
        "cell", ["31/02/2023", "11/17/2023", "kemarin", "17/11/23", "17/11/2027", "17/11/1899", 5.0, 1e9, 20233.0]
    )
    def test_no_days(self, cell):
        with at("2026-03-02"), pytest.raises(read.Unread):
            days.day(cell)

    def test_a_year_stays_a_year(self):
        with at("2026-03-02"):
            assert (days.day_or_year("2022"), days.day_or_year(2022.0)) == (2022, 2022)
            for wrong in ("2027", "1844"):
                with pytest.raises(read.Unread):
                    days.day_or_year(wrong)

    def test_yes_and_no(self):
        assert [read.yes_no(cell) for cell in ("ya", "Y", 1.0, True, "Yes", "tidak", "t", 0.0, "n")] == [True] * 5 + [
            False
        ] * 4

    @pytest.mark.parametrize("cell", [198501012010012001.0, "1,98501E+17", "1.98501012010012E+17"])
    def test_lost_digits_are_never_guessed(self, cell):
        with pytest.raises(read.Unread) as why:
            read.code(50)(cell)
        assert why.value.code == "lost_digits"

    def test_codes_keep_their_digits(self):
        assert [read.code(50)(cell) for cell in ("'0012", 12.0, " 12 34 ", "-", "198501012010012001")] == [
            "0012", "12", "12 34", "", "198501012010012001",
        ]  # fmt: skip

    @pytest.mark.parametrize("cell", ["0812-3456-7890", "+62 812 3456 7890", "6281234567890", 81234567890.0])
    def test_phone_numbers(self, cell):
        assert read.phone(cell) == "+6281234567890"


def test_a_large_workbook_is_only_counted_at_first(tmp_path, settings):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(register(*(device(n) for n in range(300)))))
    counted, whole = container.measure(path, "a.xlsx", glance_above=0), container.measure(path, "a.xlsx")
    assert (counted.rows, counted.wholly, whole.rows, whole.wholly) == (301, False, 301, True)
    settings.MAX_IMPORT_ROWS = 150
    with pytest.raises(DomainError):
        container.measure(path, "a.xlsx", glance_above=0)
