"""Delegation cannot climb: who may give which role where, and to which account."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from core.errors import Conflict, DomainError, NotAllowed
from core.models import Credential
from org import accounts
from org.administering import DECIDING, decides
from org.models import Person, Role, Unit, User
from requests_app import approvals, filing
from tests.base import Cast, a_request, again, at, day, grant, settings_are, submitted, user
from tests.checks import refused

GOOD, OTHER = "sawah-hijau-7731", "gunung-biru-4410"
DECIDES = [*DECIDING, Role.ASSET_CLERK]


@pytest.fixture
def delegated(cast: Cast) -> User:
    """The user admin of Kemang."""
    return user(username="pengelola-kemang", unit=cast.kemang, roles=(Role.USER_ADMIN,))


def newcomer(cast: Cast, *, by: User, unit: Unit | None = None, name: str = "baru") -> User:
    """An account that ``by`` made today, with a password he knows."""
    person = Person.objects.create(name=f"Sdr. {name}", unit=unit or cast.kemang)
    return accounts.create_user(actor=by, username=name, password=GOOD, person=person)


def claimed(made: User) -> User:
    """The holder signed in and set his own password."""
    accounts.set_password(made, actor=again(made), password=OTHER)
    return again(made)


# ---- who gives


def test_the_attack_ends_at_its_second_step(cast: Cast, delegated: User) -> None:
    """A kecamatan's user admin gave his unit head, verifier and approver and had five devices approved."""
    puppets = {role: newcomer(cast, by=delegated, name=role) for role in ("unit_head", "verifier", "approver")}
    accounts.grant(user=puppets["unit_head"], role=Role.UNIT_HEAD, unit=cast.kemang, actor=delegated)
    for role in ("verifier", "approver"):
        puppet = claimed(puppets[role])
        with refused(NotAllowed, "above_own_role"):
            accounts.grant(user=puppet, role=role, unit=cast.kemang, actor=delegated)
    request = submitted(cast, a_request(cast, by=delegated_requester(cast, delegated)))
    with refused(NotAllowed, "own_act"):
        filing.endorse(request, actor=again(puppets["unit_head"]))
    filing.endorse(request, actor=cast.kemang_head)
    for step in (approvals.verify, decide_all):
        with refused(NotAllowed, "role_missing"):
            step(again(request), actor=again(puppets["verifier"]))


def delegated_requester(cast: Cast, by: User) -> User:
    made = newcomer(cast, by=by, name="pengusul")
    accounts.grant(user=made, role=Role.REQUESTER, unit=cast.kemang, actor=by)
    return again(made)


def decide_all(request: object, *, actor: User) -> object:
    return approvals.decide(request, actor=actor, lines=[])


@pytest.mark.parametrize("role", DECIDES)
def test_a_role_that_decides_is_given_by_the_districts_user_admin_alone(cast: Cast, delegated: User, role: str) -> None:
    agency = user(username="pengelola-dinas", unit=cast.diskominfo, roles=(Role.USER_ADMIN,))
    with refused(NotAllowed, "above_own_role"):
        accounts.grant(user=cast.viewer, role=role, unit=cast.diskominfo, actor=agency)
    if decides(role, cast.kemang):
        with refused(NotAllowed, "above_own_role"):
            accounts.grant(user=cast.outsider, role=role, unit=cast.kemang, actor=delegated)
    accounts.grant(user=cast.viewer, role=role, unit=cast.diskominfo, actor=cast.user_admin)


def test_a_kecamatan_has_a_store_of_its_own_and_a_clerk_for_it(cast: Cast, delegated: User) -> None:
    assert accounts.grant(user=cast.outsider, role=Role.ASSET_CLERK, unit=cast.kemang, actor=delegated).pk
    assert not decides(Role.ASSET_CLERK, cast.village)
    assert decides(Role.ASSET_CLERK, cast.root)


