"""How long words wait for publication: the notice to the promiser's office, and the limits of the desks on the way."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property

from core import clock
from core.models import Installation
from org.calendar import WorkingCalendar
from org.models import Unit
from pledges.models import Pledge
from pledges.states import Publication


class Limits:
    """The limits in force; loads settings and calendar once, when the first pledge asks, and judges many."""

    @cached_property
    def settings(self) -> Installation:
        return Installation.current()

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return WorkingCalendar.load()

    def publishable_on(self, pledge: Pledge) -> date | None:
        """The first local day on which a submitted pledge may be published: the working days of notice in force
        when it was submitted, after that day. None when it does not wait for publication."""
        if pledge.publication != Publication.SUBMITTED or pledge.submitted_at is None:
            return None
        return self._notice_over_on(pledge.office.unit, pledge.submitted_at, pledge.notice_days)

    def _notice_over_on(self, unit: Unit, submitted_at: datetime, days: int | None) -> date:
        """The first local day after the notice to an office of ``unit``, of so many working days."""
        submitted = clock.local_date(submitted_at)
        return self.calendar.in_unit(unit).after(submitted, days) if days else submitted

    def came_after(
        self, unit: Unit, recorded_at: datetime, submitted_at: datetime | None, notice_days: int | None,
        handed_on: date | None, completed_on: date,
    ) -> bool:  # fmt: skip
        """Whether a promise of an office of ``unit``, complete on ``completed_on``, came on record too late to be
        counted with the others: after its last device had been handed over, on ``handed_on``, or submitted less than
        the notice before it was complete (pledges.md, "Figures")."""
        recorded_on = clock.local_date(recorded_at)
        too_soon = submitted_at is not None and completed_on < self._notice_over_on(unit, submitted_at, notice_days)
        return too_soon or (handed_on is not None and handed_on < recorded_on)

    def due_on(self, pledge: Pledge) -> date | None:
        """The last local day on which the desk should pass an unpublished pledge on; None when it lies on none.

        ``pledge_desk_days`` working days: the verifier's from the day a draft was recorded, whatever came between; the
        publisher's from the end of the notice (pledges.md, "Nobody publishes it").
        """
        since = self.publishable_on(pledge)
        if pledge.publication == Publication.DRAFT:
            since = clock.local_date(pledge.created_at)
        if since is None:
            return None
        return self.calendar.in_unit(pledge.responsible_unit).after(since, self.settings.pledge_desk_days)

    def is_overdue(self, pledge: Pledge) -> bool:
        due = self.due_on(pledge)
        return due is not None and due < clock.today()


def publishable_on(pledge: Pledge) -> date | None:
    """The first local day on which a pledge may be published, for who asks about one alone; see ``Limits``."""
    return Limits().publishable_on(pledge)


def is_over(pledge: Pledge) -> bool:
    """Whether the notice of a submitted pledge has run out."""
    first = publishable_on(pledge)
    return first is not None and first <= clock.today()
