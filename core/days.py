"""Days of which not all is known, and how many lie between two days of a row."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Func, IntegerField


class Month(date):
    """A month of which the day is not known: its first day stands for it."""


class DaysBetween(Func):
    """From the first day to the second, in SQL; negative where that lies before."""

    arity = 2
    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(0 - (%(expressions)s))", arg_joiner=" - ", **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(0 - (julianday(%(expressions)s)) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **context)
