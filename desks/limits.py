"""Service limits: how long each step may take, in working days, by the installation's settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from assets.models import Handover
from core import clock
from core.models import Installation
from org.calendar import WorkingCalendar
from org.models import Role, Unit
from org.weeks import Week, Weeks
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import RequestState

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """Where a request waits: at whose desk (role), since when, until when."""

    name: str
    role: str
    _: KW_ONLY
    since: date
    due_on: date

    def overdue(self, day: date) -> bool:
        return day > self.due_on


class ServiceLimits:
    """The limits in force; loads settings and calendar once and judges many requests.

    The days are working days of the unit whose turn it is: of the unit that asked or receives, for what its head or
    its people do, else of where those sit who hold the role for it.
    """

    def __init__(self) -> None:
        self.settings = Installation.current()
        self._weeks: dict[str, Weeks] = {}

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return WorkingCalendar.load()

    def step_of(self, request: DeviceRequest) -> Step | None:
        """The step a request is in; None for drafts, for what is at an end, and for what is deferred to a later year.

        Reads what ``with_state`` adds, and asks for it when it is not there; and the code of its unit.
        """
        if not hasattr(request, "derived_state"):
            request = DeviceRequest.objects.with_state().get(pk=request.pk)
        state = request.derived_state
        settings, unit = self.settings, request.unit
        if (
            state == RequestState.SUBMITTED
            and not request.endorsed_at
            and settings.endorsement != Installation.Endorsement.NONE
        ):
            return self._step("endorse", Role.UNIT_HEAD, request.submitted_at, settings.endorse_days, unit)
        if state == RequestState.SUBMITTED:
            since = request.endorsed_at or request.submitted_at
            return self._step("verify", Role.VERIFIER, since, settings.verify_days, unit)
        if state == RequestState.VERIFIED:
            return self._step("decide", Role.APPROVER, request.verified_at, settings.decide_days, unit)
        if state == RequestState.DECIDED and request.reopened_year:
            new_year = clock.start_of(date(request.reopened_year, 1, 1))
            return self._step("decide", Role.APPROVER, new_year, settings.decide_days, unit)
        if state == RequestState.DECIDED and request.to_issue:
            return self._step("issue", Role.ASSET_CLERK, request.decided_at, settings.issue_days, unit)
        return None

    def receipt_due_on(self, handover: Handover) -> date:
        """The last day on which the receiver should confirm or dispute what was handed over."""
        assert handover.handed_over_on  # noqa: S101  (a constraint of handed-over papers)
        calendar = self.calendar.in_unit(handover.recipient_unit)
        return calendar.after(handover.handed_over_on, self.settings.receipt_days)

    def late_receipts(self, day: date) -> Q:
        """The condition that a handover should have been confirmed or disputed before ``day``."""
        days = self.settings.receipt_days
        return _in_each(
            self.calendar.weeks.units("recipient_unit__code"),
            lambda week: Q(handed_over_on__lte=self._latest_late_start(week, day, days)),
        )

    def overdue(self, requests: QuerySet[DeviceRequest], at: date | None = None) -> QuerySet[DeviceRequest]:
        """Of ``requests`` those whose present step has run over its limit on ``at``."""
        day = at or clock.today()
        settings = self.settings
        asks = settings.endorsement != Installation.Endorsement.NONE
        lines = RequestLine.objects.filter(request=OuterRef("pk"))

        def began(role: str, days: int, column: str) -> Q:
            """Those whose step of ``role`` began, at the instant in ``column``, too long ago."""
            return self._late(role, day, days, lambda last: Q(**{f"{column}__lt": clock.start_of(last + _DAY)}))

        head = (Role.UNIT_HEAD, settings.endorse_days) if asks else (Role.VERIFIER, settings.verify_days)
        waiting_for_head = Q(endorsed_at__isnull=True) & began(*head, "submitted_at")
        endorsed = Q(endorsed_at__isnull=False) & began(Role.VERIFIER, settings.verify_days, "endorsed_at")
        decided_again = self._late(
            Role.APPROVER, day, settings.decide_days, lambda last: Q(Exists(lines.reopened(last)))
        )
        issued = ~Exists(lines.reopened(day)) & Exists(lines.owing())
        late_issue = issued & began(Role.ASSET_CLERK, settings.issue_days, "decided_at")
        return requests.filter(
            Q(state=RequestState.SUBMITTED) & (waiting_for_head | endorsed)
            | Q(state=RequestState.VERIFIED) & began(Role.APPROVER, settings.decide_days, "verified_at")
            | Q(state=RequestState.DECIDED) & (decided_again | late_issue)
        )

    def _late(self, role: str, day: date, days: int, begun_by: Callable[[date], Q]) -> Q:
        """The requests that ``begun_by`` finds to have come to the desk of ``role`` too long before ``day``."""
        return _in_each(
            self._weeks_of(role).units("unit__code"), lambda week: begun_by(self._latest_late_start(week, day, days))
        )

    def _weeks_of(self, role: str) -> Weeks:
        if role == Role.UNIT_HEAD:
            return self.calendar.weeks
        if role not in self._weeks:
            self._weeks[role] = self.calendar.weeks.at_desks(role)
        return self._weeks[role]

    def _latest_late_start(self, week: Week, day: date, days: int) -> date:
        """The last local day such that a step of ``days`` working days begun on it is overdue on ``day``."""
        calendar, start = replace(self.calendar, week=week), day - _DAY
        while calendar.after(start, days) >= day:
            start -= _DAY
        return start

    def _step(self, name: str, role: str, since: datetime | None, days: int, unit: Unit) -> Step:
        began = clock.local_date(since or clock.now())
        calendar = replace(self.calendar, week=self._weeks_of(role).of(unit.code))
        return Step(name, role, since=began, due_on=calendar.after(began, days))


def _in_each(weeks: dict[Week, Q], condition: Callable[[Week], Q]) -> Q:
    """What ``condition`` says of each working week, for the rows that have that week."""
    return reduce(or_, (units & condition(week) for week, units in weeks.items()))
