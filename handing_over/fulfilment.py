"""The one entry for handing over, accepting, disputing and cancelling: it settles devices, pledges, requests together.

Each verb calls the event-less steps of ``assets.custody`` and ``pledges.deliveries``; its one event has the devices,
requests and pledges it touches as related.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets import absences, custody
from assets.models import Handover, HandoverItem, SignedScan
from assets.register import refuse_future
from assets.states import COMES_BACK, HandoverKind, HandoverState, LegalAct
from core import clock
from core.acts import Done, act
from core.errors import DomainError, Fault
from core.journal import Private
from core.models import Installation, Registered
from core.permits import Every
from core.taking import Ask, Document, Note, Reason, faults_in
from core.validation import validate
from handing_over import rules, speaking
from handing_over.items import (
    Item,
    day_of_receipt,
    giver_of,
    put_on,
    refreshed,
    refuse_self,
    refuse_wrong_destination,
    touched_by,
)
from org.models import Person, Unit, User
from pledges import deliveries
from pledges.models import Delivery, PledgeLine
from requests_app.models import Fulfilment

NO_REASON = _("Beri alasan sanggahan.")
WHEN_RECEIVED = _("Hari perangkat sampai di tangan Anda; untuk janji dihitung sejak hari itu.")
Recipient = Annotated[Person | None, Ask(column=(Handover, "recipient"))]
HandedOverOn = Annotated[
    date | None,
    Ask(
        column=(Handover, "handed_over_on"),
        help=_("Kosongkan bila perangkat baru disiapkan dan diserahkan kemudian."),
    ),
]
Basis = Annotated[LegalAct | Literal[""], Ask(column=(Handover, "legal_act"))]
DecisionNumber = Annotated[str, Ask(column=(Handover, "decision_number"))]


@act(
    "create", _("Buat serah terima"), _("Untuk memenuhi usulan, lebih mudah mulai dari halaman usulannya."),
    done=_("Serah terima tercatat."), event="handover.prepared", who=rules.may_record,
)  # fmt: skip
def record_handover(
    *, actor: User, kind: HandoverKind, items: Iterable[Item], recipient_unit: Unit | None = None,
    recipient: Recipient = None, handed_over_on: HandedOverOn = None,
    due_back_on: Annotated[date | None, Ask(help=_("Hanya untuk peminjaman."))] = None,
    legal_act: Basis = "", decision_number: DecisionNumber = "", note: Note = "",
) -> Done[Handover]:  # fmt: skip
    """Make a handover, all-or-nothing: handed over on a day given, otherwise prepared with its devices held.

    What comes back goes to the unit that keeps it, also when no ``recipient_unit`` is named. Refuses devices of several
    givers (400), a day to come back that has passed unless the loan was handed over before it (400), devices that are
    not free (409), request lines that are not approved or already full (409), and handing over to oneself (403). Its
    event is ``handover.handed_over`` or ``handover.prepared``.
    """
    return recorded(
        actor, kind, items, recipient_unit=recipient_unit, recipient=recipient, handed_over_on=handed_over_on,
        due_back_on=due_back_on, legal_act=legal_act, decision_number=decision_number, note=note,
    )  # fmt: skip


def recorded(
    actor: User, kind: HandoverKind, items: Iterable[Item], *, recipient_unit: Unit | None = None,
    recipient: Person | None = None, handed_over_on: date | None = None, legal_act: str = "", **terms: Any,
) -> Done[Handover]:  # fmt: skip
    """The body of every verb that makes a handover."""
    rows = refreshed(list(items))
    keeper, from_unit = rows[0].asset.unit, giver_of(kind, rows)
    role = rules.recording_role(actor, kind, keeper=keeper, giver=from_unit)
    refuse_self(actor, recipient, rows)
    if recipient_unit is None and kind not in COMES_BACK:
        raise DomainError("required", _("Pilih unit penerima."), field="recipient_unit")
    to = recipient_unit or keeper
    handover = Handover(
        kind=kind, from_unit=from_unit, recipient_unit=to, recipient=recipient, recorded_by=actor,
        legal_act=custody.settle_legal_act(kind, legal_act, from_unit, to), **terms,
    )  # fmt: skip
    refuse_future(handed_over_on, "handed_over_on")
    if handed_over_on is None and handover.due_back_on and handover.due_back_on < clock.today():
        raise DomainError("in_the_past", _("Tanggal ini sudah lewat."), field="due_back_on")
    refuse_wrong_destination(handover, rows)
    validate(handover)
    put_on(handover, rows)
    related = touched_by(handover)
    if handed_over_on:
        _pass_on(handover, handed_over_on)
    event = "handover.handed_over" if handed_over_on else "handover.prepared"
    return Done(handover, _opening(handover), related=related, event=event, about=handover, role=role)


@act(
    "hand-over", _("Serahkan"), _("BAST mendapat nomor dan perangkat berpindah ke penerima."),
    done=_("Perangkat diserahkan."), event="handover.handed_over", who=rules.giver, when=rules.prepared,
)  # fmt: skip
def hand_over(
    handover: Handover, *, actor: User,
    handed_over_on: Annotated[date | None, Ask(help=_("Kosongkan bila hari ini."))] = None, reason: Note = "",
) -> Done[Handover]:  # fmt: skip
    """Hand prepared devices over, today or on an earlier day: the paper is numbered and custody passes."""
    on = handed_over_on or clock.today()
    refuse_future(on, "handed_over_on")
    moved = _pass_on(handover, on)
    changes = {"state": moved, "number": [None, handover.number], "handed_over_on": [None, on]}
    return Done(handover, changes, related=touched_by(handover))


@act(
    "accept", _("Ya, sudah saya terima"), _("Centang perangkat yang ada di tangan Anda dalam kondisi tertulis."),
    done=_("Terima kasih. Penerimaan tercatat."), event="handover.accepted",
    who=rules.receiver_of_waiting, when=rules.awaits_receipt,
)  # fmt: skip
def accept(
    handover: Handover, *, actor: User, items: Iterable[int] | None = None,
    substitute: Annotated[
        bool, Ask(label=_("Jenisnya lain dari yang dijanjikan, dan saya terima sebagai pengganti"))
    ] = False,
    received_on: Annotated[date | None, Ask(column=(HandoverItem, "received_on"), help=WHEN_RECEIVED)] = None,
    reason: Note = "",
) -> Done[Handover]:  # fmt: skip
    """Confirm receipt of ``items`` (ids; None: all that wait). ``substitute``: taken in place of what was promised.

    ``received_on``: the day on which they came, from which they count for their pledge. Within 14 days of the handover
    it may be left out: then they came on its day, and what had been disputed after it was accepted came today. What
    serves a pledge counts when its unit itself speaks (``handing_over.speaking``); anybody else's receipt passes
    custody, and the unit may still confirm.
    """
    waiting = _named(handover, items, handover.items.awaiting())
    of_unit = {item for item in waiting if speaking.receives(actor, item)}
    taken = [item for item in waiting if item in of_unit or rules.passes_custody(item)]
    if not taken or (items is not None and len(taken) < len(waiting)):
        raise rules.not_the_unit()
    received = {item: day_of_receipt(handover, item, received_on) for item in taken}
    custody.accept_items(handover, received, substitute=substitute, of_unit=of_unit, at=clock.now())
    for item in of_unit:
        absences.seen(item.asset, actor, on=received[item], received=True)
        if line := _pledge_line(item):
            deliveries.spoken(line, item)
    changes = {
        "accepted": [None, [item.asset.tag for item in taken]],
        "received_on": [None, received_on or handover.handed_over_on],
        "substitute": [None, substitute],
    }
    if custody_only := [item.asset.tag for item in taken if item not in of_unit]:
        changes["custody_only"] = [None, custody_only]
    return Done(handover, changes, related=touched_by(handover))


@act(
    "dispute", _("Tidak cocok"),
    _(
        "Tulis apa yang tidak cocok. Perangkat yang ternyata mati dapat disanggah sampai 14 hari sesudah "
        "diterima, yang tidak pernah diterima kapan saja. Diskominfo akan menindaklanjuti."
    ),
    done=_("Sanggahan tercatat."), event="handover.disputed", who=rules.disputer, when=rules.disputable,
)  # fmt: skip
def dispute(
    handover: Handover, *, actor: User, reasons: Mapping[int, str] | None = None,
    common: Annotated[str, Ask(column=(HandoverItem, "dispute_reason"))] = "",
) -> Done[Handover]:  # fmt: skip
    """Say of items (id -> reason) that they did not come as written, or within 14 days that they arrived dead.

    Without ``reasons`` the ``common`` one is that of all items that wait, of every item when none does. What its unit
    never accepted may be disputed at any time, later than 180 days after the handover by its head, and has then never
    counted for a pledge; what it had accepted stops to count. ``Conflict`` when an item was accepted longer ago, or
    has moved on since.
    """
    said = dict(reasons or _of_all(handover, common))
    _refuse_wrong(said)
    disputed = _named(handover, list(said), handover.items.disputable())
    custody.dispute_items(handover, {item: said[item.pk] for item in disputed})
    for item in disputed:
        deliveries.end_disputed(item)
    changes = {"disputed": [None, {item.asset.tag: Private(said[item.pk]) for item in disputed}]}
    return Done(handover, changes, related=touched_by(handover))


@act(
    "withdraw-dispute", _("Cabut sanggahan"),
    _("Kepala unit mencabut sanggahannya; yang dihitung karena BAST bertanda tangan dihitung lagi."),
    done=_("Sanggahan dicabut."), event="handover.dispute_withdrawn",
    who=rules.head_of_receiver, when=rules.disputes_receipt,
)  # fmt: skip
def withdraw_dispute(handover: Handover, *, actor: User, reason: Reason) -> Done[Handover]:
    """Take back that devices which the unit never accepted did not come. They wait for its word as before; a signed
    scan stands for it again."""
    disputed = [item for item in _read(handover) if item.state == HandoverState.DISPUTED and not item.unit_accepted]
    custody.undispute_items(handover, disputed)
    for item in disputed:
        line = _pledge_line(item)
        if line and not deliveries.restore(line, item):
            _count_scans(item, line, handover.scans.select_related("attached_by__person"))
    return Done(handover, {"undisputed": [None, [item.asset.tag for item in disputed]]}, related=touched_by(handover))


@act(
    "answer-dispute", _("Jawab sanggahan"),
    _("Jawaban pemberi tercatat di samping sanggahan; sanggahan tetap berlaku."),
    done=_("Jawaban tercatat."), event="handover.dispute_answered", who=rules.giver, when=rules.disputed,
)  # fmt: skip
def answer_dispute(
    handover: Handover, *, actor: User, reason: Annotated[Reason, Ask(label=_("Jawaban"))]
) -> Done[Handover]:
    """The giver's answer to a dispute. It stands beside it and ends nothing."""
    return Done(handover, related=touched_by(handover))


