"""What the planner keeps for the budget: standards of need, PPN, the programme tree and account codes."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.models import DeviceType
from core import words
from core.amounts import YearColumn
from core.models import EVERY
from org.models import Reference, Unit

_CODE = RegexValidator(r"^\d+(\.\d+){1,7}\Z", _("Kode berupa angka yang dipisah titik."))


class NeedStandard(Reference):
    """Standar kebutuhan: how many devices of a type a unit may have at most, by a legal basis (Perbup, Perda).

    For one unit, or for every unit of a kind; the one of the unit goes before that of its kind.
    """

    journal_type = "need_standard"
    kept_by = ("planner",)
    impersonal = {EVERY: "standards by type of device"}

    device_type = models.ForeignKey(
        DeviceType, models.PROTECT, related_name="need_standards", verbose_name=_("jenis perangkat")
    )
    unit_kind = models.CharField(_("jenis unit"), max_length=16, choices=Unit.Kind.choices, blank=True)
    of_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit tertentu")
    )
    quantity = models.PositiveIntegerField(_("jumlah paling banyak"), validators=[MaxValueValidator(100_000)])
    legal_basis = models.CharField(_("dasar hukum"), max_length=200)
    from_year = YearColumn(_("mulai tahun anggaran"))
    to_year = YearColumn(_("sampai tahun anggaran"), null=True, blank=True)

    class Meta:
        verbose_name = _("standar kebutuhan")
        verbose_name_plural = _("standar kebutuhan")
        ordering = ["device_type", "unit_kind", "-from_year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(of_unit__isnull=False, unit_kind="") | (Q(of_unit__isnull=True) & ~Q(unit_kind="")),
                name="planning_needstandard_for_whom",
                violation_error_message=_("Isi jenis unit atau unit tertentu, salah satu."),
            ),
            models.UniqueConstraint(
                fields=["device_type", "unit_kind", "from_year"],
                condition=Q(of_unit__isnull=True),
                name="planning_needstandard_kind_once",
                violation_error_message=_("Standar untuk jenis unit dan tahun ini sudah ada."),
            ),
            models.UniqueConstraint(
                fields=["device_type", "of_unit", "from_year"],
                condition=Q(of_unit__isnull=False),
                name="planning_needstandard_unit_once",
                violation_error_message=_("Standar untuk unit dan tahun ini sudah ada."),
            ),
        ]

    def clean(self) -> None:
        if self.to_year and self.from_year and self.to_year < self.from_year:
            raise ValidationError({"to_year": _("Tahun akhir tidak boleh sebelum tahun mulai.")})

    def __str__(self) -> str:
        return f"{self.device_type}: {words.thousands(self.quantity)} ({self.legal_basis})"


class PpnRate(Reference):
    """The rate of PPN (value added tax) in per cent from a day on."""

    journal_type = "ppn_rate"
    kept_by = ("planner",)
    impersonal = {EVERY: "rates of a tax"}

    effective_from = models.DateField(
        _("berlaku sejak"), unique=True, error_messages={"unique": _("Tarif sejak tanggal ini sudah ada.")}
    )
    percent = models.DecimalField(
        _("tarif"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    legal_basis = models.CharField(_("dasar hukum"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tarif PPN")
        verbose_name_plural = _("tarif PPN")
        ordering = ["-effective_from"]

    def __str__(self) -> str:
        return f"{self.percent} % · {words.numeric_date(self.effective_from)}"


class SubActivity(Reference):
    """A sub kegiatan with the branch of the programme tree that leads to it (Permendagri 90/2019 and its updates)."""

    journal_type = "sub_activity"
    called_by = ("code", "name")
    kept_by = ("planner",)
    impersonal = {EVERY: "codes of the budget"}

    code = models.CharField(
        _("kode sub kegiatan"),
        max_length=30,
        unique=True,
        validators=[_CODE],
        error_messages={"unique": _("Kode ini sudah ada.")},
    )
    name = models.CharField(_("sub kegiatan"), max_length=300)
    activity_code = models.CharField(_("kode kegiatan"), max_length=30, validators=[_CODE])
    activity_name = models.CharField(_("kegiatan"), max_length=300)
    programme_code = models.CharField(_("kode program"), max_length=30, validators=[_CODE])
    programme_name = models.CharField(_("program"), max_length=300)

    class Meta:
        verbose_name = _("sub kegiatan")
        verbose_name_plural = _("sub kegiatan")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class AccountCode(Reference):
    """A kode rekening with its name, such as 5.2.02.10.01.0002 Belanja Modal Personal Computer."""

    journal_type = "account_code"
    called_by = ("code", "name")
    kept_by = ("planner",)
    impersonal = {EVERY: "codes of the budget"}

    code = models.CharField(
        _("kode rekening"),
        max_length=24,
        unique=True,
        validators=[_CODE],
        error_messages={"unique": _("Kode ini sudah ada.")},
    )
    name = models.CharField(_("uraian"), max_length=200)

    class Meta:
        verbose_name = _("kode rekening")
        verbose_name_plural = _("kode rekening")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
