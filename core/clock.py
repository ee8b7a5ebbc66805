"""The one clock of the register. Deadlines are local dates; a day is late from 00:00 local of the next one.

``GAWAI_NOW`` (an instant) holds the clock still for demonstrations and outside tests; production refuses it.
Tokens, sessions and locks of the login do not ask this clock but the machine's: they guard the service, not a promise.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from django.conf import settings
from django.utils import timezone

_frozen: datetime | None = None


def now() -> datetime:
    """The present instant, aware."""
    return _frozen or settings.GAWAI_NOW or timezone.now()


def today() -> date:
    """The present day in the installation's time zone."""
    return timezone.localdate(now())


def local(instant: datetime) -> datetime:
    """``instant`` in the installation's zone. A naive one is taken as local already."""
    zone = timezone.get_default_timezone()
    return instant.replace(tzinfo=zone) if timezone.is_naive(instant) else instant.astimezone(zone)


def local_date(instant: datetime) -> date:
    """The installation's calendar day of ``instant``."""
    return timezone.localdate(instant)


def days_past(due: date | None, day: date) -> int:
    """Calendar days by which ``day`` lies past ``due``; 0 when it does not, or when there is no date."""
    return max(0, (day - due).days) if due else 0


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 28 February where that year has no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def age_days(began: datetime | None) -> int | None:
    """Calendar days since the local day of an instant; None for none."""
    return days_past(local_date(began), today()) if began else None


def start_of(day: date) -> datetime:
    """The first instant of a local day."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def end_of(day: date) -> datetime:
    """The last instant of a local day."""
    return datetime.combine(day, time.max, tzinfo=timezone.get_default_timezone())


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Hold the clock at ``instant`` inside the block."""
    global _frozen
    before, _frozen = _frozen, instant
    try:
        yield
    finally:
        _frozen = before
