"""The regent changes: same pledge, same clock, and all holders in its history."""

from __future__ import annotations

from datetime import date

from core.errors import NotAllowed
from org.models import Tenure
from pledges.holders import handing_over, holders_of, require_reader
from pledges.models import Pledge
from pledges.reading import judgement_of
from tests.base import Cast, a_pledge, day
from tests.checks import refused


def tenure(cast: Cast, who: str, starts: str, ends: str | None = None, status: str = "definitive") -> Tenure:
    person = getattr(cast, who).person
    return Tenure.objects.create(
        office=cast.bupati, person=person, status=status, starts_on=day(starts), ends_on=day(ends) if ends else None
    )


def moments(pledge: Pledge, due: date | None, as_of: str | None = None) -> list[tuple[str, tuple[str, ...]]]:
    found = holders_of(pledge, due, day(as_of) if as_of else None)
    return [(each.tenure.person.name, each.moments) for each in found]


def test_who_said_it_who_held_it_when_due_and_who_inherited_it(cast: Cast) -> None:
    tenure(cast, "viewer", "2018-01-01", "2021-12-31")
    tenure(cast, "decider", "2022-01-01", "2022-06-30")
    tenure(cast, "approver", "2022-07-01", "2023-12-30", "pj")
    tenure(cast, "publisher", "2023-12-31", "2024-12-31")
    tenure(cast, "clerk", "2025-01-01", "2025-02-28", "plt")
    tenure(cast, "planner", "2025-02-01")
    pledge = a_pledge(cast, original_due_on=day("2023-12-31"))
    assert moments(pledge, pledge.original_due_on) == [
        ("Bambang Irawan", ("said",)),
        ("Hendra Gunawan", ("said",)),
        ("Wulan Dewi", ("due",)),
        ("Ujang Suherman", ()),
        ("Teguh Santoso", ("now",)),
    ]
    assert moments(pledge, pledge.original_due_on, "2025-02-15")[-2:] == [
        ("Ujang Suherman", ("now",)),
        ("Teguh Santoso", ("now",)),
    ]
    assert moments(pledge, None)[2] == ("Wulan Dewi", ())


def test_a_deadline_ahead_has_no_holder_yet(cast: Cast) -> None:
    tenure(cast, "planner", "2020-01-01")
    assert moments(a_pledge(cast), day("2026-12-31")) == [("Teguh Santoso", ("said", "now"))]
    assert moments(a_pledge(cast), None) == [("Teguh Santoso", ("said", "now"))]


def test_a_new_holder_changes_neither_number_nor_clock(cast: Cast) -> None:
    old = tenure(cast, "decider", "2018-01-01")
    pledge = a_pledge(cast, original_due_on=day("2023-12-31"))
    before = judgement_of(pledge)
    Tenure.objects.filter(pk=old.pk).update(ends_on=day("2026-03-01"))
    tenure(cast, "planner", "2026-03-02")
    assert judgement_of(pledge) == before
    assert [name for name, _moments in moments(pledge, pledge.original_due_on)] == ["Bambang Irawan", "Teguh Santoso"]


def test_the_last_two_holders_hand_over_and_an_ended_one_without_successor_signs_alone(cast: Cast) -> None:
    assert handing_over(cast.bupati) == (None, None)
    first = tenure(cast, "decider", "2018-01-01")
    assert handing_over(cast.bupati) == (first, None)
    second = tenure(cast, "planner", "2026-03-02")
    assert handing_over(cast.bupati) == (first, second)
    Tenure.objects.filter(pk=second.pk).update(ends_on=day("2026-12-31"))
    assert handing_over(cast.bupati) == (second, None)


def test_names_of_holders_are_for_those_whose_grants_reach_the_office(cast: Cast) -> None:
    for who in (cast.viewer, cast.auditor, cast.verifier, cast.superuser):
        require_reader(who, cast.bupati)
    for who in (cast.kemang_admin, cast.kemang_head, cast.outsider):
        with refused(NotAllowed, "role_missing"):
            require_reader(who, cast.bupati)
