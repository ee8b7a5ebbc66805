"""The promiser's office is told before publication, and has working days to add a clarification."""

from __future__ import annotations

from datetime import date

from core import clock
from core.models import Installation
from org.calendar import WorkingCalendar
from pledges.models import Pledge
from pledges.states import Publication


def publishable_on(pledge: Pledge) -> date | None:
    """The first local day on which a submitted pledge may be published: ``pledge_notice_days`` working days after it
    was submitted. None when it does not wait for publication."""
    if pledge.publication != Publication.SUBMITTED or pledge.submitted_at is None:
        return None
    submitted, days = clock.local_date(pledge.submitted_at), Installation.current().pledge_notice_days
    return WorkingCalendar.load().in_unit(pledge.office.unit).after(submitted, days) if days else submitted


def is_over(pledge: Pledge) -> bool:
    """Whether the notice of a submitted pledge has run out."""
    first = publishable_on(pledge)
    return first is not None and first <= clock.today()
