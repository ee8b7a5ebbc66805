"""The need of a year: for every unit and device type, what is claimed, less what is already there or on its way.

    need = approved requests + promises beyond them + replacements beyond both + what the standard still allows
           - already budgeted - in the store - received and not yet registered

Nothing counts twice: a request linked to a pledge takes its quantity out of the pledge, a request made because an
office device is broken or worn takes it out of the replacements, and the standard only adds what the claims leave of
it. Supply is used only as far as there are claims, so a need is never below zero. The rule is Kebutuhan riil =
kebutuhan maksimum - barang yang dapat dioptimalkan (Permendagri 19/2016), with the claims in the place of the maximum
where no standard has a legal basis.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from typing import Any

from core.clock import days_past
from planning.facts import REPLACES, Asked, Device, Facts, Promised, Standard
from planning.states import COUNTED, CauseKind, WornReason
from requests_app import need as scoring
from requests_app.states import Situation

Key = tuple[int, int, int | None]
"""Unit, family, device type (None where a promise names a family without types)."""

_SITUATION = {WornReason.LIFE_OVER: Situation.OFFICE_WORN}


@dataclass(frozen=True)
class Cause:
    """``source`` is the id of the row that ``kind`` speaks of; ``quantity`` is signed."""

    kind: CauseKind
    quantity: int
    source: int
    _: KW_ONLY
    detail: str = ""


@dataclass
class Need:
    key: Key
    causes: list[Cause] = field(default_factory=list)
    standard: Standard | None = None
    score: int = 0
    waiting_days: int = 0
    asked: list[Asked] = field(default_factory=list)
    promises: list[Promised] = field(default_factory=list)
    worn: list[Device] = field(default_factory=list)

    @property
    def promised(self) -> bool:
        """Whether a promise stands behind it: one of its own, or one that an open request rests on."""
        return bool(self.promises) or any(asked.pledge_line and asked.open for asked in self.asked)

    def total(self, *kinds: CauseKind) -> int:
        return sum(cause.quantity for cause in self.causes if cause.kind in kinds)

    @property
    def quantity(self) -> int:
        """The real need in devices."""
        return self.total(*COUNTED)

    def add(self, kind: CauseKind, quantity: int, source: int, detail: str = "") -> None:
        if quantity:
            self.causes.append(Cause(kind, quantity, source, detail=detail))


def calculate(facts: Facts) -> list[Need]:
    """The needs of every unit and device type that anybody claims or a standard speaks of, the most urgent first."""
    needs: dict[Key, Need] = {}
    _requests(facts, needs)
    _promises(facts, needs)
    _replacements(facts, needs)
    _standards(facts, needs)
    for need in needs.values():
        _urgency(need, facts.today)
    ordered = sorted(needs.values(), key=lambda need: _order(need, facts))
    _supplies(facts, ordered)
    return ordered


def _order(need: Need, facts: Facts) -> tuple[int, int, str, int]:
    return (-need.score, -need.waiting_days, facts.units[need.key[0]][0], need.key[2] or 0)


def _at(needs: dict[Key, Need], unit: int, family: int, device_type: int | None) -> Need:
    key = (unit, family, device_type)
    return needs.setdefault(key, Need(key))


def _requests(facts: Facts, needs: dict[Key, Need]) -> None:
    for asked in facts.asked:
        need = _at(needs, asked.unit, facts.families[asked.device_type], asked.device_type)
        need.add(CauseKind.REQUEST, asked.open, asked.id)
        need.add(CauseKind.UNDER_DECISION, asked.undecided, asked.id)
        need.asked.append(asked)


def _promises(facts: Facts, needs: dict[Key, Need]) -> None:
    """A promise of a family is planned as the type that requests on its strength ask for, else as the family's own."""
    linked: dict[int, int] = defaultdict(int)
    asked_type: dict[int, int] = {}
    for asked in facts.asked:
        if asked.pledge_line and asked.open:
            linked[asked.pledge_line] += asked.open
            asked_type[asked.pledge_line] = min(asked.device_type, asked_type.get(asked.pledge_line, asked.device_type))
    for promised in facts.promised:
        beyond = max(promised.open - linked[promised.id], 0)
        if beyond:
            planned = asked_type.get(promised.id, facts.planned_types.get(promised.family))
            need = _at(needs, promised.unit, promised.family, promised.device_type or planned)
            need.add(CauseKind.PLEDGE, beyond, promised.id)
            need.promises.append(promised)


