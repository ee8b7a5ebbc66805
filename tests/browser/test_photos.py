"""Photos on a phone: each goes ahead with how far it is, what fails stays, and pages show them small."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.test_pages import ASSETS, REQUESTS, at_widths
from tests.browser.test_start import fetched
from tests.core.test_files import picture
from tests.journeys.test_races import multipart
from tests.journeys.world import V1, World

pytestmark = pytest.mark.browser

COLOURS = ("firebrick", "seagreen", "steelblue")


def photo(n: int = 1) -> dict[str, Any]:
    content = picture(size=(640, 480), colour=COLOURS[n % 3])
    return {"name": f"layar {n}.jpg", "mimeType": "image/jpeg", "buffer": content}


@pytest.fixture
def device(world: World) -> Any:
    """The id of a phone that Kemang holds."""
    given = world.asset(brand="Contoh", model="T1")["id"]
    handover = world.issue(given)
    world["kemang"].do(f"handovers/{handover['id']}/accept/")
    return given


def reporting(visit: Visit, device: int, **options: Any) -> Page:
    page = visit("kemang", PHONE, **options)
    page.goto(f"{ASSETS}{device}/do/report-condition/")
    return page


def choose(page: Page, *files: dict[str, Any]) -> None:
    page.locator("input[type=file]").set_input_files(list(files))


def finish(page: Page) -> None:
    page.get_by_label("Rusak ringan").check()
    page.get_by_role("button", name="Laporkan kondisi").click()
    expect(page.get_by_text("Kondisi tercatat.")).to_be_visible()


def taken(world: World, device: int) -> list[Any]:
    [report] = world["kemang"].results("condition-reports/", asset=device)
    return list(world["kemang"].read(f"condition-reports/{report['id']}/")["photos"])


def test_each_photo_goes_ahead_and_shows_how_far_it_is(visit: Visit, world: World, device: int) -> None:
    page = reporting(visit, device)
    page.evaluate("""() => { window.seen = []; new MutationObserver((all) => all.forEach((each) => each.addedNodes
        .forEach((node) => node.querySelector && window.seen.push(...[...node.querySelectorAll("progress")]
        .map((bar) => bar.getAttribute("aria-label")))))).observe(document.querySelector("[data-sent]"),
        { childList: true }); }""")
    choose(page, photo(1), photo(2), {"name": "surat.jpg", "mimeType": "image/jpeg", "buffer": b"<html>"})
    expect(page.locator("[data-sent] input:checked:enabled")).to_have_count(2)
    expect(page.locator("[data-sent] .g-error")).to_contain_text("surat.jpg: Foto harus berupa gambar")
    assert page.evaluate("window.seen") == ["layar 1.jpg", "layar 2.jpg", "surat.jpg"]
    assert page.locator("input[type=file]").evaluate("each => each.files.length") == 0
    assert at_widths(page) == []
    page.get_by_label("layar 1.jpg").uncheck()
    page.get_by_label("Rusak ringan").check()
    page.get_by_role("button", name="Laporkan kondisi").click()
    expect(page.locator("#id_photo_error")).to_contain_text("Ada foto yang ditolak")
    assert world["kemang"].results("condition-reports/", asset=device) == [] and at_widths(page) == []
    page.get_by_role("button", name="Buang").click()
    expect(page.locator("[data-sent] .g-error")).to_have_count(0)
    finish(page)
    assert len(taken(world, device)) == 1


def test_another_choice_takes_the_place_of_a_refused_photo(visit: Visit, world: World, device: int) -> None:
    page = reporting(visit, device)
    choose(page, {"name": "surat.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    expect(page.locator("[data-sent] .g-error")).to_contain_text("surat.pdf")
    choose(page, photo(1))
    expect(page.locator("[data-sent] input:checked:enabled")).to_have_count(1)
    expect(page.locator("[data-sent] .g-error")).to_have_count(0)
    finish(page)
    assert len(taken(world, device)) == 1


def test_a_refused_photo_keeps_a_form_without_scripts(visit: Visit, world: World, device: int) -> None:
    visit("kemang")
    page = reporting(visit, device, java_script_enabled=False)
    choose(page, {"name": "surat.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    page.get_by_label("Rusak ringan").check()
    page.get_by_role("button", name="Laporkan kondisi").click()
    expect(page.locator("#id_photo_error")).to_contain_text("surat.pdf: Foto harus berupa gambar")
    assert world["kemang"].results("condition-reports/", asset=device) == []


def test_a_form_that_is_sent_meanwhile_waits_for_its_photos(visit: Visit, world: World, device: int) -> None:
    page = reporting(visit, device)
    page.get_by_label("Rusak ringan").check()
    choose(page, photo(1), photo(2), photo(3))
    page.get_by_role("button", name="Laporkan kondisi").click()
    expect(page.get_by_text("Kondisi tercatat.")).to_be_visible()
    assert len(taken(world, device)) == 3


def test_what_cannot_go_ahead_goes_with_the_form(visit: Visit, world: World, device: int) -> None:
    page = reporting(visit, device)

    def cut(route: Any) -> None:
        ahead = b'name="_keep"' in (route.request.post_data_buffer or b"")
        route.fulfill(status=200, body="<p>Masuk lagi</p>", content_type="text/html") if ahead else route.continue_()

    page.route(re.compile("report-condition"), cut)
    choose(page, photo(1), photo(2))
    expect(page.get_by_text("layar 2.jpg: belum terkirim; dikirim bersama formulir ini")).to_be_visible()
    finish(page)
    assert len(taken(world, device)) == 2


def test_more_than_are_taken_are_left_out_at_once(visit: Visit, world: World, device: int) -> None:
    page = reporting(visit, device)
    choose(page, *(photo(n) for n in range(1, 9)))
    expect(page.locator("[data-sent] input:checked:enabled")).to_have_count(6)
    expect(page.get_by_text("tidak ikut: paling banyak 6 foto")).to_have_count(2)
    page.get_by_role("button", name="Buang").first.click()
    page.get_by_role("button", name="Buang").click()
    finish(page)
    assert len(taken(world, device)) == 6


def test_without_scripts_the_plain_form_does_it(visit: Visit, world: World, device: int) -> None:
    visit("kemang")
    page = reporting(visit, device, java_script_enabled=False)
    choose(page, photo(1), photo(2))
    finish(page)
    assert len(taken(world, device)) == 2


def test_photos_sent_ahead_come_back_with_the_draft(visit: Visit, world: World, device: int) -> None:
    page = reporting(visit, device)
    page.on("dialog", lambda dialog: dialog.accept())
    choose(page, photo(1), photo(2))
    expect(page.locator("[data-sent] input:checked:enabled")).to_have_count(2)
    page.goto(f"{ASSETS}{device}/change/")
    page.goto(f"{ASSETS}{device}/do/report-condition/")
    expect(page.locator("[data-sent] input:checked:enabled")).to_have_count(2)
    choose(page, photo(3))
    expect(page.locator("[data-sent] input:checked:enabled")).to_have_count(3)
    finish(page)
    assert len(taken(world, device)) == 3


def test_the_camera_is_offered_on_a_phone_and_not_forced(visit: Visit, world: World, device: int) -> None:
    camera = "Ambil foto dengan kamera"
    page = reporting(visit, device, has_touch=True, is_mobile=True)
    expect(page.get_by_role("button", name=camera)).to_be_visible()
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name=camera).click()
    assert asked.value.element.get_attribute("capture") == "environment"
    asked.value.set_files([photo(1)])
    expect(page.locator("[data-sent] input:checked:enabled")).to_have_count(1)
    with page.expect_file_chooser() as asked:
        page.locator("input[type=file]").click()
    assert asked.value.is_multiple() and asked.value.element.get_attribute("capture") is None
    desk = visit("kemang", DESK)
    desk.goto(f"{ASSETS}{device}/do/report-condition/")
    expect(desk.get_by_role("button", name=camera)).to_be_hidden()


@pytest.fixture
def told(world: World, device: int) -> int:
    """The device, reported twice with six photos each."""
    for condition in ("good", "lightly_damaged"):
        photos = {f"photo{n}": (f"{n}.jpg", photo(n)["buffer"]) for n in range(6)}
        body, headers = multipart({"condition": condition, "note": "Gores di sudut kiri atas."}, **photos)
        body = re.sub(rb'name="photo[0-9]"', b'name="photo"', body)
        answer = world["kemang"].client.request("POST", f"{V1}assets/{device}/report-condition/", body, headers)
        assert answer.status == 200
    return device


def test_the_pages_with_photos_are_accessible_and_fetch_them_when_they_are_looked_at(
    visit: Visit, world: World, told: int
) -> None:
    request = world.verified()
    page = visit("kemang", PHONE)
    [newest, _older] = world["kemang"].results("condition-reports/", asset=told)
    for address in (f"{ASSETS}{told}/change/", f"{ASSETS}{told}/read/photos/",
                    f"/admin/assets/conditionreport/{newest['id']}/change/"):  # fmt: skip
        page.goto(address)
        assert at_widths(page) == [], address
    decider = visit("kabid", PHONE)
    for address in (f"{REQUESTS}{request['id']}/change/", f"{REQUESTS}{request['id']}/do/decide/"):
        decider.goto(address)
        assert at_widths(decider) == [], address
    page.set_viewport_size({"width": PHONE, "height": 300})
    fetched(page, f"{ASSETS}{told}/change/")
    lazy = page.locator("img[src*=thumbnail]")
    assert lazy.count() == 12
    assert lazy.evaluate_all("all => all.every((each) => each.loading === 'lazy')")


def test_the_comparison_is_reached_and_used_by_keyboard(visit: Visit, world: World, told: int) -> None:
    page = visit("kemang")
    page.goto(f"{ASSETS}{told}/change/")
    page.get_by_role("link", name="Bandingkan foto").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Kiri", exact=True).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("left="))
    sides = page.locator(".g-sides section")
    assert sides.count() == 2
    assert all("foto" in each for each in sides.locator("img").evaluate_all("all => all.map((each) => each.alt)"))
