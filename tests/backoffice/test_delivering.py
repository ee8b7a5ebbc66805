"""One delivery to many units: each device goes to who waits for it, in one act, or nothing goes anywhere."""

from __future__ import annotations

import re
from typing import Any

import pytest

from assets import register
from assets.models import Asset, Handover
from core.models import Event
from handing_over import issuing
from handing_over.items import Item
from requests_app import filing
from requests_app.models import DeviceRequest
from tests.backoffice.desk import Desk, in_hand, links, text
from tests.base import Cast, a_line, again, an_asset, asset_in, decided, user

QUEUE = "/admin/requests_app/devicerequest/?desk=requests"
MANY = "/admin/requests_app/devicerequest/many/issue/?desk=requests"
SCAN = {"go": "scan"}


@pytest.fixture
def waiting(cast: Cast) -> list[DeviceRequest]:
    """Approved: two phones for Kemang, then a phone and a tripod for Cibinong."""
    return [
        decided(cast, lines=[a_line(cast, quantity=2)]),
        decided(cast, unit=cast.cibinong, lines=[a_line(cast), a_line(cast, device_type=cast.tripod)]),
    ]


def rows(*requests: DeviceRequest) -> list[str]:
    return [f"{each.pk}.{again(each).version}" for each in requests]


def deliver(desk: Desk, requests: list[DeviceRequest], fields: dict[str, Any], by: Any = None) -> Any:
    """``fields`` sent for these requests as they are now."""
    return desk.post(by or desk.cast.clerk, MANY, {"row": rows(*requests), **fields})


def went(handover: Handover) -> set[Asset]:
    return {item.asset for item in handover.items.all()}


def goes_to(response: Any) -> dict[Asset, str]:
    """For whom each device in hand is, as the page shows it."""
    form = response.context["form"]
    return {row.asset: dict(row.fields["line"].choices)[row["line"].value()] for row in form.used_rows}


def test_the_queue_offers_it_and_nothing_is_ticked_beforehand(
    cast: Cast, desk: Desk, waiting: list[DeviceRequest]
) -> None:
    an_asset(cast)
    assert 'formaction="/admin/requests_app/devicerequest/many/issue/"' in desk.get(cast.clerk, QUEUE).content.decode()
    shown = desk.client(cast.clerk).get(MANY, {"row": rows(*waiting)})
    said = text(shown)
    assert "Serahkan perangkat: 2 baris" in said
    for request, receiver in zip(waiting, (cast.rani, cast.cibinong_admin.person), strict=True):
        assert f"{request.unit} · {request} Diserahkan kepada: {receiver}" in said
    checked = re.findall(r"<input[^>]* checked[^>]*>", shown.content.decode())
    assert len(checked) == 2 and all('name="row"' in each for each in checked)


def test_each_scan_goes_to_the_first_that_waits_for_its_type(
    cast: Cast, desk: Desk, waiting: list[DeviceRequest]
) -> None:
    phones = [an_asset(cast, serial_number=f"R58N-{n}") for n in range(4)]
    tripod = an_asset(cast, device_type=cast.tripod)
    kemang, cibinong = (f"{each.unit} · {each}" for each in waiting)
    fields: dict[str, Any] = {}
    for code, asset, unit in (
        ("r58n 0", phones[0], kemang), (tripod.tag, tripod, cibinong), ("R58N-1", phones[1], kemang),
        ("R58N-2", phones[2], cibinong),
    ):  # fmt: skip
        shown = deliver(desk, waiting, {**fields, **SCAN, "code": code})
        assert goes_to(shown)[asset] == unit
        for row in shown.context["form"].used_rows:
            fields |= {row["taken"].html_name: "on", row["line"].html_name: row["line"].value()}
    shown = deliver(desk, waiting, {**fields, **SCAN, "code": "R58N-3"})
    assert phones[3] not in goes_to(shown) and f"tidak ada lagi {cast.hp} yang disetujui" in text(shown)
    assert not Handover.objects.exists()


