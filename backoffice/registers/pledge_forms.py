"""The forms of pledges: what was said, new deadlines, new lines, and the acts that end a pledge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets.models import DeviceType, Family
from backoffice.choosing import CHOOSE, RowField
from backoffice.forms import DayField, DocumentField, PlainForm, VerbForm, form_for, form_of
from backoffice.numbers import WholeField
from backoffice.registers.deadline_words import SuggestingForm
from backoffice.texts import ReasonField, TextField
from core.amounts import limits, longest
from core.errors import DomainError
from org.models import Unit
from pledges import closures, line_changes, pledging
from pledges.models import Evidence, Pledge, PledgeLine, ProposedLine
from pledges.states import LineChangeKind

FIELDS = pledging.EDITABLE
ALL_DISTRICTS = "*"
PAPER = ("document", "evidence")


class PledgeLineForm(PlainForm):
    unit = RowField(
        Unit.objects.filter(active=True), label=_("Untuk"), besides=[(ALL_DISTRICTS, _("Setiap kecamatan"))]
    )
    device = forms.ChoiceField(label=_("Perangkat"))
    quantity = WholeField(label=_("Jumlah per unit"), **limits(PledgeLine, "quantity"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        families = [(f"f{pk}", name) for pk, name in Family.objects.values_list("pk", "name")]
        types = [(f"t{pk}", name) for pk, name in DeviceType.objects.filter(active=True).values_list("pk", "name")]
        self.fields["device"].choices = [
            ("", CHOOSE),
            (_("Kelompok perangkat"), families),
            (_("Jenis perangkat"), types),
        ]

    def values(self) -> dict[str, Any]:
        found = super().values()
        kind, pk = found["device"][0], int(found["device"][1:])
        what = {"family": Family.objects.get(pk=pk)} if kind == "f" else {"device_type": DeviceType.objects.get(pk=pk)}
        return {"unit": found["unit"], "quantity": found["quantity"], **what}


def spread(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines with their units as rows; "every kecamatan" becomes a line for each."""
    lines = []
    districts = list(Unit.objects.filter(kind=Unit.Kind.DISTRICT, active=True))
    for line in given:
        wanted = districts if line["unit"] == ALL_DISTRICTS else [line["unit"]]
        lines += [{**line, "unit": unit} for unit in wanted]
    return lines


_Drafting = form_for(pledging.draft, SuggestingForm, but=("lines", *FIELDS))


class PledgeForm(form_of(Pledge, *FIELDS, base=_Drafting)):  # type: ignore[misc]
    field_order = (*FIELDS, "campaign")
    row_form, row_title, rows_grow = PledgeLineForm, _("Yang dijanjikan"), True

    def __init__(self, *args: Any, user: Any, subject: Any = None, **kwargs: Any) -> None:
        """Of a draft that another made only what is not said in it can be set, and nothing else is shown."""
        settable = FIELDS if subject is None else pledging.settable(subject, user)
        self.whole = settable == FIELDS
        super().__init__(*args, user=user, subject=subject, **kwargs)
        if not self.whole:
            self.rows.clear()
            for name in set(self.fields) - set(settable):
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        found = super().values()
        lines = found.pop("lines")
        return found | {"lines": spread(lines)} if self.whole else found


class MovedLineForm(PlainForm):
    source = RowField(PledgeLine.objects.all(), label=_("Baris asal"))
    unit = RowField(Unit.objects.filter(active=True), label=_("Unit penerus"))
    quantity = WholeField(label=_("Jumlah yang dipindahkan"), **limits(ProposedLine, "quantity"))

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        if name == "source":
            return self.subject.lines.select_related("unit", "family", "device_type")
        if name == "unit":
            return line_changes.successors_in(self.subject)
        return super().choices_of(name, queryset)


class AskingForm(VerbForm):
    """What is asked about a pledge rests on a file, or on evidence that the pledge has already."""

    evidence = RowField(Evidence.objects.all(), label=_("Atau bukti yang sudah ada"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].required = False
        self.order_fields([*(name for name in self.fields if name not in PAPER), *PAPER])

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        if name == "evidence":
            return self.subject.evidence.select_related("pledge")
        return super().choices_of(name, queryset)

    def values(self) -> dict[str, Any]:
        found = super().values()
        evidence = found.pop("evidence")
        return found | {"document": found["document"] or evidence}


class LineChangeForm(AskingForm):
    """Lines where there are none yet; otherwise what moves to units that took the place of others."""

    row_title, rows_grow = _("Baris"), True

    effective_on = DayField(
        label=_("Berlaku sejak"), required=False, help_text=_("Kosongkan bila berlaku sejak diputuskan.")
    )
    reason = ReasonField()
    document = DocumentField(label=_("Dokumen"))

    def __init__(self, *args: Any, subject: Pledge, **kwargs: Any) -> None:
        self.moves = subject.lines.exists()
        self.row_form = MovedLineForm if self.moves else PledgeLineForm  # type: ignore[misc]
        super().__init__(*args, subject=subject, **kwargs)

    def values(self) -> dict[str, Any]:
        found = super().values()
        if self.moves:
            return found | {"kind": LineChangeKind.MOVE}
        return found | {"kind": LineChangeKind.CLARIFICATION, "lines": spread(found["lines"])}


class MergeForm(form_for(closures.merge, AskingForm)):  # type: ignore[misc]
    into = TextField(
        label=_("Digabung ke janji nomor"),
        max_length=longest(Pledge, "number"),
        help_text=_("Nomor janji yang tetap dipakai."),
    )

    def values(self) -> dict[str, Any]:
        found = super().values()
        into = Pledge.objects.visible_to(self.user).published().filter(number=found["into"].strip()).first()
        if into is None:
            raise DomainError("not_found", _("Tidak ada janji dengan nomor ini."), field="into")
        return found | {"into": into}
