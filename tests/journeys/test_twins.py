"""One identity is entered once, however many enter it at the same moment and however they spell it."""

from __future__ import annotations

import json

import pytest

from tests.journeys.racing import at_once, by_status, codes
from tests.journeys.world import populated
from tests.server import running

CLIENTS = 20


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("serial_number", ("KEMBAR-0091", "kembar 0091", "\uff2bEMBAR0091", "KEM\u200bBAR\u20100091")),
        ("imei_1", ("490154203237518", "49-015420-323751-8", "49015420323751", "490154203237518")),
        ("nibar", ("12.01.32.01.0091", "1201 3201 0091", "120132010091", "12-01-32-01-0091")),
        ("tag", ("KBR-0091", "kbr0091", "kbr 0091", "\uff2bBR-0091")),
    ],
)
def test_of_twenty_who_enter_one_device_one_is_let_in(world, name, spellings):
    body = {"device_type": world.tripod, "unit": world.diskominfo, "brand": "Contoh"}
    calls = [
        lambda n=n: world["pengurus"].call("POST", "assets/", {**body, name: spellings[n % len(spellings)]})
        for n in range(CLIENTS)
    ]
    answers = at_once(calls)

    assert by_status(answers) == {201: 1, 409: CLIENTS - 1}
    assert codes(answers, 409) == {"already_used"}
    assert {error["field"] for a in answers if a.status == 409 for error in a.json()["errors"]} == {name}


@pytest.mark.servers
def test_the_race_is_lost_when_the_guards_are_taken_away():
    """With the writer's lock the second is refused with words, without it by the index; without both there are two."""
    with running(start=False, template=populated()[0]) as server:
        found = json.loads(server.shell("from tests.journeys.twins import compare; compare()"))
    assert found == {
        "guarded": {"entered": 1, "refused": ["already_used"]},
        "without the lock": {"entered": 1, "refused": ["IntegrityError"]},
        "nothing": {"entered": 2, "refused": []},
    }
