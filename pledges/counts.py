"""When one device counts for a line, and when that stands still, in Python; ``counting.py`` says the same in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime


def by_then(recorded_at: datetime | None, at: datetime) -> bool:
    """Whether something was on record at an instant; None: ever since."""
    return recorded_at is None or recorded_at <= at


@dataclass(frozen=True)
class Away:
    """A device that its unit does not have: from ``stops_on`` on it does not count, until ``ended_on`` (None: still).

    ``confirmed_at``: the instant since which it is known that it never stopped to count.
    """

    stops_on: date
    recorded_at: datetime | None = None
    ended_on: date | None = None
    ended_at: datetime | None = None
    confirmed_at: datetime | None = None

    def stands_on(self, day: date, served_on: date) -> bool:
        """Whether the count stands still on ``day``; what had served its useful life before that counts on."""
        return self.stops_on <= day and self.stops_on < served_on and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True)
class Delivered:
    """One device counting for a line from ``since`` until ``until`` (exclusive; None: still).

    ``pooled_on``: it came with, or later for, a pledge merged into this one on that day, and is not seen before.
    ``voided_at``: the instant since which it is known that it never counted. ``served_on``: from that day on nothing
    makes it stand still any more. ``away``: when its unit did not have it.
    """

    line: int
    since: date
    until: date | None = None
    recorded_at: datetime | None = None
    ended_at: datetime | None = None
    pooled_on: date | None = None
    voided_at: datetime | None = None
    served_on: date = date.max
    away: tuple[Away, ...] = ()

    def counts_on(self, day: date) -> bool:
        there = self.since <= day and (self.until is None or day < self.until)
        return there and not any(each.stands_on(day, self.served_on) for each in self.away)

    def known(self, at: datetime | None) -> Delivered:
        """As it was on record at an instant (None: now); an end that was recorded later had not come."""
        if at is None:
            return replace(self, away=tuple(each for each in self.away if each.confirmed_at is None))
        unconfirmed = [each for each in self.away if each.confirmed_at is None or each.confirmed_at > at]
        away = tuple(
            each if by_then(each.ended_at, at) else replace(each, ended_on=None)
            for each in unconfirmed
            if by_then(each.recorded_at, at)
        )
        return replace(self, until=self.until if by_then(self.ended_at, at) else None, away=away)

    @property
    def told_at(self) -> Iterator[datetime]:
        """The instants at which something was recorded by which it counts, or counts again."""
        found = [self.recorded_at, *(at for each in self.away for at in (each.ended_at, each.confirmed_at))]
        yield from filter(None, found)

    @property
    def changes_on(self) -> Iterator[date]:
        """The days on which it begins or ceases to count, or may."""
        for each in (self.since, self.until):
            if each:
                yield each
        for away in self.away:
            yield from filter(None, (away.stops_on, away.ended_on))
