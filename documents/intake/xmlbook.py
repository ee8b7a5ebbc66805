"""Workbooks that are one XML text: read element by element into the sheets they show."""

from __future__ import annotations

import re
from typing import IO, Any
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from documents.intake.grids import Budget, Grid
from documents.intake.marks import Cell

_CHUNK = 1 << 16


class XmlBook:
    """The sheets as they grow. A format says what its elements mean, called by name space and name (``urn:… Cell``)."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.budget = Budget()
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self.start
        self._parser.EndElementHandler = self.end
        self._parser.CharacterDataHandler = self.characters
        self._parser.StartDoctypeDeclHandler = _declared
        self._parser.buffer_text = True

    def read(self, file: IO[bytes]) -> list[Grid]:
        """Raises ``DomainError`` for what declares types or is too large, and what expat raises for what is broken."""
        while chunk := file.read(_CHUNK):
            self._parser.Parse(chunk, False)
        self._parser.Parse(b"", True)
        return self.grids

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, tag: str) -> None:
        raise NotImplementedError

    def characters(self, text: str) -> None:
        raise NotImplementedError


def number(text: str) -> Cell:
    """A number as a float; one whose digits a float does not hold as the text it is."""
    if re.fullmatch(r"\d{16,}", text):
        return text
    try:
        return float(text)
    except ValueError:
        return text


def _declared(*_details: Any) -> None:
    raise DomainError(
        "unreadable", _("Berkas ini memuat deklarasi yang tidak diizinkan. Simpan ulang sebagai .xlsx."), field="file"
    )
