"""The main job clicked by each of its people, the keyboard alone, and a browser without JavaScript."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.base import MONDAY
from tests.browser.conftest import PHONE, Visit
from tests.journeys.places import PASSWORD
from tests.journeys.world import World

pytestmark = pytest.mark.browser

REQUESTS = "/admin/requests_app/devicerequest/"


def confirm(page: Page, verb: str, **filled: str) -> None:
    """Press a verb's button, fill its form, and send it; the page that follows is the object's own."""
    page.get_by_role("link", name=verb, exact=True).click()
    for label, value in filled.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name=verb, exact=True).click()


def fill_request(page: Page) -> None:
    page.get_by_role("link", name="Ajukan perangkat").first.click()
    page.get_by_label("Perangkat apa?").select_option(label="Telepon pintar")
    page.get_by_label("Perangkat pribadi yang rusak").check()
    page.get_by_label("Dipakai sejak (tahun)").fill("2019")
    page.get_by_label("Alasan").fill("HP pribadi sejak 2019 sudah tidak bisa dipakai.")
    page.get_by_role("button", name="Simpan").click()


def find(page: Page, number: str) -> None:
    """The request's page, from the list."""
    page.goto(f"{REQUESTS}?q={number}")
    page.get_by_role("row").get_by_role("link", name=number).click()


def file_on_a_phone(page: Page) -> None:
    fill_request(page)
    confirm(page, "Ajukan")
    expect(page.get_by_text("Menunggu tanda tangan Camat").first).to_be_visible()
    expect(page.get_by_text("Memenuhi janji:")).to_be_visible()


def decide(page: Page, number: str) -> None:
    find(page, number)
    page.get_by_role("link", name="Putuskan").click()
    expect(page.get_by_label("Jumlah disetujui")).to_have_value("1")
    page.get_by_role("radio", name="Setujui").check()
    page.get_by_role("button", name="Putuskan").click()
    expect(page.get_by_text("Disetujui 1 dari 1").first).to_be_visible()
    expect(page.get_by_role("link", name="HP untuk admin media sosial")).to_be_visible()


def hand_over(page: Page, number: str, serial: str) -> None:
    """By keyboard: scan, say the condition, send."""
    find(page, number)
    page.get_by_role("link", name="Serahkan perangkat").click()
    scan = page.get_by_label("Pindai atau ketik")
    expect(scan).to_be_focused()
    assert page.locator("input:checked").count() == 0
    scan.press_sequentially(serial)
    scan.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Dicentang")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(scan).to_be_focused()
    expect(page.get_by_role("radio", name="Baik (B)").first).to_be_checked()
    page.get_by_role("button", name="Serahkan perangkat").click()


def confirm_receipt(page: Page) -> None:
    page.goto("/")
    todo = page.get_by_role("listitem").filter(has_text="Telepon pintar sudah Anda terima?")
    todo.get_by_role("link", name="Periksa").click()
    [device] = page.get_by_role("checkbox", name="Seri R58N-77").all()
    expect(device).not_to_be_checked()
    expect(page.get_by_role("link", name="BAST (PDF)")).to_be_visible()
    device.check()
    day = page.get_by_label("Tanggal diterima")
    expect(day).to_have_value("")
    day.fill(MONDAY)
    page.get_by_role("button", name="Ya, sudah saya terima").click()
    expect(page.get_by_text("Terima kasih. Penerimaan tercatat.")).to_be_visible()


