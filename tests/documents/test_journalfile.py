"""The journal as a file, and the verifier of one file that needs nothing else."""

from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core import context, journal
from core.journal import Private, record
from core.models import Event, EventPrivate, Installation, SecurityEvent
from core.transactions import writing
from documents.journalfile import after, write_journal
from org.models import Role
from tests import base
from tests.api.cast import Caller
from tests.documents.test_exports import exported

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_journal.py"
spec = importlib.util.spec_from_file_location("verify_journal", SCRIPT)
checker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(checker)


@pytest.fixture
def events(db) -> list[Event]:
    """Twenty-four acts with everything an entry can hold."""
    installation = Installation.objects.create(pk=1, name="Kabupaten Contoh")
    written = []
    with context.serving(context.Call(request_id="r-1", address="10.0.0.1")):
        for number in range(24):
            changes = {"state": ["draft", "submitted"], "n": number, "name": [None, Private("Sari — “é” 😀")]}
            with writing():
                event = record(
                    "installation.changed",
                    installation,
                    actor=None,
                    role="verifier",
                    changes=changes,
                    reason="Rusak, sudah lama",
                    related=[installation],
                )
            written.append(event)
    return written


def lines(since: int = 0) -> list[bytes]:
    file = BytesIO()
    write_journal(file, after(since))
    return file.getvalue().splitlines(keepends=True)


def fault(file: list[bytes], *anchors: tuple[int, str]) -> str:
    try:
        checker.verify(file, anchors)
    except ValueError as error:
        return str(error)
    return ""


def test_a_line_holds_exactly_what_is_sealed_and_the_hash_and_the_last_one_is_the_anchor(events: list[Event]) -> None:
    *entries, last = lines()
    assert [json.loads(each) for each in entries] == [{**journal.canonical(e), "hash": e.hash} for e in events]
    assert json.loads(last) == {"anchor": f"24:{events[-1].hash}"}
    assert b"Sari" not in b"".join(entries) and b"10.0.0.1" not in b"".join(entries)
    assert checker.verify([*entries, last]) == (24, events[-1].hash)


def test_erasing_personal_values_changes_not_a_byte(events: list[Event]) -> None:
    before = lines()
    EventPrivate.objects.all().delete()
    assert lines() == before


def test_an_empty_journal_is_a_file_with_its_anchor(db) -> None:
    assert lines() == [f'{{"anchor":"0:{journal.GENESIS}"}}\n'.encode()]
    assert checker.verify(lines()) == (0, journal.GENESIS)


# Every edit of the file is found at its line


def _byte(file: list[bytes], at: int, chance: random.Random) -> int:
    line = bytearray(file[at])
    place = chance.randrange(len(line))
    line[place] ^= 1 << chance.randrange(8)
    file[at] = bytes(line)
    return at


def _value(file: list[bytes], at: int, chance: random.Random) -> int:
    entry = json.loads(file[at])
    name = chance.choice([each for each in entry if each != "seq"])
    entry[name] = chance.choice(["x", 1.5, None, {"a": []}, True, 10**30]) if entry[name] else "1"
    file[at] = checker.compact(entry).encode() + b"\n"
    return at


def _resealed(file: list[bytes], at: int, chance: random.Random) -> int:
    """Changed and sealed anew: the next line does not follow it."""
    at = min(at, 22)
    entry = json.loads(file[at])
    entry |= {"reason": None, "verb": "forged"}
    del entry["hash"]
    file[at] = checker.compact({**entry, "hash": journal.seal(entry)}).encode() + b"\n"
    return at + 1


def _time(file: list[bytes], at: int, chance: random.Random) -> int:
    entry = json.loads(file[at])
    entry["at"] = entry["at"][:-2] + ("1Z" if entry["at"][-2] != "1" else "2Z")
    file[at] = checker.compact(entry).encode() + b"\n"
    return at


def _delete(file: list[bytes], at: int, chance: random.Random) -> int:
    del file[at]
    return at


def _swap(file: list[bytes], at: int, chance: random.Random) -> int:
    other = (at + 1 + chance.randrange(23)) % 24
    file[at], file[other] = file[other], file[at]
    return min(at, other)


def _insert(file: list[bytes], at: int, chance: random.Random) -> int:
    file.insert(at, chance.choice([b"\n", b"{}\n", b"[]\n", b'"a"\n', b"\xff\n", b"[" * 9999 + b"\n", file[-1]]))
    return at if file[at] != file[-1] or at == 0 else at + (at == 24)


def _duplicate(file: list[bytes], at: int, chance: random.Random) -> int:
    file.insert(at, file[at])
    return at + 1


def _spaces(file: list[bytes], at: int, chance: random.Random) -> int:
    file[at] = json.dumps(json.loads(file[at]), ensure_ascii=chance.random() < 0.5).encode() + b"\n"
    return at


EDITS = (_byte, _value, _resealed, _time, _delete, _swap, _insert, _duplicate, _spaces)


