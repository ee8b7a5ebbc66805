"""Handing devices over on approved requests: each is scanned or ticked, its condition said, the rest filled in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Window, prefetch_related_objects
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, HandoverItem
from assets.scanning import scanned
from assets.states import Condition, LegalAct
from assets.whereabouts import whereabouts
from backoffice.forms import PlainForm, VerbForm, form_for
from backoffice.registers.handovers import NOBODY, USUAL_BASIS
from backoffice.texts import TextField
from core import clock
from core.amounts import longest
from core.errors import DomainError
from core.searching import LONGEST_SEARCH, spelled
from handing_over import issuing
from handing_over.items import Item
from org.models import Role
from org.models.units import subtree
from org.rules import reach
from requests_app.models import RequestLine

SHOWN = 50
TAKEN, LINE = "items-{}-taken", "items-{}-line"
FIRST = "first"
"""Says of a device that it goes to the first that waits for its type."""


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

    @property
    def more(self) -> Iterable[Any]:
        """What else is asked of it once it is ticked."""
        return ()

    def values(self) -> Item:  # type: ignore[override]
        return Item(self.asset, condition=self.cleaned_data["condition"])


class ScanField(TextField):
    """What a scanner reads into it is dealt with once: the page is drawn with it empty, for the next scan."""

    def bound_data(self, data: Any, initial: Any) -> str:
        return ""


class InHand(VerbForm):
    """Devices for ``requests``; ``code`` ticks the one on which it stands, ``cari`` looks for others in the store."""

    row_form, rows_name, rows_after = DeviceRow, "items", "cari"
    code = ScanField(
        label=_("Pindai atau ketik label, nomor seri atau IMEI"), required=False, max_length=LONGEST_SEARCH
    )
    cari = TextField(label=_("Cari di gudang"), required=False, max_length=LONGEST_SEARCH)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bases = [each for each in LegalAct.choices if each[0] != LegalAct.RETURN]
        self.fields["legal_act"].choices = [("", USUAL_BASIS), *bases]
        self.initial["handed_over_on"] = clock.today()

    @property
    def requests(self) -> list[Any]:
        return [self.subject]

    def row_keys(self) -> list[int]:
        """The devices ticked or just scanned, then the oldest of each type in the store."""
        self.lines: list[Any] = issuing.waiting_on(self.requests)
        stock = stock_of(self.user).filter(device_type__in=[line.device_type_id for line in self.lines])
        self.at_hand, self.misread = self._scanned(stock)
        self.search = self.data.get("cari", "").strip()[:LONGEST_SEARCH] if self.is_bound else ""
        sent = (key.split("-")[1] for key in self.data if key.startswith("items-") and key.endswith("-taken"))
        taken = dict.fromkeys(int(pk) for pk in sent if pk.isascii() and pk.isdigit())
        ordered = stock.select_related("device_type", "unit").order_by("device_type", "acquired_on", "pk")
        chosen = ordered.in_bulk([*taken, *filter(None, [self.at_hand])])
        self.taken = [chosen[pk] for pk in taken if pk in chosen]
        if self.at_hand and self.at_hand not in taken:
            self._take(chosen[self.at_hand])
            taken |= {each.pk: None for each in self.taken}
        offered = ordered.exclude(pk__in=taken)
        offered = offered.filter(spelled("search_text", self.search)) if self.search else offered
        turn = Window(RowNumber(), partition_by="device_type", order_by=["acquired_on", "pk"])
        oldest = list(offered.annotate(turn=turn).order_by("turn", "device_type")[:SHOWN])
        self.searched = bool(self.search) or len(oldest) == SHOWN
        oldest.sort(key=lambda each: (each.device_type_id, each.turn))
        self.offered = {each.pk: each for each in [*self.taken, *oldest]}
        return list(self.offered)

    def _take(self, asset: Asset) -> None:
        """The device that was just scanned, unless nobody waits for one more."""
        faults = self.shared_out([*self.taken, asset]).faults
        its = f"items.{len(self.taken)}."
        if full := [each.detail for each in faults if each.code == "line_full" and each.field.startswith(its)]:
            self.at_hand, self.misread = None, self._read_as(full[0])
        else:
            self.taken.append(asset)

    def shared_out(self, assets: list[Asset]) -> issuing.Placed:
        """Which line each of these devices serves."""
        return issuing.placed(self.lines, [Item(each) for each in assets])

    def row_data(self, key: Any) -> tuple[Any, ...]:
        return (self.as_ticked, self.files) if self.is_bound else ()

    @cached_property
    def as_ticked(self) -> Any:
        """What was sent, with the device ticked that was scanned."""
        if not self.at_hand:
            return self.data
        ticked = self.data.copy()
        ticked[TAKEN.format(self.at_hand)] = "on"
        return ticked

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
        if not self.sent_code:
            return None, ""
        try:
            asset = scanned(self.sent_code, self.user)
        except DomainError as error:
            return None, self._read_as(error.detail)
        if stock.filter(pk=asset.pk).exists():
            return asset.pk, ""
        told = {"device": asset, "where": whereabouts(asset), "kind": asset.device_type}
        if asset.device_type_id not in {line.device_type_id for line in self.lines}:
            said = _("%(device)s adalah %(kind)s, yang tidak menunggu diserahkan pada usulan ini; kini %(where)s.")
        else:
            said = _("%(device)s tidak dapat diserahkan: %(where)s.")
        return None, self._read_as(said % told)

    @property
    def sent_code(self) -> str:
        """What was scanned or typed."""
        return self.data.get("code", "").strip()[:LONGEST_SEARCH] if self.is_bound else ""

    def _read_as(self, said: Any) -> str:
        """What is said of a scan, with what was scanned unless it is in it already."""
        return str(said) if self.sent_code.casefold() in str(said).casefold() else f"{self.sent_code}: {said}"

    def _leave_unjudged(self) -> None:
        super()._leave_unjudged()
        if self.misread:
            self.add_error("code", self.misread)
            self.fields["code"].widget.attrs["autofocus"] = True

    def clean(self) -> None:
        if self.misread:
            self.add_error("code", self.misread)
        elif not self.used_rows:
            self.add_error("code", _("Pindai atau centang perangkat yang diserahkan."))

    def values(self) -> dict[str, Any]:
        found = super().values()
        del found["code"], found["cari"]
        return found


class IssueForm(form_for(issuing.issue, InHand, but=("items",))):  # type: ignore[misc]
    """Devices for one request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].empty_label = NOBODY
        self.initial["recipient"] = issuing.receiver_of(self.subject)

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        if name == "recipient":
            of_unit = subtree(issuing.destination(self.subject).code, field="unit__code")
            return queryset.filter(of_unit, active=True, leaving_since__isnull=True)
        return queryset