def test_an_installation_may_leave_it_to_the_units(cast: Cast, delegated: User) -> None:
    settings_are(decisions_delegated=True)
    assert accounts.grant(user=cast.outsider, role=Role.VERIFIER, unit=cast.kemang, actor=delegated).pk
    with refused(NotAllowed, "role_missing"):
        accounts.grant(user=cast.outsider, role=Role.VERIFIER, unit=cast.cibinong, actor=delegated)
    with refused(NotAllowed, "above_own_role"):
        accounts.grant(user=cast.outsider, role=Role.USER_ADMIN, unit=cast.kemang, actor=delegated)


def test_a_chain_of_grants_does_not_climb(cast: Cast, delegated: User) -> None:
    """Whoever was given his own grant by a delegate can give no more than the delegate."""
    with refused(NotAllowed, "above_own_role"):
        accounts.grant(user=cast.outsider, role=Role.USER_ADMIN, unit=cast.village, actor=delegated)
    below = user(username="pengelola-desa", unit=cast.village, roles=(Role.USER_ADMIN,), where=cast.village)
    for unit in (cast.kemang, cast.root, cast.cibinong):
        with refused(NotAllowed, "role_missing"):
            accounts.grant(user=cast.outsider, role=Role.REQUESTER, unit=unit, actor=below)


def test_who_holds_a_role_that_one_may_not_give_is_above_one(cast: Cast, delegated: User) -> None:
    """Or a new password would give what a grant may not."""
    auditor = user(username="auditor-kemang", unit=cast.kemang, roles=(Role.AUDITOR,))
    for act in (
        lambda: accounts.set_password(auditor, actor=delegated, password=GOOD),
        lambda: accounts.deactivate(auditor, actor=delegated, reason="uji"),
        lambda: accounts.end_grant(auditor.grants.get(), actor=delegated, reason="uji"),
    ):
        with refused(NotAllowed, "above_own_role"):
            act()


def test_a_grant_that_ends_today_still_gives_and_one_of_yesterday_does_not(cast: Cast) -> None:
    with at("2026-03-05"):
        ends_today, ended = (user(username=f"pengelola-{name}", unit=cast.kemang) for name in ("hari-ini", "kemarin"))
        grant(ends_today, role=Role.USER_ADMIN, unit=cast.kemang, ends_on=day("2026-03-05"))
        grant(ended, role=Role.USER_ADMIN, unit=cast.kemang, ends_on=day("2026-03-04"))
        terms = {"user": cast.outsider, "role": Role.REQUESTER, "unit": cast.kemang, "ends_on": day("2026-03-05")}
        with refused(NotAllowed, "role_missing"):
            accounts.grant(actor=again(ended), **terms)
        accounts.grant(actor=again(ends_today), **terms)
        with refused(Conflict, "already_granted"):
            accounts.grant(actor=again(ends_today), **terms)
    with at("2026-03-06"):
        terms["ends_on"] = day("2026-03-31")
        with refused(NotAllowed, "role_missing"):
            accounts.grant(actor=again(ends_today), **terms)


# ---- to whom


@pytest.mark.parametrize("role", DECIDES)
def test_a_role_that_decides_waits_for_the_holders_own_password(cast: Cast, role: str) -> None:
    made = newcomer(cast, by=cast.user_admin, unit=cast.diskominfo)
    terms = {"user": made, "role": role, "unit": cast.root, "actor": cast.user_admin}
    with refused(DomainError, "password_not_own"):
        accounts.grant(**terms)
    accounts.grant(**{**terms, "user": claimed(made)})
    accounts.set_password(made, actor=cast.superuser, password="laut-merah-1188")
    with refused(DomainError, "password_not_own"):
        accounts.grant(**{**terms, "role": Role.AUDITOR if role != Role.AUDITOR else Role.PLANNER})


