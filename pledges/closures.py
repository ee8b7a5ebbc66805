"""Ending a pledge that is not kept: withdrawn, excused for a reason on the closed list, or merged with its duplicate.

Each is asked by one on paper and decided by another, and none of them on a pledge that is complete or closed. No
closure makes a late pledge look kept: a withdrawn one counts as not kept, an excused one is shown apart, and a merged
one hands its earliest date and its age on to the pledge it is merged into.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import partial
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from core import clock
from core.acts import Done, act
from core.errors import Conflict, DomainError
from core.permits import Every
from core.taking import Ask, Reason
from core.transactions import fresh
from org.models import Unit, UnitSuccession, User
from pledges import deliveries, rules
from pledges.asking import Decided, Paper, asked_for
from pledges.counting import lines_with_delivered
from pledges.models import Closure, Pledge
from pledges.reading import facts_of, judgement_of
from pledges.states import FIRMNESS, LATEST_DATE_YEARS, ClosureKind, Excuse, Strength

Into = Annotated[Pledge, Ask(column=(Closure, "merged_into"))]
_CAN_END = Every(rules.can_be_eased, rules.no_closure_asked)
_ENDED = {
    ClosureKind.WITHDRAWN: "pledge.withdrawn",
    ClosureKind.EXCUSED: "pledge.excused",
    ClosureKind.MERGED: "pledge.merged",
}


@act(
    "merge", _("Gabungkan"),
    _(
        "Dua catatan janji yang sama menjadi satu. Tenggat paling awal berlaku; perangkat dihitung bersama. "
        "Sekda yang memutuskan."
    ),
    done=_("Permintaan tercatat."), event="pledge.merger_asked", who=rules.asker_about_lines, when=_CAN_END,
)  # fmt: skip
def merge(pledge: Pledge, *, actor: User, into: Into, reason: Reason, document: Paper) -> Done[Closure]:
    """Ask that two records of one promise become one: ``pledge`` then leads to ``into``.

    The union is judged as the record spoken first, with its original date or its lack of one; the earliest of all first
    dates holds, and what was delivered counts for ``into`` with its own days. ``into`` must be of the same office, no
    less firm, and promise each unit at least as much (400 for that field); it must be published and open, and not have
    been complete when the other was said (``Conflict``). The rule: pledges.md, "Merging".
    """
    _refuse_target(pledge, into)
    closure = Closure(pledge=pledge, kind=ClosureKind.MERGED, reason=reason, merged_into=into, asked_by=actor)
    return _asked(closure, document)


@act(
    "excuse", _("Tidak dapat dilaksanakan"),
    _(
        "Hanya untuk alasan dalam daftar. Tidak ada anggaran bukan alasan: cabut dengan penjelasan. "
        "Sekda yang memutuskan."
    ),
    done=_("Permintaan tercatat."), event="pledge.excuse_asked", who=rules.asker, when=_CAN_END,
)  # fmt: skip
def excuse(
    pledge: Pledge, *, actor: User, reason: Annotated[Excuse, Ask(label=_("Alasan"))],
    explanation: Annotated[Reason, Ask(label=_("Penjelasan"))], document: Paper,
) -> Done[Closure]:  # fmt: skip
    """Ask that the promise be said to be impossible, for a ``reason`` on the closed list: shown apart, and counted in
    the strict rate.

    ``unit_abolished`` only while no unit of a line lives or has a successor; it falls by itself when one does
    (``falling``).
    """
    closure = Closure(pledge=pledge, kind=ClosureKind.EXCUSED, excuse=reason, reason=explanation, asked_by=actor)
    _refuse_unit_that_exists(closure)
    return _asked(closure, document)


@act(
    "withdraw", _("Cabut"),
    _("Janji yang dicabut dihitung tidak ditepati; tidak dapat dibatalkan. Sekda yang memutuskan."),
    done=_("Permintaan tercatat."), event="pledge.withdrawal_asked", who=rules.asker, when=_CAN_END,
)  # fmt: skip
def withdraw(pledge: Pledge, *, actor: User, reason: Reason, document: Paper) -> Done[Closure]:
    """Ask to take the promise back: counts as not kept. A budget cut is such a withdrawal, with its explanation."""
    return _asked(Closure(pledge=pledge, kind=ClosureKind.WITHDRAWN, reason=reason, asked_by=actor), document)


def decided(closure: Closure, approved: bool) -> Decided:
    """Close the pledge from today. ``Conflict`` when what was asked no longer holds."""
    if not approved:
        return Decided("pledge.closure_refused", _changes(closure))
    columns: dict[str, Any] = {"effective_on": clock.today()}
    into = closure.merged_into
    try:
        _refuse_unit_that_exists(closure)
        if into is not None:
            into = fresh(into, *into.read_with)
            _refuse_target(closure.pledge, into)
    except DomainError as error:
        raise Conflict("outdated", error.detail) from error
    event, changes = _ENDED[ClosureKind(closure.kind)], _changes(closure)
    if into is None:
        return Decided(event, changes, columns=columns)
    facts, judgement = facts_of(closure.pledge), judgement_of(closure.pledge)
    columns |= {
        "said_on": facts.said_on, "first_due_on": judgement.first_due_on, "dated_originally": facts.dated_originally,
        "dated_on": facts.dated_on,
    }  # fmt: skip
    return Decided(event, changes, [into], columns, partial(deliveries.pool, closure.pledge, into))


def _asked(closure: Closure, document: Any) -> Done[Closure]:
    done = asked_for(closure, _changes(closure), document)
    return Done(closure, done.changes, related=[closure, *filter(None, [closure.merged_into])], reason=closure.reason)


def _changes(closure: Closure) -> dict[str, Any]:
    changes: dict[str, Any] = {"closure": [None, closure.kind]}
    if closure.excuse:
        changes["excuse"] = [None, closure.excuse]
    return changes


def _refuse_unit_that_exists(closure: Closure) -> None:
    if closure.excuse == Excuse.UNIT_ABOLISHED and not _all_abolished(closure.pledge):
        raise DomainError("unit_exists", _("Unit penerima atau unit penerusnya masih ada."), field="reason")


def _all_abolished(pledge: Pledge) -> bool:
    units = Unit.objects.filter(pk__in=pledge.lines.values("unit"))
    succeeded = UnitSuccession.objects.in_effect().filter(predecessor__in=units)
    return units.exists() and not (units.filter(active=True).exists() or succeeded.exists())


def _refuse_target(pledge: Pledge, into: Pledge) -> None:
    if into.pk == pledge.pk:
        raise DomainError("same_pledge", _("Janji tidak dapat digabung dengan dirinya sendiri."), field="into")
    if not rules.is_open(into):
        detail = _("Janji tujuan belum diterbitkan, sudah lengkap, atau sudah ditutup.")
        raise Conflict("pledge_not_open", detail, field="into")
    _refuse_too_far(facts_of(pledge).said_on, judgement_of(into).due_on)
    completed_on = judgement_of(into).completed_on
    if completed_on and completed_on <= facts_of(pledge).said_on:
        raise Conflict("complete_before", _("Janji tujuan sudah lengkap sebelum janji ini diucapkan."), field="into")
    if into.office_id != pledge.office_id:
        raise DomainError("other_office", _("Janji tujuan milik jabatan lain."), field="into")
    if FIRMNESS.index(Strength(into.strength)) < FIRMNESS.index(Strength(pledge.strength)):
        raise DomainError("less_firm", _("Janji tujuan kurang tegas daripada janji ini."), field="into")
    if _promised(pledge) - _promised(into):
        raise DomainError("promises_less", _("Janji tujuan menjanjikan lebih sedikit."), field="into")


def _refuse_too_far(said_on: date, due_on: date | None) -> None:
    """No date of the union lies more than ten years after it was said first."""
    if due_on and due_on > clock.years_after(said_on, LATEST_DATE_YEARS):
        detail = _("Tenggat janji tujuan lebih dari sepuluh tahun sesudah janji ini diucapkan.")
        raise DomainError("too_far", detail, field="into")


def _promised(pledge: Pledge) -> Counter[tuple[Any, ...]]:
    """Devices promised per unit and kind of device."""
    found: Counter[tuple[Any, ...]] = Counter()
    for line in lines_with_delivered(pledge.lines.all()):
        found[line.kind_for_unit] += line.promised
    return found
