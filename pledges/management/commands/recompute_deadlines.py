"""Bring the dates that hang on the calendar up to it."""

from __future__ import annotations

from typing import Any

from core import commands
from pledges.recomputing import recompute_deadlines


class Command(commands.Command):
    help = "Correct the first dates of open pledges that hang on the calendar. Runs by itself after each change of it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{recompute_deadlines()} deadlines corrected")
