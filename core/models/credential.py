from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class Credential(models.Model):
    """That an account was given a password, by whom and when: its holder himself, another (who then knows it too), or
    the operator of the machine (``set_by`` None). The first one is of the day the account was made. Rows only grow.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="credentials", verbose_name=_("pengguna")
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("diatur oleh")
    )
    set_at = models.DateTimeField(_("diatur"), default=clock.now)

    class Meta:
        verbose_name = _("kata sandi yang diberikan")
        verbose_name_plural = _("kata sandi yang diberikan")
        ordering = ["id"]


class SignIn(models.Model):
    """One sign-in with name and password: the account, when, and a digest of what the device's cookie holds."""

    untold = {"*": "written by logins; no act makes it"}

    user_id = models.BigIntegerField()
    device = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["device", "at"], name="core_signin_device"),
            models.Index(fields=["user_id", "at"], name="core_signin_user"),
        ]