def test_a_requester_and_head_of_its_own_unit_begin_at_once(cast: Cast, delegated: User) -> None:
    for role in (Role.REQUESTER, Role.UNIT_HEAD):
        made = newcomer(cast, by=delegated, name=role)
        accounts.grant(user=made, role=role, unit=cast.kemang, actor=delegated)
        accounts.grant(user=made, role=role, unit=cast.village, actor=delegated)
        with refused(DomainError, "password_not_own"):
            accounts.grant(user=made, role=role, unit=cast.cibinong, actor=cast.user_admin)


def test_nobody_gives_himself_a_role_by_an_account_whose_password_he_holds(cast: Cast, delegated: User) -> None:
    accounts.set_password(cast.outsider, actor=delegated, password=GOOD)
    own = grant(cast.outsider, role=Role.USER_ADMIN, unit=cast.kemang)
    with refused(NotAllowed, "own_act"):
        accounts.grant(user=delegated, role=Role.REQUESTER, unit=cast.kemang, actor=again(cast.outsider))
    with refused(NotAllowed, "own_act"):
        accounts.end_grant(delegated.grants.get(), actor=again(cast.outsider), reason="uji")
    assert own.pk


def test_who_sets_a_password_stands_on_record(cast: Cast) -> None:
    made = claimed(newcomer(cast, by=cast.user_admin))
    told = Credential.objects.filter(user=made).values_list("set_by", flat=True)
    assert list(told) == [cast.user_admin.pk, made.pk]


def test_who_may_give_a_role_may_end_it_whatever_else_its_holder_is(cast: Cast) -> None:
    above = user(username="pengelola2", unit=cast.setda, roles=(Role.USER_ADMIN,), where=cast.root)
    terms = {"role": Role.APPROVER, "unit": cast.root, "acting_for": cast.approver, "ends_on": day("2026-12-01")}
    given = accounts.grant(actor=cast.user_admin, user=above, **terms)
    assert accounts.end_grant(given, actor=cast.user_admin, reason="x").ended_at
    with refused(NotAllowed, "above_own_role"):
        accounts.end_grant(above.grants.get(role=Role.USER_ADMIN), actor=cast.user_admin, reason="x")


def test_the_words_of_a_refusal_say_what_is_refused(cast: Cast, delegated: User) -> None:
    with pytest.raises(NotAllowed, match="Peran akun sendiri"):
        accounts.grant(actor=cast.user_admin, user=cast.user_admin, role=Role.VIEWER, unit=cast.root)
    with pytest.raises(NotAllowed, match="Akun tanpa orang"):
        accounts.create_user(actor=delegated, username="baru", password="sawah-hijau-7731")


def test_the_form_offers_only_roles_that_one_may_give(cast: Cast, delegated: User) -> None:
    def offered(who: User) -> set[str]:
        client = Client()
        client.force_login(who)
        page = client.get("/admin/org/grant/add/").content.decode()
        [shown] = re.findall(r'<select name="role".*?</select>', page, flags=re.S)
        return set(re.findall(r'<option value="(\w+)"', shown))

    assert offered(cast.superuser) == set(Role.values)
    assert offered(cast.user_admin) == set(Role.values) - {Role.USER_ADMIN}
    assert offered(delegated) == {Role.REQUESTER, Role.UNIT_HEAD, Role.ASSET_CLERK, Role.VIEWER}


def test_who_has_a_password_from_another_is_told_to_change_it(cast: Cast) -> None:
    client, told = Client(), "Kata sandi Anda dipasang oleh Fitri Amalia"
    client.force_login(cast.viewer)
    assert "Kata sandi Anda" not in client.get("/admin/").content.decode()
    accounts.set_password(cast.viewer, actor=cast.user_admin, password="sawah-hijau-7731")
    client.force_login(again(cast.viewer))
    assert told in client.get("/admin/").content.decode()
    accounts.set_password(again(cast.viewer), actor=again(cast.viewer), password="kopi-luwak-5520")
    client.force_login(again(cast.viewer))
    assert "Kata sandi Anda" not in client.get("/admin/").content.decode()
