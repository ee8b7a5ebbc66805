"""When a device counts for a pledge, and when it stops."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from assets.models import Asset, DeviceType, Handover
from core import acts, clock
from core.errors import Conflict, DomainError, NotAllowed
from core.installation import change_installation
from core.models import Installation
from core.permits import actions
from handing_over import extending, fulfilment
from org.models import Office, Person, Role, Unit, User
from pledges import pledging
from pledges.deliveries import counts_from
from pledges.models import Delivery, Pledge
from pledges.reading import judgement_of
from tests.base import (
    Cast,
    a_draft_pledge,
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
    revised,
    the_archive_is_open,
    user,
)
from tests.checks import no_event, one_event, refused
from wording.standing import receipt

HANDOVER_VERBS = acts.permits(acts.on(Handover, fulfilment, extending))


@pytest.fixture
def pledge(cast: Cast) -> Pledge:
    return a_pledge(cast, original_due_on=day("2026-12-31"))


def number(pledge: Pledge, on: str = "2026-12-31") -> int:
    return judgement_of(pledge, day(on)).delivered


def counted(cast: Cast, pledge: Pledge) -> Asset:
    """A phone that counts for the pledge since today."""
    return delivered(cast, pledge_line=pledge.lines.get()).items.get().asset


@pytest.mark.parametrize(
    ("received", "recorded", "counts"),
    [
        (date(2023, 12, 30), date(2023, 12, 30), date(2023, 12, 30)),
        (date(2023, 12, 30), date(2024, 1, 13), date(2023, 12, 30)),
        (date(2024, 1, 5), date(2024, 1, 13), date(2024, 1, 5)),
        (date(2023, 12, 30), date(2024, 1, 14), date(2024, 1, 14)),
        (date(2023, 12, 30), date(2024, 3, 1), date(2024, 3, 1)),
        (date(2024, 4, 1), date(2024, 3, 1), date(2024, 4, 1)),
    ],
)
def test_fourteen_days_of_grace_for_the_paperwork(received: date, recorded: date, counts: date) -> None:
    assert counts_from(received, date(2023, 12, 30), recorded) == counts


def test_a_device_counts_once_its_unit_has_accepted_it(cast: Cast, pledge: Pledge) -> None:
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    assert number(pledge) == 0
    with at("2026-03-20"):
        accepted(cast, handover)
    assert (number(pledge, "2026-03-01"), number(pledge, "2026-03-02")) == (0, 1)


def test_handed_over_on_the_due_day_and_confirmed_half_a_year_later_is_kept_as_its_receiver_says(cast: Cast) -> None:
    for said, status in (("2026-03-02", "kept_on_time"), ("2026-03-03", "kept_late")):
        pledge = a_pledge(cast, original_due_on=day("2026-03-02"))
        handover = an_issue(cast, pledge_line=pledge.lines.get())
        with at("2026-08-30"):
            accepted(cast, handover, received_on=day(said))
            assert judgement_of(pledge).status == status
            assert handover.items.get().confirmed_after_days == 181


def test_the_day_of_receipt_is_the_receivers_and_asked_for_after_fourteen_days(cast: Cast, pledge: Pledge) -> None:
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    with at("2026-03-17"):
        for said, code in ((None, "required"), ("2026-03-01", "before_handover"), ("2026-03-18", "in_the_future")):
            with refused(DomainError, code, field="received_on"):
                accepted(cast, handover, received_on=said and day(said))
    with at("2026-03-16T23:59:59"):
        accepted(cast, handover, received_on=None)
    item = handover.items.get()
    assert (item.received_on, item.confirmed_after_days) == (day("2026-03-02"), None)
    assert number(pledge, "2026-03-02") == 1


def test_a_handover_recorded_late_counts_from_its_receipt_or_its_record_whichever_is_later(cast: Cast) -> None:
    for said, counts in (("2026-02-10", "2026-03-02"), ("2026-03-05", "2026-03-05")):
        pledge = a_pledge(cast, original_due_on=day("2026-12-31"))
        handover = an_issue(cast, on=day("2026-02-01"), pledge_line=pledge.lines.get())
        with at("2026-03-09"):
            accepted(cast, handover, received_on=day(said))
        assert Delivery.objects.get(item__handover=handover).counts_from == day(counts)


def test_a_device_handed_over_before_the_promise_does_not_keep_it(cast: Cast) -> None:
    said = day("2026-02-20")
    for handed, counts in (("2026-02-19", 0), ("2026-02-20", 1)):
        pledge = a_pledge(cast, made_on_from=said, made_on_to=said)
        delivered(cast, on=day(handed), pledge_line=pledge.lines.get())
        assert number(pledge) == counts


@pytest.mark.parametrize("promiser", ["office", "responsible", "giver"])
def test_what_goes_into_the_house_of_the_promiser_or_giver_counts_only_for_a_line_that_names_it(
    cast: Cast, promiser: str
) -> None:
    house = Unit.objects.create(code="32.01.DINAS", name="Dinas", kind="agency", parent=cast.root)
    office = Unit.objects.create(code="32.01.DINAS.1", name="Bidang", kind="division", parent=house)
    kepala = Office.objects.create(name="Kepala Dinas", unit=house)
    values = {"office": kepala} if promiser == "office" else {"responsible_unit": house}
    giver = house if promiser == "giver" else cast.diskominfo
    for line_unit, to, counts in (
        (cast.root, office, 0),
        (cast.root, house, 0),
        (cast.root, cast.kemang, 1),
        (house, office, 1),
        (office, office, 1),
    ):
        pledge = a_pledge(
            cast, lines=[{"unit": line_unit, "family": cast.hp.family, "quantity": 1}],
            **({} if promiser == "giver" else values),
        )  # fmt: skip
        receiver = user(username=f"r{pledge.pk}", unit=to, roles=(Role.REQUESTER,))
        handover = an_issue(cast, assets=[an_asset(cast, unit=giver)], to=to, pledge_line=pledge.lines.get())
        accepted(cast, handover, by=receiver)
        assert number(pledge) == counts, (line_unit, to)


def test_a_move_to_the_promisers_own_staff_ends_the_count_also_of_a_line_on_the_whole_district(cast: Cast) -> None:
    pledge = a_pledge(cast, lines=[{"unit": cast.root, "family": cast.hp.family, "quantity": 1}])
    phone = delivered(cast, pledge_line=pledge.lines.get()).items.get().asset
    with at("2026-03-10"):
        an_issue(cast, assets=[phone], kind="transfer", to=cast.cibinong)
    with at("2026-03-20"):
        an_issue(cast, assets=[phone], kind="transfer", to=cast.diskominfo)
    assert [number(pledge, on) for on in ("2026-03-19", "2026-03-20")] == [1, 0]


def test_a_loan_or_a_transfer_does_not_deliver(cast: Cast, pledge: Pledge) -> None:
    delivered(cast, kind="loan", due_back_on=day("2026-06-01"), pledge_line=pledge.lines.get())
    elsewhere = delivered(cast, to=cast.cibinong).items.get().asset
    accepted(cast, an_issue(cast, assets=[elsewhere], kind="transfer", pledge_line=pledge.lines.get()))
    assert number(pledge) == 0


def test_a_device_for_a_village_counts_for_its_kecamatan(cast: Cast, pledge: Pledge) -> None:
    handover = delivered(cast, to=cast.village, pledge_line=pledge.lines.get())
    assert (again(handover).state, number(pledge)) == ("accepted", 0)  # the kecamatan does not speak for the village
    accepted(cast, handover, by=user(username="desa", unit=cast.village, roles=(Role.REQUESTER,)))
    assert number(pledge) == 1


def test_a_device_type_promised_by_name_wants_that_type(cast: Cast) -> None:
    lines = [{"unit": cast.kemang, "device_type": cast.hp, "quantity": 1}]
    pledge = a_pledge(cast, lines=lines)
    delivered(cast, assets=[an_asset(cast, device_type=cast.camera)], pledge_line=pledge.lines.get())
    assert number(pledge) == 0
    delivered(cast, pledge_line=pledge.lines.get())
    assert number(pledge) == 1


def test_items_accepted_one_by_one_count_one_by_one_and_disputed_ones_not(cast: Cast) -> None:
    pledge = a_pledge(cast, promised=2)
    handover = an_issue(cast, assets=[an_asset(cast), an_asset(cast)], pledge_line=pledge.lines.get())
    first, second = handover.items.all()
    accepted(cast, handover, items=[first.pk])
    fulfilment.dispute(handover, reasons={second.pk: "Mati total"}, actor=cast.kemang_admin)
    assert number(pledge) == 1
    accepted(cast, handover, items=[second.pk])
    assert number(pledge) == 2


def test_a_device_issued_on_a_request_counts_for_the_pledge_its_line_found(cast: Cast, pledge: Pledge) -> None:
    delivered(cast, request_line=line_of(decided(cast)))
    assert number(pledge) == 1


# ---- signed paper instead of acceptance


def test_a_signed_paper_from_another_than_the_recorder_stands_for_acceptance(cast: Cast, pledge: Pledge) -> None:
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
    assert number(pledge) == 1
    accepted(cast, handover)
    assert (number(pledge), Delivery.objects.standing().count()) == (1, 1)


def test_a_signed_paper_from_the_recorder_does_not(cast: Cast, pledge: Pledge) -> None:
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk)
    assert number(pledge) == 0


def test_what_a_paper_made_count_stops_when_the_unit_disputes_it_and_counts_again_when_accepted(
    cast: Cast, pledge: Pledge
) -> None:
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
    with at("2026-03-10"):
        fulfilment.dispute(handover, reasons={handover.items.get().pk: "Mati total"}, actor=cast.kemang_admin)
    assert [number(pledge, on) for on in ("2026-03-02", "2026-03-10")] == [0, 0]
    assert judgement_of(pledge, day("2026-03-09"), day("2026-03-09")).delivered == 1
    with at("2026-03-20"):
        accepted(cast, handover, items=[handover.items.get().pk], received_on=day("2026-03-12"))
    assert [number(pledge, on) for on in ("2026-03-11", "2026-03-12")] == [0, 1]


def test_a_colleagues_scan_ends_from_the_beginning_when_the_head_says_five_months_later_that_nothing_came(
    cast: Cast,
) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-03-02"))
    handover = an_issue(cast, on=day("2026-02-20"), pledge_line=pledge.lines.get())
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
    assert judgement_of(pledge).status == "kept_on_time"
    with at("2026-08-03"):
        fulfilment.dispute(handover, common="Tidak pernah kami terima", actor=cast.kemang_admin)
        found = judgement_of(pledge)
        assert (found.status, found.completed_on, found.days_late) == ("long_overdue", None, 154)
        listed = Pledge.objects.judged().get(pk=pledge.pk)
        assert (listed.status, listed.completed_on, listed.delivered) == ("long_overdue", None, 0)
    for known, status in (("2026-08-02", "kept_on_time"), ("2026-08-03", "long_overdue")):
        assert judgement_of(pledge, day("2026-08-03"), day(known)).status == status
        assert Pledge.objects.judged(day("2026-08-03"), day(known)).get(pk=pledge.pk).status == status


def test_after_half_a_year_only_the_head_disputes_and_may_take_it_back(cast: Cast, pledge: Pledge) -> None:
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
    with at("2026-08-29"):
        assert actions(HANDOVER_VERBS, cast.kemang_admin, again(handover)) == ["accept", "dispute", "attach-signed"]
    with at("2026-08-30"):
        for who in (cast.kemang_admin, cast.superuser, cast.clerk):
            with no_event(), pytest.raises(NotAllowed):
                fulfilment.dispute(handover, common="Tidak pernah kami terima", actor=who)
        fulfilment.dispute(handover, common="Tidak pernah kami terima", actor=cast.kemang_head)
        assert number(pledge, "2026-08-30") == 0
        with one_event("handover.dispute_answered", by=cast.clerk, role="asset_clerk"):
            fulfilment.answer_dispute(handover, reason="Ditandatangani di kantor kami", actor=cast.clerk)
        with one_event("handover.paper_noted", by=cast.auditor, role="auditor"):
            fulfilment.note_paper(handover, reason="Tanda tangan terbaca", actor=cast.auditor)
        assert number(pledge, "2026-08-30") == 0
        with no_event(), refused(NotAllowed, "role_missing"):
            fulfilment.accept(handover, received_on=day("2026-03-02"), actor=cast.kemang_admin)
        assert "accept" not in actions(HANDOVER_VERBS, cast.kemang_admin, again(handover))
        assert "accept" in actions(HANDOVER_VERBS, cast.kemang_head, again(handover))
        for who in (cast.kemang_admin, cast.auditor, cast.superuser):
            with refused(NotAllowed, "role_missing"):
                fulfilment.withdraw_dispute(handover, reason="Ditemukan", actor=who)
        for who, where in ((cast.clerk, cast.root), (cast.clerk2, cast.root), (cast.verifier, cast.kemang)):
            grant(who, role=Role.UNIT_HEAD, unit=where)
            with no_event(), pytest.raises(NotAllowed):
                fulfilment.withdraw_dispute(handover, reason="Ditemukan", actor=again(who))
        with one_event("handover.dispute_withdrawn", by=cast.kemang_head, role="unit_head"):
            fulfilment.withdraw_dispute(handover, reason="Ditemukan", actor=cast.kemang_head)
    assert [number(pledge, on) for on in ("2026-03-01", "2026-03-02")] == [0, 1]
    assert again(handover).state == "handed_over"


def test_what_the_unit_has_accepted_is_not_disputed_after_two_weeks(cast: Cast, pledge: Pledge) -> None:
    handover = delivered(cast, pledge_line=pledge.lines.get())
    with at("2026-08-03"), refused(Conflict, "illegal_transition"):
        fulfilment.dispute(handover, common="Tidak pernah kami terima", actor=cast.kemang_head)


def test_a_scan_counts_from_its_own_day_when_attached_more_than_two_weeks_later(cast: Cast) -> None:
    for attached, since in (("2026-03-16", "2026-03-02"), ("2026-03-17", "2026-03-17")):
        pledge = a_pledge(cast, original_due_on=day("2026-12-31"))
        handover = an_issue(cast, pledge_line=pledge.lines.get())
        with at(attached):
            fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
        assert Delivery.objects.get(item__handover=handover).counts_from == day(since)


def test_scans_stand_side_by_side_and_the_first_of_a_second_person_counts(cast: Cast, pledge: Pledge) -> None:
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    for who, when in ((cast.clerk, "2026-03-03"), (cast.clerk2, "2026-03-04"), (cast.superuser, "2026-03-05")):
        with at(when):
            fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=who)
    assert [scan.attached_by for scan in handover.scans.all()] == [cast.clerk, cast.clerk2, cast.superuser]
    assert Delivery.objects.get().scan == handover.scans.all()[1]
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
        handover.scans.filter(attached_by=cast.clerk).delete()
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
        handover.scans.update(attached_by=cast.kemang_admin)


def test_a_scan_by_somebody_with_a_hand_in_the_pledge_does_not_count(cast: Cast, pledge: Pledge) -> None:
    grant(cast.verifier, role=Role.ASSET_CLERK, unit=cast.root)  # recorded and submitted it
    grant(cast.decider, role=Role.ASSET_CLERK, unit=cast.root)
    revised(cast, pledge, to=day("2027-06-30"))  # decided it
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    for who in (cast.verifier, cast.decider):
        fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=again(who))
    assert number(pledge) == 0


def test_the_receivers_own_day_takes_the_place_of_the_scan(cast: Cast) -> None:
    for said in ("2026-03-02", "2026-03-20", "2026-04-20"):
        pledge = a_pledge(cast, original_due_on=day("2026-12-31"))
        handover = an_issue(cast, pledge_line=pledge.lines.get())
        with at("2026-03-31"):
            fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
        with at("2026-05-04"):
            accepted(cast, handover, received_on=day(said))
        [counts] = Delivery.objects.standing().filter(item__handover=handover)
        assert (counts.counts_from, counts.scan) == (day(said), None)


def test_what_came_back_is_not_accepted_any_more_and_counted_by_its_paper(cast: Cast, pledge: Pledge) -> None:
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    phone = handover.items.get().asset
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
    with at("2026-04-06"):
        returned(cast, [phone], kind="recall")
        with no_event(), refused(Conflict, "illegal_transition"):
            accepted(cast, handover, received_on=day("2026-03-20"))
    spans = list(Delivery.objects.standing().values_list("counts_from", "counts_until"))
    assert spans == [(day("2026-03-02"), day("2026-04-06"))]


def test_a_void_count_is_void_for_good(cast: Cast, pledge: Pledge) -> None:
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
    fulfilment.dispute(handover, common="Tidak ada", actor=cast.kemang_admin)
    for value in (None, "2020-01-01T00:00:00Z"):
        with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
            Delivery.objects.update(voided_at=value)


# ---- who speaks for the receiver


def a_crony(cast: Cast, how: str, pledge: Pledge) -> User:
    """Somebody with a requester's grant at Kemang who does not speak for it in matters of the pledge."""
    if how == "stranger":
        return user(username="teman", unit=cast.setda, roles=(Role.REQUESTER,), where=cast.kemang)
    roles = {"recorder": "verifier", "publisher": "publisher", "clerk": "clerk2", "decider": "decider"}
    crony = getattr(cast, roles[how])
    Person.objects.filter(pk=crony.person_id).update(unit=cast.kemang)
    grant(crony, role=Role.REQUESTER, unit=cast.kemang)
    if how != "clerk":
        crony.grants.exclude(role=Role.REQUESTER).delete()  # what he did in that role bars him still
    if how == "decider":
        crony.grants.create(role=Role.DECIDER, unit=cast.root, starts_on=day("2020-01-01"))
    return again(crony)


