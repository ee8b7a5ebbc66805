"""The pages of who holds what: what was disputed, how a device came back, who is to leave."""

from __future__ import annotations

import html
import re

import pytest

from assets.models import Handover
from handing_over import fulfilment
from org import departing
from org.models import Person
from tests.backoffice.desk import Desk, listing, page, text, verb_page
from tests.base import Cast, accepted, again, an_issue, some_assets


def test_the_form_of_a_receipt_ticks_nothing_and_tells_what_was_disputed(cast: Cast, desk: Desk) -> None:
    paper = an_issue(cast, assets=some_assets(cast, 2))
    bad, good = paper.items.order_by("pk")
    fulfilment.dispute(paper, reasons={bad.pk: "Layar mati"}, actor=cast.kemang_admin)
    shown = desk.get(cast.kemang_admin, verb_page(paper, "accept")).content.decode()
    assert re.findall(r'name="items" value="(\d+)"( checked)?', shown) == [
        (str(bad.pk), ""),
        (str(good.pk), ""),
    ]
    assert "Disanggah:" in shown


def test_a_device_is_given_back_as_it_is(cast: Cast, desk: Desk) -> None:
    asset = accepted(cast, an_issue(cast)).items.get().asset
    sent = {"handed_over_on": "2026-03-02", "note": "Rusak", "condition": "badly_damaged"}
    assert desk.act(cast.kemang_admin, asset, "give-back", **sent).status_code == 302
    assert (again(asset).condition, again(asset).state) == ("badly_damaged", "in_stock")


def test_a_dispute_says_how_the_device_was_found(cast: Cast, desk: Desk) -> None:
    paper = an_issue(cast)
    item = paper.items.get()
    sent = {f"items-{item.pk}-reason": "Retak", f"items-{item.pk}-condition": "lightly_damaged"}
    assert desk.post(cast.kemang_admin, verb_page(paper, "dispute"), sent).status_code == 302
    assert again(item.asset).condition == "lightly_damaged"


def test_the_page_of_a_person_says_where_they_go_and_the_device_whose_it_will_be(cast: Cast, desk: Desk) -> None:
    asset = accepted(cast, an_issue(cast, recipient=cast.rani)).items.get().asset
    budi = Person.objects.create(name="Budi", unit=cast.kemang)
    sent = {"goes": "moves", "reason": "Mutasi", "moves_to": cast.cibinong.pk, "devices_to": budi.pk}
    assert desk.act(cast.user_admin, cast.rani, "leave", **sent).status_code == 302
    assert "Cibinong" in desk.get(cast.user_admin, page(cast.rani)).content.decode()
    shown = desk.get(cast.clerk, page(asset)).content.decode()
    assert "perangkat akan diserahkan kepada Budi" in shown and "Tidak di unit pemegang" not in shown
    queue = text(desk.get(cast.clerk, listing(type(asset)), desk="holders"))
    assert asset.tag in queue and "→ Budi" in queue


@pytest.mark.parametrize("to_budi", [True, False])
def test_the_handover_of_who_leaves_is_one_link_away_and_filled_in(cast: Cast, desk: Desk, to_budi: bool) -> None:
    asset = accepted(cast, an_issue(cast, recipient=cast.rani)).items.get().asset
    budi = Person.objects.create(name="Budi", unit=cast.kemang)
    departing.leave(cast.rani, actor=cast.user_admin, devices_to=budi if to_budi else None, reason="Mutasi")
    found = re.search(r'href="(/admin/assets/handover/add/[^"]+)"', desk.get(cast.clerk, page(asset)).content.decode())
    assert found
    form = desk.get(cast.clerk, html.unescape(found[1]))
    sent = {name: field.value() for name, field in ((each.name, each) for each in form.context["form"])}
    made = {**{name: value or "" for name, value in sent.items()}, "handed_over_on": "2026-03-02"}
    answer = desk.post(cast.clerk, f"{listing(Handover)}add/", made)
    assert answer.status_code == 302, re.findall(r'<p class="g-error[^>]*>([^<]*)', answer.content.decode())
    custody = again(asset).custody
    assert (custody.person if custody else None) == (budi if to_budi else None)
    assert "/admin/assets/handover/add/?" not in desk.get(cast.viewer, page(asset)).content.decode()


@pytest.mark.parametrize("given", ["kind=x", "recipient=x", "recipient=999999", "assets=%00", "recipient_unit=%2F"])
def test_a_link_that_fills_in_nonsense_opens_the_form_all_the_same(cast: Cast, desk: Desk, given: str) -> None:
    assert desk.get(cast.clerk, f"{listing(Handover)}add/?{given}").status_code == 200


def test_a_change_of_holder_is_made_on_the_page_by_the_unit_itself(cast: Cast, desk: Desk) -> None:
    asset = accepted(cast, an_issue(cast, recipient=cast.rani)).items.get().asset
    budi = Person.objects.create(name="Budi", unit=cast.kemang)
    address = f"{listing(Handover)}add/"
    sent = {"kind": "change_of_holder", "assets": asset.tag, "recipient": budi.pk, "handed_over_on": "2026-03-02"}
    answer = desk.post(cast.kemang_head, address, sent)
    assert answer.status_code == 302, re.findall(r'<p class="g-error[^>]*>([^<]*)', answer.content.decode())
    assert again(asset).custody.person == budi


def test_a_return_of_two_holders_is_told_as_the_two_papers_that_it_made(cast: Cast, desk: Desk) -> None:
    budi = Person.objects.create(name="Budi", unit=cast.kemang)
    assets = [accepted(cast, an_issue(cast, recipient=each)).items.get().asset for each in (cast.rani, budi)]
    sent = {"kind": "return", "assets": ", ".join(each.tag for each in assets), "handed_over_on": "2026-03-02"}
    answer = desk.post(cast.clerk, f"{listing(Handover)}add/", sent)
    assert answer.status_code == 302, re.findall(r'<p class="g-error[^>]*>([^<]*)', answer.content.decode())
    first, second = Handover.objects.filter(kind="return").order_by("pk")
    both = f"{first.number}, {second.number}"
    assert f"sendiri untuk tiap pemegang: {both}" in desk.get(cast.clerk, answer["Location"]).content.decode()
    for thing in (second, assets[1], assets[0]):
        assert both in text(desk.get(cast.clerk, page(thing)))
