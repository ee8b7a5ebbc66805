"""What a pledge's page tells: its own story first and who did what in it, and why a device does not count."""

from __future__ import annotations

from typing import Any

import pytest

from assets.models import DeviceType
from handing_over import fulfilment
from org import reference
from pledges.models import Pledge
from tests.backoffice.desk import Desk, page, text
from tests.base import (
    Cast,
    a_pledge,
    accepted,
    again,
    an_asset,
    an_issue,
    at,
    closed,
    day,
    delivered,
    lines_changed,
    returned,
    submitted,
    succeeded,
    user,
)

MORE = "usulan bersandar pada janji ini"


def told(desk: Desk, who: Any, pledge: Pledge) -> tuple[str, str]:
    """The page's own story, and what leans on it."""
    story = text(desk.get(who, page(pledge))).partition("Riwayat ")[2]
    own, _count, leaning = story.partition(MORE)
    return own, leaning


def test_requests_that_lean_on_a_pledge_are_counted_after_its_own_story(cast: Cast, desk: Desk) -> None:
    """The old way: of sixty entries forty were "Usulan: Diajukan"."""
    lines = [{"unit": unit, "family": cast.hp.family, "quantity": 2} for unit in (cast.kemang, cast.cibinong)]
    pledge = a_pledge(cast, lines=lines)
    mine, other, theirs = submitted(cast), submitted(cast), submitted(cast, unit=cast.cibinong)
    own, leaning = told(desk, cast.verifier, pledge)
    assert "Diterbitkan" in own and "Usulan" not in own and own.rstrip().endswith("3")
    assert all(f"Usulan {each.number}: Diajukan" in leaning or each.number in leaning for each in (mine, other, theirs))
    own, leaning = told(desk, cast.kemang_admin, pledge)
    assert own.rstrip().endswith("2") and theirs.number not in leaning and mine.number in leaning
    outside = text(desk.get(cast.outsider, page(pledge)))
    assert "Diterbitkan" in outside and MORE not in outside


