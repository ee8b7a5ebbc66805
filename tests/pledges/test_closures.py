"""Ending a pledge that is not kept: withdrawn, excused, merged with its duplicate."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.clock import days_past
from core.errors import Conflict, DomainError, NotAllowed
from handing_over import fulfilment
from org.models import Office, Role, Unit
from pledges import deadlines, deciding, papers
from pledges.models import Closure, Delivery, Pledge
from pledges.reading import judgement_of, lapsed_among
from pledges.states import Excuse
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
    closing,
    day,
    delivered,
    grant,
    lines_changed,
    put_out_of_use,
    returned,
    revised,
    succeeded,
    user,
)
from tests.checks import invalid, no_event, one_event, refused


def seen(pledge: Pledge, on: str, known_at: Any = None) -> Judgement:
    """The judgement on a day, the same for the page (Python) and the list (SQL)."""
    found = judgement_of(pledge, day(on), known_at)
    row = Pledge.objects.judged(day(on), known_at).get(pk=pledge.pk)
    assert (row.status, row.delivered, row.promised) == (found.status, found.delivered, found.promised)
    assert (row.first_due_on, row.due_on, row.completed_on) == (found.first_due_on, found.due_on, found.completed_on)
    return found


def due(cast: Cast, on: str = "2026-01-31", **values: Any) -> Pledge:
    return a_pledge(cast, original_due_on=day(on), **values)


def merge(cast: Cast, pledge: Pledge, into: Pledge, **values: Any) -> Pledge:
    return closed(cast, pledge, "merge", into=into, reason="Satu ucapan, dua catatan", **values)


# ---- who asks, who decides


def decide(cast: Cast, asked: Closure, **values: Any) -> Closure:
    return deciding.decide(asked, **{"decision": "approve", "reason": "Sesuai", "actor": cast.decider, **values})


def terms(cast: Cast, verb: str) -> dict[str, Any]:
    return {"into": due(cast)} if verb == "merge" else {}


@pytest.mark.parametrize("verb", ["withdraw", "excuse", "merge"])
def test_asking_closes_nothing_and_another_decides(cast: Cast, verb: str) -> None:
    pledge = due(cast)
    more = terms(cast, verb)
    event = {"withdraw": "withdrawal", "excuse": "excuse", "merge": "merger"}[verb]
    with one_event(f"pledge.{event}_asked", by=cast.verifier, role="verifier") as written:
        asked = closing(cast, pledge, verb, **more)
    assert ("closure", asked.pk) in written.related
    assert (judgement_of(pledge).status, again(pledge).closed) == ("overdue", None)
    done = {"withdraw": "withdrawn", "excuse": "excused", "merge": "merged"}[verb]
    with one_event(f"pledge.{done}", by=cast.decider, role="decider") as written:
        decide(cast, asked)
    assert (judgement_of(pledge).status, again(pledge).closed) == (done, asked)


@pytest.mark.parametrize("verb", ["withdraw", "excuse", "merge"])
def test_the_decider_types_no_asker_and_asks_for_nothing(cast: Cast, verb: str) -> None:
    """The old way: the decider alone closed the pledge and typed whatever unit had asked for it."""
    pledge, more = due(cast), terms(cast, verb)
    with no_event(), refused(NotAllowed, "role_missing"):
        closing(cast, pledge, verb, by=cast.decider, **more)
    with pytest.raises(TypeError, match="asked_by"):
        closing(cast, pledge, verb, asked_by=cast.kemang, **more)
    grant(cast.decider, role=Role.VERIFIER, unit=cast.root)
    both = again(cast.decider)
    asked = closing(cast, pledge, verb, by=both, **more)
    with no_event(), refused(NotAllowed, "own_act"):
        decide(cast, asked, actor=both)
    assert judgement_of(pledge).status == "overdue"


@pytest.mark.parametrize("verb", ["withdraw", "excuse", "merge"])
def test_no_closure_is_asked_without_a_paper(cast: Cast, verb: str) -> None:
    pledge, more = due(cast), terms(cast, verb)
    with no_event(), refused(DomainError, "required", field="document"):
        closing(cast, pledge, verb, document=None, **more)
    proof = papers.add_evidence(pledge, supports="harm", source_url="https://contoh.id/surat", actor=cast.verifier)
    other = papers.add_evidence(due(cast), supports="harm", source_url="https://contoh.id", actor=cast.verifier)
    with no_event(), refused(DomainError, "not_found", field="document"):
        closing(cast, pledge, verb, document=other, **more)
    asked = closing(cast, pledge, verb, document=proof, **more)
    assert (asked.evidence, asked.document, asked.paper) == (proof, None, None)


@pytest.mark.parametrize(("verb", "fields"), [
    ("withdraw", {"reason"}), ("merge", {"reason"}), ("excuse", {"reason", "explanation"}),
])  # fmt: skip
def test_no_closure_is_asked_without_a_reason(cast: Cast, verb: str, fields: set[str]) -> None:
    pledge, more = due(cast), terms(cast, verb)
    for field in fields:
        with no_event(), invalid(field):
            closing(cast, pledge, verb, **{field: " "}, **more)


def test_neither_recorder_nor_submitter_decides_and_the_recorder_may_ask(cast: Cast) -> None:
    for who in (cast.verifier, cast.kemang_admin):
        grant(who, role=Role.DECIDER, unit=cast.root)
    recorder, submitter = again(cast.kemang_admin), again(cast.verifier)
    pledge = a_pledge(cast, by=recorder, original_due_on=day("2026-01-31"))
    asker = user(username="verifikator2", unit=cast.diskominfo, roles=(Role.VERIFIER,))
    asked = closing(cast, pledge, by=asker)
    for who in (recorder, submitter):
        with no_event(), refused(NotAllowed, "own_act"):
            decide(cast, asked, actor=who)
    own = closing(cast, due(cast), by=cast.verifier)
    decide(cast, own)
    assert again(own).decision == "approve"


def test_who_speaks_for_the_promise_asks_and_of_a_merger_the_head_of_a_promised_unit(cast: Cast) -> None:
    head = user(username="kadis", unit=cast.diskominfo, roles=(Role.UNIT_HEAD,))
    of_office = user(username="kabag", unit=cast.root, roles=(Role.UNIT_HEAD,))
    for who in (head, of_office, cast.verifier):
        closing(cast, due(cast), by=who)
    closing(cast, due(cast), "merge", into=due(cast), by=cast.kemang_head)
    pledge, other = due(cast), due(cast)
    for verb in ("withdraw", "excuse"):
        with no_event(), pytest.raises(NotAllowed):
            closing(cast, pledge, verb, by=cast.kemang_head)
    for who in (cast.cibinong_head, cast.kemang_admin, cast.publisher, cast.auditor):
        with no_event(), pytest.raises(NotAllowed):
            closing(cast, pledge, "merge", into=other, by=who)


def test_a_refusal_needs_its_reason_and_leaves_the_pledge_open(cast: Cast) -> None:
    pledge = due(cast)
    asked = closing(cast, pledge)
    with no_event(), refused(DomainError, "required", field="reason"):
        decide(cast, asked, decision="reject", reason=" ")
    with one_event("pledge.closure_refused", by=cast.decider, role="decider"):
        decide(cast, asked, decision="reject")
    assert (again(asked).effective_on, judgement_of(pledge).status) == (None, "overdue")
    with refused(Conflict, "illegal_transition"):
        decide(cast, asked)
    closed(cast, pledge)


def test_one_closure_is_open_at_a_time_and_its_asker_may_take_it_back(cast: Cast) -> None:
    pledge = due(cast)
    asked = closing(cast, pledge)
    with refused(Conflict, "closure_undecided"):
        closing(cast, pledge, "excuse")
    with no_event(), refused(NotAllowed, "not_the_asker"):
        deciding.take_back(asked, actor=cast.decider)
    with one_event("pledge.request_taken_back", by=cast.verifier, role="verifier") as written:
        deciding.take_back(asked, actor=cast.verifier, reason="Salah surat")
    assert (written.reason, written.changes["request"]) == ("Salah surat", ["closure", None])
    for act in (lambda: decide(cast, asked), lambda: deciding.take_back(asked, actor=cast.verifier)):
        with refused(Conflict, "illegal_transition"):
            act()
    closing(cast, pledge, "excuse")


@pytest.mark.parametrize("verb", ["withdraw", "excuse", "merge"])
def test_nothing_complete_closed_or_unpublished_is_closed(cast: Cast, verb: str) -> None:
    kept, withdrawn, draft = due(cast), due(cast), a_draft_pledge(cast)
    delivered(cast, pledge_line=kept.lines.get())
    closed(cast, withdrawn)
    more = terms(cast, verb)
    for pledge in (kept, withdrawn, draft):
        with refused(Conflict, "pledge_not_open"):
            closing(cast, pledge, verb, **more)


def test_what_was_asked_lapses_when_the_pledge_is_complete_and_does_not_revive(cast: Cast) -> None:
    pledge = due(cast, "2026-12-31")
    asked = closing(cast, pledge)
    with at("2026-03-04"):
        phone = delivered(cast, pledge_line=pledge.lines.get()).items.get().asset
        with refused(Conflict, "pledge_not_open"):
            decide(cast, asked)
    with at("2026-03-06"):
        returned(cast, [phone], kind="recall")
        assert (judgement_of(pledge).status, lapsed_among([asked])) == ("taken_back", {asked.pk})
        with no_event(), refused(Conflict, "lapsed"):
            decide(cast, asked)
        again_asked = closing(cast, pledge)
        assert lapsed_among([asked, again_asked]) == {asked.pk}
    with at("2026-03-07"):
        decide(cast, again_asked)


def test_what_was_asked_lapses_when_the_pledge_is_closed(cast: Cast) -> None:
    pledge = due(cast)
    asked = deadlines.ask(
        pledge, kind="extension", new_due_on=day("2026-12-31"), reason="x", actor=cast.verifier,
        document=an_attachment(cast),
    )  # fmt: skip
    closed(cast, pledge)
    assert lapsed_among([asked]) == {asked.pk}


def test_a_withdrawal_keeps_its_reason_and_its_paper(cast: Cast) -> None:
    pledge, paper = due(cast), an_attachment(cast)
    with one_event("pledge.withdrawal_asked", by=cast.verifier, role="verifier") as written:
        closing(cast, pledge, document=paper)
    assert written.changes["paper"] == [None, {"sha256": paper.sha256, "evidence": None}]
    decide(cast, pledge.closures.get())
    assert again(pledge).closing_document == paper


# ---- excused


@pytest.mark.parametrize("reason", ["no_budget", "retirement", "transfer", "", "Tidak ada anggaran"])
def test_no_budget_retirement_and_transfer_are_no_excuse(cast: Cast, reason: str) -> None:
    pledge = due(cast)
    with refused(DomainError, "invalid_choice", field="reason"):
        closed(cast, pledge, "excuse", reason=reason)


def test_the_list_of_excuses_is_closed() -> None:
    assert Excuse.values == ["force_majeure", "change_of_law", "unit_abolished", "court_order"]


def test_an_excused_pledge_is_shown_apart_and_its_days_stop(cast: Cast) -> None:
    pledge = due(cast)
    asked = closing(cast, pledge, "excuse", reason="force_majeure", explanation="Gempa 12 Februari")
    with one_event("pledge.excused", by=cast.decider, role="decider") as written, at("2026-03-02"):
        decide(cast, asked)
    assert written.changes["excuse"] == [None, "force_majeure"]
    assert written.changes["reason_asked"] == [None, "Gempa 12 Februari"]
    assert seen(pledge, "2026-03-01").status == "overdue"
    found = seen(pledge, "2026-06-01")
    assert (found.status, found.days_late, found.late) == ("excused", 30, False)


def test_a_unit_is_abolished_only_when_it_is_out_of_use_and_none_took_its_place(cast: Cast) -> None:
    pledge, without_lines = due(cast), a_pledge(cast, lines=[])
    with refused(DomainError, "unit_exists", field="reason"):
        closed(cast, pledge, "excuse", reason="unit_abolished")
    with refused(DomainError, "unit_exists", field="reason"):
        closed(cast, without_lines, "excuse", reason="unit_abolished")
    both = [{"unit": unit, "family": cast.hp.family, "quantity": 1} for unit in (cast.kemang, cast.cibinong)]
    wide, later = due(cast, lines=both), due(cast)
    put_out_of_use(cast, cast.kemang)
    closed(cast, pledge, "excuse", reason="unit_abolished")
    assert judgement_of(pledge).status == "excused"
    with refused(DomainError, "unit_exists", field="reason"):
        closed(cast, wide, "excuse", reason="unit_abolished")
    succeeded(cast, cast.kemang, cast.cibinong)
    with refused(DomainError, "unit_exists", field="reason"):
        closed(cast, later, "excuse", reason="unit_abolished")


# ---- merged


def test_the_earliest_first_date_and_the_longer_age_win(cast: Cast) -> None:
    with at("2026-02-20"):
        early = due(cast, "2026-01-31", made_on_from=date(2022, 1, 1), made_on_to=date(2022, 6, 30))
        late = due(cast, "2026-12-31", made_on_from=date(2025, 1, 1), made_on_to=date(2025, 6, 30))
    before = seen(late, "2026-03-01")
    assert (before.status, before.first_due_on) == ("on_track", day("2026-12-31"))
    asked = closing(cast, early, "merge", into=late)
    with at("2026-03-02"), one_event("pledge.merged", by=cast.decider, role="decider") as written:
        decide(cast, asked)
    assert written.related == {("pledge", late.pk), ("closure", asked.pk)}
    assert seen(late, "2026-03-01") == before
    found = seen(late, "2026-03-02")
    assert (found.status, found.first_due_on, found.days_late_original) == ("overdue", day("2026-01-31"), 30)
    assert found.age_days == (date(2026, 3, 2) - date(2022, 6, 30)).days
    assert seen(early, "2026-03-02").status == "merged"
    assert seen(late, "2026-03-02", day("2026-03-01")).status == "on_track"


def test_after_a_merge_the_date_in_force_is_that_of_the_revisions_of_the_one_that_stays(cast: Cast) -> None:
    one, other = due(cast, "2026-01-31"), due(cast, "2026-02-28")
    revised(cast, one, to=day("2026-12-31"))
    revised(cast, other, to=day("2026-04-30"))
    with at("2026-03-05"):
        merge(cast, one, other)
    found = seen(other, "2026-03-05")
    assert (found.status, found.first_due_on, found.due_on) == ("extended", day("2026-01-31"), day("2026-04-30"))
    with at("2026-03-06"):
        revised(cast, other, to=day("2026-04-15"), kind="advance", on="2026-03-06")
    assert [seen(other, "2026-03-06").first_due_on, seen(other, "2026-03-06").due_on] == [
        day("2026-01-31"), day("2026-04-15"),
    ]  # fmt: skip


def test_merging_a_dangling_pledge_into_a_young_one_does_not_make_it_young(cast: Cast) -> None:
    old = a_pledge(cast)
    young = a_pledge(cast, made_on_from=date(2026, 3, 1), made_on_to=date(2026, 3, 1))
    assert seen(young, "2026-03-02").status == "undated"
    merge(cast, old, young)
    assert seen(young, "2026-03-02").status == "dangling"


@pytest.mark.parametrize("undated_stays", [True, False])
def test_of_two_records_of_one_day_the_one_without_a_date_may_be_the_first(cast: Cast, undated_stays: bool) -> None:
    undated, dated = a_pledge(cast), due(cast, "2026-12-31")
    goes, stays = (dated, undated) if undated_stays else (undated, dated)
    merge(cast, goes, stays)
    delivered(cast, pledge_line=stays.lines.get())
    assert seen(stays, "2026-04-01").status == "kept_on_late_date"
    assert seen(stays, "2026-04-01").dated_after_days == 0


@pytest.mark.parametrize("undated_stays", [True, False])
def test_of_two_records_with_a_date_of_one_day_it_was_given_with_the_words(cast: Cast, undated_stays: bool) -> None:
    one, other = due(cast, "2026-12-31"), due(cast, "2026-10-31")
    goes, stays = (other, one) if undated_stays else (one, other)
    merge(cast, goes, stays)
    delivered(cast, pledge_line=stays.lines.get())
    assert seen(stays, "2026-04-01").status == "kept_on_time"
    assert seen(stays, "2026-04-01").dated_after_days is None


def test_no_correction_lifts_the_date_that_a_merged_pledge_brought_in(cast: Cast) -> None:
    early, late = due(cast, "2026-01-31"), due(cast, "2026-12-31")
    revised(cast, late, kind="correction", to=day("2026-11-30"))
    with at("2026-03-03"):
        merge(cast, early, late)
    assert (seen(late, "2026-03-03").first_due_on, seen(late, "2026-03-03").status) == (day("2026-01-31"), "extended")
    with at("2026-03-04"):
        for later in ("2026-12-31", "2026-02-01"):
            with refused(DomainError, "later_than_words"):
                revised(cast, late, kind="correction", to=day(later))
        revised(cast, late, kind="correction", to=day("2026-01-20"))
    assert (seen(late, "2026-03-04").first_due_on, seen(late, "2026-03-04").status) == (day("2026-01-20"), "overdue")


def test_a_correction_that_waited_while_an_earlier_date_came_in_is_outdated(cast: Cast) -> None:
    early, late = due(cast, "2026-01-31"), due(cast, "2026-12-31")
    correction = deadlines.ask(
        late, kind="correction", new_due_on=day("2026-11-30"), reason="Salah catat", actor=cast.verifier,
        document=an_attachment(cast),
    )  # fmt: skip
    deciding.confirm(correction, actor=cast.publisher)
    with at("2026-03-03"):
        merge(cast, early, late)
        with pytest.raises(Conflict) as refusal:
            decide(cast, correction)
    assert refusal.value.code == "outdated"
    assert seen(late, "2026-03-03").status == "overdue"


def test_an_undated_promise_merged_into_one_with_a_date_tells_when_it_was_given(cast: Cast) -> None:
    old = a_pledge(cast, made_on_from=day("2022-01-01"), made_on_to=day("2022-12-31"))
    new = due(cast, "2026-12-31", made_on_from=day("2026-03-01"), made_on_to=day("2026-03-01"))
    merge(cast, old, new)
    found = seen(new, "2026-04-01")
    assert (found.status, found.dated_after_days) == ("on_track", days_past(day("2022-12-31"), day("2026-03-01")))


def test_no_merger_gives_a_promise_a_date_more_than_ten_years_after_it(cast: Cast) -> None:
    old = a_pledge(cast, made_on_from=day("2022-01-01"), made_on_to=day("2022-12-31"))
    new = due(cast, "2033-01-31", made_on_from=day("2026-03-01"), made_on_to=day("2026-03-01"))
    with refused(DomainError, "too_far"):
        merge(cast, old, new)
    near = due(cast, "2032-12-31", made_on_from=day("2026-03-01"), made_on_to=day("2026-03-01"))
    merge(cast, old, near)


def test_what_was_delivered_is_pooled_with_its_own_days(cast: Cast) -> None:
    with at("2025-12-01"):
        one, other = due(cast, promised=2), due(cast, "2026-06-30", promised=2)
        delivered(cast, pledge_line=one.lines.get())
    with at("2026-01-10"):
        delivered(cast, pledge_line=other.lines.get())
    with at("2026-03-02"):
        merge(cast, one, other)
    assert [seen(other, on).delivered for on in ("2026-03-01", "2026-03-02")] == [1, 2]
    found = seen(other, "2026-03-02")
    assert (found.status, found.completed_on) == ("kept_on_time", day("2026-01-10"))
    assert seen(other, "2026-03-02", day("2026-03-01")).delivered == 1


def test_a_device_that_counts_for_both_counts_once(cast: Cast) -> None:
    one, other = due(cast, promised=2), due(cast, promised=2)
    phone = delivered(cast, pledge_line=one.lines.get()).items.get().asset
    with at("2026-03-05"):
        returned(cast, [phone], by=cast.kemang_admin)
        delivered(cast, assets=[phone], pledge_line=other.lines.get())
    with at("2026-03-06"):
        merge(cast, one, other)
    assert seen(other, "2026-03-06").delivered == 1
    assert Delivery.objects.filter(line__pledge=other, counts_until__isnull=True).count() == 1


def test_a_device_that_went_from_one_record_to_its_duplicate_completes_nothing_by_counting_twice(cast: Cast) -> None:
    for first_for_the_one_that_stays in (True, False):
        one, other = due(cast, "2026-12-31", promised=2), due(cast, "2026-12-31", promised=2)
        before, after = (other, one) if first_for_the_one_that_stays else (one, other)
        with at("2026-03-03"):
            phone = delivered(cast, pledge_line=before.lines.get()).items.get().asset
        with at("2026-03-05"):
            returned(cast, [phone], by=cast.kemang_admin)
            delivered(cast, assets=[phone], pledge_line=after.lines.get())
        with at("2026-03-09"):
            merge(cast, one, other)
        with at("2026-03-12"):
            found = seen(other, "2026-03-12")
            assert (found.status, found.delivered, found.completed_on) == ("on_track", 1, None)
            returned(cast, [phone], kind="recall")
            assert (seen(other, "2026-03-12").delivered, seen(other, "2026-03-12").completed_on) == (0, None)


def test_a_device_recalled_from_both_records_before_the_merge_counts_once_on_the_days_before(cast: Cast) -> None:
    one, other = due(cast, "2026-12-31", promised=2), due(cast, "2026-12-31", promised=2)
    with at("2026-03-03"):
        phone = delivered(cast, pledge_line=one.lines.get()).items.get().asset
    with at("2026-03-05"):
        returned(cast, [phone], by=cast.kemang_admin)
        delivered(cast, assets=[phone], pledge_line=other.lines.get())
    with at("2026-03-07"):
        returned(cast, [phone], kind="recall")
    with at("2026-03-09"):
        merge(cast, one, other)
        assert (seen(other, "2026-03-09").delivered, seen(other, "2026-03-09").completed_on) == (0, None)


def test_what_the_record_that_stays_does_not_promise_is_not_pooled(cast: Cast) -> None:
    """Kemang's only phone has moved to Cibinong, and Kemang got one all the same."""
    one = due(cast, "2026-12-31")
    change = [{"source": one.lines.get(), "unit": cast.cibinong, "quantity": 1}]
    kemang = one.lines.get()
    succeeded(cast, cast.kemang, cast.cibinong)
    lines_changed(cast, one, lines=change, kind="move")
    delivered(cast, pledge_line=kemang)
    other = due(cast, "2026-12-31", lines=[{"unit": cast.cibinong, "family": cast.hp.family, "quantity": 1}])
    merge(cast, one, other)
    assert (seen(other, "2026-03-02").delivered, seen(one, "2026-03-02").status) == (0, "merged")


