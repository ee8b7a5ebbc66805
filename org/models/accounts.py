"""Accounts."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import folded, identity
from core.folded import Folded
from core.journal import Private, record
from core.models import Registered
from core.scoping import ScopedQuerySet
from core.transactions import writing
from org.models.grants import OPERATOR, Role, reach
from org.models.people import Person


class UserQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """The account itself, and for a user admin those of people in the units administered."""
        administered = reach(user).units(Role.USER_ADMIN)
        if administered is None:
            return self.all()
        return self.filter(models.Q(pk=user.pk) | models.Q(person__unit__in=administered))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def named(self, username: str) -> UserQuerySet:
        """The account of that name, however it is spelled."""
        return self.filter(username_key=identity.USER_NAME.folded(username)).exclude(username_key="")

    def get_by_natural_key(self, username: str | None) -> User:
        return self.named(username or "").get()

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=identity.USER_NAME.read(username), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """The first account of an installation, made by the operator of the machine. Writes ``user.created``."""
        with writing():
            user = self.create_user(username, password, is_superuser=True, **fields)
            changes = {"username": [None, Private(user.username)], "is_superuser": [None, True]}
            record("user.created", user, actor=None, role=OPERATOR, changes=changes)
        return user


class User(AbstractBaseUser, Registered):
    """An account. It may belong to a person; without a grant it sees nothing scoped."""

    journal_type = "user"
    untold = {
        "password": "hashed anew at a login when hashing gets stronger",
        "last_login": "no act sets it",
        "username_key": "follows from username",
    }
    read_with = ("person__unit",)

    username = models.CharField(
        _("nama pengguna"),
        max_length=64,
        unique=True,
        error_messages={"unique": _("Nama pengguna ini sudah dipakai.")},
    )
    username_key = Folded("username", identity.USER_NAME)
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
        constraints = [folded.once("org_user_username_once", "username_key")]

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
