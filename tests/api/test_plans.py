"""At 100,000 devices PostgreSQL walks indexes in list, filter and search, for the whole district and for one unit."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.data import insert
from org.models import Unit
from tests.api.cast import Caller
from tests.base import Cast, make_cast

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no planner statistics to assert on"),
]

PATHS = (
    "assets/?cursor=",
    "assets/?cursor=&ordering=-updated_at",
    "assets/?cursor=&condition=lightly_damaged",
    "assets/?cursor=&device_type__code=smartphone",
    "assets/?cursor=&state=in_stock",
    "assets/?cursor=&search=bm-0004711",
    "assets/?offset=90000&limit=50",
    "assets/?tag=BM-0004711",
)


@pytest.fixture
def crowded() -> Cast:
    cast = make_cast()
    others = (f"{cast.root.code}.{n}" for n in range(50, 88))
    Unit.objects.bulk_create(Unit(code=c, name=f"Kecamatan {c}", kind="district", parent=cast.root) for c in others)
    with connection.cursor() as cursor:
        insert(cursor, 100_000, cast.clerk.pk)
    return cast


def test_no_list_of_devices_reads_the_whole_table(crowded):
    """The count of all rows is the exception: it has to look at each."""
    for user in (crowded.clerk, crowded.kemang_admin):
        caller = Caller(user)
        for path in PATHS:
            with CaptureQueriesContext(connection) as captured:
                assert caller.get(path).status_code == 200, path
            for query in captured.captured_queries:
                plan = "" if "COUNT(" in query["sql"] else _plan(query["sql"])
                assert not re.search(r"Seq Scan on assets_(asset|custody|handoveritem)\b", plan), f"{path}\n{plan}"


def _plan(sql: str) -> str:
    if not sql.startswith("SELECT") or "assets_asset" not in sql:
        return ""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql)
        return "\n".join(line for (line,) in cursor.fetchall())
