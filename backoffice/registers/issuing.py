"""Handing devices over on an approved request: choose from stock, everything else is filled in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets import rules as asset_rules
from assets.models import Asset, Handover
from assets.states import HandoverKind, HandoverState, LegalAct
from backoffice.forms import DayField, ReasonField, VerbForm
from core import clock
from core.errors import DomainError
from handing_over.fulfilment import record_handover
from handing_over.items import Item
from org.models import Person, Role
from org.models.units import subtree
from org.rules import reach
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import LineDecision, RequestState

SHOWN = 50


def may_issue(user: Any, _request: DeviceRequest) -> str:
    return asset_rules.may_keep(user)


def has_something_to_issue(request: DeviceRequest) -> bool:
    return request.state == RequestState.DECIDED and bool(open_lines(request))


def open_lines(request: DeviceRequest) -> list[RequestLine]:
    """Approved lines for which devices are still to be put on a handover; ``left`` says how many."""
    lines = request.lines.filter(decision=LineDecision.APPROVE, closed_at__isnull=True)
    found = []
    for line in lines.select_related("device_type__family", "pledge_line__pledge"):
        served = line.fulfilments.exclude(item__state=HandoverState.CANCELLED).count()
        line.left = (line.approved_quantity or 0) - served  # type: ignore[attr-defined]
        if line.left > 0:  # type: ignore[attr-defined]
            found.append(line)
    return found


def stock_of(user: Any) -> QuerySet:
    """Devices that this asset clerk could hand out now."""
    units = reach(user).units(Role.ASSET_CLERK)
    stock = Asset.objects.filter(pk__in=Asset.objects.visible_to(user).available().values("pk"))
    return stock if units is None else stock.filter(unit__in=units)


class IssueForm(VerbForm):
    line = forms.ModelChoiceField(RequestLine.objects.all(), widget=forms.HiddenInput)
    assets = forms.ModelMultipleChoiceField(
        Asset.objects.all(),
        label=_("Perangkat dari gudang"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Pilih perangkat yang diserahkan.")},
    )
    recipient = forms.ModelChoiceField(
        Person.objects.all(), label=_("Penerima"), required=False, empty_label=_("Unit, tanpa nama penerima")
    )
    handed_over_on = DayField(
        label=_("Tanggal serah terima"),
        required=False,
        help_text=_("Kosongkan bila perangkat baru disiapkan dan diserahkan kemudian."),
    )
    accessories = forms.CharField(
        label=_("Kelengkapan (opsional)"), required=False, max_length=300, help_text=_("Contoh: charger, dus, kabel")
    )
    legal_act = forms.ChoiceField(
        label=_("Dasar penyerahan"),
        required=False,
        choices=[("", _("Yang lazim untuk kedua unit")), *[c for c in LegalAct.choices if c[0] != LegalAct.RETURN]],
    )
    decision_number = forms.CharField(label=_("Nomor keputusan (opsional)"), required=False, max_length=100)
    note = ReasonField(required=False, label=_("Catatan (opsional)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = open_lines(self.subject)
        chosen = self.data.get("line") if self.is_bound else self.query.get("line")
        self.chosen = next(
            (line for line in self.lines if str(line.pk) == chosen), self.lines[0] if self.lines else None
        )
        search = "" if self.is_bound else self.query.get("cari", "")[:60]
        stock = self._stock()
        self.fields["assets"].queryset = stock
        self.offered = list((stock.filter(search_text__contains=search.lower()) if search else stock)[:SHOWN])
        self.search = search
        self.initial |= {
            "line": self.chosen.pk if self.chosen else None,
            "recipient": self.subject.on_behalf_of_id or self.subject.requester_id,
            "handed_over_on": clock.today(),
        }
        left = self.chosen.left if self.chosen else 0
        ticked = self.data.getlist("assets") if self.is_bound else [str(asset.pk) for asset in self.offered[:left]]
        for asset in self.offered:
            asset.ticked = str(asset.pk) in ticked

    def _stock(self) -> QuerySet:
        if self.chosen is None:
            return Asset.objects.none()
        stock = stock_of(self.user).filter(device_type=self.chosen.device_type)
        return stock.select_related("device_type", "unit").order_by("acquired_on", "pk")

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        if name == "recipient":
            return queryset.filter(subtree(self.subject.unit.code, field="unit__code"), active=True)
        if name == "line":
            return queryset.filter(request=self.subject)
        return queryset


def issue(
    request: DeviceRequest,
    *,
    actor: Any,
    line: RequestLine,
    assets: QuerySet,
    recipient: Person | None,
    handed_over_on: date | None,
    accessories: str,
    **terms: Any,
) -> Handover:
    """Hand the chosen devices over to the request's unit, for one of its lines."""
    items = [Item(asset=asset, accessories=accessories, request_line=line) for asset in assets]
    if len(items) > (line.approved_quantity or 0):
        raise DomainError("out_of_range", _("Lebih banyak dari yang disetujui."), field="assets")
    return record_handover(
        kind=HandoverKind.ISSUE,
        recipient_unit=request.unit,
        recipient=recipient,
        items=items,
        actor=actor,
        handed_over_on=handed_over_on,
        **terms,
    )
