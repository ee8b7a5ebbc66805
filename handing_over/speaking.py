"""Who speaks for the receiver of a pledge, and who may check its paper (pledges.md).

Anybody else who receives a device, or sends one back, moves its custody and nothing else.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from assets.models import Asset, Handover, HandoverItem, SignedScan
from core.hands import Hand, acting_as, same_hands
from core.journal import history
from org.models import Grant, Role, Unit, User
from org.rules import all_hands, belongs_to, unit_of
from org.succession import covers
from pledges.deliveries import heir_of
from pledges.hands import had_a_hand
from pledges.models import Delivery, Pledge
from pledges.sides import is_of_the_other_side, lives_in_a_house


def recording_of(handover: Handover) -> Hand:
    """That somebody recorded a handover."""
    return Hand(handover.recorded_by_id, handover.created_at)


def speaks_for(user: Any, unit: Unit, pledge: Pledge, *, giver: Unit, at: datetime | None = None) -> bool:
    """Whether the person speaks for ``unit``, to which ``giver`` gave a device of ``pledge``, now or at ``at``.

    A person of the unit, of what took its place or of one below it, or a dated substitute of its head who is not of a
    house of the promiser's side. Neither holds, nor used on this pledge, a role on the side of the giver, of who
    answers for the promise or of the office that made it, as its head or requester neither (``pledges.sides``); nor
    does who knows his password.
    """
    if not _of(user, unit, pledge, giver):
        return False
    return not any(is_of_the_other_side(each, unit, pledge, giver=giver) for each in all_hands(user, at))


def _of(user: Any, unit: Unit, pledge: Pledge, giver: Unit) -> bool:
    own = unit_of(user)
    if own is not None and covers(unit, own):
        return True
    acting = Grant.objects.at().filter(user=user, role=Role.UNIT_HEAD, acting_for__isnull=False)
    heads = Grant.objects.filter(role=Role.UNIT_HEAD, acting_for__isnull=True)
    substitute = any(
        each.unit.covers(unit) and heads.filter(user=each.acting_for_id, unit=each.unit_id).exists()
        for each in acting.select_related("unit")
    )
    return substitute and not lives_in_a_house(user, pledge, giver=giver)


def receives(user: Any, item: HandoverItem) -> bool:
    """Whether the person's word that ``item`` came is that of its unit. For what serves no pledge any receiver's is."""
    pledges = pledges_of(item)
    if not pledges:
        return True
    handover = item.handover
    recorded = same_hands(user, recording_of(handover))
    unit, giver = handover.recipient_unit, handover.from_unit
    return not recorded and all(speaks_for(user, unit, pledge, giver=giver) for pledge in pledges)


def received_through_a_password(item: HandoverItem) -> bool:
    """Whether who received ``item`` speaks for its unit, and only who knew his password then does not."""
    handover, tag = item.handover, item.asset.tag
    accepted = history(handover).filter(verb="handover.accepted").order_by("-seq")
    event = next((each for each in accepted if tag in each.changes.get("custody_only", [None, []])[1]), None)
    if event is None:
        return False
    user, unit, giver = User.objects.get(pk=event.actor_id), handover.recipient_unit, handover.from_unit
    return len(acting_as(user, event.at)) > 1 and all(
        _of(user, unit, each, giver) and not is_of_the_other_side(user, unit, each, giver=giver)
        for each in pledges_of(item)
    )


def bars(user: Any, asset: Asset) -> bool:
    """Whether the person's word on a device that serves a pledge is not that of the unit which has it."""
    item, custody = asset.came_by, asset.custody
    if item is None or custody is None:
        return False
    pledges, giver = pledges_of(item), item.handover.from_unit
    recorded = bool(pledges) and same_hands(user, recording_of(item.handover))
    return recorded or not all(speaks_for(user, custody.unit, pledge, giver=giver) for pledge in pledges)


BARS = bars


def checks(scan: SignedScan, item: HandoverItem) -> bool:
    """Whether a signed paper stands for the receiver: who attached it is neither giver nor promiser."""
    user, at = scan.attached_by, scan.created_at
    recorded = same_hands(user, recording_of(item.handover), at=at)
    acted = (had_a_hand(each, pledge) for each in all_hands(user, at) for pledge in pledges_of(item))
    return not recorded and not any(acted)


def pledges_of(item: HandoverItem) -> list[Pledge]:
    """The pledge that an item serves, and the one that stands for it since it was merged."""
    served = getattr(item, "fulfilment", None)
    if served is None or served.pledge_line is None:
        return []
    line = served.pledge_line
    stayed, _merged_on = heir_of(line)
    return [line.pledge] if stayed.pledge_id == line.pledge_id else [line.pledge, stayed.pledge]


def returns_for(user: Any, handover: Handover, delivery: Delivery, *, at: datetime | None = None) -> bool:
    """Whether the person's word that this device went back, said now or at ``at``, is that of the unit that had it."""
    unit, giver = handover.from_unit, handover.recipient_unit
    return belongs_to(user, unit) and speaks_for(user, unit, delivery.line.pledge, giver=giver, at=at)


def filed_by_holder(handover: Handover) -> bool:
    """Whether a return is that of the unit that had the devices: filed by who speaks for it."""
    user = handover.recorded_by
    return belongs_to(user, handover.from_unit) and all(
        returns_for(user, handover, each, at=handover.created_at) for each in counts_on(handover)
    )


def counts_on(handover: Handover) -> QuerySet[Delivery]:
    """What the devices of a return count for, or counted for until it."""
    counts = Delivery.objects.standing().filter(asset__handover_items__handover=handover)
    open_or_ended = counts.filter(counts_until__isnull=True) | counts.filter(ended_by__handover=handover)
    return open_or_ended.select_related("line__pledge__responsible_unit")
