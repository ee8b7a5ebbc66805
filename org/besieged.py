"""Accounts at which somebody guesses so long that only known devices may still try (``core.signing_in``)."""

from __future__ import annotations

from typing import Any

from core import signing_in
from org.models import Role, User
from org.rules import reach


def besieged(user: Any) -> list[User]:
    """Those that ``user`` is told of: who heads their unit or administers them."""
    keys = signing_in.besieged()
    if not keys:
        return []
    units = reach(user).units(Role.UNIT_HEAD, Role.USER_ADMIN)
    active = User.objects.acting().select_related("person__unit")
    told = active if units is None else active.filter(person__unit__in=units)
    return [account for account in told if signing_in.account_key(account.username) in keys]
