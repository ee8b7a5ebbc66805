"""Which price and rate hold for a fiscal year, and from which account a device is bought."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from assets.models import ItemCode, StandardPrice
from planning.models.budget import PpnRate


def price_for(prices: Iterable[StandardPrice], fiscal_year: int) -> StandardPrice | None:
    """The standard price of the year, else the last one known before it."""
    usable = [price for price in prices if price.year <= fiscal_year]
    return max(usable, key=lambda price: price.year, default=None)


def rate_on(rates: Iterable[PpnRate], day: date) -> Decimal | None:
    """The rate of PPN in effect on ``day``; None when none is on record."""
    begun = [rate for rate in rates if rate.effective_from <= day]
    latest = max(begun, key=lambda rate: rate.effective_from, default=None)
    return latest.percent if latest else None


def suggested_account(item_code: ItemCode | None) -> str:
    """The account code that an item code suggests: ``1.3.2.xx.yy.zz.nnn`` is bought from ``5.2.02.xx.yy.00zz``.

    A pattern seen in account lists and item codes, not a rule: the planner may change it.
    """
    parts = item_code.code.split(".") if item_code else []
    if parts[:3] != ["1", "3", "2"] or len(parts) < 6:
        return ""
    return f"5.2.02.{parts[3]}.{parts[4]}.{int(parts[5]):04d}"
