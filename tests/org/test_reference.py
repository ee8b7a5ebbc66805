"""Reference data: kept by the roles that own it, with one event per change."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assets.models import Family, StandardPrice
from core.errors import Conflict, Missing, NotAllowed
from org.models import Office, Person, SocialAccount, Tenure, Unit
from org.reference import keep, remove
from tests.base import Cast, again, an_asset
from tests.checks import invalid, no_event, one_event, refused


def a_row(cast: Cast, kind: str) -> tuple[Any, dict[str, Any], str]:
    """(new row, its values, who may keep it)."""
    rows: dict[str, tuple[Any, dict[str, Any], str]] = {
        "unit": (Unit(), {"code": "32.01.12.2002", "name": "Desa Baru", "kind": "village", "parent": cast.kemang}, "user_admin"),  # noqa: E501
        "office": (Office(), {"name": "Camat Kemang", "unit": cast.kemang}, "user_admin"),
        "tenure": (Tenure(), {"office": cast.bupati, "person": cast.rani, "starts_on": date(2024, 1, 1)}, "user_admin"),
        "person": (Person(), {"name": "Euis", "unit": cast.kemang, "phone": "+628123456"}, "user_admin"),
        "social_account": (
            SocialAccount(), {"unit": cast.kemang, "platform": "instagram", "handle": "kec.kemang"}, "kemang_admin",
        ),
        "family": (Family(), {"code": "drone", "name": "Drone"}, "clerk"),
        "standard_price": (StandardPrice(), {"device_type": cast.hp, "year": 2026, "price": 3_500_000}, "planner"),
    }  # fmt: skip
    return rows[kind]


KINDS = ["unit", "office", "tenure", "person", "social_account", "family", "standard_price"]


@pytest.mark.parametrize("kind", KINDS)
def test_its_keeper_adds_a_row_with_one_event(cast: Cast, kind: str) -> None:
    row, values, keeper = a_row(cast, kind)
    actor = getattr(cast, keeper)
    with one_event(f"{kind}.created", by=actor, role=row_role(keeper)) as written:
        kept = keep(row, actor=actor, **values)
    assert (written.event.subject_type, written.event.subject_id) == (kind, kept.pk)
    assert set(written.changes) == set(values)
    assert all(getattr(again(kept), name) == value for name, value in values.items())


def row_role(keeper: str) -> str:
    return {"kemang_admin": "requester", "clerk": "asset_clerk"}.get(keeper, keeper)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_adds_or_removes_it(cast: Cast, kind: str) -> None:
    row, values, keeper = a_row(cast, kind)
    for who in ("viewer", "auditor", "approver", "outsider", "cibinong_admin"):
        with refused(NotAllowed, "role_missing"):
            keep(a_row(cast, kind)[0], actor=getattr(cast, who), **values)
    kept = keep(row, actor=getattr(cast, keeper), **values)
    with refused(NotAllowed, "role_missing"):
        remove(kept, actor=cast.auditor)
    with refused(NotAllowed, "role_missing"):
        keep(kept, actor=cast.auditor, **values)


def test_a_change_says_old_and_new_and_one_that_changes_nothing_is_silent(cast: Cast) -> None:
    family = cast.hp.family
    with one_event("family.changed", by=cast.clerk, role="asset_clerk") as written:
        keep(family, actor=cast.clerk, name="Telepon pintar", code=family.code)
    assert written.changes == {"name": ["Hp", "Telepon pintar"]}
    with no_event():
        keep(family, actor=cast.clerk, name="Telepon pintar")


def test_a_persons_particulars_stay_erasable(cast: Cast) -> None:
    with one_event("person.changed", by=cast.user_admin, role="user_admin") as written:
        keep(cast.rani, actor=cast.user_admin, phone="+62811111111", nip="198001012005012001")
    assert written.changes["phone"] == [None, "+62811111111"]
    assert "+62811111111" not in str(written.event.changes)


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("unit", {"code": "32.02.01"}, "code"),
        ("unit", {"code": "kecil"}, "code"),
        ("unit", {"code": "32.01.01"}, "code"),
        ("tenure", {"ends_on": date(2023, 12, 31)}, "ends_on"),
        ("standard_price", {"price": -1}, "price"),
        ("standard_price", {"year": 1999}, "year"),
        ("family", {"code": "Drone Besar"}, "code"),
        ("family", {"code": "hp"}, "code"),
    ],
)
def test_wrong_values_are_named(cast: Cast, kind: str, values: dict[str, Any], field: str) -> None:
    row, usual, keeper = a_row(cast, kind)
    with invalid(field):
        keep(row, actor=getattr(cast, keeper), **{**usual, **values})


def test_a_unit_in_the_tree_keeps_its_code(cast: Cast) -> None:
    with no_event(), refused(Conflict, "in_use", field="code"):
        keep(cast.kemang, actor=cast.user_admin, code="32.01.99")


def test_a_row_out_of_reach_is_neither_changed_nor_taken_over(cast: Cast) -> None:
    with refused(NotAllowed, "role_missing"):
        keep(SocialAccount(), actor=cast.kemang_admin, unit=cast.cibinong, platform="x", handle="cibinong")
    own = keep(SocialAccount(), actor=cast.kemang_admin, unit=cast.kemang, platform="x", handle="kemang")
    with refused(NotAllowed, "role_missing"):
        keep(own, actor=cast.kemang_admin, unit=cast.cibinong)
    with refused(NotAllowed, "role_missing"):
        keep(own, actor=cast.cibinong_admin, unit=cast.cibinong)


def test_what_is_in_use_is_not_removed(cast: Cast) -> None:
    an_asset(cast)
    with refused(Conflict, "in_use"):
        remove(cast.hp, actor=cast.clerk)
    with one_event("device_type.removed", by=cast.clerk, role="asset_clerk"):
        remove(cast.tripod, actor=cast.clerk)
    with refused(Missing, "not_found"):
        remove(cast.tripod, actor=cast.clerk)
