"""Nothing typed is lost: an ended session, "Back", a link, in the forms of a request, a pledge and a handover."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backoffice.choosing import LISTED
from tests.browser.conftest import PHONE, Visit
from tests.browser.counting import at_widths, violations
from tests.browser.test_pages import HANDOVERS, PLEDGES, REQUESTS
from tests.journeys.places import PASSWORD
from tests.journeys.world import World

pytestmark = pytest.mark.browser

KEPT = "Object.entries(localStorage).filter(([key]) => key.startsWith('gawai:draft:'))"
FORMS = {
    "kemang": (f"{REQUESTS}add/", "purpose", "note"),
    "verifikator": (f"{PLEDGES}add/", "quote", "occasion"),
    "pengurus": (f"{HANDOVERS}add/", "assets", "note"),
}
BACK = "Isian Anda yang belum terkirim sudah dikembalikan."
LONG = "Baris satu\nBaris dua, cukup panjang untuk tidak diketik dua kali."


@pytest.fixture(scope="module")
def many_units(server: World) -> None:
    """More units than a list shows."""
    for n in range(LISTED):
        server["pengelola"].make("units/", {"code": f"32.01.UPT{n}", "name": f"UPT {n}", "kind": "agency"})


def type_in(page: Page, username: str) -> None:
    """Open the form of that account and type in it."""
    address, text, _other = FORMS[username]
    page.goto(address)
    page.locator(f"[name={text}]").press_sequentially(LONG)


def send(page: Page) -> None:
    page.get_by_role("button", name="Simpan").click()


def is_back(page: Page, username: str) -> None:
    expect(page.locator(f"[name={FORMS[username][1]}]")).to_have_value(LONG)


def accept_leaving(page: Page) -> list[str]:
    asked: list[str] = []

    def leave(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    return asked


@pytest.mark.parametrize("username", FORMS)
def test_after_the_session_ended_the_form_is_back_with_all_that_was_typed(visit: Visit, username: str) -> None:
    page = visit(username, PHONE)
    type_in(page, username)
    page.context.clear_cookies(name=re.compile("session"))
    send(page)
    expect(page.get_by_role("heading", name="Masuk lagi untuk melanjutkan")).to_be_visible()
    assert at_widths(page) == []
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk dan kembali ke isian").click()
    expect(page.get_by_text("Anda sudah masuk lagi.")).to_be_visible()
    is_back(page, username)
    assert PASSWORD not in page.evaluate("JSON.stringify([localStorage, sessionStorage])")


@pytest.mark.parametrize("username", FORMS)
def test_who_leaves_a_changed_form_is_asked_and_finds_it_as_it_was(visit: Visit, username: str) -> None:
    page = visit(username)
    asked = accept_leaving(page)
    page.goto("/admin/")
    type_in(page, username)
    page.go_back()
    page.wait_for_url("**/admin/")
    page.go_forward()
    expect(page.get_by_text(BACK)).to_be_visible()
    is_back(page, username)

    page.get_by_role("link", name="Batal").click()
    page.wait_for_url(re.compile(r"(?<!/add)/$"))
    assert asked == ["beforeunload", "beforeunload"]
    page.goto(FORMS[username][0])
    expect(page.get_by_text(BACK)).to_be_visible()
    is_back(page, username)
    assert at_widths(page) == []

    page.get_by_role("button", name="Mulai dari awal").click()
    expect(page.locator(f"[name={FORMS[username][1]}]")).to_have_value("")
    assert page.evaluate(KEPT) == []


def test_an_untouched_form_asks_nothing_and_keeps_nothing(visit: Visit) -> None:
    page = visit("kemang")
    asked = accept_leaving(page)
    page.goto(f"{REQUESTS}add/")
    page.goto("/admin/")
    assert (asked, page.evaluate(KEPT)) == ([], [])


def test_a_draft_with_a_row_added_comes_back_whole_and_goes_when_it_is_sent(visit: Visit, world: World) -> None:
    assert world.phone
    page = visit("cibinong", PHONE)
    accept_leaving(page)
    page.goto(f"{REQUESTS}add/")
    page.get_by_label("Alasan").fill("Dua perangkat sekaligus.")
    page.get_by_role("button", name="Perangkat lain").click()
    expect(page.get_by_label("Perangkat apa?")).to_have_count(2)
    assert page.get_by_role("alert").count() == 0
    for row in range(2):
        page.get_by_label("Perangkat apa?").nth(row).select_option(label="Telepon pintar")
        page.get_by_label("Perangkat pribadi yang rusak").nth(row).check()
    page.goto("/admin/")
    page.goto(f"{REQUESTS}add/")
    expect(page.get_by_label("Perangkat apa?")).to_have_count(2)
    expect(page.get_by_label("Perangkat pribadi yang rusak").nth(1)).to_be_checked()
    expect(page.get_by_label("Alasan")).to_have_value("Dua perangkat sekaligus.")
    send(page)
    expect(page.get_by_role("link", name="Ajukan", exact=True)).to_be_visible()
    assert page.evaluate(KEPT) == []


def test_a_refused_form_has_the_focus_on_its_summary_which_leads_to_the_field(visit: Visit) -> None:
    page = visit("kemang", PHONE)
    page.goto(f"{REQUESTS}add/")
    page.get_by_label("Alasan").fill("Belum lengkap")
    page.get_by_label("Jumlah").fill("2")
    send(page)
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Perangkat apa?: Wajib diisi.").click()
    expect(page.get_by_label("Perangkat apa?")).to_be_focused()
    described = page.get_by_label("Perangkat apa?").get_attribute("aria-describedby") or ""
    assert "Wajib diisi." in page.locator(f"#{described.split()[-1]}").inner_text()
    expect(page.get_by_label("Alasan")).to_have_value("Belum lengkap")
    assert at_widths(page) == []


def test_signing_out_and_another_user_leave_no_draft_behind(visit: Visit) -> None:
    page = visit("kemang")
    page.goto(f"{REQUESTS}add/")
    mine = page.locator("form[data-draft]").get_attribute("data-draft")
    other, own = "gawai:draft:0:/admin/", f"gawai:draft:{mine}:/admin/lain/"
    page.evaluate("keys => keys.forEach(key => localStorage.setItem(key, '{}'))", [other, own])
    page.goto("/admin/")
    assert [key for key, _value in page.evaluate(KEPT)] == [own]
    page.locator(".g-account summary").click()
    # The account's session serves other tests: only the sending matters here.
    page.route("**/admin/logout/", lambda route: route.fulfill(status=302, headers={"Location": HANDOVERS}))
    page.get_by_role("button", name="Keluar").click()
    page.wait_for_url(f"**{HANDOVERS}")
    assert page.evaluate(KEPT) == []


def test_a_password_is_never_kept(visit: Visit) -> None:
    page = visit("pengelola")
    accept_leaving(page)
    page.goto("/admin/org/user/add/")
    page.locator("[name=username]").press_sequentially("pegawai-baru")
    page.locator("[name=password]").press_sequentially("sapi-merah-8812")
    page.locator("[name=email]").press_sequentially("baru@contoh.go.id")
    page.goto("/admin/")
    assert "pegawai-baru" in page.evaluate("JSON.stringify(localStorage)")
    assert "sapi-merah" not in page.evaluate("JSON.stringify([localStorage, sessionStorage])")


@pytest.mark.usefixtures("many_units")
def test_a_unit_among_many_is_chosen_with_the_keyboard(visit: Visit, world: World) -> None:
    page = visit("pengurus", PHONE)
    page.goto(f"{HANDOVERS}add/")
    box = page.get_by_role("combobox", name="Unit penerima")
    options = page.get_by_role("listbox", name="Unit penerima").get_by_role("option")
    box.focus()
    page.keyboard.type("cibi")
    expect(options.filter(has_text="Kecamatan Cibinong")).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Kecamatan Cibinong")
    expect(options).to_have_count(0)
    assert page.locator("[name=recipient_unit]").input_value() == str(world.cibinong)

    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    box.fill("tidak ada")
    expect(page.get_by_text("Tidak ada yang cocok.")).to_be_visible()
    accept_leaving(page)


@pytest.mark.usefixtures("many_units")
def test_a_unit_is_chosen_without_scripts(visit: Visit, world: World) -> None:
    page = visit("pengurus", java_script_enabled=False)
    page.goto(f"{HANDOVERS}add/")
    page.get_by_label("Label perangkat").fill(world.asset()["tag"])
    page.get_by_label("Unit penerima").fill("cibinong")
    send(page)
    expect(page.get_by_text("Kecamatan Cibinong").first).to_be_visible()
    assert page.url.endswith("/change/")


def test_back_after_a_refused_form_is_the_form_as_it_was_typed_and_asks_to_resend_nothing(visit: Visit) -> None:
    page = visit("kemang")
    accept_leaving(page)
    page.goto(f"{REQUESTS}add/")
    page.get_by_label("Alasan").fill("Belum lengkap")
    page.get_by_label("Jumlah").fill("2")
    send(page)
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto("/admin/")
    page.go_back()
    expect(page.get_by_label("Alasan")).to_have_value("Belum lengkap")
    expect(page.get_by_text(BACK)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Alasan")).to_have_value("Belum lengkap")


def test_back_after_a_form_was_saved_is_an_empty_form(visit: Visit, world: World) -> None:
    assert world.phone
    page = visit("cibinong")
    page.goto(f"{REQUESTS}add/")
    page.get_by_label("Alasan").fill("Sekali saja.")
    page.get_by_label("Perangkat apa?").select_option(label="Telepon pintar")
    page.get_by_label("Perangkat pribadi yang rusak").check()
    send(page)
    expect(page.get_by_role("link", name="Ajukan", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Alasan")).to_have_value("")
    expect(page.get_by_label("Perangkat apa?")).to_have_value("")
    assert page.evaluate(KEPT) == []
