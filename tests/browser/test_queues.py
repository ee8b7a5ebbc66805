"""Many at once and one after the other, by mouse and by keyboard; presses and pages are counted as upper bounds."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.counting import Counted
from tests.journeys.world import World

pytestmark = pytest.mark.browser

REQUESTS = "/admin/requests_app/devicerequest/"
QUEUE = f"{REQUESTS}?desk=requests"


def numbers(page: Page) -> list[str]:
    return page.locator("tbody th[scope=row]").all_inner_texts()


def test_a_verifier_verifies_five_in_a_row_with_two_presses_each(visit: Visit, world: World) -> None:
    for _ in range(5):
        world["camat-kemang"].do(f"requests/{world.submitted()['id']}/endorse/")
    page = visit("verifikator")
    page.goto(QUEUE)
    waiting = len(numbers(page))
    assert waiting >= 5
    seen = Counted(page)
    page.locator("tbody th[scope=row] a").first.click()
    seen.press("link", "Verifikasi")
    for left in range(waiting - 1, waiting - 6, -1):
        seen.press("button", "Verifikasi")
        expect(page.get_by_text("Usulan diverifikasi.")).to_be_visible()
        if left:
            expect(page.get_by_text(f"{left} lagi menunggu Anda")).to_be_visible()
            seen.press("link", "Berikutnya:")
    seen.within(presses=11, pages=17)


def test_an_approver_decides_several_the_same_way_with_the_keyboard(visit: Visit, world: World) -> None:
    made = [world.verified()["number"] for _ in range(3)]
    page = visit("kabid")
    page.goto(QUEUE)
    for number in made:
        page.get_by_role("checkbox", name=f"Pilih {number}").focus()
        page.keyboard.press("Space")
    expect(page.get_by_text("3 ✓")).to_be_visible()
    page.get_by_role("button", name="Putuskan").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Putuskan: 3 baris")).to_be_visible()
    page.get_by_role("radio", name="Ditolak").focus()
    page.keyboard.press("Space")
    page.get_by_label("Alasan").focus()
    page.keyboard.type("Tidak sesuai prioritas")
    page.get_by_role("button", name="Putuskan").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 baris: Keputusan tercatat.")).to_be_visible()
    assert not set(made) & {number.split(" · ")[0] for number in numbers(page)}
    assert {world["kabid"].results("requests/", number=number)[0]["state"] for number in made} == {"closed"}


def test_all_of_a_page_are_chosen_with_one_press(visit: Visit, world: World) -> None:
    for _ in range(2):
        world.verified()
    page = visit("kabid")
    page.goto(QUEUE)
    number = len(numbers(page))
    page.get_by_role("checkbox", name="Pilih semua di halaman ini").check()
    expect(page.get_by_text(f"{number} ✓")).to_be_visible()
    page.get_by_role("button", name="Putuskan").click()
    expect(page.get_by_role("heading", name=f"Putuskan: {number} baris")).to_be_visible()
    page.get_by_role("link", name="Batal").click()
    assert page.url.endswith(QUEUE)
