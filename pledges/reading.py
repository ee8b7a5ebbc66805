"""One pledge's stored facts, read for the Python rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Q

from assets.models import Absence
from core.models import Decision
from pledges.counts import Away, Delivered
from pledges.falling import Fall, falls_of
from pledges.models import Closure, Delivery, Pledge
from pledges.models.asked import AskedOfPledge
from pledges.states import ENDED
from pledges.status import Added, Closed, Facts, Fallen, Judgement, Known, Pooled, Revised, day_of, judge


def facts_of(pledge: Pledge) -> Facts:
    """Everything the rule needs, in six queries; one or two more where an excuse rests on the end of a unit."""
    revisions: Any = pledge.deadline_revisions.filter(decision=Decision.APPROVE).values_list(
        "kind", "new_due_on", "effective_on", "pk", "decided_at"
    )
    lines: Any = pledge.lines.values_list("pk", "quantity", "effective_on", "taken_from_id", "recorded_at")
    pooled: Any = pledge.merged.filter(decision=Decision.APPROVE).values_list(
        "said_on", "first_due_on", "dated_originally", "dated_on", "effective_on", "decided_at"
    )
    closures = list(pledge.closures.filter(decision=Decision.APPROVE))
    falls = falls_of(closures)
    return Facts(
        made_on_to=pledge.made_on_to,
        original_due_on=pledge.original_due_on,
        lines={pk: quantity for pk, quantity, effective_on, *_rest in lines if effective_on is None},
        revisions=tuple(Revised(*row) for row in revisions),
        deliveries=tuple(_deliveries(pledge)),
        closures=tuple(_closed(each, falls) for each in closures if each.effective_on),
        added=tuple(Added(*row) for row in lines if row[2] is not None),
        pooled=tuple(Pooled(*row) for row in pooled),
    )


def _deliveries(pledge: Pledge) -> Iterator[Delivered]:
    """What counts or counted. Of a kind that waited for its confirmation nothing was known before that came."""
    confirmed = Q(waits_for__isnull=True) | Q(waits_for__confirmed_at__isnull=False)
    rows: Any = Delivery.objects.filter(confirmed, line__pledge=pledge).values_list(
        "line_id", "counts_from", "counts_until", "recorded_at", "ended_at", "pooled_on", "voided_at", "served_on",
        "item", "waits_for__confirmed_at",
    )  # fmt: skip
    away: dict[int, list[Away]] = {}
    absences: Any = Absence.objects.filter(item__in={row[8] for row in rows}).values_list(
        "item", "stops_on", "recorded_at", "ended_on", "ended_at", "confirmed_at"
    )
    for item, *facts in absences.order_by("pk"):
        away.setdefault(item, []).append(Away(*facts))
    for line, since, until, recorded_at, ended_at, pooled_on, voided_at, served_on, item, confirmed_at in rows:
        known_at = max(recorded_at, confirmed_at) if confirmed_at else recorded_at
        gone = tuple(away.get(item, ()))
        yield Delivered(line, since, until, known_at, ended_at, pooled_on, voided_at, served_on, gone)


def judgement_of(pledge: Pledge, as_of: date | None = None, known_at: Known = None) -> Judgement:
    """The judgement on ``as_of`` (local day, today by default), by what was on record at ``known_at`` (now)."""
    return judge(facts_of(pledge), day_of(as_of, known_at), known_at)


def _closed(closure: Any, falls: Iterable[Fall]) -> Closed:
    of_it = tuple(Fallen(each.day, each.recorded_at) for each in falls if each.closure_id == closure.pk)
    return Closed(closure.kind, closure.effective_on, closure.decided_at, of_it)


def lapsed_among(asked: Iterable[AskedOfPledge]) -> set[int]:
    """The ids of those that lapsed: still undecided when their pledge was complete or closed, be it only for a time."""
    waiting = [each for each in asked if not each.decision]
    pledges = {each.pledge_id for each in waiting}
    judged = Pledge.objects.filter(pk__in=pledges).judged() if pledges else ()
    standing = {each.pk: each for each in judged}
    closed = set(Closure.objects.in_effect().filter(pledge__in=pledges).values_list("pledge_id", flat=True))
    return {each.pk for each in waiting if _ended_since(each, standing[each.pledge_id], closed)}


def _ended_since(asked: AskedOfPledge, judged: Any, closed: set[int]) -> bool:
    """``closed``: the pledges that were ever closed; an excuse may have fallen since."""
    if judged.status in ENDED or not (judged.ever_delivered or judged.pk in closed):
        return judged.status in ENDED
    facts = facts_of(judged)
    told = {at for each in facts.deliveries for at in each.told_at} | {each.recorded_at for each in facts.closures}
    return any(judge(facts, day_of(None, at), at).status in ENDED for at in told if at and at >= asked.asked_at)
