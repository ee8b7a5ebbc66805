"""Signing in: the lock on guessed accounts, and passwords that are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from core import signing_in
from core.errors import TooMany
from core.models import LoginAttempt, SecurityEvent
from org.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "kuda-hijau-77"


@pytest.fixture
def user() -> User:
    return User.objects.create_user("kemang", PASSWORD)


def enter(username: str, password: str, client: Client | None = None):
    return (client or Client()).post("/admin/login/", {"username": username, "password": password})


def test_the_eleventh_wrong_password_is_refused_and_so_is_the_right_one(user: User) -> None:
    for _ in range(10):
        assert enter("kemang", "salah").status_code == 200
    for password in ("salah", PASSWORD):
        answer = enter("kemang", password)
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 15 * 60 + 1
    assert SecurityEvent.objects.filter(kind="login_failed", user_id=user.pk).count() == 10
    assert SecurityEvent.objects.filter(kind="login_locked").count() == 2


def test_the_lock_opens_by_time(user: User) -> None:
    for _ in range(12):
        enter("kemang", "salah")
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        assert enter("kemang", PASSWORD).status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert enter("kemang", PASSWORD).status_code == 302


def test_the_right_password_forgets_the_wrong_ones(user: User) -> None:
    for _ in range(3):
        for _ in range(9):
            enter("kemang", "salah")
        assert enter("kemang", PASSWORD).status_code == 302


def test_another_account_is_not_locked(user: User) -> None:
    User.objects.create_user("cibinong", PASSWORD)
    for _ in range(12):
        enter("kemang", "salah")
    assert enter("cibinong", PASSWORD).status_code == 302


@pytest.mark.parametrize("spelling", ["kemang", "KEMANG", "ｋｅｍａｎｇ"])
def test_the_lock_knows_other_spellings_of_a_name(user: User, spelling: str) -> None:
    for _ in range(10):
        signing_in.begin("Kemang")
    with pytest.raises(TooMany):
        signing_in.begin(spelling)


def test_unknown_inactive_and_known_accounts_answer_alike(user: User) -> None:
    User.objects.create_user("pensiun", PASSWORD, is_active=False)
    answers = [enter(*pair) for pair in (("kemang", "salah"), ("siapa", "salah"), ("pensiun", PASSWORD))]
    assert {each.status_code for each in answers} == {200}
    errors = {str(each.context["form"].non_field_errors()) for each in answers}
    assert len(errors) == 1


def test_unknown_accounts_are_locked_as_well() -> None:
    for _ in range(10):
        enter("siapa", "salah")
    assert enter("siapa", "salah").status_code == 429


def test_neither_names_nor_passwords_that_were_typed_are_kept(user: User) -> None:
    enter("rahasia-sekali-123", "sandi-lain-456")
    kept = str(list(LoginAttempt.objects.values())) + str(list(SecurityEvent.objects.values()))
    assert "rahasia-sekali-123" not in kept
    assert "sandi-lain-456" not in kept


def test_attempts_are_forgotten_when_their_time_is_over() -> None:
    enter("kemang", "salah")
    signing_in.forget_old()
    assert LoginAttempt.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=16)):
        signing_in.forget_old()
    assert not LoginAttempt.objects.exists()


@pytest.mark.parametrize("name", ["", "a\x00b", "\ud800", "x" * 5000])
def test_names_that_cannot_be_stored_are_just_wrong(name: str) -> None:
    assert authenticate(username=name, password="salah") is None


@pytest.mark.parametrize(
    "password",
    ["abc1234", "password123", "12345678", "diskominfo2026", "Kominfo!2026", "Kecamatan-2026", "198001012005011001"],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize("password", ["kemang-01", "Kemang2026"])
def test_passwords_like_the_account_are_refused(user: User, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, user)


@pytest.mark.parametrize("password", ["x7-kq" * 13, "y8_wz" * 25 + "abc", "  jarak tempuh  ", "ember🪣biru🟦tua"])
def test_long_spaced_and_pictured_passwords_are_kept_exactly(user: User, password: str) -> None:
    validate_password(password, user)
    user.set_password(password)
    user.save()
    assert authenticate(username="kemang", password=password) == user
    assert authenticate(username="kemang", password=password.strip() + "x") is None
    if password != password.strip():
        assert authenticate(username="kemang", password=password.strip()) is None
