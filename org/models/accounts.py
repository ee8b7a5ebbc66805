"""Accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core import folded, identity
from core.folded import Folded
from core.journal import Private, record
from core.models import EVERY, Credential, Registered
from core.scoping import ScopedQuerySet
from core.searching import occurs
from core.transactions import writing
from org.models.grants import OPERATOR, Role, reach
from org.models.people import Person

ENDING = frozenset(["password", "is_active", "email", "person"])
"""Columns of an account: whoever changes one of them ends its sessions and tokens."""


def acting(path: str = "") -> models.Q:
    """The condition that an account acts, as ``User.acts`` says; ``path``: what leads to it, ``"user__"``."""
    serves = models.Q(**{f"{path}person__isnull": True}) | models.Q(**{f"{path}person__active": True})
    return models.Q(**{f"{path}is_active": True}) & serves


def end_credentials(people: Iterable[Person]) -> None:
    """The sessions and tokens of these, who stop, end for good: they do not come back where somebody serves again."""
    User.objects.filter(person__in=[each.pk for each in people]).update(credentials_since=timezone.now())


class UserQuerySet(ScopedQuerySet):
    def acting(self) -> Self:
        """Accounts that are open and whose person serves, where they have one."""
        return self.filter(acting())

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
        """An account whose password the operator of the machine sets."""
        user = self.model(username=identity.USER_NAME.read(username), **fields)
        user.set_password(password)
        user.save()
        Credential.objects.create(user=user)
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
    called_by = ("username", "person")
    untold = {
        "password": "hashed anew at a login when hashing gets stronger",
        "credentials_since": "an instant of the machine's clock, which moves with the acts that end credentials",
        "last_login": "no act sets it",
        "username_key": "follows from username",
    }
    read_with = ("person__unit",)
    impersonal = {EVERY: "the account itself, emptied when its person is erased"}

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
    credentials_since = models.DateTimeField(default=timezone.now, editable=False)

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
        return str(self.person) if self.person else self.username

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Like every row's; what is ``ENDING`` ends all sessions and tokens of the account, for good."""
        if update_fields is not None and not ENDING.isdisjoint(update_fields):
            self.credentials_since = timezone.now()
            update_fields = {*update_fields, "credentials_since"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def set_password(self, raw_password: str | None) -> None:
        """A new password: sessions and tokens under the old one are worth nothing once it is saved."""
        super().set_password(raw_password)
        self.credentials_since = timezone.now()

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password. One that is hashed anew since hashing got stronger ends nothing."""

        def hash_anew(raw: str) -> None:
            self.password = make_password(raw)
            User.objects.filter(pk=self.pk).update(password=self.password)

        return check_password(raw_password, self.password, hash_anew)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session keeps of the account; another value ends it with the next call."""
        kept = f"{self.password}{self.credentials_since.astimezone(UTC).isoformat()}"
        return salted_hmac("org.models.accounts.User.session", kept, secret=secret, algorithm="sha256").hexdigest()

    @classmethod
    def is_called(cls, word: str) -> models.Q:
        """The condition that an account is called so where others lead to it, as ``__str__`` says: who reads there is
        not told the name with which somebody signs in."""
        own = models.Q(pk__in=cls.objects.filter(occurs(cls, ("username",), word), person=None).values("pk"))
        return occurs(cls, ("person",), word) | own

    @property
    def acts(self) -> bool:
        """Whether anybody may sign in and act by it: it is open, and its person serves, where it has one."""
        return self.is_active and (self.person is None or self.person.active)

    @property
    def journal_unit_id(self) -> int | None:
        return self.person.unit_id if self.person else None

    @property
    def is_staff(self) -> bool:
        """Everyone with an account works in the back office; what they see there follows from their grants."""
        return self.acts

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.acts and self.is_superuser

    def has_perms(self, perms: list[str], obj: Any = None) -> bool:
        return self.acts and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.acts

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self).split(" ")[0]
