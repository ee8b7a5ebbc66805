"""The need score of a request, 0 to 100, as the sum of reasons that anyone can read.

Situation today (at most 40) + years a device has been worn out (at most 20) + a promise that covers the unit
(at most 20) + days waited since submission (at most 20).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.clock import days_past
from core.numbers import thousands
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import Situation

SITUATION_POINTS = {
    Situation.PERSONAL_BROKEN: 40,
    Situation.NONE: 35,
    Situation.OFFICE_BROKEN: 35,
    Situation.PERSONAL: 25,
    Situation.OFFICE_WORN: 20,
}
POINTS_PER_YEAR, MOST_FOR_YEARS = 5, 20
PROMISED, PROMISED_TWO_YEARS_AGO = 15, 20
DAYS_PER_POINT, MOST_FOR_WAITING = 5, 20


@dataclass(frozen=True)
class Reason:
    code: str
    points: int
    label: str | Promise


@dataclass(frozen=True)
class LineNeed:
    """What of a line counts: its situation, in use since (year or date, may be empty), when its pledge was made."""

    situation: str
    in_use_since: str = ""
    pledged_on: date | None = None


def reasons(lines: Iterable[LineNeed], *, age_days: int | None, today: date) -> list[Reason]:
    """The reasons of a request's score; of several lines the neediest counts for each reason."""
    lines = list(lines)
    found = []
    if lines:
        worst = max(lines, key=lambda line: SITUATION_POINTS[Situation(line.situation)])
        situation = Situation(worst.situation)
        found.append(Reason("situation", SITUATION_POINTS[situation], situation.label))
    years = max((today.year - int(line.in_use_since[:4]) for line in lines if line.in_use_since), default=0)
    if years > 0:
        label = ngettext("Dipakai %(n)s tahun", "Dipakai %(n)s tahun", years) % {"n": years}
        found.append(Reason("years_in_use", min(MOST_FOR_YEARS, years * POINTS_PER_YEAR), label))
    pledged = [line.pledged_on for line in lines if line.pledged_on]
    if pledged:
        old = days_past(min(pledged), today) > 2 * 365
        found.append(Reason("pledged", PROMISED_TWO_YEARS_AGO if old else PROMISED, _("Sudah dijanjikan")))
    waited = min(MOST_FOR_WAITING, (age_days or 0) // DAYS_PER_POINT)
    if waited:
        days = age_days or 0
        label = ngettext("Menunggu %(n)s hari", "Menunggu %(n)s hari", days) % {"n": thousands(days)}
        found.append(Reason("waiting", waited, label))
    return found


def reasons_of_read(request: DeviceRequest, lines: Iterable[RequestLine], today: date) -> list[Reason]:
    """The reasons of one request, from its ``lines`` read with their pledges."""
    needed = (LineNeed(each.situation, each.in_use_since, _pledged_on(each)) for each in lines)
    return reasons(needed, age_days=request.age_days, today=today)


def _pledged_on(line: RequestLine) -> date | None:
    return line.pledge_line.pledge.made_on_to if line.pledge_line else None


def reasons_of(request: DeviceRequest, today: date) -> list[Reason]:
    """The reasons of one request, from its rows."""
    rows = request.lines.values_list("situation", "in_use_since", "pledge_line__pledge__made_on_to")
    return reasons([LineNeed(*row) for row in rows], age_days=request.age_days, today=today)
