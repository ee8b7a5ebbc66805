"""May this person do this to this pledge now? Asked by verbs, pages and the API's ``actions`` alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.asked import by_the_asker
from core.errors import NotAllowed, Text
from core.permits import When, four_eyes, refusing
from org.models import Role, Unit
from org.models.grants import reach
from org.rules import all_hands, holds, require, unit_of
from org.succession import covers, unit_spoken_for_by
from pledges import notice
from pledges.models import DeadlineRevision, Pledge
from pledges.models.asked import AskedOfPledge, brought_by
from pledges.reading import judgement_of, lapsed_among
from pledges.sides import is_of_the_other_side, standing_for
from pledges.states import ENDED, RECORDERS, Publication, RevisionKind, Strength

ASKERS = (Role.VERIFIER, Role.UNIT_HEAD)
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
    if pledge.recorded_by_id == user.pk and notice.Limits().is_overdue(pledge):
        return recorder(user, pledge)
    return verifier(user, pledge)


def successor(user: Any, pledge: Pledge) -> str:
    """A requester or the head of the unit in which the draft was made, or of what took its place, who belongs to it or
    to one below it, and is not of the promiser's side."""
    unit, own = pledge.recorded_in, unit_of(user)
    if unit is None:
        raise NotAllowed("not_the_recorder", _("Draf ini milik pencatatnya."))
    role = require(user, Role.REQUESTER, Role.UNIT_HEAD, unit=unit)
    elsewhere = own is None or not covers(unit, own)
    if elsewhere or any(is_of_the_other_side(each, unit, pledge) for each in all_hands(user)):
        detail = _(
            "Hanya orang dari unit yang mencatat draf ini, bukan dari pihak yang berjanji, yang mengambil alihnya."
        )
        raise NotAllowed("not_the_unit", detail)
    return role


@refusing(_("Pencatat draf ini masih bertugas."), "recorder_in_service")
def orphaned(pledge: Pledge) -> bool:
    """Whether the account or the last grant to record has ended of whoever recorded this draft."""
    return reach(pledge.recorded_by).role_at(RECORDERS, None) is None


@refusing(_("Draf ini diambil alih dari pencatatnya dan tidak dihapus."), "taken_over")
def of_its_first_recorder(pledge: Pledge) -> bool:
    return pledge.taken_over_at is None


def verifier(user: Any, pledge: Pledge) -> str:
    return require(user, Role.VERIFIER, unit=pledge.responsible_unit)


def publisher(user: Any, pledge: Pledge) -> str:
    role = require(user, Role.PUBLISHER, unit=pledge.responsible_unit)
    four_eyes(user, *brought_by(pledge))
    return role


def asker(user: Any, pledge: Pledge) -> str:
    """A verifier or the head: of the promising office's unit, of the one that answers, or of what took its place."""
    here = _where(user, ASKERS, standing_for(pledge))
    return require(user, *ASKERS, unit=here or pledge.responsible_unit)


def asker_about_lines(user: Any, pledge: Pledge) -> str:
    """Also the head of a unit that the pledge promises something to, or of one that took its place."""
    promised = (line.unit for line in pledge.lines.select_related("unit"))
    here = _where(user, (Role.UNIT_HEAD,), (each for unit in promised for each in (unit, *unit_spoken_for_by(unit))))
    return require(user, Role.UNIT_HEAD, unit=here) if here else asker(user, pledge)


def _where(user: Any, roles: Iterable[str], units: Iterable[Unit]) -> Unit | None:
    """The first of ``units`` at which the user holds one of the roles; successors are looked up only when it comes to
    them."""
    return next((unit for unit in units if holds(user, *roles, unit=unit)), None)


def decider_on(user: Any, asked: AskedOfPledge) -> str:
    """A decider who neither asked nor recorded nor submitted, and of a correction did not confirm it either."""
    role = require(user, Role.DECIDER, unit=asked.pledge.responsible_unit)
    four_eyes(user, *asked.barred)
    return role


def own_asker(user: Any, asked: AskedOfPledge) -> str:
    by_the_asker(user, asked)
    return asker_about_lines(user, asked.pledge)


def confirmer(user: Any, revision: DeadlineRevision) -> str:
    """A publisher, third beside who asked and who decides."""
    role = require(user, Role.PUBLISHER, unit=revision.pledge.responsible_unit)
    four_eyes(user, *revision.brought_by)
    return role


def is_draft(pledge: Pledge) -> bool:
    return pledge.publication == Publication.DRAFT


editable = When(is_draft, _("Hanya draf yang dapat diubah atau dihapus."), "not_a_draft")


OFFICE_OUT_OF_USE = _("Jabatan ini tidak dipakai lagi dan tidak dapat berjanji; pilih penerusnya.")


@refusing(OFFICE_OUT_OF_USE, "office_out_of_use")
def office_in_use(pledge: Pledge) -> bool:
    return pledge.office.active


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
    return judgement_of(pledge).status not in ENDED


can_be_eased = When(is_open, _("Janji ini sudah lengkap, sudah ditutup, atau belum diterbitkan."), "pledge_not_open")


def _none_asked(relation: str, refusal: Text, code: str) -> When:
    """The condition of asking that nothing in ``relation`` of the pledge still waits for a decision."""

    def holds_for(pledge: Pledge) -> bool:
        undecided = list(getattr(pledge, relation).filter(decision=""))
        return len(lapsed_among(undecided)) == len(undecided)

    return When(holds_for, refusal, code)


no_date_asked = _none_asked(
    "deadline_revisions", _("Masih ada permintaan tenggat yang belum diputuskan."), "revision_undecided"
)
no_lines_asked = _none_asked(
    "line_changes", _("Masih ada perubahan baris yang belum diputuskan."), "line_change_undecided"
)
no_closure_asked = _none_asked(
    "closures", _("Masih ada permintaan penutupan yang belum diputuskan."), "closure_undecided"
)
no_unit_asked = _none_asked(
    "passings_on", _("Masih ada permintaan alih penanggung jawab yang belum diputuskan."), "passing_on_undecided"
)


@refusing(_("Permintaan ini gugur: janjinya pernah lengkap atau ditutup sebelum diputuskan."), "lapsed")
def not_lapsed(asked: AskedOfPledge) -> bool:
    return not lapsed_among([asked])


def _unconfirmed(asked: AskedOfPledge) -> bool:
    if not isinstance(asked, DeadlineRevision) or asked.kind != RevisionKind.CORRECTION:
        return False
    return asked.confirmed_at is None


@refusing(_("Pembetulan ini belum dibenarkan dokumennya oleh PPID."), "not_confirmed")
def confirmed(asked: AskedOfPledge) -> bool:
    return not _unconfirmed(asked)


@refusing(_("Tidak ada dokumen yang menunggu dibenarkan."), "illegal_transition")
def to_be_confirmed(asked: AskedOfPledge) -> bool:
    return _unconfirmed(asked)


def of_pledge(condition: When) -> When:
    """The condition of the pledge that something is asked about."""
    return When(lambda asked: condition(asked.pledge), condition.refusal, condition.code)


@refusing(NOT_CONDITIONAL, "no_condition_open")
def is_conditional(pledge: Pledge) -> bool:
    return pledge.strength == Strength.CONDITIONAL


@refusing(NOT_CONDITIONAL, "no_condition_open")
def has_no_date(pledge: Pledge) -> bool:
    return judgement_of(pledge).first_due_on is None
