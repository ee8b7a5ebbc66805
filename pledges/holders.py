"""Who held the promising office: when it was said, when it fell due, now, and everybody between. Never public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from core import clock
from org.models import Office, Role, Tenure
from org.rules import require
from pledges.models import Pledge

SAID, DUE, NOW = "said", "due", "now"


@dataclass(frozen=True)
class Holding:
    """One tenure under which the pledge stood. ``moments``: those of said, due and now that fell into it."""

    tenure: Tenure
    moments: tuple[str, ...]


def holders_of(pledge: Pledge, due_on: date | None, as_of: date | None = None) -> list[Holding]:
    """The office's tenures from the (earliest) day it was said up to ``as_of``, oldest first; several may overlap.

    Tenures entered late or corrected show at once: nothing is stored with the pledge. ``due_on``: the first deadline.
    """
    today = as_of or clock.today()
    spans = {SAID: (pledge.made_on_from, pledge.made_on_to), NOW: (today, today)}
    if due_on is not None and due_on <= today:
        spans[DUE] = (due_on, due_on)
    tenures = (
        Tenure.objects.filter(office=pledge.office_id, starts_on__lte=today)
        .exclude(ends_on__lt=pledge.made_on_from)
        .select_related("person", "office__unit")
        .order_by("starts_on", "pk")
    )
    return [
        Holding(each, tuple(moment for moment in (SAID, DUE, NOW) if moment in spans and _held(each, *spans[moment])))
        for each in tenures
    ]


def _held(tenure: Tenure, start: date, end: date) -> bool:
    return tenure.starts_on <= end and (tenure.ends_on is None or tenure.ends_on >= start)


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
