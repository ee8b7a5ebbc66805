"""Steps of a handover on the side of supply: hold, pass custody, settle items, take back.

These write no event and ask no rule: ``handing_over.fulfilment`` is the one entry and records the act. All run inside
its transaction, where nobody else writes; the partial unique indexes on open custody and on holds stand behind them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, ConditionReport, Custody, Handover, HandoverItem
from assets.register import log_condition
from assets.states import HANDOVER_MOVES, AssetState, Condition, HandoverKind, HandoverState, LegalAct
from assets.whereabouts import whereabouts
from core.errors import Conflict, DomainError, Fault, Text
from core.lifecycle import move
from core.models import Installation
from core.numbering import patterned
from core.validation import validate
from org.models import Person, Unit, User


@dataclass(frozen=True)
class Offered:
    """One device as it is put on a handover."""

    asset: Asset
    condition: str
    accessories: str = ""
    place: int = 0


@dataclass
class Passed:
    """What a hand-over, an acceptance, a dispute or a cancellation changed beside the paper: ``conditions`` of devices
    by tag (old, new) with the ``reports`` on them, and the ``people`` who gave something up."""

    moved: list[str] = field(default_factory=list)
    conditions: dict[str, list[str]] = field(default_factory=dict)
    reports: list[ConditionReport] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)


def giver(kind: str, asset: Asset) -> Unit:
    """The unit that has the device now and gives it: its holder, or the unit that keeps it when it comes from stock."""
    if HandoverKind(kind).takes_from_stock:
        return asset.unit
    custody = asset.custody
    if custody is None:
        raise Conflict("not_issued", _("Perangkat %(tag)s tidak sedang dipakai.") % {"tag": asset.tag})
    return custody.unit


def settle_legal_act(kind: str, legal_act: str, from_unit: Unit, recipient_unit: Unit) -> str:
    """The legal act of a handover: the given one if it is allowed, else the usual one for the two units. Of a change of
    holder they are the unit that keeps the device and the one that has it.

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
    """Put devices on a prepared handover; those from stock are held for it. ``Conflict`` when one is not free.

    Refuses a receiver who is out of use (400).
    """
    if found := _out_of_use(handover):
        name, why = found
        raise DomainError("out_of_use", why, field=name)
    items = []
    for each in offered:
        _refuse_unfit(handover, each.asset, each.condition, each.place)
        item = HandoverItem(
            handover=handover, asset=each.asset, condition=each.condition, accessories=each.accessories,
            condition_before=each.asset.condition,
        )  # fmt: skip
        validate(item)
        item.save(force_insert=True)
        items.append(item)
    return items


def _out_of_use(handover: Handover) -> tuple[str, Text] | None:
    """Why nothing may be given to the receiver of a handover, with its field: nobody gets a device who is not there."""
    unit, person = handover.recipient_unit, handover.recipient
    if not HandoverKind(handover.kind).gives_custody:
        return None
    if not unit.active:
        return "recipient_unit", _("Unit penerima tidak dipakai lagi.")
    if person is None:
        return None
    if not person.active or person.leaving_since:
        return "recipient", _("Penerima tidak bertugas lagi atau akan pindah.")
    return None if unit.covers(person.unit) else ("recipient", _("Penerima bukan orang dari unit penerima."))


def _refuse_unfit(handover: Handover, asset: Asset, said: str, index: int) -> None:
    kind, state = HandoverKind(handover.kind), asset.state
    expected = AssetState.IN_STOCK if kind.takes_from_stock else AssetState.ISSUED
    unfit = ""
    if kind.gives_custody and state != expected:
        unfit = _("Perangkat %(tag)s tidak tersedia: %(state)s.") % {"tag": asset.tag, "state": whereabouts(asset)}
    elif kind.gives_custody and (broken := {asset.condition, said}.intersection(Condition.which(fit=False))):
        condition = Condition(broken.pop()).label
        unfit = _("Perangkat %(tag)s tidak tersedia: %(state)s.") % {"tag": asset.tag, "state": condition}
    elif not kind.gives_custody and (state == AssetState.RETIRED or asset.custody is None):
        unfit = _("Perangkat %(tag)s tidak sedang dipakai.") % {"tag": asset.tag}
    elif asset.handover_items.filter(state=HandoverState.PREPARED).exists():
        unfit = _("Perangkat %(tag)s sedang disiapkan pada serah terima lain.") % {"tag": asset.tag}
    if unfit:
        raise Conflict(
            "asset_not_available", unfit, faults=(Fault(f"items.{index}.asset", "asset_not_available", unfit),)
        )


