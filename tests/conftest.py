"""Fixtures for all tests. ``DATABASE_URL`` chooses the database of the run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import Server, postgresql_url, running

TESTS = Path(__file__).parent
# Left out by `make fast`: real servers, browsers and LibreOffice, walks over every route, whole sample districts.
SLOW = (
    "api/test_admin_reach.py", "api/test_exports.py", "api/test_leaks.py", "api/test_lists.py", "api/test_main_job.py",
    "api/test_matrix.py", "api/test_one_event.py", "api/test_plans.py", "api/test_schema.py",
    "api/test_shared_caches.py", "api/test_writes.py", "backoffice", "browser", "config/test_environment.py",
    "config/test_production.py", "core/test_backup.py", "core/test_guards.py", "core/test_health.py",
    "core/test_jobs.py", "core/test_server.py", "demo", "desks/test_worklists.py", "documents/test_exports.py",
    "documents/test_formula_strings.py", "documents/test_intake_poison.py", "documents/test_office.py", "journeys",
    "pledges/test_lives.py", "requests_app/test_refusals_leave_nothing.py",
)  # fmt: skip

# Left out on PostgreSQL: what has no database to be alike on. `no_database` holds them to that.
WITHOUT_DATABASE = (
    "config/test_environment.py", "config/test_imports.py", "core/test_clock.py", "core/test_numbers.py",
    "core/test_words.py", "documents/test_csvfile.py",
    "documents/test_intake_reading.py", "documents/test_names.py", "documents/test_office.py",
    "documents/test_terbilang.py", "documents/test_workbook.py", "pledges/test_words.py", "wording/test_badges.py",
)  # fmt: skip
NOWHERE = "postgres://nobody@127.0.0.1:1/none"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if postgresql_url():
        config.hook.pytest_deselected(items=[item for item in items if _place(item).startswith(WITHOUT_DATABASE)])
        items[:] = [item for item in items if not _place(item).startswith(WITHOUT_DATABASE)]
    for item in items:
        place = _place(item)
        if place.startswith(SLOW) or "server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)  # so that no worker ends alone with a long file


def _place(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).as_posix()


@pytest.fixture(autouse=True)
def no_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is said to have no database gets none: not by Django, and not by the address a process inherits."""
    if not _place(request.node).startswith(WITHOUT_DATABASE):
        return
    assert not {"db", "transactional_db", "server"} & set(request.fixturenames)
    assert request.node.get_closest_marker("django_db") is None
    monkeypatch.setenv("DATABASE_URL", NOWHERE)


def pytest_collection_finish() -> None:
    """What is imported and collected stays: the collector of garbage need not walk it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The real app server with two workers, empty but migrated, shared by all tests of the run."""
    with running() as started:
        yield started


@pytest.fixture
def media(settings, tmp_path):
    """A media directory for one test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT
