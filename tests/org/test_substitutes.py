"""A dated substitute (Plh./Plt.): who may be replaced, whose four eyes bind, and how the register says it."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import NotAllowed
from core.models import Event
from documents.papers import bast, letter
from org import accounts
from org.models import Grant, Role, User
from org.models.grants import reach
from requests_app import approvals, filing
from tests.api.cast import Caller
from tests.backoffice.desk import Desk, page, text
from tests.base import Cast, a_request, again, an_issue, at, day, decide, endorsed, grant, submitted, user, verified
from tests.checks import invalid, one_event, refused
from tests.documents.papers import words_of

LEAVE = {"starts_on": day("2026-03-02"), "ends_on": day("2026-03-13")}


def replacing(cast: Cast, absent: User, **values: Any) -> User:
    """Somebody of Kemang who stands in for ``absent`` while he is away, given by the superuser."""
    stand_in = User.objects.filter(username="sekcam").first() or user(username="sekcam", unit=cast.kemang)
    given: dict[str, Any] = {"role": Role.UNIT_HEAD, "unit": cast.kemang, **LEAVE, **values}
    accounts.grant(actor=cast.superuser, user=stand_in, acting_for=absent, **given)
    return again(stand_in)


# ---- whom one stands in for


def test_who_is_replaced_held_the_role_there_all_that_time(cast: Cast) -> None:
    assert replacing(cast, cast.kemang_head)


@pytest.mark.parametrize(
    ("who", "values"),
    [
        ("kemang_admin", {}),
        ("cibinong_head", {}),
        ("kemang_head", {"role": Role.VERIFIER}),
        ("kemang_head", {"unit": "cibinong"}),
        ("kemang_head", {"unit": "root"}),
    ],
)
def test_nobody_stands_in_for_who_does_not_hold_the_role_there(cast: Cast, who: str, values: dict[str, Any]) -> None:
    values = {name: getattr(cast, each) if name == "unit" else each for name, each in values.items()}
    with invalid("acting_for"):
        replacing(cast, getattr(cast, who), **values)
    assert not Grant.objects.filter(acting_for__isnull=False).exists()


@pytest.mark.parametrize("ends_on", ["2026-02-27", "2026-03-12"])
def test_nor_for_who_held_it_then_no_more(cast: Cast, ends_on: str) -> None:
    Grant.objects.filter(user=cast.kemang_head).update(ends_on=day(ends_on))
    with invalid("acting_for"):
        replacing(cast, cast.kemang_head)
    Grant.objects.filter(user=cast.kemang_head).update(ends_on=LEAVE["ends_on"])
    assert replacing(cast, cast.kemang_head)


def test_nor_for_oneself_nor_for_a_substitute(cast: Cast) -> None:
    first = replacing(cast, cast.kemang_head)
    for absent, to in ((first, cast.kemang_admin), (cast.kemang_head, cast.kemang_head)):
        with invalid("acting_for"):
            accounts.grant(
                actor=cast.superuser, user=to, acting_for=absent, role=Role.UNIT_HEAD, unit=cast.kemang, **LEAVE
            )


def test_the_entry_tells_role_unit_days_and_whose_place(cast: Cast) -> None:
    stand_in = user(username="sekcam", unit=cast.kemang)
    with one_event("grant.created", by=cast.superuser, role="superuser") as written:
        given = accounts.grant(
            actor=cast.superuser, user=stand_in, acting_for=cast.kemang_head, role=Role.UNIT_HEAD, unit=cast.kemang,
            **LEAVE,
        )  # fmt: skip
    assert written.changes == {
        "user": [None, stand_in.pk], "role": [None, "unit_head"], "unit": [None, "32.01.12"],
            "unit_name": [None, "Kecamatan Kemang"],
        "starts_on": [None, "2026-03-02"], "ends_on": [None, "2026-03-13"],
        "acting_for": [None, cast.kemang_head.pk], "stands_in_for": [None, "Asep Sunarya"],
    }  # fmt: skip
    assert "Asep" not in str(written.event.changes), "a name stays erasable"
    shown = text(Desk(cast).get(cast.superuser, page(given)))
    assert "Plh. Kepala unit (Camat), untuk Asep Sunarya · Kecamatan Kemang · 2 Mar 2026 – 13 Mar 2026" in shown


# ---- four eyes


@at("2026-03-03")
def test_what_the_absent_filed_his_substitute_does_not_endorse(cast: Cast) -> None:
    request = submitted(cast, a_request(cast, by=cast.kemang_head))
    stand_in = replacing(cast, cast.kemang_head)
    with refused(NotAllowed, "own_act"):
        filing.endorse(request, actor=stand_in)
    assert filing.endorse(submitted(cast), actor=again(stand_in)), "what somebody else filed he does"


@at("2026-03-03")
def test_a_request_for_the_absent_is_not_decided_by_his_substitute(cast: Cast) -> None:
    request = submitted(cast, a_request(cast, on_behalf_of=cast.kemang_head.person))
    stand_in = replacing(cast, cast.kemang_head)
    with refused(NotAllowed, "own_act"):
        filing.endorse(request, actor=stand_in)


@at("2026-03-03")
def test_who_decides_does_not_stand_in_for_who_verified(cast: Cast) -> None:
    request = verified(cast)
    grant(cast.approver, role=Role.VERIFIER, unit=cast.root, acting_for=cast.verifier, ends_on=day("2026-03-13"))
    with refused(NotAllowed, "own_act"):
        decide(cast, request, by=again(cast.approver))
    decide(cast, request, by=cast.approver2)


@at("2026-03-03T09:00")
def test_ending_it_the_same_day_does_not_part_the_two_for_what_was_done_by_then(cast: Cast) -> None:
    given = grant(cast.cibinong_head, role=Role.UNIT_HEAD, unit=cast.kemang, acting_for=cast.kemang_head,
                  ends_on=day("2026-03-13"))  # fmt: skip
    stand_in = again(cast.cibinong_head)
    request = submitted(cast, a_request(cast, by=stand_in))
    with at("2026-03-03T10:00"):
        accounts.end_grant(given, actor=cast.superuser, reason="Kembali bertugas")
        with refused(NotAllowed, "own_act"):
            filing.endorse(request, actor=again(cast.kemang_head))
        later = submitted(cast, a_request(cast, by=again(cast.kemang_admin)))
        assert filing.endorse(later, actor=again(cast.kemang_head))


def test_once_the_days_are_over_each_acts_for_himself(cast: Cast) -> None:
    with at("2026-03-03"):
        request = verified(cast)
        grant(cast.approver, role=Role.VERIFIER, unit=cast.root, acting_for=cast.verifier, ends_on=day("2026-03-13"))
    with at("2026-03-16"):
        decide(cast, request, by=again(cast.approver))


# ---- how it is said


@at("2026-03-03")
def test_event_timeline_and_journal_say_in_whose_place(cast: Cast) -> None:
    stand_in = replacing(cast, cast.kemang_head)
    request = filing.endorse(submitted(cast), actor=stand_in)
    event = Event.objects.latest("seq")
    assert (event.actor_id, event.role, event.acting_for_id) == (stand_in.pk, "unit_head", cast.kemang_head.pk)
    told = Caller(cast.auditor).get(f"requests/{request.pk}/history/").json()["results"][-1]
    assert told["acting_for"] == {"id": cast.kemang_head.pk, "name": "Asep Sunarya"}
    desk = Desk(cast)
    said = "Plh. Camat, untuk Asep Sunarya"
    assert f"Sdr. sekcam ({said})" in text(desk.get(cast.auditor, page(request)))
    assert f"Sdr. sekcam · {said}" in text(desk.get(cast.auditor, page(event)))
    own = endorsed(cast)
    assert Event.objects.filter(verb="request.endorsed").latest("seq").acting_for_id is None
    assert "Plh." not in text(desk.get(cast.auditor, page(own)))


@at("2026-03-03")
def test_ones_own_role_goes_before_that_of_a_substitute(cast: Cast) -> None:
    grant(cast.verifier, role=Role.VERIFIER, unit=cast.root, acting_for=cast.clerk, ends_on=day("2026-03-13"))
    role = reach(again(cast.verifier)).role_at((Role.VERIFIER,), cast.kemang)
    assert role == "verifier"
    assert getattr(role, "acting_for", None) is None
    approvals.verify(endorsed(cast), actor=again(cast.verifier))
    assert Event.objects.latest("seq").acting_for_id is None


@at("2026-03-03")
def test_the_letter_names_whose_place_the_endorser_took(cast: Cast) -> None:
    stand_in = replacing(cast, cast.kemang_head)
    request = filing.endorse(submitted(cast), actor=stand_in)
    assert "Plh. Camat Kemang, untuk Asep Sunarya" in words_of(letter.render(request))
    assert "Plh." not in words_of(letter.render(endorsed(cast, a_request(cast, unit=cast.cibinong))))


@at("2026-03-03")
def test_the_bast_names_whose_place_the_clerk_took(cast: Cast) -> None:
    stand_in = user(username="staf", unit=cast.diskominfo)
    clerks: dict[str, Any] = {"role": Role.ASSET_CLERK, "unit": cast.root, **LEAVE}
    accounts.grant(actor=cast.superuser, user=stand_in, acting_for=cast.clerk, **clerks)
    paper = words_of(bast.render(an_issue(cast, by=again(stand_in))))
    assert "Plh. Pengurus Barang, untuk Ujang Suherman" in paper
    assert "Plh." not in words_of(bast.render(an_issue(cast)))
