"""Fixtures for all tests. ``DATABASE_URL`` chooses the database of the run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.test import TransactionTestCase

import tests.profiles  # noqa: F401  (before hypothesis looks for the profile of the command line)
from tests.databases import a_run, migrated, postgresql_url, this_process_has
from tests.server import Server, running

TESTS = Path(__file__).parent
# Left out by `make fast`: real servers, browsers and LibreOffice, walks over every route, whole sample districts.
SLOW = (
    "api/test_actions.py", "api/test_admin_reach.py", "api/test_exports.py", "api/test_hands.py", "api/test_leaks.py",
    "api/test_lists.py", "api/test_main_job.py", "api/test_matrix.py", "api/test_one_event.py", "api/test_plans.py",
    "api/test_schema.py", "api/test_shared_caches.py", "api/test_telling.py", "api/test_writes.py", "backoffice",
    "browser", "config/test_environment.py", "config/test_production.py", "core/test_backup.py",
    "core/test_guards.py", "core/test_health.py", "core/test_jobs.py", "core/test_server.py",
    "core/test_verifying.py", "demo", "desks/test_turns.py", "desks/test_worklists.py",
    "documents/test_exports.py", "documents/test_formula_strings.py", "documents/test_intake_poison.py",
    "documents/test_office.py", "journeys", "pledges/test_lives.py", "requests_app/test_refusals_leave_nothing.py",
)  # fmt: skip

# Begun first, so that no worker ends alone with a long file.
LONGEST = (
    "journeys/test_large_exports.py", "browser/test_pages.py", "core/test_backup.py", "api/test_matrix.py",
    "api/test_actions.py",
    "journeys/test_races.py", "core/test_verifying.py", "pledges/test_lives.py", "journeys/test_strange_input.py",
    "journeys/test_midnight.py", "core/test_server.py", "browser/test_journeys.py",
    "pledges/test_status_property.py", "demo/test_load_demo.py", "api/test_hands.py",
)  # fmt: skip

# Left out on PostgreSQL: what pages, papers, workbooks and settings say, and what is wrong with a file, once the rows
# are there. `tests/config/test_databases.py` holds that what they test asks for its rows by Django's queries alone.
SAME_ON_BOTH = (
    "api/test_actions.py", "core/test_letters.py", "core/test_pictures.py",
    "api/test_admin_reach.py", "api/test_exports.py", "api/test_hostile_files.py", "api/test_matrix.py",
    "api/test_papers.py", "api/test_planning.py", "api/test_pledge_papers.py", "api/test_schema.py",
    "api/test_shared_caches.py", "api/test_suggestions.py", "backoffice/test_addresses.py",
    "backoffice/test_deadline_words.py", "backoffice/test_figures.py", "backoffice/test_home.py",
    "backoffice/test_importing.py", "backoffice/test_inventories.py", "backoffice/test_numbers.py",
    "backoffice/test_office.py", "backoffice/test_papers.py", "backoffice/test_planning.py",
    "backoffice/test_pledge_line.py", "backoffice/test_pledge_papers.py", "backoffice/test_pledges.py",
    "backoffice/test_reading.py", "backoffice/test_verbs.py", "backoffice/test_warranty.py",
    "backoffice/test_words.py", "browser", "config/test_messages.py", "config/test_production.py",
    "config/test_readme.py", "core/test_headers.py", "documents/test_exports.py", "documents/test_formula_strings.py",
    "documents/test_papers.py", "documents/test_papers_bast.py", "documents/test_papers_planning.py",
    "documents/test_papers_pledges.py", "documents/test_planbook.py", "documents/test_reports.py",
    "documents/test_sheet_names.py", "documents/test_without_faces.py",
)  # fmt: skip
DATABASE_FIXTURES = {"db", "transactional_db", "server", "django_db_setup"}
NOWHERE = "postgres://nobody@127.0.0.1:1/none"


def pytest_configure(config: pytest.Config) -> None:
    """The run begins and ends with the process that was started; its workers are told of it."""
    if not hasattr(config, "workerinput"):
        run = ExitStack()
        run.enter_context(a_run())
        config.add_cleanup(run.close)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Files that are left out whole need not be read to know it."""
    left_out = config.option.markexpr == "not slow" and _place_of(collection_path).startswith(SLOW)
    return left_out or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if postgresql_url():
        left_out = [item for item in items if _place(item).startswith(SAME_ON_BOTH) or not _has_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    for item in items:
        place = _place(item)
        if place.startswith(SLOW) or "server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (not _place(item).startswith(LONGEST), item.path not in slow))


def _place(item: pytest.Item) -> str:
    return _place_of(item.path)


def _place_of(path: Path) -> str:
    return path.relative_to(TESTS).as_posix() if path.is_relative_to(TESTS) else ""


def _has_database(item: pytest.Item) -> bool:
    """Whether a test may ask a database: in this process, or through a server that it starts."""
    asked = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("servers")
    return bool(asked or marked) or issubclass(getattr(item, "cls", None) or object, TransactionTestCase)


@pytest.fixture(autouse=True)
def no_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that asks for no database gets none: not by Django, and not by the address a process inherits."""
    if not _has_database(request.node):
        monkeypatch.setenv("DATABASE_URL", NOWHERE)


def pytest_collection_finish() -> None:
    """What is imported and collected stays: the collector of garbage need not walk it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A copy of the run's migrated database for this worker, in the place of pytest-django's own migration."""
    with django_db_blocker.unblock(), this_process_has(migrated()):
        yield


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
