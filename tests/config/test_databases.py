"""What runs on one database only says nothing new on the other: its queries are Django's, the same on both."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tests.conftest import SAME_ON_BOTH, TESTS
from tests.databases import ROOT

# Where SQL of our own is written: all of it is tested on both databases.
OWN_SQL = ("core/", "documents/snapshot.py")
SQL = {"connection", "connections", "vendor", "RawSQL", "RunSQL", "Func", "as_sql"}
CALLS = {"cursor", "raw", "extra"}
DRIVERS = ("sqlite3", "psycopg", "django.db.backends", "django.contrib.postgres")


def sources() -> Iterator[Path]:
    """The product's files that may hold no SQL; what a migration does is done before any test."""
    for package in [app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()]:
        for path in (ROOT / package).rglob("*.py"):
            place = path.relative_to(ROOT)
            if not place.as_posix().startswith(OWN_SQL) and "migrations" not in place.parts:
                yield path


def sql_in(text: str) -> set[str]:
    """The names by which code reaches for SQL of its own, or for one kind of database."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found |= {node.func.attr} & CALLS
        elif isinstance(node, ast.Attribute):
            found |= {node.attr} & SQL
        elif isinstance(node, ast.FunctionDef):
            found |= {node.name} & SQL
        elif isinstance(node, ast.ImportFrom | ast.Import):
            modules = [getattr(node, "module", None) or "", *(each.name for each in node.names)]
            found |= set(modules) & SQL | {name for name in modules if name.startswith(DRIVERS)}
    return found


def test_outside_the_core_nobody_writes_sql_or_asks_which_database_it_is() -> None:
    assert {str(path): found for path in sources() if (found := sql_in(path.read_text()))} == {}


def test_the_search_for_sql_finds_it() -> None:
    for guilty in (
        "from django.db import connection", "rows.raw('SELECT 1')", "rows.extra(where=['1'])", "import sqlite3",
        "from django.db.models.expressions import RawSQL", "from django.db.models import Func",
        "def as_sql(self, compiler, connection): ...", "if db.vendor == 'sqlite': ...",
    ):  # fmt: skip
        assert sql_in(guilty), guilty
    assert len(list(sources())) > 200


def test_what_is_the_same_on_both_is_there() -> None:
    for place in SAME_ON_BOTH:
        assert (TESTS / place).exists(), place
