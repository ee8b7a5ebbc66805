"""The chain: what is sealed, how it is verified, what can be erased."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core import clock, context, guards, journal
from core.journal import GENESIS, Broken, Private, record
from core.models import Event, EventObject, EventPrivate, Installation
from core.transactions import writing

pytestmark = pytest.mark.django_db


@pytest.fixture
def installation() -> Installation:
    Installation.objects.create(pk=1, name="Kabupaten Contoh")
    return Installation.current()


def write(installation: Installation, **options: object) -> Event:
    with writing():
        return record("installation.changed", installation, actor=None, **options)


def broken() -> Broken | None:
    return next((step for step in journal.verify() if isinstance(step, Broken)), None)


def test_numbers_follow_without_gap_and_each_event_holds_the_hash_before_it(installation: Installation) -> None:
    events = [write(installation) for _ in range(3)]
    assert [each.seq for each in events] == [1, 2, 3]
    assert [each.prev_hash for each in events] == [GENESIS, events[0].hash, events[1].hash]
    assert journal.head() == (3, events[2].hash)
    assert list(journal.verify()) == [1, 2, 3]


def test_the_sealed_bytes_are_the_published_ones() -> None:
    event = Event(
        seq=1,
        at=datetime(2026, 11, 22, 8, 0, 0, 5, tzinfo=timezone(timedelta(hours=7))),
        effective_at=datetime(2026, 11, 22, tzinfo=UTC),
        verb="request.submitted",
        subject_type="request",
        subject_id=7,
        subject_number="UP-2026-0001",
        changes={"b": "é", "a": ["draft", "submitted"]},
        prev_hash=GENESIS,
    )
    fields = journal.canonical(event)
    assert fields["at"] == "2026-11-22T01:00:00.000005Z"
    assert fields["subject"] == {"type": "request", "id": 7, "number": "UP-2026-0001"}
    body = (
        '{"acting_for":null,"actor":null,"address":null,"at":"2026-11-22T01:00:00.000005Z","changes":{"a":["draft","submitted"],"b":"é"},'
        '"effective_at":"2026-11-22T00:00:00.000000Z","facts":"","prev_hash":"' + GENESIS + '","reason":null,'
        '"related":[],"request_id":"","role":"","seq":1,"subject":{"id":7,"number":"UP-2026-0001","type":"request"},"unit":null,'
        '"verb":"request.submitted"}'
    )
    assert journal.seal(fields) == hashlib.sha256((GENESIS + body).encode()).hexdigest()


def test_the_hash_is_the_same_after_reading_back(installation: Installation) -> None:
    with clock.frozen(datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)):
        event = write(
            installation,
            changes={
                "price": [None, Decimal("1250000.00")],
                "name": ["cafe\u0301", "caf\u00e9"],
                "day": datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=8))),
                "nested": {"z": 1, "a": [True, None, {"y": 2, "b": 3}]},
            },
        )
    stored = Event.objects.get(pk=event.pk)
    assert stored.changes["price"] == [None, "1250000.00"]
    assert stored.changes["name"] == ["café", "café"]
    assert stored.changes["day"] == "2026-01-01T19:04:05.000000Z"
    assert journal.seal(journal.canonical(stored)) == event.hash


def test_an_event_carries_the_call_and_bumps_the_versions_it_touches(installation: Installation) -> None:
    with context.serving(context.Call(request_id="abc", address="10.0.0.9")):
        event = write(installation)
    assert event.request_id == "abc"
    assert "10.0.0.9" not in str(Event.objects.filter(pk=event.pk).values())
    assert installation.version == Installation.objects.get(pk=1).version == 2


def test_private_values_can_be_erased_and_the_chain_still_holds(installation: Installation) -> None:
    event = write(installation, changes={"phone": Private("0812-3456-7890")}, reason="Diminta lewat surat Bu Sari")
    private = EventPrivate.objects.get(event=event)
    assert journal.opened(event, private.values) == ({"phone": "0812-3456-7890"}, "Diminta lewat surat Bu Sari")
    assert "Sari" not in str(Event.objects.values())
    private.delete()
    assert broken() is None
    assert journal.opened(Event.objects.get(), {}) == ({"phone": None}, "")


def test_a_private_value_that_was_changed_is_found(installation: Installation) -> None:
    write(installation)
    write(installation, reason="Rusak")
    private = EventPrivate.objects.get()
    private.values["reason"][1] = "Hilang"
    private.save()
    assert broken() == Broken(2, "a private value does not match its commitment")


def test_rolled_back_acts_leave_neither_an_event_nor_a_gap(installation: Installation) -> None:
    chance, kept = random.Random(7), 0
    for number in range(1000):
        try:
            with writing():
                record("installation.changed", installation, actor=None, changes={"number": number})
                if chance.random() < 0.4:
                    raise ValueError
                kept += 1
        except ValueError:
            continue
    assert list(Event.objects.values_list("seq", flat=True)) == list(range(1, kept + 1))
    assert broken() is None


# L2: any edit of a copied database is found


def _without_guards() -> None:
    with connection.cursor() as cursor:
        for guard in guards.every():
            if connection.vendor == "sqlite":
                cursor.execute(f'DROP TRIGGER IF EXISTS "{guard.trigger}"')
            else:
                cursor.execute(f'DROP TRIGGER IF EXISTS "{guard.trigger}" ON "{guard.table}"')


def _change_text(seq: int, chance: random.Random, count: int) -> int:
    column = chance.choice(["verb", "role", "subject_type", "subject_number", "request_id", "hash", "prev_hash"])
    value = getattr(Event.objects.get(pk=seq), column)
    place = chance.randrange(len(value)) if value else 0
    forged = value[:place] + ("0" if value[place : place + 1] != "0" else "1") + value[place + 1 :]
    Event.objects.filter(pk=seq).update(**{column: forged})
    return seq


def _change_number(seq: int, chance: random.Random, count: int) -> int:
    column = chance.choice(["actor_id", "subject_id", "unit_id"])
    Event.objects.filter(pk=seq).update(**{column: 4711})
    return seq


def _change_time(seq: int, chance: random.Random, count: int) -> int:
    column = chance.choice(["at", "effective_at"])
    value = getattr(Event.objects.get(pk=seq), column) + timedelta(microseconds=chance.choice([1, -1, 86_400_000_000]))
    Event.objects.filter(pk=seq).update(**{column: value})
    return seq


def _change_content(seq: int, chance: random.Random, count: int) -> int:
    column = chance.choice(["changes", "related"])
    Event.objects.filter(pk=seq).update(**{column: {"state": ["a", "z"]} if column == "changes" else []})
    return seq


def _delete(seq: int, chance: random.Random, count: int) -> int:
    seq = min(seq, count - 1)  # a cut tail is the anchor's business
    EventObject.objects.filter(event_id=seq)._raw_delete("default")
    EventPrivate.objects.filter(event_id=seq)._raw_delete("default")
    Event.objects.filter(pk=seq)._raw_delete("default")
    return seq


def _swap(seq: int, chance: random.Random, count: int) -> int:
    first, second = sorted([seq, seq % count + 1])
    with connection.cursor() as cursor:
        for old, new in ((first, -1), (second, first), (-1, second)):
            cursor.execute("UPDATE core_event SET seq = %s WHERE seq = %s", [new, old])
    return first


def _duplicate(seq: int, chance: random.Random, count: int) -> int:
    copy = Event.objects.get(pk=seq)
    copy.seq = count + 1
    copy.save(force_insert=True)
    return count + 1


def _insert(seq: int, chance: random.Random, count: int) -> int:
    forged = Event.objects.get(pk=count)
    forged.seq, forged.prev_hash, forged.verb = 0, GENESIS, "forged"
    forged.hash = journal.seal(journal.canonical(forged))
    forged.save(force_insert=True)
    return 0


def _insert_between(seq: int, chance: random.Random, count: int) -> int:
    """A forged entry that fits the one before it; all that follow are numbered anew."""
    forged = Event.objects.get(pk=seq)
    prev_hash = forged.hash
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_event SET seq = -seq WHERE seq > %s", [seq])
        cursor.execute("UPDATE core_event SET seq = 1 - seq WHERE seq < 0")
    forged.seq, forged.prev_hash, forged.verb = seq + 1, prev_hash, "forged"
    forged.hash = journal.seal(journal.canonical(forged))
    forged.save(force_insert=True)
    return seq + 1


def _change_index(seq: int, chance: random.Random, count: int) -> int:
    EventObject.objects.filter(event_id=seq).update(object_id=999)
    return seq


EDITS = (
    _change_text,
    _change_number,
    _change_time,
    _change_content,
    _delete,
    _swap,
    _duplicate,
    _insert,
    _insert_between,
    _change_index,
)


def test_two_hundred_random_edits_are_each_found_at_the_first_bad_entry(installation: Installation) -> None:
    with context.serving(context.Call(request_id="r-1", address="10.0.0.1")):
        for number in range(40):
            write(installation, role="verifier", changes={"state": ["a", "b"], "n": number}, related=[installation])
    assert broken() is None
    _without_guards()
    chance = random.Random(20261122)
    for turn in range(200):
        edit, seq = EDITS[turn % len(EDITS)], chance.randint(1, 40)
        try:
            with transaction.atomic():
                expected = edit(seq, chance, 40)
                with pytest.raises(CommandError) as refusal:
                    call_command("verify_journal")
                raise _Undo
        except _Undo:
            pass
        assert f"broken at entry {expected}:" in str(refusal.value), (edit.__name__, seq, refusal.value)
    call_command("verify_journal", stdout=StringIO())


class _Undo(Exception):
    pass


def test_a_tail_that_was_cut_and_written_anew_is_found_by_the_anchor(installation: Installation) -> None:
    events = [write(installation, changes={"n": n}) for n in range(5)]
    anchor = (5, events[4].hash)
    _without_guards()
    for model in (EventObject, EventPrivate):
        model.objects.filter(event_id__gt=3)._raw_delete("default")
    Event.objects.filter(seq__gt=3)._raw_delete("default")
    assert list(journal.verify()) == [1, 2, 3]
    assert list(journal.verify(anchor))[-1] == Broken(4, "the journal ends before the anchor")
    for number in range(2):
        write(installation, changes={"n": -number})
    assert broken() is None
    assert list(journal.verify(anchor))[-1] == Broken(5, "hash differs from the anchor")


def test_the_command_prints_count_and_head_or_names_the_first_bad_entry(installation: Installation) -> None:
    event = write(installation)
    out = StringIO()
    call_command("verify_journal", stdout=out)
    assert out.getvalue() == f"1 entries verified, head 1:{event.hash}\n"
    call_command("verify_journal", anchor=(1, event.hash), stdout=out)
    _without_guards()
    Event.objects.update(verb="forged")
    with pytest.raises(CommandError, match="broken at entry 1: content does not match its hash") as refusal:
        call_command("verify_journal")
    assert refusal.value.returncode == 1


def test_the_command_wants_a_whole_anchor() -> None:
    with pytest.raises(CommandError, match="an anchor looks like"):
        call_command("verify_journal", "--anchor=5:abc")
