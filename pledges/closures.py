"""Ending a pledge that is not kept: withdrawn, excused for a reason on the closed list, or merged with its duplicate.

Each is the decider's act on what another unit asked for, and none of them on a pledge that is complete or closed. No
closure makes a late pledge look kept: a withdrawn one counts as not kept, an excused one is shown apart, and a merged
one hands its earliest date and its age on to the pledge it is merged into.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, DomainError, NotAllowed
from core.journal import record
from core.models import Attachment
from core.transactions import fresh, writing
from org.models import Unit
from pledges import deliveries, rules
from pledges.models import Closure, Pledge
from pledges.queries import lines_with_delivered
from pledges.reading import facts_of, judgement_of
from pledges.states import ClosureKind, Excuse, Publication, Strength


def withdraw(
    pledge: Pledge, *, actor: Any, reason: str, asked_by: Unit | None = None, document: Attachment | None = None
) -> Pledge:
    """The office takes its promise back: counts as not kept. A budget cut is such a withdrawal, with its explanation.

    ``asked_by``: the unit that asked (the responsible one when left out); ``NotAllowed`` when it is the decider's own.
    Writes ``pledge.withdrawn``.
    """
    with writing():
        pledge, role = _opening(pledge, "withdraw", actor)
        _require(reason, "reason")
        closure = Closure(pledge=pledge, kind=ClosureKind.WITHDRAWN, reason=reason, document=document)
        return _close(closure, "pledge.withdrawn", actor=actor, role=role, asked_by=asked_by)


def excuse(
    pledge: Pledge,
    *,
    actor: Any,
    reason: str,
    explanation: str = "",
    asked_by: Unit | None = None,
    document: Attachment | None = None,
) -> Pledge:
    """The promise cannot be kept, for a ``reason`` on the closed list (``Excuse``); refuses any other by that field.

    ``unit_abolished`` only while every unit still owed something is out of use and no line change moved its share to a
    successor. Shown apart, and counted in the strict rate. Writes ``pledge.excused``.
    """
    with writing():
        pledge, role = _opening(pledge, "excuse", actor)
        if reason not in Excuse.values:
            raise DomainError("invalid_choice", _("Alasan ini tidak ada dalam daftar."), field="reason")
        if reason == Excuse.UNIT_ABOLISHED and not _all_abolished(pledge):
            detail = _("Unit penerima atau unit penerusnya masih ada.")
            raise DomainError("unit_exists", detail, field="reason")
        closure = Closure(pledge=pledge, kind=ClosureKind.EXCUSED, excuse=reason, reason=explanation, document=document)
        return _close(closure, "pledge.excused", actor=actor, role=role, asked_by=asked_by)


def merge(
    pledge: Pledge,
    *,
    into: Pledge,
    actor: Any,
    reason: str,
    asked_by: Unit | None = None,
    document: Attachment | None = None,
) -> Pledge:
    """Two records of one promise become one: ``pledge`` leads to ``into`` from now on.

    The earlier first date and the earlier day of speaking win, and what was delivered counts for ``into`` with its own
    days. ``into`` must be published and not closed, of the same office, no less firm, and promise each unit at least as
    much; refused by that field otherwise. Writes ``pledge.merged`` on the pledge, related to ``into``.
    """
    with writing():
        pledge, role = _opening(pledge, "merge", actor)
        into = fresh(into, "responsible_unit")
        _require(reason, "reason")
        _refuse_target(pledge, into)
        facts, judgement = facts_of(pledge), judgement_of(pledge)
        closure = Closure(
            pledge=pledge, kind=ClosureKind.MERGED, reason=reason, document=document, merged_into=into,
            said_on=facts.said_on, first_due_on=judgement.first_due_on, dated_originally=facts.dated_originally,
        )  # fmt: skip
        done = _close(closure, "pledge.merged", actor=actor, role=role, asked_by=asked_by, related=[into])
        deliveries.pool(pledge, into)
    return done


def _opening(pledge: Pledge, verb: str, actor: Any) -> tuple[Pledge, str]:
    pledge = fresh(pledge, "responsible_unit")
    role = rules.VERBS[verb].who(actor, pledge)
    if not rules.is_open(pledge):
        raise Conflict("illegal_transition", _("Janji ini sudah lengkap, sudah ditutup, atau belum diterbitkan."))
    return pledge, role


def _require(value: str, field: str) -> None:
    if not value.strip():
        raise DomainError("required", _("Beri alasan."), field=field)


def _close(
    closure: Closure, verb: str, *, actor: Any, role: str, asked_by: Unit | None, related: list[Pledge] | None = None
) -> Pledge:
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
    record(verb, pledge, actor=actor, role=role, changes=changes, reason=closure.reason, related=related or [])
    return pledge


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
