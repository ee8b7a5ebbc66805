"""Of a device's past its next holder reads days, kinds and condition; no words, photos or persons."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from assets import inventories, past, register
from assets.models import Asset
from core import clock, journal
from core.files import store_image
from handing_over import fulfilment
from tests import base
from tests.api.cast import Cast
from tests.api.test_contract import problem
from tests.backoffice.desk import Desk, page, text

pytestmark = pytest.mark.usefixtures("media")

SECRET = "Rahasia"


def photo(by: Any) -> Any:
    """A small picture, as it is stored."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return store_image(SimpleUploadedFile("foto.png", out.getvalue(), "image/png"), actor=by)


def passed_on(cast: Cast) -> Asset:
    """A phone that Cibinong held, reported, lost, found, had repaired and counted, and that Kemang holds now."""
    asset, word = base.an_asset(cast.base), f"{SECRET} catatan"
    first, holder = base.delivered(cast.base, assets=[asset], to=cast.cibinong), cast.base.cibinong_admin
    register.report_condition(asset, actor=holder, condition="lightly_damaged", note=word, photo=[photo(holder)])
    register.mark_lost(asset, actor=cast.base.clerk, reason=f"{SECRET} alasan")
    register.mark_found(asset, actor=cast.base.clerk, reason=f"{SECRET} ketemu")
    register.start_repair(asset, actor=cast.base.clerk, workshop=f"{SECRET} bengkel")
    register.end_repair(asset, actor=cast.base.clerk, condition="good")
    register.correct(asset, actor=cast.base.clerk, note=f"{SECRET} pada perangkat", brand="Merek")
    count = base.an_inventory(cast.base, unit=cast.cibinong, devices=0)
    inventories.confirm(count.lines.get(), actor=holder, reason=word)
    base.returned(cast.base, [asset], by=holder)
    fulfilment.accept(asset.handover_items.latest("pk").handover, actor=cast.base.clerk)
    base.delivered(cast.base, assets=[asset], to=cast.kemang)
    Asset.objects.filter(pk=asset.pk).update(note="")
    assert first.number
    return asset


def test_the_next_holder_reads_days_kinds_and_condition(cast: Cast) -> None:
    asset = passed_on(cast)
    events = cast.kemang_admin.get(f"assets/{asset.pk}/history/?limit=100").json()["results"]
    own = asset.custodies.get(until=None).began_by.handover
    began = next(n for n, each in enumerate(events) if each["subject"] == {
        "type": "handover", "id": own.pk, "number": own.number})  # fmt: skip
    before, since = events[:began], events[began:]

    assert {"asset.condition_reported", "asset.lost", "asset.repair_started", "handover.accepted"} <= {
        each["verb"] for each in before
    }
    assert all(each["at"] and each["effective_at"] and each["hash"] for each in before)
    [reported] = [each for each in before if each["verb"] == "asset.condition_reported"]
    assert reported["changes"] == {"condition": ["good", "lightly_damaged"]}
    for each in before:
        assert (each["actor"], each["role"], each["reason"], each["request_id"]) == (None, "", "", ""), each
        assert each["subject"] == {"type": "asset", "id": asset.pk, "number": asset.tag}
        assert {other["id"] for other in each["related"] if other["type"] != "asset"} == set()
        assert set(each["changes"]) <= past.CONDITION_AND_DAYS | past.PLATE
    assert all(each["actor"] for each in since)


@pytest.mark.parametrize("path", ["history/", "", "../../condition-reports/", "../../inventories/", "../../events/"])
def test_no_words_numbers_or_persons_of_the_time_before(cast: Cast, path: str) -> None:
    asset = passed_on(cast)
    said = json.dumps(cast.kemang_admin.get(_under(asset, path)).json())
    assert SECRET not in said and cast.base.cibinong_admin.person.name not in said
    for each in asset.custodies.exclude(until=None):
        assert each.began_by.handover.number not in said


def _under(asset: Asset, path: str) -> str:
    return path.removeprefix("../../") if path.startswith("..") else f"assets/{asset.pk}/{path}"


def test_nor_on_the_pages(cast: Cast) -> None:
    asset, desk = passed_on(cast), Desk(cast.base)
    said = text(desk.get(cast.base.kemang_admin, page(asset)))
    assert SECRET not in said and "Cibinong" not in said and cast.base.cibinong_admin.person.name not in said
    assert "Unit lain" in said and "Kondisi dilaporkan" in said and "Dilaporkan hilang" in said
    report = asset.condition_reports.order_by("pk").first()
    assert desk.get(cast.base.kemang_admin, page(report)).status_code == 404
    for name in ("photo", "thumbnail"):
        address = reverse(f"admin:assets_conditionreport_{name}", args=[report.pk, report.photos.get().pk])
        assert desk.get(cast.base.kemang_admin, address).status_code == 404
        assert address not in desk.get(cast.base.kemang_admin, page(asset)).content.decode()
        assert desk.get(cast.base.clerk, address).status_code == 200


