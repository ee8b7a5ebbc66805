"""Backup and restore: nothing acknowledged is lost, and a bad archive harms nothing."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.backup import archive
from core.backup.archive import BadArchive
from tests.databases import ROOT
from tests.server import Server, running

FACTS = {"vendor": "sqlite", "journal": {"seq": 0, "hash": "0" * 64}, "migrations": []}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """An archive with a database of a few bytes and two media files."""
    source = tmp_path / "source"
    (source / "media" / "attachments").mkdir(parents=True)
    (source / "database.sqlite3").write_bytes(b"pages" * 100)
    (source / "media" / "attachments" / "a.jpg").write_bytes(b"jpeg")
    (source / "media" / "b.pdf").write_bytes(b"pdf")
    archive.write(tmp_path / "good.zip", source / "database.sqlite3", source / "media", FACTS)
    return tmp_path / "good.zip"


def test_what_was_packed_comes_out_and_is_private(good: Path, tmp_path: Path) -> None:
    into = tmp_path / "out"
    into.mkdir()
    manifest = archive.unpack(good, into)
    assert set(manifest["files"]) == {"database.sqlite3", "media/attachments/a.jpg", "media/b.pdf"}
    assert (into / "media" / "attachments" / "a.jpg").read_bytes() == b"jpeg"
    assert stat.S_IMODE(good.stat().st_mode) == 0o600
    assert list(tmp_path.glob(".good*")) == []


Entries = dict[str, bytes]


def rebuilt(
    good: Path, change: Callable[[Entries], None], *, infos: dict[str, Callable[[zipfile.ZipInfo], None]] | None = None
) -> Path:
    """The archive with other entries; names in ``infos`` get their header changed."""
    with zipfile.ZipFile(good) as source:
        entries = {info.filename: source.read(info) for info in source.infolist()}
    change(entries)
    bad = good.with_name("bad.zip")
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            (infos or {}).get(name, lambda _: None)(info)
            target.writestr(info, content)
    return bad


def listing(entries: Entries, name: str, content: bytes) -> None:
    """Add an entry and list it in the manifest with its right size and hash."""
    import hashlib

    manifest = json.loads(entries["manifest.json"])
    manifest["files"][name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    entries["manifest.json"] = json.dumps(manifest).encode()
    entries[name] = content


def changed(name: str, content: bytes) -> Callable[[Entries], None]:
    return lambda entries: entries.update({name: content})


def manifest_with(**values: object) -> Callable[[Entries], None]:
    def change(entries: Entries) -> None:
        entries["manifest.json"] = json.dumps(json.loads(entries["manifest.json"]) | values).encode()

    return change


BAD: dict[str, Callable[[Entries], None]] = {
    "a changed byte": changed("media/b.pdf", b"pdx"),
    "a longer file": changed("media/b.pdf", b"pdf and more"),
    "a missing file": lambda entries: entries.pop("media/b.pdf") and None,
    "a file that is not listed": changed("media/c.pdf", b"x"),
    "no manifest": lambda entries: entries.pop("manifest.json") and None,
    "a manifest that is no JSON": changed("manifest.json", b"{"),
    "a manifest that is a list": changed("manifest.json", b"[]"),
    "a manifest without files": changed("manifest.json", b'{"format": 1, "vendor": "sqlite"}'),
    "a later format": manifest_with(format=2),
    "another vendor": manifest_with(vendor="oracle"),
    "no database": lambda entries: entries.pop("database.sqlite3") and None,
    "two databases": lambda entries: listing(entries, "database.dump", b"x"),
    "a name that climbs": lambda entries: listing(entries, "media/../../x", b"x"),
    "a name that climbs at once": lambda entries: listing(entries, "../x", b"x"),
    "an absolute name": lambda entries: listing(entries, "/x", b"x"),
    "an absolute name under media": lambda entries: listing(entries, "media//x", b"x"),
    "a name of Windows": lambda entries: listing(entries, "media\\..\\x", b"x"),
    "a drive": lambda entries: listing(entries, "media/C:x", b"x"),
    "a dot in the name": lambda entries: listing(entries, "media/./x", b"x"),
    "a directory": lambda entries: listing(entries, "media/x/", b""),
    "a file beside the media": lambda entries: listing(entries, "settings.py", b"x"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_archive_is_refused_and_writes_nothing_outside(good: Path, tmp_path: Path, fault: str) -> None:
    bad = rebuilt(good, BAD[fault])
    into = tmp_path / "deep" / "out"
    into.mkdir(parents=True)
    with pytest.raises(BadArchive):
        archive.unpack(bad, into)
    assert not list(tmp_path.rglob("x"))


def symlink(info: zipfile.ZipInfo) -> None:
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def test_a_symbolic_link_is_refused(good: Path, tmp_path: Path) -> None:
    bad = rebuilt(good, lambda entries: listing(entries, "media/link", b"b.pdf"), infos={"media/link": symlink})
    with pytest.raises(BadArchive, match="name or kind"):
        archive.unpack(bad, tmp_path)


def test_what_would_grow_too_much_is_refused_before_it_is_unpacked(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST_GROWTH", 2)
    monkeypatch.setattr(archive, "BLOCK", 100)
    bad = rebuilt(good, lambda entries: listing(entries, "media/zeros", bytes(20_000)))
    with pytest.raises(BadArchive, match="unpack to more"):
        archive.unpack(bad, tmp_path)


def test_two_entries_of_one_name_are_refused(good: Path, tmp_path: Path) -> None:
    bad = rebuilt(good, lambda entries: None)
    with zipfile.ZipFile(bad, "a") as target, pytest.warns(UserWarning, match="Duplicate"):
        target.writestr("media/b.pdf", b"pdf")
    with pytest.raises(BadArchive, match="same name"):
        archive.unpack(bad, tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(content)
    with pytest.raises(BadArchive):
        archive.unpack(bad, tmp_path)


def test_a_cut_archive_is_refused(good: Path, tmp_path: Path) -> None:
    content = good.read_bytes()
    for size in range(0, len(content) - 1, 97):
        good.write_bytes(content[:size])
        with pytest.raises(BadArchive):
            archive.unpack(good, tmp_path / "out")


# With the real commands

WRITE = """
import threading
from core.models import Installation
from core.journal import record
from core.transactions import fresh, writing
def write(turns=None):
    while turns is None or turns:
        turns = turns and turns - 1
        with writing():
            event = record("installation.changed", fresh(Installation(pk=1)), actor=None, reason="Alasan " * 5)
        print(event.seq, flush=True)
