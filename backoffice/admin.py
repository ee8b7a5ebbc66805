"""Found by Django at start: brings every register onto the site."""

from backoffice.registers import (  # noqa: F401
    assets,
    catalogue,
    handovers,
    office,
    organisation,
    people,
    pledges,
    requests,
)
