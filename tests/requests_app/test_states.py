"""What a request has come to is derived, by one rule in Python and in SQL."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.models import Asset, Handover, HandoverItem
from core import clock
from requests_app.models import DeviceRequest, Fulfilment, RequestLine
from tests.base import Cast, an_issue, decided, line_of, returned
from tests.profiles import examples
from tests.requests_app.scenes import REQUEST_STATES, issued_on, request_in

EXPECTED = {"endorsed": "submitted", "partly_issued": "decided", "deferred": "decided", "reopened": "decided",
            "rejected": "closed", "closed_short": "closed"}  # fmt: skip


def test_python_and_sql_agree_on_every_way_a_request_can_stand(cast: Cast) -> None:
    requests = {state: request_in(cast, state) for state in REQUEST_STATES}
    rows = DeviceRequest.objects.with_state().in_bulk([request.pk for request in requests.values()])
    for state, request in requests.items():
        expected = EXPECTED.get(state, state)
        assert (request.current_state, rows[request.pk].derived_state) == (expected, expected), state


def test_a_device_that_came_back_leaves_the_request_fulfilled(cast: Cast) -> None:
    request = issued_on(cast, decided(cast), 1)
    returned(cast, [Asset.objects.get()], by=cast.kemang_admin)
    assert request.current_state == "fulfilled"


def test_what_is_only_on_its_way_does_not_fulfil(cast: Cast) -> None:
    request = decided(cast)
    an_issue(cast, request_line=line_of(request))
    assert request.current_state == "decided"


ITEMS = st.lists(st.sampled_from(["prepared", "handed_over", "accepted", "disputed", "cancelled"]), max_size=4)
LINES = st.fixed_dictionaries(
    {
        "decision": st.sampled_from(["approve", "approve", "reject", "defer", ""]),
        "approved": st.integers(1, 3),
        "closed": st.booleans(),
        "items": ITEMS,
    }
)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(state=st.sampled_from(["decided", "decided", "decided", "verified"]), lines=st.lists(LINES, max_size=3))
def test_python_and_sql_agree_on_generated_requests(cast: Cast, state: str, lines: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        request = DeviceRequest.objects.create(
            unit=cast.kemang, filed_by=cast.kemang_admin, purpose="x", state=state, number="UP-1"
        )
        for line in lines:
            put_line(cast, request, line)
        row = DeviceRequest.objects.with_state().get(pk=request.pk)
        assert row.derived_state == request.current_state == what_it_has_come_to(state, lines)
        transaction.set_rollback(True)


def what_it_has_come_to(state: str, lines: list[dict[str, Any]]) -> str:
    """The rule of api.md once more, from the generated facts alone."""
    approved = [line for line in lines if line["decision"] == "approve"]
    received = [line["items"].count("accepted") >= line["approved"] for line in approved]
    waiting = any(line["decision"] in ("", "defer") for line in lines)
    owing = any(not line["closed"] and not done for line, done in zip(approved, received, strict=True))
    if state != "decided" or waiting or owing:
        return state
    return "fulfilled" if approved and all(received) else "closed"


def put_line(cast: Cast, request: Model, line: dict[str, Any]) -> None:
    approves = line["decision"] == "approve"
    row = RequestLine.objects.create(
        request=request, device_type=cast.hp, quantity=3, situation="none", decision=line["decision"],
        approved_quantity=line["approved"] if approves else None,
        closed_at=clock.now() if line["closed"] and approves else None,
    )  # fmt: skip
    handover = Handover.objects.create(kind="issue", legal_act="penggunaan", from_unit=cast.diskominfo,
                                       recipient_unit=cast.kemang, recorded_by=cast.clerk)  # fmt: skip
    for number, state in enumerate(line["items"]):
        asset = Asset.objects.create(tag=f"U-{row.pk}-{number}", device_type=cast.hp, unit=cast.diskominfo)
        item = HandoverItem.objects.create(handover=handover, asset=asset, condition="good", state=state)
        Fulfilment.objects.create(item=item, request_line=row)
