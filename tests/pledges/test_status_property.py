"""The rule of a pledge's status exists in Python and in SQL; whatever the history, they say the same on every day."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core import clock
from pledges.counting import lines_with_delivered
from pledges.counts import Away, Delivered
from pledges.models import Pledge, PledgeLine
from pledges.reading import facts_of
from pledges.states import ClosureKind, RevisionKind, Status
from pledges.status import Added, Closed, Facts, Fallen, Pooled, Revised, judge
from tests.base import Cast
from tests.pledges.facts import put
from tests.profiles import examples

Moment = date | datetime | None
START = date(2024, 1, 1)
QUICK: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
}
DAYS = st.integers(0, 400).map(lambda n: START + timedelta(days=n))
EARLIER = st.integers(-400, 0).map(lambda n: START + timedelta(days=n))
INSTANTS = DAYS.map(lambda day: clock.start_of(day) + timedelta(hours=12))


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Any history: lines said or added, deliveries that came and went, revisions of every kind, merges, a closure."""
    lines = dict(enumerate(draw(st.lists(st.integers(1, 3), max_size=3))))
    added = draw(additions(lines))
    since_when = dict.fromkeys(lines, START) | {each.line: each.effective_on for each in added}
    known_when = {each.line: each.recorded_at for each in added}
    count = draw(st.integers(0, 3))
    revisions = tuple(
        Revised(draw(st.sampled_from(RevisionKind.values)), draw(DAYS), draw(DAYS), order, draw(INSTANTS))
        for order in range(count)
    )
    deliveries = []
    for _ in range(draw(st.integers(0, 6)) if since_when else 0):
        line = draw(st.sampled_from(sorted(since_when)))
        since = max(draw(DAYS), since_when[line])
        gone = draw(st.none() | st.integers(0, 200))
        until = None if gone is None else since + timedelta(days=gone)
        ended_at = draw(INSTANTS) if until else None
        recorded_at = max(filter(None, (draw(INSTANTS), known_when.get(line))))
        voided_at = draw(st.none() | INSTANTS.map(lambda at, known=recorded_at: max(at, known)))
        served_on = draw(st.just(date.max) | st.integers(0, 300).map(lambda n, since=since: since + timedelta(days=n)))
        deliveries.append(
            Delivered(line, since, until, recorded_at, ended_at, draw(st.none() | DAYS), voided_at, served_on,
                      draw(absences(since)))
        )  # fmt: skip
    closures = draw(
        st.lists(st.builds(Closed, st.sampled_from(ClosureKind.values), DAYS, INSTANTS, st.just(())), max_size=1)
    )
    excuse = draw(fallible()) if lines else None
    closures += [excuse] if excuse else []
    merged = st.builds(Pooled, EARLIER, st.none() | DAYS, st.booleans(), st.none() | DAYS, DAYS, INSTANTS)
    pooled = draw(st.lists(merged, max_size=2))
    original = draw(st.none() | DAYS)
    return Facts(START, original, lines, revisions, tuple(deliveries), tuple(closures), tuple(added), tuple(pooled))


@st.composite
def fallible(draw: st.DrawFn) -> Closed:
    """An excuse that rests on the end of a unit, and what took its ground away: the unit came back, or has a successor
    since a day that is known later."""
    given, since = draw(INSTANTS), draw(DAYS)
    falls = []
    for _ in range(draw(st.integers(1, 2))):
        at = given + timedelta(days=draw(st.integers(0, 100)))
        falls.append(Fallen(max(since, draw(DAYS)) if draw(st.booleans()) else clock.local_date(at), at))
    return Closed("excused", since, given, tuple(falls))


@st.composite
def absences(draw: st.DrawFn, since: date) -> tuple[Away, ...]:
    """Times at which the unit did not have a device: over, confirmed after all, or going on; one at most."""
    found: list[Away] = []
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2]))):
        stops_on = since + timedelta(days=draw(st.integers(-20, 120)))
        ended_on = stops_on + timedelta(days=draw(st.integers(-30, 120)))
        over = draw(st.booleans()) or any(each.ended_on is None for each in found)
        confirmed_at = draw(st.sampled_from([None, None, START])) and draw(INSTANTS)
        ended_at = draw(INSTANTS) if over else None
        found.append(Away(stops_on, draw(INSTANTS), ended_on if over else None, ended_at, confirmed_at))
    return tuple(found)


