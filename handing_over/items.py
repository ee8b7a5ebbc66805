"""The devices on a handover: read afresh, held against what may not be handed over, tied to what they serve,
and on which day each came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from assets import custody
from assets.models import Asset, ConditionReport, DeviceType, Handover, HandoverItem
from assets.register import refuse_future
from assets.states import COMES_BACK, PROMPT_DAYS, HandoverKind
from core import clock
from core.errors import Conflict, DomainError, Fault, NotAllowed
from core.models import Registered
from core.numbers import thousands
from core.permits import four_eyes
from core.transactions import fresh
from org.models import Person, Unit, User
from org.rules import people_of
from org.succession import covers
from pledges.kinds import named_by
from pledges.models import Pledge, PledgeLine
from pledges.states import Publication
from requests_app.models import DeviceRequest, Fulfilment, RequestLine
from requests_app.states import LineDecision, RequestState

MAX_ITEMS = 200
UNPLACED = -1


@dataclass(frozen=True)
class Item:
    """One device to hand over, with what it serves. ``place``: where it stood among those that were sent."""

    asset: Asset
    _: KW_ONLY
    condition: str = ""
    accessories: str = ""
    request_line: RequestLine | None = None
    pledge_line: PledgeLine | None = None
    place: int = UNPLACED


def in_places(items: Iterable[Item]) -> list[Item]:
    """The items, each knowing its place, by which a refusal names it."""
    return [replace(each, place=at) if each.place == UNPLACED else each for at, each in enumerate(items)]


def by_holder(kind: str, rows: list[Item]) -> list[list[Item]]:
    """The devices in the order given, apart for each person who holds some: one gives on one paper."""
    if HandoverKind(kind).takes_from_stock:
        return [rows]
    theirs: dict[int | None, list[Item]] = {}
    for row in rows:
        held = row.asset.custody
        theirs.setdefault(held.person_id if held else None, []).append(row)
    return list(theirs.values())


def put_on(handover: Handover, rows: list[Item]) -> None:
    """Save the new handover with its devices, each tied to the lines it serves."""
    handover.save(force_insert=True)
    offered = [
        custody.Offered(row.asset, row.condition or row.asset.condition, row.accessories, row.place) for row in rows
    ]
    for row, item in zip(rows, custody.put_on(handover, offered), strict=True):
        _link(handover, row, item, row.place)


def refreshed(items: list[Item]) -> list[Item]:
    """The same items with devices and lines as they are now, inside the writer's transaction."""
    if not 0 < len(items) <= MAX_ITEMS:
        detail = _("Isi 1 sampai %(n)s perangkat.") % {"n": MAX_ITEMS}
        raise DomainError("out_of_range", detail, field="items")
    assets = Asset.objects.select_related("unit__parent__parent", "device_type").in_bulk([i.asset.pk for i in items])
    if len(assets) < len(items):
        raise DomainError("duplicate", _("Perangkat yang sama disebut dua kali."), field="items")
    return [
        replace(
            i,
            asset=assets[i.asset.pk],
            request_line=fresh(i.request_line, "request__unit", "pledge_line") if i.request_line else None,
        )
        for i in in_places(items)
    ]


def giver_of(kind: str, rows: list[Item]) -> Unit:
    """The one unit that gives all these devices."""
    givers = {custody.giver(kind, row.asset) for row in rows}
    if len(givers) > 1 or len({row.asset.unit_id for row in rows}) > 1:
        raise DomainError("several_givers", _("Semua perangkat harus berasal dari unit yang sama."), field="items")
    return givers.pop()


def refuse_self(actor: User, recipient: Person | None, rows: list[Item]) -> None:
    """Nobody hands devices over to themselves, nor on a request of their own."""
    people, refusal = people_of(actor), _("Perangkat untuk diri sendiri diserahkan oleh orang lain.")
    requests = [row.request_line.request for row in rows if row.request_line]
    four_eyes(actor, *(hand for each in requests for hand in each.brought_by), refusal=refusal)
    if people & {recipient and recipient.pk, *(each.on_behalf_of_id for each in requests)} - {None}:
        raise NotAllowed("own_act", refusal)


def refuse_wrong_destination(handover: Handover, rows: list[Item]) -> None:
    """What comes back goes to the unit that keeps it; what moves on, to another; what gets another holder stays."""
    keeper = rows[0].asset.unit
    if handover.kind in COMES_BACK and handover.recipient_unit_id != keeper.pk:
        raise DomainError("wrong_unit", _("Perangkat kembali ke unit pencatatnya."), field="recipient_unit")
    if handover.kind == HandoverKind.TRANSFER and handover.recipient_unit_id == handover.from_unit_id:
        raise DomainError("wrong_unit", _("Unit penerima sama dengan unit pemegang."), field="recipient_unit")
    if handover.kind != HandoverKind.CHANGE_OF_HOLDER:
        return
    if handover.recipient_unit_id != handover.from_unit_id:
        detail = _("Pergantian pemegang terjadi di dalam satu unit; ke unit lain dengan pemindahan.")
        raise DomainError("wrong_unit", detail, field="recipient_unit")
    if handover.recipient and any(row.asset.custody.person_id == handover.recipient.pk for row in rows):  # type: ignore[union-attr]
        raise DomainError("same_holder", _("Ia sudah memegang perangkat ini."), field="recipient")


