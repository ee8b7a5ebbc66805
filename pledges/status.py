"""The rule of a pledge's status, once, in Python: facts in, judgement out. ``queries.py`` says the same in SQL."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import NamedTuple

from core import clock
from core.clock import days_past
from pledges.counts import Delivered, by_then
from pledges.states import (
    DANGLING_AFTER_DAYS,
    DUE_SOON_DAYS,
    LONG_OVERDUE_DAYS,
    MOVED_BACK,
    NEEDS_DEADLINE_AFTER_DAYS,
    RevisionKind,
    Status,
)

EVER_SINCE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Revised:
    """A decided, approved revision: in effect from ``effective_on``; of one day the last decided stands."""

    kind: str
    new_due_on: date
    effective_on: date
    order: int
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class Added:
    """A line that a line change added; ``taken_from``: the line that owes so much less from then on."""

    line: int
    quantity: int
    effective_on: date
    taken_from: int | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class Pooled:
    """What a pledge merged into this one handed on: when it was said, its first date, whether given with the words.

    ``dated_on``: the day on which that date was given.
    """

    said_on: date
    first_due_on: date | None
    dated_originally: bool
    dated_on: date | None
    effective_on: date
    recorded_at: datetime | None = None


class Fallen(NamedTuple):
    """A day from which an excuse no longer holds: a unit of a line lives again or has a successor."""

    day: date
    recorded_at: datetime | None = None


class Closed(NamedTuple):
    """An act that closed a pledge; ``falls``: what took its ground away since."""

    kind: str
    effective_on: date
    recorded_at: datetime | None = None
    falls: tuple[Fallen, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What is stored about one pledge. ``lines``: line id -> quantity, as promised; ``added`` came by line changes.

    Each row carries the instant it was recorded; None: known ever since.
    """

    made_on_to: date
    original_due_on: date | None
    lines: dict[int, int] = field(default_factory=dict)
    revisions: tuple[Revised, ...] = ()
    deliveries: tuple[Delivered, ...] = ()
    closures: tuple[Closed, ...] = ()
    added: tuple[Added, ...] = ()
    pooled: tuple[Pooled, ...] = ()

    def known(self, at: datetime | None) -> Facts:
        """What of this was on record at an instant (None: now). A count whose end was recorded later had not ended."""
        if at is None:
            standing = (each.known(at) for each in self.deliveries if each.voided_at is None)
            return replace(self, deliveries=tuple(standing))
        return replace(
            self,
            revisions=tuple(each for each in self.revisions if by_then(each.recorded_at, at)),
            deliveries=tuple(
                each.known(at)
                for each in self.deliveries
                if by_then(each.recorded_at, at) and (each.voided_at is None or each.voided_at > at)
            ),
            closures=tuple(
                each._replace(falls=tuple(fall for fall in each.falls if by_then(fall.recorded_at, at)))
                for each in self.closures
                if by_then(each.recorded_at, at)
            ),
            added=tuple(each for each in self.added if by_then(each.recorded_at, at)),
            pooled=tuple(each for each in self.pooled if by_then(each.recorded_at, at)),
        )

    def in_effect(self, day: date) -> Facts:
        """What of this has taken effect by the end of ``day``; deliveries and lines keep their own days."""
        return replace(
            self,
            revisions=tuple(
                sorted(
                    (each for each in self.revisions if each.effective_on <= day),
                    key=lambda each: (each.effective_on, each.recorded_at or EVER_SINCE, each.order),
                )
            ),
            deliveries=tuple(each for each in self.deliveries if each.pooled_on is None or each.pooled_on <= day),
            closures=tuple(
                each
                for each in self.closures
                if each.effective_on <= day and not any(fall.day <= day for fall in each.falls)
            ),
            pooled=tuple(each for each in self.pooled if each.effective_on <= day),
        )

    @property
    def closure(self) -> Closed | None:
        """What closed the pledge, of those known and in effect."""
        found = sorted(self.closures, key=lambda each: (each.effective_on, each.recorded_at or EVER_SINCE))
        return found[-1] if found else None

    @property
    def said_on(self) -> date:
        """The day age counts from: the earliest of this pledge and those merged into it."""
        return min(self.made_on_to, *(each.said_on for each in self.pooled)) if self.pooled else self.made_on_to

    @property
    def dated_originally(self) -> bool:
        """Whether a date was given with the words: with those spoken first, of this pledge and those merged into it.

        Of several of one day with each of them: one without a date may be the one that was spoken first.
        """
        spoken = [(self.made_on_to, self.original_due_on is not None)]
        spoken += [(each.said_on, each.dated_originally) for each in self.pooled]
        return all(dated for said_on, dated in spoken if said_on == self.said_on)

    @property
    def dated_on(self) -> date | None:
        """The day on which the first date of this pledge or of those merged into it was given."""
        given = [each.effective_on for each in self.revisions if each.kind == RevisionKind.FIRST_SET]
        given += [self.made_on_to] if self.original_due_on else []
        given += [each.dated_on for each in self.pooled if each.dated_on]
        return min(given, default=None)


