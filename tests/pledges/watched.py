"""What looks on while pledges live: both status rules, an oracle that knows neither, and a memory of what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, invariant

from core import clock, journal
from core.errors import DomainError
from org.models import CalendarDay, Unit
from pledges.models import Pledge, PledgeLine
from pledges.reading import facts_of
from pledges.status import Facts, Judgement, judge
from tests.base import Cast
from tests.pledges.oracle import LOCAL, Diary, opinion

BEGINS = datetime(2024, 1, 8, 9, tzinfo=LOCAL)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
WORDS = ("title", "quote", "deadline_text", "original_due_on", "made_on_from", "made_on_to", "office", "number")


def told(found: Judgement) -> tuple[Any, ...]:
    """What a page says, in the order of the oracle's ``Opinion``."""
    return (
        found.status, found.first_due_on, found.due_on, found.days_late, found.days_late_original, found.completed_on,
        found.was_taken_back, found.delivered_by_line, found.promised, found.late,
    )  # fmt: skip


class Watched(RuleBasedStateMachine):
    """A clock, a diary and what always holds; the acts come with a subclass. Each life is rolled back at its end."""

    cast: Cast
    happened: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.now, self.random = BEGINS, Random(0)
        self.diary: Diary = []
        self.pledges: dict[int, Pledge] = {}
        self.facts: dict[int, Facts] = {}
        self.published_at: dict[int, datetime] = {}
        self.words: dict[int, Any] = {}
        self.seen: list[tuple[int, date, datetime, Any]] = []
        self.papers: dict[int, dict[str, Any]] = {}  # by handover: what it was, while something may still happen to it
        self.where: dict[int, tuple[Any, Unit | None, date]] = {}  # device -> paper, unit, day of its last move
        self.served: dict[int, set[int]] = {}  # device -> pledges
        self.free: dict[date, CalendarDay] = {}
        self.declared: list[tuple[int, date, date, bool]] = []
        self.stack, self.clock = ExitStack(), ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, True)

    def teardown(self) -> None:
        broken = [step for step in journal.verify() if isinstance(step, journal.Broken)]
        self.clock.close()
        self.stack.close()
        assert not broken

    # ---- how an act is done

    @property
    def today(self) -> date:
        return self.now.astimezone(LOCAL).date()

    def tick(self, to: datetime | None = None) -> None:
        self.now = to or self.now + SECOND
        self.clock.close()
        self.clock.enter_context(clock.frozen(self.now))

    def note(self, *what: Any) -> None:
        self.diary.append((self.now, *what))
        self.happened.add(what[0])

    @contextmanager
    def act(self, *helped: int) -> Iterator[None]:
        """An act that may be refused. Only what it ``helped`` may look better afterwards."""
        self.tick()
        before = {pk: self.judged(pk) for pk in self.pledges}
        with suppress(DomainError):
            yield
        self.read()
        for pk in before.keys() - set(helped):
            was, now = before[pk], self.judged(pk)
            assert now.late >= was.late
            assert now.days_late >= was.days_late
            assert now.days_late_original >= was.days_late_original
            assert now.delivered <= was.delivered
            assert (now.completed_on or date.max) >= (was.completed_on or date.max)

    def read(self) -> None:
        """Read what is stored about every pledge: once after each act, judged on many days."""
        self.facts = {pk: facts_of(pledge) for pk, pledge in self.pledges.items()}

    def judged(self, pk: int, as_of: date | None = None, known_at: datetime | None = None) -> Judgement:
        return judge(self.facts[pk], as_of or self.today, known_at)

    def heirs(self, pledge: int) -> set[int]:
        """The pledge and those that it was merged into."""
        found = {pledge}
        for note in self.diary:
            if note[1] == "merged" and note[2] in found:
                found.add(note[3])
        return found

    def one(self, rows: Any, pick: int) -> Any:
        rows = list(rows)
        return rows[pick % len(rows)] if rows else None

    # ---- what always holds

    @invariant()
    def everybody_agrees(self) -> None:
        if not self.pledges:
            return
        points: list[tuple[date, datetime | None]] = [(self.today, None)]
        days = [day for note in self.diary for day in note if type(day) is date]
        for _ in range(3):
            around = self.random.randint(-3, 3) + self.random.choice([0, 30, 31, 90, 91])
            known_at = self.random.choice(self.diary)[0] - self.random.choice([0, 1]) * SECOND
            points.append((self.random.choice(days) + around * DAY, self.random.choice([None, known_at])))
        for as_of, known_at in points:
            for pk in self.on_record(known_at):
                assert told(self.judged(pk, as_of, known_at)) == tuple(opinion(self.diary, pk, as_of, known_at))
        if not self.random.randrange(4):
            self.lists_agree(*self.random.choice(points))

    def on_record(self, known_at: datetime | None) -> list[int]:
        return [pk for pk, at in self.published_at.items() if known_at is None or at <= known_at]

    def lists_agree(self, as_of: date, known_at: datetime | None) -> None:
        """What SQL says of all, and the list filtered by a status."""
        rows = Pledge.objects.judged(as_of, known_at).in_bulk(list(self.pledges))
        assert sorted(rows) == sorted(self.on_record(known_at))
        for pk, row in rows.items():
            found = self.judged(pk, as_of, known_at)
            assert (row.status, row.first_due_on, row.due_on) == (found.status, found.first_due_on, found.due_on)
            assert (row.promised, row.delivered) == (found.promised, found.delivered)
            assert (row.completed_on, row.revisions) == (found.completed_on, found.revisions)
        status = self.random.choice([row.status for row in rows.values()] or ["overdue"])
        listed = Pledge.objects.with_status(status, as_of=as_of, known_at=known_at).values_list("pk", flat=True)
        assert set(listed) == {pk for pk, row in rows.items() if row.status == status}

    def published(self, pk: int) -> Any:
        lines = PledgeLine.objects.filter(pledge=pk, effective_on=None).order_by("pk").values_list("unit", "quantity")
        return Pledge.objects.values_list(*WORDS).get(pk=pk), list(lines)

    @invariant()
    def the_words_stand(self) -> None:
        assert self.words == {pk: self.published(pk) for pk in self.pledges}

    @invariant()
    def the_past_as_it_was_known_is_not_repainted(self) -> None:
        if not self.pledges:
            return
        if self.seen:
            pk, day, known_at, said = self.random.choice(self.seen)
            assert told(self.judged(pk, day, known_at)) == said
        pk = self.random.choice(list(self.pledges))
        self.seen.append((pk, self.today, self.now, told(self.judged(pk, self.today, self.now))))
