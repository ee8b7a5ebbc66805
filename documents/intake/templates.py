"""Empty workbooks to fill in: a column per field with its heading, lists to choose from, and a sheet that explains."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from documents.filenames import file_name
from documents.intake.forms import Field, Form
from documents.values import storable

ROWS = 5_000
"""How far down the lists to choose from reach."""
_HEAD, _MUST = PatternFill("solid", fgColor="DCE6F1"), PatternFill("solid", fgColor="F9D9B0")


def template(form: Form) -> bytes:
    """The template of one kind, in the language of the moment; its reading needs no setting."""
    book = Workbook()
    sheet, choices = book.worksheets[0], book.create_sheet("Pilihan")
    sheet.title = "Isian"
    offered = [each for each in form.fields if each.offered]
    for number, each in enumerate(offered, 1):
        _column(sheet, number, each)
        if each.options:
            _offer(book, sheet, choices, number, each.name, each.options())
    sheet.freeze_panes = "A2"
    choices.sheet_state = "hidden"
    _explain(book.create_sheet("Petunjuk"), form, offered)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def template_name(form: Form) -> str:
    return file_name("template", form.kind.replace("_", "-"), extension="xlsx")


def _column(sheet: Any, number: int, each: Field) -> None:
    cell = _text(sheet.cell(1, number), f"{each.title} *" if each.required else str(each.title))
    cell.font, cell.fill = Font(bold=True), _MUST if each.required else _HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    column = sheet.column_dimensions[get_column_letter(number)]
    column.width = each.width
    if each.as_text:
        column.number_format = "@"


def _offer(book: Workbook, sheet: Any, choices: Any, number: int, name: str, options: Sequence[str]) -> None:
    """A list to choose from: what is not on it is only warned of, since spellings of old files are read too."""
    if not options:
        return
    letter = get_column_letter(number)
    for row, option in enumerate(options, 1):
        _text(choices.cell(row, number), option)
    book.defined_names[f"pilihan_{name}"] = DefinedName(
        f"pilihan_{name}", attr_text=f"Pilihan!${letter}$1:${letter}${len(options)}"
    )
    rule = DataValidation(type="list", formula1=f"pilihan_{name}", allow_blank=True, errorStyle="warning")
    rule.error = _("Tidak ada dalam daftar.")
    rule.add(f"{letter}2:{letter}{ROWS}")
    sheet.add_data_validation(rule)


def _explain(sheet: Any, form: Form, offered: Sequence[Field]) -> None:
    lines = [(str(form.label), str(form.explain))]
    lines += [(f"{each.title} *" if each.required else str(each.title), str(each.note)) for each in offered]
    lines.append(("", _("* wajib diisi. Kolom lain boleh dihapus. Sel kosong tidak mengubah apa-apa.")))
    for row, (left, right) in enumerate(lines, 1):
        _text(sheet.cell(row, 1), left).font = Font(bold=True)
        _text(sheet.cell(row, 2), right)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 90


def _text(cell: Any, value: str) -> Any:
    cell.value = storable(value) or None
    if cell.value is not None:
        cell.data_type = "s"
    return cell