def test_one_act_makes_a_paper_for_each_in_the_name_of_its_receiver(
    cast: Cast, desk: Desk, waiting: list[DeviceRequest]
) -> None:
    phones, tripod = [an_asset(cast) for _ in range(3)], an_asset(cast, device_type=cast.tripod)
    events = Event.objects.count()
    sent = deliver(desk, waiting, {
        **in_hand(*phones, tripod), "accessories": "Dus", f"items-{tripod.pk}-accessories": "Tas",
        f"items-{phones[0].pk}-condition": "lightly_damaged",
    })  # fmt: skip
    assert sent.status_code == 302 and sent["Location"] == QUEUE, text(sent)
    kemang, cibinong = Handover.objects.order_by("pk")
    assert [each.recipient_unit for each in (kemang, cibinong)] == [cast.kemang, cast.cibinong]
    assert [each.recipient for each in (kemang, cibinong)] == [cast.rani, cast.cibinong_admin.person]
    assert (went(kemang), went(cibinong)) == ({*phones[:2]}, {phones[2], tripod})
    assert kemang.number and cibinong.number and kemang.number != cibinong.number
    said = {item.asset: (item.condition, item.accessories) for item in (*kemang.items.all(), *cibinong.items.all())}
    assert said == {
        phones[0]: ("lightly_damaged", "Dus"), phones[1]: ("good", "Dus"), phones[2]: ("good", "Dus"),
        tripod: ("good", "Tas"),
    }  # fmt: skip
    made = Event.objects.filter(verb="handover.handed_over")
    assert {each.subject_id for each in made} == {kemang.pk, cibinong.pk} and Event.objects.count() == events + 2
    assert not any(each.lines.to_issue().exists() for each in waiting)


def test_all_papers_are_printed_in_one_go(cast: Cast, desk: Desk, waiting: list[DeviceRequest]) -> None:
    deliver(desk, waiting, in_hand(an_asset(cast), an_asset(cast), an_asset(cast)))
    after = desk.get(cast.clerk, QUEUE)
    assert "2 baris: Serah terima tercatat. Cetak BAST" in text(after)
    [printing] = {each for each in links(after) if "/handover/print/document/" in each}
    paper = desk.get(cast.clerk, printing)
    assert paper.status_code == 200 and paper["Content-Type"] == "application/pdf"
    assert "BAST (2).pdf" in paper["Content-Disposition"]


def test_a_device_is_moved_to_another_that_waits(cast: Cast, desk: Desk, waiting: list[DeviceRequest]) -> None:
    first, second = an_asset(cast), an_asset(cast)
    line = waiting[1].lines.get(device_type=cast.hp)
    assert deliver(desk, waiting, {**in_hand(first, second), f"items-{first.pk}-line": str(line.pk)}).status_code == 302
    papers = {each.recipient_unit: went(each) for each in Handover.objects.all()}
    assert papers == {cast.cibinong: {first}, cast.kemang: {second}}


def test_more_than_a_unit_waits_for_is_named_and_nothing_goes_anywhere(
    cast: Cast, desk: Desk, waiting: list[DeviceRequest]
) -> None:
    phones, tripod = [an_asset(cast) for _ in range(3)], an_asset(cast, device_type=cast.tripod)
    line = waiting[1].lines.get(device_type=cast.hp)
    chosen = {f"items-{each.pk}-line": str(line.pk) for each in phones[:2]}
    refused = deliver(desk, waiting, {**in_hand(*phones, tripod), **chosen})
    assert refused.status_code == 400
    assert f"{phones[1]}: {cast.cibinong} tidak menunggu {cast.hp} lagi pada usulan itu." in text(refused)
    refused = deliver(desk, waiting, in_hand(*phones, an_asset(cast), tripod))
    assert refused.status_code == 400 and f"tidak ada lagi {cast.hp} yang disetujui" in text(refused)
    assert not Handover.objects.exists()


def test_a_chosen_request_without_a_device_is_named(cast: Cast, desk: Desk, waiting: list[DeviceRequest]) -> None:
    phone = an_asset(cast)
    refused = deliver(desk, waiting, in_hand(phone))
    assert refused.status_code == 400
    assert f"{waiting[1]} · {cast.cibinong}: Belum ada perangkat yang dipindai atau dicentang" in text(refused)
    assert not Handover.objects.exists()
    assert [(each["pk"], each["ticked"]) for each in refused.context["rows"]] == [
        (waiting[0].pk, True), (waiting[1].pk, False),
    ]  # fmt: skip
    assert deliver(desk, waiting[:1], in_hand(phone)).status_code == 302


