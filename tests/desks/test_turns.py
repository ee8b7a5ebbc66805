"""What is counted for somebody he can do now, what waits is on somebody's list, and counting costs the same always."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets import register
from assets.models import DeviceType
from core import acts
from core.errors import NotAllowed
from desks.steps import GIVES_THE_ROLE, Now, Step
from desks.worklists import CHAINS, KINDS, worklist, worklists
from handing_over import extending, fulfilment
from org import accounts, proposing, succeeding
from org.models import Grant, Office, Role, Unit, User
from org.reference import keep
from planning import plans
from pledges import deadlines, line_changes, passing_on, pledging
from requests_app import approvals, filing
from tests.base import (
    Cast,
    a_draft_pledge,
    a_pledge,
    a_request,
    again,
    an_asset,
    an_attachment,
    an_inventory,
    an_issue,
    at,
    closing,
    day,
    delivered,
    endorsed,
    grant,
    settings_are,
    submitted,
    user,
    verified,
)
from tests.requests_app.scenes import REQUEST_STATES, request_in

GOOD = "sawah-hijau-7731"


def everything(cast: Cast) -> None:
    """Something of every kind, at every desk."""
    for state in REQUEST_STATES:
        request_in(cast, state)
    submitted(cast, a_request(cast, by=cast.kemang_head))
    an_issue(cast), an_issue(cast, on=None), an_inventory(cast)
    disputed = an_issue(cast)
    fulfilment.dispute(disputed, actor=cast.kemang_admin, common="Layar pecah")
    an_issue(cast, assets=[delivered(cast).items.get().asset], kind="return", to=cast.diskominfo)
    loan = delivered(cast, kind="loan", due_back_on=day("2026-03-10"))
    extending.extend(loan, actor=cast.kemang_admin, new_due_back_on=day("2026-05-01"), reason="Belum selesai")
    an_asset(cast, condition="badly_damaged")
    mended = an_asset(cast)
    delivered(cast, assets=[mended])
    register.start_repair(mended, actor=cast.clerk)
    register.end_repair(mended, actor=cast.clerk, condition="good")
    keep(DeviceType(), actor=cast.clerk, code="gagang", name="Gagang", family=cast.hp.family)
    a_draft_pledge(cast)
    back = a_draft_pledge(cast, by=cast.kemang_admin)
    pledging.send_back(back, actor=cast.verifier, reason="Kapan?")
    pledging.submit(a_draft_pledge(cast), actor=cast.verifier)
    pledge = a_pledge(cast, original_due_on=day("2026-01-31"))
    paper: dict[str, Any] = {"reason": "x", "actor": cast.verifier}
    for kind, to in (("extension", "2026-06-30"), ("correction", "2026-03-18")):
        asked_of = a_pledge(cast, original_due_on=day("2026-03-20"))
        deadlines.ask(asked_of, kind=kind, new_due_on=day(to), document=an_attachment(cast), **paper)
    line = {"unit": cast.kemang, "family": cast.hp.family, "quantity": 1}
    line_changes.ask(
        a_pledge(cast, lines=[]), kind="clarification", lines=[line], document=an_attachment(cast), **paper
    )
    passing_on.pass_on(pledge, responsible_unit=cast.setda, document=an_attachment(cast), **paper)
    closing(cast, a_pledge(cast))
    plans.create(fiscal_year=2027, actor=cast.planner)
    plans.review(plans.create(fiscal_year=2028, actor=cast.planner), actor=cast.approver)
    terms: dict[str, Any] = {"kind": "takes_place", "on": day("2026-03-01"), "decree": "Perda 3/2026", "reason": "x"}
    succeeding.succeed_unit(cast.kemang, actor=cast.user_admin, successor=cast.cibinong, **terms)
    office, heir = (Office.objects.create(name=name, unit=cast.diskominfo) for name in ("Kepala Dinas", "Kepala Badan"))
    succeeding.succeed_office(office, actor=cast.user_admin, successor=heir, **terms)
    days = [proposing.Entry(date=day("2026-08-18"), name="Cuti bersama", kind="collective_leave")]
    proposing.propose(actor=cast.clerk, decree="SE 1/2026", days=days)


def offered(who: User, steps: Iterable[Step], row: Any) -> bool:
    """Whether one of the acts that the row may wait for is this person's to do now."""
    return any(_may(who, acts.of(verb), thing) for step in steps for verb in step.verbs for thing in step.on(row))


