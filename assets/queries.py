"""Reading devices: scope and state in SQL. Only lower layers are imported; models are looked up through relations."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, Self

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from assets.past import known_whole
from assets.states import (
    AWAITING,
    COMES_BACK,
    DISPUTE_DAYS,
    FROM_STOCK,
    GIVEN,
    AssetState,
    Condition,
    HandoverKind,
    HandoverState,
    InventoryAnswer,
    InventoryState,
    LegalAct,
)
from core import clock
from core.scoping import ScopedQuerySet
from org.rules import reach


def _rows(model: str) -> Any:
    return apps.get_model("assets", model)._base_manager


def came_back(item: str = "pk", asset: str = "asset") -> Exists:
    """Whether the device of an item came back, or left the stock anew, since the item was handed over.

    ``item`` and ``asset`` lead to them from the rows asked.
    """
    later = _rows("HandoverItem").filter(asset=OuterRef(asset), pk__gt=OuterRef(item), state__in=GIVEN)
    return Exists(later.filter(handover__kind__in=[*COMES_BACK, *FROM_STOCK]))


def still_with(unit: str = "handover__recipient_unit", *, item: str = "pk", asset: str = "asset") -> Q:
    """The condition that the unit to which an item was handed over still has its device, whoever holds it there."""
    here = _rows("Custody").filter(asset=OuterRef(asset), unit=OuterRef(unit), until__isnull=True)
    return Q(Exists(here)) & ~Q(came_back(item, asset))


class AssetQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """Devices on the books of, or held by, a unit that the user's grants reach."""
        units = reach(user).unit_ids()
        return self if units is None else self.of_units(units)

    def of_units(self, ids: list[int]) -> Self:
        """Devices that one of these units keeps on its books or holds."""
        own = self.model._base_manager.filter(unit__in=ids).order_by().values("pk")
        held = _rows("Custody").filter(until__isnull=True, unit__in=ids).order_by().values("asset_id")
        return self.filter(pk__in=own.union(held))

    def with_state(self) -> Self:
        """Adds ``state``: retired, lost, in_repair, issued, held or in_stock, first match wins.

        Of open repairs, custodies and holds there is at most one per device, by unique index, so joins do not multiply
        rows; ``open_custody`` may be selected from.
        """
        joined = self.annotate(
            open_repair=FilteredRelation("repairs", condition=Q(repairs__ended_on__isnull=True)),
            open_custody=FilteredRelation("custodies", condition=Q(custodies__until__isnull=True)),
            hold=FilteredRelation("handover_items", condition=Q(handover_items__state=HandoverState.PREPARED)),
        )
        return joined.annotate(
            state=Case(
                When(retired_on__isnull=False, then=Value(AssetState.RETIRED)),
                When(lost_on__isnull=False, then=Value(AssetState.LOST)),
                When(open_repair__isnull=False, then=Value(AssetState.IN_REPAIR)),
                When(open_custody__isnull=False, then=Value(AssetState.ISSUED)),
                When(hold__isnull=False, then=Value(AssetState.HELD)),
                default=Value(AssetState.IN_STOCK),
                output_field=CharField(),
            )
        )

    def available(self) -> Self:
        """Devices that can be handed out now: in stock and fit for use."""
        return self.with_state().filter(state=AssetState.IN_STOCK).filter(condition__in=Condition.which(fit=True))


class HandoverQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """Those from or to the units that the user's grants reach, and those by which something came to them."""
        units = reach(user).unit_ids()
        if units is None:
            return self
        own = Q(recipient=user.person_id) if user.person_id else Q()
        return self.filter(Q(recipient_unit__in=units) | Q(from_unit__in=units) | own)

    def overdue_back(self, at: date | None = None) -> Self:
        """Loans that should have come back before ``at`` (local day, today by default) and have not."""
        out = _rows("HandoverItem").filter(still_with(), handover=OuterRef("pk"), state__in=GIVEN)
        return self.filter(Exists(out), due_back_on__lt=at or clock.today())


class OfHandoverQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """What is asked about a handover, or attached to it, is for who reads the handover."""
        units = reach(user).unit_ids()
        if units is None:
            return self
        return self.filter(Q(handover__recipient_unit__in=units) | Q(handover__from_unit__in=units))


