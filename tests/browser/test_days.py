"""The main act of each role's day, from the first screen on: presses and pages have an upper bound, and every page on
the way is accessible, in the light and in the dark, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.counting import Walked
from tests.journeys.world import MONDAY, World

pytestmark = pytest.mark.browser

Day = Callable[..., Walked]
YEARS = count(2031)


@pytest.fixture
def day(visit: Visit) -> Iterator[Day]:
    """``day(username, width)``: that account at its first screen. Afterwards no page on the way may have a fault."""
    walks: list[Walked] = []

    def begun(username: str, width: int = DESK) -> Walked:
        walked = Walked(visit(username, width))
        walks.append(walked)
        walked.page.goto("/admin/")
        walked.look()
        return walked

    yield begun
    assert [walked.wrong for walked in walks] == [{}] * len(walks)


def to_queue(walked: Walked, name: str) -> None:
    """From the tile of the first screen to a list of what waits."""
    walked.follow(walked.page.locator(".g-queues").get_by_role("link", name=re.compile(rf"{name}\b")).first)
    walked.look()


def open_row(walked: Walked, called: str) -> None:
    walked.follow(walked.page.get_by_role("row").get_by_role("link", name=called).first)
    walked.look()


def begin(walked: Walked, verb: str) -> None:
    walked.follow(walked.page.get_by_role("link", name=re.compile(rf"^{verb}$")).first)
    walked.look()


def send(walked: Walked, verb: str, said: str) -> None:
    walked.follow(walked.page.get_by_role("button", name=re.compile(rf"^{verb}$")).first)
    expect(walked.page.get_by_text(said).first).to_be_visible()
    walked.look()


def from_menu(walked: Walked, name: str) -> None:
    """From the menu, of which the rest lies folded."""
    menu = walked.page.locator(".g-menu nav")
    link = menu.get_by_role("link", name=name, exact=True)
    if not link.is_visible():
        walked.tap(menu.locator(".g-rest > summary"))
    walked.follow(link)
    walked.look()


def test_a_requester_asks_for_a_device_on_a_phone(day: Day, pledge: dict[str, Any]) -> None:
    walked = day("kemang", PHONE)
    page = walked.page
    begin(walked, r"\+ Ajukan perangkat")
    page.get_by_label("Perangkat apa?").select_option(label="Telepon pintar")
    walked.tap(page.get_by_label("Perangkat pribadi yang rusak"))
    page.get_by_label("Alasan").fill("HP pribadi sudah tidak bisa dipakai.")
    walked.follow(page.get_by_role("button", name="Simpan"))
    walked.look()
    begin(walked, "Ajukan")
    send(walked, "Ajukan", "Usulan terkirim.")
    walked.within(presses=5, pages=5)


def test_a_head_signs_on_a_phone(day: Day, world: World) -> None:
    number = world.submitted()["number"]
    walked = day("camat-kemang", PHONE)
    walked.follow(walked.page.get_by_role("listitem").filter(has_text=number).get_by_role("link", name="Buka"))
    walked.look()
    begin(walked, "Tanda tangani")
    send(walked, "Tanda tangani", "Usulan sudah ditandatangani.")
    walked.within(presses=3, pages=4)


def test_a_verifier_verifies(day: Day, world: World) -> None:
    request = world.submitted()
    world["camat-kemang"].do(f"requests/{request['id']}/endorse/")
    walked = day("verifikator")
    to_queue(walked, "Usulan")
    open_row(walked, request["number"])
    begin(walked, "Verifikasi")
    send(walked, "Verifikasi", "Usulan diverifikasi.")
    walked.within(presses=4, pages=5)


def test_an_approver_decides(day: Day, world: World) -> None:
    number = world.verified()["number"]
    walked = day("kabid")
    to_queue(walked, "Usulan")
    open_row(walked, number)
    begin(walked, "Putuskan")
    walked.press("radio", "Setujui")
    send(walked, "Putuskan", "Keputusan tercatat.")
    walked.within(presses=5, pages=5)


def test_an_asset_clerk_hands_over(day: Day, world: World) -> None:
    number, serial = world.approved()["number"], "HARI-01"
    world.asset(serial_number=serial)
    walked = day("pengurus")
    page = walked.page
    to_queue(walked, "Usulan")
    open_row(walked, number)
    begin(walked, "Serahkan perangkat")
    page.get_by_label("Pindai atau ketik").focus()
    page.keyboard.type(serial)
    for key in ("Enter", "Space", "Enter"):
        page.keyboard.press(key)
    walked.look()
    send(walked, "Serahkan perangkat", "Serah terima tercatat.")
    walked.within(presses=4, pages=5)


def test_a_receiver_confirms_on_a_phone(day: Day, world: World) -> None:
    device = world.asset(serial_number="HARI-02")
    number = world.issue(device["id"], to=world.cibinong)["number"]
    walked = day("cibinong", PHONE)
    page = walked.page
    todo = page.get_by_role("listitem").filter(has_text="Tripod sudah Anda terima?")
    walked.follow(todo.get_by_role("link", name="Periksa").last)
    walked.look()
    expect(page.get_by_text(number).first).to_be_visible()
    walked.tap(page.get_by_role("checkbox", name="HARI-02"))
    page.get_by_label("Tanggal diterima").fill(MONDAY[:10])
    send(walked, "Ya, sudah saya terima", "Terima kasih. Penerimaan tercatat.")
    walked.within(presses=3, pages=3)


def test_a_planner_makes_a_plan_and_reads_why(day: Day, world: World, pledge: dict[str, Any]) -> None:
    world.approved()
    walked = day("perencana")
    page = walked.page
    from_menu(walked, "Rencana kebutuhan")
    begin(walked, r"\+ Buat rencana")
    page.get_by_label("Tahun anggaran").fill(str(next(YEARS)))
    page.get_by_label("Tahap").select_option(label="Murni")
    walked.follow(page.get_by_role("button", name="Simpan"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    walked.look()
    walked.within(presses=3, pages=4)


def test_a_publisher_publishes(day: Day, world: World, pledge: dict[str, Any]) -> None:
    drafted = world["verifikator"].make("pledges/", world.pledge_body(title="Tripod untuk Kemang"))
    world["verifikator"].do(f"pledges/{drafted['id']}/submit/")
    walked = day("ppid")
    to_queue(walked, "Janji")
    open_row(walked, "Tripod untuk Kemang")
    begin(walked, "Terbitkan")
    send(walked, "Terbitkan", "Janji diterbitkan.")
    walked.within(presses=4, pages=5)


def test_a_secretary_decides_on_a_deadline(day: Day, world: World) -> None:
    moved = world.published(
        title="Laptop untuk sekretaris", made_on_from="2025-01-06", made_on_to="2025-01-06",
        original_due_on="2025-12-31",
    )  # fmt: skip
    path = f"pledges/{moved['id']}/"
    asking = {"kind": "extension", "new_due_on": "2026-03-20", "reason": "Anggaran", "document": world.proof(path)}
    world["verifikator"].make(f"{path}deadline-revisions/", asking)
    walked = day("sekda")
    to_queue(walked, "Permintaan tenggat")
    open_row(walked, moved["number"])
    begin(walked, "Putuskan")
    walked.press("radio", "Disetujui")
    walked.page.get_by_label("Alasan").fill("Sesuai jadwal pengadaan.")
    send(walked, "Putuskan", "Keputusan tercatat.")
    walked.within(presses=5, pages=5)


def test_an_auditor_has_the_register_checked_and_opens_a_paper_without_its_scan(day: Day, world: World) -> None:
    number = world.issue(world.asset()["id"])["number"]
    walked = day("inspektorat")
    page = walked.page
    walked.follow(page.get_by_role("link", name="Semua").first)
    walked.look()
    open_row(walked, number)
    expect(page.get_by_role("heading", name="Riwayat")).to_be_visible()
    from_menu(walked, "Beranda")
    send(walked, "Periksa sekarang", "Pemeriksaan dimulai.")
    walked.within(presses=4, pages=5)


def test_a_user_admin_makes_an_account_and_gives_it_a_role(day: Day) -> None:
    walked = day("pengelola")
    page = walked.page
    from_menu(walked, "Pengguna")
    begin(walked, r"\+ Tambah pengguna")
    name = f"pegawai-{next(YEARS)}"
    page.get_by_label("Nama pengguna").fill(name)
    page.get_by_label("Kata sandi awal").fill("sapi-merah-8812")
    walked.follow(page.get_by_role("button", name="Simpan"))
    walked.look()
    from_menu(walked, "Hak peran")
    begin(walked, r"\+ Beri hak peran")
    page.get_by_label("Pengguna", exact=True).select_option(label=name)
    page.get_by_label("Peran").select_option(label="Pembaca")
    page.get_by_label("Unit", exact=True).select_option(label="Kabupaten Contoh")
    send(walked, "Simpan", name)
    walked.within(presses=7, pages=7)


def test_a_superuser_reads_how_it_runs_and_keeps_the_settings(day: Day) -> None:
    walked = day("admin")
    page = walked.page
    expect(page.get_by_text("Gawai berjalan.")).to_be_visible()
    walked.follow(page.get_by_role("link", name="Unduhan dan pekerjaan").last)
    walked.look()
    from_menu(walked, "Pengaturan")
    begin(walked, "Ubah pengaturan")
    walked.within(presses=4, pages=4)


def test_no_walk_passes_over_a_fault(visit: Visit) -> None:
    """The control: a page with a fault is one."""
    walked = Walked(visit("publik"))
    _spoil(walked.page)
    walked.look()
    assert [found.split(":")[0] for found in walked.wrong[walked.page.url]][:1] == ["light, 1280 px"]
    with pytest.raises(AssertionError):
        walked.within(presses=0, pages=0)


def _spoil(page: Page) -> None:
    page.goto("/admin/")
    page.evaluate("document.querySelector('main').innerHTML += '<img src=\"data:,\">'")
