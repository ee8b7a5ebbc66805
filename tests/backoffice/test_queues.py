"""Queues lead: the oldest first, acts over many, the next one at hand, who was faster."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from assets.models import Asset, Handover
from backoffice import queues
from core import clock
from core.models import Job
from desks.worklists import KINDS, worklists
from handing_over import fulfilment
from org.models import Grant, Role
from pledges import papers
from pledges.models import Closure
from requests_app.models import DeviceRequest
from tests.backoffice.desk import Desk, filled, links, listing, page, text, verb_page
from tests.base import (
    Cast,
    a_pledge,
    again,
    an_asset,
    an_issue,
    at,
    closing,
    decide,
    endorsed,
    submitted,
    verified,
)
from tests.desks.test_turns import everything

REQUESTS = "/admin/requests_app/devicerequest/"


def shown(response: Any) -> list[str]:
    """The numbers of the rows of a list, in its order."""
    return re.findall(r'<th scope="row"><a[^>]*><span>(?:<span[^>]*>)?([A-Z]{2}-[\d-]+)', response.content.decode())


def row(obj: Any) -> str:
    now = again(obj)
    return f"{now.pk}.{now.version}"


def many(desk: Desk, who: Any, verb: str, rows: list[str], *, desk_: str = "requests", **fields: Any) -> Any:
    return desk.post(who, f"{REQUESTS}many/{verb}/?desk={desk_}", {"row": rows, **fields})


def test_a_queue_has_what_is_overdue_first_then_the_oldest(cast: Cast, desk: Desk) -> None:
    with at("2026-02-24"):
        late = endorsed(cast)
    with at("2026-02-20"):
        latest = endorsed(cast)
    with at("2026-03-01"):
        first = endorsed(cast)
    second = endorsed(cast)
    response = desk.get(cast.verifier, REQUESTS, desk="requests")
    assert shown(response) == [each.number for each in (latest, late, first, second)]
    said = text(response)
    assert "25 Feb 2026 lewat 5 hari" in said and "Tenggat" in said and "Kebutuhan" in said
    assert shown(desk.get(cast.verifier, REQUESTS, desk="requests-overdue")) == [latest.number, late.number]


def test_an_emptied_queue_says_that_nothing_waits(cast: Cast, desk: Desk) -> None:
    done = "Tidak ada lagi yang menunggu Anda di antrean ini."
    said = text(desk.get(cast.verifier, REQUESTS, desk="requests"))
    assert done in said and "Tidak ada yang cocok" not in said
    sieved = text(desk.get(cast.verifier, REQUESTS, desk="requests", q="kamera"))
    assert "Tidak ada yang cocok" in sieved and done not in sieved


def test_days_are_not_broken_off_their_number_in_print(cast: Cast, desk: Desk) -> None:
    with at("2026-02-20"):
        endorsed(cast)
    printed = desk.get(cast.verifier, f"{REQUESTS}printed/").content.decode()
    assert "10\N{NO-BREAK SPACE}hari" in printed and "10 hari" not in printed


def test_a_list_is_sorted_by_what_its_heads_say(cast: Cast, desk: Desk) -> None:
    with at("2026-02-20"):
        old = submitted(cast)
    new = submitted(cast)
    head = re.search(r'<a href="(\?o=\d+)">Umur', desk.get(cast.verifier, REQUESTS).content.decode())
    assert head and shown(desk.get(cast.verifier, REQUESTS + head[1])) == [old.number, new.number]
    assert shown(desk.get(cast.verifier, REQUESTS + head[1].replace("=", "=-"))) == [new.number, old.number]
    for wrong in ("x", "99", "-", "3", "1.x"):
        assert desk.get(cast.verifier, REQUESTS, o=wrong).status_code == 400, wrong


def test_pages_have_numbers(cast: Cast, desk: Desk) -> None:
    for _ in range(26):
        an_asset(cast)
    said = desk.get(cast.clerk, listing(Asset)).content.decode()
    assert 'aria-current="page"' in said and 'href="?p=2"' in said


def test_after_an_act_the_next_of_the_queue_is_at_hand(cast: Cast, desk: Desk) -> None:
    with at("2026-02-20"):
        first = endorsed(cast)
    second, third = endorsed(cast), endorsed(cast)
    listed = desk.get(cast.verifier, REQUESTS, desk="requests")
    assert f"{page(first)}?desk=requests" in links(listed)
    assert f"{verb_page(first, 'verify')}?desk=requests" in links(desk.get(cast.verifier, page(first), desk="requests"))
    done = desk.client(cast.verifier).post(f"{verb_page(first, 'verify')}?desk=requests", {}, follow=True)
    assert "Usulan diverifikasi." in text(done)
    assert f"Berikutnya: {second.number} · Kecamatan Kemang 2 lagi menunggu Anda" in text(done)
    assert f"{verb_page(second, 'verify')}?desk=requests" in links(done)
    skipped = desk.get(cast.verifier, verb_page(second, "verify"), desk="requests")
    assert f"Berikutnya: {third.number}" in text(skipped)
    desk.client(cast.verifier).post(f"{verb_page(second, 'verify')}?desk=requests", {})
    last = desk.get(cast.verifier, verb_page(third, "verify"), desk="requests")
    assert "Hanya ini yang menunggu Anda di antrean ini." in text(last)
    done = desk.client(cast.verifier).post(f"{verb_page(third, 'verify')}?desk=requests", {}, follow=True)
    assert "Tidak ada lagi yang menunggu Anda di antrean ini." in text(done)


def test_without_a_queue_nothing_follows(cast: Cast, desk: Desk) -> None:
    request = endorsed(cast)
    endorsed(cast)
    assert "Berikutnya:" not in text(desk.get(cast.verifier, page(request)))
    assert "Berikutnya:" not in text(desk.get(cast.verifier, page(request), desk="pledges"))
    assert "Berikutnya:" not in text(desk.get(cast.verifier, page(request), desk="nope"))


def test_chosen_rows_are_verified_together(cast: Cast, desk: Desk) -> None:
    requests = [endorsed(cast) for _ in range(3)]
    listed = desk.get(cast.verifier, REQUESTS, desk="requests").content.decode()
    assert f'formaction="{REQUESTS}many/verify/"' in listed and f'value="{row(requests[0])}"' in listed
    asked = desk.client(cast.verifier).get(
        f"{REQUESTS}many/verify/", {"row": [row(r) for r in requests], "desk": "requests"}
    )
    assert "Verifikasi: 3 baris" in text(asked) and all(each.number in text(asked) for each in requests)
    done = many(desk, cast.verifier, "verify", [row(each) for each in requests], reason="Lengkap")
    assert done.status_code == 302 and done["Location"] == f"{REQUESTS}?desk=requests"
    assert {again(each).state for each in requests} == {"verified"}


def test_the_second_of_two_is_told_who_did_what_when(cast: Cast, desk: Desk) -> None:
    good, moved = verified(cast), verified(cast)
    rows = [row(good), row(moved)]
    decide(cast, moved, by=cast.approver2)
    refused = many(desk, cast.approver, "decide", rows, decision="approve")
    assert refused.status_code == 412
    said = text(refused)
    assert "Tidak ada yang dikerjakan." in said
    assert re.search(rf"{moved.number}.*Terakhir: .*, Maya Sari, 2 Mar 2026", said)
    assert again(good).state == "verified"
    ticked = re.findall(r'value="(\d+)\.\d+" checked', refused.content.decode())
    assert ticked == [str(good.pk)]
    assert many(desk, cast.approver, "decide", [row(good)], decision="approve").status_code == 302


def test_a_single_act_too_late_is_told_it_too(cast: Cast, desk: Desk) -> None:
    request = verified(cast)
    form = filled(desk.get(cast.approver, verb_page(request, "decide")))
    form |= {name: "approve" for name in form if name.endswith("-decision")}
    decide(cast, request, by=cast.approver2)
    refused = desk.post(cast.approver, verb_page(request, "decide"), form)
    assert refused.status_code == 409 and "Terakhir: " in text(refused) and "Maya Sari" in text(refused)


@pytest.mark.parametrize("rows", [["9223372036854775808"], ["x"], ["1.x"], ["-1"], ["1"] * 101])
def test_rows_that_no_list_offers_are_a_bad_request(cast: Cast, desk: Desk, rows: list[str]) -> None:
    assert many(desk, cast.verifier, "verify", rows).status_code == 400


def test_a_foreign_row_is_named_and_nothing_is_done(cast: Cast, desk: Desk) -> None:
    Grant.objects.filter(role=Role.VERIFIER).update(unit=cast.kemang)
    mine, foreign = endorsed(cast), endorsed(cast, unit=cast.cibinong)
    refused = many(desk, cast.verifier, "verify", [row(mine), row(foreign)])
    assert refused.status_code == 404
    assert f"Baris {foreign.pk}" in text(refused) and foreign.number not in text(refused)
    assert again(mine).state == "submitted"


def test_who_has_no_desk_for_it_is_refused_and_nothing_chosen_says_so(cast: Cast, desk: Desk) -> None:
    request = endorsed(cast)
    assert many(desk, cast.auditor, "verify", [row(request)]).status_code == 403
    assert "many/verify" not in desk.get(cast.auditor, REQUESTS).content.decode()
    assert "Centang dahulu" in text(desk.client(cast.verifier).get(f"{REQUESTS}many/verify/", follow=True))
    for verb in ("withdraw", "nope"):
        assert many(desk, cast.verifier, verb, [row(request)]).status_code == 404


def test_what_was_asked_about_several_pledges_is_decided_the_same_way(cast: Cast, desk: Desk) -> None:
    asked = [closing(cast, a_pledge(cast)) for _ in range(2)]
    listed = desk.get(cast.decider, listing(Closure), desk="closures").content.decode()
    assert 'formaction="/admin/pledges/closure/many/decide/"' in listed
    sent = {"row": [row(each) for each in asked], "decision": "reject", "reason": "Belum beralasan"}
    assert desk.post(cast.decider, "/admin/pledges/closure/many/decide/?desk=closures", sent).status_code == 302
    assert {again(each).decision for each in asked} == {"reject"}


def test_chosen_papers_are_one_file(cast: Cast, desk: Desk) -> None:
    papers_ = [an_issue(cast), an_issue(cast, to=cast.cibinong)]
    address = "/admin/assets/handover/print/document/"
    assert f'formaction="{address}"' in desk.get(cast.clerk, listing(Handover)).content.decode()
    answer = desk.client(cast.clerk).get(address, {"row": [row(each) for each in papers_]})
    read = PdfReader(BytesIO(b"".join(answer.streaming_content)))
    said = " ".join(each.extract_text() for each in read.pages)
    assert all(each.number in said for each in papers_)
    foreign = desk.client(cast.kemang_admin).get(address, {"row": [row(each) for each in papers_]}, follow=True)
    assert f"Tidak ditemukan: {papers_[1].pk}" in text(foreign)


def test_every_queue_opens_with_all_that_is_counted_in_it(cast: Cast, desk: Desk) -> None:
    everything(cast)
    opened = set()
    for who in cast.users:
        for name, found in worklists(again(who)).items():
            if (number := found.all.count()) and name not in opened:
                opened.add(name)
                listed = desk.get(who, queues.address(name))
                assert listed.status_code == 200 and f"{number} baris" in text(listed), (who.username, name)
                late = desk.get(who, queues.address(name, late=True)) if found.overdue.exists() else listed
                assert late.status_code == 200, (who.username, name)
                first = f"{page(found.all.first())}?desk={name}"
                assert desk.get(who, first).status_code == 200, (who.username, first)
    assert opened == set(KINDS) - {"holders", "personal-requests"}


# ---- first screens of who has no desk


def test_the_superuser_sees_how_the_installation_fares(cast: Cast, desk: Desk) -> None:
    told = {"kind": "export", "params": {"kind": "requests"}, "owner": cast.clerk}
    Job.objects.create(**told, state="failed", error="worker_died", finished_at=clock.now())
    said = text(desk.get(cast.superuser, "/admin/"))
    assert "1 gagal dalam tujuh hari Daftar usulan kebutuhan perangkat · Excel · Ujang Suherman" in said
    assert "Pekerjaan terhenti." in said
    assert "1 akun aktif tanpa peran" in said and "Warga Biasa" in said
    assert "hal menunggu Anda" not in said


def test_the_auditor_sees_papers_objections_and_the_check(cast: Cast, desk: Desk) -> None:
    handover = an_issue(cast)
    disputed = an_issue(cast)
    fulfilment.dispute(disputed, actor=cast.kemang_admin, common="Layar pecah")
    papers.object_to(a_pledge(cast), actor=cast.auditor, text="Jumlahnya tidak sama")
    said = text(desk.get(cast.auditor, "/admin/"))
    assert "2 BAST belum ada pindaian bertanda tangan" in said and handover.number in said
    assert "1 serah terima disanggah" in said and "1 keberatan atas janji" in said
    assert "Periksa sekarang" in said and "Periksa keutuhan catatan" in said
    assert "2 baris" in text(desk.get(cast.auditor, listing(Handover), signed="false"))


def test_nobody_s_work_is_on_the_first_screen_of_who_gives_the_role(cast: Cast, desk: Desk) -> None:
    endorsed(cast)
    Grant.objects.filter(role=Role.VERIFIER).delete()
    said = text(desk.get(cast.user_admin, "/admin/"))
    assert "1 Usulan tanpa petugas" in said
    assert DeviceRequest.objects.count() == 1
