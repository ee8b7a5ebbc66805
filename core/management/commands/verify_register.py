"""Verify the register: no row was added, changed or deleted past the journal."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from core import commands, verifying
from core.verifying import Looked, Unexplained


class Command(commands.Command):
    help = (
        "Hold every row against the events of the journal. Exit code 1 names the first row that no event explains. "
        "That the journal itself holds says verify_journal: run both."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        check = verifying.check(self._tell)
        if check.fault:
            raise CommandError(told(Unexplained(**check.fault)), returncode=1)
        self.stdout.write(f"{check.rows} rows verified; {check.erased} facts hold text that was erased")

    def _tell(self, looked: Looked) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"{looked.done} of {looked.total}", ending="\r")


def told(found: Unexplained) -> str:
    """What was found, as a sentence for the operator."""
    if found.kind == "facts":
        return f"The facts of event {found.event} are not those that it sealed."
    row = f"{found.label} {found.pk}{f' ({found.number})' if found.number else ''}"
    return {
        "row": f"{row} stands in no event.",
        "gone": f"{row} is gone, and no event deleted it.",
        "columns": f"{row} is not as its last event left it: {', '.join(found.columns)}.",
    }[found.kind]
