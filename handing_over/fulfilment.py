"""The one entry for handing over, accepting, disputing and cancelling: it settles devices, pledges, requests together.

Each verb calls the event-less steps of ``assets.custody`` and ``pledges.deliveries``; its one event has the devices,
requests and pledges it touches as related.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_lazy as _

from assets import absences, custody
from assets.models import Handover, HandoverItem, SignedScan
from assets.register import refuse_future
from assets.states import COMES_BACK, HandoverKind, HandoverState, LegalAct
from core import clock
from core.acts import Done, act
from core.errors import DomainError
from core.journal import Private
from core.models import Installation, Registered
from core.permits import Every
from core.taking import Ask, Document, Note, Reason
from core.validation import validate
from handing_over import rules, speaking
from handing_over.chosen import named, of_all, read, refuse_wrong, to_accept
from handing_over.items import (
    Item,
    by_holder,
    day_of_receipt,
    giver_of,
    put_on,
    refreshed,
    refuse_self,
    refuse_wrong_destination,
    touched_by,
)
from org import departing
from org.models import Person, Unit, User
from pledges import deliveries
from pledges.models import Delivery, PledgeLine
from requests_app.models import Fulfilment

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

    What comes back goes to the unit that keeps it, also when no ``recipient_unit`` is named, and what only gets another
    holder stays in its unit. What several people hold is given on a paper each, made in this one act (``made_with``);
    the first is returned. Refuses devices of several givers, a receiver out of use (400), a day to come back that has
    passed unless the loan was handed over before it (400), devices that are not free (409), request lines that are not
    approved or already full (409), and handing over to oneself (403). Its event is ``handover.handed_over`` or
    ``handover.prepared``.
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
    refuse_future(handed_over_on, "handed_over_on")
    stays = kind == HandoverKind.CHANGE_OF_HOLDER
    to = recipient_unit or (from_unit if stays else keeper if kind in COMES_BACK else None)
    if to is None:
        raise DomainError("required", _("Pilih unit penerima."), field="recipient_unit")
    basis = custody.settle_legal_act(kind, legal_act, keeper if stays else from_unit, to)
    papers: list[Handover] = []
    touched: dict[tuple[str, int], Registered] = {}
    conditions: dict[str, list[str]] = {}
    gone: list[Registered] = []
    for theirs in by_holder(kind, rows):
        handover = Handover(
            kind=kind, from_unit=from_unit, recipient_unit=to, recipient=recipient, recorded_by=actor, legal_act=basis,
            made_with=papers[0] if papers else None, **terms,
        )  # fmt: skip
        _put_down(handover, theirs, at_once=handed_over_on is not None)
        if handed_over_on:
            passed, left = _pass_on(handover, handed_over_on, actor)
            conditions |= passed.conditions
            gone += left
            touched |= {(each.journal_type, each.pk): each for each in left}
        papers.append(handover)
        touched |= {(each.journal_type, each.pk): each for each in (handover, *touched_by(handover))}
    first, event = papers[0], "handover.handed_over" if handed_over_on else "handover.prepared"
    del touched[first.journal_type, first.pk]
    changes = _opening(first) | ({"conditions": conditions} if conditions else {}) | departing.roles_ended(gone)
    if len(papers) > 1:
        changes["papers"] = [None, [each.number or each.pk for each in papers]]
    return Done(first, changes, related=touched.values(), event=event, about=first, role=role)


def _put_down(handover: Handover, rows: list[Item], *, at_once: bool) -> None:
    """Write one paper with its devices."""
    if not at_once and handover.due_back_on and handover.due_back_on < clock.today():
        raise DomainError("in_the_past", _("Tanggal ini sudah lewat."), field="due_back_on")
    refuse_wrong_destination(handover, rows)
    validate(handover)
    put_on(handover, rows)


@act(
    "hand-over", _("Serahkan"), _("BAST mendapat nomor dan perangkat berpindah ke penerima."),
    done=_("Perangkat diserahkan."), event="handover.handed_over", who=rules.giver, when=rules.prepared,
    many=True,
)  # fmt: skip
def hand_over(
    handover: Handover, *, actor: User,
    handed_over_on: Annotated[date | None, Ask(help=_("Kosongkan bila hari ini."))] = None, reason: Note = "",
) -> Done[Handover]:  # fmt: skip
    """Hand prepared devices over, today or on an earlier day: the paper is numbered and custody passes."""
    on = handed_over_on or clock.today()
    refuse_future(on, "handed_over_on")
    passed, gone = _pass_on(handover, on, actor)
    changes = {"state": passed.moved, "number": [None, handover.number], "handed_over_on": [None, on]}
    changes |= _conditions(passed) | departing.roles_ended(gone)
    return Done(handover, changes, related=[*touched_by(handover), *gone])


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
    """Confirm receipt of ``items`` (ids; None: all that wait and are not disputed), as they are written.

    ``substitute``: taken in place of what was promised. ``Conflict`` for a device that came back since.

    ``received_on``: the day on which they came, from which they count for their pledge. Within 14 days of the handover
    it may be left out: then they came on its day, and what had been disputed after it was accepted came today. What
    serves a pledge counts when its unit itself speaks (``handing_over.speaking``); anybody else's receipt passes
    custody, and the unit may still confirm.
    """
    waiting = to_accept(handover, items)
    of_unit = {item for item in waiting if speaking.receives(actor, item)}
    taken = [item for item in waiting if item in of_unit or rules.passes_custody(item)]
    if not taken or (items is not None and len(taken) < len(waiting)):
        raise rules.not_the_unit()
    received = {item: day_of_receipt(handover, item, received_on) for item in taken}
    passed = custody.accept_items(
        handover, received, actor=actor, substitute=substitute, of_unit=of_unit, at=clock.now()
    )
    for item in of_unit:
        if handover.kind != HandoverKind.CHANGE_OF_HOLDER:
            absences.seen(item.asset, actor, on=received[item], received=True)
        if line := _pledge_line(item):
            deliveries.spoken(line, item)
    changes = {
        "accepted": [None, [item.asset.tag for item in taken]],
        "received_on": [None, received_on or handover.handed_over_on],
        "substitute": [None, substitute],
        **_conditions(passed),
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
    conditions: Mapping[int, str] | None = None,
) -> Done[Handover]:  # fmt: skip
    """Say of items (id -> reason) that they did not come as written, or within 14 days that they arrived dead;
    ``conditions`` (id -> code): how they were found, which is then their condition.

    Without ``reasons`` the ``common`` one is that of all items that wait, of every item when none does. What its unit
    never accepted may be disputed at any time, later than 180 days after the handover, its recording and the scan by
    which it counts by its head, and has then never counted for a pledge; what it had accepted stops to count.
    ``Conflict`` when an item was accepted longer ago, or has moved on since.
    """
    said, found = dict(reasons or of_all(handover, common)), conditions or {}
    refuse_wrong(said, found)
    disputed = named(handover, list(said), handover.items.disputable())
    passed = custody.dispute_items(
        handover, {item: said[item.pk] for item in disputed},
        {item: found[item.pk] for item in disputed if found.get(item.pk)}, actor=actor,
    )  # fmt: skip
    for item in disputed:
        deliveries.end_disputed(item)
    changes = {"disputed": [None, {item.asset.tag: Private(said[item.pk]) for item in disputed}]}
    return Done(handover, changes | _conditions(passed), related=[*touched_by(handover), *passed.reports])


@act(
    "withdraw-dispute", _("Cabut sanggahan"),
    _("Kepala unit mencabut sanggahannya; yang dihitung karena BAST bertanda tangan dihitung lagi."),
    done=_("Sanggahan dicabut."), event="handover.dispute_withdrawn",
    who=rules.head_of_receiver, when=rules.disputes_receipt,
)  # fmt: skip
def withdraw_dispute(handover: Handover, *, actor: User, reason: Reason) -> Done[Handover]:
    """Take back that devices which the unit never accepted did not come. They wait for its word as before; a signed
    scan stands for it again."""
    disputed = [item for item in read(handover) if item.state == HandoverState.DISPUTED and not item.unit_accepted]
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
    for item in read(handover):
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
    passed = custody.take_back(handover, actor=actor)
    for item in handover.items.all():
        deliveries.undo(item)
    changes = {"state": passed.moved} | _conditions(passed)
    return Done(handover, changes, related=[*related, *passed.reports])


def enter_archived(handover: Handover, items: list[Item], *, on: date, number: str) -> list[Registered]:
    """The step without event: an old paper with its own number, as handed over on its day; returns what it touches.

    The devices begin to count for pledges when somebody else attaches the signed paper.
    """
    rows = refreshed(items)
    refuse_self(handover.recorded_by, handover.recipient, rows)
    validate(handover)
    put_on(handover, rows)
    _passed, gone = _pass_on(handover, on, handover.recorded_by, number)
    return [handover, *touched_by(handover), *gone]


def _pass_on(handover: Handover, on: date, actor: User, number: str = "") -> tuple[custody.Passed, list[Registered]]:
    """Pass custody, and stop counting for a pledge what leaves its unit; also who has left, now that nothing is held,
    and their roles.

    A return that the holder's unit files itself or confirms keeps counting; any other is a recall. What gets another
    holder in its unit has not left it.
    """
    passed = custody.pass_on(handover, actor=actor, on=on, at=clock.now(), number=number)

    def stays(delivery: Delivery) -> bool:
        if handover.kind == HandoverKind.RETURN:
            told = handover.confirmed_by or handover.recorded_by
            said_at = None if handover.confirmed_by_id else handover.created_at
            return speaking.returns_for(told, handover, delivery, at=said_at)
        return deliveries.stays(delivery, handover)

    if handover.kind not in (HandoverKind.ISSUE, HandoverKind.LOAN, HandoverKind.CHANGE_OF_HOLDER):
        for item in handover.items.select_related("asset"):
            deliveries.end_counts(item, on=on, unless=stays)
    return passed, departing.let_go(passed.people)


def _conditions(passed: custody.Passed) -> dict[str, Any]:
    """Of which devices the condition changed, as the event tells it."""
    return {"conditions": passed.conditions} if passed.conditions else {}


def _pledge_line(item: HandoverItem) -> PledgeLine | None:
    served: Fulfilment | None = getattr(item, "fulfilment", None)
    return served.pledge_line if served else None


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
