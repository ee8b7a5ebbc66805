"""Offices (jabatan) and who held them when. A pledge belongs to the office; the holder's name stays internal."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import EVERY
from org.models.grants import reach
from org.models.people import Person, UnitOwnedQuerySet
from org.models.reference import Reference, Succeeded
from org.models.units import Unit


class Office(Succeeded):
    journal_type = "office"
    kept_by = ("user_admin",)
    impersonal = {EVERY: "the name of an office, which outlives its holder"}

    name = models.CharField(_("jabatan"), max_length=150)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="offices", verbose_name=_("unit"))
    active = models.BooleanField(_("aktif"), default=True)

    class Meta:
        verbose_name = _("jabatan")
        verbose_name_plural = _("jabatan")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="org_office_once",
                violation_error_message=_("Jabatan ini sudah tercatat."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TenureQuerySet(UnitOwnedQuerySet):
    def in_scope(self, user: object) -> TenureQuerySet:
        units = reach(user).units()
        return self.all() if units is None else self.filter(office__unit__in=units)


class Tenure(Reference):
    """One person's time in an office: definitive, Plt., Plh. or Pj."""

    journal_type = "tenure"
    kept_by = ("user_admin",)
    of_the_whole = False

    class Status(models.TextChoices):
        DEFINITIVE = "definitive", _("Definitif")
        PLT = "plt", "Plt."
        PLH = "plh", "Plh."
        PJ = "pj", "Pj."

    office = models.ForeignKey(Office, models.PROTECT, related_name="tenures", verbose_name=_("jabatan"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="tenures", verbose_name=_("pemangku"))
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.DEFINITIVE)
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("sampai"), null=True, blank=True)

    objects = TenureQuerySet.as_manager()  # type: ignore[assignment]  # narrower than the base's

    class Meta:
        verbose_name = _("masa jabatan")
        verbose_name_plural = _("masa jabatan")
        ordering = ["office", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "person", "status", "starts_on"],
                name="org_tenure_once",
                violation_error_message=_("Masa jabatan ini sudah tercatat."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.starts_on:%Y}"

    def clean(self) -> None:
        if self.ends_on and self.starts_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("Akhir masa jabatan tidak boleh sebelum mulainya.")})

    @property
    def journal_unit_id(self) -> int | None:
        return self.office.unit_id
