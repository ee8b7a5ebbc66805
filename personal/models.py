"""What people ask about their own data, how long records about people are kept, and what must be kept longer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Asked, Registered
from core.scoping import ScopedQuerySet
from org.models import Person, Reference
from org.models.reference import ReferenceQuerySet
from personal.officer import is_officer

ANSWERED_WITHIN = timedelta(hours=3 * 24)
"""UU 27/2022, art. 30 (correction) and the articles beside it: 3 x 24 hours from when it was asked."""


class SubjectRequestQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> SubjectRequestQuerySet:
        """One's own, and what one handed in for somebody; all of them for the officer in charge."""
        if is_officer(user):
            return self.all()
        return self.filter(Q(asked_by=user) | Q(person=user.person_id, person__isnull=False))

    def late(self, at: datetime | None = None) -> SubjectRequestQuerySet:
        """Those that wait for an answer longer than the law allows."""
        return self.filter(decision="", asked_at__lt=(at or clock.now()) - ANSWERED_WITHIN)


class Correctable(models.TextChoices):
    """What of a person is on record and can be put right."""

    NAME = "name", _("Nama")
    POSITION = "position", _("Jabatan")
    RANK = "rank", _("Pangkat/golongan")
    NIP = "nip", _("NIP / nomor identitas")
    PHONE = "phone", _("Nomor HP")


class SubjectRequest(Asked):
    """A person asks that their data be corrected or erased; the officer in charge answers within 3 x 24 hours.

    ``value`` is what ``field`` is to become. The value it had stands in the event of the correction alone.
    """

    journal_type = "personal_request"
    read_with = ("person__unit", "asked_by")

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Perbaikan data")
        ERASURE = "erasure", _("Penghapusan data")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("orang"))
    kind = models.CharField(_("yang diminta"), max_length=10, choices=Kind.choices)
    field = models.CharField(_("data yang salah"), max_length=8, choices=Correctable.choices, blank=True)
    value = models.CharField(_("seharusnya"), max_length=150, blank=True)

    objects = SubjectRequestQuerySet.as_manager()

    class Meta(Asked.Meta):
        verbose_name = _("permintaan data pribadi")
        verbose_name_plural = _("permintaan data pribadi")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="erasure", field="", value="") | Q(kind="correction") & ~Q(field=""),
                name="personal_subjectrequest_says_what",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    @property
    def due_at(self) -> datetime:
        """The instant up to which the law wants an answer."""
        return self.asked_at + ANSWERED_WITHIN

    @property
    def journal_unit_id(self) -> int | None:
        """Nobody reads it by unit."""
        return None


class RecordKind(models.TextChoices):
    """Records about people that end; what each means is said in ``personal.retention``."""

    PERSON = "person", _("Orang yang tidak aktif")
    REQUEST = "request", _("Usulan yang selesai")
    WITNESS = "witness", _("Keterangan saksi")
    SECURITY_LOG = "security_log", _("Catatan keamanan (per bulan)")

    @property
    def noun(self) -> Any:
        """One such record, whatever became of it."""
        return _NOUNS[self]


_NOUNS = {
    RecordKind.PERSON: _("Orang"), RecordKind.REQUEST: _("Usulan"), RecordKind.WITNESS: _("Keterangan saksi"),
    RecordKind.SECURITY_LOG: _("Catatan keamanan"),
}  # fmt: skip


class RetentionRuleQuerySet(ReferenceQuerySet):
    def in_scope(self, user: Any) -> RetentionRuleQuerySet:
        return self.all() if is_officer(user) else self.none()


class RetentionRule(Reference):
    """How long records of a kind are kept after they came to rest (Jadwal Retensi Arsip); then they may be erased.

    For the officer in charge alone.
    """

    journal_type = "retention_rule"
    kept_by = ("user_admin",)
    impersonal = {"basis": "a regulation"}

    kind = models.CharField(_("jenis catatan"), max_length=12, choices=RecordKind.choices, unique=True)
    years = models.PositiveSmallIntegerField(
        _("masa simpan (tahun)"), validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    basis = models.CharField(_("dasar (JRA)"), max_length=200)
    active = models.BooleanField(_("aktif"), default=True)

    objects = RetentionRuleQuerySet.as_manager()  # type: ignore[assignment]  # narrower than the base's

    class Meta:
        verbose_name = _("masa simpan")
        verbose_name_plural = _("masa simpan")
        ordering = ["kind"]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class LegalHoldQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> LegalHoldQuerySet:
        return self.all() if is_officer(user) else self.none()

    def in_force(self) -> LegalHoldQuerySet:
        return self.filter(lifted_at__isnull=True)


class LegalHold(Registered):
    """A record that must stay for now whatever its period: an audit, a dispute, a case. ``record`` is its id."""

    journal_type = "legal_hold"
    impersonal = {"basis": "a letter"}

    kind = models.CharField(_("jenis catatan"), max_length=12, choices=RecordKind.choices)
    record = models.BigIntegerField(
        _("nomor catatan (id)"), validators=[MinValueValidator(1), MaxValueValidator(2**62)]
    )  # fmt: skip
    basis = models.CharField(_("dasar (surat, perkara)"), max_length=200)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("ditahan oleh"), editable=False
    )
    lifted_at = models.DateTimeField(_("dilepas"), null=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("dilepas oleh"),
        editable=False,
    )  # fmt: skip

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("penahanan penghapusan")
        verbose_name_plural = _("penahanan penghapusan")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record"],
                condition=Q(lifted_at__isnull=True),
                name="personal_legalhold_once",
                violation_error_message=_("Catatan ini sudah ditahan."),
            )
        ]

    def __str__(self) -> str:
        return f"{RecordKind(self.kind).noun} #{self.record}"
