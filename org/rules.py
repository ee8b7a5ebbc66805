"""Who may do what where: pure questions about grants. Every verb and every page asks these."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import NotAllowed
from core.prepared import rows
from org.models import Grant, Role, Unit
from org.models.units import UnitQuerySet, subtree

SUPERUSER = "superuser"


@dataclass(frozen=True)
class Held:
    """One grant in force, with the code of its unit; ``whole``: every unit stands under it, as under the only root."""

    role: str
    code: str
    whole: bool


@dataclass(frozen=True)
class Reach:
    """All grants of a user in force today."""

    held: tuple[Held, ...]
    superuser: bool = False
    read: dict[tuple[str, ...], list[int] | None] = field(default_factory=dict, compare=False)

    def units(self, *roles: str) -> UnitQuerySet | None:
        """The units these roles (all roles when none is named) reach; None means every unit, without a filter."""
        codes = []
        for each in self.held:
            if not roles or each.role in roles:
                if each.whole:
                    return None
                codes.append(each.code)
        if self.superuser:
            return None
        condition = Q(pk__in=[])
        for code in sorted(set(codes)):
            condition |= subtree(code)
        return Unit.objects.filter(condition)

    def unit_ids(self, *roles: str) -> list[int] | None:
        """The ids of ``units(*roles)``, read once: in large tables the planner must see which units are meant."""
        if roles not in self.read:
            units = self.units(*roles)
            self.read[roles] = None if units is None else list(units.order_by().values_list("pk", flat=True))
        return self.read[roles]

    def role_at(self, roles: tuple[str, ...], unit: Unit | None) -> str | None:
        """The first of ``roles`` held at ``unit`` (anywhere, when None); None if there is none."""
        for role in roles:
            for each in self.held:
                if each.role == role and (unit is None or each.whole or _covers(each.code, unit.code)):
                    return role
        return SUPERUSER if self.superuser else None


def reach(user: Any) -> Reach:
    """The grants of ``user``, read once per user instance (one instance serves one request)."""
    cached = getattr(user, "_reach", None)
    if cached is None:
        cached = user._reach = _read(user)
    return cached


def _read(user: Any) -> Reach:
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Reach(())
    today = clock.today()
    held = rows(("grants", today), lambda mark: _grants_of(mark, today), ("role", "unit__code", "partial"), user.pk)
    return Reach(tuple(Held(r, code, not partial) for r, code, partial in held), superuser=user.is_superuser)


def _grants_of(user_id: int, day: date) -> QuerySet:
    elsewhere = Unit.objects.filter(parent__isnull=True).exclude(pk=OuterRef("unit"))
    return Grant.objects.filter(user_id=user_id).at(day).annotate(partial=Exists(elsewhere))


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


def require_whole(user: Any, role: str) -> str:
    """The role under which the user may act for the whole district; ``NotAllowed`` for who holds it only in a part."""
    found = require(user, role)
    if found != SUPERUSER and not any(each.role == role and each.whole for each in reach(user).held):
        raise NotAllowed("role_missing", _("Tindakan ini untuk peran yang mencakup seluruh kabupaten."))
    return found


def belongs_to(user: Any, unit: Unit) -> bool:
    """Whether the user speaks for ``unit``: requester or head of it, by grant (not by the superuser's reach)."""
    return any(h.role in (Role.REQUESTER, Role.UNIT_HEAD) and _covers(h.code, unit.code) for h in reach(user).held)


def _covers(code: str, other: str) -> bool:
    return other == code or other.startswith(f"{code}.")
