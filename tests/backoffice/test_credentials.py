"""Tokens and sieges on the pages: seen by whom they concern, ended there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.urls import reverse
from django.utils import timezone

from core import signing_in, words
from core.models import Event, LoginAttempt
from org import tokens
from org.models import Role, Token, User
from tests.backoffice.desk import Desk, links, listing, page, text, verbs_on
from tests.base import Cast, again, user

GUESSED = "ditebak terus-menerus"


def besiege(account: User, wrong: int = 100) -> None:
    key, then = signing_in.account_key(account.username), timezone.now() - timedelta(hours=2)
    tries = (LoginAttempt(account=key, place="x", tried_at=then, failed_at=then) for _ in range(wrong))
    LoginAttempt.objects.bulk_create(tries)


# ---- tokens


def test_the_page_of_an_account_leads_to_its_tokens_and_they_are_revoked_there(cast: Cast, desk: Desk) -> None:
    token, secret = tokens.issue(cast.viewer, name="Laptop lama")
    shown = desk.get(cast.user_admin, page(cast.viewer))
    assert "Laptop lama" in text(shown)
    assert page(token) in links(shown)
    assert verbs_on(desk.get(cast.user_admin, page(token))) == {"revoke"}

    assert desk.act(cast.user_admin, token, "revoke", reason="Laptop hilang").status_code == 302
    assert tokens.recognise(secret) is None
    told = Event.objects.get()
    assert (told.verb, told.actor_id, told.subject_id) == ("user.token_revoked", cast.user_admin.pk, cast.viewer.pk)
    for who in (cast.user_admin, cast.viewer):
        said = text(desk.get(who, page(token)))
        assert f"Dicabut oleh {cast.user_admin}" in said and "Laptop hilang" in said
    assert "Laptop hilang" in text(desk.get(cast.user_admin, page(cast.viewer)))
    assert verbs_on(desk.get(cast.user_admin, page(token))) == set()


def test_one_s_own_tokens_are_on_one_s_own_page(cast: Cast, desk: Desk) -> None:
    token = tokens.issue(cast.kemang_admin, name="Ponsel")[0]
    assert page(token) in links(desk.get(cast.kemang_admin, page(cast.kemang_admin)))
    assert desk.act(cast.kemang_admin, token, "revoke").status_code == 302
    assert again(token).revoked_at


def test_what_is_one_s_own_is_in_the_menu_of_one_s_account_whatever_one_s_grants(cast: Cast, desk: Desk) -> None:
    tokens.issue(cast.viewer, name="Laptop lama")
    lonely = user(username="sendiri", unit=cast.kemang)
    for who in (cast.viewer, lonely):
        own = reverse("admin:org_person_read", args=[who.person_id, "personal-data"])
        assert {page(who), own} <= set(links(desk.get(who, reverse("admin:index"))))
        assert desk.get(who, own).status_code == desk.get(who, page(who)).status_code == 200
        assert desk.get(who, page(who.person)).status_code == 200
    assert desk.get(lonely, page(cast.rani)).status_code == 404
    made = words.short_date(timezone.localdate())
    assert made in text(desk.get(cast.viewer, listing(Token)))


def test_tokens_of_others_have_no_page(cast: Cast, desk: Desk) -> None:
    token = tokens.issue(cast.viewer, name="Laptop lama")[0]
    kemang = user(username="admin-kemang", unit=cast.kemang, roles=(Role.USER_ADMIN,))
    for actor in (cast.kemang_admin, cast.verifier, cast.auditor, kemang):
        assert desk.get(actor, page(token)).status_code == 404
        assert desk.act(actor, token, "revoke", reason="Uji").status_code == 404
        assert "Laptop lama" not in text(desk.get(actor, listing(Token)))
    assert Token.objects.get().live


def test_a_token_above_is_seen_and_left_alone(cast: Cast, desk: Desk) -> None:
    token = tokens.issue(cast.superuser, name="Utama")[0]
    assert verbs_on(desk.get(cast.user_admin, page(token))) == set()
    assert desk.act(cast.user_admin, token, "revoke", reason="Uji").status_code == 403


# ---- one's own session


def test_who_ends_the_sessions_of_their_own_account_goes_on_in_this_one(cast: Cast, desk: Desk) -> None:
    elsewhere = Desk(cast)
    assert elsewhere.get(cast.superuser, "/admin/").status_code == 200
    changed = {"email": "baru@contoh.go.id", "person": str(cast.superuser.person_id)}
    assert desk.act(cast.superuser, cast.superuser, "change", **changed).status_code == 302
    assert desk.get(cast.superuser, "/admin/").status_code == 200
    assert elsewhere.get(cast.superuser, "/admin/").status_code == 302


def test_who_sets_the_password_of_another_stays_themselves(cast: Cast, desk: Desk) -> None:
    assert desk.act(cast.user_admin, cast.viewer, "set-password", password="sapi-merah-8812").status_code == 302
    assert desk.client(cast.user_admin).session[SESSION_KEY] == str(cast.user_admin.pk)


# ---- sieges


@pytest.mark.parametrize(
    ("who", "told"),
    [("kemang_head", True), ("user_admin", True), ("superuser", True), ("cibinong_head", False), ("verifier", False),
     ("kemang_admin", False), ("outsider", False)],
)  # fmt: skip
def test_head_and_user_admin_are_told_of_a_siege_on_their_first_page(
    cast: Cast, desk: Desk, who: str, told: bool
) -> None:
    besiege(cast.kemang_admin)
    shown = text(desk.get(getattr(cast, who), "/admin/"))
    assert (GUESSED in shown) == told
    assert (f"{cast.kemang_admin} · {cast.kemang}" in shown) == told


def test_no_siege_no_word(cast: Cast, desk: Desk) -> None:
    besiege(cast.kemang_admin, 99)
    besiege(User(username="siapa"))
    assert GUESSED not in text(desk.get(cast.superuser, "/admin/"))


def test_a_siege_is_over_after_a_day(cast: Cast, desk: Desk) -> None:
    besiege(cast.kemang_admin)
    LoginAttempt.objects.update(failed_at=timezone.now() - timedelta(hours=24, seconds=5))
    assert GUESSED not in text(desk.get(cast.superuser, "/admin/"))
