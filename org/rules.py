"""Who may do what where: pure questions about grants. Every verb and every page asks these."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed
from core.hands import hands_of
from org.models.accounts import User
from org.models.grants import Role, reach
from org.models.units import Unit


def holds(user: Any, *roles: str, unit: Unit | None = None) -> bool:
    """Whether the user holds one of the roles at ``unit`` (anywhere, when None)."""
    return reach(user).role_at(roles, unit) is not None


def require(user: Any, *roles: str, unit: Unit | None = None) -> str:
    """The role under which the user may act at ``unit``; ``NotAllowed`` when there is none."""
    role = reach(user).role_at(roles, unit)
    if role is None:
        names = ", ".join(str(Role(each).label) for each in roles)
        raise NotAllowed("role_missing", _("Tindakan ini untuk peran: %(roles)s.") % {"roles": names})
    return role


def holds_whole(user: Any, *roles: str) -> bool:
    """Whether the user holds one of the roles, by a grant, for the whole district."""
    return any(each.role in roles and each.whole for each in reach(user).held)


def require_whole(user: Any, *roles: str) -> str:
    """The role under which the user may act for the whole district; ``NotAllowed`` for who holds it only in a part."""
    role = reach(user).role_at(roles, None, whole=True)
    if role is None:
        require(user, *roles)
        raise NotAllowed("role_missing", _("Tindakan ini untuk peran yang mencakup semua unit."))
    return role


def all_hands(user: Any, at: datetime | None = None) -> list[Any]:
    """The accounts whose holders do what ``user`` does now, or did at ``at`` (``core.hands``); ``user`` first."""
    others = hands_of(user, at) - {user.pk}
    return [user, *User.objects.filter(pk__in=others)] if others else [user]


def people_of(user: Any) -> set[int]:
    """The ids of the persons who do what ``user`` does now (``core.hands``), read once per user instance."""
    people = getattr(user, "_people", None)
    if people is None:
        people = user._people = {each.person_id for each in all_hands(user) if each.person_id}
    return people


def unit_of(user: Any) -> Unit | None:
    """The unit of the person behind the account; None where it is nobody's."""
    return user.person.unit if user.person else None


def belongs_to(user: Any, unit: Unit) -> bool:
    """Whether the user speaks for ``unit``: requester or head of it, by grant (not by the superuser's reach)."""
    return any(h.role in (Role.REQUESTER, Role.UNIT_HEAD) and h.covers(unit) for h in reach(user).held)
