"""Erase a person, for who cannot ask or be answered on a page."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from core import commands
from core.errors import DomainError
from core.journal import record
from core.transactions import writing
from org.models import Person
from org.models.grants import OPERATOR
from personal.forgetting import account_of, forget_person


class Command(commands.Command):
    help = (
        "Erase what is known of PERSON (its id) everywhere; the journal's chain stays valid. Refused while the person "
        "holds devices. Then run vacuum_database, so that nothing is left in the file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", type=int, metavar="PERSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with writing():
                person = Person.objects.filter(pk=options["person"]).first()
                if person is None:
                    raise CommandError("There is no such person.")
                account = account_of(person)
                named = forget_person(person)
                related = [account] if account else []
                record("person.erased", person, actor=None, role=OPERATOR, changes={"named_in": [None, named]},
                       related=related)  # fmt: skip
        except DomainError as refusal:
            raise CommandError(str(refusal.detail)) from refusal
        self.stdout.write(f"Person {options['person']} erased; {named} other rows had named them.")
