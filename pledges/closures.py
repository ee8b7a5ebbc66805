"""Ending a pledge that is not kept: withdrawn, excused for a reason on the closed list, or merged with its duplicate.

Each is the decider's act on what another unit asked for, and none of them on a pledge that is complete or closed. No
closure makes a late pledge look kept: a withdrawn one counts as not kept, an excused one is shown apart, and a merged
one hands its earliest date and its age on to the pledge it is merged into.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.acts import Done, act
from core.errors import DomainError, NotAllowed
from core.taking import Ask, Document, Reason
from core.transactions import fresh
from org.models import Unit, User
from pledges import deliveries, rules
from pledges.models import Closure, Pledge
from pledges.queries import lines_with_delivered
from pledges.reading import facts_of, judgement_of
from pledges.states import ClosureKind, Excuse, Publication, Strength

AskedBy = Annotated[
    Unit | None, Ask(label=_("Diminta oleh unit"), help=_("Pilih unit selain unit Anda sendiri."))
]  # fmt: skip
Into = Annotated[Pledge, Ask(column=(Closure, "merged_into"))]
Letter = Annotated[Document | None, Ask(label=_("Surat permintaan"), help=_("Foto atau PDF."))]


@act(
    "merge", _("Gabungkan"),
    _("Dua catatan janji yang sama menjadi satu. Tenggat paling awal berlaku; perangkat dihitung bersama."),
    done=_("Janji digabung."), event="pledge.merged", who=rules.decider, when=rules.can_end,
)  # fmt: skip
def merge(
    pledge: Pledge,
    *,
    actor: User,
    into: Into,
    reason: Reason,
    asked_by: AskedBy = None,
    document: Letter = None,
) -> Done[Pledge]:
    """Two records of one promise become one: ``pledge`` leads to ``into`` from now on.

    The earlier first date and the earlier day of speaking win, and what was delivered counts for ``into`` with its own
    days. ``into`` must be published and not closed, of the same office, no less firm, and promise each unit at least as
    much; refused by that field otherwise.
    """
    into = fresh(into, "responsible_unit")
    _refuse_target(pledge, into)
    facts, judgement = facts_of(pledge), judgement_of(pledge)
    closure = Closure(
        pledge=pledge, kind=ClosureKind.MERGED, reason=reason, document=document, merged_into=into,
        said_on=facts.said_on, first_due_on=judgement.first_due_on, dated_originally=facts.dated_originally,
    )  # fmt: skip
    done = _close(closure, actor=actor, asked_by=asked_by, related=[into])
    deliveries.pool(pledge, into)
    return done


@act(
    "excuse", _("Tidak dapat dilaksanakan"),
    _("Hanya untuk alasan dalam daftar. Tidak ada anggaran bukan alasan: cabut dengan penjelasan."),
    done=_("Janji ditandai tidak dapat dilaksanakan."), event="pledge.excused",
    who=rules.decider, when=rules.can_end,
)  # fmt: skip
def excuse(
    pledge: Pledge, *, actor: User, reason: Annotated[Excuse, Ask(label=_("Alasan"))], asked_by: AskedBy = None,
    document: Letter = None, explanation: Annotated[Reason, Ask(label=_("Penjelasan"))] = "",
) -> Done[Pledge]:  # fmt: skip
    """The promise cannot be kept, for a ``reason`` on the closed list; shown apart, and counted in the strict rate.

    ``unit_abolished`` only while every unit still owed something is out of use and no line change moved its share to a
    successor.
    """
    if reason == Excuse.UNIT_ABOLISHED and not _all_abolished(pledge):
        raise DomainError("unit_exists", _("Unit penerima atau unit penerusnya masih ada."), field="reason")
    closure = Closure(pledge=pledge, kind=ClosureKind.EXCUSED, excuse=reason, reason=explanation, document=document)
    return _close(closure, actor=actor, asked_by=asked_by)


@act(
    "withdraw", _("Cabut"), _("Janji dicabut dan dihitung tidak ditepati. Tidak dapat dibatalkan."),
    done=_("Janji dicabut."), event="pledge.withdrawn", who=rules.decider, when=rules.can_end,
)  # fmt: skip
def withdraw(
    pledge: Pledge, *, actor: User, reason: Reason, asked_by: AskedBy = None, document: Letter = None
) -> Done[Pledge]:
    """The office takes its promise back: counts as not kept. A budget cut is such a withdrawal, with its explanation.

    ``asked_by``: the unit that asked (the responsible one when left out); ``NotAllowed`` when it is the decider's own.
    """
    closure = Closure(pledge=pledge, kind=ClosureKind.WITHDRAWN, reason=reason, document=document)
    return _close(closure, actor=actor, asked_by=asked_by)


def _close(closure: Closure, *, actor: User, asked_by: Unit | None, related: Iterable[Pledge] = ()) -> Done[Pledge]:
    pledge = closure.pledge
    closure.asked_by = asked_by or pledge.responsible_unit
    closure.closed_by = actor
    person = actor.person
    if person is not None and person.unit_id == closure.asked_by.pk:
        raise NotAllowed("own_unit", _("Unit peminta tidak boleh sama dengan unit pemutus."))
    closure.full_clean()
    closure.save(force_insert=True)
    changes = {"closure": [None, closure.kind], "asked_by": [None, closure.asked_by.code]}
    if closure.excuse:
        changes["excuse"] = [None, closure.excuse]
    if closure.document:
        changes["document"] = [None, closure.document.sha256]
    return Done(pledge, changes, related=related, reason=closure.reason)


def _all_abolished(pledge: Pledge) -> bool:
    owed = lines_with_delivered(pledge.lines.select_related("unit")).filter(delivered__lt=F("promised"))
    units = [line.unit for line in owed]
    return bool(units) and not any(unit.active for unit in units)


def _refuse_target(pledge: Pledge, into: Pledge) -> None:
    if into.pk == pledge.pk:
        raise DomainError("same_pledge", _("Janji tidak dapat digabung dengan dirinya sendiri."), field="into")
    if into.publication != Publication.PUBLISHED or into.closed:
        raise DomainError("pledge_not_open", _("Janji tujuan belum diterbitkan atau sudah ditutup."), field="into")
    if into.office_id != pledge.office_id:
        raise DomainError("other_office", _("Janji tujuan milik jabatan lain."), field="into")
    if pledge.strength == Strength.FIRM != into.strength:
        raise DomainError("less_firm", _("Janji tujuan kurang tegas daripada janji ini."), field="into")
    if _promised(pledge) - _promised(into):
        raise DomainError("promises_less", _("Janji tujuan menjanjikan lebih sedikit."), field="into")


def _promised(pledge: Pledge) -> Counter[tuple[Any, ...]]:
    """Devices promised per unit and kind of device."""
    found: Counter[tuple[Any, ...]] = Counter()
    for line in lines_with_delivered(pledge.lines.all()):
        found[line.kind_for_unit] += line.promised
    return found
