"""What the API itself keeps: the first answers to calls with an ``Idempotency-Key``."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.models import EVERY


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
