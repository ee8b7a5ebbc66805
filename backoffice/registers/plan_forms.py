"""The forms around a plan: beginning one, and the grids in which its lines are adjusted and reviewed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice import words
from backoffice.forms import NumberField, PlainForm, ReasonField, VerbForm, form_of
from org.models import Unit
from planning.models import Plan, PlanLine
from planning.plans import DESCRIPTIVE, Reviewed
from planning.states import Fulfilment, ProposalOrigin

PER_PAGE = 40
MOST_REVIEWED = 300
"""Rows of one form: three fields of each must stay under the number of fields a call may have."""


class PlanForm(form_of(Plan, "fiscal_year", "stage", "unit", "within", *DESCRIPTIVE)):  # type: ignore[misc]
    """The agency and the area are the planner's own and the whole district, unless said otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, said in (
            ("unit", _("Kosongkan untuk perangkat daerah Anda sendiri.")),
            ("within", _("Kosongkan untuk seluruh kabupaten.")),
        ):
            self.fields[name].required, self.fields[name].help_text = False, said
        self.fields["ceiling"].help_text = _("Rupiah bulat; boleh menyusul.")

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        visible = super().choices_of(name, queryset)
        return visible.filter(active=True) if queryset.model is Unit else visible


DescribeForm = form_of(Plan, *DESCRIPTIVE)


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
    """A table of lines with fields; ``chosen`` gives the lines shown."""

    row_form: ClassVar[type[GridRow]]

    def chosen(self) -> QuerySet:
        raise NotImplementedError

    def row_keys(self) -> list[int]:
        self.lines = {line.pk: line for line in self.chosen()}
        return list(self.lines)

    def row_context(self, key: int) -> dict[str, Any]:
        line = self.lines[key]
        return {"initial": {name: getattr(line, name) for name in self.row_form.base_fields if hasattr(line, name)}}

    def _make_rows(self, row_form: type[PlainForm]) -> list[Any]:
        rows = super()._make_rows(row_form)
        for row, line in zip(rows, self.lines.values(), strict=True):
            row.show(line)
        return rows


class AdjustRow(GridRow):
    proposed = NumberField(label=_("Diusulkan"), min_value=0, max_value=100_000)
    unit_price = NumberField(label=_("Harga satuan (Rp)"), min_value=1, required=False)
    account_code = forms.CharField(
        label=_("Kode rekening"),
        max_length=24,
        required=False,
        widget=forms.TextInput(attrs={"list": "account-codes", "inputmode": "decimal"}),
    )
    proposal_origin = forms.ChoiceField(label=_("Asal usulan"), choices=ProposalOrigin.choices)
    note = forms.CharField(label=_("Keterangan"), max_length=500, required=False)

    def values(self) -> dict[str, Any]:
        return {"id": self.line.pk, **super().values()}


class AdjustForm(GridForm):
    """One page of lines, or the one that ``?line=`` names."""

    row_form = AdjustRow

    reason = ReasonField(required=False, label=_("Catatan (opsional)"))

    def chosen(self) -> QuerySet:
        one = self.query.get("line", "")
        if one:
            return self.subject.lines.with_names().filter(pk=_number(one))
        at = self.page_number - 1
        return self.subject.lines.speaking().with_names()[at * PER_PAGE : (at + 1) * PER_PAGE]

    @property
    def page_number(self) -> int:
        return _number(self.query.get("p", "1"))

    @property
    def pages(self) -> list[tuple[int, str]]:
        """The other pages of the same plan: number and which lines."""
        count = 0 if self.query.get("line") else self.subject.lines.speaking().count()
        starts = range(0, count, PER_PAGE) if count > PER_PAGE else ()
        return [(n, f"{at + 1}–{min(at + PER_PAGE, count)}") for n, at in enumerate(starts, 1)]


class ReviewRow(GridRow):
    approved = NumberField(label=_("Disetujui"), min_value=0, max_value=100_000)
    fulfilment = forms.ChoiceField(label=_("Cara pemenuhan"), choices=Fulfilment.choices)
    reason = forms.CharField(label=_("Alasan bila kurang"), max_length=500, required=False)

    @property
    def told(self) -> list[tuple[Any, Any]]:
        return [*super().told, (_("Diusulkan"), words.thousands(self.line.proposed))]

    def values(self) -> Reviewed:  # type: ignore[override]
        return Reviewed(id=self.line.pk, **super().values())


class ReviewForm(GridForm):
    """Every line of which something is proposed, approved as proposed until the reviewer says otherwise."""

    row_form = ReviewRow

    reason = ReasonField(required=False, label=_("Catatan penelaahan (opsional)"))

    def chosen(self) -> QuerySet:
        return self.subject.lines.filter(proposed__gt=0).with_names()[:MOST_REVIEWED]

    def row_context(self, key: int) -> dict[str, Any]:
        return {"initial": {"approved": self.lines[key].proposed, "fulfilment": Fulfilment.PURCHASE}}

    @property
    def more(self) -> str:
        """What happens to lines beyond the form."""
        beyond = self.subject.lines.filter(proposed__gt=0).count() - len(self.rows)
        return gettext("%(n)s baris lain disetujui seperti diusulkan.") % {"n": beyond} if beyond > 0 else ""


class CeilingForm(forms.Form):
    """The ceiling asked about on the page of what fits under it."""

    ceiling = NumberField(label=_("Pagu (Rp)"), min_value=0, max_value=10**15)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:19]) < 2**63):
        raise BadRequest
    return int(text)
