from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pledges.counting import Moment
from pledges.models.asked import AskedOfPledge
from pledges.models.pledge import Pledge
from pledges.queries import fallen
from pledges.states import ClosureKind, Excuse


class ClosureQuerySet(models.QuerySet):
    def in_effect(self) -> Self:
        """Those that were approved, and so closed their pledge."""
        return self.filter(effective_on__isnull=False)

    def standing(self) -> Self:
        """Of those in effect the ones that close their pledge today: an excuse may have lost its ground."""
        return self.in_effect().filter(~fallen(Moment.of(None, None)))


class Closure(AskedOfPledge):
    """That a pledge be closed: withdrawn, merged into another, or excused for a reason on the closed list.

    In effect, from ``effective_on``, only once it was approved. A merged pledge then hands on to ``merged_into`` when
    it was said, its first deadline, whether that was given with the promise, and the day on which it was given.
    """

    journal_type = "closure"

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="closures", verbose_name=_("janji"))
    kind = models.CharField(_("jenis"), max_length=10, choices=ClosureKind.choices)
    excuse = models.CharField(_("dasar"), max_length=16, choices=Excuse.choices, blank=True)
    merged_into = models.ForeignKey(
        Pledge, models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("digabung ke")
    )
    effective_on = models.DateField(_("berlaku sejak"), null=True, editable=False)
    said_on = models.DateField(null=True, editable=False)
    first_due_on = models.DateField(null=True, editable=False)
    dated_originally = models.BooleanField(default=False, editable=False)
    dated_on = models.DateField(null=True, editable=False)

    objects = ClosureQuerySet.as_manager()

    @property
    def stands(self) -> bool:
        """Whether it closes the pledge today."""
        if self.excuse != Excuse.UNIT_ABOLISHED:
            return self.effective_on is not None
        return Closure.objects.standing().filter(pk=self.pk).exists()

    class Meta(AskedOfPledge.Meta):
        verbose_name = _("penutupan janji")
        verbose_name_plural = _("penutupan janji")
        constraints = [
            *AskedOfPledge.Meta.constraints,
            models.UniqueConstraint(
                fields=["pledge"],
                condition=Q(decision="approve") & ~Q(excuse="unit_abolished"),
                name="pledges_closure_once",
            ),
            models.CheckConstraint(
                condition=Q(decision="approve", effective_on__isnull=False)
                | (~Q(decision="approve") & Q(effective_on__isnull=True)),
                name="pledges_closure_in_effect",
            ),
            models.CheckConstraint(
                condition=Q(kind="merged", merged_into__isnull=False)
                | (~Q(kind="merged") & Q(merged_into__isnull=True)),
                name="pledges_closure_merged_into",
            ),
            models.CheckConstraint(
                condition=~Q(kind="merged") | ~Q(decision="approve") | Q(said_on__isnull=False),
                name="pledges_closure_said_on",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pledge")), name="pledges_closure_not_into_itself"),
            models.CheckConstraint(
                condition=(Q(kind="excused") & ~Q(excuse="")) | (~Q(kind="excused") & Q(excuse="")),
                name="pledges_closure_excuse",
            ),
        ]
