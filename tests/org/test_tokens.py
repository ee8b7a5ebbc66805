"""Credentials of an account: what ends them ends them all, for good; at most twenty tokens live; who revokes whose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from core.errors import Conflict, NotAllowed
from core.models import SecurityEvent
from org import accounts, tokens
from org.models import Role, Token, User
from tests.base import PASSWORD, Cast, again, user
from tests.checks import one_event, refused

GOOD = "sapi-merah-8812"


def opens(secret: str) -> bool:
    return tokens.recognise(secret) is not None


def a_session(of: User) -> Client:
    client = Client()
    client.force_login(again(of))
    return client


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


# ---- what ends them


def set_password(cast: Cast, target: User) -> None:
    accounts.set_password(target, password=GOOD, actor=cast.user_admin)


def set_own_password(cast: Cast, target: User) -> None:
    accounts.set_password(target, password=GOOD, actor=target)


def close_and_open_again(cast: Cast, target: User) -> None:
    accounts.deactivate(target, reason="Uji", actor=cast.user_admin)
    accounts.activate(again(target), reason="Uji", actor=cast.user_admin)


def close_unseen_and_open_by_act(cast: Cast, target: User) -> None:
    """Closed by a hand in the database; the act that opens it leaves nothing from before."""
    User.objects.filter(pk=target.pk).update(is_active=False)
    accounts.activate(again(target), reason="Uji", actor=cast.user_admin)


def by_hand_of_the_operator(cast: Cast, target: User) -> None:
    """``manage.py changepassword`` does no more than this."""
    found = again(target)
    found.set_password(GOOD)
    found.save()


def correct_the_address(cast: Cast, target: User) -> None:
    accounts.change_user(target, email="baru@contoh.go.id", actor=cast.user_admin)


def pass_on_to_another(cast: Cast, target: User) -> None:
    person = type(target.person).objects.create(name="Pengganti", unit=target.person.unit)
    accounts.change_user(target, person=person, actor=cast.user_admin)


ENDINGS = [
    set_password, set_own_password, close_and_open_again, close_unseen_and_open_by_act, by_hand_of_the_operator,
    correct_the_address, pass_on_to_another,
]  # fmt: skip


@pytest.mark.parametrize("end", ENDINGS)
def test_sessions_and_tokens_end_together_for_good(cast: Cast, end: Callable[[Cast, User], None]) -> None:
    target = cast.viewer
    sessions, (kept, secret) = [a_session(target) for _ in range(3)], tokens.issue(target, name="lama")
    assert all(is_in(each) for each in sessions)
    assert opens(secret)

    end(cast, target)

    assert not any(is_in(each) for each in sessions)
    assert not opens(secret)
    assert not Token.objects.live().filter(pk=kept.pk).exists()
    assert is_in(a_session(target))
    assert opens(tokens.issue(again(target), name="baru")[1])


def test_a_closed_account_opens_nothing(cast: Cast) -> None:
    session, secret = a_session(cast.viewer), tokens.issue(cast.viewer, name="lama")[1]
    accounts.deactivate(cast.viewer, reason="Uji", actor=cast.user_admin)
    assert not is_in(session)
    assert not opens(secret)
    assert SecurityEvent.objects.filter(kind="token_refused", user_id=cast.viewer.pk).exists()


@pytest.mark.parametrize("column", ["password", "is_active", "email", "person"])
def test_whoever_writes_what_ends_them_ends_them(cast: Cast, column: str) -> None:
    """However an act goes about it: the column alone is enough."""
    secret = tokens.issue(cast.viewer, name="lama")[1]
    again(cast.viewer).save(update_fields=[column])
    assert not opens(secret)


@pytest.mark.parametrize("columns", [["last_login"], ["username"], []])
def test_other_columns_end_nothing(cast: Cast, columns: list[str]) -> None:
    session, secret = a_session(cast.viewer), tokens.issue(cast.viewer, name="lama")[1]
    again(cast.viewer).save(update_fields=columns)
    assert is_in(session)
    assert opens(secret)


def test_a_password_that_is_hashed_anew_ends_nothing(cast: Cast, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    client, secret = Client(), tokens.issue(cast.viewer, name="lama")[1]
    form = {"username": cast.viewer.username, "password": PASSWORD}
    assert client.post("/admin/login/", form).status_code == 302
    assert again(cast.viewer).password.startswith("pbkdf2_sha256$")
    assert is_in(client)
    assert opens(secret)


def test_a_token_asked_for_under_the_old_password_is_worth_nothing(cast: Cast) -> None:
    """The call was let in just before; what it makes comes too late."""
    seen_before = again(cast.viewer)
    set_password(cast, cast.viewer)
    assert not opens(tokens.issue(seen_before, name="terlambat")[1])


def test_a_clock_that_is_set_back_ends_nothing_new(cast: Cast) -> None:
    set_password(cast, cast.viewer)
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        assert opens(tokens.issue(again(cast.viewer), name="baru")[1])


# ---- at most twenty


def test_a_twenty_first_token_is_refused(cast: Cast) -> None:
    made = [tokens.issue(cast.viewer, name=f"ke-{n}") for n in range(20)]
    with refused(Conflict, "too_many_tokens"):
        tokens.issue(cast.viewer, name="ke-21")
    with refused(Conflict, "too_many_tokens"):
        tokens.issue(cast.viewer, name="masuk", by_signing_in=True)
    assert all(opens(secret) for _token, secret in made)
    tokens.issue(cast.verifier, name="orang lain")


@pytest.mark.parametrize("gone", ["revoked", "expired", "ended"])
def test_only_live_ones_are_counted(cast: Cast, gone: str) -> None:
    made = [tokens.issue(cast.viewer, name=f"ke-{n}")[0] for n in range(20)]
    if gone == "revoked":
        tokens.revoke(made[0], actor=cast.viewer)
    elif gone == "expired":
        Token.objects.filter(pk=made[0].pk).update(expires_at=timezone.now())
    else:
        set_password(cast, cast.viewer)
    assert opens(tokens.issue(again(cast.viewer), name="baru")[1])


def test_signing_in_takes_the_place_of_the_sign_in_used_longest_ago(cast: Cast) -> None:
    on_purpose = tokens.issue(cast.viewer, name="kiriman bulanan")[1]
    made = [tokens.issue(cast.viewer, name="masuk", by_signing_in=True) for _ in range(19)]
    Token.objects.filter(pk=made[0][0].pk).update(last_used_at=timezone.now() + timedelta(minutes=1))
    fresh = tokens.issue(cast.viewer, name="masuk", by_signing_in=True)[1]
    assert opens(fresh)
    assert opens(on_purpose)
    assert opens(made[0][1])
    assert [opens(secret) for _token, secret in made[1:]] == [False] + [True] * 17
    assert Token.objects.filter(user=cast.viewer).live().count() == 20


# ---- who revokes whose


@pytest.mark.parametrize(
    ("who", "role"), [("user_admin", "user_admin"), ("superuser", "superuser"), ("viewer", "self")]
)
def test_a_token_is_revoked_by_its_owner_or_the_user_admin(cast: Cast, who: str, role: str) -> None:
    token, secret = tokens.issue(cast.viewer, name="hilang")
    actor = getattr(cast, who)
    with one_event("user.token_revoked", by=actor, role=role) as written:
        tokens.revoke(token, reason="Laptop hilang", actor=actor)
    assert (written.event.subject_type, written.event.subject_id) == ("user", cast.viewer.pk)
    assert written.changes == {"token": [token.pk, None]}
    assert not opens(secret)
    with refused(Conflict, "illegal_transition"):
        tokens.revoke(token, actor=actor)


def test_nobody_revokes_above_or_beside_themselves(cast: Cast) -> None:
    kemang = user(username="admin-kemang", unit=cast.kemang, roles=(Role.USER_ADMIN,))
    auditor = user(username="pengawas", unit=cast.kemang, roles=(Role.AUDITOR,), where=cast.root)
    for actor, owner, code in (
        (cast.user_admin, cast.superuser, "above_own_role"),
        (kemang, cast.user_admin, "role_missing"),
        (kemang, auditor, "above_own_role"),
        (kemang, cast.cibinong_admin, "role_missing"),
        (cast.verifier, cast.viewer, "role_missing"),
    ):
        token, secret = tokens.issue(owner, name="milik orang")
        with refused(NotAllowed, code):
            tokens.revoke(token, reason="Uji", actor=actor)
        assert opens(secret)


def test_tokens_in_scope_are_those_of_the_accounts_in_scope(cast: Cast) -> None:
    kemang = user(username="admin-kemang", unit=cast.kemang, roles=(Role.USER_ADMIN,))
    owners = [cast.kemang_admin, cast.cibinong_admin, cast.viewer, cast.superuser, kemang]
    made = {owner.pk: tokens.issue(owner, name="uji")[0].pk for owner in owners}

    def seen_by(reader: User) -> set[int]:
        return set(Token.objects.visible_to(again(reader)).values_list("user_id", flat=True))

    assert seen_by(kemang) == {cast.kemang_admin.pk, kemang.pk}
    assert seen_by(cast.viewer) == {cast.viewer.pk}
    assert seen_by(cast.user_admin) == set(made)
    assert seen_by(cast.clerk) == set()


def test_the_operator_s_command_ends_them_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tokens.issue(cast.viewer, name="lama")[1]
    monkeypatch.setattr("getpass.getpass", lambda prompt: GOOD)
    call_command("changepassword", cast.viewer.username, verbosity=0)
    assert again(cast.viewer).check_password(GOOD)
    assert not opens(secret)
