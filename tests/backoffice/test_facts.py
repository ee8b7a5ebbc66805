"""What a list says to be on the page stands on the page of each of its objects, and once."""

from __future__ import annotations

from typing import Any

import pytest

from assets import register
from assets.models import LoanExtension
from backoffice.admin import site
from core.columns import On
from planning import plans
from tests.backoffice.desk import Desk, page
from tests.base import Cast, a_pledge, accepted, an_inventory, an_issue, day, submitted


def a_loan_extended(cast: Cast) -> LoanExtension:
    loan = accepted(cast, an_issue(cast, kind="loan", due_back_on=day("2026-06-01")))
    return LoanExtension.objects.create(
        handover=loan, due_back_on=loan.due_back_on, new_due_back_on=day("2026-07-01"), reason="Masih dipakai",
        asked_by=cast.kemang_admin,
    )  # fmt: skip


def a_plan(cast: Cast) -> Any:
    return plans.create(actor=cast.planner, fiscal_year=2027, unit=cast.diskominfo, within=cast.root)


def a_report(cast: Cast) -> Any:
    asset = an_issue(cast).items.first().asset
    return register.report_condition(asset, actor=cast.clerk, condition="good", note="Layar baik")


MADE: dict[str, Any] = {
    "request": lambda cast: submitted(cast, needed_by=day("2026-09-01")),
    "handover": an_issue,
    "loan extension": a_loan_extended,
    "report": a_report,
    "inventory": lambda cast: an_inventory(cast, note="Semester satu"),
    "inventory line": lambda cast: an_inventory(cast).lines.first(),
    "plan": a_plan,
    "plan line": lambda cast: (submitted(cast), a_pledge(cast), a_plan(cast))[-1].lines.first(),
    "device": lambda cast: an_issue(cast).items.first().asset,
    "type": lambda cast: cast.hp,
    "pledge": a_pledge,
}


@pytest.mark.parametrize("make", MADE.values(), ids=list(MADE))
def test_every_column_for_the_page_stands_on_it_once(cast: Cast, desk: Desk, make: Any) -> None:
    thing = make(cast)
    shown: Any = site._registry[type(thing)]
    answer = desk.get(cast.superuser, page(thing))
    labels = [str(label).lower() for label, _value in answer.context["facts"]]
    columns = [str(each.label).lower() for each in shown.listing.shown(On.PAGE)]
    assert labels[: len(columns)] == columns
    assert len(labels) == len(set(labels))
