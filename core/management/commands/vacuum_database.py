"""Write the database anew without what was deleted from it."""

from __future__ import annotations

from typing import Any

from django.db import connection

from core import commands


class Command(commands.Command):
    help = (
        "Rewrite the database file, so that what was erased is no longer in its free pages. Run it after erasing "
        "people; it needs as much free disk as the database and keeps writers waiting."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM FULL" if connection.vendor == "postgresql" else "VACUUM")
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.stdout.write("The database was written anew.")
