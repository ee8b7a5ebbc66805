"""A role that an account holds already for all of a time is not given again; one that ends may be given for longer."""

from __future__ import annotations

from typing import Any

from core.errors import Conflict
from org import accounts
from org.models import Grant
from tests.base import Cast, again, at, day, grant
from tests.checks import no_event, refused


def given(cast: Cast, **values: Any) -> Grant:
    usual: dict[str, Any] = {"user": cast.outsider, "role": "viewer", "unit": cast.kemang, "actor": cast.superuser}
    with at("2026-03-02"):
        return accounts.grant(**{**usual, **values})


def test_the_same_role_twice_is_a_conflict(cast: Cast) -> None:
    given(cast)
    for values in ({}, {"ends_on": day("2026-12-31")}, {"starts_on": day("2026-04-01")}):
        with no_event(), refused(Conflict, "already_granted"):
            given(cast, **values)
    for values in ({"starts_on": day("2026-03-01")}, {"role": "verifier"}, {"unit": cast.cibinong}):
        assert given(cast, **values).pk
    grant(cast.kemang_head, role="viewer", unit=cast.kemang)
    standing_in = {"acting_for": cast.kemang_head, "ends_on": day("2026-06-30")}
    assert given(cast, **standing_in).pk


def test_a_role_that_ends_is_given_for_longer_or_again_after_it_ended(cast: Cast) -> None:
    first = given(cast, ends_on=day("2026-06-30"))
    with refused(Conflict, "already_granted"):
        given(cast, ends_on=day("2026-06-30"))
    longer = given(cast, ends_on=day("2026-12-31"))
    with at("2026-04-01"):
        for each in (first, longer):
            accounts.end_grant(each, actor=cast.superuser, reason="Pindah tugas")
        assert accounts.grant(user=again(cast.outsider), role="viewer", unit=cast.kemang, actor=cast.superuser).pk
