"""What every row of the register has: when it was made and last touched, and a version that changes with every act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock, folded


class Registered(models.Model):
    """Base of everything that can be the subject of an event.

    ``journal_type`` is its name in the journal and the API; ``journal_unit_id`` the unit whose people may read its
    events (None: nobody by unit). ``read_with``: the related rows that its permits ask for.
    """

    journal_type: ClassVar[str] = ""
    read_with: ClassVar[tuple[str, ...]] = ()
    untold = {"version": "counts the events themselves", "updated_at": "the instant of the last event"}

    created_at = models.DateTimeField(_("dicatat"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("diperbarui"), default=clock.now, editable=False)
    version = models.PositiveIntegerField(_("versi"), default=1, editable=False)

    touched = False

    class Meta:
        abstract = True

    def touch(self) -> dict[str, Any]:
        """A new version for this act; returns the columns to write with it. ``record`` need not bump it again."""
        self.version, self.updated_at, self.touched = self.version + 1, clock.now(), True
        return {"version": self.version, "updated_at": self.updated_at}

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """A change (``update_fields`` given) makes a new version in the same statement; a new row has its first."""
        if update_fields is not None:
            update_fields = {*update_fields, *folded.named_of(type(self), update_fields), *self.touch()}
        self.touched = self.touched or self._state.adding
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def journal_number(self) -> str:
        return str(getattr(self, "number", None) or "")

    @property
    def journal_unit_id(self) -> int | None:
        return getattr(self, "unit_id", None)
