"""What happened to an object, in sentences, straight from the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.importing import IMPORTED
from core.journal import history, opened
from core.models import Event, EventPrivate, Registered
from org.models import User
from org.rules import reach
from wording.events import Weight, detail_of, kind_of, sentence_of, subject_of
from wording.roles import ROLES

MOST = 200
READABLE_WHOLE = frozenset({"pledge", "grant", "user"})  # by whoever sees the thing at all


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
    tone: Weight


def timeline(obj: Registered, user: Any) -> list[Happened]:
    """The events of ``obj``, newest first; of those about something else that touched it only what is in scope.

    Names and free text are told only to people in whose scope the event lies.
    """
    told = list(history(obj).defer("related").order_by("-seq")[:MOST])
    readable = readable_units(user, told)
    events = [event for event in told if event.unit_id in readable or _is_about(event, obj)]
    private = dict(EventPrivate.objects.filter(event__in=[e.pk for e in events]).values_list("event_id", "values"))
    people = User.objects.select_related("person").in_bulk({e.actor_id for e in events if e.actor_id})
    return [_told(event, obj, readable, private, people) for event in events]


def readable_units(user: Any, events: list[Event]) -> set[int | None]:
    """Of the units the events belong to, those within the user's grants."""
    units = {event.unit_id for event in events}
    reached = reach(user).units()
    if reached is None:
        return units
    return set(reached.filter(pk__in=[pk for pk in units if pk]).values_list("pk", flat=True))


def _is_about(event: Event, obj: Registered) -> bool:
    """An import is about every row it touched, and its sentence tells nothing of the others."""
    return (event.subject_type, event.subject_id) == (obj.journal_type, obj.pk) or event.verb.endswith(IMPORTED)


def _told(
    event: Event, obj: Registered, readable: set[Any], private: dict[int, Any], people: dict[int, User]
) -> Happened:
    open_values = event.unit_id in readable or (_is_about(event, obj) and event.subject_type in READABLE_WHOLE)
    changes, reason = opened(event, private.get(event.pk, {}) if open_values else {})
    sentence, tone = sentence_of(event.verb, changes)
    detail = detail_of(event.verb, changes, event)
    if not _is_about(event, obj):
        numbered = event.subject_number and event.subject_number in detail
        sentence = f"{kind_of(event) if numbered else subject_of(event)}: {sentence}"
    actor = people.get(event.actor_id) if event.actor_id else None
    return Happened(
        seq=event.pk,
        at=event.at,
        who=str(actor) if actor else "",
        role=ROLES.get(event.role, ""),
        sentence=sentence,
        detail=detail,
        reason=reason,
        tone=tone,
    )
