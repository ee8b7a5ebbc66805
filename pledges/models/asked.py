from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.hands import Hand
from core.models import Asked, Attachment
from pledges.models.papers import Evidence
from pledges.models.pledge import Pledge

ONE_PAPER = Q(document__isnull=True) | Q(evidence__isnull=True)


def brought_by(pledge: Pledge) -> tuple[Hand, ...]:
    """What was done by who recorded and who submitted a pledge."""
    recorded = (Hand(pledge.recorded_by_id, at) for at in (pledge.created_at, pledge.submitted_at))
    return *recorded, Hand(pledge.submitted_by_id, pledge.submitted_at)


class AskedOfPledge(Asked):
    """What could lighten a promise: asked about a published pledge on the strength of a paper, and decided.

    The paper is a file of its own (``document``) or evidence of the pledge (``evidence``).
    """

    read_with: ClassVar[tuple[str, ...]] = ("pledge__responsible_unit", "pledge__office__unit")

    pledge: models.ForeignKey[Pledge, Pledge]
    pledge_id: int
    document = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("dokumen")
    )
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bukti")
    )

    class Meta(Asked.Meta):
        abstract = True
        constraints: ClassVar = [models.CheckConstraint(condition=ONE_PAPER, name="%(app_label)s_%(class)s_one_paper")]

    @classmethod
    def readable(cls, user: Any) -> models.QuerySet:
        """Who reads the pledge reads what is asked about it."""
        return cls._base_manager.filter(pledge__in=Pledge.objects.visible_to(user).order_by().values("pk"))

    def __str__(self) -> str:
        return f"{self.pledge.number}: {self.get_kind_display()}"  # type: ignore[attr-defined]

    @property
    def journal_unit_id(self) -> int | None:
        return self.pledge.responsible_unit_id

    @property
    def paper(self) -> Attachment | None:
        """The file of the paper; None where there is none, or only the address at which it was seen."""
        return self.document or (self.evidence.file if self.evidence else None)

    @property
    def brought_by(self) -> tuple[Hand, ...]:
        """What was done by who asked, recorded and submitted."""
        return Hand(self.asked_by_id, self.asked_at), *brought_by(self.pledge)

    @property
    def barred(self) -> tuple[Hand, ...]:
        """What was done by those who may not decide it."""
        return self.brought_by
