"""What a caller sees when something goes wrong: plain words, a request id, and nothing of the fault."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.core.urls import FAULTS, SECRET

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls")]
TELLTALES = (SECRET, "Traceback", "Django/", "gunicorn/", "Exception", "SELECT", ".py")


@pytest.fixture
def caller() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("name", FAULTS)
def test_a_page_tells_status_and_request_id_only(caller: Client, name: str) -> None:
    answer = caller.get(f"/test/{name}/")
    assert answer.status_code == FAULTS[name][0]
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    text = answer.content.decode()
    assert answer["X-Request-ID"] in text
    assert not [sign for sign in TELLTALES if sign in text]
    assert '<html lang="id">' in text


@pytest.mark.parametrize("name", FAULTS)
def test_the_api_answers_with_a_problem(caller: Client, name: str) -> None:
    answer = caller.get(f"/api/test/{name}/")
    problem = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert set(problem) == {"type", "title", "status", "detail", "code", "request_id", "errors"}
    assert problem["status"] == answer.status_code == FAULTS[name][0]
    assert problem["request_id"] == answer["X-Request-ID"]
    assert not [sign for sign in TELLTALES if sign in answer.content.decode()]


def test_a_refusal_of_the_domain_keeps_its_code_and_names_the_field(caller: Client) -> None:
    problem = caller.get("/api/test/domain/").json()
    assert problem["code"] == "wrong_day"
    assert problem["errors"] == [{"field": "day", "code": "wrong_day", "detail": "Tanggal salah."}]


def test_passing_faults_and_locks_say_when_to_come_back(caller: Client) -> None:
    assert caller.get("/test/too-many/")["Retry-After"] == "77"
    assert int(caller.get("/test/database-away/")["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/test/only-get/", "/api/test/only-get/"])
def test_a_wrong_method_gets_words_too(caller: Client, path: str) -> None:
    answer = caller.post(path)
    assert answer.status_code == 405
    assert answer["Allow"] == "GET"
    assert answer["X-Request-ID"] in answer.content.decode()


def test_unknown_paths_are_404_as_page_and_as_problem(caller: Client) -> None:
    assert "Tidak ditemukan" in caller.get("/nowhere/").content.decode()
    assert caller.get("/api/nowhere/").json()["code"] == "not_found"


def test_unknown_methods_are_405(caller: Client) -> None:
    for method in ("TRACE", "CONNECT", "PROPFIND"):
        assert caller.generic(method, "/admin/login/").status_code == 405


def test_a_foreign_host_is_400(caller: Client) -> None:
    answer = caller.get("/", HTTP_HOST="evil.example")
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_two_thousand_fields_are_400(caller: Client) -> None:
    assert caller.post("/test/body/", {f"f{n}": "1" for n in range(2000)}).status_code == 400
    assert caller.post("/test/body/", {f"f{n}": "1" for n in range(900)}).status_code == 200


@pytest.mark.parametrize(
    ("kind", "limit"), [("application/json", 1024 * 1024), ("multipart/form-data; boundary=x", 32 * 1024 * 1024)]
)
def test_a_body_over_the_limit_is_413(caller: Client, kind: str, limit: int) -> None:
    for size in (limit + 1, limit * 100):
        answer = caller.generic("POST", "/test/body/", b"", kind, headers={"content-length": str(size)})
        assert answer.status_code == 413
    assert (
        caller.generic("POST", "/api/test/body/", b"", kind, headers={"content-length": str(limit + 1)}).status_code
        == 413
    )


def test_a_body_of_unknown_length_is_411(caller: Client) -> None:
    assert caller.post("/test/body/", {}, headers={"transfer-encoding": "chunked"}).status_code == 411


@pytest.mark.parametrize("given", ["abc-123", "A.b_c", "x" * 64])
def test_a_safe_request_id_is_taken_over(caller: Client, given: str) -> None:
    assert caller.get("/nowhere/", headers={"x-request-id": given})["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "<script>", "a\r\nSet-Cookie: x=1", "é"])
def test_an_unsafe_request_id_is_replaced(caller: Client, given: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", caller.get("/nowhere/", headers={"x-request-id": given})["X-Request-ID"])


def test_the_language_is_that_of_the_program_and_not_of_the_browser(caller: Client) -> None:
    english = {"accept-language": "en-US,en;q=0.9"}
    assert caller.get("/api/nowhere/", headers=english)["Content-Language"] == "en"
    assert caller.get("/nowhere/", headers=english)["Content-Language"] == "id"
    caller.cookies["gawai_language"] = "en"
    assert caller.get("/nowhere/")["Content-Language"] == "en"
