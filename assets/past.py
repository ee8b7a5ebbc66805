"""What a device's holder reads of the time before: days, kinds and condition; no words, photos or persons.

Who keeps the books reads all. A holder reads all of the time in which a unit of his held the device.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.db.models import Q

from core.models import EventFact
from core.models.registered import Spans
from org.rules import reach

CONDITION_AND_DAYS = frozenset(
    {
        "condition", "lost_on", "started_on", "ended_on", "retired_on", "away_since", "back_on", "stops_on",
        "loss_confirmed", "handed_over_on", "received_on",
    }
)  # fmt: skip
PLATE = frozenset(
    {
        "tag", "nibar", "device_type", "brand", "model", "serial_number", "register_number", "imei_1", "imei_2",
        "unit", "acquired_on", "warranty_until", "price", "fund_source", "rows",
    }
)  # fmt: skip
"""What the page shows of the device itself, whoever held it; of an import the rows of the file, by these values."""


def _rows(model: str) -> Any:
    return apps.get_model("assets", model)._base_manager


def known_whole(user: Any) -> Q:
    """The condition that something about a device (``asset``), which ``unit`` said or did, is told whole to a user who
    sees the device."""
    units = reach(user).unit_ids()
    return Q() if units is None else Q(asset__unit__in=units) | Q(unit__in=units)


def keeps_books(user: Any, asset: Any) -> bool:
    """Whether the device is told of whole to the user, who sees it."""
    units = reach(user).unit_ids()
    return units is None or asset.unit_id in units


def foreign_custodies(user: Any, asset: Any) -> set[int]:
    """The custodies of which the user, who sees the device, reads the days alone."""
    if keeps_books(user, asset):
        return set()
    return set(asset.custodies.exclude(unit__in=reach(user).unit_ids()).values_list("pk", flat=True))


def held_spans(user: Any, ids: Collection[int]) -> dict[int, Spans]:
    """Of the devices that others keep the books of: the parts of the journal in which the user's units held them.

    A custody is held from the event that wrote it to the one that ended it.
    """
    units = reach(user).unit_ids()
    if units is None:
        return {}
    foreign = _rows("Asset").filter(pk__any_of=sorted(ids)).exclude(unit__in=units).values_list("pk", flat=True)
    spans: dict[int, Spans] = {pk: [] for pk in foreign}
    held = dict(_rows("Custody").filter(asset__in=list(spans), unit__in=units).values_list("pk", "asset_id"))
    told: dict[int, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    facts = EventFact.objects.filter(object_type="assets.custody", object_id__in=list(held)).order_by("pk")
    for custody, seq, values in facts.values_list("object_id", "event_id", "values"):
        told[custody].append((seq, values or {}))
    for custody, written in told.items():
        ended = [seq for seq, values in written if values.get("until")]
        spans[held[custody]].append((written[0][0], ended[-1] if ended else None))
    return spans
