"""Custody: who holds which device, as handovers pass it on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from org.models import Person, Unit


class Custody(models.Model):
    """Who holds a device from when to when; at most one open row per device, held so by the database."""

    asset = models.ForeignKey("assets.Asset", models.PROTECT, related_name="custodies", verbose_name=_("perangkat"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="custodies", verbose_name=_("unit"))
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="custodies", verbose_name=_("pemegang")
    )
    since = models.DateField(_("sejak"))
    until = models.DateField(_("sampai"), null=True)
    began_by = models.ForeignKey("assets.HandoverItem", models.PROTECT, related_name="custody_begun")
    ended_by = models.ForeignKey("assets.HandoverItem", models.PROTECT, null=True, related_name="custody_ended")

    class Meta:
        verbose_name = _("penguasaan")
        verbose_name_plural = _("penguasaan")
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["asset"], condition=Q(until__isnull=True), name="assets_custody_one_open")
        ]
        indexes = [
            models.Index(fields=["unit", "asset"], condition=Q(until__isnull=True), name="assets_custody_open_unit")
        ]

    def __str__(self) -> str:
        return f"{self.asset} @ {self.unit}"
