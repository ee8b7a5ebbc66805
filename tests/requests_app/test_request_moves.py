"""Every verb on a request in every state and by everybody: the tables say who may do what when."""

from __future__ import annotations

import pytest

from core import acts
from core.errors import Conflict, DomainError, NotAllowed
from core.permits import actions, may
from requests_app import approvals, filing
from requests_app.models import DeviceRequest
from tests.base import Cast, again, at, settings_are
from tests.checks import no_event
from tests.requests_app.scenes import REQUEST_STATES, act_on_request, request_in

VERBS = acts.permits(acts.on(DeviceRequest, filing, approvals))
STATES_OF = {
    "change": {"draft", "sent_back"},
    "delete": {"draft"},
    "submit": {"draft", "sent_back"},
    "endorse": {"submitted"},
    "attach-letter": {"submitted"},
    "withdraw": {"submitted", "endorsed", "sent_back", "verified", "decided", "deferred", "reopened"},
    "verify": {"endorsed"},
    "send-back": {"submitted", "endorsed", "verified"},
    "decide": {"verified", "reopened"},
    "close-short": {"decided", "partly_issued"},
}
UNIT = {"kemang_admin", "kemang_head", "superuser"}
APPROVERS = {"approver", "approver2", "superuser"}
PEOPLE_OF = {
    "change": UNIT, "delete": UNIT, "submit": UNIT, "withdraw": UNIT, "attach-letter": UNIT,
    "endorse": {"kemang_head", "superuser"},
    "verify": {"verifier", "superuser"},
    "send-back": {"verifier"} | APPROVERS,
    "decide": APPROVERS,
    "close-short": APPROVERS,
}  # fmt: skip
SOMEBODY = {
    "change": "kemang_admin", "delete": "kemang_admin", "submit": "kemang_admin", "withdraw": "kemang_admin",
    "attach-letter": "kemang_admin", "endorse": "kemang_head", "verify": "verifier", "send-back": "verifier",
    "decide": "approver", "close-short": "approver",
}  # fmt: skip


def test_the_tables_name_every_verb() -> None:
    assert set(STATES_OF) == set(PEOPLE_OF) == set(VERBS)


@pytest.mark.parametrize("state", REQUEST_STATES)
def test_each_verb_works_in_its_states_and_conflicts_in_all_others(cast: Cast, state: str) -> None:
    request = request_in(cast, state)
    for verb in sorted(VERBS, key=lambda verb: state in STATES_OF[verb]):
        allowed, actor = state in STATES_OF[verb], getattr(cast, SOMEBODY[verb])
        assert VERBS[verb].when(request) is allowed, verb
        if not allowed:
            with no_event(), pytest.raises(Conflict):
                act_on_request(cast, request, verb, actor)
    assert again(request).state == request.state


@pytest.mark.parametrize(("verb", "state"), [(verb, state) for verb in STATES_OF for state in sorted(STATES_OF[verb])])
def test_each_verb_does_its_work(cast: Cast, verb: str, state: str) -> None:
    request = request_in(cast, state)
    act_on_request(cast, request, verb, getattr(cast, SOMEBODY[verb]))
    found = DeviceRequest.objects.filter(pk=request.pk).first()
    after = {
        "delete": None, "submit": "submitted", "withdraw": "withdrawn", "verify": "verified", "send-back": "sent_back",
        "decide": "decided", "close-short": "closed",
    }  # fmt: skip
    assert (found and found.current_state) == after.get(verb, request.state)


@pytest.mark.parametrize("verb", STATES_OF)
def test_each_verb_is_for_its_people_only(cast: Cast, verb: str) -> None:
    request = request_in(cast, sorted(STATES_OF[verb])[-1])
    people = {getattr(cast, name) for name in PEOPLE_OF[verb]}
    for user in cast.users:
        assert may(VERBS, verb, user, request) is (user in people), user.username
        assert (verb in actions(VERBS, user, request)) is (user in people), user.username
        if user not in people:  # who may only bring the letter is told that it is missing
            with no_event(), pytest.raises(DomainError if verb == "endorse" else NotAllowed):
                act_on_request(cast, request, verb, user)


def test_an_old_form_sent_again_conflicts(cast: Cast) -> None:
    stale = request_in(cast, "verified")
    act_on_request(cast, again(stale), "decide", cast.approver)
    with no_event(), pytest.raises(Conflict):
        act_on_request(cast, stale, "decide", cast.approver2)


def test_what_was_decided_is_not_edited(cast: Cast) -> None:
    request = request_in(cast, "decided")
    for verb in ("change", "submit", "delete"):
        with no_event(), pytest.raises(Conflict):
            act_on_request(cast, request, verb, cast.kemang_admin)


@pytest.mark.parametrize("ask", ["none", "letter", "tap"])
def test_who_is_waited_for_follows_the_setting(cast: Cast, ask: str) -> None:
    settings_are(endorsement=ask)
    request = request_in(cast, "submitted")
    assert VERBS["verify"].when(request) is (ask == "none")
    assert VERBS["endorse"].when(request) is (ask != "none")


def test_a_deferred_line_opens_at_midnight_of_new_year(cast: Cast) -> None:
    request = request_in(cast, "deferred")
    with at("2026-12-31T23:59:59"):
        assert not VERBS["decide"].when(request)
    with at("2027-01-01T00:00:00"):
        assert VERBS["decide"].when(request)
