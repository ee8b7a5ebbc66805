"""The forms around a plan: beginning one, and the grids in which its lines are adjusted and reviewed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assets.states import FundSource
from backoffice.choosing import RowField
from backoffice.forms import PlainForm, VerbForm, form_for
from backoffice.numbers import RupiahField, WholeField, YearField
from backoffice.texts import ReasonField, TextField
from core import clock, words
from core.amounts import limits, longest
from org.models import Unit
from planning import plans
from planning.models import Plan, PlanLine
from planning.plans import Reviewed
from planning.states import Fulfilment, ProposalOrigin

PER_PAGE = 40


class PlanForm(form_for(plans.create)):  # type: ignore[misc]
    """The plan of next year, unless the planner says another."""

    fiscal_year = YearField(
        label=_("Tahun anggaran"), initial=lambda: clock.today().year + 1, **limits(Plan, "fiscal_year")
    )

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        visible = super().choices_of(name, queryset)
        return visible.filter(active=True) if queryset.model is Unit else visible


class GridRow(PlainForm):
    """One line of a plan; its fields are named for those who do not see the head of the table."""

    line: PlanLine

    def show(self, line: PlanLine) -> None:
        self.line = line
        self.heading = f"{line.unit} · {line.device_type or line.family}"
        for each in self.fields.values():
            each.widget.attrs["aria-label"] = f"{each.label}, {self.heading}"

    @property
    def told(self) -> list[tuple[Any, Any]]:
        """What stands before the fields: label and value."""
        return [(_("Kebutuhan"), words.thousands(self.line.need))]


class GridForm(VerbForm):
    """A table of lines with fields, one page of it at a time; ``chosen`` gives the lines that have rows."""

    row_form: ClassVar[type[GridRow]]

    def chosen(self) -> QuerySet:
        raise NotImplementedError

    @property
    def shown(self) -> list[Any]:
        """The rows of this page."""
        return self.rows

    def row_keys(self) -> list[int]:
        self.lines = {line.pk: line for line in self.chosen()}
        return list(self.lines)

    def row_context(self, key: int) -> dict[str, Any]:
        line = self.lines[key]
        return {"initial": {name: getattr(line, name) for name in self.row_form.base_fields if hasattr(line, name)}}

    def _make_row(self, row_form: type[PlainForm], key: int) -> Any:
        row = super()._make_row(row_form, key)
        row.show(self.lines[key])
        return row


def pages_of(count: int) -> list[tuple[int, str]]:
    """The pages of a grid of so many lines, when there is more than one: number and which lines."""
    starts = range(0, count, PER_PAGE) if count > PER_PAGE else ()
    return [(n, f"{at + 1}–{min(at + PER_PAGE, count)}") for n, at in enumerate(starts, 1)]


class AdjustRow(GridRow):
    proposed = WholeField(label=_("Diusulkan"), **limits(PlanLine, "proposed"))
    unit_price = RupiahField(label=_("Harga satuan"), required=False, **limits(PlanLine, "unit_price"))
    account_code = TextField(
        label=_("Kode rekening"),
        max_length=longest(PlanLine, "account_code"),
        required=False,
        widget=forms.TextInput(attrs={"list": "account-codes", "inputmode": "decimal"}),
    )
    note = TextField(
        label=_("Keterangan"), max_length=longest(PlanLine, "note"), required=False, widget=forms.TextInput
    )

    def values(self) -> dict[str, Any]:
        return {"id": self.line.pk, **super().values()}


class AdjustLineRow(AdjustRow):
    """Everything of one line that the planner may set."""

    field_order = ("proposed", "unit_price", "price_includes_ppn", "specification", "account_code")
    price_includes_ppn = forms.BooleanField(label=_("Harga termasuk PPN"), required=False)
    specification = TextField(
        label=_("Spesifikasi"),
        max_length=longest(PlanLine, "specification"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    fund_source = forms.ChoiceField(
        label=_("Sumber dana"), choices=[("", _("– pilih –")), *FundSource.choices], required=False
    )
    proposal_origin = forms.ChoiceField(label=_("Asal usulan"), choices=ProposalOrigin.choices)
    budgeting_unit = RowField(Unit.objects.filter(active=True), required=False, label=_("Dianggarkan oleh"))

    def values(self) -> dict[str, Any]:
        """A budgeting unit outside the planner's scope is not offered, and stays."""
        return {name: value for name, value in super().values().items() if name != "budgeting_unit" or value}


