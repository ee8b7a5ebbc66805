"""Workbooks that are no .xlsx: read like the sheet they show, and within bounds."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from core.errors import DomainError
from documents.intake import container, days, grids, headers, markup, sheets
from documents.intake import spellings as read
from documents.intake.forms import FORMS
from tests.base import at
from tests.documents.files import workbook

SS = "urn:schemas-microsoft-com:office:spreadsheet"
HEAD = ["Nama Barang", "Merk", "Nomor Seri", "Harga"]
OFFICE = shutil.which("soffice")


def rows_of(tmp_path: Path, content: bytes, name: str) -> list[dict[str, Any]]:
    path = tmp_path / "berkas"
    path.write_bytes(content)
    form = FORMS["assets"]
    with sheets.opened(path, container.measure(path, name), headers.titles_of(form)) as found:
        return [row.values for row in headers.read(found, form).rows()]


def refusal(tmp_path: Path, content: bytes, name: str) -> str:
    with pytest.raises(DomainError) as caught:
        rows_of(tmp_path, content, name)
    return caught.value.code


def old_xml(body: str, more: str = "") -> bytes:
    head = "".join(f'<Cell><Data ss:Type="String">{title}</Data></Cell>' for title in HEAD)
    return (
        f'<?xml version="1.0"?>{more}<Workbook xmlns="{SS}" xmlns:ss="{SS}"><Worksheet ss:Name="KIB"><Table>'
        f"<Row>{head}</Row>{body}</Table></Worksheet></Workbook>"
    ).encode()


def ods(body: str) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    head = "".join(f"<table:table-cell><text:p>{title}</text:p></table:table-cell>" for title in HEAD)
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name='KIB'>"
        f"<table:table-row>{head}</table:table-row>{body}</table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("content.xml", content)
    return out.getvalue()


def test_xml_of_2003(tmp_path):
    cells = (
        '<Cell ss:MergeDown="1"><Data ss:Type="String">Laptop</Data></Cell><Cell ss:Index="3"><Data '
        'ss:Type="Number">197001011990031099</Data></Cell><Cell><Data ss:Type="Number">7500000</Data></Cell>'
    )
    other = '<Cell ss:Index="2"><Data ss:Type="String">B</Data></Cell><Cell><Data ss:Type="String">S2</Data></Cell>'
    found = rows_of(tmp_path, old_xml(f"<Row>{cells}</Row><Row>{other}</Row>"), "kib.xls")
    assert found == [
        {"item_name": "Laptop", "serial_number": "197001011990031099", "price": 7_500_000},
        {"item_name": "Laptop", "brand": "B", "serial_number": "S2"},
    ]


def test_ods(tmp_path):
    row = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>Laptop</text:p></table:table-cell>'
        "<table:table-cell/><table:table-cell><text:p>S1</text:p></table:table-cell><table:table-cell "
        'office:value-type="float" office:value="7500000"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    assert rows_of(tmp_path, ods(row), "kib.ods") == [
        {"item_name": "Laptop", "serial_number": "S1", "price": 7_500_000}
    ]


@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice here")
@pytest.mark.parametrize("ending", ["xls", "ods", "html"])
def test_what_libreoffice_makes_of_a_workbook(tmp_path, ending):
    source = tmp_path / "kib.xlsx"
    source.write_bytes(workbook([HEAD, ["Laptop", "Contoh", "S1", 7_500_000]]))
    command = [str(OFFICE), "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", ending,
               "--outdir", str(tmp_path), str(source)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = rows_of(tmp_path, (tmp_path / f"kib.{ending}").read_bytes(), f"kib.{ending}")
    assert found == [{"item_name": "Laptop", "brand": "Contoh", "serial_number": "S1", "price": 7_500_000}]


def test_what_swells_while_it_is_read_is_stopped(tmp_path, monkeypatch, settings):
    cell = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    assert refusal(tmp_path, ods(f'<table:table-row table:number-rows-repeated="900000">{cell}</table:table-row>'),
                   "x.ods") == "too_many_rows"  # fmt: skip
    monkeypatch.setattr(grids, "MOST_CELLS", 20)
    assert refusal(tmp_path, ods(f'<table:table-row table:number-rows-repeated="90">{cell}</table:table-row>'),
                   "x.ods") == "too_large"  # fmt: skip
    page = "<table>" + "<tr><td>a</td><td>b</td></tr>" * 30 + "</table>"
    assert refusal(tmp_path, page.encode(), "x.xls") == "too_large"
    monkeypatch.setattr(grids, "MOST_SECONDS", -1)
    assert refusal(tmp_path, b"<table><tr><td>a</td></tr></table>", "x.xls") == "too_large"


def test_what_no_reader_should_open(tmp_path, monkeypatch):
    entities = '<!DOCTYPE x [<!ENTITY a "ha">]>'
    assert refusal(tmp_path, old_xml("<Row><Cell><Data>&a;</Data></Cell></Row>", entities), "x.xls") == "unreadable"
    assert refusal(tmp_path, old_xml("<Row>"), "x.xls") == "unreadable"
    assert refusal(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "x.xls") == "unreadable"
    monkeypatch.setattr(markup, "_DEEPEST", 3)
    assert refusal(tmp_path, b"<table><tr><td>" * 5 + b"x", "x.xls") == "too_wide"


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        (["Sangat Baik", "B/Baik", "BAIK (B)"], "good"),
        (["Rusak Sedang", "RR/Rusak Ringan", "kurang baik"], "lightly_damaged"),
        (["R. Berat", "RB/Rusak Berat", "RusakBerat", "rusak  berat"], "badly_damaged"),
    ],
)
def test_conditions_as_they_were_seen(cells, value):
    assert {read.condition(cell) for cell in cells} == {value}


@pytest.mark.parametrize("cell", ["Rusak", "Tidak Baik", "BB", "Hilang"])
def test_words_that_are_no_condition_or_two(cell):
    with pytest.raises(read.Unread) as why:
        read.condition(cell)
    assert why.value.code in ("ambiguous", "not_a_condition")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("12-Mei-21", "2021-05-12"), ("12 Sept 2021", "2021-09-12"), ("20210512", "2021-05-12"),
        (20210512.0, "2021-05-12"), ("2024-03-19T17:00:00.000Z", "2024-03-20"), ("Mei 2021", "2021-05-01"),
        ("0000-00-00", None), ("-", None), ("tidak ada", None),
    ],
)  # fmt: skip
def test_days_as_they_were_seen(cell, day):
    with at("2026-03-02"):
        found = days.day_or_year(cell)
    assert (found.isoformat() if found else None) == day


@pytest.mark.parametrize(("cell", "amount"), [("Rp3.500.000.-", 3_500_000), ("Rp -", None), ("nihil", None)])
def test_prices_as_they_were_seen(cell, amount):
    assert read.rupiah(cell) == amount
