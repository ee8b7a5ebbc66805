"""Accounts and grants. Rights come from grants alone: (user, role, unit, from, to, acting_for?)."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Registered
from core.scoping import ScopedQuerySet
from org.models.people import Person
from org.models.units import Unit


class Role(models.TextChoices):
    REQUESTER = "requester", _("Pengusul (admin medsos)")
    UNIT_HEAD = "unit_head", _("Kepala unit (Camat)")
    VERIFIER = "verifier", _("Verifikator")
    APPROVER = "approver", _("Pemberi keputusan (Kabid)")
    ASSET_CLERK = "asset_clerk", _("Pengurus Barang")
    PLANNER = "planner", _("Perencana")
    PUBLISHER = "publisher", _("PPID")
    DECIDER = "decider", _("Pemutus tenggat (Sekda)")
    AUDITOR = "auditor", _("Inspektorat")
    VIEWER = "viewer", _("Pembaca")
    USER_ADMIN = "user_admin", _("Pengelola pengguna")


class UserQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """The account itself, and for a user admin those of people in the units administered."""
        from org.rules import reach

        administered = reach(user).units(Role.USER_ADMIN)
        if administered is None:
            return self.all()
        return self.filter(models.Q(pk=user.pk) | models.Q(person__unit__in=administered))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(username, password, is_superuser=True, **fields)


class User(AbstractBaseUser, Registered):
    """An account. It may belong to a person; without a grant it sees nothing scoped."""

    journal_type = "user"
    read_with = ("person__unit",)

    username = models.CharField(
        _("nama pengguna"),
        max_length=64,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("Nama pengguna ini sudah dipakai.")},
    )
    email = models.EmailField(_("surel"), blank=True)
    person = models.OneToOneField(
        Person, models.PROTECT, null=True, blank=True, related_name="user", verbose_name=_("orang")
    )
    is_active = models.BooleanField(_("aktif"), default=True)
    is_superuser = models.BooleanField(_("administrator utama"), default=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = _("pengguna")
        verbose_name_plural = _("pengguna")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.person.name if self.person else self.username

    @property
    def journal_unit_id(self) -> int | None:
        return self.person.unit_id if self.person else None

    @property
    def is_staff(self) -> bool:
        """Everyone with an account works in the back office; what they see there follows from their grants."""
        return self.is_active

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_active and self.is_superuser

    def has_perms(self, perms: list[str], obj: Any = None) -> bool:
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self).split(" ")[0]


class GrantQuerySet(ScopedQuerySet):
    def at(self, day: Any = None) -> Self:
        """Grants in force on ``day`` (local; today by default), first and last day included."""
        day = day or clock.today()
        return self.filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day), starts_on__lte=day)

    def in_scope(self, user: Any) -> Self:
        from org.rules import reach

        administered = reach(user).units(Role.USER_ADMIN)
        if administered is None:
            return self.all()
        return self.filter(models.Q(user=user) | models.Q(unit__in=administered))


class Grant(Registered):
    """A role in a unit and all under it, for a time. ``acting_for``: a dated substitute (Plh./Plt.)."""

    journal_type = "grant"
    read_with = ("unit", "user__person__unit")

    user = models.ForeignKey(User, models.PROTECT, related_name="grants", verbose_name=_("pengguna"))
    role = models.CharField(_("peran"), max_length=16, choices=Role.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="grants", verbose_name=_("unit"))
    starts_on = models.DateField(_("mulai"), default=clock.today)
    ends_on = models.DateField(_("sampai"), null=True, blank=True)
    acting_for = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="substitutes", verbose_name=_("menggantikan")
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("hak peran")
        verbose_name_plural = _("hak peran")
        ordering = ["user", "role", "unit"]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.unit}"

    def clean(self) -> None:
        if self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("Tanggal akhir tidak boleh sebelum tanggal mulai.")})
        if self.acting_for_id and not self.ends_on:
            raise ValidationError({"ends_on": _("Pengganti (Plh./Plt.) perlu tanggal akhir.")})
