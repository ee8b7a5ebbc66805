"""A NIP is of one person, however it is written; a user name of one account, however it is typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from core.errors import Conflict, TooMany
from org.models import Person, User
from org.reference import keep
from tests.base import PASSWORD, Cast, again, user
from tests.checks import invalid, refused

NIP = "197001011990031099"


def a_person(cast: Cast, **values: Any) -> Person:
    return keep(Person(), **{"actor": cast.user_admin, "name": "Euis", "unit": cast.kemang, **values})


@pytest.mark.parametrize("text", ["19700101 199003 1 099", "NIP. 197001011990031099", f"'{NIP}"])
def test_a_nip_is_kept_in_one_form_and_is_of_one_person(cast: Cast, text: str) -> None:
    assert a_person(cast, nip=text).nip == NIP
    with refused(Conflict, "already_used", field="nip"):
        a_person(cast, nip=NIP, name="Lain")
    other = a_person(cast, name="Lain")
    with refused(Conflict, "already_used", field="nip"):
        keep(other, actor=cast.user_admin, nip=text)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(name="Lain", unit=cast.kemang, nip=text)


@pytest.mark.parametrize("text", ["197002301990031099", "197001011990131099", "197001011990033099", "12345", "A-12"])
def test_what_cannot_be_a_nip_is_refused(cast: Cast, text: str) -> None:
    with invalid("nip"):
        a_person(cast, nip=text)


def test_the_number_of_a_foreign_official_is_text_and_unique_too(cast: Cast) -> None:
    guest = a_person(cast, nip="KTT/Paspor X-99 12", not_nip=True)
    assert (guest.nip, guest.not_nip) == ("KTT/Paspor X-99 12", True)
    with refused(Conflict, "already_used", field="nip"):
        a_person(cast, nip="ktt/paspor x-99 12", not_nip=True, name="Lain")
    assert keep(guest, actor=cast.user_admin, position="Penasihat").nip == "KTT/Paspor X-99 12"
    with invalid("nip"):
        keep(guest, actor=cast.user_admin, not_nip=False)
    keep(guest, actor=cast.user_admin, not_nip=False, nip=NIP)
    with refused(Conflict, "already_used", field="nip"):
        a_person(cast, nip=f"NIP {NIP}", not_nip=True, name="Lain")


def test_many_people_have_none(cast: Cast) -> None:
    assert a_person(cast, nip="-").nip == a_person(cast, nip="", name="Lain").nip == ""


def test_the_person_who_has_it_is_named_to_those_who_may_see_them(cast: Cast) -> None:
    a_person(cast, nip=NIP, name="Euis Rahasia", unit=cast.cibinong)
    admin = user(username="pengelola-kemang", unit=cast.kemang, roles=("user_admin",))
    told = {}
    for who in (cast.user_admin, admin):
        with pytest.raises(Conflict) as caught:
            a_person(cast, nip=NIP, actor=who)
        told[who] = str(caught.value)
    assert "Euis Rahasia" in told[cast.user_admin]
    assert "Euis Rahasia" not in told[admin]


@pytest.mark.parametrize("name", ["kemang", "KEMANG", " Kemang ", "\uff4bemang", "kem\u200bang"])
def test_one_signs_in_by_any_spelling_of_the_name(cast: Cast, name: str) -> None:
    assert authenticate(username=name, password=PASSWORD) == cast.kemang_admin
    assert User.objects.get_by_natural_key(name) == cast.kemang_admin


def test_guesses_count_for_the_name_however_it_is_spelled(cast: Cast) -> None:
    """Otherwise every spelling would be ten more guesses."""
    spellings = ["kemang", "KEMANG", "kem\u200bang", "\uff4bemang", "kemang\u2060"]
    for n in range(10):
        assert authenticate(username=spellings[n % 5], password="salah-sekali") is None
    with pytest.raises(TooMany):
        authenticate(username="\u200dkemang", password="salah-sekali")


def test_the_database_holds_user_names_apart(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="KEMANG", email="x@contoh.go.id")
    assert again(cast.kemang_admin).username == "kemang"
