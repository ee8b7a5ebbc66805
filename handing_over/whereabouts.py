"""Where devices were before they were handed over for a pledge, and where those that count for one are now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import takewhile
from typing import NamedTuple

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from assets.models import Custody, HandoverItem
from org.models import Unit
from pledges.models import Delivery


def with_held_before(items: QuerySet[HandoverItem]) -> QuerySet[HandoverItem]:
    """Adds ``held_from``, ``held_until`` and ``held_ended`` (the kind of handover): when the unit of the pledge line
    that an item serves, or one under it, had the device already, since before the promise; None where it had not."""
    line = "fulfilment__pledge_line"
    there = Q(unit=OuterRef(f"{line}__unit"))
    there |= Q(unit__code__startswith=Concat(OuterRef(f"{line}__unit__code"), Value(".")))
    held = Custody.objects.filter(
        there, asset=OuterRef("asset"), began_by__lt=OuterRef("pk"), until__isnull=False,
        since__lt=OuterRef(f"{line}__pledge__made_on_to"),
    )  # fmt: skip
    last = held.annotate(how=F("ended_by__handover__kind")).order_by("-until", "-pk")
    return items.annotate(
        held_from=Subquery(held.order_by("since", "pk").values("since")[:1]),
        held_until=Subquery(last.values("until")[:1]),
        held_ended=Subquery(last.values("how")[:1]),
    )


class Gone(NamedTuple):
    """That a device is no longer at the unit for which it counts: since when, and which unit has it now since when."""

    left_on: date
    unit: Unit | None
    since: date | None


def gone(deliveries: Iterable[Delivery]) -> dict[int, Gone]:
    """Of devices that count, by their item: those that the promised unit gave back, and who has them now."""
    counting = list(deliveries)
    moves: dict[int, list[Custody]] = defaultdict(list)
    rows = Custody.objects.filter(asset__in={each.asset_id for each in counting})
    for row in rows.select_related("unit").order_by("since", "pk"):
        moves[row.asset_id].append(row)
    found = {each.item_id: _gone(each, moves[each.asset_id]) for each in counting}
    return {item: told for item, told in found.items() if told}


def _gone(delivery: Delivery, moves: list[Custody]) -> Gone | None:
    here = [row for row in moves if delivery.line.unit.covers(row.unit)]
    if not here or here[-1].until is None:
        return None
    now, left_on = moves[-1], here[-1].until
    if now.until is not None:
        return Gone(left_on, None, None)
    *_later, first = takewhile(lambda row: row.unit_id == now.unit_id, reversed(moves))
    return Gone(left_on, now.unit, first.since)
