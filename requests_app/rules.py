"""May this person do this to this request now? Asked by verbs, pages and the API's ``actions`` alike."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from assets.states import HandoverState
from core.errors import NotAllowed
from core.hands import Hand
from core.models import Installation
from core.permits import NOT_NOW, When, four_eyes, refusing
from org.models import Role, Unit
from org.rules import people_of, require
from requests_app.models import DeviceRequest, Fulfilment
from requests_app.states import RequestState

FILERS = (Role.REQUESTER, Role.UNIT_HEAD)


def may_file(user: Any, unit: Unit | None = None) -> str:
    return require(user, *FILERS, unit=unit)


def filer(user: Any, request: DeviceRequest) -> str:
    return may_file(user, request.unit)


def refuse_own(user: Any, request: DeviceRequest, *others: Hand) -> None:
    """Four eyes: not by who drafted or submitted it, whom it is for, or whose acts ``others`` are. Binds the superuser
    too."""
    four_eyes(user, *request.brought_by, *others)
    if people_of(user) & {request.requester_id, request.on_behalf_of_id}:
        raise NotAllowed("own_act", _("Usulan untuk diri sendiri diputuskan oleh orang lain."))


def _endorsed(request: DeviceRequest) -> Hand:
    return Hand(request.endorsed_by_id, request.endorsed_at)


def _verified(request: DeviceRequest) -> Hand:
    return Hand(request.verified_by_id, request.verified_at)


def endorser(user: Any, request: DeviceRequest) -> str:
    role = require(user, Role.UNIT_HEAD, unit=request.unit)
    refuse_own(user, request)
    return role


def endorser_or_filer(user: Any, request: DeviceRequest) -> str:
    """The unit head, or who may attach the letter that the head has signed."""
    try:
        return endorser(user, request)
    except NotAllowed:
        return filer(user, request)


def verifier(user: Any, request: DeviceRequest) -> str:
    role = require(user, Role.VERIFIER, unit=request.unit)
    refuse_own(user, request, _endorsed(request))
    return role


def approver(user: Any, request: DeviceRequest) -> str:
    role = require(user, Role.APPROVER, unit=request.unit)
    refuse_own(user, request, _verified(request), _endorsed(request))
    return role


def sender_back(user: Any, request: DeviceRequest) -> str:
    role = require(user, Role.VERIFIER, Role.APPROVER, unit=request.unit)
    refuse_own(user, request)
    return role


def _in(*states: str) -> When:
    return When(lambda request: request.state in states)


with_its_unit = _in(RequestState.DRAFT, RequestState.SENT_BACK)
draft = _in(RequestState.DRAFT)
submitted = _in(RequestState.SUBMITTED)
with_the_office = _in(RequestState.SUBMITTED, RequestState.VERIFIED)


@refusing(NOT_NOW)
def waits_for_endorsement(request: DeviceRequest) -> bool:
    """Submitted, and this installation asks for the unit head's consent, which is not there."""
    if request.state != RequestState.SUBMITTED or request.endorsed_at:
        return False
    return Installation.current().endorsement != Installation.Endorsement.NONE


@refusing(_("Menunggu tanda tangan Camat."), "not_endorsed")
def endorsed(request: DeviceRequest) -> bool:
    return not waits_for_endorsement(request)


@refusing(_("Usulan ini tidak menunggu keputusan."))
def open_to_decision(request: DeviceRequest) -> bool:
    if request.state == RequestState.VERIFIED:
        return True
    return request.state == RequestState.DECIDED and request.lines.open_to_decision().exists()


@refusing(NOT_NOW)
def nothing_issued(request: DeviceRequest) -> bool:
    served = Fulfilment.objects.filter(request_line__request=request)
    return not served.exclude(item__state=HandoverState.CANCELLED).exists()


@refusing(NOT_NOW)
def not_at_its_end(request: DeviceRequest) -> bool:
    """On its way; when decided, with something that can still come of it."""
    if request.state == RequestState.DECIDED:
        return request.current_state == RequestState.DECIDED
    return request.state in (RequestState.SUBMITTED, RequestState.SENT_BACK, RequestState.VERIFIED)


@refusing(_("Tidak ada sisa yang dapat ditutup pada usulan ini."))
def short_of_something(request: DeviceRequest) -> bool:
    if request.state != RequestState.DECIDED:
        return False
    return request.lines.with_quantities().filter(outstanding__gt=0).exists()