@pytest.mark.parametrize("how", ["stranger", "recorder", "publisher", "clerk", "decider"])
def test_a_receipt_by_who_does_not_speak_for_the_unit_passes_custody_and_counts_nothing(
    cast: Cast, pledge: Pledge, how: str
) -> None:
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    crony = a_crony(cast, how, pledge)
    with one_event("handover.accepted", by=crony, role="requester") as written:
        fulfilment.accept(handover, actor=crony)
    assert written.changes["custody_only"] == [None, [handover.items.get().asset.tag]]
    assert (again(handover).state, number(pledge)) == ("accepted", 0)
    with refused(NotAllowed, "not_the_unit"):
        fulfilment.accept(handover, actor=crony)
    with at("2026-08-03"):
        accepted(cast, handover, received_on=day("2026-03-05"))
    assert [number(pledge, on) for on in ("2026-03-04", "2026-03-05")] == [0, 1]


def test_what_a_crony_received_is_disputed_by_the_unit_whenever_it_finds_out(cast: Cast, pledge: Pledge) -> None:
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
    fulfilment.accept(handover, actor=a_crony(cast, "stranger", pledge))
    assert number(pledge) == 1
    with at("2026-08-03"):
        fulfilment.dispute(handover, common="Tidak pernah kami terima", actor=cast.kemang_admin)
    assert number(pledge) == 0


