"""What a number of devices costs, in whole rupiah, and which price and rate hold for a fiscal year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assets.models import ItemCode, StandardPrice
    from planning.models.budget import PpnRate


@dataclass(frozen=True)
class Amount:
    """Whole rupiah: ``base`` is quantity times price, ``ppn`` what the price does not include, ``total`` both."""

    base: int
    ppn: int

    @property
    def total(self) -> int:
        return self.base + self.ppn


def amount(quantity: int, unit_price: int | None, *, includes_ppn: bool, ppn_percent: Decimal | None) -> Amount | None:
    """The cost of ``quantity`` devices; None when the price, or the PPN that it does not include, is not known.

    PPN is reckoned on the line's base and rounded half up to the rupiah, as the workbook's formula does.
    """
    if unit_price is None or (not includes_ppn and ppn_percent is None):
        return None
    base = quantity * unit_price
    if includes_ppn or ppn_percent is None:
        return Amount(base, 0)
    return Amount(base, int((base * ppn_percent / 100).quantize(Decimal(1), ROUND_HALF_UP)))


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
