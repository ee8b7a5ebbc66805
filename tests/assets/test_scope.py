"""Who sees which devices, handovers, condition reports and receipts: an outsider nothing, the office everything."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser

from assets import register
from assets.models import Asset, ConditionReport, Handover, Receipt
from core.errors import Missing
from tests.base import Cast, again, an_asset, an_issue, day, delivered, returned

WHOLE_DISTRICT = [
    "verifier", "approver", "clerk", "planner", "publisher", "decider", "auditor", "viewer", "user_admin", "superuser",
]  # fmt: skip
KEMANG = ["kemang_admin", "kemang_head"]
CIBINONG = ["cibinong_admin", "cibinong_head"]


@dataclass
class Scene:
    stock: Asset
    of_kemang: Asset
    at_village: Asset
    at_cibinong: Asset
    to_village: Handover
    to_cibinong: Handover


@pytest.fixture
def scene(cast: Cast) -> Scene:
    stock, own = an_asset(cast), an_asset(cast, unit=cast.kemang)
    at_village, at_cibinong = an_asset(cast), an_asset(cast)
    to_village = delivered(cast, assets=[at_village], to=cast.village)
    to_cibinong = delivered(cast, assets=[at_cibinong], to=cast.cibinong)
    for asset in (stock, own, at_village, at_cibinong):
        register.report_condition(asset, actor=cast.clerk, condition="good")
    for unit in (cast.diskominfo, cast.kemang):
        register.receive(
            unit=unit, actor=cast.clerk, contract_number=unit.code, supplier="CV", received_on=day("2026-03-01")
        )
    return Scene(stock, own, at_village, at_cibinong, to_village, to_cibinong)


@pytest.mark.parametrize("who", KEMANG)
def test_a_kecamatan_sees_what_stands_on_its_books_or_is_held_under_it(cast: Cast, scene: Scene, who: str) -> None:
    user = getattr(cast, who)
    seen = {scene.of_kemang, scene.at_village}
    assert set(Asset.objects.visible_to(user)) == seen
    assert set(Handover.objects.visible_to(user)) == {scene.to_village}
    assert {report.asset for report in ConditionReport.objects.visible_to(user)} == seen
    assert [receipt.unit for receipt in Receipt.objects.visible_to(user)] == [cast.kemang]


@pytest.mark.parametrize("who", CIBINONG)
def test_another_kecamatan_sees_only_its_own(cast: Cast, scene: Scene, who: str) -> None:
    user = getattr(cast, who)
    assert set(Asset.objects.visible_to(user)) == {scene.at_cibinong}
    assert set(Handover.objects.visible_to(user)) == {scene.to_cibinong}
    assert not Receipt.objects.visible_to(user).exists()


@pytest.mark.parametrize("who", WHOLE_DISTRICT)
def test_who_works_for_the_whole_district_sees_all(cast: Cast, scene: Scene, who: str) -> None:
    user = getattr(cast, who)
    for model in (Asset, Handover, ConditionReport, Receipt):
        assert model.objects.visible_to(user).count() == model.objects.count() > 0


def test_strangers_and_deactivated_accounts_see_nothing(cast: Cast, scene: Scene) -> None:
    for account in (cast.superuser, cast.clerk, cast.kemang_admin):
        type(account).objects.filter(pk=account.pk).update(is_active=False)
    gone = [again(account) for account in (cast.superuser, cast.clerk, cast.kemang_admin)]
    for user in (AnonymousUser(), None, cast.outsider, *gone):
        for model in (Asset, Handover, ConditionReport, Receipt):
            assert not model.objects.visible_to(user).exists()


def test_a_device_leaves_the_kecamatans_sight_with_its_custody_but_the_paper_stays(cast: Cast, scene: Scene) -> None:
    back = returned(cast, [scene.at_village], by=cast.kemang_admin)
    assert scene.at_village not in Asset.objects.visible_to(cast.kemang_admin)
    assert set(Handover.objects.visible_to(cast.kemang_admin)) == {scene.to_village, back}


def test_out_of_sight_and_not_there_are_the_same(cast: Cast, scene: Scene) -> None:
    for pk in (scene.stock.pk, 10**9, 0, -1):
        with pytest.raises(Missing) as caught:
            Asset.objects.get_visible(cast.kemang_admin, pk)
        assert str(caught.value) == "Tidak ditemukan."
    assert Asset.objects.get_visible(cast.kemang_admin, scene.at_village.pk) == scene.at_village


def test_seeing_a_device_twice_over_lists_it_once(cast: Cast, scene: Scene) -> None:
    delivered(cast, assets=[scene.of_kemang], to=cast.village)
    assert Asset.objects.visible_to(cast.kemang_admin).count() == 2


def test_a_prepared_handover_is_in_sight_of_its_recipient(cast: Cast, scene: Scene) -> None:
    prepared = an_issue(cast, assets=[scene.stock], on=None)
    assert prepared in Handover.objects.visible_to(cast.kemang_head)
    assert scene.stock not in Asset.objects.visible_to(cast.kemang_head)
