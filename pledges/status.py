"""The rule of a pledge's status, once, in Python: facts in, judgement out. ``queries.py`` says the same in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from core import clock
from pledges.states import (
    DANGLING_AFTER_DAYS,
    DUE_SOON_DAYS,
    LONG_OVERDUE_DAYS,
    NEEDS_DEADLINE_AFTER_DAYS,
    RevisionKind,
    Status,
)


@dataclass(frozen=True)
class Revised:
    """A decided, approved revision: in effect from ``effective_on``; ``order`` breaks ties of one day."""

    kind: str
    new_due_on: date
    effective_on: date
    order: int
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class Delivered:
    """One device counting for a line from ``since`` until ``until`` (exclusive; None: still)."""

    line: int
    since: date
    until: date | None = None
    recorded_at: datetime | None = None
    ended_at: datetime | None = None

    def counts_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


class Closed(NamedTuple):
    """The act that closed a pledge."""

    kind: str
    effective_on: date
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """What is stored about one pledge. ``lines``: line id -> promised quantity.

    Each row carries the instant it was recorded; None: known ever since.
    """

    made_on_to: date
    original_due_on: date | None
    lines: dict[int, int] = field(default_factory=dict)
    revisions: tuple[Revised, ...] = ()
    deliveries: tuple[Delivered, ...] = ()
    closure: Closed | None = None

    def known(self, at: datetime) -> Facts:
        """What of this was on record at an instant. A count whose end was recorded later had not ended then."""
        return replace(
            self,
            revisions=tuple(each for each in self.revisions if _by(each.recorded_at, at)),
            deliveries=tuple(
                each if each.until is None or _by(each.ended_at, at) else replace(each, until=None)
                for each in self.deliveries
                if _by(each.recorded_at, at)
            ),
            closure=self.closure if self.closure and _by(self.closure.recorded_at, at) else None,
        )


def _by(recorded_at: datetime | None, at: datetime) -> bool:
    return recorded_at is None or recorded_at <= at


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
    """What follows from the facts on a day. Day counts are never negative; ``completed_on`` is the first completion."""

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
    known = instant_of(known_at)
    facts = facts.known(known) if known else facts
    in_effect = sorted((r for r in facts.revisions if r.effective_on <= as_of), key=lambda r: (r.effective_on, r.order))
    first_due = _first_due(facts.original_due_on, in_effect)
    due = in_effect[-1].new_due_on if in_effect else first_due
    net = net_on(facts, as_of)
    delivered = sum(min(net[line], quantity) for line, quantity in facts.lines.items())
    promised = sum(facts.lines.values())
    complete = promised > 0 and delivered == promised
    completed_on = first_completion(facts, as_of)
    closure = facts.closure if facts.closure and facts.closure.effective_on <= as_of else None
    status = _status(facts, as_of, closure.kind if closure else None, complete, completed_on, first_due, due)
    stopped_on = closure.effective_on if closure else completed_on if complete and completed_on else as_of
    return Judgement(
        status=status,
        first_due_on=first_due,
        due_on=due,
        completed_on=completed_on,
        was_taken_back=completed_on is not None and _was_taken_back(facts, completed_on, as_of),
        days_late=days_past(due, stopped_on),
        days_late_original=days_past(first_due, stopped_on),
        age_days=max(0, (as_of - facts.made_on_to).days),
        promised=promised,
        delivered=delivered,
        revisions=len(in_effect),
        delivered_by_line=net,
    )


def days_past(due: date | None, day: date) -> int:
    """Calendar days by which ``day`` lies past ``due``; 0 when it does not, or when there is no date."""
    return max(0, (day - due).days) if due else 0


def net_on(facts: Facts, day: date) -> dict[int, int]:
    """Devices counting for each line on ``day``."""
    net = dict.fromkeys(facts.lines, 0)
    for each in facts.deliveries:
        if each.counts_on(day) and each.line in net:
            net[each.line] += 1
    return net


def first_completion(facts: Facts, as_of: date) -> date | None:
    """The first day up to ``as_of`` on which every line was complete at once; None if there was none."""
    for day in sorted({each.since for each in facts.deliveries if each.since <= as_of}):
        if _complete_on(facts, day):
            return day
    return None


def _complete_on(facts: Facts, day: date) -> bool:
    net = net_on(facts, day)
    return bool(facts.lines) and all(net[line] >= quantity for line, quantity in facts.lines.items())


def _was_taken_back(facts: Facts, completed_on: date, as_of: date) -> bool:
    ends: Iterable[date] = {e.until for e in facts.deliveries if e.until and completed_on < e.until <= as_of}
    return any(not _complete_on(facts, day) for day in ends)


def _first_due(original: date | None, in_effect: list[Revised]) -> date | None:
    corrections = [r.new_due_on for r in in_effect if r.kind == RevisionKind.CORRECTION]
    if corrections:
        return corrections[-1]
    first_sets = [r.new_due_on for r in in_effect if r.kind == RevisionKind.FIRST_SET]
    return original or (first_sets[0] if first_sets else None)


def _status(
    facts: Facts,
    as_of: date,
    closure: str | None,
    complete: bool,
    completed_on: date | None,
    first_due: date | None,
    due: date | None,
) -> Status:
    if closure:
        return Status(closure)
    if completed_on and not complete:
        return Status.TAKEN_BACK
    if completed_on:
        return _kept(facts.original_due_on, first_due, completed_on)
    if due is None or first_due is None:
        return _undated((as_of - facts.made_on_to).days)
    if as_of > due:
        return Status.LONG_OVERDUE if (as_of - due).days > LONG_OVERDUE_DAYS else Status.OVERDUE
    if first_due < as_of:
        return Status.EXTENDED
    return Status.DUE_SOON if (due - as_of).days <= DUE_SOON_DAYS else Status.ON_TRACK


def _kept(original: date | None, first_due: date | None, completed_on: date) -> Status:
    if first_due is None:
        return Status.KEPT_UNDATED
    if completed_on > first_due:
        return Status.KEPT_LATE
    return Status.KEPT_ON_TIME if original else Status.KEPT_ON_LATE_DATE


def _undated(age: int) -> Status:
    if age > DANGLING_AFTER_DAYS:
        return Status.DANGLING
    return Status.NEEDS_DEADLINE if age > NEEDS_DEADLINE_AFTER_DAYS else Status.UNDATED