def test_the_api_s_history_stays_whole(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    submitted(cast)
    events = desk.get(cast.verifier, f"/api/v1/pledges/{pledge.pk}/history/").json()["results"]
    assert [each["subject"]["type"] for each in events].count("request") == 1


def test_who_asked_for_a_closing_and_who_decided_it_stands_on_the_page(cast: Cast, desk: Desk) -> None:
    pledge = closed(cast, a_pledge(cast))
    shown = text(desk.get(cast.outsider, page(pledge)))
    assert "Diminta oleh Sri Wahyuni" in shown and "Diputuskan oleh Bambang Irawan" in shown
    own, _leaning = told(desk, cast.outsider, pledge)
    assert "Bambang Irawan (Sekda)" in own and "Pencabutan diminta" in own and "Sri Wahyuni (Verifikator)" in own


def test_an_act_of_the_catalogue_on_a_kind_it_names_stands_on_the_page_with_its_maker(cast: Cast, desk: Desk) -> None:
    before = reference.keep(DeviceType(code="hp_lama", name="HP lama", family=cast.hp.family), actor=cast.clerk)
    pledge, camera = a_pledge(cast), a_pledge(cast, lines=[])
    with at("2026-03-03"):
        reference.keep(DeviceType(code="gagang", name="Gagang HP", family=cast.hp.family), actor=cast.clerk2)
        own, _leaning = told(desk, cast.outsider, pledge)
        assert "Jenis perangkat" in own and "Nani Rohani (Pengurus Barang)" in own and "Ujang" not in own
        assert "Nani Rohani" not in text(desk.get(cast.outsider, page(camera)))
    assert before.pk


def _before_the_promise(cast: Cast) -> tuple[Pledge, str]:
    pledge = a_pledge(cast, made_on_from=day("2026-03-02"), made_on_to=day("2026-03-02"))
    delivered(cast, pledge_line=pledge.lines.get(), on=day("2026-03-01"))
    return pledge, "diserahkan sebelum janji diucapkan"


def _own_house(cast: Cast) -> tuple[Pledge, str]:
    lines = [{"unit": cast.root, "family": cast.hp.family, "quantity": 1}]
    pledge = a_pledge(cast, lines=lines)
    staff = user(username="staf", unit=cast.diskominfo, roles=("requester",))
    accepted(cast, an_issue(cast, to=cast.diskominfo, pledge_line=pledge.lines.get()), by=staff)
    return pledge, "tetap di rumah sendiri"


def _by_a_stranger(cast: Cast) -> tuple[Pledge, str]:
    pledge = a_pledge(cast)
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    friend = user(username="teman", unit=cast.setda, roles=("requester",), where=cast.kemang)
    fulfilment.accept(handover, actor=friend)
    return pledge, "diterima bukan oleh orang unit penerima sendiri"


def _other_kind(cast: Cast) -> tuple[Pledge, str]:
    pledge = a_pledge(cast)
    delivered(cast, assets=[an_asset(cast, device_type=cast.tablet)], pledge_line=pledge.lines.get())
    return pledge, "jenisnya lain dari yang dijanjikan dan tidak diterima sebagai pengganti"


def _lent(cast: Cast) -> tuple[Pledge, str]:
    pledge = a_pledge(cast)
    delivered(cast, kind="loan", due_back_on=day("2026-06-30"), pledge_line=pledge.lines.get())
    return pledge, "dipinjamkan, tidak diserahkan"


def _waiting(cast: Cast) -> tuple[Pledge, str]:
    pledge = a_pledge(cast)
    an_issue(cast, pledge_line=pledge.lines.get())
    return pledge, "menunggu konfirmasi unit penerima"


def _disputed(cast: Cast) -> tuple[Pledge, str]:
    pledge = a_pledge(cast)
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    fulfilment.dispute(handover, actor=cast.kemang_admin, common="Tidak pernah kami terima")
    return pledge, "disanggah unit penerima"


@pytest.mark.parametrize(
    "story", [_before_the_promise, _own_house, _by_a_stranger, _other_kind, _lent, _waiting, _disputed]
)
def test_a_device_that_does_not_count_says_why(cast: Cast, desk: Desk, story: Any) -> None:
    pledge, why = story(cast)
    device = pledge.lines.get().fulfilments.get().item.asset
    shown = text(desk.get(cast.outsider, page(pledge)))
    assert "Penerima: 0 dari 1" in shown
    assert f"{device.device_type} tidak dihitung untuk janji: {why}" in shown
    shown = text(desk.get(cast.clerk, page(pledge)))
    assert f"{device.tag} tidak dihitung untuk janji: {why}" in shown


def test_a_return_that_its_unit_did_not_confirm_says_so_where_the_pledge_is_taken_back(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    asset = delivered(cast, pledge_line=pledge.lines.get()).items.get().asset
    with at("2026-03-05"):
        returned(cast, [asset], by=cast.clerk)
        shown = text(desk.get(cast.outsider, page(pledge)))
    assert "tidak dihitung lagi sejak 5 Mar 2026" in shown
    assert "pengembalian ini belum dibenarkan unit pemegangnya" in shown


def test_a_line_whose_devices_went_to_its_successor_is_no_receiver(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    succeeded(cast, cast.kemang, cast.cibinong)
    moved = [{"source": pledge.lines.get(), "unit": cast.cibinong, "quantity": 1}]
    lines_changed(cast, pledge, lines=moved, kind="move")
    assert "Penerima: 0 dari 1" in text(desk.get(cast.outsider, page(pledge)))


def test_a_device_that_counts_or_was_taken_back_is_not_said_to_have_never_counted(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    delivered(cast, pledge_line=pledge.lines.get())
    assert "tidak dihitung" not in text(desk.get(cast.outsider, page(pledge)))


def test_a_receiver_who_came_to_the_unit_shortly_before_is_told_with_the_day(cast: Cast, desk: Desk) -> None:
    """A colleague of the promiser moved to the kecamatan for a day may receive there: by rule, so the page says it."""
    pledge, settled = a_pledge(cast), a_pledge(cast)
    friend = user(username="teman", unit=cast.setda, roles=("requester",), where=cast.kemang)
    reference.keep(friend.person, unit=cast.kemang, actor=cast.user_admin)
    accepted(cast, an_issue(cast, pledge_line=pledge.lines.get()), by=again(friend))
    shown = text(desk.get(cast.outsider, page(pledge)))
    assert "penerima tercatat di unit ini sejak 2 Mar 2026" in shown
    named = text(desk.get(cast.kemang_admin, page(pledge)))
    assert f"penerima {friend} tercatat di unit ini sejak 2 Mar 2026" in named
    with at("2026-04-02"):
        accepted(cast, an_issue(cast, pledge_line=settled.lines.get()), by=again(friend))
        assert "tercatat di unit ini" not in text(desk.get(cast.outsider, page(settled)))
        assert "tercatat di unit ini" in text(desk.get(cast.outsider, page(pledge)))


def test_who_asked_for_a_merging_and_who_decided_it_stands_with_the_pledge_that_stayed(cast: Cast, desk: Desk) -> None:
    stayed = a_pledge(cast)
    closed(cast, a_pledge(cast), "merge", into=stayed)
    shown = text(desk.get(cast.outsider, page(stayed)))
    assert "diminta Sri Wahyuni, diputuskan Bambang Irawan" in shown
