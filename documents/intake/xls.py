"""Workbooks of Excel 97 to 2003 (.xls), read by a child process of bounded memory and time: ``biff``."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import apart
from core.confined import LOCKED, TOO_LARGE
from core.errors import DomainError
from documents.intake.container import HEADROOM, encrypted, too_many_rows
from documents.intake.grids import Budget, Grid
from documents.intake.marks import Cell


def grids(path: Path) -> list[Grid]:
    """The worksheets. Raises ``DomainError`` for what is broken, locked or too large."""
    if path.stat().st_size > settings.MAX_FILE_BYTES:
        limit = settings.MAX_FILE_BYTES // (1024 * 1024)
        raise _refused(
            "too_large", _("Berkas .xls lebih dari %(n)s MB. Simpan sebagai .xlsx lalu unggah lagi.") % {"n": limit}
        )
    try:
        with path.open("rb") as file:
            told = apart.opened("documents.intake.biff", file)
    except apart.Unopened as error:
        if error.why == LOCKED:
            raise encrypted() from error
        if error.why == TOO_LARGE:
            raise _refused(
                "too_large", _("Berkas .xls ini terlalu besar. Simpan sebagai .xlsx lalu unggah lagi.")
            ) from error
        raise _refused(
            "unreadable", _("Berkas .xls ini rusak. Buka dan simpan sebagai .xlsx, lalu unggah lagi.")
        ) from error
    return _told(told)


def _told(told: bytes) -> list[Grid]:
    found: list[Grid] = []
    budget = Budget()
    for line in told.splitlines():
        each = json.loads(line)
        if isinstance(each, dict):
            found.append(_grid(each, budget))
        else:
            number, cells = each
            budget.spend(len(cells))
            found[-1].rows.append((number, [_cell(cell) for cell in cells]))
    return found


def _grid(head: dict[str, Any], budget: Budget) -> Grid:
    if head["rows"] > settings.MAX_IMPORT_ROWS + HEADROOM:
        raise too_many_rows()
    grid = Grid(head["name"], budget)
    grid.visible = head["seen"]
    grid.marks.errors = {(row, column) for row, column in head["errors"]}
    grid.marks.hidden = set(head["hidden"])
    grid.marks.merged = [((top, left), (bottom, right)) for (top, left), (bottom, right) in head["merged"]]
    return grid


def _cell(cell: Any) -> Cell:
    if not isinstance(cell, dict):
        return cell
    return cell["is"] if "is" in cell else datetime.fromisoformat(cell["day"])


def _refused(code: str, detail: Any) -> DomainError:
    return DomainError(code, detail, field="file")
