"""A repair that never ends and a loss that only the clerk knows are take-backs; the unit's own word decides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from assets import absences, register
from assets.models import Absence, Asset
from core.errors import Conflict, DomainError, NotAllowed
from org.models import Role
from pledges.models import Pledge
from pledges.reading import judgement_of, lapsed_among
from pledges.states import Status
from tests.base import (
    Cast,
    a_pledge,
    accepted,
    again,
    an_asset,
    an_issue,
    at,
    closing,
    day,
    delivered,
    grant,
    returned,
    user,
)
from tests.checks import no_event, one_event, refused

SAID = {"made_on_from": date(2026, 3, 1), "made_on_to": date(2026, 3, 1), "original_due_on": date(2026, 6, 30)}


@pytest.fixture
def kept(cast: Cast) -> tuple[Pledge, Asset]:
    """One phone for Kemang, received on the second of March, four months early."""
    with at("2026-03-02"):
        pledge, asset = a_pledge(cast, **SAID), an_asset(cast)
        delivered(cast, assets=[asset], pledge_line=pledge.lines.get())
    return pledge, asset


def status(pledge: Pledge, on: str) -> str:
    """The status on a day: the same by the row's rule and by the list's."""
    with at(on):
        found = judgement_of(pledge)
        [row] = Pledge.objects.filter(pk=pledge.pk).judged()
        assert (row.status, row.delivered, row.completed_on) == (found.status, found.delivered, found.completed_on)
        return found.status


def in_repair(cast: Cast, asset: Asset, on: str, ended: str = "") -> None:
    with at(on):
        register.start_repair(asset, actor=cast.clerk)
    if ended:
        with at(ended):
            register.end_repair(asset, actor=cast.clerk, condition="good")


def test_a_repair_that_never_ends_is_taken_back_on_its_91st_day(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    pledge, asset = kept
    in_repair(cast, asset, "2026-04-01")
    assert day("2026-04-01") + timedelta(90) == day("2026-06-30")
    assert status(pledge, "2026-06-30T23:59:59") == Status.KEPT_ON_TIME
    assert status(pledge, "2026-07-01T00:00:00") == Status.TAKEN_BACK


def test_the_clerks_word_that_it_is_over_ends_nothing(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    """Also not a second repair begun after the first, nor a move below the unit."""
    pledge, asset = kept
    in_repair(cast, asset, "2026-04-01", "2026-04-10")
    in_repair(cast, asset, "2026-06-01", "2026-06-02")
    with at("2026-06-03"):
        an_issue(cast, assets=[asset], kind="transfer", to=cast.village)
    assert status(pledge, "2026-06-30") == Status.KEPT_ON_TIME
    assert status(pledge, "2026-07-01") == Status.TAKEN_BACK
    assert Absence.objects.count() == 1


def test_it_counts_again_from_the_day_the_unit_has_it_back(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    pledge, asset = kept
    in_repair(cast, asset, "2026-04-01", "2026-04-10")
    with at("2026-07-20"), one_event("asset.back_confirmed", by=cast.kemang_admin, role="requester"):
        absences.confirm_back(asset, actor=cast.kemang_admin, back_on=day("2026-07-15"))
    assert status(pledge, "2026-07-20") == Status.KEPT_ON_TIME
    with at("2026-07-20"):
        found = judgement_of(pledge)
        assert (found.was_taken_back, found.completed_on) == (True, day("2026-03-02"))
        assert judgement_of(pledge, day("2026-07-14")).status == Status.TAKEN_BACK
        assert judgement_of(pledge, day("2026-07-16"), day("2026-07-19")).status == Status.TAKEN_BACK


@pytest.mark.parametrize("word", ["confirm-back", "report-condition"])
def test_a_word_in_time_leaves_no_trace(cast: Cast, kept: tuple[Pledge, Asset], word: str) -> None:
    pledge, asset = kept
    in_repair(cast, asset, "2026-04-01", "2026-04-10")
    with at("2026-04-11"):
        if word == "confirm-back":
            absences.confirm_back(asset, actor=cast.kemang_admin)
        else:
            register.report_condition(asset, actor=cast.kemang_admin, condition="good")
    in_repair(cast, asset, "2026-06-01")
    assert status(pledge, "2026-08-30") == Status.KEPT_ON_TIME
    with at("2026-08-30"):
        assert not judgement_of(pledge).was_taken_back
    assert status(pledge, "2026-08-31") == Status.TAKEN_BACK


def test_what_the_keeper_sees_of_its_condition_is_not_the_units_word(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    pledge, asset = kept
    in_repair(cast, asset, "2026-04-01", "2026-04-10")
    with at("2026-04-12"):
        register.report_condition(asset, actor=cast.clerk, condition="good")
    assert status(pledge, "2026-07-01") == Status.TAKEN_BACK


def test_the_unit_agrees_once_to_ninety_days_more(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    pledge, asset = kept
    in_repair(cast, asset, "2026-04-01")
    with at("2026-06-15"):
        with no_event(), refused(DomainError, "required", field="reason"):
            absences.agree_repair(asset, actor=cast.kemang_admin, reason=" ")
        with one_event("asset.repair_agreed", by=cast.kemang_admin, role="requester"):
            absences.agree_repair(asset, actor=cast.kemang_admin, reason="Suku cadang dipesan")
        with no_event(), refused(Conflict, "already_agreed"):
            absences.agree_repair(asset, actor=cast.kemang_admin, reason="Lagi")
    assert day("2026-04-01") + timedelta(180) == day("2026-09-28")
    assert status(pledge, "2026-09-28") == Status.KEPT_ON_TIME
    assert status(pledge, "2026-09-29") == Status.TAKEN_BACK


def test_an_agreement_that_comes_late_counts_from_its_own_day(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    pledge, asset = kept
    in_repair(cast, asset, "2026-04-01")
    with at("2026-07-10"):
        absences.agree_repair(asset, actor=cast.kemang_head, reason="Suku cadang dipesan")
        assert judgement_of(pledge).was_taken_back
        assert judgement_of(pledge, day("2026-07-09")).status == Status.TAKEN_BACK
    assert status(pledge, "2026-07-10") == Status.KEPT_ON_TIME
    assert status(pledge, "2026-09-29") == Status.TAKEN_BACK


def test_nobody_agrees_to_a_time_that_has_passed(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    _pledge, asset = kept
    in_repair(cast, asset, "2026-04-01")
    with at("2026-09-29"), no_event(), refused(Conflict, "too_late"):
        absences.agree_repair(asset, actor=cast.kemang_admin, reason="Suku cadang dipesan")


@pytest.mark.parametrize("verb", ["confirm-back", "agree-repair", "confirm-loss"])
def test_only_the_holders_unit_speaks(cast: Cast, kept: tuple[Pledge, Asset], verb: str) -> None:
    """Not the giver, nor the pledge's recorder with a grant at the unit, nor another unit, nor the superuser."""
    _pledge, asset = kept
    for each in (cast.clerk, cast.verifier):
        grant(each, role=Role.REQUESTER, unit=cast.kemang)
    in_repair(cast, asset, "2026-04-01")
    with at("2026-04-02"):
        register.mark_lost(asset, actor=cast.clerk, reason="Tidak ada")
        said = {"reason": "x"}
        act = {"confirm-back": absences.confirm_back, "agree-repair": absences.agree_repair,
               "confirm-loss": absences.confirm_loss}[verb]  # fmt: skip
        for each in (cast.clerk, cast.verifier):
            with no_event(), refused(NotAllowed, "not_the_unit"):
                act(asset, actor=again(each), **said)
        for each in (cast.cibinong_admin, cast.superuser, cast.viewer):
            with no_event(), refused(NotAllowed, "not_the_holder"):
                act(asset, actor=each, **said)
        act(asset, actor=cast.kemang_admin, **said)
        with no_event(), refused(Conflict, "already_agreed" if verb == "agree-repair" else "illegal_transition"):
            act(asset, actor=cast.kemang_admin, **said)


