"""A file that somebody handed in to be read into the register, and how far it has come."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import EVERY, Job, Registered
from core.scoping import ScopedQuerySet
from org.models import Role, Unit
from org.rules import reach

KEPT = timedelta(days=7)


def expiry() -> datetime:
    return clock.now() + KEPT


def stored_name(session: ImportSession, filename: str) -> str:
    suffix = "csv" if filename.lower().endswith(".csv") else "xlsx"
    return f"imports/{clock.now():%Y/%m}/{uuid.uuid4().hex}.{suffix}"


class ImportSessionQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> ImportSessionQuerySet:
        """One's own, whoever one is: files hold what their maker may see."""
        if not getattr(user, "is_authenticated", False) or not user.acts:
            return self.none()
        return self.filter(owner=user)


class ImportSession(Registered):
    """``counts``: rows per action; ``findings`` the first of what is wrong or odd; ``preview`` the first rows.
    ``passed``: the first of what was no data, with its reason; ``passed_count`` all of it.

    ``questions``: what the file leaves open, with the choices; ``answers``: what was answered, by key. ``columns``:
    what each heading was taken for; ``heading``: a digest of all headings, by which the next such file is known.
    ``shown``: which rows of the register it speaks of, by the label of their model (``core.shown``).
    ``job`` does what takes longer than a second; ``error`` says why a file could not be read at all.
    """

    journal_type = "import"
    untold = {EVERY: "read by jobs and emptied after a while; what it wrote stands in the event of the import"}
    impersonal = {"kind": "a code", "sha256": "a digest", "heading": "a digest"}

    class State(models.TextChoices):
        READING = "reading", _("dibaca")
        READY = "ready", _("siap diterapkan")
        FAULTY = "faulty", _("ada yang salah")
        ASKED = "asked", _("menunggu jawaban")
        APPLYING = "applying", _("diterapkan")
        APPLIED = "applied", _("sudah diterapkan")
        FAILED = "failed", _("gagal")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("pembuat"), editable=False
    )
    kind = models.CharField(_("jenis berkas"), max_length=20, editable=False)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit pencatat")
    )
    state = models.CharField(_("keadaan"), max_length=8, choices=State.choices, default=State.READING, editable=False)
    file = models.FileField(_("berkas"), upload_to=stored_name, editable=False)
    filename = models.CharField(_("nama berkas"), max_length=150, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    rows = models.PositiveIntegerField(_("baris"), null=True, editable=False)
    counts = models.JSONField(default=dict, editable=False)
    findings = models.JSONField(default=list, editable=False)
    faults = models.PositiveIntegerField(_("kesalahan"), default=0, editable=False)
    warnings = models.PositiveIntegerField(_("peringatan"), default=0, editable=False)
    preview = models.JSONField(default=list, editable=False)
    passed = models.JSONField(default=list, editable=False)
    passed_count = models.PositiveIntegerField(_("baris yang bukan data"), default=0, editable=False)
    questions = models.JSONField(default=list, editable=False)
    answers = models.JSONField(default=dict, editable=False)
    columns = models.JSONField(default=list, editable=False)
    heading = models.CharField(max_length=64, blank=True, editable=False)
    shown = models.JSONField(default=dict, editable=False)
    annotated = models.FileField(upload_to=stored_name, blank=True, editable=False)
    error = models.CharField(_("galat"), max_length=300, blank=True, editable=False)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", editable=False)
    applied_at = models.DateTimeField(_("diterapkan"), null=True, editable=False)
    expires_at = models.DateTimeField(_("disimpan sampai"), default=expiry, editable=False)

    EMPTIED: ClassVar[dict[str, Any]] = {"findings": [], "preview": [], "passed": [], "questions": []}
    """What of an applied file goes with the file: it may name anybody."""

    objects = ImportSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("berkas impor")
        verbose_name_plural = _("berkas impor")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="applied", applied_at__isnull=False)
                | (~models.Q(state="applied") & models.Q(applied_at__isnull=True)),
                name="documents_import_applied_at",
            )
        ]

    def __str__(self) -> str:
        return self.filename

    @classmethod
    def readable(cls, user: Any) -> models.QuerySet:
        """Events of one's own files; those of others by who audits the whole district."""
        if reach(user).units(Role.AUDITOR) is None:
            return cls.objects.all()
        return cls.objects.visible_to(user)

    @property
    def journal_number(self) -> str:
        return self.filename[:100]

    @property
    def journal_unit_id(self) -> None:
        """A file may name things of many units, so no unit's people read of it as a whole."""

    @property
    def progress(self) -> int:
        """How far reading or applying has come, in per cent."""
        if self.state in (self.State.READING, self.State.APPLYING):
            return self.job.progress if self.job else 0
        return 100

    @property
    def stalled(self) -> bool:
        """Whether the job that was to bring it further has failed for good."""
        waiting = self.state in (self.State.READING, self.State.APPLYING)
        return waiting and (self.job is None or self.job.state == Job.State.FAILED)
