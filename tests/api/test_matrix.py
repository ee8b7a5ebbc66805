"""C1: every route of the URL configuration, every method, every actor, objects of three owners, against the matrix."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from tests import base
from tests.api.matrix import ACTORS, ANSWERS_404, COMPUTING, ROWS, SHUT_OUT, STANDS_IN, WITHOUT_LOGIN, Row
from tests.api.matrix_world import MatrixWorld

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
READS = ("GET", "HEAD")
FEW = ("anonymous", "kemang", "cibinong", "superuser")
NINE = ("anonymous", "cibinong", "clerk", "deactivated", "kemang", "reader", "stranger", "superuser", "viewer")
LONG = os.environ.get("GAWAI_LONG") == "1"


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the URL configuration with its whole address."""
    for each in (resolver or get_resolver()).url_patterns:
        address = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, address)
        else:
            yield address, each


def api_routes() -> dict[str, list[str]]:
    """Route name -> the names in its address."""
    found = {}
    for address, pattern in patterns():
        if address.startswith("api/v1/"):
            found[pattern.name] = sorted(pattern.pattern.regex.groupindex)
    return found


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[MatrixWorld]:
    """Made once; every call is undone on its own."""
    with django_db_blocker.unblock(), transaction.atomic(), base.at(base.MONDAY):
        yield MatrixWorld()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def described(world: MatrixWorld) -> dict[str, Any]:
    return world.callers["superuser"].get("schema/").json()


def rows_of(route: str) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in ROWS:
        if row.route == route:
            found[row.method].append(row)
    return found


def address_of(world: MatrixWorld, route: str, names: list[str], thing: Any) -> str:
    values = {}
    if "id" in names:
        values["id"] = thing.pk
    if "pledge" in names:
        values["pledge"] = thing.pledge_id if "id" in names else thing.pk
    if "plan" in names:
        values["plan"] = thing.plan_id if "id" in names else thing.pk
    if "photo" in names:
        values["photo"] = thing.photos.get().pk
    for above in {"inventory", "handover"} & set(names):
        values[above] = getattr(thing, f"{above}_id") if "id" in names else thing.pk
    return reverse(f"api:{route}", kwargs=values)


def expected(row: Row, actor: str, owner: str) -> set[int]:
    """What the matrix promises this actor. Refusals in the order of api.md: 401, 404, 403, then the answer."""
    if actor in SHUT_OUT:
        return {401}
    if actor not in row.sees.of(owner):
        return {404}
    if actor == "reader" and row.method not in READS and row.route not in COMPUTING:
        return {403}
    if actor not in row.may.of(owner):
        return {403}
    role = STANDS_IN.get(actor, actor)
    if role in (row.other or {}):
        return {row.other[role]}
    return {row.answer, 404} if row.route in ANSWERS_404 or row.route.endswith("-file") else {row.answer}


def asked(world: MatrixWorld, actor: str, method: str, address: str, body: Any) -> int:
    """The status of one call whose effect is undone."""
    return called(world, actor, method, address, body).status_code


def called(world: MatrixWorld, actor: str, method: str, address: str, body: Any) -> Any:
    """The answer to one call whose effect is undone."""
    with transaction.atomic():
        answer = world.callers[actor].call(method, address, body)
        transaction.set_rollback(True)
    assert answer.status_code < 500, (actor, method, address, answer.content)
    return answer


def undescribed(operation: dict[str, Any], answer: Any) -> str:
    """What the description does not say of this answer; empty when it says it all."""
    described = operation["responses"].get(str(answer.status_code))
    if described is None:
        return f"{answer.status_code} is not described"
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    kinds = described.get("content", {})
    return "" if answer.status_code >= 300 or not kind or kind in kinds else f"{kind} is not described, {[*kinds]} are"


def actors_for(row: Row, owner: str) -> tuple[str, ...]:
    """All of them; in the short run only for A's objects, and few where the answer differs for nobody signed in."""
    if LONG:
        return ACTORS
    if row.method == "HEAD" or row.route.startswith("worklist-"):
        return FEW
    return ACTORS if owner == "A" else NINE


def deviations(world: MatrixWorld, row: Row, names: list[str], described: dict[str, Any]) -> Iterator[str]:
    """Where the API does not do what ``row`` says, or answers what its own description does not."""
    path = unquote(reverse(f"api:{row.route}", kwargs={name: f"{{{name}}}" for name in names}))
    operation = described["paths"][path]["get" if row.method == "HEAD" else row.method.lower()]
    for owner in "ABC" if names else "A":
        thing = world.objects[owner][row.object] if row.object else None
        address = address_of(world, row.route, names, thing)
        body = row.body(world, owner) if callable(row.body) else row.body
        for actor in actors_for(row, owner):
            wanted = expected(row, actor, owner)
            answer = called(world, actor, row.method, address, body)
            where = f"{actor} {row.method} {row.route} ({row.object} of {owner})"
            if answer.status_code not in wanted:
                yield f"{where}: {answer.status_code}, written {wanted}"
            elif missing := undescribed(operation, answer):
                yield f"{where}: {missing}"


def unsupported(world: MatrixWorld, route: str, names: list[str], rows: dict[str, list[Row]]) -> Iterator[str]:
    """Methods without a row do not exist: 405, unless one is not signed in or only reads."""
    [row] = rows["GET"][:1] or rows["POST"][:1]
    address = address_of(world, route, names, world.objects["A"][row.object] if row.object else None)
    for method in set(METHODS) - set(rows):
        for actor in FEW:
            wanted = {401} if actor in SHUT_OUT else {404} if actor not in row.sees.of("A") else {405}
            status = asked(world, actor, method, address, {})
            if status not in wanted:
                yield f"{actor} {method} {route}: {status}, written {wanted}"


def test_every_route_of_the_api_has_its_row():
    assert set(api_routes()) == {row.route for row in ROWS} | set(WITHOUT_LOGIN)


@pytest.mark.parametrize("route", sorted({row.route for row in ROWS}))
def test_the_api_answers_as_the_matrix_and_its_description_say(world, described, route):
    names = api_routes()[route]
    rows = rows_of(route)
    found = [each for group in rows.values() for row in group for each in deviations(world, row, names, described)]
    found += unsupported(world, route, names, rows)

    assert not found, "\n".join(found)


def test_an_answer_that_the_description_leaves_out_is_found(world, described):
    """The control."""
    answer = called(world, "clerk", "GET", reverse("api:assets-label", args=[world.pk("asset:stock", "A")]), None)
    [operation] = [each["get"] for path, each in described["paths"].items() if path.endswith("/label/")]
    assert undescribed(operation, answer) == ""
    assert "pdf" in undescribed({"responses": {"200": {"content": {"text/csv": {}}}}}, answer)
    assert "200" in undescribed({"responses": {"404": {}}}, answer)