def _link(handover: Handover, row: Item, item: HandoverItem, index: int) -> None:
    """Tie the item to the request line and pledge line it serves."""
    pledge_line = row.pledge_line
    if row.request_line:
        _refuse_line(handover, row.request_line, f"items.{index}.request_line")
        pledge_line = pledge_line or row.request_line.pledge_line
    if pledge_line:
        pledge_line = fresh(pledge_line, "unit", "pledge")
        _refuse_pledge_line(handover, pledge_line, f"items.{index}.pledge_line", given=row.pledge_line is not None)
    if row.request_line or pledge_line:
        Fulfilment.objects.create(item=item, request_line=row.request_line, pledge_line=pledge_line)


def _refuse_line(handover: Handover, line: RequestLine, field: str) -> None:
    if handover.kind not in (HandoverKind.ISSUE, HandoverKind.LOAN):
        raise DomainError("wrong_kind", _("Usulan dipenuhi dengan penyerahan atau peminjaman."), field=field)
    if not covers(line.request.unit, handover.recipient_unit):
        raise DomainError("wrong_unit", _("Usulan ini milik unit lain."), field=field)
    approved = line.request.state == RequestState.DECIDED and line.decision == LineDecision.APPROVE
    if not approved or line.closed_at:
        refusal = _("Baris usulan ini tidak disetujui atau sudah ditutup.")
        raise Conflict("line_not_approved", refusal, faults=(Fault(field, "line_not_approved", refusal),))
    served = line.fulfilments.serving().count()
    if served >= (line.approved_quantity or 0):
        detail = _("Jumlah yang disetujui (%(n)s) sudah diserahkan semua.") % {
            "n": thousands(line.approved_quantity or 0)
        }
        raise Conflict("line_full", detail, faults=(Fault(field, "line_full", detail),))


def _refuse_pledge_line(handover: Handover, line: PledgeLine, field: str, *, given: bool) -> None:
    if not given:
        return
    if handover.kind == HandoverKind.CHANGE_OF_HOLDER:
        detail = _("Pergantian pemegang tidak mengubah apa yang dihitung untuk janji.")
        raise DomainError("wrong_kind", detail, field=field)
    if line.pledge.publication != Publication.PUBLISHED or line.pledge.closed:
        detail = _("Janji ini belum diterbitkan atau sudah ditutup.")
        raise Conflict("pledge_not_open", detail, faults=(Fault(field, "pledge_not_open", detail),))
    if not line.unit.covers(handover.recipient_unit):
        raise DomainError("wrong_unit", _("Baris janji ini untuk unit lain."), field=field)


def with_waiting_kind(items: QuerySet[HandoverItem]) -> QuerySet[HandoverItem]:
    """Adds ``waits_for``: the id of its device type where that keeps an item from counting for its pledge yet
    (``pledges.kinds.waited_for``)."""
    kind = "asset__device_type"
    named = named_by(
        OuterRef(f"{kind}__family"), OuterRef(f"{kind}__added_at"), OuterRef(OuterRef(f"{kind}__added_after"))
    )
    waits = Q(
        Exists(named), fulfilment__pledge_line__family=F(f"{kind}__family"), substitute=False,
        asset__device_type__in=DeviceType.objects.unconfirmed(),
    )  # fmt: skip
    return items.annotate(waits_for=Case(When(waits, then=F(kind)), output_field=BigIntegerField()))


def day_of_receipt(handover: Handover, item: HandoverItem, said: date | None) -> date:
    """The day on which an item came: as its receiver says, or of a handover of the last 14 days its own day."""
    handed = handover.handed_over_on
    assert handed  # noqa: S101  (a constraint of handed-over papers)
    if said is None:
        if clock.days_past(handed, clock.today()) > PROMPT_DAYS:
            detail = _("Lewat 14 hari sesudah serah terima: sebutkan hari perangkat diterima.")
            raise DomainError("required", detail, field="received_on")
        return clock.today() if item.accepted_at else handed
    if said < handed:
        detail = _("Perangkat tidak diterima sebelum tanggal serah terima.")
        raise DomainError("before_handover", detail, field="received_on")
    refuse_future(said, "received_on")
    return said


def touched_by(handover: Handover) -> list[Registered]:
    """Everything a handover touches: its devices, the requests they serve, the pledges they count for."""
    assets = Asset.objects.filter(handover_items__handover=handover)
    requests = DeviceRequest.objects.filter(lines__fulfilments__item__handover=handover).distinct()
    served = Pledge.objects.filter(lines__fulfilments__item__handover=handover)
    counted = Pledge.objects.filter(lines__deliveries__asset__handover_items__handover=handover)
    pledges = Pledge.objects.filter(pk__in=served.order_by().values("pk").union(counted.order_by().values("pk")))
    reports = ConditionReport.objects.filter(item__handover=handover)
    return [*assets.order_by("pk"), *requests.order_by("pk"), *pledges.order_by("pk"), *reports.order_by("pk")]
