"""Devices in hand: what is scanned is ticked, its condition is said, and what is not in the store says where it is."""

from __future__ import annotations

import re
from typing import Any

import pytest

from assets import register
from assets.models import Asset, Handover
from backoffice.forms import problems_of
from requests_app.models import DeviceRequest
from tests.backoffice.desk import Desk, in_hand, links, text, verb_page
from tests.base import Cast, an_asset, asset_in, decided, delivered, user

SCAN = {"go": "scan", "handed_over_on": "2026-03-02"}


def asked(cast: Cast, **quantities: int) -> DeviceRequest:
    lines = [{"device_type": getattr(cast, kind), "quantity": n, "situation": "none"} for kind, n in quantities.items()]
    return decided(cast, lines=lines)


def issue(desk: Desk, request: DeviceRequest, fields: dict[str, Any] | None = None) -> Any:
    where = verb_page(request, "issue")
    return desk.get(desk.cast.clerk, where) if fields is None else desk.post(desk.cast.clerk, where, fields)


def ticked(response: Any) -> list[Asset]:
    return [row.asset for row in response.context["form"].used_rows]


def test_nothing_is_ticked_and_no_condition_said_beforehand(cast: Cast, desk: Desk) -> None:
    an_asset(cast)
    shown = issue(desk, asked(cast, hp=1)).content.decode()
    assert "taken" in shown and "condition" in shown and " checked" not in shown


@pytest.mark.parametrize("code", ["r58n 2201", "R58N-2201", "352099001761481", "35209900176148", " gw-aset ", "12.345"])
def test_a_code_that_stands_on_a_device_ticks_it(cast: Cast, desk: Desk, code: str) -> None:
    other = an_asset(cast)
    phone = an_asset(cast, serial_number="R58N-2201", imei_1="352099001761481", tag="GW-ASET", nibar="12345")
    shown = issue(desk, asked(cast, hp=1), {**SCAN, "code": code})
    assert ticked(shown) == [phone] and other.tag in text(shown)
    assert "perlu diperbaiki" not in text(shown)


def test_what_was_ticked_and_said_before_stays_with_the_next_scan(cast: Cast, desk: Desk) -> None:
    first, second = an_asset(cast), an_asset(cast, serial_number="R58N-2201")
    fields = {f"items-{first.pk}-taken": "on", f"items-{first.pk}-condition": "lightly_damaged"}
    shown = issue(desk, asked(cast, hp=2), {**SCAN, **fields, "code": "R58N-2201"})
    assert set(ticked(shown)) == {first, second}
    said = {row.asset: row["condition"].value() for row in shown.context["form"].used_rows}
    assert said == {first: "lightly_damaged", second: None}


@pytest.mark.parametrize(
    ("state", "where"),
    [
        ("issued", "dipakai Kecamatan Kemang"),
        ("held", "disiapkan untuk diserahkan"),
        ("in_repair", "dalam perbaikan"),
        ("lost", "hilang"),
        ("retired", "dihapus"),
    ],
)
def test_what_is_not_in_the_store_says_where_it_is(cast: Cast, desk: Desk, state: str, where: str) -> None:
    asset = asset_in(cast, state)
    shown = issue(desk, asked(cast, hp=1), {**SCAN, "code": asset.tag})
    assert f"{asset} tidak dapat diserahkan: {where}" in text(shown) and not ticked(shown)


def test_of_another_kind_unknown_or_damaged_is_said(cast: Cast, desk: Desk) -> None:
    request, tablet, broken = asked(cast, hp=1), an_asset(cast, device_type=cast.tablet), an_asset(cast)
    register.report_condition(broken, actor=cast.clerk, condition="badly_damaged")
    for code, said in (
        (tablet.tag, f"{tablet} adalah {cast.tablet}, yang tidak menunggu diserahkan pada usulan ini; kini di gudang"),
        ("SN-404", "SN-404: Tidak ada perangkat dengan label, nomor seri, IMEI atau NIBAR ini."),
        (broken.tag, f"{broken} tidak dapat diserahkan: di gudang {cast.diskominfo}, Rusak berat (RB)."),
    ):
        assert said in text(issue(desk, request, {**SCAN, "code": code}))


def test_another_kind_held_elsewhere_says_where_it_is_too(cast: Cast, desk: Desk) -> None:
    tablet = an_asset(cast, device_type=cast.tablet, serial_number="TAB-7")
    delivered(cast, assets=[tablet])
    said = text(issue(desk, asked(cast, hp=1), {**SCAN, "code": "TAB-7"}))
    assert f"TAB-7: {tablet} adalah {cast.tablet}" in said and "kini dipakai Kecamatan Kemang" in said


def test_a_wrong_scan_leaves_the_field_empty_for_the_next_and_says_what_was_scanned(cast: Cast, desk: Desk) -> None:
    phone, request = an_asset(cast, serial_number="R58N-1"), asked(cast, hp=1)
    for code in ("SN-404", "R58N-1"):
        shown = issue(desk, request, {**SCAN, "code": code})
        [field] = re.findall(r"<input[^>]* name=\"code\"[^>]*>", shown.content.decode())
        assert "value=" not in field and ("autofocus" in field) == (code == "SN-404")
    assert ticked(shown) == [phone]


def test_one_too_many_is_told_when_it_is_scanned(cast: Cast, desk: Desk) -> None:
    first, _second = an_asset(cast), an_asset(cast, serial_number="R58N-2")
    fields = {f"items-{first.pk}-taken": "on", f"items-{first.pk}-condition": "good"}
    shown = issue(desk, asked(cast, hp=1), {**SCAN, **fields, "code": "R58N-2"})
    assert "R58N-2" in text(shown) and f"tidak ada lagi {cast.hp} yang disetujui" in text(shown)
    assert ticked(shown) == [first]


