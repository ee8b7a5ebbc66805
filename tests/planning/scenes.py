"""Plans of the cast's agency, each come into its state by the usual verbs."""

from __future__ import annotations

from datetime import date
from typing import Any

from assets.models import StandardPrice
from planning import plans
from planning.models import NeedStandard, Plan, PpnRate
from tests.base import Cast


def a_plan(cast: Cast, *, fiscal_year: int = 2027, **values: Any) -> Plan:
    """A draft of Diskominfo for the whole district."""
    return plans.create(fiscal_year=fiscal_year, actor=cast.planner, **values)


def a_reviewed_plan(cast: Cast, *, lines: list[plans.Reviewed] | None = None, **values: Any) -> Plan:
    return plans.review(a_plan(cast, **values), lines=lines or [], actor=cast.approver)


def a_frozen_plan(cast: Cast, **values: Any) -> Plan:
    return plans.freeze(a_reviewed_plan(cast, **values), actor=cast.planner)


def a_standard(cast: Cast, *, quantity: int, from_year: int = 2026, **values: Any) -> NeedStandard:
    return NeedStandard.objects.create(
        device_type=cast.hp, quantity=quantity, legal_basis="Perbup 12/2025", from_year=from_year, **values
    )


def a_price(cast: Cast, *, price: int = 3_000_000, year: int = 2027, **values: Any) -> StandardPrice:
    return StandardPrice.objects.create(**{"device_type": cast.hp, "year": year, "price": price, **values})


def a_rate(percent: int = 11, since: date = date(2022, 4, 1)) -> PpnRate:
    return PpnRate.objects.create(effective_from=since, percent=percent)
