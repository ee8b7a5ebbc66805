"""The first screen: what waits and how old it is; for a kecamatan what needs my action."""

from __future__ import annotations

from core import clock
from core.models import Event, Job, RegisterCheck
from pledges import line_changes
from tests.backoffice.desk import Desk, links, text, verb_page
from tests.base import (
    Cast,
    a_pledge,
    a_request,
    an_asset,
    an_attachment,
    an_issue,
    asset_in,
    at,
    day,
    decided,
    delivered,
    endorsed,
    moment,
    settings_are,
    submitted,
    the_archive_is_open,
    verified,
)


def test_the_office_sees_how_much_waits_how_much_is_late_and_how_old_the_oldest_is(cast: Cast, desk: Desk) -> None:
    with at("2026-02-02"):
        endorsed(cast)
    endorsed(cast)
    seen = text(desk.get(cast.verifier, "/admin/"))
    assert "2 hal menunggu Anda, 1 lewat batas waktu" in seen
    assert "tertua 28 hari" in seen


def test_a_change_of_lines_waits_on_the_decider_s_first_screen(cast: Cast, desk: Desk) -> None:
    line = {"unit": cast.kemang, "family": cast.hp.family, "quantity": 1}
    line_changes.ask(
        a_pledge(cast, lines=[]),
        kind="clarification",
        reason="Surat 45",
        lines=[line],
        actor=cast.verifier,
        document=an_attachment(cast),
    )
    shown = desk.get(cast.decider, "/admin/")
    assert "1 Perubahan baris janji" in text(shown)
    assert "/admin/pledges/linechange/?desk=line-changes" in links(shown)
    assert "/admin/pledges/linechange/?desk=line-changes" not in links(desk.get(cast.publisher, "/admin/"))


def test_with_nothing_to_do_the_screen_says_so(cast: Cast, desk: Desk) -> None:
    assert "Tidak ada yang menunggu Anda." in text(desk.get(cast.verifier, "/admin/"))
    assert "Belum ada janji yang terbit" in text(desk.get(cast.verifier, "/admin/"))