def test_what_is_wrong_is_told_in_the_order_of_the_page_and_names_a_device_once(cast: Cast, desk: Desk) -> None:
    devices = [an_asset(cast), an_asset(cast)]
    refused = issue(desk, asked(cast, hp=1), in_hand(*devices))
    assert f"{devices[1]}: {devices[1]}" not in text(refused) and f"{devices[1]}: tidak ada lagi" in text(refused)
    fields = in_hand(devices[0], condition="x") | {"handed_over_on": "x", "code": "SN-404"}
    told = problems_of(issue(desk, asked(cast, hp=1), fields).context["form"])
    assert told and [each.split(":")[0].split(",")[0] for _address, each in told.fields] == [
        "Pindai atau ketik label", str(devices[0]), "Tanggal serah terima",
    ]  # fmt: skip


def test_a_device_out_of_sight_is_as_unknown_as_none(cast: Cast, desk: Desk) -> None:
    elsewhere = an_asset(cast, serial_number="R58N-9")
    keeper = user(username="gudang-kemang", unit=cast.kemang, roles=("asset_clerk",))
    where = verb_page(asked(cast, hp=1), "issue")
    assert "Tidak ada perangkat dengan label" in text(desk.post(keeper, where, {**SCAN, "code": "R58N-9"}))
    assert elsewhere.tag not in text(desk.get(keeper, where))


def test_a_ticked_device_without_its_condition_is_asked_for_it_and_nothing_is_lost(cast: Cast, desk: Desk) -> None:
    asset, request = an_asset(cast), asked(cast, hp=1)
    fields = {f"items-{asset.pk}-taken": "on", "handed_over_on": "2026-03-02", "accessories": "Dus, charger"}
    refused = issue(desk, request, fields)
    assert refused.status_code == 400 and "Pilih kondisi perangkat ini." in text(refused)
    assert ticked(refused) == [asset] and "Dus, charger" in refused.content.decode()
    none = issue(desk, request, {"handed_over_on": "2026-03-02"})
    assert none.status_code == 400 and "Pindai atau centang perangkat yang diserahkan." in text(none)
    assert not Handover.objects.exists()


def test_all_lines_of_a_request_go_on_one_paper(cast: Cast, desk: Desk) -> None:
    request = asked(cast, hp=2, tripod=1)
    phones, tripod = [an_asset(cast), an_asset(cast)], an_asset(cast, device_type=cast.tripod)
    assert issue(desk, request, in_hand(*phones, tripod)).status_code == 302
    paper = Handover.objects.get()
    assert {item.asset for item in paper.items.all()} == {*phones, tripod}
    assert not request.lines.to_issue().exists()


def test_the_condition_said_is_the_device_s(cast: Cast, desk: Desk) -> None:
    asset = an_asset(cast)
    assert issue(desk, asked(cast, hp=1), in_hand(asset, condition="lightly_damaged")).status_code == 302
    asset.refresh_from_db()
    assert asset.condition == "lightly_damaged"


def test_one_more_than_approved_is_named_and_nothing_handed_over(cast: Cast, desk: Desk) -> None:
    request, devices = asked(cast, hp=1, tripod=1), [an_asset(cast), an_asset(cast)]
    refused = issue(desk, request, in_hand(*devices))
    assert refused.status_code == 400 and f"{devices[1]}: tidak ada lagi" in text(refused)
    assert not Handover.objects.exists()


def test_the_receiver_sees_what_came_before_confirming_and_ticks_it(cast: Cast, desk: Desk) -> None:
    asset = an_asset(cast, serial_number="R58N-2201", imei_1="352099001761481")
    issue(desk, asked(cast, hp=1), {**in_hand(asset), "accessories": "Dus, charger"})
    handover = Handover.objects.get()
    shown = desk.get(cast.kemang_admin, verb_page(handover, "accept"))
    said = text(shown)
    assert "Seri R58N-2201" in said and "IMEI 352099001761481" in said and "Kelengkapan: Dus, charger" in said
    assert "BAST (PDF)" in said and " checked" not in shown.content.decode()
    unsaid = desk.act(cast.kemang_admin, handover, "accept", received_on="2026-03-02")
    assert unsaid.status_code == 400 and 'id="id_items_error"' in unsaid.content.decode()


def test_five_in_a_row_are_two_presses_each_beside_the_evidence(cast: Cast, desk: Desk) -> None:
    """Send the form, then "Berikutnya", which leads to the next form of the queue; 25 clicks and 25 pages before."""
    devices = [an_asset(cast) for _ in range(5)]
    requests = [asked(cast, hp=1), asked(cast, hp=1), *(decided(cast, unit=cast.cibinong) for _ in range(3))]
    where, pages, served = f"{verb_page(requests[0], 'issue')}?desk=requests", 1, []
    for left, asset in zip(range(4, -1, -1), devices, strict=True):
        sent = desk.post(cast.clerk, where, in_hand(asset))
        assert sent.status_code == 302, text(sent)
        after = desk.get(cast.clerk, sent["Location"])
        served.append(where)
        onward = [each for each in links(after) if each.endswith("/do/issue/?desk=requests")]
        assert len(set(onward)) == min(left, 1)
        pages += 1 + len(set(onward))
        where = onward[0] if onward else ""
    assert served == [f"{verb_page(each, 'issue')}?desk=requests" for each in requests]
    assert Handover.objects.count() == 5 and pages == 10
