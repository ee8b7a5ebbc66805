"""Who is on the promiser's or the giver's side of a pledge, and so speaks for nobody whom it promises something.

"Who grades is not who promised" (pledges.md). The houses of that side are the units that may ask to lighten the promise
(that of the office, that which answers, what took their place) and the one that gave the device.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from core import clock
from org.models import Grant, Role, Unit
from org.models.grants import SUPERUSER, Held
from org.models.units import lies_within
from org.rules import reach, unit_of
from org.succession import offices_after, unit_spoken_for_by
from pledges.hands import acts_as
from pledges.models import Pledge

SERVING = (Role.VERIFIER, Role.PUBLISHER, Role.DECIDER, Role.ASSET_CLERK)
"""The roles that serve a promise and its devices: held where it is answered for or given, they bar outright."""
SPEAKING = (Role.UNIT_HEAD, Role.REQUESTER)
"""The roles that speak for a unit: held at a house of the promiser's side they speak for that side."""


def standing_for(pledge: Pledge) -> Iterator[Unit]:
    """The units that stand for the promise: of its office, that which answers for it, and what took their place."""
    yield pledge.office.unit
    yield pledge.responsible_unit
    yield from unit_spoken_for_by(pledge.responsible_unit)
    yield from (office.unit for office in offices_after(pledge.office_id))


def houses_of(pledge: Pledge, giver: Unit | None = None) -> list[Unit]:
    """The units of the promiser's side, and the one that gave the device, if it is about one."""
    return [*standing_for(pledge), *([giver] if giver else [])]


def is_of_the_other_side(user: Any, unit: Unit, pledge: Pledge, *, giver: Unit | None = None) -> bool:
    """Whether the person holds, or used on this pledge, a role by which he cannot speak for ``unit`` in its matters.

    That is a role that reaches a house of the promiser's side. Being head or requester there does not bar who holds it
    by a grant of ``unit`` itself or of one below: a kecamatan may answer for its own promise. The root is no such unit:
    a grant for all is one for the promiser too.
    """
    held, houses = reach(user), houses_of(pledge, giver)
    strict = [pledge.responsible_unit, *([giver] if giver else [])]
    if held.superuser or any(_bars(each, unit, houses, strict) for each in held.held):
        return True
    used = list(acts_as(user, pledge, SUPERUSER, *SERVING, *SPEAKING).values_list("actor_id", "role", "at"))
    if any(role not in SPEAKING for _actor, role, _at in used):
        return True
    grants = Grant.objects.filter(user__in={actor for actor, *_rest in used}, role__in=SPEAKING).select_related("unit")
    return any(
        grant.user_id == actor and grant.role == role and _was_in_force(grant, at)
        and _bars(Held(role, grant.unit.code, whole=False), unit, houses, strict)
        for grant in (grants if used else ())
        for actor, role, at in used
    )  # fmt: skip


def lives_in_a_house(user: Any, pledge: Pledge, *, giver: Unit | None = None) -> bool:
    """Whether the person belongs to a house of the promiser's side; the root, under which everybody is, is none."""
    own = unit_of(user)
    return own is None or any(each.parent_id is not None and each.covers(own) for each in houses_of(pledge, giver))


def _bars(held: Held, unit: Unit, houses: list[Unit], strict: list[Unit]) -> bool:
    if held.role in SERVING and any(held.covers(each) for each in strict):
        return True
    of_unit = unit.parent_id is not None and lies_within(held.code, unit.code)
    return held.role in (*SERVING, *SPEAKING) and not of_unit and any(held.covers(each) for each in houses)


def _was_in_force(grant: Grant, at: Any) -> bool:
    """Whether a grant was one on the day of ``at``; what ends by an act ends as of the day before it."""
    day = clock.local_date(at)
    return grant.starts_on <= day and (grant.ends_on is None or grant.ends_on >= day - timedelta(days=1))
