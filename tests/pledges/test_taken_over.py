"""Who takes a draft over is of the unit where it was made; what was said in it stays, and it is not deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from org import accounts
from org.models import Person, Role, User
from pledges import pledging
from pledges.models import Pledge, PledgeLine
from tests.api.cast import Caller
from tests.base import Cast, a_draft_pledge, again, at, day, grant, user


@pytest.fixture
def draft(cast: Cast) -> Pledge:
    """Rani's, made at Kemang, whose last grant has ended since."""
    pledge = a_draft_pledge(cast, by=cast.kemang_admin, original_due_on=day("2026-12-31"))
    accounts.end_grant(cast.kemang_admin.grants.get(), actor=cast.user_admin, reason="Pindah tugas")
    return again(pledge)


def moved(who: User, unit: Any) -> User:
    Person.objects.filter(pk=who.person_id).update(unit=unit)
    return again(who)


def with_grant(cast: Cast, who: User) -> User:
    grant(who, role=Role.REQUESTER, unit=cast.kemang)
    return again(who)


def the_head_of_where_the_recorder_went(cast: Cast) -> User:
    moved(cast.kemang_admin, cast.diskominfo)
    return user(username="kadis", unit=cast.diskominfo, roles=(Role.UNIT_HEAD,))


def head_and_plh(cast: Cast) -> User:
    """The head of Diskominfo, whose person was moved to Kemang too."""
    kadis = user(username="kadis", unit=cast.kemang, roles=(Role.UNIT_HEAD,), where=cast.diskominfo)
    grant(kadis, role=Role.UNIT_HEAD, unit=cast.kemang, acting_for=cast.kemang_head, ends_on=day("2026-12-31"))
    return again(kadis)


def sent_it_back(cast: Cast) -> User:
    """A verifier who gave the draft back, then lost that role and came to Kemang."""
    pledging.send_back(Pledge.objects.get(), actor=cast.verifier, reason="Kurang jelas")
    cast.verifier.grants.update(ends_on=day("2026-03-01"))
    return with_grant(cast, moved(cast.verifier, cast.kemang))


OTHERS = {
    "verifier with a grant": lambda cast: with_grant(cast, cast.verifier),
    "verifier moved and with a grant": lambda cast: with_grant(cast, moved(cast.verifier, cast.kemang)),
    "publisher moved and with a grant": lambda cast: with_grant(cast, moved(cast.publisher, cast.kemang)),
    "clerk moved and with a grant": lambda cast: with_grant(cast, moved(cast.clerk, cast.kemang)),
    "stranger with a grant": lambda cast: with_grant(cast, cast.viewer),
    "nobody's account with a grant": lambda cast: with_grant(cast, user(username="kosong")),
    "head of where the recorder went": the_head_of_where_the_recorder_went,
    "head of the responsible unit as Plh Camat": head_and_plh,
    "head of the kabupaten": lambda cast: user(username="bupati", unit=cast.root, roles=(Role.UNIT_HEAD,)),
    "another kecamatan": lambda cast: cast.cibinong_head,
    "superuser": lambda cast: cast.superuser,
    "who sent it back": sent_it_back,
}


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_but_people_of_its_unit_takes_a_draft_over(cast: Cast, draft: Pledge, who: str) -> None:
    caller = Caller(OTHERS[who](cast))
    assert caller.post(f"pledges/{draft.pk}/take-over/").status_code in (403, 404)
    assert caller.patch(f"pledges/{draft.pk}/", {"quote": "Lain"}).status_code in (403, 404)
    assert caller.delete(f"pledges/{draft.pk}/").status_code in (403, 404)
    assert again(draft).recorded_by == cast.kemang_admin


def test_another_requester_of_the_unit_takes_over_and_submits(cast: Cast, draft: Pledge) -> None:
    other = Caller(user(username="admin-dua", unit=cast.kemang, roles=(Role.REQUESTER,)))
    path = f"pledges/{draft.pk}/"
    assert "take-over" in other.get(path).json()["actions"]
    assert other.post(f"{path}take-over/").status_code == 200
    assert other.patch(path, {"title": "HP admin", "occasion": "Rapat kerja"}).status_code == 200
    with at("2026-03-17"):
        assert other.post(f"{path}submit/").json()["publication"] == "submitted"
    stays = again(draft)
    assert (stays.title, stays.quote, stays.original_due_on) == ("HP admin", draft.quote, draft.original_due_on)


def test_also_where_the_recorder_has_gone_elsewhere_or_somebody_of_a_desa_takes_over(cast: Cast, draft: Pledge) -> None:
    moved(cast.kemang_admin, cast.diskominfo)
    kades = Caller(user(username="kades", unit=cast.village, roles=(Role.REQUESTER,), where=cast.kemang))
    assert kades.post(f"pledges/{draft.pk}/take-over/").status_code == 200


SAID: dict[str, Any] = {
    "quote": "Lain", "made_on_from": "2021-12-31", "made_on_to": "2022-06-30", "basis": "letter",
    "strength": "intention", "deadline_text": "segera", "original_due_on": "2030-01-01", "lines": [],
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_what_was_said_stays_as_drafted(cast: Cast, draft: Pledge, name: str) -> None:
    camat, path = Caller(cast.kemang_head), f"pledges/{draft.pk}/"
    assert camat.post(f"{path}take-over/").status_code == 200
    refusal = camat.patch(path, {name: SAID[name]})
    assert (refusal.status_code, refusal.json()["code"]) == (409, "taken_over"), refusal.content
    lines = [{"unit": cast.kemang.pk, "family": cast.hp.family_id, "quantity": 1}]
    assert camat.patch(path, {"quote": draft.quote, "lines": lines, "title": "HP admin"}).status_code == 200


def test_a_draft_that_was_taken_over_is_not_deleted(cast: Cast, draft: Pledge) -> None:
    camat, path = Caller(cast.kemang_head), f"pledges/{draft.pk}/"
    camat.post(f"{path}take-over/")
    assert "delete" not in camat.get(path).json()["actions"]
    refusal = camat.delete(path)
    assert (refusal.status_code, refusal.json()["code"]) == (409, "taken_over")
    for change in (
        lambda: Pledge.objects.update(quote="Lain"), lambda: Pledge.objects.update(taken_over_at=None),
        lambda: Pledge.objects.update(recorded_in=cast.diskominfo), lambda: PledgeLine.objects.update(quantity=2),
        lambda: Pledge.objects.filter(pk=draft.pk).delete(),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
            change()
