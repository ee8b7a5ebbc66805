"""The journal as lists: of everything in scope, and of one object."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from api import paging
from api.shapes import INTEGER, STRING, Field, JsonRow, Shape, instant, number, text
from core.journal import opened
from core.models import Event, Registered
from org import telling
from org.models import User
from personal import readings
from wording.hands import others_of
from wording.lists import EVENTS

_OBJECT = {
    "type": "object",
    "properties": {"type": STRING, "id": INTEGER, "number": STRING},
    "required": ["type", "id", "number"],
}
_PRIVATE = ("changes", "reason", "private__values")

EVENT = Shape(
    "Event",
    {
        "seq": number("pk"),
        "at": instant("at"),
        "effective_at": instant("effective_at"),
        "actor": Field(
            ("actor_id",),
            {
                "type": ["object", "null"],
                "description": "Who did it; null is the system itself, or somebody who is not told to the caller.",
                "properties": {"id": INTEGER, "name": STRING},
            },
            lambda _base, pk: pk,
        ),
        "acting_for": Field(
            ("acting_for_id",),
            {
                "type": ["object", "null"],
                "description": "For whom the actor stood in, as a dated substitute (Plh./Plt.) in that role.",
                "properties": {"id": INTEGER, "name": STRING},
            },
            lambda _base, pk: pk,
        ),
        "through": Field(
            ("changes",),
            {
                "type": "array",
                "description": "Who had set the account's password, within seven days: for four eyes he did it too.",
                "items": {"type": "object", "properties": {"id": INTEGER, "name": STRING}},
            },
            lambda _base, changes: others_of(changes),
        ),
        "role": text("role"),
        "verb": text("verb"),
        "subject": Field(
            ("subject_type", "subject_id", "subject_number"),
            _OBJECT,
            lambda _base, kind, pk, label: {"type": kind, "id": pk, "number": label},
        ),
        "related": Field(("related",), {"type": "array", "items": _OBJECT}),
        "changes": Field(
            _PRIVATE,
            {
                "type": "object",
                "description": "Field → [old, new]. A value that was erased is null; one that the page of the subject "
                "would not show the caller is left out.",
            },
            lambda _base, changes, reason, private: _open(changes, reason, private)[0],
        ),
        "reason": Field(_PRIVATE, STRING, lambda _base, *sealed: _open(*sealed)[1]),
        "request_id": text("request_id"),
        "facts": text("facts"),
        "prev_hash": text("prev_hash"),
        "hash": text("hash"),
    },
)
WITHHELD = ("actor_id", "role", "subject_", "search", "within")
"""By what of an event nobody chooses those of which it is not told."""
HEAD = {"type": "object", "properties": {"seq": INTEGER, "hash": STRING}, "required": ["seq", "hash"]}


def page(request: Request, base: str, *, of: Registered | None = None) -> JsonRow:
    """One page of the journal in scope as the answer of a list, oldest first unless asked otherwise; ``of``: of the
    history of a thing that the caller sees."""
    params, user = request.query_params, request.user
    values = EVENTS.read(params, paging.PARAMETERS)
    whole = any(name.startswith(WITHHELD) for name in values)
    found = EVENTS.select(telling.in_scope(user) if of is None else telling.history(of, user, whole=whole), values)
    keys = paging.keys_of(Event, params.get("ordering") or "seq", EVENTS.ordering)
    answer = paging.page(request, found, EVENT, keys, base, lambda ids: Event.objects.filter(pk__in=ids))
    answer["results"] = telling.Teller(user, of).tell(answer["results"])
    _name_actors(answer["results"])
    told = [(row["subject"]["type"], row["subject"]["id"]) for row in answer["results"]]
    readings.note("journal_read", request.user, readings.told_of(told), path=request.path)
    return answer


def _name_actors(rows: list[JsonRow]) -> None:
    one = ("actor", "acting_for")
    wanted = {row[each] for row in rows for each in one if row[each]} | {pk for row in rows for pk in row["through"]}
    users = User.objects.select_related("person").in_bulk(wanted)
    named = {pk: {"id": pk, "name": str(user)} for pk, user in users.items()}
    for row in rows:
        row |= {each: named.get(row[each]) for each in one}
        row["through"] = [named[pk] for pk in row["through"] if pk in named]


def _open(changes: Any, reason: Any, private: Any) -> tuple[dict[str, Any], str]:
    return opened(Event(changes=changes, reason=reason), private or {})
