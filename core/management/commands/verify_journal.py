"""Verify the journal: numbers, links, hashes, and an anchor noted earlier."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError

from core import commands, journal
from core.models import Event


def anchor(value: str) -> tuple[int, str]:
    """``seq:hash`` as shown on the dashboard and in exports; a shortened hash is not enough."""
    match = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", value.strip().lower())
    if not match:
        raise ArgumentTypeError("an anchor looks like 123:<64 hexadecimal digits>")
    return int(match[1]), match[2]


class Command(commands.Command):
    help = "Verify the journal from its first entry to its last. Exit code 1 names the first bad entry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchor", type=anchor, metavar="SEQ:HASH", help="an entry noted earlier, as seq:hash")

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for step in journal.verify(options["anchor"]):
            if isinstance(step, journal.Broken):
                raise CommandError(f"The journal is broken at entry {step.seq}: {step.why}.", returncode=1)
            count = step
        digest = Event.objects.filter(seq=count).values_list("hash", flat=True).first() or journal.GENESIS
        self.stdout.write(f"{count} entries verified, head {count}:{digest}")
