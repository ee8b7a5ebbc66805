"""What every row of the register has: when it was made and last touched, and a version that changes with every act."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock, folded
from core.scoping import ScopedQuerySet

Spans = list[tuple[int, int | None]]
"""From which event to which, both included; None: to this day."""


class AllBut(frozenset[str]):
    """Every name but these."""

    def __contains__(self, name: object) -> bool:
        return not super().__contains__(name)


class Registered(models.Model):
    """Base of everything that can be the subject of an event.

    ``journal_type`` is its name in the journal and the API; ``journal_unit_id`` the unit in whose journal its events
    stand (None: in that of the whole district). ``read_with``: the related rows that its permits ask for.

    What of its events is told to whom is said here, once for all verbs, and asked by ``org.telling`` alone.
    ``hands_on``: the values told, beside day and kind, of events that touched it and are about something its reader
    does not see; None: nothing of them. ``told_past``: the values told of its own events outside of ``spans``.
    """

    journal_type: ClassVar[str] = ""
    read_with: ClassVar[tuple[str, ...]] = ()
    hands_on: ClassVar[frozenset[str] | None] = None
    told_past: ClassVar[frozenset[str]] = frozenset()
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

    @classmethod
    def readable(cls, user: Any) -> models.QuerySet:
        """The rows whose events the user reads: those they may see; none where nobody said who may see any."""
        rows = cls._default_manager.all()
        return rows.visible_to(user) if isinstance(rows, ScopedQuerySet) else rows.none()

    @classmethod
    def told_to(cls, user: Any, ids: Collection[int]) -> Mapping[int, Container[str]]:
        """The names of the values (``reason`` among them) that the user, who sees these rows, may read of them; rows of
        which all may be read are left out."""
        return {}

    @classmethod
    def spans(cls, user: Any, ids: Collection[int]) -> Mapping[int, Spans]:
        """In which parts of the journal these rows were the user's to see whole; left out: in all of it."""
        return {}

    @property
    def journal_number(self) -> str:
        return str(getattr(self, "number", None) or "")

    @property
    def journal_unit_id(self) -> int | None:
        return getattr(self, "unit_id", None)
