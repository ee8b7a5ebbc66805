"""A person is erased: nothing of what was known stays in the database file, and the record still holds."""

from __future__ import annotations

import pytest
from django.db import connection

from assets import register
from core import journal, verifying
from core.models import Job, SecurityEvent
from core.personal import GONE
from org import accounts
from org.models import Person, User
from org.reference import keep
from personal import asking
from personal.models import SubjectRequest
from pledges import papers
from tests.base import Cast, a_pledge, a_request, again, an_asset

pytestmark = pytest.mark.django_db

NAME, NIP, PHONE, MAIL = "Zulkarnaen Wiratmaja", "198501012005011001", "0812-7788-9911", "zulwira@contoh.go.id"


def somebody(cast: Cast) -> tuple[Person, User]:
    """A person with an account, entered by the verbs, and changed once."""
    made = keep(Person(), actor=cast.user_admin, name="Zulkarnaen Wiratmadja", unit=cast.kemang, nip=NIP, phone=PHONE)
    keep(made, actor=cast.user_admin, name=NAME)
    user = accounts.create_user(
        actor=cast.user_admin, username="zulwiratmaja", password="kopi-tubruk-9182", email=MAIL, person=made
    )
    return again(made), user


def erased(cast: Cast, person: Person) -> SubjectRequest:
    wanted = asking.ask(actor=cast.user_admin, person=person, kind="erasure", reason="Pensiun")
    return asking.decide(wanted, actor=cast.superuser, decision="approve")


def the_record_holds() -> int:
    """The chain and all rows hold; returns how many facts were erased."""
    assert not [step for step in journal.verify() if isinstance(step, journal.Broken)]
    *_, last = verifying.verify()
    assert isinstance(last, verifying.Looked), last
    return last.erased


def everywhere() -> str:
    """All that stands in any column of any table."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_name_number_and_address_stand_nowhere_any_more_and_the_record_holds(cast: Cast) -> None:
    person, user = somebody(cast)
    request = a_request(cast, purpose=f"Untuk {NAME}, nomor {PHONE}")
    pledge = a_pledge(cast)
    papers.add_evidence(
        pledge, actor=cast.verifier, supports="promise", source_url="https://contoh.go.id", note=f"dari {NIP}"
    )
    papers.add_witness(pledge, actor=cast.verifier, name=NAME, statement=f"Saya, {NAME}, mendengar")
    asset = an_asset(cast, note=f"Dahulu dipakai {NAME.upper()}")
    register.report_condition(asset, actor=cast.clerk, condition="good", note=f"kata {NAME}, S.Kom.")
    SecurityEvent.objects.create(kind="export_asked", user_id=user.pk, address="10.9.8.7", detail={"search": NAME})
    Job.objects.create(kind="export", owner=user, params={"filters": {"search": NAME}}, state="done")
    before = everywhere()
    assert all(value in before for value in (NAME, NIP, PHONE, MAIL, "Wiratmadja", "zulwiratmaja", "10.9.8.7"))

    erased(cast, person)

    after = everywhere()
    for gone in ("ulkarnaen", "ULKARNAEN", "iratmaja", NIP, PHONE, MAIL, "10.9.8.7"):
        assert gone not in after, [line for line in after.split("\n") if gone in line][:3]
    assert the_record_holds() > 0
    assert again(request).purpose == f"Untuk {GONE}, nomor {GONE}"
    assert not again(user).is_active
    assert str(again(person)) == f"Orang yang dihapus #{person.pk}"
