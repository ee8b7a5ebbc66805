"""Credentials: tokens are hashed, own, bounded, revocable and asked anew on each use; sessions need a CSRF token."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone
from time_machine import travel

from core.models import Event, SecurityEvent
from org import accounts, tokens
from org.models import Person, Token, Unit, User
from tests.api.cast import V1, Caller, Cast
from tests.api.test_contract import fields, problem
from tests.base import PASSWORD


def log_in(username: str, password: str, **more: str):
    return Client(raise_request_exception=False).post(
        f"{V1}auth/token/", {"username": username, "password": password, **more}, content_type="application/json"
    )


def test_name_and_password_give_a_token_that_is_shown_once(cast: Cast):
    answer = log_in("kemang", PASSWORD, otp="")
    assert answer.status_code == 200, answer.content
    issued = answer.json()
    assert set(issued) == {"token", "expires_at", "scope"}
    assert issued["scope"] == "write"
    assert issued["token"].startswith("gw_")
    [row] = Token.objects.filter(digest=tokens.digest(issued["token"])).values()
    assert issued["token"] not in str(row)
    me = Client().get(f"{V1}me/", headers={"Authorization": f"Bearer {issued['token']}"})
    assert me.json()["user"]["username"] == "kemang"


@pytest.mark.parametrize(("username", "password"), [("kemang", "salah"), ("takada", PASSWORD), ("mati", PASSWORD)])
def test_unknown_wrong_and_inactive_read_alike(cast: Cast, username: str, password: str):
    User.objects.create(username="mati", is_active=False, password=make_password(PASSWORD))
    answer = log_in(username, password)
    found = problem(answer, 401, "not_authenticated")
    assert found["detail"] == problem(log_in("entah", "x"), 401)["detail"]


def test_the_eleventh_wrong_password_locks_even_the_right_one(cast: Cast):
    for _ in range(10):
        problem(log_in("kemang", "salah"), 401)
    answer = log_in("kemang", PASSWORD)
    problem(answer, 429, "too_many_attempts")
    assert 0 < int(answer["Retry-After"]) <= 901
    with travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert log_in("kemang", PASSWORD).status_code == 200


@pytest.mark.parametrize(
    "body", ["", "{}", '{"username": 5, "password": []}', '{"username": "a"}', '{"username": "\\u0000"}']
)
def test_a_login_without_its_fields_is_a_400(cast: Cast, body: str):
    answer = Client().post(f"{V1}auth/token/", body, content_type="application/json")
    problem(answer, 400)


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer gw_", "Bearer gw_x", "Bearer x", "bearer gw_" + "a" * 50_000, "Bearer gw_é"]
)
def test_a_bad_token_is_a_401_even_beside_a_good_session(cast: Cast, header: str):
    client = Client()
    client.force_login(cast.kemang_admin.user)
    problem(client.get(f"{V1}me/", headers={"Authorization": header}), 401)


def test_basic_is_not_offered(cast: Cast):
    import base64

    credentials = base64.b64encode(f"kemang:{PASSWORD}".encode()).decode()
    problem(Client().get(f"{V1}me/", headers={"Authorization": f"Basic {credentials}"}), 401)


def test_a_deactivated_account_loses_every_token_at_once(cast: Cast):
    assert cast.kemang_admin.get("me/").status_code == 200
    User.objects.filter(pk=cast.kemang_admin.user.pk).update(is_active=False)
    problem(cast.kemang_admin.get("me/"), 401)
    assert SecurityEvent.objects.filter(kind="token_refused", user_id=cast.kemang_admin.user.pk).exists()


def test_an_ended_grant_counts_on_the_next_call(cast: Cast):
    assert cast.clerk.get("people/").json()["count"] > 0
    cast.clerk.user.grants.update(ends_on="2020-01-02")
    assert cast.clerk.get("people/").json()["count"] == 0


def test_a_token_expires_and_can_be_revoked(cast: Cast):
    made = cast.kemang_admin.post("tokens/", {"name": "aplikasi", "scope": "read"})
    assert made.status_code == 201, made.content
    token = made.json()
    caller = Caller(None)
    caller.headers = {"Authorization": f"Bearer {token['token']}"}
    assert caller.get("me/").status_code == 200
    assert "token" not in cast.kemang_admin.get(token["url"]).json()
    assert cast.kemang_admin.get(token["url"]).json()["last_used_at"] is not None
    with travel(timezone.now() + timedelta(days=31), tick=False):
        problem(caller.get("me/"), 401)
    assert cast.kemang_admin.delete(token["url"]).status_code == 204
    problem(caller.get("me/"), 401)
    problem(cast.kemang_admin.delete(token["url"]), 409)


def test_tokens_are_ones_own_whatever_is_sent(cast: Cast):
    other = cast.superuser.user
    for extra in (
        {"user": other.pk},
        {"user_id": other.pk},
        {"digest": "x"},
        {"scope": "admin"},
        {"expires_at": "soon"},
    ):
        answer = cast.kemang_admin.post("tokens/", {"name": "x", **extra})
        problem(answer, 400)
        assert fields(answer) == set(extra)
    problem(cast.kemang_admin.get(f"tokens/?user={other.pk}"), 400)
    mine = {row["id"] for row in cast.kemang_admin.get("tokens/").json()["results"]}
    assert mine == set(Token.objects.filter(user=cast.kemang_admin.user).values_list("pk", flat=True))
    theirs = Token.objects.filter(user=other).first() or tokens.issue(other, name="x")[0]
    problem(cast.kemang_admin.get(f"tokens/{theirs.pk}/"), 404)
    problem(cast.kemang_admin.delete(f"tokens/{theirs.pk}/"), 404)
    problem(cast.superuser.get(f"tokens/{next(iter(mine))}/"), 404)


@pytest.mark.parametrize("days", [-1, 0, 366, 5000])
def test_a_token_lives_at_most_a_year(cast: Cast, days: int):
    end = (timezone.now() + timedelta(days=days)).isoformat()
    answer = cast.kemang_admin.post("tokens/", {"name": "x", "expires_at": end})
    problem(answer, 400, "expiry_out_of_range")
    assert fields(answer) == {"expires_at"}


def test_a_token_is_not_kept_for_replay(cast: Cast):
    first = cast.kemang_admin.post("tokens/", {"name": "x"}, Idempotency_Key="sama")
    second = cast.kemang_admin.post("tokens/", {"name": "x"}, Idempotency_Key="sama")
    assert first.status_code == second.status_code == 201
    assert first.json()["token"] != second.json()["token"]
    assert "Idempotency-Replayed" not in second


def test_a_new_password_ends_every_token(cast: Cast):
    """C12, D3: also the one made by signing in."""
    by_login = Caller(None)
    by_login.headers = {"Authorization": f"Bearer {log_in('kemang', PASSWORD).json()['token']}"}
    callers = [cast.kemang_admin, by_login]
    assert [caller.get("me/").status_code for caller in callers] == [200, 200]
    accounts.set_password(cast.kemang_admin.user, password="sapi-merah-8812", actor=cast.user_admin.user)
    for caller in callers:
        problem(caller.get("me/"), 401)
    assert log_in("kemang", "sapi-merah-8812").status_code == 200


def test_a_twenty_first_token_is_a_409_and_signing_in_goes_on(cast: Cast):
    for n in range(19):
        assert cast.kemang_admin.post("tokens/", {"name": f"ke-{n}"}).status_code == 201
    problem(cast.kemang_admin.post("tokens/", {"name": "ke-21"}), 409, "too_many_tokens")
    problem(log_in("kemang", PASSWORD), 409, "too_many_tokens")
    one = cast.kemang_admin.get("tokens/?limit=1").json()["results"][0]
    assert cast.kemang_admin.delete(one["url"]).status_code == 204
    for _ in range(5):
        assert log_in("kemang", PASSWORD).status_code == 200
    live = [row["live"] for row in cast.kemang_admin.get("tokens/?limit=100").json()["results"]]
    assert live.count(True) == 20


def test_the_user_admin_sees_and_revokes_tokens_of_others(cast: Cast):
    token, secret = tokens.issue(cast.viewer.user, name="laptop")
    holder = Caller(None)
    holder.headers = {"Authorization": f"Bearer {secret}"}
    assert holder.get("me/").status_code == 200
    rows = cast.user_admin.get(f"account-tokens/?user={cast.viewer.user.pk}").json()["results"]
    row = next(each for each in rows if each["id"] == token.pk)
    assert row["user"] == {"id": cast.viewer.user.pk, "name": str(cast.viewer.user)}
    assert row["live"]
    assert "gw_" not in str(row)
    assert cast.user_admin.get(row["url"]).json()["actions"] == ["revoke"]

    before = Event.objects.count()
    answer = cast.user_admin.post(f"{row['url']}revoke/", {"reason": "Laptop hilang"})
    assert answer.status_code == 200, answer.content
    assert not answer.json()["live"]
    assert answer.json()["actions"] == []
    assert Event.objects.count() == before + 1
    problem(holder.get("me/"), 401)
    problem(cast.user_admin.post(f"{row['url']}revoke/"), 409, "illegal_transition")
    problem(cast.user_admin.get(f"tokens/{token.pk}/"), 404)  # that list stays one's own


def test_who_administers_nobody_sees_and_revokes_their_own_alone(cast: Cast):
    theirs, above = (tokens.issue(of.user, name="laptop")[0] for of in (cast.viewer, cast.superuser))
    own = cast.kemang_admin.get("account-tokens/").json()["results"]
    assert {row["user"]["id"] for row in own} == {cast.kemang_admin.user.pk}
    problem(cast.kemang_admin.get(f"account-tokens/{theirs.pk}/"), 404)
    problem(cast.kemang_admin.post(f"account-tokens/{theirs.pk}/revoke/"), 404)
    problem(cast.user_admin.post(f"account-tokens/{above.pk}/revoke/"), 403, "above_own_role")
    assert theirs.live
    assert above.live


def test_a_version_asked_of_what_has_none_is_not_the_present_one(cast: Cast):
    own = cast.kemang_admin.get("account-tokens/").json()["results"][0]
    for asked in ('"token-1-1"', ","):
        problem(cast.kemang_admin.post(f"{own['url']}revoke/", {}, If_Match=asked), 412)


# The session cookie


@pytest.fixture
def browser(cast: Cast) -> Client:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.user_admin.user)
    return client


def test_a_session_reads_without_and_writes_only_with_its_csrf_token(cast: Cast, browser: Client):
    place = f"{V1}units/{cast.kemang.pk}/"
    assert browser.get(place).status_code == 200
    for kind, body in (
        ("application/json", '{"name": "x"}'),
        ("application/json", "{"),
        ("text/plain", '{"name": "x"}'),
        ("multipart/form-data; boundary=b", "--b--"),
        ("application/x-www-form-urlencoded", "name=x"),
    ):
        for method in ("PATCH", "POST", "DELETE"):
            problem(browser.generic(method, place, body, content_type=kind), 403, "csrf_failed")
    assert Unit.objects.get(pk=cast.kemang.pk).name == "Kemang"
    token = _csrf(browser)
    answer = browser.patch(
        place, {"name": "Kemang Baru"}, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 200, answer.content


def test_a_foreign_origin_is_refused_even_with_the_token(cast: Cast, browser: Client):
    token = _csrf(browser)
    answer = browser.patch(
        f"{V1}units/{cast.kemang.pk}/",
        {"name": "x"},
        content_type="application/json",
        headers={"X-CSRFToken": token, "Origin": "https://evil.example"},
    )
    problem(answer, 403, "csrf_failed")


def _csrf(browser: Client) -> str:
    from django.conf import settings
    from django.middleware.csrf import _get_new_csrf_string

    secret = _get_new_csrf_string()
    browser.cookies[settings.CSRF_COOKIE_NAME] = secret
    return secret


def test_the_account_itself_is_told_with_its_person_and_grants(cast: Cast):
    me = cast.kemang_admin.get("me/").json()
    assert set(me) == {"user", "person", "grants", "unread"}
    assert me["person"]["name"] == Person.objects.get(pk=cast.kemang_admin.user.person_id).name
    assert [(each["role"], each["unit"]["code"]) for each in me["grants"]] == [("requester", cast.kemang.code)]
    assert b"password" not in cast.kemang_admin.get("me/").content


def test_refusals_are_noted_without_an_event(cast: Cast):
    events = Event.objects.count()
    problem(cast.viewer.post("units/", {}), 403)
    assert Event.objects.count() == events
    noted = SecurityEvent.objects.filter(kind="refused", user_id=cast.viewer.user.pk).get()
    assert noted.detail["path"] == f"{V1}units/"
