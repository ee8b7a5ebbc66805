"""Handing devices over on an approved request: choose from stock, everything else is filled in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from assets.states import LegalAct
from backoffice.forms import form_for
from backoffice.registers.handovers import NOBODY, USUAL_BASIS
from core import clock
from core.searching import LONGEST_SEARCH, spelled
from handing_over import issuing
from org.models import Role
from org.models.units import subtree
from org.rules import reach
from requests_app.models import RequestLine

SHOWN = 50


def stock_of(user: Any) -> QuerySet:
    """Devices that this asset clerk could hand out now."""
    units = reach(user).units(Role.ASSET_CLERK)
    stock = Asset.objects.filter(pk__in=Asset.objects.visible_to(user).available().values("pk"))
    return stock if units is None else stock.filter(unit__in=units)


class IssueForm(form_for(issuing.issue, but=("line", "assets"))):  # type: ignore[misc]
    line = forms.ModelChoiceField(RequestLine.objects.all(), widget=forms.HiddenInput)
    assets = forms.ModelMultipleChoiceField(
        Asset.objects.all(),
        label=_("Perangkat dari gudang"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Pilih perangkat yang diserahkan.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].empty_label = NOBODY
        bases = [each for each in LegalAct.choices if each[0] != LegalAct.RETURN]
        self.fields["legal_act"].choices = [("", USUAL_BASIS), *bases]
        open_lines = self.subject.lines.to_issue()
        self.lines = list(open_lines.select_related("device_type__family", "pledge_line__pledge"))
        chosen = self.data.get("line") if self.is_bound else self.query.get("line")
        self.chosen = next(
            (line for line in self.lines if str(line.pk) == chosen), self.lines[0] if self.lines else None
        )
        search = "" if self.is_bound else self.query.get("cari", "")[:LONGEST_SEARCH]
        stock = self._stock()
        self.fields["assets"].queryset = stock
        self.offered = list((stock.filter(spelled("search_text", search)) if search else stock)[:SHOWN])
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
            of_unit = subtree(issuing.destination(self.subject).code, field="unit__code")
            return queryset.filter(of_unit, active=True, leaving_since__isnull=True)
        if name == "line":
            return queryset.filter(request=self.subject)
        return queryset
