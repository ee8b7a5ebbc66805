"""The workbook that comes back with its faults marked is the one that was handed in, in all else."""

from __future__ import annotations

import io
import re
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from documents.intake import sessions
from tests.base import Cast
from tests.documents.files import device, register, upload, workbook

pytestmark = pytest.mark.usefixtures("media")
SPARKLINES = (
    '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><x14:sparklineGroups><x14:sparklineGroup><x14:sparklines>'
    '<x14:sparkline><xm:f xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">Sheet!A1:A3</xm:f>'
    '<xm:sqref xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">N2</xm:sqref></x14:sparkline>'
    "</x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
)
BOX = (
    b"<xdr:wsDr xmlns:xdr='http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing'><!-- box --></xdr:wsDr>"
)
SHEET = "xl/worksheets/sheet1.xml"


def office_file() -> bytes:
    """A workbook as offices keep them: a formula with its value, a list to choose from, sparklines and a box."""

    def dressed(sheet: Any) -> None:
        sheet["M1"], sheet["M2"] = "Umur", "=2026-2023"
        rule = DataValidation(type="list", formula1='"B,RR,RB"')
        rule.add("G2:G99")
        sheet.add_data_validation(rule)

    out, made = io.BytesIO(), workbook(register(device(1), device(2, kondisi="lumayan")), prepare=dressed)
    with ZipFile(io.BytesIO(made)) as package, ZipFile(out, "w") as changed:
        for item in package.infolist():
            content = package.read(item)
            if item.filename == SHEET:
                text = content.decode().replace("</worksheet>", f"{SPARKLINES}</worksheet>")
                content = re.sub(
                    r"<f>2026-2023</f><v */>|<f>2026-2023</f><v></v>", "<f>2026-2023</f><v>3</v>", text
                ).encode()
            changed.writestr(item, content)
        changed.writestr("xl/drawings/drawing1.xml", BOX)
    return out.getvalue()


def marked(cast: Cast, content: bytes, **more: Any) -> bytes:
    session = sessions.receive(upload(content), **{"kind": "assets", "actor": cast.clerk, **more})
    assert session.state == "faulty"
    return sessions.annotated(session).read()


def test_stored_values_lists_sparklines_and_boxes_are_kept(cast: Cast) -> None:
    before = office_file()
    assert b"<v>3</v>" in ZipFile(io.BytesIO(before)).read(SHEET)
    after = marked(cast, before)
    package = ZipFile(io.BytesIO(after))
    sheet = package.read(SHEET).decode()
    assert "<v>3</v>" in sheet and "sparklineGroup" in sheet and "dataValidation" in sheet
    assert package.read("xl/drawings/drawing1.xml") == BOX
    assert load_workbook(io.BytesIO(after), data_only=True).active["M2"].value == 3
    untouched = set(ZipFile(io.BytesIO(before)).namelist()) - {
        SHEET, "xl/styles.xml", "[Content_Types].xml", "xl/worksheets/_rels/sheet1.xml.rels",
    }  # fmt: skip
    assert all(package.read(name) == ZipFile(io.BytesIO(before)).read(name) for name in untouched)


def test_the_fault_is_coloured_commented_and_told_beside_what_was_there(cast: Cast) -> None:
    sheet = load_workbook(io.BytesIO(marked(cast, office_file()))).active
    assert sheet["G3"].fill.fgColor.rgb == "FFF8C9C4" and sheet["G3"].comment.text.startswith("Kondisi: ")
    assert sheet["G2"].fill.fgColor.rgb != "FFF8C9C4"
    assert (sheet["N1"].value, sheet["N2"].value) == ("Kesalahan", None)
    assert sheet["N3"].value.startswith("Kondisi: ")
    assert [cell.value for cell in sheet[2]][3:6] == ["Contoh", "T1", "SN-00001"]


def test_an_empty_cell_that_is_missed_is_marked_too(cast: Cast) -> None:
    rows = register(device(1, kode=None))
    sheet = load_workbook(io.BytesIO(marked(cast, workbook(rows)))).active
    assert sheet["H2"].fill.fgColor.rgb == "FFF8C9C4"


def test_comments_of_the_office_stay_and_ours_do_not_replace_them(cast: Cast) -> None:
    def commented(sheet: Any) -> None:
        sheet["A2"].comment = Comment("cek ulang", "Bu Ani")

    content = workbook(register(device(1), device(2, kondisi="lumayan")), prepare=commented)
    sheet = load_workbook(io.BytesIO(marked(cast, content))).active
    assert sheet["A2"].comment.text == "cek ulang"
    assert sheet["G3"].fill.fgColor.rgb == "FFF8C9C4" and sheet["L3"].value.startswith("Kondisi: ")


def test_the_marked_file_can_be_corrected_and_handed_in_again(cast: Cast) -> None:
    book = load_workbook(io.BytesIO(marked(cast, office_file())))
    book.active["G3"] = "RR"
    out = io.BytesIO()
    book.save(out)
    again = sessions.receive(upload(out.getvalue()), kind="assets", actor=cast.clerk)
    assert (again.faults, again.counts) == (0, {"new": 2})
