"""People, with or without an account, and the accounts on social media that a unit runs."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import folded, identity
from core.folded import Folded
from core.scoping import ScopedQuerySet
from org.models.grants import reach
from org.models.reference import Reference
from org.models.units import Unit

_PHONE = RegexValidator(
    r"^(?:\+?62|0)(?:[ -]?\d){7,13}\Z", _("Tulis nomor HP sebagai 0812-3456-7890 atau +62 812 3456 7890.")
)


class UnitOwnedQuerySet(ScopedQuerySet):
    """Rows with a ``unit``: visible to grants that reach it."""

    def in_scope(self, user: Any) -> UnitOwnedQuerySet:
        units = reach(user).units()
        return self.all() if units is None else self.filter(unit__in=units)


class Person(Reference):
    """Somebody who holds devices or an office. Only name and unit are shown to other officers."""

    journal_type = "person"
    kept_by = ("user_admin",)
    private_fields = frozenset({"name", "nip", "phone", "position"})
    untold = {"nip_key": "follows from nip"}

    name = models.CharField(_("nama"), max_length=150)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="people", verbose_name=_("unit"))
    position = models.CharField(_("jabatan"), max_length=150, blank=True)
    nip = models.CharField(_("NIP / nomor identitas"), max_length=30, blank=True)
    not_nip = models.BooleanField(
        _("bukan NIP"), default=False, help_text=_("Nomor lain: pejabat asing, NIPTT, atau NIK.")
    )
    nip_key = Folded("nip", identity.NIP, free="not_nip")
    phone = models.CharField(_("nomor HP"), max_length=20, blank=True, validators=[_PHONE])
    active = models.BooleanField(_("aktif"), default=True)

    objects = UnitOwnedQuerySet.as_manager()  # type: ignore[assignment]  # narrower than the base's

    class Meta:
        verbose_name = _("orang")
        verbose_name_plural = _("orang")
        ordering = ["name", "id"]
        constraints = [
            folded.once("org_person_nip_once", "nip_key"),
            models.CheckConstraint(condition=Q(nip_key="") | ~Q(nip=""), name="org_person_nip_key"),
        ]

    def __str__(self) -> str:
        return self.name


class SocialAccount(Reference):
    """An official account on a platform, run by a unit."""

    journal_type = "social_account"
    kept_by = ("user_admin", "requester", "unit_head", "verifier")

    class Platform(models.TextChoices):
        INSTAGRAM = "instagram", "Instagram"
        FACEBOOK = "facebook", "Facebook"
        TIKTOK = "tiktok", "TikTok"
        YOUTUBE = "youtube", "YouTube"
        X = "x", "X"
        WHATSAPP = "whatsapp", "WhatsApp"
        WEBSITE = "website", _("Situs web")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="social_accounts", verbose_name=_("unit"))
    platform = models.CharField(_("platform"), max_length=12, choices=Platform.choices)
    handle = models.CharField(_("nama akun"), max_length=100)
    active = models.BooleanField(_("aktif"), default=True)

    objects = UnitOwnedQuerySet.as_manager()  # type: ignore[assignment]  # narrower than the base's

    class Meta:
        verbose_name = _("akun media sosial")
        verbose_name_plural = _("akun media sosial")
        ordering = ["unit__code", "platform", "handle"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "handle"],
                name="org_socialaccount_once",
                violation_error_message=_("Akun ini sudah tercatat."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_platform_display()} {self.handle}"
