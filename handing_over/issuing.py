"""Devices from stock are handed to the unit that asked for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from assets.models import Handover, HandoverItem
from assets.states import HandoverKind
from core.acts import Done, act
from core.errors import DomainError, Fault
from core.taking import Ask, Note
from handing_over import rules
from handing_over.fulfilment import Basis, DecisionNumber, HandedOverOn, Recipient, recorded
from handing_over.items import Item
from org.models import Unit, User
from org.succession import in_place_of
from requests_app.models import DeviceRequest, RequestLine


@act(
    "issue", _("Serahkan perangkat"),
    _("Perangkat yang dipindai atau dicentang diserahkan dengan BAST bernomor; penerima mengonfirmasi."),
    done=_("Serah terima tercatat."), event="handover.prepared", who=rules.may_issue, when=rules.something_to_issue,
)  # fmt: skip
def issue(
    request: DeviceRequest, *, actor: User, items: Collection[Item],
    recipient: Recipient = None, handed_over_on: HandedOverOn = None,
    accessories: Annotated[
        str, Ask(column=(HandoverItem, "accessories"), help=_("Contoh: charger, dus, kabel"))
    ] = "",
    legal_act: Basis = "", decision_number: DecisionNumber = "", note: Note = "",
) -> Done[Handover]:  # fmt: skip
    """Hand devices over to the request's unit, or the one that took its place, on one paper.

    ``items``: each device, found in which condition, for the first line of the request that still waits for its type.
    ``DomainError`` names the device for which no line waits.
    """
    served = [replace(each, accessories=accessories, request_line=line) for each, line in _shared_out(request, items)]
    return recorded(
        actor, HandoverKind.ISSUE, served, recipient_unit=destination(request), recipient=recipient,
        handed_over_on=handed_over_on, legal_act=legal_act, decision_number=decision_number, note=note,
    )  # fmt: skip


def _shared_out(request: DeviceRequest, items: Collection[Item]) -> list[tuple[Item, RequestLine]]:
    """The devices with the lines that they serve."""
    waiting = list(request.lines.to_issue())
    left = {line.pk: line.left for line in waiting}
    found, faults = [], []
    for place, each in enumerate(items):
        kind = each.asset.device_type_id
        line = next((line for line in waiting if line.device_type_id == kind and left[line.pk]), None)
        if line is None:
            detail = _("%(device)s: tidak ada lagi %(kind)s yang disetujui dan belum diserahkan.")
            told = {"device": each.asset, "kind": each.asset.device_type}
            faults.append(Fault(f"items.{place}.taken", "line_full", detail % told))
            continue
        left[line.pk] -= 1
        found.append((each, line))
    if faults:
        raise DomainError("line_full", faults[0].detail, faults=tuple(faults))
    return found


def destination(request: DeviceRequest) -> Unit:
    """The unit that gets what a request asked for: the one that took the place of a unit out of use."""
    return in_place_of(request.unit)