def test_who_asked_for_the_promise_as_requester_still_speaks_for_the_kecamatan(cast: Cast) -> None:
    draft = a_draft_pledge(cast, by=cast.kemang_admin, original_due_on=day("2026-12-31"))
    pledge = pledging.publish(pledging.submit(draft, actor=cast.verifier), actor=cast.publisher)
    delivered(cast, pledge_line=pledge.lines.get())
    assert number(pledge) == 1


def test_a_dated_substitute_of_the_head_speaks_for_the_unit_wherever_he_comes_from(cast: Cast, pledge: Pledge) -> None:
    acting = user(username="plh", unit=cast.setda)
    for head, counts in ((cast.kemang_admin, 0), (cast.kemang_head, 1)):
        acting.grants.all().delete()
        grant(acting, role=Role.UNIT_HEAD, unit=cast.kemang, acting_for=head, ends_on=day("2026-12-31"))
        handover = an_issue(cast, pledge_line=pledge.lines.get())
        accepted(cast, handover, by=again(acting))
        assert number(pledge) == counts


@pytest.mark.parametrize("how", ["stranger", "recorder", "publisher", "clerk", "decider"])
def test_a_recall_filed_or_confirmed_as_the_units_own_return_by_a_crony_does_not_keep_the_count(
    cast: Cast, how: str
) -> None:
    pledge = a_pledge(cast, promised=2, original_due_on=day("2026-12-31"))
    one, other = counted(cast, pledge), counted(cast, pledge)
    crony = a_crony(cast, how, pledge)
    with at("2026-03-10"):
        returned(cast, [one], by=crony)
        back = returned(cast, [other])
        with no_event(), pytest.raises(NotAllowed):
            fulfilment.confirm_return(back, actor=crony)
    assert number(pledge, "2026-03-10") == 0
    with at("2026-03-12"):
        for handover in (back, Handover.objects.get(kind="return", recorded_by=crony)):
            fulfilment.confirm_return(handover, actor=cast.kemang_head)
    assert number(pledge, "2026-03-12") == 2


