from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.base import MONDAY, Cast, at, make_cast


@pytest.fixture(autouse=True)
def a_monday_morning() -> Iterator[None]:
    """The register's clock stands at nine on a Monday unless a test moves it."""
    with at(MONDAY):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
