"""Load the sample data of Kabupaten Contoh."""

from __future__ import annotations

import os
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from core import clock, commands
from core.errors import DomainError
from demo.loading import is_loaded, load
from org.models import Role, User

PASSWORD = "gawai-demo"  # noqa: S105  (of sample accounts, refused in production)
PROGRESS_EVERY, MOST_NAMES = 200, 3
WHO: dict[str, str] = {
    Role.REQUESTER: "admin medsos",
    Role.UNIT_HEAD: "Camat",
    Role.VERIFIER: "verifier of Diskominfo",
    Role.APPROVER: "head of division",
    Role.ASSET_CLERK: "asset clerk (Pengurus Barang)",
    Role.PLANNER: "planner",
    Role.PUBLISHER: "information officer (PPID)",
    Role.DECIDER: "Sekretaris Daerah",
    Role.AUDITOR: "auditor (Inspektorat)",
    Role.VIEWER: "reader",
    Role.USER_ADMIN: "administrator of accounts",
}


def day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ArgumentTypeError("a day looks like 2026-11-22") from None


class Command(commands.Command):
    help = "Load the sample data (Kabupaten Contoh) into an empty database and print its logins. Not in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--today", type=day, metavar="YYYY-MM-DD", help="the day around which the data is built (default: today)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The sample data is refused in production mode.")
        if is_loaded():
            self.stdout.write("The sample data is here already; nothing was changed.")
        else:
            self._load(options["today"] or clock.today())
        self._print_logins()

    def _load(self, today: date) -> None:
        self._shown = 0
        self.stdout.write("Loading Kabupaten Contoh ...")
        try:
            acts = load(today=today, password=wanted_password() or PASSWORD, progress=self._progress)
        except DomainError as error:
            raise CommandError(str(error.detail)) from error
        self.stdout.write(f"{acts} acts from June 2022 to {today}.")

    def _progress(self, on: date, acts: int) -> None:
        if acts >= self._shown + PROGRESS_EVERY:
            self._shown = acts
            self.stdout.write(f"  {acts} acts, now in {on:%Y-%m}")

    def _print_logins(self) -> None:
        password = "the one of DEMO_PASSWORD when they were loaded" if wanted_password() else PASSWORD
        self.stdout.write(f"\nLogins; the password of all of them is {password}.\n")
        users = User.objects.select_related("person__unit").prefetch_related("grants").order_by("pk")
        alike: dict[str, list[User]] = {}
        for user in users:
            alike.setdefault(who(user), []).append(user)
        for words, accounts in alike.items():
            names = ", ".join(user.username for user in accounts[:MOST_NAMES])
            more = f", … ({len(accounts)}, by the names of their kecamatan)" if len(accounts) > MOST_NAMES else ""
            self.stdout.write(f"  {words:<32} {names}{more}")


def wanted_password() -> str:
    return os.environ.get("DEMO_PASSWORD", "").strip()


def who(user: User) -> str:
    """What the account is, in the words of the README."""
    if user.is_superuser:
        return "superuser"
    return ", ".join(WHO[grant.role] for grant in user.grants.all()) or "no grant"