def test_a_phone_is_asked_for_signed_verified_decided_issued_received_and_counted(
    visit: Visit, world: World, pledge: dict[str, Any]
):
    world.asset(world.phone, brand="Contoh", model="C1", serial_number="R58N-77")
    phone = visit("kemang", PHONE)
    file_on_a_phone(phone)
    number = phone.locator("dd").filter(has_text="UP-2026-").inner_text()

    camat = visit("camat-kemang", PHONE)
    camat.get_by_role("listitem").filter(has_text=number).get_by_role("link").first.click()
    confirm(camat, "Tanda tangani")
    expect(camat.get_by_text("Usulan sudah ditandatangani.")).to_be_visible()

    verifier = visit("verifikator")
    find(verifier, number)
    confirm(verifier, "Verifikasi")
    expect(verifier.get_by_text("Usulan diverifikasi.")).to_be_visible()

    decide(visit("kabid"), number)

    clerk = visit("pengurus")
    hand_over(clerk, number, "r58n 77")
    expect(clerk.get_by_text(re.compile(r"^000\.2\.3\.2/\d{3}/DISKOMINFO/III/2026$")).first).to_be_visible()
    expect(clerk.get_by_text("Menunggu konfirmasi penerima").first).to_be_visible()

    confirm_receipt(phone)

    phone.goto(f"/admin/pledges/pledge/{pledge['id']}/change/")
    expect(phone.get_by_role("heading", name="Penerima: 1 dari 40")).to_be_visible()
    expect(phone.get_by_role("listitem").filter(has_text="Kemang").first).to_contain_text("✓ Diterima")
    expect(phone.get_by_text("Terlambat lebih dari 90 hari").first).to_be_visible()
    expect(phone.get_by_text("792 hari").first).to_be_visible()

    assert exported(verifier, number) == [number]
    read_the_record(visit("inspektorat"), number)


def exported(page: Page, number: str) -> list[str]:
    """Have what the list shows made into a workbook, wait for it, and read the numbers in it."""
    page.goto(f"{REQUESTS}?q={number}")
    page.get_by_role("button", name="Unduh Excel").click()
    expect(page.get_by_role("heading", name="Unduhan")).to_be_visible()
    ready = page.get_by_role("link", name="Unduh", exact=True).first
    ready.wait_for(timeout=30_000)
    expect(page.get_by_text("1 baris").first).to_be_visible()
    with page.expect_download() as download:
        ready.click()
    sheet = load_workbook(BytesIO(download.value.path().read_bytes()), read_only=True).worksheets[0]
    first = [str(cell) for (cell,) in sheet.iter_rows(max_col=1, values_only=True)]
    return [cell for cell in first if cell.startswith("UP-")]


def read_the_record(page: Page, number: str) -> None:
    find(page, number)
    history = page.get_by_role("listitem")
    for act in ("Diajukan", "Ditandatangani Camat", "Diverifikasi", "Diputuskan", "Diterima"):
        expect(history.filter(has_text=act).first).to_be_visible()
    page.goto("/admin/core/event/")
    seq, digest = page.locator("code").first.inner_text().split(":")
    assert int(seq) > 5 and len(digest) == 64


def test_the_keyboard_alone_logs_in_and_files_a_request(visit: Visit, pledge: dict[str, Any]):
    page = visit()
    page.goto("/")
    tab_to(page, "username")
    page.keyboard.type("cibinong")
    tab_to(page, "password")
    page.keyboard.type(PASSWORD)
    press_enter(page)
    tab_to_words(page, "+ Ajukan perangkat")
    press_enter(page)
    tab_to(page, "lines-0-device_type")
    page.keyboard.type("Tele")
    tab_to(page, "lines-0-situation")
    page.keyboard.press("Space")
    tab_to(page, "purpose")
    page.keyboard.type("Belum ada HP sama sekali.")
    tab_to_words(page, "Simpan")
    press_enter(page)
    tab_to_words(page, "Ajukan")
    press_enter(page)
    tab_to_words(page, "Ajukan")
    press_enter(page)

    expect(page.get_by_text("Usulan terkirim.")).to_be_visible()


FOCUSED = "document.activeElement"


def press_enter(page: Page) -> None:
    """Enter, and the page it leads to."""
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")


def tab_to(page: Page, name: str) -> None:
    _tab(page, f"{FOCUSED}.name === '{name}'")


def tab_to_words(page: Page, words: str) -> None:
    _tab(page, f"{FOCUSED}.matches('.g a, .g button') && {FOCUSED}.textContent.trim() === '{words}'")


