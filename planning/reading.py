"""What is read off a plan: its sums, what differs from before, what fits under a ceiling, who got how much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from statistics import median
from typing import NamedTuple

from django.db.models import Case, F, Max, Q, QuerySet, Sum, Value, When

from assets.states import HandoverState
from core import clock
from org.models import Unit
from planning.facts import received
from planning.models import Plan, PlanCause, PlanLine
from planning.needs import Key
from planning.states import CauseKind, Stage
from requests_app.models import RequestLine
from requests_app.states import LineDecision, RequestState

_SUMMED = (
    "plan", "need", "proposed", "approved", "fulfilment", "unit_price", "price_includes_ppn", "ppn_percent",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Sums over the lines: devices needed and planned, whole rupiah, lines whose price or PPN is not on record."""

    need: int = 0
    planned: int = 0
    base: int = 0
    ppn: int = 0
    unpriced: int = 0

    @property
    def total(self) -> int:
        return self.base + self.ppn


def figures_of(plan: Plan) -> Figures:
    return figures_of_each([plan.pk]).get(plan.pk, Figures())


def figures_of_each(plans: Iterable[int]) -> dict[int, Figures]:
    """The figures of the plans with these ids, in one query; a plan without lines is left out."""
    lines: dict[int, list[PlanLine]] = defaultdict(list)
    for line in PlanLine.objects.filter(plan__in=list(plans)).only(*_SUMMED):
        lines[line.plan_id].append(line)
    return {plan: sums(each) for plan, each in lines.items()}


def sums(lines: Iterable[PlanLine]) -> Figures:
    need = planned = base = ppn = unpriced = 0
    for line in lines:
        need, planned = need + line.need, planned + line.planned
        cost = line.amount()
        if cost:
            base, ppn = base + cost.base, ppn + cost.ppn
        elif line.planned:
            unpriced += 1
    return Figures(need=need, planned=planned, base=base, ppn=ppn, unpriced=unpriced)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One line against the version before: devices in the budget before and with this plan, bought so far (by receipts
    that name the line in any version of the year) and promised when it was calculated. ``before`` and ``change`` are
    None for a plan without a version before. ``line`` is the plan's own, or one that only a version before has.
    """

    line: PlanLine
    _: KW_ONLY
    before: int | None
    now: int
    bought: int = 0
    promised: int = 0

    @property
    def change(self) -> int | None:
        return None if self.before is None else self.now - self.before


def difference(plan: Plan) -> list[Difference]:
    """Every line of the plan in its order, then those of units within it that only the versions before have.

    A later edition of the same round takes the place of the one before. The first of a later round adds to what the
    rounds before it hold, so that its ``now`` is the sum of both.
    """
    before: dict[Key, list[PlanLine]] = defaultdict(list)
    for line in _before(plan):
        before[_key(line)].append(line)
    bought, promised = _bought(plan), _promised(plan)
    rows = []
    for line in plan.lines.with_names():
        held = sum(each.planned for each in before.pop(_key(line), ()))
        now = line.planned + (held if adds_up(plan) else 0)
        had = None if plan.previous is None else held
        rows.append(Difference(
            line=line, before=had, now=now, bought=bought.get(_key(line), 0), promised=promised.get(line.pk, 0),
        ))  # fmt: skip
    for key, lines in before.items():
        held = sum(each.planned for each in lines)
        now = held if adds_up(plan) else 0
        rows.append(Difference(line=lines[0], before=held, now=now, bought=bought.get(key, 0)))
    return rows


def adds_up(plan: Plan) -> bool:
    """Whether the plan adds to its previous version, which is of an earlier round, instead of taking its place."""
    return plan.previous is not None and plan.previous.stage != plan.stage


def _before(plan: Plan) -> QuerySet[PlanLine]:
    lines = PlanLine.objects.filter(unit__in=Unit.objects.within(plan.within.code).order_by().values("pk")).with_names()
    if adds_up(plan):
        earlier = Plan.objects.in_force().filter(
            unit=plan.unit_id, fiscal_year=plan.fiscal_year, stage__in=Stage.before(plan.stage)
        )
        return lines.filter(plan__in=earlier.values("pk"))
    return lines.filter(plan=plan.previous_id)


def _bought(plan: Plan) -> dict[Key, int]:
    found: dict[Key, int] = defaultdict(int)
    versions = PlanLine.objects.filter(plan__unit=plan.unit_id, plan__fiscal_year=plan.fiscal_year)
    lines = {line.number: line for line in versions.select_related("plan")}
    for number, quantity in received(list(lines)).items():
        found[_key(lines[number])] += quantity
    return found


def _key(line: PlanLine) -> Key:
    return line.unit_id, line.family_id, line.device_type_id


def _promised(plan: Plan) -> dict[int, int]:
    """Devices per line that a pledge stands behind: promises, and requests made on their strength."""
    kinds = Q(kind=CauseKind.PLEDGE) | Q(kind=CauseKind.REQUEST, request_line__pledge_line__isnull=False)
    rows = PlanCause.objects.filter(kinds, line__plan=plan).order_by().values("line").annotate(n=Sum("quantity"))
    return {row["line"]: row["n"] for row in rows}


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How many of a line the money reaches, and what is left of it after them."""

    line: PlanLine
    _: KW_ONLY
    quantity: int
    cost: int
    left: int


