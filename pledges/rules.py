"""May this person do this to this pledge now? Asked by verbs, pages and the API's ``actions`` alike."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.asked import by_another, undecided
from core.errors import NotAllowed
from core.permits import Every, Permit, four_eyes
from org.models import Role
from org.rules import holds, require
from pledges import notice
from pledges.models import DeadlineRevision, LineChange, Pledge
from pledges.paper_rules import PAPER_VERBS
from pledges.reading import judgement_of
from pledges.states import Publication, Status, Strength

RECORDERS = (Role.VERIFIER, Role.REQUESTER, Role.UNIT_HEAD, Role.PUBLISHER)


def may_draft(user: Any) -> str:
    return require(user, *RECORDERS)


def _drafter(user: Any, pledge: Pledge) -> str:
    """A draft is its recorder's, and open to the verifiers of the responsible unit."""
    if pledge.recorded_by_id != user.pk and not holds(user, Role.VERIFIER, unit=pledge.responsible_unit):
        raise NotAllowed("not_the_recorder", _("Draf ini milik pencatatnya."))
    return require(user, *RECORDERS)


def _recorder(user: Any, pledge: Pledge) -> str:
    if pledge.recorded_by_id != user.pk:
        raise NotAllowed("not_the_recorder", _("Draf ini milik pencatatnya."))
    return require(user, *RECORDERS)


def _verifier(user: Any, pledge: Pledge) -> str:
    return require(user, Role.VERIFIER, unit=pledge.responsible_unit)


def _publisher(user: Any, pledge: Pledge) -> str:
    role = require(user, Role.PUBLISHER, unit=pledge.responsible_unit)
    four_eyes(user, pledge.recorded_by_id, pledge.submitted_by_id)
    return role


def _decider(user: Any, pledge: Pledge) -> str:
    return require(user, Role.DECIDER, unit=pledge.responsible_unit)


def _is_draft(pledge: Pledge) -> bool:
    return pledge.publication == Publication.DRAFT


def _is_submitted(pledge: Pledge) -> bool:
    return pledge.publication == Publication.SUBMITTED


def _may_be_published(pledge: Pledge) -> bool:
    return _is_submitted(pledge) and notice.is_over(pledge)


def is_open(pledge: Pledge) -> bool:
    """Whether a new date, a new line or a closure can still mean anything: published, not closed, not complete."""
    if pledge.publication != Publication.PUBLISHED:
        return False
    return judgement_of(pledge).status not in Status.CLOSED | Status.KEPT


def _no_date_asked(pledge: Pledge) -> bool:
    return not pledge.deadline_revisions.filter(decision="").exists()


def _no_lines_asked(pledge: Pledge) -> bool:
    return not pledge.line_changes.filter(decision="").exists()


def _is_conditional(pledge: Pledge) -> bool:
    return pledge.strength == Strength.CONDITIONAL


def _has_no_date(pledge: Pledge) -> bool:
    return judgement_of(pledge).first_due_on is None


VERBS = {
    "change": Permit(_drafter, _is_draft),
    "delete": Permit(_recorder, _is_draft),
    "submit": Permit(_verifier, _is_draft),
    "publish": Permit(_publisher, _may_be_published),
    "reject": Permit(_publisher, _is_submitted),
    "ask-revision": Permit(_verifier, Every(is_open, _no_date_asked)),
    "ask-line-change": Permit(_verifier, Every(is_open, _no_lines_asked)),
    "withdraw": Permit(_decider, is_open),
    "excuse": Permit(_decider, is_open),
    "merge": Permit(_decider, is_open),
    "meet-condition": Permit(_verifier, Every(_is_conditional, is_open, _no_date_asked, _has_no_date)),
    **PAPER_VERBS,
}


@by_another
def _change_decider(user: Any, change: DeadlineRevision | LineChange) -> str:
    return require(user, Role.DECIDER, unit=change.pledge.responsible_unit)


def _still_open(change: DeadlineRevision | LineChange) -> bool:
    return is_open(change.pledge)


REVISION_VERBS = {"decide": Permit(_change_decider, Every(undecided, _still_open))}
LINE_CHANGE_VERBS = {"decide": Permit(_change_decider, Every(undecided, _still_open))}
