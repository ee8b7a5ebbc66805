"""Who heads the promiser's side does not confirm for the kecamatan, be it as a dated substitute of its Camat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assets import register
from assets.models import Asset, Handover
from handing_over import fulfilment
from org.models import Office, Person, Role, Unit, User
from pledges import deadlines
from pledges.models import Pledge
from pledges.reading import judgement_of
from tests.api.cast import Caller
from tests.base import (
    Cast,
    a_pledge,
    accepted,
    again,
    an_attachment,
    an_issue,
    at,
    day,
    delivered,
    grant,
    returned,
    user,
)

Given = tuple[Pledge, Handover, Asset]


@pytest.fixture
def pledge(cast: Cast) -> Pledge:
    return a_pledge(cast, original_due_on=day("2026-12-31"))


def number(pledge: Pledge) -> int:
    return judgement_of(pledge, day("2026-12-31")).delivered


def plh_camat(cast: Cast, who: User) -> User:
    """Made the dated substitute of the Camat of Kemang by one grant."""
    grant(who, role=Role.UNIT_HEAD, unit=cast.kemang, acting_for=cast.kemang_head, ends_on=day("2026-12-31"))
    return again(who)


def head_of(unit: Unit) -> User:
    return user(username=f"kepala-{unit.name}".lower().replace(" ", "-"), unit=unit, roles=(Role.UNIT_HEAD,))


def asked_and_left(cast: Cast, pledge: Pledge) -> User:
    """He asked an extension as head of the responsible unit; that grant has ended and he moved to the kecamatan."""
    kadis = head_of(cast.diskominfo)
    deadlines.ask(
        pledge, kind="extension", new_due_on=day("2027-01-31"), reason="Menunggu anggaran",
        document=an_attachment(cast), actor=kadis,
    )  # fmt: skip
    kadis.grants.update(ends_on=day("2026-03-01"))
    Person.objects.filter(pk=kadis.person_id).update(unit=cast.kemang)
    return again(kadis)


def moved(cast: Cast, who: User) -> User:
    Person.objects.filter(pk=who.person_id).update(unit=cast.kemang)
    return again(who)


OF_THE_PROMISER: dict[str, Callable[[Cast, Pledge], User]] = {
    "head of the responsible unit": lambda cast, _pledge: head_of(cast.diskominfo),
    "the same, moved to Kemang": lambda cast, _pledge: moved(cast, head_of(cast.diskominfo)),
    "head of the office's unit": lambda cast, _pledge: head_of(cast.root),
    "asked an extension as such a head": asked_and_left,
    "requester of the responsible unit": lambda cast, _pledge: user(
        username="humas", unit=cast.setda, roles=(Role.REQUESTER,), where=cast.diskominfo
    ),
    "staff of the responsible unit": lambda cast, _pledge: user(username="staf", unit=cast.diskominfo),
    "of no unit": lambda cast, _pledge: user(username="tanpa-orang"),
}
OF_THE_RECEIVER: dict[str, Callable[[Cast, Pledge], User]] = {
    "substitute from elsewhere": lambda cast, _pledge: user(username="plh", unit=cast.setda),
    "substitute from a desa": lambda cast, _pledge: user(username="kades", unit=cast.village),
    "head of another kecamatan": lambda cast, _pledge: cast.cibinong_head,
}


def disputed(cast: Cast, pledge: Pledge) -> Given:
    """Counted by a scan, then disputed by the Camat."""
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
    fulfilment.dispute(handover, common="Tidak pernah kami terima", actor=cast.kemang_head)
    return pledge, handover, handover.items.get().asset


def recalled(cast: Cast, pledge: Pledge) -> Given:
    """Given back, as the clerk says."""
    asset = delivered(cast, pledge_line=pledge.lines.get()).items.get().asset
    return pledge, returned(cast, [asset]), asset


def in_long_repair(cast: Cast, pledge: Pledge) -> Given:
    handover = delivered(cast, pledge_line=pledge.lines.get())
    asset = handover.items.get().asset
    register.start_repair(asset, actor=cast.clerk)
    return pledge, handover, asset


def lost(cast: Cast, pledge: Pledge) -> Given:
    """Lost, as the clerk says."""
    handover = delivered(cast, pledge_line=pledge.lines.get())
    asset = handover.items.get().asset
    register.mark_lost(asset, actor=cast.clerk, reason="Tidak ditemukan")
    return pledge, handover, asset


WORDS: dict[str, tuple[Callable[[Cast, Pledge], Given], str]] = {
    "withdraw-dispute": (disputed, "handovers"),
    "confirm-return": (recalled, "handovers"),
    "confirm-back": (in_long_repair, "assets"),
    "agree-repair": (in_long_repair, "assets"),
    "confirm-loss": (lost, "assets"),
}


def say(verb: str, given: Given, path: str, who: User) -> Any:
    _pledge, handover, asset = given
    body = {"reason": "Benar"}
    return Caller(who).post(f"{path}/{(handover if path == 'handovers' else asset).pk}/{verb}/", body)


@pytest.mark.parametrize("who", OF_THE_PROMISER)
def test_what_the_promisers_side_receives_as_plh_camat_passes_custody_only(
    cast: Cast, pledge: Pledge, who: str
) -> None:
    plh = plh_camat(cast, OF_THE_PROMISER[who](cast, pledge))
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    assert Caller(plh).post(f"handovers/{handover.pk}/accept/").status_code == 200
    assert number(pledge) == 0
    refusal = Caller(plh).post(f"handovers/{handover.pk}/accept/")
    assert (refusal.status_code, refusal.json()["code"]) == (403, "not_the_unit")
    accepted(cast, handover, by=cast.kemang_head)
    assert number(pledge) == 1


@pytest.mark.parametrize("verb", WORDS)
@pytest.mark.parametrize("who", OF_THE_PROMISER)
def test_nor_is_any_other_word_of_his_that_of_the_kecamatan(cast: Cast, pledge: Pledge, who: str, verb: str) -> None:
    scene, path = WORDS[verb]
    plh, given = plh_camat(cast, OF_THE_PROMISER[who](cast, pledge)), scene(cast, pledge)
    before = number(pledge)
    refusal = say(verb, given, path, plh)
    assert (refusal.status_code, refusal.json()["code"]) == (403, "not_the_unit"), refusal.content
    assert number(pledge) == before
    assert say(verb, given, path, cast.kemang_head).status_code == 200


@pytest.mark.parametrize("verb", WORDS)
@pytest.mark.parametrize("who", OF_THE_RECEIVER)
def test_a_substitute_of_the_receivers_side_speaks_for_the_kecamatan(
    cast: Cast, pledge: Pledge, who: str, verb: str
) -> None:
    scene, path = WORDS[verb]
    plh, given = plh_camat(cast, OF_THE_RECEIVER[who](cast, pledge)), scene(cast, pledge)
    answer = say(verb, given, path, plh)
    assert answer.status_code == 200, answer.content


def test_a_return_filed_by_the_promisers_head_as_plh_camat_is_a_recall(cast: Cast, pledge: Pledge) -> None:
    asset = delivered(cast, pledge_line=pledge.lines.get()).items.get().asset
    plh = plh_camat(cast, head_of(cast.diskominfo))
    with at("2026-03-10"):
        back = returned(cast, [asset], by=plh)
        assert number(pledge) == 0
        fulfilment.confirm_return(back, actor=cast.kemang_admin)
    assert number(pledge) == 1


def test_a_kecamatan_that_answers_for_its_own_promise_still_receives(cast: Cast) -> None:
    camat = Office.objects.create(name="Camat Kemang", unit=cast.kemang)
    for values in ({"responsible_unit": cast.kemang}, {"office": camat}):
        for who in (cast.kemang_head, cast.kemang_admin):
            pledge = a_pledge(cast, original_due_on=day("2026-12-31"), **values)
            if who == cast.kemang_head:
                deadlines.ask(
                    pledge, kind="extension", new_due_on=day("2027-01-31"), reason="Menunggu anggaran",
                    document=an_attachment(cast), actor=who,
                )  # fmt: skip
            accepted(cast, an_issue(cast, pledge_line=pledge.lines.get()), by=again(who))
            assert number(pledge) == 1


def test_a_grant_for_the_whole_kabupaten_is_the_promisers_also_where_the_kabupaten_receives(cast: Cast) -> None:
    line = {"unit": cast.root, "family": cast.hp.family, "quantity": 1}
    pledge = a_pledge(cast, original_due_on=day("2026-12-31"), lines=[line])
    named = user(username="ajudan", unit=cast.setda)
    handover = an_issue(cast, to=cast.root, pledge_line=pledge.lines.get(), recipient=named.person)
    accepted(cast, handover, by=head_of(cast.root))
    assert number(pledge) == 0
    accepted(cast, handover, by=named)
    assert number(pledge) == 1