@act(
    "note-paper", _("Catat isi BAST"), _("Inspektorat mencatat apa yang terbaca pada BAST; sanggahan tetap berlaku."),
    done=_("Catatan tersimpan."), event="handover.paper_noted", who=rules.auditor, when=rules.has_paper,
)  # fmt: skip
def note_paper(
    handover: Handover, *, actor: User, reason: Annotated[Reason, Ask(label=_("Apa yang terbaca pada BAST?"))]
) -> Done[Handover]:  # fmt: skip
    """What the auditor reads on the signed paper. It stands beside it and ends nothing."""
    return Done(handover, related=touched_by(handover))


@act(
    "confirm-return", _("Ya, kami yang mengembalikan"),
    _("Unit Anda sendiri yang mengembalikan; untuk janji, perangkat tetap dihitung sudah diterima."),
    done=_("Pengembalian dibenarkan."), event="handover.return_confirmed",
    who=rules.former_holder, when=rules.waits_to_be_confirmed,
)  # fmt: skip
def confirm_return(handover: Handover, *, actor: User, reason: Note = "") -> Done[Handover]:
    """The holder's unit says that it gave back what the office recorded: a return then, not a recall.

    What it had ended counts on for its pledge.
    """
    handover.confirmed_by = actor
    handover.save(update_fields=["confirmed_by"])
    for item in handover.items.all():
        deliveries.resume(item)
    return Done(handover, {"confirmed": [False, True]}, related=touched_by(handover))