def _may(who: User, act: acts.Act, thing: Any) -> bool:
    try:
        act.permit.who(again(who), again(thing) if thing is not None else None)
    except NotAllowed:
        return False
    return thing is None or act.permit.when(again(thing))


def waiting_for_somebody(name: str) -> dict[int, Any]:
    """All that waits for an act of any step, whoever may do it."""
    kind, now = KINDS[name], Now()
    rows = kind.rows(now) if kind.rows else kind.model._default_manager.all()
    return {row.pk: row for step in kind.steps(now) if not step.own for row in rows.filter(step.waits)}


def walk(cast: Cast, more: Iterable[User] = ()) -> set[str]:
    """Every worklist of every role; the kinds of which something waits."""
    seen: dict[str, set[int]] = {name: set() for name in KINDS}
    for who in (*cast.users, *more):
        for name, found in worklists(again(who)).items():
            if name == CHAINS:
                continue
            for row in found.all:
                seen[name].add(row.pk)
                steps = [*found.steps, GIVES_THE_ROLE]
                assert offered(who, steps, row), (who.username, name, row)
                alone = found.steps and not offered(who, found.steps, row)
                assert not alone or who == cast.user_admin, (who.username, name, row)
    for name in KINDS:
        missing = {pk: row for pk, row in waiting_for_somebody(name).items() if pk not in seen[name]}
        assert not missing, (name, missing)
    return {name for name, rows in seen.items() if rows}


def test_what_is_counted_can_be_done_and_what_waits_is_on_a_list(cast: Cast) -> None:
    everything(cast)
    assert walk(cast) == set(KINDS) - {"holders", "personal-requests"}


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.APPROVER, Role.ASSET_CLERK, Role.PUBLISHER, Role.DECIDER])
def test_what_nobody_may_do_lies_with_who_gives_the_role(cast: Cast, role: Role) -> None:
    everything(cast)
    Grant.objects.filter(role=role).delete()
    walk(cast)
    assert any(found.all.exists() for found in worklists(again(cast.user_admin)).values())


def test_ones_own_request_is_the_user_admins_where_there_is_no_other_head(cast: Cast) -> None:
    own = submitted(cast, a_request(cast, by=cast.kemang_head))
    assert list(worklist("requests", again(cast.user_admin)).all) == [own]
    user(username="plt", unit=cast.kemang, roles=(Role.UNIT_HEAD,))
    assert not worklist("requests", again(cast.user_admin)).all
    Grant.objects.filter(user__username="plt").delete()
    part = user(username="pengelola-cibinong", unit=cast.cibinong, roles=(Role.USER_ADMIN,))
    assert not worklist("requests", part).all


def test_a_known_password_takes_it_off_the_list(cast: Cast) -> None:
    """Who set the verifier's password lately endorsed the request: so it is not the verifier's."""
    request = endorsed(cast)
    other = user(username="verifikator2", unit=cast.diskominfo, roles=(Role.VERIFIER,), where=cast.root)
    with at("2026-03-03"):
        accounts.set_password(cast.kemang_head, actor=cast.user_admin, password=GOOD)
        accounts.set_password(cast.verifier, actor=cast.user_admin, password=GOOD)
        later = endorsed(cast)
        assert list(worklist("requests", again(cast.verifier)).all) == [request]
        assert set(worklist("requests", again(other)).all) == {request, later}


def test_a_request_that_only_waits_for_its_receiver_is_the_receivers(cast: Cast) -> None:
    """The clerk has handed everything over: nothing is left for him to do."""
    request = request_in(cast, "decided")
    line = request.lines.get()
    an_issue(cast, request_line=line), an_issue(cast, request_line=line)
    assert not worklist("requests", again(cast.clerk)).all
    assert worklist("handovers", again(cast.kemang_admin)).all.count() == 2