def test_a_device_dead_on_arrival_counts_until_it_is_disputed_and_again_when_it_works(
    cast: Cast, pledge: Pledge
) -> None:
    handover = delivered(cast, pledge_line=pledge.lines.get())
    item = handover.items.get()
    with at("2026-03-16"), one_event("handover.disputed", by=cast.kemang_head, role="unit_head") as written:
        fulfilment.dispute(handover, reasons={item.pk: "Mati total"}, actor=cast.kemang_head)
    assert ("pledge", pledge.pk) in written.related
    assert (number(pledge, "2026-03-15"), number(pledge, "2026-03-16")) == (1, 0)
    assert judgement_of(pledge, day("2026-03-16")).status == "taken_back"
    with at("2026-03-25"):
        accepted(cast, handover, items=[item.pk], received_on=day("2026-03-24"))
    assert [number(pledge, on) for on in ("2026-03-23", "2026-03-24")] == [0, 1]


def test_a_dispute_on_the_fifteenth_day_ends_nothing(cast: Cast, pledge: Pledge) -> None:
    handover = delivered(cast, pledge_line=pledge.lines.get())
    with at("2026-03-17"), refused(Conflict, "illegal_transition"):
        fulfilment.dispute(handover, reasons={handover.items.get().pk: "Mati total"}, actor=cast.kemang_head)
    assert number(pledge, "2026-03-17") == 1


