"""Every distinct page the roles meet: the accessibility rules of WCAG 2.2 AA, and no page wider than the phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESK, NARROWEST, PHONE, Visit
from tests.browser.counting import at_widths, too_wide, violations
from tests.documents.files import device, register, workbook
from tests.journeys.test_races import send_form
from tests.journeys.world import World

pytestmark = pytest.mark.browser

REQUESTS, HANDOVERS = "/admin/requests_app/devicerequest/", "/admin/assets/handover/"
ASSETS, PLEDGES, WITNESSES = "/admin/assets/asset/", "/admin/pledges/pledge/", "/admin/pledges/witness/"
NIGHT = "rgb(16, 25, 23)"
PLANS, LINES = "/admin/planning/plan/", "/admin/planning/planline/"


@pytest.fixture(scope="module")
def places(server: World, pledge: dict[str, Any]) -> dict[str, str]:
    """Something to see in every state that has a page of its own; a name for each address."""
    world = server
    moved = world.published(
        title="Laptop untuk Kemang", made_on_from="2025-01-06", made_on_to="2025-01-06", original_due_on="2025-12-31"
    )
    revisions = f"pledges/{moved['id']}/deadline-revisions/"
    asked = world["verifikator"].make(
        revisions,
        {
            "kind": "extension",
            "new_due_on": "2026-03-20",
            "reason": "Pengadaan menunggu perubahan anggaran.",
            "document": world.proof(f"pledges/{moved['id']}/"),
        },
    )
    world["sekda"].do(f"{revisions}{asked['id']}/decide/", {"decision": "approve", "reason": "Sesuai jadwal."})
    heard = {"name": "Saksi Contoh", "statement": "Saya mendengar sendiri ucapan itu."}
    witness = world["verifikator"].make(f"pledges/{moved['id']}/witnesses/", heard)
    draft, submitted, verified = world.draft(), world.submitted(), world.verified()
    approved, received = world.approved(), world.approved("cibinong")
    device, given = world.asset(brand="Contoh", model="T1"), world.asset()
    handover = world.issue(given["id"], to=world.cibinong, line=received["lines"][0]["id"])
    waiting = world.issue(device["id"])
    world["cibinong"].do(f"handovers/{handover['id']}/accept/")
    world.asset(), world.asset()
    world["perencana"].make("standard-prices/", {"device_type": world.phone, "year": 2027, "price": 4_500_000})
    plan = world["perencana"].make("plans/", {"fiscal_year": 2027, "stage": "murni", "ceiling": 9_000_000})
    [line, *_rest] = world["perencana"].results(f"plans/{plan['id']}/lines/", need__gt=0)
    imported = an_import(world)
    job, _file = world.export("perencana", "requests")
    assert job["state"] == "done"
    return {
        "the first screen": "/admin/",
        "requests": REQUESTS,
        "a queue": f"{REQUESTS}?desk=requests",
        "one of a queue": f"{REQUESTS}{verified['id']}/change/?desk=requests",
        "deciding the next of a queue": f"{REQUESTS}{verified['id']}/do/decide/?desk=requests",
        "deciding over many": f"{REQUESTS}many/decide/?desk=requests&row={verified['id']}.{verified['version']}",
        "no request found": f"{REQUESTS}?q=tidakada",
        "a new request": f"{REQUESTS}add/",
        "a draft": f"{REQUESTS}{draft['id']}/change/",
        "endorsing": f"{REQUESTS}{submitted['id']}/do/endorse/",
        "a request waiting for a decision": f"{REQUESTS}{verified['id']}/change/",
        "deciding": f"{REQUESTS}{verified['id']}/do/decide/",
        "issuing": f"{REQUESTS}{approved['id']}/do/issue/",
        "a fulfilled request": f"{REQUESTS}{received['id']}/change/",
        "a handover": f"{HANDOVERS}{waiting['id']}/change/",
        "handovers": HANDOVERS,
        "confirming receipt": f"{HANDOVERS}{waiting['id']}/do/accept/",
        "devices": ASSETS,
        "devices to print": f"{ASSETS}printed/",
        "a unit": f"/admin/org/unit/{world.cibinong}/change/",
        "a device": f"{ASSETS}{given['id']}/change/",
        "a new device": f"{ASSETS}add/",
        "a long overdue pledge": f"{PLEDGES}{pledge['id']}/change/",
        "an extended pledge": f"{PLEDGES}{moved['id']}/change/",
        "a new pledge": f"{PLEDGES}add/",
        "asking for a date": f"{PLEDGES}{moved['id']}/do/ask-revision/",
        "plans": PLANS,
        "a plan": f"{PLANS}{plan['id']}/change/",
        "a new plan": f"{PLANS}add/",
        "adjusting a plan": f"{PLANS}{plan['id']}/do/adjust/",
        "recalculating a plan": f"{PLANS}{plan['id']}/do/recalculate/",
        "reviewing a plan": f"{PLANS}{plan['id']}/do/review/",
        "what a plan changes": f"{PLANS}{plan['id']}/read/difference/",
        "who got how much": f"{PLANS}{plan['id']}/read/fairness/",
        "what fits under the ceiling": f"{PLANS}{plan['id']}/read/ceiling/",
        "the lines of plans": LINES,
        "a line of a plan": f"{LINES}{line['id']}/change/",
        "standards of need": "/admin/planning/needstandard/",
        "a new receipt": "/admin/assets/receipt/add/",
        "a witness": f"{WITNESSES}{witness['id']}/change/",
        "erasing a witness": f"{WITNESSES}{witness['id']}/do/erase/",
        "downloads": "/admin/jobs/",
        "importing": "/admin/imports/",
        "a faulty file": f"/admin/imports/{imported['id']}/",
        "the journal": "/admin/core/event/",
        "the settings": "/admin/core/installation/1/change/",
        "the password": "/admin/password_change/",
    }


def an_import(world: World) -> dict[str, Any]:
    """A file with a fault and a warning, handed in by the clerk."""
    rows = register(device(1, tanggal="2022"), device(2, kondisi="lumayan"))
    answer = send_form(world, "pengurus", "imports/", {"kind": "assets"}, file=("daftar.xlsx", workbook(rows)))
    return answer.json()


MET = {
    "kemang": [
        "the first screen", "requests", "no request found", "a new request", "a draft", "confirming receipt",
        "a long overdue pledge", "the password",
    ],
    "camat-kemang": ["endorsing"],
    "ppid": ["a witness", "erasing a witness"],
    "verifikator": ["the first screen", "a request waiting for a decision", "a new pledge", "asking for a date"],
    "kabid": [
        "deciding", "reviewing a plan", "a queue", "one of a queue", "deciding the next of a queue",
        "deciding over many",
    ],
    "pengurus": [
        "issuing", "a handover", "devices", "a device", "a new device", "a new receipt", "importing", "a faulty file",
        "devices to print", "a unit",
    ],
    "perencana": [
        "downloads", "plans", "a plan", "a new plan", "adjusting a plan", "recalculating a plan", "what a plan changes",
        "who got how much", "what fits under the ceiling", "the lines of plans", "a line of a plan",
        "standards of need",
    ],
    "inspektorat": ["the first screen", "an extended pledge", "a fulfilled request", "the journal"],
    "admin": ["the first screen", "the settings"],
    "publik": ["the first screen"],
}  # fmt: skip


@pytest.fixture
def page_of(visit: Visit) -> Iterator[Any]:
    """One window for each account, of any width."""
    pages: dict[str, Page] = {}

    def opened(username: str) -> Page:
        if username not in pages:
            pages[username] = visit(username)
        return pages[username]

    return opened


@pytest.mark.parametrize("username", MET)
def test_every_page_is_accessible_and_fits_the_phone(page_of, places, username):
    page, wrong = page_of(username), {}
    for name in MET[username]:
        page.goto(places[name])
        assert page.locator("main h1").count() == 1, name
        if found := at_widths(page):
            wrong[name] = found

    assert wrong == {}


def test_the_login_is_too_and_says_what_is_wrong(visit):
    page = visit()
    page.goto("/admin/login/")
    assert at_widths(page) == []
    page.get_by_label("Nama pengguna").fill("kemang")
    page.get_by_label("Kata sandi").fill("salah")
    page.get_by_role("button", name="Masuk").click()
    page.get_by_role("alert").wait_for()
    assert at_widths(page) == []


def test_a_refused_form_says_so_beside_the_field_and_stays_accessible(visit, places):
    page = visit("kemang", PHONE)
    page.goto(places["a new request"])
    page.get_by_label("Jumlah").fill("0")
    page.get_by_role("button", name="Simpan").click()

    assert page.get_by_role("alert").is_visible()
    assert at_widths(page) == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_what_is_wrong_with_a_file_is_read_in_whole_words(page_of, places, width):
    page = page_of("pengurus")
    page.set_viewport_size({"width": width, "height": 780})
    page.goto(places["a faulty file"])
    rows = page.locator(".g-job .g-error").all()
    assert rows
    assert [row.inner_text() for row in rows if row.bounding_box()["width"] < 200] == []


def test_the_dark_pages_have_the_same_contrast(visit, places):
    page, wrong = visit("verifikator", PHONE, color_scheme="dark"), {}
    for name in (
        "the first screen",
        "a queue",
        "one of a queue",
        "a request waiting for a decision",
        "an extended pledge",
        "a new pledge",
        "a plan",
        "a line of a plan",
    ):
        page.goto(places[name])
        if found := violations(page):
            wrong[name] = found
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == NIGHT

    assert wrong == {}


OVERLAPS = """() => {
    const shown = [...document.querySelectorAll('.g-track text')].filter(each => each.getClientRects().length);
    const boxes = shown.map(each => each.getBoundingClientRect());
    const inside = boxes.every(box => box.left >= 0 && box.right <= innerWidth);
    const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 3 || b.bottom <= a.top + 3;
    return boxes.length > 3 && inside && boxes.every((a, i) => boxes.slice(i + 1).every(b => apart(a, b)));
}"""


@pytest.mark.parametrize("width", [NARROWEST, PHONE, 700, DESK])
def test_the_labels_of_a_pledge_in_time_never_touch(page_of, places, width):
    page = page_of("inspektorat")
    page.set_viewport_size({"width": width, "height": 780})
    for name in ("a long overdue pledge", "an extended pledge"):
        page.goto(places[name])

        assert page.evaluate(OVERLAPS), name


BROKEN = """() => [...document.querySelectorAll('.g-doc')]
    .filter(each => each.offsetHeight > 1.9 * parseFloat(getComputedStyle(each).fontSize))
    .map(each => each.textContent)"""


@pytest.mark.parametrize("name", ["a handover", "handovers", "an extended pledge", "a fulfilled request", "a device"])
def test_no_number_of_a_document_breaks_on_a_phone(page_of, places, name):
    page = page_of("pengurus")
    page.set_viewport_size({"width": PHONE, "height": 780})
    page.goto(places[name])

    assert page.locator(".g-doc").count() > 0
    assert page.evaluate(BROKEN) == []
    assert too_wide(page) == []