def test_a_word_on_a_day_that_cannot_be_is_refused(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    _pledge, asset = kept
    in_repair(cast, asset, "2026-04-01", "2026-04-10")
    in_repair(cast, asset, "2026-05-01")
    with at("2026-05-03"):
        for back_on, code in (("2026-04-30", "before_repair"), ("2026-05-04", "in_the_future")):
            with no_event(), refused(DomainError, code, field="back_on"):
                absences.confirm_back(asset, actor=cast.kemang_admin, back_on=day(back_on))


def test_a_repair_before_the_unit_received_it_goes_on(cast: Cast) -> None:
    """Handed over, sent to repair, and received as on its day long after; what it received later it has."""
    with at("2026-03-02"):
        pledge, asset = a_pledge(cast, **SAID), an_asset(cast)
        paper = an_issue(cast, assets=[asset], pledge_line=pledge.lines.get())
    in_repair(cast, asset, "2026-03-02")
    with at("2026-07-01"):
        accepted(cast, paper, received_on=day("2026-03-02"))
        assert judgement_of(pledge, day("2026-05-31")).status == Status.KEPT_ON_TIME
    assert status(pledge, "2026-07-01") == Status.TAKEN_BACK


def test_what_is_received_after_its_repair_began_is_there(cast: Cast) -> None:
    with at("2026-03-02"):
        pledge, asset = a_pledge(cast, **SAID), an_asset(cast)
        paper = an_issue(cast, assets=[asset], pledge_line=pledge.lines.get())
    in_repair(cast, asset, "2026-03-03", "2026-03-04")
    with at("2026-03-10"):
        accepted(cast, paper, received_on=day("2026-03-05"))
    assert status(pledge, "2026-12-31") == Status.KEPT_ON_TIME


def test_a_friends_receipt_of_a_move_does_not_say_that_it_is_back(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    pledge, asset = kept
    grant(cast.clerk2, role=Role.REQUESTER, unit=cast.village)
    in_repair(cast, asset, "2026-04-01", "2026-04-10")
    with at("2026-04-12"):
        moved = an_issue(cast, assets=[asset], kind="transfer", to=cast.village)
        accepted(cast, moved, by=again(cast.clerk2))
    assert status(pledge, "2026-07-01") == Status.TAKEN_BACK
    with at("2026-07-02"):
        absences.confirm_back(asset, actor=user(username="desa", unit=cast.village, roles=(Role.REQUESTER,)))
    assert status(pledge, "2026-07-02") == Status.KEPT_ON_TIME


def test_a_device_given_anew_leaves_its_old_repair_behind(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    pledge, asset = kept
    in_repair(cast, asset, "2026-04-01", "2026-04-10")
    with at("2026-05-01"):
        accepted(cast, returned(cast, [asset], by=cast.kemang_admin), by=cast.clerk2)
        other = a_pledge(cast, **{**SAID, "made_on_from": day("2026-05-01"), "made_on_to": day("2026-05-01")},
                         lines=[{"unit": cast.cibinong, "family": cast.hp.family, "quantity": 1}])  # fmt: skip
        delivered(cast, assets=[asset], to=cast.cibinong, pledge_line=other.lines.get())
    assert status(pledge, "2026-12-01") == Status.TAKEN_BACK
    assert status(other, "2026-12-01") == Status.KEPT_ON_TIME


def test_a_pledge_is_complete_for_the_first_time_when_what_was_missing_is_back(cast: Cast) -> None:
    with at("2026-03-02"):
        pledge = a_pledge(cast, promised=2, **SAID)
        first, second = an_asset(cast), an_asset(cast)
        delivered(cast, assets=[first], pledge_line=pledge.lines.get())
    in_repair(cast, first, "2026-03-03", "2026-03-10")
    with at("2026-06-20"):
        delivered(cast, assets=[second], pledge_line=pledge.lines.get())
    assert status(pledge, "2026-07-01") == Status.OVERDUE
    with at("2026-07-05"):
        absences.confirm_back(first, actor=cast.kemang_admin)
    assert status(pledge, "2026-07-05") == Status.KEPT_LATE
    with at("2026-07-06"):
        assert judgement_of(pledge).completed_on == day("2026-07-05")


def test_a_loss_that_the_clerk_entered_waits_for_the_unit(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    pledge, asset = kept
    with at("2026-04-05"):
        register.mark_lost(asset, actor=cast.clerk, reason="Tidak ada", lost_on=day("2026-04-01"))
        assert judgement_of(pledge, day("2026-03-31")).status == Status.KEPT_ON_TIME
    assert status(pledge, "2026-04-05") == Status.TAKEN_BACK
    with at("2026-05-01"), one_event("asset.loss_confirmed", by=cast.kemang_head, role="unit_head"):
        absences.confirm_loss(asset, actor=cast.kemang_head)
    assert status(pledge, "2026-05-01") == Status.KEPT_ON_TIME
    with at("2026-05-01"):
        assert not judgement_of(pledge).was_taken_back
        assert judgement_of(pledge, known_at=day("2026-04-30")).status == Status.TAKEN_BACK


def test_a_loss_that_the_unit_reports_stops_nothing(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    pledge, asset = kept
    with at("2026-04-05"):
        register.mark_lost(asset, actor=cast.kemang_admin, reason="Dicuri")
        with refused(Conflict, "illegal_transition"):
            absences.confirm_loss(asset, actor=cast.kemang_head)
    assert status(pledge, "2026-04-06") == Status.KEPT_ON_TIME


def test_a_loss_entered_by_the_clerk_with_a_grant_at_the_unit_is_the_clerks(
    cast: Cast, kept: tuple[Pledge, Asset]
) -> None:
    pledge, asset = kept
    grant(cast.clerk, role=Role.REQUESTER, unit=cast.kemang)
    with at("2026-04-05"):
        register.mark_lost(asset, actor=again(cast.clerk), reason="Tidak ada")
    assert status(pledge, "2026-04-06") == Status.TAKEN_BACK


def test_what_is_found_counts_again_from_that_day(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    pledge, asset = kept
    with at("2026-04-05"):
        register.mark_lost(asset, actor=cast.clerk, reason="Tidak ada")
    with at("2026-04-20"):
        register.mark_found(asset, actor=cast.clerk)
        found = judgement_of(pledge)
        assert (found.status, found.was_taken_back) == (Status.KEPT_ON_TIME, True)
    assert status(pledge, "2026-04-20") == Status.KEPT_ON_TIME
    with at("2026-04-20"):
        assert judgement_of(pledge, day("2026-04-19")).status == Status.TAKEN_BACK


def test_a_loss_before_its_holder_had_it_stops_nothing_earlier(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    _pledge, asset = kept
    with at("2026-04-05"):
        register.mark_lost(asset, actor=cast.clerk, reason="Tidak ada", lost_on=day("2026-02-01"))
    assert Absence.objects.get().stops_on == day("2026-03-02")


def test_what_lies_in_stock_is_missing_to_nobody(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    """A phone that its unit gave back counts on, whatever the keeper does with it."""
    pledge, asset = kept
    with at("2026-04-01"):
        accepted(cast, returned(cast, [asset], by=cast.kemang_admin), by=cast.clerk2)
        register.start_repair(asset, actor=cast.clerk)
        register.end_repair(asset, actor=cast.clerk, condition="good")
        register.mark_lost(asset, actor=cast.clerk, reason="Tidak ada")
    assert not Absence.objects.exists()
    assert status(pledge, "2026-12-01") == Status.KEPT_ON_TIME


def test_who_gives_back_what_it_never_got_back_does_not_heal_it(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    pledge, asset = kept
    in_repair(cast, asset, "2026-04-01")
    with at("2026-04-20"):
        returned(cast, [asset], by=cast.kemang_admin)
    assert status(pledge, "2026-07-01") == Status.TAKEN_BACK


def test_what_has_served_its_useful_life_stands_still_no_more(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    """Four years: not where the repair's ninety days end before them."""
    pledge, asset = kept
    in_repair(cast, asset, "2029-12-02")
    assert status(pledge, "2030-03-02") == Status.KEPT_ON_TIME
    assert status(pledge, "2031-01-01") == Status.KEPT_ON_TIME
    with at("2029-12-03"):
        absences.confirm_back(asset, actor=cast.kemang_admin)
    asset2 = again(asset)
    with at("2029-12-04"):
        register.mark_lost(asset2, actor=cast.clerk, reason="Tidak ada")
    assert status(pledge, "2031-01-01") == Status.TAKEN_BACK


def test_a_request_lapses_when_what_was_missing_is_back(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    pledge, asset = kept
    in_repair(cast, asset, "2026-04-01")
    with at("2026-07-02"):
        asked = closing(cast, pledge)
        assert not lapsed_among([asked])
    with at("2026-07-03"):
        absences.confirm_back(asset, actor=cast.kemang_admin)
    with at("2026-07-04"):
        returned(cast, [asset], kind="recall")
        assert lapsed_among([asked]) == {asked.pk}


def test_no_door_leads_around_it(cast: Cast, kept: tuple[Pledge, Asset]) -> None:
    _pledge, asset = kept
    in_repair(cast, asset, "2026-04-01")
    row = Absence.objects.get()
    for change in ({"stops_on": day("2199-01-01")}, {"began_on": day("2026-05-01")}, {"item": row.item_id + 1}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Absence.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


@pytest.mark.parametrize("own", [True, False])
def test_what_the_unit_says_was_lost_in_repair_never_stops_to_count(
    cast: Cast, kept: tuple[Pledge, Asset], own: bool
) -> None:
    pledge, asset = kept
    in_repair(cast, asset, "2026-03-10")
    with at("2026-04-01"):
        register.mark_lost(again(asset), actor=cast.kemang_admin if own else cast.clerk, reason="Hilang di bengkel")
        if not own:
            absences.confirm_loss(again(asset), actor=cast.kemang_admin)
    assert [status(pledge, on) for on in ("2026-04-01", "2026-06-08", "2026-12-31")] == ["kept_on_time"] * 3
