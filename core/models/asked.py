from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models.registered import Registered


class Decision(models.TextChoices):
    APPROVE = "approve", _("Disetujui")
    REJECT = "reject", _("Ditolak")


class Outcome(models.TextChoices):
    """What became of something asked: another decided it, or the one who asked took it back."""

    APPROVE = Decision.APPROVE.value, Decision.APPROVE.label
    REJECT = Decision.REJECT.value, Decision.REJECT.label
    TAKEN_BACK = "taken_back", _("Ditarik kembali")


class Asked(Registered):
    """Something that one person (``asked_by``) asks for with a reason, and another decides once (``core.asked``).

    What it is asked about is the concrete model's. One that was taken back has its own asker in ``decided_by``.
    """

    reason = models.TextField(_("alasan"), max_length=2000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("diminta oleh"), editable=False
    )
    asked_at = models.DateTimeField(_("diminta"), default=clock.now, editable=False)
    decision = models.CharField(_("keputusan"), max_length=10, choices=Outcome.choices, blank=True, editable=False)
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
        abstract = True
        ordering = ["id"]
