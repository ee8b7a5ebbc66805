from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, DeviceType, HandoverItem, SignedScan
from core import clock
from pledges.models.pledge import PledgeLine
from pledges.queries import DeliveryQuerySet


class Delivery(models.Model):
    """One device that counts for a line, from a day on and, when it was taken away again, until a day (exclusive).

    ``ended_by``: the handover item that took it away; its own item, when that was disputed or cancelled.
    ``pooled_on``: for one that came with a merged pledge, or was accepted for it later, the day of the merge; it is not
    seen before.
    ``scan``: the signed paper on which it counts while its receiver has not spoken. ``voided_at``: since when it is
    known that it never counted.
    ``served_on``: from that day on it has stood for the useful life of its kind, as kept when it began, and nothing
    ends it any more.
    ``waits_for``: its kind, where one person alone put that among what was promised; it counts once another confirms.
    ``checked_by``: who checked the dated paper, for one from the archive that counts from its own date.
    """

    line = models.ForeignKey(PledgeLine, models.PROTECT, related_name="deliveries")
    item = models.ForeignKey(HandoverItem, models.PROTECT, related_name="deliveries")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="deliveries")
    counts_from = models.DateField(_("dihitung sejak"))
    recorded_at = models.DateTimeField(default=clock.now)
    served_on = models.DateField(_("masa manfaat terpenuhi"))
    counts_until = models.DateField(_("dihitung sampai"), null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(HandoverItem, models.PROTECT, null=True, related_name="deliveries_ended")
    pooled_on = models.DateField(null=True)
    scan = models.ForeignKey(SignedScan, models.PROTECT, null=True, related_name="deliveries")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField(null=True)
    waits_for = models.ForeignKey(DeviceType, models.PROTECT, null=True, related_name="+")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("penyerahan yang dihitung")
        verbose_name_plural = _("penyerahan yang dihitung")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "item"],
                condition=Q(counts_until__isnull=True, voided_at__isnull=True),
                name="pledges_delivery_counts_once",
            ),
            models.CheckConstraint(
                condition=Q(counts_until__isnull=True) | Q(counts_until__gte=F("counts_from")),
                name="pledges_delivery_span",
            ),
        ]
        indexes = [models.Index(fields=["line", "counts_from"], name="pledges_delivery_line_day")]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.asset_id}"
