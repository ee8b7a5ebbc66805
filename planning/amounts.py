"""What a number of devices costs, in whole rupiah."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


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
