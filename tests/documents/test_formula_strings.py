"""G1: text that looks like a formula, in every text field there is, through every file that leaves.

The files: lists as Excel and CSV, the budget workbook, templates and files given back with their faults; asked for over
the API, at a desk and by command. A formula stands only in the cells for which the layout declares one, and every text
is read back as it is stored.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.validators import RegexValidator
from django.db import DatabaseError, models, transaction
from django.db.models import CharField, Model, TextField
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from assets.models import Asset, DeviceType, Family, ItemCode
from core.folded import Folded
from core.jobs import run_due
from core.models import Installation, Job
from documents.exports import chosen
from documents.intake.forms import FORMS, TEMPLATED
from documents.layout import CellKind
from documents.planbook import forms
from documents.planbook.sources import SOURCES, PlanData, together
from documents.reports.offered import REPORTS
from documents.values import like_formula, storable
from org.models import Person, Unit
from planning import plans
from planning.models import Plan, PlanLine
from pledges.models import Pledge
from requests_app.models import DeviceRequest
from tests import base
from tests.api.cast import Caller
from tests.backoffice.desk import Desk
from tests.documents.files import device, register, upload
from tests.documents.poison import FORMULAS
from tests.documents.sheets import formulas, header_row, opened, parsed, records

pytestmark = pytest.mark.django_db

POISONS = tuple(dict.fromkeys(FORMULAS))
APPS = ("assets", "org", "planning", "pledges", "requests_app")
KEPT = {"user"}  # names and passwords of logins are in no file
SEALED = {
    "pledge.number", "pledge.quote", "pledge.deadline_text", "devicetype.name", "devicetype.name_en", "office.name",
}  # fmt: skip
"""Guarded once a pledge is published; all but the number are written with it."""
FORMATS = ({"format": "xlsx"}, {"format": "csv"}, {"format": "csv", "delimiter": "semicolon"})
FILLED = ("requests", "assets", "pledges", "budget_plan")
"""The lists into which ``Poisoned`` brings rows; how their cells are written is the same for all."""
LISTS = [(kind, wanted) for kind in FILLED for wanted in FORMATS if kind != "budget_plan" or wanted["format"] == "csv"]
KIND_OF = {Asset: "assets", DeviceRequest: "requests", Pledge: "pledges"}
# columns that show a stored text and nothing else
VERBATIM = {
    "assets": {"Label", "NIBAR", "Jenis perangkat", "Merek", "Tipe", "Nomor seri", "Unit pencatat", "Unit pemegang",
               "Nama pemegang", "Nomor BAST"},
    "requests": {"Jenis perangkat", "Alasan keputusan"},
    "pledges": {"Judul"},
    "budget_plan": {"Unit", "Kelompok", "Jenis perangkat", "Keterangan"},
}  # fmt: skip


# ---- a district in which every text is poison


class Poisoned:
    """One thing of each kind for each poison, come about by the usual verbs; then every text field is overwritten.

    ``refused``: the columns whose guard or constraint would not have it; they keep what the verbs wrote.
    """

    def __init__(self) -> None:
        self.cast = base.make_cast()
        self.refused: set[str] = set()
        with base.at(base.MONDAY):
            self._things()
            self.plan = plans.create(fiscal_year=2027, actor=self.cast.planner)
            self._overwrite()
        self.caller = Caller(base.again(self.cast.superuser))

    def _things(self) -> None:
        cast = self.cast
        Installation.objects.update(name="=1+1", agency_name="@SUM(1+1)")
        lines = []
        for number, poison in enumerate(POISONS):
            unit = Unit.objects.create(
                code=f"32.01.U{number}", name=f"Unit {number}", kind="division", parent=cast.root
            )
            person = Person.objects.create(name=f"Sdr. {number}", unit=unit)
            family = Family.objects.create(code=f"kelompok{number}", name=f"Kelompok {number}")
            code = ItemCode.objects.create(code=f"1.3.2.{number}", name=f"Barang {number}")
            kind = DeviceType.objects.create(code=f"tipe{number}", name=poison[:100], family=family, item_code=code)
            asset = base.an_asset(cast, device_type=kind, unit=unit)
            base.an_issue(cast, assets=[asset], to=unit, recipient=person)
            words = {"quote": poison.strip(), "deadline_text": poison.strip()}
            base.a_pledge(cast, lines=[{"unit": unit, "device_type": kind, "quantity": 1}], **words)
            lines.append(base.a_line(cast, device_type=kind, quantity=1))
        decisions = [{"decision": "reject", "reason": "Tidak"} for _line in lines]
        base.decided(cast, lines=lines, decisions=decisions)

    def _overwrite(self) -> None:
        for model in [model for app in APPS for model in apps.get_app_config(app).get_models()]:
            for field in text_fields(model):
                self._poison(model, field)

    def _poison(self, model: type[Model], field: models.Field) -> None:
        rows = model._base_manager.order_by("pk").values_list("pk", flat=True)
        try:
            with transaction.atomic():
                for number, pk in enumerate(rows):
                    text = POISONS[number % len(POISONS)][: field.max_length or None]
                    model._base_manager.filter(pk=pk).update(**{field.attname: text})
        except DatabaseError:
            self.refused.add(f"{model._meta.model_name}.{field.name}")

    def asked(self, kind: str, **wanted: Any) -> bytes:
        """The file of an export asked for over the API."""
        answer = self.caller.post("exports/", {"kind": kind, **wanted})
        assert answer.status_code == 202, answer.content
        return self.made()

    def made(self) -> bytes:
        run_due()
        job = Job.objects.latest("pk")
        assert job.state == "done", job.error
        with job.file.open("rb") as file:
            return file.read()

    def rows(self, kind: str) -> list[tuple[Any, ...]]:
        """What the list of ``kind`` holds, as it is before anything is written."""
        return list(REPORTS[kind].rows(chosen(kind, self.cast.superuser, {})))


def text_fields(model: type[Model]) -> list[models.Field]:
    """Fields of free text: without choices and without a pattern that no formula fits."""
    if model._meta.model_name in KEPT or not model._meta.managed:
        return []
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField)
        and not isinstance(field, Folded)
        and not field.choices
        and not any(isinstance(each, RegexValidator) for each in field.validators)
        and not field.name.endswith("hash")
    ]


@pytest.fixture(scope="module")
def poisoned(django_db_setup: None, django_db_blocker: Any) -> Iterator[Poisoned]:
    with django_db_blocker.unblock(), transaction.atomic(), base.at(base.MONDAY):
        yield Poisoned()
        transaction.set_rollback(True)


# ---- reading the files


def formula_cells(content: bytes) -> dict[str, dict[str, str]]:
    """By sheet: cell -> formula, and the same number of them as there are ``<f`` in the file outside its charts."""
    book = load_workbook(io.BytesIO(content))
    found = {
        sheet.title: {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
        for sheet in book
    }
    with ZipFile(io.BytesIO(content)) as package:
        parts = [name for name in package.namelist() if not name.startswith("xl/charts/")]
        raw = sum(len(re.findall(rb"<(?:\w+:)?f[ >/]", package.read(name))) for name in parts)
    assert raw == sum(map(len, found.values()))
    return {title: cells for title, cells in found.items() if cells}


def declared_cells(kind: str, content: bytes) -> dict[str, dict[str, str]]:
    """The formulas that the layout of a list declares: two totals below each column that asks for them."""
    sheet, columns = opened(content), REPORTS[kind].layout.columns
    first = header_row(sheet) + 1
    last = int(sheet.auto_filter.ref.rsplit(":", 1)[1].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    letters = [get_column_letter(at) for at, column in enumerate(columns, 1) if column.total]
    sums = {f"{letter}{last + 2}": f"=SUM({letter}{first}:{letter}{last})" for letter in letters}
    shown = {f"{letter}{last + 3}": f"=SUBTOTAL(109,{letter}{first}:{letter}{last})" for letter in letters}
    return {sheet.title: sums | shown}


def texts(values: Any) -> list[Any]:
    """The texts of a row, nothing where there is something else."""
    return [storable(value) if isinstance(value, str) and value else None for value in values]


def assert_list(world: Poisoned, kind: str, content: bytes) -> None:
    wanted, found = world.rows(kind), records(content)
    assert formula_cells(content) == declared_cells(kind, content)
    assert [texts(row) for row in found] == [texts(row) for row in wanted]
    titles = [str(column.title) for column in REPORTS[kind].layout.columns]
    for title in VERBATIM[kind]:
        column = titles.index(title)
        assert shown_poisons(row[column] for row in found) >= MOST, title


def shown_poisons(values: Any) -> int:
    return len({value for value in values if value in POISONS})


MOST = 40
"""How many different ones a column has to show at least: as many as the promise names."""


def test_there_are_forty_and_every_field_of_text_takes_them_but_for_what_is_sealed(poisoned):
    assert len(POISONS) >= MOST
    assert poisoned.refused == SEALED


# ---- lists


@pytest.mark.parametrize(
    ("kind", "wanted"), LISTS, ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else value
)
def test_a_list_asked_for_over_the_api_holds_them_as_text(poisoned, kind, wanted):
    content = poisoned.asked(kind, **wanted)
    if wanted["format"] == "xlsx":
        assert_list(poisoned, kind, content)
        return
    _titles, *found = parsed(content, ";" if "delimiter" in wanted else ",")
    assert not [cell for row in found for cell in row if cell[:1] in tuple("=+@\t\r\n＝＋－＠")]
    assert not [cell for row in found for cell in row if cell[:1] == "-" and not re.fullmatch(r"-\d+", cell)]
    for row, source in zip(found, poisoned.rows(kind), strict=True):
        for cell, text in zip(row, texts(source), strict=True):
            assert text is None or cell == (f"'{text}" if like_formula(text) else text)


@pytest.mark.parametrize("model", [Asset, DeviceRequest, Pledge], ids=lambda model: model.__name__)
def test_a_list_asked_for_at_a_desk_is_the_same(poisoned, model):
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_export")
    assert Desk(poisoned.cast).post(poisoned.cast.superuser, address).status_code == 302
    assert_list(poisoned, KIND_OF[model], poisoned.made())


@pytest.mark.parametrize("kind", KIND_OF.values())
def test_a_list_written_by_command_is_the_same(poisoned, kind, tmp_path):
    assert_list(poisoned, kind, commanded(kind, tmp_path))


def commanded(kind: str, folder: Path, *more: str) -> bytes:
    target = folder / "daftar.xlsx"
    call_command("export_file", kind, str(target), "--user", "admin", *more, stdout=io.StringIO())
    return target.read_bytes()


# ---- the budget workbook


def assert_workbook(world: Poisoned, content: bytes) -> None:
    """Formulas in the columns of which the layouts say so, made of nothing else; every text of every source shown."""
    book = load_workbook(io.BytesIO(content), data_only=True)
    plan = Plan.objects.select_related("unit__parent", "within", "sub_activity").get(pk=world.plan.pk)
    found, data = formula_cells(content), PlanData(plan, world.cast.superuser)
    drawn = [form for form in forms.load_all() if not form.reviewed or plan.state != "draft"]
    sheets: dict[str, list[str]] = {form.name: [] for form in drawn}
    for name in book.sheetnames:
        fitting = [
            form for form in drawn if name == form.sheet or (form.per_unit and name.startswith(f"{form.sheet} "))
        ]
        if fitting:
            sheets[max(fitting, key=lambda form: len(form.sheet)).name].append(name)
    assert set(found) <= {name for names in sheets.values() for name in names}
    for form in drawn:
        declared = {get_column_letter(at) for at, each in enumerate(form.columns, 1) if each.formula or each.total}
        cells = [each for name in sheets[form.name] for each in found.get(name, {}).items()]
        assert {cell.rstrip("0123456789") for cell, _formula in cells} <= declared
        assert not [formula for _cell, formula in cells if not is_arithmetic(formula, book.sheetnames)]
        shown = Counter(cell for name in sheets[form.name] for row in book[name].values for cell in row)
        fields = {
            column.field for column in form.columns if column.kind in (CellKind.TEXT, CellKind.CODE) and column.field
        }
        rows = SOURCES[form.rows].rows(data)
        if form.together:
            rows = together(rows, [*form.together, *(branch.field for branch in form.tree)], data)
        wanted = Counter(
            storable(line.values[name])
            for line in rows
            for name in fields - {"row"}
            if isinstance(line.values[name], str) and line.values[name]
        )
        assert wanted - shown == Counter(), form.name


def is_arithmetic(formula: str, sheets: list[str]) -> bool:
    """Whether it is made of references, numbers, operators and the texts of the layouts alone."""
    for name in sheets:
        formula = formula.replace(f"'{name}'!", "")
    return bool(re.fullmatch(r'=(?:[A-Z]+\(|\$?[A-Z]{1,2}\$?\d+|""|[\d+\-*/(),.:<>=& ])+', formula))


def charted(content: bytes) -> set[str]:
    """What the charts of a workbook point at."""
    with ZipFile(io.BytesIO(content)) as package:
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/")]
    return {found for chart in charts for found in re.findall(r"<(?:\w+:)?f>(.*?)</(?:\w+:)?f>", chart)}


@pytest.mark.parametrize("channel", ["api", "desk", "command"])
def test_the_budget_workbook_holds_them_as_text(poisoned, channel, tmp_path):
    pk = poisoned.plan.pk
    if channel == "api":
        content = poisoned.asked("budget_plan", format="xlsx", filters={"id": pk})
    elif channel == "desk":
        Desk(poisoned.cast).post(poisoned.cast.superuser, reverse("admin:planning_plan_workbook", args=[pk]))
        content = poisoned.made()
    else:
        content = commanded("budget_plan", tmp_path, "--filter", f"id={pk}")
    assert_workbook(poisoned, content)
    assert charted(content)
    assert all(re.fullmatch(r"'Ringkasan'!\$[A-Z]\$\d+(:\$[A-Z]\$\d+)?", each) for each in charted(content))


def test_a_reviewed_plan_has_its_reasons_as_text(poisoned):
    with transaction.atomic():
        lines = [plans.Reviewed(id=line.pk, approved=0, reason="Uji") for line in poisoned.plan.lines.all()]
        plans.review(base.again(poisoned.plan), lines=lines, actor=poisoned.cast.approver)
        for number, line in enumerate(poisoned.plan.lines.order_by("pk")):
            PlanLine.objects.filter(pk=line.pk).update(review_reason=POISONS[number % len(POISONS)])
        content = poisoned.asked("budget_plan", format="xlsx", filters={"id": poisoned.plan.pk})
        assert_workbook(poisoned, content)
        assert "Hasil Penelaahan" in load_workbook(io.BytesIO(content)).sheetnames
        transaction.set_rollback(True)


# ---- files to fill in, and given back


@pytest.mark.parametrize("kind", TEMPLATED)
def test_a_template_offers_them_as_text(poisoned, kind):
    content = b"".join(poisoned.caller.get(f"imports/template/?kind={kind}", Accept="*/*").streaming_content)
    assert formula_cells(content) == {}
    offered = {cell for row in load_workbook(io.BytesIO(content))["Pilihan"].values for cell in row if cell is not None}
    wanted = {option for each in FORMS[kind].fields if each.offered and each.options for option in each.options()}
    assert offered == {storable(option) for option in wanted if option}


@pytest.mark.parametrize("name", ["daftar.xlsx", "daftar.csv"])
def test_a_file_given_back_holds_them_as_text(poisoned, name):
    columns = ("merek", "tipe", "catatan")
    plain = [poison.strip() for poison in POISONS if not poison.startswith("'")]  # in a CSV that is the mark
    rows = [device(n, **dict.fromkeys(columns, text), kondisi="lumayan") for n, text in enumerate(plain, 1)]
    content: Any = register(*rows)
    if name.endswith("csv"):
        target = io.StringIO()
        csv.writer(target, delimiter=";").writerows(content)
        content = target.getvalue().encode()
    session = poisoned.caller.form("imports/", {"kind": "assets", "file": upload(content, name)}).json()
    assert session["state"] == "faulty"
    back = b"".join(poisoned.caller.get(f"{session['url']}annotated/", Accept="*/*").streaming_content)
    assert formula_cells(back) == {}
    shown = [list(row[3:5]) for row in load_workbook(io.BytesIO(back)).active.iter_rows(2, values_only=True)]
    assert shown == [[text, text] for text in plain]


# ---- the control


def test_a_sheet_written_without_care_is_found_out(poisoned):
    book = Workbook()
    for poison in POISONS:
        book.active.append([storable(poison)])
    out = io.BytesIO()
    book.save(out)
    [cells] = formula_cells(out.getvalue()).values()
    assert len(cells) > 10
    assert formulas(out.getvalue())
    assert not is_arithmetic("=WEBSERVICE(A1)&'x'!B2", ["Ringkasan"])
    assert not is_arithmetic('=HYPERLINK("http://evil.example","klik")', [])
