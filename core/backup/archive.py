"""The file of a backup: a zip with ``manifest.json``, the database and ``media/``.

The manifest lists every other entry with its size and SHA-256. Unpacking believes nothing: names, kinds, sizes and
hashes are held against the manifest before a caller gets to see a single file.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

MANIFEST = "manifest.json"
FORMAT = 1
DATABASES = ("database.sqlite3", "database.dump")
BLOCK = 1024 * 1024
MOST_ENTRIES = 1_000_000
LARGEST_MANIFEST = 256 * 1024 * 1024
LARGEST_GROWTH = 200  # a database packs 5 to 20 times smaller


class BadArchive(Exception):
    """The file is no backup, or not a whole one; the text is one sentence for the operator."""


def write(target: Path, database: Path, media: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """Make ``target`` from a database file and the media directory; returns the manifest. All or nothing.

    Files that vanish while they are read, such as expired exports, are left out.
    """
    files: dict[str, dict[str, Any]] = {}
    handle, partial = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as raw:
            with zipfile.ZipFile(raw, "w") as archive:
                files[database.name] = _add(archive, database.name, database, zipfile.ZIP_DEFLATED)
                for path in _media_files(media):
                    name = f"media/{path.relative_to(media).as_posix()}"
                    try:
                        files[name] = _add(archive, name, path, zipfile.ZIP_STORED)
                    except FileNotFoundError:
                        continue
                manifest = {"format": FORMAT, **facts, "files": files}
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1), zipfile.ZIP_DEFLATED)
            raw.flush()
            os.fsync(raw.fileno())
        Path(partial).replace(target)
    finally:
        Path(partial).unlink(missing_ok=True)
    return manifest


def unpack(source: Path, into: Path) -> dict[str, Any]:
    """Verify ``source`` and unpack it below ``into``; returns the manifest. Raises ``BadArchive``."""
    try:
        with zipfile.ZipFile(source) as archive:
            entries = _checked_entries(archive, source.stat().st_size, into)
            manifest = _manifest(archive, entries)
            for name, expected in manifest["files"].items():
                _extract(archive, entries[name], expected, into / name)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise BadArchive("it is not a readable zip file") from error
    return manifest


def _media_files(media: Path) -> Iterator[Path]:
    return (path for path in sorted(media.rglob("*")) if path.is_file() and not path.is_symlink())


def _add(archive: zipfile.ZipFile, name: str, path: Path, compression: int) -> dict[str, Any]:
    with path.open("rb") as source:
        info = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
        info.compress_type = compression
        with archive.open(info, "w", force_zip64=True) as target:
            size, digest = _copy(source, target)
    return {"size": size, "sha256": digest}


def _copy(source: Any, target: Any, most: int | None = None) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while block := source.read(BLOCK):
        size += len(block)
        if most is not None and size > most:
            raise BadArchive("an entry is larger than its manifest says")
        digest.update(block)
        target.write(block)
    return size, digest.hexdigest()


def _checked_entries(archive: zipfile.ZipFile, packed: int, into: Path) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MOST_ENTRIES:
        raise BadArchive("it has too many entries")
    entries = {info.filename: info for info in infos}
    if len(entries) != len(infos):
        raise BadArchive("two entries have the same name")
    for info in infos:
        if not _is_safe(info):
            raise BadArchive("an entry has a name or kind that a backup never has")
    total = sum(info.file_size for info in infos)
    if total > packed * LARGEST_GROWTH + BLOCK or total > shutil.disk_usage(into).free:
        raise BadArchive("it would unpack to more than it can hold or than there is room for")
    return entries


def _is_safe(info: zipfile.ZipInfo) -> bool:
    """A plain, unencrypted file with a name that stays below the directory it is unpacked to."""
    name, mode = info.filename, info.external_attr >> 16
    plain = not info.flag_bits & 0x1 and not info.is_dir() and (not stat.S_IFMT(mode) or stat.S_ISREG(mode))
    if name in (MANIFEST, *DATABASES):
        return plain
    parts = PurePosixPath(name).parts
    tidy = name == "/".join(parts) and not set(name) & set("\\:\0") and ".." not in parts
    return plain and tidy and len(parts) > 1 and parts[0] == "media" and len(name) < 500


def _manifest(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> dict[str, Any]:
    info = entries.get(MANIFEST)
    if info is None or info.file_size > LARGEST_MANIFEST:
        raise BadArchive("it has no manifest")
    try:
        manifest = json.loads(archive.read(info))
        listed = {name: (int(each["size"]), str(each["sha256"])) for name, each in manifest["files"].items()}
        version, vendor = manifest["format"], manifest["vendor"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadArchive("its manifest cannot be read") from error
    if version != FORMAT or vendor not in ("sqlite", "postgresql"):
        raise BadArchive("it was made by a version that this one does not know")
    if set(listed) != set(entries) - {MANIFEST} or len(set(listed) & set(DATABASES)) != 1:
        raise BadArchive("its entries are not those of its manifest")
    return {**manifest, "files": listed}


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, expected: tuple[int, str], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with archive.open(info) as source, _private(target) as file:
        if _copy(source, file, most=expected[0]) != expected:
            raise BadArchive(f"the entry {info.filename} is damaged")


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
