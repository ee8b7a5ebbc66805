"""The legal act of a handover follows from the two units; within an agency and across agencies different ones hold."""

from __future__ import annotations

import pytest

from assets.custody import settle_legal_act
from assets.states import LegalAct
from core.errors import DomainError
from org.models import Unit
from tests.base import Cast, accepted, again, an_asset, an_issue, delivered, returned
from tests.checks import invalid, refused


@pytest.fixture
def division(cast: Cast) -> Unit:
    """A division inside Diskominfo."""
    return Unit.objects.create(code="32.01.DISKOMINFO.IKP", name="Bidang IKP", kind="division", parent=cast.diskominfo)


def test_within_one_agency_the_usual_act_is_use_and_across_agencies_temporary_use(cast: Cast, division: Unit) -> None:
    assert an_issue(cast, to=division).legal_act == LegalAct.USE
    for unit in (cast.kemang, cast.village, cast.setda):
        assert an_issue(cast, to=unit).legal_act == LegalAct.TEMPORARY_USE


def test_what_comes_back_is_a_return(cast: Cast) -> None:
    asset = delivered(cast).items.get().asset
    assert returned(cast, [asset], kind="recall").legal_act == LegalAct.RETURN


@pytest.mark.parametrize(
    ("kind", "act", "within", "across"),
    [
        ("issue", LegalAct.USE, True, False),
        ("issue", LegalAct.TEMPORARY_USE, True, True),
        ("issue", LegalAct.STATUS_TRANSFER, False, True),
        ("issue", LegalAct.LOAN_FOR_USE, True, True),
        ("issue", LegalAct.RETURN, False, False),
        ("loan", LegalAct.USE, True, False),
        ("transfer", LegalAct.USE, True, False),
        ("transfer", LegalAct.RETURN, False, False),
        ("return", LegalAct.RETURN, True, True),
        ("return", LegalAct.USE, False, False),
        ("recall", LegalAct.TEMPORARY_USE, False, False),
    ],
)
def test_which_act_holds_where(
    cast: Cast, division: Unit, kind: str, act: LegalAct, within: bool, across: bool
) -> None:
    for unit, allowed in ((division, within), (cast.kemang, across)):
        if allowed:
            assert settle_legal_act(kind, act, cast.diskominfo, unit) == act
        else:
            with pytest.raises(DomainError) as caught:
                settle_legal_act(kind, act, cast.diskominfo, unit)
            assert caught.value.faults[0].field == "legal_act"


def test_use_across_agencies_is_refused_and_leaves_nothing(cast: Cast) -> None:
    asset = an_asset(cast)
    with refused(DomainError, "legal_act_not_allowed", field="legal_act"):
        an_issue(cast, assets=[asset], legal_act="penggunaan")
    assert asset.state == "in_stock"


def test_a_transferred_status_needs_its_decision_and_moves_the_books_when_accepted(cast: Cast) -> None:
    asset = an_asset(cast)
    with invalid("decision_number"):
        an_issue(cast, assets=[asset], legal_act="pengalihan_status")
    handover = an_issue(cast, assets=[asset], legal_act="pengalihan_status", decision_number="030/15/2026")
    assert again(asset).unit == cast.diskominfo
    accepted(cast, handover)
    assert again(asset).unit == cast.kemang


def test_the_agency_of_a_village_is_its_kecamatan(cast: Cast) -> None:
    assert cast.village.agency() == cast.kemang
    assert an_issue(cast, assets=[an_asset(cast, unit=cast.kemang)], to=cast.village).legal_act == LegalAct.USE
