"""What the need of a year is reckoned from, as plain rows: one query per table, whatever the number of units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from assets.models import Asset, ConditionReport, DeviceType, ReceiptLine
from assets.states import AssetState, Condition, HandoverState
from core import clock
from org.models import Unit
from org.models.units import subtree
from planning.models import NeedStandard, Plan, PlanLine
from planning.states import FROM_OUTSIDE, Stage, WornReason
from pledges.counting import lines_with_delivered
from pledges.models import Closure, PledgeLine
from pledges.states import Publication
from requests_app.models import Fulfilment, RequestLine
from requests_app.states import LineDecision, RequestState, Situation

ON_THE_WAY = (HandoverState.PREPARED, HandoverState.HANDED_OVER, HandoverState.DISPUTED)
REPLACES = (Situation.OFFICE_BROKEN, Situation.OFFICE_WORN)
"""Situations in which a request asks for the replacement of an office device."""


@dataclass(frozen=True)
class Asked:
    """A line of a request: ``open`` devices approved and not handed over, ``undecided`` ones still under decision."""

    id: int
    _: KW_ONLY
    unit: int
    device_type: int
    open: int
    undecided: int
    situation: str
    in_use_since: str
    pledge_line: int | None
    pledged_on: date | None
    submitted_on: date


@dataclass(frozen=True)
class Promised:
    """A line of a published, open pledge: ``open`` devices neither received nor on their way."""

    id: int
    _: KW_ONLY
    unit: int
    family: int
    device_type: int | None
    open: int
    said_on: date


@dataclass(frozen=True)
class Device:
    """A device on the list: ``unit`` uses it (None: it lies in the store). ``worn`` says why it must be replaced, and
    ``worn_since`` from which day on."""

    id: int
    _: KW_ONLY
    device_type: int
    unit: int | None
    worn: str
    worn_since: date = date.min


@dataclass(frozen=True)
class Replaced:
    """A device that a unit received on a request made because an office device was broken or worn."""

    unit: int
    device_type: int
    on: date


@dataclass(frozen=True)
class Coming:
    """Devices of a receipt that are not in the register yet."""

    receipt: int
    device_type: int
    open: int


@dataclass(frozen=True)
class Budgeted:
    """A line of a frozen plan still running: ``open`` devices approved and not received."""

    plan_line: int
    _: KW_ONLY
    unit: int
    family: int
    device_type: int | None
    open: int


@dataclass(frozen=True)
class Standard:
    id: int
    _: KW_ONLY
    device_type: int
    unit: int | None
    unit_kind: str
    quantity: int
    legal_basis: str


@dataclass(frozen=True)
class Facts:
    """``families`` and ``planned_types``: device type → family, family → the type planned when only it was named."""

    today: date
    units: dict[int, tuple[str, str]]
    families: dict[int, int]
    planned_types: dict[int, int | None]
    asked: list[Asked] = field(default_factory=list)
    promised: list[Promised] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)
    replaced: list[Replaced] = field(default_factory=list)
    coming: list[Coming] = field(default_factory=list)
    budgeted: list[Budgeted] = field(default_factory=list)
    standards: list[Standard] = field(default_factory=list)


def read(plan: Plan) -> Facts:
    """The facts for ``plan`` as they are now."""
    units = {pk: (code, kind) for pk, code, kind in _units(plan).values_list("pk", "code", "kind")}
    families, planned = _catalogue()
    return Facts(
        today=clock.today(),
        units=units,
        families=families,
        planned_types=planned,
        asked=list(_asked(plan)),
        promised=list(_promised(plan, families)),
        devices=list(_devices(plan)),
        replaced=list(_replaced(plan)),
        coming=list(_coming(plan)),
        budgeted=list(_budgeted(plan)),
        standards=list(_standards(plan)),
    )


def _units(plan: Plan) -> Any:
    return Unit.objects.filter(subtree(plan.within.code))


def _catalogue() -> tuple[dict[int, int], dict[int, int | None]]:
    families: dict[int, int] = {}
    planned: dict[int, int | None] = {}
    rows = DeviceType.objects.order_by("-active", "code").values_list("pk", "family", "family__planned_type")
    for pk, family, chosen in rows:
        families[pk] = family
        planned.setdefault(family, chosen or pk)
    return families, planned


def _count(rows: Any, by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _asked(plan: Plan) -> Iterable[Asked]:
    """Deferred lines count as under decision from the year they were deferred to."""
    live = Fulfilment.objects.serving().filter(request_line=OuterRef("pk"))
    waiting = Q(decision="") | Q(decision=LineDecision.DEFER, defer_to_year__lte=plan.fiscal_year)
    open_states = [RequestState.SUBMITTED, RequestState.SENT_BACK, RequestState.VERIFIED, RequestState.DECIDED]
    rows: Any = (
        RequestLine.objects.filter(
            waiting | Q(decision=LineDecision.APPROVE, closed_at__isnull=True),
            request__unit__in=_units(plan).order_by().values("pk"),
            request__state__in=open_states,
        )
        .annotate(live=_count(live, "request_line"))
        .order_by("pk")
        .values_list(
            "pk",
            "request__unit",
            "device_type",
            "quantity",
            "approved_quantity",
            "live",
            "situation",
            "in_use_since",
            "pledge_line",
            "pledge_line__pledge__made_on_to",
            "request__submitted_at",
        )
    )
    for pk, unit, kind, quantity, approved, live_now, situation, since, pledge, pledged_on, at in rows:
        owed = max((approved or 0) - live_now, 0)
        undecided = 0 if approved else quantity
        if owed or undecided:
            yield Asked(
                id=pk, unit=unit, device_type=kind, open=owed, undecided=undecided, situation=situation,
                in_use_since=since, pledge_line=pledge, pledged_on=pledged_on, submitted_on=clock.local_date(at),
            )  # fmt: skip


def _promised(plan: Plan, families: dict[int, int]) -> Iterable[Promised]:
    on_the_way = Fulfilment.objects.serving().filter(pledge_line=OuterRef("pk"), item__state__in=ON_THE_WAY)
    lines = PledgeLine.objects.filter(
        unit__in=_units(plan).order_by().values("pk"),
        pledge__publication=Publication.PUBLISHED,
    ).exclude(pledge__in=Closure.objects.standing().values("pledge"))
    rows = (
        lines_with_delivered(lines)
        .annotate(on_the_way=_count(on_the_way, "pledge_line"))
        .order_by("pk")
        .values_list("pk", "unit", "family", "device_type", "promised", "delivered", "on_the_way", "pledge__made_on_to")
    )
    for pk, unit, family, device_type, promised, delivered, way, said_on in rows:
        owed = max(promised - delivered - way, 0)
        if owed:
            yield Promised(
                id=pk, unit=unit, family=family or families[device_type], device_type=device_type, open=owed,
                said_on=said_on,
            )  # fmt: skip


def _devices(plan: Plan) -> Iterable[Device]:
    """A device in nobody's custody is used by the unit whose books it stands on, unless that is the agency that plans:
    then it lies in its store."""
    own = set(Unit.objects.filter(subtree(plan.unit.code)).order_by().values_list("pk", flat=True))
    unfit = Condition.which(fit=False)
    broken = ConditionReport.objects.filter(asset=OuterRef("pk"), condition__in=unfit).order_by("-id")
    rows: Any = (
        Asset.objects.with_state()
        .exclude(state=AssetState.RETIRED)
        .filter(Q(open_custody__isnull=False) | Q(unit__in=_units(plan).order_by().values("pk")) | Q(unit__in=own))
        .annotate(
            life_years=Coalesce("device_type__useful_life_years", "device_type__item_code__useful_life_years"),
            broken_on=Subquery(broken.values("reported_on")[:1]),
        )
        .order_by("pk")
        .values_list("pk", "device_type", "state", "unit", "open_custody__unit", "condition", "lost_on", "broken_on",
                     "acquired_on", "life_years")
    )  # fmt: skip
    year_begins = date(plan.fiscal_year, 1, 1)
    for pk, kind, state, books, holder, condition, lost_on, broken_on, acquired_on, years in rows.iterator(2000):
        life_over = acquired_on + timedelta(days=round(365.25 * years)) if acquired_on and years else None
        worn, since = _worn(condition, lost_on, broken_on, life_over, year_begins)
        user = holder or (None if books in own else books)
        if user is None and (worn in (WornReason.LOST, WornReason.BADLY_DAMAGED) or state != AssetState.IN_STOCK):
            continue
        yield Device(id=pk, device_type=kind, unit=user, worn=worn, worn_since=since)


def _worn(
    condition: str, lost_on: date | None, broken_on: date | None, life_over: date | None, year_begins: date
) -> tuple[str, date]:
    if lost_on:
        return WornReason.LOST, lost_on
    if not Condition(condition).fit:
        return WornReason.BADLY_DAMAGED, broken_on or date.min
    if life_over and life_over < year_begins:
        return WornReason.LIFE_OVER, life_over
    return "", date.min


def _replaced(plan: Plan) -> Iterable[Replaced]:
    rows = Fulfilment.objects.filter(
        item__state=HandoverState.ACCEPTED,
        request_line__situation__in=REPLACES,
        request_line__request__unit__in=_units(plan).order_by().values("pk"),
    )
    columns = ("request_line__request__unit", "request_line__device_type", "item__accepted_at")
    for unit, kind, at in rows.order_by("item__accepted_at", "pk").values_list(*columns):
        yield Replaced(unit, kind, clock.local_date(at))


def _coming(plan: Plan) -> Iterable[Coming]:
    registered = Asset.objects.filter(receipt=OuterRef("receipt"), device_type=OuterRef("device_type"))
    rows = (
        ReceiptLine.objects.filter(receipt__unit__in=Unit.objects.filter(subtree(plan.unit.code)).values("pk"))
        .annotate(registered=_count(registered, "receipt"))
        .filter(quantity__gt=F("registered"))
        .order_by("receipt__received_on", "pk")
        .values_list("receipt", "device_type", "quantity", "registered")
    )
    for receipt, kind, quantity, known in rows:
        yield Coming(receipt, kind, quantity - known)


def _budgeted(plan: Plan) -> Iterable[Budgeted]:
    """Lines of the latest frozen plans of the same agency whose year still runs: earlier rounds of the same year, and
    earlier years not yet over. What a receipt names by the line's number has come."""
    earlier = Q(fiscal_year__lt=plan.fiscal_year) | Q(fiscal_year=plan.fiscal_year, stage__in=Stage.before(plan.stage))
    plans = Plan.objects.in_force().filter(earlier, unit=plan.unit_id, fiscal_year__gte=clock.today().year)
    lines = list(
        PlanLine.objects.filter(plan__in=plans.values("pk"), approved__gt=0, fulfilment__in=FROM_OUTSIDE)
        .order_by("plan__fiscal_year", "plan_id", "position")
        .select_related("plan")
    )
    came = received([line.number for line in lines])
    for line in lines:
        owed = (line.approved or 0) - came.get(line.number, 0)
        if owed > 0:
            yield Budgeted(
                plan_line=line.pk, unit=line.unit_id, family=line.family_id, device_type=line.device_type_id, open=owed
            )


def received(numbers: list[str]) -> dict[str, int]:
    """How many devices the receipts that name these plan lines list or have in the register, whichever is more."""
    if not numbers:
        return {}
    listed = ReceiptLine.objects.filter(receipt__plan_line__in=numbers).values_list("receipt__plan_line", "quantity")
    found: dict[str, int] = {}
    for number, quantity in listed:
        found[number] = found.get(number, 0) + quantity
    entered = Asset.objects.filter(receipt__plan_line__in=numbers).values("receipt__plan_line").order_by()
    for row in entered.annotate(n=Count("pk")):
        number = row["receipt__plan_line"]
        found[number] = max(found.get(number, 0), row["n"])
    return found


def _standards(plan: Plan) -> Iterable[Standard]:
    rows = NeedStandard.objects.filter(
        Q(to_year__isnull=True) | Q(to_year__gte=plan.fiscal_year), from_year__lte=plan.fiscal_year
    )
    for each in rows.order_by("from_year", "pk"):
        yield Standard(
            id=each.pk, device_type=each.device_type_id, unit=each.of_unit_id, unit_kind=each.unit_kind,
            quantity=each.quantity, legal_basis=each.legal_basis,
        )  # fmt: skip
