"""G11: sheets named after districts, in the budget workbook asked for over the API: valid, unlike, and found again.

An office names sheets in layouts of its own; formulas, lists to choose from, titles and charts must follow the names.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from documents.planbook import forms
from org.models import Unit
from planning.models import Plan
from tests.api.cast import Caller
from tests.base import Cast, decided
from tests.documents.test_exports import exported
from tests.documents.test_office import XLSX, converted, needs_office, without_cached_values
from tests.planning.scenes import a_plan, a_price, a_rate

pytestmark = pytest.mark.usefixtures("media")

LONG = "Kecamatan dengan nama yang sangat panjang sekali"
NAMES = [
    "Kec. A/B", "Kec. A/B", LONG, LONG + " Utara", LONG + " Selatan", "", "  ", "Kec. Ma'rang", "'Kutip'", "History",
    "[1]*?:\\", "Catatan", "Pilihan", "Gunung & Laut <1>", "\U0001f4f1" * 20, "kec. a-b",
]  # fmt: skip
SHOWN = [
    "Kec. A-B", "Kec. A-B (2)", LONG[:31].strip(), LONG[:27].strip() + " (2)", LONG[:27].strip() + " (3)", "Lembar",
    "Lembar (2)", "Kec. Ma'rang", "Kutip", "History (2)", "-1-----", "Catatan", "Pilihan", "Gunung & Laut <1>",
    "\U0001f4f1" * 15, "kec. a-b (3)",
]  # fmt: skip


@pytest.fixture
def plan(cast: Cast) -> Plan:
    a_price(cast, includes_ppn=False)
    a_rate()
    decided(cast)
    decided(cast, unit=cast.cibinong)
    return a_plan(cast)


@pytest.fixture
def layouts(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    (tmp_path / "layouts").mkdir()
    return tmp_path / "layouts"


def quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def named(layouts: Path, names: list[str]) -> None:
    """One sheet with the plan's lines for each name; each counts twice what the one before it counts."""
    for number, name in enumerate(names):
        counted = f'field = "planned", formula = "{{s{number - 1}.n}}*2"' if number else 'field = "planned"'
        (layouts / f"s{number}.toml").write_text(
            f'sheet = {quoted(name)}\nrows = "lines"\ntitles = ["{{unit}}"]\n'
            'columns = [{ key = "unit", title = "Unit", field = "unit" }, '
            f'{{ key = "n", title = "Jumlah", kind = "integer", {counted}, total = true }}, '
            '{ key = "fund", title = "Dana", field = "fund_source", input = true, choices = "fund_source" }]\n'
            'chart = { title = "Per unit", labels = "unit", values = "n" }\n',
            "utf-8",
        )
    (layouts / "book.toml").write_text(f"sheets = [{', '.join(quoted(f's{n}') for n in range(len(names)))}]")


def workbook(cast: Cast, plan: Plan) -> bytes:
    _job, content = exported(cast.planner, kind="budget_plan", format="xlsx", filters={"id": plan.pk})
    return content


def references(book: Workbook) -> set[str]:
    """The sheets that formulas, lists to choose from, printed titles and charts name."""
    found = []
    for sheet in book:
        found += [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        found += [each.formula1 for each in sheet.data_validations.dataValidation]
        found += [each.val.numRef.f for chart in sheet._charts for each in chart.series]
        found += [sheet.print_area]
    pattern = re.compile(r"'((?:[^']|'')+)'!")
    return {each.replace("''", "'") for text in found for each in pattern.findall(str(text))}


def test_names_are_valid_and_unlike_and_everything_follows_them(cast: Cast, plan: Plan, layouts: Path) -> None:
    """G11"""
    named(layouts, NAMES)
    book = load_workbook(BytesIO(workbook(cast, plan)))
    titles = book.sheetnames
    assert titles[: len(NAMES)] == SHOWN
    assert titles[len(NAMES) :] == ["Pilihan (2)", "Catatan (2)"]
    assert len({title.casefold() for title in titles}) == len(titles)
    assert all(0 < len(title.encode("utf-16-le")) // 2 <= 31 and not set(title) & set("[]:*?/\\") for title in titles)
    assert references(book) == {*SHOWN, "Pilihan (2)"}
    offered = {each.formula1 for sheet in book for each in sheet.data_validations.dataValidation}
    assert {each.split("!")[0] for each in offered} == {"'Pilihan (2)'"}


@pytest.mark.slow
@needs_office
def test_a_spreadsheet_program_finds_every_sheet(cast: Cast, plan: Plan, layouts: Path, tmp_path: Path) -> None:
    """G11"""
    named(layouts, NAMES[:-2])  # LibreOffice counts the letters of a sheet's name otherwise
    content = without_cached_values(workbook(cast, plan), tmp_path)
    made = load_workbook(converted(content, XLSX, tmp_path), data_only=True)
    counted = [
        [row[1] for row in sheet.values if row[0] and str(row[0]).startswith("Kecamatan")]
        for sheet in made.worksheets[: len(NAMES) - 2]
    ]
    assert counted == [[2**number] * 2 for number in range(len(NAMES) - 2)]


def test_districts_of_such_names_leave_in_every_file(cast: Cast, plan: Plan) -> None:
    """G11"""
    for number, name in enumerate(NAMES):
        Unit.objects.create(code=f"32.01.X{number}", name=name or " ", kind="district", parent=cast.root)
    Unit.objects.filter(pk=cast.kemang.pk).update(name="Kec. A/B")
    Unit.objects.filter(pk=cast.cibinong.pk).update(name=LONG)
    assert load_workbook(BytesIO(workbook(cast, plan))).sheetnames[: len(forms.load_all()) - 1]
    for kind in ("assets", "requests", "pledges"):
        for code in ("32.01.12", "32.01.X5"):
            job, content = exported(cast.superuser, kind=kind, format="xlsx", filters={"within": code})
            assert len(load_workbook(BytesIO(content)).sheetnames) == 2
            assert job.state == "done"
    assert Caller(cast.superuser).get("units/?limit=100").status_code == 200
