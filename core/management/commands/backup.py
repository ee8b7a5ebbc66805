"""Back up the database and the media into one file, while the service runs."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from core import commands
from core.backup import archive, databases


class Command(commands.Command):
    help = "Write the database and the media to FILE, a zip with a manifest of hashes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"].absolute()
        if not target.parent.is_dir():
            raise CommandError(f"There is no directory {target.parent}.")
        if target.is_dir() or (target.exists() and target.stat().st_size):
            raise CommandError(f"{target} exists already.")
        try:
            with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.DATA_DIR) as workspace:
                database, facts = databases.dump(Path(workspace))
                facts["made_at"] = timezone.now().isoformat()
                manifest = archive.write(target, database, Path(settings.MEDIA_ROOT), facts)
        except (databases.Refused, OSError) as error:
            raise CommandError(f"No backup was made: {error}.") from error
        head = manifest["journal"]
        files = len(manifest["files"]) - 1
        self.stdout.write(f"{target}: database and {files} media files, journal head {head['seq']}:{head['hash']}")
