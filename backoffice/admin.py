"""The site with the registers of every module named here; a process that serves no page never imports it."""

from backoffice.base import REGISTERS
from backoffice.choosing import LISTINGS
from backoffice.registers import (  # noqa: F401
    assets,
    budget,
    calendar,
    catalogue,
    handovers,
    inventories,
    office,
    organisation,
    people,
    personal,
    plan_lines,
    planning,
    pledge_changes,
    pledge_papers,
    pledges,
    receipts,
    requests,
)
from backoffice.site import site

for model, register in REGISTERS.items():
    site.register(model, register)
    if register.listing:
        LISTINGS[model] = register.listing
