"""When a device counts for a pledge: steps without events, called by ``requests_app.fulfilment``.

A device counts when it was handed over by an ``issue`` to the line's unit or below and that unit accepted it. It counts
from the day of handover if that was recorded within 14 days, else from the day it was recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from assets.models import Asset, HandoverItem
from assets.states import HandoverKind
from core import clock
from org.models import Unit
from pledges.models import Delivery, Pledge, PledgeLine
from pledges.states import RECORDING_GRACE_DAYS


def counts_from(handed_over_on: date, recorded_on: date) -> date:
    """The day from which a handover of ``handed_over_on``, put on record on ``recorded_on``, counts."""
    late = recorded_on - handed_over_on > timedelta(days=RECORDING_GRACE_DAYS)
    return recorded_on if late else handed_over_on


def may_count(line: PledgeLine, item: HandoverItem) -> bool:
    """Whether an accepted item is what the line promises, for the unit it promises it to."""
    handover = item.handover
    right_kind = line.covers(item.asset.device_type) or item.substitute
    return handover.kind == HandoverKind.ISSUE and line.unit.covers(handover.recipient_unit) and right_kind


def count(line: PledgeLine, item: HandoverItem) -> Delivery | None:
    """Count an accepted item for ``line``; None when it does not count. Ends the asset's earlier count on this pledge."""
    if not may_count(line, item):
        return None
    handover = item.handover
    assert handover.handed_over_on and handover.recorded_at  # noqa: S101  (a constraint of handed-over papers)
    day = counts_from(handover.handed_over_on, clock.local_date(handover.recorded_at))
    earlier = Delivery.objects.filter(asset=item.asset, line__pledge=line.pledge_id, counts_until__isnull=True)
    _end(earlier, day)
    return Delivery.objects.create(line=line, item=item, asset=item.asset, counts_from=day)


def end_counts(asset: Asset, *, on: date, unless_within: Unit | None = None) -> list[Pledge]:
    """Stop counting ``asset`` from ``on``: it was recalled, or has left the unit. Returns the pledges touched.

    ``unless_within``: counts of lines whose unit covers this one stay (a move inside the kecamatan).
    """
    open_counts = Delivery.objects.filter(asset=asset, counts_until__isnull=True).select_related(
        "line__unit", "line__pledge"
    )
    ending = [d for d in open_counts if unless_within is None or not d.line.unit.covers(unless_within)]
    _end(Delivery.objects.filter(pk__in=[d.pk for d in ending]), on)
    return list({d.line.pledge_id: d.line.pledge for d in ending}.values())


def _end(deliveries: Iterable[Delivery], on: date) -> None:
    for delivery in deliveries:
        delivery.counts_until, delivery.ended_at = max(on, delivery.counts_from), clock.now()
        delivery.save(update_fields=["counts_until", "ended_at"])
