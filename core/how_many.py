"""How many rows another query finds, within a query: Django's own count goes by groups, and has none to count for 0."""

from __future__ import annotations

from django.db.models import F, Func, IntegerField, QuerySet, Subquery


def how_many(rows: QuerySet, *, distinct: bool = False) -> Subquery:
    """The number of ``rows``, each once where ``distinct``; 0 where there is none."""
    counted = f"%(function)s({'DISTINCT ' if distinct else ''}%(expressions)s)"
    number = Func(F("pk"), function="COUNT", template=counted, output_field=IntegerField())
    return Subquery(rows.order_by().annotate(n=number).values("n"), output_field=IntegerField())
