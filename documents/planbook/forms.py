"""Forms of the budget workbook as data: one TOML file per sheet, which an office may replace without code.

A file of the same name in ``DATA_DIR/layouts`` goes before the one that comes with Gawai; ``book.toml`` says which
sheets there are and in what order. What a column shows is named by ``field`` out of what its row source offers; a
``formula`` is arithmetic over columns of the same sheet (``{quantity}``), of the same line on another sheet
(``{rka.quantity}``) or over a whole column (``{rka.amount:}``), and nothing else.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import DomainError
from documents.layout import CellKind, Paper

PACKAGED = Path(__file__).parent / "layouts"
SOURCES = ("units", "lines", "maintenance", "holders", "devices", "equipment", "intracomptable", "extracomptable",
           "pledges")  # fmt: skip
PER_UNIT = ("equipment", "intracomptable", "extracomptable")
CHOICES = ("fund_source", "proposal_origin", "account_code")
SIGNERS = ("unit", "hand")


@dataclass(frozen=True)
class FormColumn:
    """One column. ``group`` spans neighbours that name the same; ``input`` may be filled in while the plan is a draft;
    ``wanted`` colours the cell while it is empty."""

    key: str
    title: str
    field: str = ""
    group: str = ""
    kind: CellKind = CellKind.TEXT
    width: int = 12
    total: bool = False
    formula: str = ""
    input: bool = False
    choices: str = ""
    wanted: bool = False


@dataclass(frozen=True)
class Branch:
    """One level of the tree in column ``tree``: the field that is grouped by, and how its rows are numbered.

    ``subtotal`` says beside its name the sums in rupiah of what stands under it.
    """

    field: str
    mark: str = ""
    subtotal: bool = False


@dataclass(frozen=True)
class Chart:
    """Bars beside the list: ``labels`` and ``values`` are keys of columns."""

    title: str
    labels: str
    values: str


@dataclass(frozen=True)
class Block:
    """What stands below the list, under the columns ``at`` to ``to`` and beside the other blocks.

    ``dated`` puts place and date above the ``titles``. Below them stands a table to fill in by hand, with ``rows`` of
    text and ``columns`` of title and the column of the sheet under which it begins; or a place to sign for who heads
    the plan's unit (``signer = "unit"``) or whoever writes the name by hand (``"hand"``).
    """

    at: str
    to: str
    titles: tuple[str, ...]
    dated: bool = False
    columns: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    signer: str = ""


@dataclass(frozen=True)
class Form:
    """One sheet. Every title and ``head`` may name what ``PlanData.words`` holds.

    ``together``: rows that agree in these fields and in those of the tree are one. ``per_unit``: one such sheet for
    each unit on whose books something is. ``printed``: the last column that goes on paper. ``table`` makes the list a
    named table of the workbook; ``reviewed`` leaves the sheet out of a plan not reviewed.
    """

    name: str
    sheet: str
    rows: str
    titles: tuple[str, ...]
    columns: tuple[FormColumn, ...]
    head: tuple[tuple[str, str], ...] = ()
    tree: tuple[Branch, ...] = ()
    together: tuple[str, ...] = ()
    per_unit: bool = False
    printed: str = ""
    paper: Paper = Paper.F4
    frozen: int = 1
    numbered: bool = False
    closing: tuple[Block, ...] = ()
    total_label: str = "JUMLAH"
    table: str = ""
    reviewed: bool = False
    chart: Chart | None = None

    @property
    def grouped(self) -> bool:
        return any(column.group for column in self.columns)


def load_all() -> list[Form]:
    """The forms of the workbook in their order. Raises ``DomainError`` that names file and key when one is wrong."""
    names = _read("book").get("sheets")
    if not isinstance(names, list) or not all(isinstance(name, str) and name.isidentifier() for name in names):
        raise _wrong("book", "sheets")
    return [load(name) for name in names]


def load(name: str) -> Form:
    data = _read(name)
    _known(name, data, Form, but={"name"})
    try:
        form = Form(
            **{
                **data,
                "name": name,
                "titles": tuple(data["titles"]),
                "columns": tuple(_column(name, each) for each in data["columns"]),
                "head": tuple((str(label), str(value)) for label, value in data.get("head", ())),
                "tree": tuple(Branch(**each) for each in data.get("tree", ())),
                "closing": tuple(_block(name, each) for each in data.get("closing", ())),
                "together": tuple(map(str, data.get("together", ()))),
                "paper": Paper[data.get("paper", "F4")],
                "chart": Chart(**data["chart"]) if "chart" in data else None,
            }
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _wrong(name, str(error)) from error
    _check(form)
    return form


def _read(name: str) -> dict[str, Any]:
    own = Path(settings.DATA_DIR) / "layouts" / f"{name}.toml"
    path = own if own.exists() else PACKAGED / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _wrong(name, str(error)) from error


def _column(name: str, data: dict[str, Any]) -> FormColumn:
    _known(name, data, FormColumn)
    return FormColumn(**{**data, "kind": CellKind(data.get("kind", "text"))})


def _block(name: str, data: dict[str, Any]) -> Block:
    _known(name, data, Block)
    lists = {
        "titles": tuple(map(str, data["titles"])),
        "columns": tuple((str(title), str(key)) for title, key in data.get("columns", ())),
        "rows": tuple(tuple(map(str, row)) for row in data.get("rows", ())),
    }
    return Block(**{**data, **lists})


def _known(name: str, data: dict[str, Any], shape: type, but: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    unknown = set(data) - {field.name for field in fields(shape)} | (set(data) & but)
    if unknown:
        raise _wrong(name, ", ".join(sorted(unknown)))


def _check(form: Form) -> None:
    keys = [column.key for column in form.columns]
    chart = (form.chart.labels, form.chart.values) if form.chart else ()
    for problem, key in (
        (len(set(keys)) < len(keys), "key"),
        (form.rows not in SOURCES, "rows"),
        (bool(form.table) and (form.numbered or form.grouped or bool(form.tree)), "table"),
        (bool(form.tree) and "tree" not in keys, "tree"),
        (bool(form.together) and form.rows != "lines", "together"),
        (form.per_unit and form.rows not in PER_UNIT, "per_unit"),
        (form.printed not in ("", *keys), "printed"),
        (not set(chart) <= set(keys), "chart"),
        (any(column.choices not in ("", *CHOICES) for column in form.columns), "choices"),
        (not (_side_by_side(form) and all(map(_drawable, form.closing))), "closing"),
    ):
        if problem:
            raise _wrong(form.name, key)


def _side_by_side(form: Form) -> bool:
    """Whether the blocks stand under columns that exist, from left to right and none over another."""
    at = {column.key: n for n, column in enumerate(form.columns)}
    free = 0
    for block in form.closing:
        starts = [at.get(key, -1) for key in (block.at, *(key for _title, key in block.columns[1:]))]
        if starts != sorted(set(starts)) or starts[0] < free or at.get(block.to, -1) < starts[-1]:
            return False
        free = at[block.to] + 1
    return True


def _drawable(block: Block) -> bool:
    """Whether the block is one thing: a place to sign, or a table whose first column begins where the block does."""
    if not block.columns:
        return block.signer in SIGNERS and not block.rows
    _title, begins = block.columns[0]
    return not block.signer and begins == block.at and all(len(row) == len(block.columns) for row in block.rows)


def _wrong(name: str, key: str) -> DomainError:
    detail = _("Tata letak %(name)s.toml salah pada: %(key)s.") % {"name": name, "key": key}
    return DomainError("invalid_layout", detail, field="layout")
