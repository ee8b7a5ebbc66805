"""Write all that is held about a person, and who read it, into one workbook."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import translation

from core import commands
from core.errors import DomainError
from documents import subjectreport
from org.models import Person
from org.models.grants import OPERATOR
from personal import readings


class Command(commands.Command):
    help = (
        "Write the subject report of PERSON (its id) to FILE.xlsx; readings and journal between two days, or two times "
        "of the district where these name no zone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", type=int, metavar="PERSON")
        parser.add_argument("file", type=Path, metavar="FILE.xlsx")
        for name in ("--since", "--until"):
            parser.add_argument(name, default="", metavar="YYYY-MM-DD[THH:MM[:SS][+07:00]]")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"].absolute()
        person = Person.objects.filter(pk=options["person"]).first()
        if person is None:
            raise CommandError("There is no such person.")
        if target.suffix.lower() != ".xlsx" or target.exists() or not target.parent.is_dir():
            raise CommandError("FILE must be new and end in .xlsx.")
        try:
            span = subjectreport.span(options["since"], options["until"])
        except DomainError as refusal:
            raise CommandError(str(refusal.detail)) from refusal
        with translation.override("id"):
            made, rows = subjectreport.write(person, *span, made_by=OPERATOR)
        readings.note("person_reported", None, [person.pk], by=OPERATOR)
        shutil.move(made, target)
        self.stdout.write(f"{target}: {rows} rows")
