"""The unit head's consent: not asked, by signed letter, or by tap, as the installation says."""

from __future__ import annotations

import pytest

from core.errors import Conflict, DomainError, NotAllowed
from requests_app import approvals, filing
from tests.base import Cast, a_request, again, an_attachment, settings_are, submitted
from tests.checks import one_event, refused


def test_by_tap_the_head_consents_with_one_event(cast: Cast) -> None:
    request = submitted(cast)
    with one_event("request.endorsed", by=cast.kemang_head, role="unit_head") as written:
        filing.endorse(request, actor=cast.kemang_head)
    assert written.changes == {"endorsed": [None, "tap"]}
    assert (again(request).state, again(request).endorsed_by) == ("submitted", cast.kemang_head)


def test_nothing_is_verified_before_the_head_has_consented(cast: Cast) -> None:
    request = submitted(cast)
    with refused(Conflict, "not_endorsed"):
        approvals.verify(request, actor=cast.verifier)
    filing.endorse(request, actor=cast.kemang_head)
    with one_event("request.verified", by=cast.verifier, role="verifier") as written:
        approvals.verify(request, actor=cast.verifier)
    assert written.changes == {"state": ["submitted", "verified"]}


def test_where_no_consent_is_asked_the_verifier_goes_on_and_a_tap_conflicts(cast: Cast) -> None:
    settings_are(endorsement="none")
    request = submitted(cast)
    with refused(Conflict, "illegal_transition"):
        filing.endorse(request, actor=cast.kemang_head)
    approvals.verify(request, actor=cast.verifier)


def test_where_the_letter_is_asked_a_tap_does_not_do(cast: Cast) -> None:
    settings_are(endorsement="letter")
    request = submitted(cast)
    with refused(DomainError, "required", field="letter"):
        filing.endorse(request, actor=cast.kemang_head)


@pytest.mark.parametrize("asked", ["letter", "tap"])
def test_the_requester_may_attach_the_signed_letter(cast: Cast, asked: str) -> None:
    settings_are(endorsement=asked)
    request, letter = submitted(cast), an_attachment(cast)
    with one_event("request.endorsed", by=cast.kemang_admin, role="requester") as written:
        filing.endorse(request, actor=cast.kemang_admin, letter=letter)
    assert written.changes == {"endorsed": [None, "letter"]}
    assert again(request).letter == letter
    approvals.verify(request, actor=cast.verifier)


def test_consent_is_given_once(cast: Cast) -> None:
    request = submitted(cast)
    filing.endorse(request, actor=cast.kemang_head)
    with refused(Conflict, "illegal_transition"):
        filing.endorse(request, actor=cast.kemang_head)


def test_the_head_does_not_tap_their_own_request(cast: Cast) -> None:
    request = submitted(cast, a_request(cast, by=cast.kemang_head))
    with refused(NotAllowed, "own_act"):
        filing.endorse(request, actor=cast.kemang_head)


def test_a_request_that_waited_goes_on_when_the_office_stops_asking(cast: Cast) -> None:
    request = submitted(cast)
    settings_are(endorsement="none")
    approvals.verify(request, actor=cast.verifier)
    assert again(request).state == "verified"
