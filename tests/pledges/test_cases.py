"""The cases of pledges.md with their answers, each through the verbs or the rule, on the day it names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.errors import Conflict, DomainError, NotAllowed
from org.models import Person, Tenure, Unit
from pledges import deadlines, deciding
from pledges.models import Pledge
from pledges.reading import judgement_of
from pledges.status import Judgement
from tests.base import (
    Cast,
    a_pledge,
    accepted,
    again,
    an_asset,
    an_attachment,
    an_issue,
    at,
    closed,
    day,
    delivered,
    lines_changed,
    moment,
    returned,
    revised,
    some_assets,
)
from tests.checks import refused


def seen(pledge: Pledge, on: str) -> Judgement:
    """The judgement on a day, the same for the page (Python) and the list (SQL)."""
    found = judgement_of(pledge, day(on))
    row = Pledge.objects.judged(day(on)).get(pk=pledge.pk)
    assert (row.status, row.delivered, row.due_on) == (found.status, found.delivered, found.due_on)
    return found


def due(cast: Cast, on: str = "2023-12-31", **values: Any) -> Pledge:
    return a_pledge(cast, original_due_on=day(on), **values)


def deliver(cast: Cast, pledge: Pledge, number: int, when: str, **values: Any) -> Any:
    """``number`` devices handed over, recorded and accepted on a day."""
    with at(when):
        values.setdefault("assets", some_assets(cast, number))
        return delivered(cast, pledge_line=pledge.lines.get(), **values)


# ---- midnight


@pytest.mark.parametrize(
    ("instant", "status", "days"),
    [
        ("2023-12-31T23:59:59", "due_soon", 0),
        ("2023-12-31T16:59:59+00:00", "due_soon", 0),
        ("2024-01-01T00:00:00", "overdue", 1),
        ("2023-12-31T17:00:00+00:00", "overdue", 1),
    ],
)
def test_due_31_december_is_late_from_midnight_local_and_not_a_second_before(
    cast: Cast, instant: str, status: str, days: int
) -> None:
    pledge = due(cast)
    with clock.frozen(moment(instant)):
        assert (judgement_of(pledge).status, judgement_of(pledge).days_late) == (status, days)
        assert (pledge in Pledge.objects.overdue()) is bool(days)
        assert (pledge in Pledge.objects.late()) is bool(days)
        assert Pledge.objects.judged().get(pk=pledge.pk).status == status


@pytest.mark.parametrize(("zone", "utc"), [("Asia/Jakarta", "17"), ("Asia/Makassar", "16"), ("Asia/Jayapura", "15")])
def test_midnight_is_that_of_the_installations_zone(cast: Cast, settings: Any, zone: str, utc: str) -> None:
    settings.TIME_ZONE = zone
    pledge = due(cast)
    for instant, late in {
        f"2023-12-31T{int(utc) - 1}:59:59+00:00": False, "2023-12-31T23:59:59": False,
        f"2023-12-31T{utc}:00:00+00:00": True, "2024-01-01T00:01:00": True,
    }.items():  # fmt: skip
        with at(instant):
            assert bool(judgement_of(pledge).days_late) is late, instant
            assert (pledge in Pledge.objects.overdue()) is late, instant


def test_no_job_is_needed_for_the_lists_to_be_right(cast: Cast) -> None:
    pledge = due(cast)
    for days_later in range(1, 6):
        with at(f"2024-01-0{days_later}"):
            assert list(Pledge.objects.with_status("overdue")) == [pledge]
            assert judgement_of(pledge).days_late == days_later


def test_ninety_days_late_is_overdue_and_ninety_one_is_long_overdue(cast: Cast) -> None:
    pledge = due(cast)
    assert (seen(pledge, "2024-03-30").status, seen(pledge, "2024-03-30").days_late) == ("overdue", 90)
    assert (seen(pledge, "2024-03-31").status, seen(pledge, "2024-03-31").days_late) == ("long_overdue", 91)


def test_due_on_a_sunday_does_not_roll(cast: Cast) -> None:
    pledge = due(cast, "2024-06-30")
    assert day("2024-06-30").weekday() == 6
    assert seen(pledge, "2024-06-30").status == "due_soon"
    assert seen(pledge, "2024-07-01").status == "overdue"


def test_thirty_days_before_is_due_soon_and_thirty_one_on_track(cast: Cast) -> None:
    pledge = due(cast, "2024-06-30")
    assert [seen(pledge, on).status for on in ("2024-05-30", "2024-05-31")] == ["on_track", "due_soon"]


# ---- moving the deadline


def test_due_31_december_extended_on_10_february_to_30_june_seen_on_1_march(cast: Cast) -> None:
    pledge = due(cast, "2024-12-31")
    revised(cast, pledge, to=day("2025-06-30"), on="2025-02-10")
    found = seen(pledge, "2025-03-01")
    assert (found.status, found.days_late, found.days_late_original, found.revisions) == ("extended", 0, 60, 1)
    assert (found.first_due_on, found.due_on, found.late) == (day("2024-12-31"), day("2025-06-30"), True)
    assert seen(pledge, "2025-02-09").status == "overdue"
    assert seen(pledge, "2025-02-09").revisions == 0


def test_extended_and_kept_on_1_june_is_kept_late_152_and_0(cast: Cast) -> None:
    pledge = due(cast, "2024-12-31")
    revised(cast, pledge, to=day("2025-06-30"), on="2025-02-10")
    deliver(cast, pledge, 1, "2025-06-01")
    found = seen(pledge, "2025-08-01")
    assert (found.status, found.days_late_original, found.days_late) == ("kept_late", 152, 0)


def test_an_extension_asked_on_the_due_day_and_undecided_at_midnight_does_not_help(cast: Cast) -> None:
    pledge = due(cast)
    with at("2023-12-31T10:00:00"):
        asked = deadlines.ask(
            pledge,
            kind="extension",
            new_due_on=day("2024-06-30"),
            reason="x",
            actor=cast.verifier,
            document=an_attachment(cast),
        )
    with at("2024-01-01T00:00:00"):
        assert judgement_of(pledge).status == "overdue"
    with at("2024-01-20"):
        deciding.decide(asked, decision="approve", reason="x", actor=cast.decider)
    assert [seen(pledge, on).status for on in ("2024-01-19", "2024-01-20")] == ["overdue", "extended"]


def test_who_asks_for_an_extension_does_not_decide_it(cast: Cast) -> None:
    pledge = due(cast)
    asked = deadlines.ask(
        pledge,
        kind="extension",
        new_due_on=day("2026-06-30"),
        reason="x",
        actor=cast.superuser,
        document=an_attachment(cast),
    )
    with pytest.raises(NotAllowed):
        deciding.decide(asked, decision="approve", reason="x", actor=cast.superuser)


def test_undated_first_set_to_31_march_extended_to_30_june_seen_on_1_may(cast: Cast) -> None:
    with at("2024-01-15"):
        pledge = a_pledge(cast)
        revised(cast, pledge, kind="first_set", to=day("2024-03-31"))
    revised(cast, pledge, to=day("2024-06-30"), on="2024-04-10")
    found = seen(pledge, "2024-05-01")
    assert (found.status, found.days_late_original) == ("extended", 31)
    assert again(pledge).original_due_on is None


def test_a_date_given_on_20_november_2023_to_an_undated_pledge(cast: Cast) -> None:
    with at("2023-11-15"):
        pledge = a_pledge(cast)
        assert judgement_of(pledge).status == "dangling"
    revised(cast, pledge, kind="first_set", to=day("2023-12-31"), on="2023-11-20")
    assert [seen(pledge, on).status for on in ("2023-11-19", "2023-11-20", "2023-12-01")] == [
        "dangling", "on_track", "due_soon",
    ]  # fmt: skip
    assert again(pledge).original_due_on is None
    assert [seen(pledge, on).dated_after_days for on in ("2023-11-19", "2023-11-20")] == [None, 324]
    assert seen(due(cast), "2026-03-02").dated_after_days is None
    deliver(cast, pledge, 1, "2023-12-20")
    assert seen(pledge, "2024-01-01").status == "kept_on_late_date"


def test_promised_again_next_year_is_a_revision_and_the_first_date_stays(cast: Cast) -> None:
    pledge = due(cast)
    revised(cast, pledge, kind="restated", to=day("2024-12-31"), on="2024-01-20")
    found = seen(pledge, "2024-02-01")
    assert (found.status, found.first_due_on, found.due_on) == ("extended", day("2023-12-31"), day("2024-12-31"))
    assert again(pledge).original_due_on == day("2023-12-31")


def test_an_advance_moves_only_the_date_in_force(cast: Cast) -> None:
    pledge = due(cast, "2024-12-31")
    revised(cast, pledge, kind="advance", to=day("2024-06-30"), on="2024-02-01")
    found = seen(pledge, "2024-07-01")
    assert (found.status, found.first_due_on, found.days_late, found.days_late_original) == (
        "overdue", day("2024-12-31"), 1, 0,
    )  # fmt: skip
    deliver(cast, pledge, 1, "2024-08-01")
    assert seen(pledge, "2024-09-01").status == "kept_on_time"


def test_a_correction_replaces_the_first_date(cast: Cast) -> None:
    pledge = due(cast, "2024-01-31")
    revised(cast, pledge, kind="correction", to=day("2023-12-31"), on="2024-01-10")
    assert (seen(pledge, "2024-01-09").status, seen(pledge, "2024-01-10").status) == ("due_soon", "overdue")
    found = seen(pledge, "2024-01-10")
    assert (found.first_due_on, found.corrected_on) == (day("2023-12-31"), day("2024-01-10"))


@pytest.mark.parametrize(("words", "latest"), [("akhir tahun 2023", "2023-12-31"), ("", "2024-01-31")])
def test_a_correction_is_no_later_than_the_words_else_than_what_was_recorded(
    cast: Cast, words: str, latest: str
) -> None:
    pledge = due(cast, "2024-01-31", deadline_text=words)
    with refused(DomainError, "later_than_words", field="new_due_on"):
        revised(cast, pledge, kind="correction", to=day(latest) + timedelta(days=1))
    assert again(pledge).deadline_revisions.count() == 0


# ---- no date


def test_said_some_time_in_2022_seen_on_15_november_2023_is_dangling_at_least_319_days(cast: Cast) -> None:
    pledge = a_pledge(cast)
    found = seen(pledge, "2023-11-15")
    assert (found.status, found.age_days, found.late) == ("dangling", 319, True)
    assert (found.days_late, found.days_late_original, found.due_on) == (0, 0, None)


def test_without_a_date_ninety_days_are_undated_then_a_date_is_asked_then_it_dangles(cast: Cast) -> None:
    pledge = a_pledge(cast, made_on_from=day("2024-01-01"), made_on_to=day("2024-01-01"))
    answers = {"2024-03-31": "undated", "2024-04-01": "needs_deadline", "2024-06-29": "needs_deadline",
               "2024-06-30": "dangling"}  # fmt: skip
    assert {on: seen(pledge, on).status for on in answers} == answers


# ---- counting


def test_handed_over_on_30_december_counts_then_if_recorded_within_14_days_else_when_recorded(cast: Cast) -> None:
    for recorded, counts in {
        "2024-01-05": "2023-12-30",
        "2024-01-13": "2023-12-30",
        "2024-03-01": "2024-03-01",
    }.items():
        with at("2023-12-01"):
            pledge = due(cast)
        deliver(cast, pledge, 1, recorded, on=day("2023-12-30"))
        found = seen(pledge, "2024-04-01")
        assert found.completed_on == day(counts)
        assert found.status == ("kept_on_time" if counts < "2024" else "kept_late")


def test_13_of_40_before_and_after_the_date(cast: Cast) -> None:
    pledge = due(cast, promised=40)
    deliver(cast, pledge, 13, "2023-11-01")
    before, after = seen(pledge, "2023-12-01"), seen(pledge, "2024-01-10")
    assert (before.status, before.delivered, before.promised, before.late) == ("due_soon", 13, 40, False)
    assert (after.status, after.delivered, after.outstanding, after.late) == ("overdue", 13, 27, True)


def test_41_for_40_on_one_line_is_kept_with_one_over_and_40_of_40(cast: Cast) -> None:
    pledge = due(cast, promised=40)
    deliver(cast, pledge, 41, "2023-11-01")
    found = seen(pledge, "2023-12-01")
    assert (found.status, found.delivered, found.promised) == ("kept_on_time", 40, 40)
    assert found.delivered_by_line == {pledge.lines.get().pk: 41}


def test_what_is_over_on_one_line_never_fills_another(cast: Cast) -> None:
    lines = [{"unit": unit, "family": cast.hp.family, "quantity": 1} for unit in (cast.kemang, cast.cibinong)]
    pledge = due(cast, lines=lines)
    with at("2023-11-01"):
        delivered(cast, assets=some_assets(cast, 2), pledge_line=pledge.lines.get(unit=cast.kemang))
    found = seen(pledge, "2024-01-10")
    assert (found.status, found.delivered, found.promised) == ("overdue", 1, 2)


def test_two_delivered_and_one_recalled_is_taken_back_and_the_first_completion_still_shows(cast: Cast) -> None:
    pledge = due(cast, promised=2)
    phones = some_assets(cast, 2)
    deliver(cast, pledge, 2, "2023-11-01", assets=phones)
    with at("2024-01-20"):
        returned(cast, phones[:1], kind="recall")
    assert seen(pledge, "2024-01-19").status == "kept_on_time"
    found = seen(pledge, "2024-02-01")
    assert (found.status, found.delivered, found.completed_on) == ("taken_back", 1, day("2023-11-01"))
    assert (found.late, found.days_late) == (True, 32)


def test_taken_back_before_the_first_date_is_not_late_and_completed_again_keeps_the_first_day(cast: Cast) -> None:
    pledge = due(cast)
    phone = an_asset(cast)
    deliver(cast, pledge, 1, "2023-11-01", assets=[phone])
    with at("2023-11-20"):
        returned(cast, [phone], kind="recall")
    assert (seen(pledge, "2023-12-01").status, seen(pledge, "2023-12-01").late) == ("taken_back", False)
    deliver(cast, pledge, 1, "2024-02-01")
    found = seen(pledge, "2024-03-01")
    assert (found.status, found.completed_on, found.was_taken_back) == ("kept_on_time", day("2023-11-01"), True)


def test_one_phone_issued_returned_and_issued_to_the_next_kecamatan_counts_once_for_the_latter(cast: Cast) -> None:
    lines = [{"unit": unit, "family": cast.hp.family, "quantity": 1} for unit in (cast.kemang, cast.cibinong)]
    pledge = due(cast, lines=lines)
    kemang, cibinong = pledge.lines.get(unit=cast.kemang), pledge.lines.get(unit=cast.cibinong)
    phone = an_asset(cast)
    with at("2023-10-01"):
        delivered(cast, assets=[phone], pledge_line=kemang)
    with at("2023-11-01"):
        returned(cast, [phone], by=cast.kemang_admin)
    with at("2023-12-01"):
        delivered(cast, assets=[phone], to=cast.cibinong, pledge_line=cibinong)
    assert seen(pledge, "2023-11-15").delivered_by_line == {kemang.pk: 1, cibinong.pk: 0}
    assert seen(pledge, "2023-12-15").delivered_by_line == {kemang.pk: 0, cibinong.pk: 1}


def test_a_phone_returned_by_its_own_unit_because_staff_rotated_still_counts(cast: Cast) -> None:
    pledge = due(cast)
    phone = an_asset(cast)
    deliver(cast, pledge, 1, "2023-11-01", assets=[phone])
    with at("2023-12-01"):
        accepted(cast, returned(cast, [phone], by=cast.kemang_admin), by=cast.clerk)
    assert seen(pledge, "2024-01-10").status == "kept_on_time"


def test_a_tablet_for_a_promised_phone_counts_only_when_accepted_as_substitute(cast: Cast) -> None:
    plain, as_substitute = due(cast), due(cast)
    deliver(cast, plain, 1, "2023-11-01", assets=[an_asset(cast, device_type=cast.tablet)])
    deliver(cast, as_substitute, 1, "2023-11-01", assets=[an_asset(cast, device_type=cast.tablet)])
    assert seen(plain, "2023-12-01").delivered == 0
    with at("2023-11-02"):
        handover = an_issue(cast, assets=[an_asset(cast, device_type=cast.tablet)], pledge_line=plain.lines.get())
        accepted(cast, handover, substitute=True)
    assert (seen(plain, "2023-12-01").delivered, seen(plain, "2023-12-01").status) == (1, "kept_on_time")


def test_a_quantity_never_said_cannot_be_kept(cast: Cast) -> None:
    pledge = a_pledge(cast, lines=[])
    found = seen(pledge, "2024-03-01")
    assert (found.promised, found.delivered, found.status, found.completed_on) == (0, 0, "dangling", None)
    dated = due(cast, lines=[])
    assert seen(dated, "2024-03-01").status == "overdue"


def test_a_quantity_clarified_to_40_lines_by_letter_is_0_of_40_from_then_on_and_the_empty_original_stays(
    cast: Cast,
) -> None:
    units = [
        Unit.objects.create(code=f"32.01.{n}", name=f"Kecamatan {n}", kind="district", parent=cast.root)
        for n in range(50, 90)
    ]
    with at("2024-01-15"):
        pledge = a_pledge(cast, lines=[], title="HP untuk admin")
    lines = [{"unit": unit, "family": cast.hp.family, "quantity": 1} for unit in units]
    lines_changed(cast, pledge, lines=lines, on="2024-03-01")
    before, after = seen(pledge, "2024-02-29"), seen(pledge, "2024-03-01")
    assert (before.promised, before.completed_on) == (0, None)
    assert (after.delivered, after.promised, after.status) == (0, 40, "dangling")
    assert not pledge.lines.filter(effective_on=None).exists()
    assert seen(pledge, "2024-02-29").promised == 0


def test_no_budget_is_not_offered_as_an_excuse(cast: Cast) -> None:
    pledge = due(cast)
    with refused(DomainError, "invalid_choice", field="reason"):
        closed(cast, pledge, "excuse", reason="no_budget")


def test_never_a_date_and_delivered_is_kept_undated(cast: Cast) -> None:
    pledge = a_pledge(cast)
    deliver(cast, pledge, 1, "2024-01-05")
    found = seen(pledge, "2025-01-01")
    assert (found.status, found.days_late, found.late) == ("kept_undated", 0, False)


# ---- closed, inherited, listed


def test_a_withdrawn_pledge_is_withdrawn_from_that_day_on_and_its_days_stop(cast: Cast) -> None:
    pledge = due(cast)
    with at("2024-01-20"):
        closed(cast, pledge, "withdraw", reason="Anggaran dipotong, surat 12/2024")
    assert seen(pledge, "2024-01-19").status == "overdue"
    found = seen(pledge, "2024-06-01")
    assert (found.status, found.days_late, found.late) == ("withdrawn", 20, False)
    with pytest.raises(Conflict):
        deadlines.ask(
            pledge,
            kind="extension",
            new_due_on=day("2026-12-31"),
            reason="x",
            actor=cast.verifier,
            document=an_attachment(cast),
        )


def test_a_new_regent_inherits_the_pledge_on_the_same_clock(cast: Cast) -> None:
    pledge = due(cast)
    before = seen(pledge, "2025-03-01")
    for name, start in (("Bupati lama", "2018-12-30"), ("Bupati baru", "2025-02-20")):
        holder = Person.objects.create(name=name, unit=cast.root)
        Tenure.objects.create(office=cast.bupati, person=holder, starts_on=day(start))
    assert seen(pledge, "2025-03-01") == before
    assert [tenure.person.name for tenure in again(pledge).office.tenures.all()] == ["Bupati lama", "Bupati baru"]


def test_a_list_by_status_holds_the_same_rows_as_the_pages_also_at_midnight(cast: Cast) -> None:
    pledges = [due(cast, on) for on in ("2023-12-30", "2023-12-31", "2024-01-01", "2024-01-31")] + [a_pledge(cast)]
    for instant in ("2023-12-31T23:59:59", "2024-01-01T00:00:00"):
        with at(instant):
            pages = {pledge: judgement_of(pledge).status for pledge in pledges}
            for status in set(pages.values()):
                rows = set(Pledge.objects.with_status(status))
                assert rows == {pledge for pledge in pledges if pages[pledge] == status}
