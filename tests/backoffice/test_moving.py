"""The pages of who moves: which roles go on, what waits, what became of them."""

from __future__ import annotations

from org import departing
from org.models import Grant
from tests.api.cast import Caller
from tests.backoffice.desk import Desk, page, text, verb_page
from tests.base import Cast, again, an_issue

MOVE = {"reason": "Mutasi"}


def test_api_and_page_ask_which_roles_go_on_and_show_what_became_of_them(cast: Cast, desk: Desk) -> None:
    api = Caller(cast.user_admin)
    wrong = api.post(f"people/{cast.rani.pk}/leave/", {**MOVE, "moves_to": cast.cibinong.pk, "keeps": ["raja"]})
    assert wrong.status_code == 400 and wrong.json()["errors"][0]["field"].startswith("keeps")
    form = text(desk.get(cast.user_admin, verb_page(cast.rani, "leave")))
    assert "Peran yang tetap berlaku" in form and "Pengusul (admin medsos) · Kecamatan Kemang" in form
    goes = {"goes": "moves", "moves_to": cast.cibinong.pk}
    sent = {**MOVE, **goes, "keeps": ["requester"], "keeps_because": "Membantu pengganti"}
    assert desk.act(cast.user_admin, cast.rani, "leave", **sent).status_code == 302
    given = Grant.objects.get(user=cast.kemang_admin)
    assert "Membantu pengganti" in text(desk.get(cast.user_admin, page(given)))
    assert "peran tetap: Pengusul (admin medsos) · Kecamatan Kemang" in text(desk.get(cast.user_admin, page(cast.rani)))
    body = {**MOVE, "moves_to": cast.kemang.pk}
    assert api.post(f"people/{cast.cibinong_admin.person_id}/leave/", body).status_code == 200
    ended = Grant.objects.get(user=cast.cibinong_admin)
    assert "peran berakhir: Pengusul (admin medsos) · Kecamatan Cibinong" in text(
        desk.get(cast.user_admin, page(ended))
    )


def test_whether_somebody_moves_or_stops_is_asked_and_not_guessed(cast: Cast, desk: Desk) -> None:
    form = desk.get(cast.user_admin, verb_page(cast.rani, "leave")).content.decode()
    assert form.count('name="goes"') == 2 and "checked" not in form.partition('name="goes"')[2].partition("moves_to")[0]
    for wrong, said in (
        ({}, "Pindah atau berhenti: Wajib diisi"),
        ({"goes": "moves"}, "Pilih unit tujuannya."),
        ({"goes": "stops", "moves_to": cast.cibinong.pk}, "Kosongkan bila berhenti bertugas."),
    ):
        refused = desk.act(cast.user_admin, cast.rani, "leave", **MOVE, **wrong)
        assert refused.status_code == 400 and said in text(refused), wrong
    assert again(cast.rani).active and again(cast.rani).unit == cast.kemang
    assert desk.act(cast.user_admin, cast.rani, "leave", goes="stops", **MOVE).status_code == 302
    assert not again(cast.rani).active


def test_a_move_that_waits_stands_at_the_head_of_person_and_device(cast: Cast, desk: Desk) -> None:
    device = an_issue(cast, recipient=cast.rani).items.get().asset
    departing.leave(cast.rani, moves_to=cast.cibinong, actor=cast.user_admin, **MOVE)
    shown = text(desk.get(cast.user_admin, page(cast.rani)))
    assert shown.index("Akan pindah ke Kecamatan Cibinong") < shown.index("Perangkat yang dipegang")
    assert "Pengusul (admin medsos) · Kecamatan Kemang: berakhir pada hari pindah" in shown
    on_device = desk.get(cast.clerk, page(device)).content.decode()
    assert on_device.index("pemegang pindah atau berhenti") < on_device.index("<h2>Pemegang</h2>")
    assert "berakhir pada hari pindah" not in text(desk.get(cast.viewer, page(cast.rani)))


def test_who_gets_the_device_of_who_moves_reads_it_on_the_first_page_and_is_asked(cast: Cast, desk: Desk) -> None:
    device = an_issue(cast, recipient=cast.rani).items.get().asset
    for receiver in (cast.outsider, cast.kemang_head):
        departing.leave(again(cast.rani), devices_to=receiver.person, actor=cast.user_admin, **MOVE)
        told = f"{device} dari Rani Puspita akan diserahkan kepada Anda"
        assert told in text(desk.get(receiver, "/admin/"))
        assert told not in text(desk.get(cast.cibinong_admin, "/admin/"))
        departing.stay(again(cast.rani), actor=cast.user_admin)
    departing.leave(again(cast.rani), devices_to=cast.outsider.person, actor=cast.user_admin, **MOVE)
    paper = an_issue(cast, assets=[device], kind="change_of_holder", recipient=cast.outsider.person)
    first = desk.get(cast.outsider, "/admin/").content.decode()
    assert "akan diserahkan" not in first and verb_page(paper, "accept") in first
    assert "ditanyakan" not in first and desk.get(cast.outsider, page(paper)).status_code == 200
    sent = {"items": [str(paper.items.get().pk)], "received_on": "2026-03-02"}
    assert desk.act(cast.outsider, paper, "accept", **sent).status_code == 302
    assert verb_page(paper, "accept") not in desk.get(cast.outsider, "/admin/").content.decode()