def test_a_cancelled_issue_never_counted(cast: Cast, pledge: Pledge) -> None:
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
    with at("2026-03-20"):
        fulfilment.cancel(handover, actor=cast.clerk, reason="Salah unit")
    found = judgement_of(pledge, day("2026-03-20"))
    assert (number(pledge, "2026-03-10"), found.delivered, found.status) == (0, 0, "on_track")


def test_what_was_moved_on_before_it_was_accepted_does_not_begin_to_count(cast: Cast, pledge: Pledge) -> None:
    handover = an_issue(cast, pledge_line=pledge.lines.get())
    an_issue(cast, assets=[handover.items.get().asset], kind="transfer", to=cast.cibinong)
    accepted(cast, handover)
    assert number(pledge) == 0


# ---- taken away again


def test_a_recall_ends_the_count_and_a_cancelled_recall_ends_nothing(cast: Cast, pledge: Pledge) -> None:
    phone = counted(cast, pledge)
    with at("2026-03-10"):
        recall = returned(cast, [phone], kind="recall")
    assert (number(pledge, "2026-03-09"), number(pledge, "2026-03-10")) == (1, 0)
    with at("2026-03-12"):
        fulfilment.cancel(recall, actor=cast.clerk, reason="Salah catat")
    found = judgement_of(pledge, day("2026-03-12"))
    assert (found.delivered, found.status) == (1, "kept_on_time")


