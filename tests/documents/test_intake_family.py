"""Made files of known content: what a file says is read, or the answer says where it cannot be."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from core.days import Month
from core.errors import DomainError
from core.importing import FileRow
from documents.intake import container, headers, sheets
from documents.intake.forms import FORMS
from tests.base import at
from tests.documents import offices

FEW, MANY = 60, 2_000
WHOLE = 0.95


def read(path: Path, made: offices.Made) -> list[FileRow]:
    path.write_bytes(made.content)
    form = FORMS["assets"]
    with sheets.opened(path, container.measure(path, made.filename), headers.titles_of(form)) as found:
        return list(headers.read(found, form).rows())


def told(row: FileRow) -> dict[str, Any]:
    """A row as the truth tells it."""
    values = row.values
    said = {name: values[name] for name in ("item_name", "serial_number", "price", "condition", "nibar")
            if name in values}  # fmt: skip
    make = values.get("brand_model") or " ".join(filter(None, (values.get("brand"), values.get("model"))))
    acquired = values.get("acquired_on")
    assert not isinstance(acquired, Month)
    when = {"year": acquired} if isinstance(acquired, int) else {"day": acquired}
    register = {"register": int(values["register_number"])} if "register_number" in values else {}
    return {**said, "make": make, **register, **(when if acquired else {})}


def judged(path: Path, made: offices.Made) -> str:
    """``whole``, ``refused`` with a word, or ``wrong`` without one."""
    try:
        rows = read(path, made)
    except DomainError:
        return "refused"
    if any(not finding.warning for row in rows for finding in row.findings):
        return "refused"
    found = [told(row) for row in rows]
    alike = [{**each, "serial_number": each.get("serial_number", "").upper()} for each in found]
    wanted = [{**each, "serial_number": each.get("serial_number", "").upper()} for each in made.truth]
    return "whole" if alike == wanted else "wrong"


def outcome(path: Path, seeds: range) -> tuple[Counter[str], list[Any]]:
    counts: Counter[str] = Counter()
    odd = []
    with at("2026-03-02"):
        for seed in seeds:
            made = offices.made(seed)
            if not made.truth:
                continue
            verdict = judged(path, made)
            counts[verdict] += 1
            if verdict != "whole":
                odd.append((seed, verdict, made.made_of))
    return counts, odd


def test_made_files_are_read_whole_or_with_a_word(tmp_path):
    counts, odd = outcome(tmp_path / "berkas", range(FEW))
    assert counts["wrong"] == 0, odd
    assert counts["whole"] >= WHOLE * counts.total(), odd


@pytest.mark.slow
def test_two_thousand_made_files_are_read_whole_or_with_a_word(tmp_path):
    counts, odd = outcome(tmp_path / "berkas", range(10_000, 10_000 + MANY))
    assert counts["wrong"] == 0, odd
    assert counts["whole"] >= WHOLE * counts.total(), odd