"""
FOREVER = WRITE + "for _ in range(6): threading.Thread(target=write).start()"
SEED = """
from core.journal import record
from core.models import Installation
from core.transactions import writing
if not Installation.objects.exists():
    with writing():
        record("installation.changed", Installation.objects.create(pk=1, name="Contoh"), actor=None)
"""


def six_writers(server: Server) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-c", FOREVER]
    started = subprocess.Popen(command, env=server.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    for _ in range(40):
        started.stdout.readline()
    threading.Thread(target=started.stdout.read, daemon=True).start()
    return started


def head(server: Server) -> int:
    return server.rows("SELECT coalesce(max(seq), 0) FROM core_event")[0][0]


@pytest.mark.servers
@pytest.mark.slow
def test_a_backup_under_six_writers_holds_all_that_was_acknowledged_before(tmp_path: Path) -> None:
    with running(start=False) as server, running(start=False) as other:
        server.shell(SEED)
        media = server.data_dir / "media" / "attachments" / "2026"
        media.mkdir(parents=True)
        for number in range(50):
            (media / f"{number}.jpg").write_bytes(bytes([number]) * 5000)
        busy = six_writers(server)
        acknowledged = head(server)
        server.manage("backup", str(tmp_path / "b.zip"))
        assert busy.poll() is None
        busy.kill()
        busy.wait()
        assert acknowledged >= 40
        assert head(server) > acknowledged

        started = time.monotonic()
        other.manage("restore", str(tmp_path / "b.zip"))
        assert time.monotonic() - started < 60
        assert head(other) >= acknowledged
        assert "entries verified" in other.manage("verify_journal").stdout
        assert other.manage("verify_register").stdout == "1 rows verified; 0 facts hold text that was erased\n"
        restored = sorted((other.data_dir / "media").rglob("*.jpg"))
        assert [path.read_bytes() for path in restored] == [path.read_bytes() for path in sorted(media.glob("*.jpg"))]
        other.start()
        assert other.client().get("/admin/login/").status == 200


def test_a_restore_refuses_what_would_harm_and_changes_nothing(tmp_path: Path, server: Server) -> None:
    server.shell(SEED)
    server.shell(WRITE + "write(3)")
    kept = server.data_dir / "media" / "attachments" / "kept.jpg"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(b"kept")
    target = tmp_path / "b.zip"
    server.manage("backup", str(target))
    assert "exists already" in server.manage("backup", str(target), check=False).stderr
    before = head(server)

    refusals = {target: "not empty"}
    with zipfile.ZipFile(target) as source:
        manifest = json.loads(source.read("manifest.json"))
        entries = {info.filename: source.read(info) for info in source.infolist()}
    variants = {
        "tail.zip": manifest | {"journal": {"seq": before, "hash": "f" * 64}},
        "newer.zip": manifest | {"migrations": [["core", "0999_later"]]},
        "foreign.zip": manifest | {"vendor": {"sqlite": "postgresql", "postgresql": "sqlite"}[manifest["vendor"]]},
    }
    for name, forged in variants.items():
        with zipfile.ZipFile(tmp_path / name, "w") as made:
            for entry, content in (entries | {"manifest.json": json.dumps(forged).encode()}).items():
                made.writestr(entry, content)
    refusals |= {
        tmp_path / "tail.zip": "anchor",
        tmp_path / "newer.zip": "newer version",
        tmp_path / "foreign.zip": "holds a",
        tmp_path / "none.zip": "no file",
    }
    for file, words in refusals.items():
        options = [] if file == target else ["--replace"]
        done = server.manage("restore", str(file), *options, check=False)
        assert done.returncode == 1
        assert words in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert head(server) == before
        assert kept.read_bytes() == b"kept"
    assert not list(server.data_dir.glob(".restore*"))


def test_a_restore_with_replace_brings_the_old_state_back_under_a_running_service(
    tmp_path: Path, server: Server
) -> None:
    server.shell(SEED)
    server.manage("backup", str(tmp_path / "b.zip"))
    before = head(server)
    server.shell(WRITE + "write(5)")
    stray = server.data_dir / "media" / "attachments" / "later.jpg"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"later")
    assert head(server) == before + 5
    server.manage("restore", str(tmp_path / "b.zip"), "--replace")
    assert head(server) == before
    assert not stray.exists()
    server.wait_until_ready(10)
    assert server.client().get("/admin/login/").status == 200
