"""A pledge's stored facts as bare rows, so that any history can be put before the two status rules."""

from __future__ import annotations

from datetime import UTC, date, datetime

from assets.models import Absence, Asset, Handover, HandoverItem
from core import clock
from org.models import Revival, Unit, UnitSuccession
from pledges.models import Closure, DeadlineRevision, Delivery, Pledge, PledgeLine
from pledges.status import Closed, Facts, Pooled
from tests.base import Cast

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def put(cast: Cast, facts: Facts) -> tuple[Pledge, dict[int, int]]:
    """A published pledge with these facts; ``{line of the facts: id of its row}``."""
    pledge = Pledge.objects.create(
        title="x", quote="x", office=cast.bupati, made_on_from=min(facts.made_on_to, date(2022, 1, 1)),
        made_on_to=facts.made_on_to, basis="minutes", original_due_on=facts.original_due_on,
        responsible_unit=cast.diskominfo, publication="published", recorded_by=cast.verifier,
        number=f"JJ-{Pledge.objects.count()}",
        created_at=LONG_AGO, published_at=LONG_AGO,
    )  # fmt: skip
    unit = Unit.objects.create(
        code=f"{cast.root.code}.P{pledge.pk}", name="x", kind="district", parent=cast.root, active=False
    )
    same = {"pledge": pledge, "unit": unit, "family": cast.hp.family}
    ids = {line: PledgeLine.objects.create(quantity=quantity, **same).pk for line, quantity in facts.lines.items()}
    for each in facts.added:
        ids[each.line] = PledgeLine.objects.create(
            quantity=each.quantity, effective_on=each.effective_on, recorded_at=each.recorded_at,
            taken_from_id=ids.get(each.taken_from), **same,
        ).pk  # fmt: skip
    for revision in sorted(facts.revisions, key=lambda each: each.order):
        DeadlineRevision.objects.create(
            pledge=pledge, kind=revision.kind, new_due_on=revision.new_due_on, effective_on=revision.effective_on,
            reason="x", asked_by=cast.verifier, decided_by=cast.decider, decision="approve",
            decided_at=revision.recorded_at or clock.now(),
        )  # fmt: skip
    for closed in facts.closures:
        put_closed(cast, closed, pledge, unit)
    for each in facts.pooled:
        put_merged(cast, each, pledge)
    put_deliveries(cast, facts, ids)
    return pledge, ids


def put_closed(cast: Cast, closed: Closed, pledge: Pledge, unit: Unit) -> None:
    """A fall on the day of its record: its unit came back; on another: it has a successor."""
    merged = closed.kind == "merged"
    other, _ids = put(cast, Facts(pledge.made_on_to, None)) if merged else (None, {})
    excuse = "unit_abolished" if closed.falls else "court_order"
    Closure.objects.create(
        pledge=pledge, asked_by=cast.verifier, decided_by=cast.decider, decision="approve",
        kind=closed.kind, reason="x", merged_into=other, excuse=excuse if closed.kind == "excused" else "",
        said_on=pledge.made_on_to if merged else None, effective_on=closed.effective_on,
        decided_at=closed.recorded_at or clock.now(),
    )  # fmt: skip
    for fall in closed.falls:
        assert fall.recorded_at
        if fall.day == clock.local_date(fall.recorded_at):
            Revival.objects.create(unit=unit, recorded_at=fall.recorded_at)
            continue
        new = Unit.objects.create(
            code=f"{unit.code}.{unit.successions.count()}", name="x", kind="district", parent=unit
        )
        UnitSuccession.objects.create(
            predecessor=unit, successor=new, kind="takes_place", on=fall.day, decree="x", reason="x",
            asked_by=cast.user_admin, decided_by=cast.decider, decision="approve", decided_at=fall.recorded_at,
        )  # fmt: skip


def put_merged(cast: Cast, pooled: Pooled, into: Pledge) -> None:
    merged, _ids = put(cast, Facts(pooled.said_on, None))
    Closure.objects.create(
        pledge=merged, kind="merged", merged_into=into, reason="x", asked_by=cast.verifier, decided_by=cast.decider,
        decision="approve",
        said_on=pooled.said_on, first_due_on=pooled.first_due_on, dated_originally=pooled.dated_originally,
        dated_on=pooled.dated_on,
        effective_on=pooled.effective_on, decided_at=pooled.recorded_at or clock.now(),
    )  # fmt: skip


def put_deliveries(cast: Cast, facts: Facts, ids: dict[int, int]) -> None:
    if not facts.deliveries:
        return
    handover = Handover.objects.create(kind="issue", legal_act="penggunaan", from_unit=cast.diskominfo,
                                       recipient_unit=cast.kemang, recorded_by=cast.clerk)  # fmt: skip
    assets = Asset.objects.bulk_create(
        Asset(tag=f"J{handover.pk}-{n}", device_type=cast.hp, unit=cast.diskominfo)
        for n in range(len(facts.deliveries))
    )
    items = HandoverItem.objects.bulk_create(
        HandoverItem(handover=handover, asset=asset, condition="good", state="accepted") for asset in assets
    )
    Delivery.objects.bulk_create(
        Delivery(
            line_id=ids[each.line], item=item, asset=item.asset, counts_from=each.since, counts_until=each.until,
            served_on=each.served_on,
            recorded_at=each.recorded_at or clock.now(), ended_at=each.ended_at,
            pooled_on=each.pooled_on, voided_at=each.voided_at,
        )
        for each, item in zip(facts.deliveries, items, strict=True)
    )  # fmt: skip
    Absence.objects.bulk_create(
        Absence(
            item=item, asset=item.asset, kind="repair", began_on=date(2020, 1, 1), recorded_by=cast.clerk,
            stops_on=away.stops_on, recorded_at=away.recorded_at or clock.now(), ended_on=away.ended_on,
            ended_at=away.ended_at, confirmed_at=away.confirmed_at,
        )
        for each, item in zip(facts.deliveries, items, strict=True)
        for away in each.away
    )  # fmt: skip
