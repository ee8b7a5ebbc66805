"""When a unit does not have a device that was handed over to it, and its own word on that (pledges.md).

A repair is over, for what a device counts for, when the unit that holds it says so or reports its condition; what the
keeper says of it ends nothing. A loss stands until the unit confirms it or the device is found.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets import rules
from assets.models import Absence, Asset
from assets.states import REPAIR_DAYS, Missing
from core import clock
from core.acts import Done, act
from core.errors import DomainError
from core.hands import Hand
from core.permits import Every, four_eyes, refusing
from core.taking import Ask, Note, Reason
from org.models import User


def _open(asset: Asset, kind: Missing) -> QuerySet[Absence]:
    """The absence of this kind from the present holder: at most one."""
    return Absence.objects.open().filter(item=asset.came_by, kind=kind)


def _loss_confirmer(user: Any, asset: Asset) -> str:
    """Who speaks for the unit that holds the device, and did not enter the loss."""
    role = rules.speaker_of_holder(user, asset)
    recorded = _open(asset, Missing.LOSS).values_list("recorded_by", "recorded_at")
    four_eyes(user, *(Hand(by, at) for by, at in recorded))
    return role


@refusing(_("Perangkat ini tidak sedang diperbaiki, atau unit sudah menyatakannya kembali."))
def in_repair(asset: Asset) -> bool:
    return _open(asset, Missing.REPAIR).exists()


@refusing(_("Tidak ada laporan hilang yang menunggu unit pemegang."))
def loss_waits(asset: Asset) -> bool:
    return _open(asset, Missing.LOSS).exists()


@refusing(_("Unit sudah sekali menyetujui perpanjangan perbaikan ini."), "already_agreed")
def not_yet_agreed(asset: Asset) -> bool:
    return _open(asset, Missing.REPAIR).filter(agreed=False).exists()


@refusing(_("Sudah lewat hari terakhir yang dapat disetujui."), "too_late")
def can_be_longer(asset: Asset) -> bool:
    return not _open(asset, Missing.REPAIR).filter(began_on__lt=clock.today() - timedelta(2 * REPAIR_DAYS)).exists()


@act(
    "confirm-back", _("Sudah kembali di unit kami"),
    _("Unit Anda menyatakan perangkat sudah kembali dari perbaikan; untuk janji dihitung lagi sejak hari itu."),
    done=_("Tercatat sudah kembali."), event="asset.back_confirmed", who=rules.speaker_of_holder, when=in_repair,
)  # fmt: skip
def confirm_back(
    asset: Asset, *, actor: User, reason: Note = "",
    back_on: Annotated[date | None, Ask(label=_("Kembali pada"), help=_("Kosongkan bila hari ini."))] = None,
) -> Done[Asset]:  # fmt: skip
    """The holder's unit says that it has a device back from repair, since ``back_on`` or today.

    Refuses a day before the device last went to repair, or after today.
    """
    day = back_on or clock.today()
    absence = _open(asset, Missing.REPAIR).get()
    if day < _last_sent(absence):
        detail = _("Perangkat baru masuk perbaikan sesudah tanggal ini.")
        raise DomainError("before_repair", detail, field="back_on")
    if day > clock.today():
        raise DomainError("in_the_future", _("Tanggal ini belum terjadi."), field="back_on")
    _end(absence, day, actor)
    return Done(asset, {"away_since": [absence.began_on, None], "back_on": [None, day]})


@act(
    "agree-repair", _("Setuju 90 hari lagi"),
    _("Sekali saja, atas nama unit pemegang: sampai 180 hari sejak masuk perbaikan perangkat dihitung untuk janji."),
    done=_("Persetujuan tercatat."), event="asset.repair_agreed",
    who=rules.speaker_of_holder, when=Every(in_repair, not_yet_agreed, can_be_longer),
)  # fmt: skip
def agree_repair(asset: Asset, *, actor: User, reason: Reason) -> Done[Asset]:
    """The holder's unit lets a repair take 90 days more, once and with a reason; it counts from today on."""
    absence = _open(asset, Missing.REPAIR).get()
    _end(absence, clock.today(), actor)
    longer = _begin(
        asset, Missing.REPAIR, actor, began_on=absence.began_on, stops_after=2 * REPAIR_DAYS, agreed=True
    )  # fmt: skip
    return Done(asset, {"away_since": [None, absence.began_on], "stops_on": [absence.stops_on, longer.stops_on]})


