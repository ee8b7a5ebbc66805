"""The status rule is compiled once for a moment and kept; no query that uses it reads otherwise for that."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.db.models import Count, Exists, F, OuterRef, Sum
from django.test.utils import CaptureQueriesContext

from core import clock
from pledges.counting import Moment
from pledges.models import Pledge, PledgeLine
from pledges.queries import PledgeQuerySet
from tests.base import Cast, a_pledge

DAY = date(2026, 3, 2)

USES: dict[str, Callable[[PledgeQuerySet], Any]] = {
    "rows": list,
    "filtered": lambda rows: list(rows.filter(status="overdue", title__contains="HP").exclude(due_on__lt=DAY)),
    "ordered": lambda rows: list(rows.order_by("status", F("due_on").desc(nulls_last=True))[:5]),
    "joined": lambda rows: list(rows.filter(lines__quantity=1, office__unit__code="32.01").select_related("office")),
    "grouped": lambda rows: list(rows.order_by().values("status").annotate(n=Count("pk"))),
    "summed": lambda rows: rows.aggregate(Sum("promised"), Sum("delivered")),
    "counted": lambda rows: rows.filter(status="overdue").count(),
    "there": lambda rows: rows.filter(delivered__lt=F("promised")).exists(),
    "within": lambda rows: list(Pledge.objects.filter(pk__in=rows.filter(status="overdue").values("pk"))),
    "correlated": lambda rows: list(
        PledgeLine.objects.filter(Exists(rows.filter(pk=OuterRef("pledge"), status="overdue", due_on__lt=DAY)))
    ),
    "within itself": lambda rows: list(rows.filter(pk__in=rows.filter(status="overdue").values("pk"))),
    "annotated": lambda rows: list(rows.annotate(outstanding=F("promised") - F("delivered")).filter(outstanding=1)),
}


@pytest.mark.parametrize("use", USES.values(), ids=list(USES))
def test_a_query_with_the_kept_rule_is_the_same_statement(cast: Cast, use: Callable[[Any], Any]) -> None:
    a_pledge(cast, promised=1, original_due_on=date(2025, 12, 31))
    for moment in (Moment(DAY, None), Moment(DAY, clock.now())):
        kept = [asked(use, Pledge.objects.judged(*moment)) for _twice in range(2)]
        connections["default"].__dict__.pop("_kept_annotations")
        anew = asked(use, Pledge.objects.judged(*moment))
        assert kept == [anew, anew]


def room(rows: PledgeQuerySet) -> int:
    """How many brackets more SQLite's parser takes around the query; it holds a hundred open symbols in all."""
    sql, values = rows.query.sql_with_params()
    taken = 0
    with connection.cursor() as cursor:
        for number in range(100):
            try:
                cursor.execute(f"EXPLAIN SELECT {'(' * number}EXISTS({sql}){')' * number}", values)
            except OperationalError as error:
                assert "parser stack overflow" in str(error)
                break
            taken = number
    return taken


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no such limit")
@pytest.mark.skipif(sqlite3.sqlite_version_info >= (3, 46), reason="its parser grows")
def test_the_rule_leaves_room_in_sqlites_parser_whatever_is_asked_of_it() -> None:
    assert room(Pledge.objects.all()) == 80  # the statement around it takes the rest
    for moment in ((DAY, None), (DAY, clock.now())):
        uses = [
            Pledge.objects.judged(*moment), Pledge.objects.late(*moment), Pledge.objects.overdue(*moment),
            Pledge.objects.published().judged(*moment).filter(status="late").order_by("status", "due_on"),
        ]  # fmt: skip
        assert {room(each) for each in uses} == {30}
        within = Pledge.objects.filter(pk__in=Pledge.objects.late(*moment).values("pk"))
        assert room(within) == 22


def test_another_day_is_another_statement(cast: Cast) -> None:
    days = [date(2026, 3, day) for day in range(1, 29)] * 2
    assert len({str(asked(list, Pledge.objects.judged(day))) for day in days}) == 28


def asked(use: Callable[[Any], Any], rows: PledgeQuerySet) -> tuple[list[str], str]:
    """The statements by which ``use`` reads the rows, and what it found."""
    with CaptureQueriesContext(connection) as captured:
        found = use(rows)
    return [each["sql"] for each in captured.captured_queries], repr(found)
