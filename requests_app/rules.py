"""May this person do this to this request now? Asked by verbs, pages and the API's ``actions`` alike."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.states import HandoverState
from core.errors import NotAllowed
from core.models import Installation
from core.permits import Permit, four_eyes
from org.models import Role, Unit
from org.rules import require
from requests_app.models import DeviceRequest, Fulfilment
from requests_app.states import LineDecision, RequestState

FILERS = (Role.REQUESTER, Role.UNIT_HEAD)


def may_file(user: Any, unit: Unit | None = None) -> str:
    return require(user, *FILERS, unit=unit)


def _filer(user: Any, request: DeviceRequest) -> str:
    return may_file(user, request.unit)


def refuse_own(user: Any, request: DeviceRequest, *others: int | None) -> None:
    """Four eyes: not by who filed it, whom it is for, or one of ``others`` (user ids). Binds the superuser too."""
    four_eyes(user, request.filed_by_id, *others)
    if user.person_id and user.person_id in (request.requester_id, request.on_behalf_of_id):
        raise NotAllowed("own_act", _("Usulan untuk diri sendiri diputuskan oleh orang lain."))


def _endorser(user: Any, request: DeviceRequest) -> str:
    role = require(user, Role.UNIT_HEAD, unit=request.unit)
    refuse_own(user, request)
    return role


def _verifier(user: Any, request: DeviceRequest) -> str:
    role = require(user, Role.VERIFIER, unit=request.unit)
    refuse_own(user, request, request.endorsed_by_id)
    return role


def _approver(user: Any, request: DeviceRequest) -> str:
    role = require(user, Role.APPROVER, unit=request.unit)
    refuse_own(user, request, request.verified_by_id, request.endorsed_by_id)
    return role


def _sender_back(user: Any, request: DeviceRequest) -> str:
    role = require(user, Role.VERIFIER, Role.APPROVER, unit=request.unit)
    refuse_own(user, request)
    return role


def waits_for_endorsement(request: DeviceRequest) -> bool:
    """Submitted, and this installation asks for the unit head's consent, which is not there."""
    if request.state != RequestState.SUBMITTED or request.endorsed_at:
        return False
    return Installation.current().endorsement != Installation.Endorsement.NONE


def nothing_issued(request: DeviceRequest) -> bool:
    served = Fulfilment.objects.filter(request_line__request=request)
    return not served.exclude(item__state=HandoverState.CANCELLED).exists()


def _in(*states: str) -> Any:
    return lambda request: request.state in states


def may_be_decided(request: DeviceRequest) -> bool:
    if request.state == RequestState.VERIFIED:
        return True
    return request.state == RequestState.DECIDED and request.lines.open_to_decision().exists()


def may_be_withdrawn(request: DeviceRequest) -> bool:
    states = (RequestState.SUBMITTED, RequestState.SENT_BACK, RequestState.VERIFIED, RequestState.DECIDED)
    if request.state not in states or not nothing_issued(request):
        return False
    return request.state != RequestState.DECIDED or request.current_state == RequestState.DECIDED


def may_be_closed_short(request: DeviceRequest) -> bool:
    if request.state != RequestState.DECIDED:
        return False
    lines = request.lines.with_quantities().filter(decision=LineDecision.APPROVE)
    return lines.filter(outstanding__gt=0).exists()


VERBS = {
    "change": Permit(_filer, _in(RequestState.DRAFT, RequestState.SENT_BACK)),
    "delete": Permit(_filer, _in(RequestState.DRAFT)),
    "submit": Permit(_filer, _in(RequestState.DRAFT, RequestState.SENT_BACK)),
    "endorse": Permit(_endorser, waits_for_endorsement),
    "attach-letter": Permit(_filer, waits_for_endorsement),
    "withdraw": Permit(_filer, may_be_withdrawn),
    "verify": Permit(
        _verifier, lambda request: request.state == RequestState.SUBMITTED and not waits_for_endorsement(request)
    ),
    "send-back": Permit(_sender_back, _in(RequestState.SUBMITTED, RequestState.VERIFIED)),
    "decide": Permit(_approver, may_be_decided),
    "close-short": Permit(_approver, may_be_closed_short),
}