def test_a_disputed_handover_is_the_givers_until_it_is_accepted(cast: Cast) -> None:
    handover = an_issue(cast)
    fulfilment.dispute(handover, actor=cast.kemang_admin, common="Layar pecah")
    assert list(worklist("handovers", again(cast.clerk)).all) == [handover]
    assert not worklist("handovers", again(cast.kemang_admin)).all
    fulfilment.accept(handover, actor=cast.kemang_admin, items=[handover.items.get().pk])
    assert not worklist("handovers", again(cast.clerk)).all


def test_a_draft_plan_waits_for_its_review_by_another(cast: Cast) -> None:
    plan = plans.create(fiscal_year=2027, actor=cast.planner)
    assert list(worklist("plans", again(cast.approver)).all) == [plan]
    assert not worklist("plans", again(cast.planner)).all
    plans.review(plan, actor=cast.approver)
    assert not worklist("plans", again(cast.approver)).all
    assert list(worklist("plans", again(cast.planner)).all) == [plan]


def test_words_still_being_told_to_the_promising_office_are_nobodys_turn(cast: Cast) -> None:
    settings_are(pledge_notice_days=5)
    pledging.submit(a_draft_pledge(cast), actor=cast.verifier)
    assert not worklist("pledges", again(cast.publisher)).all


def test_a_draft_sent_back_is_its_recorders_and_a_left_one_its_units(cast: Cast) -> None:
    back = a_draft_pledge(cast, by=cast.kemang_admin)
    pledging.send_back(back, actor=cast.verifier, reason="Kapan?")
    assert list(worklist("pledges", again(cast.kemang_admin)).all) == [back]
    assert not worklist("pledges", again(cast.verifier)).all
    assert not worklist("pledges", again(cast.kemang_head)).all
    Grant.objects.filter(user=cast.kemang_admin).delete()
    assert list(worklist("pledges", again(cast.kemang_head)).all) == [back]


# ---- costs


def _of_many_filers(cast: Cast) -> Callable[[], None]:
    """Each request from another unit, filed by another account, endorsed, verified by another."""
    number = iter(range(100))

    def more() -> None:
        n = next(number)
        unit = Unit.objects.create(code=f"32.01.{40 + n}", name=f"Baru {n}", kind="district", parent=cast.root)
        filer = user(username=f"p{n}", unit=unit, roles=(Role.REQUESTER,))
        head = user(username=f"c{n}", unit=unit, roles=(Role.UNIT_HEAD,))
        verifier = user(username=f"v{n}", unit=cast.diskominfo, roles=(Role.VERIFIER,), where=unit)
        line = {"device_type": cast.hp, "quantity": 1, "situation": "none"}
        for _ in range(2):
            request = filing.draft(unit=unit, actor=filer, lines=[line], purpose="x")
            filing.endorse(filing.submit(request, actor=filer), actor=head)
        approvals.verify(request, actor=verifier)
        filing.submit(filing.draft(unit=unit, actor=filer, lines=[line], purpose="x"), actor=filer)
        an_issue(cast, to=unit), an_issue(cast, to=unit, on=None)
        a_draft_pledge(cast), a_pledge(cast, original_due_on=day("2026-01-31"))
        pledging.submit(a_draft_pledge(cast), actor=cast.verifier)
        closing(cast, a_pledge(cast))

    return more


@pytest.mark.parametrize("name", ["verifier", "approver", "clerk", "publisher", "decider", "planner", "user_admin"])
def test_the_lists_ask_the_database_as_often_for_many_rows_as_for_few(cast: Cast, name: str) -> None:
    more, who = _of_many_filers(cast), getattr(cast, name)
    more()
    counted = []
    for rounds in (0, 2):
        for _ in range(rounds):
            more()
        with CaptureQueriesContext(connection) as queries:
            for found in worklists(again(who)).values():
                found.due.count(), found.overdue.count()
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_stand_in_does_not_decide_what_the_absent_one_verified(cast: Cast) -> None:
    request = verified(cast)
    stands_in = user(username="plh", unit=cast.diskominfo)
    grant(cast.verifier, role=Role.APPROVER, unit=cast.root)
    grant(stands_in, role=Role.APPROVER, unit=cast.root, acting_for=cast.verifier, ends_on=day("2026-12-31"))
    for who in (cast.verifier, stands_in):
        assert not worklist("requests", again(who)).all, who
    assert list(worklist("requests", again(cast.approver)).all) == [request]