class AdjustForm(GridForm):
    """One page of lines, or everything of the one that ``?line=`` names."""

    row_form = AdjustRow

    reason = ReasonField(required=False, label=_("Catatan"))

    def __init__(self, *args: Any, query: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        self.stacked = bool(query and query.get("line"))
        if self.stacked:
            self.row_form = AdjustLineRow  # type: ignore[misc]
        super().__init__(*args, query=query, **kwargs)

    def chosen(self) -> QuerySet:
        if self.stacked:
            return self.subject.lines.with_names().filter(pk=_number(self.query["line"]))
        at = self.page_number - 1
        return self.subject.lines.speaking().with_names()[at * PER_PAGE : (at + 1) * PER_PAGE]

    @property
    def page_number(self) -> int:
        return _number(self.query.get("p", "1"))

    @property
    def pages(self) -> list[tuple[int, str]]:
        return pages_of(0 if self.stacked else self.subject.lines.speaking().count())


class ReviewRow(GridRow):
    approved = WholeField(label=_("Disetujui"), **limits(PlanLine, "approved"))
    fulfilment = forms.ChoiceField(label=_("Cara pemenuhan"), choices=Fulfilment.choices)
    reason = TextField(
        label=_("Alasan bila kurang"),
        max_length=longest(PlanLine, "review_reason"),
        required=False,
        widget=forms.TextInput,
    )

    @property
    def told(self) -> list[tuple[Any, Any]]:
        return [*super().told, (_("Diusulkan"), words.thousands(self.line.proposed))]

    def values(self) -> Reviewed:  # type: ignore[override]
        return Reviewed(id=self.line.pk, **super().values())


class ReviewForm(GridForm):
    """Every line of which something is proposed, approved as proposed until the reviewer says otherwise.

    What the reviewer says on a page is carried along in ``carried``, as understood, while other pages are looked at
    (``go``), and the whole is sent at once, as the verb wants it. ``rows`` are the lines of which something was said.
    """

    row_form = ReviewRow
    said_fields: ClassVar[tuple[str, ...]] = ("approved", "fulfilment", "reason")

    reason = ReasonField(required=False, label=_("Catatan penelaahan"))

    def chosen(self) -> QuerySet:
        return self.subject.lines.filter(proposed__gt=0).with_names()

    def row_keys(self) -> list[int]:
        keys = super().row_keys()
        carried = _carried(self.data.get("carried", "")) if self.is_bound else {}
        self.said: dict[int, list[str]] = {}
        for key in keys:
            said = self._sent(key) or carried.get(str(key))
            if said and said != self._begins(key):
                self.said[key] = said
        return list(self.said)

    def row_data(self, key: int) -> tuple[Any, ...]:
        if key not in self.said:
            return ()
        return (
            {
                f"{self.rows_name}-{key}-{name}": text
                for name, text in zip(self.said_fields, self.said[key], strict=True)
            },
        )

    def row_context(self, key: int) -> dict[str, Any]:
        return {"initial": dict(zip(self.said_fields, self._begins(key), strict=True))}

    @property
    def page_number(self) -> int:
        """The page asked for, else that of the first row refused, else the one the form was sent from."""
        asked = self.data.get("go") or (self.query.get("p", "1") if not self.is_bound else "")
        if asked:
            return _number(asked)
        keys = list(self.lines)
        wrong = next((keys.index(row.line.pk) // PER_PAGE + 1 for row in self.rows if row.errors), None)
        return wrong or _number(self.data.get("page", "1"))

    @property
    def pages(self) -> list[tuple[int, str]]:
        return pages_of(len(self.lines))

    @property
    def next_page(self) -> tuple[int, str] | None:
        return next((page for page in self.pages if page[0] == self.page_number + 1), None)

    @cached_property
    def shown(self) -> list[Any]:
        said = {row.line.pk: row for row in self.rows}
        return [said.get(key) or self._make_row(self.row_form, key) for key in self._on_page()]

    @property
    def carried(self) -> str:
        """What was said on the other pages, for the next time the form is sent."""
        here = set(self._on_page())
        return json.dumps({key: said for key, said in self.said.items() if key not in here}, ensure_ascii=False)

    @property
    def elsewhere(self) -> str:
        """What will become of the lines on the other pages."""
        if not self.pages:
            return ""
        changed = len(self.said.keys() - set(self._on_page()))
        said = gettext("Baris di halaman lain yang tidak Anda ubah disetujui seperti diusulkan.")
        if changed:
            said += " " + ngettext(
                "Diubah di halaman lain: %(n)s baris.", "Diubah di halaman lain: %(n)s baris.", changed
            ) % {"n": words.thousands(changed)}
        return said

    def _on_page(self) -> list[int]:
        at = (self.page_number - 1) * PER_PAGE
        return list(self.lines)[at : at + PER_PAGE]

    def _begins(self, key: int) -> list[str]:
        return self._understood([str(self.lines[key].proposed), Fulfilment.PURCHASE.value, ""])

    def _sent(self, key: int) -> list[str] | None:
        names = [f"{self.rows_name}-{key}-{name}" for name in self.said_fields]
        said = [self.data.get(name, "").strip() for name in names]
        return self._understood(said) if names[0] in self.data else None

    def _understood(self, said: list[str]) -> list[str]:
        fields = self.row_form.base_fields
        return [fields[name].prepare_value(text) for name, text in zip(self.said_fields, said, strict=True)]


def _carried(text: str) -> dict[str, list[str]]:
    """What ``ReviewForm.carried`` wrote; ``BadRequest`` for anything else."""
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        raise BadRequest from error
    rows = found.values() if isinstance(found, dict) else [None]
    width = len(ReviewForm.said_fields)
    if not all(isinstance(row, list) and len(row) == width and all(isinstance(t, str) for t in row) for row in rows):
        raise BadRequest
    return found


class CeilingForm(forms.Form):
    """The ceiling asked about on the page of what fits under it."""

    ceiling = RupiahField(label=_("Pagu"), **limits(Plan, "ceiling"))


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,11}", text):
        raise BadRequest
    return int(text)
