"""Lines that a published pledge gains: one asks with a reason, another decides."""

from __future__ import annotations

from typing import Any

import pytest

from core import acts
from core.errors import Conflict, DomainError, NotAllowed
from core.permits import may
from org.models import Role, Unit
from pledges import deciding, line_changes
from pledges.models import LineChange, Pledge, PledgeLine
from pledges.reading import judgement_of
from pledges.status import Judgement
from tests.base import (
    Cast,
    a_draft_pledge,
    a_pledge,
    accepted,
    again,
    an_attachment,
    an_issue,
    at,
    closed,
    day,
    delivered,
    grant,
    lines_changed,
    returned,
    some_assets,
    succeeded,
    user,
)
from tests.checks import invalid, no_event, one_event, refused

PERMITS = acts.permits(acts.on(LineChange, deciding))


@pytest.fixture
def unclear(cast: Cast) -> Pledge:
    """ "HP untuk admin": neither number nor unit was said."""
    with at("2025-01-15"):
        return a_pledge(cast, lines=[], original_due_on=day("2026-12-31"))


def seen(pledge: Pledge, on: str, known_at: Any = None) -> Judgement:
    """The judgement on a day, the same for the page (Python) and the list (SQL)."""
    found = judgement_of(pledge, day(on), known_at)
    row = Pledge.objects.judged(day(on), known_at).get(pk=pledge.pk)
    assert (row.status, row.delivered, row.promised) == (found.status, found.delivered, found.promised)
    return found


def phones(cast: Cast, quantity: Any = 1, unit: Unit | None = None) -> dict[str, Any]:
    return {"unit": unit or cast.kemang, "family": cast.hp.family, "quantity": quantity}


def move(cast: Cast, pledge: Pledge, quantity: int = 1, unit: Unit | None = None, **values: Any) -> dict[str, Any]:
    source = values.pop("source", None) or pledge.lines.filter(taken_from=None).get()
    return {"source": source, "unit": unit or cast.cibinong, "quantity": quantity}


def ask(cast: Cast, pledge: Pledge, **values: Any) -> LineChange:
    terms = {"kind": "clarification", "reason": "Surat 45/2024", "actor": cast.verifier, "lines": [phones(cast)]}
    return line_changes.ask(pledge, **{**terms, **values}, document=an_attachment(cast))


def decide(cast: Cast, change: LineChange, **values: Any) -> LineChange:
    return deciding.decide(change, **{"decision": "approve", "reason": "Sesuai surat", "actor": cast.decider, **values})


# ---- asking and deciding


def test_asking_changes_nothing_and_deciding_does_from_that_day(cast: Cast, unclear: Pledge) -> None:
    with one_event("pledge.line_change_asked", by=cast.verifier, role="verifier") as written:
        change = ask(cast, unclear, lines=[phones(cast, 40)])
    lines = [{"unit": cast.kemang.code, "quantity": 40, "from": None, "names": [None, "Kecamatan Kemang"]}]
    paper = {"sha256": "a" * 64, "evidence": None}
    assert written.changes == {"kind": [None, "clarification"], "lines": [None, lines], "paper": [None, paper]}
    assert written.related == {("line_change", change.pk)}
    assert seen(unclear, "2026-03-02").promised == 0
    with at("2026-03-10"), one_event("pledge.line_change_decided", by=cast.decider, role="decider") as written:
        decide(cast, change)
    assert written.changes["decision"] == [None, "approve"]
    assert [seen(unclear, on).promised for on in ("2026-03-09", "2026-03-10")] == [0, 40]
    assert [seen(unclear, "2026-03-10", day(on)).promised for on in ("2026-03-09", "2026-03-10")] == [0, 40]
    assert (again(change).effective_on, unclear.lines.get().change) == (day("2026-03-10"), change)


def test_lines_owe_from_the_day_of_the_paper_when_that_came_before_the_decision(cast: Cast, unclear: Pledge) -> None:
    decide(cast, ask(cast, unclear, effective_on=day("2025-06-01")))
    assert [seen(unclear, on).promised for on in ("2025-05-31", "2025-06-01")] == [0, 1]
    assert seen(unclear, "2025-12-31", day("2026-03-01")).promised == 0


def test_a_rejected_change_adds_nothing_and_another_may_follow(cast: Cast, unclear: Pledge) -> None:
    decide(cast, ask(cast, unclear), decision="reject")
    assert not PledgeLine.objects.exists()
    decide(cast, ask(cast, unclear))
    assert unclear.lines.count() == 1


def test_only_one_change_is_open_and_it_is_decided_once(cast: Cast, unclear: Pledge) -> None:
    change = ask(cast, unclear)
    with refused(Conflict, "line_change_undecided"):
        ask(cast, unclear)
    decide(cast, change)
    with refused(Conflict, "illegal_transition"):
        decide(cast, change)


