"""What waits for whom: each thing at one desk, due before it is overdue."""

from __future__ import annotations

from assets import absences, register
from assets.models import DeviceType
from core import acts
from core.errors import NotAllowed
from desks import worklists
from handing_over import fulfilment
from org import departing, proposing, succeeding
from org.models import Office, Role
from org.reference import keep
from pledges import deadlines, deciding, kinds, line_changes, pledging
from pledges.models import LineChange
from tests.base import (
    Cast,
    a_draft_pledge,
    a_pledge,
    a_request,
    again,
    an_asset,
    an_attachment,
    an_issue,
    at,
    closed,
    day,
    delivered,
    endorsed,
    revised,
    submitted,
)
from tests.base import user as an_account
from tests.checks import refused
from tests.requests_app.scenes import request_in

NAMES = {
    "requests",
    "plans",
    "handovers",
    "returns",
    "conditions",
    "away",
    "holders",
    "device-types",
    "inventories",
    "pledges",
    "revisions",
    "line-changes",
    "closures",
    "pass-ons",
    "corrections",
    "calendar-proposals",
    "unit-successions",
    "office-successions",
    "chains",
    "personal-requests",
}
DESKS = {
    "draft": set(), "submitted": {"kemang_head"}, "endorsed": {"verifier"}, "sent_back": {"kemang_admin"},
    "verified": {"approver", "approver2"}, "decided": {"clerk", "clerk2"}, "partly_issued": {"clerk", "clerk2"},
    "deferred": set(), "reopened": {"approver", "approver2"}, "fulfilled": set(), "rejected": set(),
    "closed_short": set(), "withdrawn": set(),
}  # fmt: skip


def waiting(user: object, name: str) -> tuple[list, list]:
    found = worklists.worklist(name.replace("_", "-"), again(user))
    return list(found.due), list(found.overdue)


def test_a_request_lies_on_the_desk_of_who_must_act_next(cast: Cast) -> None:
    requests = {state: request_in(cast, state) for state in DESKS}
    for name, user in vars(cast).items():
        if user in cast.users:
            due, overdue = waiting(user, "requests")
            assert set(due + overdue) == {requests[state] for state, desks in DESKS.items() if name in desks}, name


def test_what_was_sent_back_lies_with_its_unit(cast: Cast) -> None:
    request = request_in(cast, "sent_back")
    assert waiting(cast.kemang_admin, "requests") == ([request], [])
    assert waiting(cast.cibinong_admin, "requests") == ([], [])


def test_due_becomes_overdue_the_day_after_the_limit_and_is_never_both(cast: Cast) -> None:
    request = endorsed(cast)
    with at("2026-03-05T23:59:59"):
        assert waiting(cast.verifier, "requests") == ([request], [])
    with at("2026-03-06T00:00:00"):
        assert waiting(cast.verifier, "requests") == ([], [request])


def test_ones_own_request_is_not_work_for_oneself(cast: Cast) -> None:
    submitted(cast, a_request(cast, by=cast.kemang_head))
    assert waiting(cast.kemang_head, "requests") == ([], [])


def test_an_outsider_and_the_superuser_have_no_desk(cast: Cast) -> None:
    for state in ("submitted", "endorsed", "verified", "decided"):
        request_in(cast, state)
    an_issue(cast)
    a_pledge(cast)
    for user in (cast.outsider, cast.superuser, cast.auditor):
        lists = worklists.worklists(user)
        assert set(lists) == NAMES
        assert not any(found.all.exists() for found in lists.values())


def test_a_handover_waits_for_its_receiver_and_a_prepared_one_for_the_clerk(cast: Cast) -> None:
    sent, prepared = an_issue(cast), an_issue(cast, on=None)
    assert waiting(cast.kemang_admin, "handovers") == ([sent], [])
    assert waiting(cast.kemang_head, "handovers") == ([sent], [])
    assert waiting(cast.clerk, "handovers") == ([prepared], [])
    assert waiting(cast.cibinong_admin, "handovers") == ([], [])
    with at("2026-03-09T23:00:00"):
        assert waiting(cast.kemang_admin, "handovers") == ([sent], [])
    with at("2026-03-10T00:00:00"):
        assert waiting(cast.kemang_admin, "handovers") == ([], [sent])


def test_a_return_waits_for_another_clerk_than_who_recorded_it(cast: Cast) -> None:
    asset = delivered(cast).items.get().asset
    back = an_issue(cast, assets=[asset], kind="return", to=cast.diskominfo)
    assert waiting(cast.clerk2, "handovers") == ([back], [])
    assert waiting(cast.clerk, "handovers") == ([], [])


