"""One delivery to five units in a browser: scans, one press to send; by keyboard, and without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.counting import Walked
from tests.journeys.world import World

pytestmark = pytest.mark.browser

QUEUE = "/admin/requests_app/devicerequest/?desk=requests"


@pytest.fixture
def asked(world: World) -> list[dict[str, Any]]:
    """Five approved requests for a tripod each, of two kecamatan in turn; one phone besides, of the last."""
    made = [world.approved(("kemang", "cibinong")[each % 2]) for each in range(4)]
    return [*made, world.approved("cibinong", device_type=world.phone)]


def choose(walked: Walked, asked: list[dict[str, Any]]) -> None:
    walked.page.goto(QUEUE)
    for each in asked:
        walked.tap(walked.page.get_by_role("checkbox", name=f"Pilih {each['number']}"))
    walked.follow(walked.page.get_by_role("button", name="Serahkan perangkat"))


def scanned(page: Page, serial: str, unit: str) -> None:
    """A scan with its Enter, and the condition by keyboard; the focus is back on the scan."""
    scan = page.get_by_label("Pindai atau ketik")
    expect(scan).to_be_focused()
    page.keyboard.type(serial)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Dicentang")).to_contain_text(f"→ {unit}")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")


def test_five_units_are_served_with_one_press_beside_the_evidence_and_the_choice(
    visit: Visit, world: World, asked: list[dict[str, Any]]
) -> None:
    serials = [f"SERAH-{each}" for each in range(5)]
    for serial, device in zip(serials, [world.tripod] * 4 + [world.phone], strict=True):
        world.asset(device, serial_number=serial)
    walked = Walked(visit("pengurus"))
    page = walked.page
    choose(walked, asked)
    assert page.locator(".g-device input:checked").count() == 0
    walked.look()
    page.get_by_label("Pindai atau ketik").focus()
    for serial, unit in zip(serials, ("Kemang", "Cibinong", "Kemang", "Cibinong", "Cibinong"), strict=True):
        scanned(page, serial, f"Kecamatan {unit}")
    assert page.locator("[data-devices] .g-served").count() == 5
    walked.look()
    walked.follow(page.get_by_role("button", name="Serahkan perangkat"))
    expect(page.get_by_text("5 baris: Serah terima tercatat.")).to_be_visible()
    walked.look()
    with page.expect_download() as download:
        walked.press("link", "Cetak BAST")
    assert download.value.suggested_filename == "BAST (5).pdf"
    walked.within(presses=8, pages=3)
    assert walked.wrong == {}


def test_without_scripts_devices_are_ticked_and_one_is_moved_to_another_unit(
    visit: Visit, world: World, asked: list[dict[str, Any]]
) -> None:
    made = [world.asset(brand="Tanpa", model=f"JS{each}") for each in range(2)]
    page = visit("pengurus", PHONE, java_script_enabled=False)
    page.goto(QUEUE)
    for each in asked[:2]:
        page.get_by_role("checkbox", name=f"Pilih {each['number']}").check()
    page.get_by_role("button", name="Serahkan perangkat").click()
    scan = page.get_by_label("Pindai atau ketik")
    for each in made:
        scan.fill(each["serial_number"])
        page.get_by_role("button", name="Centang").click()
    devices = [page.locator(".g-device").filter(has_text=each["tag"]) for each in made]
    for device, unit in zip(devices, ("Kecamatan Kemang", "Kecamatan Cibinong"), strict=True):
        expect(device.get_by_role("checkbox")).to_be_checked()
        assert unit in device.get_by_label(re.compile("^Untuk")).locator("option:checked").inner_text()
        device.get_by_role("radio", name="Baik (B)").check()
    devices[0].get_by_label(re.compile("^Untuk")).select_option(label=f"Kecamatan Cibinong · {asked[1]['number']}")
    devices[1].get_by_label(re.compile("^Untuk")).select_option(label=f"Kecamatan Kemang · {asked[0]['number']}")
    page.get_by_role("button", name="Serahkan perangkat").click()
    expect(page.get_by_text("2 baris: Serah terima tercatat.")).to_be_visible()
    holders = [world["pengurus"].read(f"assets/{each['id']}/")["holder"]["name"] for each in made]
    assert holders == ["Cibinong", "Kemang"]


@pytest.mark.parametrize("several", [False, True])
def test_after_a_wrong_scan_the_next_one_counts_and_takes_the_complaint_back(
    visit: Visit, world: World, several: bool
) -> None:
    asked, mark = [world.approved("kemang"), world.approved("cibinong")], f"LANJUT-{several}"
    world.asset(world.tripod, serial_number=mark)
    page = visit("pengurus")
    if several:
        choose(Walked(page), asked)
    else:
        page.goto(f"/admin/requests_app/devicerequest/{asked[0]['id']}/do/issue/")
    scan, summary = page.get_by_label("Pindai atau ketik"), page.locator(".g-summary")
    for wrong in ("SALAH-1", "SALAH-2"):
        expect(scan).to_be_focused()
        page.keyboard.type(wrong)
        page.keyboard.press("Enter")
        expect(summary).to_contain_text(f"{wrong}: Tidak ada perangkat")
        expect(summary).to_have_role("alert")
        expect(scan).to_be_focused()
        expect(scan).to_have_value("")
        expect(scan).to_have_accessible_description(re.compile(wrong))
    page.keyboard.type(mark)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Dicentang")).to_be_visible()
    expect(page.locator(".g-device").filter(has_text=mark).get_by_role("checkbox")).to_be_checked()
    expect(summary).to_have_count(0)
    expect(page.locator(".g-scan.g-wrong, #id_code_error")).to_have_count(0)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(scan).to_be_focused()