NOT_AMONG = _("Usulan itu tidak ikut diserahkan. Pilih yang lain, atau hapus centang perangkat ini.")


class DeliveredRow(DeviceRow):
    """A device of a delivery to many: also for which of them, and what comes with it."""

    line = forms.ChoiceField(label=_("Untuk"), error_messages={"invalid_choice": NOT_AMONG})
    accessories = TextField(
        label=_("Kelengkapan, bila lain dari yang ditulis untuk semua"), required=False,
        max_length=longest(HandoverItem, "accessories"),
    )  # fmt: skip

    def __init__(self, *args: Any, lines: list[RequestLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {str(line.pk): line for line in lines}
        called = ((pk, f"{line.request.unit} · {line.request}") for pk, line in self.lines.items())
        self.fields["line"].choices = [(FIRST, _("yang pertama menunggu")), *called]

    @property
    def more(self) -> Iterable[Any]:
        return self["line"], self["accessories"]

    def values(self) -> Item:  # type: ignore[override]
        said = self.cleaned_data
        return Item(
            self.asset, condition=said["condition"], accessories=said["accessories"],
            request_line=self.lines.get(said["line"]),
        )  # fmt: skip


class DeliveryForm(form_for(issuing.issue, InHand, but=("items",), many=True)):  # type: ignore[misc]
    """Devices for several requests: each goes to the first that waits for its type, unless another is chosen."""

    row_form = DeliveredRow

    @property
    def requests(self) -> list[Any]:
        return self.subject

    def row_keys(self) -> list[int]:
        keys = super().row_keys()
        served = self.shared_out(self.taken).items
        self.placed = {each.asset.pk: each.request_line for each in served}
        for line in self.lines:
            line.devices = [each.asset for each in served if each.request_line == line]
        prefetch_related_objects(self.requests, "requester__unit", "on_behalf_of__unit")
        for each in self.requests:
            each.receiver = issuing.receiver_of(each) or NOBODY
            each.waiting = [line for line in self.lines if line.request_id == each.pk]
        return keys

    def shared_out(self, assets: list[Asset]) -> issuing.Placed:
        named = {str(line.pk): line for line in self.lines}
        items = [Item(each, request_line=named.get(self.data.get(LINE.format(each.pk), ""))) for each in assets]
        return issuing.placed(self.lines, items)

    def row_context(self, key: Any) -> dict[str, Any]:
        kind = self.offered[key].device_type_id
        return {**super().row_context(key), "lines": [each for each in self.lines if each.device_type_id == kind]}

    @cached_property
    def as_ticked(self) -> Any:
        """What was sent, with the line of each device that named none."""
        ticked = super().as_ticked.copy()
        for asset in self.taken:
            name, line = LINE.format(asset.pk), self.placed.get(asset.pk)
            if ticked.get(name, FIRST) == FIRST:
                ticked[name] = str(line.pk) if line else FIRST
        return ticked

    def refuse(self, error: DomainError | ValidationError) -> None:
        """Also at the devices that were for a request that is ruled out."""
        super().refuse(error)
        for row in self.used_rows:
            line = self.placed.get(row.asset.pk)
            if line and line.request_id in getattr(error, "refused", {}):
                row.add_error("line", NOT_AMONG)
