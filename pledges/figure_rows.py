"""The published pledges as their figures count them: one row each, as of a day, by what was on record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, F, Max, OuterRef, QuerySet, Subquery, Value, When

from core import clock
from core.clock import days_past
from core.models import Decision
from org.models import OfficeSuccession, Unit
from org.succession import Successions
from pledges.counting import Moment, delivered_on, under_way
from pledges.models import DeadlineRevision, Delivery, Pledge
from pledges.notice import Limits
from pledges.queries import dated_originally
from pledges.states import ClosureKind, Status, Strength
from pledges.status import Known, dangled, days_late


@dataclass(frozen=True)
class Counted:
    """One pledge as the figures need it.

    ``counts``: firm, or its condition was met. ``dated``: a date was given with the words, here or in a pledge merged
    into this one. ``corrected``: its first date is another than was recorded. ``delivered``: on the day asked about,
    of a withdrawn one on the day of its withdrawal; ``in_time``: those of them that counted by the first date.
    ``extensions``: how often its date was moved back. ``lag``: days from its words to its record. ``dangled_days``: how
    long it had dangled when it was dated, until it is kept. ``offices``: the one that said it, and those that took its
    place, one after the other; the last stands for it. ``recorded_after``: it is kept, and was put on record when
    that was done or as good as done (``Limits.came_after``).
    """

    pk: int
    offices: tuple[int, ...]
    status: str
    strength: str
    counts: bool
    dated: bool
    corrected: bool
    first_due_on: date | None
    due_on: date | None
    completed_on: date | None
    closed_on: date | None
    promised: int
    delivered: int
    in_time: int
    extensions: int
    said_from: date
    said_on: date
    lag: int
    dangled_days: int | None
    recorded_after: bool

    @property
    def office(self) -> int:
        """Under which office it is shown."""
        return self.offices[-1]

    @property
    def open(self) -> bool:
        return self.status not in Status.CLOSED | Status.KEPT

    @property
    def outstanding(self) -> int:
        return self.promised - self.delivered

    def open_on(self, day: date) -> bool:
        """Whether it had been said before ``day`` and was neither kept nor closed by then."""
        ended = self.closed_on or (self.completed_on if self.status in Status.KEPT else None)
        return self.said_on < day and (ended is None or ended >= day)

    def judged_against(self, due: date | None, as_of: date) -> bool:
        """Whether it can be said by now that the promise was kept by ``due`` or not."""
        if self.status == Status.WITHDRAWN:
            return True
        return due is not None and (self.status in Status.KEPT or due < as_of)

    def kept_by(self, due: date | None) -> bool:
        """Whether every device was there by the end of ``due``."""
        done = self.completed_on if self.status in Status.KEPT else None
        return done is not None and due is not None and done <= due

    @property
    def devices_in_time(self) -> int:
        """Devices that came by the first date: all where the pledge was kept by it, else those that came and stayed."""
        return self.promised if self.kept_by(self.first_due_on) else self.in_time

    def debt(self, as_of: date) -> int:
        """Devices outstanding times days past the first deadline."""
        return self.outstanding * self.days_late(as_of)

    def days_late(self, as_of: date) -> int:
        """Days past the first deadline, by the day on which the counting stopped."""
        return days_late(self.first_due_on, self.closed_on, self.completed_on, self.promised, self.delivered, as_of)


_COLUMNS = (
    "pk", "office_id", "office__unit_id", "status", "first_due_on", "due_on", "completed_on", "closed_on", "promised",
    "delivered_then", "in_time", "extensions", "dated", "dated_on", "corrected_on", "made_on_from", "made_on_to",
    "said_on", "created_at", "submitted_at", "notice_days", "handed_on", "strength", "condition_met",
)  # fmt: skip


def rows_of(pledges: QuerySet[Pledge], as_of: date | None = None, known_at: Known = None) -> list[Counted]:
    """The published ones among ``pledges`` that had been said by ``as_of``, as they stood then.

    Read by what was on record at ``known_at``. One statement, and what tells how long the notice of kept ones took.
    """
    moment = Moment.of(as_of, known_at)
    approved = DeadlineRevision.objects.filter(pledge=OuterRef("pk"), decision=Decision.APPROVE)
    decided = moment.recorded(approved.filter(effective_on__lte=moment.day), "decided_at").order_by()
    judged = pledges.published().judged(as_of, known_at)  # type: ignore[attr-defined]
    withdrawn, first_due = {"closure_kind": ClosureKind.WITHDRAWN}, OuterRef("first_due_on")
    found = judged.annotate(
        condition_met=Exists(decided.filter(condition_met_on__isnull=False)),
        dated=Case(When(dated_originally(moment), then=Value(True)), default=Value(False)),
        delivered_then=Case(
            When(**withdrawn, then=delivered_on(moment, OuterRef("closed_on"))), default=F("delivered")
        ),
        in_time=Case(
            When(**withdrawn, then=delivered_on(moment, OuterRef("closed_on"), by=first_due)),
            default=delivered_on(moment, by=first_due),
        ),
        handed_on=_handed_on(moment),
    )
    rows = list(found.order_by().values(*_COLUMNS))
    late = _recorded_after(rows)
    known = Successions.load(OfficeSuccession, moment.day, moment.known)
    counted = [
        _row(recorded_after=row["pk"] in late, offices=known.line_of(row.pop("office_id")), **row) for row in rows
    ]
    return [row for row in counted if row.said_from <= moment.day]


def recorded_after_among(kept: Collection[int], as_of: date | None = None, known_at: Known = None) -> set[int]:
    """The ids of those among ``kept`` ones that were put on record when they were as good as kept."""
    rows = rows_of(Pledge.objects.filter(pk__in=kept), as_of, known_at) if kept else ()
    return {row.pk for row in rows if row.recorded_after}


def _handed_on(moment: Moment) -> Subquery:
    """When the last of the devices by which a pledge was complete for the first time had been handed over."""
    mine = Delivery.objects.filter(line__pledge=OuterRef("pk"))
    complete = under_way(moment, mine, OuterRef("completed_on")).order_by().values("line__pledge")
    return Subquery(complete.annotate(last=Max("item__handover__handed_over_on")).values("last"))


def _recorded_after(rows: list[dict[str, Any]]) -> set[int]:
    kept = [row for row in rows if row["status"] in Status.KEPT]
    if not kept:
        return set()
    limits, units = Limits(), Unit.objects.in_bulk({row["office__unit_id"] for row in kept})
    return {
        row["pk"]
        for row in kept
        if limits.came_after(
            units[row["office__unit_id"]],
            row["created_at"],
            row["submitted_at"],
            row["notice_days"],
            row["handed_on"],
            row["completed_on"],
        )
    }


def _row(
    *, office__unit_id: int, delivered_then: int, strength: str, condition_met: bool,
    dated_on: date | None, corrected_on: date | None, made_on_from: date, made_on_to: date, said_on: date,
    created_at: datetime, submitted_at: datetime | None, notice_days: int | None, handed_on: date | None,
    **facts: Any,
) -> Counted:  # fmt: skip
    return Counted(
        delivered=delivered_then,
        strength=strength,
        counts=strength == Strength.FIRM or (strength == Strength.CONDITIONAL and condition_met),
        corrected=corrected_on is not None,
        said_from=min(made_on_from, said_on),
        said_on=said_on,
        lag=days_past(made_on_to, clock.local_date(created_at)),
        dangled_days=dangled(facts["status"], said_on, dated_on),
        **facts,
    )
