"""Inventories: opened for a unit and what is under it, answered by the units, closed by the clerk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from assets import inventories
from assets.inventories import close, confirm, not_found, open_inventory
from assets.models import Asset, ConditionReport, Inventory, InventoryLine
from core import clock, journal
from core.errors import Conflict, DomainError, NotAllowed
from core.models import Event
from desks import worklists
from org.models import Role
from tests import base
from tests.api.cast import Caller
from tests.base import Cast, an_inventory, at, day, delivered, some_assets


def last() -> tuple[Event, dict]:
    event = Event.objects.select_related("private").latest("seq")
    return event, journal.opened(event, getattr(getattr(event, "private", None), "values", {}))[0]


def test_it_asks_for_every_device_that_the_unit_and_those_under_it_hold(cast: Cast) -> None:
    held = [*some_assets(cast, 2), *some_assets(cast, 1)]
    delivered(cast, assets=held[:2], to=cast.kemang)
    delivered(cast, assets=held[2:], to=cast.village)
    delivered(cast, to=cast.cibinong)
    base.an_asset(cast, unit=cast.kemang)  # on its books and held by nobody
    inventory = open_inventory(unit=cast.kemang, due_on=day("2026-03-31"), actor=cast.clerk, note="Semester I")
    asked = list(inventory.lines.order_by("pk").values_list("asset", "unit__code", "answer"))
    assert asked == [
        (each.pk, unit.code, "") for each, unit in zip(held, (cast.kemang, cast.kemang, cast.village), strict=True)
    ]
    assert (inventory.number, inventory.state) == ("IV-2026-0001", "open")
    event, changes = last()
    assert (event.verb, event.role, event.subject_number) == ("inventory.opened", "asset_clerk", inventory.number)
    assert changes == {"unit": [None, cast.kemang.code], "due_on": [None, "2026-03-31"], "devices": [None, 3]}
    assert journal.history(held[2]).latest("seq") == event


def test_it_is_opened_by_the_clerk_for_a_day_to_come_and_where_something_is_held(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered(cast, assets=some_assets(cast, 3))
    today = clock.today()
    for actor in (cast.kemang_admin, cast.kemang_head, cast.approver, cast.auditor):
        with pytest.raises(NotAllowed):
            open_inventory(unit=cast.kemang, due_on=today, actor=actor)
    for unit, due_on, field in ((cast.kemang, today - timedelta(days=1), "due_on"), (cast.cibinong, today, "unit")):
        with pytest.raises(DomainError) as refusal:
            open_inventory(unit=unit, due_on=due_on, actor=cast.clerk)
        assert refusal.value.faults[0].field == field
    monkeypatch.setattr(inventories, "MAX_LINES", 2)
    with pytest.raises(DomainError, match="kecamatan"):
        open_inventory(unit=cast.kemang, due_on=today, actor=cast.clerk)
    assert not Inventory.objects.exists()


def test_the_unit_answers_line_by_line_and_may_correct_itself_until_the_close(cast: Cast) -> None:
    first, second = an_inventory(cast, devices=2).lines.order_by("pk")
    confirm(first, actor=cast.kemang_admin)
    not_found(second, actor=cast.kemang_head, reason="Dicari di gudang")
    event, changes = last()
    assert (event.verb, event.role, changes) == (
        "inventory_line.not_found",
        "unit_head",
        {"answer": [None, "not_found"]},
    )
    second.refresh_from_db()
    assert (second.answer, second.note, second.answered_by) == ("not_found", "Dicari di gudang", cast.kemang_head)
    assert Asset.objects.get(pk=second.asset_id).lost_on is None
    with pytest.raises(Conflict):
        not_found(second, actor=cast.kemang_admin)
    confirm(second, actor=cast.kemang_admin, reason="Ternyata dibawa Camat")
    assert last()[1] == {"answer": ["not_found", "confirmed"]}
    assert Event.objects.filter(verb__startswith="inventory_line.").count() == 3


def test_a_condition_told_with_the_answer_becomes_a_report_in_the_same_act(cast: Cast) -> None:
    line = an_inventory(cast).lines.get()
    before = journal.head()[0]
    line = confirm(line, actor=cast.kemang_admin, condition="lightly_damaged", reason="Layar retak")
    report = ConditionReport.objects.get()
    assert line.report == report and report.unit == cast.kemang and report.note == "Layar retak"
    assert Asset.objects.get(pk=line.asset_id).condition == "lightly_damaged"
    event, changes = last()
    assert event.seq == before + 1
    assert changes == {"answer": [None, "confirmed"], "condition": ["good", "lightly_damaged"]}
    assert {each["type"] for each in event.related} == {"inventory", "asset", "condition_report"}


def test_only_who_speaks_for_the_unit_answers_and_never_who_opened(cast: Cast) -> None:
    line = an_inventory(cast).lines.get()
    base.grant(cast.clerk, role=Role.REQUESTER, unit=cast.kemang)
    for actor in (cast.cibinong_admin, cast.clerk2, cast.auditor, base.again(cast.clerk)):
        for verb in (confirm, not_found):
            with pytest.raises(NotAllowed):
                verb(line, actor=actor)
    assert not Event.objects.filter(verb__startswith="inventory_line.").exists()


def test_closing_refuses_nothing_and_names_what_is_missing(cast: Cast) -> None:
    inventory = an_inventory(cast, devices=3)
    first, second, third = inventory.lines.order_by("pk")
    confirm(first, actor=cast.kemang_admin)
    not_found(second, actor=cast.kemang_admin)
    with pytest.raises(NotAllowed):
        close(inventory, actor=cast.kemang_admin)
    assert close(inventory, actor=cast.clerk2).state == "closed"
    assert last()[1] == {
        "state": ["open", "closed"], "confirmed": [None, 1], "not_found": [None, [second.asset.tag]],
        "unanswered": [None, [third.asset.tag]],
    }  # fmt: skip
    for act in (
        lambda: close(inventory, actor=cast.clerk),
        lambda: confirm(third, actor=cast.kemang_admin),
        lambda: not_found(first, actor=cast.kemang_admin),
    ):
        with pytest.raises(Conflict):
            act()


def test_nobody_rewrites_what_was_asked_or_a_closed_answer(cast: Cast) -> None:
    inventory = an_inventory(cast)
    lines = InventoryLine.objects.filter(inventory=inventory)
    confirm(lines.get(), actor=cast.kemang_admin)
    other = base.an_asset(cast)
    for change in (
        lambda: Inventory.objects.update(due_on=day("2030-01-01")),
        lambda: lines.update(asset=other),
        lambda: lines._raw_delete("default"),
        lambda: Inventory.objects.all()._raw_delete("default"),
    ):
        guarded(change)
    lines.update(note="Boleh selagi terbuka")
    close(inventory, actor=cast.clerk)
    guarded(lambda: lines.update(answer="not_found"))
    guarded(lambda: lines.update(note="Diubah"))
    guarded(lambda: Inventory.objects.update(state="open", closed_at=None))


def guarded(change: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


def test_it_waits_at_the_unit_until_answered_and_then_at_the_clerk_s_desk(cast: Cast) -> None:
    inventory = an_inventory(cast)

    def desks() -> set[str]:
        users = {"unit": cast.kemang_admin, "head": cast.kemang_head, "clerk": cast.clerk, "other": cast.cibinong_admin}
        found = {name: worklists.worklist("inventories", base.again(user)) for name, user in users.items()}
        return {f"{name} due" for name, w in found.items() if inventory in w.due} | {
            f"{name} overdue" for name, w in found.items() if inventory in w.overdue
        }

    assert desks() == {"unit due", "head due"}
    with at(f"{inventory.due_on}T23:59:59"):
        assert desks() == {"unit due", "head due"}
    with at(f"{inventory.due_on + timedelta(days=1)}T00:00:00"):
        assert desks() == {"unit overdue", "head overdue", "clerk overdue"}
    confirm(inventory.lines.get(), actor=cast.kemang_admin)
    assert desks() == {"clerk due"}
    close(inventory, actor=cast.clerk)
    assert desks() == set()


# Over the API


def test_the_whole_way_over_the_api(cast: Cast, media) -> None:
    delivered(cast, assets=some_assets(cast, 2))
    delivered(cast, to=cast.cibinong)
    clerk, admin = Caller(cast.clerk), Caller(cast.kemang_admin)
    made = clerk.post("inventories/", {"unit": cast.root.pk, "due_on": "2026-03-31"})
    assert made.status_code == 201, made.content
    whole = made.json()
    assert (whole["devices"], whole["unanswered"], len(whole["lines"]), whole["actions"]) == (3, 3, 3, ["close"])

    mine = admin.get(whole["url"]).json()
    assert (mine["devices"], len(mine["lines"]), mine["actions"]) == (2, 2, [])
    [waiting] = admin.get("worklists/inventories/due/").json()["results"]
    assert (waiting["id"], waiting["unanswered"]) == (whole["id"], 2)
    assert admin.get("worklists/").json()["inventories"] == {"due": 1, "overdue": 0}

    first, second = mine["lines"]
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    photo = SimpleUploadedFile("x.png", picture.getvalue(), "image/png")
    answer = admin.form(f"{first['url']}confirm/", {"condition": "badly_damaged", "photo": photo})
    assert answer.status_code == 200, answer.content
    line = answer.json()
    assert (line["answer"], line["condition"], line["actions"]) == ("confirmed", "badly_damaged", ["not-found"])
    report = admin.get(line["condition_report"]["url"]).json()
    assert admin.get(report["photo"]).status_code == 200
    assert admin.post(f"{second['url']}not-found/", {"reason": "Tidak ada"}).json()["answer"] == "not_found"
    assert admin.get(f"{whole['url']}lines/?answer=not_found").json()["count"] == 1
    assert admin.post(f"{second['url']}confirm/", {"photo": "x"}).status_code == 400

    theirs = next(each for each in clerk.get(whole["url"]).json()["lines"] if each["unit"]["code"] == "32.01.01")
    assert admin.post(f"{theirs['url']}confirm/").status_code == 404
    closed = clerk.post(f"{whole['url']}close/").json()
    assert (closed["state"], closed["confirmed"], closed["not_found"], closed["unanswered"]) == ("closed", 1, 1, 1)
    assert admin.post(f"{second['url']}confirm/").status_code == 409
    assert clerk.post("inventories/", {"unit": cast.root.pk, "due_on": "2026-03-01"}).status_code == 400
