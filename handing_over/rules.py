"""May this person hand over, accept, dispute, cancel or sign this now? Asked by verbs, pages and the API alike."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Handover, HandoverItem
from assets.rules import may_keep
from assets.states import COMES_BACK, HEADS_DISPUTE_DAYS, AssetState, HandoverKind, HandoverState
from core import clock
from core.clock import days_past
from core.errors import NotAllowed, Text
from core.permits import NOT_NOW, When, four_eyes, refusing
from handing_over import speaking
from org.models import Role, Unit
from org.rules import belongs_to, holds, require
from requests_app.models import DeviceRequest
from requests_app.states import RequestState

OF_THE_HOLDER = (HandoverKind.RETURN, HandoverKind.CHANGE_OF_HOLDER)
"""The kinds that the unit which has a device may record itself."""


def may_record(user: Any, _nothing: None = None) -> str:
    """Who may make a handover at all; of which devices is for ``recording_role``."""
    return require(user, Role.ASSET_CLERK, Role.REQUESTER, Role.UNIT_HEAD)


def kinds_open_to(user: Any) -> list[HandoverKind]:
    """The kinds of handover that the user may record of some device."""
    return list(HandoverKind) if holds(user, Role.ASSET_CLERK) else list(OF_THE_HOLDER)


def recording_role(user: Any, kind: str, *, keeper: Unit, giver: Unit) -> str:
    """Who may make a handover of ``kind``: the clerk of ``keeper``; a return or a change of holder also the unit that
    has the devices."""
    if kind in OF_THE_HOLDER and belongs_to(user, giver) and not holds(user, Role.ASSET_CLERK, unit=keeper):
        return require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=giver)
    return may_keep(user, keeper)


def holder_of(user: Any, asset: Asset) -> str:
    """Somebody who speaks for the unit that has the device."""
    custody = asset.custody
    if custody is None or not belongs_to(user, custody.unit):
        raise NotAllowed("not_the_holder", _("Hanya unit pemegang yang mengembalikan perangkat."))
    return require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=custody.unit)


@refusing(NOT_NOW)
def in_use(asset: Asset) -> bool:
    return asset.state == AssetState.ISSUED


def may_issue(user: Any, _request: DeviceRequest) -> str:
    """An asset clerk; of which devices is for ``recording_role``."""
    return may_keep(user)


@refusing(NOT_NOW)
def something_to_issue(request: DeviceRequest) -> bool:
    """Devices were approved that are on no handover yet."""
    return request.state == RequestState.DECIDED and request.lines.to_issue().exists()


def receiver(user: Any, handover: Handover) -> str:
    """The recipient, or a requester or head of the recipient unit; a clerk for what comes back; never the recorder."""
    four_eyes(user, speaking.recording_of(handover), refusal=_("Yang mencatat serah terima tidak menerimanya sendiri."))
    if handover.kind in COMES_BACK:
        return may_keep(user, handover.recipient_unit)
    if belongs_to(user, handover.recipient_unit):
        return require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=handover.recipient_unit)
    if handover.recipient_id is None or user.person_id != handover.recipient_id:
        raise NotAllowed("not_the_receiver", _("Hanya penerima atau unit penerima yang dapat melakukannya."))
    return "recipient"


def receiver_of_waiting(user: Any, handover: Handover) -> str:
    """The receiver; where all was received by somebody who does not speak for the unit, who does; where the head said
    so late that it never came, the head."""
    if _only_the_head_says(handover, handover.items.never_accepted().filter(state=HandoverState.DISPUTED)):
        return head_of_receiver(user, handover)
    role = receiver(user, handover)
    if handover.state == HandoverState.ACCEPTED:
        waiting = handover.items.acceptable()
        if waiting and not any(speaking.receives(user, item) for item in waiting):
            raise not_the_unit()
    return role


def not_the_unit() -> NotAllowed:
    return NotAllowed("not_the_unit", _("Untuk janji, hanya orang dari unit penerima sendiri yang membenarkannya."))


def passes_custody(item: HandoverItem) -> bool:
    """Whether the receipt of an item by any receiver still changes something."""
    return item.state != HandoverState.ACCEPTED and not item.unit_accepted


def disputer(user: Any, handover: Handover) -> str:
    """The receiver; that a device never came is said by the head of the unit, once all of it is 180 days ago: the
    handover, its recording and the paper by which it counts."""
    if _only_the_head_says(handover, handover.items.never_accepted()):
        return head_of_receiver(user, handover)
    return receiver(user, handover)


def _only_the_head_says(handover: Handover, never_accepted: QuerySet[HandoverItem]) -> bool:
    """Whether it is so long ago that only the head of the unit says whether these devices came: since the last of the
    handover, its recording and the scan by which one of them came to count."""
    if handover.kind in COMES_BACK or not (_long_ago(handover.handed_over_on) and _long_ago(handover.recorded_at)):
        return False
    scanned = never_accepted.aggregate(last=Max("deliveries__scan__created_at"))["last"]
    return never_accepted.exists() and (scanned is None or _long_ago(scanned))


def _long_ago(when: date | datetime | None) -> bool:
    on = clock.local_date(when) if isinstance(when, datetime) else when
    return on is not None and days_past(on, clock.today()) > HEADS_DISPUTE_DAYS


def head_of_receiver(user: Any, handover: Handover) -> str:
    """The head of the receiving unit, where he speaks for it: not who recorded, nor who serves the other side."""
    four_eyes(user, speaking.recording_of(handover))
    role = require(user, Role.UNIT_HEAD, unit=handover.recipient_unit)
    if role != Role.UNIT_HEAD:
        raise NotAllowed("role_missing", _("Hanya kepala unit penerima yang dapat melakukannya."))
    if not all(speaking.receives(user, item) for item in handover.items.never_accepted()):
        raise not_the_unit()
    return role


def auditor(user: Any, handover: Handover) -> str:
    return require(user, Role.AUDITOR, unit=handover.recipient_unit)


@refusing(_("Serah terima ini tidak disanggah."))
def disputed(handover: Handover) -> bool:
    return handover.state == HandoverState.DISPUTED


@refusing(_("Tidak ada sanggahan atas perangkat yang belum diterima."))
def disputes_receipt(handover: Handover) -> bool:
    return handover.items.never_accepted().filter(state=HandoverState.DISPUTED).exists()


@refusing(_("Belum ada BAST bertanda tangan."))
def has_paper(handover: Handover) -> bool:
    return handover.scans.exists()


def giver(user: Any, handover: Handover) -> str:
    """The recorder, or an asset clerk of the unit that keeps the devices."""
    keeper = handover.recipient_unit if handover.kind in COMES_BACK else handover.from_unit
    if handover.kind == HandoverKind.CHANGE_OF_HOLDER:
        keeper = handover.items.select_related("asset__unit")[0].asset.unit
    if user.pk == handover.recorded_by_id:
        return require(user, Role.ASSET_CLERK, Role.REQUESTER, Role.UNIT_HEAD)
    return may_keep(user, keeper)


def giver_or_receiver(user: Any, handover: Handover) -> str:
    try:
        return giver(user, handover)
    except NotAllowed:
        return receiver(user, handover)


def former_holder(user: Any, handover: Handover) -> str:
    """The unit that had the devices, and not who recorded that they came back."""
    four_eyes(user, speaking.recording_of(handover))
    if not belongs_to(user, handover.from_unit):
        raise NotAllowed("not_the_holder", _("Hanya unit yang memegang perangkat yang dapat membenarkannya."))
    role = require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=handover.from_unit)
    if not all(speaking.returns_for(user, handover, each) for each in speaking.counts_on(handover)):
        raise not_the_unit()
    return role


@refusing(_("Pengembalian ini tidak perlu dibenarkan lagi."))
def waits_to_be_confirmed(handover: Handover) -> bool:
    """A return that the office recorded, until its unit has said yes."""
    if handover.kind != HandoverKind.RETURN or handover.state == HandoverState.CANCELLED or handover.confirmed_by_id:
        return False
    return not speaking.filed_by_holder(handover)


@refusing(NOT_NOW)
def prepared(handover: Handover) -> bool:
    return handover.state == HandoverState.PREPARED


def _nothing_waits(handover: Handover) -> Text:
    if handover.items.awaiting().exists():
        return _("Perangkatnya sudah kembali; serah terima ini tidak dapat diterima lagi.")
    return _("Tidak ada perangkat yang menunggu konfirmasi.")


def _waits(handover: Handover) -> bool:
    """Something waits for its receiver that did not come back meanwhile."""
    return handover.items.acceptable().exists()


awaits_receipt = When(_waits, _nothing_waits)


@refusing(_("Perangkat ini tidak menunggu konfirmasi, atau sudah lewat 14 hari sejak diterima."))
def disputable(handover: Handover) -> bool:
    return handover.items.disputable().exists()


@refusing(NOT_NOW)
def not_cancelled(handover: Handover) -> bool:
    return handover.state != HandoverState.CANCELLED


@refusing(_("Sebagian sudah diterima; pakai pengembalian."), "already_accepted")
def nothing_accepted(handover: Handover) -> bool:
    """Also not what was accepted and disputed afterwards: that comes back by a return."""
    return not handover.items.filter(accepted_at__isnull=False).exists()


@refusing(_("BAST ini tidak menunggu pindaian."))
def needs_scan(handover: Handover) -> bool:
    return handover.state not in (HandoverState.PREPARED, HandoverState.CANCELLED)