def test_a_ticked_device_without_its_condition_is_asked_for_it(
    cast: Cast, desk: Desk, waiting: list[DeviceRequest]
) -> None:
    phone, said = an_asset(cast), an_asset(cast)
    refused = deliver(desk, waiting[:1], {**in_hand(said), f"items-{phone.pk}-taken": "on", "accessories": "Dus"})
    assert refused.status_code == 400 and "Pilih kondisi perangkat ini." in text(refused)
    assert set(goes_to(refused)) == {phone, said} and 'value="Dus"' in refused.content.decode()
    none = deliver(desk, waiting, {"handed_over_on": "2026-03-02"})
    assert none.status_code == 400 and "Pindai atau centang perangkat yang diserahkan." in text(none)
    assert not Handover.objects.exists()


@pytest.mark.parametrize(
    ("state", "where"),
    [("issued", "dipakai Kecamatan Kemang"), ("held", "disiapkan untuk diserahkan"), ("in_repair", "dalam perbaikan")],
)
def test_a_scanned_serial_that_is_not_in_the_store_says_where_it_is(
    cast: Cast, desk: Desk, waiting: list[DeviceRequest], state: str, where: str
) -> None:
    asset = asset_in(cast, state)
    shown = deliver(desk, waiting, {**SCAN, "code": asset.tag})
    assert f"{asset} tidak dapat diserahkan: {where}" in text(shown) and not goes_to(shown)


def test_a_device_that_left_the_store_meanwhile_is_no_longer_offered(
    cast: Cast, desk: Desk, waiting: list[DeviceRequest]
) -> None:
    phone, gone = an_asset(cast), an_asset(cast)
    register.mark_lost(gone, actor=cast.clerk, reason="Tidak ditemukan")
    refused = deliver(desk, waiting[:1], in_hand(gone))
    assert refused.status_code == 400 and not Handover.objects.exists()
    assert phone.tag in text(refused) and gone.tag not in text(refused)


def test_a_foreign_row_is_named_and_nothing_goes_anywhere(cast: Cast, desk: Desk, waiting: list[DeviceRequest]) -> None:
    keeper = user(username="gudang-kemang", unit=cast.kemang, roles=("asset_clerk",))
    phone = an_asset(cast, unit=cast.kemang)
    refused = deliver(desk, waiting, in_hand(phone), by=keeper)
    assert refused.status_code == 404 and f"Baris {waiting[1].pk}: Tidak ditemukan." in text(refused)
    assert str(waiting[1]) not in text(refused) and cast.cibinong.name not in text(refused)
    assert not Handover.objects.exists()


def boxes(response: Any) -> dict[int, str]:
    """Of each row that can be ticked, by id, whether it is."""
    found = re.findall(r'<input[^>]* name="row" value="(\d+)\.\d+"([^>]*)>', response.content.decode())
    return {int(pk): said.strip() for pk, said in found}


def test_what_cannot_be_served_now_is_named_when_the_page_is_drawn_and_takes_no_scan(
    cast: Cast, desk: Desk, waiting: list[DeviceRequest]
) -> None:
    served, withdrawn, live = decided(cast), decided(cast), waiting[0]
    phone = an_asset(cast, serial_number="R58N-1")
    shown = rows(served, withdrawn, live)
    issuing.issue(served, actor=cast.clerk2, items=[Item(an_asset(cast), condition="good")])
    filing.withdraw(withdrawn, actor=cast.kemang_admin, reason="Sudah punya")
    drawn = desk.client(cast.clerk).get(MANY, {"row": shown})
    said = text(drawn)
    assert "Sebagian tidak dapat dikerjakan sekarang" in said and cast.clerk2.person.name in said
    assert f"{served} · {served.unit}: Tindakan ini tidak berlaku" in said
    assert f"{withdrawn} · {withdrawn.unit}:" in said
    assert boxes(drawn) == {served.pk: "disabled", withdrawn.pk: "disabled", live.pk: "checked"}
    scan = desk.post(cast.clerk, MANY, {"row": shown, **SCAN, "code": "R58N-1"})
    assert goes_to(scan) == {phone: f"{live.unit} · {live}"}


