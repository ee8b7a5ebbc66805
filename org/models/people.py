"""People, with or without an account, and the accounts on social media that a unit runs."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import folded, identity
from core.folded import Folded
from core.models import EVERY
from core.scoping import ScopedQuerySet
from org.models.grants import Role, reach
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
    """Somebody who holds devices or an office. Only name and unit are shown to other officers.

    ``leaving_since``: the day on which it was said that they stop, or move to the unit ``moves_to``, while they still
    held something; what they hold goes to ``devices_to``, or back to the unit that keeps it (``org.departing``).
    ``namesake``: whoever entered them knew of another one of that name in the unit (``org.namesakes``).
    ``erased_at``: since when nothing is known of them but that there was somebody.
    """

    journal_type = "person"
    kept_by = ("user_admin",)
    of_the_whole = False
    private_fields = frozenset({"name", "nip", "phone", "position", "rank"})
    untold = {"nip_key": "follows from nip"}
    impersonal = {EVERY: "the person itself, emptied when it is erased"}
    told_to_colleagues = frozenset({"name", "unit", "active"})

    name = models.CharField(_("nama"), max_length=150)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="people", verbose_name=_("unit"))
    position = models.CharField(_("jabatan"), max_length=150, blank=True)
    rank = models.CharField(
        _("pangkat/golongan"), max_length=60, blank=True, help_text=_("Misalnya Pembina Tingkat I (IV/b).")
    )
    nip = models.CharField(_("NIP / nomor identitas"), max_length=30, blank=True)
    not_nip = models.BooleanField(
        _("bukan NIP"), default=False, help_text=_("Nomor lain: pejabat asing, NIPTT, atau NIK.")
    )
    nip_key = Folded("nip", identity.NIP, free="not_nip")
    phone = models.CharField(_("nomor HP"), max_length=20, blank=True, validators=[_PHONE])
    namesake = models.BooleanField(
        _("orang lain dengan nama yang sama"), default=False,
        help_text=_("Centang bila di unit ini memang ada orang lain yang bernama sama."),
    )  # fmt: skip
    active = models.BooleanField(_("aktif"), default=True)
    leaving_since = models.DateField(_("pindah atau berhenti sejak"), null=True, editable=False)
    moves_to = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("pindah ke unit"), editable=False
    )
    devices_to = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", verbose_name=_("perangkatnya kepada"), editable=False
    )
    erased_at = models.DateTimeField(_("dihapus"), null=True, editable=False)

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
        return self.name or gettext("Orang yang dihapus #%(id)s") % {"id": self.pk}

    def clean(self) -> None:
        self.phone = identity.dialled(self.phone)

    @classmethod
    def administered(cls, user: Any) -> models.QuerySet:
        """Those of whom the user reads all: oneself, and the people of units in which the user administers people."""
        units = reach(user).units(Role.USER_ADMIN)
        if units is None:
            return cls.objects.all()
        return cls.objects.filter(models.Q(pk=user.person_id) | models.Q(unit__in=units))

    @classmethod
    def told_to(cls, user: Any, ids: Collection[int]) -> Mapping[int, Container[str]]:
        whole = set(cls.administered(user).filter(pk__in=ids).values_list("pk", flat=True))
        return {pk: cls.told_to_colleagues for pk in ids if pk not in whole}


class SocialAccount(Reference):
    """An official account on a platform, run by a unit."""

    journal_type = "social_account"
    kept_by = ("user_admin", "requester", "unit_head", "verifier")
    of_the_whole = False
    impersonal = {EVERY: "an official account, run by a unit"}

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
