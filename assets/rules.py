"""May this person do this to this device or inventory now? Asked by verbs, pages and the API's ``actions`` alike."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Inventory, InventoryLine
from assets.states import AssetState, HandoverState, InventoryAnswer, InventoryState
from core.discovery import of_each_package
from core.errors import NotAllowed
from core.hands import Hand
from core.permits import NOT_NOW, When, four_eyes, refusing
from org.models import Role, Unit
from org.rules import belongs_to, holds, require


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


def speaker_of_holder(user: Any, asset: Asset) -> str:
    """Somebody whose word on a device is that of the unit that has it.

    What bars a requester or head of the unit from that is said by each package in its ``speaking``.
    """
    custody = asset.custody
    if custody is None or not belongs_to(user, custody.unit):
        raise NotAllowed("not_the_holder", _("Hanya unit pemegang yang dapat melakukannya."))
    role = require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=custody.unit)
    if any(bars(user, asset) for bars in of_each_package("speaking", "BARS")):
        raise NotAllowed("not_the_unit", _("Untuk janji, hanya orang dari unit pemegang sendiri yang menyatakannya."))
    return role


def speaks_for_holder(user: Any, asset: Asset) -> bool:
    """Whether ``speaker_of_holder`` lets the user speak."""
    try:
        speaker_of_holder(user, asset)
    except NotAllowed:
        return False
    return True


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


def answers_for(user: Any, line: InventoryLine) -> str:
    """Somebody who speaks for the unit that held the device; never who opened the inventory."""
    role = require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=line.unit)
    four_eyes(user, Hand(line.inventory.opened_by_id, line.inventory.created_at))
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
