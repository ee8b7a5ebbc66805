"""Accepting, disputing, signing and cancelling: every verb on a handover, in every state, by everybody."""

from __future__ import annotations

import pytest

from assets import register
from assets.models import Handover
from core import acts
from core.errors import Conflict, DomainError, NotAllowed
from core.permits import may
from handing_over import fulfilment
from org import accounts
from org.models import Person, Role, User
from tests.base import (
    Cast,
    a_pledge,
    accepted,
    again,
    an_asset,
    an_attachment,
    an_issue,
    at,
    day,
    decided,
    delivered,
    grant,
    line_of,
    returned,
    some_assets,
    user,
)
from tests.checks import no_event, one_event, refused
from tests.handing_over.scenes import HANDOVER_STATES, act_on_handover, handover_in
from wording import standing

HANDOVER_VERBS = acts.permits(acts.on(Handover, fulfilment))
STATES_OF = {
    "hand-over": {"prepared"},
    "accept": {"handed_over", "partly_accepted", "disputed"},
    "dispute": {"handed_over", "partly_accepted", "accepted", "disputed"},
    "cancel": {"prepared", "handed_over", "disputed"},
    "attach-signed": {"handed_over", "partly_accepted", "accepted", "disputed"},
    "withdraw-dispute": {"disputed"},
    "answer-dispute": {"disputed"},
}
GIVERS, RECEIVERS = {"clerk", "clerk2", "superuser"}, {"kemang_admin", "kemang_head"}
PEOPLE_OF = {
    "hand-over": GIVERS,
    "cancel": GIVERS,
    "accept": RECEIVERS,
    "dispute": RECEIVERS,
    "attach-signed": GIVERS | RECEIVERS,
    "withdraw-dispute": {"kemang_head"},
    "answer-dispute": GIVERS,
}


def test_the_tables_name_every_verb() -> None:
    elsewhere = {"confirm-return", "note-paper"}  # tests/pledges/test_deliveries.py
    assert set(STATES_OF) == set(PEOPLE_OF) == set(HANDOVER_VERBS) - elsewhere


@pytest.mark.parametrize("state", HANDOVER_STATES)
@pytest.mark.parametrize("verb", STATES_OF)
def test_each_verb_works_in_its_states_and_conflicts_in_all_others(cast: Cast, verb: str, state: str) -> None:
    handover = handover_in(cast, state)
    by_clerk = ("hand-over", "cancel", "attach-signed", "answer-dispute")
    actor = cast.clerk if verb in by_clerk else cast.kemang_head
    allowed = state in STATES_OF[verb]
    assert HANDOVER_VERBS[verb].when(handover) is allowed
    if allowed:
        act_on_handover(cast, handover, verb, actor)
    else:
        with no_event(), pytest.raises(Conflict):
            act_on_handover(cast, handover, verb, actor)


@pytest.mark.parametrize("verb", STATES_OF)
def test_each_verb_is_for_its_people_only(cast: Cast, verb: str) -> None:
    handover = handover_in(cast, sorted(STATES_OF[verb])[-1])
    people = {getattr(cast, name) for name in PEOPLE_OF[verb]}
    for each in cast.users:
        assert may(HANDOVER_VERBS, verb, each, handover) is (each in people), each.username
        if each not in people:
            with no_event(), pytest.raises(NotAllowed):
                act_on_handover(cast, handover, verb, each)


# ---- accept


def test_accepting_is_one_event_and_fulfils_the_request(cast: Cast) -> None:
    request = decided(cast)
    handover = an_issue(cast, request_line=line_of(request))
    tag = handover.items.get().asset.tag
    with one_event("handover.accepted", by=cast.kemang_admin, role="requester") as written:
        fulfilment.accept(handover, actor=cast.kemang_admin)
    today = [None, "2026-03-02"]
    assert written.changes == {"accepted": [None, [tag]], "received_on": today, "substitute": [None, False]}
    assert ("request", request.pk) in written.related
    assert (again(handover).state, again(handover).accepted_at is not None) == ("accepted", True)
    assert again(request).current_state == "fulfilled"


