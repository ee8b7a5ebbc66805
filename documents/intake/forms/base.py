"""What a kind of file looks like, declared once: its columns, their titles, how each is read, who takes the rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Text
from core.importing import FileRow, Finding, Importer
from documents.intake.spellings import Read, Unread, is_empty
from documents.intake.tables import Header, data_rows


@dataclass(frozen=True)
class Field:
    """One column: ``title`` in our template, ``aliases`` in files of others. ``read`` turns a cell into a value.

    ``required``: every row needs it. ``options``: what the template offers to choose from. A field that is not
    ``offered`` is read where it stands, but no column of our template; ``as_text`` keeps Excel from counting with it.
    """

    name: str
    title: Text
    read: Read
    _: KW_ONLY
    aliases: tuple[str, ...] = ()
    required: bool = False
    note: Text = ""
    options: Callable[[], list[str]] | None = None
    offered: bool = True
    as_text: bool = False
    width: int = 18


@dataclass(frozen=True)
class Form:
    """``needs``: groups of fields of which a file must have at least one each. ``ignored``: titles passed over.

    ``finish(values)`` puts together what several columns say. A kind without template is read back from its export.
    """

    kind: str
    label: Text
    explain: Text
    fields: tuple[Field, ...]
    importer: type[Importer]
    needs: tuple[tuple[str, ...], ...]
    ignored: tuple[Text, ...] = ()
    finish: Callable[[dict[str, Any]], dict[str, Any]] = field(default=lambda values: values)
    takes_unit: bool = False
    has_template: bool = True

    def missing(self, found: Collection[str]) -> list[str]:
        """Titles of what a file with these fields lacks; of a group the first."""
        titles = {each.name: str(each.title) for each in self.fields}
        return [titles[group[0]] for group in self.needs if not set(group) & set(found)]

    def rows(self, header: Header) -> Iterator[FileRow]:
        """The data rows below ``header``, each cell read; what cannot be read is a finding of its row."""
        here = [each for each in self.fields if each.name in header.columns]
        for number, cells in data_rows(header):
            if not any(not is_empty(cell) for each in here for cell in cells[header.columns[each.name] :][:1]):
                continue  # the heading of a group of rows, or its sum
            values: dict[str, Any] = {}
            findings = []
            for each in here:
                column = header.columns[each.name]
                try:
                    value = self._value(each, header, number, column, cells[column] if column < len(cells) else "")
                except Unread as why:
                    findings.append(Finding(number, each.name, why.code, detail=str(why.detail)))
                else:
                    if value not in (None, ""):
                        values[each.name] = value
            yield FileRow(number, values if findings else self.finish(values), tuple(findings))

    def _value(self, each: Field, header: Header, number: int, column: int, cell: Any) -> Any:
        if (number, column + 1) in header.sheet.errors:
            raise Unread("formula_error", _("Rumus di sel ini galat. Isi nilainya."))
        value = None if is_empty(cell) else each.read(cell)
        if each.required and value in (None, ""):
            raise Unread("required", _("Wajib diisi."))
        return value
