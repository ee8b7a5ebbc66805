"""What one office decides for its own installation. One row; edited in the admin site through a verb."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.amounts import RupiahColumn
from core.models.journal import EVERY
from core.models.registered import Registered
from core.prepared import first

_COMMON_YEAR = 2025


class Installation(Registered):
    journal_type = "installation"
    impersonal = {EVERY: "the office's own name, address and numbering"}

    class Endorsement(models.TextChoices):
        NONE = "none", _("tidak diminta")
        LETTER = "letter", _("surat bertanda tangan")
        TAP = "tap", _("ketuk setuju oleh Camat")

    class PledgeNoun(models.TextChoices):
        PLEDGE = "janji", _("Janji")
        COMMITMENT = "komitmen", _("Komitmen pimpinan")

    name = models.CharField(_("nama pemerintah daerah"), max_length=100, default="Kabupaten")
    agency_name = models.CharField(_("nama dinas"), max_length=150, default="Dinas Komunikasi dan Informatika")
    agency_address = models.CharField(_("alamat dinas"), max_length=200, blank=True)
    province = models.CharField(
        _("nama provinsi"), max_length=100, blank=True, help_text=_("Pada kepala RKBMD dan KIB, misalnya Jawa Barat.")
    )
    signing_place = models.CharField(
        _("tempat tanda tangan"), max_length=100, blank=True, help_text=_("Di depan tanggal pada lembar resmi.")
    )
    capitalisation_threshold = RupiahColumn(
        _("batas kapitalisasi per barang"), default=1_000_000, help_text=_("Menurut kebijakan akuntansi daerah.")
    )
    capitalisation_from = models.DateField(
        _("batas kapitalisasi berlaku mulai"), null=True, blank=True,
        help_text=_("Perolehan sebelum hari itu memakai batas sebelumnya. Kosong: mulai hari ini."),
    )  # fmt: skip
    capitalisation = models.JSONField(default=list, blank=True, editable=False)
    sample_data = models.BooleanField(_("data contoh"), default=False, editable=False)
    endorsement = models.CharField(
        _("persetujuan Camat atas usulan"), max_length=8, choices=Endorsement.choices, default=Endorsement.TAP
    )
    endorse_days = models.PositiveSmallIntegerField(
        _("batas persetujuan Camat (hari kerja)"), default=3, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    verify_days = models.PositiveSmallIntegerField(
        _("batas verifikasi (hari kerja)"), default=3, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    decide_days = models.PositiveSmallIntegerField(
        _("batas keputusan (hari kerja)"), default=5, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    issue_days = models.PositiveSmallIntegerField(
        _("batas penyerahan (hari kerja)"), default=10, validators=[MinValueValidator(1), MaxValueValidator(250)]
    )
    receipt_days = models.PositiveSmallIntegerField(
        _("batas konfirmasi penerima (hari kerja)"), default=5, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    handover_number = models.CharField(
        _("pola nomor BAST"), max_length=100, default="000.2.3.2/{nomor:03d}/DISKOMINFO/{bulan_romawi}/{tahun}"
    )
    pledge_notice_days = models.PositiveSmallIntegerField(
        _("pemberitahuan kepada pemberi janji (hari kerja)"), default=5, validators=[MaxValueValidator(90)]
    )
    pledge_desk_days = models.PositiveSmallIntegerField(
        _("batas meneruskan janji yang belum terbit (hari kerja)"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("Untuk draf di meja verifikator, dan sesudah pemberitahuan untuk janji di meja PPID."),
    )
    decisions_delegated = models.BooleanField(
        _("pengelola pengguna unit boleh memberi peran keputusan"),
        default=False,
        help_text=_(
            "Biasanya verifikator, pemberi keputusan, PPID, Sekda, Inspektorat, perencana dan Pengurus Barang "
            "kabupaten hanya diberi perannya oleh pengelola pengguna untuk semua unit."
        ),
    )
    pledge_noun = models.CharField(
        _("sebutan janji di kantor"), max_length=10, choices=PledgeNoun.choices, default=PledgeNoun.PLEDGE
    )
    archive_from = models.DateField(_("masa arsip sejak"), null=True, editable=False)
    archive_until = models.DateField(
        _("masa arsip sampai"),
        null=True,
        blank=True,
        help_text=_(
            "Sampai hari ini BAST lama yang diperiksa orang kedua dihitung sejak tanggalnya, untuk janji yang "
            "diucapkan sebelum masa arsip. Ditetapkan sekali, paling lama 180 hari sejak serah terima atau janji "
            "pertama dicatat."
        ),
    )
    six_day_week = models.BooleanField(_("enam hari kerja"), default=False)
    anniversary_day = models.PositiveSmallIntegerField(
        _("hari jadi: tanggal"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("Hari Jadi kabupaten, dipakai membaca tenggat seperti “sebelum Hari Jadi”. Boleh kosong."),
    )  # fmt: skip
    anniversary_month = models.PositiveSmallIntegerField(
        _("hari jadi: bulan"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    six_day_week_from = models.DateField(
        _("hari kerja berlaku mulai"), null=True, blank=True, help_text=_("Kosong: mulai besok. Yang lewat tetap.")
    )
    weeks = models.JSONField(default=list, blank=True, editable=False)

    class Meta:
        verbose_name = _("pengaturan instalasi")
        verbose_name_plural = _("pengaturan instalasi")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="core_installation_single")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuses a Hari Jadi that is half said, or that does not come every year."""
        day, month = self.anniversary_day, self.anniversary_month
        if (day is None) != (month is None):
            field = "anniversary_day" if day is None else "anniversary_month"
            raise ValidationError({field: _("Isi tanggal dan bulan Hari Jadi, atau kosongkan keduanya.")})
        if day and month and day > monthrange(_COMMON_YEAR, month)[1]:
            raise ValidationError({"anniversary_day": _("Tanggal ini tidak ada pada bulan itu setiap tahun.")})

    @property
    def anniversary(self) -> tuple[int, int] | None:
        """Day and month of Hari Jadi; None while they are not set."""
        return (
            (self.anniversary_day, self.anniversary_month) if self.anniversary_day and self.anniversary_month else None
        )

    @property
    def thresholds(self) -> tuple[tuple[date, int], ...]:
        """Below which price (rupiah) a device is not capitalised, each with the day of purchase from which it holds."""
        said = self.capitalisation or [[None, self.capitalisation_threshold]]
        return tuple((date.fromisoformat(since) if since else date.min, amount) for since, amount in said)

    @classmethod
    def readable(cls, user: Any) -> models.QuerySet:
        """The settings are nobody's secret."""
        return cls._default_manager.all()

    @property
    def journal_number(self) -> str:
        return ""

    @property
    def archive_open(self) -> bool:
        """Whether old papers are being entered: from the first record on, up to the day set once."""
        return self.archive_until is not None and clock.today() <= self.archive_until

    def archive_reaches(self, said_on: date) -> bool:
        """Whether an old paper now counts from its own date for what was said on that day."""
        return self.archive_open and self.archive_from is not None and said_on < self.archive_from

    @classmethod
    def current(cls) -> Installation:
        """The settings in force; the defaults until somebody saves them."""
        return first(_saved, cls, ()) or cls(pk=1)


def _saved() -> models.QuerySet[Installation]:
    return Installation.objects.filter(pk=1)
