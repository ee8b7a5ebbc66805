"""Steps of a handover on the side of supply: hold, pass custody, settle items, take back.

These write no event and ask no rule: ``handing_over.fulfilment`` is the one entry and records the act. All run inside
its transaction, where nobody else writes; the partial unique indexes on open custody and on holds stand behind them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Custody, Handover, HandoverItem
from assets.states import HANDOVER_MOVES, AssetState, Condition, HandoverKind, HandoverState, LegalAct
from core.errors import Conflict, DomainError, Fault
from core.lifecycle import move
from core.models import Installation
from core.numbering import patterned
from core.validation import validate
from org.models import Unit


@dataclass(frozen=True)
class Offered:
    """One device as it is put on a handover."""

    asset: Asset
    condition: str
    accessories: str = ""


def giver(kind: str, asset: Asset) -> Unit:
    """The unit that has the device now and gives it: its holder, or the unit that keeps it when it comes from stock."""
    if HandoverKind(kind).takes_from_stock:
        return asset.unit
    custody = asset.custody
    if custody is None:
        raise Conflict("not_issued", _("Perangkat %(tag)s tidak sedang dipakai.") % {"tag": asset.tag})
    return custody.unit


def settle_legal_act(kind: str, legal_act: str, from_unit: Unit, recipient_unit: Unit) -> str:
    """The legal act of a handover: the given one if it is allowed, else the usual one for the two units.

    Across agencies ``penggunaan`` is refused and ``penggunaan_sementara`` usual (Permendagri 19/2016).
    """
    gives_custody = HandoverKind(kind).gives_custody
    same_agency = from_unit.agency() == recipient_unit.agency()
    if not legal_act:
        if not gives_custody:
            return LegalAct.RETURN
        return LegalAct.USE if same_agency else LegalAct.TEMPORARY_USE
    wrong = (
        (legal_act == LegalAct.USE and not same_agency)
        or (legal_act == LegalAct.STATUS_TRANSFER and same_agency)
        or (legal_act == LegalAct.RETURN) == gives_custody
    )
    if wrong:
        raise DomainError(
            "legal_act_not_allowed",
            _("Dasar penyerahan ini tidak berlaku untuk kedua unit dan jenis serah terima ini."),
            field="legal_act",
        )
    return legal_act


def put_on(handover: Handover, offered: Iterable[Offered]) -> list[HandoverItem]:
    """Put devices on a prepared handover; those from stock are held for it. ``Conflict`` when one is not free."""
    items = []
    for index, each in enumerate(offered):
        _refuse_unfit(handover, each.asset, index)
        item = HandoverItem(handover=handover, asset=each.asset, condition=each.condition, accessories=each.accessories)
        validate(item)
        item.save(force_insert=True)
        items.append(item)
    return items


def _refuse_unfit(handover: Handover, asset: Asset, index: int) -> None:
    kind, state = HandoverKind(handover.kind), asset.state
    expected = AssetState.IN_STOCK if kind.takes_from_stock else AssetState.ISSUED
    unfit = ""
    if kind.gives_custody and state != expected:
        unfit = _("Perangkat %(tag)s tidak tersedia: %(state)s.") % {"tag": asset.tag, "state": state.label}
    elif kind.gives_custody and not Condition(asset.condition).fit:
        condition = Condition(asset.condition).label
        unfit = _("Perangkat %(tag)s tidak tersedia: %(state)s.") % {"tag": asset.tag, "state": condition}
    elif not kind.gives_custody and (state == AssetState.RETIRED or asset.custody is None):
        unfit = _("Perangkat %(tag)s tidak sedang dipakai.") % {"tag": asset.tag}
    elif asset.handover_items.filter(state=HandoverState.PREPARED).exists():
        unfit = _("Perangkat %(tag)s sedang disiapkan pada serah terima lain.") % {"tag": asset.tag}
    if unfit:
        raise Conflict(
            "asset_not_available", unfit, faults=(Fault(f"items.{index}.asset", "asset_not_available", unfit),)
        )


def pass_on(handover: Handover, *, on: date, at: datetime, number: str = "") -> list[str]:
    """Hand the prepared devices over on local day ``on``: number the paper and pass custody. Returns the state move.

    ``number``: of an old paper that has one already.
    """
    _refuse_wrong_day(handover, on)
    number = number or patterned("handover", Installation.current().handover_number, on)
    moved = move(
        handover, HANDOVER_MOVES, to=HandoverState.HANDED_OVER, number=number, handed_over_on=on, recorded_at=at
    )
    for item in handover.items.select_related("asset"):
        _refuse_changed(handover, item.asset)
        move(item, HANDOVER_MOVES, to=HandoverState.HANDED_OVER)
        Custody.objects.filter(asset=item.asset, until__isnull=True).update(until=on, ended_by=item)
        if HandoverKind(handover.kind).gives_custody:
            Custody.objects.create(
                asset=item.asset, unit=handover.recipient_unit, person=handover.recipient, since=on, began_by=item
            )
    return moved


def _refuse_wrong_day(handover: Handover, on: date) -> None:
    """A device does not pass before it last passed, nor after the day it should be back."""
    moved = Custody.objects.filter(asset__handover_items__handover=handover)
    moved = moved.exclude(began_by__state=HandoverState.CANCELLED)
    if moved.filter(Q(since__gt=on) | Q(until__gt=on)).exists():
        raise DomainError(
            "before_last_move", _("Tanggal ini sebelum perangkat terakhir berpindah."), field="handed_over_on"
        )
    if handover.due_back_on and handover.due_back_on < on:
        raise DomainError(
            "before_handover", _("Tanggal kembali tidak boleh sebelum tanggal serah terima."), field="due_back_on"
        )


def _refuse_changed(handover: Handover, asset: Asset) -> None:
    """A device that was fit when it was prepared may have been lost or broken since."""
    kind = HandoverKind(handover.kind)
    if not kind.gives_custody:
        return
    expected = AssetState.HELD if kind.takes_from_stock else AssetState.ISSUED
    if asset.state != expected or not Condition(asset.condition).fit:
        raise Conflict("asset_not_available", _("Perangkat %(tag)s tidak lagi layak diserahkan.") % {"tag": asset.tag})


def accept_items(
    handover: Handover, received: Mapping[HandoverItem, date], *, substitute: bool, of_unit: Container[HandoverItem],
    at: datetime,
) -> None:  # fmt: skip
    """Mark items received, each on its day; those ``of_unit`` by the unit itself. When all are, the handover is
    accepted; a transferred status moves the books too."""
    for item, day in received.items():
        move(
            item, HANDOVER_MOVES, to=HandoverState.ACCEPTED, accepted_at=at, received_on=day, substitute=substitute,
            unit_accepted=item in of_unit,
        )  # fmt: skip
        if handover.legal_act == LegalAct.STATUS_TRANSFER:
            item.asset.unit = handover.recipient_unit
            item.asset.save(update_fields=["unit"])
    _follow_items(handover)


def dispute_items(handover: Handover, reasons: dict[HandoverItem, str]) -> None:
    """Mark items as not received as written; they stay with the receiver until accepted, cancelled or returned."""
    for item, reason in reasons.items():
        move(item, HANDOVER_MOVES, to=HandoverState.DISPUTED, dispute_reason=reason)
    _follow_items(handover)


def undispute_items(handover: Handover, items: Iterable[HandoverItem]) -> None:
    """A dispute was taken back: the items wait again, or are received as they were."""
    for item in items:
        move(item, HANDOVER_MOVES, to=HandoverState.ACCEPTED if item.accepted_at else HandoverState.HANDED_OVER)
    _follow_items(handover)


def _follow_items(handover: Handover) -> None:
    said = list(handover.items.values_list("state", "accepted_at"))
    states = {state for state, _at in said}
    accepted_at = None
    if HandoverState.DISPUTED in states:
        to = HandoverState.DISPUTED
    elif states == {HandoverState.ACCEPTED}:
        to, accepted_at = HandoverState.ACCEPTED, max(at for _state, at in said if at)
    else:
        to = HandoverState.HANDED_OVER
    if (to, accepted_at) != (handover.state, handover.accepted_at):
        handover.state, handover.accepted_at = to, accepted_at
        handover.save(update_fields=["state", "accepted_at"])


def take_back(handover: Handover) -> list[str]:
    """Cancel a handover of which nothing is accepted: holds go, custody reverts to who had the devices before."""
    later = HandoverItem.objects.filter(asset__handover_items__handover=handover, handover__pk__gt=handover.pk)
    if later.exclude(state=HandoverState.CANCELLED).exists():
        raise Conflict("moved_on", _("Perangkat sudah berpindah lagi sesudah serah terima ini."))
    moved = move(handover, HANDOVER_MOVES, to=HandoverState.CANCELLED)
    for item in handover.items.all():
        move(item, HANDOVER_MOVES, to=HandoverState.CANCELLED)
        began = Custody.objects.filter(began_by=item)
        began.update(until=handover.handed_over_on, ended_by=item)
        Custody.objects.filter(ended_by=item).exclude(began_by=item).update(until=None, ended_by=None)
    return moved
