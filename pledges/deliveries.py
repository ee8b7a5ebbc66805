"""When a device counts for a pledge: steps without events, called by ``handing_over.fulfilment``.

A device counts when it was handed over by an ``issue`` to the line's unit or below and that unit accepted it. It counts
from the day on which it came, as its receiver says; where the handover was recorded more than 14 days late, not from
before that. While an installation still enters its archive, it counts from the day of a signed paper that a second
person checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Max

from assets.models import HandoverItem
from assets.states import DISPUTE_DAYS, HandoverKind
from core import clock
from org.models import Unit
from pledges.models import Closure, Delivery, Pledge, PledgeLine
from pledges.queries import lines_with_delivered
from pledges.states import RECORDING_GRACE_DAYS, ClosureKind


def counts_from(received_on: date, handed_over_on: date, recorded_on: date) -> date:
    """The day from which a device counts that came on ``received_on``: not before its handover was put on record,
    where that came late."""
    late = recorded_on - handed_over_on > timedelta(days=RECORDING_GRACE_DAYS)
    return max(received_on, recorded_on) if late else received_on


def serves(line: PledgeLine, unit: Unit, giver: Unit) -> bool:
    """Whether a device that ``giver`` gave ``unit`` is where the line promises it.

    The promiser's own house, that of who answers for the promise and that of the giver are served by their own devices:
    what goes there counts only for a line that names a unit of that house. The root is nobody's house.
    """
    houses = (line.pledge.office.unit, line.pledge.responsible_unit, giver)
    into = [house for house in houses if house.parent_id is not None and house.covers(unit)]
    return line.unit.covers(unit) and all(house.covers(line.unit) for house in into)


def may_count(line: PledgeLine, item: HandoverItem) -> bool:
    """Whether an item is what the line promises, given after the promise, where it promises it and still there."""
    handover, held = item.handover, item.asset.custody
    right_kind = line.covers(item.asset.device_type) or item.substitute
    after_the_words = handover.handed_over_on is not None and handover.handed_over_on >= line.pledge.made_on_to
    right_unit = held is not None and all(
        serves(line, unit, handover.from_unit) for unit in (handover.recipient_unit, held.unit)
    )
    return handover.kind == HandoverKind.ISSUE and right_kind and after_the_words and right_unit


def count(line: PledgeLine, item: HandoverItem, *, checked_by: Any = None) -> Delivery | None:
    """Count an accepted item for ``line``; None when it does not count. Ends the asset's earlier count on this pledge.

    An item that counted before and was disputed counts again from then on at the earliest. ``checked_by``: who checked
    the signed and dated paper while the archive was entered; it then counts from its own date, however late it was
    recorded. Where the pledge of ``line`` was merged, it counts for the one that stayed, and is not seen there before
    the merge.
    """
    if not may_count(line, item):
        return None
    line, merged_on = _heir(line)
    handover = item.handover
    assert handover.handed_over_on and handover.recorded_at  # noqa: S101  (a constraint of handed-over papers)
    received_on = item.received_on or handover.handed_over_on
    day = counts_from(received_on, handover.handed_over_on, clock.local_date(handover.recorded_at))
    archived = checked_by is not None and day > received_on
    if archived:
        day = received_on
    if last := item.deliveries.aggregate(last=Max("counts_until"))["last"]:
        day = max(day, last)
    if line.effective_on:
        day = max(day, line.effective_on)
    earlier = list(Delivery.objects.filter(asset=item.asset, line__pledge=line.pledge_id, counts_until__isnull=True))
    if merged_on and any(each.pooled_on is None or each.pooled_on < merged_on for each in earlier):
        day = max(day, merged_on)  # what had counted there already counts on until the merge
    _end(earlier, day, item)
    return Delivery.objects.create(
        line=line, item=item, asset=item.asset, counts_from=day, pooled_on=merged_on,
        checked_by=checked_by if archived else None,
    )  # fmt: skip


def _heir(line: PledgeLine) -> tuple[PledgeLine, date | None]:
    """The line that stands for this one since its pledge was merged into another, and since when; else itself."""
    merged_on = None
    closure = Closure.objects.filter(pledge=line.pledge_id, kind=ClosureKind.MERGED).first()
    while closure is not None:
        lines = PledgeLine.objects.filter(pledge=closure.merged_into_id).select_related("unit")
        same = [each for each in lines_with_delivered(lines) if each.kind_for_unit == line.kind_for_unit]
        if not same:
            break
        line, merged_on = max(same, key=lambda each: each.promised - each.delivered), closure.effective_on
        closure = Closure.objects.filter(pledge=line.pledge_id, kind=ClosureKind.MERGED).first()
    return line, merged_on


def pool(pledge: Pledge, into: Pledge) -> None:
    """Let what was delivered for ``pledge`` count for ``into``, from its own days, seen from today on.

    A device that counts for both counts on for the later one only, and on no day twice. What ``into`` does not promise
    stays with ``pledge``.
    """
    mine = Delivery.objects.filter(line__pledge=pledge).exclude(counts_until=F("counts_from"))
    for delivery in mine.select_related("line", "item").order_by("counts_from", "pk"):
        line, _merged_on = _heir(delivery.line)
        if line.pledge_id == into.pk:
            _pool(delivery, line)


def _pool(delivery: Delivery, line: PledgeLine) -> None:
    of_device = Delivery.objects.filter(asset=delivery.asset_id, line__pledge=line.pledge_id).select_related("item")
    theirs = list(of_device.exclude(counts_until=F("counts_from")).order_by("counts_from", "pk"))
    since, until, ended_by = delivery.counts_from, delivery.counts_until, delivery.ended_by_id
    after = next((each for each in theirs if each.counts_from > since), None)
    if after and (until is None or after.counts_from < until):
        until, ended_by = after.counts_from, after.item_id
    if until is None:
        _end([each for each in theirs if each.counts_until is None], clock.today(), delivery.item)
    since = max([since, *(each.counts_until or date.max for each in theirs if each.counts_from <= since)])
    if until is None or since < until:
        Delivery.objects.create(
            line=line, item=delivery.item, asset_id=delivery.asset_id, counts_from=since, counts_until=until,
            ended_at=clock.now() if until else None, ended_by_id=ended_by, pooled_on=clock.today(),
            checked_by_id=delivery.checked_by_id,
        )  # fmt: skip


def end_counts(item: HandoverItem, *, on: date, unless_within: Unit | None = None) -> None:
    """Stop counting the asset of ``item`` from ``on``: by this item it was recalled, or has left the unit.

    ``unless_within``: counts of lines that it still serves there stay (a move inside the kecamatan).
    """
    open_counts = Delivery.objects.filter(asset=item.asset_id, counts_until__isnull=True).select_related(
        "item__handover__from_unit", "line__unit", "line__pledge__office__unit", "line__pledge__responsible_unit"
    )
    ending = [
        each
        for each in open_counts
        if unless_within is None or not serves(each.line, unless_within, each.item.handover.from_unit)
    ]
    _end(ending, on, item)


def end_disputed(item: HandoverItem) -> None:
    """Stop counting an item that its unit disputes within 14 days after accepting it.

    For one that only a signed paper had made count, the days run from the handover.
    """
    since = clock.local_date(item.accepted_at) if item.accepted_at else item.handover.handed_over_on
    if since and clock.today() - since <= timedelta(days=DISPUTE_DAYS):
        _end(item.deliveries.filter(counts_until__isnull=True), clock.today(), item)


def undo(item: HandoverItem) -> None:
    """A cancelled item never counted, and what it had ended counts on."""
    _end(item.deliveries.filter(counts_until__isnull=True), date.min, item)
    resume(item)


def resume(item: HandoverItem) -> None:
    """What ``item`` ended counts on after all, up to the day on which the same device came to count again."""
    for ended in item.deliveries_ended.exclude(item=item):
        of_device = Delivery.objects.filter(asset=ended.asset_id, line__pledge__lines=ended.line_id)
        since = of_device.filter(pk__gt=ended.pk, counts_from__gte=ended.counts_until)
        next_one = since.exclude(counts_until=F("counts_from")).order_by("counts_from", "pk").first()
        Delivery.objects.create(
            line=ended.line, item=ended.item, asset_id=ended.asset_id, counts_from=ended.counts_until,
            counts_until=next_one.counts_from if next_one else None, ended_at=clock.now() if next_one else None,
            ended_by=next_one.item if next_one else None, pooled_on=ended.pooled_on, checked_by_id=ended.checked_by_id,
        )  # fmt: skip


def _end(deliveries: Iterable[Delivery], on: date, by: HandoverItem) -> None:
    for delivery in deliveries:
        delivery.counts_until, delivery.ended_at = max(on, delivery.counts_from), clock.now()
        delivery.ended_by = by
        delivery.save(update_fields=["counts_until", "ended_at", "ended_by"])
