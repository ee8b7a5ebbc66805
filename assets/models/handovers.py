"""Handovers (BAST) and their items."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.models.register import Asset
from assets.queries import HandoverItemQuerySet, HandoverQuerySet, OfHandoverQuerySet
from assets.states import COMES_BACK, PROMPT_DAYS, Condition, HandoverKind, HandoverState, LegalAct
from core import clock, words
from core.models import Asked, Attachment, Registered
from org.models import Person, Unit


def confirmed_after_days(handed_over_on: date | None, accepted_at: datetime | None) -> int | None:
    """Days from a handover to its receiver's word, where that came more than 14 days later; else None."""
    if handed_over_on is None or accepted_at is None:
        return None
    days = (clock.local_date(accepted_at) - handed_over_on).days
    return days if days > PROMPT_DAYS else None


class Handover(Registered):
    """One paper by which devices pass from one unit or holder to another. Numbered when handed over.

    ``made_with``: the first of the papers that one act made, one for each holder who gave something.
    """

    journal_type = "handover"
    called_by = ("number", "kind")
    read_with = ("from_unit", "recipient_unit")
    impersonal = {"number": "a number of a paper", "decision_number": "a number of a paper"}

    number = models.CharField(_("nomor BAST"), max_length=100, unique=True, null=True, editable=False)
    kind = models.CharField(_("jenis"), max_length=20, choices=HandoverKind.choices)
    legal_act = models.CharField(_("dasar penyerahan"), max_length=24, choices=LegalAct.choices)
    decision_number = models.CharField(_("nomor keputusan"), max_length=100, blank=True)
    state = models.CharField(
        _("keadaan"), max_length=12, choices=HandoverState.choices, default=HandoverState.PREPARED, editable=False
    )
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="handovers_given", verbose_name=_("dari unit"))
    recipient_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="handovers_received", verbose_name=_("unit penerima")
    )
    recipient = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="handovers", verbose_name=_("penerima")
    )
    handed_over_on = models.DateField(_("tanggal serah terima"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("serah terima dicatat"), null=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("dicatat oleh"), editable=False
    )
    accepted_at = models.DateTimeField(_("diterima"), null=True, editable=False)
    due_back_on = models.DateField(_("kembali paling lambat"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("pengembalian dibenarkan oleh"),
        editable=False,
    )
    made_with = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="others_made",
        verbose_name=_("dibuat bersama"),
        editable=False,
    )
    note = models.TextField(_("catatan"), max_length=2000, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("serah terima")
        verbose_name_plural = _("serah terima")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["recipient_unit", "state"], name="assets_handover_unit_state"),
            models.Index(fields=["state", "handed_over_on"], name="assets_handover_state_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "cancelled"])
                | Q(number__isnull=False, handed_over_on__isnull=False),
                name="assets_handover_numbered",
            )
        ]

    def __str__(self) -> str:
        return self.number or f"{self.get_kind_display()} {self.pk or ''}".strip()

    @property
    def journal_unit_id(self) -> int | None:
        return self.from_unit_id if self.kind in COMES_BACK else self.recipient_unit_id

    def clean(self) -> None:
        faults = {}
        if self.kind == HandoverKind.LOAN and not self.due_back_on:
            faults["due_back_on"] = _("Peminjaman perlu tanggal kembali.")
        if self.kind == HandoverKind.CHANGE_OF_HOLDER and not self.recipient:
            faults["recipient"] = _("Sebutkan pemegang yang baru.")
        if self.legal_act == LegalAct.STATUS_TRANSFER and not self.decision_number:
            faults["decision_number"] = _("Pengalihan status perlu nomor keputusannya.")
        if self.recipient and self.recipient_unit_id and not self.recipient_unit.covers(self.recipient.unit):
            faults["recipient"] = _("Penerima bukan orang dari unit penerima.")
        if faults:
            raise ValidationError(faults)


