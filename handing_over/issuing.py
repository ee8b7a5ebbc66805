"""Devices from stock are handed to the unit that asked for them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Handover, HandoverItem
from assets.states import HandoverKind
from core.acts import Done, act
from core.errors import DomainError
from core.taking import Ask, Note
from handing_over import rules
from handing_over.fulfilment import Basis, DecisionNumber, HandedOverOn, Recipient, recorded
from handing_over.items import Item
from org.models import Unit, User
from org.succession import sole_heir
from requests_app.models import DeviceRequest, RequestLine

Line = Annotated[RequestLine, Ask(label=_("Baris usulan"))]


@act(
    "issue", _("Serahkan perangkat"),
    _("Perangkat yang dipilih diserahkan dengan BAST bernomor; penerima mengonfirmasi."),
    done=_("Serah terima tercatat."), event="handover.prepared", who=rules.may_issue, when=rules.something_to_issue,
)  # fmt: skip
def issue(
    request: DeviceRequest, *, actor: User, line: Line, assets: Collection[Asset],
    recipient: Recipient = None, handed_over_on: HandedOverOn = None,
    accessories: Annotated[
        str, Ask(column=(HandoverItem, "accessories"), help=_("Contoh: charger, dus, kabel"))
    ] = "",
    legal_act: Basis = "", decision_number: DecisionNumber = "", note: Note = "",
) -> Done[Handover]:  # fmt: skip
    """Hand the chosen devices over to the request's unit, or the one that took its place, for one of its lines."""
    if len(assets) > (line.approved_quantity or 0):
        raise DomainError("out_of_range", _("Lebih banyak dari yang disetujui."), field="assets")
    items = [Item(asset=asset, accessories=accessories, request_line=line) for asset in assets]
    return recorded(
        actor, HandoverKind.ISSUE, items, recipient_unit=destination(request), recipient=recipient,
        handed_over_on=handed_over_on, legal_act=legal_act, decision_number=decision_number, note=note,
    )  # fmt: skip


def destination(request: DeviceRequest) -> Unit:
    """The unit that gets what a request asked for: the one that took the place of a unit out of use."""
    return request.unit if request.unit.active else sole_heir(request.unit)
