"""The official sheets of the sample district, held against those made by hand.

``expected/``: one file per sheet of the workbook of RK-2027-0001 on 22 November 2026, ``|`` between cells; of Rincian
RKA what goes on paper. Heads, headings, feet and the RKBMD were written by hand after the forms; the rows of devices
and lines were taken out of the sample's tables by plain SQL, not out of a workbook. Who changes the sample corrects
them.
"""

from __future__ import annotations

import csv
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from core import clock
from documents.layout import Cover
from documents.planbook import book
from org.models import User
from planning.models import Plan

EXPECTED = Path(__file__).parent / "expected"
SHEETS = {
    "rkbmd_pengadaan": "RKBMD Pengadaan",
    "rkbmd_pengadaan_harga": "RKBMD Pengadaan (harga)",
    "rkbmd_pemeliharaan": "RKBMD Pemeliharaan",
    "rincian_rka": "Rincian RKA",
    "kib_b_diskominfo": "KIB B",
    "kib_b_setda": "KIB B Sekretariat Daerah",
    "kib_b_cileungsi": "KIB B Kecamatan Cileungsi",
    "kib_b_ekstra_diskominfo": "KIB B ekstra",
}


def differences() -> list[str]:
    """Every cell that is not as it was written by hand: sheet, place, what it must be and what it is."""
    plan = Plan.objects.select_related("unit", "within", "sub_activity").get(number="RK-2027-0001")
    file = BytesIO()
    book.write(file, plan, User.objects.get(username="perencana"), Cover("Diskominfo", clock.now(), sample=True))
    made = load_workbook(file, data_only=True)
    return [found for name, sheet in SHEETS.items() for found in _compared(name, made[sheet])]


def _compared(name: str, sheet: Any) -> list[str]:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        wanted = list(csv.reader(file, delimiter="|"))
    width = len(wanted[0])
    rows = max(sheet.max_row, len(wanted))
    found = []
    for row in range(1, rows + 1):
        for column in range(1, width + 1):
            cell = sheet.cell(row, column)
            must, is_now = wanted[row - 1][column - 1] if row <= len(wanted) else "", _said(cell.value)
            if must != is_now:
                found.append(f"{sheet.title}!{cell.coordinate}: {must!r}, not {is_now!r}")
    return found


def _said(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
