"""One pledge's stored facts, read for the Python rule."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.models import Decision
from pledges.models import Delivery, Pledge
from pledges.status import Added, Closed, Delivered, Facts, Judgement, Known, Pooled, Revised, day_of, judge


def facts_of(pledge: Pledge) -> Facts:
    """Everything the rule needs, in five queries."""
    revisions: Any = pledge.deadline_revisions.filter(decision=Decision.APPROVE).values_list(
        "kind", "new_due_on", "effective_on", "pk", "decided_at"
    )
    deliveries = Delivery.objects.filter(line__pledge=pledge).values_list(
        "line_id", "counts_from", "counts_until", "recorded_at", "ended_at", "pooled_on", "voided_at"
    )
    lines: Any = pledge.lines.values_list("pk", "quantity", "effective_on", "taken_from_id", "recorded_at")
    pooled: Any = pledge.merged.values_list(
        "said_on", "first_due_on", "dated_originally", "effective_on", "recorded_at"
    )
    closure = pledge.closed
    return Facts(
        made_on_to=pledge.made_on_to,
        original_due_on=pledge.original_due_on,
        lines={pk: quantity for pk, quantity, effective_on, *_rest in lines if effective_on is None},
        revisions=tuple(Revised(*row) for row in revisions),
        deliveries=tuple(Delivered(*row) for row in deliveries),
        closure=Closed(closure.kind, closure.effective_on, closure.recorded_at) if closure else None,
        added=tuple(Added(*row) for row in lines if row[2] is not None),
        pooled=tuple(Pooled(*row) for row in pooled),
    )


def judgement_of(pledge: Pledge, as_of: date | None = None, known_at: Known = None) -> Judgement:
    """The judgement on ``as_of`` (local day, today by default), by what was on record at ``known_at`` (now)."""
    return judge(facts_of(pledge), day_of(as_of, known_at), known_at)