def test_a_transfer_out_of_the_unit_ends_the_count_and_one_within_does_not(cast: Cast, pledge: Pledge) -> None:
    phone = counted(cast, pledge)
    with at("2026-03-10"):
        within = an_issue(cast, assets=[phone], kind="transfer", to=cast.village)
        accepted(cast, within)
    assert number(pledge, "2026-03-10") == 1
    with at("2026-03-20"):
        an_issue(cast, assets=[phone], kind="transfer", to=cast.cibinong)
    assert (number(pledge, "2026-03-19"), number(pledge, "2026-03-20")) == (1, 0)


@pytest.mark.parametrize(("who", "counts"), [("kemang_admin", 1), ("kemang_head", 1), ("clerk", 0)])
def test_a_return_counts_on_only_when_the_unit_itself_filed_it(
    cast: Cast, pledge: Pledge, who: str, counts: int
) -> None:
    phone = counted(cast, pledge)
    with at("2026-03-10"):
        returned(cast, [phone], by=getattr(cast, who))
    assert number(pledge, "2026-03-10") == counts


def test_a_return_filed_by_the_unit_and_taken_over_by_the_clerk_is_still_the_units(cast: Cast, pledge: Pledge) -> None:
    phone = counted(cast, pledge)
    filed = returned(cast, [phone], by=cast.kemang_admin, on=None)
    with at("2026-03-10"):
        fulfilment.hand_over(filed, actor=cast.clerk)
    assert number(pledge, "2026-03-10") == 1


def test_a_return_the_clerk_recorded_is_a_recall_until_the_unit_confirms_it(cast: Cast, pledge: Pledge) -> None:
    phone = counted(cast, pledge)
    with at("2026-03-10"):
        back = returned(cast, [phone])
    for who in (cast.clerk, cast.clerk2, cast.cibinong_admin, cast.superuser):
        with no_event(), pytest.raises(NotAllowed):
            fulfilment.confirm_return(back, actor=who)
    with at("2026-03-20"), one_event("handover.return_confirmed", by=cast.kemang_admin, role="requester") as written:
        fulfilment.confirm_return(back, actor=cast.kemang_admin)
    assert ("pledge", pledge.pk) in written.related
    assert [number(pledge, on) for on in ("2026-03-09", "2026-03-10", "2026-03-20")] == [1, 1, 1]
    assert judgement_of(pledge, day("2026-03-15"), day("2026-03-15")).status == "taken_back"
    with refused(Conflict, "illegal_transition"):
        fulfilment.confirm_return(back, actor=cast.kemang_admin)


def test_a_return_confirmed_before_it_is_handed_over_never_stops_the_count(cast: Cast, pledge: Pledge) -> None:
    phone = counted(cast, pledge)
    back = returned(cast, [phone], on=None)
    fulfilment.confirm_return(back, actor=cast.kemang_head)
    fulfilment.hand_over(back, actor=cast.clerk)
    assert number(pledge) == 1


