"""What a block wrote in the journal, and how it was refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.errors import DomainError
from core.journal import head, opened
from core.models import Event, Sequence
from org.models import User


@dataclass
class Recorded:
    """The one event that a block wrote, with its private values put back."""

    event: Event = field(default_factory=Event)
    changes: dict[str, Any] = field(default_factory=dict)
    reason: str = ""

    @property
    def related(self) -> set[tuple[str, int]]:
        return {(each["type"], each["id"]) for each in self.event.related}


@contextmanager
def one_event(verb: str, *, by: User, role: str) -> Iterator[Recorded]:
    """Holds the block to writing exactly one event, by ``by`` acting as ``role``."""
    found, (before, _hash) = Recorded(), head()
    yield found
    new = list(Event.objects.filter(seq__gt=before).select_related("private"))
    assert [each.verb for each in new] == [verb]
    found.event = new[0]
    private = getattr(found.event, "private", None)
    found.changes, found.reason = opened(found.event, private.values if private else {})
    assert (found.event.actor_id, found.event.role) == (by.pk, role)


@contextmanager
def no_event() -> Iterator[None]:
    """Holds the block to writing nothing in the journal and taking no number."""
    before = _written()
    yield
    assert _written() == before


@contextmanager
def refused(error: type[DomainError], code: str, *, field: str = "") -> Iterator[None]:
    """Holds the block to being refused with exactly this error (and a fault on ``field``), leaving nothing behind."""
    with no_event(), pytest.raises(DomainError) as caught:
        yield
    assert (type(caught.value), caught.value.code) == (error, code), caught.value
    if field:
        assert field in {fault.field for fault in caught.value.faults}


@contextmanager
def invalid(*fields: str) -> Iterator[None]:
    """Holds the block to being refused as wrong input naming ``fields``, leaving nothing behind."""
    with no_event(), pytest.raises((DomainError, ValidationError)) as caught:
        yield
    error = caught.value
    if isinstance(error, ValidationError):
        named = set(error.error_dict) if hasattr(error, "error_dict") else set()
    else:
        assert type(error) is DomainError, error
        named = {fault.field for fault in error.faults}
    assert set(fields) <= named, (fields, named, error)


def _written() -> tuple[Any, ...]:
    return head(), sorted(Sequence.objects.values_list("kind", "year", "last"))
