"""Units: the tree of the district by kode wilayah (Kemendagri); agencies are coded under their kabupaten."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from core.models import EVERY
from org.models.reference import ReferenceQuerySet, Succeeded

SECOND_ROOT = _(
    "Kalender, katalog dan harga berlaku untuk satu daerah: semua unit berada di bawah %(code)s %(name)s. Daerah kedua "
    "hanya bersama provinsi di atas keduanya: administrator utama mengimpor keduanya dalam satu berkas unit."
)


def subtree(code: str, *, field: str = "code") -> Q:
    """The condition "this unit or one under it", on the code that ``field`` leads to."""
    return Q(**{field: code}) | Q(**{f"{field}__startswith": f"{code}."})


def lies_within(code: str, top: str) -> bool:
    """``subtree`` of two codes: whether that is the unit ``top`` or one under it; neither need be there yet."""
    return code == top or code.startswith(f"{top}.")


def lineage(code: str) -> list[str]:
    """The codes of every unit above the one with ``code``, from the root, and its own."""
    parts = code.split(".")
    return [".".join(parts[:n]) for n in range(1, len(parts) + 1)]


class UnitQuerySet(ReferenceQuerySet):
    def within(self, code: str) -> UnitQuerySet:
        """The unit with this code and all under it."""
        return self.filter(subtree(code))

    def above(self, code: str) -> Unit | None:
        """The unit right above the one with this code: the nearest whose code it begins with."""
        found = self.filter(code__in=lineage(code)[:-1]).order_by(Length("code").desc()).first()
        return cast("Unit | None", found)


class Unit(Succeeded):
    """A place in the tree, right under the nearest unit whose code, with a full stop, its own begins with
    (``org.placing``); any number of levels, and one root: the kabupaten, or a province with several.

    ``working_week``: days in its working week and in that of all under it, from ``working_week_from`` on; empty: as the
    nearest unit above that has one, else as the installation. ``weeks``: all that was said of it (``core.weeks``).
    """

    journal_type = "unit"
    called_by = ("name", "kind")
    kept_by = ("user_admin",)
    announces = "calendar_changed"
    announced = frozenset({"working_week", "working_week_from"})
    impersonal = {EVERY: "names of units and their working weeks"}

    class Kind(models.TextChoices):
        PROVINCE = "province", _("Provinsi")
        REGENCY = "regency", _("Kabupaten/Kota")
        DISTRICT = "district", _("Kecamatan")
        URBAN_VILLAGE = "urban_village", _("Kelurahan")
        VILLAGE = "village", _("Desa")
        AGENCY = "agency", _("Perangkat Daerah")
        DIVISION = "division", _("Bidang/Bagian")

    class Week(models.IntegerChoices):
        FIVE = 5, _("Lima hari")
        SIX = 6, _("Enam hari")

    code = models.CharField(
        _("kode"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(r"^[0-9A-Z]+(\.[0-9A-Z]+)*\Z", _("Kode berupa angka atau huruf besar, dipisah titik."))
        ],
        error_messages={"unique": _("Kode ini sudah dipakai unit lain.")},
    )
    name = models.CharField(_("nama"), max_length=150)
    kind = models.CharField(_("jenis"), max_length=16, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("induk"),
        help_text=_("Kosong: mengikuti kode, yaitu unit terdekat yang kodenya mengawali kode ini."),
    )
    address = models.CharField(_("alamat"), max_length=200, blank=True, help_text=_("Pada kop surat unit ini."))
    location_code = models.CharField(
        _("kode lokasi"), max_length=60, blank=True, help_text=_("Kode lokasi barang dari BPKAD, pada kepala KIB.")
    )
    affair = models.CharField(
        _("bidang urusan"),
        max_length=150,
        blank=True,
        help_text=_("Pada kepala KIB. Kosong: sama dengan unit di atasnya."),
    )
    working_week = models.PositiveSmallIntegerField(
        _("hari kerja seminggu"),
        null=True,
        blank=True,
        choices=Week.choices,
        help_text=_("Kosong: sama dengan unit di atasnya."),
    )
    working_week_from = models.DateField(
        _("hari kerja berlaku mulai"), null=True, blank=True, help_text=_("Kosong: mulai besok. Yang lewat tetap.")
    )
    weeks = models.JSONField(default=list, blank=True, editable=False)
    active = models.BooleanField(_("aktif"), default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("unit")
        ordering = ["code"]

    def __str__(self) -> str:
        if self.kind != self.Kind.DISTRICT or self.name.lower().startswith("kecamatan "):
            return self.name
        return f"Kecamatan {self.name}"

    def clean(self) -> None:
        if self.parent and not self.code.startswith(f"{self.parent.code}."):
            raise ValidationError({"code": _("Kode harus diawali kode induknya dan titik.")})
        above = Unit.objects.above(self.code)
        if above and above != self.parent:
            detail = _("Menurut kodenya, unit ini berada langsung di bawah %(code)s %(name)s.")
            raise ValidationError({"parent": detail % {"code": above.code, "name": above.name}})
        if above is None:
            self._refuse_second_root()

    def _refuse_second_root(self) -> None:
        roots = Unit.objects.filter(parent=None).exclude(pk=self.pk).exclude(code__startswith=f"{self.code}.")
        if root := roots.first():
            raise ValidationError({"code": SECOND_ROOT % {"code": root.code, "name": root.name}})

    @property
    def journal_unit_id(self) -> int | None:
        return self.pk

    def agency(self) -> Unit:
        """The agency or kecamatan on whose books this unit stands: the ancestor right below kabupaten or root."""
        unit = self
        while unit.parent and unit.parent.parent_id and unit.parent.kind != self.Kind.REGENCY:
            unit = unit.parent
        return unit

    def covers(self, other: Unit) -> bool:
        """Whether ``other`` is this unit or lies under it."""
        return lies_within(other.code, self.code)
