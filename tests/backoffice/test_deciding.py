"""What stands before somebody who decides: the facts around a request, and once more what is decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assets import register
from handing_over import extending
from org import proposing
from org.models import SocialAccount
from pledges import deadlines, line_changes, passing_on
from requests_app import approvals
from requests_app.models import DeviceRequest
from tests.backoffice.desk import Desk, listing, page, text, verb_page
from tests.backoffice.test_pledge_papers import photo
from tests.base import (
    Cast,
    a_pledge,
    a_request,
    an_asset,
    an_attachment,
    at,
    closing,
    day,
    decide,
    decided,
    delivered,
    endorsed,
    submitted,
    verified,
)

DOUBLE = "Mungkin ganda"


def shown(desk: Desk, who: Any, thing: Any) -> str:
    return text(desk.get(who, page(thing)))


def test_the_page_of_a_request_shows_what_its_unit_holds_and_for_which_accounts_it_asks(cast: Cast, desk: Desk) -> None:
    account = SocialAccount.objects.create(
        unit=cast.kemang, platform=SocialAccount.Platform.INSTAGRAM, handle="kec.kemang"
    )
    line = {"device_type": cast.hp, "quantity": 1, "situation": "personal_broken", "accounts": [account]}
    request = submitted(cast, lines=[line])
    assert f"Yang dipegang {cast.kemang} Belum ada." in shown(desk, cast.verifier, request)
    good, broken = an_asset(cast), an_asset(cast)
    delivered(cast, assets=[good, broken])
    delivered(cast, assets=[an_asset(cast, device_type=cast.tablet)], to=cast.village)
    delivered(cast, assets=[an_asset(cast, device_type=cast.camera)], to=cast.cibinong)
    register.report_condition(broken, actor=cast.clerk, condition="badly_damaged")
    said = shown(desk, cast.verifier, request)
    assert "Instagram kec.kemang" in said
    assert f"{cast.hp} 2, tidak layak pakai 1 {cast.tablet} 1 " in said and str(cast.camera) not in said


def test_its_newest_photos_lead_to_their_reports(cast: Cast, desk: Desk, media: Any) -> None:
    asset, request = an_asset(cast), submitted(cast)
    delivered(cast, assets=[asset])
    desk.act(cast.kemang_admin, asset, "report-condition", condition="lightly_damaged", photo=photo())
    assert page(asset.condition_reports.get()) in desk.get(cast.verifier, page(request)).content.decode()
    assert "Foto perangkat yang dipegang" in shown(desk, cast.verifier, request)
    elsewhere = submitted(cast, unit=cast.cibinong)
    assert "Foto perangkat yang dipegang" not in shown(desk, cast.verifier, elsewhere)


def test_other_open_requests_of_the_unit_and_those_for_the_same_promise_stand_beside(cast: Cast, desk: Desk) -> None:
    a_pledge(
        cast, lines=[{"unit": unit, "family": cast.hp.family, "quantity": 2} for unit in (cast.kemang, cast.cibinong)]
    )
    mine, promised = verified(cast), verified(cast, unit=cast.cibinong)
    camera = submitted(cast, lines=[{"device_type": cast.camera, "quantity": 1, "situation": "none"}])
    decide(cast, mine)
    decide(cast, promised)
    draft = a_request(cast)
    said = shown(desk, cast.verifier, mine).partition("Usulan lain yang masih terbuka")[2].partition("Riwayat")[0]
    assert camera.number in said and promised.number in said and str(draft) not in said
    own = shown(desk, cast.kemang_admin, mine)
    assert camera.number in own and promised.number not in own


def test_the_desk_is_warned_of_a_likely_double_when_it_is_filed(cast: Cast, desk: Desk) -> None:
    with at("2026-03-03"):
        first = endorsed(cast)
    with at("2026-03-04"):
        second, other = endorsed(cast), submitted(cast, unit=cast.cibinong)
        camera = submitted(cast, lines=[{"device_type": cast.camera, "quantity": 1, "situation": "none"}])
        draft = a_request(cast)
        for who, where in ((cast.kemang_admin, page(draft)), (cast.verifier, verb_page(second, "verify"))):
            assert DOUBLE in text(desk.get(who, where)) and first.number in text(desk.get(who, where))
        assert DOUBLE in shown(desk, cast.verifier, second)
        for each in (first, other, camera):
            assert DOUBLE not in shown(desk, cast.verifier, each)
        assert text(desk.get(cast.verifier, listing(DeviceRequest))).count("mungkin ganda") == 2
        approvals.verify(first, actor=cast.verifier)
        decide(cast, first, decisions=[{"decision": "reject", "reason": "Sudah punya"}])
        assert DOUBLE not in shown(desk, cast.verifier, second)


def test_stock_is_net_of_what_is_approved_for_others(cast: Cast, desk: Desk) -> None:
    for _ in range(3):
        an_asset(cast)
    an_asset(cast, device_type=cast.tablet)
    decided(cast, lines=[{"device_type": cast.hp, "quantity": 2, "situation": "none"}])
    asked = verified(cast, unit=cast.cibinong)
    said = text(desk.get(cast.approver, verb_page(asked, "decide")))
    assert "Tersedia di gudang: 1 (ada 3, disetujui untuk usulan lain 2)" in said


def _revision(cast: Cast) -> tuple[Any, Any, tuple[str, ...]]:
    pledge = a_pledge(cast, original_due_on=day("2026-03-31"))
    asked = deadlines.ask(
        pledge, kind="extension", new_due_on=day("2026-06-30"), reason="Menunggu anggaran", actor=cast.verifier,
        document=an_attachment(cast),
    )  # fmt: skip
    return asked, cast.decider, ("31 Maret 2026", "30 Juni 2026", "Menunggu anggaran", "Sri Wahyuni", "Berkas Dokumen")


def _closure(cast: Cast) -> tuple[Any, Any, tuple[str, ...]]:
    return closing(cast, a_pledge(cast)), cast.decider, ("Anggaran dipotong", "Sri Wahyuni", "Berkas Dokumen")


def _line_change(cast: Cast) -> tuple[Any, Any, tuple[str, ...]]:
    lines = [{"unit": cast.cibinong, "family": cast.hp.family, "quantity": 3}]
    asked = line_changes.ask(
        a_pledge(cast, lines=[]), kind="clarification", reason="Surat dinas 45", lines=lines, actor=cast.verifier,
        document=an_attachment(cast),
    )  # fmt: skip
    return asked, cast.decider, ("3 Hp: Kecamatan Cibinong", "Surat dinas 45", "Berkas Dokumen")


def _passing_on(cast: Cast) -> tuple[Any, Any, tuple[str, ...]]:
    asked = passing_on.pass_on(
        a_pledge(cast), responsible_unit=cast.setda, reason="Tugas pindah", actor=cast.verifier,
        document=an_attachment(cast),
    )  # fmt: skip
    return asked, cast.decider, ("Diskominfo", "Sekretariat Daerah", "Tugas pindah", "Berkas Dokumen")


def _loan(cast: Cast) -> tuple[Any, Any, tuple[str, ...]]:
    loan = delivered(cast, kind="loan", due_back_on=day("2026-06-30"))
    asked = extending.extend(loan, new_due_back_on=day("2026-07-31"), reason="Acara mundur", actor=cast.kemang_admin)
    return asked, cast.clerk, ("30 Juni 2026", "31 Juli 2026", "Acara mundur", "Kecamatan Kemang")


def _calendar(cast: Cast) -> tuple[Any, Any, tuple[str, ...]]:
    proposed = proposing.propose_day(
        actor=cast.verifier, date=day("2026-12-28"), name="Hari jadi", kind="local", decree="SK 1/2026"
    )
    return proposed.proposal, cast.clerk, ("28 Desember 2026", "Hari jadi", "SK 1/2026")


@pytest.mark.parametrize("asked", [_revision, _closure, _line_change, _passing_on, _loan, _calendar])
def test_where_one_decides_stands_what_is_decided(
    cast: Cast, desk: Desk, asked: Callable[[Cast], tuple[Any, Any, tuple[str, ...]]]
) -> None:
    thing, decider, facts = asked(cast)
    said = text(desk.get(decider, verb_page(thing, "decide")))
    assert [each for each in facts if each not in said] == []
