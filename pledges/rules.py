"""May this person do this to this pledge now? Asked by verbs, pages and the API's ``actions`` alike."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.asked import by_another, none_undecided
from core.errors import NotAllowed, Text
from core.permits import When, four_eyes, refusing
from org.models import Role
from org.models.grants import reach
from org.rules import holds, require
from pledges import notice
from pledges.models import DeadlineRevision, LineChange, Pledge
from pledges.reading import judgement_of
from pledges.states import RECORDERS, Publication, Status, Strength

NOT_CONDITIONAL = _("Janji ini tidak mempunyai syarat yang belum terpenuhi.")


def may_draft(user: Any, _nothing: None = None) -> str:
    return require(user, *RECORDERS)


def drafter(user: Any, pledge: Pledge) -> str:
    """A draft is its recorder's; where it goes and how it is called, also the verifier's of the responsible unit."""
    if pledge.recorded_by_id != user.pk and holds(user, Role.VERIFIER, unit=pledge.responsible_unit):
        return verifier(user, pledge)
    return recorder(user, pledge)


def recorder(user: Any, pledge: Pledge) -> str:
    if pledge.recorded_by_id != user.pk:
        raise NotAllowed("not_the_recorder", _("Draf ini milik pencatatnya."))
    return require(user, *RECORDERS)


def submitter(user: Any, pledge: Pledge) -> str:
    """The verifier of the responsible unit; the recorder himself once the verifier's limit has passed."""
    if pledge.recorded_by_id == user.pk and notice.Waiting().is_overdue(pledge):
        return recorder(user, pledge)
    return verifier(user, pledge)


def successor(user: Any, pledge: Pledge) -> str:
    """Another requester of the unit of whoever recorded the draft, or its head."""
    person = pledge.recorded_by.person
    if person is None:
        raise NotAllowed("not_the_recorder", _("Draf ini milik pencatatnya."))
    return require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=person.unit)


@refusing(_("Pencatat draf ini masih bertugas."), "recorder_in_service")
def orphaned(pledge: Pledge) -> bool:
    """Whether the account or the last grant to record has ended of whoever recorded this draft."""
    return reach(pledge.recorded_by).role_at(RECORDERS, None) is None


def verifier(user: Any, pledge: Pledge) -> str:
    return require(user, Role.VERIFIER, unit=pledge.responsible_unit)


def publisher(user: Any, pledge: Pledge) -> str:
    role = require(user, Role.PUBLISHER, unit=pledge.responsible_unit)
    four_eyes(user, pledge.recorded_by_id, pledge.submitted_by_id)
    return role


def decider(user: Any, pledge: Pledge) -> str:
    return require(user, Role.DECIDER, unit=pledge.responsible_unit)


@by_another
def decider_on(user: Any, asked: DeadlineRevision | LineChange) -> str:
    return decider(user, asked.pledge)


def is_draft(pledge: Pledge) -> bool:
    return pledge.publication == Publication.DRAFT


editable = When(is_draft, _("Hanya draf yang dapat diubah atau dihapus."), "not_a_draft")


def is_submitted(pledge: Pledge) -> bool:
    return pledge.publication == Publication.SUBMITTED


def _told_from(pledge: Pledge) -> Text:
    first = notice.publishable_on(pledge)
    detail = _("Jabatan yang berjanji sedang diberi tahu; dapat diterbitkan mulai %(day)s.")
    return detail % {"day": first.isoformat() if first else "–"}


notice_over = When(notice.is_over, _told_from, "notice_running")


def is_open(pledge: Pledge) -> bool:
    """Whether a new date, a new line or a closure can still mean anything: published, not closed, not complete."""
    if pledge.publication != Publication.PUBLISHED:
        return False
    return judgement_of(pledge).status not in Status.CLOSED | Status.KEPT


can_end = When(is_open, _("Janji ini sudah lengkap, sudah ditutup, atau belum diterbitkan."))
can_be_dated = When(is_open, _("Tenggat janji ini tidak dapat diubah lagi."), "pledge_not_open")
can_gain_lines = When(is_open, _("Baris janji ini tidak dapat diubah lagi."), "pledge_not_open")
no_date_asked = none_undecided(
    "deadline_revisions", _("Masih ada permintaan tenggat yang belum diputuskan."), "revision_undecided"
)
no_lines_asked = none_undecided(
    "line_changes", _("Masih ada perubahan baris yang belum diputuskan."), "line_change_undecided"
)


def of_pledge(condition: When) -> When:
    """The condition of the pledge that something is asked about."""
    return When(lambda asked: condition(asked.pledge), condition.refusal, condition.code)


@refusing(NOT_CONDITIONAL, "no_condition_open")
def is_conditional(pledge: Pledge) -> bool:
    return pledge.strength == Strength.CONDITIONAL


@refusing(NOT_CONDITIONAL, "no_condition_open")
def has_no_date(pledge: Pledge) -> bool:
    return judgement_of(pledge).first_due_on is None
