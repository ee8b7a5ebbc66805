"""A backdated paper takes nothing of the kecamatan's right to say that nothing came: the days until only its head says
so begin when it can know of the paper."""

from __future__ import annotations

import pytest

from assets.models import Handover
from handing_over import fulfilment
from pledges.models import Pledge
from pledges.reading import judgement_of
from tests.api.cast import Caller
from tests.base import Cast, a_pledge, again, an_attachment, an_issue, at, day, some_assets, the_archive_is_open

NEVER = {"reason": "Tidak pernah kami terima"}


@pytest.fixture
def pledge(cast: Cast) -> Pledge:
    return a_pledge(cast, original_due_on=day("2026-12-31"))


def backdated(cast: Cast, pledge: Pledge) -> Handover:
    """Recorded on 2 March 2026 as handed over 300 days before."""
    handover = an_issue(cast, on=day("2025-05-06"), pledge_line=pledge.lines.get())
    assert pledge.made_on_to < day("2025-05-06")
    return handover


def says_it_never_came(cast: Cast, handover: Handover) -> int:
    """What the API answers the kecamatan's one account."""
    return Caller(again(cast.kemang_admin)).post(f"handovers/{handover.pk}/dispute/", NEVER).status_code


@pytest.mark.parametrize(("on", "answer"), [("2026-03-02", 200), ("2026-08-29", 200), ("2026-08-30", 403)])
def test_the_days_begin_with_the_recording_where_that_came_late(
    cast: Cast, pledge: Pledge, on: str, answer: int
) -> None:
    handover = backdated(cast, pledge)
    with at(on):
        assert says_it_never_came(cast, handover) == answer


def test_a_backdated_paper_prepared_before_begins_when_it_was_handed_over(cast: Cast, pledge: Pledge) -> None:
    handover = an_issue(cast, on=None, pledge_line=pledge.lines.get())
    with at("2026-12-01"):
        fulfilment.hand_over(handover, actor=cast.clerk, handed_over_on=day("2026-03-02"))
        assert says_it_never_came(cast, handover) == 200


@pytest.mark.parametrize("archive", [False, True])
@pytest.mark.parametrize(("on", "answer"), [("2026-08-25", 200), ("2027-02-21", 200), ("2027-02-22", 403)])
def test_and_with_the_scan_by_which_it_counts(cast: Cast, pledge: Pledge, on: str, answer: int, archive: bool) -> None:
    if archive:
        the_archive_is_open()
    handover = backdated(cast, pledge)
    with at("2026-08-25"):
        fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
        assert judgement_of(pledge).delivered == 1
    with at(on):
        assert says_it_never_came(cast, handover) == answer
        assert judgement_of(pledge).delivered == (answer == 403)


def test_a_scan_that_counts_for_nothing_begins_no_days_anew(cast: Cast, pledge: Pledge) -> None:
    handover = backdated(cast, pledge)
    with at("2026-08-25"):
        fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk)
    with at("2026-08-30"):
        assert says_it_never_came(cast, handover) == 403


def test_a_later_scan_does_not_let_another_accept_what_the_head_disputed(cast: Cast, pledge: Pledge) -> None:
    two = some_assets(cast, 2)
    handover = an_issue(cast, assets=two, pledge_line=pledge.lines.get())
    first = handover.items.first()
    with at("2026-12-01"):
        fulfilment.dispute(handover, reasons={first.pk: NEVER["reason"]}, actor=cast.kemang_head)
        fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
        body = {"items": [first.pk], "received_on": "2026-03-02"}
        answers = [Caller(again(who)).post(f"handovers/{handover.pk}/accept/", body).status_code
                   for who in (cast.kemang_admin, cast.kemang_head)]  # fmt: skip
    assert answers == [403, 200]
