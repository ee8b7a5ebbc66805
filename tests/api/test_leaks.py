"""C2, C3, C10, C12, C17, C18: what is out of scope does not exist, on every channel; reading changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from core.journal import head
from core.models import SecurityEvent
from org.models import Role, User
from pledges import papers
from tests import base
from tests.api.cast import Caller
from tests.api.matrix import IN_SCOPE, OWN, ROWS, TOKEN_KEEPERS, Row
from tests.api.matrix_world import MatrixWorld
from tests.api.test_matrix import address_of, api_routes

pytestmark = pytest.mark.django_db

MISSING = 424_242
SCOPED = [row for row in ROWS if row.object and row.sees in (IN_SCOPE, OWN, TOKEN_KEEPERS) and row.method != "HEAD"]
BUSINESS = ("assets", "org", "planning", "pledges", "requests_app")
USED = "last_used_at"
"""Of a token: every call with it is noted, also one that is refused."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[MatrixWorld]:
    with django_db_blocker.unblock(), transaction.atomic(), base.at(base.MONDAY):
        yield MatrixWorld()
        transaction.set_rollback(True)


def name_of(row: Row) -> str:
    return f"{row.method} {row.route} {row.object}"


class Nobody:
    """Stands in for an object that does not exist."""

    pk = pledge_id = inventory_id = plan_id = handover_id = MISSING

    @property
    def photos(self) -> Nobody:
        return self

    def get(self) -> Nobody:
        return self


# ---- C2, C3


@pytest.mark.parametrize("row", SCOPED, ids=name_of)
def test_a_foreign_object_answers_like_a_missing_one(world, row: Row):
    before, told = head(), []
    for thing in (world.objects["B"][row.object], Nobody()):
        address = address_of(world, row.route, api_routes()[row.route], thing)
        body = None if row.method == "GET" else {"reason": "Uji"}
        told.append(world.callers["kemang"].call(row.method, address, body, X_Request_ID="sama"))
    foreign, missing = told

    assert foreign.status_code == 404
    assert foreign.content == missing.content
    assert dict(foreign.headers) == dict(missing.headers)
    assert head() == before


@pytest.mark.parametrize(("method", "tail"), [("GET", ""), ("GET", "history/"), ("POST", "decide/")])
def test_a_child_is_not_found_under_another_parent(world, method: str, tail: str):
    child, parent = world.objects["B"]["revision"], world.objects["A"]["pledge:published"]
    own = world.objects["A"]["revision"]
    draft = world.objects["B"]["pledge:draft"]
    paths = [(parent.pk, child.pk), (draft.pk, own.pk), (MISSING, own.pk), (own.pledge_id, child.pk)]
    for actor in ("kemang", "superuser", "decider"):
        for pledge, revision in paths:
            path = f"pledges/{pledge}/deadline-revisions/{revision}/{tail}"
            assert world.callers[actor].call(method, path, None if method == "GET" else {}).status_code == 404, path


# ---- C17


LISTS = sorted({row.route for row in ROWS if row.method == "GET" and not row.object and row.route.endswith("-list")})
HIDDEN = {
    "tenures-list": ["tenure"], "people-list": ["person"], "socialaccounts-list": ["account"],
    "assets-list": ["asset:stock", "asset:issued", "asset:lost", "asset:in_repair"], "receipts-list": ["receipt"],
    "conditionreports-list": ["report"], "pledges-list": ["pledge:draft", "pledge:submitted"],
    "handovers-list": ["handover:prepared", "handover:handed_over", "handover:signed", "handover:disputed"],
    "requests-list": ["request:draft", "request:submitted", "request:endorsed", "request:verified", "request:decided"],
    "plans-list": ["plan:draft", "plan:reviewed", "plan:frozen"], "inventories-list": ["inventory"],
    "tokenresource-list": ["token"], "accounttokens-list": ["token"], "jobs-list": ["job"], "exports-list": ["job"],
    "imports-list": ["import"],
}  # fmt: skip


