"""What takes the ground from an excuse: "the unit was abolished" holds only while no unit of a line lives or has a
successor. Derived when read; ``queries.fallen`` says the same in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from core import clock
from org.models import Revival, Unit, UnitSuccession
from pledges.models import Closure, PledgeLine
from pledges.states import Excuse


class Fall(NamedTuple):
    """Since ``day`` the excuse no longer holds: ``unit`` is in use again, or ``succession`` names who came after it."""

    closure_id: int
    day: date
    recorded_at: datetime
    unit: Unit
    succession: UnitSuccession | None = None


def falls_of(closures: Iterable[Closure]) -> list[Fall]:
    """What took the ground from those among these approved closures that rest on the end of a unit, earliest first."""
    found = [fall for each in closures if each.excuse == Excuse.UNIT_ABOLISHED for fall in _falls(each)]
    return sorted(found, key=lambda fall: (fall.day, fall.recorded_at))


def _falls(closure: Closure) -> Iterable[Fall]:
    """Only what came on record since: before it, neither was so of any line that there was."""
    given, day = closure.decided_at, closure.effective_on
    if given is None or day is None:
        return
    lines = PledgeLine.objects.filter(pledge=closure.pledge_id).exclude(recorded_at__gt=given)
    units = list(lines.values_list("unit_id", flat=True))
    for back in Revival.objects.filter(unit__in=units, recorded_at__gte=given).select_related("unit"):
        yield Fall(closure.pk, clock.local_date(back.recorded_at), back.recorded_at, back.unit)
    successions = UnitSuccession.objects.filter(decision="approve", predecessor__in=units, decided_at__gte=given)
    for each in successions.select_related("predecessor", "successor"):
        assert each.decided_at  # noqa: S101  (approved)
        yield Fall(closure.pk, max(each.on, day), each.decided_at, each.predecessor, each)