def test_what_is_accepted_after_the_merge_counts_for_the_record_that_stays(cast: Cast) -> None:
    one, other = due(cast), due(cast)
    handover = an_issue(cast, pledge_line=one.lines.get())
    merge(cast, one, other)
    accepted(cast, handover)
    assert (seen(other, "2026-03-02").delivered, seen(other, "2026-03-02").status) == (1, "kept_late")
    with at("2026-03-09"):
        returned(cast, [handover.items.get().asset], kind="recall")
    assert seen(other, "2026-03-09").status == "taken_back"


def test_what_was_handed_over_before_the_merge_and_accepted_after_it_is_not_seen_before_the_merge(cast: Cast) -> None:
    one, other = due(cast, "2026-12-31"), due(cast, "2026-12-31")
    third = due(cast, "2026-12-31")
    handover = an_issue(cast, pledge_line=one.lines.get())
    for when, pledge, into in (("2026-03-05", one, other), ("2026-03-07", other, third)):
        with at(when):
            merge(cast, pledge, into)
    with at("2026-03-09"):
        before = {on: seen(third, on) for on in ("2026-03-02", "2026-03-05", "2026-03-06")}
        accepted(cast, handover)
        assert {on: seen(third, on) for on in before} == before
        found = [seen(third, on) for on in ("2026-03-06", "2026-03-07", "2026-03-09")]
        assert [each.delivered for each in found] == [0, 1, 1]
        assert [str(each.completed_on) for each in found] == ["None", "2026-03-02", "2026-03-02"]
        assert seen(third, "2026-03-09", day("2026-03-08")).delivered == 0


