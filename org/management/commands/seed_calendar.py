"""Fill the working calendar with the public holidays of some years."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from core import clock, commands
from core.transactions import writing
from org.calendar import seed

FIRST, LAST = 2000, 2100


class Command(commands.Command):
    help = "Bring public holidays and collective leave in the calendar up to date. Days edited by hand stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=int, metavar="YEAR", help="first year (default: this year)")
        parser.add_argument("--to", dest="last", type=int, metavar="YEAR", help="last year (default: next year)")

    def handle(self, *args: Any, **options: Any) -> None:
        year = clock.today().year
        first = year if options["first"] is None else options["first"]
        last = max(first, year + 1) if options["last"] is None else options["last"]
        if not FIRST <= first <= last <= LAST:
            raise CommandError(f"The years must run forward within {FIRST} to {LAST}, not {first} to {last}.")
        with writing():
            added = seed(range(first, last + 1))
        self.stdout.write(
            f"{added} days added or brought up to date for {first} to {last}."
            if added
            else f"All days of {first} to {last} are here."
        )
