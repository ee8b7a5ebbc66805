"""Handing devices over on an approved request: each is scanned or ticked, its condition said, the rest filled in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from assets.scanning import scanned
from assets.states import Condition, LegalAct
from backoffice.forms import PlainForm, form_for
from backoffice.registers.handovers import NOBODY, USUAL_BASIS
from backoffice.texts import TextField
from core import clock
from core.errors import DomainError
from core.searching import LONGEST_SEARCH, spelled
from handing_over import issuing
from handing_over.items import Item
from org.models import Role
from org.models.units import subtree
from org.rules import reach
from wording.devices import whereabouts

SHOWN = 50
TAKEN = "items-{}-taken"


def stock_of(user: Any) -> QuerySet:
    """Devices that this asset clerk could hand out now."""
    units = reach(user).units(Role.ASSET_CLERK)
    stock = Asset.objects.filter(pk__in=Asset.objects.visible_to(user).available().values("pk"))
    return stock if units is None else stock.filter(unit__in=units)


class DeviceRow(PlainForm):
    """One device of the stock: whether it is in the clerk's hand, and how it is."""

    taken = forms.BooleanField(required=False)
    condition = forms.ChoiceField(
        label=_("Kondisi"), choices=Condition.choices, required=False, widget=forms.RadioSelect
    )

    asset: Asset
    at_hand = False
    """Whether it was scanned last."""

    def clean(self) -> None:
        said = self.cleaned_data
        if said.get("taken") and not said.get("condition") and "condition" not in self.errors:
            self.add_error("condition", ValidationError(_("Pilih kondisi perangkat ini."), code="required"))

    def values(self) -> Item:  # type: ignore[override]
        return Item(self.asset, condition=self.cleaned_data["condition"])


class IssueForm(form_for(issuing.issue, but=("items",))):  # type: ignore[misc]
    """``code`` ticks the device on which it stands."""

    row_form, rows_name = DeviceRow, "items"
    code = TextField(
        label=_("Pindai atau ketik label, nomor seri atau IMEI"), required=False, max_length=LONGEST_SEARCH
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].empty_label = NOBODY
        bases = [each for each in LegalAct.choices if each[0] != LegalAct.RETURN]
        self.fields["legal_act"].choices = [("", USUAL_BASIS), *bases]
        self.initial |= {
            "recipient": self.subject.on_behalf_of_id or self.subject.requester_id,
            "handed_over_on": clock.today(),
        }

    def row_keys(self) -> list[int]:
        """The devices ticked or just scanned, then the oldest of the stock."""
        self.lines = list(self.subject.lines.to_issue().select_related("device_type__family", "pledge_line__pledge"))
        stock = stock_of(self.user).filter(device_type__in=[line.device_type_id for line in self.lines])
        self.at_hand, self.misread = self._scanned(stock)
        self.search = "" if self.is_bound else self.query.get("cari", "")[:LONGEST_SEARCH]
        sent = {key.split("-")[1] for key in self.data if key.startswith("items-") and key.endswith("-taken")}
        taken = {int(pk) for pk in sent if pk.isascii() and pk.isdigit()} | {self.at_hand} - {None}
        offered = stock.filter(spelled("search_text", self.search)) if self.search else stock
        ordered = offered.select_related("device_type", "unit").order_by("device_type", "acquired_on", "pk")
        chosen = ordered.filter(pk__in=taken) if taken else []
        oldest = list(ordered.exclude(pk__in=taken)[:SHOWN])
        self.searched = bool(self.search) or len(oldest) == SHOWN
        self.offered = {each.pk: each for each in [*chosen, *oldest]}
        return list(self.offered)

    def row_data(self, key: Any) -> tuple[Any, ...]:
        if not self.is_bound:
            return ()
        if key != self.at_hand:
            return (self.data, self.files)
        ticked = self.data.copy()
        ticked[TAKEN.format(key)] = "on"
        return (ticked, self.files)

    def _make_rows(self, row_form: type[PlainForm]) -> list[Any]:
        rows = super()._make_rows(row_form)
        for row, (pk, asset) in zip(rows, self.offered.items(), strict=True):
            row.asset, row.heading, row.at_hand = asset, str(asset), pk == self.at_hand
        return rows

    @property
    def used_rows(self) -> list[Any]:
        return [row for row in self.rows if row.is_bound and row["taken"].value()]

    def _scanned(self, stock: QuerySet) -> tuple[int | None, str]:
        """The device on which the code that was sent stands, or why it is not handed over."""
        code = self.data.get("code", "").strip() if self.is_bound else ""
        if not code:
            return None, ""
        try:
            asset = scanned(code[:LONGEST_SEARCH], self.user)
        except DomainError as error:
            return None, f"{code[:LONGEST_SEARCH]}: {error.detail}"
        if stock.filter(pk=asset.pk).exists():
            return asset.pk, ""
        told = {"device": asset, "where": whereabouts(asset), "kind": asset.device_type}
        if asset.device_type_id not in {line.device_type_id for line in self.lines}:
            return None, gettext("%(device)s adalah %(kind)s, yang tidak menunggu diserahkan pada usulan ini.") % told
        return None, gettext("%(device)s tidak dapat diserahkan: %(where)s.") % told

    def _leave_unjudged(self) -> None:
        super()._leave_unjudged()
        if self.misread:
            self.add_error("code", self.misread)

    def clean(self) -> None:
        if self.misread:
            self.add_error("code", self.misread)
        elif not self.used_rows:
            self.add_error("code", _("Pindai atau centang perangkat yang diserahkan."))

    def values(self) -> dict[str, Any]:
        found = super().values()
        del found["code"]
        return found

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        if name == "recipient":
            of_unit = subtree(issuing.destination(self.subject).code, field="unit__code")
            return queryset.filter(of_unit, active=True, leaving_since__isnull=True)
        return queryset
