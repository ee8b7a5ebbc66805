"""May this person do this to this device or inventory now? Asked by verbs, pages and the API's ``actions`` alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assets.models import Asset, Inventory, InventoryLine
from assets.states import AssetState, HandoverState, InventoryAnswer, InventoryState
from core.permits import Permit
from org.models import Role, Unit
from org.rules import belongs_to, four_eyes, holds, require


def may_keep(user: Any, unit: Unit | None = None) -> str:
    """Asset clerk of ``unit`` (of any, when None): enters devices, receipts and handovers."""
    return require(user, Role.ASSET_CLERK, unit=unit)


def _keeper(user: Any, asset: Asset) -> str:
    """The asset clerk of the unit on whose books the device stands."""
    return may_keep(user, asset.unit)


def _keeper_or_holder(user: Any, asset: Asset) -> str:
    """The keeper, or somebody who speaks for the unit that holds the device."""
    if not holds(user, Role.ASSET_CLERK, unit=asset.unit):
        custody = asset.custody
        if custody is not None and belongs_to(user, custody.unit):
            return require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=custody.unit)
    return _keeper(user, asset)


def _on_the_list(asset: Asset) -> bool:
    return not asset.retired_on


def _can_go_to_repair(asset: Asset) -> bool:
    return asset.state in (AssetState.IN_STOCK, AssetState.HELD, AssetState.ISSUED)


def in_repair(asset: Asset) -> bool:
    """Also when it was lost there."""
    if asset.state == AssetState.LOST:
        return asset.repairs.filter(ended_on__isnull=True).exists()
    return asset.state == AssetState.IN_REPAIR


def may_retire(asset: Asset) -> bool:
    """Not while somebody holds it, while it is held for a handover or in repair."""
    if asset.state == AssetState.LOST:
        held = asset.handover_items.filter(state=HandoverState.PREPARED).exists()
        return asset.custody is None and not held and not in_repair(asset)
    return asset.state == AssetState.IN_STOCK


ASSET_VERBS = {
    "change": Permit(_keeper, _on_the_list),
    "report-condition": Permit(_keeper_or_holder, _on_the_list),
    "mark-lost": Permit(_keeper_or_holder, lambda asset: _on_the_list(asset) and not asset.lost_on),
    "mark-found": Permit(_keeper, lambda asset: _on_the_list(asset) and bool(asset.lost_on)),
    "start-repair": Permit(_keeper, _can_go_to_repair),
    "end-repair": Permit(_keeper, in_repair),
    "retire": Permit(_keeper, may_retire),
}


def _answers_for(user: Any, line: InventoryLine) -> str:
    """Somebody who speaks for the unit that held the device; never who opened the inventory."""
    role = require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=line.unit)
    four_eyes(user, line.inventory.opened_by_id)
    return role


def _can_answer(answer: str) -> Callable[[InventoryLine], bool]:
    return lambda line: line.inventory.state == InventoryState.OPEN and line.answer != answer


def _counts(user: Any, inventory: Inventory) -> str:
    return may_keep(user, inventory.unit)


INVENTORY_VERBS = {"close": Permit(_counts, lambda inventory: inventory.state == InventoryState.OPEN)}
INVENTORY_LINE_VERBS = {
    "confirm": Permit(_answers_for, _can_answer(InventoryAnswer.CONFIRMED)),
    "not-found": Permit(_answers_for, _can_answer(InventoryAnswer.NOT_FOUND)),
}
