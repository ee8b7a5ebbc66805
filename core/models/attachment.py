"""Files: a photo is always encoded anew, a PDF kept as it is and only ever offered for download."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models.journal import EVERY

SMALL = ".small.jpg"


class Attachment(models.Model):
    """A stored file. Who may read it follows from the object it hangs on."""

    untold = {EVERY: "stored before its act and swept when nothing refers to it; what refers to it tells of it"}
    told_with_referrers = ("kind", "file", "title", "size", "sha256", "uploaded_by_id", "created_at")
    impersonal = {"sha256": "a digest"}

    class Kind(models.TextChoices):
        IMAGE = "image", _("gambar")
        PDF = "pdf", "PDF"

    kind = models.CharField(_("jenis"), max_length=8, choices=Kind.choices)
    file = models.FileField(_("berkas"), upload_to="attachments/%Y/%m")
    title = models.CharField(_("nama"), max_length=150, blank=True)
    size = models.PositiveIntegerField(_("ukuran (byte)"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("lampiran")
        verbose_name_plural = _("lampiran")

    def __str__(self) -> str:
        return self.title or self.sha256[:12]

    @property
    def thumbnail(self) -> str:
        """Under which name its small picture is stored, beside the large one."""
        return str(PurePosixPath(str(self.file.name)).with_suffix(SMALL))
