"""Words that nobody publishes: the limits of the desks they lie on, whose they stay, and that they are counted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.errors import Conflict, NotAllowed
from desks import worklists
from org import accounts
from pledges import figures, notice, pledging
from pledges.models import Pledge
from pledges.states import Strength
from tests.base import Cast, a_draft_pledge, again, at, day, settings_are
from tests.checks import no_event, one_event, refused

# Recorded on Monday 2 March 2026: ten working days later it is Monday 16 March.
LIMIT, PAST = "2026-03-16", "2026-03-17"


def at_desk(who: Any) -> tuple[set[int], set[int]]:
    """The pledges due and overdue for this person."""
    found = worklists.worklist("pledges", again(who))
    return {each.pk for each in found.due}, {each.pk for each in found.overdue}


@pytest.mark.parametrize(
    "said",
    [{"quote": "Lain"}, {"made_on_to": date(2022, 6, 30)}, {"strength": Strength.INTENTION}, {"deadline_text": "besok"},
     {"original_due_on": date(2030, 1, 1)}, {"basis": "letter"}, {"lines": []}, {"occasion": "Rapat"}],
    ids=lambda said: next(iter(said)),
)  # fmt: skip
def test_nobody_else_rewrites_what_a_kecamatan_heard(cast: Cast, said: dict[str, Any]) -> None:
    pledge = a_draft_pledge(cast, by=cast.kemang_admin)
    for who in (cast.verifier, cast.superuser):
        with no_event(), refused(NotAllowed, "not_the_recorder"):
            pledging.change(pledge, actor=who, **said)
    with one_event("pledge.changed", by=cast.kemang_admin, role="requester"):
        pledging.change(pledge, actor=cast.kemang_admin, **said)


def test_a_draft_is_given_back_with_a_reason_and_its_limit_runs_on(cast: Cast) -> None:
    pledge = a_draft_pledge(cast, by=cast.kemang_admin)
    with at("2026-03-10"), one_event("pledge.sent_back", by=cast.verifier, role="verifier"):
        pledging.send_back(pledge, actor=cast.verifier, reason="Harinya belum jelas")
    assert notice.Limits().due_on(again(pledge)) == day(LIMIT)
    assert at_desk(cast.kemang_admin) == ({pledge.pk}, set())
    pledging.change(again(pledge), actor=cast.kemang_admin, occasion="Rapat kerja")
    assert at_desk(cast.kemang_admin) == (set(), set())


def test_past_the_verifiers_limit_the_recorder_submits_himself(cast: Cast) -> None:
    pledge = a_draft_pledge(cast, by=cast.kemang_admin)
    with at(LIMIT):
        assert at_desk(cast.verifier) == ({pledge.pk}, set())
        with refused(NotAllowed, "role_missing"):
            pledging.submit(pledge, actor=cast.kemang_admin)
    with at(PAST):
        assert at_desk(cast.verifier) == (set(), {pledge.pk})
        assert at_desk(cast.kemang_admin) == (set(), {pledge.pk})
        with refused(NotAllowed, "role_missing"):
            pledging.submit(pledge, actor=cast.kemang_head)
        with one_event("pledge.submitted", by=cast.kemang_admin, role="requester"):
            pledging.submit(pledge, actor=cast.kemang_admin)


def test_a_submitted_pledge_is_overdue_at_the_publishers_desk_ten_days_after_the_notice(cast: Cast) -> None:
    settings_are(pledge_notice_days=5)
    pledge = pledging.submit(a_draft_pledge(cast), actor=cast.verifier)
    assert notice.publishable_on(pledge) == day("2026-03-09")
    assert notice.Limits().due_on(pledge) == day("2026-03-23")
    with at("2026-03-23"):
        assert at_desk(cast.publisher) == ({pledge.pk}, set())
    with at("2026-03-24"):
        assert at_desk(cast.publisher) == (set(), {pledge.pk})
        pledging.publish(pledge, actor=cast.publisher)
        assert at_desk(cast.publisher) == (set(), set())


def test_what_waits_is_counted_from_the_day_it_was_recorded(cast: Cast) -> None:
    drafted = a_draft_pledge(cast, by=cast.kemang_admin)
    a_draft_pledge(cast, basis="testimony")
    with at("2026-06-15"):
        published = pledging.submit(a_draft_pledge(cast), actor=cast.verifier)
        found = figures.unpublished()
        assert (found.waiting, dict(found.waiting_ages)) == (2, {"0-90": 1, "91-180": 1, "181-365": 0, "366-": 0})
        assert found.waiting_by_office == {cast.bupati.pk: 2}
    with at("2026-06-16"):
        pledging.publish(published, actor=cast.publisher)
        assert figures.unpublished().waiting == 1
        assert figures.unpublished(day("2026-06-15")).waiting == 2
        pledging.submit(drafted, actor=cast.verifier)
        pledging.reject(drafted, actor=cast.publisher, reason="Bukan janji")
        assert figures.unpublished().waiting == 0


# ---- a recorder who leaves


def left(cast: Cast, how: str) -> Pledge:
    """A draft of Rani's, who has since lost her account or her last grant."""
    pledge = a_draft_pledge(cast, by=cast.kemang_admin)
    if how == "account":
        accounts.deactivate(cast.kemang_admin, actor=cast.user_admin, reason="Pindah tugas")
    else:
        accounts.end_grant(cast.kemang_admin.grants.get(), actor=cast.user_admin, reason="Pindah tugas")
    return again(pledge)


@pytest.mark.parametrize("how", ["account", "grant"])
def test_the_draft_of_a_recorder_who_left_is_taken_over_by_his_unit(cast: Cast, how: str) -> None:
    pledge = left(cast, how)
    for who in (cast.cibinong_admin, cast.verifier):
        with no_event(), refused(NotAllowed, "role_missing"):
            pledging.take_over(pledge, actor=who)
    assert pledge in Pledge.objects.visible_to(again(cast.kemang_head))
    assert pledge not in Pledge.objects.visible_to(again(cast.cibinong_head))
    with one_event("pledge.taken_over", by=cast.kemang_head, role="unit_head"):
        pledging.take_over(pledge, actor=cast.kemang_head)
    with one_event("pledge.changed", by=cast.kemang_head, role="unit_head"):
        pledging.change(again(pledge), actor=cast.kemang_head, occasion="Rapat kerja")


def test_nobody_takes_a_draft_from_a_recorder_in_service(cast: Cast) -> None:
    pledge = a_draft_pledge(cast, by=cast.kemang_admin)
    assert pledge not in Pledge.objects.visible_to(cast.kemang_head)
    with no_event(), refused(Conflict, "recorder_in_service"):
        pledging.take_over(pledge, actor=cast.kemang_head)
