"""A large file is planned beside the others' acts and written at once: same rows, same facts, and nobody overtaken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assets.models import Asset
from core import facts, jobs, journal
from core.models import Event, EventFact, EventObject
from documents.intake import background, sessions
from documents.models import ImportSession
from org.reference import keep
from tests import base
from tests.base import Cast
from tests.documents.files import device, register, upload

pytestmark = pytest.mark.usefixtures("media")
ROWS = register(*(device(n, label="GW-000002" if n == 3 else None) for n in range(1, 8)))


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is read and applied by jobs."""
    monkeypatch.setattr(sessions, "INLINE_ROWS", -200)


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[bool]]:
    """``planned(act)``: ``act`` is done each time a file has been planned; returns whether each plan held."""

    def during(act: Callable[[int], Any]) -> list[bool]:
        held: list[bool] = []
        look = background.Staging.holds

        def holds(staging: Any) -> bool:
            held.append(look(staging))
            return held[-1]

        made = background.Staging.__init__

        def planning(staging: Any, *args: Any) -> None:
            made(staging, *args)
            act(len(held))

        monkeypatch.setattr(background.Staging, "holds", holds)
        monkeypatch.setattr(background.Staging, "__init__", planning)
        return held

    return during


def applying(cast: Cast, rows: Any, **more: Any) -> ImportSession:
    session = sessions.receive(upload(rows), **{"kind": "assets", "actor": cast.clerk, **more})
    jobs.run_due()
    sessions.apply(base.again(session), actor=cast.clerk, reason="Data awal")
    return session


def applied(cast: Cast, rows: Any, **more: Any) -> ImportSession:
    session = applying(cast, rows, **more)
    jobs.run_due()
    return base.again(session)


def rows_of(event: Event) -> list[tuple[Any, ...]]:
    """What an event has written of devices, without what is each one's own."""
    own = {"id", "created_at", "updated_at", "tag", "tag_key", "nibar", "nibar_key", "serial_number", "serial_key"}
    columns = [
        each.attname for each in Asset._meta.concrete_fields if each.attname not in {*own, "search_text", "model"}
    ]
    touched = EventObject.objects.filter(event=event, object_type="asset").values("object_id")
    return sorted(Asset.objects.filter(pk__in=touched).values_list(*columns), key=str)


def test_rows_made_ready_are_as_those_planned_under_the_lock(
    cast: Cast, tiny: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = applied(cast, ROWS)
    ready = Event.objects.latest("seq")
    assert (session.state, session.counts, ready.verb) == ("applied", {"new": 7}, "asset.imported")
    assert sorted(Asset.objects.values_list("tag", flat=True)) == [f"GW-00000{n}" for n in range(1, 8)]
    monkeypatch.setattr(background, "STAGED_AT_MOST", 0)
    applied(cast, register(*(device(n) for n in range(11, 18))))
    locked = Event.objects.latest("seq")
    assert rows_of(ready) == rows_of(locked) and len(rows_of(ready)) == 7
    assert [len(each.related) for each in (ready, locked)] == [7, 7]


def test_facts_made_beforehand_are_those_of_the_rows_as_stored(cast: Cast, tiny: None) -> None:
    applied(cast, ROWS)
    event, table = Event.objects.latest("seq"), facts.tables()["assets.asset"]
    told = {each.object_id: each for each in EventFact.objects.filter(event=event, object_type=table.label)}
    stored = {pk: dict(zip(table.columns, values, strict=True)) for pk, *values in facts.kept(table, list(told))}
    assert len(told) == 7
    for pk, values in stored.items():
        sealed = {name: table.sealed(name, value, told[pk].salt) for name, value in values.items()}
        assert told[pk].values == sealed
    assert isinstance(list(journal.verify())[-1], int)


def test_what_changes_is_written_with_what_is_new(cast: Cast, tiny: None) -> None:
    applied(cast, register(device(1), device(2)))
    session = applied(cast, register(device(1, kondisi="RR"), device(2), device(3)))
    assert session.counts == {"changed": 1, "same": 1, "new": 1}
    changed = Asset.objects.get(nibar="12.01.000001")
    assert (changed.condition, changed.version, changed.condition_reports.count()) == ("lightly_damaged", 2, 1)
    assert [each["id"] for each in Event.objects.latest("seq").changes["rows"]] == [changed.pk]
    assert isinstance(list(journal.verify())[-1], int)


class TestOvertaken:
    def test_others_acts_that_do_not_matter_leave_the_plan_as_it_is(self, cast: Cast, tiny: None, planned: Any) -> None:
        held = planned(lambda n: n or a_paper(cast))
        assert applied(cast, ROWS).counts == {"new": 7}
        assert held == [True]

    def test_a_device_entered_meanwhile_is_seen(self, cast: Cast, tiny: None, planned: Any) -> None:
        held = planned(
            lambda n: n or base.an_asset(cast, nibar="12.01.000004", serial_number="SN-00004", brand="Contoh")
        )
        session = applied(cast, ROWS)
        assert held == [False, True]
        assert (session.state, session.counts["new"], Asset.objects.count()) == ("applied", 6, 7)

    def test_a_number_taken_meanwhile_is_stepped_over(self, cast: Cast, tiny: None, planned: Any) -> None:
        held = planned(lambda n: n or base.an_asset(cast, nibar="99", serial_number="OTHER"))
        applied(cast, ROWS)
        assert held == [True]
        assert sorted(Asset.objects.values_list("tag", flat=True)) == [f"GW-00000{n}" for n in range(1, 9)]

    def test_who_is_overtaken_again_and_again_plans_under_the_lock(self, cast: Cast, tiny: None, planned: Any) -> None:
        held = planned(lambda n: moved(cast, n))
        assert applied(cast, ROWS).counts == {"new": 7}
        assert held == [False] * background.STAGED_AT_MOST
        assert Asset.objects.filter(nibar__startswith="12.01").count() == 7

    def test_a_right_that_ended_meanwhile_ends_the_import(self, cast: Cast, tiny: None, planned: Any) -> None:
        planned(lambda _n: cast.clerk.grants.all().delete())
        session = applied(cast, ROWS)
        assert session.state != "applied" and not Asset.objects.exists()


def a_paper(cast: Cast) -> Any:
    """Something that has nothing to do with devices."""
    return base.a_request(cast)


def moved(cast: Cast, number: int) -> None:
    """Something that every plan rests on."""
    keep(base.again(cast.hp), actor=cast.clerk, name=f"Smartphone {number}")
