"""Lists: one literal number of queries however many rows, columns in words, filters and pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from assets import register
from assets.models import (
    Asset,
    ConditionReport,
    DeviceType,
    Handover,
    Inventory,
    InventoryLine,
    ItemCode,
    StandardPrice,
)
from backoffice.admin import site
from backoffice.templatetags.backoffice import searched
from core.models import Event
from org.models import Grant, Person, Tenure, Unit, User
from pledges.models import DeadlineRevision, Pledge
from requests_app.models import DeviceRequest
from tests.api.cast import Caller
from tests.backoffice.desk import Desk, listing, text
from tests.base import Cast, a_pledge, an_asset, an_inventory, asset_in, at, day, decided, delivered, revised, submitted
from tests.base import user as an_account


def _request(cast: Cast) -> None:
    decided(cast), delivered(cast)


def _revision(cast: Cast) -> None:
    revised(cast, a_pledge(cast, original_due_on=day("2026-01-31")), to=day("2026-06-30"))


def _account(cast: Cast) -> None:
    an_account(username=f"akun{User.objects.count()}", unit=cast.kemang, roles=("viewer",))


# model -> who looks, what makes one more row, queries of the page
LISTS: dict[Any, tuple[str, Callable[[Cast], Any], int]] = {
    DeviceRequest: ("verifier", _request, 12),
    Asset: ("clerk", lambda cast: asset_in(cast, "issued"), 11),
    Handover: ("clerk", delivered, 10),
    Pledge: ("decider", a_pledge, 7),
    DeadlineRevision: ("decider", _revision, 7),
    ConditionReport: ("clerk", lambda cast: asset_in(cast, "issued", condition="lightly_damaged"), 7),
    Inventory: ("clerk", an_inventory, 8),
    InventoryLine: ("clerk", an_inventory, 7),
    Event: ("auditor", submitted, 10),
    Person: ("user_admin", _account, 8),
    User: ("user_admin", _account, 8),
    Grant: ("user_admin", _account, 7),
    Unit: ("verifier", lambda cast: Unit.objects.create(
        code=f"32.01.{20 + Unit.objects.count()}", name="Baru", kind="district", parent=cast.root), 6),
    DeviceType: ("verifier", lambda cast: DeviceType.objects.create(
        code=f"alat_{DeviceType.objects.count()}", name="Alat", family=cast.hp.family), 7),
}  # fmt: skip


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_a_list_asks_the_database_as_often_for_three_rows_as_for_one(cast: Cast, desk: Desk, model: Any) -> None:
    who, make, expected = LISTS[model]
    make(cast)
    user = getattr(cast, who)
    desk.get(user, listing(model))
    counted = []
    for more in (0, 2):
        for _ in range(more):
            make(cast)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(user, listing(model)).status_code == 200
        counted.append(len(queries))
    assert counted == [expected, expected], model


def test_a_request_s_row_says_its_devices_its_state_its_desk_and_its_age(cast: Cast, desk: Desk) -> None:
    with at("2026-02-20"):
        submitted(cast)
    row = text(desk.get(cast.verifier, listing(DeviceRequest)))
    assert "1 Smartphone" in row
    assert "Menunggu tanda tangan Camat" in row
    assert "di meja Camat" in row
    assert "10 hari" in row


def test_a_device_s_row_says_who_holds_it_and_how_it_fares(cast: Cast, desk: Desk) -> None:
    asset_in(cast, "issued", condition="lightly_damaged")
    row = text(desk.get(cast.clerk, listing(Asset)))
    assert "Kecamatan Kemang" in row and "Dipakai" in row and "Rusak ringan (RR)" in row


def test_the_filters_of_requests_narrow_the_list(cast: Cast, desk: Desk) -> None:
    one, two = submitted(cast), submitted(cast, unit=cast.cibinong)
    decided(cast)
    for query, expected in (
        ({"unit": "32.01.01"}, [two.number]), ({"state": "submitted", "unit": "32.01.12"}, [one.number]),
        ({"q": "cibinong"}, [two.number]),
    ):  # fmt: skip
        seen = text(desk.get(cast.verifier, listing(DeviceRequest), **query))
        assert all(number in seen for number in expected)
        assert "1 baris" in seen
    done = text(desk.get(cast.verifier, listing(DeviceRequest), desk="requests"))
    assert "Tidak ada lagi yang menunggu Anda di antrean ini" in done
    assert "1 baris" in text(desk.get(cast.kemang_head, listing(DeviceRequest), desk="requests"))


@pytest.mark.parametrize("state", ["in_stock", "issued", "held", "in_repair", "lost", "retired"])
def test_devices_are_found_by_their_state(cast: Cast, desk: Desk, state: str) -> None:
    for each in ("in_stock", "issued", "held", "in_repair", "lost", "retired"):
        asset_in(cast, each)
    assert "1 baris" in text(desk.get(cast.clerk, listing(Asset), state=state))


def test_pledges_are_found_by_their_status(cast: Cast, desk: Desk) -> None:
    a_pledge(cast), a_pledge(cast, original_due_on=day("2026-02-27")), a_pledge(cast, original_due_on=day("2026-12-31"))
    for status, number in (("dangling", 1), ("overdue", 1), ("on_track", 1), ("late", 2)):
        assert f"{number} baris" in text(desk.get(cast.outsider, listing(Pledge), status=status)), status
    assert "Tidak ada yang cocok" in text(desk.get(cast.outsider, listing(Pledge), status="kept"))


@pytest.mark.parametrize(
    ("model", "path", "term"),
    [
        (Handover, "handovers", "GW-SATU"), (Handover, "handovers", "kemang gw-satu"),
        (Handover, "handovers", "titipan"),
        (ConditionReport, "condition-reports", "GW-SATU"), (ConditionReport, "condition-reports", "r58n30xyz retak"),
        (Asset, "assets", "gw-satu R58N"),
    ],
)  # fmt: skip
def test_a_search_finds_on_the_page_what_it_finds_in_the_api(
    cast: Cast, desk: Desk, model: Any, path: str, term: str
) -> None:
    known = an_asset(cast, tag="GW-SATU", serial_number="R58N30XYZ")
    register.report_condition(known, actor=cast.clerk, condition="good", note="Layar retak")
    delivered(cast, assets=[known, an_asset(cast)], note="Titipan")
    delivered(cast)
    asset_in(cast, "issued", condition="lightly_damaged")
    assert "1 baris" in text(desk.get(cast.clerk, listing(model), q=term))
    assert Caller(cast.clerk).get(f"{path}/?search={term}").json()["count"] == 1


def test_a_long_list_has_pages(cast: Cast, desk: Desk) -> None:
    for _ in range(26):
        an_asset(cast)
    first, second = (text(desk.get(cast.clerk, listing(Asset), p=page)) for page in ("1", "2"))
    assert "Halaman 1 Halaman 2 Berikutnya" in first and "Sebelumnya Halaman 1 Halaman 2" in second
    assert "GW-000001" in second and "GW-000001" not in first
    assert desk.get(cast.clerk, listing(Asset), p="3").status_code == 400


def test_an_empty_list_says_what_to_do_next(cast: Cast, desk: Desk) -> None:
    seen = text(desk.get(cast.kemang_admin, listing(DeviceRequest)))
    assert "Belum ada usulan di sini" in seen and "+ Ajukan perangkat" in seen
    assert "Ajukan perangkat" not in text(desk.get(cast.viewer, listing(DeviceRequest)))


def test_every_search_says_what_it_looks_through(cast: Cast, desk: Desk) -> None:
    shown: dict[Any, Any] = dict(site._registry)
    said = {model: str(searched(each)) for model, each in shown.items() if each.search_fields}
    assert (said[Tenure], said[Grant]) == ("Cari jabatan, pemangku", "Cari pengguna, unit")
    assert all(each.startswith("Cari ") and "_" not in each for each in said.values()), said
    assert 'placeholder="Cari jabatan, pemangku"' in desk.get(cast.superuser, listing(Tenure)).content.decode()


@pytest.mark.parametrize(("model", "code"), [(ItemCode, "1.3.2.10.01.02.002"), (StandardPrice, "5.2.02.10.01.0002")])
def test_a_wrong_code_is_answered_with_the_form_of_a_right_one(model: type[Model], code: str) -> None:
    column: Any = model._meta.get_field("code" if model is ItemCode else "account_code")
    with pytest.raises(ValidationError, match=re.escape(code)):
        column.run_validators("abc")
    column.run_validators(code)
