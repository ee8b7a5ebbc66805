"""Accounts and grants: made, changed and ended by user admins, never above or beside themselves."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from core import verifying
from core.errors import Conflict, NotAllowed
from core.models import Event
from core.verifying import Looked
from org import accounts
from org.models import Person, Role, User
from org.rules import holds
from tests.base import Cast, again, day, grant, user
from tests.checks import invalid, no_event, one_event, refused

GOOD = "sawah-hijau-7731"
OTHER_ROLES = [
    "kemang_admin", "kemang_head", "verifier", "approver", "clerk", "planner", "publisher", "decider", "auditor",
    "viewer", "outsider",
]  # fmt: skip


@pytest.fixture
def kemang_user_admin(cast: Cast) -> User:
    return user(username="pengelola-kemang", unit=cast.kemang, roles=(Role.USER_ADMIN,))


def make(cast: Cast, *, actor: User, **values: object) -> User:
    terms = {"username": "baru", "password": GOOD, "email": "baru@contoh.go.id", "person": None}
    return accounts.create_user(**{**terms, **values}, actor=actor)


# ---- create


@pytest.mark.django_db
def test_the_first_account_of_an_installation_stands_in_an_event() -> None:
    call_command("createsuperuser", "--noinput", username="admin", email="a@b.example", stdout=StringIO())
    assert [(event.verb, event.role) for event in Event.objects.all()] == [("user.created", "operator")]
    assert list(verifying.verify()) == [Looked(3, 3, rows=2, erased=0)]


def test_a_user_admin_makes_an_account_that_can_log_in(cast: Cast) -> None:
    with one_event("user.created", by=cast.user_admin, role="user_admin") as written:
        made = make(cast, actor=cast.user_admin)
    assert again(made).check_password(GOOD)
    assert written.changes == {"username": [None, "baru"]}
    assert GOOD not in str(written.event.changes)


@pytest.mark.parametrize("password", ["pendek1", "password", "1234567890", "diskominfo2026"])
def test_a_weak_password_is_refused(cast: Cast, password: str) -> None:
    with invalid("password"):
        make(cast, actor=cast.user_admin, password=password)


def test_a_taken_name_is_refused(cast: Cast) -> None:
    for name in ("kemang", "Kemang", "KEMANG ", "\uff4bemang", "ke\u200bmang"):
        with refused(Conflict, "already_used", field="username"):
            make(cast, actor=cast.user_admin, username=name)
    make(cast, actor=cast.user_admin, username="linda.2010")
    for name in ("l1nda.2010", "Iinda.2010", "linda.20l0", "Linda.2O1O"):
        with refused(Conflict, "already_used", field="username"):
            make(cast, actor=cast.user_admin, username=name)


def test_a_name_of_letters_that_pass_for_others_is_refused(cast: Cast) -> None:
    with invalid("username"):
        make(cast, actor=cast.user_admin, username="kem\u0430ng")


def test_one_person_has_one_account(cast: Cast) -> None:
    with invalid("person"):
        make(cast, actor=cast.user_admin, person=cast.rani)


@pytest.mark.parametrize("who", OTHER_ROLES)
def test_nobody_else_makes_accounts(cast: Cast, who: str) -> None:
    with refused(NotAllowed, "role_missing"):
        make(cast, actor=getattr(cast, who))


def test_a_user_admin_of_a_kecamatan_makes_accounts_only_for_its_people(cast: Cast, kemang_user_admin: User) -> None:
    made = make(cast, actor=kemang_user_admin, person=Person.objects.create(name="Baru", unit=cast.kemang))
    assert made.person.unit == cast.kemang
    other = Person.objects.create(name="Lain", unit=cast.cibinong)
    with refused(NotAllowed, "role_missing"):
        make(cast, actor=kemang_user_admin, username="lain", person=other)


def test_an_account_without_a_person_is_made_by_who_administers_the_whole_district(
    cast: Cast, kemang_user_admin: User
) -> None:
    with refused(NotAllowed, "above_own_role"):
        make(cast, actor=kemang_user_admin)


# ---- change


def test_a_change_of_address_is_written_once_and_erasable(cast: Cast) -> None:
    with one_event("user.changed", by=cast.user_admin, role="user_admin") as written:
        accounts.change_user(cast.viewer, actor=cast.user_admin, email="baru@contoh.go.id", person=cast.viewer.person)
    assert written.changes == {"email": ["pembaca@contoh.go.id", "baru@contoh.go.id"]}
    assert "baru@contoh.go.id" not in str(written.event.changes)


def test_a_change_that_changes_nothing_writes_nothing(cast: Cast) -> None:
    with no_event():
        accounts.change_user(cast.viewer, actor=cast.user_admin, email=cast.viewer.email, person=cast.viewer.person)


def test_an_account_is_not_moved_to_a_person_out_of_reach(cast: Cast, kemang_user_admin: User) -> None:
    person = Person.objects.create(name="Tanpa akun", unit=cast.cibinong)
    with refused(NotAllowed, "role_missing"):
        accounts.change_user(cast.kemang_admin, actor=kemang_user_admin, email="", person=person)


@pytest.mark.parametrize("who", ["superuser", "user_admin"])
def test_accounts_above_or_beside_are_left_alone(cast: Cast, who: str) -> None:
    actor = user(username="kedua", unit=cast.diskominfo, roles=(Role.USER_ADMIN,), where=cast.root)
    target = getattr(cast, who)
    with refused(NotAllowed, "above_own_role"):
        accounts.change_user(target, actor=actor, email="x@contoh.go.id", person=target.person)
    with refused(NotAllowed, "above_own_role"):
        accounts.set_password(target, password=GOOD, actor=actor)
    with refused(NotAllowed, "above_own_role"):
        accounts.deactivate(target, actor=actor, reason="uji")


def test_an_account_with_rights_beyond_ones_reach_is_above(cast: Cast, kemang_user_admin: User) -> None:
    target = user(username="orang-kemang-di-kabupaten", unit=cast.kemang, roles=(Role.AUDITOR,), where=cast.root)
    with refused(NotAllowed, "above_own_role"):
        accounts.set_password(target, password=GOOD, actor=kemang_user_admin)


def test_an_account_without_a_person_is_above_a_kecamatan(cast: Cast, kemang_user_admin: User) -> None:
    target = user(username="tanpa-orang", roles=(Role.VERIFIER,), where=cast.root)
    with refused(NotAllowed, "above_own_role"):
        accounts.set_password(target, password=GOOD, actor=kemang_user_admin)


# ---- password


def test_a_password_is_set_by_its_owner_or_the_user_admin(cast: Cast) -> None:
    with one_event("user.password_set", by=cast.viewer, role="self"):
        accounts.set_password(cast.viewer, password=GOOD, actor=cast.viewer)
    with one_event("user.password_set", by=cast.user_admin, role="user_admin") as written:
        accounts.set_password(cast.viewer, password="gunung-biru-4410", actor=cast.user_admin)
    assert again(cast.viewer).check_password("gunung-biru-4410")
    assert "gunung" not in str(written.event.changes)
    with refused(NotAllowed, "role_missing"):
        accounts.set_password(cast.viewer, password=GOOD, actor=cast.verifier)


# ---- active


def test_a_deactivated_account_holds_nothing_from_the_next_call(cast: Cast) -> None:
    with one_event("user.deactivated", by=cast.user_admin, role="user_admin") as written:
        accounts.deactivate(cast.verifier, actor=cast.user_admin, reason="Pindah tugas")
    assert written.reason == "Pindah tugas"
    gone = again(cast.verifier)
    assert not holds(gone, Role.VERIFIER)
    assert not User.objects.visible_to(gone).exists()
    with refused(Conflict, "illegal_transition"):
        accounts.deactivate(cast.verifier, actor=cast.user_admin, reason="lagi")
    with one_event("user.activated", by=cast.user_admin, role="user_admin"):
        accounts.activate(cast.verifier, actor=cast.user_admin, reason="Kembali")
    assert holds(again(cast.verifier), Role.VERIFIER)


def test_the_last_superuser_stays(cast: Cast) -> None:
    with refused(Conflict, "last_superuser"):
        accounts.deactivate(cast.superuser, actor=cast.superuser, reason="uji")
    second = User.objects.create(username="admin2", is_superuser=True)
    accounts.deactivate(cast.superuser, actor=second, reason="pensiun")
    assert not again(cast.superuser).is_active


# ---- grants


def test_a_grant_reaches_the_units_below_and_is_written_once(cast: Cast) -> None:
    with one_event("grant.created", by=cast.user_admin, role="user_admin") as written:
        accounts.grant(user=cast.outsider, role=Role.REQUESTER, unit=cast.kemang, actor=cast.user_admin)
    assert written.related == {("user", cast.outsider.pk)}
    assert written.changes["role"] == [None, "requester"]
    newcomer = again(cast.outsider)
    assert holds(newcomer, Role.REQUESTER, unit=cast.village)
    assert not holds(newcomer, Role.REQUESTER, unit=cast.cibinong)


def test_nobody_grants_to_themselves(cast: Cast) -> None:
    with refused(NotAllowed, "own_act"):
        accounts.grant(user=cast.user_admin, role=Role.AUDITOR, unit=cast.root, actor=cast.user_admin)
    with refused(NotAllowed, "own_act"):
        accounts.grant(user=cast.superuser, role=Role.AUDITOR, unit=cast.root, actor=cast.superuser)


def test_a_grant_beyond_ones_reach_is_refused(cast: Cast, kemang_user_admin: User) -> None:
    for unit in (cast.cibinong, cast.root):
        with refused(NotAllowed, "role_missing"):
            accounts.grant(user=cast.outsider, role=Role.VIEWER, unit=unit, actor=kemang_user_admin)


def test_only_a_superuser_makes_user_admins(cast: Cast) -> None:
    with refused(NotAllowed, "above_own_role"):
        accounts.grant(user=cast.outsider, role=Role.USER_ADMIN, unit=cast.kemang, actor=cast.user_admin)
    accounts.grant(user=cast.outsider, role=Role.USER_ADMIN, unit=cast.kemang, actor=cast.superuser)
    assert holds(again(cast.outsider), Role.USER_ADMIN, unit=cast.kemang)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"starts_on": date(2026, 5, 1), "ends_on": date(2026, 4, 1)}, "ends_on"),
        ({"acting_for": "decider"}, "ends_on"),
        ({"role": "raja"}, "role"),
    ],
)
def test_senseless_terms_of_a_grant_are_refused(cast: Cast, terms: dict, field: str) -> None:
    terms = {"role": Role.DECIDER, **terms}
    if "acting_for" in terms:
        terms["acting_for"] = getattr(cast, terms["acting_for"])
    with invalid(field):
        accounts.grant(user=cast.outsider, unit=cast.root, actor=cast.user_admin, **terms)


def test_an_ended_grant_is_gone_with_the_next_call(cast: Cast) -> None:
    given = cast.verifier.grants.get()
    with one_event("grant.ended", by=cast.user_admin, role="user_admin") as written:
        accounts.end_grant(given, actor=cast.user_admin, reason="Rotasi")
    assert written.changes == {"ends_on": [None, "2026-03-01"]}
    assert not holds(again(cast.verifier), Role.VERIFIER)
    with refused(Conflict, "illegal_transition"):
        accounts.end_grant(given, actor=cast.user_admin, reason="lagi")


def test_a_grant_that_has_not_begun_can_be_ended(cast: Cast) -> None:
    given = grant(cast.outsider, role=Role.VIEWER, unit=cast.root, starts_on=day("2026-04-01"))
    accounts.end_grant(given, actor=cast.user_admin, reason="Batal")
    assert not holds(again(cast.outsider), Role.VIEWER)


def test_nobody_ends_their_own_grant_nor_one_above(cast: Cast) -> None:
    own = cast.user_admin.grants.get()
    with refused(NotAllowed, "own_act"):
        accounts.end_grant(own, actor=cast.user_admin, reason="uji")
    other = user(username="kedua", unit=cast.diskominfo, roles=(Role.USER_ADMIN,), where=cast.root)
    with refused(NotAllowed, "above_own_role"):
        accounts.end_grant(own, actor=other, reason="uji")