@act(
    "attach-signed", _("Lampirkan BAST bertanda tangan"), _("Foto atau PDF BAST yang sudah ditandatangani."),
    done=_("BAST terlampir."), event="handover.signed", who=rules.giver_or_receiver, when=rules.needs_scan,
)  # fmt: skip
def attach_signed(
    handover: Handover, *, actor: User,
    scan: Annotated[Document, Ask(column=(SignedScan, "file"))],  # type: ignore[valid-type]
    reason: Note = "",
) -> Done[Handover]:  # fmt: skip
    """Attach the signed BAST, beside those attached before.

    By somebody who neither recorded the handover nor had a hand in the pledge it stands for the unit's acceptance,
    until the unit speaks. While the archive is being entered such a paper counts from its own date.
    """
    attached = SignedScan(handover=handover, file=scan, attached_by=actor)
    attached.save(force_insert=True)
    for item in _read(handover):
        if (line := _pledge_line(item)) and item.state != HandoverState.DISPUTED:
            _count_scans(item, line, [attached])
    return Done(handover, {"signed_scan": [None, scan.sha256]}, related=[*touched_by(handover), attached])


@act(
    "cancel", _("Batalkan"), _("Serah terima dibatalkan dan perangkat kembali ke pemegang sebelumnya."),
    done=_("Serah terima dibatalkan."), event="handover.cancelled",
    who=rules.giver, when=Every(rules.not_cancelled, rules.nothing_accepted),
)  # fmt: skip
def cancel(handover: Handover, *, actor: User, reason: Reason) -> Done[Handover]:
    """Undo a handover of which nothing is accepted: it was entered by mistake, or never reached. Custody reverts."""
    related = touched_by(handover)
    moved = custody.take_back(handover)
    for item in handover.items.all():
        deliveries.undo(item)
    return Done(handover, {"state": moved}, related=related)


