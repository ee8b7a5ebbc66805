#!/usr/bin/env python
"""Command line of Gawai."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line
    from django.db.utils import DatabaseError

    from config.environment import database_refusal, refuse

    try:
        execute_from_command_line(sys.argv)
    except DatabaseError as error:
        if _can_connect():
            raise
        refuse(database_refusal(error))


def _can_connect() -> bool:
    """Whether only a statement failed, as opposed to the database itself being out of reach."""
    from django.db import Error, connections

    try:
        connections["default"].close()
        connections["default"].ensure_connection()
    except Error:
        return False
    return True


if __name__ == "__main__":
    main()
