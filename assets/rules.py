"""May this person do this to this device or handover now? Asked by verbs, pages and the API's ``actions`` alike."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Handover, Inventory, InventoryLine
from assets.states import AWAITING, AssetState, HandoverKind, HandoverState, InventoryAnswer, InventoryState
from core.errors import NotAllowed
from core.permits import NOT_NOW, Permit, When, refusing
from org.models import Role, Unit
from org.rules import belongs_to, four_eyes, holds, require

COMES_BACK = (HandoverKind.RETURN, HandoverKind.RECALL)


def may_keep(user: Any, unit: Unit | None = None) -> str:
    """Asset clerk of ``unit`` (of any, when None): enters devices, receipts and handovers."""
    return require(user, Role.ASSET_CLERK, unit=unit)


def keeper(user: Any, asset: Asset) -> str:
    """The asset clerk of the unit on whose books the device stands."""
    return may_keep(user, asset.unit)


def keeper_or_holder(user: Any, asset: Asset) -> str:
    """The keeper, or somebody who speaks for the unit that holds the device."""
    if not holds(user, Role.ASSET_CLERK, unit=asset.unit):
        custody = asset.custody
        if custody is not None and belongs_to(user, custody.unit):
            return require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=custody.unit)
    return keeper(user, asset)


@refusing(_("Perangkat ini sudah dihapus dari daftar."))
def on_the_list(asset: Asset) -> bool:
    return not asset.retired_on


@refusing(_("Perangkat ini sudah tercatat hilang."))
def not_lost(asset: Asset) -> bool:
    return not asset.lost_on


@refusing(_("Perangkat ini tidak tercatat hilang."))
def lost(asset: Asset) -> bool:
    return bool(asset.lost_on)


@refusing(_("Perangkat yang dihapus, hilang atau sudah dalam perbaikan tidak dapat dikirim ke perbaikan."))
def can_go_to_repair(asset: Asset) -> bool:
    return asset.state in (AssetState.IN_STOCK, AssetState.HELD, AssetState.ISSUED)


@refusing(_("Perangkat ini tidak sedang diperbaiki."))
def in_repair(asset: Asset) -> bool:
    """Also when it was lost there."""
    if asset.state == AssetState.LOST:
        return asset.repairs.filter(ended_on__isnull=True).exists()
    return asset.state == AssetState.IN_REPAIR


@refusing(_("Perangkat masih dipegang, disiapkan atau diperbaiki."), "custody_open")
def let_go(asset: Asset) -> bool:
    """Not while somebody holds it, while it is held for a handover or in repair."""
    if asset.state == AssetState.LOST:
        held = asset.handover_items.filter(state=HandoverState.PREPARED).exists()
        return asset.custody is None and not held and not in_repair(asset)
    return asset.state == AssetState.IN_STOCK


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


def answers_for(user: Any, line: InventoryLine) -> str:
    """Somebody who speaks for the unit that held the device; never who opened the inventory."""
    role = require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=line.unit)
    four_eyes(user, line.inventory.opened_by_id)
    return role


@refusing(_("Inventarisasi ini sudah ditutup."))
def still_open(line: InventoryLine) -> bool:
    return line.inventory.state == InventoryState.OPEN


def not_yet(answer: InventoryAnswer) -> When:
    return When(lambda line: line.answer != answer, _("Jawaban ini sudah tercatat."))


def counts(user: Any, inventory: Inventory) -> str:
    return may_keep(user, inventory.unit)


@refusing(NOT_NOW)
def is_open(inventory: Inventory) -> bool:
    return inventory.state == InventoryState.OPEN
