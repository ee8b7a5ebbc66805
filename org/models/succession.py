"""Who takes whose place: of units and of offices, by decree, proposed by one and confirmed by another."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock, words
from core.decrees import DecreeColumn
from core.models import Asked, Decision
from org.models.offices import Office
from org.models.reference import ReferenceQuerySet
from org.models.units import Unit


class SuccessionQuerySet(ReferenceQuerySet):
    def in_effect(self, day: date | None = None, known: datetime | None = None) -> Self:
        """Those confirmed that had taken effect by ``day`` (today), as was on record at ``known`` (now)."""
        confirmed = self.filter(decision=Decision.APPROVE, on__lte=day or clock.today())
        return confirmed if known is None else confirmed.filter(decided_at__lte=known)

    def meant(self) -> Self:
        """Those confirmed, and those that still wait for it."""
        return self.filter(decision__in=["", Decision.APPROVE])


class Succession(Asked):
    """``successor`` takes the place of ``predecessor``, or is split off from it while that lives, since the day ``on``.

    A unit may be divided among several that take its place; an office has one successor.
    """

    read_with: ClassVar[tuple[str, ...]] = ("predecessor", "successor")
    predecessor: Any
    successor: Any

    class Kind(models.TextChoices):
        TAKES_PLACE = "takes_place", _("Menggantikan")
        SPLIT_OFF = "split_off", _("Dipisahkan")

    kind = models.CharField(_("jenis"), max_length=12, choices=Kind.choices)
    on = models.DateField(_("berlaku sejak"))
    decree = DecreeColumn(_("nomor keputusan"), max_length=150)

    objects = SuccessionQuerySet.as_manager()

    class Meta(Asked.Meta):
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="%(app_label)s_%(class)s_not_itself",
            ),
            models.UniqueConstraint(
                fields=["predecessor", "successor", "kind"],
                condition=Q(decision__in=["", "approve"]),
                name="%(app_label)s_%(class)s_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"

    @property
    def said(self) -> str:
        """Since when and by which decree."""
        return f"{words.short_date(self.on)}, {self.decree}"


class UnitSuccession(Succession):
    journal_type = "unit_succession"

    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="successions", verbose_name=_("unit lama"))
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="succeeded", verbose_name=_("unit penerus"))

    class Meta(Succession.Meta):
        verbose_name = _("penerus unit")
        verbose_name_plural = _("penerus unit")

    @property
    def journal_unit_id(self) -> int | None:
        return self.predecessor_id


class OfficeSuccession(Succession):
    journal_type = "office_succession"

    predecessor = models.ForeignKey(Office, models.PROTECT, related_name="successions", verbose_name=_("jabatan lama"))
    successor = models.ForeignKey(Office, models.PROTECT, related_name="succeeded", verbose_name=_("jabatan penerus"))

    class Meta(Succession.Meta):
        verbose_name = _("penerus jabatan")
        verbose_name_plural = _("penerus jabatan")

    @property
    def journal_unit_id(self) -> int | None:
        return self.predecessor.unit_id


class Revival(models.Model):
    """That a unit out of use came into use again: what had rested on its end no longer does, from then on."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="revivals")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.unit} {self.recorded_at:%Y-%m-%d}"