def test_a_loan_is_due_two_weeks_before_and_overdue_the_day_after(cast: Cast) -> None:
    loan = delivered(cast, kind="loan", due_back_on=day("2026-04-01"))
    expected = {
        "2026-03-17": ([], []),
        "2026-03-18": ([loan], []),
        "2026-04-01": ([loan], []),
        "2026-04-02": ([], [loan]),
    }
    for when, lists in expected.items():
        with at(when):
            assert waiting(cast.clerk, "returns") == lists, when
            assert waiting(cast.kemang_admin, "returns") == lists, when


def test_a_damaged_device_waits_for_its_keeper_until_it_is_in_repair(cast: Cast) -> None:
    lightly, badly = an_asset(cast, condition="lightly_damaged"), an_asset(cast, condition="badly_damaged")
    an_asset(cast)
    assert waiting(cast.clerk, "conditions") == ([lightly], [badly])
    register.start_repair(badly, actor=cast.clerk)
    assert waiting(cast.clerk, "conditions") == ([lightly], [])


def test_pledges_wait_for_the_publisher_and_late_ones_for_its_verifier(cast: Cast) -> None:
    asked = pledging.submit(a_draft_pledge(cast), actor=cast.verifier)
    assert waiting(cast.publisher, "pledges") == ([asked], [])
    assert waiting(cast.verifier, "pledges") == ([], [])
    pledging.publish(asked, actor=cast.publisher)
    late = [asked]
    soon = a_pledge(cast, original_due_on=day("2026-03-20"))
    a_pledge(cast, original_due_on=day("2026-12-31"))
    assert waiting(cast.verifier, "pledges") == ([soon], late)
    for user in (cast.publisher, cast.approver, cast.decider, cast.clerk, cast.planner, cast.kemang_admin):
        assert waiting(user, "pledges") == ([], [])


def test_a_revision_waits_for_the_decider_overdue_once_the_deadline_has_passed(cast: Cast) -> None:
    pledge = a_pledge(cast, original_due_on=day("2026-03-10"))
    asked = deadlines.ask(
        pledge,
        kind="extension",
        new_due_on=day("2026-06-30"),
        reason="x",
        actor=cast.verifier,
        document=an_attachment(cast),
    )
    assert waiting(cast.decider, "revisions") == ([asked], [])
    assert waiting(cast.verifier, "revisions") == ([], [])
    with at("2026-03-11T00:00:00"):
        assert waiting(cast.decider, "revisions") == ([], [asked])
        deciding.decide(asked, decision="reject", reason="Tidak beralasan", actor=cast.decider)
        assert waiting(cast.decider, "revisions") == ([], [])
        revised(cast, pledge, to=day("2026-07-31"))


def test_a_line_change_waits_for_the_decider_until_it_is_decided_or_the_pledge_is_closed(cast: Cast) -> None:
    line = {"unit": cast.kemang, "family": cast.hp.family, "quantity": 1}
    pledge, ended = (a_pledge(cast, lines=[], original_due_on=day("2026-03-10")) for _ in range(2))
    asked, idle = (
        line_changes.ask(
            each, kind="clarification", reason="x", lines=[line], actor=cast.verifier, document=an_attachment(cast)
        )
        for each in (pledge, ended)
    )
    assert waiting(cast.decider, "line_changes") == ([asked, idle], [])
    for other in (cast.verifier, cast.kemang_admin, cast.superuser):
        assert waiting(other, "line_changes") == ([], [])
    closed(cast, ended, "withdraw", reason="Anggaran dipotong")
    assert not acts.permits(acts.on(LineChange, deciding))["decide"].when(idle)
    with at("2026-03-11T00:00:00"):
        assert waiting(cast.decider, "line_changes") == ([], [asked])
        deciding.decide(asked, decision="approve", reason="Sesuai surat", actor=cast.decider)
        assert waiting(cast.decider, "line_changes") == ([], [])


def test_only_the_holders_unit_is_asked_where_a_device_is(cast: Cast) -> None:
    """Once the clerk says that a repair is over; late when the count stands still. A loss stands still at once."""
    mended, lost = an_asset(cast), an_asset(cast)
    delivered(cast, assets=[mended, lost])
    register.start_repair(mended, actor=cast.clerk)
    assert waiting(cast.kemang_admin, "away") == ([], [])
    register.end_repair(mended, actor=cast.clerk, condition="good")
    register.mark_lost(lost, actor=cast.clerk, reason="Tidak ada")
    for user in (cast.kemang_admin, cast.kemang_head):
        assert waiting(user, "away") == ([mended], [lost])
    for user in (cast.cibinong_admin, cast.clerk, cast.superuser):
        assert waiting(user, "away") == ([], [])
    with at("2026-05-31"):
        assert waiting(cast.kemang_admin, "away") == ([mended], [lost])
    with at("2026-06-01"):
        assert waiting(cast.kemang_admin, "away") == ([], [mended, lost])
        absences.confirm_back(mended, actor=cast.kemang_admin)
        absences.confirm_loss(lost, actor=cast.kemang_head)
        assert waiting(cast.kemang_admin, "away") == ([], [])


