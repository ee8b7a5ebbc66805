"""Fixtures for all tests. ``DATABASE_URL`` chooses the database of the run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server import Server, running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.server)


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
