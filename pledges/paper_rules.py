"""May this person add this paper to this pledge now?"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import NotAllowed
from core.permits import refusing
from org.models import Role
from org.rules import holds, reach, require
from pledges.merging import canonical, merged_under
from pledges.models import Pledge, Witness
from pledges.states import RECORDERS, Publication

SPEAKERS = (Role.REQUESTER, Role.UNIT_HEAD)
PROVERS = (Role.VERIFIER, Role.PUBLISHER, *SPEAKERS, Role.AUDITOR)
WITNESS_READERS = (Role.PUBLISHER, Role.AUDITOR)


def prover(user: Any, pledge: Pledge) -> str:
    """The recorder; who works at the responsible unit; once published, also who speaks for a unit that it names."""
    role = require(user, *PROVERS)
    if pledge.recorded_by_id == user.pk or holds(user, *PROVERS, unit=pledge.responsible_unit):
        return role
    if pledge.publication == Publication.PUBLISHED and holds(user, *SPEAKERS):
        lines = list(pledge.lines.select_related("unit"))
        if not lines or any(holds(user, *SPEAKERS, unit=line.unit) for line in lines):
            return require(user, *SPEAKERS)
    raise NotAllowed("not_concerned", _("Janji ini bukan untuk unit Anda."))


def doer(user: Any, pledge: Pledge) -> str:
    return require(user, Role.VERIFIER, Role.PLANNER, unit=pledge.responsible_unit)


def respondent(user: Any, pledge: Pledge) -> str:
    """Who speaks for the office: its verifier, or the head of the unit to which the promising office belongs."""
    if holds(user, Role.UNIT_HEAD, unit=pledge.office.unit):
        return require(user, Role.UNIT_HEAD, unit=pledge.office.unit)
    return require(user, Role.VERIFIER, unit=pledge.responsible_unit)


def auditor(user: Any, pledge: Pledge) -> str:
    return require(user, Role.AUDITOR, unit=pledge.responsible_unit)


def hearer(user: Any, pledge: Pledge) -> str:
    if pledge.recorded_by_id == user.pk:
        return require(user, Role.VERIFIER, Role.PUBLISHER, *SPEAKERS)
    return require(user, Role.PUBLISHER, unit=pledge.responsible_unit)


def may_read_witnesses(user: Any, pledge: Pledge) -> bool:
    """The recorder while he may record, the publisher and the auditor, here or where the pledge was merged into;
    nobody else, ever."""
    recorder = pledge.recorded_by_id == user.pk and holds(user, *RECORDERS)
    if recorder or holds(user, *WITNESS_READERS, unit=pledge.responsible_unit):
        return True
    stayed = canonical(pledge)
    return stayed is not None and may_read_witnesses(user, stayed)


def reads_witnesses(user: Any) -> bool:
    """Whether the list of witnesses is for this person: a publisher, an auditor, or who recorded some pledge."""
    if holds(user, *WITNESS_READERS):
        return True
    return holds(user, *RECORDERS) and Pledge.objects.filter(recorded_by=user).exists()


def readable_witnesses(user: Any) -> QuerySet:
    """The witnesses of all pledges for which ``may_read_witnesses`` holds."""
    units = reach(user).unit_ids(*WITNESS_READERS)
    if units is None:
        return Witness.objects.all()
    recorded = Q(recorded_by=user) if holds(user, *RECORDERS) else Q(pk__in=[])
    own = Pledge.objects.filter(recorded | Q(responsible_unit__in=units)).order_by().values("pk")
    return Witness.objects.filter(Q(pledge__in=own) | Q(pledge__in=merged_under(own)))


def eraser(user: Any, witness: Witness) -> str:
    """Those who read witnesses by their role; the recorder may be of the promiser's side, which removes nothing."""
    return require(user, *WITNESS_READERS, unit=witness.pledge.responsible_unit)


def is_published(pledge: Pledge) -> bool:
    return pledge.publication == Publication.PUBLISHED


def is_announced(pledge: Pledge) -> bool:
    """Submitted, so that the promiser's office knows of it, or published."""
    return pledge.publication in (Publication.SUBMITTED, Publication.PUBLISHED)


def is_alive(pledge: Pledge) -> bool:
    return pledge.publication != Publication.REJECTED


@refusing(_("Data saksi ini sudah dihapus."))
def not_erased(witness: Witness) -> bool:
    return not witness.erased
