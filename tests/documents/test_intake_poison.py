"""Whatever stands in whatever cell: a finding or a value, never an error of ours; and the file still comes back."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta

import pytest
from openpyxl import Workbook, load_workbook

from core.applying import carry_out
from core.errors import DomainError
from documents.intake import looking, sessions
from documents.intake.forms import FORMS
from tests.base import the_archive_is_open
from tests.documents.files import upload
from tests.documents.poison import FORMULAS

pytestmark = pytest.mark.usefixtures("media")

CELLS = (
    True, False, 0, -1, 1.5, 2023, 20233, 45247, 1e15, 1e300, 198501012010012001, date(1900, 1, 1), date(2099, 1, 1),
    date(9999, 12, 31), datetime(2023, 1, 2, 3, 4), time(3, 4), timedelta(days=3), "=1+1", "\t", "a\nb", "x" * 32_000,
    "é" * 200, "\U0001f4f1", "\u202e", "_x0000_", "１２", "32.01.12", "0", "-", "1e400", "Rp " + "9" * 400, "9" * 5_000,
    "31/12/0000", "99/99/9999", "1/1/1", "Feb 30", "ya", "B", "'", "''", "+62", "(", "\\", "%s %(n)s {0}", *FORMULAS,
)  # fmt: skip


def poisoned(kind: str) -> list[list]:
    """Each poison in each column of a kind, one row each, the first column apart so that rows differ."""
    titles = [str(each.title) for each in FORMS[kind].fields]
    return [titles, *([cell] * len(titles) for cell in CELLS)]


def book_of(rows: list[list]) -> bytes:
    book = Workbook()
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = book.active.cell(number, column)
            cell.value = value if not isinstance(value, str) else value.replace("\x00", "")
            if isinstance(value, str):
                cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_of(rows: list[list]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("name", ["daftar.xlsx", "daftar.csv"])
def test_poison_in_every_cell(cast, kind, name):
    the_archive_is_open()
    rows = poisoned(kind)
    content = book_of(rows) if name.endswith("xlsx") else csv_of(rows)
    session = sessions.receive(upload(content, name), kind=kind, actor=cast.superuser, unit=cast.diskominfo)
    assert session.state == "faulty" and session.rows + session.passed_count >= len(CELLS) - 7
    assert load_workbook(sessions.annotated(session)).active.max_row >= len(CELLS) - 5


GOOD = {
    "assets": {"NIBAR": "{n}", "Jenis perangkat": "smartphone", "Merek": "A", "Tipe": "B", "Nomor seri": "S{n}",
               "Kode unit pencatat": "32.01.DISKOMINFO", "Tanggal perolehan": "2023", "Nilai perolehan": 1},
    "people": {"Nama": "Sdr. {n}", "NIP / nomor identitas": "198001012010011{n:03}", "Kode unit": "32.01.12"},
    "units": {"Kode": "32.01.12.U{n}", "Nama": "Unit {n}", "Jenis": "Bidang/Bagian"},
    "device_types": {"Kode": "tipe_{n}", "Nama": "Tipe {n}", "Kelompok": "hp"},
    "standard_prices": {"Jenis perangkat": "smartphone", "Tahun anggaran": 2026, "Harga satuan": 5},
    "old_pledges": {"Judul": "J", "Ucapan": "U {n}", "Jabatan yang berjanji": "Bupati", "Tanggal ucapan": "2022",
                    "Dasar": "Surat", "Kode unit penanggung jawab": "32.01.DISKOMINFO"},
}  # fmt: skip


def one_bad_cell(kind: str) -> list[list]:
    """Good rows, each with one poison in one column."""
    titles = [str(each.title) for each in FORMS[kind].fields]
    rows = [titles]
    for place in range(len(titles)):
        for cell in CELLS[:-40] if kind == "assets" else CELLS[place % 3 :: 6]:
            good = {k: v.format(n=len(rows)) if isinstance(v, str) else v for k, v in GOOD[kind].items()}
            rows.append([cell if at == place else good.get(title) for at, title in enumerate(titles)])
    return rows


@pytest.mark.parametrize("kind", GOOD)
def test_what_the_plan_lets_through_the_database_takes(cast, kind):
    form = FORMS[kind]
    content = book_of(one_bad_cell(kind))
    session = sessions.receive(upload(content), kind=kind, actor=cast.superuser, unit=cast.diskominfo)
    with looking.tables_of(session) as (_header, found):
        rows = [row for row in found if all(each.warning for each in row.findings)]
    written = 0
    for row in rows:
        try:
            carry_out(form.importer(cast.superuser, cast.diskominfo), lambda row=row: [row], session)
            written += 1
        except DomainError as refusal:
            assert refusal.code == "faulty_rows", (row, refusal)
    assert written > 10