def test_the_person_named_on_the_paper_accepts_without_any_role(cast: Cast) -> None:
    handover = an_issue(cast, recipient=cast.outsider.person)
    with one_event("handover.accepted", by=cast.outsider, role="recipient"):
        fulfilment.accept(handover, actor=cast.outsider)


def test_who_recorded_a_handover_never_receives_it(cast: Cast) -> None:
    grant(cast.kemang_head, role=Role.ASSET_CLERK, unit=cast.root)
    both = again(cast.kemang_head)
    handover = an_issue(cast, by=both)
    item = handover.items.get()
    with refused(NotAllowed, "own_act"):
        fulfilment.accept(handover, actor=both)
    with refused(NotAllowed, "own_act"):
        fulfilment.dispute(handover, reasons={item.pk: "x"}, actor=both)


def test_items_are_accepted_one_by_one(cast: Cast) -> None:
    handover = an_issue(cast, assets=some_assets(cast, 2))
    first, second = handover.items.all()
    accepted(cast, handover, items=[first.pk])
    assert (again(handover).state, again(handover).accepted_at) == ("handed_over", None)
    assert (again(first).state, again(second).state) == ("accepted", "handed_over")
    with refused(Conflict, "illegal_transition"):
        accepted(cast, handover, items=[first.pk])
    accepted(cast, handover)
    assert again(handover).state == "accepted"


def test_only_items_of_this_paper_can_be_named(cast: Cast) -> None:
    handover, other = an_issue(cast), an_issue(cast)
    for ids in ([other.items.get().pk], [0], [-1], [10**12], []):
        with refused(DomainError, "invalid"):
            accepted(cast, handover, items=ids)


# ---- dispute


def test_a_disputed_item_stays_with_the_receiver_until_accepted(cast: Cast) -> None:
    handover = an_issue(cast, assets=some_assets(cast, 2))
    first, second = handover.items.select_related("asset")
    with one_event("handover.disputed", by=cast.kemang_head, role="unit_head") as written:
        fulfilment.dispute(handover, reasons={first.pk: "Layar retak"}, actor=cast.kemang_head)
    assert written.changes == {"disputed": [None, {first.asset.tag: "Layar retak"}]}
    assert "retak" not in str(written.event.changes)
    assert (again(handover).state, again(first).dispute_reason) == ("disputed", "Layar retak")
    assert first.asset.custody.unit == cast.kemang
    accepted(cast, handover, items=[second.pk])
    assert again(handover).state == "disputed"
    accepted(cast, handover, items=[first.pk])
    assert again(handover).state == "accepted"


def test_a_device_that_turns_out_dead_is_disputed_up_to_the_fourteenth_day(cast: Cast) -> None:
    handover = accepted(cast, an_issue(cast, assets=some_assets(cast, 2)))
    first, second = handover.items.select_related("asset")
    with at("2026-03-16T23:59:59"), one_event("handover.disputed", by=cast.kemang_admin, role="requester"):
        fulfilment.dispute(handover, reasons={first.pk: "Mati total"}, actor=cast.kemang_admin)
    assert (again(handover).state, again(first).state, again(second).state) == ("disputed", "disputed", "accepted")
    with at("2026-03-17T00:00:00"):
        with refused(Conflict, "illegal_transition"):
            fulfilment.dispute(handover, reasons={second.pk: "Mati total"}, actor=cast.kemang_admin)
        with refused(Conflict, "already_accepted"):
            fulfilment.cancel(handover, actor=cast.clerk, reason="Salah catat")
        assert not HANDOVER_VERBS["cancel"].when(again(handover))
        returned(cast, [first.asset])
    assert first.asset.state == "in_stock"


