"""The forms around a request: filing it from a phone, signing it, deciding it line by line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import DeviceType
from backoffice.base import address_of
from backoffice.choosing import RowField
from backoffice.forms import PlainForm, VerbForm, form_for
from backoffice.numbers import WholeField, YearField
from backoffice.texts import TextField
from core import words
from core.amounts import limits, longest
from core.models import Installation
from org.models import SocialAccount, Unit
from org.models.units import subtree
from org.rules import reach
from pledges.queries import owed_to
from requests_app import beside, filing, rules
from requests_app.approvals import Decided
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import LineDecision, Situation
from wording.nothing import or_nothing
from wording.roles import waits_at

SHOWN_OTHERS = 6
"""So many other requests stand beside one; of more it says how many."""


def spoken_for(user: Any) -> QuerySet:
    """The units for which the user speaks, with those whose place they took."""
    units = reach(user).units(*rules.FILERS)
    return Unit.objects.all() if units is None else units


def own_units(user: Any) -> QuerySet:
    """The units for which the user may file."""
    return spoken_for(user).filter(active=True)


class LineForm(PlainForm):
    device_type = RowField(DeviceType.objects.all(), label=_("Perangkat apa?"))
    quantity = WholeField(label=_("Jumlah"), initial=1, **limits(RequestLine, "quantity"))
    situation = forms.ChoiceField(
        label=_("Apa yang dipakai sekarang?"), choices=Situation.choices, widget=forms.RadioSelect
    )
    in_use_since = TextField(
        label=_("Dipakai sejak (tahun)"),
        required=False,
        max_length=longest(RequestLine, "in_use_since"),
        help_text=_("Contoh: 2019"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    accounts = forms.ModelMultipleChoiceField(
        SocialAccount.objects.all(), label=_("Untuk akun mana?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = TextField(
        label=_("Keterangan"),
        required=False,
        max_length=longest(RequestLine, "note"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        if name == "device_type":
            return queryset.filter(active=True)
        unit = getattr(self.subject, "unit", None)
        units = own_units(self.user).filter(subtree(unit.code)) if unit else own_units(self.user)
        return queryset.filter(unit__in=units, active=True)

    def values(self) -> dict[str, Any]:
        found = super().values()
        return found | {"accounts": list(found["accounts"])}


class WithLines(VerbForm):
    """What stands in a request, with its lines; people and units are the user's own."""

    row_form, row_title, rows_grow = LineForm, _("Perangkat"), True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on_behalf_of"].empty_label = _("Saya sendiri")

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        if name == "on_behalf_of":
            return queryset.filter(unit__in=own_units(self.user), active=True).visible_to(self.user)  # type: ignore[attr-defined]
        return own_units(self.user)


ChangeForm = form_for(filing.change, WithLines, but=("lines",))


class RequestForm(form_for(filing.draft, WithLines, but=("lines",))):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = self.fields["unit"].queryset
        home = self.user.person.unit if self.user.person_id else None
        self.usual_unit = units.filter(pk=home.pk).first() if home else None
        if self.usual_unit:
            self.initial["unit"] = self.usual_unit.pk
            if units.count() == 1:
                self.fields["unit"].widget = forms.HiddenInput()


class EndorseForm(form_for(filing.sign)):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Installation.current().endorsement == Installation.Endorsement.LETTER:
            self.fields["letter"].required = True
            self.fields["letter"].label = _("Surat bertanda tangan")


