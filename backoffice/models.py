"""What the back office itself has to remember."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.models import EVERY


class SentForm(models.Model):
    """A form that made something, by the token it was shown with: sent twice, it makes one thing."""

    untold = {EVERY: "a form that was sent, forgotten after a day"}
    impersonal = {"token": "a random number"}

    token = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    address = models.CharField(max_length=200)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.address
