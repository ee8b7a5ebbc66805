"""Work done outside the call that asked for it: exports, mail. The table is queue and outbox in one."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models.journal import EVERY


class Job(models.Model):
    """One piece of work, put there in the transaction that needs it and run after its commit.

    ``shown``: which rows its file shows, as ``core.shown`` packs them.
    """

    untold = {EVERY: "work in progress; what it changes stands in the events of its acts"}
    impersonal = {"kind": "a code", "sha256": "a digest"}

    class State(models.TextChoices):
        QUEUED = "queued", _("menunggu")
        RUNNING = "running", _("dikerjakan")
        DONE = "done", _("selesai")
        FAILED = "failed", _("gagal")

    kind = models.CharField(_("pekerjaan"), max_length=40)
    params = models.JSONField(_("rincian"), default=dict)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="jobs", verbose_name=_("pembuat")
    )
    state = models.CharField(_("keadaan"), max_length=8, choices=State.choices, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(_("kemajuan (%)"), default=0, validators=[MaxValueValidator(100)])
    attempts = models.PositiveSmallIntegerField(default=0)
    run_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    error = models.CharField(_("galat"), max_length=300, blank=True)
    file = models.FileField(_("berkas"), upload_to="jobs/%Y/%m", blank=True)
    filename = models.CharField(max_length=150, blank=True)
    rows = models.PositiveIntegerField(_("baris"), null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    shown = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(_("dibuat"), default=timezone.now)
    finished_at = models.DateTimeField(_("selesai"), null=True)

    class Meta:
        verbose_name = _("pekerjaan")
        verbose_name_plural = _("pekerjaan")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "run_at"], name="core_job_queue")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