def pass_on(handover: Handover, *, actor: User, on: date, at: datetime, number: str = "") -> Passed:
    """Hand the prepared devices over on local day ``on``: number the paper and pass custody.

    A worse condition that the paper tells becomes the device's, a better one when the receiver accepts it. ``number``:
    of an old paper that has one already and says nothing of today. ``Conflict`` where the receiver, or a device, is not
    what it was when the paper was prepared.
    """
    _refuse_wrong_day(handover, on)
    if found := _out_of_use(handover):
        raise Conflict("out_of_use", found[1])
    archived = bool(number)
    number = number or patterned("handover", Installation.current().handover_number, on)
    passed = Passed(move(
        handover, HANDOVER_MOVES, to=HandoverState.HANDED_OVER, number=number, handed_over_on=on, recorded_at=at
    ))  # fmt: skip
    for item in handover.items.select_related("asset"):
        _refuse_changed(handover, item.asset)
        written = _as_known(item)
        move(item, HANDOVER_MOVES, to=HandoverState.HANDED_OVER, **written)
        if not archived and Condition(item.condition).rank > Condition(item.asset.condition).rank:
            _reaches(item, item.condition, passed, actor=actor, on=on)
        held = Custody.objects.filter(asset=item.asset, until__isnull=True)
        passed.people += [each.person for each in held.select_related("person") if each.person]
        held.update(until=on, ended_by=item)
        if HandoverKind(handover.kind).gives_custody:
            Custody.objects.create(
                asset=item.asset, unit=handover.recipient_unit, person=handover.recipient, since=on, began_by=item
            )
    return passed


def _as_known(item: HandoverItem) -> dict[str, str]:
    """What a paper says of the condition when it is handed over: what was reported since it was written."""
    known = item.asset.condition
    return {} if known == item.condition_before else {"condition": known, "condition_before": known}


def _reaches(
    item: HandoverItem, condition: str, passed: Passed, *, actor: User, on: date | None = None, note: str = "",
    by_paper: bool = True,
) -> None:  # fmt: skip
    """What somebody says of a device with a handover reaches the device and its log: its giver ``on`` the day of the
    paper, else its receiver."""
    handover = item.handover
    unit = handover.from_unit if on else handover.recipient_unit
    told: dict[str, Any] = {"item": item if by_paper else None, "note": note or str(handover)}
    report, passed.conditions[item.asset.tag] = log_condition(
        item.asset, unit=unit, actor=actor, condition=condition, on=on, **told
    )
    passed.reports.append(report)


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
    handover: Handover, received: Mapping[HandoverItem, date], *, actor: User, substitute: bool,
    of_unit: Container[HandoverItem], at: datetime,
) -> Passed:  # fmt: skip
    """Mark items received, each on its day; those ``of_unit`` by the unit itself. When all are, the handover is
    accepted; a transferred status moves the books too. The condition written is the device's where nothing else was
    reported since it was written."""
    passed = Passed()
    for item, day in received.items():
        if item.accepted_at is None and item.asset.condition == item.condition_before != item.condition:
            _reaches(item, item.condition, passed, actor=actor)
        move(
            item, HANDOVER_MOVES, to=HandoverState.ACCEPTED, accepted_at=at, received_on=day, substitute=substitute,
            unit_accepted=item in of_unit,
        )  # fmt: skip
        if handover.legal_act == LegalAct.STATUS_TRANSFER:
            item.asset.unit = handover.recipient_unit
            item.asset.save(update_fields=["unit"])
    _follow_items(handover)
    return passed


def dispute_items(
    handover: Handover, reasons: Mapping[HandoverItem, str], conditions: Mapping[HandoverItem, str], *, actor: User
) -> Passed:  # fmt: skip
    """Mark items as not received as written; they stay with the receiver until accepted, cancelled or returned. In
    which of ``conditions`` the receiver found one becomes the device's."""
    passed = Passed()
    for item, reason in reasons.items():
        move(item, HANDOVER_MOVES, to=HandoverState.DISPUTED, dispute_reason=reason)
        if conditions.get(item, item.asset.condition) != item.asset.condition:
            _reaches(item, conditions[item], passed, actor=actor, note=reason, by_paper=False)
    _follow_items(handover)
    return passed


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


def take_back(handover: Handover, *, actor: User) -> Passed:
    """Cancel a handover of which nothing is accepted: holds go, custody reverts to who had the devices before, and so
    does the condition, where the paper alone had changed it."""
    later = HandoverItem.objects.filter(asset__handover_items__handover=handover, handover__pk__gt=handover.pk)
    if later.exclude(state=HandoverState.CANCELLED).exists():
        raise Conflict("moved_on", _("Perangkat sudah berpindah lagi sesudah serah terima ini."))
    passed = Passed(move(handover, HANDOVER_MOVES, to=HandoverState.CANCELLED))
    for item in handover.items.select_related("asset"):
        move(item, HANDOVER_MOVES, to=HandoverState.CANCELLED)
        began = Custody.objects.filter(began_by=item)
        began.update(until=handover.handed_over_on, ended_by=item)
        Custody.objects.filter(ended_by=item).exclude(began_by=item).update(until=None, ended_by=None)
        last = item.asset.condition_reports.first()
        if last and last.item_id == item.pk and item.asset.condition != item.condition_before:
            _reaches(item, item.condition_before, passed, actor=actor, note=str(_("Serah terima dibatalkan.")))
    return passed