def test_promises_are_told_as_a_balanced_sentence(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-01-31"), promised=2)
    a_pledge(cast, promised=3)
    delivered(cast, pledge_line=pledge.lines.get())
    seen = text(desk.get(cast.viewer, "/admin/"))
    assert "1 dari 5 perangkat yang dijanjikan sudah diterima." in seen
    assert "1 janji lewat tenggat" in seen and "1 menggantung" in seen
    assert "30 hari lewat tenggat" in seen


def test_stock_stands_beside_need(cast: Cast, desk: Desk) -> None:
    an_asset(cast), an_asset(cast), decided(cast), verified(cast)
    seen = text(desk.get(cast.clerk, "/admin/"))
    assert "2 di gudang" in seen
    assert "1 disetujui, 1 menunggu keputusan" in seen


def test_conditions_are_counted_for_devices_in_use_and_in_stock(cast: Cast, desk: Desk) -> None:
    asset_in(cast, "issued", condition="lightly_damaged"), an_asset(cast)
    seen = text(desk.get(cast.clerk, "/admin/"))
    assert "Dipakai 0 Baik (B) · 1 Rusak ringan (RR) · 0 Rusak berat (RB)" in seen
    assert "Di gudang 1 Baik (B)" in seen


def test_a_kecamatan_is_asked_whether_the_tripod_came(cast: Cast, desk: Desk) -> None:
    handover = an_issue(cast, assets=[an_asset(cast, device_type=cast.tripod)])
    response = desk.get(cast.kemang_admin, "/admin/")
    assert "Tripod sudah Anda terima?" in text(response)
    assert verb_page(handover, "accept") in response.content.decode()
    assert "Tripod sudah Anda terima?" in text(desk.get(cast.kemang_admin, verb_page(handover, "accept")))


def test_a_kecamatan_sees_button_requests_and_promises(cast: Cast, desk: Desk) -> None:
    a_pledge(cast)
    seen = text(desk.get(cast.kemang_admin, "/admin/"))
    assert "+ Ajukan perangkat" in seen
    assert "Belum ada usulan. Tekan “Ajukan perangkat” untuk memulai." in seen
    assert "Janji untuk Kecamatan Kemang" in seen and "Diterima 0 dari 1" in seen
    request = a_request(cast)
    assert f"Draf {request.pk}" in text(desk.get(cast.kemang_admin, "/admin/"))


def test_what_was_sent_back_waits_for_the_kecamatan(cast: Cast, desk: Desk) -> None:
    from requests_app import approvals

    approvals.send_back(submitted(cast), actor=cast.verifier, reason="Kurang lengkap")
    assert "Perbaiki usulan 1 Smartphone" in text(desk.get(cast.kemang_admin, "/admin/"))


def test_a_loan_that_must_come_back_is_among_the_things_to_do(cast: Cast, desk: Desk) -> None:
    loan = an_issue(cast, kind="loan", due_back_on=day("2026-03-06"))
    desk.act(cast.kemang_admin, loan, "accept", items=[str(loan.items.get().pk)], received_on="2026-03-02")
    assert "Kembalikan Smartphone" in text(desk.get(cast.kemang_admin, "/admin/"))


def test_a_new_request_says_what_was_promised_to_the_unit(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    form = text(desk.get(cast.kemang_admin, "/admin/requests_app/devicerequest/add/"))
    assert "Kecamatan Kemang termasuk penerima janji berikut" in form
    assert f"1 Hp: “{pledge.title}” (2022)" in form


def test_sample_data_is_marked_on_every_page(cast: Cast, desk: Desk, client) -> None:
    settings_are(sample_data=True, name="Kabupaten Contoh")
    request = submitted(cast)
    pages = ["/admin/", "/admin/jobs/", "/admin/requests_app/devicerequest/", verb_page(request, "withdraw")]
    for address in pages:
        assert "DATA CONTOH · Kabupaten Contoh" in text(desk.get(cast.kemang_admin, address)), address
    assert "DATA CONTOH" in text(client.get("/admin/login/"))
    settings_are(sample_data=False)
    assert "DATA CONTOH" not in text(desk.get(cast.kemang_admin, "/admin/"))


def test_a_pledge_may_be_called_a_commitment_of_the_leadership(cast: Cast, desk: Desk) -> None:
    settings_are(pledge_noun="komitmen")
    assert "Komitmen pimpinan" in text(desk.get(cast.verifier, "/admin/pledges/pledge/"))
    assert Event.objects.count() == 0


def test_the_first_page_shows_the_last_day_of_the_archive_until_it_is_over(cast: Cast, desk: Desk) -> None:
    assert "Masa arsip" not in text(desk.get(cast.kemang_admin, "/admin/"))
    the_archive_is_open()
    with at("2026-08-29"):
        for user in (cast.kemang_admin, cast.clerk):
            assert "Masa arsip sampai 29 Agustus 2026" in text(desk.get(user, "/admin/"))
    with at("2026-08-30"):
        assert "Masa arsip" not in text(desk.get(cast.kemang_admin, "/admin/"))


def test_the_last_check_of_the_register_stands_on_the_office_s_first_screen(cast: Cast, desk: Desk) -> None:
    assert "Isi register belum pernah dibandingkan" in text(desk.get(cast.auditor, "/admin/"))
    found = {"kind": "columns", "label": "pledges.pledge", "pk": 7, "number": "JJ-2026-0007", "event": None,
             "columns": ["original_due_on", "quote"]}  # fmt: skip
    values = {"started_at": clock.now(), "rows": 1421, "erased": 0}
    RegisterCheck.objects.create(**values, finished_at=moment("2026-03-01T02:10:00"))
    assert "Diperiksa 1 Mar 2026" in text(desk.get(cast.auditor, "/admin/"))
    assert "1.421 baris, semuanya sesuai dengan catatan." in text(desk.get(cast.clerk, "/admin/"))
    RegisterCheck.objects.create(**values, fault=found)
    for user in (cast.auditor, cast.verifier, cast.clerk, cast.publisher, cast.decider):
        seen = text(desk.get(user, "/admin/"))
        assert "Janji JJ-2026-0007 tidak lagi seperti yang tercatat: tenggat awal, ucapan." in seen
        assert "Pemeriksaan bersih terakhir: 1 Mar 2026" in seen
        assert "Jangan perbaiki sendiri. Beri tahu Inspektorat" in seen
    assert "Pemeriksaan register" not in text(desk.get(cast.kemang_admin, "/admin/"))


def test_the_auditor_has_the_register_checked_and_nobody_else(cast: Cast, desk: Desk) -> None:
    assert "Periksa sekarang" in text(desk.get(cast.auditor, "/admin/"))
    assert "Periksa sekarang" not in text(desk.get(cast.verifier, "/admin/"))
    assert desk.post(cast.verifier, "/admin/verify-register/").status_code == 403
    assert desk.post(cast.auditor, "/admin/verify-register/").status_code == 302
    assert [(job.kind, job.owner) for job in Job.objects.all()] == [("verify_register", cast.auditor)]
    assert "Pemeriksaan register" in text(desk.get(cast.auditor, "/admin/jobs/"))
