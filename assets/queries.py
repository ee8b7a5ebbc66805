"""Reading devices: scope and state in SQL. Only lower layers are imported; models are looked up through relations."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When

from assets.states import AssetState
from core import clock
from core.scoping import ScopedQuerySet
from org.rules import reach


def _rows(model: str) -> Any:
    return apps.get_model("assets", model)._base_manager


class AssetQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """Devices on the books of, or held by, a unit that the user's grants reach."""
        units = reach(user).units()
        return self if units is None else self.of_units(units)

    def of_units(self, units: Any) -> Self:
        """Devices that one of ``units`` keeps on its books or holds."""
        ids = units.values("pk")
        own = self.model._base_manager.filter(unit__in=ids).order_by().values("pk")
        held = _rows("Custody").filter(until__isnull=True, unit__in=ids).order_by().values("asset_id")
        return self.filter(pk__in=own.union(held))

    def with_state(self) -> Self:
        """Adds ``state``; the same rule as ``Asset.state``."""
        this = OuterRef("pk")
        return self.annotate(
            state=Case(
                When(retired_on__isnull=False, then=Value(AssetState.RETIRED)),
                When(lost_on__isnull=False, then=Value(AssetState.LOST)),
                When(Exists(_rows("Repair").filter(asset=this, ended_on__isnull=True)), then=Value(AssetState.IN_REPAIR)),
                When(Exists(_rows("Custody").filter(asset=this, until__isnull=True)), then=Value(AssetState.ISSUED)),
                When(Exists(_rows("HandoverItem").filter(asset=this, state="prepared")), then=Value(AssetState.HELD)),
                default=Value(AssetState.IN_STOCK),
                output_field=CharField(),
            )
        )

    def available(self) -> Self:
        """Devices that can be handed out now: in stock and not badly damaged."""
        return self.with_state().filter(state=AssetState.IN_STOCK).exclude(condition="badly_damaged")


class HandoverQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        units = reach(user).units()
        return self if units is None else self.filter(Q(recipient_unit__in=units) | Q(from_unit__in=units))

    def waiting_for_receipt(self) -> Self:
        return self.filter(state="handed_over")

    def overdue_back(self, at: date | None = None) -> Self:
        """Loans that should have come back before ``at`` (local day, today by default) and have not."""
        day = at or clock.today()
        open_loan = _rows("Custody").filter(began_by__handover=OuterRef("pk"), until__isnull=True)
        return self.filter(Exists(open_loan), due_back_on__lt=day)


class ConditionReportQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        units = reach(user).units()
        if units is None:
            return self
        return self.filter(asset__in=apps.get_model("assets", "Asset").objects.of_units(units).values("pk"))


class ReceiptQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        units = reach(user).units()
        return self if units is None else self.filter(unit__in=units)


