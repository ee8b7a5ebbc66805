"""The working week that somebody keeps, as it was said over time: each word with the day from which it holds.

Kept as plain rows ``[holds from, days a week, number]`` in the order they were said: ``null`` for a week that holds
ever since and for days that are not said; the number counts the changes, 0 for what was there before any. Nothing that
was said is taken out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import DomainError


@dataclass(frozen=True)
class Said:
    """From ``since`` on the week has so many ``days`` (None: not said here), by the change with this ``number``."""

    since: date
    days: int | None
    number: int = 0


def read(rows: Iterable[list[Any]], now: int | None) -> tuple[Said, ...]:
    """What was said, in its order; the week ``now`` kept, ever since, where nothing was."""
    told = [Said(date.fromisoformat(since) if since else date.min, days, number) for since, days, number in rows]
    return tuple(told) or (Said(date.min, now),)


def changes(rows: Iterable[list[Any]]) -> int:
    """How many changes were said."""
    return max((number for _since, _days, number in rows), default=0)


def on(said: Iterable[Said], day: date) -> int | None:
    """The week on ``day``: that of the last word that holds by then."""
    return next((each.days for each in reversed(tuple(said)) if each.since <= day), None)


def change(
    rows: list[list[Any]], old: int | None, new: int | None, since: date | None, *, field: str
) -> tuple[date, list[list[Any]]]:
    """From when the ``new`` week holds, by default tomorrow, and all that was said with it; ``old``: the week before.

    Refuses a day that is not ahead: what was kept up to now stays. A word that did not hold yet is taken back.
    """
    today = clock.today()
    since = since or today + timedelta(days=1)
    if since <= today:
        detail = _("Hari kerja seminggu berlaku paling cepat besok; yang sudah lewat tidak berubah.")
        raise DomainError("too_early", detail, field=field)
    said = list(rows) or [[None, old, 0]]
    known, number = read(said, old), changes(said) + 1
    if any(each.since > today for each in known):
        said.append([(today + timedelta(days=1)).isoformat(), on(known, today), number])
    return since, [*said, [since.isoformat(), new, number]]
