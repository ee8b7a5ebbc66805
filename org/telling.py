"""Who reads what of the journal: the one way by which every page, list, timeline and file reads it.

An event is for who may see what it is about; an auditor reads all of the units audited, the district's auditor those of
no unit too. Who sees a thing reads of what touched it and is about something else only what the thing itself hands on
(``Registered.hands_on``), and of an import what it did to the thing. The values told are those that the page of the
subject would show the reader today (``told_to``); outside of the time in which the thing was the reader's (``spans``)
only ``told_past``. So a verb says nothing of its readers: its subject does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet

from core import journal
from core.importing import IMPORTED, narrowed
from core.models import Event, Registered
from core.models.registered import AllBut, Spans
from org.models import Role
from org.rules import reach
from org.unitless import audited_of_the_whole

Entry = dict[str, Any]
"""An event as data: ``seq``, ``verb``, ``role``, ``actor`` and ``acting_for`` (ids), ``through`` (ids of accounts),
``subject`` and each of ``related`` as ``{type, id, number}``, ``changes``, ``reason``, ``request_id``; whatever else it
holds is nobody's secret."""
EVERYTHING: Container[str] = AllBut()
NOTHING: Container[str] = frozenset()
ALL = ~Q(pk__in=[])
"""Every event, also beside other conditions: an empty ``Q`` says nothing there."""
NOBODY: Entry = {"actor": None, "acting_for": None, "through": [], "role": ""}
_OF_IMPORTS = frozenset({"kind", "rows"})


@cache
def kinds() -> dict[str, type[Registered]]:
    """What events can be about, by its name in the journal."""
    models = (each for each in apps.get_models() if issubclass(each, Registered))
    return {each.journal_type: each for each in models if each.journal_type}


def in_scope(user: Any) -> QuerySet[Event]:
    """The journal of the units that the user's grants reach, of what the user may see."""
    mine = reach(user)
    if not mine.held and not mine.superuser:
        return Event.objects.none()
    units = mine.unit_ids()
    reached = Q() if units is None else Q(unit_id__in=units) | audited_of_the_whole(user)
    events = Event.objects.filter(reached)
    return events.filter(_seen(user, kinds()))


def history(obj: Registered, user: Any, *, whole: bool = False) -> QuerySet[Event]:
    """The events that touched ``obj``, which the user sees, as far as they are told to the user.

    ``whole``: only those told with their subject and actor, as where they are chosen by these.
    """
    events = journal.history(obj)
    if obj.hands_on is not None and not whole:
        return events
    touched = set(events.order_by().values_list("subject_type", flat=True).distinct())
    own = Q(subject_type=obj.journal_type, subject_id=obj.pk) | Q(verb__endswith=IMPORTED)
    spans = type(obj).spans(user, [obj.pk])
    if obj.pk in spans:
        own &= _within(spans[obj.pk])
    return events.filter(own | _seen(user, touched - ({obj.journal_type} if spans else set())))


def _seen(user: Any, wanted: Iterable[str]) -> Q:
    """The condition that an event is about a thing of these kinds that the user sees, or in the auditor's units."""
    audited = reach(user).unit_ids(Role.AUDITOR)
    if audited is None:
        return ALL
    found, open_to_all = Q(unit_id__in=audited), []
    for name in sorted(wanted):
        rows = kinds()[name].readable(user)
        if rows.query.is_empty():
            continue
        if rows.query.where:
            found |= Q(subject_type=name, subject_id__in=rows.order_by().values("pk"))
        else:
            open_to_all.append(name)
    return found | Q(subject_type__in=open_to_all)


def _within(spans: Spans) -> Q:
    found = Q(pk__in=[])
    for first, last in spans:
        found |= Q(pk__gte=first) if last is None else Q(pk__gte=first, pk__lte=last)
    return found


