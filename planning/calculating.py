"""Writing the calculated need into the lines of a plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from assets.models import DeviceType, StandardPrice
from core import clock
from core.journal import head
from planning import facts, needs
from planning.models import Plan, PlanCause, PlanLine, PpnRate
from planning.needs import Key, Need
from planning.pricing import price_for, rate_on, suggested_account
from planning.states import CauseKind, ProposalOrigin

BATCH = 500
_FIGURES = {
    "usable": CauseKind.USABLE,
    "requested": CauseKind.REQUEST,
    "under_decision": CauseKind.UNDER_DECISION,
    "pledged": CauseKind.PLEDGE,
    "replacement": CauseKind.REPLACEMENT,
    "standard_gap": CauseKind.STANDARD,
    "budgeted": CauseKind.BUDGETED,
    "stock": CauseKind.STOCK,
    "incoming": CauseKind.INCOMING,
}
_SOURCES = {
    CauseKind.REQUEST: "request_line_id",
    CauseKind.UNDER_DECISION: "request_line_id",
    CauseKind.PLEDGE: "pledge_line_id",
    CauseKind.REPLACEMENT: "asset_id",
    CauseKind.USABLE: "asset_id",
    CauseKind.STOCK: "asset_id",
    CauseKind.STANDARD: "need_standard_id",
    CauseKind.BUDGETED: "plan_line_id",
    CauseKind.INCOMING: "receipt_id",
}
_FROM_THE_PRICE = (
    "unit_price", "price_year", "price_includes_ppn", "component_id", "specification", "tkdn_percent", "account_code",
)  # fmt: skip
_OF_A_PRICE = ("price_year", "price_includes_ppn")
"""What a price set by hand leaves as it is."""
_WRITTEN = (
    "position", "standard", "standard_basis", *_FIGURES, "need", "score", "waiting_days", "proposed", *_FROM_THE_PRICE,
    "ppn_percent", "fund_source", "proposal_origin", "budgeting_unit",
)  # fmt: skip


def put_lines(plan: Plan) -> None:
    """Calculate the need now and write it: lines by urgency, each with its causes. Fields that a line names as
    adjusted keep their value; a line without need stays only while something on it is adjusted. Call in ``writing()``.
    """
    found = {need.key: need for need in needs.calculate(facts.read(plan)) if need.causes or need.standard}
    kept = {(line.unit_id, line.family_id, line.device_type_id): line for line in plan.lines.all()}
    for key, line in kept.items():
        if key not in found and line.adjusted:
            found[key] = Need(key)
    prices = _Prices(plan)
    lines = [_line(plan, at, need, kept.get(need.key), prices) for at, need in enumerate(found.values(), 1)]
    plan.lines.exclude(pk__in=[line.pk for line in lines if line.pk]).delete()
    PlanCause.objects.filter(line__plan=plan).delete()
    PlanLine.objects.bulk_create(
        [line for line in lines if line.pk], batch_size=BATCH, update_conflicts=True, unique_fields=["id"],
        update_fields=_WRITTEN,
    )  # fmt: skip
    PlanLine.objects.bulk_create([line for line in lines if not line.pk], batch_size=BATCH)
    causes = [cause for line, need in zip(lines, found.values(), strict=True) for cause in _causes(line, need)]
    PlanCause.objects.bulk_create(causes, batch_size=BATCH)
    plan.calculated_at = clock.now()
    plan.anchor_seq, plan.anchor_hash = head()
    plan.save(update_fields=["calculated_at", "anchor_seq", "anchor_hash"])


def _line(plan: Plan, position: int, need: Need, kept: PlanLine | None, prices: _Prices) -> PlanLine:
    unit, family, device_type = need.key
    line = kept or PlanLine(plan=plan, unit_id=unit, family_id=family, device_type_id=device_type)
    values: dict[str, Any] = {
        "position": position,
        "standard": need.standard.quantity if need.standard else None,
        "standard_basis": need.standard.legal_basis if need.standard else "",
        **{name: abs(need.total(kind)) for name, kind in _FIGURES.items()},
        "need": need.quantity,
        "score": need.score,
        "waiting_days": need.waiting_days,
        "proposed": need.quantity,
        "fund_source": plan.fund_source,
        "proposal_origin": ProposalOrigin.COMMITMENT if need.promised else ProposalOrigin.RENJA,
        "budgeting_unit_id": plan.unit_id,
        **prices.of(need.key),
    }
    by_hand = {*line.adjusted, *(_OF_A_PRICE if "unit_price" in line.adjusted else ())}
    for name, value in values.items():
        if name.removesuffix("_id") not in by_hand:
            setattr(line, name, value)
    return line


def _causes(line: PlanLine, need: Need) -> list[PlanCause]:
    return [
        PlanCause(
            line=line, kind=each.kind, quantity=each.quantity, detail=each.detail,
            **{_SOURCES[each.kind]: each.source},
        )
        for each in need.causes
    ]  # fmt: skip


class _Prices:
    """The standard prices and the rate of PPN for the plan's fiscal year: SSH of the year, else the last one known."""

    def __init__(self, plan: Plan) -> None:
        self.year = plan.fiscal_year
        self.rate: Decimal | None = rate_on(PpnRate.objects.all(), date(plan.fiscal_year, 1, 1))
        self.types = DeviceType.objects.select_related("item_code").in_bulk()
        self.prices: dict[int, list[StandardPrice]] = {}
        for price in StandardPrice.objects.filter(chosen=True, year__lte=plan.fiscal_year).order_by("pk"):
            self.prices.setdefault(price.device_type_id, []).append(price)

    def of(self, key: Key) -> dict[str, Any]:
        device_type = self.types.get(key[2] or 0)
        found = price_for(self.prices.get(key[2] or 0, ()), self.year)
        suggested = suggested_account(device_type.item_code if device_type else None)
        return {
            "ppn_percent": self.rate,
            "unit_price": found.price if found else None,
            "price_year": found.year if found else None,
            "price_includes_ppn": found.includes_ppn if found else True,
            "component_id": found.component_id if found else "",
            "specification": found.specification if found else "",
            "tkdn_percent": found.tkdn_percent if found else None,
            "account_code": (found.account_code if found else "") or suggested,
        }
