from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assets.models import HandoverItem
from pledges.models import PledgeLine
from requests_app.models.request import RequestLine
from requests_app.queries import FulfilmentQuerySet


class Fulfilment(models.Model):
    """Which request line and which pledge line a handed-over device serves."""

    item = models.OneToOneField(HandoverItem, models.PROTECT, related_name="fulfilment")
    request_line = models.ForeignKey(
        RequestLine, models.PROTECT, null=True, related_name="fulfilments", verbose_name=_("baris usulan")
    )
    pledge_line = models.ForeignKey(
        PledgeLine, models.PROTECT, null=True, related_name="fulfilments", verbose_name=_("baris janji")
    )

    objects = FulfilmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("pemenuhan")
        verbose_name_plural = _("pemenuhan")

    def __str__(self) -> str:
        return f"{self.item_id}"
