"""What happened to an object, in sentences, straight from the journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from core.importing import IMPORTED
from core.journal import opened
from core.models import Event, EventPrivate, Registered
from org.models import User
from org.telling import Entry, Teller, history
from wording.events import Weight, detail_of, kind_of, sentence_of, subject_of
from wording.hands import others_of, through
from wording.roles import held_as

MOST = 200
LEANING = {"pledge": frozenset({"request"})}
"""What leans on a thing without being its own story: counted, and told after it."""


@dataclass(frozen=True)
class Happened:
    """One line of a timeline. ``detail`` and ``reason`` are empty for who may not read them. ``through``: who knew the
    password then beside its holder."""

    seq: int
    at: datetime
    who: str
    role: Any
    through: str
    sentence: Any
    detail: str
    reason: str
    tone: Weight


@dataclass(frozen=True)
class Story:
    """What happened to a thing, newest first; ``leaning``: to the ``number`` of things that lean on it."""

    own: list[Happened]
    leaning: list[Happened]
    number: int


def story_of(obj: Registered, user: Any, besides: Q | None = None) -> Story:
    """The events of ``obj`` that are told to the user, as they are told (``org.telling``).

    ``besides``: which other events about things that everybody sees belong to its own story.
    """
    events = history(obj, user).defer("related").order_by("-seq")
    apart = Q(subject_type__in=LEANING.get(obj.journal_type, ()))
    own = list(events.exclude(apart)[:MOST])
    others = list(Event.objects.filter(besides).defer("related")[:MOST]) if besides else []
    both = {event.pk: event for event in (*own, *others)}
    own = [both[pk] for pk in sorted(both, reverse=True)[:MOST]]
    leaning, number = _newest(events.filter(apart)) if obj.journal_type in LEANING else ([], 0)
    told = _all_told([*own, *leaning], obj, user)
    return Story(told[: len(own)], told[len(own) :], number)


def last_of(obj: Registered, user: Any) -> Happened | None:
    """The newest event of its own story."""
    events = history(obj, user).defer("related").order_by("-seq")
    newest = list(events.exclude(subject_type__in=LEANING.get(obj.journal_type, ()))[:1])
    return next(iter(_all_told(newest, obj, user)), None)


def _newest(events: QuerySet[Event]) -> tuple[list[Event], int]:
    """The newest of them, and of how many things all of them are."""
    return list(events[:MOST]), events.order_by().values("subject_id").distinct().count()


@dataclass(frozen=True)
class Told:
    """An event as it is told to one reader: ``event`` with the number of its subject, if that is told.

    ``through``: the accounts of those who knew the actor's password beside its holder.
    """

    event: Event
    changes: dict[str, Any]
    reason: str
    through: list[int]


def entries_told(events: list[Event], user: Any, of: Registered | None = None) -> list[Told]:
    """The events as the user may have them; ``of``: in the history of a thing that the user sees."""
    private = dict(EventPrivate.objects.filter(event__in=[e.pk for e in events]).values_list("event_id", "values"))
    told = Teller(user, of).tell([_entry(event, private.get(event.pk, {})) for event in events])
    return [_as_told(event, entry) for event, entry in zip(events, told, strict=True)]


def _entry(event: Event, private: dict[str, Any]) -> Entry:
    changes, reason = opened(event, private)
    return {
        "seq": event.pk, "verb": event.verb, "role": event.role, "actor": event.actor_id, "related": [],
        "acting_for": event.acting_for_id, "through": others_of(event.changes),
        "subject": {"type": event.subject_type, "id": event.subject_id, "number": event.subject_number},
        "changes": changes, "reason": reason, "request_id": event.request_id,
    }  # fmt: skip


def _as_told(event: Event, entry: Entry) -> Told:
    subject = entry["subject"]
    shown = Event(
        seq=event.pk, at=event.at, verb=event.verb, role=entry["role"], actor_id=entry["actor"],
        acting_for_id=entry["acting_for"], subject_type=subject["type"], subject_id=subject["id"],
        subject_number=subject["number"],
    )  # fmt: skip
    return Told(shown, entry["changes"], entry["reason"], entry["through"])


def actors_of(events: list[Event]) -> dict[int, User]:
    """Who did the events, in whose place, and who knew the password, by account."""
    return _people(pk for event in events for pk in (event.actor_id, event.acting_for_id, *others_of(event.changes)))


def _people(ids: Iterable[int | None]) -> dict[int, User]:
    return User.objects.select_related("person").in_bulk({pk for pk in ids if pk})


def _all_told(events: list[Event], obj: Registered, user: Any) -> list[Happened]:
    told = entries_told(events, user, obj)
    people = _people(pk for each in told for pk in (each.event.actor_id, each.event.acting_for_id, *each.through))
    return [_happened(each, obj, people) for each in told]


def _is_about(event: Event, obj: Registered) -> bool:
    """An import is about every row it touched, and its sentence tells nothing of the others."""
    return (event.subject_type, event.subject_id) == (obj.journal_type, obj.pk) or event.verb.endswith(IMPORTED)


def _happened(told: Told, obj: Registered, people: dict[int, User]) -> Happened:
    event = told.event
    sentence, tone = sentence_of(event.verb, told.changes)
    detail = detail_of(event.verb, told.changes, event)
    if not _is_about(event, obj):
        numbered = event.subject_number and event.subject_number in detail
        sentence = f"{kind_of(event) if numbered else subject_of(event)}: {sentence}"
    actor = people.get(event.actor_id) if event.actor_id else None
    return Happened(
        seq=event.pk,
        at=event.at,
        who=str(actor) if actor else "",
        role=held_as(event.role, people.get(event.acting_for_id) if event.acting_for_id else None),
        through=through(told.through, people),
        sentence=sentence,
        detail=detail,
        reason=told.reason,
        tone=tone,
    )
