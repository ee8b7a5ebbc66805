"""Puts streamed rows into the empty sheets that openpyxl saved, without holding either in memory."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from io import BytesIO
from typing import IO, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

_LEVEL = 3
"""Half the time of the usual 6 for 7 % more size on these rows."""
_EMPTY = re.compile(rb"<sheetData\s*/>|<sheetData></sheetData>")
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"\s*/>')
_CHUNK = 1 << 20
_LARGE = 1 << 30


class Part(NamedTuple):
    """The rows of one sheet: a file of ``<row>`` elements, the cells they cover, the ranges that hold codes as text."""

    rows: IO[bytes]
    covers: str
    codes: str = ""


def assemble(shell: Workbook, parts: Sequence[Part], target: IO[bytes]) -> None:
    """Save ``shell`` to ``target`` with the rows of ``parts``, one per sheet in order."""
    saved = BytesIO()
    shell.save(saved)
    by_name = {f"xl/worksheets/sheet{number}.xml": part for number, part in enumerate(parts, 1)}
    with ZipFile(saved) as source, ZipFile(target, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as package:
        for info in source.infolist():
            content, part = source.read(info), by_name.get(info.filename)
            if part:
                _write_sheet(package, info.filename, content, part)
            else:
                package.writestr(info, content)


def _write_sheet(package: ZipFile, name: str, empty: bytes, part: Part) -> None:
    head, tail = _EMPTY.split(empty)
    head = _DIMENSION.sub(f'<dimension ref="{part.covers}"/>'.encode(), head)
    if part.codes:
        numbers_as_text = f'<ignoredErrors><ignoredError sqref="{part.codes}" numberStoredAsText="1"/></ignoredErrors>'
        tail = tail.replace(b"</worksheet>", numbers_as_text.encode() + b"</worksheet>")
    large = part.rows.tell() > _LARGE
    part.rows.seek(0)
    with package.open(name, "w", force_zip64=large) as sheet:
        sheet.write(head + b"<sheetData>")
        shutil.copyfileobj(part.rows, sheet, _CHUNK)
        sheet.write(b"</sheetData>" + tail)
