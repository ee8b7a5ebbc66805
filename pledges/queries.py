"""Reading pledges: scope, and the status rule of ``status.py`` in SQL for lists and filters."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Least

from core import clock
from core.scoping import ScopedQuerySet
from org.models import Role
from org.rules import holds, reach
from pledges.states import (
    DANGLING_AFTER_DAYS,
    DUE_SOON_DAYS,
    LONG_OVERDUE_DAYS,
    NEEDS_DEADLINE_AFTER_DAYS,
    Decision,
    Publication,
    RevisionKind,
    Status,
)


def _rows(model: str) -> Any:
    return apps.get_model("pledges", model)._base_manager


def counting_on(day: Any, deliveries: QuerySet) -> QuerySet:
    """The deliveries that count on ``day`` (a date or an expression)."""
    return deliveries.filter(Q(counts_until__isnull=True) | Q(counts_until__gt=day), counts_from__lte=day)


def _count(deliveries: QuerySet) -> Coalesce:
    counted = deliveries.order_by().values("line").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def lines_with_delivered(lines: QuerySet, as_of: date | None = None) -> QuerySet:
    """Adds ``delivered``: devices that count for the line on ``as_of`` (today by default)."""
    mine = _rows("Delivery").filter(line=OuterRef("pk"))
    return lines.annotate(delivered=_count(counting_on(as_of or clock.today(), mine)))


class PledgeQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """Published ones by anyone signed in; before that by the recorder and the responsible unit's scope.

        A submitted one also by the head of the unit whose office made the promise: that is the notice.
        """
        mine = Q(publication=Publication.PUBLISHED) | Q(recorded_by=user)
        if holds(user, Role.UNIT_HEAD):
            headed = reach(user).unit_ids(Role.UNIT_HEAD)
            theirs = {} if headed is None else {"office__unit__in": headed}
            mine |= Q(publication=Publication.SUBMITTED, **theirs)
        units = reach(user).unit_ids()
        return self if units is None else self.filter(mine | Q(responsible_unit__in=units))

    def published(self) -> Self:
        return self.filter(publication=Publication.PUBLISHED)

    def rejected(self) -> Self:
        """Those whose publication was refused: counted, and shown to their scope only."""
        return self.filter(publication=Publication.REJECTED)

    def judged(self, as_of: date | None = None) -> Self:
        """Adds first_due_on, due_on, promised, delivered, completed_on, revisions, closure_kind, closed_on, status."""
        day = as_of or clock.today()
        return self._with_dates(day)._with_deliveries(day)._with_status(day)

    def with_status(self, *statuses: str, as_of: date | None = None) -> Self:
        return self.judged(as_of).filter(status__in=statuses)

    def overdue(self, at: date | None = None) -> Self:
        """Past the deadline in force on ``at``: overdue or long_overdue."""
        return self.with_status(*Status.PAST_DUE, as_of=at)

    def late(self, at: date | None = None) -> Self:
        """Late in any way: past due, extended beyond the first date, dangling, or taken back past the first date."""
        day = at or clock.today()
        late = Q(status__in=[*Status.PAST_DUE, Status.EXTENDED, Status.DANGLING])
        return self.judged(day).filter(late | Q(status=Status.TAKEN_BACK, first_due_on__lt=day))

    def _with_dates(self, day: date) -> Self:
        decided = _rows("DeadlineRevision").filter(
            pledge=OuterRef("pk"), decision=Decision.APPROVE, effective_on__lte=day
        )
        latest = decided.order_by("-effective_on", "-pk")
        correction = latest.filter(kind=RevisionKind.CORRECTION)
        first_set = decided.filter(kind=RevisionKind.FIRST_SET).order_by("effective_on", "pk")
        closures = _rows("Closure").filter(pledge=OuterRef("pk"), effective_on__lte=day)
        number = decided.order_by().values("pledge").annotate(n=Count("pk")).values("n")
        return self.annotate(
            first_due_on=Coalesce(
                Subquery(correction.values("new_due_on")[:1]),
                F("original_due_on"),
                Subquery(first_set.values("new_due_on")[:1]),
                output_field=DateField(),
            )
        ).annotate(
            due_on=Coalesce(Subquery(latest.values("new_due_on")[:1]), F("first_due_on"), output_field=DateField()),
            revisions=Coalesce(Subquery(number, output_field=IntegerField()), 0),
            closure_kind=Subquery(closures.values("kind")[:1]),
            closed_on=Subquery(closures.values("effective_on")[:1]),
        )

    def _with_deliveries(self, day: date) -> Self:
        lines = _rows("PledgeLine").filter(pledge=OuterRef("pk")).order_by()
        promised = lines.values("pledge").annotate(n=Sum("quantity")).values("n")
        counted = lines_with_delivered(lines, day).annotate(
            capped=Least("delivered", "quantity", output_field=IntegerField())
        )
        delivered = counted.values("pledge").annotate(n=Sum("capped")).values("n")
        so_far = _rows("Delivery").filter(line__pledge=OuterRef("pk"), counts_from__lte=day).order_by()
        ever = so_far.values("line__pledge").annotate(n=Count("pk")).values("n")
        return self.annotate(
            promised=Coalesce(Subquery(promised, output_field=IntegerField()), 0),
            delivered=Coalesce(Subquery(delivered, output_field=IntegerField()), 0),
            ever_delivered=Coalesce(Subquery(ever, output_field=IntegerField()), 0),
        ).annotate(
            completed_on=Case(
                When(promised__gt=0, ever_delivered__gte=F("promised"), then=Subquery(_first_completion(so_far))),
                output_field=DateField(),
            )
        )

    def _with_status(self, day: date) -> Self:
        """The rule in nested cases: every annotation is a subquery, and each mention of it is computed anew."""

        def before(days: int) -> date:
            return day - timedelta(days=days)

        kept = _first_of(
            (Q(delivered__lt=F("promised")), Status.TAKEN_BACK),
            (Q(first_due_on__isnull=True), Status.KEPT_UNDATED),
            (Q(completed_on__gt=F("first_due_on")), Status.KEPT_LATE),
            (Q(original_due_on__isnull=False), Status.KEPT_ON_TIME),
            default=Status.KEPT_ON_LATE_DATE,
        )
        undated = _first_of(
            (Q(made_on_to__lt=before(DANGLING_AFTER_DAYS)), Status.DANGLING),
            (Q(made_on_to__lt=before(NEEDS_DEADLINE_AFTER_DAYS)), Status.NEEDS_DEADLINE),
            default=Status.UNDATED,
        )
        dated = _first_of(
            (Q(due_on__lt=before(LONG_OVERDUE_DAYS)), Status.LONG_OVERDUE),
            (Q(due_on__lt=day), Status.OVERDUE),
            (Q(first_due_on__lt=day), Status.EXTENDED),
            (Q(due_on__lte=day + timedelta(days=DUE_SOON_DAYS)), Status.DUE_SOON),
            default=Status.ON_TRACK,
        )
        return self.annotate(
            status=Case(
                When(closure_kind__isnull=False, then=F("closure_kind")),
                When(completed_on__isnull=False, then=kept),
                When(first_due_on__isnull=True, then=undated),
                default=dated,
                output_field=CharField(),
            )
        )


def _first_of(*rule: tuple[Q, Status], default: Status) -> Case:
    whens = (When(condition, then=Value(status.value)) for condition, status in rule)
    return Case(*whens, default=Value(default.value), output_field=CharField())


def _first_completion(deliveries: QuerySet) -> QuerySet:
    """The first day on which no line of the pledge was short; candidates are the days on which something came."""
    on_that_day = counting_on(OuterRef(OuterRef("counts_from")), _rows("Delivery").filter(line=OuterRef("pk")))
    short = (
        _rows("PledgeLine")
        .filter(pledge=OuterRef("line__pledge"))
        .annotate(then_delivered=_count(on_that_day))
        .filter(then_delivered__lt=F("quantity"))
    )
    return deliveries.filter(~Exists(short)).order_by("counts_from").values("counts_from")[:1]


def open_lines_for(unit: Any, device_type: Any) -> QuerySet:
    """Lines of published, open pledges that promise such a device to ``unit`` or a unit above it, and still owe some.

    Oldest promise first: that is the one a request is linked to.
    """
    parts = unit.code.split(".")
    codes = [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
    lines = _rows("PledgeLine").filter(
        Q(device_type=device_type) | Q(family=device_type.family_id),
        pledge__publication=Publication.PUBLISHED,
        pledge__closures__isnull=True,
        unit__code__in=codes,
    )
    return lines_with_delivered(lines).filter(delivered__lt=F("quantity")).order_by("pledge__made_on_to", "pk")