def test_a_return_confirmed_late_gives_way_to_the_next_kecamatan(cast: Cast) -> None:
    lines = [{"unit": unit, "family": cast.hp.family, "quantity": 1} for unit in (cast.kemang, cast.cibinong)]
    pledge = a_pledge(cast, lines=lines)
    kemang, cibinong = pledge.lines.get(unit=cast.kemang), pledge.lines.get(unit=cast.cibinong)
    phone = delivered(cast, pledge_line=kemang).items.get().asset
    with at("2026-03-10"):
        back = returned(cast, [phone])
    with at("2026-03-12"):
        delivered(cast, assets=[phone], to=cast.cibinong, pledge_line=cibinong)
    with at("2026-03-20"):
        fulfilment.confirm_return(back, actor=cast.kemang_admin)
    by_line = {on: judgement_of(pledge, day(on)).delivered_by_line for on in ("2026-03-11", "2026-03-20")}
    assert by_line == {"2026-03-11": {kemang.pk: 1, cibinong.pk: 0}, "2026-03-20": {kemang.pk: 0, cibinong.pk: 1}}


def test_only_a_return_that_the_office_recorded_waits_for_its_unit(cast: Cast, pledge: Pledge) -> None:
    one, other, third = (delivered(cast).items.get().asset for _ in range(3))
    for handover in (
        returned(cast, [one], by=cast.kemang_admin),
        returned(cast, [other], kind="recall"),
        fulfilment.cancel(returned(cast, [third]), actor=cast.clerk, reason="x"),
    ):
        with no_event(), pytest.raises((Conflict, NotAllowed)):
            fulfilment.confirm_return(handover, actor=cast.kemang_head)


# ---- the archive, entered once


def archived(cast: Cast, pledge: Pledge, *, by: User) -> None:
    handover = an_issue(cast, on=day("2025-06-01"), pledge_line=pledge.lines.get())
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=by)


def test_an_old_paper_checked_by_a_second_person_counts_from_its_date_while_the_archive_is_open(
    cast: Cast, pledge: Pledge
) -> None:
    the_archive_is_open()
    archived(cast, pledge, by=cast.clerk)
    assert number(pledge) == 0
    archived(cast, pledge, by=cast.clerk2)
    assert [number(pledge, on) for on in ("2025-05-31", "2025-06-01")] == [0, 1]
    assert Delivery.objects.get().checked_by == cast.clerk2
    assert judgement_of(pledge, day("2025-12-31"), day("2025-12-31")).delivered == 0


def test_the_receivers_word_on_a_checked_paper_keeps_the_date_it_names(cast: Cast, pledge: Pledge) -> None:
    the_archive_is_open()
    archived(cast, pledge, by=cast.clerk2)
    accepted(cast, Handover.objects.get(), received_on=day("2025-06-10"))
    assert [number(pledge, on) for on in ("2025-06-09", "2025-06-10")] == [0, 1]


def test_before_and_after_the_window_and_for_what_was_said_in_it_an_old_paper_counts_from_its_attaching(
    cast: Cast, pledge: Pledge
) -> None:
    archived(cast, pledge, by=cast.clerk2)  # no last day was ever set
    said = day("2026-03-02")
    new = a_pledge(cast, made_on_from=said, made_on_to=said)
    the_archive_is_open()
    with at("2026-04-01"):
        handover = an_issue(cast, on=said, pledge_line=new.lines.get())
        fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
    with at("2026-08-30"):
        archived(cast, pledge, by=cast.clerk2)
    days = Delivery.objects.order_by("pk").values_list("counts_from", "checked_by")
    assert list(days) == [(day(on), None) for on in ("2026-03-02", "2026-04-01", "2026-08-30")]


