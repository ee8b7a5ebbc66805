#!/usr/bin/env python
"""Command line of Gawai."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError

    from config.environment import database_refusal, refuse

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if not _cannot_connect(error):
            raise
        refuse(database_refusal(error))


def _cannot_connect(error: Exception) -> bool:
    """Whether the database itself is out of reach, as opposed to a statement that failed."""
    from django.db import connections

    try:
        connections["default"].close()
        connections["default"].ensure_connection()
    except type(error):
        return True
    return False


if __name__ == "__main__":
    main()
