"""Whose password somebody else set lately: told at once to the account's head."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet

from core import clock
from core.hands import KNOWN_FOR
from core.models import Credential
from org.models import Grant, Role
from org.models.units import subtree
from org.rules import holds_whole, reach

_UNIT = "user__person__unit__code"


def set_lately(user: Any) -> QuerySet[Credential]:
    """Passwords that another person set within seven days, newest first, of accounts for which ``user`` answers.

    The head answers for the people of the unit and those below; the district's user admin for heads, and for accounts
    that have none. What somebody set himself he is not told.
    """
    recent = Credential.objects.filter(set_at__gt=clock.now() - KNOWN_FOR, set_by__isnull=False)
    others = recent.exclude(Q(set_by=F("user")) | Q(set_by=user) | Q(user=user))
    heads = Grant.objects.at().filter(role=Role.UNIT_HEAD)
    is_head = Q(user__in=heads.values("user"))
    own = [each.code for each in reach(user).held if each.role == Role.UNIT_HEAD]
    told = _under(own) & ~is_head
    if holds_whole(user, Role.USER_ADMIN):
        headed = heads.filter(user__is_active=True).order_by().values_list("unit__code", flat=True).distinct()
        told |= is_head | Q(user__person__isnull=True) | ~_under(list(headed))
    return others.filter(told).select_related("user__person", "set_by__person").order_by("-pk")


def _under(codes: list[str]) -> Q:
    """The condition that the holder's unit is one of these or lies under it."""
    found = Q(pk__in=[])
    for code in codes:
        found |= subtree(code, field=_UNIT)
    return found