def _tab(page: Page, reached: str) -> None:
    """Tab until there; whatever has the focus on the way shows it."""
    for _press in range(90):
        page.keyboard.press("Tab")
        shown = f"{FOCUSED} === document.body || getComputedStyle({FOCUSED}).outlineStyle !== 'none'"
        assert page.evaluate(shown), page.evaluate(f"{FOCUSED}.outerHTML")
        if page.evaluate(reached):
            return
    raise AssertionError(f"the keyboard never reached {reached}")


def test_a_request_is_filed_without_javascript(visit: Visit, pledge: dict[str, Any]):
    page = visit("cibinong", PHONE, java_script_enabled=False)
    page.goto("/")
    file_on_a_phone(page)

    page.locator(".g-menu > summary").click()
    page.get_by_role("navigation", name="Semua halaman").get_by_role("link", name="Usulan").click()
    expect(page.get_by_role("heading", name="Usulan")).to_be_visible()


def test_english_is_a_switch_away_and_stays(visit: Visit):
    page = visit("camat-cibinong", PHONE)
    page.goto("/")
    page.locator(".g-account summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Needs your action")).to_be_visible()

    page.goto(REQUESTS)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Apply")).to_be_visible()
    expect(page.get_by_text("Usulan", exact=True)).to_have_count(0)


def test_a_plan_of_two_pages_is_reviewed_with_the_keyboard(world: World, visit: Visit, pledge: dict[str, Any]) -> None:
    for device in (world.phone, world.tripod):
        standard = {"unit_kind": "district", "device_type": device, "quantity": 9, "from_year": 2028,
                    "legal_basis": "Perbup 7/2027"}  # fmt: skip
        world["perencana"].make("need-standards/", standard)
    plan = world["perencana"].make("plans/", {"fiscal_year": 2028, "stage": "murni"})
    page = visit("kabid")
    page.goto(f"/admin/planning/plan/{plan['id']}/do/review/")
    first = page.get_by_role("row").nth(1)
    first.get_by_label(re.compile("^Alasan bila kurang")).fill("Bertahap")
    first.get_by_label(re.compile("^Disetujui")).fill("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Diubah di halaman lain: 1 baris.")).to_be_visible()
    expect(page.get_by_role("button", name="Baris 41–80", exact=True)).to_have_attribute("aria-current", "page")
    page.get_by_role("button", name="Telaah", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Penelaahan tercatat.")).to_be_visible()
    [line] = world["kabid"].results(f"plans/{plan['id']}/lines/", position=1)
    assert (line["approved"], line["review_reason"]) == (1, "Bertahap")
    lines = world["kabid"].results(f"plans/{plan['id']}/lines/", approved__gt=1, limit=100)
    assert len(lines) == 79 and all(each["approved"] == each["proposed"] for each in lines)


def test_numbers_are_typed_in_groups_and_echoed_as_understood(visit: Visit, pledge: dict[str, Any]) -> None:
    page = visit("perencana")
    page.goto("/admin/planning/plan/add/")
    page.get_by_label("Tahun anggaran").fill("20.29")
    page.get_by_label("Pagu").press_sequentially("500.000.000")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Tulis tahun dengan empat angka, misalnya 2026.", exact=True)).to_be_visible()
    expect(page.get_by_label("Pagu")).to_have_value("Rp500.000.000")
    page.get_by_label("Tahun anggaran").fill("2029")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Rp500.000.000").first).to_be_visible()

    phone = visit("kemang", PHONE)
    phone.goto(f"{REQUESTS}add/")
    phone.get_by_label("Jumlah").fill("")
    phone.get_by_label("Jumlah").press_sequentially("1.000")
    phone.get_by_role("button", name="Simpan").click()
    expect(phone.get_by_text("Ada isian yang perlu diperbaiki.")).to_be_visible()
    expect(phone.get_by_label("Jumlah")).to_have_value("1.000")
