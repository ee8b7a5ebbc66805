"""Service limits: how long each step may take, in working days, by the installation's settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet

from core import clock
from core.models import Installation
from org.calendar import WorkingCalendar
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import RequestState


@dataclass(frozen=True)
class Step:
    """Where a request waits: at whose desk (role), since when, until when."""

    name: str
    role: str
    since: date
    due_on: date

    def overdue(self, day: date) -> bool:
        return day > self.due_on


class ServiceLimits:
    """The limits in force; loads settings and calendar once and judges many requests."""

    def __init__(self) -> None:
        self.settings = Installation.current()

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return WorkingCalendar.load()

    def step_of(self, request: DeviceRequest) -> Step | None:
        """The step a request is in; None for drafts, for what is at an end, and for what is deferred to a later year.

        Reads what ``with_state`` adds, and asks for it when it is not there.
        """
        if not hasattr(request, "derived_state"):
            request = DeviceRequest.objects.with_state().get(pk=request.pk)
        state = request.derived_state
        settings = self.settings
        if state == RequestState.SUBMITTED and not request.endorsed_at and settings.endorsement != "none":
            return self._step("endorse", "unit_head", request.submitted_at, settings.endorse_days)
        if state == RequestState.SUBMITTED:
            since = request.endorsed_at or request.submitted_at
            return self._step("verify", "verifier", since, settings.verify_days)
        if state == RequestState.VERIFIED:
            return self._step("decide", "approver", request.verified_at, settings.decide_days)
        if state == RequestState.DECIDED and request.reopened_year:
            new_year = clock.start_of(date(request.reopened_year, 1, 1))
            return self._step("decide", "approver", new_year, settings.decide_days)
        if state == RequestState.DECIDED and request.to_issue:
            return self._step("issue", "asset_clerk", request.decided_at, settings.issue_days)
        return None

    def receipt_due_on(self, handed_over_on: date) -> date:
        """The last day on which the receiver should confirm or dispute a handover."""
        return self.calendar.after(handed_over_on, self.settings.receipt_days)

    def overdue(self, requests: QuerySet[DeviceRequest], at: date | None = None) -> QuerySet[DeviceRequest]:
        """Of ``requests`` those whose present step has run over its limit on ``at``."""
        day = at or clock.today()
        settings = self.settings
        asks = settings.endorsement != "none"
        verify_since = self._began_before(day, settings.verify_days)
        endorse_since = self._began_before(day, settings.endorse_days)
        waiting_for_head = Q(endorsed_at__isnull=True, submitted_at__lt=endorse_since if asks else verify_since)
        lines = RequestLine.objects.filter(request=OuterRef("pk"))
        decided_again = Exists(lines.reopened(self.latest_late_start(day, settings.decide_days)))
        issued = ~Exists(lines.reopened(day)) & Exists(lines.owing())
        late_issue = issued & Q(decided_at__lt=self._began_before(day, settings.issue_days))
        return requests.filter(
            Q(state=RequestState.SUBMITTED) & (waiting_for_head | Q(endorsed_at__lt=verify_since))
            | Q(state=RequestState.VERIFIED, verified_at__lt=self._began_before(day, settings.decide_days))
            | Q(state=RequestState.DECIDED) & (decided_again | late_issue)
        )

    def latest_late_start(self, day: date, days: int) -> date:
        """The last local day such that a step of ``days`` working days begun on it is overdue on ``day``."""
        start = day - timedelta(days=1)
        while self.calendar.after(start, days) >= day:
            start -= timedelta(days=1)
        return start

    def _began_before(self, day: date, days: int) -> datetime:
        return clock.start_of(self.latest_late_start(day, days) + timedelta(days=1))

    def _step(self, name: str, role: str, since: datetime | None, days: int) -> Step:
        began = clock.local_date(since or clock.now())
        return Step(name, role, began, self.calendar.after(began, days))
