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

from assets.queries import still_with
from assets.states import AWAITING, HandoverState
from core import clock
from core.scoping import ScopedQuerySet
from org.rules import reach
from requests_app.states import LineDecision, RequestState


def _model(name: str) -> Any:
    return apps.get_model("requests_app", name)


def _rows(model: str) -> Any:
    return _model(model)._base_manager


def _counted(**condition: Any) -> Coalesce:
    fulfilments = _rows("Fulfilment").filter(request_line=OuterRef("pk"), **condition).order_by()
    counted = fulfilments.values("request_line").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _serving(**condition: Any) -> Coalesce:
    """How many devices serve a line."""
    fulfilments: Any = FulfilmentQuerySet(_model("Fulfilment")).serving()
    served = fulfilments.filter(request_line=OuterRef("pk"), **condition).order_by().values("request_line")
    return Coalesce(Subquery(served.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def _short_of(counted: str) -> Case:
    """What of an approved line that is not closed lies beyond the column ``counted``."""
    open_to_it = Q(decision=LineDecision.APPROVE, closed_at__isnull=True, approved_quantity__gt=F(counted))
    return Case(
        When(open_to_it, then=F("approved_quantity") - F(counted)), default=Value(0), output_field=IntegerField()
    )


_OWING = Q(decision=LineDecision.APPROVE, closed_at__isnull=True, approved_quantity__gt=F("received"))


class FulfilmentQuerySet(QuerySet):
    def serving(self) -> Self:
        """Those whose device still serves its line: not cancelled, and not given back after it was disputed."""
        held = still_with("item__handover__recipient_unit", item="item", asset="item__asset")
        disputed = Q(item__state=HandoverState.DISPUTED)
        return self.filter(~disputed | held).exclude(item__state=HandoverState.CANCELLED)


class RequestLineQuerySet(QuerySet):
    def with_quantities(self) -> Self:
        """Adds issued_quantity (on its way or received), fulfilled_quantity (accepted) and, of what is approved and
        not closed, outstanding (not accepted) and unissued (not handed over)."""
        return self.annotate(
            issued_quantity=_serving(item__state__in=[*AWAITING, HandoverState.ACCEPTED]),
            fulfilled_quantity=_counted(item__state=HandoverState.ACCEPTED),
        ).annotate(outstanding=_short_of("fulfilled_quantity"), unissued=_short_of("issued_quantity"))

    def to_issue(self) -> Self:
        """Lines with approved devices that are on no handover yet, not even a prepared one; ``left`` says how many."""
        return self.annotate(served=_serving()).annotate(left=_short_of("served")).filter(left__gt=0)

    def owing(self) -> Self:
        """Approved lines, not closed, of which not all is received."""
        return self.alias(received=_counted(item__state=HandoverState.ACCEPTED)).filter(_OWING)

    def can_still_deliver(self) -> Self:
        """Lines not yet decided, deferred, or approved and not all received."""
        waiting = Q(decision__in=["", LineDecision.DEFER])
        return self.alias(received=_counted(item__state=HandoverState.ACCEPTED)).filter(waiting | _OWING)

    def reopened(self, day: date | None = None) -> Self:
        """Deferred lines whose year has come by ``day``."""
        return self.filter(decision=LineDecision.DEFER, defer_to_year__lte=(day or clock.today()).year)

    def open_to_decision(self, day: date | None = None) -> Self:
        """Undecided lines, and deferred ones from 1 January of their year."""
        return self.filter(decision="") | self.reopened(day)


class RequestQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        units = reach(user).unit_ids()
        return self if units is None else self.filter(unit__in=units)

    def still_open(self) -> Self:
        """Those under way, drafts included: not withdrawn, and something may still be decided or delivered."""
        ended = [RequestState.WITHDRAWN, RequestState.CLOSED, RequestState.FULFILLED]
        return self.with_state().exclude(derived_state__in=ended)

    def with_state(self) -> Self:
        """Adds ``derived_state``, by the rule of ``DeviceRequest.current_state``, and what a decided one waits for:
        ``to_issue`` (something approved is not received) and ``reopened_year`` (of the first deferred line whose year
        has come)."""
        lines: RequestLineQuerySet = RequestLineQuerySet(apps.get_model("requests_app", "RequestLine")).filter(
            request=OuterRef("pk")
        )
        approved = lines.filter(decision=LineDecision.APPROVE)
        short = approved.alias(received=_counted(item__state=HandoverState.ACCEPTED)).filter(
            received__lt=F("approved_quantity")
        )
        reopened = lines.reopened().order_by("defer_to_year").values("defer_to_year")
        decided = Q(state=RequestState.DECIDED)
        return self.annotate(
            derived_state=Case(
                When(~decided, then=F("state")),
                When(Exists(lines.can_still_deliver()), then=Value(RequestState.DECIDED.value)),
                When(Exists(approved) & ~Exists(short), then=Value(RequestState.FULFILLED.value)),
                default=Value(RequestState.CLOSED.value),
                output_field=CharField(),
            ),
            to_issue=Exists(lines.owing()),
            reopened_year=Subquery(reopened[:1]),
        )
