"""Figures: each with what it counts, never a percentage of nothing, and a past that later entries do not repaint."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from handing_over import fulfilment
from pledges import conditions, deciding, figures, pledging
from pledges.figure_rows import Counted, rows_of
from pledges.figures import Rate, Share, Spread, figures_of
from pledges.models import Pledge
from pledges.reading import judgement_of
from tests.base import (
    Cast,
    a_draft_pledge,
    a_pledge,
    accepted,
    an_attachment,
    an_issue,
    at,
    closed,
    day,
    delivered,
    returned,
    revised,
    settings_are,
    some_assets,
)

SEEN = date(2026, 7, 1)


def row(**values: Any) -> Counted:
    """A firm pledge of ten phones, said and recorded on 1 January 2026, due on 31 March, of which none came."""
    usual: dict[str, Any] = {
        "pk": 1, "offices": (1,), "status": "overdue", "strength": "firm", "counts": True, "dated": True,
        "corrected": False,
        "first_due_on": date(2026, 3, 31), "due_on": date(2026, 3, 31), "completed_on": None, "closed_on": None,
        "promised": 10, "delivered": 0, "in_time": 0, "extensions": 0, "said_on": date(2026, 1, 1), "lag": 0,
        "dangled_days": None, "recorded_after": False,
    }  # fmt: skip
    found = usual | values
    return Counted(**{"said_from": found["said_on"], **found})


KEPT = row(status="kept_on_time", completed_on=date(2026, 3, 1), delivered=10)
KEPT_LATE = row(
    status="kept_late", completed_on=date(2026, 4, 10), delivered=10, due_on=date(2026, 4, 30), extensions=1
)
HALF = row(delivered=4, promised=30)
NOT_YET = row(status="on_track", first_due_on=date(2026, 12, 31), due_on=date(2026, 12, 31))
DANGLING = row(status="dangling", dated=False, first_due_on=None, due_on=None, said_on=date(2022, 12, 31), lag=1097)
WITHDRAWN = row(status="withdrawn", closed_on=date(2026, 2, 1))
EXCUSED = row(status="excused", closed_on=date(2026, 2, 1))


def test_nothing_due_yet_has_no_percentage():
    found = figures_of([NOT_YET], SEEN)

    assert (found.on_time, found.on_time.percent) == (Rate(0, 0), None)
    assert found.late == Spread(0, None, None)
    assert (found.n, found.debt) == (1, 0)


def test_one_of_four_kept_by_the_first_deadline_is_25_percent():
    found = figures_of([KEPT, KEPT_LATE, HALF, WITHDRAWN, NOT_YET, DANGLING], SEEN)

    assert (found.on_time, found.on_time.percent) == (Rate(1, 4), 25.0)


def test_an_extension_helps_the_present_date_only_and_is_counted():
    found = figures_of([KEPT, KEPT_LATE], SEEN)

    assert (found.on_time, found.on_time_now, found.extensions) == (Rate(1, 2), Rate(2, 2), 1)


def test_an_excuse_counts_in_the_strict_share_alone():
    found = figures_of([KEPT, EXCUSED], SEEN)

    assert (found.on_time, found.on_time_strict, found.excused) == (Rate(1, 1), Rate(1, 2), 1)


def test_large_promises_weigh_by_their_devices():
    assert figures_of([KEPT, HALF], SEEN).devices_on_time == Rate(10, 40)


def test_devices_that_came_in_time_count_though_their_pledge_is_not_kept():
    assert figures_of([KEPT, row(delivered=6, in_time=4, promised=30)], SEEN).devices_on_time == Rate(14, 40)


def test_of_a_rate_so_many_rest_on_a_corrected_date():
    mended = row(corrected=True, promised=3)
    found = figures_of([KEPT, mended, row(status="excused", corrected=True), row(counts=False, corrected=True)], SEEN)

    assert found.on_time == Rate(1, 2, corrected=1)
    assert found.on_time_strict == Rate(1, 3, corrected=2)
    assert found.devices_on_time == Rate(10, 13, corrected=3)


def test_what_was_put_on_record_when_it_was_done_stands_apart():
    late, undated = replace(KEPT_LATE, recorded_after=True), row(status="kept_undated", first_due_on=None, due_on=None)
    found = figures_of([replace(KEPT, recorded_after=True), late, replace(undated, recorded_after=True), HALF], SEEN)

    assert (found.on_time, found.on_time_now, found.on_time_strict) == (Rate(0, 1), Rate(0, 1), Rate(0, 1))
    assert (found.devices_on_time, found.recorded_after) == (Rate(0, 30), Share(1, 3))
    assert found.late == Spread(2, (10 + 92) / 2, 92)


def test_conditional_promises_and_intentions_are_counted_beside_the_rates():
    rows = [KEPT, row(strength="conditional", counts=False), row(strength="conditional"), row(strength="intention")]
    found = figures_of([*rows, row(strength="intention", status="merged")], SEEN)

    assert (found.conditional, found.intention) == (Share(2, 4), Share(1, 4))


def test_days_late_are_the_median_and_maximum_with_open_ones_at_their_age():
    found = figures_of([KEPT, KEPT_LATE, HALF], SEEN)

    assert found.late == Spread(2, (10 + 92) / 2, 92)


def test_26_phones_92_days_late_are_a_debt_of_2392_phone_days():
    assert figures_of([HALF, KEPT, WITHDRAWN], SEEN).debt == 26 * 92


def test_an_intention_and_an_unmet_condition_enter_no_share_of_kept_promises():
    found = figures_of([row(counts=False), KEPT], SEEN)

    assert (found.on_time, found.n) == (Rate(1, 1), 2)


def test_a_merged_pledge_counts_once():
    found = figures_of([KEPT, row(status="merged")], SEEN)

    assert (found.n, found.delivered) == (1, Share(10, 10))


def test_ages_of_open_pledges_fall_into_bands_that_add_up():
    rows = [
        row(said_on=day(said))
        for said in ("2026-07-01", "2026-04-02", "2026-04-01", "2026-01-02", "2025-07-01", "2022-12-31")
    ]

    found = dict(figures_of([*rows, KEPT], SEEN).ages)

    assert found == {"0-90": 2, "91-180": 2, "181-365": 1, "366-": 1}


def test_what_was_put_on_record_late_shows_as_lag():
    assert figures_of([DANGLING, KEPT], SEEN).recording_lag == Spread(2, (0 + 1097) / 2, 1097)


def test_a_new_holder_answers_for_what_was_inherited_and_not_for_what_was_said_before(cast: Cast):
    first = cast.bupati.tenures.create(person=cast.rani, starts_on=day("2020-01-01"), ends_on=day("2026-02-28"))
    second = cast.bupati.tenures.create(person=cast.rani, starts_on=day("2026-03-01"))
    rows = [
        row(offices=(cast.bupati.pk,)),
        row(offices=(cast.bupati.pk,), status="kept_on_time", completed_on=day("2026-02-01")),
    ]

    found = figures.by_holder(rows, [first, second], SEEN)

    assert [(each.said.n, each.fell_due.n, each.inherited.n) for each in found.values()] == [(2, 0, 0), (0, 2, 1)]


def test_a_holder_answers_for_words_of_a_range_of_days_and_not_for_a_date_still_to_come(cast: Cast):
    first = cast.bupati.tenures.create(person=cast.rani, starts_on=day("2020-01-01"), ends_on=day("2022-05-31"))
    second = cast.bupati.tenures.create(person=cast.rani, starts_on=day("2022-06-01"))
    some_time_in_2022 = {"said_from": day("2022-01-01"), "said_on": day("2022-12-31")}
    rows = [row(offices=(cast.bupati.pk,), first_due_on=day("2026-07-02"), **some_time_in_2022)]

    found = figures.by_holder(rows, [first, second], SEEN)

    assert [(each.said.n, each.fell_due.n, each.inherited.n) for each in found.values()] == [(1, 0, 0), (1, 0, 0)]


def counted(on: str, known_at: str | None = None) -> figures.Figures:
    """The figures of the whole register on a day."""
    rows = rows_of(Pledge.objects.all(), day(on), day(known_at) if known_at else None)
    return figures_of(rows, day(on))


def test_only_a_date_that_was_moved_back_is_an_extension(cast: Cast):
    pledge = a_pledge(cast)
    for kind, to in (("first_set", "2026-03-03"), ("extension", "2026-03-10"), ("advance", "2026-03-05"),
                     ("restated", "2026-03-20")):  # fmt: skip
        revised(cast, pledge, to=day(to), kind=kind)

    assert counted("2026-04-01").extensions == 2


def test_what_was_not_yet_said_or_not_yet_met_does_not_count_on_an_earlier_day(cast: Cast):
    pledge = a_pledge(
        cast, strength="conditional", deadline_text="kalau ada anggaran",
        made_on_from=day("2026-02-01"), made_on_to=day("2026-02-03"),
    )  # fmt: skip
    with at("2026-03-04"):
        met = conditions.meet(
            pledge,
            met_on=day("2026-03-03"),
            reason="APBD",
            actor=cast.verifier,
            new_due_on=day("2026-03-10"),
            document=an_attachment(cast),
        )
        deciding.decide(met, decision="approve", reason="Sesuai", actor=cast.decider)
    with at("2026-04-01"):
        assert [counted(on).n for on in ("2026-01-31", "2026-02-01")] == [0, 1]
        assert dict(counted("2026-02-01").ages)["0-90"] == 1
        assert counted("2026-04-01").on_time == Rate(0, 1)
        assert counted("2026-04-01", known_at="2026-03-03").on_time == Rate(0, 0)


def test_the_date_of_a_duplicate_of_the_same_day_may_have_been_given_later(cast: Cast):
    undated, dated = a_pledge(cast), a_pledge(cast, original_due_on=day("2026-06-30"))
    assert counted("2026-03-02").without_date == Share(1, 2)
    closed(cast, dated, "merge", into=undated, reason="Satu ucapan, dua catatan")

    assert counted("2026-03-02").without_date == Share(1, 1)


def test_a_pledge_that_dangled_until_it_was_dated_is_counted_so_until_it_is_kept(cast: Cast):
    pledge = a_pledge(cast, made_on_from=day("2025-06-01"), made_on_to=day("2025-08-02"))
    soon = a_pledge(cast, made_on_from=day("2025-09-03"), made_on_to=day("2025-09-03"))
    for each in (pledge, soon):
        revised(cast, each, kind="first_set", to=day("2026-12-31"))
    with at("2026-05-04"):
        delivered(cast, pledge_line=pledge.lines.get())

        told = [counted(on).dated_dangling for on in ("2026-03-01", "2026-03-02", "2026-05-03", "2026-05-04")]
        assert told == [Share(0, 2), Share(1, 2), Share(1, 2), Share(0, 2)]
        assert [counted(on).dangling.part for on in ("2026-03-01", "2026-03-02")] == [1, 0]
        assert judgement_of(pledge, day("2026-05-03")).dangled_days == 212
        assert judgement_of(soon, day("2026-05-03")).dangled_days is None


def in_time(on: str, known_at: str | None = None) -> Rate:
    return counted(on, known_at).devices_on_time


def test_devices_in_time_came_by_the_first_date_and_stayed(cast: Cast):
    pledge = a_pledge(cast, promised=4, original_due_on=day("2026-03-31"))
    line, phones = pledge.lines.get(), some_assets(cast, 3)
    with at("2026-03-31"):
        delivered(cast, assets=phones[:2], pledge_line=line)
    with at("2026-04-01"):
        delivered(cast, assets=phones[2:], pledge_line=line)
    with at("2026-04-10"):
        returned(cast, phones[:1], kind="recall")
    with at("2026-04-20"):
        closed(cast, pledge, "withdraw")
    with at("2026-05-10"):
        returned(cast, phones[1:2], kind="recall")

        assert [in_time(on) for on in ("2026-03-31", "2026-04-01", "2026-04-10", "2026-05-10")] == [
            Rate(0, 0), Rate(2, 4), Rate(1, 4), Rate(1, 4),
        ]  # fmt: skip
        assert in_time("2026-04-01", "2026-03-30") == Rate(0, 4)


def marked(pledge: Pledge, **values: Any) -> bool:
    return rows_of(Pledge.objects.filter(pk=pledge.pk), **values)[0].recorded_after


def test_a_pledge_put_on_record_after_its_last_device_was_handed_over_is_marked(cast: Cast):
    """The old way: the words were written down once the phones were there, and were kept in time."""
    fair, late = (a_pledge(cast, promised=1, original_due_on=day("2026-03-31")) for _ in range(2))
    delivered(cast, pledge_line=late.lines.get(), on=day("2026-03-01"))
    assert status_of(late) == "kept_on_time" and marked(late)
    assert counted("2026-03-02").on_time == Rate(0, 0)
    delivered(cast, pledge_line=fair.lines.get())
    assert status_of(fair) == "kept_on_time" and not marked(fair)
    assert (counted("2026-03-02").on_time, counted("2026-03-02").recorded_after) == (Rate(1, 1), Share(1, 1))


def status_of(pledge: Pledge) -> str:
    return judgement_of(pledge).status


def test_a_pledge_submitted_less_than_the_notice_before_it_was_kept_is_marked(cast: Cast):
    """Five working days after Monday 2 March are over on Monday 9 March."""
    settings_are(pledge_notice_days=5)
    drafts = [a_draft_pledge(cast, original_due_on=day("2026-03-31")) for _ in range(2)]
    pledges = [pledging.submit(each, actor=cast.verifier) for each in drafts]
    with at("2026-03-09"):
        pledges = [pledging.publish(each, actor=cast.publisher) for each in pledges]
    for pledge, on in zip(pledges, ("2026-03-08", "2026-03-09"), strict=True):
        with at("2026-03-09"):
            delivered(cast, pledge_line=pledge.lines.get(), on=day(on))
    with at("2026-03-10"):
        assert [marked(each) for each in pledges] == [True, False]
        for days in (0, 20):
            settings_are(pledge_notice_days=days)
            assert [marked(each) for each in pledges] == [True, False]
        assert [marked(each, as_of=day("2026-03-07")) for each in pledges] == [False, False]
        returned(cast, [pledges[0].lines.get().deliveries.get().asset], kind="recall")
        assert not marked(pledges[0])


def test_figures_are_read_from_the_register(cast: Cast):
    kept, late = a_pledge(cast, promised=1), a_pledge(cast, promised=2, original_due_on=day("2026-03-10"))
    delivered(cast, assets=some_assets(cast, 1), pledge_line=kept.lines.get())
    revised(cast, late, to=day("2026-03-20"))
    with at("2026-04-01"):
        found = figures_of(rows_of(Pledge.objects.all()), day("2026-04-01"))
        one = figures.by_office(rows_of(Pledge.objects.all()), day("2026-04-01"))[cast.bupati.pk]

    assert found == one
    assert (found.n, found.on_time, found.extensions, found.debt) == (2, Rate(0, 1), 1, 2 * 22)
    assert found.delivered == Share(1, 3)


def test_late_book_keeping_does_not_repaint_the_burn_down(cast: Cast):
    pledge = a_pledge(cast, promised=2)
    with at("2026-04-20"):
        handover = an_issue(cast, assets=some_assets(cast, 1), pledge_line=pledge.lines.get(), on=day("2026-03-20"))
        accepted(cast, handover)
    with at("2026-05-05"):
        points = figures.burn_down(Pledge.objects.all(), 3)

    assert [(str(p.on), p.promised, p.outstanding) for p in points] == [
        ("2026-03-31", 2, 2), ("2026-04-30", 2, 1), ("2026-05-05", 2, 1),
    ]  # fmt: skip


def test_a_withdrawn_pledge_leaves_the_burn_down_and_counts_as_not_kept(cast: Cast):
    pledge = a_pledge(cast, promised=2)
    closed(cast, pledge, "withdraw", reason="Tidak dilanjutkan")

    assert figures.burn_down(Pledge.objects.all(), 1)[0].outstanding == 0
    found = figures_of(rows_of(Pledge.objects.all()), day("2026-03-02"))
    assert (found.on_time, found.withdrawn) == (Rate(0, 1), 1)


def test_the_debt_of_a_withdrawn_pledge_stops_on_the_day_of_withdrawal_and_stands_apart(cast: Cast):
    pledge = a_pledge(cast, promised=3, original_due_on=day("2026-03-10"))
    phones = some_assets(cast, 2)
    with at("2026-03-12"):
        delivered(cast, assets=phones[:1], pledge_line=pledge.lines.get())
        waiting = an_issue(cast, assets=phones[1:], pledge_line=pledge.lines.get(), on=None)
    with at("2026-03-20"):
        closed(cast, pledge, "withdraw", reason="Anggaran dipotong")
    with at("2026-03-25"):
        returned(cast, phones[:1], kind="recall")
        accepted(cast, fulfilment.hand_over(waiting, actor=cast.clerk))
    with at("2026-04-01"):
        found = {on: counted(on) for on in ("2026-03-11", "2026-03-19", "2026-03-20", "2026-03-25", "2026-04-01")}

        assert [(each.debt, each.owing, each.debt_withdrawn) for each in found.values()] == [
            (3, 1, 0), (18, 1, 0), (0, 0, 20), (0, 0, 20), (0, 0, 20),
        ]  # fmt: skip
        assert counted("2026-04-01", known_at="2026-03-19").debt == 2 * 22


def test_refused_and_testified_promises_are_counted_though_never_shown(cast: Cast):
    refused = pledging.submit(a_draft_pledge(cast), actor=cast.verifier)
    pledging.reject(refused, actor=cast.publisher, reason="Tidak jelas")
    a_draft_pledge(cast, basis="testimony")
    with at("2026-03-10"):
        later = pledging.submit(a_draft_pledge(cast, basis="testimony"), actor=cast.verifier)
        pledging.reject(later, actor=cast.publisher, reason="Kesaksian saja")

        for on, counted in ((None, (2, 1)), ("2026-03-09", (1, 1)), ("2026-03-01", (0, 0))):
            found = figures.unpublished(on and day(on))
            assert (found.rejected, found.testimony) == counted
