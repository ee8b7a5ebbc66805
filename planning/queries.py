"""Reading plans: scope, and the sums of their lines."""

from __future__ import annotations

from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from assets.models import Asset, Receipt
from core.scoping import ScopedQuerySet
from org.rules import reach
from planning.states import PlanState
from pledges.models import Pledge
from requests_app.models import DeviceRequest


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


class PlanLineQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """The lines of the plans in scope."""
        units = reach(user).unit_ids()
        return self if units is None else self.filter(plan__within__in=units)

    def speaking(self) -> Self:
        """The lines on which something is needed, proposed or approved; on the others the causes cancel out."""
        return self.filter(Q(need__gt=0) | Q(proposed__gt=0) | Q(approved__gt=0))

    def with_names(self) -> Self:
        """Everything a page or sheet says of a line, in one query."""
        return self.select_related(
            "plan__unit", "plan__sub_activity", "unit", "family", "device_type__item_code", "budgeting_unit"
        )


class PlanCauseQuerySet(QuerySet):
    def hidden_from(self, user: Any) -> Self:
        """The causes that are counted for this reader but not named: their request, pledge, device, receipt or earlier
        plan lies outside the user's scope. A standard is for all."""
        if reach(user).unit_ids() is None:
            return self.none()
        lines = apps.get_model("planning", "PlanLine").objects
        seen = self.filter(
            Q(need_standard__isnull=False)
            | Q(request_line__request__in=DeviceRequest.objects.visible_to(user).values("pk"))
            | Q(pledge_line__pledge__in=Pledge.objects.visible_to(user).values("pk"))
            | Q(asset__in=Asset.objects.visible_to(user).values("pk"))
            | Q(receipt__in=Receipt.objects.visible_to(user).values("pk"))
            | Q(plan_line__in=lines.visible_to(user).values("pk"))
        )
        return self.exclude(pk__in=seen.values("pk"))
