"""May this person hand over, accept, dispute, cancel or sign this now? Asked by verbs, pages and the API alike."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.models import Handover
from assets.rules import may_keep
from assets.states import AWAITING, COMES_BACK, HandoverKind, HandoverState
from core.errors import NotAllowed
from core.permits import Permit, four_eyes
from org.models import Role, Unit
from org.rules import belongs_to, holds, require


def may_record(user: Any, kind: str, *, keeper: Unit, giver: Unit) -> str:
    """Who may make a handover of ``kind``: the clerk of ``keeper``; a return also the unit that has the devices."""
    if kind == HandoverKind.RETURN and belongs_to(user, giver) and not holds(user, Role.ASSET_CLERK, unit=keeper):
        return require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=giver)
    return may_keep(user, keeper)


def _receiver(user: Any, handover: Handover) -> str:
    """The recipient, or a requester or head of the recipient unit; a clerk for what comes back; never the recorder."""
    if user.pk == handover.recorded_by_id:
        raise NotAllowed("own_act", _("Yang mencatat serah terima tidak menerimanya sendiri."))
    if handover.kind in COMES_BACK:
        return may_keep(user, handover.recipient_unit)
    if belongs_to(user, handover.recipient_unit):
        return require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=handover.recipient_unit)
    if handover.recipient_id is None or user.person_id != handover.recipient_id:
        raise NotAllowed("not_the_receiver", _("Hanya penerima atau unit penerima yang dapat melakukannya."))
    return "recipient"


def _giver(user: Any, handover: Handover) -> str:
    """The recorder, or an asset clerk of the unit that keeps the devices."""
    keeper = handover.recipient_unit if handover.kind in COMES_BACK else handover.from_unit
    if user.pk == handover.recorded_by_id:
        return require(user, Role.ASSET_CLERK, Role.REQUESTER, Role.UNIT_HEAD)
    return may_keep(user, keeper)


def _giver_or_receiver(user: Any, handover: Handover) -> str:
    try:
        return _giver(user, handover)
    except NotAllowed:
        return _receiver(user, handover)


def _holder(user: Any, handover: Handover) -> str:
    """The unit that had the devices, and not who recorded that they came back."""
    four_eyes(user, handover.recorded_by_id)
    if not belongs_to(user, handover.from_unit):
        raise NotAllowed("not_the_holder", _("Hanya unit yang memegang perangkat yang dapat membenarkannya."))
    return require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=handover.from_unit)


def _may_be_confirmed(handover: Handover) -> bool:
    """A return that the office recorded, until its unit has said yes."""
    if handover.kind != HandoverKind.RETURN or handover.state == HandoverState.CANCELLED or handover.confirmed_by_id:
        return False
    return not belongs_to(handover.recorded_by, handover.from_unit)


def _awaits_receipt(handover: Handover) -> bool:
    return handover.state in AWAITING


def _may_be_disputed(handover: Handover) -> bool:
    return handover.items.disputable().exists()


def _nothing_accepted(handover: Handover) -> bool:
    """Also not what was accepted and disputed afterwards: that comes back by a return."""
    if handover.state in (HandoverState.CANCELLED, HandoverState.ACCEPTED):
        return False
    return not handover.items.filter(accepted_at__isnull=False).exists()


def _needs_scan(handover: Handover) -> bool:
    return handover.state not in (HandoverState.PREPARED, HandoverState.CANCELLED) and not handover.signed_scan_id


HANDOVER_VERBS = {
    "hand-over": Permit(_giver, lambda handover: handover.state == HandoverState.PREPARED),
    "accept": Permit(_receiver, _awaits_receipt),
    "dispute": Permit(_receiver, _may_be_disputed),
    "cancel": Permit(_giver, _nothing_accepted),
    "attach-signed": Permit(_giver_or_receiver, _needs_scan),
    "confirm-return": Permit(_holder, _may_be_confirmed),
}
