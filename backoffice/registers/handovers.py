"""Handovers (BAST): made by the asset clerk, confirmed or disputed by the receiver on a phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Handover, HandoverItem, LoanExtension, SignedScan
from assets.models.handovers import confirmed_after_days
from assets.states import AWAITING, GIVEN, Condition, LegalAct
from backoffice import filters, html, queues
from backoffice.asked import AskedAdmin
from backoffice.base import BaseAdmin, address_of, shows
from backoffice.columns import in_list
from backoffice.forms import PlainForm, VerbForm, form_for
from backoffice.registers.fields import TagsField
from backoffice.texts import TextField
from backoffice.verbs import DANGER, PRIMARY, Button, Creation
from core import acts, clock, words
from core.amounts import longest
from core.errors import DomainError
from desks.limits import ServiceLimits
from desks.steps import Step
from desks.worklists import turns
from handing_over import extending, fulfilment
from handing_over.items import Item, with_waiting_kind
from handing_over.lists import HANDOVERS, LOAN_EXTENSIONS, SCANS
from handing_over.rules import kinds_open_to
from org.models import Role
from pledges.models import Delivery
from wording import badges, standing
from wording.roles import waits_at

AS_ON_RECORD = _("Seperti tercatat di register")
FILLED = ("kind", "assets", "recipient", "recipient_unit")
"""What a link to the form may fill in."""
NOBODY, USUAL_BASIS = _("Unit, tanpa nama penerima"), _("Yang lazim untuk kedua unit")


class HandoverForm(form_for(fulfilment.record_handover, but=("items",))):  # type: ignore[misc]
    """Any handover. Devices on a request are better handed over from the request's own page."""

    assets = TagsField(label=_("Label perangkat"))
    accessories = TextField(label=_("Kelengkapan"), required=False, max_length=longest(HandoverItem, "accessories"))
    condition = forms.ChoiceField(
        label=_("Kondisi saat diserahkan"), choices=[("", AS_ON_RECORD), *Condition.choices], required=False
    )
    field_order = (
        "kind",
        "assets",
        "condition",
        "recipient_unit",
        "recipient",
        "handed_over_on",
        "due_back_on",
        "accessories",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial |= {name: self.query[name] for name in FILLED if name in self.query}
        self.fields["kind"].choices = [(each.value, each.label) for each in kinds_open_to(self.user)]
        self.fields["recipient_unit"].empty_label = _("Unit pencatat, atau unit pemegang yang sama")
        self.fields["recipient"].empty_label = NOBODY
        self.fields["legal_act"].choices = [("", USUAL_BASIS), *LegalAct.choices]

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        visible = super().choices_of(name, queryset).filter(active=True)
        return visible.select_related("unit") if name == "recipient" else visible

    def values(self) -> dict[str, Any]:
        found = super().values()
        written = {name: found.pop(name) for name in ("accessories", "condition")}
        devices = self.fields["assets"].resolve(found.pop("assets"), self.user)
        return found | {"items": [Item(each, **written) for each in devices]}


class AcceptForm(form_for(fulfilment.accept, but=("items", "reason"))):  # type: ignore[misc]
    """Which of the waiting devices came: each is ticked by who has it in hand."""

    items = forms.ModelMultipleChoiceField(
        HandoverItem.objects.all(),
        label=_("Yang sudah Anda terima"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Pilih perangkat yang sudah diterima.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].required = True
        self.waiting = list(self.fields["items"].queryset)
        if not any(_of_a_pledge(item) for item in self.waiting):
            del self.fields["substitute"]
        ticked = self.data.getlist("items") if self.is_bound else []
        for item in self.waiting:
            item.ticked = str(item.pk) in ticked
            item.uncounted = _waits(item)

    def choices_of(self, name: str, queryset: QuerySet) -> QuerySet:
        return with_waiting_kind(self.subject.items.acceptable()).select_related(
            "asset__device_type__added_by__person", "fulfilment"
        )

    def values(self) -> dict[str, Any]:
        found = super().values()
        return found | {"items": [item.pk for item in found["items"]]}


def _of_a_pledge(item: HandoverItem) -> bool:
    served = getattr(item, "fulfilment", None)
    return served is not None and served.pledge_line_id is not None


class DisputeRow(PlainForm):
    reason = TextField(
        label=_("Apa yang tidak cocok?"),
        help_text=_("Kosongkan bila cocok."),
        required=False,
        max_length=longest(HandoverItem, "dispute_reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    condition = forms.ChoiceField(
        label=_("Kondisi yang Anda temukan"), choices=[("", _("Seperti tertulis")), *Condition.choices], required=False
    )
    item: Any = None


class DisputeForm(VerbForm):
    row_form, rows_name = DisputeRow, "items"

    def row_keys(self) -> list[int]:
        waiting = self.subject.items.disputable().select_related("asset__device_type")
        self.waiting = {item.pk: item for item in waiting}
        return list(self.waiting)

    def _make_rows(self, row_form: type[PlainForm]) -> list[Any]:
        rows = super()._make_rows(row_form)
        for row, item in zip(rows, self.waiting.values(), strict=True):
            row.item, row.heading = item, str(item.asset)
            if len(rows) == 1:
                row.fields["reason"].required, row.fields["reason"].help_text = True, ""
        return rows

    def values(self) -> dict[str, Any]:
        said = {row.item.pk: row.cleaned_data["reason"] for row in self.rows if row.cleaned_data["reason"]}
        if not said:
            detail = _("Tulis apa yang tidak cocok pada sedikitnya satu perangkat.")
            raise DomainError("required", detail, field="items.0.reason")
        found = {row.item.pk: row.cleaned_data["condition"] for row in self.rows if row.item.pk in said}
        return {"reasons": said, "conditions": {pk: condition for pk, condition in found.items() if condition}}


def things(handover: Handover) -> str:
    """What is on a handover, in words: "Tripod", "2 HP", "HP, Tripod"."""
    counted: dict[str, int] = {}
    for item in handover.items.select_related("asset__device_type"):
        counted[str(item.asset.device_type)] = counted.get(str(item.asset.device_type), 0) + 1
    return ", ".join(name if n == 1 else f"{words.thousands(n)} {name}" for name, n in counted.items())


def loans_out(handovers: list[Handover]) -> Iterable[int]:
    """Those of which something is still to come back by a day."""
    dated = Handover.objects.filter(pk__in=[each.pk for each in handovers], due_back_on__isnull=False)
    return dated.overdue_back(date.max).values_list("pk", flat=True)


def question(handover: Handover) -> Any:
    return _("%(things)s sudah Anda terima?") % {"things": things(handover)}


@shows(Handover)
class HandoverAdmin(BaseAdmin):
    verbs, creates = acts.on(Handover, fulfilment, extending), fulfilment.record_handover
    forms = {"create": HandoverForm, "accept": AcceptForm, "dispute": DisputeForm}
    tones = {
        **dict.fromkeys(("hand-over", "accept", "confirm-return"), PRIMARY),
        **dict.fromkeys(("cancel", "withdraw-dispute"), DANGER),
    }
    templates = {"accept": "backoffice/accept.html", "dispute": "backoffice/dispute.html"}
    listing = HANDOVERS
    list_display = ("what", *in_list(HANDOVERS, "recipient_unit", "kind", "state", state=badges.handover), "day", "due")
    list_filter = filters.of(HANDOVERS)
    search_help_text = _("Cari nomor BAST, unit, penerima, label")
    related = ("recipient_unit", "from_unit", "recipient")
    nothing = _("Belum ada serah terima di sini.")

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        names: dict[int, list[str]] = {}
        limits, out = ServiceLimits(), set(loans_out(rows))
        items = HandoverItem.objects.filter(handover__in=rows).select_related("asset__device_type")
        for item in items:
            names.setdefault(item.handover_id, []).append(str(item.asset.device_type))
        for row in rows:
            devices = names.get(row.pk, [])
            row.devices = ", ".join(f"{words.thousands(devices.count(n))} {n}" for n in dict.fromkeys(devices))
            waits = row.state in AWAITING and row.handed_over_on
            row.due_on = limits.receipt_due_on(row) if waits else row.due_back_on if row.pk in out else None

    @admin.display(description=_("serah terima"))
    def what(self, obj: Any) -> str:
        return f"{obj} · {obj.devices}"

    @admin.display(description=_("tanggal"))
    def day(self, obj: Any) -> str:
        return words.short_date(obj.handed_over_on or clock.local_date(obj.created_at))

    @admin.display(description=_("tenggat"))
    def due(self, obj: Any) -> str:
        return queues.due(obj.due_on)

    def called(self, obj: Any) -> str:
        return f"{obj} · {obj.recipient_unit}"

    def heading(self, verb: Button, subject: Any) -> Any:
        return question(subject) if verb.name == "accept" else verb.label

    def initial(self, verb: Button, subject: Any) -> dict[str, Any]:
        return {"handed_over_on": clock.today()} if verb.name == "hand-over" else {}

    def done(self, making: Creation, made: Any) -> Any:
        if not (others := list(_made_with(made))):
            return making.done
        numbers = ", ".join(str(each) for each in (made, *others))
        return _("Tercatat dalam BAST sendiri untuk tiap pemegang: %(papers)s.") % {"papers": numbers}

    def beside(self, verb: Button | Creation, subject: Any, form: Any) -> Mapping[str, Any]:
        if not isinstance(verb, Button) or verb.name != "accept":
            return {}
        return {"papers": self.papers_of(form.user, subject)}

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        items = (
            with_waiting_kind(obj.items.all())
            .annotate(
                gone=Q(state__in=AWAITING) & ~Q(pk__in=obj.items.acceptable().values("pk")),
                counted=Exists(Delivery.objects.standing().filter(item=OuterRef("pk"))),
            )
            .select_related(
                "asset__device_type__added_by__person", "handover__from_unit", "handover__recipient_unit",
                "fulfilment__request_line__request", "fulfilment__pledge_line__unit",
                "fulfilment__pledge_line__pledge__office__unit", "fulfilment__pledge_line__pledge__responsible_unit",
            )
        )  # fmt: skip
        return {
            "badge": html.badge(badges.handover(obj.state)),
            "title": f"{obj.get_kind_display()}: {things(obj)}",
            "lead": _lead(request.user, obj),
            "facts": _facts(obj),
            "part": "backoffice/parts/handover.html",
            "seen": set(
                Asset.objects.visible_to(request.user).filter(handover_items__in=items).values_list("pk", flat=True)
            ),
            "items": [
                (
                    item,
                    html.badge(badges.handover(item.state)),
                    html.badge(badges.condition(item.condition)),
                    _received(item),
                    _uncounted(item),
                )
                for item in items
            ],
        }


def _waits(item: Any) -> str:
    """That a device will not count for its promise yet, and whom to ask."""
    return standing.kind_waits(item.asset.device_type) if item.waits_for else ""


def _uncounted(item: Any) -> str:
    """That a device does not count for its promise, or not yet, and why or whom to ask."""
    if waits := _waits(item):
        return waits
    served = getattr(item, "fulfilment", None)
    if served is None or served.pledge_line is None or item.counted or item.state not in GIVEN:
        return ""
    return standing.not_counted(served.pledge_line, item)


def _received(item: Any) -> str:
    """The day on which a device came, as its receiver said, and how much later that was said; that it went back before
    anybody said so."""
    if item.gone:
        return gettext("perangkat sudah kembali; tidak menunggu konfirmasi lagi")
    if item.received_on is None:
        return ""
    said = (
        gettext("diterima %(day)s") % {"day": words.long_date(item.received_on)},
        standing.confirmed_later(item.confirmed_after_days),
        standing.not_of_the_unit(item),
    )
    return " · ".join(filter(None, said))


def _lead(user: Any, handover: Handover) -> str:
    """Whose turn it is, as the worklists have it."""
    steps: dict[Any, list[Step]] = {}
    for each in turns("handovers", handover):
        steps.setdefault(each.verbs[0], []).append(each)
    return " ".join(_turn(user, handover, verb, found) for verb, found in steps.items())


_YOURS = {
    fulfilment.hand_over: _("Giliran Anda: serahkan perangkatnya."),
    fulfilment.answer_dispute: _("Giliran Anda: jawab sanggahannya."),
}


def _turn(user: Any, handover: Handover, verb: Any, steps: list[Step]) -> str:
    due = ServiceLimits().receipt_due_on(handover) if verb is fulfilment.accept else None
    if not any(each.is_for(user, handover) for each in steps):
        return waits_at(_desk(steps[0]), due, late=due is not None and clock.today() > due)
    if due is None:
        return str(_YOURS[verb])
    return gettext("Konfirmasi penerimaan paling lambat %(day)s.") % {"day": words.long_date(due)}


def _desk(step: Step) -> str:
    if step.own == "recorded_by":
        return "recorder"
    return Role.ASSET_CLERK if Role.ASSET_CLERK in step.roles else "receiver"


def _asked(extension: LoanExtension) -> Any:
    """An extension with its state, leading to where it is decided."""
    day, state = words.long_date(extension.new_due_back_on), html.badge(badges.asked(extension))
    return format_html('<a class="g-link" href="{}">{}</a> {}', address_of(extension), day, state)


def _scan(scan: SignedScan) -> Any:
    """A signed paper with who attached it when, leading to it."""
    day = words.long_date(clock.local_date(scan.created_at))
    return format_html('<a class="g-link" href="{}">{}</a> {}', address_of(scan), day, scan.attached_by)


def _made_with(obj: Handover) -> QuerySet[Handover]:
    """The papers that one act made with this one, each of another holder."""
    first = obj.made_with_id or obj.pk
    return Handover.objects.filter(Q(pk=first) | Q(made_with=first)).exclude(pk=obj.pk).order_by("pk")


def _paper(handover: Handover) -> Any:
    return format_html('<a class="g-link" href="{}">{}</a>', address_of(handover), handover)


def _accepted(handed_over_on: date | None, accepted_at: datetime) -> str:
    late = standing.confirmed_later(confirmed_after_days(handed_over_on, accepted_at))
    return ", ".join(filter(None, (words.long_date(clock.local_date(accepted_at)), late)))


def _facts(obj: Handover) -> list[tuple[Any, Any]]:
    return [
        *([(_("Diterima"), _accepted(obj.handed_over_on, obj.accepted_at))] if obj.accepted_at else []),
        *((each._meta.verbose_name, _asked(each)) for each in obj.extensions.all()),
        *((_("Dibuat bersama"), _paper(each)) for each in _made_with(obj)),
        *((_("BAST bertanda tangan"), _scan(each)) for each in obj.scans.select_related("attached_by__person")),
    ]


@shows(SignedScan)
class SignedScanAdmin(BaseAdmin):
    """The signed papers as they were attached."""

    listing = SCANS
    list_display = in_list(SCANS, "handover", "attached_by", "created_at")
    related = (*SignedScan.read_with, "file", "attached_by__person")
    files = ("file",)
    search_help_text = _("Cari nomor BAST, unit")
    nothing = _("Belum ada BAST bertanda tangan.")

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        handover = format_html('<a class="g-link" href="{}">{}</a>', address_of(obj.handover), obj.handover)
        return {
            "title": f"{obj._meta.verbose_name}: {things(obj.handover)}",
            "lead": handover,
            "facts": [("SHA-256", obj.file.sha256)],
            "story": None,
        }


@shows(LoanExtension)
class LoanExtensionAdmin(AskedAdmin):
    """More time asked for a loan."""

    listing = LOAN_EXTENSIONS
    verbs = acts.on(LoanExtension, extending)
    related = (*LoanExtension.read_with, *AskedAdmin.related)
    list_display = ("handover", *in_list(LOAN_EXTENSIONS, "new_due_back_on"), "asked", "state")
    list_filter = filters.of(LOAN_EXTENSIONS)
    search_help_text = _("Cari nomor BAST, unit")
    nothing = _("Belum ada perpanjangan yang diminta.")

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {
            "badge": self.state(obj),
            "title": f"{obj._meta.verbose_name}: {things(obj.handover)}",
            "facts": [
                (_("Peminjam"), obj.handover.recipient_unit),
                (_("Kembali paling lambat sekarang"), words.long_date(obj.handover.due_back_on)),
                *self.told(obj),
            ],
            "story": None,
        }