def test_a_device_given_back_dead_leaves_its_line_open_for_another(cast: Cast) -> None:
    request, spare = decided(cast), an_asset(cast)
    handover = delivered(cast, request_line=line_of(request))
    item = handover.items.get()
    fulfilment.dispute(handover, reasons={item.pk: "Mati total"}, actor=cast.kemang_admin)
    assert (line_of(request).issued_quantity, line_of(request).outstanding) == (1, 1)
    with refused(Conflict, "line_full"):
        an_issue(cast, assets=[spare], request_line=line_of(request))
    returned(cast, [item.asset])
    assert (line_of(request).issued_quantity, line_of(request).outstanding) == (0, 1)
    delivered(cast, assets=[spare], request_line=line_of(request))
    assert (line_of(request).issued_quantity, line_of(request).outstanding) == (1, 0)


@pytest.mark.parametrize("kind", ["return", "transfer"])
def test_what_has_moved_on_since_it_was_accepted_is_not_disputed(cast: Cast, kind: str) -> None:
    handover = accepted(cast, an_issue(cast))
    item = handover.items.get()
    to = cast.village if kind == "transfer" else cast.diskominfo
    accepted(cast, an_issue(cast, assets=[item.asset], kind=kind, to=to), by=cast.speaker(to))
    assert not HANDOVER_VERBS["dispute"].when(again(handover))
    with refused(Conflict, "illegal_transition"):
        fulfilment.dispute(handover, reasons={item.pk: "Mati total"}, actor=cast.kemang_admin)


@pytest.mark.parametrize("said", ["x" * 1001, " ", ""])
def test_the_reason_of_a_dispute_is_given_and_keeps_the_limit_of_its_column(cast: Cast, said: str) -> None:
    handover = an_issue(cast)
    item = handover.items.get()
    with refused(DomainError, "invalid", field="items.0.reason"):
        fulfilment.dispute(handover, reasons={item.pk: said}, actor=cast.kemang_admin)
    with no_event(), pytest.raises(DomainError):
        fulfilment.dispute(handover, common=said, actor=cast.kemang_admin)
    fulfilment.dispute(handover, reasons={item.pk: "x" * 1000}, actor=cast.kemang_admin)
    assert again(item).dispute_reason == "x" * 1000


def test_a_common_reason_is_that_of_every_device_that_waits(cast: Cast) -> None:
    handover = an_issue(cast, assets=some_assets(cast, 2))
    first, second = handover.items.all()
    accepted(cast, handover, items=[first.pk])
    fulfilment.dispute(handover, common="Tertukar", actor=cast.kemang_admin)
    assert (again(first).state, again(second).state) == ("accepted", "disputed")


# ---- cancel


def test_a_cancelled_issue_puts_the_devices_back_in_stock(cast: Cast) -> None:
    handover = an_issue(cast)
    asset = handover.items.get().asset
    with one_event("handover.cancelled", by=cast.clerk, role="asset_clerk") as written:
        fulfilment.cancel(handover, actor=cast.clerk, reason="Salah catat")
    assert (written.changes, written.reason) == ({"state": ["handed_over", "cancelled"]}, "Salah catat")
    assert (asset.state, asset.custody) == ("in_stock", None)
    assert {item.state for item in handover.items.all()} == {"cancelled"}


@pytest.mark.parametrize("kind", ["return", "recall", "transfer"])
def test_a_cancelled_move_reverts_to_who_had_the_device_before(cast: Cast, kind: str) -> None:
    asset = an_asset(cast)
    first = delivered(cast, assets=[asset], recipient=cast.rani, on=day("2026-02-01"))
    to = cast.cibinong if kind == "transfer" else cast.diskominfo
    move = an_issue(cast, assets=[asset], kind=kind, to=to)
    fulfilment.cancel(move, actor=cast.clerk, reason="Salah catat")
    held = asset.custody
    assert (held.unit, held.person, held.since) == (cast.kemang, cast.rani, day("2026-02-01"))
    assert held.began_by.handover == first
    assert asset.custodies.filter(until=None).count() == 1


def test_what_has_moved_on_is_not_cancelled_under_it(cast: Cast) -> None:
    asset = an_asset(cast)
    first = an_issue(cast, assets=[asset])
    back = returned(cast, [asset])
    with refused(Conflict, "moved_on"):
        fulfilment.cancel(first, actor=cast.clerk, reason="Salah catat")
    fulfilment.cancel(back, actor=cast.clerk, reason="Salah catat")
    fulfilment.cancel(first, actor=cast.clerk, reason="Salah catat")
    assert (asset.state, asset.custody) == ("in_stock", None)


