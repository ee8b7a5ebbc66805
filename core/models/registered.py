"""What every row of the register has: when it was made and last touched, and a version that changes with every act."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class Registered(models.Model):
    """Base of everything that can be the subject of an event.

    ``journal_type`` is its name in the journal and the API; ``journal_unit_id`` the unit whose people may read its
    events (None: nobody by unit).
    """

    journal_type: ClassVar[str] = ""

    created_at = models.DateTimeField(_("dicatat"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("diperbarui"), default=clock.now, editable=False)
    version = models.PositiveIntegerField(_("versi"), default=1, editable=False)

    class Meta:
        abstract = True

    @property
    def journal_number(self) -> str:
        return str(getattr(self, "number", None) or "")

    @property
    def journal_unit_id(self) -> int | None:
        return getattr(self, "unit_id", None)
