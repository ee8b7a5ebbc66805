"""Who saw or took along what about a person: noted in the security log, and read back from it.

Noted is each reading of people's own pages, history and lists, each export, paper and report that names people, each
page of the journal that tells of them, each file that was read in about them. That a device or a request shows the
name of whom it concerns is not: name and unit are what every colleague knows. A note names at most ``MOST_NAMED``
people; one of more counts for everybody, so that what is told of somebody may be too much and never too little.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import security
from core.models import Job, SecurityEvent
from org.models import User

MOST_NAMED = 2_000
EVERYBODY = "*"
KINDS = (
    "person_viewed", "people_listed", "journal_read", "export_made", "export", "export_downloaded", "paper_printed",
    "person_reported", "readings_read", "import_read", "import_viewed", "import_downloaded",
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


def note_named(kind: str, user: Any, found: Iterable[list[int] | str], **detail: Any) -> None:
    """``note`` for people that several ways led to, each as ``named_by`` has them."""
    people: set[int] = set()
    for each in found:
        if each == EVERYBODY:
            security.log(kind, user=user, people=EVERYBODY, **detail)
            return
        people.update(each)  # type: ignore[arg-type]
    note(kind, user, people, **detail)


def told_of(subjects: Iterable[tuple[str, int]]) -> list[int]:
    """The people of whom events about these objects (type and id) tell: themselves, or as owners of the account."""
    found = list(subjects)
    accounts = [pk for kind, pk in found if kind == "user"]
    people = [pk for kind, pk in found if kind == "person"]
    if accounts:
        owners = User.objects.filter(pk__in=accounts, person__isnull=False)
        people += owners.values_list("person_id", flat=True)  # type: ignore[arg-type]
    return people


def again(job: Job) -> dict[str, Any]:
    """The people whom the file of a job names, as was noted when it was made; to be noted with its download."""
    noted = SecurityEvent.objects.filter(kind__in=("export_made", "person_reported"), detail__job=job.pk).first()
    return {"people": noted.detail["people"]} if noted else {}


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