class HandoverItemQuerySet(QuerySet):
    def awaiting(self) -> Self:
        """Those that wait for the receiver's word, or for that of its own unit."""
        return self.filter(Q(state__in=AWAITING) | Q(state=HandoverState.ACCEPTED, unit_accepted=False))

    def acceptable(self) -> Self:
        """Those that wait and whose device did not come back meanwhile. What comes back itself may always be accepted;
        by a change of status the books move only while no later one moved them."""
        by_status = Q(handover__kind=HandoverKind.TRANSFER, handover__legal_act=LegalAct.STATUS_TRANSFER)
        later = _rows("HandoverItem").filter(by_status, asset=OuterRef("asset"), pk__gt=OuterRef("pk"), state__in=GIVEN)
        returned = Q(handover__kind__in=COMES_BACK)
        return self.awaiting().filter(returned | ~Q(came_back())).exclude(by_status & Q(Exists(later)))

    def undisputed(self) -> Self:
        return self.exclude(state=HandoverState.DISPUTED)

    def never_accepted(self) -> Self:
        """Those handed over that their unit never accepted."""
        return self.filter(state__in=GIVEN, unit_accepted=False)

    def disputable(self) -> Self:
        """Those that their unit never accepted, whenever they were handed over, and those that wait for its word again;
        and those accepted in the last 14 days that the receiver still has: dead on arrival."""
        since = clock.start_of(clock.today() - timedelta(days=DISPUTE_DAYS))
        fresh = Q(still_with(), state=HandoverState.ACCEPTED, accepted_at__gte=since)
        return self.filter(Q(state__in=AWAITING) | Q(state=HandoverState.ACCEPTED, unit_accepted=False) | fresh)


class ConditionReportQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """Of the devices in scope, what their keeper's people and the user's own units found."""
        units = reach(user).unit_ids()
        if units is None:
            return self
        devices = apps.get_model("assets", "Asset").objects.of_units(units).values("pk")
        return self.filter(known_whole(user), asset__in=devices)

    def pictured(self) -> Self:
        """Those with photos, which are read with them; the newest first."""
        ready = self.with_photo().filter(first_photo__isnull=False).prefetch_related("photos")
        return ready.select_related("asset__device_type", "reported_by__person").order_by("-reported_on", "-pk")

    def with_photo(self) -> Self:
        """With ``first_photo``: the id of the first photo of a report; None where it has none."""
        photos = apps.get_model("assets", "ConditionPhoto")._base_manager.filter(report=OuterRef("pk"))
        return self.annotate(first_photo=Subquery(photos.order_by("pk").values("pk")[:1]))


class AbsenceQuerySet(QuerySet):
    def open(self) -> Self:
        """Those of devices that are not there again; a loss only while its unit has not confirmed it."""
        return self.filter(ended_on__isnull=True, confirmed_at__isnull=True)


class ReceiptQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        units = reach(user).unit_ids()
        return self if units is None else self.filter(unit__in=units)


class InventoryQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """Inventories of a unit within the user's grants, and those that ask such a unit."""
        units = reach(user).unit_ids()
        if units is None:
            return self
        asked = _rows("InventoryLine").filter(unit__in=units).order_by().values("inventory_id")
        return self.filter(Q(unit__in=units) | Q(pk__in=asked))

    def counted(self, units: Collection[int] | None) -> Self:
        """Adds ``devices``, ``confirmed``, ``not_found``, ``unanswered`` of the lines of these units (None: of all)."""
        here = Q() if units is None else Q(lines__unit__in=units)
        said = {name: Count("lines", filter=here & Q(lines__answer=name)) for name in InventoryAnswer.values}
        unanswered = Count("lines", filter=here & Q(lines__answer=""))
        return self.annotate(devices=Count("lines", filter=here or None), unanswered=unanswered, **said)

    def overdue(self, at: date | None = None) -> Self:
        """Open ones whose last day for answers has passed before ``at`` (local day, today by default)."""
        return self.filter(state=InventoryState.OPEN, due_on__lt=at or clock.today())


class InventoryLineQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """The lines of units within the user's grants."""
        units = reach(user).unit_ids()
        return self if units is None else self.filter(unit__in=units)