def test_where_nothing_can_be_done_there_is_no_button(cast: Cast, desk: Desk, waiting: list[DeviceRequest]) -> None:
    served = decided(cast)
    issuing.issue(served, actor=cast.clerk2, items=[Item(an_asset(cast), condition="good")])
    verify = MANY.replace("issue", "verify")
    for who, where, ids in ((cast.clerk, MANY, [served.pk]), (cast.kemang_admin, verify, [waiting[0].pk])):
        drawn = desk.client(who).get(where, {"row": ids})
        assert drawn.status_code == 200 and "Tidak satu pun dari yang dipilih" in text(drawn)
        assert 'type="submit">' + str(drawn.context["verb"].label) not in drawn.content.decode()
        assert boxes(drawn) == {} and "Tidak ada perangkat jenis ini di gudang" not in text(drawn)


def test_what_changed_since_the_list_was_read_is_named_and_may_be_ticked_again(
    cast: Cast, desk: Desk, waiting: list[DeviceRequest]
) -> None:
    shown = rows(*waiting)
    issuing.issue(waiting[0], actor=cast.clerk2, items=[Item(an_asset(cast), condition="good")])
    drawn = desk.client(cast.clerk).get(MANY, {"row": shown})
    assert "Sudah berubah sejak Anda membacanya" in text(drawn)
    assert boxes(drawn) == {waiting[0].pk: "", waiting[1].pk: "checked"}
    assert f'value="{rows(waiting[0])[0]}"' in drawn.content.decode()


def test_who_comes_after_another_clerk_reads_who_handed_over_when_and_does_the_rest(
    cast: Cast, desk: Desk, waiting: list[DeviceRequest]
) -> None:
    phones, tripod, shown = [an_asset(cast) for _ in range(4)], an_asset(cast, device_type=cast.tripod), rows(*waiting)
    first = [Item(each, condition="good") for each in phones[:2]]
    issuing.issue(waiting[0], actor=cast.clerk2, items=first)
    line = waiting[1].lines.get(device_type=cast.hp)
    mine = {**in_hand(phones[2], tripod), f"items-{phones[2].pk}-line": str(line.pk)}
    refused = desk.post(cast.clerk, MANY, {"row": shown, **mine})
    assert refused.status_code == 412
    said = text(refused)
    assert f"{waiting[0]} · {waiting[0].unit}" in said and cast.clerk2.person.name in said and "2 Mar 2026" in said
    assert [each["ticked"] for each in refused.context["rows"]] == [False, True]
    assert Handover.objects.count() == 1
    assert desk.post(cast.clerk, MANY, {"row": shown[1:], **mine}).status_code == 302
    assert {each.recipient_unit for each in Handover.objects.all()} == {cast.kemang, cast.cibinong}


def test_a_device_of_a_request_that_is_ruled_out_is_named_too(
    cast: Cast, desk: Desk, waiting: list[DeviceRequest]
) -> None:
    phones, shown = [an_asset(cast) for _ in range(2)], rows(*waiting)
    issuing.issue(waiting[0], actor=cast.clerk2, items=[Item(an_asset(cast), condition="good")])
    lines = [each.lines.get(device_type=cast.hp) for each in waiting]
    fields = in_hand(*phones) | {f"items-{a.pk}-line": str(b.pk) for a, b in zip(phones, lines, strict=True)}
    refused = desk.post(cast.clerk, MANY, {"row": shown, **fields})
    assert refused.status_code == 412
    wrong = {row.asset for row in refused.context["form"].used_rows if row.errors}
    assert wrong == {phones[0]}
    left = desk.post(cast.clerk, MANY, {"row": shown[1:], **fields})
    assert left.status_code == 400 and "Usulan itu tidak ikut diserahkan." in text(left)
    assert Handover.objects.count() == 1


def test_five_units_are_two_presses_beside_the_evidence(cast: Cast, desk: Desk) -> None:
    """Choose them and send; before, each had a page, a press to send and one to go on: ten."""
    requests = [decided(cast), *(decided(cast, unit=cast.cibinong) for _ in range(4))]
    devices = [an_asset(cast) for _ in range(5)]
    assert deliver(desk, requests, in_hand(*devices)).status_code == 302
    assert Handover.objects.count() == 5
    assert [went(each) for each in Handover.objects.order_by("pk")] == [{each} for each in devices]
