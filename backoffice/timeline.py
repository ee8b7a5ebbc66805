"""What happened to an object, in sentences, straight from the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backoffice.words import DESKS
from backoffice.sentences import detail_of, sentence_of
from core.journal import history, opened
from core.models import Event, EventPrivate, Registered
from org.models import Role, User
from org.rules import reach

ROLES = {**dict(Role.choices), **DESKS}


@dataclass(frozen=True)
class Happened:
    """One line of a timeline. ``detail`` and ``reason`` are empty for who may not read them."""

    seq: int
    at: datetime
    who: str
    role: Any
    sentence: Any
    detail: str
    reason: str
    tone: str


def timeline(obj: Registered, user: Any) -> list[Happened]:
    """The events of ``obj``, newest first. Names and free text only for people in whose scope the event lies."""
    events = list(history(obj).order_by("-seq")[:200])
    readable = readable_units(user, events)
    private = dict(
        EventPrivate.objects.filter(event__in=[e.pk for e in events]).values_list("event_id", "values")
    )
    people = User.objects.select_related("person").in_bulk({e.actor_id for e in events if e.actor_id})
    return [_told(event, obj, readable, private, people) for event in events]


def readable_units(user: Any, events: list[Event]) -> set[int | None]:
    """Of the units the events belong to, those within the user's grants."""
    units = {event.unit_id for event in events}
    reached = reach(user).units()
    if reached is None:
        return units
    return set(reached.filter(pk__in=[pk for pk in units if pk]).values_list("pk", flat=True))


def _told(event: Event, obj: Registered, readable: set[Any], private: dict[int, Any], people: dict[int, User]) -> Happened:
    own_words = event.subject_type == obj.journal_type and event.subject_type in ("pledge", "request", "grant", "user")
    open_values = event.unit_id in readable or own_words
    changes, reason = opened(event, private.get(event.pk, {}) if open_values else {})
    sentence, tone = sentence_of(event.verb, changes)
    actor = people.get(event.actor_id) if event.actor_id else None
    return Happened(
        seq=event.pk,
        at=event.at,
        who=str(actor) if actor else "",
        role=ROLES.get(event.role, ""),
        sentence=sentence,
        detail=detail_of(event.verb, changes, event),
        reason=reason,
        tone=tone,
    )
