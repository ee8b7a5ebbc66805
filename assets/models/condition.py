"""What was seen of a device, and its repairs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.models.register import Asset
from assets.queries import ConditionReportQuerySet
from assets.states import Condition
from core import clock
from core.amounts import RupiahColumn
from core.models import Attachment, Registered
from org.models import Unit


class ConditionReport(Registered):
    """The condition of a device as somebody found it on a day."""

    journal_type = "condition_report"

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="condition_reports", verbose_name=_("perangkat"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    condition = models.CharField(_("kondisi"), max_length=16, choices=Condition.choices)
    note = models.TextField(_("keterangan"), max_length=2000, blank=True)
    photo = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("foto")
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("dilaporkan oleh")
    )
    reported_on = models.DateField(_("tanggal"), default=clock.today)

    objects = ConditionReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("laporan kondisi")
        verbose_name_plural = _("laporan kondisi")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.asset} {self.get_condition_display()}"


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
