"""D6: the guard of the sign-in, by name and place: known devices, spraying, sieges; every way in asks it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as configured
from django.contrib.auth import authenticate
from django.core import signing
from django.test import Client
from django.utils import timezone

from core import context, signing_in
from core.context import Call
from core.errors import TooMany
from core.models import KnownDevice, LoginAttempt, SecurityEvent
from org.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "kuda-hijau-77"
COOKIE = configured.DEVICE_COOKIE_NAME
Enter = Callable[..., int]


@pytest.fixture
def user() -> User:
    return User.objects.create_user("kemang", PASSWORD)


def by_page(name: str, password: str, client: Client | None = None, address: str = "10.0.0.1") -> int:
    form = {"username": name, "password": password}
    return (client or Client()).post("/admin/login/", form, REMOTE_ADDR=address).status_code


def by_api(name: str, password: str, client: Client | None = None, address: str = "10.0.0.1") -> int:
    body = {"username": name, "password": password}
    answer = (client or Client()).post(
        "/api/v1/auth/token/", body, content_type="application/json", REMOTE_ADDR=address
    )
    return answer.status_code


RIGHT = {by_page: 302, by_api: 200}
WRONG = {by_page: 200, by_api: 401}
ways = pytest.mark.parametrize("enter", [by_page, by_api])


def device_of(enter: Enter, name: str = "kemang") -> Client:
    """A browser or program that signed in once, and keeps nothing of it but what names the device."""
    client = Client()
    assert enter(name, PASSWORD, client) == RIGHT[enter]
    kept = client.cookies[COOKIE].value
    client.cookies.clear()
    client.cookies[COOKIE] = kept
    return client


# ---- by name and place


@ways
def test_ten_wrong_tries_close_the_name_for_that_address_alone(user: User, enter: Enter) -> None:
    assert [enter("kemang", "salah") for _ in range(12)] == [WRONG[enter]] * 10 + [429] * 2
    assert enter("kemang", PASSWORD) == 429
    assert enter("kemang", PASSWORD, address="10.0.0.2") == RIGHT[enter]


@pytest.mark.parametrize(("first", "then"), [(by_page, by_api), (by_api, by_page)])
def test_the_ways_in_count_together(user: User, first: Enter, then: Enter) -> None:
    for _ in range(10):
        first("kemang", "salah")
    assert then("kemang", PASSWORD) == 429


def test_it_opens_as_the_oldest_try_grows_old(user: User) -> None:
    start = timezone.now()
    for minute in range(10):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            by_page("kemang", "salah")
    with time_machine.travel(start + timedelta(minutes=14), tick=False):
        answer = Client().post("/admin/login/", {"username": "kemang", "password": "x"}, REMOTE_ADDR="10.0.0.1")
        assert answer.status_code == 429
        assert answer["Retry-After"] == "61"
    with time_machine.travel(start + timedelta(minutes=15, seconds=1), tick=False):
        assert by_page("kemang", "salah") == 200
        assert by_page("kemang", "salah") == 429


def test_refused_tries_do_not_count(user: User) -> None:
    """Who goes on knocking does not keep the door shut."""
    for _ in range(10):
        by_page("kemang", "salah")
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        for _ in range(20):
            assert by_page("kemang", "salah") == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert by_page("kemang", PASSWORD) == 302


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::5", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::5", "2001:db8:1:3::5", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("::1", "::2", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("bukan alamat", "", False),
    ],
)
def test_an_ipv6_subscriber_is_one_place(user: User, one: str, other: str, same: bool) -> None:
    def tried_from(address: str) -> str:
        with context.serving(Call(address=address)):
            return signing_in.begin("kemang").place

    assert (tried_from(one) == tried_from(other)) == same


def test_a_try_that_is_still_looked_at_counts(user: User) -> None:
    """Eleven guesses at once: the eleventh is refused before any of them is answered."""
    for _ in range(10):
        signing_in.begin("kemang")
    with pytest.raises(TooMany):
        signing_in.begin("kemang")


# ---- known devices


@ways
def test_a_stranger_does_not_lock_out_a_device_that_signed_in(user: User, enter: Enter) -> None:
    """The stranger sits behind the same address."""
    device = device_of(enter)
    for _ in range(12):
        enter("kemang", "salah")
    assert enter("kemang", PASSWORD) == 429
    assert enter("kemang", PASSWORD, device) == RIGHT[enter]


@ways
def test_a_known_device_keeps_its_own_ten_and_no_more(user: User, enter: Enter) -> None:
    device = device_of(enter)
    assert [enter("kemang", "salah", device) for _ in range(11)] == [WRONG[enter]] * 10 + [429]
    assert enter("kemang", PASSWORD, device, "10.9.9.9") == 429
    assert enter("kemang", PASSWORD) == RIGHT[enter]


def test_a_device_is_known_to_the_accounts_that_signed_in_on_it_alone(user: User) -> None:
    User.objects.create_user("cibinong", PASSWORD)
    device = device_of(by_page)
    for _ in range(10):
        by_page("cibinong", "salah")
    assert by_page("cibinong", PASSWORD, device) == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert by_page("cibinong", PASSWORD, device) == 302  # one machine for two people
    for name in ("cibinong", "kemang"):
        for _ in range(10):
            by_page(name, "salah")
        assert by_page(name, PASSWORD, device) == 302


@pytest.mark.parametrize(
    "value",
    ["", "x", "x:y:z", "a" * 5000, "é:1:2", pytest.param(signing.TimestampSigner(salt="lain").sign("a"), id="salt")],
)
def test_a_made_up_device_is_none(user: User, value: str) -> None:
    forged = Client()
    forged.cookies[COOKIE] = value
    for _ in range(10):
        by_page("kemang", "salah")
    assert by_page("kemang", PASSWORD, forged) == 429


def test_a_device_is_forgotten_after_half_a_year(user: User) -> None:
    device = device_of(by_page)
    later = timezone.now() + timedelta(seconds=configured.DEVICE_COOKIE_AGE + 5)
    with time_machine.travel(later):
        for _ in range(10):
            by_page("kemang", "salah")
        assert by_page("kemang", PASSWORD, device) == 429
        signing_in.forget_old()
    assert not KnownDevice.objects.exists()


def test_programs_without_cookies_do_not_fill_the_table(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "DEVICES_KEPT", 3)
    for _ in range(5):
        assert by_api("kemang", PASSWORD) == 200
    assert KnownDevice.objects.count() == 3
    assert by_api("kemang", PASSWORD, device_of(by_api)) == 200


def test_the_cookie_is_for_the_browser_alone_and_no_table_holds_it(user: User) -> None:
    client = Client()
    by_page("kemang", PASSWORD, client)
    cookie = client.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    secret = cookie.value.split(":")[0]
    kept = str([*KnownDevice.objects.values(), *LoginAttempt.objects.values(), *SecurityEvent.objects.values()])
    assert secret not in kept


def test_a_wrong_password_makes_no_device(user: User) -> None:
    client = Client()
    by_page("kemang", "salah", client)
    assert COOKIE not in client.cookies
    assert not KnownDevice.objects.exists()


# ---- spraying


@ways
def test_more_than_thirty_failed_names_close_an_address_to_unknown_devices(user: User, enter: Enter) -> None:
    device = device_of(enter)
    assert {enter(f"nama-{n}", "salah") for n in range(31)} == {WRONG[enter]}
    for name, password in (("nama-99", "salah"), ("kemang", PASSWORD), ("nama-1", "salah")):
        assert enter(name, password) == 429
    assert enter("kemang", PASSWORD, device) == RIGHT[enter]
    assert enter("kemang", PASSWORD, address="10.0.0.2") == RIGHT[enter]
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert enter("kemang", PASSWORD) == RIGHT[enter]


def test_thirty_failed_names_are_not_too_many(user: User) -> None:
    for n in range(30):
        by_page(f"nama-{n}", "salah")
        by_page(f"nama-{n}", "salah")
    assert by_page("kemang", PASSWORD) == 302


@ways
def test_an_office_of_two_hundred_behind_one_address_signs_in(enter: Enter) -> None:
    for n in range(200):
        User.objects.create_user(f"pegawai-{n}", PASSWORD)
    assert {enter(f"pegawai-{n}", PASSWORD) for n in range(200)} == {RIGHT[enter]}


def test_so_it_does_when_every_fourth_mistypes_first() -> None:
    for n in range(200):
        User.objects.create_user(f"pegawai-{n}", PASSWORD)
    for n in range(200):
        if n % 4 == 0:
            assert by_page(f"pegawai-{n}", "salah") == 200
        assert by_page(f"pegawai-{n}", PASSWORD) == 302


def test_tries_that_are_still_looked_at_are_no_failed_names(user: User) -> None:
    with context.serving(Call(address="10.0.0.1")):
        for n in range(40):
            signing_in.begin(f"nama-{n}")
    assert by_page("kemang", PASSWORD) == 302


# ---- sieges


@pytest.fixture
def hundred(user: User) -> None:
    for n in range(100):
        assert by_page("kemang", "salah", address=f"10.1.0.{n // 10}") == 200


@ways
def test_a_besieged_account_is_open_to_known_devices_alone(user: User, enter: Enter) -> None:
    device = device_of(enter)
    for n in range(100):
        assert enter("kemang", "salah", address=f"10.1.0.{n // 10}") == WRONG[enter]
    assert enter("kemang", PASSWORD, address="10.2.0.1") == 429
    assert enter("kemang", PASSWORD, device, "10.2.0.1") == RIGHT[enter]
    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        assert enter("kemang", PASSWORD) == 429
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        assert enter("kemang", PASSWORD) == RIGHT[enter]


def test_ninety_nine_are_no_siege(user: User) -> None:
    for n in range(99):
        by_page("kemang", "salah", address=f"10.1.0.{n // 10}")
    assert not SecurityEvent.objects.filter(kind="login_besieged").exists()
    assert by_page("kemang", PASSWORD, address="10.2.0.1") == 302


def test_a_siege_is_noted_once(user: User, hundred: None) -> None:
    for n in range(5):
        by_page("kemang", "salah", address=f"10.3.0.{n}")
    noted = SecurityEvent.objects.get(kind="login_besieged")
    assert noted.user_id == user.pk
    refused = SecurityEvent.objects.filter(kind="login_locked")
    assert [each.detail["why"] for each in refused] == ["besieged"] * 5


def test_an_unknown_name_is_besieged_alike(user: User, hundred: None) -> None:
    for n in range(100):
        by_page("siapa", "salah", address=f"10.4.0.{n // 10}")
    forms = {"kemang": PASSWORD, "siapa": "salah"}
    answers = [Client().post("/api/v1/auth/token/", {"username": name, "password": word}, "application/json")
               for name, word in forms.items()]  # fmt: skip
    assert [each.status_code for each in answers] == [429, 429]
    assert answers[0].json()["detail"] == answers[1].json()["detail"]
    assert SecurityEvent.objects.filter(kind="login_besieged").count() == 2


# ---- every way in


def test_the_old_password_is_counted_where_a_new_one_is_set(user: User) -> None:
    client = Client()
    by_page("kemang", PASSWORD, client)
    form = {"old_password": "salah", "new_password1": "sapi-merah-88", "new_password2": "sapi-merah-88"}
    told = [client.post("/admin/password_change/", form, REMOTE_ADDR="10.0.0.1").status_code for _ in range(11)]
    assert told == [200] * 10 + [429]
    form["old_password"] = PASSWORD
    assert client.post("/admin/password_change/", form, REMOTE_ADDR="10.0.0.1").status_code == 429
    assert by_page("kemang", PASSWORD, client) == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert client.post("/admin/password_change/", form, REMOTE_ADDR="10.0.0.1").status_code == 302


LOOKS = re.compile(r"\.check_password\(|import check_password")


def places_that_look_at_a_password() -> set[str]:
    root = Path(configured.BASE_DIR)
    packages = {path.parent.name for path in root.glob("*/__init__.py")} - {"tests"}
    sources = (path for name in packages for path in (root / name).rglob("*.py"))
    return {str(path.relative_to(root)) for path in sources if LOOKS.search(path.read_text())}


def test_nothing_looks_at_a_password_but_the_guarded_way() -> None:
    """``org`` itself and ``demo`` say ``check_password`` of a new password's strength."""
    strength = {"demo/setting.py"}
    assert places_that_look_at_a_password() - strength == {"core/backends.py", "org/models/accounts.py"}


@pytest.mark.parametrize("line", ["if user.check_password(given):", "from x import check_password"])
def test_that_search_finds_one(line: str) -> None:
    assert LOOKS.search(line)


def test_a_name_without_a_call_is_counted_too(user: User) -> None:
    for _ in range(10):
        assert authenticate(username="kemang", password="salah") is None
    with pytest.raises(TooMany):
        authenticate(username="kemang", password=PASSWORD)
