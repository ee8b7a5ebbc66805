"""Whose eyes an act takes beside the actor's own (``core.hands``)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from core import clock
from core.hands import Turn
from core.prepared import rows
from org.models import Grant


def stood_in(ids: list[int]) -> Iterator[Turn]:
    """For whom these accounts were dated substitutes (Plh./Plt.), and when: what they do is done by both."""
    columns = ("user_id", "acting_for_id", "starts_on", "ends_on", "ended_at")
    for user, absent, starts_on, ends_on, ended_at in rows(_standing_in, columns, ids):
        yield Turn(user, absent, clock.start_of(starts_on), ended_at or clock.end_of(ends_on))


def _standing_in(ids: list[int]) -> QuerySet[Grant]:
    return Grant.objects.filter(user_id__any_of=ids, acting_for__isnull=False, ends_on__isnull=False).order_by("id")


EYES = (stood_in,)
