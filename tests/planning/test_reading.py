"""What is read off a plan: the difference to before, what fits under a ceiling, who got how much."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets import register
from planning import amounts, plans, reading
from planning.models import Plan, PlanLine
from planning.plans import Reviewed
from tests.base import Cast, a_line, a_pledge, at, decided, delivered, line_of, submitted
from tests.planning.scenes import a_frozen_plan, a_plan, a_price, a_reviewed_plan

# ---- money


@given(
    st.integers(0, 100_000), st.integers(1, 10**10), st.decimals(0, 100, places=2),
)  # fmt: skip
def test_ppn_is_rounded_half_up_to_the_rupiah(quantity: int, price: int, percent: Decimal) -> None:
    cost = amounts.amount(quantity, price, includes_ppn=False, ppn_percent=percent)
    assert cost is not None
    exact = Decimal(quantity * price) * percent / 100
    assert Decimal("-0.5") <= exact - cost.ppn < Decimal("0.5") + (exact == cost.ppn)
    assert cost.total == quantity * price + cost.ppn


def test_sums_name_the_lines_without_a_price(cast: Cast) -> None:
    a_price(cast, price=2_000_000)
    decided(cast, lines=[a_line(cast, quantity=3), a_line(cast, device_type=cast.tripod)])
    found = reading.figures_of(a_plan(cast))
    assert (found.need, found.planned, found.total, found.unpriced) == (4, 4, 6_000_000, 1)


# ---- difference


def bought(cast: Cast, line: PlanLine, quantity: int) -> None:
    register.receive(
        unit=cast.diskominfo, actor=cast.clerk, contract_number="SPK", supplier="CV", received_on=date(2026, 3, 2),
        plan_line=line.number, lines=[{"device_type": cast.hp, "quantity": quantity}],
    )  # fmt: skip


def told(plan: Plan) -> dict[tuple[Any, Any], tuple[int | None, int, int | None, int]]:
    """Before, now, change and bought, by unit and device type."""
    rows = reading.difference(plan)
    return {(each.line.unit, each.line.device_type): (each.before, each.now, each.change, each.bought) for each in rows}


def test_the_first_of_a_year_is_compared_with_what_was_bought_and_promised_alone(cast: Cast) -> None:
    with at("2025-03-03"):
        a_pledge(cast, promised=5)
        a_frozen_plan(cast, fiscal_year=2026)
    decided(cast, lines=[a_line(cast, quantity=2)])
    decided(cast, unit=cast.cibinong)
    plan = a_frozen_plan(cast)
    bought(cast, plan.lines.get(unit=cast.cibinong), 1)
    assert plan.previous is None
    assert told(plan) == {(cast.kemang, cast.hp): (None, 0, None, 0), (cast.cibinong, cast.hp): (None, 1, None, 1)}
    assert {each.line.unit: each.promised for each in reading.difference(plan)} == {cast.kemang: 5, cast.cibinong: 0}


def test_a_later_edition_of_the_round_takes_the_place_of_the_one_before(cast: Cast) -> None:
    decided(cast, lines=[a_line(cast, quantity=5)])
    decided(cast, unit=cast.cibinong)
    first = a_frozen_plan(cast)
    bought(cast, first.lines.get(unit=cast.kemang), 3)
    decided(cast, lines=[a_line(cast, device_type=cast.tripod)])
    assert told(a_reviewed_plan(cast)) == {
        (cast.kemang, cast.hp): (5, 3, -2, 3), (cast.cibinong, cast.hp): (1, 0, -1, 0),
        (cast.kemang, cast.tripod): (0, 1, 1, 0),
    }  # fmt: skip


def test_the_first_of_a_later_round_adds_to_what_the_rounds_before_hold(cast: Cast) -> None:
    decided(cast, lines=[a_line(cast, quantity=5)])
    a_frozen_plan(cast)
    decided(cast, lines=[a_line(cast, quantity=2)])
    shifted = a_frozen_plan(cast, stage="pergeseran")
    decided(cast, unit=cast.cibinong)
    plan = a_plan(cast, stage="perubahan")
    assert told(shifted) == {(cast.kemang, cast.hp): (5, 7, 2, 0)}
    assert told(plan) == {(cast.kemang, cast.hp): (7, 7, 0, 0), (cast.cibinong, cast.hp): (0, 1, 1, 0)}


def test_an_edition_follows_its_own_round(cast: Cast) -> None:
    decided(cast)
    first, later = a_frozen_plan(cast), a_frozen_plan(cast, stage="perubahan")
    assert (first.previous, later.previous) == (None, first)
    assert a_frozen_plan(cast).previous == first
    assert a_plan(cast, stage="perubahan").previous == later


def test_a_plan_of_a_part_is_not_compared_with_the_lines_of_others(cast: Cast) -> None:
    decided(cast)
    decided(cast, unit=cast.cibinong)
    a_frozen_plan(cast)
    assert told(a_plan(cast, within=cast.kemang)) == {(cast.kemang, cast.hp): (1, 1, 0, 0)}


def test_a_line_that_only_the_version_before_has_is_shown_with_nothing_now(cast: Cast) -> None:
    request = decided(cast)
    a_frozen_plan(cast)
    delivered(cast, request_line=line_of(request))
    [gone] = reading.difference(a_plan(cast))
    assert (gone.before, gone.now, gone.change) == (1, 0, -1)


# ---- under a ceiling


def lines_of(*rows: tuple[int, int, int, int | None]) -> list[Any]:
    """Lines as the rule reads them: score, days, quantity, price."""

    def one(position: int, score: int, waiting: int, planned: int, price: int | None) -> Any:
        def cost(quantity: int) -> amounts.Amount | None:
            return amounts.amount(quantity, price, includes_ppn=False, ppn_percent=Decimal(11))

        return SimpleNamespace(
            position=position, score=score, waiting_days=waiting, planned=planned, amount=cost,
            unit=SimpleNamespace(code=f"32.01.{position:02d}"),
        )  # fmt: skip

    return [one(position, *row) for position, row in enumerate(rows, 1)]


def test_the_neediest_comes_first_then_who_waited_longest(cast: Cast) -> None:
    fits = reading.under_ceiling(lines_of((40, 10, 2, 100), (80, 1, 2, 100), (40, 90, 2, 100)), 400)
    assert [(fit.line.position, fit.quantity, fit.left) for fit in fits] == [(2, 2, 178), (3, 1, 67), (1, 0, 67)]


@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 900), st.integers(0, 40),
                  st.one_of(st.none(), st.integers(1, 10**7))),
        max_size=8,
    ),
    st.integers(0, 10**9),
)  # fmt: skip
def test_never_more_than_the_ceiling_and_never_a_device_less_than_the_money_reaches(rows: Any, ceiling: int) -> None:
    fits = list(reading.under_ceiling(lines_of(*rows), ceiling))
    assert sum(fit.cost for fit in fits) <= ceiling
    left = ceiling
    for fit in fits:
        one_more = fit.line.amount(fit.quantity + 1)
        assert fit.quantity == fit.line.planned or one_more is None or one_more.total > left
        left -= fit.cost
        assert fit.left == left >= 0


# ---- fairness


def test_who_asked_was_granted_and_received_and_how_long_it_took(cast: Cast) -> None:
    with at("2026-01-05"):
        first = decided(cast, lines=[a_line(cast, quantity=2), a_line(cast, device_type=cast.tripod)])
    with at("2026-01-25"):
        delivered(cast, request_line=line_of(first, 0))
        delivered(cast, request_line=line_of(first, 0))
    shares = {share.unit: share for share in reading.fairness(a_plan(cast))}
    kemang = shares[cast.kemang]
    assert (kemang.asked, kemang.approved, kemang.received) == (3, 3, 2)
    assert kemang.median_days == (20 + 56) / 2
    assert (shares[cast.cibinong].asked, shares[cast.cibinong].median_days) == (0, None)
    assert cast.diskominfo not in shares


def test_a_rejected_request_was_asked_and_waits_no_longer(cast: Cast) -> None:
    decided(cast, decisions=[{"decision": "reject", "reason": "Tidak"}])
    submitted(cast, unit=cast.cibinong)
    shares = {share.unit: share for share in reading.fairness(a_plan(cast))}
    assert (shares[cast.kemang].asked, shares[cast.kemang].approved, shares[cast.kemang].median_days) == (1, 0, None)
    assert shares[cast.cibinong].median_days == 0


@pytest.mark.parametrize("state", ["draft", "reviewed"])
def test_the_plan_counts_what_the_review_lets_be_bought(cast: Cast, state: str) -> None:
    decided(cast, lines=[a_line(cast, quantity=3)])
    a_price(cast, price=1_000_000)
    plan = a_plan(cast)
    if state == "reviewed":
        plans.review(plan, lines=[Reviewed(plan.lines.get().pk, 1, "purchase", "Pagu")], actor=cast.approver)
    assert reading.figures_of(plan).total == {"draft": 3_000_000, "reviewed": 1_000_000}[state]
