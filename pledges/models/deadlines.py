from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.hands import Hand
from core.models import Event
from pledges.models.asked import AskedOfPledge
from pledges.models.pledge import Pledge
from pledges.states import RevisionKind


def is_far(new_due_on: date, effective_on: date | None) -> bool:
    """Whether a date lies more than a year after the day it was decided, or would be decided today."""
    return new_due_on > clock.years_after(effective_on or clock.today(), 1)


class DeadlineRevision(AskedOfPledge):
    """A new date for a pledge: asked by one person with a reason, decided by another. In effect from that day.

    ``asked_by`` None: the system itself, correcting a date that hangs on the calendar, by the change of it that stands
    in the journal as ``caused_by``. ``condition_met_on``: the day on which the condition of a conditional pledge was
    met, with the first date that follows from it. ``confirmed_by``: the third person who holds the paper of a
    correction for good.
    """

    journal_type = "deadline_revision"

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="deadline_revisions", verbose_name=_("janji"))
    kind = models.CharField(_("jenis"), max_length=12, choices=RevisionKind.choices)
    new_due_on = models.DateField(_("tenggat baru"))
    condition_met_on = models.DateField(_("syarat terpenuhi"), null=True, editable=False)
    asked_by = models.ForeignKey(  # type: ignore[assignment]
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("diminta oleh"),
        editable=False,
    )
    effective_on = models.DateField(_("berlaku sejak"), null=True, editable=False)
    caused_by = models.ForeignKey(
        Event, models.PROTECT, null=True, related_name="+", verbose_name=_("perubahan kalender"), editable=False
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("dibenarkan oleh"),
        editable=False,
    )
    confirmed_at = models.DateTimeField(_("dibenarkan"), null=True, editable=False)

    class Meta(AskedOfPledge.Meta):
        verbose_name = _("perubahan tenggat")
        verbose_name_plural = _("perubahan tenggat")
        constraints = [
            *AskedOfPledge.Meta.constraints,
            models.UniqueConstraint(fields=["pledge", "caused_by"], name="pledges_revision_once_a_change"),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=False) | Q(kind="correction", decision="approve"),
                name="pledges_revision_asked_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(condition_met_on__isnull=True) | Q(kind="first_set"), name="pledges_revision_condition_met"
            ),
        ]

    @property
    def far(self) -> bool:
        return is_far(self.new_due_on, self.effective_on)

    @property
    def barred(self) -> tuple[Hand, ...]:
        return *self.brought_by, Hand(self.confirmed_by_id, self.confirmed_at)
