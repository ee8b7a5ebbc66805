"""No row that was added, changed or deleted past the journal stays unnoticed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from assets.models import Asset
from core import facts, guards, journal, verifying
from core.facts import Untold
from core.journal import Broken, record
from core.models import EVERY, Attachment, Event, EventFact, Installation, Noted, RegisterCheck
from core.transactions import writing
from core.verifying import Looked, Unexplained
from org.models import Unit, User
from pledges import papers, pledging
from pledges.models import Pledge, PledgeLine, Witness
from tests import base
from tests.api.matrix_world import MatrixWorld
from tests.core.tampering import Tampered, lift_guards, tamper

pytestmark = pytest.mark.django_db
# What no event tells of, each with its reason on the model
WHOLE = {
    "api.answer", "backoffice.sentform", "core.attachment", "core.erasing", "core.event", "core.eventfact",
    "core.eventobject", "core.eventprivate", "core.job", "core.knowndevice", "core.loginattempt", "core.noted",
    "core.registercheck", "core.securityevent", "core.signin", "documents.importsession", "org.token",
}  # fmt: skip
FOLDED = {"tag_key", "nibar_key", "brand_key", "serial_key", "imei_1_key", "imei_2_key", "nip_key", "username_key"}
COLUMNS = {"version", "updated_at", "password", "credentials_since", "last_login", *FOLDED}


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[MatrixWorld]:
    """Something of every kind; its bare rows stand in one event, as if they had been installed by it."""
    with django_db_blocker.unblock(), transaction.atomic(), base.at(base.MONDAY):
        with writing():
            world = MatrixWorld()
            kept = base.a_pledge(world.cast, promised=1)
            base.delivered(world.cast, pledge_line=kept.lines.get())
            record("installation.changed", Installation.current(), actor=None)
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(built: MatrixWorld) -> Iterator[MatrixWorld]:
    with transaction.atomic(), base.at(base.MONDAY):
        yield built
        transaction.set_rollback(True)


def found() -> Unexplained | Looked:
    return list(verifying.verify())[-1]


def fault() -> Unexplained:
    last = found()
    assert isinstance(last, Unexplained), "nothing was found"
    return last


# ---- what is told of


def test_every_column_of_every_table_of_ours_is_told_of_but_for_a_short_list() -> None:
    ours = {app.label for app in apps.get_app_configs() if "site-packages" not in app.path}
    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in ours]
    told = facts.tables()
    assert {model._meta.label_lower for model in models} - told.keys() == WHOLE
    left_out = {
        field.attname for model in models if model._meta.label_lower in told for field in model._meta.concrete_fields
        if not (field.primary_key or field.generated) and field.attname not in told[model._meta.label_lower].columns
    }  # fmt: skip
    assert left_out == COLUMNS
    assert all(why for model in models for why in facts.untold(model).values())
    assert all(EVERY in facts.untold(model) for model in models if model._meta.label_lower in WHOLE)


def test_text_is_a_commitment_and_all_else_as_it_is(world: MatrixWorld) -> None:
    pledge = world.objects["A"]["pledge:draft"]
    fact = EventFact.objects.filter(object_type="pledges.pledge", object_id=pledge.pk).first()
    assert fact and fact.values
    assert fact.values["quote"].keys() == fact.values["title"].keys() == {"commitment"}
    assert (fact.values["basis"], fact.values["original_due_on"]) == ("minutes", "2026-12-31")
    assert pledge.quote not in str(fact.values)


def test_what_is_written_without_an_event_ends_the_transaction(world: MatrixWorld) -> None:
    unit = world.cast.kemang
    ways = [
        lambda: unit.save(),
        lambda: Unit.objects.filter(pk=unit.pk).update(name="Lain"),
        lambda: Unit.objects.bulk_update([Unit(pk=unit.pk, name="Lain")], ["name"]),
        lambda: Unit.objects.bulk_create([Unit(code="9", name="Baru", kind="agency", parent=world.cast.root)]),
        lambda: Pledge.objects.filter(pk=world.pk("pledge:draft", "A")).delete(),
        lambda: world.objects["A"]["request:draft"].lines.get().accounts.set([world.pk("account", "A")]),
        lambda: connection.cursor().execute("UPDATE org_unit SET name = 'Lain'"),
    ]
    unit.name = "Lain"
    for way in ways:
        with pytest.raises(Untold), writing():
            way()
    with writing():
        Unit.objects.filter(pk=unit.pk).update(name=Unit.objects.get(pk=unit.pk).name, version=99)
    assert isinstance(found(), Looked)


def test_an_event_tells_only_of_the_columns_that_its_act_changed(world: MatrixWorld) -> None:
    pledge = world.objects["A"]["pledge:draft"]
    pledging.change(pledge, actor=world.cast.verifier, title="Judul lain")
    event = Event.objects.latest("seq")
    told = {fact.object_type: fact.values for fact in EventFact.objects.filter(event=event)}
    assert {label: set(values or {}) for label, values in told.items()} == {"pledges.pledge": {"title"}}
    assert not Noted.objects.exists()


# ---- what is found


def test_two_hundred_changes_past_the_register_are_each_found(world: MatrixWorld) -> None:
    clean = found()
    assert isinstance(clean, Looked)
    assert clean.rows == sum(table.model._base_manager.count() for table in facts.tables().values()) > 400
    lift_guards()
    chance, tables, missed = random.Random(20261130), Counter[str](), []
    for turn in range(200):
        how = ("update", "update", "update", "insert", "delete")[turn % 5]
        with transaction.atomic():
            done = tamper(chance, how)
            tables[done.label] += 1
            seen = found()
            if not (isinstance(seen, Unexplained) and _is(seen, done)):
                missed.append((done, seen))
            transaction.set_rollback(True)
    assert missed == []
    assert len(tables) > 25
    assert found() == clean


def _is(seen: Unexplained, done: Tampered) -> bool:
    kind = {"update": "columns", "insert": "row", "delete": "gone"}[done.how]
    return (seen.kind, seen.label, seen.pk) == (kind, done.label, done.pk) and (
        not done.column or seen.columns[0] == done.column
    )


def test_a_column_that_no_event_tells_of_is_the_negative_control(world: MatrixWorld) -> None:
    lift_guards()
    User.objects.filter(pk=world.cast.clerk.pk).update(password="x", version=7)
    assert isinstance(found(), Looked)
    User.objects.filter(pk=world.cast.clerk.pk).update(is_superuser=True)
    assert fault() == Unexplained("columns", "org.user", world.cast.clerk.pk, "", ("is_superuser",))


def test_a_file_that_was_exchanged_is_found_at_what_refers_to_it(world: MatrixWorld) -> None:
    scan = world.objects["A"]["scan"]
    lift_guards()
    Attachment.objects.filter(pk=scan.file_id).update(sha256="b" * 64)
    assert (fault().label, fault().pk, fault().columns) == ("assets.signedscan", scan.pk, ("file__sha256",))


def test_no_later_act_explains_what_was_done_to_a_row_before(world: MatrixWorld) -> None:
    pledge = world.objects["A"]["pledge:draft"]
    lift_guards()
    Pledge.objects.filter(pk=pledge.pk).update(original_due_on=base.day("2030-12-31"))
    guards.install(connection)
    PledgeLine.objects.create(pledge=pledge, unit=world.cast.kemang, family=world.cast.hp.family, quantity=9)
    pledging.change(base.again(pledge), actor=world.cast.verifier, title="Judul lain")
    assert fault() == Unexplained("columns", "pledges.pledge", pledge.pk, "", ("original_due_on",))
    Pledge.objects.filter(pk=pledge.pk).update(original_due_on=pledge.original_due_on)
    assert (fault().kind, fault().label) == ("row", "pledges.pledgeline")


def test_facts_forged_in_a_shell_do_not_explain_a_row(world: MatrixWorld) -> None:
    asset: Asset = world.objects["A"]["asset:lost"]
    lift_guards()
    Asset.objects.filter(pk=asset.pk).update(lost_on=None)
    lost = EventFact.objects.filter(object_type="assets.asset", object_id=asset.pk).order_by("pk").last()
    assert lost and lost.values == {"lost_on": base.MONDAY}
    forged = {"object_type": "assets.asset", "object_id": asset.pk, "values": {"lost_on": None}}
    last = Event.objects.latest("seq")
    for event in (lost.event_id, last.pk, 10**9):
        with transaction.atomic():
            EventFact.objects.create(event_id=event, **forged)
            assert fault().kind == "facts"
            assert isinstance(list(journal.verify())[-1], Broken)
            transaction.set_rollback(True)
    EventFact.objects.filter(pk=lost.pk).update(values={"lost_on": None})
    assert fault() == Unexplained("facts", event=lost.event_id)
    assert list(journal.verify())[-1] == Broken(lost.event_id, facts.NOT_AS_TOLD)


# ---- erased


def test_what_was_erased_is_counted_as_erased_and_is_no_fault(world: MatrixWorld) -> None:
    witness: Witness = world.objects["A"]["witness"]
    before = found()
    papers.erase_witness(witness, actor=world.cast.auditor)
    salts = EventFact.objects.filter(object_type="pledges.witness", object_id=witness.pk).order_by("pk")
    assert [bool(salt) for salt in salts.values_list("salt", flat=True)] == [False, True]
    assert isinstance(before, Looked) and before.erased == 0
    assert found() == Looked(before.total + 1, before.total + 1, rows=before.rows, erased=1)
    assert not isinstance(list(journal.verify())[-1], Broken)
    lift_guards()
    Witness.objects.filter(pk=witness.pk).update(name="Orang lain")
    assert (fault().label, fault().columns) == ("pledges.witness", ("name",))


def test_words_that_are_there_were_not_erased(world: MatrixWorld) -> None:
    pledge = world.objects["A"]["pledge:published"]
    EventFact.objects.filter(object_type="pledges.pledge", object_id=pledge.pk).update(salt="")
    lift_guards()
    Pledge.objects.filter(pk=pledge.pk).update(title="Semua sudah beres")
    assert fault().label == "pledges.pledge"
    assert "title" in fault().columns


# ---- the command


def test_the_command_says_how_much_it_saw_or_names_the_first_row(world: MatrixWorld) -> None:
    said = StringIO()
    call_command("verify_register", stdout=said)
    clean = found()
    assert isinstance(clean, Looked)
    assert said.getvalue() == f"{clean.rows} rows verified; 0 facts hold text that was erased\n"
    assert [(each.fault, each.rows) for each in RegisterCheck.objects.all()] == [(None, clean.rows)]
    pledge = world.objects["A"]["pledge:published"]
    lift_guards()
    Pledge.objects.filter(pk=pledge.pk).update(original_due_on=None)
    with pytest.raises(CommandError) as refusal:
        call_command("verify_register")
    row = f"pledges.pledge {pledge.pk} ({pledge.number})"
    assert str(refusal.value) == f"{row} is not as its last event left it: original_due_on."
    assert refusal.value.returncode == 1
    assert RegisterCheck.objects.latest("pk").fault["columns"] == ["original_due_on"]
