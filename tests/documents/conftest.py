from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.base import MONDAY, Cast, at, make_cast


@pytest.fixture
def monday() -> Iterator[None]:
    """The register's clock at nine on a Monday."""
    with at(MONDAY):
        yield


@pytest.fixture
def cast(db: None, monday: None) -> Cast:
    return make_cast()
