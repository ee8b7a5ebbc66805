"""Import the units of a district from a CSV file."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from core import commands
from core.errors import DomainError, Fault
from org.importing_units import MAX_BYTES, UnitRow, check_code, check_name, import_units, read_units

SHOWN_FAULTS = 50
PROGRESS_EVERY = 200


def root(value: str) -> UnitRow:
    """``CODE=NAME`` of the unit that all others stand under."""
    code, separator, name = value.partition("=")
    if not separator:
        raise ArgumentTypeError("the root looks like 32.01='Kabupaten Contoh'")
    try:
        return UnitRow(0, code=check_code(code.strip()), name=check_name(name))
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


class Command(commands.Command):
    help = (
        "Import units from a CSV file with the columns code,name[,kind] (UTF-8, comma or semicolon). "
        "All of it or nothing; a second run changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--root",
            type=root,
            required=True,
            metavar="CODE=NAME",
            help="the district itself, as in 32.01='Kabupaten Contoh'",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            imported = import_units(options["root"], read_units(_content(options["file"])), progress=self._progress)
        except DomainError as error:
            raise CommandError(_refusal(options["file"], error.faults)) from error
        if not imported.created and not imported.changed:
            self.stdout.write(f"Nothing to do: all {imported.unchanged} units are here already.")
            return
        self.stdout.write(
            f"{imported.created} units added, {imported.changed} changed, {imported.unchanged} as they were."
        )

    def _progress(self, done: int, total: int) -> None:
        if done % PROGRESS_EVERY == 0:
            self.stdout.write(f"{done} of {total} units")


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def _refusal(path: Path, faults: tuple[Fault, ...]) -> str:
    lines = [f"{path.name} was refused, nothing was imported:"]
    lines += [f"  {fault.field}: {fault.detail}" for fault in faults[:SHOWN_FAULTS]]
    if len(faults) > SHOWN_FAULTS:
        lines.append(f"  and {len(faults) - SHOWN_FAULTS} more")
    return "\n".join(lines)
