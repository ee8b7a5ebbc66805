"""What an object's ``actions`` offer is really allowed: no actor, at no object, is then refused for role or state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests import base
from tests.api.matrix import ACTORS, ROWS, SHUT_OUT, Row
from tests.api.matrix_world import MatrixWorld
from tests.api.test_matrix import LONG, NINE, address_of, api_routes, called

pytestmark = pytest.mark.django_db

REFUSED = (401, 403, 404, 405, 409)
UNDER = {"add-evidence": "evidence", "add-witness": "witnesses", "ask-revision": "deadline-revisions",
         "ask-line-change": "line-changes"}  # fmt: skip
"""Actions that are asked for in a list under the object, and its path."""
METHODS = {"change": "PATCH", "delete": "DELETE"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[MatrixWorld]:
    with django_db_blocker.unblock(), transaction.atomic(), base.at(base.MONDAY):
        yield MatrixWorld()
        transaction.set_rollback(True)


def kinds() -> dict[str, set[str]]:
    """Resource -> the kinds of its objects that the matrix names."""
    found: dict[str, set[str]] = {}
    for row in ROWS:
        resource, _hyphen, rest = row.route.partition("-")
        if row.object and rest != "list" and f"{resource}-detail" in api_routes():
            found.setdefault(resource, set()).add(row.object)
    return found


def sent(world: MatrixWorld, resource: str, action: str, kind: str, owner: str) -> Any:
    """What the matrix sends for the action, at best for an object of this kind; nothing where it knows none."""
    route, method = (f"{resource}-detail", METHODS[action]) if action in METHODS else (f"{resource}-{action}", "POST")
    rows: list[Row] = [row for row in ROWS if row.route == route and row.method == method and row.body is not None]
    row = next((row for row in rows if row.object == kind), rows[0] if rows else None)
    if row is None:
        return {} if method != "DELETE" else None
    return row.body(world, owner) if callable(row.body) else row.body


def broken_promises(world: MatrixWorld, resource: str, kind: str, owner: str, actor: str) -> Iterator[str]:
    """The actions that are offered and then refused."""
    thing, names = world.objects[owner][kind], api_routes()[f"{resource}-detail"]
    address = address_of(world, f"{resource}-detail", names, thing)
    shown = called(world, actor, "GET", address, None)
    for action in shown.json().get("actions", ()) if shown.status_code == 200 else ():
        where = address if action in METHODS else f"{address}{UNDER.get(action, action)}/"
        answer = called(world, actor, METHODS.get(action, "POST"), where, sent(world, resource, action, kind, owner))
        about_input = answer.status_code == 409 and answer.json()["errors"]
        if answer.status_code in REFUSED and not about_input:
            yield f"{actor} {kind} of {owner}: {action} is offered, then {answer.status_code} {answer.content.decode()}"


@pytest.mark.parametrize("resource", sorted(kinds()))
def test_what_is_offered_is_allowed(world: MatrixWorld, resource: str) -> None:
    found = []
    for kind in sorted(kinds()[resource]):
        for owner in "ABC":
            for actor in ACTORS if LONG or owner == "A" else NINE:
                if actor not in SHUT_OUT:
                    found += broken_promises(world, resource, kind, owner, actor)
    assert not found, "\n".join(found)


def test_an_offer_that_is_refused_is_found(world: MatrixWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: whoever sees a device is offered all that can be done to it."""
    from api.resources.assets import Assets

    monkeypatch.setattr(Assets, "actions_of", lambda self, instance, row: list(self.permits))
    [*found] = broken_promises(world, "assets", "asset:stock", "A", "viewer")
    assert any("403" in each for each in found)
    [*found] = broken_promises(world, "assets", "asset:stock", "A", "clerk")
    assert any("mark-found" in each and "409" in each for each in found)
