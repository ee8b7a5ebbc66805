"""Moving a deadline: one asks with a reason, another decides; the first date stays for ever."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from core import asked, clock
from core.acts import Done, act
from core.errors import Conflict, DomainError
from core.journal import Private
from core.models import Decision
from core.permits import Every
from core.taking import Reason
from org.models import User
from pledges import rules
from pledges.models import DeadlineRevision, Pledge
from pledges.reading import judgement_of
from pledges.states import RevisionKind
from pledges.status import Judgement


@act(
    "ask-revision", _("Minta tenggat baru"), _("Tenggat awal tetap tercatat. Sekda yang memutuskan."),
    done=_("Permintaan tercatat."), event="pledge.revision_asked",
    who=rules.verifier, when=Every(rules.can_be_dated, rules.no_date_asked),
)  # fmt: skip
def ask(pledge: Pledge, *, actor: User, kind: RevisionKind, new_due_on: date, reason: Reason) -> Done[DeadlineRevision]:
    """Ask for a new deadline. An undecided revision changes nothing: the pledge stays late."""
    judgement = judgement_of(pledge)
    _refuse_senseless(pledge, judgement, kind, new_due_on)
    revision = DeadlineRevision(pledge=pledge, kind=kind, new_due_on=new_due_on, reason=reason, asked_by=actor)
    revision.full_clean()
    revision.save(force_insert=True)
    return Done(revision, {"kind": [None, kind], "due_on": [judgement.due_on, new_due_on]}, related=[revision])


@act(
    "decide", _("Putuskan"), _("Bila disetujui, tenggat baru berlaku mulai hari ini; tenggat awal tetap dinilai."),
    done=_("Keputusan tercatat."), event="pledge.revision_decided",
    who=rules.decider_on, when=Every(asked.undecided, rules.of_pledge(rules.can_be_dated)),
)  # fmt: skip
def decide(revision: DeadlineRevision, *, actor: User, decision: Decision, reason: Reason) -> Done[DeadlineRevision]:
    """Decide what another asked; in effect from today. The event is the pledge's."""
    pledge = revision.pledge
    due_on = judgement_of(pledge).due_on
    approved = asked.decide(revision, decision, reason, actor, effective_on=clock.today())
    changes = {
        "kind": [None, revision.kind],
        "decision": [None, decision],
        "due_on": [due_on, revision.new_due_on if approved else due_on],
        "reason_asked": [None, Private(revision.reason)],
    }
    return Done(revision, changes, about=pledge, related=[revision])


def kinds_that_fit(judgement: Judgement) -> list[RevisionKind]:
    """What can be asked of a pledge: a first date where there is none, else a change of it; a correction always."""
    undated = judgement.due_on is None
    return [k for k in RevisionKind if k == RevisionKind.CORRECTION or (k == RevisionKind.FIRST_SET) == undated]


def _refuse_senseless(pledge: Pledge, judgement: Judgement, kind: str, new_due_on: date) -> None:
    """A first date for an undated pledge only; a later one to extend, an earlier one to advance, never the same."""
    due = judgement.due_on
    if kind not in kinds_that_fit(judgement):
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