def test_two_hundred_random_edits_are_each_found_at_the_first_bad_line(events: list[Event]) -> None:
    clean, chance = lines(), random.Random(20261122)
    for turn in range(200):
        file, edit = list(clean), EDITS[turn % len(EDITS)]
        expected = edit(file, chance.randrange(24), chance)
        assert fault(file).startswith(f"line {expected + 1}: "), (turn, edit.__name__, expected, fault(file))
    assert not fault(clean)


def test_a_cut_tail_is_found_and_with_an_anchor_also_one_that_was_closed_anew(events: list[Event]) -> None:
    file, anchor = lines(), (24, events[-1].hash)
    assert fault(file[:20]) == "line 21: the file ends before its anchor"
    assert fault([]) == "line 1: the file ends before its anchor"
    closed_anew = [*file[:20], checker.compact({"anchor": f"20:{events[19].hash}"}).encode() + b"\n"]
    assert not fault(closed_anew)
    assert fault(closed_anew, anchor) == "line 22: the file ends before its anchor"
    assert fault(file, (20, "0" * 64)).startswith("line 20: ")
    assert fault(file + file[-1:]).startswith("line 26: something follows")


def test_a_file_that_begins_later_needs_the_anchor_before_it(events: list[Event]) -> None:
    file, before = lines(10), (10, events[9].hash)
    assert len(file) == 15
    assert fault(file) == "line 1: give the anchor of entry 10 and none before it"
    assert not fault(file, before) and not fault(file, before, (24, events[-1].hash))
    assert fault(file, (10, events[8].hash)).startswith("line 1: entry 11 does not follow")
    assert fault(file, before, (5, events[4].hash)).startswith("line 1: give the anchor of entry 10 and none before it")
    assert fault(lines(24)) and not fault(lines(24), (24, events[-1].hash))


def test_the_verifier_runs_alone_and_tells_by_its_exit_code(events: list[Event], tmp_path: Path) -> None:
    good, out = tmp_path / "jurnal.jsonl", StringIO()
    call_command("export_journal", str(good), stdout=out)
    assert out.getvalue() == f"{good}: 24 entries, anchor 24:{events[-1].hash}\n"
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(good.read_bytes().replace(b"verifier", b"approver", 1))

    def run(*arguments: str) -> tuple[int, str]:
        done = subprocess.run([sys.executable, "-I", SCRIPT, *arguments], capture_output=True, text=True, cwd=tmp_path)
        return done.returncode, done.stdout + done.stderr

    assert run(str(good)) == (0, f"the journal holds to entry 24:{events[-1].hash}\n")
    assert run(str(bad)) == (1, "line 1: the hash of entry 1 does not hold\n")
    assert run(str(good), "--anchor", f"25:{events[-1].hash}")[0] == 1
    assert len(SCRIPT.read_text().splitlines()) < 60


def test_the_command_refuses_what_it_cannot_do(events: list[Event], tmp_path: Path) -> None:
    (tmp_path / "there.jsonl").touch()
    for arguments, words in (
        ([str(tmp_path / "there.jsonl")], "exists already"),
        ([str(tmp_path / "none" / "a.jsonl")], "No file was made"),
        ([str(tmp_path / "a.jsonl"), "--since", "25"], "nomor 24"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("export_journal", *arguments)
    assert [each.name for each in tmp_path.iterdir()] == ["there.jsonl"]


# As an export, for the auditor of the whole district


def test_the_auditor_downloads_the_journal_and_it_holds(cast, media) -> None:
    base.delivered(cast)
    head = journal.head()
    job, content = exported(cast.auditor, kind="journal")
    file = content.splitlines(keepends=True)
    assert job.filename.startswith("jurnal-") and job.filename.endswith(".jsonl") and job.rows == head[0]
    assert checker.verify(file, [head]) == head
    _job, rest = exported(cast.auditor, kind="journal", format="jsonl", filters={"seq__gt": head[0] - 2})
    assert rest.splitlines(keepends=True) == file[-3:]


def test_the_journal_leaves_only_with_who_audits_all_of_it(cast, media) -> None:
    base.grant(cast.viewer, role=Role.AUDITOR, unit=cast.kemang)
    for user in (cast.clerk, cast.approver, cast.kemang_admin, cast.viewer):
        answer = Caller(user).post("exports/", {"kind": "journal"})
        assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")
    assert SecurityEvent.objects.filter(kind="refused").exists()


def test_a_journal_export_takes_its_own_format_and_one_filter(cast) -> None:
    auditor = Caller(cast.auditor)
    for body, field in (
        ({"kind": "journal", "format": "xlsx"}, "format"),
        ({"kind": "assets", "format": "jsonl"}, "format"),
        ({"kind": "journal", "filters": {"verb": "asset.lost"}}, "filters.verb"),
        ({"kind": "journal", "filters": {"seq__gt": "x"}}, "filters.seq__gt"),
        ({"kind": "journal", "filters": {"seq__gt": 10**9}}, "filters.seq__gt"),
    ):
        answer = auditor.post("exports/", body)
        assert answer.status_code == 400, body
        assert [each["field"] for each in answer.json()["errors"]] == [field]
