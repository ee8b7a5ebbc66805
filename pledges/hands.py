"""Who had a hand in a pledge, by the journal: for whoever must not be one of them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from core.hands import hands_of
from core.models import Event
from pledges.merging import together
from pledges.models import Pledge


def had_a_hand(user: Any, pledge: Pledge) -> bool:
    """Whether the user recorded, submitted, asked or decided anything of the pledge or of those merged into it."""
    return _acts(user, pledge).filter(verb__startswith=f"{Pledge.journal_type}.").exists()


def acts_as(user: Any, pledge: Pledge, *roles: str) -> QuerySet[Event]:
    """What the user did under one of these roles that touched the pledge or those merged into it."""
    return _acts(user, pledge).filter(role__in=roles)


def _acts(user: Any, pledge: Pledge) -> QuerySet[Event]:
    return Event.objects.filter(
        actor_id__in=hands_of(user),
        objects_touched__object_type=Pledge.journal_type,
        objects_touched__object_id__in=together(pledge),
    )
