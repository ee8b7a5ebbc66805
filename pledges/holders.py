"""Who held the promising office: when it was said, when it fell due, now, and everybody between. Never public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core import clock
from org.models import Office, OfficeSuccession, Role, Tenure
from org.rules import require
from org.succession import Successions
from pledges.models import Pledge

SAID, DUE, NOW = "said", "due", "now"


@dataclass(frozen=True)
class Holding:
    """One tenure under which the pledge stood. ``moments``: those of said, due and now that fell into it."""

    tenure: Tenure
    moments: tuple[str, ...]


def holders_of(pledge: Pledge, due_on: date | None, as_of: date | None = None) -> list[Holding]:
    """The tenures of the office from the (earliest) day it was said up to ``as_of``, and of what took its place since
    then, oldest first; several may overlap.

    Tenures entered late or corrected show at once: nothing is stored with the pledge. ``due_on``: the first deadline.
    """
    today = as_of or clock.today()
    spans = {SAID: (pledge.made_on_from, pledge.made_on_to), NOW: (today, today)}
    if due_on is not None and due_on <= today:
        spans[DUE] = (due_on, due_on)
    stood = _stood(pledge.office_id, today)
    tenures = (
        Tenure.objects.filter(office__in=stood, starts_on__lte=today)
        .exclude(ends_on__lt=pledge.made_on_from)
        .select_related("person", "office__unit")
        .order_by("starts_on", "pk")
    )
    found = []
    for each in tenures:
        first, last = stood[each.office_id]
        held = max(first, each.starts_on), min(last, each.ends_on or date.max)
        moments = (moment for moment in (SAID, DUE, NOW) if moment in spans and _meet(held, spans[moment]))
        if held[0] <= held[1]:
            found.append(Holding(each, tuple(moments)))
    return found


def _stood(office: int, today: date) -> dict[int, tuple[date, date]]:
    """The office and what took its place: from when to when each of them stood for what it had promised."""
    line = Successions.load(OfficeSuccession, today).line_of(office)
    taken = OfficeSuccession.objects.in_effect(today).filter(predecessor__in=line, successor__in=line)
    since = [date.min, *(dict(taken.values_list("successor_id", "on"))[pk] for pk in line[1:])]
    until = [*(day - timedelta(days=1) for day in since[1:]), date.max]
    return dict(zip(line, zip(since, until, strict=True), strict=True))


def _meet(one: tuple[date, date], other: tuple[date, date]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def require_reader(user: Any, office: Office) -> str:
    """The role under which the user may read who held the office: any, as long as it reaches the office's unit."""
    return require(user, *Role.values, unit=office.unit)


def handing_over(office: Office) -> tuple[Tenure | None, Tenure | None]:
    """``(outgoing, incoming)``: the office's last two tenures; the second is open when the last one ends."""
    tenures = Tenure.objects.filter(office=office).select_related("person").order_by("-starts_on", "-pk")
    last, before, *_rest = [*tenures[:2], None, None]
    if last is None or last.ends_on is not None or before is None:
        return last, None
    return before, last
