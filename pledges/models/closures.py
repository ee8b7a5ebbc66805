from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Attachment
from org.models import Unit
from pledges.states import ClosureKind, Excuse


class Closure(models.Model):
    """The act that closed a pledge: withdrawn, merged into another, or excused for a reason on the closed list.

    ``asked_by``: the unit that asked for it, another than the decider's. A merged pledge hands on to ``merged_into``
    when it was said, its first deadline, and whether that was given with the promise.
    """

    pledge = models.ForeignKey("pledges.Pledge", models.PROTECT, related_name="closures")
    kind = models.CharField(_("jenis"), max_length=10, choices=ClosureKind.choices)
    effective_on = models.DateField(_("berlaku sejak"), default=clock.today)
    excuse = models.CharField(_("dasar"), max_length=16, choices=Excuse.choices, blank=True)
    reason = models.TextField(_("alasan"), max_length=2000, blank=True)
    asked_by = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("diminta oleh"))
    document = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("surat")
    )
    merged_into = models.ForeignKey(
        "pledges.Pledge", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("digabung ke")
    )
    said_on = models.DateField(null=True, blank=True)
    first_due_on = models.DateField(null=True, blank=True)
    dated_originally = models.BooleanField(default=False)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("penutupan janji")
        verbose_name_plural = _("penutupan janji")
        constraints = [
            models.UniqueConstraint(fields=["pledge"], name="pledges_closure_once"),
            models.CheckConstraint(
                condition=Q(kind="merged", merged_into__isnull=False, said_on__isnull=False)
                | (~Q(kind="merged") & Q(merged_into__isnull=True)),
                name="pledges_closure_merged_into",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pledge")), name="pledges_closure_not_into_itself"),
            models.CheckConstraint(
                condition=(Q(kind="excused") & ~Q(excuse="")) | (~Q(kind="excused") & Q(excuse="") & ~Q(reason="")),
                name="pledges_closure_reason",
                violation_error_message=_("Beri alasan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pledge.number}: {self.get_kind_display()}"