class HandoverItem(models.Model):
    """One device on a handover, accepted or disputed on its own.

    ``accepted_at`` stays when an accepted device turns out to be dead and is disputed. ``received_on``: the day on
    which it came, as its receiver says. ``condition``: what the paper says; ``condition_before``: what the register
    said when that was written. ``unit_accepted``: its unit itself said so; for a pledge not every receiver speaks for
    the unit, and what another accepted has passed custody and no more.
    """

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="items")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="handover_items", verbose_name=_("perangkat"))
    condition = models.CharField(_("kondisi saat diserahkan"), max_length=16, choices=Condition.choices)
    condition_before = models.CharField(
        _("kondisi sebelumnya"), max_length=16, choices=Condition.choices, editable=False
    )
    accessories = models.CharField(_("kelengkapan"), max_length=300, blank=True)
    state = models.CharField(
        _("keadaan"), max_length=12, choices=HandoverState.choices, default=HandoverState.PREPARED, editable=False
    )
    accepted_at = models.DateTimeField(_("diterima"), null=True, editable=False)
    received_on = models.DateField(_("tanggal diterima"), null=True, editable=False)
    unit_accepted = models.BooleanField(_("diterima unitnya sendiri"), default=False, editable=False)
    substitute = models.BooleanField(_("diterima sebagai pengganti jenis lain"), default=False, editable=False)
    dispute_reason = models.TextField(_("sanggahan"), max_length=1000, blank=True, editable=False)

    objects = HandoverItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("perangkat diserahterimakan")
        verbose_name_plural = _("perangkat diserahterimakan")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "asset"], name="assets_handoveritem_once"),
            models.UniqueConstraint(
                fields=["asset"], condition=Q(state="prepared"), name="assets_handoveritem_one_hold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover}: {self.asset}"

    @property
    def confirmed_after_days(self) -> int | None:
        return confirmed_after_days(self.handover.handed_over_on, self.accepted_at)


class SignedScan(Registered):
    """A signed BAST as somebody attached it. Scans stand side by side; none takes the place of another."""

    journal_type = "signed_scan"
    read_with = ("handover__from_unit", "handover__recipient_unit")

    handover = models.ForeignKey(
        Handover, models.PROTECT, related_name="scans", verbose_name=_("serah terima"), editable=False
    )
    file = models.ForeignKey(
        Attachment, models.PROTECT, related_name="+", verbose_name=_("BAST bertanda tangan"), editable=False
    )
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("dilampirkan oleh"), editable=False
    )

    objects = OfHandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("pindaian BAST")
        verbose_name_plural = _("pindaian BAST")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.handover}, {words.long_date(clock.local_date(self.created_at))}"

    @property
    def journal_number(self) -> str:
        return self.handover.journal_number

    @property
    def journal_unit_id(self) -> int | None:
        return self.handover.journal_unit_id


class LoanExtension(Asked):
    """A later day for a loan to come back: asked by the unit that has the devices, decided by who lent them."""

    journal_type = "loan_extension"
    read_with = ("handover__from_unit", "handover__recipient_unit")

    handover = models.ForeignKey(
        Handover, models.PROTECT, related_name="extensions", verbose_name=_("peminjaman"), editable=False
    )
    due_back_on = models.DateField(_("kembali paling lambat semula"), null=True, editable=False)
    new_due_back_on = models.DateField(_("kembali paling lambat yang diminta"))

    objects = OfHandoverQuerySet.as_manager()

    class Meta(Asked.Meta):
        verbose_name = _("perpanjangan pinjaman")
        verbose_name_plural = _("perpanjangan pinjaman")
        constraints = [
            models.UniqueConstraint(
                fields=["handover"], condition=Q(decision=""), name="assets_loanextension_one_undecided"
            )
        ]

    def __str__(self) -> str:
        return f"{self.handover}, {words.long_date(self.new_due_back_on)}"

    @property
    def journal_number(self) -> str:
        return self.handover.journal_number

    @property
    def journal_unit_id(self) -> int | None:
        return self.handover.journal_unit_id
