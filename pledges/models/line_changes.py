from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.models.asked import AskedOfPledge
from pledges.models.pledge import Pledge, PledgeLine, Promised
from pledges.states import LineChangeKind


class LineChange(AskedOfPledge):
    """Lines that a published pledge gains: its quantity was not said and is now clear, or units merged or split.

    Asked by one person with a reason, decided by another; the lines come into being with the approval, in effect from
    ``effective_on`` (the day of the decision unless another was asked for).
    """

    journal_type = "line_change"

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="line_changes", verbose_name=_("janji"))
    kind = models.CharField(_("jenis"), max_length=13, choices=LineChangeKind.choices)
    effective_on = models.DateField(_("berlaku sejak"), null=True, blank=True)

    class Meta(AskedOfPledge.Meta):
        verbose_name = _("perubahan baris janji")
        verbose_name_plural = _("perubahan baris janji")


class ProposedLine(Promised):
    """One line that a change asks for; ``source``: the line whose quantity it takes over, when units changed."""

    change = models.ForeignKey(LineChange, models.PROTECT, related_name="lines")
    source = models.ForeignKey(PledgeLine, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Promised.Meta):
        verbose_name = _("baris yang diminta")
        verbose_name_plural = _("baris yang diminta")
