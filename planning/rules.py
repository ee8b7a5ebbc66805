"""May this person do this to this plan now? Asked by verbs, pages and the API's ``actions`` alike."""

from __future__ import annotations

from typing import Any

from core.permits import Permit, four_eyes
from org.models import Role, Unit
from org.rules import require
from planning.models import Plan
from planning.states import PlanState


def may_plan(user: Any, within: Unit | None = None) -> str:
    """The planner of ``within`` (of any unit, when None)."""
    return require(user, Role.PLANNER, unit=within)


def _planner(user: Any, plan: Plan) -> str:
    return may_plan(user, plan.within)


def _reviewer(user: Any, plan: Plan) -> str:
    """Another planner or the one who decides requests: never who made the plan."""
    role = require(user, Role.APPROVER, Role.PLANNER, unit=plan.within)
    four_eyes(user, plan.made_by_id)
    return role


def _is(*states: str) -> Any:
    return lambda plan: plan.state in states


PLAN_VERBS = {
    "change": Permit(_planner, _is(PlanState.DRAFT)),
    "recalculate": Permit(_planner, _is(PlanState.DRAFT)),
    "adjust": Permit(_planner, _is(PlanState.DRAFT)),
    "review": Permit(_reviewer, _is(PlanState.DRAFT)),
    "send-back": Permit(_reviewer, _is(PlanState.REVIEWED)),
    "freeze": Permit(_planner, _is(PlanState.REVIEWED)),
    "delete": Permit(_planner, _is(PlanState.DRAFT)),
}