def test_asking_is_for_who_speaks_for_the_promise_and_deciding_for_the_decider_who_did_not_ask(
    cast: Cast, unclear: Pledge
) -> None:
    for other in set(cast.users) - {cast.verifier, cast.superuser}:
        with no_event(), pytest.raises(NotAllowed):
            ask(cast, unclear, actor=other)
    grant(cast.verifier, role=Role.DECIDER, unit=cast.root)
    both = again(cast.verifier)
    change = ask(cast, unclear, actor=both)
    for other in cast.users:
        assert may(acts.permits(acts.on(LineChange, deciding)), "decide", other, change) is (
            other in (cast.decider, cast.superuser)
        )
    with refused(NotAllowed, "own_act"):
        decide(cast, change, actor=both)


@pytest.mark.parametrize("decision", ["", "maybe"])
def test_a_decision_is_approve_or_reject(cast: Cast, unclear: Pledge, decision: str) -> None:
    change = ask(cast, unclear)
    with invalid("decision"):
        decide(cast, change, decision=decision)


@pytest.mark.parametrize("decision", ["approve", "reject"])
@pytest.mark.parametrize("reason", ["", " "])
def test_a_decision_says_why(cast: Cast, unclear: Pledge, decision: str, reason: str) -> None:
    change = ask(cast, unclear)
    with refused(DomainError, "required", field="reason"):
        decide(cast, change, decision=decision, reason=reason)
    assert again(change).decision == ""


# ---- what may be asked


def test_a_clarification_is_for_a_pledge_whose_quantity_is_unknown(cast: Cast) -> None:
    pledge = a_pledge(cast)
    with refused(Conflict, "quantity_known"):
        ask(cast, pledge)


def test_faulty_lines_are_named_by_their_place(cast: Cast, unclear: Pledge) -> None:
    for wrong in ({"quantity": 0}, {"quantity": -1}, {"quantity": 100_001}, {"quantity": 2.5}):
        with invalid("lines.1.quantity"):
            ask(cast, unclear, lines=[phones(cast), {**phones(cast), **wrong}])
    with invalid("lines.0.source"):
        ask(cast, unclear, lines=[{**phones(cast), "source": a_line(cast)}])
    with invalid("lines"):
        ask(cast, unclear, lines=[])
    with invalid("kind"):
        ask(cast, unclear, kind="shrink")
    with invalid("reason"):
        ask(cast, unclear, reason="")


def a_line(cast: Cast) -> PledgeLine:
    """A line of a draft: it takes no number, so that a refusal after it is seen to write nothing."""
    pledge = Pledge.objects.filter(title="Lain").first() or Pledge.objects.create(
        title="Lain", quote="x", office=cast.bupati, made_on_from=day("2025-01-01"), made_on_to=day("2025-01-01"),
        basis="minutes", responsible_unit=cast.diskominfo, recorded_by=cast.verifier,
    )  # fmt: skip
    return PledgeLine.objects.create(pledge=pledge, unit=cast.kemang, family=cast.hp.family, quantity=1)


@pytest.mark.parametrize(("on", "code"), [("2026-03-03", "in_the_future"), ("2021-12-31", "too_early")])
def test_a_change_takes_effect_neither_tomorrow_nor_before_the_words(
    cast: Cast, unclear: Pledge, on: str, code: str
) -> None:
    with refused(DomainError, code, field="effective_on"):
        ask(cast, unclear, effective_on=day(on))


def test_a_closed_kept_or_unpublished_pledge_gains_no_lines(cast: Cast, unclear: Pledge) -> None:
    change = ask(cast, unclear)
    closed(cast, unclear, "withdraw", reason="x")
    with refused(Conflict, "pledge_not_open"):
        decide(cast, change)
    kept, draft = a_pledge(cast), a_draft_pledge(cast, lines=[])
    delivered(cast, pledge_line=kept.lines.get())
    for pledge in (unclear, kept, draft):
        with refused(Conflict, "pledge_not_open"):
            ask(cast, pledge)


# ---- units that merged or split


