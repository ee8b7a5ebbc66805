"""A device that counts for a pledge: that its unit had it before the promise, and that it stands elsewhere now."""

from __future__ import annotations

from assets.models import Asset
from pledges.models import Pledge
from pledges.reading import judgement_of
from tests.api.cast import Caller
from tests.backoffice.desk import Desk, page, text
from tests.base import Cast, a_pledge, an_asset, at, day, delivered, returned

SAID = {"made_on_from": day("2026-03-02"), "made_on_to": day("2026-03-02")}


def had_and_taken(cast: Cast, kind: str) -> Asset:
    """A phone that Kemang had from 5 January to 5 February 2026."""
    phone = an_asset(cast)
    with at("2026-01-05"):
        delivered(cast, assets=[phone])
    with at("2026-02-05"):
        returned(cast, [phone], kind=kind)
    return phone


def handed_on(cast: Cast, pledge: Pledge) -> Asset:
    """Kept, given back by Kemang itself on 5 March, and issued to Cibinong for no pledge on the 6th."""
    phone = delivered(cast, pledge_line=pledge.lines.get()).items.get().asset
    with at("2026-03-05"):
        returned(cast, [phone], by=cast.kemang_admin)
    with at("2026-03-06"):
        delivered(cast, assets=[phone], to=cast.cibinong)
    return phone


def test_a_phone_that_the_unit_already_had_counts_and_the_page_says_so(cast: Cast, desk: Desk) -> None:
    for kind, how in (("recall", "ditarik"), ("return", "dikembalikan")):
        pledge, phone = a_pledge(cast, **SAID), had_and_taken(cast, kind)
        handover = delivered(cast, assets=[phone], pledge_line=pledge.lines.get())
        assert judgement_of(pledge).delivered == 1
        said = (
            f"perangkat ini sudah dipegang unit ini sebelum janji (5 Jan 2026 – 5 Feb 2026), {how} lalu diserahkan lagi"
        )
        for who in (cast.outsider, cast.clerk):
            assert said in text(desk.get(who, page(pledge)))
        (item,) = Caller(cast.clerk).get(f"handovers/{handover.pk}/").json()["items"]
        assert item["held_before"] == {"since": "2026-01-05", "until": "2026-02-05"}


def test_nothing_is_said_of_what_another_unit_had_nor_of_what_came_after_the_promise(cast: Cast, desk: Desk) -> None:
    old, pledge = a_pledge(cast), a_pledge(cast, **SAID)
    phone = an_asset(cast)
    with at("2026-01-05"):
        delivered(cast, assets=[phone], to=cast.cibinong)
    with at("2026-02-05"):
        returned(cast, [phone])
    handover = delivered(cast, assets=[phone], pledge_line=pledge.lines.get())
    again = delivered(cast, assets=[had_and_taken(cast, "recall")], pledge_line=old.lines.get())
    for each, paper in ((pledge, handover), (old, again)):
        assert "sudah dipegang unit ini" not in text(desk.get(cast.clerk, page(each)))
        assert Caller(cast.clerk).get(f"handovers/{paper.pk}/").json()["items"][0]["held_before"] is None


def test_a_phone_that_was_handed_on_is_said_to_stand_elsewhere_and_where_to_who_sees_it(cast: Cast, desk: Desk) -> None:
    pledge = a_pledge(cast)
    phone = handed_on(cast, pledge)
    here, gone = (
        f"perangkat ini sekarang di {cast.cibinong} sejak 6 Mar 2026",
        "sudah tidak di unit ini sejak 5 Mar 2026",
    )
    with at("2026-03-07"):
        assert judgement_of(pledge).delivered == 1
        for who in (cast.clerk, cast.cibinong_admin):
            shown = text(desk.get(who, page(pledge)))
            assert here in shown and gone not in shown
        for who in (cast.outsider, cast.kemang_admin):
            shown = text(desk.get(who, page(pledge)))
            assert gone in shown and "Cibinong" not in shown
        assert not Asset.objects.visible_to(cast.kemang_admin).filter(pk=phone.pk).exists()


def test_a_phone_given_back_and_in_store_has_left_and_one_with_another_holder_has_not(cast: Cast, desk: Desk) -> None:
    pledge, other = a_pledge(cast), a_pledge(cast)
    back, stays = (delivered(cast, pledge_line=each.lines.get()).items.get().asset for each in (pledge, other))
    with at("2026-03-05"):
        returned(cast, [back], by=cast.kemang_admin)
        returned(cast, [stays], kind="change_of_holder", to=cast.kemang, recipient=cast.kemang_head.person)
        assert "perangkat ini sudah tidak di unit ini sejak 5 Mar 2026" in text(desk.get(cast.clerk, page(pledge)))
        assert "perangkat ini" not in text(desk.get(cast.clerk, page(other)))
