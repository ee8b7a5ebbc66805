"""Holding every row against the events: no row that was added, changed or deleted past them stays unnoticed.

The facts of a row, one after the other, say what stands in it. A row that looks wrong is looked at again where nobody
writes, so that work going on meanwhile is no fault. The chain of events itself is ``core.journal.verify``'s; that the
facts are those that the events sealed is checked here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Q

from core import clock, facts
from core.facts import Table
from core.models import Event, EventFact, RegisterCheck
from core.transactions import writing

PAGE = 1_000
State = dict[str, tuple[Any, str]]


@dataclass(frozen=True)
class Looked:
    """How far a check is: ``done`` of ``total`` events and rows; ``rows`` held to their facts, ``erased`` facts."""

    done: int
    total: int
    rows: int
    erased: int


@dataclass(frozen=True)
class Unexplained:
    """The first thing that no event explains.

    ``kind``: ``facts`` (those of event ``event`` are not those that it sealed), ``row`` (in no event), ``gone`` (no
    event deleted it) or ``columns`` (``columns`` are not as its last event left them). ``label`` is that of the model,
    ``number`` what people know the row by, where it has such.
    """

    kind: str
    label: str = ""
    pk: int | None = None
    number: str = ""
    columns: tuple[str, ...] = ()
    event: int | None = None


def verify() -> Iterator[Looked | Unexplained]:
    """Walk events and rows in constant memory: yields how far it is now and then, or one ``Unexplained`` and stops."""
    tables = facts.tables().values()
    total = Event.objects.count() + sum(table.model._base_manager.count() for table in tables)
    reading, done, rows = facts.Reading(), 0, 0
    for seq, why in _events(reading):
        done += 1
        if why:
            yield Unexplained("facts", event=seq)
            return
        if done % PAGE == 0:
            yield Looked(done, total, rows, reading.erased)
    for table in tables:
        for pk, row, state in _side_by_side(table):
            rows += row is not None
            if _differing(table, row, state) and (found := _unexplained(table, pk)):
                yield found
                return
            if rows % PAGE == 0:
                yield Looked(done + rows, total, rows, reading.erased)
    yield Looked(total, total, rows, reading.erased)


def check(tell: Callable[[Looked], None], asked_by: Any = None) -> RegisterCheck:
    """Walk them all, telling how far it is, and keep what was found for the pages to say."""
    started_at, looked, fault = clock.now(), Looked(0, 0, rows=0, erased=0), None
    for step in verify():
        if isinstance(step, Unexplained):
            fault = asdict(step)
        else:
            looked = step
            tell(looked)
    with writing():
        return RegisterCheck.objects.create(
            started_at=started_at, asked_by=asked_by, rows=looked.rows, erased=looked.erased, fault=fault
        )


def _events(reading: facts.Reading) -> Iterator[tuple[int, str]]:
    """Each event in order with what is wrong with its facts, and last the event of a fact that belongs to none."""
    last, events = 0, Event.objects.order_by("seq").values_list("seq", "facts")
    while page := list(events.filter(seq__gt=last)[:PAGE]):
        for seq, seal in page:
            yield seq, reading.fault(seq, seal)
        last = page[-1][0]
    if (left := reading.left_over(last)) is not None:
        yield left, facts.NOT_AS_TOLD


def _side_by_side(table: Table) -> Iterator[tuple[int, Any, Any]]:
    """Id, row and told state of all that is or was in the table, in order of the id; None for what is not."""
    both = merge(_rows(table), _states(table), key=itemgetter(0))
    for pk, group in groupby(both, key=itemgetter(0)):
        found = {kind: value for _pk, kind, value in group}
        yield pk, found.get("row"), found.get("told")


def _rows(table: Table) -> Iterator[tuple[int, str, Any]]:
    last, rows = 0, table.model._base_manager.order_by("pk").values_list("pk", *table.columns)
    while page := list(rows.filter(pk__gt=last)[:PAGE]):
        yield from ((pk, "row", values) for pk, *values in page)
        last = page[-1][0]


def _states(table: Table) -> Iterator[tuple[int, str, State | None]]:
    for pk, told in groupby(_facts(table), key=itemgetter(0)):
        yield pk, "told", _state((values, salt) for _pk, _fact, values, salt in told)


def _facts(table: Table) -> Iterator[tuple[int, int, Any, str]]:
    last, fact = 0, 0
    of_table = EventFact.objects.filter(object_type=table.label).order_by("object_id", "pk")
    facts_of_rows = of_table.values_list("object_id", "pk", "values", "salt")
    while page := list(facts_of_rows.filter(Q(object_id__gt=last) | Q(pk__gt=fact), object_id__gte=last)[:PAGE]):
        yield from page
        last, fact = page[-1][:2]


def _state(told: Iterable[tuple[Any, str]]) -> State | None:
    """What a row holds after these facts: each column with its salt; None when they end in its deletion."""
    state: State | None = None
    for values, salt in told:
        state = None if values is None else (state or {}) | {name: (each, salt) for name, each in values.items()}
    return state


def _differing(table: Table, row: Any, state: State | None) -> tuple[str, ...]:
    """The columns in which the row is not as was told; all of them when only one of the two is there."""
    if row is None or state is None:
        return () if row is None and state is None else table.columns
    return tuple(n for n, value in zip(table.columns, row, strict=True) if not _holds(table, n, value, state.get(n)))


def _holds(table: Table, column: str, value: Any, told: tuple[Any, str] | None) -> bool:
    if told is None:
        return False
    erased = not told[1] and facts.is_hidden(told[0]) and not value  # text that is there was not erased
    return erased or table.sealed(column, value, told[1]) == told[0]


def _unexplained(table: Table, pk: int) -> Unexplained | None:
    """What is wrong with a row while nobody writes."""
    with writing():
        row = next((values for _pk, *values in facts.kept(table, [pk])), None)
        of_row = EventFact.objects.filter(object_type=table.label, object_id=pk).order_by("pk")
        state = _state(of_row.values_list("values", "salt"))
        differing = _differing(table, row, state)
        if not differing:
            return None
        if row is None:
            return Unexplained("gone", table.label, pk)
        there = table.model._base_manager.get(pk=pk)
        number = str(getattr(there, "journal_number", "") or getattr(there, "number", "") or "")
        if state is None:
            return Unexplained("row", table.label, pk, number)
        return Unexplained("columns", table.label, pk, number, differing)
