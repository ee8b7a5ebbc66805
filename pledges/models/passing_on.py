from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from org.models import Unit
from pledges.models.asked import AskedOfPledge
from pledges.models.pledge import Pledge


class PassingOn(AskedOfPledge):
    """That another unit answer for a pledge from now on."""

    journal_type = "passing_on"

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="passings_on", verbose_name=_("janji"))
    from_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("penanggung jawab sebelumnya"), editable=False
    )
    responsible_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("unit penanggung jawab")
    )

    class Meta(AskedOfPledge.Meta):
        verbose_name = _("alih penanggung jawab")
        verbose_name_plural = _("alih penanggung jawab")

    def __str__(self) -> str:
        return f"{self.pledge.number}: {self.responsible_unit}"
