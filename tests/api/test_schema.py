"""The description holds: valid OpenAPI 3.1, complete, and the answers are as it says."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator

from api.fields import Input, Reason
from api.urls import urlpatterns
from assets import register
from tests import base
from tests.api.cast import Cast
from tests.api.test_contract import problem


@pytest.fixture
def document(cast: Cast) -> dict[str, Any]:
    return cast.viewer.get("schema/").json()


def test_the_description_is_valid_and_made_without_a_warning(db: None):
    call_command("spectacular", validate=True, fail_on_warn=True, file="/dev/null", stderr=io.StringIO())


def test_every_operation_names_its_errors_and_its_answer(document: dict[str, Any]):
    assert document["openapi"].startswith("3.1")
    ids = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            ids.append(operation["operationId"])
            codes = set(operation["responses"])
            assert {"400", "401", "403", "404", "503"} <= codes, (path, method)
            assert codes & {"200", "201", "202", "204"}, (path, method)
            if method != "get":
                assert {"409", "412", "413", "415", "422", "429"} <= codes, (path, method)
            assert operation["description"], (path, method)
    assert len(ids) == len(set(ids))


def test_every_route_is_described(document: dict[str, Any]):
    from django.urls import get_resolver
    from drf_spectacular.generators import EndpointEnumerator

    assert urlpatterns
    get_resolver()
    routes = {(path, method) for path, _regex, method, _view in EndpointEnumerator().get_api_endpoints()}
    described = {(p, m.upper()) for p, operations in document["paths"].items() for m in operations}
    assert {(p, m) for p, m in routes if p.startswith("/api/v1/")} == described


def test_answers_are_as_described(cast: Cast, document: dict[str, Any]):
    base.a_pledge(cast.base)
    base.delivered(cast.base)
    base.decided(cast.base)

    def check(path: str, address: str) -> Any:
        answer = cast.clerk.get(address)
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator({**schema, "components": document["components"]}).validate(answer.json())
        return answer.json()

    for name in ("units", "people", "families", "device-types", "assets", "handovers", "requests", "pledges"):
        [row, *_rest] = check(f"/api/v1/{name}/", f"{name}/")["results"]
        check(f"/api/v1/{name}/{{id}}/", row["url"])
        check(f"/api/v1/{name}/{{id}}/history/", f"{row['url']}history/")
    check("/api/v1/events/", "events/")
    check("/api/v1/me/", "me/")
    check("/api/v1/choices/", "choices/")
    check("/api/v1/worklists/", "worklists/")
    refused = document["components"]["schemas"]["Problem"]
    Draft202012Validator(refused).validate(cast.clerk.get("assets/?x=1").json())


def test_choices_give_every_code_in_both_languages(cast: Cast):
    found = cast.viewer.get("choices/").json()
    assert {"code": "good", "label": {"id": "Baik (B)", "en": found["condition"][0]["label"]["en"]}} in found[
        "condition"
    ]
    assert [each["code"] for each in found["condition"]] == ["good", "lightly_damaged", "badly_damaged"]
    assert all(each["label"]["id"] and each["label"]["en"] for codes in found.values() for each in codes)


def test_the_documentation_is_for_people_who_signed_in_and_runs_no_inline_script(cast: Cast):
    stranger = Client().get("/api/docs/")
    assert (stranger.status_code, stranger["Location"].split("?")[0]) == (302, "/admin/login/")
    problem(cast.anonymous.get("schema/"), 401)
    client = Client()
    client.force_login(cast.viewer.user)
    page = client.get("/api/docs/").content.decode()
    assert "<script src=" in page
    assert "<script>" not in page
    assert "http://" not in page
    assert "https://" not in page


def test_what_an_act_takes_is_described_by_the_sentence_of_the_act(document: dict[str, Any]):
    schemas = document["components"]["schemas"]
    assert schemas["AssetMarkLostInput"]["description"] == register.mark_lost.__doc__
    internal = {Input.__doc__, Reason.__doc__}
    assert {name for name, each in schemas.items() if each.get("description") in internal} == {"Reason"}
