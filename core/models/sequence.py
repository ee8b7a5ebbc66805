from django.db import models

from core.models.journal import EVERY


class Sequence(models.Model):
    """The last number given per kind of document and year. Gaps are shown, numbers never reused."""

    impersonal = {EVERY: "kinds of papers"}

    kind = models.CharField(max_length=32)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="core_sequence_once")]
