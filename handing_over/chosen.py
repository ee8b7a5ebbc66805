"""Which items of a handover somebody speaks of, and what is wrong with what they say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets.models import Handover, HandoverItem
from assets.states import Condition
from core.errors import Conflict, DomainError, Fault
from core.taking import faults_in
from handing_over import rules

NO_REASON = _("Beri alasan sanggahan.")


def read(handover: Handover) -> QuerySet[HandoverItem]:
    """The items with all that says whether and for what they count."""
    promise = "fulfilment__pledge_line__pledge"
    return handover.items.select_related(
        "asset__device_type", "asset__unit", "fulfilment__pledge_line__unit", f"{promise}__office__unit",
        f"{promise}__responsible_unit",
    )  # fmt: skip


def named(handover: Handover, ids: Iterable[int] | None, open_to_it: QuerySet) -> list[HandoverItem]:
    """The items named, all of which must be among ``open_to_it``; every one of these when none is named."""
    items = {item.pk: item for item in read(handover)}
    may_be = set(open_to_it.values_list("pk", flat=True))
    if ids is None:
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
        raise rules.disputable.refused(handover)
    return [items[pk] for pk in dict.fromkeys(wanted)]


def to_accept(handover: Handover, ids: Iterable[int] | None) -> list[HandoverItem]:
    """The items named, or all that wait and are not disputed: a dispute falls only by the word on that very device.

    ``Conflict`` where the device of one came back meanwhile, or nothing but disputed ones waits.
    """
    waiting = handover.items.acceptable()
    if ids is None:
        found = named(handover, None, waiting.undisputed())
        if not found:
            raise Conflict("disputed", _("Yang disanggah hanya diterima bila disebut satu per satu."), field="items")
        return found
    wanted = list(ids)
    gone = handover.items.awaiting().filter(pk__in=wanted).exclude(pk__in=waiting.values("pk"))
    if gone.exists():
        raise rules.awaits_receipt.refused(handover)
    return named(handover, wanted, waiting)


def of_all(handover: Handover, reason: str) -> dict[int, str]:
    """The one ``reason`` for all items that wait, for every item when none does."""
    if not reason.strip():
        raise DomainError("required", NO_REASON, field="reason")
    items = handover.items.awaiting() or handover.items.all()
    return dict.fromkeys((item.pk for item in items), reason)


def refuse_wrong(reasons: Mapping[int, str], conditions: Mapping[int, str]) -> None:
    """``DomainError`` naming each reason that is none and each condition that there is not."""
    faults = []
    for place, (item, reason) in enumerate(reasons.items()):
        field = f"items.{place}.reason"
        faults += faults_in(HandoverItem, "dispute_reason", reason, field=field)
        faults += [] if reason.strip() else [Fault(field, "required", NO_REASON)]
        if conditions.get(item) and conditions[item] not in Condition.values:
            faults.append(Fault(f"items.{place}.condition", "invalid_choice", _("Kode ini tidak ada dalam daftar.")))
    if faults:
        raise DomainError("invalid", _("Sanggahan belum lengkap."), faults=tuple(faults))
