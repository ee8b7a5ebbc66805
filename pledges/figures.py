"""Figures over published pledges, each with what it counts and on which day; never a percentage of nothing.

Merged duplicates count once, through the pledge that took them in. Only firm promises, and conditional ones whose
condition was met, enter the shares of kept promises. A withdrawn promise counts as not kept; an excused one is shown
apart and counts in the strict share alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Sum

from core import clock
from org.models import Tenure
from pledges.models import DeadlineRevision, Pledge
from pledges.states import Basis, Decision, Publication, Status, Strength
from pledges.status import Known, days_past

AGE_BANDS = (90, 180, 365)


@dataclass(frozen=True)
class Share:
    """``part`` of ``n``; ``percent`` is None where there is nothing to take it of."""

    part: int
    n: int

    @property
    def percent(self) -> float | None:
        return round(100 * self.part / self.n, 1) if self.n else None


@dataclass(frozen=True)
class Spread:
    """Median and maximum in days over ``n`` pledges; None over none."""

    n: int
    median: float | None
    maximum: int | None

    @classmethod
    def of(cls, days: Sequence[int]) -> Spread:
        return cls(len(days), float(median(days)) if days else None, max(days, default=None))


@dataclass(frozen=True)
class Row:
    """One pledge as the figures need it; ``counts``: firm, or its condition was met."""

    office: int
    status: str
    counts: bool
    original_due_on: date | None
    first_due_on: date | None
    due_on: date | None
    completed_on: date | None
    closed_on: date | None
    promised: int
    delivered: int
    revisions: int
    said_on: date
    recorded_on: date

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

    def days_late(self, as_of: date) -> int:
        """Days past the first deadline, by the day on which the counting stopped."""
        done = self.completed_on if self.status in Status.KEPT else None
        return days_past(self.first_due_on, self.closed_on or done or as_of)


@dataclass(frozen=True)
class Figures:
    """What a set of published pledges comes to on ``as_of``.

    ``on_time``: kept by the first deadline, of those that can be judged by it. ``on_time_strict``: the same with
    excused ones among them. ``on_time_now``: kept by the deadline in force, after ``extensions`` decided revisions.
    ``devices_on_time``: devices of the pledges kept by the first deadline. ``late``: days past the first deadline,
    open ones counted at their age. ``debt``: devices outstanding times days late. ``recording_lag``: days from the
    words to the record.
    """

    as_of: date
    n: int
    on_time: Share
    on_time_strict: Share
    on_time_now: Share
    extensions: int
    devices_on_time: Share
    delivered: Share
    late: Spread
    debt: int
    without_date: Share
    dangling: Share
    excused: int
    withdrawn: int
    ages: tuple[tuple[str, int], ...]
    recording_lag: Spread


def figures_of(rows: Iterable[Row], as_of: date) -> Figures:
    """The figures of ``rows`` on local day ``as_of``."""
    shown = [row for row in rows if row.status != Status.MERGED]
    judged = [row for row in shown if row.counts and row.status != Status.EXCUSED]
    due = [row for row in judged if row.judged_against(row.first_due_on, as_of)]
    due_now = [row for row in judged if row.judged_against(row.due_on, as_of)]
    kept = [row for row in due if row.kept_by(row.first_due_on)]
    excused = [row for row in shown if row.status == Status.EXCUSED]
    standing = [row for row in shown if row.status not in Status.CLOSED]
    late = [row.days_late(as_of) for row in standing]
    return Figures(
        as_of=as_of,
        n=len(shown),
        on_time=Share(len(kept), len(due)),
        on_time_strict=Share(len(kept), len(due) + sum(row.counts for row in excused)),
        on_time_now=Share(sum(row.kept_by(row.due_on) for row in due_now), len(due_now)),
        extensions=sum(row.revisions for row in due_now),
        devices_on_time=Share(sum(row.promised for row in kept), sum(row.promised for row in due)),
        delivered=Share(sum(row.delivered for row in standing), sum(row.promised for row in standing)),
        late=Spread.of([days for days in late if days]),
        debt=sum(row.outstanding * days for row, days in zip(standing, late, strict=True)),
        without_date=Share(sum(row.original_due_on is None for row in shown), len(shown)),
        dangling=Share(sum(row.status == Status.DANGLING for row in shown), len(shown)),
        excused=len(excused),
        withdrawn=sum(row.status == Status.WITHDRAWN for row in shown),
        ages=_ages([(as_of - row.said_on).days for row in shown if row.open]),
        recording_lag=Spread.of([max(0, (row.recorded_on - row.said_on).days) for row in shown]),
    )


def _ages(days: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """Open pledges by age in days: ``0-90``, ``91-180``, ``181-365``, ``366-``."""
    bounds = [-1, *AGE_BANDS, None]
    bands = []
    for low, high in pairwise(bounds):
        number = sum(low < each and (high is None or each <= high) for each in days)
        bands.append((f"{low + 1}-{'' if high is None else high}", number))
    return tuple(bands)


_COLUMNS = (
    "office_id", "status", "original_due_on", "first_due_on", "due_on", "completed_on", "closed_on",
    "promised", "delivered", "revisions", "said_on", "created_at", "strength", "condition_met",
)  # fmt: skip


def rows_of(pledges: QuerySet[Pledge], as_of: date | None = None, known_at: Known = None) -> list[Row]:
    """The published ones among ``pledges`` as they stood on ``as_of``, by what was on record at ``known_at``."""
    met = DeadlineRevision.objects.filter(
        pledge=OuterRef("pk"), condition_met_on__isnull=False, decision=Decision.APPROVE
    )
    judged = pledges.published().judged(as_of, known_at).annotate(condition_met=Exists(met))  # type: ignore[attr-defined]
    return [_row(*values) for values in judged.order_by().values_list(*_COLUMNS)]


def _row(office: int, status: str, *values: Any) -> Row:
    *facts, created_at, strength, condition_met = values
    counts = strength == Strength.FIRM or (strength == Strength.CONDITIONAL and condition_met)
    return Row(office, status, counts, *facts, clock.local_date(created_at))


def by_office(rows: Iterable[Row], as_of: date) -> dict[int, Figures]:
    """The figures of each office, by its id."""
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.office, []).append(row)
    return {office: figures_of(own, as_of) for office, own in found.items()}


@dataclass(frozen=True)
class Held:
    """What one holder of an office answers for, inside the house: said by them, fell due under them, inherited."""

    said: Figures
    fell_due: Figures
    inherited: Figures


def by_holder(rows: Iterable[Row], tenures: Iterable[Tenure], as_of: date) -> dict[int, Held]:
    """The figures of each tenure that began by ``as_of``, by its id."""
    rows, found = list(rows), {}
    for tenure in tenures:
        if tenure.starts_on > as_of:
            continue
        own = [row for row in rows if row.office == tenure.office_id]
        until = tenure.ends_on or date.max

        def within(day: date | None, start: date = tenure.starts_on, end: date = until) -> bool:
            return day is not None and start <= day <= end

        found[tenure.pk] = Held(
            said=figures_of([row for row in own if within(row.said_on)], as_of),
            fell_due=figures_of([row for row in own if within(row.first_due_on)], as_of),
            inherited=figures_of([row for row in own if row.open_on(tenure.starts_on)], as_of),
        )
    return found


@dataclass(frozen=True)
class Unpublished:
    """What never reached the public: refused submissions, and promises that rest on testimony alone."""

    rejected: int
    testimony: int


def unpublished(pledges: QuerySet[Pledge]) -> Unpublished:
    return Unpublished(
        rejected=pledges.filter(publication=Publication.REJECTED).count(),
        testimony=pledges.filter(basis=Basis.TESTIMONY).exclude(publication=Publication.REJECTED).count(),
    )


@dataclass(frozen=True)
class Point:
    """Devices outstanding at the end of a month, by what was on record then."""

    on: date
    promised: int
    outstanding: int


def burn_down(pledges: QuerySet[Pledge], months: int, until: date | None = None) -> list[Point]:
    """The last ``months`` month ends up to ``until`` (today), one statement each.

    Read with ``known_at`` of each month end, so that late book-keeping cannot repaint the past.
    """
    points = []
    for day in reversed(_month_ends(until or clock.today(), months)):
        judged = pledges.published().judged(day, day).exclude(status__in=Status.CLOSED)  # type: ignore[attr-defined]
        sums = judged.order_by().aggregate(owed=Sum("promised"), had=Sum("delivered"))
        owed, had = sums["owed"] or 0, sums["had"] or 0
        points.append(Point(day, owed, owed - had))
    return points


def _month_ends(until: date, number: int) -> list[date]:
    """The last days of ``number`` months up to ``until``, latest first; ``until`` stands for its own month."""
    found = [until]
    while len(found) < number:
        found.append(found[-1].replace(day=1) - timedelta(days=1))
    return found
