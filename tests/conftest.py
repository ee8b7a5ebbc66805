"""Fixtures for all tests. ``DATABASE_URL`` chooses the database of the run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import Server, running

TESTS = Path(__file__).parent
# Left out by `make fast`: real servers, browsers and LibreOffice, walks over every route, whole sample districts.
SLOW = (
    "api/test_admin_reach.py", "api/test_exports.py", "api/test_leaks.py", "api/test_lists.py", "api/test_main_job.py",
    "api/test_matrix.py", "api/test_one_event.py", "api/test_plans.py", "api/test_schema.py", "api/test_writes.py",
    "backoffice", "browser", "config/test_environment.py", "config/test_production.py", "core/test_backup.py",
    "core/test_guards.py", "core/test_health.py", "core/test_jobs.py", "core/test_server.py", "demo",
    "documents/test_exports.py", "documents/test_intake_poison.py", "documents/test_office.py", "journeys",
    "pledges/test_lives.py", "requests_app/test_refusals_leave_nothing.py", "requests_app/test_worklists.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        place = item.path.relative_to(TESTS).as_posix()
        if place.startswith(SLOW) or "server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)  # so that no worker ends alone with a long file


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
