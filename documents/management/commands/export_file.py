"""Write a list, or the workbook of a budget plan, into a file, as an account that may read it."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from core import commands, jobs, security
from core.models import Job
from core.taking_part import see_through
from documents.management.accounts import account
from documents.reports.offered import REPORTS
from personal import readings


class Command(commands.Command):
    help = (
        "Write a list to FILE (.xlsx or .csv), with the rows that the account given may see; --filter takes what the "
        "list of the API takes, such as within=32.01.12 or id=5 for one budget plan."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=list(REPORTS))
        parser.add_argument("file", type=Path, metavar="FILE.xlsx|FILE.csv")
        parser.add_argument("--user", required=True, metavar="USERNAME", help="the account that exports")
        parser.add_argument("--filter", action="append", default=[], metavar="NAME=VALUE")
        parser.add_argument("--semicolon", action="store_true", help="CSV for Indonesian Excel")

    def handle(self, *args: Any, **options: Any) -> None:
        user, target = account(options["user"]), options["file"].absolute()
        form = target.suffix.lower().removeprefix(".")
        if form not in ("xlsx", "csv"):
            raise CommandError("FILE must end in .xlsx or .csv.")
        if target.exists():
            raise CommandError(f"{target} exists already.")
        order = {
            "kind": options["kind"], "format": form, "delimiter": "semicolon" if options["semicolon"] else "comma",
            "filters": dict(_pair(each) for each in options["filter"]), "language": settings.LANGUAGE_CODE,
        }  # fmt: skip
        job = jobs.enqueue("export", user, order)
        security.log("export_asked", user=user, job=job.pk, order=order)
        job = see_through(job, self.stdout.write)
        if job.state != Job.State.DONE:
            raise CommandError(job.error or "The export has failed; see the log.")
        security.log("export_downloaded", user=user, job=job.pk, sha256=job.sha256, **readings.again(job))
        try:
            with job.file.open("rb") as made, target.open("xb") as file:
                shutil.copyfileobj(made, file)
        except OSError as error:
            raise CommandError(f"No file was made: {error}.") from error
        self.stdout.write(f"{target}: {job.rows} rows, sha256 {job.sha256}")


def _pair(given: str) -> tuple[str, str]:
    name, sign, value = given.partition("=")
    if not (name and sign and value):
        raise CommandError(f"{given!r} is not NAME=VALUE.")
    return name, value
