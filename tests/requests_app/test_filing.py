"""The unit's side of a request: draft, change, discard, submit, withdraw."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.errors import DomainError, NotAllowed
from org.models import SocialAccount
from requests_app import approvals, filing
from requests_app.models import DeviceRequest, RequestLine
from tests.base import Cast, a_line, a_request, again, at, endorsed, submitted
from tests.checks import invalid, no_event, one_event, refused
from tests.requests_app.scenes import request_in


def test_a_draft_is_one_event_and_keeps_its_reasons_erasable(cast: Cast) -> None:
    with one_event("request.drafted", by=cast.kemang_admin, role="requester") as written:
        request = a_request(cast, purpose="HP pribadi Rani sudah rusak", lines=[a_line(cast, quantity=2)])
    assert (request.state, request.number, request.requester, request.unit) == ("draft", None, cast.rani, cast.kemang)
    line = {"device_type": "smartphone", "quantity": 2, "situation": "personal_broken"}
    assert written.changes == {"lines": [None, [line]], "purpose": [None, "HP pribadi Rani sudah rusak"]}
    assert "Rani" not in str(written.event.changes)
    assert written.event.unit_id == cast.kemang.pk


def test_the_requested_quantity_situation_and_accounts_are_kept_as_given(cast: Cast) -> None:
    account = SocialAccount.objects.create(unit=cast.kemang, platform="instagram", handle="kec.kemang")
    given = a_line(cast, quantity=3, situation="personal", in_use_since="2019", note="Layar retak", accounts=[account])
    line = a_request(cast, lines=[given]).lines.get()
    assert (line.quantity, line.situation, line.in_use_since, line.note) == (3, "personal", "2019", "Layar retak")
    assert list(line.accounts.all()) == [account]
    assert given["accounts"] == [account]


@pytest.mark.parametrize("who", ["verifier", "approver", "clerk", "auditor", "viewer", "outsider", "cibinong_admin"])
def test_nobody_files_for_a_unit_that_is_not_theirs(cast: Cast, who: str) -> None:
    with refused(NotAllowed, "role_missing"):
        a_request(cast, by=getattr(cast, who))


@pytest.mark.parametrize("who", ["kemang_admin", "kemang_head"])
def test_a_kecamatan_files_for_itself_and_its_villages(cast: Cast, who: str) -> None:
    for unit in (cast.kemang, cast.village):
        assert a_request(cast, unit=unit, by=getattr(cast, who)).unit == unit


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": 1001}, "quantity"),
        ({"situation": "bosan"}, "situation"),
        ({"in_use_since": "kemarin"}, "in_use_since"),
        ({"in_use_since": "2019-13-01"}, "in_use_since"),
        ({"in_use_since": "2027"}, "in_use_since"),
        ({"in_use_since": "2026-03-03"}, "in_use_since"),
        ({"note": "x" * 1001}, "note"),
    ],
)
def test_a_wrong_line_is_named_by_its_place_and_nothing_is_kept(cast: Cast, values: dict[str, Any], field: str) -> None:
    with invalid(f"lines.1.{field}"):
        a_request(cast, lines=[a_line(cast), a_line(cast, **values)])
    assert not DeviceRequest.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"), [({"purpose": ""}, "purpose"), ({"needed_by": date(2026, 3, 1)}, "needed_by")]
)
def test_a_wrong_head_is_named(cast: Cast, values: dict[str, Any], field: str) -> None:
    with invalid(field):
        a_request(cast, **values)


def test_persons_and_accounts_of_other_units_are_refused(cast: Cast) -> None:
    foreign = SocialAccount.objects.create(unit=cast.cibinong, platform="x", handle="cibinong")
    with invalid("on_behalf_of"):
        a_request(cast, on_behalf_of=cast.cibinong_admin.person)
    with invalid("lines.0.accounts"):
        a_request(cast, lines=[a_line(cast, accounts=[foreign])])


def test_a_change_replaces_the_lines_and_writes_one_event(cast: Cast) -> None:
    request = a_request(cast)
    with one_event("request.changed", by=cast.kemang_admin, role="requester") as written:
        filing.change(request, actor=cast.kemang_admin, purpose="Alasan baru", lines=[a_line(cast, quantity=4)])
    assert written.changes["purpose"] == ["Mengelola media sosial kecamatan", "Alasan baru"]
    assert [line.quantity for line in request.lines.all()] == [4]
    with no_event():
        filing.change(request, actor=cast.kemang_admin, purpose="Alasan baru")


def test_a_faulty_change_leaves_the_old_lines(cast: Cast) -> None:
    request = a_request(cast)
    with invalid("lines.0.quantity"):
        filing.change(request, actor=cast.kemang_admin, lines=[a_line(cast, quantity=0)])
    assert [line.quantity for line in request.lines.all()] == [1]


def test_a_change_does_not_reach_state_number_or_unit(cast: Cast) -> None:
    request = a_request(cast)
    with no_event():
        filing.change(request, actor=cast.kemang_admin, state="decided", number="X", unit=cast.cibinong)
    assert (again(request).state, again(request).number, again(request).unit) == ("draft", None, cast.kemang)


def test_a_discarded_draft_leaves_its_event_behind(cast: Cast) -> None:
    request = a_request(cast)
    pk = request.pk
    with one_event("request.discarded", by=cast.kemang_admin, role="requester") as written:
        filing.discard(request, actor=cast.kemang_admin)
    assert written.event.subject_id == pk
    assert not RequestLine.objects.exists()


def test_submitting_gives_the_next_number_of_the_year(cast: Cast) -> None:
    first = a_request(cast)
    with one_event("request.submitted", by=cast.kemang_admin, role="requester") as written:
        filing.submit(first, actor=cast.kemang_admin)
    assert written.changes == {"state": ["draft", "submitted"], "number": [None, "UP-2026-0001"]}
    assert written.event.subject_number == "UP-2026-0001"
    assert submitted(cast).number == "UP-2026-0002"
    with at("2027-01-01T00:00:00"):
        assert submitted(cast).number == "UP-2027-0001"


def test_a_request_without_a_line_is_not_submitted_and_takes_no_number(cast: Cast) -> None:
    request = a_request(cast, lines=[])
    with refused(DomainError, "required", field="lines"):
        filing.submit(request, actor=cast.kemang_admin)


def test_a_request_sent_back_keeps_its_number_and_is_endorsed_anew(cast: Cast) -> None:
    request = request_in(cast, "endorsed")
    number = request.number
    approvals.send_back(request, actor=cast.verifier, reason="Lengkapi")
    with at("2026-03-09"):
        request = again(filing.submit(again(request), actor=cast.kemang_admin))
        assert (request.number, request.endorsed_at, request.endorsed_by) == (number, None, None)
        assert request.age_days == 0


def test_withdrawing_is_one_event_with_its_reason(cast: Cast) -> None:
    request = endorsed(cast)
    with one_event("request.withdrawn", by=cast.kemang_head, role="unit_head") as written:
        filing.withdraw(request, actor=cast.kemang_head, reason="Sudah dapat bantuan desa")
    assert written.changes == {"state": ["submitted", "withdrawn"]}
    assert written.reason == "Sudah dapat bantuan desa"


def test_age_counts_local_calendar_days_since_submission(cast: Cast) -> None:
    with at("2026-03-01T23:59:00"):
        request = submitted(cast)
    with at("2026-03-02T00:01:00"):
        assert request.age_days == 1
    assert a_request(cast).age_days is None
