"""Reading plans: scope, and the sums of their lines."""

from __future__ import annotations

from typing import Any, Self

from django.db.models import Exists, OuterRef, QuerySet

from core.scoping import ScopedQuerySet
from org.rules import reach
from planning.states import PlanState


class PlanQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """Plans whose needs all lie within the user's grants."""
        units = reach(user).unit_ids()
        return self if units is None else self.filter(within__in=units)

    def in_force(self) -> Self:
        """Frozen plans that no later frozen edition of the same agency, year and round has replaced."""
        newer = self.model._base_manager.filter(
            state=PlanState.FROZEN, unit=OuterRef("unit"), fiscal_year=OuterRef("fiscal_year"),
            stage=OuterRef("stage"), edition__gt=OuterRef("edition"),
        )  # fmt: skip
        return self.filter(~Exists(newer), state=PlanState.FROZEN)


class PlanLineQuerySet(QuerySet):
    def with_names(self) -> Self:
        """Everything a page or sheet says of a line, in one query."""
        return self.select_related(
            "plan__unit", "plan__sub_activity", "unit", "family", "device_type__item_code", "budgeting_unit"
        )