def test_a_repair_that_takes_too_long_is_the_units_to_answer(cast: Cast) -> None:
    device = an_asset(cast)
    delivered(cast, assets=[device])
    register.start_repair(device, actor=cast.clerk)
    with at("2026-06-01"):
        assert waiting(cast.kemang_admin, "away") == ([], [device])
        absences.agree_repair(device, actor=cast.kemang_admin, reason="Suku cadang dipesan")
        assert waiting(cast.kemang_admin, "away") == ([], [])


def test_a_new_type_waits_for_a_second_person(cast: Cast) -> None:
    kind = keep(DeviceType(), actor=cast.clerk, code="gagang_hp", name="Gagang HP", family=cast.hp.family)
    for user in (cast.clerk2, cast.verifier, cast.planner):
        assert waiting(user, "device_types") == ([kind], [])
    for user in (cast.clerk, cast.kemang_admin, cast.decider, cast.superuser):
        assert waiting(user, "device_types") == ([], [])
    kinds.confirm(kind, actor=cast.planner)
    assert waiting(cast.verifier, "device_types") == ([], [])


def test_a_successor_waits_for_the_decider_and_a_list_of_days_for_another_keeper(cast: Cast) -> None:
    terms = {"kind": "takes_place", "on": day("2026-03-01"), "decree": "Perda 3/2026", "reason": "x"}
    office = Office.objects.create(name="Kepala Dinas", unit=cast.diskominfo)
    heir = Office.objects.create(name="Kepala Badan", unit=cast.diskominfo)
    proposed = (
        ("unit_successions", cast.decider, cast.user_admin,
         succeeding.succeed_unit(cast.kemang, actor=cast.user_admin, successor=cast.cibinong, **terms)),
        ("office_successions", cast.decider, cast.user_admin,
         succeeding.succeed_office(office, actor=cast.user_admin, successor=heir, **terms)),
        ("calendar_proposals", cast.verifier, cast.clerk,
         proposing.propose(actor=cast.clerk, decree="SE 1/2026", days=[proposing.Entry(
             date=day("2026-08-18"), name="Cuti bersama", kind="collective_leave")])),
    )  # fmt: skip
    for name, decides, asked_it, row in proposed:
        assert waiting(decides, name) == ([row], [])
        for user in (asked_it, cast.kemang_admin, cast.planner, cast.superuser):
            assert waiting(user, name) == ([], [])
    for succession in (proposed[0][3], proposed[1][3]):
        succeeding.decide(succession, actor=cast.decider, decision="approve", reason="x")
    proposing.decide(proposed[2][3], actor=cast.verifier, decision="reject", reason="x")
    assert not any(waiting(decides, name)[0] for name, decides, *_ in proposed)


def test_only_who_may_say_where_a_device_is_is_asked(cast: Cast) -> None:
    """Who holds a role in the unit, and serves the house that gave the device, does not speak for the unit."""
    helper = an_account(username="pembantu", unit=cast.diskominfo, roles=(Role.REQUESTER,), where=cast.kemang)
    line = a_pledge(cast, promised=1).lines.get()
    device = delivered(cast, pledge_line=line).items.get().asset
    register.mark_lost(device, actor=cast.clerk, reason="Tidak ditemukan")
    with refused(NotAllowed, "not_the_unit"):
        absences.confirm_loss(device, actor=helper)
    assert waiting(helper, "away") == ([], [])
    assert waiting(cast.kemang_admin, "away") == ([], [device])


def test_a_device_that_goes_to_another_unit_waits_for_who_keeps_it_alone(cast: Cast) -> None:
    device = an_issue(cast, recipient=cast.rani).items.get().asset
    departing.leave(cast.rani, actor=cast.user_admin, devices_to=cast.cibinong_admin.person, reason="Mutasi")
    with refused(NotAllowed, "role_missing"):
        an_issue(cast, assets=[device], kind="transfer", to=cast.cibinong, by=cast.kemang_admin)
    assert waiting(cast.kemang_admin, "holders") == ([], [])
    assert waiting(cast.clerk, "holders") == ([device], [])
    an_issue(cast, assets=[device], kind="transfer", to=cast.cibinong, on=None)
    assert waiting(cast.clerk, "holders") == ([], []), "it lies on the paper by which it goes on"


def test_who_gets_a_device_is_asked_whatever_he_holds(cast: Cast) -> None:
    paper = an_issue(cast, recipient=cast.outsider.person)
    assert waiting(cast.outsider, "handovers") == ([paper], [])
    fulfilment.accept(paper, actor=cast.outsider)
    assert waiting(cast.outsider, "handovers") == ([], [])
    assert waiting(cast.viewer, "handovers") == ([], [])
