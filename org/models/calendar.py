from django.db import models
from django.utils.translation import gettext_lazy as _

from core import words
from org.models.reference import Reference


class CalendarDay(Reference):
    """A day on which the offices rest, as data: seeded from public sources, corrected by hand; hand edits win."""

    journal_type = "calendar_day"
    kept_by = ("verifier", "asset_clerk")
    announces = "calendar_changed"

    class Kind(models.TextChoices):
        NATIONAL = "national", _("Libur nasional")
        COLLECTIVE_LEAVE = "collective_leave", _("Cuti bersama")
        LOCAL = "local", _("Libur daerah")

    date = models.DateField(_("tanggal"), unique=True, error_messages={"unique": _("Tanggal ini sudah tercatat.")})
    name = models.CharField(_("nama"), max_length=150)
    kind = models.CharField(_("jenis"), max_length=16, choices=Kind.choices)
    decree = models.CharField(_("keputusan"), max_length=150, blank=True)
    estimated = models.BooleanField(_("perkiraan"), default=False)
    works = models.BooleanField(_("tetap masuk kerja"), default=False)
    by_hand = models.BooleanField(_("diubah tangan"), default=False, editable=False)

    class Meta:
        verbose_name = _("hari libur")
        verbose_name_plural = _("kalender kerja")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{words.numeric_date(self.date)} {self.name}"