Known = date | datetime | None


def instant_of(known_at: Known) -> datetime | None:
    """The instant up to which knowledge reaches; a bare day means its end, local time."""
    return known_at if known_at is None or isinstance(known_at, datetime) else clock.end_of(known_at)


def day_of(as_of: date | None, known_at: Known) -> date:
    """The day judged: ``as_of``, else that of ``known_at`` while it is past, else today."""
    known = instant_of(known_at)
    return as_of or clock.local_date(min(known, clock.now()) if known else clock.now())


@dataclass(frozen=True)
class Judgement:
    """What follows from the facts on a day. Day counts are never negative; ``completed_on`` is the first completion.

    ``extensions``: how often the date was moved back. ``dated_on``: the day on which a promise without a date of its
    own was given its first one, ``dated_after_days`` after its words; None for every other. ``dangled_days``: the same
    days where the promise was dangling by then and is not kept yet. ``corrected_on``: since when the first date is
    another than was recorded.
    """

    status: Status
    first_due_on: date | None
    due_on: date | None
    completed_on: date | None
    was_taken_back: bool
    days_late: int
    days_late_original: int
    age_days: int
    promised: int
    delivered: int
    revisions: int
    extensions: int
    dated_on: date | None
    dated_after_days: int | None
    dangled_days: int | None
    corrected_on: date | None
    delivered_by_line: dict[int, int]

    @property
    def outstanding(self) -> int:
        return self.promised - self.delivered

    @property
    def late(self) -> bool:
        return is_late(self.status, self.days_late_original)


def is_late(status: str, days_late_original: int) -> bool:
    """overdue, long_overdue, extended, dangling, or taken_back past the first deadline."""
    if status == Status.TAKEN_BACK:
        return days_late_original > 0
    return status in Status.PAST_DUE or status in (Status.EXTENDED, Status.DANGLING)


def judge(facts: Facts, as_of: date, known_at: Known = None) -> Judgement:
    """The status of a pledge on local day ``as_of`` and everything shown beside it (pledges.md, first match wins).

    ``as_of`` goes by the days on which things took effect, with today's knowledge; ``known_at`` (an instant, or a day
    up to its end) also drops every row recorded after it.
    """
    facts = facts.known(instant_of(known_at)).in_effect(as_of)
    first_due = _first_due(facts)
    due = facts.revisions[-1].new_due_on if facts.revisions else first_due
    net, quantities = net_on(facts, as_of), quantities_on(facts, as_of)
    delivered = sum(min(net[line], quantity) for line, quantity in quantities.items())
    promised = sum(quantities.values())
    complete = promised > 0 and delivered == promised
    completed_on = first_completion(facts, as_of)
    counted = (facts.closure and facts.closure.effective_on, completed_on, promised, delivered, as_of)
    status = _status(facts, as_of, complete, completed_on, first_due, due)
    dated_on = None if facts.dated_originally else facts.dated_on
    return Judgement(
        status=status,
        first_due_on=first_due,
        due_on=due,
        completed_on=completed_on,
        was_taken_back=completed_on is not None and _was_taken_back(facts, completed_on, as_of),
        days_late=days_late(due, *counted),
        days_late_original=days_late(first_due, *counted),
        age_days=days_past(facts.said_on, as_of),
        promised=promised,
        delivered=delivered,
        revisions=len(facts.revisions),
        extensions=sum(each.kind in MOVED_BACK for each in facts.revisions),
        dated_on=dated_on,
        dated_after_days=dated_after(facts.said_on, dated_on),
        dangled_days=dangled(status, facts.said_on, dated_on),
        corrected_on=_corrected_on(facts),
        delivered_by_line=net,
    )


