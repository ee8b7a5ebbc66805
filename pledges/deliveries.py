"""When a device counts for a pledge: steps without events, called by ``handing_over.fulfilment``.

A device counts when it was handed over by an ``issue`` to the line's unit or below and that unit accepted it. It counts
from the day on which it came, as its receiver says; where the handover was recorded more than 14 days late, not from
before that. A signed scan that somebody else attached stands for the receiver until the receiver speaks: from the day
of handover, or from its own when that is more than 14 days later; while an installation still enters its archive, from
the date of the paper.

A device of a kind that waits for its confirmation (``kinds.py``) counts once that came, from its own day.

Rows are only added, ended or found void. A device counts for one line at a time, until it has served its useful life:
what it counts for then stays, whatever becomes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import F, Max, Q

from assets.models import Handover, HandoverItem, SignedScan
from assets.states import FROM_STOCK, HandoverKind, HandoverState
from core import clock
from org.models import Unit
from pledges.counting import lines_with_delivered
from pledges.kinds import waited_for
from pledges.models import Closure, Delivery, Pledge, PledgeLine
from pledges.states import RECORDING_GRACE_DAYS, ClosureKind


def counts_from(received_on: date, handed_over_on: date, recorded_on: date) -> date:
    """The day from which a device counts that came on ``received_on``: not before its handover was put on record,
    where that came late."""
    late = clock.days_past(handed_over_on, recorded_on) > RECORDING_GRACE_DAYS
    return max(received_on, recorded_on) if late else received_on


def serves(line: PledgeLine, unit: Unit, giver: Unit) -> bool:
    """Whether a device that ``giver`` gave ``unit`` is where the line promises it.

    The promiser's own house, that of who answers for the promise and that of the giver are served by their own devices:
    what goes there counts only for a line that names a unit of that house. The root is nobody's house.
    """
    houses = (line.pledge.office.unit, line.pledge.responsible_unit, giver)
    into = [house for house in houses if house.parent_id is not None and house.covers(unit)]
    return line.unit.covers(unit) and all(house.covers(line.unit) for house in into)


class Hindrance(StrEnum):
    """Why a device that was handed over for a line does not count for it."""

    LOANED = "loaned"
    OTHER_KIND = "other_kind"
    BEFORE_THE_PROMISE = "before_the_promise"
    NOT_THERE = "not_there"
    ELSEWHERE = "elsewhere"
    OWN_HOUSE = "own_house"
    GIVEN_ANEW = "given_anew"


def may_count(line: PledgeLine, item: HandoverItem) -> bool:
    """Whether an item is what the line promises, given after the promise, where it promises it and still there."""
    return hindrance(line, item) is None


def hindrance(line: PledgeLine, item: HandoverItem) -> Hindrance | None:
    """The first thing by which an item is not what ``may_count`` asks for; None where nothing is in the way."""
    handover, held = item.handover, item.asset.custody
    if handover.kind != HandoverKind.ISSUE:
        return Hindrance.LOANED
    if not (line.covers(item.asset.device_type) or item.substitute):
        return Hindrance.OTHER_KIND
    if handover.handed_over_on is None or handover.handed_over_on < line.pledge.made_on_to:
        return Hindrance.BEFORE_THE_PROMISE
    if held is None:
        return Hindrance.NOT_THERE
    units = (handover.recipient_unit, held.unit)
    if not all(line.unit.covers(unit) for unit in units):
        return Hindrance.ELSEWHERE
    if not all(serves(line, unit, handover.from_unit) for unit in units):
        return Hindrance.OWN_HOUSE
    given_anew = item.asset.handover_items.filter(pk__gt=item.pk, handover__kind__in=FROM_STOCK)
    given_anew = given_anew.exclude(state__in=(HandoverState.PREPARED, HandoverState.CANCELLED))
    return Hindrance.GIVEN_ANEW if given_anew.exists() else None


def count(
    line: PledgeLine, item: HandoverItem, *, scan: SignedScan | None = None, archived: bool = False
) -> Delivery | None:  # fmt: skip
    """Count an item for ``line``; None when it does not count. Ends the earlier count of its device, for any pledge.

    It rests on the word of the receiving unit, or on a signed ``scan``; one that is ``archived`` counts from its own
    date, however late the handover was recorded. An item that counted before and was disputed counts again from then on
    at the earliest. Where the pledge of ``line`` was merged, it counts for the one that stayed, and is not seen there
    before the merge.
    """
    if not may_count(line, item):
        return None
    line, merged_on = heir_of(line)
    day, archived = _first_day(item, scan, archived=archived)
    last = item.deliveries.standing().aggregate(last=Max("counts_until"))["last"]
    day = max(filter(None, (day, last, line.effective_on)))
    before = Delivery.objects.standing().filter(
        asset=item.asset, line__pledge=line.pledge_id, counts_until__isnull=True
    )
    if merged_on and any(each.pooled_on is None or each.pooled_on < merged_on for each in before):
        day = max(day, merged_on)  # what had counted there already counts on until the merge
    checked_by = scan.attached_by if scan and archived else None
    return _put(line, item, day, pooled_on=merged_on, scan=scan, checked_by=checked_by)


def spoken(line: PledgeLine, item: HandoverItem) -> None:
    """The unit has received the item: its word takes the place of the scan that had stood for it."""
    rows = list(item.deliveries.standing().filter(scan__isnull=False).order_by("counts_from", "pk"))
    if not rows:
        count(line, item)
        return
    checked_by = rows[0].checked_by
    day, _archived = _first_day(item, None, archived=checked_by is not None)
    undo(item)
    for mine in _by_line(rows):
        since, last = max(filter(None, (day, mine[0].line.effective_on))), mine[-1]
        if last.counts_until is None or since < last.counts_until:
            _put(mine[0].line, item, since, ending=last, pooled_on=last.pooled_on, checked_by=checked_by)


def restore(line: PledgeLine, item: HandoverItem) -> bool:
    """A dispute was taken back: what it had ended counts as it did. Whether there was such a thing."""
    rows = list(item.deliveries.filter(scan__isnull=False, voided_at__isnull=False).order_by("counts_from", "pk"))
    rows = [each for each in rows if each.voided_at == max(row.voided_at for row in rows if row.voided_at)]
    for mine in _by_line(rows):
        first, last = mine[0], mine[-1]
        if last.counts_until is not None or may_count(line, item):
            _put(first.line, item, first.counts_from, ending=last, pooled_on=last.pooled_on, scan=first.scan,
                 checked_by=first.checked_by)  # fmt: skip
    return bool(rows)


def _by_line(rows: list[Delivery]) -> list[list[Delivery]]:
    lines = dict.fromkeys(each.line_id for each in rows)
    return [[each for each in rows if each.line_id == line] for line in lines]


def _first_day(item: HandoverItem, scan: SignedScan | None, *, archived: bool) -> tuple[date, bool]:
    """The day from which an item counts, and whether that is so only because it is ``archived``."""
    handover = item.handover
    assert handover.handed_over_on and handover.recorded_at  # noqa: S101  (a constraint of handed-over papers)
    handed, recorded_on = handover.handed_over_on, clock.local_date(handover.recorded_at)
    if scan is None:
        came = own = item.received_on or handed
    else:
        attached_on, own = clock.local_date(scan.created_at), handed
        came = attached_on if clock.days_past(handed, attached_on) > RECORDING_GRACE_DAYS else handed
    day = counts_from(came, handed, recorded_on)
    return (own, True) if archived and own < day else (day, False)


def _put(
    line: PledgeLine, item: HandoverItem, since: date, *, ending: Delivery | None = None, **values: Any
) -> Delivery:
    """A new count from ``since``, before which the device stops to count for what it came for earlier.

    ``ending``: a count that says when and by what this one ended, if it did.
    """
    earlier = Delivery.objects.standing().filter(asset=item.asset_id, item__lt=item.pk, served_on__gt=since)
    for each in earlier.filter(Q(counts_until__isnull=True) | Q(counts_until__gt=since)):
        _cut(each, since, item)
    if ending is not None and ending.counts_until:
        values |= {"counts_until": ending.counts_until, "ended_at": clock.now(), "ended_by_id": ending.ended_by_id}
    device_type = item.asset.device_type
    served_on = clock.years_after(since, device_type.useful_life)
    waits_for = waited_for(line, device_type, substitute=item.substitute)
    return Delivery.objects.create(
        line=line, item=item, asset_id=item.asset_id, counts_from=since, served_on=served_on, waits_for=waits_for,
        **values,
    )  # fmt: skip


def _cut(delivery: Delivery, on: date, by: HandoverItem) -> None:
    """End a count on ``on``, also one that had ended later."""
    if delivery.counts_until is None:
        _end([delivery], on, by)
        return
    _void([delivery])
    if delivery.counts_from < on:
        _copy(delivery, counts_until=on, ended_at=clock.now(), ended_by_id=by.pk)


def _copy(delivery: Delivery, **changes: Any) -> Delivery:
    """The same count as a new row, which says what has become of it."""
    kept = (
        "line_id", "item_id", "asset_id", "counts_from", "served_on", "pooled_on", "scan_id", "checked_by_id",
        "waits_for_id",
    )  # fmt: skip
    return Delivery.objects.create(**{name: getattr(delivery, name) for name in kept} | changes)


def _void(deliveries: Iterable[Delivery]) -> None:
    """These never counted, as is known from now on."""
    for delivery in deliveries:
        delivery.voided_at = clock.now()
        delivery.save(update_fields=["voided_at"])


def heir_of(line: PledgeLine) -> tuple[PledgeLine, date | None]:
    """The line that stands for this one since its pledge was merged into another, and since when; else itself."""
    merged_on = None
    merges = Closure.objects.in_effect().filter(kind=ClosureKind.MERGED)
    closure = merges.filter(pledge=line.pledge_id).first()
    while closure is not None:
        lines = PledgeLine.objects.filter(pledge=closure.merged_into_id).select_related("unit", "pledge")
        same = [each for each in lines_with_delivered(lines) if each.kind_for_unit == line.kind_for_unit]
        if not same:
            break
        line, merged_on = max(same, key=lambda each: each.promised - each.delivered), closure.effective_on
        closure = merges.filter(pledge=line.pledge_id).first()
    return line, merged_on


def pool(pledge: Pledge, into: Pledge) -> None:
    """Let what was delivered for ``pledge`` count for ``into``, from its own days, seen from today on.

    A device that counts for both counts on for the later one only, and on no day twice. What ``into`` does not promise
    stays with ``pledge``.
    """
    mine = Delivery.objects.standing().filter(line__pledge=pledge).exclude(counts_until=F("counts_from"))
    for delivery in mine.select_related("line__pledge", "item").order_by("counts_from", "pk"):
        line, _merged_on = heir_of(delivery.line)
        if line.pledge_id == into.pk:
            _pool(delivery, line)


def _pool(delivery: Delivery, line: PledgeLine) -> None:
    of_device = Delivery.objects.standing().filter(asset=delivery.asset_id, line__pledge=line.pledge_id)
    theirs = list(of_device.select_related("item").exclude(counts_until=F("counts_from")).order_by("counts_from", "pk"))
    since, until, ended_by = delivery.counts_from, delivery.counts_until, delivery.ended_by_id
    after = next((each for each in theirs if each.counts_from > since), None)
    if after and (until is None or after.counts_from < until):
        until, ended_by = after.counts_from, after.item_id
    if until is None:
        _end([each for each in theirs if each.counts_until is None], clock.today(), delivery.item)
    before = [each for each in theirs if each.counts_from <= since]
    if any(each.counts_until is None for each in before):
        return
    since = max([since, *(each.counts_until for each in before if each.counts_until)])
    if until is None or since < until:
        _copy(delivery, line_id=line.pk, counts_from=since, counts_until=until, ended_by_id=ended_by,
              ended_at=clock.now() if until else None, pooled_on=clock.today())  # fmt: skip


def end_counts(item: HandoverItem, *, on: date, unless: Callable[[Delivery], bool]) -> None:
    """Stop counting the asset of ``item`` from ``on``: by this item it was taken back, or has left the unit.

    ``unless``: which counts stay.
    """
    open_counts = (
        Delivery.objects.standing()
        .filter(asset=item.asset_id, counts_until__isnull=True)
        .select_related(
            "item__handover__from_unit", "line__unit", "line__pledge__office__unit", "line__pledge__responsible_unit"
        )
    )
    _end([each for each in open_counts if not unless(each)], on, item)


def end_disputed(item: HandoverItem) -> None:
    """Stop counting an item that its unit disputes: from today one that it had accepted, else from the beginning."""
    if item.unit_accepted:
        _end(item.deliveries.standing().filter(counts_until__isnull=True), clock.today(), item)
    else:
        undo(item)


def undo(item: HandoverItem) -> None:
    """The item never counted, and what it had ended counts on."""
    _void(item.deliveries.standing())
    resume(item)


def resume(item: HandoverItem) -> None:
    """What ``item`` ended counts on after all: as long as its own count lasted, or until the device counts again."""
    own = item.deliveries.select_related("ended_by__handover__recipient_unit").order_by("pk").last()
    lines = ("line__unit", "line__pledge__office__unit", "line__pledge__responsible_unit", "item__handover__from_unit")
    for ended in item.deliveries_ended.standing().exclude(item=item).select_related(*lines):
        assert ended.counts_until  # noqa: S101  (it has ended)
        of_device = Delivery.objects.standing().filter(
            Q(line=ended.line_id) | ~Q(item=ended.item_id), asset=ended.asset_id, pk__gt=ended.pk
        )
        since = of_device.exclude(item=item).filter(counts_from__gte=ended.counts_until)
        next_one = since.exclude(counts_until=F("counts_from")).order_by("counts_from", "pk").first()
        ends: list[tuple[date, int | None]] = [(next_one.counts_from, next_one.item_id)] if next_one else []
        if own and own.counts_until and own.ended_by and not stays(ended, own.ended_by.handover):
            ends.append((max(own.counts_until, ended.counts_until), own.ended_by_id))
        until, by = min(ends, key=lambda end: end[0], default=(None, None))
        _copy(ended, counts_from=ended.counts_until, counts_until=until, ended_by_id=by,
              ended_at=clock.now() if until else None)  # fmt: skip


def stays(delivery: Delivery, handover: Handover) -> bool:
    """Whether a device is where it is counted also after a move."""
    moved = handover.kind == HandoverKind.TRANSFER
    return moved and serves(delivery.line, handover.recipient_unit, delivery.item.handover.from_unit)


def _end(deliveries: Iterable[Delivery], on: date, by: HandoverItem) -> None:
    for delivery in deliveries:
        if delivery.served_on <= on:
            continue
        delivery.counts_until, delivery.ended_at = max(on, delivery.counts_from), clock.now()
        delivery.ended_by = by
        delivery.save(update_fields=["counts_until", "ended_at", "ended_by"])
