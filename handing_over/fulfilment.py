"""The one entry for handing over, accepting, disputing and cancelling: it settles devices, pledges, requests together.

Each verb calls the event-less steps of ``assets.custody`` and ``pledges.deliveries`` and records the one event itself,
with the devices, requests and pledges it touches as related.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets import custody
from assets.models import Asset, Handover, HandoverItem
from assets.register import refuse_future
from assets.states import COMES_BACK, HandoverKind, HandoverState
from core import clock
from core.errors import Conflict, DomainError, Fault
from core.journal import Private, record
from core.models import Attachment, Installation, Registered
from core.transactions import fresh, writing
from core.validation import validate
from handing_over.items import Item, giver_of, put_on, refreshed, refuse_self, refuse_wrong_destination
from handing_over.rules import HANDOVER_VERBS, may_record
from org.models import Person, Unit
from org.rules import belongs_to
from pledges import deliveries
from pledges.models import Delivery, Pledge
from requests_app.models import DeviceRequest, Fulfilment


def record_handover(
    *,
    kind: str,
    recipient_unit: Unit,
    items: Iterable[Item],
    actor: Any,
    recipient: Person | None = None,
    legal_act: str = "",
    handed_over_on: date | None = None,
    due_back_on: date | None = None,
    decision_number: str = "",
    note: str = "",
) -> Handover:
    """Make a handover, all-or-nothing: handed over on a day given, otherwise prepared with its devices held.

    Refuses devices of several givers (400), devices that are not free (409), request lines that are not approved or
    already full (409), and handing over to oneself (403). Writes ``handover.handed_over`` or ``handover.prepared``.
    """
    with writing():
        rows = refreshed(list(items))
        from_unit = giver_of(kind, rows)
        role = may_record(actor, kind, keeper=rows[0].asset.unit, giver=from_unit)
        refuse_self(actor, recipient, rows)
        handover = Handover(
            kind=kind,
            from_unit=from_unit,
            recipient_unit=recipient_unit,
            recipient=recipient,
            legal_act=custody.settle_legal_act(kind, legal_act, from_unit, recipient_unit),
            decision_number=decision_number,
            due_back_on=due_back_on,
            recorded_by=actor,
            note=note,
        )
        refuse_future(handed_over_on, "handed_over_on")
        refuse_wrong_destination(handover, rows)
        validate(handover)
        put_on(handover, rows)
        related = _related(handover)
        if handed_over_on:
            _pass_on(handover, handed_over_on)
        verb = "handover.handed_over" if handed_over_on else "handover.prepared"
        record(verb, handover, actor=actor, role=role, changes=_opening(handover), related=related)
    return handover


def hand_over(handover: Handover, *, actor: Any, on: date | None = None, reason: str = "") -> Handover:
    """Hand prepared devices over, today or on an earlier day: the paper is numbered and custody passes.

    Writes ``handover.handed_over``.
    """
    with writing():
        handover = fresh(handover, "from_unit", "recipient_unit", "recipient")
        role = HANDOVER_VERBS["hand-over"].who(actor, handover)
        on = on or clock.today()
        refuse_future(on, "handed_over_on")
        moved = _pass_on(handover, on)
        changes = {"state": moved, "number": [None, handover.number], "handed_over_on": [None, on]}
        record(
            "handover.handed_over", handover, actor=actor, role=role, changes=changes, reason=reason,
            related=_related(handover),
        )  # fmt: skip
    return handover


def accept(
    handover: Handover, *, actor: Any, items: Iterable[int] | None = None, substitute: bool = False, reason: str = ""
) -> Handover:
    """Confirm receipt of ``items`` (ids; None: all that wait). ``substitute``: taken in place of what was promised.

    Accepted devices begin to count for their pledge. Writes ``handover.accepted``.
    """
    with writing():
        handover = fresh(handover, "from_unit", "recipient_unit")
        role = HANDOVER_VERBS["accept"].who(actor, handover)
        waiting = _named(handover, items, handover.items.awaiting())
        custody.accept_items(handover, waiting, substitute=substitute, at=clock.now())
        _count(handover, waiting)
        changes = {"accepted": [None, [item.asset.tag for item in waiting]], "substitute": [None, substitute]}
        record(
            "handover.accepted", handover, actor=actor, role=role, changes=changes, reason=reason,
            related=_related(handover),
        )  # fmt: skip
    return handover


def dispute(handover: Handover, *, reasons: dict[int, str], actor: Any) -> Handover:
    """Say of items (id -> reason) that they did not come as written, or within 14 days that they arrived dead.

    What had begun to count for a pledge stops. ``Conflict`` when an item was accepted longer ago, or has moved on.
    Writes ``handover.disputed``.
    """
    with writing():
        handover = fresh(handover, "from_unit", "recipient_unit")
        role = HANDOVER_VERBS["dispute"].who(actor, handover)
        disputed = _named(handover, list(reasons), handover.items.disputable())
        custody.dispute_items(handover, {item: reasons[item.pk] for item in disputed})
        for item in disputed:
            deliveries.end_disputed(item)
        changes = {"disputed": [None, {item.asset.tag: Private(reasons[item.pk]) for item in disputed}]}
        record("handover.disputed", handover, actor=actor, role=role, changes=changes, related=_related(handover))
    return handover


def cancel(handover: Handover, *, actor: Any, reason: str) -> Handover:
    """Undo a handover of which nothing is accepted: it was entered by mistake, or never reached. Custody reverts.

    Writes ``handover.cancelled``.
    """
    with writing():
        handover = fresh(handover, "from_unit", "recipient_unit")
        role = HANDOVER_VERBS["cancel"].who(actor, handover)
        related = _related(handover)
        moved = custody.take_back(handover)
        for item in handover.items.all():
            deliveries.undo(item)
        record(
            "handover.cancelled", handover, actor=actor, role=role, changes={"state": moved}, reason=reason,
            related=related,
        )  # fmt: skip
    return handover


def confirm_return(handover: Handover, *, actor: Any, reason: str = "") -> Handover:
    """The holder's unit says that it gave back what the office recorded: a return then, not a recall.

    What it had ended counts on for its pledge. ``Conflict`` when confirmed already, cancelled, or filed by the unit.
    Writes ``handover.return_confirmed``.
    """
    with writing():
        handover = fresh(handover, "from_unit", "recipient_unit", "recorded_by")
        permit = HANDOVER_VERBS["confirm-return"]
        role = permit.who(actor, handover)
        if not permit.when(handover):
            raise Conflict("illegal_transition", _("Pengembalian ini tidak perlu dibenarkan lagi."))
        handover.confirmed_by = actor
        handover.save(update_fields=["confirmed_by"])
        for item in handover.items.all():
            deliveries.resume(item)
        record(
            "handover.return_confirmed", handover, actor=actor, role=role, changes={"confirmed": [False, True]},
            reason=reason, related=_related(handover),
        )  # fmt: skip
    return handover


def attach_signed(handover: Handover, *, scan: Attachment, actor: Any, reason: str = "") -> Handover:
    """Attach the signed BAST. By someone other than its recorder it stands for the unit's acceptance in pledges.

    While the archive is being entered (``Installation.archive_open``) such a paper counts from its own date. Writes
    ``handover.signed``.
    """
    with writing():
        handover = fresh(handover, "from_unit", "recipient_unit")
        permit = HANDOVER_VERBS["attach-signed"]
        role = permit.who(actor, handover)
        if not permit.when(handover):
            raise Conflict("illegal_transition", _("BAST ini tidak menunggu pindaian."))
        handover.signed_scan = scan
        handover.save(update_fields=["signed_scan"])
        if actor.pk != handover.recorded_by_id:
            signed = handover.items.select_related("asset__device_type").exclude(state=HandoverState.DISPUTED)
            checked_by = actor if Installation.current().archive_open else None
            _count(handover, list(signed), checked_by=checked_by)
        changes = {"signed_scan": [None, scan.sha256]}
        record(
            "handover.signed", handover, actor=actor, role=role, changes=changes, reason=reason,
            related=_related(handover),
        )  # fmt: skip
    return handover


def enter_archived(handover: Handover, items: list[Item], *, on: date, number: str) -> list[Registered]:
    """The step without event: an old paper with its own number, as handed over on its day; returns what it touches.

    The devices begin to count for pledges when somebody else attaches the signed paper.
    """
    rows = refreshed(items)
    refuse_self(handover.recorded_by, handover.recipient, rows)
    validate(handover)
    put_on(handover, rows)
    _pass_on(handover, on, number)
    return [handover, *_related(handover)]


def _pass_on(handover: Handover, on: date, number: str = "") -> list[str]:
    """Pass custody, and stop counting for a pledge what leaves its unit.

    A return that the holder's unit files itself or confirms keeps counting; any other is a recall.
    """
    filed_by_holder = belongs_to(handover.recorded_by, handover.from_unit) or handover.confirmed_by_id is not None
    of_holder = handover.kind == HandoverKind.RETURN and filed_by_holder
    moved = custody.pass_on(handover, on=on, at=clock.now(), number=number)
    for item in handover.items.select_related("asset"):
        if handover.kind == HandoverKind.TRANSFER:
            deliveries.end_counts(item, on=on, unless_within=handover.recipient_unit)
        elif handover.kind in COMES_BACK and not of_holder:
            deliveries.end_counts(item, on=on)
    return moved


def _named(handover: Handover, ids: Iterable[int] | None, open_to_it: QuerySet) -> list[HandoverItem]:
    """The items named, all of which must be among ``open_to_it``; every one of these when none is named."""
    items = {item.pk: item for item in handover.items.select_related("asset__device_type", "asset__unit")}
    may_be = set(open_to_it.values_list("pk", flat=True))
    if ids is None:
        if not may_be:
            raise Conflict("illegal_transition", _("Tidak ada perangkat yang menunggu konfirmasi."))
        return [item for pk, item in items.items() if pk in may_be]
    wanted = list(ids)
    faults = tuple(
        Fault(f"items.{n}", "not_found", _("Perangkat ini tidak ada pada serah terima ini."))
        for n, pk in enumerate(wanted)
        if pk not in items
    )
    if faults or not wanted:
        raise DomainError("invalid", _("Sebutkan perangkat pada serah terima ini."), field="items", faults=faults)
    if not may_be.issuperset(wanted):
        detail = _("Perangkat ini tidak menunggu konfirmasi, atau sudah lewat 14 hari sejak diterima.")
        raise Conflict("illegal_transition", detail)
    return [items[pk] for pk in dict.fromkeys(wanted)]


def _count(handover: Handover, items: list[HandoverItem], *, checked_by: Any = None) -> None:
    lines = Fulfilment.objects.filter(item__in=items, pledge_line__isnull=False).select_related("pledge_line__unit")
    line_of = {each.item_id: each.pledge_line for each in lines if each.pledge_line}
    counted = set(Delivery.objects.filter(item__in=items, counts_until=None).values_list("item_id", flat=True))
    for item in items:
        item.handover = handover
        if item.pk in line_of and item.pk not in counted:
            deliveries.count(line_of[item.pk], item, checked_by=checked_by)


def _related(handover: Handover) -> list[Registered]:
    """Everything a handover touches: its devices, the requests they serve, the pledges they count for."""
    assets = Asset.objects.filter(handover_items__handover=handover)
    requests = DeviceRequest.objects.filter(lines__fulfilments__item__handover=handover).distinct()
    served = Pledge.objects.filter(lines__fulfilments__item__handover=handover)
    counted = Pledge.objects.filter(lines__deliveries__asset__handover_items__handover=handover)
    pledges = Pledge.objects.filter(pk__in=served.order_by().values("pk").union(counted.order_by().values("pk")))
    return [*assets.order_by("pk"), *requests.order_by("pk"), *pledges.order_by("pk")]


def _opening(handover: Handover) -> dict[str, Any]:
    return {
        "state": [None, handover.state],
        "kind": [None, handover.kind],
        "legal_act": [None, handover.legal_act],
        "number": [None, handover.number],
        "handed_over_on": [None, handover.handed_over_on],
        "from_unit": [None, handover.from_unit.code],
        "recipient_unit": [None, handover.recipient_unit.code],
        "recipient": [None, Private(handover.recipient.name if handover.recipient else "")],
    }
