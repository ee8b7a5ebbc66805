"""The papers around a pledge: what proves it, what the office did for it, and what was said about it.

Rows are only ever added. None of them moves a status.
"""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.amounts import RupiahColumn
from core.models import Attachment, Registered
from core.scoping import ScopedQuerySet
from pledges.models.pledge import Pledge


class Paper(Registered):
    """``effective_on``: the local day it speaks of; ``created_at``: when it was put on record."""

    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("dicatat oleh"), editable=False
    )
    effective_on = models.DateField(_("tanggal"), default=clock.today)

    pledge: models.ForeignKey

    class Meta:
        abstract = True
        ordering = ["id"]

    @classmethod
    def readable(cls, user: Any) -> models.QuerySet:
        """Who reads the pledge reads its papers."""
        return cls._base_manager.filter(pledge__in=Pledge.objects.visible_to(user).order_by().values("pk"))

    def __str__(self) -> str:
        return f"{self.pledge.number or _('Draf')}: {self._meta.verbose_name}"

    @property
    def journal_unit_id(self) -> int | None:
        return self.pledge.responsible_unit_id


class EvidenceQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """Who reads the pledge reads what proves it."""
        return self.filter(pledge__in=Pledge.objects.visible_to(user).order_by().values("pk"))


class Evidence(Paper):
    """A file, or an address where it was seen with, if there is one, a captured copy. Gawai never opens the address."""

    journal_type = "evidence"

    class Supports(models.TextChoices):
        PROMISE = "promise", _("Janjinya")
        DEADLINE = "deadline", _("Tenggatnya")
        DELIVERY = "delivery", _("Penyerahannya")
        EXTENSION = "extension", _("Perpanjangannya")
        HARM = "harm", _("Kerugiannya")
        EFFORT = "effort", _("Upayanya")

    pledge = models.ForeignKey(Pledge, models.CASCADE, related_name="evidence", verbose_name=_("janji"))
    supports = models.CharField(_("membuktikan"), max_length=10, choices=Supports.choices)
    file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("berkas")
    )
    source_url = models.CharField(
        _("alamat sumber"), max_length=500, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    note = models.TextField(_("keterangan"), max_length=2000, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta(Paper.Meta):
        verbose_name = _("bukti")
        verbose_name_plural = _("bukti")
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(source_url=""),
                name="pledges_evidence_something",
                violation_error_message=_("Lampirkan berkas atau tulis alamat sumbernya."),
            )
        ]


class Effort(Paper):
    """What the office did for the pledge ("sudah diupayakan"). ``amount`` in rupiah, as far as it is known."""

    journal_type = "effort"

    class Kind(models.TextChoices):
        ASKED = "asked", _("Diusulkan")
        BUDGETED = "budgeted", _("Dianggarkan")
        CUT = "cut", _("Dipotong")

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="efforts", verbose_name=_("janji"))
    kind = models.CharField(_("upaya"), max_length=8, choices=Kind.choices)
    by_whom = models.CharField(
        _("dipotong oleh"), max_length=150, blank=True, help_text=_("Wajib bila anggarannya dipotong.")
    )
    amount = RupiahColumn(_("nilai"), null=True, blank=True)
    text = models.TextField(_("uraian"), max_length=2000)
    document = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("dokumen")
    )

    class Meta(Paper.Meta):
        verbose_name = _("upaya")
        verbose_name_plural = _("upaya")
        constraints = [
            models.CheckConstraint(condition=~Q(kind="cut") | ~Q(by_whom=""), name="pledges_effort_cut_by_whom")
        ]


class Response(Paper):
    """The office's right of reply. Any number of them, also while publication is still being decided."""

    journal_type = "response"

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="responses", verbose_name=_("janji"))
    text = models.TextField(_("tanggapan"), max_length=4000)

    class Meta(Paper.Meta):
        verbose_name = _("tanggapan")
        verbose_name_plural = _("tanggapan")


class Objection(Paper):
    """What the auditor objects to, in public."""

    journal_type = "objection"

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="objections", verbose_name=_("janji"))
    text = models.TextField(_("keberatan"), max_length=4000)

    class Meta(Paper.Meta):
        verbose_name = _("keberatan")
        verbose_name_plural = _("keberatan")


class Witness(Paper):
    """Who heard it, in their own words; never public. ``salt`` opens the commitment that the journal holds.

    Name, statement and salt can be erased together, and changed in no other way.
    """

    journal_type = "witness"
    read_with = ("pledge__responsible_unit",)
    impersonal = {"salt": "a random number"}

    pledge = models.ForeignKey(Pledge, models.CASCADE, related_name="witnesses", verbose_name=_("janji"))
    name = models.CharField(_("nama saksi"), max_length=150)
    statement = models.TextField(_("keterangan saksi"), max_length=4000)
    salt = models.CharField(max_length=32, editable=False)

    class Meta(Paper.Meta):
        verbose_name = _("saksi")
        verbose_name_plural = _("saksi")

    @classmethod
    def readable(cls, user: Any) -> models.QuerySet:
        """Only in the history of the witness, by who reads the witness (``paper_rules``), and by auditors."""
        return cls._base_manager.none()

    @property
    def erased(self) -> bool:
        """Whether name and statement have gone at the witness's wish."""
        return not self.salt

    @property
    def journal_unit_id(self) -> int | None:
        """Nobody reads it by unit."""
        return None
