from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Registered
from pledges.models.pledge import Pledge
from pledges.states import Decision


class Asked(Registered):
    """Something asked about a pledge by one person (``asked_by``) with a reason, and decided by another."""

    reason = models.TextField(_("alasan"), max_length=2000)
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

    pledge: models.ForeignKey[Pledge, Pledge]

    class Meta:
        abstract = True
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pledge.number}: {self.get_kind_display()}"  # type: ignore[attr-defined]

    @property
    def journal_unit_id(self) -> int | None:
        return self.pledge.responsible_unit_id