class DecideRow(PlainForm):
    decision = forms.ChoiceField(
        label=_("Keputusan"),
        widget=forms.RadioSelect,
        choices=[
            (LineDecision.APPROVE, _("Setujui")),
            (LineDecision.REJECT, _("Tolak")),
            (LineDecision.DEFER, _("Tunda")),
        ],
    )
    approved_quantity = WholeField(label=_("Jumlah disetujui"), required=False)
    defer_to_year = YearField(label=_("Ditunda ke tahun"), required=False, help_text=_("Hanya bila ditunda."))
    reason = TextField(
        label=_("Alasan"),
        help_text=_("Wajib bila ditolak atau ditunda."),
        required=False,
        max_length=longest(RequestLine, "reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    line: Any = None

    def values(self) -> Decided:  # type: ignore[override]
        found = super().values()
        return Decided(
            id=self.line.pk,
            decision=found["decision"],
            approved_quantity=found["approved_quantity"],
            reason=found["reason"],
            defer_to_year=found["defer_to_year"],
        )


class DecideForm(VerbForm):
    row_form = DecideRow

    def row_keys(self) -> list[int]:
        self.open_lines = {
            line.pk: line
            for line in self.subject.lines.open_to_decision()
            .select_related("device_type", "pledge_line__pledge")
            .prefetch_related("accounts")
        }
        return list(self.open_lines)

    def row_context(self, key: int) -> dict[str, Any]:
        line = self.open_lines[key]
        return {"initial": {"approved_quantity": line.quantity}}

    def _make_rows(self, row_form: type[PlainForm]) -> list[Any]:
        rows = super()._make_rows(row_form)
        stock = beside.stock_of([line.device_type for line in self.open_lines.values()], self.user)
        for row, line in zip(rows, self.open_lines.values(), strict=True):
            row.line = line
            row.stock = stock[line.device_type_id]
        return rows


def initial_of_request(request: DeviceRequest) -> dict[str, Any]:
    lines = [
        {
            "device_type": line.device_type_id,
            "quantity": line.quantity,
            "situation": line.situation,
            "in_use_since": line.in_use_since,
            "note": line.note,
            "accounts": [account.pk for account in line.accounts.all()],
        }
        for line in request.lines.prefetch_related("accounts")
    ]
    return {
        "purpose": request.purpose,
        "needed_by": request.needed_by,
        "on_behalf_of": request.on_behalf_of_id,
        "lines": lines,
    }


def beside_form(form: Any, request: DeviceRequest | None) -> dict[str, Any]:
    unit = request.unit if request else getattr(form, "usual_unit", None)
    promises = owed_to(unit).select_related("pledge", "family", "device_type", "unit") if unit else []
    return {"unit": unit, "promises": promises}


def lead(request: Any) -> str:
    """One sentence on where the request stands."""
    if not request.desk_role:
        return gettext("Belum diajukan.") if request.state == "draft" else ""
    return waits_at(request.desk_role, request.step.due_on if request.step else None, late=request.late)


def tables(request: Any, user: Any) -> list[tuple[str, list[tuple[Any, Any]]]]:
    """What one should know who decides: what the unit holds, and what else is asked."""
    others = list(beside.others_of(request, user))
    rows = [(_to(each), f"{each.unit} · {words.age(each.age_days)}") for each in others[:SHOWN_OTHERS]]
    if len(others) > SHOWN_OTHERS:
        rows.append((gettext("dan %(n)s lagi") % {"n": words.thousands(len(others) - SHOWN_OTHERS)}, ""))
    held = [(kind, _held(number, unfit)) for kind, number, unfit in beside.held_by(request.unit, user)]
    return [
        (gettext("Yang dipegang %(unit)s") % {"unit": request.unit}, held),
        (gettext("Usulan lain yang masih terbuka"), rows),
    ]


def _held(number: int, unfit: int) -> str:
    if not unfit:
        return words.thousands(number)
    said = gettext("%(number)s, tidak layak pakai %(unfit)s")
    return said % {"number": words.thousands(number), "unfit": words.thousands(unfit)}


def _to(obj: Any) -> str:
    return format_html('<a class="g-link" href="{}">{}</a>', address_of(obj), obj)


def facts(request: Any) -> list[tuple[Any, Any]]:
    return [
        (_("Pengusul"), request.requester or request.filed_by),
        (_("Umur"), or_nothing(words.age(request.age_days))),
    ]
