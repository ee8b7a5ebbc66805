"""What a paper says reaches the device; who and what leaves does so with a word on what it holds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings

from assets import holding, register
from assets.models import Custody, Handover
from assets.states import COMES_BACK, HandoverKind
from core.applying import look
from core.errors import Conflict, DomainError, NotAllowed
from core.importing import FileRow
from desks import worklists
from documents.papers import bast
from documents.papers.parties import handover_parties
from handing_over import extending, fulfilment, issuing
from handing_over.archive import DeliveryImporter
from handing_over.items import Item
from org import accounts, departing
from org.models import Person, Unit
from org.reference import keep
from pledges.reading import judgement_of
from requests_app import filing
from tests.api.cast import Caller
from tests.base import (
    Cast,
    a_pledge,
    accepted,
    again,
    an_asset,
    an_issue,
    at,
    day,
    decided,
    delivered,
    line_of,
    put_out_of_use,
    returned,
    some_assets,
    submitted,
    succeeded,
    the_archive_is_open,
    user,
)
from tests.checks import one_event, refused
from tests.databases import ROOT


@pytest.fixture
def budi(cast: Cast) -> Person:
    """Another person of Kemang."""
    return Person.objects.create(name="Budi", unit=cast.kemang)


def given(cast: Cast, kind: str, asset: Any, condition: str, **values: Any) -> Handover:
    """A handover of one device that says its condition, by the clerk."""
    to = cast.diskominfo if kind in COMES_BACK else cast.cibinong if kind == "transfer" else cast.kemang
    terms = {"due_back_on": day("2026-04-01")} if kind == "loan" else {}
    if kind == "change_of_holder":
        terms["recipient"] = Person.objects.create(name="Budi", unit=cast.kemang)
    return fulfilment.record_handover(
        kind=HandoverKind(kind), recipient_unit=to, items=[Item(asset, condition=condition)], actor=cast.clerk,
        **{"handed_over_on": day("2026-03-02"), **terms, **values},
    )  # fmt: skip


def in_place_for(cast: Cast, kind: str) -> Any:
    asset = an_asset(cast)
    if kind not in ("issue", "loan"):
        delivered(cast, assets=[asset], recipient=cast.rani)
    return asset


# ---- the condition that a paper tells


@pytest.mark.parametrize("kind", HandoverKind.values)
def test_what_a_paper_says_of_a_device_reaches_it_and_its_log(cast: Cast, kind: str) -> None:
    asset = in_place_for(cast, kind)
    paper = given(cast, kind, asset, "lightly_damaged")
    report = asset.condition_reports.get()
    assert (again(asset).condition, report.condition, report.item) == ("lightly_damaged",) * 2 + (paper.items.get(),)
    assert report.note == paper.number
    fulfilment.cancel(paper, actor=cast.clerk, reason="Salah catat")
    assert again(asset).condition == "good"


@pytest.mark.parametrize("kind", ["return", "recall"])
def test_what_came_back_badly_damaged_is_not_issued_again(cast: Cast, kind: str) -> None:
    asset = in_place_for(cast, kind)
    paper = given(cast, kind, asset, "badly_damaged")
    accepted(cast, paper, by=cast.clerk2)
    assert (again(asset).condition, again(asset).state) == ("badly_damaged", "in_stock")
    with refused(Conflict, "asset_not_available"):
        an_issue(cast, assets=[asset])


@pytest.mark.parametrize("kind", ["issue", "loan", "transfer", "change_of_holder"])
def test_nothing_is_given_that_the_paper_itself_calls_unfit(cast: Cast, kind: str) -> None:
    asset = in_place_for(cast, kind)
    with refused(Conflict, "asset_not_available", field="items.0.asset"):
        given(cast, kind, asset, "badly_damaged") if kind != "change_of_holder" else fulfilment.record_handover(
            kind=HandoverKind.CHANGE_OF_HOLDER, items=[Item(asset, condition="badly_damaged")], actor=cast.clerk,
            recipient=cast.kemang_head.person,
        )  # fmt: skip


def test_a_better_condition_takes_the_word_of_who_receives(cast: Cast) -> None:
    asset = in_place_for(cast, "return")
    register.report_condition(asset, actor=cast.clerk, condition="lightly_damaged")
    paper = given(cast, "return", again(asset), "good")
    assert again(asset).condition == "lightly_damaged"
    with one_event("handover.accepted", by=cast.clerk2, role="asset_clerk") as written:
        fulfilment.accept(paper, actor=cast.clerk2)
    assert written.changes["conditions"] == {asset.tag: ["lightly_damaged", "good"]}
    assert again(asset).condition == "good"


def test_what_was_reported_since_a_paper_was_written_stands(cast: Cast) -> None:
    asset = in_place_for(cast, "return")
    paper = given(cast, "return", asset, "", handed_over_on=None)
    register.report_condition(asset, actor=cast.clerk, condition="badly_damaged")
    fulfilment.hand_over(paper, actor=cast.clerk)
    assert (again(asset).condition, paper.items.get().condition) == ("badly_damaged", "badly_damaged")
    register.report_condition(asset, actor=cast.clerk, condition="lightly_damaged")
    accepted(cast, paper, by=cast.clerk2)
    assert again(asset).condition == "lightly_damaged"


def test_a_dispute_may_say_how_the_device_was_found(cast: Cast) -> None:
    paper = an_issue(cast)
    item = paper.items.get()
    answer = Caller(cast.kemang_admin).post(
        f"handovers/{paper.pk}/dispute/",
        {"items": [{"id": item.pk, "reason": "Layar retak", "condition": "badly_damaged"}]},
    )
    assert answer.status_code == 200, answer.content
    assert again(item.asset).condition == "badly_damaged"
    fulfilment.cancel(again(paper), actor=cast.clerk, reason="Ditukar")
    assert again(item.asset).condition == "badly_damaged"


# ---- what is accepted


def test_a_disputed_device_is_accepted_by_name_alone(cast: Cast) -> None:
    paper = an_issue(cast, assets=some_assets(cast, 2))
    bad = paper.items.order_by("pk")[0]
    fulfilment.dispute(paper, reasons={bad.pk: "Mati"}, actor=cast.kemang_admin)
    caller = Caller(cast.kemang_admin)
    assert caller.post(f"handovers/{paper.pk}/accept/").status_code == 200
    assert [each.state for each in paper.items.order_by("pk")] == ["disputed", "accepted"]
    refusal = caller.post(f"handovers/{paper.pk}/accept/")
    assert (refusal.status_code, refusal.json()["code"]) == (409, "disputed")
    assert [each["field"] for each in refusal.json()["errors"]] == ["items"]
    assert caller.post(f"handovers/{paper.pk}/accept/", {"items": [bad.pk]}).json()["state"] == "accepted"


@pytest.mark.parametrize("how", ["return", "recall", "cancelled"])
def test_a_paper_whose_device_came_back_is_accepted_no_more(cast: Cast, how: str) -> None:
    paper = an_issue(cast)
    if how == "cancelled":
        fulfilment.cancel(paper, actor=cast.clerk, reason="Salah")
    else:
        returned(cast, [paper.items.get().asset], kind=how)
    caller = Caller(cast.kemang_admin)
    for body in ({}, {"items": [paper.items.get().pk]}):
        assert caller.post(f"handovers/{paper.pk}/accept/", body).status_code == 409
    assert "accept" not in caller.get(f"handovers/{paper.pk}/").json()["actions"]
    assert paper not in worklists.worklists(again(cast.kemang_admin))["handovers"].all


# ---- change of holder


def changed(cast: Cast, asset: Any, to: Person, *, by: Any = None, **values: Any) -> Handover:
    return fulfilment.record_handover(
        kind=HandoverKind.CHANGE_OF_HOLDER, items=[Item(asset)], recipient=to, actor=by or cast.clerk,
        **{"handed_over_on": day("2026-03-02"), **values},
    )  # fmt: skip


def test_a_change_of_holder_is_one_act_with_one_paper(cast: Cast, budi: Person) -> None:
    asset = in_place_for(cast, "transfer")
    answer = Caller(cast.kemang_head).post(
        "handovers/",
        {"kind": "change_of_holder", "recipient": budi.pk, "items": [{"asset": asset.pk}],
         "handed_over_on": "2026-03-02"},
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    paper = Handover.objects.get(pk=answer.json()["id"])
    assert (paper.from_unit, paper.recipient_unit, paper.state) == (cast.kemang, cast.kemang, "handed_over")
    assert (paper.legal_act, asset.custody.person) == ("penggunaan_sementara", budi)
    assert [party.person for party in handover_parties(paper, paper.handed_over_on)] == [cast.rani, budi]
    assert bast.render(paper).startswith(b"%PDF")
    with refused(NotAllowed, "own_act"):
        fulfilment.accept(paper, actor=cast.kemang_head)
    assert fulfilment.accept(paper, actor=cast.kemang_admin).state == "accepted"


def test_a_change_of_holder_stays_in_its_unit_and_names_somebody_else(cast: Cast, budi: Person) -> None:
    asset = in_place_for(cast, "transfer")
    with refused(DomainError, "wrong_unit", field="recipient_unit"):
        changed(cast, asset, cast.cibinong_head.person, recipient_unit=cast.cibinong)
    with refused(DomainError, "same_holder", field="recipient"):
        changed(cast, asset, cast.rani)
    assert Caller(cast.clerk).post(
        "handovers/", {"kind": "change_of_holder", "items": [{"asset": asset.pk}]}
    ).json()["errors"][0]["field"] == "recipient"  # fmt: skip


def test_a_change_of_holder_changes_nothing_for_pledge_loan_or_a_late_word(cast: Cast, budi: Person) -> None:
    pledge = a_pledge(cast)
    request = decided(cast)
    paper = an_issue(cast, request_line=line_of(request))
    changed(cast, paper.items.get().asset, budi)
    assert judgement_of(again(pledge)).delivered == 0
    accepted(cast, paper)
    assert judgement_of(again(pledge)).delivered == 1
    before = list(pledge.lines.get().deliveries.values())
    changed(cast, paper.items.get().asset, cast.kemang_head.person)
    assert list(pledge.lines.get().deliveries.values()) == before
    assert "dispute" in Caller(cast.kemang_admin).get(f"handovers/{paper.pk}/").json()["actions"]
    loan = delivered(cast, kind="loan", due_back_on=day("2026-03-05"))
    changed(cast, loan.items.get().asset, budi)
    with at("2026-03-09"):
        assert Handover.objects.all().overdue_back().get() == loan
        assert extending.extend(loan, actor=cast.kemang_admin, new_due_back_on=day("2026-05-01"), reason="x").pk


def test_a_return_of_two_holders_gives_two_papers(cast: Cast, budi: Person) -> None:
    phones = some_assets(cast, 3)
    accepted(cast, an_issue(cast, assets=phones[:2], recipient=cast.rani))
    accepted(cast, an_issue(cast, assets=phones[2:], recipient=budi))
    with one_event("handover.handed_over", by=cast.clerk, role="asset_clerk") as written:
        first = returned(cast, [phones[0], phones[2], phones[1]])
    second = Handover.objects.get(made_with=first)
    assert written.changes["papers"] == [None, [first.number, second.number]]
    assert [{item.asset for item in each.items.all()} for each in (first, second)] == [set(phones[:2]), {phones[2]}]
    on = first.handed_over_on
    assert [handover_parties(each, on)[0].person for each in (first, second)] == [cast.rani, budi]
    assert bast.render(second) != bast.render(first)
    shown = Caller(cast.clerk).get(f"handovers/{first.pk}/").json()
    assert [each["number"] for each in shown["papers"]] == [second.number]


# ---- nobody who is not there


@pytest.mark.parametrize("gone", ["unit", "person", "leaving"])
@pytest.mark.parametrize("kind", ["issue", "loan", "transfer", "change_of_holder"])
def test_nothing_is_given_to_who_is_out_of_use_now_or_later(cast: Cast, budi: Person, kind: str, gone: str) -> None:
    def goes() -> None:
        if gone == "unit":
            Unit.objects.filter(pk=cast.kemang.pk).update(active=False)
        elif gone == "person":
            Person.objects.filter(pk=budi.pk).update(active=False)
        else:
            Person.objects.filter(pk=budi.pk).update(leaving_since=day("2026-03-01"))

    assets = some_assets(cast, 2)
    if kind == "transfer":
        delivered(cast, assets=assets, to=cast.cibinong)
    elif kind == "change_of_holder":
        delivered(cast, assets=assets, recipient=cast.rani)
    terms: Any = {"kind": HandoverKind(kind), "recipient_unit": cast.kemang, "actor": cast.clerk, "recipient": budi}
    terms |= {"due_back_on": day("2026-05-01")} if kind == "loan" else {}
    prepared = fulfilment.record_handover(items=[Item(assets[0])], **terms)
    goes()
    terms |= {"recipient_unit": again(cast.kemang), "recipient": again(budi)}
    with refused(DomainError, "out_of_use", field="recipient_unit" if gone == "unit" else "recipient"):
        fulfilment.record_handover(items=[Item(assets[1])], handed_over_on=day("2026-03-02"), **terms)
    with refused(Conflict, "out_of_use"):
        fulfilment.hand_over(prepared, actor=cast.clerk)


# ---- who leaves


def test_somebody_who_holds_devices_does_not_leave_without_a_word_on_them(cast: Cast, budi: Person) -> None:
    asset = in_place_for(cast, "return")
    caller = Caller(cast.user_admin)
    for change in ({"active": False}, {"unit": cast.cibinong.pk}):
        answer = caller.patch(f"people/{cast.rani.pk}/", change)
        assert (answer.status_code, asset.tag in answer.json()["detail"]) == (409, True), answer.content
    assert caller.patch(f"people/{budi.pk}/", {"active": False}).status_code == 200
    with refused(Conflict, "holds_devices"):
        holding.refuse_holder(cast.rani)


@pytest.mark.parametrize("to", ["somebody", "the store"])
def test_who_leaves_stays_on_record_until_the_last_device_has_gone(cast: Cast, budi: Person, to: str) -> None:
    phones = some_assets(cast, 2)
    accepted(cast, an_issue(cast, assets=phones, recipient=cast.rani))
    to_budi = to == "somebody"
    body = {"reason": "Mutasi", "moves_to": cast.cibinong.pk, **({"devices_to": budi.pk} if to_budi else {})}
    assert Caller(cast.user_admin).post(f"people/{cast.rani.pk}/leave/", body).status_code == 200
    assert again(cast.rani).unit == cast.kemang
    lists = worklists.worklists(again(cast.clerk))["holders"]
    assert (set(lists.due), set(lists.overdue)) == (set(phones), set())
    with at("2026-03-17"):
        assert set(worklists.worklist("holders", again(cast.clerk)).overdue) == set(phones)
    told = Caller(cast.clerk).get(f"assets/{phones[0].pk}/").json()["holder_leaves"]
    assert (told["devices_to"] or {}).get("id") == (budi.pk if to_budi else None)
    for left, phone in ((False, phones[0]), (True, phones[1])):
        paper = changed(cast, phone, budi) if to_budi else returned(cast, [phone])
        assert (again(cast.rani).unit == cast.cibinong, again(cast.rani).leaving_since is None) == (left, left)
    assert paper.kind == ("change_of_holder" if to_budi else "return")
    assert not worklists.worklist("holders", again(cast.clerk)).all.exists()


def test_who_holds_nothing_leaves_at_once_and_who_stays_is_not_waited_for(cast: Cast, budi: Person) -> None:
    with one_event("person.left", by=cast.user_admin, role="user_admin"):
        departing.leave(budi, actor=cast.user_admin, reason="Pensiun")
    assert not again(budi).active
    asset = in_place_for(cast, "return")
    departing.leave(cast.rani, actor=cast.user_admin, reason="Pensiun")
    with one_event("person.stays", by=cast.user_admin, role="user_admin"):
        departing.stay(cast.rani, actor=cast.user_admin)
    returned(cast, [asset])
    assert again(cast.rani).active


def test_an_account_is_closed_at_once_whatever_its_person_holds(cast: Cast) -> None:
    asset = in_place_for(cast, "return")
    accounts.deactivate(cast.kemang_admin, actor=cast.user_admin, reason="Pensiun")
    assert Caller(cast.clerk).get("me/").status_code == 200
    assert again(cast.rani).active
    assert list(worklists.worklist("holders", again(cast.clerk)).due) == [asset]


# ---- units


def test_a_unit_with_devices_or_open_requests_is_not_put_out_of_use_unsaid(cast: Cast) -> None:
    asset = in_place_for(cast, "return")
    with refused(Conflict, "in_use", field="active"):
        put_out_of_use(cast, cast.kemang)
    returned(cast, [asset])
    request = submitted(cast)
    with refused(Conflict, "in_use", field="active"):
        put_out_of_use(cast, cast.kemang)
    assert request.number in str(Caller(cast.user_admin).patch(f"units/{cast.kemang.pk}/", {"active": False}).json())
    with refused(Conflict, "in_use", field="active"):
        put_out_of_use(cast, cast.diskominfo)


def test_nor_one_under_which_or_for_which_something_is_kept(cast: Cast) -> None:
    """The old way: the whole kabupaten, or a kecamatan whose desa held a device, was put out of use with a 200."""
    for unit in (cast.root, cast.kemang):
        held = delivered(cast, to=cast.village).items.get().asset
        with refused(Conflict, "in_use", field="active"):
            put_out_of_use(cast, unit)
        returned(cast, [held])
    request = submitted(cast, unit=cast.village, by=user(username="desa", unit=cast.village, roles=("requester",)))
    with refused(Conflict, "in_use", field="active"):
        put_out_of_use(cast, cast.kemang)
    filing.withdraw(request, actor=request.filed_by, reason="Batal")
    prepared = an_issue(cast, to=cast.kemang, on=None)
    with refused(Conflict, "in_use", field="active"):
        put_out_of_use(cast, cast.kemang)
    fulfilment.cancel(prepared, actor=cast.clerk, reason="Batal")
    assert [each.active for each in put_out_of_use(cast, cast.kemang)] == [False]


def test_a_unit_with_its_successor_may_end_and_what_it_has_is_handed_on(cast: Cast) -> None:
    held = in_place_for(cast, "transfer")
    request = decided(cast)
    new = Unit.objects.create(code="32.01.77", name="Kemang Baru", kind="district", parent=cast.root)
    succeeded(cast, cast.kemang, new)
    put_out_of_use(cast, cast.kemang)
    assert list(worklists.worklist("holders", again(cast.clerk)).overdue) == [held]
    phone = an_asset(cast)
    items = [Item(phone, condition="good")]
    paper = issuing.issue(request, actor=cast.clerk, items=items, handed_over_on=day("2026-03-02"))
    assert paper.recipient_unit == new
    an_issue(cast, assets=[held], kind="transfer", to=new)
    assert set(Custody.objects.filter(until__isnull=True).values_list("unit", flat=True)) == {new.pk}
    keep(cast.kemang, actor=cast.user_admin, active=True)


# ---- other ways to the same


def test_an_old_paper_from_a_file_gives_nothing_to_who_is_out_of_use(cast: Cast, budi: Person) -> None:
    the_archive_is_open()
    devices = some_assets(cast, 3)
    Unit.objects.filter(pk=cast.cibinong.pk).update(active=False)
    Person.objects.filter(pk=budi.pk).update(active=False)
    rows = [
        FileRow(n, {"number": f"BAST/{n}", "handed_over_on": day("2025-01-02"), "tag": devices[n].tag, **to})
        for n, to in enumerate((
            {"unit_code": cast.cibinong.code}, {"unit_code": cast.kemang.code, "recipient": "Budi"},
            {"unit_code": cast.kemang.code, "recipient": cast.rani.name},
        ))
    ]  # fmt: skip
    found = look(DeliveryImporter(again(cast.clerk)), lambda: rows)
    assert {(each.row, each.field, each.code) for each in found.findings} == {
        (0, "unit_code", "out_of_use"), (1, "recipient", "out_of_use"),
    }  # fmt: skip


def test_custody_passes_in_one_place_alone() -> None:
    """What refuses a receiver out of use stands there, so no other way to custody may be opened."""
    makers = [
        path.relative_to(ROOT).as_posix()
        for app in settings.INSTALLED_APPS
        if "." not in app and (ROOT / app).is_dir()
        for path in (ROOT / app).rglob("*.py")
        if re.search(r"\bCustody(\.objects\.(create|bulk_create)|\()", path.read_text())
        and "class Custody(" not in path.read_text()
    ]
    assert makers == ["assets/custody.py"]
