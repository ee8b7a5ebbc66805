"""Who saw or took along what about a person: noted in the security log, and read back from it.

Noted is each reading of people's own pages, history and lists, each export, paper and report that names people, each
page of the journal that tells of them. That a device or a request shows the name of whom it concerns is not: name and
unit are what every colleague knows. A note names at most ``MOST_NAMED`` people; one of more counts for everybody, so
that what is told of somebody may be too much and never too little.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import security
from core.models import SecurityEvent

MOST_NAMED = 2_000
EVERYBODY = "*"
KINDS = (
    "person_viewed", "people_listed", "journal_read", "export_made", "export", "export_downloaded", "paper_printed",
    "person_reported", "readings_read",
)  # fmt: skip
"""What the security log calls the readings of people."""
_PAGE = 2_000


@dataclass(frozen=True)
class Read:
    """One reading: when, what sort, by which account (id), and what else was noted."""

    at: datetime
    kind: str
    user: int | None
    detail: dict[str, Any]


def note(kind: str, user: Any, people: Iterable[int | None], **detail: Any) -> None:
    """Note that ``user`` read of these people; nothing when there are none."""
    if named := named_by(people):
        security.log(kind, user=user, people=named, **detail)


def named_by(people: Iterable[int | None]) -> list[int] | str:
    """The people of a reading as the log keeps them."""
    found: set[int] = set()
    for each in people:
        if each is not None:
            found.add(each)
        if len(found) > MOST_NAMED:
            return EVERYBODY
    return sorted(found)


def of(person: int, since: datetime, until: datetime) -> Iterator[Read]:
    """All readings of the person between two instants, both included, oldest first."""
    last = 0
    noted = SecurityEvent.objects.filter(kind__in=KINDS, at__gte=since, at__lte=until).order_by("pk")
    columns = ("pk", "at", "kind", "user_id", "detail")
    while page := list(noted.filter(pk__gt=last).values_list(*columns)[:_PAGE]):
        for _pk, at, kind, user, detail in page:
            named = detail.get("people", ())
            if named == EVERYBODY or person in named:
                yield Read(at, kind, user, {name: value for name, value in detail.items() if name != "people"})
        last = page[-1][0]