@st.composite
def additions(draw: st.DrawFn, lines: dict[int, int]) -> list[Added]:
    """Lines that came later: to a pledge without any, or taken over from a line that still has as much."""
    left, since, known = dict(lines), dict.fromkeys(lines, START), dict.fromkeys(lines, clock.start_of(START))
    found: list[Added] = []
    for line in range(10, 10 + draw(st.integers(0, 2))):
        source = draw(st.sampled_from(sorted(left))) if left else None
        if source is not None and not left[source]:
            continue
        quantity = draw(st.integers(1, left[source] if source is not None else 3))
        day, instant = draw(DAYS), draw(INSTANTS)
        if source is not None:
            left[source] -= quantity
            day, instant = max(day, since[source]), max(instant, known[source])
        left[line], since[line], known[line] = quantity, day, instant
        found.append(Added(line, quantity, day, source, instant))
    return found


def edges(history: Facts) -> list[date]:
    """The days on which something changes for this pledge, each with the day before and after."""
    days = {START, START + timedelta(days=90), START + timedelta(days=180)}
    for due in [history.original_due_on, *(each.new_due_on for each in history.revisions)]:
        if due:
            days |= {due, due - timedelta(days=30), due + timedelta(days=90)}
    days |= {each.effective_on for each in history.revisions}
    days |= {day for each in history.deliveries for day in (each.pooled_on, *each.changes_on) if day}
    days |= {each.effective_on for each in history.closures}
    days |= {fall.day for each in history.closures for fall in each.falls}
    days |= {each.effective_on for each in (*history.added, *history.pooled)}
    days |= {each.first_due_on for each in history.pooled if each.first_due_on}
    return sorted({day + timedelta(days=n) for day in days for n in (-1, 0, 1)})


def agree(cast: Cast, histories: list[Facts], moments: list[tuple[date, Moment]]) -> int:
    """Put the histories on record and hold the two rules equal at each moment; returns how many points that was."""
    with transaction.atomic():
        rows = [(*put(cast, history), history) for history in histories]
        known_facts = [renamed(history, ids, pledge) for pledge, ids, history in rows]
        for (pledge, _ids, _history), expected in zip(rows, known_facts, strict=True):
            assert same(facts_of(pledge), expected)
        for as_of, known_at in moments:
            at_that_moment(rows, known_facts, as_of, known_at)
        transaction.set_rollback(True)
    return len(rows) * len(moments)


def same(one: Facts, other: Facts) -> bool:
    """Equal but for the order of rows."""
    return all(
        sorted(getattr(one, name), key=repr) == sorted(getattr(other, name), key=repr)
        for name in ("revisions", "deliveries", "added", "pooled")
    ) and (one.lines, fallen(one), one.original_due_on) == (other.lines, fallen(other), other.original_due_on)


def fallen(facts: Facts) -> list[Closed]:
    """The closures, the falls of each in one order."""
    return [each._replace(falls=tuple(sorted(each.falls))) for each in facts.closures]


def at_that_moment(
    rows: list[tuple[Pledge, dict[int, int], Facts]], known_facts: list[Facts], as_of: date, known_at: Moment
) -> None:
    pks = [pledge.pk for pledge, _ids, _history in rows]
    judged = Pledge.objects.judged(as_of, known_at).in_bulk(pks)
    late = set(Pledge.objects.late(as_of, known_at).values_list("pk", flat=True))
    overdue = set(Pledge.objects.overdue(as_of, known_at).values_list("pk", flat=True))
    lines: dict[int, dict[int, int]] = {pk: {} for pk in pks}
    for line in lines_with_delivered(PledgeLine.objects.filter(pledge__in=pks), as_of, known_at):
        lines[line.pledge_id][line.pk] = line.delivered
    for (pledge, _ids, _history), facts in zip(rows, known_facts, strict=True):
        expected, row = judge(facts, as_of, known_at), judged[pledge.pk]
        assert (row.status, row.first_due_on, row.due_on) == (
            expected.status, expected.first_due_on, expected.due_on,
        )  # fmt: skip
        assert (row.promised, row.delivered) == (expected.promised, expected.delivered)
        assert (row.completed_on, row.revisions) == (expected.completed_on, expected.revisions)
        assert max(0, (as_of - row.said_on).days) == expected.age_days
        assert (row.dated_on, row.corrected_on) == (expected.dated_on, expected.corrected_on)
        assert row.extensions == expected.extensions
        assert (pledge.pk in late, pledge.pk in overdue) == (expected.late, expected.status in Status.PAST_DUE)
        assert lines[pledge.pk] == expected.delivered_by_line


