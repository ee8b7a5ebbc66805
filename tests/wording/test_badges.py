"""Every state has its badge: words in both languages and a tone."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils.translation import override

from assets.states import AssetState, Condition, HandoverState, InventoryAnswer
from core.models import Decision, Job
from planning.states import PlanState
from pledges.states import Publication, Status
from requests_app.models import RequestLine
from requests_app.states import LineDecision, RequestState
from wording import badges
from wording.badges import Badge, Tone

EVERY = {
    badges.asset: AssetState,
    badges.condition: Condition,
    badges.handover: HandoverState,
    badges.answer: ["", *InventoryAnswer],
    badges.plan: PlanState,
    badges.job: Job.State,
    lambda state: badges.pledge(SimpleNamespace(publication="published", status=state)): Status,
    lambda state: badges.pledge(SimpleNamespace(publication=state)): [p for p in Publication if p != "published"],
    lambda state: badges.asked(SimpleNamespace(decision=state)): ["", *Decision],
    lambda state: badges.request(state, "", late=False): RequestState,
}


@pytest.mark.parametrize(("badge", "states"), EVERY.items())
def test_every_state_has_words_and_a_tone(badge, states) -> None:
    for state in states:
        said = badge(state)
        assert isinstance(said, Badge) and said.tone in Tone
        with override("en"):
            english = str(said.text)
        assert str(said.text) and english


def test_what_waits_is_said_before_the_state_and_in_red_when_late() -> None:
    assert badges.request("decided", "issue", late=False) == Badge(badges.WAITING["issue"], Tone.BRAND)
    assert badges.request("submitted", "verify", late=True) == Badge(badges.WAITING["verify"], Tone.LATE)
    assert str(badges.request("decided", "", late=False).text) == "Ditunda"
    assert badges.handover("handed_over").text == badges.WAITING["receive"]


def test_a_date_moved_back_is_told_beside_the_status() -> None:
    pledge = SimpleNamespace(publication="published", status=Status.EXTENDED)
    assert badges.pledge(pledge, 2).text == f"{Status.EXTENDED.label} · diundur 2 kali"


def test_what_was_decided_of_a_line_is_told_with_its_number_and_year() -> None:
    approved = RequestLine(quantity=3, decision=LineDecision.APPROVE, approved_quantity=2)
    deferred = RequestLine(quantity=3, decision=LineDecision.DEFER, defer_to_year=2028)
    assert badges.request_line(approved) == Badge("Disetujui 2 dari 3", Tone.GOOD)
    assert badges.request_line(deferred) == Badge("Ditunda ke 2028", Tone.SOON)
    assert badges.request_line(RequestLine(quantity=3)) is None
