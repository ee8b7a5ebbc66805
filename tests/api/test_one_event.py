"""L1: every route that changes something, once: exactly one event of who did it, in which role, when, to what.

The routes are those of the authorization matrix; a refused call leaves no event at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from core import journal
from core.journal import head, opened
from core.models import Event, EventObject, EventPrivate
from tests import base
from tests.api.matrix import ROWS, Row
from tests.api.matrix_world import MatrixWorld
from tests.api.test_leaks import fingerprint
from tests.api.test_matrix import address_of, api_routes
from tests.pdfs import letter

pytestmark = pytest.mark.django_db

# They go to the security log, or change nothing; applying an import is tried with its file in test_imports.
NOT_IN_THE_JOURNAL = ("tokenresource-list", "exports", "suggest-deadline", "imports")
WITH_FILE = {
    "assets-retire": {"decision_number": "SK", "decided_on": "2026-01-01"},
    "handovers-attach-signed": {},
}
ROLES = {
    "kemang": "requester", "camat": "unit_head", "verifier": "verifier", "approver": "approver", "clerk": "asset_clerk",
    "planner": "planner", "publisher": "publisher", "decider": "decider", "auditor": "auditor",
    "user_admin": "user_admin", "superuser": "superuser",
}  # fmt: skip
OF_ONESELF = ("personalrequests-list", "personalrequests-take-back")
"""What everybody does about themselves, under no role."""
PDF = letter()


def changes_something(row: Row) -> bool:
    if row.method in ("GET", "HEAD") or row.route.startswith(NOT_IN_THE_JOURNAL):
        return False
    return (row.answer < 300 or row.route in WITH_FILE) and actor_of(row) != ""


def actor_of(row: Row) -> str:
    """One of those who may; empty where only others than those of ``ROLES`` may, or nobody."""
    return next((name for name in ROLES if name in row.may.of("A") and name not in (row.other or {})), "")


CHANGES = [row for row in ROWS if changes_something(row)]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[MatrixWorld]:
    with django_db_blocker.unblock(), transaction.atomic(), base.at(base.MONDAY):
        yield MatrixWorld()
        transaction.set_rollback(True)


def call(world: MatrixWorld, row: Row, actor: str) -> Any:
    thing = world.objects["A"][row.object] if row.object else None
    address = address_of(world, row.route, api_routes()[row.route], thing)
    caller = world.callers[actor]
    if row.route in WITH_FILE:
        fields = {**WITH_FILE[row.route], "file": SimpleUploadedFile("sk.pdf", PDF, "application/pdf")}
        return caller.form(address.removeprefix("/api/v1/"), fields, X_Request_ID="uji-l1")
    body = row.body(world, "A") if callable(row.body) else row.body
    return caller.call(row.method, address, body, X_Request_ID="uji-l1")


@pytest.mark.parametrize("row", CHANGES, ids=lambda row: f"{row.method} {row.route} {row.object}".strip())
def test_a_change_is_one_event_of_who_did_it(world, media, row: Row):
    actor = actor_of(row)
    before, was = head()[0], stored(world, row)
    with transaction.atomic():
        answer = call(world, row, actor)
        assert answer.status_code < 300, answer.content
        [event] = Event.objects.filter(seq__gt=before)
        found = set(EventObject.objects.filter(event=event).values_list("object_type", "object_id"))
        private = EventPrivate.objects.filter(event=event).first()
        now = stored(world, row)
        transaction.set_rollback(True)
    changes, reason = opened(event, private.values if private else {})
    subject = (event.subject_type, event.subject_id)

    assert event.seq == before + 1
    assert event.actor_id == world.callers[actor].user.pk
    role = "self" if row.object == "token" else "" if row.route in OF_ONESELF else ROLES[actor]
    assert event.role == role
    assert event.at == datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert event.request_id == "uji-l1"
    assert event.address is not None
    assert subject in found
    if row.object and not row.route.startswith(
        (
            "accounttokens",
            "calendardays",
            "closures",
            "deadlinerevisions",
            "linechanges",
            "officesuccessions",
            "loanextensions",
            "passingson",
            "personalrequests",
            "pledgewitnesses",
            "requests-issue",
            "tokenresource",
            "unitsuccessions",
        )
    ):
        thing = world.objects["A"][row.object]
        assert subject == (thing.journal_type, thing.pk)
        assert changes or reason
        told = {name: [pair[0] or None, pair[1] or None] for name, pair in changes.items() if name in was}
        assert told == {name: [was[name], now.get(name)] for name in told}


def stored(world: MatrixWorld, row: Row) -> dict[str, Any]:
    """The plain columns of the object that a route is about, as the journal writes them; nothing when it is gone."""
    thing = world.objects["A"][row.object] if row.object else None
    kept = type(thing)._base_manager.filter(pk=thing.pk).first() if thing else None
    fields = [field for field in kept._meta.concrete_fields if not field.is_relation] if kept else []
    return {field.name: journal._sealed(getattr(kept, field.name), "", {}) or None for field in fields}


def test_an_act_whose_event_cannot_be_written_does_not_happen(world, media):
    """The database refuses the event of every act; what the act did goes with it, so both are one transaction."""
    with transaction.atomic():
        refuse_events()
        before = fingerprint()
        for row in CHANGES:
            assert call(world, row, actor_of(row)).status_code >= 400, row
            assert fingerprint() == before, row
        transaction.set_rollback(True)


def refuse_events() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("CREATE TRIGGER uji BEFORE INSERT ON core_event BEGIN SELECT RAISE(ABORT, 'uji'); END")
        else:
            cursor.execute(
                "CREATE FUNCTION uji() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'uji'; END $$ LANGUAGE plpgsql"
            )
            cursor.execute("CREATE TRIGGER uji BEFORE INSERT ON core_event FOR EACH ROW EXECUTE FUNCTION uji()")


@pytest.mark.parametrize("row", CHANGES, ids=lambda row: f"{row.method} {row.route} {row.object}".strip())
def test_a_refused_change_is_none(world, media, row: Row):
    before = head()
    named_first = ("personalrequests-list", "requests-many-issue")  # what is wrong with it is said before who may
    strangers = () if row.route in named_first else ("stranger",)
    for actor in (*strangers, "reader", "deactivated", "anonymous"):
        answer = call(world, row, actor)
        assert answer.status_code in (401, 403, 404), (actor, answer.status_code, answer.content)

    assert head() == before
