"""What a kecamatan left behind is seen and moved on by the one that took its place (pledges.md, "Succession"): drafts,
requests, handovers, devices."""

from __future__ import annotations

from typing import Any

import pytest

from org import accounts
from org.models import Role, Unit, User
from org.models.grants import reach
from org.reference import keep
from org.rules import holds
from pledges import pledging
from pledges.models import Pledge
from tests.api.cast import Caller
from tests.base import (
    Cast,
    a_draft_pledge,
    a_pledge,
    a_request,
    again,
    an_issue,
    at,
    delivered,
    grant,
    put_out_of_use,
    submitted,
    succeeded,
    user,
)


def a_kecamatan(cast: Cast, number: int = 98) -> Unit:
    return Unit.objects.create(code=f"32.01.{number}", name=f"Baru {number}", kind="district", parent=cast.root)


@pytest.fixture
def heir(cast: Cast) -> Unit:
    return a_kecamatan(cast)


@pytest.fixture
def requester(heir: Unit) -> User:
    return user(username="admin-baru", unit=heir, roles=(Role.REQUESTER,))


@pytest.fixture
def head(heir: Unit) -> User:
    return user(username="camat-baru", unit=heir, roles=(Role.UNIT_HEAD,))


def takes_over(cast: Cast, old: Unit, new: Unit) -> None:
    succeeded(cast, old, new)
    put_out_of_use(cast, again(old))


def left_by(cast: Cast, who: User) -> None:
    accounts.end_grant(who.grants.get(), actor=cast.user_admin, reason="Kecamatan digabung")


def listed(who: User, kind: str) -> list[int]:
    return [each["id"] for each in Caller(again(who)).get(f"{kind}/").json()["results"]]


def waiting(who: User, kind: str) -> list[int]:
    return [each["id"] for each in Caller(again(who)).get(f"worklists/{kind}/due-or-overdue/").json()["results"]]


@pytest.fixture
def draft(cast: Cast) -> Pledge:
    made = a_draft_pledge(cast, by=cast.kemang_admin)
    left_by(cast, cast.kemang_admin)
    return again(made)


def test_the_draft_of_a_kecamatan_is_taken_over_by_its_successor(
    cast: Cast, draft: Pledge, heir: Unit, requester: User
) -> None:
    path = f"pledges/{draft.pk}/"
    assert Caller(requester).get(path).status_code == 404
    succeeded(cast, cast.kemang, heir)
    caller = Caller(again(requester))
    assert draft.pk in listed(requester, "pledges")
    assert "take-over" in caller.get(path).json()["actions"]
    assert caller.post(f"{path}take-over/").status_code == 200
    with at("2026-03-17"):
        assert caller.post(f"{path}submit/").json()["publication"] == "submitted"


def test_by_however_many_steps_and_by_somebody_of_one_below(cast: Cast, draft: Pledge, heir: Unit) -> None:
    last = a_kecamatan(cast, 99)
    village = Unit.objects.create(code="32.01.99.2001", name="Desa Baru", kind="village", parent=last)
    pledging.send_back(draft, actor=cast.verifier, reason="Sebutkan tempatnya")
    takes_over(cast, cast.kemang, heir)
    takes_over(cast, heir, last)
    clerk = user(username="kades-baru", unit=village, roles=(Role.REQUESTER,), where=last)
    assert waiting(clerk, "pledges") == [draft.pk]
    assert Caller(clerk).post(f"pledges/{draft.pk}/take-over/").status_code == 200


def test_nobody_else_takes_it_over(cast: Cast, draft: Pledge, heir: Unit) -> None:
    strangers = [
        cast.cibinong_admin, user(username="tamu", unit=cast.cibinong, roles=(Role.REQUESTER,), where=heir),
        user(username="kadis", unit=heir, roles=(Role.UNIT_HEAD,), where=cast.diskominfo),
        user(username="verif", unit=heir, roles=(Role.REQUESTER, Role.VERIFIER)),
    ]  # fmt: skip
    grant(strangers[3], role=Role.VERIFIER, unit=cast.root)
    takes_over(cast, cast.kemang, heir)
    for each in strangers:
        refusal = Caller(again(each)).post(f"pledges/{draft.pk}/take-over/").status_code
        assert refusal in (403, 404), each
    assert again(draft).recorded_by == cast.kemang_admin


