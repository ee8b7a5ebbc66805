"""When a device counts for a pledge: steps without events, called by ``requests_app.fulfilment``.

A device counts when it was handed over by an ``issue`` to the line's unit or below and that unit accepted it. It counts
from the day of handover if that was recorded within 14 days, else from the day it was recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from assets.models import HandoverItem
from assets.states import HandoverKind
from core import clock
from org.models import Unit
from pledges.models import Delivery, PledgeLine
from pledges.states import DISPUTE_DAYS, RECORDING_GRACE_DAYS


def counts_from(handed_over_on: date, recorded_on: date) -> date:
    """The day from which a handover of ``handed_over_on``, put on record on ``recorded_on``, counts."""
    late = recorded_on - handed_over_on > timedelta(days=RECORDING_GRACE_DAYS)
    return recorded_on if late else handed_over_on


def may_count(line: PledgeLine, item: HandoverItem) -> bool:
    """Whether an accepted item is what the line promises, for the unit it promises it to, and still there."""
    handover, held = item.handover, item.asset.custody
    right_kind = line.covers(item.asset.device_type) or item.substitute
    right_unit = line.unit.covers(handover.recipient_unit) and held is not None and line.unit.covers(held.unit)
    return handover.kind == HandoverKind.ISSUE and right_unit and right_kind


def count(line: PledgeLine, item: HandoverItem) -> Delivery | None:
    """Count an accepted item for ``line``; None when it does not count. Ends the asset's earlier count on this pledge.

    An item that counted before and was disputed counts again from today.
    """
    if not may_count(line, item):
        return None
    handover = item.handover
    assert handover.handed_over_on and handover.recorded_at  # noqa: S101  (a constraint of handed-over papers)
    day = counts_from(handover.handed_over_on, clock.local_date(handover.recorded_at))
    if item.deliveries.exists():
        day = clock.today()
    earlier = Delivery.objects.filter(asset=item.asset, line__pledge=line.pledge_id, counts_until__isnull=True)
    _end(earlier, day, item)
    return Delivery.objects.create(line=line, item=item, asset=item.asset, counts_from=day)


def end_counts(item: HandoverItem, *, on: date, unless_within: Unit | None = None) -> None:
    """Stop counting the asset of ``item`` from ``on``: by this item it was recalled, or has left the unit.

    ``unless_within``: counts of lines whose unit covers this one stay (a move inside the kecamatan).
    """
    open_counts = Delivery.objects.filter(asset=item.asset_id, counts_until__isnull=True).select_related("line__unit")
    ending = [d for d in open_counts if unless_within is None or not d.line.unit.covers(unless_within)]
    _end(ending, on, item)


def end_disputed(item: HandoverItem) -> None:
    """Stop counting an item that a signed paper had made count and its unit disputes within 14 days."""
    handed_over_on = item.handover.handed_over_on
    if handed_over_on and clock.today() - handed_over_on <= timedelta(days=DISPUTE_DAYS):
        _end(item.deliveries.filter(counts_until__isnull=True), clock.today(), item)


def undo(item: HandoverItem) -> None:
    """A cancelled item never counted, and what it had ended counts on."""
    _end(item.deliveries.filter(counts_until__isnull=True), date.min, item)
    for ended in item.deliveries_ended.exclude(item=item):
        Delivery.objects.create(line=ended.line, item=ended.item, asset=ended.asset, counts_from=ended.counts_until)


def _end(deliveries: Iterable[Delivery], on: date, by: HandoverItem) -> None:
    for delivery in deliveries:
        delivery.counts_until, delivery.ended_at = max(on, delivery.counts_from), clock.now()
        delivery.ended_by = by
        delivery.save(update_fields=["counts_until", "ended_at", "ended_by"])
