"""The life of a plan: who may do what when, what stays of the planner's hand, and that a frozen one never changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from assets.models import ItemCode
from core import acts, journal
from core.errors import Conflict, DomainError, NotAllowed
from core.models import Event
from org.models import Role
from planning import plans
from planning.models import Plan, PlanLine
from planning.plans import Reviewed
from planning.states import PLAN_MOVES, PlanState
from requests_app import approvals
from tests.base import Cast, a_line, a_pledge, again, decided, user
from tests.planning.scenes import a_frozen_plan, a_plan, a_price, a_rate, a_reviewed_plan

PLAN_VERBS = acts.permits(acts.on(Plan, plans))


def faults_of(act: Callable[[], Any]) -> set[tuple[str, str]]:
    with pytest.raises(DomainError) as caught:
        act()
    return {(fault.field, fault.code) for fault in caught.value.faults}


def act_on(cast: Cast, plan: Plan, verb: str, by: Any) -> Any:
    line = plan.lines.first()
    calls: dict[str, Callable[[], Any]] = {
        "change": lambda: plans.change(plan, actor=by, ceiling=5_000_000),
        "recalculate": lambda: plans.recalculate(plan, actor=by),
        "adjust": lambda: plans.adjust(plan, lines=[{"id": line.pk, "proposed": 7}], actor=by),
        "review": lambda: plans.review(plan, actor=by),
        "send-back": lambda: plans.send_back(plan, actor=by, reason="Periksa lagi"),
        "freeze": lambda: plans.freeze(plan, actor=by),
        "delete": lambda: plans.delete(plan, actor=by),
    }
    return calls[verb]()


def plan_in(cast: Cast, state: str) -> Plan:
    decided(cast)
    makers = {PlanState.DRAFT: a_plan, PlanState.REVIEWED: a_reviewed_plan, PlanState.FROZEN: a_frozen_plan}
    return again(makers[PlanState(state)](cast))


# ---- states and people


@pytest.mark.parametrize("verb", PLAN_VERBS)
@pytest.mark.parametrize("state", PlanState.values)
def test_every_verb_in_every_state_acts_or_is_a_conflict_that_leaves_nothing(cast: Cast, state: str, verb: str) -> None:
    plan, before = plan_in(cast, state), Event.objects.count()
    by = cast.approver if verb in ("review", "send-back") else cast.planner
    if PLAN_VERBS[verb].when(plan):
        act_on(cast, plan, verb, by)
        assert Event.objects.count() == before + 1
    else:
        with pytest.raises(Conflict):
            act_on(cast, plan, verb, by)
        assert Event.objects.count() == before
        assert again(plan).version == plan.version


def test_the_table_of_moves_is_what_the_verbs_do(cast: Cast) -> None:
    plan = plan_in(cast, PlanState.REVIEWED)
    assert plans.send_back(plan, actor=cast.approver, reason="Kurang").state == PlanState.DRAFT
    assert {(old, new) for old, moves in PLAN_MOVES.items() for new in moves} == {
        ("draft", "reviewed"), ("reviewed", "draft"), ("reviewed", "frozen"),
    }  # fmt: skip


@pytest.mark.parametrize("verb", PLAN_VERBS)
@pytest.mark.parametrize("who", ["kemang_admin", "verifier", "clerk", "auditor", "viewer"])
def test_others_do_nothing_with_plans(cast: Cast, who: str, verb: str) -> None:
    plan = plan_in(cast, PlanState.DRAFT)
    with pytest.raises(NotAllowed):
        act_on(cast, plan, verb, getattr(cast, who))


def test_who_made_the_plan_does_not_review_it(cast: Cast) -> None:
    second = user(username="perencana2", unit=cast.diskominfo, roles=(Role.PLANNER,), where=cast.root)
    plan = plan_in(cast, PlanState.DRAFT)
    with pytest.raises(NotAllowed):
        plans.review(plan, actor=cast.planner)
    assert plans.review(plan, actor=second).reviewed_by == second


def test_the_superuser_does_not_review_an_own_plan(cast: Cast) -> None:
    plan = plans.create(fiscal_year=2027, actor=cast.superuser)
    with pytest.raises(NotAllowed):
        plans.review(plan, actor=cast.superuser)


def test_a_planner_of_one_kecamatan_plans_no_more_than_that(cast: Cast) -> None:
    own = user(username="perencana-kemang", unit=cast.kemang, roles=(Role.PLANNER,))
    with pytest.raises(NotAllowed):
        plans.create(fiscal_year=2027, actor=own)
    plan = plans.create(fiscal_year=2027, actor=own, within=cast.kemang)
    assert (plan.unit, plan.within) == (cast.kemang, cast.kemang)
    assert list(Plan.objects.visible_to(own)) == [plan]
    whole = a_plan(cast)
    assert list(Plan.objects.visible_to(own)) == [plan]
    assert set(Plan.objects.visible_to(cast.planner)) == {plan, whole}
    assert not Plan.objects.visible_to(cast.kemang_admin).filter(pk=whole.pk).exists()


# ---- creating


def test_a_plan_is_numbered_by_its_year_and_calculated_at_once(cast: Cast) -> None:
    decided(cast)
    anchor = journal.head()
    plan = a_plan(cast)
    assert plan.number == "RK-2027-0001"
    assert (plan.anchor_seq, plan.anchor_hash) == anchor
    assert plan.lines.get().number == "RK-2027-0001/1"
    assert a_plan(cast, fiscal_year=2028).number == "RK-2028-0001"


def test_one_open_plan_per_agency_year_and_round(cast: Cast) -> None:
    a_plan(cast)
    with pytest.raises(Conflict):
        a_plan(cast)
    assert a_plan(cast, stage="perubahan").stage == "perubahan"


def test_a_year_that_is_over_is_refused(cast: Cast) -> None:
    assert faults_of(lambda: a_plan(cast, fiscal_year=2025)) == {("fiscal_year", "in_the_past")}


def test_a_planner_without_a_person_names_the_agency(cast: Cast) -> None:
    bare = user(username="tanpa-orang", roles=(Role.PLANNER,), where=cast.root)
    assert faults_of(lambda: plans.create(fiscal_year=2027, actor=bare)) == {("unit", "required")}
    assert plans.create(fiscal_year=2027, actor=bare, unit=cast.diskominfo).within == cast.root


def test_an_unknown_round_is_refused(cast: Cast) -> None:
    assert faults_of(lambda: a_plan(cast, stage="tengah")) == {("stage", "invalid_choice")}


# ---- prices


def test_the_price_of_the_year_goes_before_an_earlier_one_which_is_marked_by_its_year(cast: Cast) -> None:
    decided(cast)
    a_price(cast, price=2_500_000, year=2025)
    a_price(cast, price=9_000_000, year=2028)
    line = a_plan(cast).lines.get()
    assert (line.unit_price, line.price_year) == (2_500_000, 2025)
    a_price(cast, price=3_000_000, year=2027, component_id="SSH-1", account_code="5.2.02.06.02.0001")
    line = plans.recalculate(line.plan, actor=cast.planner).lines.get()
    assert (line.unit_price, line.price_year, line.component_id) == (3_000_000, 2027, "SSH-1")


def test_a_missing_price_is_none_never_zero(cast: Cast) -> None:
    decided(cast)
    line = a_plan(cast).lines.get()
    assert line.unit_price is None
    assert line.amount() is None


def test_ppn_is_added_only_where_the_price_does_not_include_it(cast: Cast) -> None:
    decided(cast, lines=[a_line(cast, quantity=3)])
    a_price(cast, price=1_234_567, includes_ppn=False)
    plan = a_plan(cast)
    assert plan.lines.get().amount() is None
    a_rate(11)
    cost = plans.recalculate(plan, actor=cast.planner).lines.get().amount()
    assert cost is not None
    assert (cost.base, cost.ppn, cost.total) == (3_703_701, 407_407, 4_111_108)


def test_the_rate_is_that_of_the_first_day_of_the_year(cast: Cast) -> None:
    decided(cast)
    a_price(cast, includes_ppn=False)
    a_rate(10)
    a_rate(12, since=date(2027, 1, 2))
    assert a_plan(cast).lines.get().ppn_percent == 10


def test_the_account_code_is_suggested_by_the_item_code(cast: Cast) -> None:
    cast.hp.item_code = ItemCode.objects.create(code="1.3.2.06.02.01.004", name="Telephone Mobile")
    cast.hp.save()
    decided(cast)
    assert a_plan(cast).lines.get().account_code == "5.2.02.06.02.0001"


# ---- adjusting


def test_what_the_planner_set_stays_when_the_need_is_calculated_anew(cast: Cast) -> None:
    decided(cast)
    a_price(cast)
    plan = a_plan(cast)
    line = plan.lines.get()
    plans.adjust(plan, lines=[{"id": line.pk, "unit_price": 2_750_000}], actor=cast.planner)
    decided(cast)
    line = plans.recalculate(plan, actor=cast.planner).lines.get()
    assert (line.need, line.proposed, line.unit_price, line.price_year) == (2, 2, 2_750_000, None)
    assert line.adjusted == ["unit_price"]


def test_a_line_that_a_promise_stands_behind_comes_as_a_commitment_unless_the_planner_says_otherwise(
    cast: Cast,
) -> None:
    promised = a_pledge(cast, promised=2).lines.get()
    decided(cast, lines=[a_line(cast, quantity=2, pledge_line=promised), a_line(cast, device_type=cast.tripod)])
    a_pledge(cast, lines=[{"unit": cast.cibinong, "family": cast.hp.family, "quantity": 1}])
    plan = a_plan(cast)

    def origins() -> list[tuple[str, str]]:
        return [
            (str(line.unit.code), line.proposal_origin) for line in plan.lines.order_by("unit__code", "device_type")
        ]

    assert origins() == [("32.01.01", "komitmen"), ("32.01.12", "komitmen"), ("32.01.12", "renja")]
    line = plan.lines.get(unit=cast.cibinong)
    plans.adjust(plan, lines=[{"id": line.pk, "proposal_origin": "pokir"}], actor=cast.planner)
    plans.recalculate(plan, actor=cast.planner)
    assert origins()[0] == ("32.01.01", "pokir")
    with pytest.raises(DomainError) as refused:
        plans.adjust(plan, lines=[{"id": line.pk, "proposal_origin": "bansos"}], actor=cast.planner)
    assert [fault.field for fault in refused.value.faults] == ["lines.0.proposal_origin"]


def test_an_adjusted_line_stays_when_its_need_is_gone_and_another_goes(cast: Cast) -> None:
    mine, other = decided(cast), decided(cast, unit=cast.cibinong)
    plan = a_plan(cast)
    line = plan.lines.get(unit=cast.kemang)
    plans.adjust(plan, lines=[{"id": line.pk, "proposed": 2}], actor=cast.planner)
    for request in (mine, other):
        approvals.close_short(request, actor=cast.approver, reason="Tidak jadi")
    [left] = plans.recalculate(plan, actor=cast.planner).lines.all()
    assert (left.pk, left.need, left.proposed) == (line.pk, 0, 2)


def test_an_adjustment_is_one_event_with_old_and_new_and_nothing_when_nothing_differs(cast: Cast) -> None:
    decided(cast)
    plan = a_plan(cast)
    line = plan.lines.get()
    plans.adjust(plan, lines=[{"id": line.pk, "proposed": 4, "note": "Cadangan"}], actor=cast.planner)
    event = journal.history(plan).last()
    assert event.verb == "plan.adjusted"
    [changed] = event.changes["lines"][1]
    assert changed["proposed"] == [1, 4]
    count = Event.objects.count()
    plans.adjust(plan, lines=[{"id": line.pk, "proposed": 4}], actor=cast.planner)
    assert Event.objects.count() == count


@pytest.mark.parametrize(
    ("values", "field"),
    [({"proposed": 100_001}, "proposed"), ({"unit_price": 0}, "unit_price"), ({"account_code": "lima"}, "account_code"),
     ({"fund_source": "kas"}, "fund_source")],
)  # fmt: skip
def test_an_adjustment_that_cannot_be_is_refused_whole(cast: Cast, values: dict[str, Any], field: str) -> None:
    decided(cast)
    decided(cast, unit=cast.cibinong)
    plan = a_plan(cast)
    first, second = plan.lines.all()
    rows = [{"id": first.pk, "proposed": 9}, {"id": second.pk, **values}]
    [(path, _code)] = faults_of(lambda: plans.adjust(plan, lines=rows, actor=cast.planner))
    assert path == f"lines.1.{field}"
    assert again(first).proposed == 1


def test_a_line_of_another_plan_and_one_named_twice_are_refused(cast: Cast) -> None:
    decided(cast)
    plan, other = a_plan(cast), a_plan(cast, fiscal_year=2028)
    mine, foreign = plan.lines.get().pk, other.lines.get().pk
    rows = [{"id": mine, "proposed": 2}, {"id": foreign, "proposed": 2}, {"id": mine, "proposed": 3}]
    found = faults_of(lambda: plans.adjust(plan, lines=rows, actor=cast.planner))
    assert found == {("lines.1.id", "not_found"), ("lines.2.id", "not_found")}


# ---- reviewing


def test_a_line_not_named_is_approved_as_proposed(cast: Cast) -> None:
    decided(cast, lines=[a_line(cast, quantity=3)])
    decided(cast, unit=cast.cibinong)
    plan = a_plan(cast)
    kemang = plan.lines.get(unit=cast.kemang)
    said = [Reviewed(kemang.pk, 2, "purchase", "Satu dipinjamkan")]
    plans.review(plan, lines=said, actor=cast.approver)
    assert {line.unit: line.approved for line in plan.lines.all()} == {cast.kemang: 2, cast.cibinong: 1}
    assert again(kemang).review_reason == "Satu dipinjamkan"


def test_only_what_is_bought_costs_money(cast: Cast) -> None:
    decided(cast, lines=[a_line(cast, quantity=3)])
    a_price(cast)
    plan = a_plan(cast)
    plans.review(plan, lines=[Reviewed(plan.lines.get().pk, 3, "reallocation")], actor=cast.approver)
    line = plan.lines.get()
    assert (line.approved, line.planned) == (3, 0)
    assert line.amount().total == 0


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ((4, "purchase", ""), {("lines.0.approved", "out_of_range")}),
        ((-1, "purchase", "x"), {("lines.0.approved", "out_of_range")}),
        ((2, "purchase", " "), {("lines.0.reason", "required")}),
        ((3, "postponed", ""), {("lines.0.approved", "invalid")}),
        ((0, "none", ""), {("lines.0.reason", "required")}),
        ((3, "gift", ""), {("lines.0.fulfilment", "invalid_choice")}),
    ],
)
def test_a_review_that_does_not_hold_together_is_refused(cast: Cast, said: Any, faults: Any) -> None:
    decided(cast, lines=[a_line(cast, quantity=3)])
    plan = a_plan(cast)
    line = plan.lines.get()
    assert faults_of(lambda: plans.review(plan, lines=[Reviewed(line.pk, *said)], actor=cast.approver)) == faults
    assert again(plan).state == PlanState.DRAFT
    assert again(line).approved is None


def test_sending_back_takes_the_review_off_the_lines(cast: Cast) -> None:
    plan = plan_in(cast, PlanState.REVIEWED)
    plans.send_back(plan, actor=cast.approver, reason="Harga belum ada")
    line = plan.lines.get()
    assert (line.approved, line.fulfilment, again(plan).reviewed_by) == (None, "", None)


# ---- frozen


def test_freezing_is_part_of_the_history_of_the_requests_and_pledges_it_takes_up(cast: Cast) -> None:
    pledge = a_pledge(cast, promised=3)
    linked, own = decided(cast), decided(cast, unit=cast.cibinong)
    plan = a_frozen_plan(cast)
    for subject in (plan, pledge, linked, own):
        assert journal.history(subject).last().verb == "plan.frozen"


STATEMENTS = [
    "UPDATE planning_plan SET note = 'x'",
    "UPDATE planning_plan SET state = 'draft'",
    "DELETE FROM planning_plancause",
    "UPDATE planning_planline SET approved = 9",
    "UPDATE planning_planline SET unit_price = 1",
    "UPDATE planning_plancause SET quantity = 9",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_nothing_of_a_frozen_plan_is_changed_by_the_back_door(cast: Cast, statement: str) -> None:
    plan_in(cast, PlanState.FROZEN)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", STATEMENTS[:1] + STATEMENTS[2:])
def test_the_same_statements_work_on_a_draft(cast: Cast, statement: str) -> None:
    plan_in(cast, PlanState.DRAFT)
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 1


def test_a_line_cannot_be_put_into_a_frozen_plan(cast: Cast) -> None:
    plan = plan_in(cast, PlanState.FROZEN)
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanLine.objects.create(plan=plan, position=2, unit=cast.cibinong, family=cast.hp.family,
                                budgeting_unit=cast.diskominfo)  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        plan.lines.get().causes.create(kind="request", quantity=5)


def test_a_later_edition_names_the_frozen_one_before_it(cast: Cast) -> None:
    first = plan_in(cast, PlanState.FROZEN)
    second = a_frozen_plan(cast)
    change = a_plan(cast, stage="perubahan")
    assert (second.edition, second.previous) == (2, first)
    assert (change.edition, change.previous) == (1, second)
