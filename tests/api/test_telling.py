"""What the journal tells whom: every verb of the journal, about a thing of each owner, read by every role.

Each event holds every column of its subject, as a value that is found again wherever it is told. Who sees a thing is
asked of its page; which of its values are not for everybody who sees it stands in ``KEPT_BACK``, written by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from core.journal import Private, record
from core.models import Event, Installation, Registered
from core.transactions import writing
from org import telling
from personal import retention
from personal.models import RecordKind, RetentionRule
from tests import base
from tests.api.cast import Caller
from tests.api.matrix import OFFICE, SIGNED_IN
from tests.api.matrix_world import MatrixWorld
from tests.backoffice.desk import Desk, page, text
from wording.events import ENDINGS, KINDS, SENTENCES

pytestmark = pytest.mark.django_db

MARK = re.compile(r"<<(\w+)\.(\w+)\.(\d+)>>")
ADMINISTER = frozenset({"user_admin", "superuser", "delegate"})  # the delegate those of Kemang, who are all he sees
REACH_THE_OFFICE = OFFICE | {"superuser"}
WHOLE_DISTRICT = frozenset({"auditor", "superuser"})
AUDITING = WHOLE_DISTRICT | {"second_root"}  # auditors of a part read what is of no unit
COLLEAGUES_READ = {"name", "unit", "active"}
PATHS = {
    "request": "requests", "asset": "assets", "handover": "handovers", "pledge": "pledges", "receipt": "receipts",
    "plan": "plans", "inventory": "inventories", "person": "people", "unit": "units", "office": "offices",
    "tenure": "tenures", "family": "families", "device_type": "device-types", "item_code": "item-codes",
    "standard_price": "standard-prices", "social_account": "social-accounts", "calendar_day": "calendar-days",
    "calendar_proposal": "calendar-proposals", "unit_succession": "unit-successions",
    "office_succession": "office-successions", "need_standard": "need-standards", "sub_activity": "sub-activities",
    "account_code": "account-codes", "ppn_rate": "ppn-rates", "condition_report": "condition-reports",
    "import": "imports",
}  # fmt: skip


BESIDES = {"retention_rule": ["retention.asked"], "request": ["retention.disposed"]}
"""Verbs that are not called by the kind of their subject."""
TOLD_AS_DAYS = {("grant", "starts_on"), ("grant", "ends_on")}
"""What the page of a thing reads in its events, as days."""


def kept_back(kind: str, field: str, reader: str) -> bool:
    """Whether a value is not for everybody who sees the thing, and not for this reader."""
    if kind == "person" and field not in COLLEAGUES_READ:
        return reader not in ADMINISTER
    return (kind, field) == ("pledge", "spoken_by") and reader not in REACH_THE_OFFICE


class Journal:
    """Events of every verb about things of Kemang (A) and Cibinong (B), and who may see what they are about."""

    def __init__(self) -> None:
        self.world = MatrixWorld()
        self.desk = Desk(self.world.cast)
        self.things: dict[tuple[str, int], Registered] = {}
        for owner in "AB":
            for thing in self.world.objects[owner].values():
                if isinstance(thing, Registered):
                    self.things[thing.journal_type, thing.pk] = thing
        for user in (self.world.cast.kemang_admin, self.world.cast.cibinong_admin):
            for thing in (user, user.grants.first()):
                self.things[thing.journal_type, thing.pk] = thing
        for thing in self._kept_for_a_time():
            self.things[thing.journal_type, thing.pk] = thing
        self.told: set[str] = set()
        for thing in self.things.values():
            self._act(thing)
        self._settings()
        self._pages: dict[tuple[str, str, int], bool] = {}

    def _kept_for_a_time(self) -> tuple[Registered, Registered]:
        """How long requests are kept, and one that is held longer."""
        request, officer = self.world.pk("request:decided", "A"), self.world.cast.user_admin
        rule, _made = RetentionRule.objects.get_or_create(
            kind=RecordKind.REQUEST, defaults={"years": 10, "basis": "JRA"}
        )
        return rule, retention.hold(actor=officer, kind=RecordKind.REQUEST, record=request, basis="Perkara")

    def _act(self, thing: Registered) -> None:
        kind = thing.journal_type
        own = [verb for verb in SENTENCES if verb.startswith(f"{kind}.")] + BESIDES.get(kind, [])
        endings = [f"{kind}.{ending}" for ending in ENDINGS if ending != "imported"]
        beside = self.things[next(key for key in self.things if key[0] == "handover")]
        for verb in dict.fromkeys([*own, *endings]):
            with writing():
                record(verb, thing, actor=self.world.cast.clerk, changes=_every_value(thing),
                       reason=_mark(thing, "reason"), related=[beside])  # fmt: skip
            self.told.add(verb)
        session = self.world.objects["A"]["import"]
        with writing():
            rows = [{**_every_value(thing), "id": thing.pk}]
            record(f"{kind}.imported", session, actor=self.world.cast.clerk, changes={"rows": rows},
                   reason=_mark(session, "reason"), related=[thing])  # fmt: skip

    def _settings(self) -> None:
        with writing():
            for verb in ("installation.changed", "calendar.seeded"):
                record(verb, Installation.current(), actor=None, changes={"days": [[], ["x"]]})
                self.told.add(verb)

    def sees(self, reader: str, kind: str, pk: int) -> bool:
        """Whether the reader is shown the thing by its own page."""
        key = reader, kind, pk
        if key not in self._pages:
            self._pages[key] = self._is_shown(reader, kind, pk)
        return self._pages[key]

    def _is_shown(self, reader: str, kind: str, pk: int) -> bool:
        caller = self.world.callers[reader]
        if kind == "installation":
            return True
        if kind in ("retention_rule", "legal_hold") and reader in AUDITING:
            return True
        if kind == "import" and reader in WHOLE_DISTRICT:
            return True  # what a file has changed is audited, though the file itself is its maker's
        if kind in PATHS:
            return caller.get(f"{PATHS[kind]}/{pk}/").status_code == 200
        thing = self.things.get((kind, pk)) or telling.kinds()[kind]._base_manager.get(pk=pk)
        if hasattr(thing, "pledge_id") and kind != "witness":
            return self.sees(reader, "pledge", thing.pledge_id)
        if hasattr(thing, "handover_id"):
            return self.sees(reader, "handover", thing.handover_id)
        if kind == "inventory_line":
            return caller.get(f"inventories/{thing.inventory_id}/lines/{pk}/").status_code == 200
        return kind != "witness" and self.desk.get(caller.user, page(thing)).status_code == 200

    def leaks(self, reader: str, events: list[dict[str, Any]], of: tuple[str, int] | None = None) -> list[str]:
        """What these events tell the reader that no page would."""
        return [leak for event in events for leak in self._leaks(reader, event, of)]

    def _leaks(self, reader: str, event: dict[str, Any], of: tuple[str, int] | None) -> Iterator[str]:
        subject, seq = event["subject"], event["seq"]
        seen = self.sees(reader, subject["type"], subject["id"])
        handed_on = event["verb"].endswith(".imported") and of is not None
        if not seen and not handed_on and reader not in WHOLE_DISTRICT:
            yield f"{seq} {event['verb']}: about what is out of sight"
        if subject["number"] and not seen:
            yield f"{seq}: number of what is out of sight"
        if not seen and event["reason"]:
            yield f"{seq}: reason"
        for other in event["related"]:
            if not self.sees(reader, other["type"], other["id"]):
                yield f"{seq}: related {other}"
        for kind, field, pk in MARK.findall(json.dumps(event)):
            if not self.sees(reader, kind, int(pk)):
                yield f"{seq} {event['verb']}: {kind}.{field} of what is out of sight"
            elif kept_back(kind, field, reader):
                yield f"{seq} {event['verb']}: {kind}.{field}"


def _mark(thing: Registered, field: str) -> str:
    return f"<<{thing.journal_type}.{field}.{thing.pk}>>"


def _every_value(thing: Registered) -> dict[str, Any]:
    fields = [field.name for field in thing._meta.concrete_fields]
    return {
        name: [None, Private(_mark(thing, name))] for name in fields if (thing.journal_type, name) not in TOLD_AS_DAYS
    }


@pytest.fixture(scope="module")
def journal(django_db_setup: None, django_db_blocker: Any) -> Iterator[Journal]:
    with django_db_blocker.unblock(), transaction.atomic(), base.at(base.MONDAY):
        yield Journal()
        transaction.set_rollback(True)


def whole(caller: Caller, path: str) -> list[dict[str, Any]]:
    """Every event of a list."""
    found, address = [], f"{path}{'&' if '?' in path else '?'}cursor=&limit=100"
    while address:
        told = caller.get(address).json()
        found += told["results"]
        address = told["next"]
    return found


def test_every_verb_of_the_journal_is_told_of(journal: Journal) -> None:
    assert set(SENTENCES) - journal.told == set()
    assert {kind for kind, _pk in journal.things} >= set(KINDS) - {"import", "installation"} - {"signed_scan"}


@pytest.mark.parametrize("reader", sorted(SIGNED_IN))
def test_the_journal_tells_nothing_that_no_page_would_show(journal: Journal, reader: str) -> None:
    events = whole(journal.world.callers[reader], "events/")

    assert journal.leaks(reader, events) == []
    assert bool(events) == (reader != "stranger")


@pytest.mark.parametrize("reader", ["kemang", "viewer", "auditor", "user_admin"])
def test_nor_does_the_history_of_anything(journal: Journal, reader: str) -> None:
    caller, told = journal.world.callers[reader], 0
    for kind, pk in journal.things:
        if kind in PATHS and kind != "import" and journal.sees(reader, kind, pk):
            events = whole(caller, f"{PATHS[kind]}/{pk}/history/")
            told += len(events)
            assert journal.leaks(reader, events, (kind, pk)) == [], (kind, pk)
            assert {each["verb"] for each in events} >= {f"{kind}.created", f"{kind}.changed"}, (kind, pk)
    assert told > 100


@pytest.mark.parametrize("reader", ["kemang", "auditor"])
def test_nor_do_the_pages(journal: Journal, reader: str) -> None:
    user = journal.world.callers[reader].user
    shown = [key for key in journal.things if key[0] in ("person", "pledge", "asset", "user", "grant", "handover")]
    addresses = [page(journal.things[key]) for key in shown if journal.sees(reader, *key)]
    newest = {(each.subject_type, each.verb): each.pk for each in telling.in_scope(user).order_by("seq")}
    addresses += [page(Event(seq=seq)) for (kind, _verb), seq in newest.items() if kind in ("person", "user", "pledge")]
    for address in addresses:
        for kind, field, pk in MARK.findall(text(journal.desk.get(user, address))):
            assert journal.sees(reader, kind, int(pk)) and not kept_back(kind, field, reader), (address, kind, field)


def test_who_administers_people_reads_all_of_them(journal: Journal) -> None:
    found = MARK.findall(json.dumps(whole(journal.world.callers["user_admin"], "events/?subject_type=person")))
    assert {"nip", "phone", "position", "reason", "name"} <= {field for _kind, field, _pk in found}
    colleagues = MARK.findall(json.dumps(whole(journal.world.callers["verifier"], "events/?subject_type=person")))
    assert {field for _kind, field, _pk in colleagues} == COLLEAGUES_READ


def test_the_auditor_reads_that_something_was_done_to_an_account_and_not_its_name(journal: Journal) -> None:
    events = whole(journal.world.callers["auditor"], "events/?subject_type=user")
    assert {"user.created", "user.deactivated"} <= {each["verb"] for each in events}
    assert all(each["actor"] or each["verb"] for each in events)
    assert not MARK.findall(json.dumps(events))


@pytest.mark.parametrize(
    ("rule", "without"),
    [
        ("told_to", lambda monkeypatch: [
            monkeypatch.setattr(kind, "told_to", classmethod(lambda cls, user, ids: {}))
            for kind in telling.kinds().values()
        ]),
        ("_seen", lambda monkeypatch: monkeypatch.setattr(telling, "_seen", lambda user, wanted: telling.Q())),
        ("_sees", lambda monkeypatch: monkeypatch.setattr(telling.Teller, "_sees", lambda self, kind, pk: True)),
        ("names", lambda monkeypatch: monkeypatch.setattr(telling, "NOTHING", telling.EVERYTHING)),
    ],
)  # fmt: skip
def test_the_walk_finds_what_a_missing_rule_lets_through(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, rule: str, without: Any
) -> None:
    without(monkeypatch)
    leaks = [
        leak for reader in ("kemang", "verifier", "auditor")
        for leak in journal.leaks(reader, whole(journal.world.callers[reader], "events/"))
    ]  # fmt: skip
    assert leaks, rule