def page(caller: Caller, route: str, query: str = "") -> dict[str, Any]:
    answer = caller.get(f"{address_of(None, route, [], None)}?limit=100&{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_every_list_says_what_it_hides():
    everyones = {row.route for row in ROWS if row.sees not in (IN_SCOPE, OWN)}
    scoped = {row.route.replace("-detail", "-list") for row in SCOPED if row.route.endswith("-detail")}

    assert set(HIDDEN) <= set(LISTS)
    assert scoped - {"inventorylines-list", "loanextensions-list", "handoverscans-list", "planlines-list"} == set(
        HIDDEN
    ), scoped ^ set(HIDDEN)
    assert set(LISTS) - set(HIDDEN) <= everyones


@pytest.mark.parametrize("route", HIDDEN)
def test_a_list_and_its_count_hold_no_row_of_another_kecamatan(world, route: str):
    hidden = {world.pk(kind, owner) for kind in HIDDEN[route] for owner in "BC"}
    own = {world.pk(kind, "A") for kind in HIDDEN[route]}
    shown = page(world.callers["kemang"], route)
    ids = {row["id"] for row in shown["results"]}

    assert own <= ids
    assert not ids & hidden
    assert shown["count"] == len(ids)
    one_by_one = world.callers["kemang"].get(f"{address_of(None, route, [], None)}?cursor=&limit=100").json()
    assert {row["id"] for row in one_by_one["results"]} == ids


@pytest.mark.parametrize("route", [*HIDDEN][:10])
def test_filters_and_search_reach_no_further_than_the_list(world, route: str):
    """What names B's unit finds the same for Kemang as what names no unit at all."""
    b = world.unit("B")
    kemang = world.callers["kemang"]
    filters = {
        "tenures-list": [], "pledges-list": [],
        "handovers-list": [f"recipient_unit={b.pk}", f"recipient_unit__code={b.code}"],
    }.get(route, [f"unit={b.pk}", f"unit__code={b.code}"])  # fmt: skip
    for query in [*filters, f"within={b.code}"]:
        if route in ("pledges-list",):
            found = {row["id"] for row in page(kemang, route, query)["results"]}
            assert not found & {world.pk(kind, "B") for kind in HIDDEN[route]}
        else:
            assert page(kemang, route, query)["count"] == 0, query


def test_the_journal_in_scope_tells_of_no_other_kecamatan(world):
    events = page(world.callers["kemang"], "events")
    hidden = {
        (thing.journal_type, thing.pk)
        for kind in ("request:submitted", "asset:stock", "handover:prepared", "pledge:draft")
        for thing in [world.objects["B"][kind]]
    }
    seen = {(event["subject"]["type"], event["subject"]["id"]) for event in events["results"]}

    assert events["count"] > 0
    assert not seen & hidden
    assert world.cast.cibinong_admin.person.name not in json.dumps(events)


def test_worklists_count_what_is_ones_own_to_do(world):
    camat = world.callers["camat"].get("worklists/").json()
    rows = page(world.callers["camat"], "worklist-requests-due")

    assert camat["requests"]["due"] == rows["count"] == len(rows["results"])
    assert {row["unit"]["code"] for row in rows["results"]} == {"32.01.12"}
    stranger = world.callers["stranger"].get("worklists/").json()
    assert all(each == {"due": 0, "overdue": 0} for each in stranger.values())


def test_a_foreign_id_in_a_body_reads_like_a_missing_one(world):
    told = []
    for asset in (world.pk("asset:stock", "B"), MISSING):
        body = {"asset": asset, "condition": "good"}
        told.append(world.callers["kemang"].post("condition-reports/", body, X_Request_ID="sama"))

    assert [answer.status_code for answer in told] == [400, 400]
    assert told[0].content == told[1].content


# ---- C10


@pytest.fixture
def both(world) -> Caller:
    """One who files for Kemang and holds every office role besides."""
    user = base.user(username="rangkap", unit=world.cast.kemang, roles=(Role.REQUESTER, Role.UNIT_HEAD))
    for role in (Role.VERIFIER, Role.APPROVER, Role.ASSET_CLERK, Role.PUBLISHER, Role.DECIDER):
        base.grant(user, role=role, unit=world.cast.root)
    return Caller(base.again(user))


def refused_and_noted(caller: Caller, path: str, body: dict[str, Any]) -> None:
    before, noted = head(), SecurityEvent.objects.count()
    answer = caller.post(path, body)
    assert answer.status_code == 403, (path, answer.content)
    assert answer.json()["code"] == "own_act"
    assert head() == before
    assert SecurityEvent.objects.count() == noted + 1


def test_nobody_passes_their_own_request_through_any_desk(world, both):
    cast = world.cast
    own = base.submitted(cast, by=both.user)
    refused_and_noted(both, f"requests/{own.pk}/endorse/", {})
    base.filing.endorse(own, actor=cast.kemang_head)
    refused_and_noted(both, f"requests/{own.pk}/verify/", {})
    verified = base.approvals.verify(base.again(own), actor=cast.verifier)
    line = verified.lines.get()
    body = {"lines": [{"id": line.pk, "decision": "approve", "approved_quantity": 1}]}
    refused_and_noted(both, f"requests/{own.pk}/decide/", body)
    base.decide(cast, verified)
    issue = {
        "kind": "issue", "recipient_unit": cast.kemang.pk, "handed_over_on": "2026-03-02",
        "items": [{"asset": base.an_asset(cast).pk, "request_line": line.pk}],
    }  # fmt: skip
    refused_and_noted(both, "handovers/", issue)
    refused_and_noted(both, "handovers/", {**issue, "items": issue["items"][:], "recipient": both.user.person.pk})


def test_nor_one_that_another_filed_in_their_name(world, both):
    cast = world.cast
    request = base.a_request(cast, on_behalf_of=both.user.person)
    verified = base.verified(cast, request)
    body = {"lines": [{"id": verified.lines.get().pk, "decision": "approve", "approved_quantity": 1}]}

    refused_and_noted(both, f"requests/{request.pk}/decide/", body)


def test_nobody_publishes_or_decides_what_they_brought_in(world, both):
    cast = world.cast
    pledge = base.pledging.submit(base.a_draft_pledge(cast, by=both.user), actor=cast.verifier)
    refused_and_noted(both, f"pledges/{pledge.pk}/publish/", {})
    refused_and_noted(both, f"pledges/{pledge.pk}/reject/", {"reason": "Uji"})
    base.pledging.publish(pledge, actor=cast.publisher)
    proof = papers.add_evidence(pledge, supports="deadline", source_url="http://x.id", actor=cast.verifier)
    body = {"kind": "first_set", "new_due_on": "2026-12-31", "reason": "Uji", "document": proof.pk}
    asked = both.post(f"pledges/{pledge.pk}/deadline-revisions/", body)
    refused_and_noted(both, f"pledges/{pledge.pk}/deadline-revisions/{asked.json()['id']}/decide/",
                      {"decision": "approve", "reason": "Uji"})  # fmt: skip


@pytest.mark.parametrize("role", ["superuser"])
def test_four_eyes_bind_the_superuser_too(world, role: str):
    caller = world.callers[role]
    request = caller.post("requests/", {"unit": world.cast.kemang.pk, "purpose": "Uji", "lines": [
        {"device_type": world.cast.tripod.pk, "quantity": 1, "situation": "none"}]}).json()  # fmt: skip
    assert caller.post(f"requests/{request['id']}/submit/").status_code == 200
    refused_and_noted(caller, f"requests/{request['id']}/endorse/", {})


# ---- C12


def test_a_deactivated_account_is_out_at_once_with_every_credential_it_holds(world, settings):
    user = base.user(username="segera", unit=world.cast.diskominfo, roles=(Role.ASSET_CLERK,), where=world.cast.root)
    caller, browser = Caller(user), Client(raise_request_exception=False)
    browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    job = caller.post("exports/", {"kind": "assets"}).json()
    ways = {
        "token": lambda: caller.get("assets/"),
        "file": lambda: caller.get(f"jobs/{job['id']}/"),
        "session": lambda: browser.get("/api/v1/assets/"),
        "admin tab": lambda: browser.get("/admin/assets/asset/"),
        "login": lambda: Client().post(
            "/api/v1/auth/token/", {"username": "segera", "password": base.PASSWORD}, content_type="application/json"
        ),
    }  # fmt: skip
    assert [way().status_code for way in ways.values()] == [200] * len(ways)
    User.objects.filter(pk=user.pk).update(is_active=False)
    after = {name: way().status_code for name, way in ways.items()}

    assert after == {"token": 401, "file": 401, "session": 401, "admin tab": 302, "login": 401}


def test_an_ended_grant_counts_on_the_next_call(world):
    user = base.user(username="sementara", unit=world.cast.kemang, roles=(Role.REQUESTER,))
    caller, path = Caller(user), f"requests/{world.pk('request:draft', 'A')}/"
    assert caller.get(path).status_code == 200
    user.grants.update(ends_on="2026-03-01")

    assert caller.get(path).status_code == 404
    assert page(caller, "requests-list")["count"] == 0


# ---- C18


def fingerprint() -> str:
    """Every row of the tables in which business is kept, and the journal."""
    digest = hashlib.sha256(repr(head()).encode())
    tables = [model._meta.db_table for app in BUSINESS for model in apps.get_app_config(app).get_models()]
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            names = [column[0] for column in cursor.description]
            rows = [[v for n, v in zip(names, row, strict=True) if n != USED] for row in cursor.fetchall()]
            digest.update(repr((table, rows)).encode())
    return digest.hexdigest()


def test_reading_everything_changes_nothing(world):
    before = fingerprint()
    actors = ("kemang", "clerk", "superuser")
    for row in (row for row in ROWS if row.method == "GET"):
        thing = world.objects["A"][row.object] if row.object else None
        address = address_of(world, row.route, api_routes()[row.route], thing)
        asked = f"{address}?kind=assets" if row.route == "imports-template" else address
        for actor in actors:
            assert world.callers[actor].get(asked).status_code in (200, 404), asked
        assert world.callers["superuser"].call("OPTIONS", address).status_code in (404, 405)

    assert fingerprint() == before


def test_a_method_in_disguise_is_not_obeyed(world):
    before = fingerprint()
    path = f"requests/{world.pk('request:draft', 'A')}/"
    kemang = world.callers["kemang"]
    disguises = [
        kemang.call("POST", path, {}, X_HTTP_Method_Override="DELETE"),
        kemang.call("POST", f"{path}?_method=DELETE", {"_method": "DELETE"}),
        kemang.call("GET", path, X_HTTP_Method_Override="DELETE", X_Method_Override="DELETE"),
        kemang.form(path, {"_method": "DELETE"}),
    ]

    assert [answer.status_code for answer in disguises] == [405, 405, 200, 405]
    assert fingerprint() == before
