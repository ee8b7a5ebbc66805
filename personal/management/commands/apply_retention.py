"""End records about people whose period is over, or say which they are."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from core import commands
from org.models.grants import OPERATOR
from personal import retention
from personal.models import RetentionRule


class Command(commands.Command):
    help = "Erase the records whose period is over by the rules in force; each is an entry of the journal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say which they are")

    def handle(self, *args: Any, **options: Any) -> None:
        for rule in RetentionRule.objects.filter(active=True).order_by("kind"):
            dry = options["dry_run"]
            items = retention.due(rule) if dry else retention.apply(rule, actor=None, role=OPERATOR)
            for item in items:
                self.stdout.write(f"{rule.kind} {item.record}")
            self.stdout.write(f"{rule.kind}: {len(items)} {'due' if dry else 'erased'}")
