"""What was typed comes back after the session ended, the token was lost, or somebody signed in elsewhere."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backoffice.returning import typed_by
from core.models import Event
from org.models import User
from requests_app.models import DeviceRequest
from tests.backoffice.desk import Desk, adding, text, verb_page
from tests.backoffice.test_verbs import request_fields
from tests.base import PASSWORD, Cast, a_pledge, again, an_asset, endorsed

ADDRESS = "/admin/requests_app/devicerequest/add/"
HERE = {"origin": "http://testserver"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def hidden(response: Any) -> dict[str, str]:
    """What the page carries, without its own token."""
    [form] = re.findall(r"<main.*?</main>", response.content.decode(), flags=re.S)
    return {unescape(n): unescape(v) for n, v in HIDDEN.findall(form) if n != "csrfmiddlewaretoken"}


def typed(cast: Cast, by: User, **more: str) -> dict[str, str]:
    return {**request_fields(cast, purpose="Sudah diketik\npanjang-panjang"), "_by": typed_by(by), **more}


def test_after_the_session_ended_the_password_is_asked_for_and_the_form_comes_back(cast: Cast) -> None:
    client, fields = Client(), typed(cast, cast.kemang_admin)
    asked = client.post(ADDRESS, fields)
    assert asked.status_code == 200 and "Sesi Anda sudah berakhir. Belum ada yang disimpan" in text(asked)
    carried = hidden(asked)
    assert {**carried, "_in-username": ""} == {**fields, "_in-username": ""}
    assert carried["_in-username"] == "kemang" and 'name="_in-password"' in asked.content.decode()

    drawn = client.post(ADDRESS, {**carried, "_in-password": PASSWORD})
    html = drawn.content.decode()
    assert drawn.status_code == 200 and "Anda sudah masuk lagi." in text(drawn)
    assert "Sudah diketik\npanjang-panjang" in html and 'value="2019"' in html and "g-alert" not in html
    assert not DeviceRequest.objects.exists()

    assert client.post(ADDRESS, fields).status_code == 302
    assert DeviceRequest.objects.get().purpose == fields["purpose"]


def test_a_wrong_password_loses_nothing_and_counts_as_a_try(cast: Cast) -> None:
    client, fields = Client(), typed(cast, cast.kemang_admin)
    for _ in range(10):
        wrong = client.post(ADDRESS, {**fields, "_in-username": "kemang", "_in-password": "salah"})
        assert wrong.status_code == 400 and hidden(wrong)["purpose"] == fields["purpose"]
        assert "tidak cocok" in text(wrong) and "salah" not in wrong.content.decode()
    locked = client.post(ADDRESS, {**fields, "_in-username": "kemang", "_in-password": PASSWORD})
    assert locked.status_code == 429 and hidden(locked)["purpose"] == fields["purpose"]
    assert "Terlalu banyak percobaan masuk" in text(locked)


def test_who_typed_is_asked_for_when_the_form_does_not_say_or_lies(cast: Cast) -> None:
    for by in ("", "1", f"{cast.kemang_admin.pk}:falsch"):
        asked = Client().post(ADDRESS, {**request_fields(cast), "_by": by})
        assert '<input type="text" name="_in-username"' in asked.content.decode()


def test_what_one_typed_is_not_shown_to_another(cast: Cast) -> None:
    client, fields = Client(), typed(cast, cast.kemang_admin)
    other = client.post(ADDRESS, {**fields, "_in-username": "cibinong", "_in-password": PASSWORD})
    assert (other.status_code, other["Location"]) == (302, ADDRESS)
    assert "Sudah diketik" not in client.get(ADDRESS).content.decode()


def test_who_signs_in_anew_may_do_what_the_form_is_for_or_learns_so(cast: Cast) -> None:
    client, request = Client(), endorsed(cast)
    fields = {"_by": typed_by(cast.verifier), "reason": "Lengkap"}
    address = verb_page(request, "verify")
    cast.verifier.grants.update(ends_on="2026-01-01")
    answer = client.post(address, {**fields, "_in-username": "verifikator", "_in-password": PASSWORD})
    assert answer.status_code in (403, 404)
    assert again(request).state == request.state


def test_what_changed_meanwhile_is_noticed_when_the_form_is_sent(cast: Cast, desk: Desk) -> None:
    client, request = Client(), endorsed(cast)
    fields = {"_by": typed_by(cast.verifier), "reason": "Lengkap", "_version": str(request.version)}
    address = verb_page(request, "verify")
    drawn = client.post(address, {**fields, "_in-username": "verifikator", "_in-password": PASSWORD})
    assert f'name="_version" value="{request.version}"' in drawn.content.decode()


def test_files_have_to_be_chosen_again_and_the_page_says_which(cast: Cast) -> None:
    client, pledge = Client(), a_pledge(cast)
    paper = SimpleUploadedFile("surat 45.pdf", b"%PDF-1.4", "application/pdf")
    fields = {"_by": typed_by(cast.verifier), "reason": "Tertunda", "document": paper}
    address = verb_page(pledge, "ask-revision")
    asked = client.post(address, fields)
    assert "Berkas harus dipilih lagi: surat 45.pdf" in text(asked)
    drawn = client.post(address, {**hidden(asked), "_in-password": PASSWORD})
    assert "Pilih lagi berkas “surat 45.pdf”" in text(drawn) and "Tertunda" in text(drawn)


def test_no_password_is_carried(cast: Cast) -> None:
    fields = {"_by": typed_by(cast.user_admin), "username": "baru", "password": "sapi-merah-8812"}
    asked = Client().post(adding(User), fields)
    assert "sapi-merah-8812" not in asked.content.decode() and hidden(asked)["username"] == "baru"


def test_what_is_said_for_many_rows_comes_back_too(cast: Cast) -> None:
    rows = [f"{each.pk}.{again(each).version}" for each in (endorsed(cast), endorsed(cast))]
    address, client = "/admin/requests_app/devicerequest/many/verify/", Client()
    asked = client.post(address, {"row": rows, "reason": "Lengkap semua", "_by": typed_by(cast.verifier)})
    assert [value for name, value in HIDDEN.findall(asked.content.decode()) if name == "row"] == rows
    sent = {**hidden(asked), "row": rows, "_in-password": PASSWORD}
    drawn = client.post(address, sent)
    assert drawn.status_code == 200 and "Lengkap semua" in drawn.content.decode()
    assert not Event.objects.filter(verb="request.verified").exists()


def test_what_is_no_form_leads_to_the_login_and_back_to_its_page(cast: Cast) -> None:
    sent = Client().post(
        "/admin/assets/asset/export/", headers={"referer": "http://testserver/admin/assets/asset/?q=x"}
    )
    assert (sent.status_code, sent["Location"]) == (302, "/admin/login/?next=/admin/assets/asset/%3Fq%3Dx")
    sent = Client().post(
        "/admin/password_change/", {"old_password": "x"}, headers={"referer": "http://elsewhere.example/"}
    )
    assert sent["Location"] == "/admin/login/?next=/admin/"
    assert Client().post("/admin/logout/").status_code == 302


def strict(user: User | None = None) -> Client:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    if user:
        client.force_login(again(user))
    return client


def test_a_form_opened_before_one_signed_in_elsewhere_comes_back(cast: Cast) -> None:
    client, fields = strict(cast.kemang_admin), typed(cast, cast.kemang_admin, csrfmiddlewaretoken="x" * 64)
    client.get(ADDRESS)
    stopped = client.post(ADDRESS, fields, headers=HERE)
    assert stopped.status_code == 403 and "Formulir ini dibuka sebelum Anda terakhir masuk" in text(stopped)
    assert hidden(stopped) == {**{k: v for k, v in fields.items() if k != "csrfmiddlewaretoken"}, "_again": "1"}
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', stopped.content.decode())[0]
    drawn = client.post(ADDRESS, {**hidden(stopped), "csrfmiddlewaretoken": token}, headers=HERE)
    assert drawn.status_code == 200 and "Sudah diketik\npanjang-panjang" in drawn.content.decode()
    assert not DeviceRequest.objects.exists()


def test_who_lost_the_cookies_is_told_so_and_loses_nothing(cast: Cast) -> None:
    stopped = strict().post(ADDRESS, typed(cast, cast.kemang_admin), headers=HERE)
    said = text(stopped)
    assert stopped.status_code == 403 and "tidak mengirim cookie Gawai" in said and "Izinkan cookie" in said
    assert "tidak diizinkan" not in said
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', stopped.content.decode())[0]
    client = strict()
    client.cookies = stopped.client.cookies
    sent = {**hidden(stopped), "_in-password": PASSWORD, "csrfmiddlewaretoken": token}
    assert "Sudah diketik" in client.post(ADDRESS, sent, headers=HERE).content.decode()


@pytest.mark.parametrize("headers", [{}, {"origin": "http://elsewhere.example"}, {"origin": "null"}])
def test_what_comes_from_elsewhere_is_never_shown(cast: Cast, headers: dict[str, str]) -> None:
    for client in (strict(), strict(cast.kemang_admin)):
        stopped = client.post(ADDRESS, typed(cast, cast.kemang_admin), headers=headers)
        said = text(stopped)
        assert stopped.status_code == 403 and "Sudah diketik" not in said
        assert "Belum terkirim" in said and "Izinkan cookie" in said and "diizinkan untuk akun" not in said


def test_the_form_of_another_is_not_shown_to_who_signed_in_since(cast: Cast) -> None:
    stopped = strict(cast.cibinong_admin).post(ADDRESS, typed(cast, cast.kemang_admin), headers=HERE)
    assert stopped.status_code == 403 and "Sudah diketik" not in stopped.content.decode()


def test_what_is_no_form_says_what_to_do(cast: Cast) -> None:
    for address in ("/admin/logout/", "/i18n/setlang/", "/admin/assets/asset/export/"):
        stopped = strict(cast.clerk).post(address, headers=HERE)
        assert stopped.status_code == 403 and "buka lagi halamannya, lalu kirim sekali lagi" in text(stopped)
    before = Event.objects.count()
    strict(cast.clerk).post(verb_page(an_asset(cast), "mark-lost"), {"reason": "x"}, headers=HERE)
    assert Event.objects.filter(verb="asset.lost").count() == 0 and Event.objects.count() >= before
