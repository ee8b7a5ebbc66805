"""Write the journal into a file that can be checked without Gawai."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core import commands
from core.errors import DomainError
from documents.journalfile import after, write_journal
from documents.snapshot import snapshot


class Command(commands.Command):
    help = "Write the journal to FILE, one sealed event per line and the anchor last. Check it with verify_journal.py."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument("--since", type=int, default=0, metavar="SEQ", help="only the entries after this number")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"].absolute()
        part = target.with_name(f".{target.name}.part")
        if target.exists():
            raise CommandError(f"{target} exists already.")
        try:
            with snapshot(), part.open("wb") as file:
                count, anchor = write_journal(file, after(max(0, options["since"])))
            part.rename(target)
        except DomainError as error:
            raise CommandError(str(error.detail)) from error
        except OSError as error:
            raise CommandError(f"No file was made: {error}.") from error
        finally:
            part.unlink(missing_ok=True)
        self.stdout.write(f"{target}: {count} entries, anchor {anchor}")
