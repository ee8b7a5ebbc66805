"""Whose password somebody else set lately: told at once to the account's head."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet

from core import clock
from core.hands import KNOWN_FOR
from core.models import Credential
from org.models import Grant, Role
from org.models.grants import holders
from org.models.units import subtree
from org.rules import holds_whole, reach

_UNIT = "user__person__unit__code"


def set_lately(user: Any) -> QuerySet[Credential]:
    """Passwords that another person set within seven days, newest first, of accounts for which ``user`` answers.

    The head answers for the people of the unit and those below; the district's user admin for heads, and for accounts
    that have none; the district's auditor and the superuser where there is no such user admin. Nobody answers for his
    own account or for what he set himself: then it is the next.
    """
    recent = Credential.objects.filter(set_at__gt=clock.now() - KNOWN_FOR, set_by__isnull=False)
    others = recent.exclude(Q(set_by=F("user")) | Q(set_by=user) | Q(user=user))
    is_head = Q(user__in=Grant.objects.at().filter(role=Role.UNIT_HEAD).values("user"))
    told = _under(_headed(user)) & ~is_head
    if user.is_superuser or holds_whole(user, Role.USER_ADMIN, Role.AUDITOR):
        acting, setters = holders(), set(recent.values_list("set_by", flat=True))
        headless = ~_under(code for each in acting if each.pk not in setters for code in _headed(each))
        for each in acting:
            if each.pk in setters and (codes := _headed(each)):
                headless &= Q(set_by=each) | ~_under(codes)
        central = is_head | Q(user__person__isnull=True) | headless
        if not holds_whole(user, Role.USER_ADMIN):
            for each in acting:
                if holds_whole(each, Role.USER_ADMIN):
                    central &= Q(set_by=each) | Q(user=each)
        told |= central
    return others.filter(told).select_related("user__person", "set_by__person").order_by("-pk")


def own_provisional(user: Any) -> Credential | None:
    """The password that another gave ``user``, as long as the holder has set none since."""
    last = Credential.objects.filter(user=user.pk).select_related("set_by__person").last()
    return last if last and last.set_by and last.set_by_id != user.pk else None


def _headed(user: Any) -> list[str]:
    """The codes of the units that the user heads."""
    return [each.code for each in reach(user).held if each.role == Role.UNIT_HEAD]


def _under(codes: Iterable[str]) -> Q:
    """The condition that the holder's unit is one of these or lies under it."""
    found = Q(pk__in=[])
    for code in sorted(set(codes)):
        found |= subtree(code, field=_UNIT)
    return found
