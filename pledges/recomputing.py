"""A changed calendar moves the first dates that hang on it: those in working days, and those around feasts.

Only a change ahead moves a date, and only one that had not been reached when it was confirmed; each change by one
correction. One exception: a date that hung on an estimated day may be corrected after it passed, by the decree of that
very day, within ``MENDABLE_DAYS``, by at most ``MENDED_BY_DAYS``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext, override

from core import clock, weeks
from core.jobs import Progress, Result
from core.journal import Private, head, record
from core.models import Decision, Event, Job
from core.transactions import fresh, writing
from org.calendar import Almanac, Knowledge
from org.models import CalendarDay, CalendarProposal, User
from org.weeks import Weeks
from pledges import rules
from pledges.models import Closure, DeadlineRevision, Pledge
from pledges.reading import judgement_of
from pledges.states import Publication, RevisionKind, Status
from pledges.suggesting import suggestion_of
from pledges.words import FROM_THE_CALENDAR

SYSTEM = "system"
DECIDED = "calendar_proposal.decided"
MENDABLE_DAYS, MENDED_BY_DAYS = 30, 2
_DAYS_CHANGED = Q(verb="calendar.seeded") | Q(verb=DECIDED, changes__has_key="days")
_CHANGED = (
    _DAYS_CHANGED
    | Q(verb__in=("unit.created", "unit.changed"), changes__has_key="weeks")
    | Q(verb="installation.changed", changes__has_key="six_day_week_from")
)
_DATED = ("pledge.drafted", "pledge.changed")


@dataclass(frozen=True)
class Change:
    """One change of the calendar, as the journal has it; ``proposal`` where people decreed days."""

    entry: int
    at: datetime
    proposal: int | None = None

    @property
    def day(self) -> date:
        return clock.local_date(self.at)


def _is_change(event: Event) -> bool:
    """Also what people said of days; of a week only what they said anew: a unit may get another code and keep its."""
    if event.subject_type == "unit":
        before, after = (weeks.changes(rows or []) for rows in event.changes["weeks"])
        return after > before
    return event.verb != "installation.changed" or bool(event.changes["six_day_week_from"][1])


def _change(event: Event) -> Change:
    return Change(event.seq, event.at, event.subject_id if event.verb == DECIDED else None)


@dataclass(frozen=True)
class Move:
    """A first date that a change moves."""

    by: Change
    due_on: date


class History:
    """The calendar as it was known after each change of it; loaded once for many pledges."""

    def __init__(self, proposed: CalendarProposal | None = None) -> None:
        """With ``proposed`` as if that were confirmed now."""
        self.days = list(CalendarDay.objects.select_related("replaces"))
        events = [each for each in Event.objects.filter(_CHANGED).order_by("seq") if _is_change(each)]
        self.changes = [_change(each) for each in events]
        self._said = [(each.seq, each.subject_id if each.subject_type == "unit" else None)
                      for each in events if not each.verb.startswith("calendar")]  # fmt: skip
        if proposed:
            self.changes.append(Change(head()[0] + 1, clock.now(), proposed.pk))
            self._confirm(proposed)
        self._decided = {each.proposal: each.entry for each in self.changes if each.proposal}
        self._seeded = [(each.at, each.seq) for each in events if each.verb == "calendar.seeded"]
        after = {each.replaces_id: each for each in self.days if each.replaces_id and each.confirmed_at}
        for each in self.days:
            each.came_in = self._entry(each.proposal_id, each.confirmed_at)
        for each in self.days:
            then = after.get(each.pk)
            each.went_in = then.came_in if then else self._entry(None, each.ended_at)
        self._weeks: dict[int, Weeks] = {}

    def _confirm(self, proposed: CalendarProposal) -> None:
        mine = [each for each in self.days if each.proposal_id == proposed.pk]
        old = {each.replaces_id for each in mine}
        for each in mine:
            each.confirmed_at = clock.now()
        for each in self.days:
            each.ended_at = clock.now() if each.pk in old else each.ended_at

    def _entry(self, proposal: int | None, at: datetime | None) -> int:
        if proposal:
            return self._decided.get(proposal, 0)
        found = bisect_left(self._seeded, (at, 0)) if at else len(self._seeded)
        return self._seeded[found][1] if found < len(self._seeded) else 0

    def almanac(self, knowledge: Knowledge) -> Almanac:
        """The calendar as it was known by an entry, days and weeks."""
        said = [whose for seq, whose in self._said if knowledge.until is None or seq <= knowledge.until]
        if len(said) not in self._weeks:
            self._weeks[len(said)] = Weeks.load(Counter(said))
        return Almanac.of(knowledge.counting(self.days), self._weeks[len(said)])

    @cached_property
    def _by_proposal(self) -> dict[int | None, list[CalendarDay]]:
        found: dict[int | None, list[CalendarDay]] = {}
        for each in self.days:
            found.setdefault(each.proposal_id, []).append(each)
        return found

    def mended_by(self, change: Change) -> frozenset[int]:
        """The versions by which this change says, soon enough, when a day was that had been an estimate."""
        rows = self._by_proposal.get(change.proposal, []) if change.proposal else []
        return frozenset(
            each.pk
            for each in rows
            if each.replaces and each.replaces.estimated and not each.removed
            and (change.day - each.replaces.date).days <= MENDABLE_DAYS
            and abs((each.date - each.replaces.date).days) <= MENDED_BY_DAYS
        )  # fmt: skip

    def settled_for(self, pledges: Iterable[Pledge]) -> dict[int, int]:
        """By which entry the recorder last said the date of each pledge."""
        said = Event.objects.filter(verb__in=_DATED, subject_id__in=[each.pk for each in pledges])
        return dict(said.order_by("seq").values_list("subject_id", "seq"))


def on_calendar_changed(_job: Job, _progress: Progress) -> Result:
    return Result(rows=recompute_deadlines())


def recompute_deadlines() -> int:
    """Correct the first date of every open pledge that a change of the calendar moves; returns how many corrections.

    Running it again, or late, changes nothing more: a correction is in effect from the day its change was confirmed.
    """
    history, corrected = History(), 0
    for pledge, settled in _hanging(history):
        for move in moves(pledge, settled, history):
            corrected += _correct(pledge, move)
    return corrected


def would_move(proposal: CalendarProposal) -> list[tuple[Pledge, date, date]]:
    """The open pledges whose first date a proposal would move if it were confirmed now: from when to when."""
    history, found = History(proposal), []
    last = history.changes[-1]
    for pledge, settled in _hanging(history):
        for move in moves(pledge, settled, history):
            old = judgement_of(pledge).first_due_on
            if move.by == last and old and _is_open(pledge) and move.due_on != old:
                found.append((pledge, old, move.due_on))
    return found


def moves(pledge: Pledge, settled: int, history: History) -> Iterator[Move]:
    """Each move of the date that the words of ``pledge`` came to, by the changes after it was said, in order.

    ``base``: the date that had passed when the exception was first made of it; from then on it bounds every move.
    """
    due, base, knows = pledge.original_due_on, None, Knowledge(settled, settled)
    for change in history.changes:
        if due is None or change.entry <= settled:
            continue
        mending = history.mended_by(change)
        passed = base or (due if change.day >= due else None)
        if change.day >= due and not mending:
            continue
        if passed and (change.day - passed).days > MENDABLE_DAYS:
            continue
        now = replace(knows, until=change.entry, besides=knows.besides | mending)
        then = replace(knows, until=change.entry - 1)
        before, after = (suggestion_of(pledge, history.almanac(each)).due_on for each in (then, now))
        if before != due or after is None or after == due:
            continue
        if passed and abs((after - passed).days) > MENDED_BY_DAYS:
            continue
        knows, due, base = replace(knows, besides=now.besides), after, passed
        yield Move(change, after)


def _hanging(history: History) -> Iterator[tuple[Pledge, int]]:
    """The pledges whose date follows from the calendar, and by which entry it was said."""
    found = list(
        Pledge.objects.filter(publication=Publication.PUBLISHED, deadline_rule__in=FROM_THE_CALENDAR)
        .exclude(pk__in=Closure.objects.standing().values("pledge"))
        .select_related("office__unit", "responsible_unit").order_by("pk")
    )  # fmt: skip
    settled = history.settled_for(found)
    for pledge in found:
        yield pledge, settled.get(pledge.pk, 0)


def _is_open(pledge: Pledge) -> bool:
    """Whether the date still hangs on the calendar: the pledge is open, and people have given it no other date."""
    decided = pledge.deadline_revisions.filter(decision=Decision.APPROVE, asked_by__isnull=False)
    return rules.is_open(pledge) and not decided.exists()


def _correct(pledge: Pledge, move: Move) -> bool:
    """Write the system's correction, unless it stands there. Writes ``pledge.deadline_recomputed`` on the pledge.

    Leaves alone what is closed or complete, or was when the change came, and a date that people have given since. The
    earlier date of a pledge merged into this one stays.
    """
    with writing():
        pledge = fresh(pledge, "office__unit", "responsible_unit")
        if pledge.deadline_revisions.filter(caused_by=move.by.entry).exists() or not _is_open(pledge):
            return False
        since = max(move.by.day, clock.local_date(pledge.published_at or clock.now()))
        if judgement_of(pledge, since, max(move.by.at, pledge.published_at or move.by.at)).status in Status.KEPT:
            return False
        pooled: Any = pledge.merged.in_effect().exclude(first_due_on=None).values_list("first_due_on", "effective_on")
        due_on, since = min([(move.due_on, since), *((day, max(merged, since)) for day, merged in pooled)])
        old = judgement_of(pledge).first_due_on
        if due_on == old:
            return False
        _write(pledge, move.by, old, due_on, since)
    return True


def _write(pledge: Pledge, change: Change, old: date | None, due_on: date, since: date) -> None:
    now = clock.now()
    with override("id"):
        reason = gettext("Kalender kerja berubah; tenggat dihitung ulang dari ucapan.")
    revision = DeadlineRevision(
        pledge=pledge, kind=RevisionKind.CORRECTION, new_due_on=due_on, reason=reason, asked_at=now,
        decision=Decision.APPROVE, decided_at=now, effective_on=since, caused_by_id=change.entry,
    )  # fmt: skip
    revision.full_clean()
    revision.save(force_insert=True)
    cause = changed_by(revision)
    people = {name: [None, Private(str(person))] for name, person in cause.people.items()}
    changes: dict[str, Any] = {"due_on": [old, due_on], "caused_by": [None, change.entry], **people}
    if cause.proposal:
        changes["decree"] = [None, cause.proposal.decree]
    record("pledge.deadline_recomputed", pledge, actor=None, role=SYSTEM, changes=changes,
           related=[revision, *([cause.proposal] if cause.proposal else [])])  # fmt: skip


class Cause(NamedTuple):
    """Who changed the calendar, by what they did, and the proposal where days were decreed."""

    people: dict[str, User]
    proposal: CalendarProposal | None = None


def changed_by(revision: DeadlineRevision) -> Cause:
    """By whom a correction of the system came; nobody where the calendar was seeded, or it is not one."""
    event = revision.caused_by
    if event is None:
        return Cause({})
    if event.verb != DECIDED:
        actor = User.objects.select_related("person").filter(pk=event.actor_id).first()
        return Cause({"changed_by": actor} if actor else {})
    proposal = CalendarProposal.objects.select_related("asked_by__person", "decided_by__person").get(
        pk=event.subject_id
    )
    assert proposal.decided_by  # noqa: S101  (its event says so)
    return Cause({"proposed_by": proposal.asked_by, "confirmed_by": proposal.decided_by}, proposal)
