"""A person is erased: nothing of what was known stays in the database file, and the record still holds."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, JSONField, Model, TextField

from assets import register
from core import journal, personal, verifying
from core.errors import Conflict
from core.models import EVERY, Event, EventPrivate, Job, SecurityEvent
from core.naming import GONE, Known
from core.personal import erasing
from org import accounts
from org.models import Person, User
from org.reference import keep
from personal import asking
from personal.models import SubjectRequest
from pledges import papers
from pledges.models import Pledge
from tests.api.matrix_world import MatrixWorld
from tests.base import Cast, a_pledge, a_request, again, an_asset, delivered
from tests.checks import refused
from tests.core.test_naming import DRESSES, MAIL, NAME, NIP, PHONE

pytestmark = pytest.mark.django_db

KEPT = re.compile(f"zulkarnaenwiratmaja|wiratmajazulkarnaen|{NIP}|81277889911|zulwiracontohgoid")
PARTS = 3
SPARED = 44
"""So many single columns name nobody, each with its reason on the model."""


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


def test_name_number_and_address_stand_nowhere_any_more_and_the_record_holds(cast: Cast, tmp_path: Path) -> None:
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
    Job.objects.create(kind="export", owner=user, params={"filters": {"search": NAME}}, state="done", file="jobs/a.csv")
    before = everywhere()
    assert all(value in before for value in (NAME, NIP, PHONE, MAIL, "Wiratmadja", "zulwiratmaja", "10.9.8.7"))

    erased(cast, person)

    after = everywhere()
    for gone in ("ulkarnaen", "ULKARNAEN", "iratmaja", NIP, PHONE, "81277889911", MAIL, "10.9.8.7", "jobs/a.csv"):
        assert gone not in after, [line for line in after.split("\n") if gone in line][:3]
    assert the_record_holds() > 0
    assert again(request).purpose == f"Untuk {GONE}, nomor {GONE}"
    assert not again(user).is_active
    assert str(again(person)) == f"Orang yang dihapus #{person.pk}"
    with refused(Conflict, "erased"):
        accounts.activate(again(user), actor=cast.superuser, reason="x")
    if connection.vendor == "sqlite":
        content = vacuumed(tmp_path / "copy.sqlite3")
        assert b"Tegal" in content  # names of others are there to be found
        assert all(gone.encode() not in content for gone in (NAME, NIP, PHONE, MAIL, "Wiratmadja"))


def vacuumed(path: Path) -> bytes:
    """The database file after a vacuum."""
    path.write_bytes(connection.connection.serialize())
    with sqlite3.connect(path) as copy:
        copy.execute("VACUUM")
    copy.close()
    return path.read_bytes()


def test_who_holds_devices_is_not_erased_and_the_refusal_names_them(cast: Cast) -> None:
    handover = delivered(cast, recipient=cast.rani)
    tag = handover.items.get().asset.tag
    with pytest.raises(Conflict, match=tag):
        asking.ask(actor=cast.kemang_admin, kind="erasure", reason="Pindah")
    with pytest.raises(CommandError, match=tag):
        call_command("erase_person", str(cast.rani.pk))
    assert again(cast.rani).name == "Rani Puspita"


def test_the_command_erases_with_one_event_of_the_operator(cast: Cast) -> None:
    person, _user = somebody(cast)
    call_command("erase_person", str(person.pk))
    told = Event.objects.filter(verb="person.erased").get()
    assert (told.role, told.actor_id, told.subject_id) == ("operator", None, person.pk)
    assert the_record_holds() > 0
    with pytest.raises(CommandError, match="dihapus"):
        call_command("erase_person", str(person.pk))


def test_a_name_that_another_bears_too_is_left_in_texts(cast: Cast) -> None:
    person, _user = somebody(cast)
    Person.objects.create(name=NAME, unit=cast.cibinong)
    request = a_request(cast, purpose=f"Untuk {NAME}, nomor {PHONE}")
    erased(cast, person)
    assert again(request).purpose == f"Untuk {NAME}, nomor {GONE}"


def test_the_words_of_a_published_pledge_change_in_an_erasure_alone_and_its_quote_never(cast: Cast) -> None:
    evidence = papers.add_evidence(
        a_pledge(cast), actor=cast.verifier, supports="promise", source_url="https://x.id", note=NAME
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        type(evidence).objects.filter(pk=evidence.pk).update(note="lain")
    with erasing(), transaction.atomic():
        type(evidence).objects.filter(pk=evidence.pk).update(note="lain")
    with pytest.raises(IntegrityError), transaction.atomic(), erasing():
        Pledge.objects.filter(pk=evidence.pledge_id).update(quote="lain")


def test_every_column_of_text_of_every_table_is_looked_through_but_for_those_named_with_a_reason() -> None:
    """A new column is looked through from its first day; one that names nobody says why."""
    ours = personal.models_of_ours()
    spared = {m._meta.label_lower: set(personal.impersonal(m)) for m in ours if personal.impersonal(m)}
    whole = {label for label, columns in spared.items() if columns == {EVERY}}
    assert whole == {
        "assets.devicetype", "assets.family", "assets.itemcode", "assets.standardprice", "core.erasing", "core.event",
        "core.eventfact", "core.eventobject", "core.eventprivate", "core.installation", "core.loginattempt",
        "core.noted", "core.registercheck", "core.sequence", "org.office", "org.person", "org.socialaccount",
        "org.unit", "org.user", "planning.accountcode", "planning.needstandard", "planning.ppnrate",
        "planning.subactivity",
    }  # fmt: skip
    assert sum(len(columns) for label, columns in spared.items() if label not in whole) == SPARED
    for model in personal.models_of_ours():
        spared_here = personal.impersonal(model)
        for field in model._meta.concrete_fields:
            text = isinstance(field, (CharField, TextField, JSONField)) and not (field.choices or field.generated)
            looked = field.name in personal.tables().get(model, ())
            assert not text or looked != bool({EVERY, field.name} & spared_here.keys()), str(field)
        assert all(spared_here.values())


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_dress_stands_in_each_column_of_each_table_is_taken_out(db: None, part: int) -> None:
    """Each column gets other dresses in each part; long ones and JSON get all of them each time."""
    MatrixWorld()
    places = [(model, name) for model, columns in personal.tables().items() for name in columns]
    planted = 0
    with erasing():
        for number, (model, name) in enumerate(places):
            row, longest = model._base_manager.order_by("pk").first(), model._meta.get_field(name).max_length or 10_000
            if row is not None and longest >= 30:
                value = _planted(model, name, DRESSES[(number * PARTS + part) % len(DRESSES)], longest)
                model._base_manager.filter(pk=row.pk).update(**{name: value})
                planted += 1
        EventPrivate.objects.filter(pk=EventPrivate.objects.first().pk).update(values={"x": ["salt", DRESSES]})
    assert planted >= 60
    assert named_somewhere()
    known = Known(NAME, NIP, PHONE, MAIL)
    with erasing():
        personal.forget(personal.Erased(0, None, known))
        personal.forget_in_journal(personal.Erased(0, None, known), [])
    assert not named_somewhere()


def _planted(model: type[Model], name: str, dress: str, longest: int) -> Any:
    if isinstance(model._meta.get_field(name), JSONField):
        return {"a": [*DRESSES, int(NIP)], f"{NAME}, Drs.": 1}
    return "".join(f"x {each} y" for each in (DRESSES if longest >= 2_000 else [dress]))


def named_somewhere() -> list[str]:
    """The cells in which the letters or digits by which the person is known still stand in a row."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [f"{table}: {cell}" for row in cursor.fetchall() for cell in row if KEPT.search(_bare(str(cell)))]
    return found


def _bare(cell: str) -> str:
    """Letters and digits alone, as a person reads them."""
    told = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), cell).replace("\\n", " ")
    return "".join(sign for sign in unicodedata.normalize("NFKD", told).lower() if sign.isalnum())
