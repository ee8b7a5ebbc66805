from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Registered
from pledges.models.pledge import Pledge, PledgeLine, Promised
from pledges.states import Decision, LineChangeKind


class LineChange(Registered):
    """Lines that a published pledge gains: its quantity was not said and is now clear, or units merged or split.

    Asked by one person with a reason, decided by another; the lines come into being with the approval, in effect from
    ``effective_on`` (the day of the decision unless another was asked for).
    """

    journal_type = "line_change"

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="line_changes", verbose_name=_("janji"))
    kind = models.CharField(_("jenis"), max_length=13, choices=LineChangeKind.choices)
    effective_on = models.DateField(_("berlaku sejak"), null=True, blank=True)
    reason = models.TextField(_("alasan"), max_length=2000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("diminta oleh"), editable=False
    )
    asked_at = models.DateTimeField(_("diminta"), default=clock.now, editable=False)
    decision = models.CharField(_("keputusan"), max_length=8, choices=Decision.choices, blank=True, editable=False)
    decision_reason = models.TextField(_("alasan keputusan"), max_length=2000, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("diputuskan oleh"),
        editable=False,
    )
    decided_at = models.DateTimeField(_("diputuskan"), null=True, editable=False)

    class Meta:
        verbose_name = _("perubahan baris janji")
        verbose_name_plural = _("perubahan baris janji")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["pledge"], condition=Q(decision=""), name="pledges_linechange_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.pledge.number}: {self.get_kind_display()}"

    @property
    def journal_unit_id(self) -> int | None:
        return self.pledge.responsible_unit_id


class ProposedLine(Promised):
    """One line that a change asks for; ``source``: the line whose quantity it takes over, when units changed."""

    change = models.ForeignKey(LineChange, models.PROTECT, related_name="lines")
    source = models.ForeignKey(PledgeLine, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Promised.Meta):
        verbose_name = _("baris yang diminta")
        verbose_name_plural = _("baris yang diminta")