def test_its_requests_go_on(cast: Cast, heir: Unit, requester: User, head: User) -> None:
    draft, sent = a_request(cast), submitted(cast)
    assert not listed(requester, "requests")
    takes_over(cast, cast.kemang, heir)
    assert set(listed(requester, "requests")) == {draft.pk, sent.pk} == set(listed(head, "requests"))
    filer, camat = Caller(again(requester)), Caller(again(head))
    assert filer.patch(f"requests/{draft.pk}/", {"purpose": "Untuk kecamatan baru"}).status_code == 200
    assert filer.post(f"requests/{draft.pk}/submit/").status_code == 200
    assert set(waiting(head, "requests")) == {draft.pk, sent.pk}
    assert camat.post(f"requests/{sent.pk}/endorse/").status_code == 200
    assert filer.post(f"requests/{sent.pk}/withdraw/", {"reason": "Dicatat ulang"}).status_code == 200


def test_its_handovers_are_received_and_count(cast: Cast, heir: Unit, requester: User) -> None:
    pledge = a_pledge(cast)
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    takes_over(cast, cast.kemang, heir)
    assert listed(requester, "handovers") == [handover.pk]
    caller = Caller(again(requester))
    assert waiting(requester, "handovers") == [handover.pk]
    received = caller.post(f"handovers/{handover.pk}/accept/", {"received_on": "2026-03-02"})
    assert received.status_code == 200, received.content
    assert caller.get(f"pledges/{pledge.pk}/").json()["delivered"] == 1


def test_its_devices_are_reported_and_given_back(cast: Cast, heir: Unit, requester: User) -> None:
    asset = delivered(cast).items.get().asset
    assert not listed(requester, "assets")
    takes_over(cast, cast.kemang, heir)
    assert listed(requester, "assets") == [asset.pk]
    caller, path = Caller(again(requester)), f"assets/{asset.pk}/"
    told = caller.post(f"{path}report-condition/", {"condition": "lightly_damaged", "note": "Retak"})
    assert told.status_code == 200, told.content


def test_a_divided_kecamatan_is_spoken_for_by_all_that_took_its_place(cast: Cast, draft: Pledge, heir: Unit) -> None:
    other = a_kecamatan(cast, 99)
    split = a_kecamatan(cast, 97)
    succeeded(cast, cast.kemang, split, kind="split_off")
    succeeded(cast, cast.kemang, heir)
    succeeded(cast, again(cast.kemang), other)
    both = [user(username=f"admin-{each.code}", unit=each, roles=(Role.REQUESTER,)) for each in (heir, other)]
    assert all(holds(again(each), Role.REQUESTER, unit=cast.kemang) for each in both)
    assert not holds(user(username="pecahan", unit=split, roles=(Role.REQUESTER,)), Role.REQUESTER, unit=cast.kemang)
    assert Caller(again(both[1])).post(f"pledges/{draft.pk}/take-over/").status_code == 200


def test_what_is_only_proposed_or_comes_back_into_use_gives_nothing(cast: Cast, heir: Unit, requester: User) -> None:
    takes_over(cast, cast.kemang, heir)
    assert holds(again(requester), Role.REQUESTER, unit=cast.village)
    keep(again(cast.kemang), actor=cast.user_admin, active=True)
    assert not holds(again(requester), Role.REQUESTER, unit=cast.kemang)


def test_who_inherits_nothing_is_asked_nothing_more(
    cast: Cast, heir: Unit, requester: User, django_assert_num_queries: Any
) -> None:
    takes_over(cast, cast.kemang, heir)
    for who, number in ((cast.cibinong_admin, 1), (cast.verifier, 1), (requester, 2)):
        fresh = again(who)
        fresh.acts  # noqa: B018  (the person is read with the account)
        with django_assert_num_queries(number):
            reach(fresh)
