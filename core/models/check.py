"""What a check of the whole register found, so that a page can say it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models.journal import EVERY


class RegisterCheck(models.Model):
    """One finished run of ``core.verifying``. ``asked_by`` None: nobody, it was the nightly one.

    ``rows``: how many were held against the events; ``erased``: facts whose text can no longer be opened. ``fault``:
    the first that no event explains (``Unexplained`` as JSON), None for none.
    """

    untold = {EVERY: "what a check found; the next one finds it again"}
    impersonal = {EVERY: "labels, numbers and names of columns"}

    started_at = models.DateTimeField(_("mulai"))
    finished_at = models.DateTimeField(_("selesai"), default=clock.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("diminta oleh")
    )
    rows = models.PositiveIntegerField(_("baris diperiksa"))
    erased = models.PositiveIntegerField(_("terhapus atas permintaan"))
    fault = models.JSONField(_("temuan"), null=True)

    class Meta:
        verbose_name = _("pemeriksaan register")
        verbose_name_plural = _("pemeriksaan register")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.finished_at:%Y-%m-%d %H:%M}"
