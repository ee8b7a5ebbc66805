"""Sessions: a new key at login, an end by idleness and by age, nothing usable in the table; and forged requests."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from core.sessions import SessionStore
from org.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "kuda-hijau-77"
COOKIE = configured.SESSION_COOKIE_NAME


@pytest.fixture
def user() -> User:
    return User.objects.create_user("kemang", PASSWORD, is_superuser=True)


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    assert client.post("/admin/login/", {"username": "kemang", "password": PASSWORD}).status_code == 302
    return client


def is_in(key: str) -> bool:
    """Whether a cookie with this key opens the admin site."""
    client = Client()
    client.cookies[COOKIE] = key
    return client.get("/admin/").status_code == 200


def test_login_gives_a_new_key_and_the_planted_one_is_worthless(user: User) -> None:
    planted = SessionStore()
    planted["x"] = 1
    planted.save()
    client = Client()
    client.cookies[COOKIE] = planted.session_key
    client.post("/admin/login/", {"username": "kemang", "password": PASSWORD})
    given = client.cookies[COOKIE].value
    assert given != planted.session_key
    assert is_in(given)
    assert not is_in(planted.session_key)
    assert not SessionStore().exists(planted.session_key)


def test_the_cookie_is_worthless_after_logout(client: Client) -> None:
    key = client.cookies[COOKIE].value
    assert is_in(key)
    client.post("/admin/logout/")
    assert not is_in(key)
    assert not Session.objects.exists()


def test_an_idle_session_ends(client: Client, settings) -> None:
    key = client.cookies[COOKIE].value
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.SESSION_IDLE_SECONDS + 5)):
        assert not is_in(key)


def test_a_used_session_goes_on_but_not_beyond_its_absolute_end(client: Client, settings) -> None:
    key, start = client.cookies[COOKIE].value, timezone.now()
    step, last = settings.SESSION_IDLE_SECONDS - 600, settings.SESSION_ABSOLUTE_SECONDS
    for seconds in range(step, last - 60, step):
        with time_machine.travel(start + timedelta(seconds=seconds)):
            assert is_in(key)
    with time_machine.travel(start + timedelta(seconds=last - 60)):
        assert is_in(key)
    with time_machine.travel(start + timedelta(seconds=last + 5)):
        assert not is_in(key)


def test_a_session_is_not_written_on_every_call(client: Client, django_assert_num_queries) -> None:
    stored = Session.objects.get().expire_date
    client.get("/admin/")
    assert Session.objects.get().expire_date == stored


def test_the_table_holds_no_usable_key(client: Client) -> None:
    key = client.cookies[COOKIE].value
    row = Session.objects.get()
    assert key not in str(Session.objects.values())
    assert not is_in(row.session_key)


def test_a_deactivated_account_is_out_on_the_next_call(client: Client, user: User) -> None:
    User.objects.update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_a_changed_password_ends_the_other_sessions(client: Client, user: User) -> None:
    user.set_password("sapi-merah-88")
    user.save()
    assert client.get("/admin/").status_code == 302


def test_ended_sessions_are_swept_away(client: Client) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    SessionStore.clear_expired()
    assert not Session.objects.exists()


def strict() -> Client:
    return Client(enforce_csrf_checks=True)


def test_login_and_logout_need_the_token_of_the_form(client: Client) -> None:
    assert strict().post("/admin/login/", {"username": "kemang", "password": PASSWORD}).status_code == 403
    signed_in = strict()
    signed_in.cookies = client.cookies
    assert signed_in.post("/admin/logout/").status_code == 403
    assert is_in(client.cookies[COOKIE].value)


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}])
def test_a_foreign_origin_is_refused_even_with_the_token(user: User, headers: dict[str, str]) -> None:
    client = strict()
    client.get("/admin/login/")
    token = client.cookies[configured.CSRF_COOKIE_NAME].value
    form = {"username": "kemang", "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post("/admin/login/", form, headers=headers).status_code == 403
    assert client.post("/admin/login/", form, headers={"origin": "http://testserver"}).status_code == 302


def test_json_in_plain_text_does_not_get_around_the_token(user: User) -> None:
    body = '{"username": "kemang", "password": "kuda-hijau-77"}'
    assert strict().post("/admin/login/", body, content_type="text/plain").status_code == 403


EVIL = [
    "//evil.example", "/\\evil.example", "https:evil.example", "%2f%2fevil.example", "\t//evil.example",
    "javascript:alert(1)", "https://testserver@evil.example", "https://evil.example", "///evil.example",
    "http:///evil.example", "https://xn--bcher-kva.example", "https://bücher.example", " //evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", EVIL)
@pytest.mark.parametrize("path", ["/admin/login/", "/i18n/setlang/"])
def test_a_redirect_never_leaves_the_site(user: User, path: str, target: str) -> None:
    form = {"username": "kemang", "password": PASSWORD, "language": "en", "next": target}
    location = Client().post(path, form)["Location"]
    reached = urlsplit(urljoin(f"http://testserver{path}", location.replace("\\", "/").strip()))
    assert (reached.scheme, reached.netloc) == ("http", "testserver")


def test_a_path_with_two_slashes_is_not_turned_into_another_host() -> None:
    answer = Client().get("//evil.example/admin")
    assert answer.status_code == 404 or not answer["Location"].startswith("//")
