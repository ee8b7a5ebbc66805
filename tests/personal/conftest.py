from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.journal import record
from core.models import Installation
from core.transactions import writing
from tests.base import MONDAY, Cast, at, make_cast


@pytest.fixture(autouse=True)
def a_monday_morning() -> Iterator[None]:
    """The register's clock stands at nine on a Monday unless a test moves it."""
    with at(MONDAY):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, told of in one event, so that the whole register can be held against the journal."""
    with writing():
        made = make_cast()
        record("installation.changed", Installation.current(), actor=None)
    return made
