"""Bringing many rows in at once: what a file says, and what would become of it (``core.applying`` does it).

A package that takes rows has an ``Importer``. It is given a chunk of rows at a time, so that memory does not grow with
the file, and plans each: new, changed, as it is, skipped, faulty or asked.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property, lru_cache
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from core import folded
from core.errors import Text
from core.identity import Identifier
from core.models import Registered
from core.shown import visible_rows
from core.spool import Spool
from core.staging import Ready

MOST_FINDINGS = 10_000
MOST_STEPS_SHOWN = 1_000
MOST_QUESTIONS = 100
LONGEST_SHOWN = 500
BATCH = 500
IMPORTED = ".imported"


class Action(TextChoices):
    """What becomes of one row."""

    CREATE = "new", _("baru")
    CHANGE = "changed", _("berubah")
    SAME = "same", _("sudah ada")
    SKIP = "skipped", _("dilewati")
    FAULT = "faulty", _("salah")
    ASK = "asked", _("menunggu jawaban")


NOT_SHOWN = (Action.SAME, Action.FAULT)
"""What becomes of rows that a preview counts and does not show."""


@dataclass(frozen=True)
class Finding:
    """Something to say about one cell (``field``), a whole row, or (row 0) the file. A warning stops nothing.

    ``sheet``: its name, where a file has several that are read; ``cell``: as a spreadsheet calls it (``F12``).
    """

    row: int
    field: str
    code: str
    _: KW_ONLY
    detail: Text
    warning: bool = False
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Passed:
    """What was not taken for data: a row of ``sheet`` or (row 0) the whole sheet, with the reason and what it says."""

    sheet: str
    row: int
    code: str
    _: KW_ONLY
    detail: Text
    text: str = ""


@dataclass(frozen=True)
class Question:
    """What a file leaves open, for whoever handed it in. ``choices``: (value, words).

    With a ``default`` the answer may be left out. ``row`` and ``sheet``: what it is about; 0, the file as a whole.
    ``about``: rows of the register that it names.
    """

    key: str
    text: Text
    choices: tuple[tuple[str, Text], ...]
    _: KW_ONLY
    default: str = ""
    row: int = 0
    sheet: str = ""
    about: tuple[Model, ...] = ()

    def answered(self, answers: dict[str, str]) -> str:
        """The answer among ``answers``, or the default; empty while it is open."""
        given = answers.get(self.key, "")
        return given if given in {value for value, _words in self.choices} else self.default


@dataclass(frozen=True)
class FileRow:
    """One thing that a file names: ``values`` by field, empty cells left out.

    ``number``: its row as the spreadsheet shows it; ``sheet``: where several are read; ``part``: which of the things
    that one row stands for. ``findings``: what could not be read in it; ``questions``: what must be answered first.
    """

    number: int
    values: dict[str, Any]
    findings: tuple[Finding, ...] = ()
    sheet: str = ""
    part: int = 0
    questions: tuple[Question, ...] = ()

    @cached_property
    def place(self) -> tuple[str, int, int]:
        return self.sheet, self.number, self.part


def said(place: tuple[str, int, int]) -> str:
    """A place in a file as people call it: ``12``, or ``12 (2021)`` of the sheet 2021."""
    sheet, number, _part = place
    return f"{number} ({sheet})" if sheet else str(number)


@dataclass
class Step:
    """What becomes of ``row``; ``label`` names the thing, ``changes`` are ``{field: [old, new]}``.

    ``known``: the row of the register that it is about, where ``instance`` is not that row itself. ``meant``: values
    that the row does not say itself, as its unit when that was chosen for the whole file.
    """

    row: FileRow
    action: Action = Action.CREATE
    label: str = ""
    instance: Any = None
    known: Model | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    meant: dict[str, Any] = field(default_factory=dict)

    def fault(self, name: str, code: str, detail: Text) -> None:
        self.findings.append(Finding(self.row.number, name, code, detail=detail, sheet=self.row.sheet))
        self.action = Action.FAULT

    def fault_twice(self, name: str, first: tuple[str, int, int]) -> None:
        """What the row says in ``name`` stands at the place ``first`` of the file already."""
        detail = _("Sudah ada di baris %(n)s berkas ini: perbaiki atau hapus salah satunya.")
        self.fault(name, "duplicate", detail % {"n": said(first)})

    def warn(self, name: str, code: str, detail: Text) -> None:
        self.findings.append(Finding(self.row.number, name, code, detail=detail, warning=True, sheet=self.row.sheet))

    def skip(self, name: str, code: str, detail: Text) -> None:
        self.warn(name, code, detail)
        self.action = Action.SKIP

    def told(self) -> dict[str, Any]:
        """The step as plain values, for a preview."""
        return {
            "sheet": self.row.sheet, "row": self.row.number, "action": self.action.value, "label": self.label,
            "values": {name: _shown(value) for name, value in {**self.row.values, **self.meant}.items()},
            "changes": {name: [_shown(old), _shown(new)] for name, (old, new) in self.changes.items()},
        }  # fmt: skip


def narrowed(obj: Registered, event: dict[str, Any]) -> dict[str, Any]:
    """An event as the history of ``obj`` tells it: of an import only what it did to ``obj``.

    ``event`` holds ``verb``, ``related`` and ``changes``. The rest of the file is not for everybody who sees one row.
    """
    if not event["verb"].endswith(IMPORTED):
        return event
    mine = [each for each in event["related"] if (each["type"], each["id"]) == (obj.journal_type, obj.pk)]
    of_kind = event["verb"] == f"{obj.journal_type}{IMPORTED}"
    rows = [each for each in event["changes"].get("rows", []) if of_kind and each["id"] == obj.pk]
    return {**event, "related": mine, "changes": {**event["changes"], "rows": rows}}


@dataclass
class Outlook:
    """What an import would do: rows per action, the first findings, questions and steps that change something.

    ``shown``: rows that change something, with their values as read; ``named``: the ids of the rows of the register
    that it knows and says something of.
    """

    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    faults: int = 0
    warnings: int = 0
    shown: list[dict[str, Any]] = field(default_factory=list)
    named: dict[type[Model], array[int]] = field(default_factory=lambda: defaultdict(lambda: array("q")))

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    def add(self, step: Step) -> None:
        self.counts[step.action.value] += 1
        known = (step.known or step.instance) if step.action in (Action.CHANGE, Action.SAME) else None
        if isinstance(known, Model) and known.pk is not None:
            self.named[type(known)].append(known.pk)
        for row in (row for question in step.questions for row in question.about):
            self.named[type(row)].append(row.pk)
        for finding in step.findings:
            self.find(finding)
        for question in step.questions:
            if len(self.questions) < MOST_QUESTIONS:
                self.questions.setdefault(question.key, question)
        if step.action not in NOT_SHOWN and len(self.shown) < MOST_STEPS_SHOWN:
            self.shown.append(step.told())

    def find(self, finding: Finding) -> None:
        self.faults += not finding.warning
        self.warnings += finding.warning
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)


def _shown(value: Any) -> str:
    return "" if value is None else str(value)[:LONGEST_SHOWN]


class Importer:
    """Base of what a package does with rows of one kind. One instance serves one pass over the rows.

    ``may(actor)`` returns the role under which somebody imports at all or raises ``NotAllowed``. ``keys`` are sets of
    fields that together name one thing, of the identifiers ``kinds`` in whatever spelling: a second row of it must say
    the same as the first, or what the register says already. ``chunk``: rows planned at a time. ``model``: what the
    fields are columns of, as far as they are. ``own``: fields by which alike rows of a file differ. ``answers``: what
    whoever handed the file in has answered, by the key of the question.
    """

    verb: ClassVar[str]
    chunk: ClassVar[int] = 2_000
    keys: ClassVar[tuple[tuple[str, ...], ...]] = ()
    kinds: ClassVar[dict[str, Identifier]] = {}
    private: ClassVar[frozenset[str]] = frozenset()
    model: ClassVar[Any] = None
    own: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, actor: Any, unit: Any = None) -> None:
        self.actor, self.unit = actor, unit
        self.answers: dict[str, str] = {}
        self._seen: dict[tuple[Any, ...], tuple[tuple[str, int, int], int]] = {}

    @classmethod
    def may(cls, actor: Any) -> str:
        raise NotImplementedError

    @classmethod
    def readable(cls, actor: Any, model: type[Model]) -> QuerySet:
        """The rows of ``model`` of which the actor may read all that such a file and its preview say."""
        return visible_rows(model, actor)

    def survey(self, rows: list[FileRow]) -> None:
        """Note what a later row may say that an earlier one must know of. Called for all rows before any is written."""

    def begin(self, rows: list[FileRow]) -> None:
        """Look up what the rows of this chunk name, in a few queries."""

    def settle(self, step: Step) -> None:
        """Decide what becomes of one readable row: set ``instance`` and ``changes``, or say what is wrong."""
        raise NotImplementedError

    def ask(self, step: Step, question: Question) -> str:
        """The answer to a question about a row; while it is open, empty, and the row waits for it."""
        step.questions.append(question)
        answer = question.answered(self.answers)
        if not answer:
            step.action = Action.ASK
        return answer

    def write(self, steps: list[Step]) -> list[Any]:
        """Write what changes; returns the rows touched, those of other kinds included."""
        raise NotImplementedError

    def ready(self, spool: Spool) -> Ready | None:
        """Where new rows are made ready before the lock is taken; None for an importer that writes under it only."""
        return None

    def foresee(self, count: int) -> None:
        """Reckon before the lock what the next ``count`` numbers will need under it."""

    def remember(self, steps: list[Step]) -> None:
        """Note what ``disturbed`` asks for."""

    def disturbed(self, touched: dict[str, set[int]]) -> bool:
        """Whether acts on these rows, by their journal type, may have changed what was planned."""
        return True

    def numbers(self, count: int) -> Iterable[str]:
        """The next numbers for new rows. Call inside ``writing()``."""
        raise NotImplementedError

    def plan(self, rows: list[FileRow]) -> list[Step]:
        steps = [Step(row, findings=list(row.findings), questions=list(row.questions)) for row in rows]
        self.begin(rows)
        for step in steps:
            if any(not finding.warning for finding in step.findings):
                step.action = Action.FAULT
            elif not all(question.answered(self.answers) for question in step.questions):
                step.action = Action.ASK
            twice = self._twice(step)
            if twice and twice[2]:
                step.action = Action.SAME
                step.warn(twice[0], "repeated", _("Sama dengan baris %(n)s berkas ini.") % {"n": said(twice[1])})
            elif step.action not in (Action.FAULT, Action.ASK):
                self.settle(step)
            if twice and step.action != Action.SAME:
                step.fault_twice(*twice[:2])
        return steps

    def _twice(self, step: Step) -> tuple[str, tuple[str, int, int], bool] | None:
        """The field by which an earlier row means the same thing, where it stands, and whether it says the same."""
        found = None
        for fields in self.keys:
            values = tuple(self._folded(step, name) for name in fields)
            if None in values:
                continue
            rest = frozenset(each for each in step.row.values.items() if each[0] not in fields)
            first, content = self._seen.setdefault((fields, *values), (step.row.place, hash(rest)))
            if first != step.row.place and found is None:
                found = fields[0], first, content == hash(rest) and step.action != Action.FAULT
        return found

    def _folded(self, step: Step, name: str) -> Any:
        value = step.row.values.get(name)
        return (self.kinds[name].folded(value) or None) if value and name in self.kinds else value


def insert(instances: list[Any]) -> list[Any]:
    """New rows in few statements; each is at its first version, so the event need not bump it."""
    for each in instances:
        each.touched = True
    return type(instances[0]).objects.bulk_create(instances, batch_size=BATCH) if instances else []


def update(steps: list[Step]) -> list[Any]:
    """Rows with their changed fields and a new version, in few statements."""
    changed = [step.instance for step in steps]
    for each in changed:
        each.touch()
    if changed:
        names = {name for step in steps for name in step.changes} | {"version", "updated_at"}
        follow = folded.of(type(changed[0]), names)
        for each in changed:
            for column in follow:
                column.pre_save(each, False)
        names |= {column.name for column in follow}
        type(changed[0])._base_manager.bulk_update(changed, sorted(names), batch_size=BATCH)
    return changed


def check_fields(step: Step, names: Iterable[str] | None = None) -> None:
    """Say what is wrong with the instance's own values, without asking the database."""
    for each in step.instance._meta.concrete_fields:
        if each.editable and not each.is_relation and (names is None or each.name in names):
            value = getattr(step.instance, each.attname)
            if not _fits(each, value):
                _complain(step, each, value)


@lru_cache(maxsize=20_000)
def _fits(each: Field, value: Any) -> bool:
    """Whether a column takes a value; most values of a file come again and again."""
    if each.blank and value in each.empty_values:
        return True
    try:
        each.clean(value, None)
    except ValidationError:
        return False
    return True


def _complain(step: Step, each: Field, value: Any) -> None:
    try:
        each.clean(value, None)
    except ValidationError as error:
        step.fault(each.name, error.error_list[0].code or "invalid", " ".join(error.messages))
