"""Indonesian on every page, the words of the office, and nothing fetched from elsewhere."""

from __future__ import annotations

import re

import pytest

from backoffice import html
from planning import plans
from requests_app.models import DeviceRequest
from tests.backoffice.desk import Desk, adding, page, text, verb_page
from tests.base import Cast, a_pledge, an_issue, asset_in, decided, endorsed, settings_are, submitted

ENGLISH = re.compile(
    r"\b(Search|Type to search|Filters?|Apply|Add|Save|Delete|Change|Close|Welcome|Log in|Log out|Home|Select|Show all"
    r"|results?|Reset|History|Submit|Cancel|Username|Password|View|Actions?|Light|Dark|System|Back|Next|Previous"
    r"|This field|You are|Dashboard|Yes|No)\b"
)


def english_in(response) -> list[str]:
    return ENGLISH.findall(text(response))


def test_the_login_page_speaks_indonesian(client, db: None) -> None:
    response = client.get("/admin/login/")
    assert english_in(response) == []
    assert "Nama pengguna" in text(response) and "Kata sandi" in text(response)
    assert '<html lang="id"' in response.content.decode()


def test_the_usual_pages_speak_indonesian(cast: Cast, desk: Desk) -> None:
    pledge, request, asset = a_pledge(cast), decided(cast), asset_in(cast, "issued")
    handover, plan = an_issue(cast), plans.create(fiscal_year=2027, actor=cast.planner)
    seen = [
        (cast.kemang_admin, "/admin/"), (cast.clerk, "/admin/"), (cast.clerk, "/admin/requests_app/devicerequest/"),
        (cast.clerk, "/admin/assets/asset/"), (cast.clerk, "/admin/jobs/"), (cast.clerk, "/admin/password_change/"),
        (cast.kemang_admin, adding(DeviceRequest)), (cast.clerk, page(asset)), (cast.clerk, page(pledge)),
        (cast.clerk, page(request)), (cast.clerk, verb_page(request, "issue")), (cast.clerk, adding(type(asset))),
        (cast.kemang_admin, verb_page(handover, "accept")), (cast.kemang_admin, verb_page(handover, "dispute")),
        (cast.auditor, "/admin/core/event/"), (cast.superuser, "/admin/core/installation/1/do/change/"),
        (cast.superuser, "/admin/org/grant/add/"), (cast.viewer, "/admin/figures/"),
        (cast.verifier, "/admin/pledges/pledge/add/"), (cast.planner, "/admin/planning/plan/add/"),
        (cast.planner, page(plan)), (cast.planner, verb_page(plan, "adjust")),
        (cast.approver, verb_page(plan, "review")), (cast.planner, page(plan.lines.first())),
        (cast.clerk, "/admin/assets/receipt/add/"),
        *((cast.viewer, f"{page(plan)[:-7]}read/{name}/") for name in ("difference", "fairness", "ceiling")),
    ]  # fmt: skip
    for user, address in seen:
        response = desk.get(user, address)
        assert response.status_code == 200, address
        assert english_in(response) == [], address


def test_refusals_and_faults_speak_indonesian(cast: Cast, desk: Desk) -> None:
    request = endorsed(cast)
    for response in (
        desk.act(cast.viewer, request, "verify"), desk.get(cast.viewer, "/admin/assets/asset/999/change/"),
        desk.get(cast.viewer, "/admin/assets/asset/", x="1"),
        desk.post(cast.kemang_admin, adding(DeviceRequest), {"rows": "1"}),
    ):  # fmt: skip
        assert response.status_code >= 400
        assert english_in(response) == []


def test_who_chooses_english_gets_english(cast: Cast, desk: Desk) -> None:
    desk.client(cast.verifier).post("/i18n/setlang/", {"language": "en", "next": "/admin/"})
    seen = text(desk.get(cast.verifier, "/admin/"))
    assert "Nothing is waiting for you." in seen
    assert "Requests" in seen


@pytest.mark.parametrize("address", ["/admin/login/", "/admin/"])
def test_a_page_asks_nothing_of_other_hosts(cast: Cast, desk: Desk, address: str) -> None:
    body = desk.get(cast.clerk, address).content.decode()
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', body)


def test_the_words_of_the_office_are_used(cast: Cast, desk: Desk) -> None:
    settings_are(endorsement="tap")
    request = submitted(cast)
    assert "Menunggu tanda tangan Camat" in text(desk.get(cast.kemang_admin, page(request)))
    assert "Sekarang di meja Camat" in text(desk.get(cast.kemang_admin, page(request)))
    pages = text(desk.get(cast.kemang_admin, "/admin/")) + text(desk.get(cast.kemang_admin, page(request)))
    assert "Permintaan" not in pages.replace("Usulan, perangkat, janji", "")


def test_numbers_of_documents_are_marked_and_nothing_else_is() -> None:
    bast = "000.2.3.2/001/DISKOMINFO/III/2026"
    assert html.unbroken(f"{bast} · <b>") == f'<span class="g-doc g-long">{bast}</span> · &lt;b&gt;'
    assert html.unbroken("JJ-2026-0001 HP") == '<span class="g-doc">JJ-2026-0001</span> HP'
    for plain in ("rapat ke-2", "dan/atau/serta", "https://contoh.id/a/1", "13/40", "Wi-Fi"):
        assert html.unbroken(plain) == plain


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<p>20 hari kerja, 3 perangkat</p>", "<p>20_hari kerja, 3_perangkat</p>"),
        ("<strong>1.421</strong> hari", "<strong>1.421</strong>_hari"),
        ("<b><i>4</i></b> unit <a title='4 unit'>7 MB</a>", "<b><i>4</i></b>_unit <a title='4 unit'>7_MB</a>"),
        ("tahun 2026 sampai 2027, 3 harian", "tahun 2026 sampai 2027, 3 harian"),
        ("<textarea>\n20 hari</textarea> 2 jam", "<textarea>\n20 hari</textarea> 2_jam"),
        ("<option value='1'>20 hari</option> 1 day", "<option value='1'>20 hari</option> 1_day"),
        ("<input value='20 hari'> 5 rows", "<input value='20 hari'> 5_rows"),
    ],
)
def test_a_number_stays_with_what_it_counts(markup: str, shown: str) -> None:
    assert html.together(markup) == shown.replace("_", "\N{NO-BREAK SPACE}")


def test_every_page_keeps_numbers_with_what_they_count(cast: Cast, desk: Desk) -> None:
    asset_in(cast, "issued")
    for address in ("/admin/", "/admin/assets/asset/", "/admin/figures/"):
        body = desk.get(cast.clerk, address).content.decode().split("<body")[1]
        assert html.MEASURED.sub(lambda found: "!" if found["number"] else " ", body).count("!") == 0, address
    assert "1\N{NO-BREAK SPACE}baris" in desk.get(cast.clerk, "/admin/assets/asset/").content.decode()
