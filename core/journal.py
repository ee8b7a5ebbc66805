"""The spine: every verb writes one event here, in its own transaction, and everything that tells a story reads it.

``hash = sha256(prev_hash + compact JSON with sorted keys of every field but hash)``: text in NFC, other values as
``core.sealing`` writes them. Names, addresses and free text enter as salted commitments; the values lie in
``EventPrivate`` and can be erased without breaking the chain. What the act left in the rows it wrote are the event's
facts (``core.facts``), sealed with it.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, QuerySet

from core import clock, context, facts
from core.bulk import add_rows
from core.hands import setter_of
from core.models import Event, EventObject, EventPrivate, Registered
from core.prepared import rows
from core.sealing import commitment, compact, plain

GENESIS = "0" * 64
THROUGH = "through"


@dataclass(frozen=True)
class Private:
    """A value that must stay erasable: sealed as a commitment, kept beside the chain."""

    value: Any


def record(
    verb: str,
    subject: Registered,
    *,
    actor: Any,
    role: str = "",
    changes: dict[str, Any] | None = None,
    reason: str = "",
    related: Iterable[Registered] = (),
    effective_at: datetime | None = None,
    ready: facts.Ready | None = None,
) -> Event:
    """Write one event and bump the version of everything it touches. Call inside ``writing()``.

    ``changes``: ``{field: [old, new]}``; wrap personal values and free text in ``Private``. ``actor`` None: the
    system itself. A ``role`` held as a substitute says for whom (``org.models.grants.StandIn``). Where another set the
    password with which the actor signed in lately, ``through`` names his account (``core.hands``). ``ready``: new rows
    of the act whose facts were made beforehand.
    """
    related = list(related)
    if actor is not None and (other := setter_of(actor)):
        changes = {**(changes or {}), THROUGH: [None, [other]]}
    call, at = context.current(), clock.now()
    private: dict[str, list[Any]] = {}
    seq, prev_hash = head()
    event = Event(
        seq=seq + 1,
        at=at,
        effective_at=effective_at or at,
        actor_id=getattr(actor, "pk", None),
        acting_for_id=getattr(role, "acting_for", None),
        role=str(role),
        verb=verb,
        subject_type=subject.journal_type,
        subject_id=subject.pk,
        subject_number=subject.journal_number,
        unit_id=subject.journal_unit_id,
        related=[_reference(each) for each in related],
        changes=_sealed(changes or {}, "changes", private),
        reason=_sealed(Private(reason), "reason", private) if reason else None,
        address=_sealed(Private(call.address), "address", private) if call.address else None,
        request_id=call.request_id,
        facts=facts.tell(seq + 1, ready),
        prev_hash=prev_hash,
    )
    event.hash = seal(canonical(event))
    event.save(force_insert=True)
    touched = {(each.journal_type, each.pk): each for each in (subject, *related)}
    columns = ("event_id", "object_type", "object_id")
    add_rows(EventObject._meta.db_table, columns, ((event.seq, *each) for each in touched))
    if private:
        EventPrivate.objects.create(event=event, values=private)
    _touch((subject, *related), at)
    return event


def head() -> tuple[int, str]:
    """``(seq, hash)`` of the last event: the anchor to publish. ``(0, 64 zeros)`` for an empty journal."""
    found = list(rows(_last, ("seq", "hash")))
    return found[0] if found else (0, GENESIS)


def _last() -> QuerySet[Event]:
    return Event.objects.order_by("-seq")[:1]


def history(*objects: Registered) -> QuerySet[Event]:
    """All events in which one of the objects is subject or related, oldest first."""
    wanted = models.Q(pk__in=[])
    for each in objects:
        wanted |= models.Q(object_type=each.journal_type, object_id=each.pk)
    return Event.objects.filter(pk__in=EventObject.objects.filter(wanted).values("event_id"))


def canonical(event: Event) -> dict[str, Any]:
    """Every field that is sealed, in plain JSON values."""
    return {
        "seq": event.seq,
        "at": plain(event.at),
        "effective_at": plain(event.effective_at),
        "actor": event.actor_id,
        "acting_for": event.acting_for_id,
        "role": event.role,
        "verb": event.verb,
        "subject": {"type": event.subject_type, "id": event.subject_id, "number": event.subject_number},
        "unit": event.unit_id,
        "related": event.related,
        "changes": event.changes,
        "reason": event.reason,
        "address": event.address,
        "request_id": event.request_id,
        "facts": event.facts,
        "prev_hash": event.prev_hash,
    }


def seal(fields: dict[str, Any]) -> str:
    """The hash of one event from its canonical fields."""
    return hashlib.sha256((fields["prev_hash"] + compact(fields)).encode()).hexdigest()


def opened(event: Event, private: dict[str, list[Any]]) -> tuple[dict[str, Any], str]:
    """``(changes, reason)`` with private values put back; an erased one is None."""
    changes = _opened(event.changes, "changes", private)
    reason = _opened(event.reason, "reason", private) or ""
    return changes, reason


@dataclass(frozen=True)
class Broken:
    """The first entry that does not hold, and why."""

    seq: int
    why: str


def verify(anchor: tuple[int, str] | None = None) -> Iterator[int | Broken]:
    """Walk the chain in constant memory: yields the number of each good event, or one ``Broken`` and stops.

    Checks numbers, links, seals, facts, commitments of values still kept and the lookup index. An ``anchor`` noted
    earlier shows a tail that was cut and written anew.
    """
    seq, prev_hash, reading = 0, GENESIS, facts.Reading()
    for event, objects in _pages():
        why = _fault(event, seq + 1, prev_hash, objects) or reading.fault(event.seq, event.facts)
        if not why and anchor and event.seq == anchor[0] and event.hash != anchor[1]:
            why = "hash differs from the anchor"
        if why:
            yield Broken(min(event.seq, seq + 1), why)
            return
        seq, prev_hash = event.seq, event.hash
        yield seq
    if anchor and anchor[0] > seq:
        yield Broken(seq + 1, "the journal ends before the anchor")
    elif (left := reading.left_over(seq)) is not None:
        yield Broken(left, facts.NOT_AS_TOLD)


def _fault(event: Event, seq: int, prev_hash: str, objects: set[tuple[str, int]]) -> str:
    if event.seq != seq:
        return "number missing" if event.seq > seq else "number out of order"
    if event.prev_hash != prev_hash:
        return "does not follow the entry before"
    if seal(canonical(event)) != event.hash:
        return "content does not match its hash"
    private = getattr(event, "private", None)
    if private is not None and not _commitments_hold(event, private.values):
        return "a private value does not match its commitment"
    wanted = {(event.subject_type, event.subject_id)} | {(r["type"], r["id"]) for r in event.related}
    if objects != wanted:
        return "the index of objects does not match"
    return ""


def _pages(size: int = 2000) -> Iterator[tuple[Event, set[tuple[str, int]]]]:
    """All events in order, each with the objects it is found under.

    Read a page at a time: a statement left open would keep SQLite's writers from committing.
    """
    events = Event.objects.order_by("seq").select_related("private")
    page = list(events[:size])
    while page:
        found: dict[int, set[tuple[str, int]]] = defaultdict(set)
        rows = EventObject.objects.filter(event_id__gte=page[0].seq, event_id__lte=page[-1].seq)
        for seq, object_type, object_id in rows.values_list("event_id", "object_type", "object_id"):
            found[seq].add((object_type, object_id))
        yield from ((event, found[event.seq]) for event in page)
        page = list(events.filter(seq__gt=page[-1].seq)[:size])


def _reference(instance: Registered) -> dict[str, Any]:
    return {"type": instance.journal_type, "id": instance.pk, "number": instance.journal_number}


def _touch(instances: Iterable[Registered], at: datetime) -> None:
    """A new version for whatever the act did not itself write."""
    by_model: dict[type[Registered], dict[int, Registered]] = defaultdict(dict)
    for each in instances:
        if not each.touched:
            by_model[type(each)][each.pk] = each
        each.touched = False
    for model, found in by_model.items():
        model._base_manager.filter(pk__in=list(found)).update(version=F("version") + 1, updated_at=at)
        for row in found.values():
            row.version, row.updated_at = row.version + 1, at


def _sealed(value: Any, path: str, private: dict[str, list[Any]]) -> Any:
    """``value`` as plain JSON; ``Private`` parts become commitments and go into ``private`` under their path."""
    if isinstance(value, Private):
        hidden = _sealed(value.value, path, private)
        if hidden in (None, "", []):
            return None
        salt = secrets.token_hex(16)
        private[path] = [salt, hidden]
        return {"commitment": commitment(salt, hidden)}
    if isinstance(value, dict):
        return {str(k): _sealed(v, f"{path}.{k}", private) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_sealed(v, f"{path}.{i}", private) for i, v in enumerate(value)]
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    return plain(value)


def _opened(value: Any, path: str, private: dict[str, list[Any]]) -> Any:
    if isinstance(value, dict):
        if set(value) == {"commitment"}:
            return private[path][1] if path in private else None
        return {k: _opened(v, f"{path}.{k}", private) for k, v in value.items()}
    if isinstance(value, list):
        return [_opened(v, f"{path}.{i}", private) for i, v in enumerate(value)]
    return value


def _commitments_hold(event: Event, private: dict[str, list[Any]]) -> bool:
    sealed = {"changes": event.changes, "reason": event.reason, "address": event.address}
    for path, (salt, value) in private.items():
        place: Any = sealed
        try:
            for step in path.split("."):
                place = place[int(step)] if isinstance(place, list) else place[step]
            if place["commitment"] != commitment(salt, value):
                return False
        except (KeyError, IndexError, TypeError, ValueError):
            return False
    return True
