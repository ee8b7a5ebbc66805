"""Figures over published pledges, each with what it counts and on which day; never a percentage of nothing.

Merged duplicates count once, through the pledge that took them in; what was not yet said on the day is left out. Only
firm promises, and conditional ones whose condition was met by then, enter the rates of kept promises; how many are
conditional or an intention stands beside them. A withdrawn promise counts as not kept; an excused one is shown apart
and counts in the strict rate alone; one put on record when it was as good as kept has a share of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from core import clock
from core.clock import days_past
from core.models import EventObject
from org.models import OfficeSuccession, Tenure
from org.succession import Successions
from pledges.counting import Moment, lines_with_delivered
from pledges.figure_rows import Counted
from pledges.models import Closure, Pledge, PledgeLine
from pledges.queries import fallen
from pledges.states import Basis, Publication, Status, Strength
from pledges.status import Known, day_of, instant_of

AGE_BANDS: tuple[tuple[int, int | None], ...] = ((0, 90), (91, 180), (181, 365), (366, None))

_NONE_DUE, _NONE_PUBLISHED = _("belum ada yang sampai tenggat"), _("belum ada janji yang diterbitkan")
_PUBLISHED = (_("semua janji yang diterbitkan"), _NONE_PUBLISHED)
RATES = ("on_time", "on_time_strict", "on_time_now", "devices_on_time")
"""The rates of kept promises: beside each stands how many rest on a corrected date."""
# share -> what it is taken of, and what to say instead of a percentage where that is nothing
DENOMINATORS: dict[str, tuple[Any, Any]] = {
    "on_time": (_("janji tegas yang tenggat awalnya sudah lewat atau yang sudah ditepati atau dicabut"), _NONE_DUE),
    "on_time_strict": (_("yang sama, ditambah janji yang dinyatakan tidak dapat dilaksanakan"), _NONE_DUE),
    "on_time_now": (
        _("janji tegas yang tenggat berlakunya sudah lewat atau yang sudah ditepati atau dicabut"),
        _NONE_DUE,
    ),
    "devices_on_time": (_("perangkat pada janji tegas yang sudah dapat dinilai menurut tenggat awal"), _NONE_DUE),
    "recorded_after": (
        _(
            "janji tegas yang dicatat sesudah perangkat terakhirnya diserahkan, atau diajukan kurang dari masa "
            "pemberitahuan sebelum lengkap; tidak termasuk angka di atas"
        ),
        _("tidak ada"),
    ),
    "delivered": (
        _("perangkat pada semua janji, selain yang dicabut atau tidak dapat dilaksanakan"),
        _("belum ada perangkat yang dijanjikan"),
    ),
    "conditional": _PUBLISHED,
    "intention": _PUBLISHED,
    "without_date": _PUBLISHED,
    "dangling": _PUBLISHED,
    "dated_dangling": _PUBLISHED,
}


@dataclass(frozen=True)
class Share:
    """``part`` of ``n``; ``percent``, half a tenth rounded up, is None where there is nothing to take it of."""

    part: int
    n: int

    @property
    def percent(self) -> float | None:
        return (2000 * self.part + self.n) // (2 * self.n) / 10 if self.n else None


@dataclass(frozen=True)
class Rate(Share):
    """A share of kept promises; ``corrected`` of its ``n`` are judged by a date that was corrected."""

    corrected: int = 0


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
class Figures:
    """What a set of published pledges comes to on ``as_of``; what each share is taken of stands in ``DENOMINATORS``.

    ``on_time``: kept by the first deadline, of those that can be judged by it. ``on_time_strict``: the same with
    excused ones among them. ``on_time_now``: kept by the deadline in force, after ``extensions`` that moved one back.
    ``devices_on_time``: devices that came by the first deadline, whether or not their whole pledge is kept.
    ``recorded_after``: of those put on record when they were as good as kept, which are in none of these, those kept by
    the first deadline. ``late``: days past the first deadline, open ones counted up to ``as_of``. ``debt``: devices
    outstanding times days late, over ``owing`` pledges; what was withdrawn is not in it: that stopped on the day of the
    withdrawal and stands apart, as ``debt_withdrawn``. ``dated_dangling``: dangling when they were given their first
    date, and not kept yet. ``recording_lag``: days from the words to the record.
    """

    as_of: date
    n: int
    on_time: Rate
    on_time_strict: Rate
    on_time_now: Rate
    extensions: int
    devices_on_time: Rate
    recorded_after: Share
    conditional: Share
    intention: Share
    delivered: Share
    late: Spread
    debt: int
    owing: int
    debt_withdrawn: int
    without_date: Share
    dangling: Share
    dated_dangling: Share
    excused: int
    withdrawn: int
    ages: tuple[tuple[str, int], ...]
    recording_lag: Spread


def figures_of(rows: Iterable[Counted], as_of: date) -> Figures:
    """The figures of ``rows`` on local day ``as_of``."""
    shown = [row for row in rows if row.status != Status.MERGED]
    told = [row for row in shown if row.counts and row.status != Status.EXCUSED]
    after, judged = [row for row in told if row.recorded_after], [row for row in told if not row.recorded_after]
    due = [row for row in judged if row.judged_against(row.first_due_on, as_of)]
    due_now = [row for row in judged if row.judged_against(row.due_on, as_of)]
    excused = [row for row in shown if row.status == Status.EXCUSED]
    standing = [row for row in shown if row.status not in Status.CLOSED]
    withdrawn = [row for row in shown if row.status == Status.WITHDRAWN]
    late = [row.days_late(as_of) for row in standing]
    debts = [row.debt(as_of) for row in standing]
    return Figures(
        as_of=as_of,
        n=len(shown),
        on_time=_rate(due, _kept_first),
        on_time_strict=_rate([*due, *(row for row in excused if row.counts)], _kept_first),
        on_time_now=_rate(due_now, lambda row: row.kept_by(row.due_on)),
        extensions=sum(row.extensions for row in due_now),
        devices_on_time=_rate(due, lambda row: row.devices_in_time, lambda row: row.promised),
        recorded_after=Share(sum(map(_kept_first, after)), len(after)),
        conditional=_share(shown, lambda row: row.strength == Strength.CONDITIONAL),
        intention=_share(shown, lambda row: row.strength == Strength.INTENTION),
        delivered=Share(sum(row.delivered for row in standing), sum(row.promised for row in standing)),
        late=Spread.of([days for days in late if days]),
        debt=sum(debts),
        owing=sum(debt > 0 for debt in debts),
        debt_withdrawn=sum(row.debt(as_of) for row in withdrawn),
        without_date=_share(shown, lambda row: not row.dated),
        dangling=_share(shown, lambda row: row.status == Status.DANGLING),
        dated_dangling=_share(shown, lambda row: row.dangled_days is not None),
        excused=len(excused),
        withdrawn=len(withdrawn),
        ages=_ages([days_past(row.said_on, as_of) for row in shown if row.open]),
        recording_lag=Spread.of([row.lag for row in shown]),
    )


def _kept_first(row: Counted) -> bool:
    return row.kept_by(row.first_due_on)


def _rate(
    rows: Sequence[Counted], part: Callable[[Counted], int], of: Callable[[Counted], int] = lambda _row: 1
) -> Rate:
    """``part`` of ``of`` over ``rows``; of how much of it the date was corrected."""
    return Rate(sum(map(part, rows)), sum(map(of, rows)), corrected=sum(of(row) for row in rows if row.corrected))


def _share(rows: Sequence[Counted], is_so: Callable[[Counted], bool]) -> Share:
    return Share(sum(map(is_so, rows)), len(rows))


def _ages(days: Sequence[int]) -> tuple[tuple[str, int], ...]:
    """How many there are by age in days: ``0-90``, ``91-180``, ``181-365``, ``366-``."""
    return tuple(
        (f"{low}-{high or ''}", sum(low <= each and (high is None or each <= high) for each in days))
        for low, high in AGE_BANDS
    )


def by_office(rows: Iterable[Counted], as_of: date) -> dict[int, Figures]:
    """The figures of each office, by its id, with the pledges of those whose place it took."""
    found: dict[int, list[Counted]] = {}
    for row in rows:
        found.setdefault(row.office, []).append(row)
    return {office: figures_of(own, as_of) for office, own in found.items()}


@dataclass(frozen=True)
class Held:
    """What one holder of an office answers for, inside the house: said by them, fell due under them, inherited.

    Words whose day is a range count as said by each holder in it, as on the pledge's own page.
    """

    said: Figures
    fell_due: Figures
    inherited: Figures

    @property
    def answers(self) -> bool:
        """Whether any pledge is theirs to answer for."""
        return bool(self.said.n or self.fell_due.n or self.inherited.n)


def offices_told(rows: Iterable[Counted]) -> dict[int, list[int]]:
    """Under which office pledges of which others are shown: ids, by its own."""
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row.office, set()).update(row.offices[:1] if len(row.offices) > 1 else ())
    return {office: sorted(others) for office, others in found.items()}


def by_holder(rows: Iterable[Counted], tenures: Iterable[Tenure], as_of: date) -> dict[int, Held]:
    """The figures of each tenure that began by ``as_of``, by its id. Never public."""
    rows = list(rows)
    return {
        tenure.pk: _held([row for row in rows if tenure.office_id in row.offices], tenure, as_of)
        for tenure in tenures
        if tenure.starts_on <= as_of
    }


def _held(rows: list[Counted], tenure: Tenure, as_of: date) -> Held:
    start, end = tenure.starts_on, min(tenure.ends_on or as_of, as_of)
    own = [row for row in rows if row.offices[0] == tenure.office_id]
    return Held(
        said=figures_of([row for row in own if row.said_from <= end and start <= row.said_on], as_of),
        fell_due=figures_of([row for row in rows if row.first_due_on and start <= row.first_due_on <= end], as_of),
        inherited=figures_of([row for row in rows if row.open_on(start)], as_of),
    )


@dataclass(frozen=True)
class Unpublished:
    """What has not reached the public: refused submissions, promises that rest on testimony alone, and those that wait.

    ``waiting``: drafts and submissions nobody has published, counted from the day they were recorded; ``waiting_ages``:
    the same by days since then; ``waiting_by_office``: the same by the id of the office, never public.
    """

    rejected: int
    testimony: int
    waiting: int
    waiting_ages: tuple[tuple[str, int], ...]
    waiting_by_office: dict[int, int]


def unpublished(as_of: date | None = None, known_at: Known = None) -> Unpublished:
    """How many there were in the whole register at the end of ``as_of``.

    Numbers and no more: by office or unit they would tell who is said to have promised something.
    """
    day = day_of(as_of, known_at)
    instant = min(clock.end_of(day), instant_of(known_at) or clock.now())
    refusal = EventObject.objects.filter(
        object_type=Pledge.journal_type, object_id=OuterRef("pk"), event__verb="pledge.rejected", event__at__lte=instant
    )
    refused = Q(publication=Publication.REJECTED) & Q(Exists(refusal))
    testified = Q(basis=Basis.TESTIMONY, created_at__lte=instant) & ~refused
    counted: dict[str, int] = Pledge.objects.aggregate(
        rejected=Count("pk", filter=refused), testimony=Count("pk", filter=testified)
    )
    successions = Successions.load(OfficeSuccession, day, instant_of(known_at))
    waiting = [(successions.line_of(office)[-1], recorded) for office, recorded in _waiting(instant)]
    return Unpublished(
        **counted,
        waiting=len(waiting),
        waiting_ages=_ages([days_past(recorded, day) for _office, recorded in waiting]),
        waiting_by_office=dict(Counter(office for office, _recorded in waiting)),
    )


def _waiting(instant: datetime) -> list[tuple[int, date]]:
    """Office, and day it was recorded, of each promise that waited for publication at this instant."""
    ended = EventObject.objects.filter(
        object_type=Pledge.journal_type, object_id=OuterRef("pk"), event__at__lte=instant,
        event__verb__in=["pledge.published", "pledge.rejected"],
    )  # fmt: skip
    waiting = Pledge.objects.filter(~Exists(ended), created_at__lte=instant).exclude(basis=Basis.TESTIMONY)
    found = waiting.order_by("pk").values_list("office_id", "created_at")
    return [(office, clock.local_date(recorded)) for office, recorded in found]


@dataclass(frozen=True)
class Point:
    """Devices outstanding at the end of a month, by what was on record then."""

    on: date
    promised: int
    outstanding: int


def burn_down(pledges: QuerySet[Pledge], months: int, until: date | None = None) -> list[Point]:
    """The last ``months`` month ends up to ``until`` (today, no later), one statement each.

    Read with ``known_at`` of each month end, so that late book-keeping cannot repaint the past. A withdrawn or excused
    pledge leaves with all it promised: what falls without having come shows in ``promised``.
    """
    return [_point(pledges, day) for day in reversed(_month_ends(until or clock.today(), months))]


def _point(pledges: QuerySet[Pledge], day: date) -> Point:
    """Sums over the lines of what was then published and not closed: the status, which costs most, is not needed."""
    moment = Moment.of(day, day)
    closed = moment.recorded(Closure.objects.filter(~fallen(moment), effective_on__lte=day), "decided_at")
    standing = pledges.published().on_record(day).exclude(pk__in=closed.values("pledge"))  # type: ignore[attr-defined]
    lines = lines_with_delivered(PledgeLine.objects.filter(pledge__in=standing.values("pk")), day, day)
    counted = lines.order_by().annotate(capped=Least("delivered", "promised", output_field=IntegerField()))
    sums = counted.aggregate(owed=Coalesce(Sum("promised"), 0), had=Coalesce(Sum("capped"), 0))
    return Point(day, sums["owed"], sums["owed"] - sums["had"])


def _month_ends(until: date, number: int) -> list[date]:
    """The last days of ``number`` months up to ``until``, latest first; ``until`` stands for its own month."""
    found = [until]
    while len(found) < number:
        found.append(found[-1].replace(day=1) - timedelta(days=1))
    return found