def days_late(
    due: date | None, closed_on: date | None, completed_on: date | None, promised: int, delivered: int, as_of: date
) -> int:
    """Days past ``due`` up to the day of closing, else of completion while it is complete, else ``as_of``."""
    complete = completed_on if 0 < promised <= delivered else None
    return days_past(due, closed_on or complete or as_of)


def dated_after(said_on: date, dated_on: date | None) -> int | None:
    """Days from the words of a promise without a date to the day on which it was given one; None where it was not."""
    return None if dated_on is None else days_past(said_on, dated_on)


def dangled(status: str, said_on: date, dated_on: date | None) -> int | None:
    """How long a promise had dangled when it was given its first date, until it is kept; None for every other."""
    days = dated_after(said_on, dated_on)
    return None if days is None or days <= DANGLING_AFTER_DAYS or status in Status.KEPT else days


def quantities_on(facts: Facts, day: date) -> dict[int, int]:
    """What each line owes in all on ``day``: its quantity less what later lines took over."""
    found = dict(facts.lines)
    in_effect = [each for each in facts.added if each.effective_on <= day]
    for each in in_effect:
        found[each.line] = each.quantity
    for each in in_effect:
        if each.taken_from in found:
            found[each.taken_from] -= each.quantity
    return found


def net_on(facts: Facts, day: date) -> dict[int, int]:
    """Devices counting for each line on ``day``."""
    net = dict.fromkeys(quantities_on(facts, day), 0)
    for each in facts.deliveries:
        if each.counts_on(day) and each.line in net:
            net[each.line] += 1
    return net


def first_completion(facts: Facts, as_of: date) -> date | None:
    """The first day up to ``as_of`` on which every line was complete at once; None if there was none."""
    days = {day for each in facts.deliveries for day in each.changes_on if day <= as_of}
    return next((day for day in sorted(days) if _complete_on(facts, day)), None)


def _complete_on(facts: Facts, day: date) -> bool:
    net, quantities = net_on(facts, day), quantities_on(facts, day)
    return bool(quantities) and all(net[line] >= quantity for line, quantity in quantities.items())


def _was_taken_back(facts: Facts, completed_on: date, as_of: date) -> bool:
    changes = {day for each in facts.deliveries for day in each.changes_on} | {e.effective_on for e in facts.added}
    return any(not _complete_on(facts, day) for day in changes if completed_on < day <= as_of)


def _first_due(facts: Facts) -> date | None:
    """The original date as corrected, else the first one set; unless a merged pledge had an earlier one: that stays."""
    first_sets = [each.new_due_on for each in facts.revisions if each.kind == RevisionKind.FIRST_SET]
    corrections = [each for each in facts.revisions if each.kind == RevisionKind.CORRECTION]
    own = (
        corrections[-1].new_due_on if corrections else facts.original_due_on or (first_sets[0] if first_sets else None)
    )
    return min((day for day in (own, *(each.first_due_on for each in facts.pooled)) if day), default=None)


def _corrected_on(facts: Facts) -> date | None:
    return next((e.effective_on for e in reversed(facts.revisions) if e.kind == RevisionKind.CORRECTION), None)


def _status(
    facts: Facts, as_of: date, complete: bool, completed_on: date | None, first_due: date | None, due: date | None
) -> Status:
    if facts.closure:
        return Status(facts.closure.kind)
    if completed_on and not complete:
        return Status.TAKEN_BACK
    if completed_on:
        return _kept(facts.dated_originally, first_due, completed_on)
    if due is None or first_due is None:
        return _undated(days_past(facts.said_on, as_of))
    if as_of > due:
        return Status.LONG_OVERDUE if days_past(due, as_of) > LONG_OVERDUE_DAYS else Status.OVERDUE
    if first_due < as_of:
        return Status.EXTENDED
    return Status.DUE_SOON if days_past(as_of, due) <= DUE_SOON_DAYS else Status.ON_TRACK


def _kept(dated_originally: bool, first_due: date | None, completed_on: date) -> Status:
    if first_due is None:
        return Status.KEPT_UNDATED
    if completed_on > first_due:
        return Status.KEPT_LATE
    return Status.KEPT_ON_TIME if dated_originally else Status.KEPT_ON_LATE_DATE


def _undated(age: int) -> Status:
    if age > DANGLING_AFTER_DAYS:
        return Status.DANGLING
    return Status.NEEDS_DEADLINE if age > NEEDS_DEADLINE_AFTER_DAYS else Status.UNDATED
