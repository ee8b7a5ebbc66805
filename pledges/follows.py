"""What of pledges follows a succession: the unit that answers for one is a fact, so it changes with the decision."""

from __future__ import annotations

from typing import Any

from core.models import Registered
from org.models import Unit
from org.models.reference import Succeeded
from org.succession import sole_heir
from pledges.models import Pledge


def responsible_unit(thing: Succeeded) -> tuple[dict[str, Any], list[Registered]]:
    """For every pledge that a unit answered for its sole successor answers from now on, also for what is not yet
    published; where the unit is divided, each passes on by asking (``passing_on``)."""
    if not isinstance(thing, Unit) or (heir := sole_heir(thing)) == thing:
        return {}, []
    moved = list(Pledge.objects.filter(responsible_unit=thing).order_by("pk"))
    for pledge in moved:
        pledge.responsible_unit = heir
        pledge.save(update_fields=["responsible_unit"])
    return ({"responsible_unit": [thing.code, heir.code]} if moved else {}), list(moved)


FOLLOWS = (responsible_unit,)
