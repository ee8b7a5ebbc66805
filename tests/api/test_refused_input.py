"""What makes no sense is refused by its field, what is there already as a conflict: the same on pages, which ask the
same rows."""

from __future__ import annotations

from typing import Any

import pytest

from org.models import Grant
from tests.api.cast import Cast
from tests.api.test_contract import fields, problem
from tests.backoffice.desk import Desk, adding, text
from tests.base import an_asset, at


@pytest.fixture(autouse=True)
def monday() -> Any:
    with at("2026-03-02"):
        yield


def standard(cast: Cast, **values: Any) -> dict[str, Any]:
    usual = {"device_type": cast.hp.pk, "unit_kind": "district", "quantity": 2, "legal_basis": "Perbup 1/2026"}
    return {**usual, "from_year": 2027, **values}


def test_a_need_standard_does_not_end_before_it_begins(cast: Cast) -> None:
    answer = cast.planner.post("need-standards/", standard(cast, to_year=2026))
    problem(answer, 400)
    assert fields(answer) == {"to_year"}
    made = cast.planner.post("need-standards/", standard(cast, to_year=2027))
    assert made.status_code == 201
    wrong = cast.planner.patch(made.json()["url"], {"from_year": 2028})
    problem(wrong, 400)
    assert fields(wrong) == {"to_year"}


@pytest.mark.parametrize(
    "phone", ["abc", "12345", "08", "+1 202 555 0101", "0812-3456-7890-1234-5", "0812--3456", "08 "]
)
def test_a_phone_number_is_one(cast: Cast, phone: str) -> None:
    answer = cast.user_admin.post("people/", {"name": "Budi", "unit": cast.kemang.pk, "phone": phone})
    problem(answer, 400)
    assert fields(answer) == {"phone"}


@pytest.mark.parametrize("phone", ["", "0812-3456-7890", "+62 812 3456 7890", "6281234567890", "0251 1234567"])
def test_a_phone_number_is_kept_as_it_was_written(cast: Cast, phone: str) -> None:
    made = cast.user_admin.post("people/", {"name": "Budi", "unit": cast.kemang.pk, "phone": phone})
    assert made.status_code == 201, made.content


def loan(cast: Cast, **values: Any) -> dict[str, Any]:
    items = [{"asset": an_asset(cast.base).pk}]
    return {"kind": "loan", "recipient_unit": cast.kemang.pk, "items": items, **values}


def test_a_loan_that_is_to_come_back_on_a_day_gone_by_is_refused(cast: Cast) -> None:
    for values in (
        {"due_back_on": "2026-03-01"},
        {"due_back_on": "2026-03-01", "handed_over_on": "2026-03-02"},
        {"due_back_on": "2026-01-31", "handed_over_on": "2026-02-02"},
    ):
        answer = cast.clerk.post("handovers/", loan(cast, **values))
        problem(answer, 400)
        assert fields(answer) == {"due_back_on"}, values
    assert cast.clerk.post("handovers/", loan(cast, due_back_on="2026-03-02")).status_code == 201


def test_an_old_loan_is_recorded_as_it_was(cast: Cast) -> None:
    old = loan(cast, due_back_on="2026-02-16", handed_over_on="2026-02-02")
    assert cast.clerk.post("handovers/", old).status_code == 201


def test_a_role_that_is_held_already_is_a_conflict_on_the_page(cast: Cast) -> None:
    desk, base = Desk(cast.base), cast.base
    sent = {"user": str(base.outsider.pk), "role": "viewer", "unit": str(base.kemang.pk)}
    assert desk.post(base.user_admin, adding(Grant), sent).status_code == 302
    again = desk.post(base.user_admin, adding(Grant), sent)
    assert again.status_code == 409 and "Akun ini sudah punya peran itu" in text(again)


def test_a_tenure_is_recorded_once(cast: Cast) -> None:
    body = {"office": cast.bupati.pk, "person": cast.rani.pk, "starts_on": "2025-02-20"}
    assert cast.user_admin.post("tenures/", body).status_code == 201
    problem(cast.user_admin.post("tenures/", body), 400)
    assert cast.user_admin.post("tenures/", {**body, "status": "plt"}).status_code == 201