def moments_of(data: st.DataObject, histories: list[Facts], number: int) -> list[tuple[date, Moment]]:
    days = st.sampled_from(edges(histories[0])) | DAYS
    some = st.lists(st.tuples(days, st.none() | DAYS | INSTANTS), min_size=number, max_size=number)
    return data.draw(some, label="moments")


@settings(max_examples=examples(8), **QUICK)
@given(data=st.data(), histories=st.lists(facts(), min_size=2, max_size=6))
def test_python_and_sql_agree_on_every_history_and_day(cast: Cast, data: st.DataObject, histories: list[Facts]) -> None:
    agree(cast, histories, moments_of(data, histories, 4))


@pytest.mark.slow
def test_python_and_sql_agree_at_ten_thousand_points(cast: Cast) -> None:
    """Five hundred histories side by side in the tables, judged on twenty days on which something changes."""
    histories: list[Facts] = []

    @settings(max_examples=examples(500), database=None, phases=[Phase.generate], **QUICK)
    @given(history=facts())
    def gather(history: Facts) -> None:
        histories.append(history)

    gather()
    chance = random.Random(7)
    days = sorted({day for history in histories for day in edges(history)})
    moments = [(day, chance.choice([None, chance.choice(days)])) for day in chance.sample(days, 20)]

    assert agree(cast, histories, moments) >= 10_000


def renamed(history: Facts, ids: dict[int, int], pledge: Pledge) -> Facts:
    """The same facts under the ids of their rows."""
    order = dict(pledge.deadline_revisions.values_list("pk", "new_due_on"))
    revisions = tuple(
        replace(each, order=pk)
        for each, pk in zip(sorted(history.revisions, key=lambda each: each.order), sorted(order), strict=True)
    )
    return replace(
        history,
        lines={ids[line]: quantity for line, quantity in history.lines.items()},
        revisions=revisions,
        deliveries=tuple(replace(each, line=ids[each.line]) for each in history.deliveries),
        added=tuple(replace(each, line=ids[each.line], taken_from=ids.get(each.taken_from)) for each in history.added),
    )


@given(history=facts(), when=DAYS)
def test_a_judgement_never_contradicts_itself(history: Facts, when: date) -> None:
    found = judge(history, when)
    assert 0 <= found.delivered <= found.promised
    assert found.outstanding == found.promised - found.delivered
    assert min(found.days_late, found.days_late_original, found.age_days) >= 0
    assert not (found.late and found.status in ("on_track", "due_soon", "kept_on_time", "undated"))
    if not history.lines and not history.added:
        assert found.completed_on is None
    if found.status in ("kept_on_time", "kept_on_late_date"):
        assert found.days_late_original == 0


@given(history=facts(), when=DAYS, later=st.integers(1, 200))
def test_what_happens_later_does_not_repaint_an_earlier_day(history: Facts, when: date, later: int) -> None:
    after = when + timedelta(days=later)
    more = replace(
        history,
        revisions=(*history.revisions, Revised("extension", after + timedelta(days=50), after, 99)),
        deliveries=(
            *(replace(each, away=(*each.away, Away(after))) for each in history.deliveries),
            *(Delivered(line, after) for line in history.lines),
            *(Delivered(line, START, pooled_on=after) for line in history.lines),
        ),
        closures=history.closures or (Closed("withdrawn", after),),
        pooled=(*history.pooled, Pooled(date(2020, 1, 1), date(2020, 1, 2), True, date(2020, 1, 1), after)),
        added=(*history.added, Added(99, 1, after)),
    )
    assert judge(more, when) == judge(history, when)


@given(history=facts(), when=DAYS, known_at=INSTANTS)
def test_what_is_recorded_later_does_not_change_what_was_known(history: Facts, when: date, known_at: datetime) -> None:
    later = known_at + timedelta(seconds=1)
    more = replace(
        history,
        revisions=(*history.revisions, Revised("correction", when, START, 99, later)),
        deliveries=(
            *(
                replace(each, away=(*each.away, Away(START, later)))
                if each.until
                else replace(each, until=each.since, ended_at=later)
                for each in history.deliveries
            ),
            *(Delivered(line, START, None, later) for line in history.lines),
        ),
        closures=history.closures or (Closed("withdrawn", START, later),),
    )
    assert judge(more, when, known_at) == judge(history, when, known_at)
