"""Nobody acts on their own request, whatever roles they hold; this binds the superuser."""

from __future__ import annotations

import pytest

from core.errors import NotAllowed
from org.models import Role, User
from requests_app import approvals, filing
from tests.base import Cast, a_request, again, decide, endorsed, grant, submitted, user, verified
from tests.checks import refused
from tests.requests_app.scenes import act_on_request

OFFICE_VERBS = {"endorse": "submitted", "verify": "endorsed", "send-back": "endorsed", "decide": "verified"}


@pytest.fixture
def jack_of_all_trades(cast: Cast) -> User:
    """Somebody of Kemang who holds every role that a request passes."""
    roles = (Role.REQUESTER, Role.UNIT_HEAD, Role.VERIFIER, Role.APPROVER)
    return user(username="serba-bisa", unit=cast.kemang, roles=roles, where=cast.root)


def own_request(cast: Cast, whose: User, state: str, *, named: bool) -> object:
    """A request filed by ``whose``, or by a colleague who names them as the one it is for."""
    if named:
        request = a_request(cast, on_behalf_of=whose.person)
    else:
        request = a_request(cast, by=whose)
    return {"submitted": submitted, "endorsed": endorsed, "verified": verified}[state](cast, request)


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("verb", OFFICE_VERBS)
def test_who_filed_it_or_is_named_in_it_does_not_pass_it_on(
    cast: Cast, jack_of_all_trades: User, verb: str, named: bool
) -> None:
    request = own_request(cast, jack_of_all_trades, OFFICE_VERBS[verb], named=named)
    with refused(NotAllowed, "own_act"):
        act_on_request(cast, request, verb, jack_of_all_trades)


@pytest.mark.parametrize("verb", OFFICE_VERBS)
def test_the_superuser_does_not_pass_on_what_they_filed(cast: Cast, verb: str) -> None:
    request = own_request(cast, cast.superuser, OFFICE_VERBS[verb], named=False)
    with refused(NotAllowed, "own_act"):
        act_on_request(cast, request, verb, cast.superuser)


def test_who_consented_neither_verifies_nor_decides(cast: Cast, jack_of_all_trades: User) -> None:
    request = submitted(cast)
    filing.endorse(request, actor=jack_of_all_trades)
    with refused(NotAllowed, "own_act"):
        act_on_request(cast, request, "verify", jack_of_all_trades)
    act_on_request(cast, request, "verify", cast.verifier)
    with refused(NotAllowed, "own_act"):
        act_on_request(cast, request, "decide", jack_of_all_trades)


def test_the_verifier_of_a_request_is_not_its_decider(cast: Cast) -> None:
    grant(cast.verifier, role=Role.APPROVER, unit=cast.root)
    both = again(cast.verifier)
    request = verified(cast)
    for somebody in (both, cast.superuser):
        if somebody == cast.superuser:
            request = endorsed(cast)
            act_on_request(cast, request, "verify", somebody)
        with refused(NotAllowed, "own_act"):
            act_on_request(cast, request, "decide", somebody)


def test_who_filed_it_does_not_close_it_short(cast: Cast, jack_of_all_trades: User) -> None:
    request = verified(cast, a_request(cast, by=jack_of_all_trades))
    decide(cast, request)
    with refused(NotAllowed, "own_act"):
        act_on_request(cast, request, "close-short", jack_of_all_trades)


def test_a_substitute_is_bound_as_the_one_they_stand_in_for(cast: Cast) -> None:
    grant(
        cast.kemang_admin, role=Role.UNIT_HEAD, unit=cast.kemang, ends_on=cast.kemang_head.grants.get().starts_on.max,
        acting_for=cast.kemang_head,
    )  # fmt: skip
    request = submitted(cast)
    with refused(NotAllowed, "own_act"):
        filing.endorse(request, actor=again(cast.kemang_admin))


@pytest.mark.parametrize("verb", OFFICE_VERBS)
def test_who_submits_the_draft_of_another_brings_it_and_does_not_pass_it_on(
    cast: Cast, jack_of_all_trades: User, verb: str
) -> None:
    request = filing.submit(a_request(cast), actor=jack_of_all_trades)
    assert (request.filed_by, request.submitted_by) == (cast.kemang_admin, jack_of_all_trades)
    if verb != "endorse":
        filing.endorse(request, actor=cast.kemang_head)
    if verb == "decide":
        act_on_request(cast, again(request), "verify", cast.verifier)
    with refused(NotAllowed, "own_act"):
        act_on_request(cast, again(request), verb, jack_of_all_trades)


def test_who_submits_it_anew_brings_it_from_then_on(cast: Cast) -> None:
    request = filing.submit(a_request(cast), actor=cast.kemang_head)
    approvals.send_back(request, actor=cast.superuser, reason="Alasannya kurang jelas")
    filing.submit(again(request), actor=cast.kemang_admin)
    assert filing.sign(again(request), actor=cast.kemang_head).endorsed_by == cast.kemang_head