def enter_archived(handover: Handover, items: list[Item], *, on: date, number: str) -> list[Registered]:
    """The step without event: an old paper with its own number, as handed over on its day; returns what it touches.

    The devices begin to count for pledges when somebody else attaches the signed paper.
    """
    rows = refreshed(items)
    refuse_self(handover.recorded_by, handover.recipient, rows)
    validate(handover)
    put_on(handover, rows)
    _pass_on(handover, on, number)
    return [handover, *touched_by(handover)]


def _pass_on(handover: Handover, on: date, number: str = "") -> list[str]:
    """Pass custody, and stop counting for a pledge what leaves its unit.

    A return that the holder's unit files itself or confirms keeps counting; any other is a recall.
    """
    moved = custody.pass_on(handover, on=on, at=clock.now(), number=number)

    def stays(delivery: Delivery) -> bool:
        if handover.kind == HandoverKind.RETURN:
            told = handover.confirmed_by or handover.recorded_by
            said_at = None if handover.confirmed_by_id else handover.created_at
            return speaking.returns_for(told, handover, delivery, at=said_at)
        return deliveries.stays(delivery, handover)

    if handover.kind not in (HandoverKind.ISSUE, HandoverKind.LOAN):
        for item in handover.items.select_related("asset"):
            deliveries.end_counts(item, on=on, unless=stays)
    return moved


def _read(handover: Handover) -> QuerySet[HandoverItem]:
    """The items with all that says whether and for what they count."""
    promise = "fulfilment__pledge_line__pledge"
    return handover.items.select_related(
        "asset__device_type", "asset__unit", "fulfilment__pledge_line__unit", f"{promise}__office__unit",
        f"{promise}__responsible_unit",
    )  # fmt: skip


def _pledge_line(item: HandoverItem) -> PledgeLine | None:
    served: Fulfilment | None = getattr(item, "fulfilment", None)
    return served.pledge_line if served else None


def _named(handover: Handover, ids: Iterable[int] | None, open_to_it: QuerySet) -> list[HandoverItem]:
    """The items named, all of which must be among ``open_to_it``; every one of these when none is named."""
    items = {item.pk: item for item in _read(handover)}
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


def _of_all(handover: Handover, reason: str) -> dict[int, str]:
    if not reason.strip():
        raise DomainError("required", NO_REASON, field="reason")
    items = handover.items.awaiting() or handover.items.all()
    return dict.fromkeys((item.pk for item in items), reason)


def _refuse_wrong(reasons: Mapping[int, str]) -> None:
    faults = []
    for place, reason in enumerate(reasons.values()):
        field = f"items.{place}.reason"
        faults += faults_in(HandoverItem, "dispute_reason", reason, field=field)
        faults += [] if reason.strip() else [Fault(field, "required", NO_REASON)]
    if faults:
        raise DomainError("invalid", _("Sanggahan belum lengkap."), faults=tuple(faults))


def _count_scans(item: HandoverItem, line: PledgeLine, scans: Iterable[SignedScan]) -> None:
    """Count an item that its unit has not accepted by the first of ``scans`` that stands for it, unless one does."""
    if item.unit_accepted or item.deliveries.standing().filter(counts_until__isnull=True).exists():
        return
    archived = Installation.current().archive_reaches(line.pledge.made_on_to)
    for scan in scans:
        if speaking.checks(scan, item):
            deliveries.count(line, item, scan=scan, archived=archived)
            return


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
