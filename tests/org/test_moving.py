"""Who moves leaves the roles of the old place behind, but for those that are named with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import Conflict, NotAllowed
from core.models import Event
from org import accounts, departing
from org.models import Grant, Person, Role, User
from org.reference import keep
from org.rules import holds
from tests.api.cast import Caller
from tests.base import Cast, again, an_issue, returned
from tests.checks import invalid, one_event, refused

MOVE = {"reason": "Mutasi"}


def moves(cast: Cast, person: Person, **said: Any) -> Person:
    return departing.leave(again(person), moves_to=cast.cibinong, actor=cast.user_admin, **MOVE, **said)


def acts_in_kemang(cast: Cast, user: User) -> bool:
    return holds(again(user), Role.REQUESTER, unit=cast.kemang)


def test_who_moves_asks_no_more_for_the_unit_that_was_left(cast: Cast) -> None:
    assert acts_in_kemang(cast, cast.kemang_admin)
    with one_event("person.left", by=cast.user_admin, role="user_admin") as written:
        moves(cast, cast.rani)
    assert again(cast.kemang_admin).acts and not acts_in_kemang(cast, cast.kemang_admin)
    given = Grant.objects.get(user=cast.kemang_admin)
    assert written.changes["grants_end"] == [
        None, [{"role": "requester", "unit": cast.kemang.code, "unit_name": str(cast.kemang)}]
    ]  # fmt: skip
    assert given.ended_at and ("grant", given.pk) in written.related


def test_a_role_of_the_new_place_and_one_that_is_named_go_on(cast: Cast) -> None:
    rani, head = cast.kemang_admin, cast.kemang_head
    new = accounts.grant(actor=cast.user_admin, user=rani, role=Role.VIEWER, unit=cast.cibinong)
    with one_event("person.left", by=cast.user_admin, role="user_admin") as written:
        moves(cast, cast.rani, keeps=[Role.REQUESTER], keeps_because="Membantu sampai penggantinya ada")
    assert acts_in_kemang(cast, rani) and holds(again(rani), Role.VIEWER, unit=cast.cibinong)
    assert "grants_end" not in written.changes and [each["role"] for each in written.changes["grants_kept"][1]] == [
        "requester"
    ]
    assert ("grant", new.pk) not in written.related
    assert Grant.objects.get(user=rani, role=Role.REQUESTER).kept_because == "Membantu sampai penggantinya ada"
    moves(cast, head.person)
    departing.leave(again(cast.rani), moves_to=cast.village, actor=cast.user_admin, **MOVE)
    assert not Grant.objects.at().filter(user=rani).exists(), "kept for the first move, not for the second"


def test_what_is_kept_is_held_to_who_may_give_it_and_why(cast: Cast) -> None:
    because = {"keeps_because": "Perlu"}
    with invalid("keeps"):
        moves(cast, cast.rani, keeps=[Role.VERIFIER], **because)
    with invalid("keeps_because"):
        moves(cast, cast.rani, keeps=[Role.REQUESTER], keeps_because=" ")
    with invalid("keeps"):
        departing.leave(again(cast.rani), actor=cast.user_admin, keeps=[Role.REQUESTER], **because, **MOVE)
    with refused(NotAllowed, "own_act"):
        moves(cast, cast.user_admin.person, keeps=[Role.USER_ADMIN], **because)
    accounts.set_password(cast.kemang_admin, actor=cast.user_admin, password="sawah-hijau-7731")
    with invalid("keeps"):
        moves(cast, cast.rani, keeps=[Role.REQUESTER], **because)


def test_a_move_that_waits_ends_roles_with_the_last_device_and_its_paper_says_so(cast: Cast) -> None:
    device = an_issue(cast, recipient=cast.rani).items.get().asset
    moves(cast, cast.rani)
    assert acts_in_kemang(cast, cast.kemang_admin)
    returned(cast, [device])
    assert again(cast.rani).unit == cast.cibinong and not acts_in_kemang(cast, cast.kemang_admin)
    event = Event.objects.filter(verb="handover.handed_over").latest("seq")
    given = Grant.objects.get(user=cast.kemang_admin)
    assert event.changes["grants_end"][1] == [given.told]
    assert {"type": "grant", "id": given.pk} in [{k: each[k] for k in ("type", "id")} for each in event.related]


def test_who_stays_keeps_the_roles_as_they_were(cast: Cast) -> None:
    an_issue(cast, recipient=cast.rani)
    moves(cast, cast.rani, keeps=[Role.REQUESTER], keeps_because="Perlu")
    departing.stay(again(cast.rani), actor=cast.user_admin)
    assert acts_in_kemang(cast, cast.kemang_admin) and Grant.objects.get(user=cast.kemang_admin).kept_because == ""


@pytest.mark.parametrize("channel", ["verb", "api"])
def test_the_unit_of_who_holds_a_role_is_not_corrected_past_the_move(cast: Cast, channel: str) -> None:
    if channel == "verb":
        with refused(Conflict, "in_use", field="unit"):
            keep(again(cast.rani), unit=cast.cibinong, actor=cast.user_admin)
    else:
        answer = Caller(cast.user_admin).patch(f"people/{cast.rani.pk}/", {"unit": cast.cibinong.pk})
        assert answer.status_code == 409 and "Pindah atau berhenti" in answer.json()["detail"]
    assert again(cast.rani).unit == cast.kemang
    keep(again(cast.outsider.person), unit=cast.cibinong, actor=cast.user_admin)
