"""Deciding what was asked about a pledge: one permit and one verb for all of it, whatever it is that was asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import asked, clock
from core.acts import Done, act
from core.journal import Private
from core.models import Decision
from core.permits import Every
from core.taking import Note, Reason
from org.models import User
from pledges import closures, deadlines, line_changes, passing_on, rules
from pledges.asking import Decided, told_of
from pledges.models import Closure, DeadlineRevision, LineChange, PassingOn
from pledges.models.asked import AskedOfPledge

EFFECTS: dict[type[AskedOfPledge], Callable[[Any, bool], Decided]] = {
    DeadlineRevision: deadlines.decided,
    LineChange: line_changes.decided,
    Closure: closures.decided,
    PassingOn: passing_on.decided,
}
"""What a decision does, before it is kept: ``effect(request, approved)``."""


@act(
    "decide", _("Putuskan"), _("Bila disetujui, berlaku mulai hari ini; yang diucapkan tetap tercatat apa adanya."),
    done=_("Keputusan tercatat."), event="", who=rules.decider_on,
    when=Every(asked.undecided, rules.of_pledge(rules.can_be_eased), rules.not_lapsed, rules.confirmed), many=True,
)  # fmt: skip
def decide(request: AskedOfPledge, *, actor: User, decision: Decision, reason: Reason) -> Done[AskedOfPledge]:
    """Decide what another asked, in effect from today. The event is the pledge's, and named by what was decided.

    ``Conflict`` when it no longer fits what the pledge has become since it was asked.
    """
    effect = EFFECTS[type(request)](request, decision == Decision.APPROVE)
    asked.decide(request, decision, reason, actor, **effect.columns)
    if effect.then:
        effect.then()
    changes = {"decision": [None, decision], **effect.changes, "reason_asked": [None, Private(request.reason)]}
    return Done(request, changes, about=request.pledge, related=[request, *effect.related], event=effect.event)


@act(
    "take-back", _("Tarik kembali"), _("Permintaan ini tidak lagi menunggu keputusan; tetap tercatat pernah diminta."),
    done=_("Permintaan ditarik kembali."), event="pledge.request_taken_back", who=rules.own_asker, when=asked.undecided,
)  # fmt: skip
def take_back(request: AskedOfPledge, *, actor: User, reason: Note = "") -> Done[AskedOfPledge]:
    """Take back what one asked oneself. The event is the pledge's."""
    asked.take_back(request, reason, actor)
    changes = {"request": [request.journal_type, None]}
    return Done(request, changes, about=request.pledge, related=[request])


@act(
    "confirm", _("Benarkan dokumennya"),
    _("Anda menyatakan dokumennya membuktikan tanggal ini. Sesudah itu barulah pembetulan dapat diputuskan."),
    done=_("Dokumen dibenarkan."), event="pledge.correction_confirmed", who=rules.confirmer,
    when=Every(asked.undecided, rules.of_pledge(rules.can_be_eased), rules.not_lapsed, rules.to_be_confirmed),
)  # fmt: skip
def confirm(revision: DeadlineRevision, *, actor: User, reason: Note = "") -> Done[DeadlineRevision]:
    """Say as a third person that the paper of a correction proves its date. The event is the pledge's."""
    revision.confirmed_by, revision.confirmed_at = actor, clock.now()
    revision.save(update_fields=["confirmed_by", "confirmed_at"])
    changes = {"new_due_on": [None, revision.new_due_on], "paper": [None, told_of(revision)]}
    return Done(revision, changes, about=revision.pledge, related=[revision])