def test_after_the_first_acceptance_nothing_is_cancelled(cast: Cast) -> None:
    handover = handover_in(cast, "partly_accepted")
    with refused(Conflict, "already_accepted"):
        fulfilment.cancel(handover, actor=cast.clerk, reason="Salah catat")


def test_a_cancelled_number_is_not_used_again(cast: Cast) -> None:
    first = an_issue(cast)
    fulfilment.cancel(first, actor=cast.clerk, reason="Salah catat")
    assert again(first).number == "000.2.3.2/001/DISKOMINFO/III/2026"
    assert an_issue(cast).number == "000.2.3.2/002/DISKOMINFO/III/2026"


# ---- signed paper


def test_signed_papers_are_attached_side_by_side(cast: Cast) -> None:
    handover = an_issue(cast)
    with one_event("handover.signed", by=cast.kemang_admin, role="requester") as written:
        fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.kemang_admin)
    assert written.changes == {"signed_scan": [None, "a" * 64]}
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk)
    assert [scan.attached_by for scan in handover.scans.all()] == [cast.kemang_admin, cast.clerk]


# ---- return, recall, transfer, loan


def test_a_kecamatan_returns_what_it_holds_and_the_clerk_accepts(cast: Cast) -> None:
    asset = delivered(cast).items.get().asset
    with one_event("handover.handed_over", by=cast.kemang_admin, role="requester"):
        back = returned(cast, [asset], by=cast.kemang_admin)
    assert (back.legal_act, back.from_unit, asset.state) == ("pengembalian", cast.kemang, "in_stock")
    for who in (cast.kemang_head, cast.verifier, cast.outsider):
        with refused(NotAllowed, "role_missing"):
            fulfilment.accept(back, actor=who)
    with refused(NotAllowed, "own_act"):
        fulfilment.accept(back, actor=cast.kemang_admin)
    with one_event("handover.accepted", by=cast.clerk, role="asset_clerk"):
        fulfilment.accept(back, actor=cast.clerk)


def test_nobody_returns_what_another_unit_holds(cast: Cast) -> None:
    asset = delivered(cast).items.get().asset
    for who in (cast.cibinong_admin, cast.verifier, cast.outsider):
        with refused(NotAllowed, "role_missing"):
            returned(cast, [asset], by=who)


@pytest.mark.parametrize("kind", ["recall", "transfer"])
def test_a_kecamatan_neither_recalls_nor_transfers(cast: Cast, kind: str) -> None:
    asset = delivered(cast).items.get().asset
    to = cast.cibinong if kind == "transfer" else cast.diskominfo
    for who in (cast.kemang_admin, cast.kemang_head):
        with refused(NotAllowed, "role_missing"):
            an_issue(cast, assets=[asset], kind=kind, to=to, by=who)


@pytest.mark.parametrize("kind", ["return", "recall", "transfer"])
def test_what_nobody_holds_is_neither_returned_nor_moved(cast: Cast, kind: str) -> None:
    asset = an_asset(cast)
    with refused(Conflict, "not_issued"):
        an_issue(cast, assets=[asset], kind=kind, to=cast.diskominfo)


@pytest.mark.parametrize("kind", ["return", "recall"])
def test_devices_come_back_to_the_unit_that_keeps_them_whatever_their_condition(cast: Cast, kind: str) -> None:
    asset = delivered(cast).items.get().asset
    register.report_condition(asset, actor=cast.kemang_admin, condition="badly_damaged")
    with refused(DomainError, "wrong_unit", field="recipient_unit"):
        an_issue(cast, assets=[asset], kind=kind, to=cast.setda)
    returned(cast, [asset], kind=kind)
    assert again(asset).state == "in_stock"


