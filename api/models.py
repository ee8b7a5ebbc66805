"""What the API itself keeps: bearer tokens, and the first answers to calls with an ``Idempotency-Key``."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import EVERY
from core.scoping import ScopedQuerySet


class TokenQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own tokens, also for the superuser."""
        return self.filter(user=user) if getattr(user, "is_authenticated", False) and user.is_active else self.none()

    def usable(self) -> Self:
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())


class Token(models.Model):
    """A bearer token of an account. Only its digest is kept; the token itself is shown once."""

    untold = {EVERY: "made, used and revoked without acts; the security log tells of it"}
    impersonal = {"digest": "a digest"}

    class Scope(models.TextChoices):
        READ = "read", _("membaca")
        WRITE = "write", _("membaca dan menulis")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens", verbose_name=_("pengguna")
    )
    name = models.CharField(_("nama"), max_length=100)
    scope = models.CharField(_("lingkup"), max_length=5, choices=Scope.choices)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("dibuat"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("berlaku sampai"))
    last_used_at = models.DateTimeField(_("terakhir dipakai"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("dicabut"), null=True, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token API")
        verbose_name_plural = _("token API")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Answer(models.Model):
    """The first success of a call with an ``Idempotency-Key``, written in the transaction of its effect.

    ``out_of_sight``: the act itself took the object out of its caller's sight, so ``body`` holds id and number alone.
    """

    untold = {EVERY: "an answer that was given, forgotten after a week"}
    impersonal = {"method": "a code", "path": "ids", "key": "of the caller's making", "fingerprint": "a digest"}

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    headers = models.JSONField(default=dict)
    out_of_sight = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "method", "path", "key"], name="api_answer_once")]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
