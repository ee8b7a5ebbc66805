"""What an importer would do with the rows of a file, and doing it: all or nothing, with one event.

Applying plans again inside the transaction, with the register as it is then, and writes nothing unless every row can be
written. A large file is planned beside the others' acts (``Staging``) and is only written inside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, DomainError, Fault
from core.importing import Action, FileRow, Importer, Outlook, Step
from core.journal import Private, head, record
from core.models import EventObject, Registered
from core.spool import Spool
from core.staging import Ready
from core.transactions import writing

T = TypeVar("T")
FileRows = Callable[[], Iterable[FileRow]]
"""The rows of a file, from the first again each time it is called."""


@dataclass(slots=True)
class Mention:
    """All that an event needs to know of a row it touches: a hundred thousand whole rows would fill the memory."""

    journal_type: str
    pk: int
    journal_number: str
    touched: bool = True

    @classmethod
    def of(cls, row: Registered) -> Mention:
        return cls(row.journal_type, row.pk, row.journal_number)


def look(importer: Importer, rows: FileRows, progress: Callable[[int], None] = lambda done: None) -> Outlook:
    """What importing these rows would do. Changes nothing; ``progress(rows done)``."""
    outlook = Outlook()
    for chunk in chunked(rows(), importer.chunk):
        for step in importer.plan(chunk):
            outlook.add(step)
        progress(outlook.rows)
    return outlook


class Staging:
    """A file planned, and its new rows made ready, before the writer's lock is taken.

    ``seq``: the last event that the plan knows of. Rows that change something of the register wait as they are in
    ``changed``.
    """

    def __init__(self, importer: Importer, rows: FileRows, ready: Ready, changed: Spool) -> None:
        self.importer, self.ready, self.changed = importer, ready, changed
        self.seq, _hash = head()
        self.outlook = Outlook()
        for chunk in chunked(rows(), importer.chunk):
            importer.survey(chunk)
        for chunk in chunked(rows(), importer.chunk):
            steps = importer.plan(chunk)
            importer.remember(steps)
            for step in steps:
                self.outlook.add(step)
            ready.add(step.instance for step in steps if step.action == Action.CREATE)
            changed.fill((_bare(step),) for step in steps if step.action == Action.CHANGE)
        importer.foresee(ready.unnumbered)

    def holds(self) -> bool:
        """Whether nothing has happened since that the plan rests on. Call inside ``writing()``."""
        touched: dict[str, set[int]] = defaultdict(set)
        since = EventObject.objects.filter(event__gt=self.seq).values_list("object_type", "object_id")
        for kind, pk in since.iterator():
            touched[kind].add(pk)
        return not touched or not self.importer.disturbed(touched)

    def write(self) -> tuple[list[Any], list[dict[str, Any]]]:
        """Write all of it; returns the rows touched, and what is told of those that changed."""
        importer, touched, told = self.importer, [], []
        if self.ready.count:
            self.ready.write(importer.numbers(self.ready.unnumbered))
            kind: str = self.ready.model.journal_type  # type: ignore[attr-defined]
            touched += [Mention(kind, *each) for each in zip(self.ready.ids, self.ready.numbers, strict=True)]
        for chunk in chunked((step for (step,) in self.changed), importer.chunk):
            touched += [Mention.of(each) for each in importer.write(chunk)]
            told += [_told(importer, step) for step in chunk]
        return touched, told


def _bare(step: Step) -> Step:
    """What is needed of a step to write it."""
    return Step(FileRow(step.row.number, {}), step.action, instance=step.instance, changes=step.changes)


def carry_out(
    importer: Importer,
    rows: FileRows,
    source: Registered,
    *,
    changes: dict[str, Any] | None = None,
    reason: str = "",
    staging: Staging | None = None,
) -> Outlook:
    """Write all rows or none. ``source`` is what the file is known by: the subject of the one event.

    Refuses with ``DomainError`` naming the faulty rows. Writes ``importer.verb`` with every row touched related;
    nothing when nothing changes. ``staging``: the file planned beforehand, which must still hold.
    """
    with writing():
        role = importer.may(importer.actor)
        if staging is not None:
            _refuse_unfit(staging.outlook)
            done = staging.write()
            _record(importer, source, role, staging.outlook, done, changes, reason, staging.ready)
            return staging.outlook
        outlook, told = Outlook(), []
        touched: list[Any] = []
        for chunk in chunked(rows(), importer.chunk):
            importer.survey(chunk)
        for chunk in chunked(rows(), importer.chunk):
            steps = importer.plan(chunk)
            for step in steps:
                outlook.add(step)
            _refuse_unfit(outlook)
            wanted = [step for step in steps if step.action in (Action.CREATE, Action.CHANGE)]
            touched += [Mention.of(each) for each in importer.write(wanted)]
            told += [_told(importer, step) for step in steps if step.action == Action.CHANGE]
        _record(importer, source, role, outlook, (touched, told), changes, reason, None)
    return outlook


def _refuse_unfit(outlook: Outlook) -> None:
    if outlook.faults:
        raise refused(outlook)
    if outlook.counts[Action.ASK.value]:
        raise Conflict("unanswered", _("Jawab dahulu pertanyaan tentang berkas ini."))


def _record(
    importer: Importer, source: Registered, role: str, outlook: Outlook, done: tuple[list[Any], list[dict[str, Any]]],
    changes: dict[str, Any] | None, reason: str, ready: Ready | None,
) -> None:  # fmt: skip
    touched, told = done
    if touched:
        counts = {name: [None, outlook.counts[name]] for name in (Action.CREATE.value, Action.CHANGE.value)}
        changes = {**(changes or {}), **counts, "rows": told}
        record(
            importer.verb, source, actor=importer.actor, role=role, changes=changes, reason=reason, related=touched,
            ready=ready if ready and ready.count else None,
        )  # fmt: skip


def refused(outlook: Outlook) -> DomainError:
    """What stands against applying a file, row by row."""
    faults = tuple(
        Fault(f"rows.{each.row}.{each.field}" if each.field else f"rows.{each.row}", each.code, each.detail)
        for each in outlook.findings
        if not each.warning
    )[:100]
    return DomainError("faulty_rows", _("Ada baris yang salah; tidak ada yang disimpan."), faults=faults)


def _told(importer: Importer, step: Step) -> dict[str, Any]:
    sealed = {
        name: [Private(value) for value in pair] if name in importer.private else pair
        for name, pair in step.changes.items()
    }
    return {"id": step.instance.pk, **sealed}


def chunked(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    chunk: list[T] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
