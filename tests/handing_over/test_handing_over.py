"""Handing devices over: prepared or at once, all-or-nothing, within what was approved."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assets import register
from assets.models import Custody, Handover, HandoverItem
from core.errors import Conflict, DomainError, NotAllowed
from handing_over import fulfilment
from handing_over.items import Item
from org.models import Role
from requests_app import filing
from tests.base import (
    Cast,
    a_draft_pledge,
    a_line,
    a_pledge,
    a_request,
    accepted,
    again,
    an_asset,
    an_issue,
    asset_in,
    at,
    closed,
    day,
    decide,
    decided,
    delivered,
    grant,
    line_of,
    returned,
    some_assets,
    user,
    verified,
)
from tests.checks import invalid, no_event, one_event, refused
from tests.handing_over.scenes import handover_in
from tests.requests_app.scenes import DEFER, REJECT, approve, request_in

NOT_CLERKS = ("kemang_admin", "kemang_head", "verifier", "approver", "planner", "publisher", "decider", "auditor",
              "viewer", "outsider")  # fmt: skip


# ---- at once and prepared


def test_an_issue_is_one_event_with_everything_it_touches(cast: Cast) -> None:
    pledge = a_pledge(cast)
    request = decided(cast)
    asset = an_asset(cast)
    with one_event("handover.handed_over", by=cast.clerk, role="asset_clerk") as written:
        handover = an_issue(cast, assets=[asset], request_line=line_of(request), recipient=cast.rani)
    assert written.related == {("asset", asset.pk), ("request", request.pk), ("pledge", pledge.pk)}
    assert written.changes == {
        "state": [None, "handed_over"],
        "kind": [None, "issue"],
        "legal_act": [None, "penggunaan_sementara"],
        "number": [None, "000.2.3.2/001/DISKOMINFO/III/2026"],
        "handed_over_on": [None, "2026-03-02"],
        "from_unit": [None, "32.01.DISKOMINFO"],
        "recipient_unit": [None, "32.01.12"],
        "recipient": [None, "Rani Puspita"],
    }
    assert "Rani" not in str(written.event.changes)
    assert (handover.state, handover.recorded_at is not None) == ("handed_over", True)
    assert (asset.custody.unit, asset.custody.person, asset.custody.since) == (
        cast.kemang,
        cast.rani,
        day("2026-03-02"),
    )


def test_a_prepared_handover_holds_its_devices_until_it_is_handed_over(cast: Cast) -> None:
    asset = an_asset(cast)
    with one_event("handover.prepared", by=cast.clerk, role="asset_clerk"):
        handover = an_issue(cast, assets=[asset], on=None)
    assert (handover.state, handover.number, asset.state, asset.custody) == ("prepared", None, "held", None)
    with at("2026-03-05"), one_event("handover.handed_over", by=cast.clerk2, role="asset_clerk") as written:
        fulfilment.hand_over(handover, actor=cast.clerk2)
    assert written.changes == {
        "state": ["prepared", "handed_over"],
        "number": [None, "000.2.3.2/001/DISKOMINFO/III/2026"],
        "handed_over_on": [None, "2026-03-05"],
    }
    assert asset.custody.since == day("2026-03-05")


def test_papers_are_numbered_in_the_year_they_are_dated(cast: Cast) -> None:
    assert an_issue(cast).number == "000.2.3.2/001/DISKOMINFO/III/2026"
    assert an_issue(cast, on=day("2025-12-30")).number == "000.2.3.2/001/DISKOMINFO/XII/2025"
    assert an_issue(cast).number == "000.2.3.2/002/DISKOMINFO/III/2026"


# ---- who


def test_nobody_but_an_asset_clerk_issues(cast: Cast) -> None:
    asset = an_asset(cast)
    for who in NOT_CLERKS:
        with refused(NotAllowed, "role_missing"):
            an_issue(cast, assets=[asset], by=getattr(cast, who))


def test_the_clerk_of_a_unit_issues_from_its_own_books_only(cast: Cast) -> None:
    clerk = user(username="pengurus-kemang", unit=cast.kemang, roles=(Role.ASSET_CLERK,))
    own, foreign = an_asset(cast, unit=cast.kemang), an_asset(cast)
    an_issue(cast, assets=[own], by=clerk, to=cast.village)
    with refused(NotAllowed, "role_missing"):
        an_issue(cast, assets=[foreign], by=clerk)


def test_who_may_not_issue_is_told_so_before_anything_about_the_device(cast: Cast) -> None:
    asset = asset_in(cast, "issued")
    with refused(NotAllowed, "role_missing"):
        an_issue(cast, assets=[asset], by=cast.auditor)


def test_nobody_hands_over_to_themselves_or_on_their_own_request(cast: Cast) -> None:
    grant(cast.kemang_admin, role=Role.ASSET_CLERK, unit=cast.root)
    both = again(cast.kemang_admin)
    request, phones = decided(cast, lines=[a_line(cast, quantity=2)]), some_assets(cast, 2)
    with refused(NotAllowed, "own_act"):
        an_issue(cast, assets=phones[:1], by=both, recipient=cast.rani)
    with refused(NotAllowed, "own_act"):
        an_issue(cast, assets=phones[:1], by=both, request_line=line_of(request))


def test_nobody_hands_over_on_a_request_that_names_them(cast: Cast) -> None:
    grant(cast.kemang_admin, role=Role.ASSET_CLERK, unit=cast.root)
    filer = user(username="kemang2", unit=cast.kemang, roles=(Role.REQUESTER,))
    request = decided(cast, a_request(cast, by=filer, on_behalf_of=cast.rani))
    phone = an_asset(cast)
    with refused(NotAllowed, "own_act"):
        an_issue(cast, assets=[phone], by=again(cast.kemang_admin), request_line=line_of(request))


def test_the_superuser_does_not_issue_on_their_own_request(cast: Cast) -> None:
    request = decided(cast, a_request(cast, by=cast.superuser))
    phone = an_asset(cast)
    with refused(NotAllowed, "own_act"):
        an_issue(cast, assets=[phone], by=cast.superuser, request_line=line_of(request))


# ---- what


@pytest.mark.parametrize("state", ["retired", "lost", "in_repair", "issued", "held"])
@pytest.mark.parametrize("kind", ["issue", "loan"])
def test_only_a_device_in_stock_is_issued_or_lent(cast: Cast, kind: str, state: str) -> None:
    asset = asset_in(cast, state)
    with refused(Conflict, "asset_not_available", field="items.0.asset"):
        an_issue(cast, assets=[asset], kind=kind, due_back_on=day("2026-06-01"))


@pytest.mark.parametrize("kind", ["issue", "loan", "transfer"])
def test_a_badly_damaged_device_gets_no_new_holder(cast: Cast, kind: str) -> None:
    asset = asset_in(cast, "issued" if kind == "transfer" else "in_stock", condition="badly_damaged")
    with refused(Conflict, "asset_not_available", field="items.0.asset"):
        an_issue(cast, assets=[asset], kind=kind, to=cast.cibinong, due_back_on=day("2026-06-01"))


def test_one_device_that_is_not_free_stops_the_whole_paper(cast: Cast) -> None:
    free, taken = an_asset(cast), asset_in(cast, "issued")
    with refused(Conflict, "asset_not_available", field="items.1.asset"):
        an_issue(cast, assets=[free, taken])
    assert (free.state, Handover.objects.count()) == ("in_stock", 1)


def test_the_items_are_some_each_once_and_of_one_keeper(cast: Cast) -> None:
    phone, other = an_asset(cast), an_asset(cast, unit=cast.kemang)
    with refused(DomainError, "out_of_range", field="items"):
        an_issue(cast, assets=[])
    with refused(DomainError, "duplicate", field="items"):
        an_issue(cast, assets=[phone, phone])
    with refused(DomainError, "several_givers", field="items"):
        an_issue(cast, assets=[phone, other])


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "loan"}, "due_back_on"),
        ({"kind": "loan", "due_back_on": date(2026, 3, 1)}, "due_back_on"),
        ({"on": date(2026, 3, 3)}, "handed_over_on"),
        ({"legal_act": "hibah"}, "legal_act"),
        ({"recipient": "cibinong_admin"}, "recipient"),
    ],
)
def test_wrong_terms_are_named_and_no_number_is_taken(cast: Cast, values: dict[str, Any], field: str) -> None:
    if "recipient" in values:
        values = {"recipient": getattr(cast, values["recipient"]).person}
    phone = an_asset(cast)
    with invalid(field):
        an_issue(cast, assets=[phone], **values)
    assert phone.state == "in_stock"


def test_a_condition_that_does_not_exist_is_refused(cast: Cast) -> None:
    phone = an_asset(cast)
    with invalid("condition"):
        fulfilment.record_handover(
            kind="issue", recipient_unit=cast.kemang, items=[Item(phone, condition="mulus")], actor=cast.clerk
        )


def test_what_changed_since_it_was_prepared_stops_the_handing_over(cast: Cast) -> None:
    for spoil in ("lost", "badly_damaged", "in_repair"):
        asset = an_asset(cast)
        handover = an_issue(cast, assets=[asset], on=None)
        if spoil == "lost":
            register.mark_lost(asset, actor=cast.clerk, reason="hilang")
        elif spoil == "in_repair":
            register.start_repair(asset, actor=cast.clerk)
        else:
            register.report_condition(asset, actor=cast.clerk, condition=spoil)
        with refused(Conflict, "asset_not_available"):
            fulfilment.hand_over(handover, actor=cast.clerk)


def test_custody_never_runs_backwards(cast: Cast) -> None:
    asset = an_asset(cast)
    delivered(cast, assets=[asset], on=day("2026-02-20"))
    with invalid("handed_over_on"):
        returned(cast, [asset], on=day("2026-02-10"))
    returned(cast, [asset], on=day("2026-02-25"))
    with invalid("handed_over_on"):
        an_issue(cast, assets=[asset], on=day("2026-02-22"))
    an_issue(cast, assets=[asset], on=day("2026-02-25"))
    spans = list(Custody.objects.filter(asset=asset).order_by("pk").values_list("since", "until"))
    assert spans == [(day("2026-02-20"), day("2026-02-25")), (day("2026-02-25"), None)]


# ---- on a request


def test_issuing_stops_at_what_was_approved_prepared_ones_included(cast: Cast) -> None:
    line = line_of(decided(cast, lines=[a_line(cast, quantity=3)], decisions=[approve(2)]))
    phones = some_assets(cast, 4)
    with refused(Conflict, "line_full", field="items.2.request_line"):
        an_issue(cast, assets=phones[:3], request_line=line)
    an_issue(cast, assets=phones[:1], request_line=line)
    prepared = an_issue(cast, assets=phones[1:2], request_line=line, on=None)
    with refused(Conflict, "line_full", field="items.0.request_line"):
        an_issue(cast, assets=phones[2:3], request_line=line)
    fulfilment.cancel(prepared, actor=cast.clerk, reason="Salah unit")
    an_issue(cast, assets=phones[3:], request_line=line)


def test_a_line_counts_what_is_on_its_way_and_what_was_accepted(cast: Cast) -> None:
    request = decided(cast, lines=[a_line(cast, quantity=3)])
    handover = an_issue(cast, assets=some_assets(cast, 2), request_line=line_of(request))
    line = line_of(request)
    assert (line.issued_quantity, line.fulfilled_quantity, line.outstanding) == (2, 0, 3)
    accepted(cast, handover, items=[handover.items.first().pk])
    line = line_of(request)
    assert (line.issued_quantity, line.fulfilled_quantity, line.outstanding) == (2, 1, 2)
    assert again(request).current_state == "decided"


@pytest.mark.parametrize("state", ["verified", "deferred", "reopened", "rejected", "closed_short"])
def test_nothing_is_issued_on_a_line_that_is_not_approved(cast: Cast, state: str) -> None:
    request, phone = request_in(cast, state), an_asset(cast)
    with refused(Conflict, "line_not_approved", field="items.0.request_line"):
        an_issue(cast, assets=[phone], request_line=line_of(request))


def test_of_several_lines_only_the_approved_ones_are_served(cast: Cast) -> None:
    lines = [a_line(cast), a_line(cast), a_line(cast)]
    request, phone = decided(cast, lines=lines, decisions=[approve(1), REJECT, DEFER]), an_asset(cast)
    for index in (1, 2):
        with refused(Conflict, "line_not_approved"):
            an_issue(cast, assets=[phone], request_line=line_of(request, index))
    an_issue(cast, assets=[phone], request_line=line_of(request))


def test_a_withdrawn_request_is_not_served(cast: Cast) -> None:
    request, phone = decided(cast), an_asset(cast)
    filing.withdraw(request, actor=cast.kemang_admin, reason="Batal")
    with refused(Conflict, "line_not_approved"):
        an_issue(cast, assets=[phone], request_line=line_of(request))


def test_a_request_is_served_at_its_own_unit_by_issue_or_loan(cast: Cast) -> None:
    request = decided(cast, lines=[a_line(cast, quantity=3)])
    phones = some_assets(cast, 3)
    with refused(DomainError, "wrong_unit", field="items.0.request_line"):
        an_issue(cast, assets=phones[:1], to=cast.cibinong, request_line=line_of(request))
    an_issue(cast, assets=phones[:1], to=cast.village, request_line=line_of(request))
    an_issue(cast, assets=phones[1:2], kind="loan", due_back_on=day("2026-06-01"), request_line=line_of(request))
    held = asset_in(cast, "issued")
    with refused(DomainError, "wrong_kind", field="items.0.request_line"):
        returned(cast, [held], request_line=line_of(request))


# ---- on a pledge


def test_a_named_pledge_line_is_published_open_and_for_this_unit(cast: Cast) -> None:
    phone = an_asset(cast)
    draft = a_draft_pledge(cast)
    withdrawn = closed(cast, a_pledge(cast), "withdraw", reason="Anggaran dipotong")
    for pledge in (draft, withdrawn):
        with refused(Conflict, "pledge_not_open", field="items.0.pledge_line"):
            an_issue(cast, assets=[phone], pledge_line=pledge.lines.get())
    line = a_pledge(cast).lines.get()
    with refused(DomainError, "wrong_unit", field="items.0.pledge_line"):
        an_issue(cast, assets=[phone], to=cast.cibinong, pledge_line=line)


def test_a_request_whose_pledge_was_withdrawn_is_still_served(cast: Cast) -> None:
    pledge = a_pledge(cast)
    request = decided(cast)
    closed(cast, pledge, "withdraw", reason="Anggaran dipotong")
    delivered(cast, request_line=line_of(request))
    assert again(request).current_state == "fulfilled"


# ---- holds


def test_a_device_is_held_for_one_paper_at_a_time(cast: Cast) -> None:
    asset = asset_in(cast, "issued")
    an_issue(cast, assets=[asset], kind="transfer", to=cast.cibinong, on=None)
    for kind, to in (("transfer", cast.setda), ("return", cast.diskominfo), ("recall", cast.diskominfo)):
        with refused(Conflict, "asset_not_available"):
            an_issue(cast, assets=[asset], kind=kind, to=to, on=None)
        with refused(Conflict, "asset_not_available"):
            an_issue(cast, assets=[asset], kind=kind, to=to)
    assert HandoverItem.objects.filter(asset=asset, state="prepared").count() == 1


def test_a_second_issue_of_the_same_device_conflicts(cast: Cast) -> None:
    asset = an_asset(cast)
    an_issue(cast, assets=[asset])
    with no_event(), pytest.raises(Conflict):
        an_issue(cast, assets=[asset], to=cast.cibinong)
    assert Custody.objects.filter(asset=asset, until=None).count() == 1


def test_a_decision_beyond_the_request_never_reaches_the_store(cast: Cast) -> None:
    request = verified(cast)
    with invalid("lines.0.approved_quantity"):
        decide(cast, request, decisions=[approve(2)])
    phone = an_asset(cast)
    with refused(Conflict, "line_not_approved"):
        an_issue(cast, assets=[phone], request_line=line_of(request))
    assert handover_in(cast, "handed_over").items.count() == 2
