"""Refusals, logins, exports and views of personal data: apart from the journal of acts, and not chained."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models.journal import EVERY


class SecurityEvent(models.Model):
    untold = {EVERY: "a log of its own, which grows without acts"}
    impersonal = {"kind": "a code", "request_id": "a random number"}

    at = models.DateTimeField(_("waktu"), default=timezone.now)
    kind = models.CharField(_("jenis"), max_length=40)
    user_id = models.BigIntegerField(_("pengguna"), null=True)
    address = models.CharField(_("alamat"), max_length=64, blank=True)
    request_id = models.CharField(_("nomor panggilan"), max_length=64, blank=True)
    detail = models.JSONField(_("rincian"), default=dict)

    class Meta:
        verbose_name = _("catatan keamanan")
        verbose_name_plural = _("catatan keamanan")
        ordering = ["-id"]
        indexes = [models.Index(fields=["user_id", "at"], name="core_security_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class LoginAttempt(models.Model):
    """One try to sign in that was not right: still being looked at, or wrong since ``failed_at``.

    ``account`` and ``place`` are digests (``core.signing_in``).
    """

    untold = {EVERY: "counts logins, and forgets them"}
    impersonal = {EVERY: "a digest"}

    account = models.CharField(max_length=64)
    place = models.CharField(max_length=64)
    tried_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "place", "tried_at"], name="core_login_own"),
            models.Index(fields=["place", "failed_at"], name="core_login_names"),
            models.Index(fields=["account", "failed_at"], name="core_login_siege"),
        ]


class KnownDevice(models.Model):
    """A device that signed in to an account; both are digests, of the name and of what the device's cookie holds."""

    untold = {EVERY: "remembers logins for a while; no act makes it"}

    account = models.CharField(max_length=64)
    device = models.CharField(max_length=64)
    signed_in_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "device"], name="core_knowndevice_once")]
