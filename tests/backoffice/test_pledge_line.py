"""The drawing of a pledge in time: what is amber, red and green, and labels that never collide."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, permutations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from backoffice.pledge_line import GAP, NARROW, TICK, WIDE, labelled, pieces_of, pledge_line
from core.models import Decision
from pledges.models import DeadlineRevision, Pledge
from pledges.states import ClosureKind, RevisionKind
from pledges.status import Closed, Delivered, Facts, Judgement, Revised, judge
from tests.base import day
from tests.profiles import examples
from wording.pledge_days import Mark

SAID, FIRST, LATER, TODAY = day("2025-01-01"), day("2025-04-11"), day("2025-07-20"), day("2025-10-28")
EXTENDED = Revised(RevisionKind.EXTENSION, LATER, day("2025-05-01"), 1)
names = st.sampled_from(["Diucapkan", "Tenggat awal", "Dijanjikan ulang", "Dimajukan ke", "Hari ini", "First deadline"])
days = st.dates(date(2022, 1, 1), date(2027, 12, 31))


def facts(original: date | None = FIRST, **values) -> Facts:
    return Facts(made_on_to=SAID, original_due_on=original, lines={1: 1}, **values)


def tones(judgement: Judgement, *marks: date, today: date = TODAY, closed_on: date | None = None) -> list[str]:
    return [piece.tone for piece in pieces_of(judgement, closed_on, today, sorted({SAID, today, *marks}))]


def test_before_the_first_deadline_the_line_is_calm_and_what_lies_ahead_is_empty():
    seen = day("2025-03-01")

    assert tones(judge(facts(), seen), FIRST, today=seen) == ["brand", "rest"]


def test_past_the_first_deadline_it_is_amber_and_past_the_one_in_force_red():
    judgement = judge(facts(revisions=(EXTENDED,)), TODAY)
    pieces = pieces_of(judgement, None, TODAY, [SAID, FIRST, LATER, TODAY])

    assert [(piece.start, piece.tone) for piece in pieces] == [(0.0, "brand"), (33.33, "soon"), (66.67, "late")]
    assert sum(piece.width for piece in pieces) == 100


def test_a_deadline_that_was_never_moved_turns_it_red_at_once():
    assert tones(judge(facts(), TODAY), FIRST) == ["brand", "late"]


def test_a_deadline_moved_forward_turns_it_red_before_the_first_one():
    advanced = Revised(RevisionKind.ADVANCE, day("2025-03-01"), day("2025-02-01"), 1)

    assert tones(judge(facts(revisions=(advanced,)), TODAY), FIRST) == ["brand", "late"]


def test_without_any_date_it_is_amber_all_along():
    assert tones(judge(facts(None), TODAY)) == ["soon"]


def test_once_kept_it_is_green_and_the_lateness_before_it_stays():
    in_time = facts(deliveries=(Delivered(1, day("2025-03-01")),))
    too_late = facts(deliveries=(Delivered(1, day("2025-06-01")),), revisions=(EXTENDED,))

    assert tones(judge(in_time, TODAY), FIRST) == ["brand", "good"]
    assert tones(judge(too_late, TODAY), FIRST, LATER) == ["brand", "soon", "good"]


def test_devices_taken_back_do_not_leave_it_green():
    gone = facts(deliveries=(Delivered(1, day("2025-03-01"), day("2025-03-20")),))

    assert tones(judge(gone, TODAY), FIRST) == ["brand", "late"]


def test_a_closed_pledge_keeps_what_was_late_and_is_empty_after():
    closed_on = day("2025-05-01")
    judgement = judge(facts(closures=(Closed(ClosureKind.WITHDRAWN, closed_on),)), TODAY)

    assert tones(judgement, FIRST, closed_on, closed_on=closed_on) == ["brand", "late", "rest"]


def test_every_deadline_in_effect_is_marked_once_and_said_in_words():
    pledge = Pledge(made_on_to=SAID, original_due_on=FIRST)
    revisions = [
        DeadlineRevision(kind="extension", new_due_on=LATER, decision=Decision.APPROVE, effective_on=day("2025-05-01")),
        DeadlineRevision(kind="restated", new_due_on=LATER, decision=Decision.APPROVE, effective_on=day("2025-06-01")),
        DeadlineRevision(kind="extension", new_due_on=day("2025-12-31"), decision=Decision.REJECT),
        DeadlineRevision(kind="extension", new_due_on=day("2026-12-31")),
    ]
    line = pledge_line(pledge, judge(facts(revisions=(EXTENDED,)), TODAY), revisions, TODAY)

    assert line.said == (
        "Diucapkan 1 Januari 2025. Tenggat awal 11 April 2025. Diundur ke 20 Juli 2025. Hari ini 28 Oktober 2025."
        " 100 hari lewat tenggat. 200 hari lewat tenggat pertama."
    )
    assert [drawing.name for drawing in line.drawings] == ["narrow", "wide"]
    assert {len(drawing.labels) for drawing in line.drawings} == {4}


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.tuples(days, names), min_size=1, max_size=9), st.sampled_from([NARROW, WIDE]), st.integers(0, 900))
@example([(SAID, "Diucapkan"), (SAID, "Tenggat awal"), (SAID, "Hari ini")], NARROW, 0)
@example([(SAID + timedelta(n), "Tenggat awal") for n in range(9)], NARROW, 0)
def test_labels_never_collide_nor_leave_the_drawing_at_its_width_or_any_wider(drawn, narrowest, more):
    width = narrowest + more
    labels = labelled([Mark(*each) for each in sorted(drawn)], narrowest)

    for label in labels:
        left, right = label.span(width)
        assert left >= -0.1 and right <= width + 0.1
    for one, other in combinations(labels, 2):
        (left, _right), (_left, right) = sorted((one.span(width), other.span(width)), reverse=True)
        assert one.row != other.row or right + GAP <= left + 0.1


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.tuples(days, names), min_size=1, max_size=9), st.sampled_from([NARROW, WIDE]), st.integers(0, 900))
@example([(SAID, "Diucapkan"), (FIRST, "Dibetulkan menjadi"), (FIRST + timedelta(7), "Tercatat")], WIDE, 0)
@example([(SAID, "Diucapkan"), (SAID + timedelta(7), "Tenggat awal"), (TODAY, "Hari ini")], NARROW, 0)
def test_no_tick_is_drawn_over_the_label_of_another_day(drawn, narrowest, more):
    """The old way: the tick of "Tercatat" ran through "Dibetulkan menjadi"."""
    width = narrowest + more
    labels = labelled([Mark(*each) for each in sorted(drawn)], narrowest)

    for one, other in permutations(labels, 2):
        left, right = other.span(width)
        if left < width * one.at / 100 < right:
            top, bottom = other.name_y - 10, other.day_y + 2
            assert all(end <= top or start >= bottom for start, end in one.ticks)
    for label in labels:
        assert label.ticks[0][0] == TICK and (label.row == 0 or label.ticks[-1][1] == label.name_y - 12)


def test_a_label_gives_way_to_the_next_day_where_it_can():
    drawn = [
        (SAID, "Diucapkan"),
        (FIRST, "Dibetulkan menjadi"),
        (FIRST + timedelta(7), "Tercatat"),
        (TODAY, "Hari ini"),
    ]
    _said, mended, recorded, _today = labelled([Mark(*each) for each in drawn], WIDE)

    assert (mended.anchor, len(recorded.ticks)) == ("end", 1)
