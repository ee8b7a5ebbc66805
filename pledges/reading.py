"""One pledge's stored facts, read for the Python rule."""

from __future__ import annotations

from datetime import date
from typing import Any

from pledges.models import Delivery, Pledge
from pledges.states import Decision
from pledges.status import Closed, Delivered, Facts, Judgement, Known, Revised, day_of, judge


def facts_of(pledge: Pledge) -> Facts:
    """Everything the rule needs, in four queries."""
    revisions: Any = pledge.deadline_revisions.filter(decision=Decision.APPROVE).values_list(
        "kind", "new_due_on", "effective_on", "pk", "decided_at"
    )
    deliveries = Delivery.objects.filter(line__pledge=pledge).values_list(
        "line_id", "counts_from", "counts_until", "recorded_at", "ended_at"
    )
    closure = pledge.closed
    return Facts(
        made_on_to=pledge.made_on_to,
        original_due_on=pledge.original_due_on,
        lines=dict(pledge.lines.values_list("pk", "quantity")),
        revisions=tuple(Revised(*row) for row in revisions),
        deliveries=tuple(Delivered(*row) for row in deliveries),
        closure=Closed(closure.kind, closure.effective_on, closure.recorded_at) if closure else None,
    )


def judgement_of(pledge: Pledge, as_of: date | None = None, known_at: Known = None) -> Judgement:
    """The judgement on ``as_of`` (local day, today by default), by what was on record at ``known_at`` (now)."""
    return judge(facts_of(pledge), day_of(as_of, known_at), known_at)