def test_a_device_that_counts_for_the_record_that_stays_and_is_then_accepted_for_the_merged_one_counts_once(
    cast: Cast,
) -> None:
    one, other = due(cast, "2026-12-31", promised=2), due(cast, "2026-12-31", promised=2)
    phone = delivered(cast, pledge_line=other.lines.get()).items.get().asset
    with at("2026-03-04"):
        returned(cast, [phone], by=cast.kemang_admin)
        handover = an_issue(cast, assets=[phone], pledge_line=one.lines.get())
    with at("2026-03-06"):
        merge(cast, one, other)
    with at("2026-03-09"):
        accepted(cast, handover)
        days = ("2026-03-02", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-09")
        assert [(seen(other, on).delivered, seen(other, on).completed_on) for on in days] == [(1, None)] * 5


def test_a_chain_of_merges_hands_on_everything(cast: Cast) -> None:
    first, second, third = (
        due(cast, "2025-06-30", promised=2),
        due(cast, promised=2),
        due(cast, "2026-12-31", promised=2),
    )
    delivered(cast, pledge_line=first.lines.get())
    merge(cast, first, second)
    merge(cast, second, third)
    found = seen(third, "2026-03-02")
    assert (found.first_due_on, found.delivered, found.promised) == (day("2025-06-30"), 1, 2)


def test_loops_and_merges_into_what_is_closed_or_unpublished_are_refused(cast: Cast) -> None:
    one, other, third, draft = due(cast), due(cast), due(cast), a_draft_pledge(cast)
    with refused(DomainError, "same_pledge", field="into"):
        merge(cast, one, one)
    with refused(Conflict, "pledge_not_open", field="into"):
        merge(cast, one, draft)
    merge(cast, one, other)
    with refused(Conflict, "pledge_not_open", field="into"):
        merge(cast, other, one)
    with refused(Conflict, "pledge_not_open", field="into"):
        merge(cast, third, one)


def test_a_merge_neither_shrinks_nor_softens_what_was_promised_nor_changes_who_said_it(cast: Cast) -> None:
    for_two = [{"unit": unit, "family": cast.hp.family, "quantity": 1} for unit in (cast.kemang, cast.cibinong)]
    deputy = Office.objects.create(name="Wakil Bupati", unit=cast.root)
    one, wide, bare = due(cast), due(cast, lines=for_two), a_pledge(cast, lines=[])
    for pledge, into, code in (
        (wide, one, "promises_less"),
        (one, bare, "promises_less"),
        (one, due(cast, strength="intention"), "less_firm"),
        (one, due(cast, office=deputy), "other_office"),
    ):
        with refused(DomainError, code, field="into"):
            merge(cast, pledge, into)
    merge(cast, bare, wide)


def test_a_merged_pledge_takes_no_date_no_line_and_no_second_closure(cast: Cast) -> None:
    one, other = due(cast), due(cast)
    merge(cast, one, other)
    with no_event(), pytest.raises(Conflict):
        deadlines.ask(
            one,
            kind="extension",
            new_due_on=day("2027-01-01"),
            reason="x",
            actor=cast.verifier,
            document=an_attachment(cast),
        )
    with no_event(), pytest.raises(Conflict):
        closed(cast, one, "withdraw", reason="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Closure.objects.create(
            pledge=one, kind="withdrawn", reason="x", asked_by=cast.verifier, decided_by=cast.decider,
            decision="approve", effective_on=day("2026-03-02"),
        )  # fmt: skip


def test_a_decider_of_another_kabupaten_closes_nothing_here(cast: Cast) -> None:
    elsewhere = Unit.objects.create(code="32.02", name="Kabupaten Lain", kind="regency")
    stranger = user(username="sekda2", unit=elsewhere, roles=(Role.DECIDER,))
    asked = closing(cast, due(cast))
    with no_event(), pytest.raises(NotAllowed):
        decide(cast, asked, actor=stranger)


def test_a_cancelled_issue_gives_a_pooled_count_back(cast: Cast) -> None:
    one, other = due(cast, promised=2), due(cast, promised=2)
    phone = delivered(cast, pledge_line=one.lines.get()).items.get().asset
    returned(cast, [phone], by=cast.kemang_admin)
    merge(cast, one, other)
    handover = an_issue(cast, assets=[phone], pledge_line=other.lines.get())
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
    fulfilment.cancel(handover, actor=cast.clerk, reason="Salah unit")
    assert seen(other, "2026-03-02").delivered == 1


# ---- a merger makes no promise look kept (pledges.md, "Merging")


def test_an_overdue_pledge_does_not_hide_in_one_that_was_kept_before_it_was_said(cast: Cast) -> None:
    kept = due(cast, "2025-12-31", made_on_from=day("2025-01-06"), made_on_to=day("2025-01-06"))
    with at("2026-01-02"):
        delivered(cast, pledge_line=kept.lines.get())
    late = due(cast, "2026-02-27", made_on_from=day("2026-01-05"), made_on_to=day("2026-01-05"))
    with no_event(), refused(Conflict, "pledge_not_open", field="into"):
        closing(cast, late, "merge", into=kept)
    assert seen(late, "2026-03-02").status == "overdue"


def test_a_dangling_promise_takes_no_date_from_a_new_one(cast: Cast) -> None:
    dangling = a_pledge(cast, promised=1)
    dated = due(cast, "2026-06-30", made_on_from=day("2026-03-02"), made_on_to=day("2026-03-02"))
    closed(cast, dangling, "merge", into=dated)
    with at("2026-06-01"):
        delivered(cast, pledge_line=dated.lines.get())
    found = seen(dated, "2026-06-01")
    assert (found.status, found.age_days, found.dated_after_days) == ("kept_on_late_date", 1248, 1157)


def test_a_date_said_first_stays_the_one_given_with_the_words(cast: Cast) -> None:
    first = due(cast, "2026-06-30", made_on_from=day("2026-01-05"), made_on_to=day("2026-01-05"))
    later = a_pledge(cast, promised=1, made_on_from=day("2026-02-02"), made_on_to=day("2026-02-02"))
    closed(cast, first, "merge", into=later)
    with at("2026-06-01"):
        delivered(cast, pledge_line=later.lines.get())
    assert seen(later, "2026-06-01").status == "kept_on_time"


def test_a_condition_that_was_met_does_not_become_an_intention(cast: Cast) -> None:
    conditional, vague = a_pledge(cast, strength="conditional"), a_pledge(cast, strength="intention")
    with no_event(), refused(DomainError, "less_firm", field="into"):
        closing(cast, conditional, "merge", into=vague)
