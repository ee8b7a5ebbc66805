"""The need of a year: what is counted, what is not counted twice, and that the causes always add up."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from assets import register
from planning import facts, needs, plans
from planning.facts import Asked, Budgeted, Coming, Device, Facts, Promised, Replaced, Standard
from planning.models import Plan, PlanLine
from planning.needs import Need
from planning.states import CLAIMS, SUPPLIES, CauseKind
from requests_app import approvals
from tests.base import (
    Cast,
    a_line,
    a_pledge,
    again,
    an_asset,
    an_attachment,
    an_issue,
    at,
    closed,
    day,
    decided,
    delivered,
    line_of,
    submitted,
)
from tests.planning.scenes import a_frozen_plan, a_plan, a_standard

TODAY = date(2026, 3, 2)


def figures(line: PlanLine) -> dict[str, int]:
    """What is not zero of a line, with its need."""
    names = ("usable", "requested", "under_decision", "pledged", "replacement", "standard_gap", "budgeted", "stock",
             "incoming", "need")  # fmt: skip
    return {name: getattr(line, name) for name in names if getattr(line, name)}


def only_line(plan: Plan, unit: Any = None) -> PlanLine:
    lines = plan.lines.all() if unit is None else plan.lines.filter(unit=unit)
    return lines.get()


# ---- cases


def test_an_approved_request_is_a_need_until_it_is_handed_over(cast: Cast) -> None:
    request = decided(cast, lines=[a_line(cast, quantity=3)])
    assert figures(only_line(a_plan(cast))) == {"requested": 3, "need": 3}
    an_issue(cast, request_line=line_of(request))
    plan = plans.recalculate(Plan.objects.get(), actor=cast.planner)
    assert figures(only_line(plan)) == {"usable": 1, "requested": 2, "need": 2}


def test_a_request_under_decision_is_shown_apart(cast: Cast) -> None:
    submitted(cast, lines=[a_line(cast, quantity=2)])
    assert figures(only_line(a_plan(cast))) == {"under_decision": 2}


def test_a_rejected_and_a_closed_request_are_no_need(cast: Cast) -> None:
    decided(cast, decisions=[{"decision": "reject", "reason": "Tidak sesuai"}])
    approvals.close_short(decided(cast), actor=cast.approver, reason="Sudah dibeli sendiri")
    assert not a_plan(cast).lines.exists()


def test_a_request_deferred_to_the_year_waits_for_its_decision_then(cast: Cast) -> None:
    decided(cast, decisions=[{"decision": "defer", "reason": "Anggaran", "defer_to_year": 2028}])
    assert not a_plan(cast, fiscal_year=2027).lines.exists()
    assert figures(only_line(a_plan(cast, fiscal_year=2028))) == {"under_decision": 1}


def test_a_promise_and_the_request_that_rests_on_it_count_once(cast: Cast) -> None:
    a_pledge(cast, promised=5)
    decided(cast, lines=[a_line(cast, quantity=2)])
    assert figures(only_line(a_plan(cast))) == {"requested": 2, "pledged": 3, "need": 5}


def test_a_promise_is_less_by_what_was_received_and_what_is_on_its_way(cast: Cast) -> None:
    pledge = a_pledge(cast, promised=5)
    delivered(cast, pledge_line=pledge.lines.get())
    an_issue(cast, pledge_line=pledge.lines.get())
    assert figures(only_line(a_plan(cast))) == {"usable": 2, "pledged": 3, "need": 3}


def test_a_promise_of_a_family_is_planned_as_the_type_the_office_chose_for_it(cast: Cast) -> None:
    cast.hp.family.planned_type = cast.hp
    cast.hp.family.save()
    a_pledge(cast, promised=1)
    assert only_line(a_plan(cast)).device_type == cast.hp


def test_a_badly_damaged_device_in_use_is_replaced(cast: Cast) -> None:
    asset = delivered(cast).items.get().asset
    register.report_condition(asset, actor=cast.clerk, condition="badly_damaged")
    line = only_line(a_plan(cast))
    assert figures(line) == {"replacement": 1, "need": 1}
    assert line.causes.get().asset == asset
    assert line.causes.get().detail == "badly_damaged"


def test_a_lost_device_is_replaced_and_a_retired_one_is_not(cast: Cast) -> None:
    lost, gone = delivered(cast).items.get().asset, an_asset(cast, unit=cast.kemang)
    register.mark_lost(lost, actor=cast.clerk, reason="Dicuri")
    register.retire(gone, actor=cast.clerk, decision_number="1", decided_on=TODAY, file=an_attachment(cast))
    assert figures(only_line(a_plan(cast))) == {"replacement": 1, "need": 1}


@pytest.mark.parametrize(("acquired", "counts"), [("2022-12-30", 1), ("2023-01-02", 0)])
def test_useful_life_must_be_over_before_the_year_begins(cast: Cast, acquired: str, counts: int) -> None:
    type(cast.hp).objects.update(useful_life_years=4)
    delivered(cast, assets=[an_asset(cast, acquired_on=day(acquired))])
    submitted(cast)  # so that the line is there either way
    assert only_line(a_plan(cast, fiscal_year=2027)).replacement == counts


def test_a_request_to_replace_and_the_broken_device_count_once(cast: Cast) -> None:
    asset = delivered(cast).items.get().asset
    register.report_condition(asset, actor=cast.clerk, condition="badly_damaged")
    decided(cast, lines=[a_line(cast, situation="office_broken")])
    assert figures(only_line(a_plan(cast))) == {"requested": 1, "need": 1}


def test_a_device_replaced_already_is_not_replaced_again_while_it_awaits_its_write_off(cast: Cast) -> None:
    asset = delivered(cast).items.get().asset
    register.report_condition(asset, actor=cast.clerk, condition="badly_damaged")
    request = decided(cast, lines=[a_line(cast, situation="office_broken")])
    delivered(cast, request_line=line_of(request))
    assert not a_plan(cast).lines.exists()


def test_a_device_that_broke_after_a_replacement_is_a_need_of_its_own(cast: Cast) -> None:
    request = decided(cast, lines=[a_line(cast, situation="office_broken")])
    new = delivered(cast, request_line=line_of(request)).items.get().asset
    with at("2026-09-01"):
        register.report_condition(new, actor=cast.clerk, condition="badly_damaged")
        assert figures(only_line(a_plan(cast))) == {"replacement": 1, "need": 1}


def test_without_a_legal_basis_there_is_no_standard(cast: Cast) -> None:
    decided(cast)
    line = only_line(a_plan(cast))
    assert (line.standard, line.standard_basis, line.standard_gap) == (None, "", 0)


def test_a_standard_adds_what_neither_devices_nor_claims_fill(cast: Cast) -> None:
    a_standard(cast, quantity=4, unit_kind="district")
    delivered(cast)
    decided(cast)
    kemang = only_line(a_plan(cast), cast.kemang)
    assert figures(kemang) == {"usable": 1, "requested": 1, "standard_gap": 2, "need": 3}
    assert (kemang.standard, kemang.standard_basis) == (4, "Perbup 12/2025")
    assert figures(only_line(Plan.objects.get(), cast.cibinong)) == {"standard_gap": 4, "need": 4}


def test_the_standard_of_the_unit_goes_before_that_of_its_kind_and_a_later_one_before_an_earlier(cast: Cast) -> None:
    a_standard(cast, quantity=4, unit_kind="district")
    a_standard(cast, quantity=2, of_unit=cast.kemang)
    a_standard(cast, quantity=6, unit_kind="district", from_year=2027)
    plan = a_plan(cast, fiscal_year=2027)
    assert {line.unit: line.standard for line in plan.lines.all()} == {cast.kemang: 2, cast.cibinong: 6}


def test_a_standard_that_has_ended_or_not_begun_says_nothing(cast: Cast) -> None:
    a_standard(cast, quantity=4, unit_kind="district", to_year=2026)
    a_standard(cast, quantity=4, unit_kind="district", from_year=2028)
    assert not a_plan(cast, fiscal_year=2027).lines.exists()


def test_claims_beyond_the_standard_stay_claims(cast: Cast) -> None:
    a_standard(cast, quantity=1, of_unit=cast.kemang)
    decided(cast, lines=[a_line(cast, quantity=3)])
    assert figures(only_line(a_plan(cast))) == {"requested": 3, "need": 3}


def test_the_store_serves_the_most_urgent_first(cast: Cast) -> None:
    an_asset(cast)
    decided(cast, unit=cast.cibinong, lines=[a_line(cast, situation="office_worn")])
    decided(cast, lines=[a_line(cast, situation="personal_broken", in_use_since="2022")])
    plan = a_plan(cast)
    assert figures(only_line(plan, cast.kemang)) == {"requested": 1, "stock": 1}
    assert figures(only_line(plan, cast.cibinong)) == {"requested": 1, "need": 1}
    assert [line.unit for line in plan.lines.all()] == [cast.kemang, cast.cibinong]


def test_a_broken_or_held_device_in_the_store_serves_nobody(cast: Cast) -> None:
    register.report_condition(an_asset(cast), actor=cast.clerk, condition="badly_damaged")
    an_issue(cast, on=None, to=cast.cibinong)
    decided(cast)
    assert figures(only_line(a_plan(cast), cast.kemang)) == {"requested": 1, "need": 1}


def test_goods_received_and_not_yet_registered_are_on_their_way(cast: Cast) -> None:
    decided(cast, lines=[a_line(cast, quantity=5)])
    entered = an_asset(cast)
    register.receive(
        unit=cast.diskominfo, actor=cast.clerk, contract_number="SPK-1", supplier="CV Maju", received_on=TODAY,
        assets=[entered], lines=[{"device_type": cast.hp, "quantity": 3}],
    )  # fmt: skip
    assert figures(only_line(a_plan(cast))) == {"requested": 5, "stock": 1, "incoming": 2, "need": 2}


def test_what_a_frozen_plan_buys_is_not_planned_again_until_it_has_come(cast: Cast) -> None:
    decided(cast, lines=[a_line(cast, quantity=4)])
    frozen = a_frozen_plan(cast, fiscal_year=2026)
    assert figures(only_line(a_plan(cast, fiscal_year=2027))) == {"requested": 4, "budgeted": 4}
    register.receive(
        unit=cast.diskominfo, actor=cast.clerk, contract_number="SPK-1", supplier="CV Maju", received_on=TODAY,
        plan_line=only_line(frozen).number, lines=[{"device_type": cast.hp, "quantity": 3}],
    )  # fmt: skip
    plan = plans.recalculate(Plan.objects.get(fiscal_year=2027), actor=cast.planner)
    assert figures(only_line(plan)) == {"requested": 4, "budgeted": 1, "incoming": 3}


def test_a_later_edition_takes_the_place_of_the_earlier_and_a_change_of_the_budget_adds_to_it(cast: Cast) -> None:
    decided(cast, lines=[a_line(cast, quantity=4)])
    a_frozen_plan(cast, fiscal_year=2026)
    again_murni = a_frozen_plan(cast, fiscal_year=2026)
    assert (again_murni.edition, again_murni.lines.get().need) == (2, 4)
    decided(cast, lines=[a_line(cast, quantity=1)])
    change = a_frozen_plan(cast, fiscal_year=2026, stage="perubahan")
    assert figures(change.lines.get()) == {"requested": 5, "budgeted": 4, "need": 1}
    assert figures(only_line(a_plan(cast, fiscal_year=2027))) == {"requested": 5, "budgeted": 5}


def test_another_unit_of_the_district_is_not_in_a_plan_within_kemang(cast: Cast) -> None:
    decided(cast)
    decided(cast, unit=cast.cibinong)
    assert [line.unit for line in a_plan(cast, within=cast.kemang).lines.all()] == [cast.kemang]


def test_a_merged_pledge_is_planned_once(cast: Cast) -> None:
    keeps, goes = a_pledge(cast, promised=3), a_pledge(cast, promised=3)
    closed(cast, goes, "merge", into=keeps, reason="Janji yang sama")
    assert only_line(a_plan(cast)).pledged == 3


def test_reading_takes_one_query_per_table_whatever_the_number_of_units(cast: Cast) -> None:
    def cost() -> int:
        plan = again(Plan.objects.get())
        with CaptureQueriesContext(connection) as queries:
            facts.read(plan)
        return len(queries)

    decided(cast)
    a_plan(cast)
    one = cost()
    for unit in (cast.cibinong, cast.village):
        delivered(cast, to=unit)
        decided(cast, unit=unit)
        a_pledge(cast, lines=[{"unit": unit, "family": cast.camera.family, "quantity": 2}])
    assert cost() == one
    plans.recalculate(Plan.objects.get(), actor=cast.planner)
    assert PlanLine.objects.values("unit").distinct().count() == 3


# ---- the property

UNITS, TYPES = (1, 2, 3), (10, 11, 20)
PLACES: list[dict] = [{"unit": 1, "unit_kind": ""}, {"unit": None, "unit_kind": "district"}]
FAMILIES = {10: 1, 11: 1, 20: 2}
days = st.integers(0, 2000).map(lambda n: TODAY - timedelta(days=n))
small = st.integers(0, 6)
situations = st.sampled_from(["none", "personal", "personal_broken", "office_broken", "office_worn"])


@st.composite
def worlds(draw: Any) -> Facts:
    promised = [
        Promised(
            n,
            unit=draw(st.sampled_from(UNITS)),
            family=family,
            device_type=kind,
            open=draw(st.integers(1, 6)),
            said_on=draw(days),
        )
        for n, (family, kind) in enumerate(
            draw(st.lists(st.sampled_from([(1, None), (2, None), (1, 10), (2, 20), (3, None)]), max_size=4)), 1
        )
    ]
    pledge_ids = st.sampled_from([None, *(each.id for each in promised)])
    asked = [
        Asked(n, unit=draw(st.sampled_from(UNITS)), device_type=draw(st.sampled_from(TYPES)), open=draw(small),
              undecided=draw(small), situation=draw(situations), in_use_since="", pledge_line=draw(pledge_ids),
              pledged_on=None, submitted_on=draw(days))
        for n in range(1, draw(st.integers(0, 5)) + 1)
    ]  # fmt: skip
    worn = st.sampled_from(["", "", "lost", "badly_damaged", "life_over"])
    devices = [
        Device(
            n,
            device_type=draw(st.sampled_from(TYPES)),
            unit=draw(st.sampled_from([None, 99, *UNITS])),
            worn=draw(worn),
            worn_since=draw(days),
        )
        for n in range(1, draw(st.integers(0, 10)) + 1)
    ]
    standards = [
        Standard(n, device_type=draw(st.sampled_from(TYPES)), **draw(st.sampled_from(PLACES)),
                 quantity=draw(st.integers(1, 6)), legal_basis="Perbup")
        for n in range(1, draw(st.integers(0, 3)) + 1)
    ]  # fmt: skip
    return Facts(
        today=TODAY,
        units={1: ("a", "district"), 2: ("b", "district"), 3: ("c", "village")},
        families=FAMILIES,
        planned_types={1: 10, 2: 20},
        asked=asked,
        promised=promised,
        devices=devices,
        replaced=[
            Replaced(draw(st.sampled_from(UNITS)), draw(st.sampled_from(TYPES)), draw(days))
            for _each in range(draw(st.integers(0, 3)))
        ],
        coming=[Coming(n, draw(st.sampled_from(TYPES)), draw(st.integers(1, 5))) for n in (1, 2)],
        budgeted=[
            Budgeted(1, unit=1, family=1, device_type=10, open=draw(st.integers(1, 5))),
            Budgeted(2, unit=2, family=2, device_type=20, open=draw(st.integers(1, 5))),
        ],
        standards=standards,
    )


@given(worlds())
def test_causes_add_up_and_nothing_is_used_or_claimed_beyond_what_there_is(world: Facts) -> None:
    found = needs.calculate(world)
    for need in found:
        counted = sum(cause.quantity for cause in need.causes if cause.kind in (*CLAIMS, *SUPPLIES))
        assert need.quantity == counted >= 0
        assert all(cause.quantity < 0 for cause in need.causes if cause.kind in SUPPLIES)
    _supplies_suffice(world, found)
    _claims_are_no_more_than_owed(world, found)


def _spent(found: list[Need], kind: CauseKind) -> Counter[int]:
    spent: Counter[int] = Counter()
    for need in found:
        for cause in need.causes:
            if cause.kind == kind:
                spent[cause.source] += abs(cause.quantity)
    return spent


def _supplies_suffice(world: Facts, found: list[Need]) -> None:
    in_store = {device.id for device in world.devices if device.unit is None}
    stock = _spent(found, CauseKind.STOCK)
    assert set(stock) <= in_store
    assert all(used == 1 for used in stock.values())
    for kind, there in (
        (CauseKind.INCOMING, {each.receipt: each.open for each in world.coming}),
        (CauseKind.BUDGETED, {each.plan_line: each.open for each in world.budgeted}),
    ):
        assert all(used <= there[source] for source, used in _spent(found, kind).items())


def _claims_are_no_more_than_owed(world: Facts, found: list[Need]) -> None:
    """By an independent sum over the facts: each pledge once, whether claimed itself or through requests."""
    asked = {each.id: each for each in world.asked}
    requested = _spent(found, CauseKind.REQUEST)
    assert requested == Counter({pk: each.open for pk, each in asked.items() if each.open})
    pledged = _spent(found, CauseKind.PLEDGE)
    for promise in world.promised:
        through = sum(each.open for each in world.asked if each.pledge_line == promise.id)
        assert pledged[promise.id] == max(promise.open - through, 0)
    replaced = _spent(found, CauseKind.REPLACEMENT)
    for unit in UNITS:
        for kind in TYPES:
            worn = [d.id for d in world.devices if d.worn and (d.unit, d.device_type) == (unit, kind)]
            takes = sum(
                each.open
                for each in world.asked
                if (each.unit, each.device_type) == (unit, kind) and each.situation.startswith("office")
            )
            counted = sum(replaced[pk] for pk in worn)
            assert counted <= max(len(worn) - takes, 0)
    assert set(replaced) <= {d.id for d in world.devices if d.worn and d.unit in UNITS}
