"""Devices from stock are handed to the units that asked for them: to one, or in one delivery to many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from assets.models import Handover, HandoverItem
from assets.states import HandoverKind
from core.acts import Done, act
from core.errors import DomainError, Fault
from core.taking import Ask, Note
from handing_over import rules
from handing_over.fulfilment import Basis, DecisionNumber, HandedOverOn, Recipient, recorded
from handing_over.items import MAX_ITEMS, Item, in_places
from org.models import Person, Unit, User
from org.succession import in_place_of
from requests_app.models import DeviceRequest, RequestLine

Accessories = Annotated[str, Ask(column=(HandoverItem, "accessories"), help=_("Contoh: charger, dus, kabel"))]


@dataclass(frozen=True)
class Placed:
    """Devices with the lines that they serve, in the order they were named, and what is wrong with the others."""

    items: list[Item]
    faults: list[Fault]


def placed(lines: Iterable[RequestLine], items: Collection[Item]) -> Placed:
    """Which of ``lines`` (``to_issue``) each device serves: the one that it names, or else the first that still waits
    for its type. Each is found in a condition that is said."""
    waiting, sent = list(lines), in_places(items)
    left = {line.pk: line.left for line in waiting}
    served: dict[int, RequestLine] = {}
    faults = []
    for each in sorted(sent, key=lambda item: item.request_line is None):
        if not each.condition:
            faults.append(Fault(f"items.{each.place}.condition", "required", _("Pilih kondisi perangkat ini.")))
        able = (line for line in waiting if line.device_type_id == each.asset.device_type_id and left[line.pk])
        line = next((line for line in able if each.request_line in (None, line)), None)
        if line is None:
            faults.append(_unserved(each))
            continue
        left[line.pk] -= 1
        served[each.place] = line
    return Placed([replace(each, request_line=served[each.place]) for each in sent if each.place in served], faults)


def _unserved(item: Item) -> Fault:
    told = {"device": item.asset, "kind": item.asset.device_type}
    if item.request_line is None:
        detail = _("%(device)s: tidak ada lagi %(kind)s yang disetujui dan belum diserahkan.")
        return Fault(f"items.{item.place}.asset", "line_full", detail % told)
    told["unit"] = item.request_line.request.unit
    detail = _("%(device)s: %(unit)s tidak menunggu %(kind)s lagi pada usulan itu.")
    return Fault(f"items.{item.place}.request_line", "line_full", detail % told)


def _shared_out(requests: Sequence[DeviceRequest], items: Collection[Item]) -> list[Item]:
    """The devices with the lines of these requests that they serve; ``DomainError`` names those that serve none."""
    if not 0 < len(items) <= MAX_ITEMS:
        detail = _("Isi 1 sampai %(n)s perangkat.") % {"n": MAX_ITEMS}
        raise DomainError("out_of_range", detail, field="items")
    found = placed(waiting_on(requests), items)
    if found.faults:
        raise DomainError(found.faults[0].code, found.faults[0].detail, faults=tuple(found.faults))
    return found.items


def waiting_on(requests: Sequence[DeviceRequest]) -> list[RequestLine]:
    """The lines of these requests for which devices are still to be handed over, in the order of the requests."""
    order = {request.pk: at for at, request in enumerate(requests)}
    lines = RequestLine.objects.filter(request__in=list(order)).to_issue()
    read = lines.select_related("request__unit", "device_type__family", "pledge_line__pledge")
    return sorted(read, key=lambda line: (order[line.request_id], line.pk))


def _delivery(
    requests: Sequence[DeviceRequest], *, items: Collection[Item], handed_over_on: HandedOverOn = None,
    accessories: Accessories = "", legal_act: Basis = "", decision_number: DecisionNumber = "", note: Note = "",
) -> list[dict[str, Any] | DomainError]:  # fmt: skip
    """Each device for the line that it names or the first of all requests that waits for its type; each request's to
    whom it was filed for. A request that gets none is ruled out: it was not meant."""
    theirs: dict[int, list[Item]] = defaultdict(list)
    for each in _shared_out(requests, items):
        assert each.request_line  # noqa: S101  (shared out)
        theirs[each.request_line.request_id].append(each)
    said = {
        "handed_over_on": handed_over_on, "accessories": accessories, "legal_act": legal_act,
        "decision_number": decision_number, "note": note,
    }  # fmt: skip
    none = _("Belum ada perangkat yang dipindai atau dicentang untuk usulan ini.")
    return [
        {**said, "items": theirs[each.pk], "recipient": receiver_of(each)}
        if each.pk in theirs
        else DomainError("no_devices", none)
        for each in requests
    ]


@act(
    "issue", _("Serahkan perangkat"),
    _("Perangkat yang dipindai atau dicentang diserahkan dengan BAST bernomor; penerima mengonfirmasi."),
    done=_("Serah terima tercatat."), event="handover.prepared", who=rules.may_issue, when=rules.something_to_issue,
    many=_delivery,
)  # fmt: skip
def issue(
    request: DeviceRequest, *, actor: User, items: Collection[Item],
    recipient: Recipient = None, handed_over_on: HandedOverOn = None, accessories: Accessories = "",
    legal_act: Basis = "", decision_number: DecisionNumber = "", note: Note = "",
) -> Done[Handover]:  # fmt: skip
    """Hand devices over to the request's unit, or the one that took its place, on one paper.

    ``items``: each device, in the condition in which it was found, for the line of the request that it names or the
    first that still waits for its type; with accessories of its own or those said for all. ``DomainError`` names the
    device for which no line waits or whose condition was not said.
    """
    served = [replace(each, accessories=each.accessories or accessories) for each in _shared_out([request], items)]
    return recorded(
        actor, HandoverKind.ISSUE, served, recipient_unit=destination(request), recipient=recipient,
        handed_over_on=handed_over_on, legal_act=legal_act, decision_number=decision_number, note=note,
    )  # fmt: skip


def destination(request: DeviceRequest) -> Unit:
    """The unit that gets what a request asked for: the one that took the place of a unit out of use."""
    return in_place_of(request.unit)


def receiver_of(request: DeviceRequest) -> Person | None:
    """The person for whom a request was filed, as long as they serve in the unit that gets the devices."""
    person = request.on_behalf_of or request.requester
    if person is None or not person.active or person.leaving_since or not destination(request).covers(person.unit):
        return None
    return person
