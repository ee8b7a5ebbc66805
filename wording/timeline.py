"""What happened to an object, in sentences, straight from the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from core.importing import IMPORTED
from core.journal import history, opened
from core.models import Event, EventPrivate, Registered
from org.models import User
from org.rules import reach
from wording.events import Weight, detail_of, kind_of, sentence_of, subject_of
from wording.hands import others_of, through
from wording.roles import held_as

MOST = 200
LEANING = {"pledge": frozenset({"request"})}
"""What leans on a thing without being its own story: counted, and told after it."""
READABLE_WHOLE = frozenset({"pledge", "grant", "user"})  # by whoever sees the thing at all


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
    """The events of ``obj``; of those about something else that touched it only what is in scope.

    Names and free text are told only to people in whose scope the event lies. ``besides``: which other events belong
    to its own story, whoever reads it.
    """
    all_of_it = history(obj).defer("related").order_by("-seq")
    apart = Q(subject_type__in=LEANING.get(obj.journal_type, ()))
    own = list(all_of_it.exclude(apart)[:MOST])
    others = list(Event.objects.filter(besides).defer("related")[:MOST]) if besides else []
    both = {event.pk: event for event in (*own, *others)}
    own = [both[pk] for pk in sorted(both, reverse=True)[:MOST]]
    leaning, number = _in_scope(all_of_it.filter(apart), user) if obj.journal_type in LEANING else ([], 0)
    readable = readable_units(user, [*own, *leaning])
    known = {event.pk for event in others}
    seen = [each for each in own if each.unit_id in readable or each.pk in known or _is_about(each, obj)]
    told = _all_told([*seen, *leaning], obj, readable)
    return Story(told[: len(seen)], told[len(seen) :], number)


def _in_scope(events: QuerySet[Event], user: Any) -> tuple[list[Event], int]:
    """The newest of the events of the user's units, and of how many things all of these are."""
    reached = reach(user).units()
    if reached is not None:
        events = events.filter(unit_id__in=reached.values("pk"))
    return list(events[:MOST]), events.order_by().values("subject_id").distinct().count()


def _all_told(events: list[Event], obj: Registered, readable: set[Any]) -> list[Happened]:
    private = dict(EventPrivate.objects.filter(event__in=[e.pk for e in events]).values_list("event_id", "values"))
    people = actors_of(events)
    return [_told(event, obj, readable, private, people) for event in events]


def actors_of(events: list[Event]) -> dict[int, User]:
    """Who did the events, in whose place, and who knew the password, by account."""
    named = {pk for event in events for pk in (event.actor_id, event.acting_for_id, *others_of(event)) if pk}
    return User.objects.select_related("person").in_bulk(named)


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
        role=held_as(event.role, people.get(event.acting_for_id) if event.acting_for_id else None),
        through=through(event, people),
        sentence=sentence,
        detail=detail,
        reason=reason,
        tone=tone,
    )
