"""Files as people hand them in: workbooks and CSVs made on the spot, as uploads."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

Rows = list[list[Any]]

REGISTER = ["Label", "NIBAR", "Jenis perangkat", "Merek", "Tipe", "Nomor seri", "Kondisi", "Kode unit pencatat",
            "Tanggal perolehan", "Nilai perolehan", "Catatan"]  # fmt: skip


def workbook(rows: Rows, *, prepare: Any = None) -> bytes:
    """A workbook of one sheet; text beginning with ``=`` stays text. ``prepare(sheet)`` may dress it up."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    if prepare:
        prepare(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(content: bytes | Rows, name: str = "daftar.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else workbook(content))


def device(number: int = 1, **values: Any) -> list[Any]:
    """A row under ``REGISTER``: a phone of Diskominfo; ``values`` by the title's first word in lower case."""
    usual = {
        "label": None, "nibar": f"12.01.{number:06d}", "jenis": "Smartphone", "merek": "Contoh", "tipe": f"T{number}",
        "nomor": f"SN-{number:05d}", "kondisi": "B", "kode": "32.01.DISKOMINFO", "tanggal": "17/11/2023",
        "nilai": "Rp 3.500.000,00", "catatan": None,
    }  # fmt: skip
    return list({**usual, **values}.values())


def register(*rows: list[Any]) -> Rows:
    return [REGISTER, *rows]