@act(
    "confirm-loss", _("Benar, hilang"),
    _("Unit Anda membenarkan bahwa perangkat hilang; untuk janji, perangkat tetap dihitung sudah diterima."),
    done=_("Kehilangan dibenarkan."), event="asset.loss_confirmed",
    who=_loss_confirmer, when=Every(rules.lost, loss_waits),
)  # fmt: skip
def confirm_loss(asset: Asset, *, actor: User, reason: Note = "") -> Done[Asset]:
    """The holder's unit says itself that a device which the keeper reported is lost: it had then never stopped to
    count."""
    absence = _open(asset, Missing.LOSS).get()
    absence.confirmed_at, absence.confirmed_by = clock.now(), actor
    absence.save(update_fields=["confirmed_at", "confirmed_by"])
    _over_with_loss(asset, actor, absence.began_on)
    return Done(asset, {"loss_confirmed": [False, True]})


def sent_to_repair(asset: Asset, actor: User) -> None:
    """The step without event: a device that somebody holds went to repair; one absence with those before it."""
    if asset.custody is not None and not in_repair(asset):
        _begin(asset, Missing.REPAIR, actor, began_on=clock.today(), stops_after=REPAIR_DAYS)


def lost(asset: Asset, actor: User, *, on: date) -> None:
    """The step without event: a device that somebody holds is lost, since ``on``; by its unit's own word or not.

    It is missed by who holds it since that one had it.
    """
    custody = asset.custody
    if custody is None:
        return
    own = {"confirmed_at": clock.now(), "confirmed_by": actor} if rules.speaks_for_holder(actor, asset) else {}
    absence = _begin(asset, Missing.LOSS, actor, began_on=max(on, custody.since), stops_after=-1, **own)
    if own:
        _over_with_loss(asset, actor, absence.began_on)


def _over_with_loss(asset: Asset, actor: User, lost_on: date) -> None:
    """What the unit itself says is lost is in no repair any more: its loss stops no count, so no repair does."""
    for repair in _open(asset, Missing.REPAIR):
        _end(repair, max(lost_on, repair.began_on), actor)


def found(asset: Asset, actor: User) -> None:
    """The step without event: a lost device is there again."""
    for absence in asset.absences.filter(kind=Missing.LOSS, ended_on__isnull=True):
        _end(absence, clock.today(), actor)


def seen(asset: Asset, actor: User, *, on: date, received: bool = False) -> None:
    """The step without event: somebody reported a device's condition, or received it ``on`` that day. By who speaks
    for its holder that ends its repair."""
    absence = _open(asset, Missing.REPAIR).first()
    if absence is None or not rules.speaks_for_holder(actor, asset):
        return
    sent = _last_sent(absence)
    if sent < on or (sent == on and not received):
        _end(absence, on, actor)


def _begin(asset: Asset, kind: Missing, actor: User, *, began_on: date, stops_after: int, **values: Any) -> Absence:
    """``stops_after``: so many days past its beginning it still counts."""
    return Absence.objects.create(
        item=asset.came_by, asset=asset, kind=kind, began_on=began_on, recorded_by=actor,
        stops_on=began_on + timedelta(stops_after + 1), **values,
    )  # fmt: skip


def _end(absence: Absence, on: date, actor: User) -> None:
    absence.ended_on, absence.ended_at, absence.ended_by = on, clock.now(), actor
    absence.save(update_fields=["ended_on", "ended_at", "ended_by"])


def _last_sent(absence: Absence) -> date:
    """The day on which the device last went to repair during this absence, or its unit let it stay there."""
    sent = absence.asset.repairs.values_list("started_on", flat=True)
    return max([absence.began_on, *sent, *([clock.local_date(absence.recorded_at)] if absence.agreed else [])])
