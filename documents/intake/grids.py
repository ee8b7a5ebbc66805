"""Sheets of formats that are read here and not by a library: rows gathered cell by cell, within bounds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from documents.intake.container import HEADROOM, MAX_COLUMNS, too_many_rows
from documents.intake.marks import Cell, Cells, Marks

MOST_CELLS = 2_000_000
MOST_SECONDS = 60
_LAST_ROW = 1_048_576


@dataclass
class Budget:
    """What one file may cost, all its sheets together: cells with a value, and seconds by the clock."""

    cells: int = 0
    began: float = field(default_factory=time.monotonic)

    def spend(self, cells: int) -> None:
        self.cells += cells
        if self.cells > MOST_CELLS or time.monotonic() - self.began > MOST_SECONDS:
            detail = _(
                "Isi berkas ini terlalu besar untuk dibaca. Simpan sebagai .xlsx, atau pecah menjadi beberapa berkas."
            )
            raise DomainError("too_large", detail, field="file")


class Grid:
    """One sheet as it grows. ``rows``: those with a value, each with its number from 1.

    ``put`` fills the next cell that no cell of an earlier row reaches into.
    """

    def __init__(self, name: str, budget: Budget) -> None:
        self.name, self.budget = name, budget
        self.visible = True
        self.marks = Marks()
        self.rows: list[tuple[int, Cells]] = []
        self.number = 0
        self._row: Cells = []
        self._column = 0
        self._put = 0
        self._reaching: dict[int, int] = {}

    def begin_row(self, number: int | None = None) -> None:
        self.number = self.number + 1 if number is None else number
        self._row, self._column = [], 0

    def go_to(self, column: int) -> None:
        """The next cell is this one, counted from 1."""
        self._column = column - 1

    def put(self, value: Cell, *, across: int = 1, down: int = 1, reaches: bool = False) -> None:
        """One cell, ``across`` columns wide and ``down`` rows high; ``reaches``: lower rows leave its place out."""
        while self._reaching.get(self._column, 0) > self.number:
            self._column += 1
        first = self._put = self._column
        if value != "":
            self._row += [""] * (first - len(self._row))
            if first >= MAX_COLUMNS:
                raise DomainError(
                    "too_wide", _("Lembar ini terlalu lebar. Hapus kolom dan baris kosong di luar tabel."), field="file"
                )
            self._row.append(value)
            if across > 1 or down > 1:
                last = (self.number + down - 1, first + across)
                self.marks.merged.append(((self.number, first + 1), last))
        if reaches and down > 1:
            for column in range(first, min(first + across, MAX_COLUMNS)):
                self._reaching[column] = self.number + down
        self._column = first + across

    @property
    def place(self) -> tuple[int, int]:
        """The cell that was put last."""
        return self.number, self._put + 1

    def mark(self, places: set[tuple[int, int]]) -> None:
        """Note the cell that was put last among ``places``."""
        places.add(self.place)

    def end_row(self, *, hidden: bool = False, times: int = 1) -> None:
        """``times``: so many rows are alike."""
        if not any(value != "" for value in self._row):
            self.number += times - 1
            return
        if self.number + times - 1 > _LAST_ROW or len(self.rows) + times > settings.MAX_IMPORT_ROWS + HEADROOM:
            raise too_many_rows()
        for _each in range(times):
            self.budget.spend(len(self._row))
            self.rows.append((self.number, self._row))
            if hidden:
                self.marks.hidden.add(self.number)
            self.number += 1
        self.number -= 1