def under_ceiling(lines: Iterable[PlanLine], ceiling: int) -> Iterator[Fit]:
    """What fits under ``ceiling`` rupiah: the lines by need score, then days waited, then unit code; of each as many
    devices as the money left reaches. A line without a price takes nothing."""
    left = ceiling
    for line in sorted(lines, key=lambda each: (-each.score, -each.waiting_days, each.unit.code, each.position)):
        quantity = _affordable(line, left)
        cost = line.amount(quantity)
        spent = cost.total if cost else 0
        left -= spent
        yield Fit(line=line, quantity=quantity, cost=spent, left=left)


def _affordable(line: PlanLine, money: int) -> int:
    """The most devices of the line that ``money`` pays; found by halving, as PPN is rounded on the whole line."""
    if line.amount(1) is None:
        return 0
    low, high = 0, line.planned
    while low < high:
        middle = (low + high + 1) // 2
        cost = line.amount(middle)
        if cost and cost.total <= money:
            low = middle
        else:
            high = middle - 1
    return low


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one unit asked for, was granted and received, in devices, and the median days waited; None when nothing of
    it was ever granted or still waits."""

    unit: Unit
    asked: int = 0
    approved: int = 0
    received: int = 0
    median_days: float | None = None


def fairness(plan: Plan) -> list[Share]:
    """Every unit ``within`` the plan that has asked, and those of the same kinds that never did, by code.

    Over all requests ever submitted and not withdrawn, as of now. Waiting runs from submission to the receipt of the
    last device of a line, and to today while the line is undecided or something of it is outstanding.
    """
    lines: dict[int, list[_Waited]] = defaultdict(list)
    for unit, *values in _waited(plan):
        lines[unit].append(_Waited(*values))
    units = list(Unit.objects.within(plan.within.code).order_by("code"))
    kinds = {unit.kind for unit in units if unit.pk in lines}
    return [_share(unit, lines.get(unit.pk, [])) for unit in units if unit.kind in kinds]


class _Waited(NamedTuple):
    quantity: int
    granted: int
    received: int
    outstanding: int
    decision: str
    submitted_at: datetime
    last_at: datetime | None

    @property
    def days(self) -> int | None:
        if self.outstanding or self.decision in ("", LineDecision.DEFER):
            until = clock.today()
        elif self.last_at:
            until = clock.local_date(self.last_at)
        else:
            return None
        return clock.days_past(clock.local_date(self.submitted_at), until)


def _waited(plan: Plan) -> QuerySet:
    accepted = Q(fulfilments__item__state=HandoverState.ACCEPTED)
    return (
        RequestLine.objects.filter(request__unit__in=Unit.objects.within(plan.within.code).order_by().values("pk"))
        .exclude(request__state__in=[RequestState.DRAFT, RequestState.WITHDRAWN])
        .with_quantities()
        .annotate(
            granted=Case(When(decision=LineDecision.APPROVE, then=F("approved_quantity")), default=Value(0)),
            last_at=Max("fulfilments__item__accepted_at", filter=accepted),
        )
        .order_by("pk")
        .values_list(
            "request__unit", "quantity", "granted", "fulfilled_quantity", "outstanding", "decision",
            "request__submitted_at", "last_at",
        )
    )  # fmt: skip


def _share(unit: Unit, lines: list[_Waited]) -> Share:
    days = [line.days for line in lines if line.days is not None]
    return Share(
        unit=unit,
        asked=sum(line.quantity for line in lines),
        approved=sum(line.granted for line in lines),
        received=sum(line.received for line in lines),
        median_days=median(days) if days else None,
    )
