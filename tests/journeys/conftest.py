"""One server for all journeys, its clock held at a Monday morning so that every number can be written down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.world import MONDAY, World, a_world


@pytest.fixture(scope="package")
def server() -> Iterator[World]:
    """Named so that the tests stay together on one worker; the fixture to ask for is ``world``."""
    with a_world(GAWAI_NOW=MONDAY) as world:
        yield world


@pytest.fixture
def world(server: World) -> Iterator[World]:
    """The journeys' server; whatever a test does to it, it must not log a fault of its own."""
    before = len(server.server.log)
    yield server
    faults = [line for line in server.server.log[before:].splitlines() if '"level": "error"' in line]
    assert not faults, faults[0].replace("\\n", "\n")[-6000:]