def test_a_transfer_passes_custody_from_one_kecamatan_to_the_next(cast: Cast) -> None:
    asset = delivered(cast, on=day("2026-02-01")).items.get().asset
    with refused(DomainError, "wrong_unit", field="recipient_unit"):
        an_issue(cast, assets=[asset], kind="transfer", to=cast.kemang)
    move = an_issue(cast, assets=[asset], kind="transfer", to=cast.cibinong)
    assert (move.from_unit, asset.custody.unit, asset.unit) == (cast.kemang, cast.cibinong, cast.diskominfo)
    spans = list(asset.custodies.order_by("pk").values_list("unit__name", "since", "until"))
    assert spans == [("Kemang", day("2026-02-01"), day("2026-03-02")), ("Cibinong", day("2026-03-02"), None)]
    with refused(NotAllowed, "not_the_receiver"):
        fulfilment.accept(move, actor=cast.kemang_admin)
    fulfilment.accept(move, actor=cast.cibinong_admin)


def test_a_loan_is_late_from_the_day_after_until_it_comes_back(cast: Cast) -> None:
    loan = delivered(cast, kind="loan", due_back_on=day("2026-03-10"))
    assert loan not in Handover.objects.overdue_back(day("2026-03-10"))
    assert loan in Handover.objects.overdue_back(day("2026-03-11"))
    returned(cast, [loan.items.get().asset], by=cast.kemang_admin)
    assert loan not in Handover.objects.overdue_back(day("2026-03-11"))


def test_somebody_with_a_person_elsewhere_is_not_the_recipient(cast: Cast) -> None:
    namesake: User = user(username="rani2", unit=cast.cibinong)
    assert Person.objects.filter(pk=namesake.person_id).exists()
    handover = an_issue(cast, recipient=cast.rani)
    with refused(NotAllowed, "not_the_receiver"):
        fulfilment.accept(handover, actor=namesake)


# ---- passwords that another set


def set_passwords(by: User, *of: User) -> None:
    for each in of:
        accounts.set_password(each, actor=by, password="sawah-hijau-7731")


@pytest.mark.parametrize("act", ["accept", "dispute"])
def test_who_set_the_passwords_of_recorder_and_receiver_is_no_receiver(cast: Cast, act: str) -> None:
    set_passwords(cast.superuser, cast.clerk, cast.kemang_admin)
    handover = an_issue(cast, by=again(cast.clerk))
    with refused(NotAllowed, "own_act"):
        act_on_handover(cast, handover, act, again(cast.kemang_admin))
    assert act_on_handover(cast, handover, act, again(cast.kemang_head))


@pytest.mark.parametrize("setters", [("superuser", "user_admin"), ("superuser", None), (None, "user_admin")])
def test_with_passwords_of_different_hands_it_is_received_at_once(cast: Cast, setters: tuple[str, str]) -> None:
    for each, by in zip((cast.clerk, cast.kemang_admin), setters, strict=True):
        if by:
            set_passwords(getattr(cast, by), each)
    handover = an_issue(cast, by=again(cast.clerk))
    assert accepted(cast, handover, by=again(cast.kemang_admin)).state == "accepted"


def test_a_receipt_that_a_password_keeps_from_counting_says_so(cast: Cast) -> None:
    grant(cast.user_admin, role=Role.ASSET_CLERK, unit=cast.root)
    set_passwords(again(cast.user_admin), cast.kemang_admin)
    set_passwords(cast.kemang_admin, cast.kemang_admin)
    [line] = a_pledge(cast).lines.all()
    handover = an_issue(cast, pledge_line=line)
    [item] = accepted(cast, handover, by=again(cast.kemang_admin)).items.all()
    assert not item.unit_accepted
    said = "dipasang orang dari pihak lain"
    assert said in standing.not_of_the_unit(item) and said in standing.not_counted(line, item)
    strange = an_issue(cast, pledge_line=line)
    friend = user(username="teman", unit=cast.setda, roles=(Role.REQUESTER,), where=cast.kemang)
    [item] = accepted(cast, strange, by=friend).items.all()
    assert "bukan oleh orang unit penerima sendiri" in standing.not_of_the_unit(item)
