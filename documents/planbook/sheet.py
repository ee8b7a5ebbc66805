"""One sheet of the budget workbook, drawn as its layout says: titles, header rows, tree, totals, what closes it.

What rows hold is written by the stream; what surrounds them (merged cells, lists to choose from, colours, protection,
table, chart, paper) goes into the shell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice, takewhile
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.protection import SheetProtection
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from core import clock
from core.errors import DomainError
from documents.covers import sample_words
from documents.layout import CellKind
from documents.papers.parties import unit_name
from documents.planbook import closing
from documents.planbook.expressions import translate
from documents.planbook.forms import Form, FormColumn
from documents.planbook.sources import SOURCES, Line, PlanData, together
from documents.stream import Said, height_of
from documents.styles import BRAND, WRAPPED, Role
from documents.workbook import SafeWorkbook

MISSING = PatternFill("solid", bgColor="FDE68A")
MAX_DEVICES = 100_000
WITHIN = ("item_code", "unit_code")
"""What orders the rows under one branch."""
SUBTOTAL = "SUBTOTAL(9,{})"
"""A sum that passes over the sums of its own kind within it."""
ROW_HEIGHT = 0.5
"""Of an ordinary row, in centimetres."""
MOST_HEIGHT = 17.0
"""Of a chart, so that it stays on one page."""


@dataclass
class Place:
    """Where the rows of a sheet stand: for formulas of other sheets and for what surrounds them."""

    sheet: str
    columns: dict[str, str]
    first: int
    last: int = 0
    lines: dict[int, int] = field(default_factory=dict)

    def cell(self, column: str, row: int) -> str:
        return f"{self.columns[column]}{row}"

    def cells(self, column: str, keys: Iterable[int]) -> Iterator[str]:
        """The cells of these lines, neighbours as one range."""
        rows = sorted({self.lines[key] for key in keys})
        for _gap, run in groupby(enumerate(rows), key=lambda each: each[1] - each[0]):
            found = [row for _at, row in run]
            first, last = self.cell(column, found[0]), self.cell(column, found[-1])
            yield first if first == last else f"{first}:{last}"

    def down(self, column: str, at: int, number: int) -> str:
        """So many cells below the row that stands ``at`` so many from the first."""
        first = self.first + at + 1
        return f"{self.cell(column, first)}:{self.cell(column, first + number - 1)}"

    def whole(self, column: str) -> str:
        letter = self.columns[column]
        return f"${letter}${self.first}:${letter}${max(self.last, self.first)}"


class FormSheet:
    """``place`` is known from the beginning for what comes from the plan, as formulas of earlier sheets point at it."""

    def __init__(self, book: SafeWorkbook, form: Form, data: PlanData) -> None:
        self.form, self.data, self.book = form, data, book
        other = data.booking if data.booking != data.plan.unit else None
        self.sheet, self.stream = book.new_sheet(f"{form.sheet} {unit_name(other)}" if other else form.sheet)
        self.source = SOURCES[form.rows]
        self._refuse_unknown_fields()
        letters = {column.key: get_column_letter(i) for i, column in enumerate(form.columns, 1)}
        self.rows: Iterable[Line] = self.source.rows(data)
        self.place = Place(self.sheet.title, letters, first=len(self._top()) + self._header_rows + 1)
        if form.together:
            self.rows = together(self.rows, [*form.together, *(branch.field for branch in form.tree)], data)
        if form.rows in ("lines", "units") or form.tree:
            self.rows = list(_tree(list(self.rows), form))
            self.place.lines = {key: self.place.first + at for at, line in enumerate(self.rows) for key in line.keys}
            self.place.last = self.place.first + len(self.rows) - 1

    def write(self, places: dict[str, Place], choices: dict[str, str]) -> dict[str, Any]:
        """Write everything; returns the sums of the columns that ask for one, by key."""
        for said in self._top():
            self.stream.line(*said)
        self._header()
        sums, written = self._body(places)
        if not written:
            self.stream.line(Said("", Role.BODY), Said(_("N I H I L"), Role.BODY))
        self._totals(sums, written)
        self._closing()
        self._furnish(written, choices)
        self.book.finish(self.stream)
        return sums

    # what stands above

    def _top(self) -> list[tuple[Said, ...]]:
        words = self.data.words
        lines: list[tuple[Said, ...]] = []
        if self.book.cover.sample:
            lines.append((Said(sample_words(), Role.SAMPLE),))
        lines += [(Said(title.format(**words), Role.CENTRED),) for title in self.form.titles]
        lines += [
            (Said(label, Role.LABEL), Said("", Role.NOTE), Said(f": {value.format(**words)}", Role.OFFICE))
            for label, value in self.form.head
        ]
        fillable = any(column.input for column in self.form.columns)
        return [*lines, (Said(self._how_to_fill(fillable), Role.SMALL),) if fillable or self.form.table else ()]

    def _how_to_fill(self, fillable: bool) -> str:
        if fillable and self.data.open:
            return _("Sel kuning boleh diisi; semua jumlah mengikutinya. Kembalikan buku kerja ini lewat menu Impor.")
        return _("Lembar ini hanya untuk dibaca.")

    @property
    def _header_rows(self) -> int:
        return 1 + self.form.grouped + self.form.numbered

    def _header(self) -> None:
        columns, top = self.form.columns, self.stream.row + 1
        if self.form.grouped:
            groups = [(group, list(members)) for group, members in groupby(columns, key=lambda each: each.group)]
            room = [(n, sum(each.width for each in members)) for n, (_group, members) in enumerate(groups)]
            self.stream.line(
                *(Said(each.group or each.title, Role.HEADER) for each in columns),
                height=max(30, height_of([group for group, _members in groups], room)),
            )
            at = 1
            for group, members in groups:
                width = len(members)
                if group:
                    self._merge(top, at, top, at + width - 1)
                else:
                    for column in range(at, at + width):
                        self._merge(top, column, top + 1, column)
                at += width
        self.stream.line(*(Said(each.title, Role.HEADER) for each in columns), height=44)
        if self.form.numbered:
            self.stream.line(*(Said(n, Role.COUNTED, CellKind.INTEGER) for n in range(1, len(columns) + 1)))

    # the rows

    def _body(self, places: dict[str, Place]) -> tuple[dict[str, Any], int]:
        sums: dict[str, Any] = {column.key: 0 for column in self.form.columns if column.total}
        wrapped = [(i, each.width) for i, each in enumerate(self.form.columns) if each.kind in WRAPPED]
        written = number = 0
        for at, line in enumerate(self.rows):
            written += 1
            number += not line.branch
            if line.branch:
                values: list[Any] = []
                cells = self._branch(at, line)
            else:
                values = [self._value(column, line, number) for column in self.form.columns]
                cells = [self._cell(c, v, line, places) for c, v in zip(self.form.columns, values, strict=True)]
            self.stream.cells(cells, 0 if line.branch else height_of(values, wrapped))
            for column, value in zip(self.form.columns, values, strict=False):
                if column.total:
                    sums[column.key] += value or 0
        self.place.last = self.stream.row if written else self.place.first
        return sums, written

    def _branch(self, at: int, line: Line) -> list[str]:
        """A row of the tree: its mark and name, and the sums of what stands under it where the layout asks for them."""
        under = self._under(at, line.branch) if self.form.tree[line.branch - 1].subtotal else []
        cells = []
        for column in self.form.columns:
            if under and self._subtotalled(column):
                said = Said(sum(each.values[column.field] or 0 for each in under if not each.branch), Role.BRANCH,
                            column.kind)  # fmt: skip
                cells.append(self.stream.calculated(SUBTOTAL.format(self.place.down(column.key, at, len(under))), said))
            else:
                value = {"no": line.mark, "tree": line.values["tree"]}.get(column.key)
                cells.append(self.stream.written(Said(value, Role.BRANCH)))
        return cells

    def _under(self, at: int, level: int) -> list[Line]:
        """The rows under the branch at this place, up to the next of its level or above."""
        return list(takewhile(lambda line: not 0 < line.branch <= level, islice(self.rows, at + 1, None)))

    def _subtotalled(self, column: FormColumn) -> bool:
        return column.total and column.kind is CellKind.RUPIAH and any(branch.subtotal for branch in self.form.tree)

    def _value(self, column: FormColumn, line: Line, number: int) -> Any:
        return number if column.field == "row" else line.values.get(column.field)

    def _cell(self, column: FormColumn, value: Any, line: Line, places: dict[str, Place]) -> str:
        role = Role.INPUT if column.input and self.data.open else Role.BODY
        said = Said(value, role, column.kind)
        if not column.formula:
            return self.stream.written(said)
        return self.stream.calculated(translate(column.formula, self._resolve(line, places)), said)

    def _resolve(self, line: Line, places: dict[str, Place]) -> Any:
        def found(sheet: str, column: str, whole: bool) -> str:
            place = places.get(sheet) if sheet else self.place
            if place is None or column not in place.columns:
                raise DomainError("invalid_layout", _("Rumus menyebut kolom yang tidak ada: %(name)s.")
                                  % {"name": f"{sheet}.{column}"}, field="layout")  # fmt: skip
            prefix = f"{quote_sheetname(place.sheet)}!" if sheet else ""
            if whole:
                return prefix + place.whole(column)
            if not sheet or not line.keys:
                return prefix + place.cell(column, self.stream.row + 1)
            return ",".join(prefix + cells for cells in place.cells(column, line.keys))

        return found

    def _totals(self, sums: dict[str, Any], written: int) -> None:
        if not sums:
            return
        cells = []
        for at, column in enumerate(self.form.columns):
            if column.key in sums and written:
                said = Said(sums[column.key], Role.TOTAL, column.kind)
                sum_of = SUBTOTAL if self._subtotalled(column) else "SUM({})"
                cells.append(self.stream.calculated(sum_of.format(self.place.whole(column.key)), said))
            else:
                label = self.form.total_label if at == (1 if len(self.form.columns) > 1 else 0) else None
                value = 0 if column.key in sums else label
                cells.append(self.stream.written(Said(value, Role.TOTAL, column.kind if value == 0 else CellKind.TEXT)))
        if self.form.table:
            self.stream.cells([], 4)
        self.stream.cells(cells)

    # what stands below and around

    def _closing(self) -> None:
        """The closing blocks, a row of air above them."""
        blank = [Said("", Role.NOTE)] * len(self.form.columns)
        for n, parts in enumerate(closing.rows(self.form, self.data, clock.local(self.book.cover.as_of).date())):
            if not n:
                self.stream.line()
            said = blank.copy()
            for first, last, each in parts:
                said[first - 1 : last] = [each, *[Said("", each.role)] * (last - first)]
                self._merge(self.stream.row + 1, first, self.stream.row + 1, last)
            self.stream.line(*said, height=24)

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self.sheet.merged_cells.add(f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}")

    def _furnish(self, written: int, choices: dict[str, str]) -> None:
        form, sheet, place = self.form, self.sheet, self.place
        for at, column in enumerate(form.columns, 1):
            sheet.column_dimensions[get_column_letter(at)].width = column.width
        offset = 1 if self.book.cover.sample else 0
        last = place.columns[form.printed] if form.printed else get_column_letter(len(form.columns))
        across = column_index_from_string(last)
        for row in range(1 + offset, 1 + offset + len(form.titles)):
            self._merge(row, 1, row, across)
        header = f"{place.first - self._header_rows}:{place.first - 1}"
        sheet.freeze_panes = f"{get_column_letter(form.frozen + 1)}{place.first}"
        sheet.print_title_rows = header
        below = _chart_rows(written) if form.chart and written else 0
        sheet.print_area = f"A1:{last}{self.stream.row + below}"
        self.book.paper(sheet, form.paper)
        sheet.protection = SheetProtection(
            sheet=True, formatColumns=False, formatRows=False, autoFilter=False, sort=False
        )
        if not written:
            return
        if form.table:
            sheet.add_table(self._table())
        elif not form.tree and not form.numbered:
            sheet.auto_filter.ref = f"A{place.first - 1}:{get_column_letter(len(form.columns))}{place.last}"
        for column in form.columns:
            self._guide(column, choices)
        if form.chart:
            self._chart(form.chart.title, form.chart.labels, form.chart.values)

    def _table(self) -> Table:
        last = get_column_letter(len(self.form.columns))
        ref = f"A{self.place.first - 1}:{last}{self.place.last}"
        table = Table(displayName=self.form.table, ref=ref)
        table.tableColumns = [TableColumn(id=n, name=each.title) for n, each in enumerate(self.form.columns, 1)]
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
        return table

    def _guide(self, column: FormColumn, choices: dict[str, str]) -> None:
        """Colour what is wanted and empty; offer lists and bounds where something may be filled in."""
        letter = self.place.columns[column.key]
        cells = f"{letter}{self.place.first}:{letter}{self.place.last}"
        if column.wanted:
            empty, item = f"LEN({letter}{self.place.first})=0", self._item()
            rule = FormulaRule(formula=[f"AND({item},{empty})" if item else empty], fill=MISSING)
            self.sheet.conditional_formatting.add(cells, rule)
        if not (column.input and self.data.open):
            return
        allowed = None
        if column.choices:
            allowed = DataValidation(type="list", formula1=choices[column.choices], allow_blank=True)
            allowed.showErrorMessage = column.choices != "account_code"
        elif column.kind is CellKind.INTEGER:
            allowed = DataValidation("whole", formula1="0", formula2=str(MAX_DEVICES), allow_blank=False)
            allowed.error = _("Isi bilangan bulat, 0 atau lebih.")
        elif column.kind is CellKind.RUPIAH:
            allowed = DataValidation("whole", operator="greaterThan", formula1="0", allow_blank=True)
            allowed.error = _("Isi rupiah bulat lebih dari 0; kosongkan bila belum ada.")
        if allowed is not None:
            allowed.add(cells)
            self.sheet.add_data_validation(allowed)

    def _item(self) -> str:
        """By what a row of the sheet is told from one of its tree: its running number, or the id of its line."""
        marks = {"row": "ISNUMBER(${}{})", "id": "LEN(${}{})>0"}
        found = next((column for column in self.form.columns if column.field in marks), None)
        if not self.form.tree or found is None:
            return ""
        return marks[found.field].format(self.place.columns[found.key], self.place.first)

    def _chart(self, title: str, labels: str, values: str) -> None:
        at = {column.key: n for n, column in enumerate(self.form.columns, 1)}
        chart = BarChart()
        chart.type, chart.style, chart.title, chart.legend = "bar", 10, title, None
        rows = {"min_row": self.place.first, "max_row": self.place.last}
        chart.add_data(Reference(self.sheet, min_col=at[values], **rows))
        chart.set_categories(Reference(self.sheet, min_col=at[labels], **rows))
        chart.series[0].graphicalProperties.solidFill = BRAND
        chart.y_axis.delete = chart.x_axis.delete = False
        chart.y_axis.numFmt = "#,##0"
        chart.x_axis.scaling.orientation = "maxMin"
        chart.x_axis.tickLblSkip, chart.gapWidth = 1, 40
        chart.height, chart.width = ROW_HEIGHT * _chart_rows(self.place.last - self.place.first + 1) - 1, 24
        self.sheet.add_chart(chart, f"B{self.stream.row + 2}")
        self.sheet.row_breaks.append(Break(id=self.stream.row))

    def _refuse_unknown_fields(self) -> None:
        wanted = {column.field for column in self.form.columns} | {branch.field for branch in self.form.tree}
        if unknown := wanted - self.source.fields - {"", "row"}:
            raise DomainError(
                "invalid_layout",
                _("Tata letak %(name)s.toml salah pada: %(key)s.")
                % {"name": self.form.name, "key": ", ".join(sorted(unknown))},
                field="layout",
            )


def _chart_rows(bars: int) -> int:
    """The rows of the sheet that a chart of so many bars covers, with a row of air above and below."""
    return round(min(max(7.0, 0.6 * bars + 3), MOST_HEIGHT) / ROW_HEIGHT) + 2


def _tree(lines: list[Line], form: Form) -> Iterator[Line]:
    """The lines under one row for every branch that has a name, sorted so that each branch comes once."""
    fields = [branch.field for branch in form.tree]
    if not fields:
        yield from lines
        return
    ordered = sorted(lines, key=lambda line: [_last_if_empty(line.values.get(name)) for name in (*fields, *WITHIN)])
    counts, open_branch = [0] * len(fields), [None] * len(fields)
    for line in ordered:
        for level, branch in enumerate(form.tree):
            name = line.values[branch.field]
            if name == open_branch[level]:
                continue
            open_branch[level:] = [name, *[None] * (len(fields) - level - 1)]
            counts[level + 1 :] = [0] * (len(fields) - level - 1)
            if name:
                counts[level] += 1
                yield Line({"tree": name}, branch=level + 1, mark=_mark(branch.mark, counts[level]))
        yield line


def _last_if_empty(value: Any) -> tuple[bool, str]:
    return not value, str(value)


def _mark(style: str, number: int) -> str:
    """``I.``, ``1.``, ``A.``, ``1)`` or ``a.`` for the ``number``-th branch; nothing for no style."""
    if not style:
        return ""
    sign = style[:-1]
    if sign == "I":
        shown = _roman(number)
    elif sign in ("A", "a"):
        shown = get_column_letter(number)
        shown = shown if sign == "A" else shown.lower()
    else:
        shown = str(number)
    return shown + style[-1]


def _roman(number: int) -> str:
    signs = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
             (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
    found = ""
    for value, sign in signs:
        times, number = divmod(number, value)
        found += sign * times
    return found
