"""What was seen of a device, and its repairs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assets.models.register import Asset
from assets.queries import AbsenceQuerySet, ConditionReportQuerySet
from assets.states import Condition, Missing
from core import clock
from core.amounts import RupiahColumn
from core.models import Attachment, Registered
from org.models import Unit


class ConditionReport(Registered):
    """The condition of a device as somebody found it on a day. ``item``: on the paper of a handover."""

    journal_type = "condition_report"

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="condition_reports", verbose_name=_("perangkat"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    condition = models.CharField(_("kondisi"), max_length=16, choices=Condition.choices)
    note = models.TextField(_("keterangan"), max_length=2000, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("dilaporkan oleh")
    )
    reported_on = models.DateField(_("tanggal"), default=clock.today)
    item = models.ForeignKey(
        "assets.HandoverItem", models.PROTECT, null=True, related_name="condition_reports", editable=False
    )

    objects = ConditionReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("laporan kondisi")
        verbose_name_plural = _("laporan kondisi")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.asset} {self.get_condition_display()}"


class ConditionPhoto(models.Model):
    """What a device looked like when its condition was reported. Who reads the report sees its photos."""

    report = models.ForeignKey(
        ConditionReport, models.PROTECT, related_name="photos", verbose_name=_("laporan kondisi")
    )
    picture = models.OneToOneField(Attachment, models.PROTECT, related_name="+", verbose_name=_("foto"))

    class Meta:
        verbose_name = _("foto kondisi")
        verbose_name_plural = _("foto kondisi")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.report} {self.pk}"


class Repair(models.Model):
    """A device away for repair; at most one open per device."""

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="repairs", verbose_name=_("perangkat"))
    started_on = models.DateField(_("mulai"))
    ended_on = models.DateField(_("selesai"), null=True, editable=False)
    workshop = models.CharField(_("bengkel"), max_length=150, blank=True)
    note = models.TextField(_("keterangan"), max_length=2000, blank=True)
    cost = RupiahColumn(_("biaya"), null=True, blank=True)

    class Meta:
        verbose_name = _("perbaikan")
        verbose_name_plural = _("perbaikan")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["asset"], condition=Q(ended_on__isnull=True), name="assets_repair_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.asset} {self.started_on}"


class Absence(models.Model):
    """A device that the unit to which it was handed over does not have: in the keeper's repair, or lost as he says.

    What it came by (``item``, an issue or a loan) says for which holding it is missed, also after it was moved on.
    ``stops_on``: from that day on it does not count for a pledge any more, until ``ended_on``: the day on which it was
    there again, or its unit ``agreed`` that the repair takes longer; what the unit agreed to is a row that goes on with
    it. ``confirmed_at``: its unit says itself that it is lost, so that it never stopped to count. Several repairs are
    one absence until the unit says that it has the device back.
    """

    item = models.ForeignKey("assets.HandoverItem", models.PROTECT, related_name="absences")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="absences", verbose_name=_("perangkat"))
    kind = models.CharField(_("sebab"), max_length=8, choices=Missing.choices)
    began_on = models.DateField(_("sejak"))
    stops_on = models.DateField(_("tidak dihitung sejak"))
    recorded_at = models.DateTimeField(_("dicatat"), default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("dicatat oleh")
    )
    agreed = models.BooleanField(_("disetujui unit"), default=False)
    confirmed_at = models.DateTimeField(_("dibenarkan unit"), null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(_("kembali"), null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("perangkat tidak di unit")
        verbose_name_plural = _("perangkat tidak di unit")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "kind"], condition=Q(ended_on__isnull=True), name="assets_absence_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("began_on")), name="assets_absence_span"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset} {self.get_kind_display()} {self.began_on}"

    @property
    def open(self) -> bool:
        """As ``AbsenceQuerySet.open``."""
        return self.ended_on is None and self.confirmed_at is None
