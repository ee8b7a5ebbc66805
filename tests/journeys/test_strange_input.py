"""E1, E4, E7, E8, E16: nothing that is sent makes a 5xx, an answer that is not described, hangs, or lets memory or
foreign data go.

Seeded, so that a failure repeats; ``GAWAI_LONG=1`` sends the full number.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.journeys.places import PASSWORD
from tests.journeys.racing import LONG
from tests.journeys.strange import HEADERS, IDS, TEXTS, FromSchema, Strange
from tests.journeys.world import V1, World
from tests.server import Client

SEED = int(os.environ.get("GAWAI_SEED", "20260302"))
SLOWEST = 10
MEGABYTES = 150


def resident(world: World) -> int:
    """Resident memory of the server's processes, in bytes."""
    group = os.getpgid(world.server.process.pid)
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    return total


def fault_of(client: Client, request: Strange, again: bool = True) -> str:
    """What is wrong with the answer; empty when nothing is. A call that was slow once is tried again."""
    try:
        answer = client.request(request.method, request.path, request.body, request.headers, timeout=SLOWEST)
    except TimeoutError:
        return fault_of(client, request, again=False) if again else f"no answer in {SLOWEST} s: {request}"
    except (OSError, HTTPException) as error:
        return f"{error!r}: {request}"
    kind = answer.headers.get("Content-Type", "")
    if answer.status >= 500:
        return f"{answer.status}: {request}"
    if request.described and str(answer.status) not in request.described:
        return f"{answer.status} is not described: {request}"
    if answer.status >= 400 and request.path.startswith(V1) and request.method != "HEAD" and "json" not in kind:
        return f"{answer.status} as {kind!r}: {request}"
    return ""


def sent(world: World, requests: Iterable[Strange], clients: list[Client]) -> list[str]:
    """Sends all requests from four threads, the clients taking turns; returns those that were answered badly."""

    def send(numbered: tuple[int, Strange]) -> str:
        index, request = numbered
        return fault_of(clients[index % len(clients)], request)

    with ThreadPoolExecutor(4) as pool:
        return [found for found in pool.map(send, enumerate(requests)) if found]


def clients_of(world: World, *usernames: str) -> list[Client]:
    return [world[username].client for username in usernames]


@pytest.fixture(scope="module")
def schema(server: World) -> dict[str, Any]:
    return server["kemang"].read("schema/")


@pytest.fixture(scope="module")
def populated(server: World) -> World:
    """Something of every kind, so that low ids name real objects."""
    for by in ("kemang", "cibinong"):
        server.verified(by)
        server.submitted(by)
        server.draft(by)
    asset = server.asset()["id"]
    server.issue(asset)
    server.asset()
    server.published(original_due_on="2026-12-31")
    server["verifikator"].make("pledges/", server.pledge_body())
    return server


def belongings(world: World, username: str) -> dict[str, Any]:
    """All that an account sees in its lists, except what everybody may see."""
    return {
        path: world[username].results(path, limit=100, ordering="id") for path in ("requests/", "handovers/", "assets/")
    }


@pytest.mark.slow
def test_strange_calls_of_kecamatan_staff_break_nothing_and_touch_nobody_else(populated, schema):
    world, before = populated, belongings(populated, "cibinong")
    number = 2_500 if LONG else 400
    found = sent(
        world, FromSchema(schema, SEED).requests(number), clients_of(world, "kemang", "camat-kemang", "publik")
    )

    assert not found, "\n".join(found[:20])
    assert belongings(world, "cibinong") == before


@pytest.mark.slow
def test_strange_calls_of_the_office_break_nothing(populated, schema):
    world, before = populated, resident(populated)
    number = 2_500 if LONG else 600
    office = clients_of(world, "admin", "pengurus", "verifikator", "kabid", "ppid", "sekda", "perencana", "pengelola")
    found = sent(world, FromSchema(schema, SEED + 1).requests(number), office)

    assert not found, "\n".join(found[:20])
    assert resident(world) - before < MEGABYTES * 2**20
    world.verify_journal()


def test_an_answer_that_is_not_described_is_found(populated):
    """The control."""
    client, asked = populated["kemang"].client, Strange("GET", f"{V1}units/", described=frozenset({"200"}))
    assert fault_of(client, asked) == ""
    asked.path += "?nope=1"
    assert fault_of(client, asked).startswith("400 is not described")


# ---- pages and forms


def logged_in(world: World, username: str) -> Client:
    client = world.server.client()
    assert client.log_in(username, PASSWORD).status == 302
    return client


def links(client: Client, path: str) -> set[str]:
    return set(re.findall(r'href="(/admin/[^"#?]*)"', client.get(path).text))


def pages(client: Client) -> list[str]:
    """Addresses of the admin site that the first pages lead to."""
    found = {"/admin/"} | links(client, "/admin/")
    for path in sorted(found)[:40]:
        found |= set(sorted(links(client, path))[:40])
    return sorted(path for path in found if "logout" not in path)