def test_the_last_day_of_the_archive_is_set_once_within_180_days_of_the_first_record(cast: Cast) -> None:
    an_issue(cast)
    with at("2026-03-12"):
        for last in ("2026-03-11", "2026-08-30"):
            with refused(DomainError, "out_of_range", field="archive_until"):
                change_installation(actor=cast.user_admin, role="user_admin", archive_until=day(last))
        change_installation(actor=cast.user_admin, role="user_admin", archive_until=day("2026-08-29"))
        assert Installation.current().archive_from == day("2026-03-02")
        for last in (None, day("2026-08-28")):
            with refused(DomainError, "closed_for_good", field="archive_until"):
                change_installation(actor=cast.superuser, role="superuser", archive_until=last)
    rows = Installation.objects.filter(pk=1)
    for act in (
        lambda: rows.update(archive_until=day("2030-01-01")),
        lambda: rows.update(archive_from=day("2030-01-01")),
        lambda: rows._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
            act()


def test_a_device_that_counts_for_one_pledge_is_left_alone_by_a_cancelled_issue_for_another(
    cast: Cast, pledge: Pledge
) -> None:
    other = a_pledge(cast, lines=[{"unit": cast.cibinong, "family": cast.hp.family, "quantity": 1}])
    phone = counted(cast, pledge)
    returned(cast, [phone], by=cast.kemang_admin)
    handover = an_issue(cast, assets=[phone], to=cast.cibinong, pledge_line=other.lines.get())
    fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=cast.clerk2)
    fulfilment.cancel(handover, actor=cast.clerk, reason="Salah unit")
    assert (number(pledge), number(other)) == (1, 0)


def test_one_asset_counts_once_per_pledge_whatever_the_lines(cast: Cast) -> None:
    two = [{"unit": cast.kemang, "family": cast.hp.family, "quantity": 1}] * 2
    pledge = a_pledge(cast, lines=two)
    first, second = pledge.lines.all()
    phone = delivered(cast, pledge_line=first).items.get().asset
    returned(cast, [phone], by=cast.kemang_admin)
    delivered(cast, assets=[phone], pledge_line=second)
    assert judgement_of(pledge).delivered_by_line == {first.pk: 0, second.pk: 1}


def test_one_phone_keeps_one_pledge_at_a_time_whatever_the_pledges(cast: Cast) -> None:
    first, second = (a_pledge(cast, original_due_on=day("2026-12-31")) for _ in range(2))
    phone = counted(cast, first)
    with at("2026-03-10"):
        returned(cast, [phone], by=cast.kemang_admin)
        delivered(cast, assets=[phone], pledge_line=second.lines.get())
    assert [number(first, on) for on in ("2026-03-09", "2026-03-10")] == [1, 0]
    assert (judgement_of(first, day("2026-03-10")).status, number(second, "2026-03-10")) == ("taken_back", 1)


@pytest.mark.parametrize(("life", "years"), [(3, 3), (None, 4)])
def test_a_device_that_served_its_useful_life_has_kept_its_promise_for_good(
    cast: Cast, pledge: Pledge, life: int | None, years: int
) -> None:
    DeviceType.objects.filter(pk=cast.hp.pk).update(useful_life_years=life)
    one, other, third = counted(cast, pledge), counted(cast, pledge), counted(cast, pledge)
    DeviceType.objects.filter(pk=cast.hp.pk).update(useful_life_years=1)  # what is kept later changes nothing
    second = a_pledge(cast, original_due_on=day("2031-12-31"))
    with at(f"{2026 + years}-03-01"):
        returned(cast, [one], kind="recall")
    with at(f"{2026 + years}-03-02"):
        returned(cast, [other], kind="recall")
        returned(cast, [third], by=cast.kemang_admin)
        delivered(cast, assets=[third], pledge_line=second.lines.get())
    assert [number(each, f"{2026 + years}-03-02") for each in (pledge, second)] == [1, 1]
    counts = Delivery.objects.filter(line__pledge=pledge).order_by("pk")
    assert [each.counts_until is None for each in counts] == [False, True, True]


def test_facts_of_delivery_are_fixed_by_the_database(cast: Cast, pledge: Pledge) -> None:
    phone = counted(cast, pledge)
    rows = Delivery.objects.filter(asset=phone)
    for change in ({"counts_from": day("2020-01-01")}, {"recorded_at": "2020-01-01T00:00:00Z"}, {"line_id": 0}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
        rows.delete()
    returned(cast, [phone], kind="recall")
    with pytest.raises(DatabaseError, match="gawai"), transaction.atomic():
        rows.update(counts_until=None)


def test_what_counts_from_its_recording_says_when_it_came(cast: Cast) -> None:
    pledge = a_pledge(cast, made_on_from=day("2025-12-01"), made_on_to=day("2025-12-01"))
    delivered(cast, pledge_line=pledge.lines.get(), on=day("2025-12-30"))
    late = Delivery.objects.get()
    assert late.counts_from == clock.today()
    assert "diterima 30 Des 2025, dihitung sejak serah terimanya dicatat" in receipt(late, named=False)
    soon = a_pledge(cast, title="HP kedua")
    delivered(cast, pledge_line=soon.lines.get())
    assert not receipt(Delivery.objects.get(line__pledge=soon), named=True)
