"""The catalogue: families of devices, device types, item codes of Permendagri 108/2016 and standard prices per year."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock, journal
from core.amounts import RupiahColumn, YearColumn
from core.models import EVERY
from org.models import Reference
from org.models.reference import ReferenceQuerySet

_ITEM_CODE = RegexValidator(r"^\d+(\.\d+){3,6}\Z", _("Tulis kode barang seperti 1.3.2.10.01.02.002."))
ACCOUNT_CODE = RegexValidator(r"^\d+(\.\d+){2,6}\Z", _("Tulis kode rekening seperti 5.2.02.10.01.0002."))
_CODE = RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Kode berupa huruf kecil, angka dan garis bawah."))
USUAL_LIFE_YEARS = 4
_LIFE = [MinValueValidator(USUAL_LIFE_YEARS), MaxValueValidator(200)]


class Family(Reference):
    """What a promise names: HP, laptop, camera. Several device types make a family."""

    journal_type = "family"
    kept_by = ("asset_clerk",)
    impersonal = {EVERY: "catalogue"}

    code = models.CharField(_("kode"), max_length=30, unique=True, validators=[_CODE])
    name = models.CharField(_("nama"), max_length=100)
    name_en = models.CharField(_("nama (Inggris)"), max_length=100, blank=True)
    planned_type = models.ForeignKey(
        "assets.DeviceType",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("jenis yang direncanakan"),
        help_text=_("Jenis yang dianggarkan bila janji hanya menyebut kelompok."),
    )

    class Meta:
        verbose_name = _("kelompok perangkat")
        verbose_name_plural = _("kelompok perangkat")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ItemCode(Reference):
    """An item code (kode barang) with its official name, misspellings kept."""

    journal_type = "item_code"
    called_by = ("code", "name")
    kept_by = ("asset_clerk",)
    impersonal = {EVERY: "catalogue"}

    code = models.CharField(_("kode barang"), max_length=24, unique=True, validators=[_ITEM_CODE])
    name = models.CharField(_("nama barang"), max_length=200)
    useful_life_years = models.PositiveSmallIntegerField(
        _("masa manfaat (tahun)"), null=True, blank=True, validators=_LIFE
    )

    class Meta:
        verbose_name = _("kode barang")
        verbose_name_plural = _("kode barang")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class DeviceTypeQuerySet(ReferenceQuerySet):
    def unconfirmed(self) -> Self:
        """Those that somebody put into their family, and of which no second person said that they belong there."""
        return self.filter(added_by__isnull=False, confirmed_at__isnull=True)


class DeviceType(Reference):
    """``added_by``: who put it into its family, at ``added_at`` after the journal's entry ``added_after``; nobody for
    what came with the installation.

    ``confirmed_by``, ``confirmed_at``: the second person who said that it belongs there.
    """

    journal_type = "device_type"
    kept_by = ("asset_clerk",)
    impersonal = {EVERY: "catalogue"}

    code = models.CharField(_("kode"), max_length=40, unique=True, validators=[_CODE])
    family = models.ForeignKey(Family, models.PROTECT, related_name="device_types", verbose_name=_("kelompok"))
    name = models.CharField(_("nama"), max_length=100)
    name_en = models.CharField(_("nama (Inggris)"), max_length=100, blank=True)
    item_code = models.ForeignKey(
        ItemCode, models.PROTECT, null=True, blank=True, related_name="device_types", verbose_name=_("kode barang")
    )
    unit_of_measure = models.CharField(_("satuan"), max_length=20, default="unit")
    useful_life_years = models.PositiveSmallIntegerField(
        _("masa manfaat (tahun)"), null=True, blank=True, validators=_LIFE
    )
    active = models.BooleanField(_("aktif"), default=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("dimasukkan oleh"),
        editable=False,
    )  # fmt: skip
    added_at = models.DateTimeField(_("masuk kelompok"), default=clock.now, editable=False)
    added_after = models.PositiveIntegerField(default=0, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("dikonfirmasi oleh"),
        editable=False,
    )  # fmt: skip
    confirmed_at = models.DateTimeField(_("dikonfirmasi"), null=True, editable=False)

    objects = DeviceTypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("jenis perangkat")
        verbose_name_plural = _("jenis perangkat")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def unconfirmed(self) -> bool:
        """As ``DeviceTypeQuerySet.unconfirmed``."""
        return self.added_by_id is not None and self.confirmed_at is None

    @property
    def ever_handed_over(self) -> bool:
        items = apps.get_model("assets", "HandoverItem").objects
        return items.filter(asset__device_type=self, handover__handed_over_on__isnull=False).exists()

    def follows(self, changed: Collection[str], actor: Any) -> dict[str, Any]:
        """Whoever puts a type into a family, or gives it another name before a device of it was handed over, does so
        alone, until somebody else confirms. (Afterwards ``fixed`` holds what promises rest on.)"""
        renamed = {"code", "name", "name_en"}.intersection(changed) and self.pk and not self.ever_handed_over
        if "family" not in changed and not renamed:
            return {}
        return {
            "added_by_id": getattr(actor, "pk", None), "added_at": clock.now(), "added_after": journal.head()[0],
            "confirmed_by_id": None, "confirmed_at": None,
        }  # fmt: skip

    @property
    def useful_life(self) -> int:
        """In years: its own, that of its item code, or four where none is kept."""
        return self.useful_life_years or (self.item_code and self.item_code.useful_life_years) or USUAL_LIFE_YEARS


class StandardPrice(Reference):
    """One standard price (SSH) of a type and fiscal year, in whole rupiah; of several the one ``chosen`` counts."""

    journal_type = "standard_price"
    kept_by = ("planner",)
    impersonal = {EVERY: "catalogue"}

    device_type = models.ForeignKey(
        DeviceType, models.PROTECT, related_name="standard_prices", verbose_name=_("jenis perangkat")
    )
    year = YearColumn(_("tahun anggaran"))
    price = RupiahColumn(_("harga satuan"), validators=[MinValueValidator(1)])
    includes_ppn = models.BooleanField(_("termasuk PPN"), default=True)
    chosen = models.BooleanField(
        _("dipakai untuk rencana"),
        default=True,
        help_text=_("Hanya satu harga untuk tiap jenis dan tahun yang dipakai."),
    )
    source = models.CharField(_("dasar"), max_length=150, blank=True)
    component_id = models.CharField(_("ID komponen SSH"), max_length=40, blank=True)
    specification = models.CharField(_("spesifikasi"), max_length=300, blank=True)
    account_code = models.CharField(_("kode rekening"), max_length=24, blank=True, validators=[ACCOUNT_CODE])
    tkdn_percent = models.DecimalField(
        _("TKDN"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        verbose_name = _("standar satuan harga")
        verbose_name_plural = _("standar satuan harga")
        ordering = ["-year", "device_type"]
        constraints = [
            models.UniqueConstraint(
                fields=["device_type", "year"],
                condition=models.Q(chosen=True),
                name="assets_standardprice_once",
                violation_error_message=_("Harga lain untuk jenis dan tahun ini sudah dipakai untuk rencana."),
            ),
            models.UniqueConstraint(
                fields=["device_type", "year", "component_id"],
                name="assets_standardprice_component",
                violation_error_message=_("Harga untuk jenis, tahun dan ID komponen ini sudah ada."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_type} {self.year}"
