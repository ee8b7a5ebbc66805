"""Bearer tokens of accounts."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import EVERY
from core.scoping import ScopedQuerySet
from org.models.accounts import User, acting


class TokenQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """One's own, and for a user admin those of the accounts administered."""
        return self.filter(user__in=User.objects.visible_to(user))

    def live(self) -> Self:
        """Those that open something now, as far as their accounts may."""
        return self.filter(
            acting("user__"),
            revoked_at__isnull=True,
            expires_at__gt=timezone.now(),
            credentials_since=models.F("user__credentials_since"),
        )


class Token(models.Model):
    """A bearer token of an account. Only its digest is kept; the token itself is shown once.

    ``credentials_since``: as the account had it when the token was made; once the account has another, the token is
    worth nothing, whatever becomes of the account. ``by_signing_in``: made by ``auth/token/``, not on purpose.
    """

    untold = {EVERY: "made and used without acts; the security log tells of it"}
    read_with = ("user__person__unit",)
    impersonal = {"digest": "a digest"}

    class Scope(models.TextChoices):
        READ = "read", _("membaca")
        WRITE = "write", _("membaca dan menulis")

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("pengguna"))
    name = models.CharField(_("nama"), max_length=100)
    scope = models.CharField(_("lingkup"), max_length=5, choices=Scope.choices)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("dibuat"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("berlaku sampai"))
    last_used_at = models.DateTimeField(_("terakhir dipakai"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("dicabut"), null=True, editable=False)
    credentials_since = models.DateTimeField(editable=False)
    by_signing_in = models.BooleanField(_("dari masuk lewat API"), default=False, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token API")
        verbose_name_plural = _("token API")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def live(self) -> bool:
        """Whether it opens something now."""
        return (
            self.revoked_at is None
            and self.expires_at > timezone.now()
            and self.user.acts
            and self.credentials_since == self.user.credentials_since
        )
