"""May this person do this to this plan now? Asked by verbs, pages and the API's ``actions`` alike."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.hands import Hand
from core.permits import four_eyes, refusing
from org.models import Role, Unit
from org.rules import require
from planning.models import Plan
from planning.states import PlanState


def may_plan(user: Any, within: Unit | None = None) -> str:
    """The planner of ``within`` (of any unit, when None)."""
    return require(user, Role.PLANNER, unit=within)


def planner(user: Any, plan: Plan) -> str:
    return may_plan(user, plan.within)


def reviewer(user: Any, plan: Plan) -> str:
    """Another planner or the one who decides requests: never who made the plan."""
    role = require(user, Role.APPROVER, Role.PLANNER, unit=plan.within)
    four_eyes(user, Hand(plan.made_by_id, plan.created_at))
    return role


@refusing(_("Rencana ini tidak lagi berupa draf."))
def is_draft(plan: Plan) -> bool:
    return plan.state == PlanState.DRAFT


@refusing(_("Rencana ini tidak sedang menunggu penetapan."))
def is_reviewed(plan: Plan) -> bool:
    return plan.state == PlanState.REVIEWED
