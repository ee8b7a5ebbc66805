"""Moving a deadline: one asks with a reason, another decides; the first date stays for ever."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import asked, clock
from core.errors import Conflict, DomainError
from core.journal import Private, record
from core.permits import admit
from core.transactions import fresh, writing
from pledges import rules
from pledges.models import DeadlineRevision, Pledge
from pledges.reading import judgement_of
from pledges.states import RevisionKind
from pledges.status import Judgement


def ask(pledge: Pledge, *, kind: str, new_due_on: date, reason: str, actor: Any) -> DeadlineRevision:
    """Ask for a new deadline. ``Conflict`` on a pledge closed, complete, unpublished or with one undecided.

    Writes ``pledge.revision_asked`` on the pledge. An undecided revision changes nothing: the pledge stays late.
    """
    with writing():
        pledge = fresh(pledge, "responsible_unit")
        role = rules.VERBS["ask-revision"].who(actor, pledge)
        _refuse_closed(pledge)
        judgement = judgement_of(pledge)
        if pledge.deadline_revisions.filter(decision="").exists():
            raise Conflict("revision_undecided", _("Masih ada permintaan tenggat yang belum diputuskan."))
        _refuse_senseless(pledge, judgement, kind, new_due_on)
        revision = DeadlineRevision(pledge=pledge, kind=kind, new_due_on=new_due_on, reason=reason, asked_by=actor)
        revision.full_clean()
        revision.save(force_insert=True)
        changes = {"kind": [None, kind], "due_on": [judgement.due_on, new_due_on]}
        record(
            "pledge.revision_asked", pledge, actor=actor, role=role, changes=changes, reason=reason, related=[revision]
        )
    return revision


def decide(revision: DeadlineRevision, *, decision: str, reason: str, actor: Any) -> DeadlineRevision:
    """Decide what another asked; in effect from today. ``NotAllowed`` for the asker, ``Conflict`` when decided already.

    Writes ``pledge.revision_decided`` on the pledge.
    """
    with writing():
        revision = fresh(revision, "pledge__responsible_unit")
        pledge = revision.pledge
        role = rules.REVISION_VERBS["decide"].who(actor, revision)
        admit(asked.undecided, revision)
        _refuse_closed(pledge)
        due_on = judgement_of(pledge).due_on
        approved = asked.decide(revision, decision, reason, actor, effective_on=clock.today())
        changes = {
            "kind": [None, revision.kind],
            "decision": [None, decision],
            "due_on": [due_on, revision.new_due_on if approved else due_on],
            "reason_asked": [None, Private(revision.reason)],
        }
        record(
            "pledge.revision_decided",
            pledge,
            actor=actor,
            role=role,
            changes=changes,
            reason=reason,
            related=[revision],
        )
    return revision


def _refuse_closed(pledge: Pledge) -> None:
    if not rules.is_open(pledge):
        raise Conflict("pledge_not_open", _("Tenggat janji ini tidak dapat diubah lagi."))


def _refuse_senseless(pledge: Pledge, judgement: Judgement, kind: str, new_due_on: date) -> None:
    """A first date for an undated pledge only; a later one to extend, an earlier one to advance, never the same."""
    due = judgement.due_on
    if (kind == RevisionKind.FIRST_SET) != (due is None) and kind != RevisionKind.CORRECTION:
        raise Conflict("wrong_kind", _("Jenis perubahan ini tidak cocok dengan tenggat yang ada."))
    wrong = None
    if new_due_on < pledge.made_on_from:
        wrong = _("Tenggat tidak boleh sebelum janji diucapkan.")
    elif due is not None and new_due_on == due:
        wrong = _("Tenggat yang sama dengan yang berlaku sekarang.")
    elif kind in (RevisionKind.EXTENSION, RevisionKind.RESTATED) and due and new_due_on < due:
        wrong = _("Perpanjangan harus sesudah tenggat yang berlaku.")
    elif kind == RevisionKind.ADVANCE and due and new_due_on > due:
        wrong = _("Tanggal yang dimajukan harus sebelum tenggat yang berlaku.")
    if wrong:
        raise DomainError("senseless_date", wrong, field="new_due_on")
