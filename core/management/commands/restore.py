"""Restore a backup. Everything in it is verified before anything of the present installation is touched."""

from __future__ import annotations

import shutil
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from core import commands
from core.backup import archive, databases


class Command(commands.Command):
    help = "Restore FILE into an empty installation, or in the place of the present one with --replace."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--replace", action="store_true", help="give up the data that stand there now")

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["file"].absolute()
        if not source.is_file():
            raise CommandError(f"There is no file {source}.")
        try:
            with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.DATA_DIR) as workspace:
                manifest = self._restore(source, Path(workspace), replace=options["replace"])
        except (archive.BadArchive, databases.Refused, OSError) as error:
            raise CommandError(f"Nothing was restored: {error}.") from error
        head = manifest["journal"]
        files = len(manifest["files"]) - 1
        self.stdout.write(f"Restored database and {files} media files, journal head {head['seq']}:{head['hash']}")

    def _restore(self, source: Path, workspace: Path, *, replace: bool) -> dict[str, Any]:
        manifest = archive.unpack(source, workspace)
        _require_fitting(manifest)
        database = next(workspace / name for name in manifest["files"] if name in archive.DATABASES)
        if not replace and not (databases.is_empty() and _has_no_media()):
            raise databases.Refused("this installation is not empty; add --replace to give up what it holds")
        with databases.verified(database, manifest):
            staged = workspace / "media"
            staged.mkdir(exist_ok=True, mode=0o700)
            with _Swapped(staged, Path(settings.MEDIA_ROOT), aside=workspace / "media-before"):
                databases.load(database)
        return manifest


def _require_fitting(manifest: dict[str, Any]) -> None:
    if manifest["vendor"] != connection.vendor:
        raise databases.Refused(f"it holds a {manifest['vendor']} database and this one is {connection.vendor}")
    try:
        applied = {(str(app), str(name)) for app, name in manifest["migrations"]}
        int(manifest["journal"]["seq"]), str(manifest["journal"]["hash"])
    except (KeyError, TypeError, ValueError) as error:
        raise archive.BadArchive("its manifest cannot be read") from error
    own = {app for app, _ in MigrationLoader(None).disk_migrations}
    if {each for each in applied if each[0] in own} - set(MigrationLoader(None).disk_migrations):
        raise databases.Refused("it was made by a newer version of Gawai")


def _has_no_media() -> bool:
    return not any(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))


class _Swapped:
    """The staged media stand in the place of the present ones; these come back when the block fails."""

    def __init__(self, staged: Path, place: Path, aside: Path) -> None:
        self.staged, self.place, self.aside = staged, place, aside

    def __enter__(self) -> None:
        if self.place.exists():
            shutil.move(self.place, self.aside)
        shutil.move(self.staged, self.place)

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> None:
        if kind is None:
            return
        shutil.rmtree(self.place, ignore_errors=True)
        if self.aside.exists():
            shutil.move(self.aside, self.place)