def test_nor_the_photo_of_the_former_unit(cast: Cast) -> None:
    asset = passed_on(cast)
    report = asset.condition_reports.order_by("pk").first()
    shown = f"photos/{report.photos.get().pk}/"
    for path in ("", shown, f"{shown}thumbnail/", "history/"):
        problem(cast.kemang_admin.get(f"condition-reports/{report.pk}/{path}", Accept="*/*"), 404)
        assert cast.clerk.get(f"condition-reports/{report.pk}/{path}", Accept="*/*").status_code == 200
    own = register.report_condition(asset, actor=cast.base.kemang_admin, condition="good", note="Milik kami")
    assert [row["id"] for row in cast.kemang_admin.get("condition-reports/").json()["results"]] == [own.pk]


@pytest.mark.parametrize("choice", ["actor_id={clerk}", "role=asset_clerk", "subject_type=handover", "search=BAST"])
def test_nobody_chooses_the_past_by_what_it_does_not_tell(cast: Cast, choice: str) -> None:
    asset = passed_on(cast)
    query = choice.format(clerk=cast.base.clerk.pk)
    rows = cast.kemang_admin.get(f"assets/{asset.pk}/history/?{query}").json()["results"]
    assert all(each["actor"] and each["role"] for each in rows)
    assert len(rows) < len(cast.clerk.get(f"assets/{asset.pk}/history/?{query}").json()["results"]) or not rows


def test_who_keeps_the_books_and_the_auditor_read_all_of_it(cast: Cast) -> None:
    asset = passed_on(cast)
    for caller in (cast.clerk, cast.auditor, cast.superuser):
        said = json.dumps(caller.get(f"assets/{asset.pk}/history/?limit=100").json())
        assert said.count(SECRET) >= 4, caller.user


def test_a_holder_reads_again_what_happened_while_it_held_the_device(cast: Cast) -> None:
    asset = passed_on(cast)
    base.returned(cast.base, [asset], by=cast.base.kemang_admin)
    fulfilment.accept(asset.handover_items.latest("pk").handover, actor=cast.base.clerk)
    base.delivered(cast.base, assets=[asset], to=cast.cibinong)
    said = json.dumps(cast.cibinong_admin.get(f"assets/{asset.pk}/history/?limit=100").json())
    assert f"{SECRET} alasan" in said and cast.base.kemang_admin.person.name not in said


def test_without_its_time_the_past_would_be_told(cast: Cast, monkeypatch) -> None:
    asset = passed_on(cast)
    monkeypatch.setattr(Asset, "spans", classmethod(lambda cls, user, ids: {}))
    assert SECRET in json.dumps(cast.kemang_admin.get(f"assets/{asset.pk}/history/?limit=100").json())


def test_a_count_tells_a_unit_nothing_of_what_others_hold(cast: Cast) -> None:
    base.delivered(cast.base, assets=[mine := base.an_asset(cast.base)], to=cast.kemang)
    base.delivered(cast.base, assets=[theirs := base.an_asset(cast.base)], to=cast.cibinong)
    count = inventories.open_inventory(unit=cast.root, due_on=clock.today(), actor=cast.base.clerk)
    inventories.close(count, actor=cast.base.clerk)
    path = f"inventories/{count.pk}/history/"
    said = json.dumps(cast.kemang_admin.get(path).json())
    assert mine.tag in said and theirs.tag not in said and "unanswered" not in said
    assert theirs.tag in json.dumps(cast.clerk.get(path).json())


def test_a_published_pledge_tells_its_public_reader_of_no_request_and_no_handover(cast: Cast) -> None:
    pledge = base.a_pledge(cast.base, promised=1)
    handover = base.delivered(cast.base, pledge_line=pledge.lines.get())
    path = f"pledges/{pledge.pk}/history/"
    for caller in (cast.cibinong_admin, cast.outsider):
        events = caller.get(path).json()["results"]
        assert {each["subject"]["type"] for each in events} == {"pledge"}
        assert handover.number not in json.dumps(events)
        problem(caller.get(f"handovers/{handover.pk}/"), 404)
    assert handover.number in json.dumps(cast.kemang_admin.get(path).json())
    whole = journal.history(pledge).count()
    for caller in (cast.auditor, cast.superuser):
        assert caller.get(path).json()["count"] == whole > 4