class Teller:
    """Tells events to one reader; ``of``: in the history of a thing that the reader sees.

    A fixed number of queries for each kind of thing that a page of events names.
    """

    def __init__(self, user: Any, of: Registered | None = None) -> None:
        self.user, self.of = user, of
        self.seen: dict[str, set[int]] = {}
        self.names: dict[tuple[str, int], Container[str]] = {}
        self.spans: dict[tuple[str, int], Spans] = {}

    def tell(self, entries: list[Entry]) -> list[Entry]:
        """The entries as the reader may have them."""
        if self.of is not None:
            entries = [narrowed(self.of, each) for each in entries]
        self._look(entries)
        return [self._told(each) for each in entries]

    def _look(self, entries: list[Entry]) -> None:
        named: dict[str, set[int]] = defaultdict(set)
        about: dict[str, set[int]] = defaultdict(set)
        for each in entries:
            about[each["subject"]["type"]].add(each["subject"]["id"])
            for other in each["related"]:
                named[other["type"]].add(other["id"])
            about[_kind_of_rows(each)].update(row["id"] for row in _rows(each))
        if self.of is not None:
            about[self.of.journal_type].add(self.of.pk)
        for name in {*named, *about} & kinds().keys():
            model = kinds()[name]
            self.seen[name] = _among(model.readable(self.user), named[name] | about[name])
            if self.of is not None and name == self.of.journal_type:
                self.seen[name].add(self.of.pk)
            if asked := about[name] & self.seen[name]:
                told = model.told_to(self.user, asked)
                self.names |= {(name, pk): told[pk] for pk in told}
                spans = model.spans(self.user, asked)
                self.spans |= {(name, pk): spans[pk] for pk in spans}

    def _told(self, entry: Entry) -> Entry:
        key, of = (entry["subject"]["type"], entry["subject"]["id"]), self.of
        mine = (of.journal_type, of.pk) if of is not None else None
        seen, imported = self._sees(*key), entry["verb"].endswith(IMPORTED)
        asked = mine if imported and mine else key
        if asked in self.spans and not _lies_in(entry["seq"], self.spans[asked]):
            return self._bare(entry, kinds()[asked[0]].told_past)
        if seen:
            return self._open(entry, self.names.get(key, EVERYTHING))
        if imported and mine:
            return self._open({**entry, "reason": ""}, _OF_IMPORTS)
        if of is not None and of.hands_on is not None:
            return self._bare(entry, of.hands_on)
        return self._open(entry, NOTHING)

    def _open(self, entry: Entry, names: Container[str]) -> Entry:
        """With its actor, and the values called by ``names``."""
        subject = entry["subject"]
        return {
            **entry,
            "subject": subject if self._sees(*_key(subject)) else {**subject, "number": ""},
            "related": [each for each in entry["related"] if self._sees(*_key(each))],
            "changes": self._values(entry, names),
            "reason": entry["reason"] if "reason" in names else "",
        }

    def _bare(self, entry: Entry, names: Container[str]) -> Entry:
        """Day, kind and the values called by ``names``: nobody's words, no persons, nothing else it was about."""
        subject, of = entry["subject"], self.of
        if of is not None and _key(subject) != (of.journal_type, of.pk):
            subject = {"type": of.journal_type, "id": of.pk, "number": of.journal_number}
        itself = [each for each in entry["related"] if _key(each) == _key(subject)]
        blank = {**NOBODY, "reason": "", "request_id": "", "related": itself}
        return {**entry, **blank, "subject": subject, "changes": self._values(entry, names)}

    def _values(self, entry: Entry, names: Container[str]) -> dict[str, Any]:
        told = {name: value for name, value in entry["changes"].items() if name in names and name != journal.THROUGH}
        if rows := _rows(entry):
            kind = _kind_of_rows(entry)
            told["rows"] = [self._row(kind, row, names) for row in rows if self._sees(kind, row["id"])]
        return told

    def _row(self, kind: str, row: dict[str, Any], names: Container[str]) -> dict[str, Any]:
        """One row of an import, as far as it is told."""
        of_row = self.names.get((kind, row["id"]), EVERYTHING)
        within = EVERYTHING if "rows" in names else names
        return {name: value for name, value in row.items() if name == "id" or (name in of_row and name in within)}

    def _sees(self, kind: str, pk: int) -> bool:
        return pk in self.seen.get(kind, ())


def _key(reference: dict[str, Any]) -> tuple[str, int]:
    return reference["type"], reference["id"]


def _kind_of_rows(entry: Entry) -> str:
    """What the rows of an import are."""
    return entry["verb"].removesuffix(IMPORTED)


def _rows(entry: Entry) -> list[dict[str, Any]]:
    return entry["changes"].get("rows", []) if entry["verb"].endswith(IMPORTED) else []


def _lies_in(seq: int, spans: Spans) -> bool:
    return any(first <= seq and (last is None or seq <= last) for first, last in spans)


def _among(rows: QuerySet, ids: set[int]) -> set[int]:
    if rows.query.is_empty():
        return set()
    if not rows.query.where:
        return set(ids)
    return set(rows.order_by().filter(pk__any_of=sorted(ids)).values_list("pk", flat=True))