def _replacements(facts: Facts, needs: dict[Key, Need]) -> None:
    """Worn devices that were not replaced since, less those that open requests ask to have replaced."""
    worn: dict[Key, list[Device]] = defaultdict(list)
    usable: dict[Key, list[Device]] = defaultdict(list)
    for device in facts.devices:
        if device.unit is not None and device.unit in facts.units:
            key: Key = (device.unit, facts.families[device.device_type], device.device_type)
            (worn if device.worn else usable)[key].append(device)
    arrived: dict[tuple[int, int | None], list[date]] = defaultdict(list)
    for each in facts.replaced:
        arrived[(each.unit, each.device_type)].append(each.on)
    for key, devices in worn.items():
        asked = needs[key].asked if key in needs else []
        asked_for = sum(each.open for each in asked if each.situation in REPLACES)
        for device in _not_replaced(devices, arrived[(key[0], key[2])])[asked_for:]:
            need = needs.setdefault(key, Need(key))
            need.add(CauseKind.REPLACEMENT, 1, device.id, device.worn)
            need.worn.append(device)
    standards = {(each.unit, each.unit_kind, each.device_type) for each in facts.standards}
    for key, devices in usable.items():
        if key in needs or standards & {(key[0], "", key[2]), (None, facts.units[key[0]][1], key[2])}:
            need = needs.setdefault(key, Need(key))
            for device in devices:
                need.add(CauseKind.USABLE, 1, device.id)


def _not_replaced(devices: list[Device], arrived: list[date]) -> list[Device]:
    """Each device that arrived replaces the one worn longest that was worn by then."""
    left = sorted(devices, key=lambda device: (device.worn_since, device.id))
    for day in arrived:
        if left and left[0].worn_since <= day:
            left.pop(0)
    return left


def _standards(facts: Facts, needs: dict[Key, Need]) -> None:
    """The latest standard of the unit itself, else of its kind; it adds what neither devices nor claims fill."""
    of_kind = {(each.unit_kind, each.device_type): each for each in facts.standards if each.unit is None}
    of_unit = {(each.unit, each.device_type): each for each in facts.standards if each.unit is not None}
    wanted = {
        (unit, device_type): standard
        for (kind, device_type), standard in of_kind.items()
        for unit, (_code, unit_kind) in facts.units.items()
        if unit_kind == kind
    }
    wanted |= {key: standard for key, standard in of_unit.items() if key[0] in facts.units}
    for (unit, device_type), standard in wanted.items():
        need = _at(needs, unit, facts.families[device_type], device_type)
        need.standard = standard
        need.add(
            CauseKind.STANDARD, max(standard.quantity - need.total(CauseKind.USABLE) - need.quantity, 0), standard.id
        )


def _urgency(need: Need, today: date) -> None:
    """The score of the request rules over everything that speaks for this need, and the days the oldest has waited."""
    lines = [scoring.LineNeed(each.situation, each.in_use_since, each.pledged_on) for each in need.asked]
    lines += [scoring.LineNeed(_SITUATION.get(WornReason(each.worn), Situation.OFFICE_BROKEN)) for each in need.worn]
    here = Situation.OFFICE_WORN if need.total(CauseKind.USABLE) else Situation.NONE
    lines += [scoring.LineNeed(here, "", each.said_on) for each in need.promises]
    began = [each.submitted_on for each in need.asked] + [each.said_on for each in need.promises]
    need.waiting_days = max((days_past(day, today) for day in began), default=0)
    found = scoring.reasons(lines, age_days=need.waiting_days, today=today)
    need.score = min(100, sum(reason.points for reason in found))


def _supplies(facts: Facts, ordered: list[Need]) -> None:
    """What is there or on its way goes to the most urgent need first: what its own line of the budget holds, then what
    lies in the store, then what a receipt lists beyond the register."""
    for kind, pools, key_of in _pools(facts):
        for need in ordered:
            lots = pools[key_of(need)]
            while lots and (used := min(need.quantity, lots[0].left)):
                need.add(kind, -used, lots[0].source)
                lots[0].left -= used
                if not lots[0].left:
                    lots.popleft()


@dataclass
class _Lot:
    source: int
    left: int


_Pool = defaultdict[Any, deque[_Lot]]
"""Lots of one kind of supply, by the key under which a need finds them."""


def _pools(facts: Facts) -> Iterator[tuple[CauseKind, _Pool, Callable[[Need], Any]]]:
    """The supplies by kind, with the key by which a need finds its lots."""
    budgeted: _Pool = defaultdict(deque)
    store: _Pool = defaultdict(deque)
    coming: _Pool = defaultdict(deque)
    for each in facts.budgeted:
        budgeted[(each.unit, each.family, each.device_type)].append(_Lot(each.plan_line, each.open))
    for device in facts.devices:
        if device.unit is None:
            store[device.device_type].append(_Lot(device.id, 1))
    for lot in facts.coming:
        coming[lot.device_type].append(_Lot(lot.receipt, lot.open))
    yield CauseKind.BUDGETED, budgeted, lambda need: need.key
    yield CauseKind.STOCK, store, lambda need: need.key[2]
    yield CauseKind.INCOMING, coming, lambda need: need.key[2]
