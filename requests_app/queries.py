"""Reading requests: scope, derived state and quantities in SQL."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from assets.states import HandoverState
from core import clock
from core.scoping import ScopedQuerySet
from org.rules import reach
from requests_app.states import LineDecision, RequestState


def _rows(model: str) -> Any:
    return apps.get_model("requests_app", model)._base_manager


def _counted(**condition: Any) -> Coalesce:
    fulfilments = _rows("Fulfilment").filter(request_line=OuterRef("pk"), **condition).order_by()
    counted = fulfilments.values("request_line").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class RequestLineQuerySet(QuerySet):
    def with_quantities(self) -> Self:
        """Adds issued_quantity (on its way or received), fulfilled_quantity (accepted) and outstanding."""
        issued = Q(item__state__in=[HandoverState.HANDED_OVER, HandoverState.ACCEPTED, HandoverState.DISPUTED])
        fulfilments = _rows("Fulfilment").filter(issued, request_line=OuterRef("pk")).order_by()
        counted = fulfilments.values("request_line").annotate(n=Count("pk")).values("n")
        return self.annotate(
            issued_quantity=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
            fulfilled_quantity=_counted(item__state=HandoverState.ACCEPTED),
        ).annotate(
            outstanding=Case(
                When(
                    decision=LineDecision.APPROVE,
                    closed_at__isnull=True,
                    approved_quantity__gt=F("fulfilled_quantity"),
                    then=F("approved_quantity") - F("fulfilled_quantity"),
                ),
                default=Value(0),
                output_field=IntegerField(),
            )
        )

    def can_still_deliver(self) -> Self:
        """Lines not yet decided, deferred, or approved and not all received."""
        return self.with_quantities().filter(Q(decision__in=["", LineDecision.DEFER]) | Q(outstanding__gt=0))

    def open_to_decision(self, day: date | None = None) -> Self:
        """Undecided lines, and deferred ones from 1 January of their year."""
        year = (day or clock.today()).year
        return self.filter(Q(decision="") | Q(decision=LineDecision.DEFER, defer_to_year__lte=year))


class RequestQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        units = reach(user).unit_ids()
        return self if units is None else self.filter(unit__in=units)

    def with_state(self) -> Self:
        """Adds ``derived_state``; the same rule as ``DeviceRequest.current_state``."""
        lines = RequestLineQuerySet(apps.get_model("requests_app", "RequestLine")).filter(request=OuterRef("pk"))
        approved = lines.with_quantities().filter(decision=LineDecision.APPROVE)
        short = approved.filter(fulfilled_quantity__lt=F("approved_quantity"))
        decided = Q(state=RequestState.DECIDED)
        return self.annotate(
            derived_state=Case(
                When(~decided, then=F("state")),
                When(Exists(lines.can_still_deliver()), then=Value(RequestState.DECIDED.value)),
                When(Exists(approved) & ~Exists(short), then=Value(RequestState.FULFILLED.value)),
                default=Value(RequestState.CLOSED.value),
                output_field=CharField(),
            )
        )