def test_what_a_line_still_owes_moves_and_the_sum_stays_equal(cast: Cast) -> None:
    pledge = a_pledge(cast, promised=5, original_due_on=day("2026-12-31"))
    source = pledge.lines.get()
    delivered(cast, assets=some_assets(cast, 2), pledge_line=source)
    new = Unit.objects.create(code="32.01.40", name="Kemang Baru", kind="district", parent=cast.root)
    speaker = user(username="kemang-baru", unit=new, roles=(Role.REQUESTER,))
    for successor in (cast.cibinong, new):
        succeeded(cast, cast.kemang, successor)
    with at("2026-03-09"):
        lines_changed(cast, pledge, kind="move", lines=[move(cast, pledge, 2), move(cast, pledge, 1, new)])
    found = seen(pledge, "2026-03-09")
    assert (found.delivered, found.promised) == (2, 5)
    assert again(source).quantity == 5
    moved = pledge.lines.exclude(pk=source.pk)
    assert [(line.unit, line.quantity, line.taken_from) for line in moved] == [
        (cast.cibinong, 2, source),
        (new, 1, source),
    ]
    with at("2026-03-10"):
        delivered(cast, assets=some_assets(cast, 2), to=cast.cibinong, pledge_line=moved[0])
        accepted(cast, an_issue(cast, to=new, pledge_line=moved[1]), by=speaker)
    assert seen(pledge, "2026-03-09").status == "on_track"
    assert seen(pledge, "2026-03-10").status == "kept_on_time"
    assert seen(pledge, "2026-03-10").completed_on == day("2026-03-10")


def test_a_line_hands_on_no_more_than_it_owes_and_only_to_a_successor(cast: Cast) -> None:
    pledge = a_pledge(cast, promised=3)
    succeeded(cast, cast.kemang, cast.cibinong)
    delivered(cast, pledge_line=pledge.lines.get())
    closed = Unit.objects.create(code="32.01.41", name="Tutup", kind="district", parent=cast.root, active=False)
    for lines, field in (
        ([move(cast, pledge, 3)], "lines.0.quantity"),
        ([move(cast, pledge, 1), move(cast, pledge, 2)], "lines.1.quantity"),
        ([move(cast, pledge, 1, cast.kemang)], "lines.0.unit"),
        ([move(cast, pledge, 1, cast.root)], "lines.0.unit"),
        ([move(cast, pledge, 1, cast.village)], "lines.0.unit"),
        ([move(cast, pledge, 1, closed)], "lines.0.unit"),
        ([move(cast, pledge, 1, source=a_line(cast))], "lines.0.source"),
        ([{"unit": cast.cibinong, "quantity": 1}], "lines.0.source"),
    ):
        with invalid(field):
            ask(cast, pledge, kind="move", lines=lines)


def test_a_move_that_came_too_late_is_a_conflict_for_who_decides(cast: Cast) -> None:
    pledge = a_pledge(cast, promised=2)
    succeeded(cast, cast.kemang, cast.cibinong)
    change = ask(cast, pledge, kind="move", lines=[move(cast, pledge, 2)])
    delivered(cast, pledge_line=pledge.lines.get())
    with refused(Conflict, "outdated"):
        decide(cast, change)
    decide(cast, change, decision="reject")


def test_a_move_cannot_be_dated_back_to_unmake_a_first_completion(cast: Cast) -> None:
    succeeded(cast, cast.kemang, cast.cibinong, on="2026-02-01")
    with at("2026-02-02"):
        pledge = a_pledge(cast, original_due_on=day("2026-02-28"))
        phone = delivered(cast, pledge_line=pledge.lines.get()).items.get().asset
    with at("2026-02-10"):
        returned(cast, [phone], kind="recall")
    with refused(DomainError, "too_early", field="effective_on"):
        ask(cast, pledge, kind="move", lines=[move(cast, pledge)], effective_on=day("2026-02-09"))
    decide(cast, ask(cast, pledge, kind="move", lines=[move(cast, pledge)], effective_on=day("2026-02-10")))
    found = seen(pledge, "2026-03-02")
    assert (found.status, found.completed_on, found.days_late) == ("taken_back", day("2026-02-02"), 2)
    new = pledge.lines.exclude(taken_from=None).get()
    delivered(cast, to=cast.cibinong, pledge_line=new)
    assert (seen(pledge, "2026-03-02").status, seen(pledge, "2026-03-02").was_taken_back) == ("kept_on_time", True)


def test_a_completion_recorded_late_and_broken_by_a_move_before_that_was_taken_back(cast: Cast) -> None:
    """Two phones came on the 4th and were recorded on the 11th; on the 9th one of the two had moved to Cibinong."""
    pledge = a_pledge(cast, promised=2, original_due_on=day("2026-12-31"))
    kemang = pledge.lines.get()
    succeeded(cast, cast.kemang, cast.cibinong)
    with at("2026-03-09"):
        lines_changed(cast, pledge, kind="move", lines=[move(cast, pledge)])
    with at("2026-03-11"):
        delivered(cast, assets=some_assets(cast, 2), pledge_line=kemang, on=day("2026-03-04"))
        found = seen(pledge, "2026-03-11")
        assert (found.status, found.completed_on, found.was_taken_back) == ("taken_back", day("2026-03-04"), True)
        delivered(cast, to=cast.cibinong, pledge_line=pledge.lines.exclude(pk=kemang.pk).get())
        assert (seen(pledge, "2026-03-11").status, seen(pledge, "2026-03-11").was_taken_back) == ("kept_on_time", True)
