"""What a real spreadsheet program makes of the workbooks: LibreOffice opens, calculates, prints."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from documents.layout import CellKind, Column, Layout
from documents.reports.offered import REPORTS
from tests.documents.poison import FORMULAS, STORABLE
from tests.documents.sheets import header_row, layout, records, workbook

needs_office = pytest.mark.skipif(
    not shutil.which("soffice") and os.environ.get("CI") != "true",
    reason="LibreOffice is not installed; CI must have it",
)
pytestmark = [pytest.mark.slow, needs_office]
NUMBER = 60
XLSX = "xlsx:Calc MS Excel 2007 XML"


def row_of(kind: str, number: int) -> tuple:
    """A plausible row of a report, by the kinds of its columns."""
    values = {
        CellKind.TEXT: f"Kecamatan Kemang {number}",
        CellKind.CODE: f"00{number:06d}",
        CellKind.INTEGER: number,
        CellKind.RUPIAH: 1_000_000 + number,
        CellKind.DATE: date(2026, 3, 2),
        CellKind.DATETIME: datetime(2026, 3, 2, 9, 30),
        CellKind.PERCENT: 0.5,
    }
    return tuple(values[column.kind] for column in REPORTS[kind].layout.columns)


def converted(content: bytes, to: str, folder: Path) -> Path:
    source = folder / "daftar.xlsx"
    source.write_bytes(content)
    made = folder / "made"
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", to, "--outdir", str(made), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    [found] = made.iterdir()
    return found


def without_cached_values(content: bytes, folder: Path) -> bytes:
    """The workbook with the results of its formulas taken out, so that they must be calculated."""
    source, target = folder / "cached.xlsx", folder / "bare.xlsx"
    source.write_bytes(content)
    with ZipFile(source) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"</f><v>[^<]*</v>", b"</f>", old.read(name)))
    return target.read_bytes()


def printed(content: bytes, folder: Path) -> tuple[str, list[str]]:
    """The description of the PDF and the text of its pages."""
    pdf = converted(content, "pdf", folder)
    told = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True).stdout
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
    return told, text.split("\f")[:-1]


@pytest.mark.parametrize("kind", [kind for kind, each in REPORTS.items() if any(c.total for c in each.layout.columns)])
def test_totals_calculated_by_libreoffice_are_the_ones_we_computed(kind, tmp_path):
    content = workbook(REPORTS[kind].layout, [row_of(kind, number) for number in range(NUMBER)])
    made = converted(without_cached_values(content, tmp_path), XLSX, tmp_path)
    sheet = load_workbook(made, data_only=True).worksheets[0]
    ours = load_workbook(BytesIO(content), data_only=True).worksheets[0]
    first = header_row(ours) + NUMBER + 2
    for row in (first, first + 1):
        calculated = [sheet.cell(row, column).value for column in range(1, ours.max_column + 1)]
        assert calculated == [ours.cell(row, column).value for column in range(1, ours.max_column + 1)]
        assert any(isinstance(value, int) and value > 0 for value in calculated)


def test_text_is_literal_and_unchanged_in_libreoffice(tmp_path):
    texts = [*FORMULAS, *(each for each in STORABLE if each and len(each) < 1000 and "\r" not in each)]
    content = workbook(layout(CellKind.TEXT, CellKind.CODE), [(text, text) for text in texts])
    made = converted(content, XLSX, tmp_path)
    back = records(made.read_bytes())
    literal = [(text, row) for text, row in zip(texts, back, strict=True) if "\r" not in text]
    assert [row for _text, row in literal] == [(text, text) for text, _row in literal]


def test_dates_money_and_codes_look_as_they_should(tmp_path):
    rows = [("0012", date(2023, 11, 17), datetime(2023, 11, 17, 9, 5), -4_500_000, 198501012010012001, 0.25)]
    kinds = (CellKind.CODE, CellKind.DATE, CellKind.DATETIME, CellKind.RUPIAH, CellKind.CODE, CellKind.PERCENT)
    of = Layout("Daftar", "Daftar", tuple(Column("K", kind, width=24) for kind in kinds))
    _told, pages = printed(workbook(of, rows), tmp_path)
    assert re.search(r"0012 +17/11/2023 +17/11/2023 09:05 +-Rp 4,500,000 +198501012010012001 +25.0%", pages[0])


@pytest.mark.parametrize("kind", REPORTS)
def test_prints_on_folio_landscape_one_page_wide_with_header_and_number_on_every_page(kind, tmp_path):
    layout_of = REPORTS[kind].layout
    told, pages = printed(workbook(layout_of, [row_of(kind, number) for number in range(200)]), tmp_path)
    *lists, notes = pages
    assert re.search(r"Page size: +936 x 612", told)
    assert len(lists) > 1
    first_title = str(layout_of.columns[0].title).split()[0]
    for number, page in enumerate(lists, 1):
        assert first_title in page
        assert "DATA CONTOH" in page
        assert f"Halaman {number} dari {len(pages)}" in page
    assert "Catatan" in notes and "Zona waktu" in notes
