"""Reference data, accounts, grants, settings, the journal's check, exports and their files."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assets.models import DeviceType, Family, StandardPrice
from core import jobs
from core.installation import CHANGEABLE
from core.journal import head
from core.models import Event, Installation, Job, SecurityEvent
from org.models import Grant, Person, SocialAccount, User
from pledges.suggesting import suggestion_for
from tests.backoffice.desk import Desk, adding, listing, page, text, verb_page, verbs_on
from tests.base import PASSWORD, Cast, a_pledge, again, an_asset, asset_in, day, decided, settings_are, submitted
from tests.pdfs import letter_file
from wording.events import detail_of

SETTINGS = reverse("admin:core_installation_act", args=[1, "change"])


def settings_form(**changed: str) -> dict[str, str]:
    kept = Installation.current()
    values = {name: getattr(kept, name) for name in CHANGEABLE if name != "six_day_week"}
    return {name: "" if value is None else str(value) for name, value in values.items()} | changed


def test_a_keeper_adds_changes_and_removes_reference_data(cast: Cast, desk: Desk) -> None:
    made = desk.post(cast.clerk, adding(Family), {"code": "drone", "name": "Drone", "name_en": "Drone"})
    family = Family.objects.get(code="drone")
    assert made["Location"] == page(family)
    assert desk.act(cast.clerk, family, "change", code="drone", name="Pesawat nirawak", name_en="").status_code == 302
    assert again(family).name == "Pesawat nirawak"
    assert desk.act(cast.clerk, family, "delete").status_code == 302
    assert not Family.objects.filter(pk=family.pk).exists()
    assert [e.verb for e in Event.objects.order_by("seq")] == ["family.created", "family.changed", "family.removed"]


def test_a_unit_is_given_its_working_week_and_loses_it_again(cast: Cast, desk: Desk) -> None:
    fields = {
        "code": cast.kemang.code,
        "name": "Kemang",
        "kind": "district",
        "parent": str(cast.root.pk),
        "active": "on",
    }
    for sent, kept, said in (("6", 6, "Enam hari"), ("", None, "")):
        form = desk.get(cast.user_admin, verb_page(cast.kemang, "change"))
        assert "Kosong: sama dengan unit di atasnya." in text(form)
        assert desk.act(cast.user_admin, cast.kemang, "change", working_week=sent, **fields).status_code == 302
        assert again(cast.kemang).working_week == kept
        assert ("Hari kerja seminggu Enam hari" in text(desk.get(cast.viewer, page(cast.kemang)))) is bool(said)
    assert desk.act(cast.user_admin, cast.kemang, "change", working_week="7", **fields).status_code == 400


def test_reference_data_in_use_is_not_removed(cast: Cast, desk: Desk) -> None:
    response = desk.act(cast.clerk, cast.hp.family, "delete")
    assert response.status_code == 409
    assert "Masih dipakai" in text(response)
    assert Family.objects.filter(pk=cast.hp.family_id).exists()


def test_who_is_no_keeper_reads_only(cast: Cast, desk: Desk) -> None:
    assert verbs_on(desk.get(cast.verifier, page(cast.hp))) == set()
    assert desk.get(cast.verifier, adding(DeviceType)).status_code == 403
    assert desk.act(cast.verifier, cast.hp, "change", name="X").status_code == 403


def test_a_standard_price_is_once_per_type_and_year(cast: Cast, desk: Desk) -> None:
    fields = {"device_type": str(cast.hp.pk), "year": "2026", "price": "4500000", "includes_ppn": "on"}
    assert desk.post(cast.planner, adding(StandardPrice), fields).status_code == 302
    again_sent = desk.post(cast.planner, adding(StandardPrice), fields)
    assert again_sent.status_code == 400
    assert "sudah ada" in text(again_sent)
    assert "Rp4.500.000" in text(desk.get(cast.viewer, listing(StandardPrice)))


def test_a_kecamatan_keeps_its_own_accounts_on_social_media(cast: Cast, desk: Desk) -> None:
    fields = {"unit": str(cast.kemang.pk), "platform": "instagram", "handle": "@kec.kemang", "active": "on"}
    assert desk.post(cast.kemang_admin, adding(SocialAccount), fields).status_code == 302
    foreign = {**fields, "unit": str(cast.cibinong.pk), "handle": "@lain"}
    assert desk.post(cast.kemang_admin, adding(SocialAccount), foreign).status_code == 400
    assert SocialAccount.objects.count() == 1


def test_an_account_is_made_given_a_role_and_closed(cast: Cast, desk: Desk) -> None:
    person = Person.objects.create(name="Siti Aminah", unit=cast.cibinong)
    fields = {"username": "sitia", "password": "biru-laut-7731", "email": "", "person": str(person.pk)}
    assert desk.post(cast.user_admin, adding(User), fields).status_code == 302
    made = User.objects.get(username="sitia")
    assert made.check_password("biru-laut-7731")
    role = {"user": str(made.pk), "role": "requester", "unit": str(cast.cibinong.pk), "starts_on": "2026-03-02"}
    assert desk.post(cast.user_admin, adding(Grant), role).status_code == 302
    grant = Grant.objects.get(user=made)
    assert desk.act(cast.user_admin, grant, "end", reason="Pindah tugas").status_code == 302
    assert desk.act(cast.user_admin, made, "deactivate", reason="Pensiun").status_code == 302
    assert not again(made).is_active
    assert PASSWORD not in str(list(Event.objects.values()))


def test_a_weak_first_password_is_told_beside_its_field(cast: Cast, desk: Desk) -> None:
    fields = {"username": "sitia", "password": "diskominfo2026", "email": ""}
    response = desk.post(cast.superuser, adding(User), fields)
    assert response.status_code == 400
    assert 'id="id_password_error"' in response.content.decode()
    assert "diskominfo2026" not in response.content.decode()
    assert not User.objects.filter(username="sitia").exists()


def test_nobody_administers_above_themselves(cast: Cast, desk: Desk) -> None:
    for verb in ("deactivate", "set-password", "change"):
        response = desk.act(
            cast.user_admin, cast.superuser, verb, reason="x", password="biru-laut-7731", email="a@b.id"
        )
        assert response.status_code == 403
    above = {
        "user": str(cast.verifier.pk),
        "role": "user_admin",
        "unit": str(cast.kemang.pk),
        "starts_on": "2026-03-02",
    }
    assert desk.post(cast.user_admin, adding(Grant), above).status_code == 400
    assert not Grant.objects.filter(user=cast.verifier, role="user_admin").exists()
    assert again(cast.superuser).is_active


def test_somebody_closed_is_out_on_the_next_call(cast: Cast, desk: Desk) -> None:
    assert desk.get(cast.verifier, "/admin/").status_code == 200
    desk.act(cast.superuser, cast.verifier, "deactivate", reason="Pindah")
    assert desk.get(cast.verifier, "/admin/")["Location"].startswith("/admin/login/")


def test_signing_in_and_out(cast: Cast) -> None:
    client = Client()
    signed = client.post("/admin/login/", {"username": "kemang", "password": PASSWORD, "next": "/admin/jobs/"})
    assert signed["Location"] == "/admin/jobs/"
    assert client.get("/admin/logout/").status_code == 405
    assert client.post("/admin/logout/")["Location"] == "/"
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)",
                                    "https://127.0.0.1@evil.example", "\t//evil.example"])  # fmt: skip
def test_signing_in_stays_on_the_site(cast: Cast, target: str) -> None:
    answer = Client().post("/admin/login/", {"username": "kemang", "password": PASSWORD, "next": target})
    assert answer["Location"] == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_page(cast: Cast) -> None:
    seen = {text(Client().post("/admin/login/", {"username": name, "password": "salah"}))
            for name in ("kemang", "tidak-ada")}  # fmt: skip
    assert len(seen) == 1
    assert "tidak cocok" in seen.pop()


def test_one_s_own_password_is_changed_through_the_verb(cast: Cast, desk: Desk) -> None:
    other = Client()
    other.force_login(cast.kemang_admin)
    fields = {"old_password": PASSWORD, "new_password1": "biru-laut-7731", "new_password2": "biru-laut-7731"}
    assert (
        desk.post(cast.kemang_admin, "/admin/password_change/", {**fields, "old_password": "salah"}).status_code == 200
    )
    weak = desk.post(
        cast.kemang_admin,
        "/admin/password_change/",
        {**fields, "new_password1": "12345678", "new_password2": "12345678"},
    )
    assert "g-error" in weak.content.decode()
    assert not Event.objects.exists()
    assert desk.post(cast.kemang_admin, "/admin/password_change/", fields).status_code == 302
    assert again(cast.kemang_admin).check_password("biru-laut-7731")
    assert Event.objects.get().verb == "user.password_set"
    assert desk.get(cast.kemang_admin, "/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302


def test_settings_are_changed_by_the_user_admin_of_the_whole_district(cast: Cast, desk: Desk) -> None:
    assert (
        desk.post(cast.user_admin, SETTINGS, settings_form(verify_days="7", name="Kabupaten Contoh")).status_code == 302
    )
    assert Installation.current().verify_days == 7
    event = Event.objects.get()
    assert (event.verb, event.changes["verify_days"]) == ("installation.changed", [3, 7])
    told = detail_of(event.verb, event.changes, event)
    assert set(told.split(", ")) == {"batas verifikasi (hari kerja)", "nama pemerintah daerah"}
    assert told in text(desk.get(cast.user_admin, page(Installation.current())))
    assert desk.post(cast.verifier, SETTINGS, settings_form()).status_code == 403
    assert verbs_on(desk.get(cast.verifier, "/admin/core/installation/1/change/")) == set()


@pytest.mark.parametrize(
    "pattern", ["BAST/{nomor}", "{tahun}", "{nomor}/{tahun}/{nomor.__class__}", "{nomor:999999999}/{tahun}", "{"]
)
def test_a_number_pattern_that_cannot_hold_is_refused(cast: Cast, desk: Desk, pattern: str) -> None:
    settings_are(name="Kabupaten Contoh")
    response = desk.post(cast.superuser, SETTINGS, settings_form(handover_number=pattern))
    assert response.status_code == 400
    assert 'id="id_handover_number_error"' in response.content.decode()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("day", "month", "wrong"),
    [("3", "", "anniversary_month"), ("", "6", "anniversary_day"), ("29", "2", "anniversary_day"),
     ("31", "4", "anniversary_day"), ("0", "6", "anniversary_day"), ("3", "13", "anniversary_month")],
)  # fmt: skip
def test_hari_jadi_is_a_day_that_comes_every_year_or_none(
    cast: Cast, desk: Desk, day: str, month: str, wrong: str
) -> None:
    response = desk.post(cast.superuser, SETTINGS, settings_form(anniversary_day=day, anniversary_month=month))
    assert (response.status_code, f'id="id_{wrong}_error"' in response.content.decode()) == (400, True)
    assert not Event.objects.exists()


def test_hari_jadi_is_set_in_the_settings_and_read_in_deadlines(cast: Cast, desk: Desk) -> None:
    said = day("2026-08-24")
    assert suggestion_for("sebelum Hari Jadi", said, said).due_on is None
    desk.post(cast.superuser, SETTINGS, settings_form(anniversary_day="3", anniversary_month="6"))
    assert str(suggestion_for("sebelum Hari Jadi", said, said).due_on) == "2027-06-02"
    assert "hari jadi" in text(desk.get(cast.superuser, "/admin/core/installation/1/change/")).lower()


def test_saving_settings_unchanged_writes_nothing(cast: Cast, desk: Desk) -> None:
    settings_are(name="Kabupaten Contoh")
    assert desk.post(cast.superuser, SETTINGS, settings_form()).status_code == 302
    assert not Event.objects.exists()


def test_the_inspectorate_has_the_journal_checked(cast: Cast, desk: Desk) -> None:
    submitted(cast)
    seq, digest = head()
    assert f"{seq}:{digest}" in desk.get(cast.auditor, listing(Event)).content.decode()
    assert (
        desk.post(cast.auditor, "/admin/verify-journal/", {"anchor": f"{seq}:{digest}"})["Location"] == "/admin/jobs/"
    )
    jobs.run_due()
    assert f"Keutuhan catatan diperiksa: {seq} peristiwa utuh" in text(desk.get(cast.auditor, "/admin/jobs/"))
    desk.post(cast.auditor, "/admin/verify-journal/", {"anchor": f"{seq}:{'0' * 64}"})
    jobs.run_due()
    assert f"Catatan nomor {seq} tidak utuh" in text(desk.get(cast.auditor, "/admin/jobs/"))
    assert desk.post(cast.verifier, "/admin/verify-journal/").status_code == 403


def test_an_export_holds_the_rows_of_the_list_and_is_its_maker_s_alone(cast: Cast, desk: Desk, media) -> None:
    submitted(cast), submitted(cast, unit=cast.cibinong), decided(cast)
    answer = desk.post(
        cast.verifier, "/admin/requests_app/devicerequest/export/", {"unit": "32.01.12", "q": "UP", "p": "1"}
    )
    assert answer["Location"] == "/admin/jobs/"
    job = Job.objects.get()
    assert job.params["filters"] == {"within": "32.01.12", "search": "UP"}
    jobs.run_due()
    assert Job.objects.get().rows == 2
    address = reverse("admin:job_file", args=[job.pk])
    fetched = desk.get(cast.verifier, address)
    assert fetched.status_code == 200
    assert fetched["Content-Disposition"].startswith("attachment")
    assert b"".join(fetched.streaming_content)[:2] == b"PK"
    assert desk.get(cast.approver, address).status_code == 404
    assert "Belum ada unduhan." in text(desk.get(cast.approver, "/admin/jobs/"))
    assert SecurityEvent.objects.filter(kind="export").count() == 1


def test_an_export_of_one_s_queue_holds_its_rows(cast: Cast, desk: Desk, media) -> None:
    submitted(cast), decided(cast)
    desk.post(cast.kemang_head, "/admin/requests_app/devicerequest/export/", {"desk": "requests"})
    jobs.run_due()
    assert Job.objects.get().rows == 1


def test_exports_of_devices_and_pledges_come_too(cast: Cast, desk: Desk, media) -> None:
    an_asset(cast), asset_in(cast, "issued"), a_pledge(cast)
    desk.post(cast.clerk, "/admin/assets/asset/export/", {"state": "issued", "family": "hp"})
    desk.post(cast.clerk, "/admin/pledges/pledge/export/", {"status": "late"})
    jobs.run_due()
    assert [job.rows for job in Job.objects.order_by("pk")] == [1, 1]
    assert desk.get(cast.clerk, "/admin/assets/asset/export/").status_code == 400


def test_a_photo_of_a_condition_is_seen_by_who_sees_the_device(cast: Cast, desk: Desk, media) -> None:
    from io import BytesIO

    from PIL import Image

    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    asset = asset_in(cast, "issued")
    upload = SimpleUploadedFile("layar.jpg", picture.getvalue(), "image/jpeg")
    assert (
        desk.act(cast.kemang_admin, asset, "report-condition", condition="lightly_damaged", photo=upload).status_code
        == 302
    )
    report = asset.condition_reports.get()
    for name in ("photo", "thumbnail"):
        address = reverse(f"admin:assets_conditionreport_{name}", args=[report.pk, report.photos.get().pk])
        assert desk.get(cast.kemang_admin, address).status_code == 200
        assert desk.get(cast.cibinong_admin, address).status_code == 404
        assert desk.get(cast.kemang_admin, address[:-1] + "0/").status_code == 404


def test_what_is_no_picture_is_told_beside_the_field(cast: Cast, desk: Desk, media) -> None:
    asset = asset_in(cast, "issued")
    upload = SimpleUploadedFile("virus.jpg", b"<html>", "image/jpeg")
    response = desk.act(cast.kemang_admin, asset, "report-condition", condition="good", photo=upload)
    assert response.status_code == 400
    assert 'id="id_photo_error"' in response.content.decode()
    assert not asset.condition_reports.exists()


def test_a_letter_signed_on_paper_stands_for_the_tap(cast: Cast, desk: Desk, media) -> None:
    settings_are(endorsement="letter")
    request = submitted(cast)
    assert desk.act(cast.kemang_head, request, "endorse").status_code == 400
    assert desk.act(cast.kemang_admin, request, "attach-letter", letter=letter_file()).status_code == 302
    seen = desk.get(cast.verifier, page(request))
    assert "Surat bertanda tangan Camat dilampirkan" in text(seen)
    assert (
        desk.get(
            cast.verifier, reverse("admin:requests_app_devicerequest_file", args=[request.pk, "letter"])
        ).status_code
        == 200
    )
    assert desk.act(cast.verifier, request, "verify").status_code == 302


def test_a_verb_page_names_what_will_happen(cast: Cast, desk: Desk) -> None:
    request = submitted(cast)
    assert "Tidak dapat dibatalkan" in text(desk.get(cast.kemang_admin, verb_page(request, "withdraw")))