def strange_pages(addresses: list[str], number: int, seed: int) -> Iterable[Strange]:
    chance = FromSchema({"paths": {}}, seed).chance
    names = ["q", "p", "o", "e", "all", "state", "unit", "_to_field", "_popup", "next", "id__exact",
             "created_by__password__startswith", "unit__code__regex", "_changelist_filters"]  # fmt: skip
    for _ in range(number):
        path = chance.choice(addresses)
        if chance.random() < 0.3:
            path = re.sub(r"\d+", lambda _: quote(chance.choice(IDS), safe="%"), path)
        if chance.random() < 0.7:
            text = chance.choice(TEXTS).encode("utf-8", "surrogatepass")
            path += f"?{chance.choice(names)}={quote(text[:3_000])}"
        yield Strange(
            "GET", path, None, {"Accept-Language": chance.choice(["id", "en", *HEADERS["Accept-Language"][:4]])}
        )


def strange_forms(client: Client, addresses: list[str], number: int, seed: int) -> Iterable[Strange]:
    """Forms with their own fields filled strangely, and the token that makes them count."""
    chance = FromSchema({"paths": {}}, seed).chance
    forms = []
    for path in addresses:
        page = client.get(path).body.decode(errors="replace")  # a link may lead to a paper
        names = sorted(set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page)))
        if "csrfmiddlewaretoken" in names:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
            forms.append((path, names, token.group(1) if token else ""))
    for index in range(number):
        path, names, token = forms[index % len(forms)]
        fields = [("csrfmiddlewaretoken", token)]
        fields += [
            (name, chance.choice(["1", "2", *TEXTS]))
            for name in names
            if name not in ("csrfmiddlewaretoken", "password")
        ]
        body = "&".join(f"{quote(n)}={quote(v.encode('utf-8', 'surrogatepass'))}" for n, v in fields)
        yield Strange("POST", path, body.encode(), {"Content-Type": "application/x-www-form-urlencoded"})


@pytest.mark.slow
@pytest.mark.parametrize("username", ["kemang", "admin"])
def test_strange_pages_and_forms_break_nothing(populated, username):
    world, number = populated, 500 if LONG else 100
    client = logged_in(world, username)
    addresses = pages(client)
    found = sent(world, strange_pages(addresses, number, SEED + 2), [client])
    forms = [path for path in addresses if not path.endswith("/password_change/")]
    found += sent(world, strange_forms(client, forms, number, SEED + 3), [client])

    assert len(addresses) > 5
    assert not found, "\n".join(found[:20])


# ---- one by one


@pytest.mark.parametrize("pk", IDS)
def test_what_is_no_id_is_a_404_in_a_path_and_a_400_in_a_filter_or_body(populated, pk):
    world = populated
    if pk in ("1", "2", "3"):
        return
    path = world["admin"].call("GET", f"requests/{quote(pk, safe='%')}/")
    clean = pk in ("2147483648", "9223372036854775807")
    filtered = world["admin"].call("GET", f"requests/?unit={quote(pk, safe='%')}")
    body = world["admin"].call("POST", "requests/", {"unit": pk, "purpose": "x", "lines": []})

    assert path.status == 404
    assert filtered.status == (200 if clean else 400)
    assert not clean or filtered.json()["count"] == 0
    assert (body.status, body.json()["errors"][0]["field"]) == (400, "unit")


@pytest.mark.parametrize(
    "query",
    ["page_size=1000000000", "limit=-1", "limit=101", "limit=0", "page=1000000000000000000", "limit=1e2", "offset=-1"],
)
def test_a_page_is_bounded(populated, query):
    problem = populated["admin"].refused(400, "GET", f"assets/?{query}")

    assert [fault["field"] for fault in problem["errors"]] == [query.split("=")[0]]


def test_a_page_beyond_the_end_is_empty_and_still_tells_the_count(populated):
    page = populated["admin"].read("assets/", offset=10**12)

    assert page["results"] == []
    assert page["count"] == populated["admin"].read("assets/")["count"] > 0


@pytest.mark.parametrize(
    "ordering", ["nope", "password", "unit__code", "-", "?", "id;drop", "id," * 1000, "pk", "--id"]
)
def test_an_ordering_is_one_of_the_list(populated, ordering):
    populated["admin"].refused(400, "GET", f"requests/?ordering={quote(ordering, safe=',')}")


@pytest.mark.parametrize(
    "name", ["unit__name__regex", "requester__user__password__startswith", "filed_by", "id__regex"]
)
def test_no_other_lookup_is_offered(populated, name):
    problem = populated["admin"].refused(400, "GET", f"requests/?{name}=a")

    assert problem["errors"][0]["code"] == "unknown_parameter"


def test_wildcards_in_a_search_are_letters(populated):
    for text in ("%", "_", "\\", "'", '"', "100%"):
        assert populated["admin"].read("requests/", search=text)["count"] == 0
    assert populated["admin"].read("requests/", search="Siaran")["count"] > 0


def test_an_array_of_two_thousand_lines_is_refused(populated):
    line = {"device_type": populated.tripod, "quantity": 1, "situation": "none"}
    body = {"unit": populated.kemang, "purpose": "x", "lines": [line] * 2_000}

    assert populated["kemang"].call("POST", "requests/", body).status == 400
