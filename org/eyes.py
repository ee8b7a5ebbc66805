"""Whose eyes an act takes beside the actor's own (``core.eyes.counted_as``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.eyes import counted_as
from org.models import User
from org.models.grants import reach


def stood_in_for(user: Any) -> Iterable[int]:
    """Those for whom the user is a dated substitute (Plh./Plt.) today: what they filed, the substitute filed."""
    return {each.acting_for for each in reach(user).held if each.acting_for is not None}


def people_of(user: Any) -> frozenset[int]:
    """The persons (ids) whose eyes the act of ``user`` takes."""
    others = counted_as(user) - {user.pk}
    own = {user.person_id} if user.person_id else set()
    if not others:
        return frozenset(own)
    found = User.objects.filter(pk__in=others, person__isnull=False).values_list("person_id", flat=True)
    return frozenset(own | set(found))


EYES = (stood_in_for,)
