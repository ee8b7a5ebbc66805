"""The unit's side of a request: draft, submit, endorse, withdraw."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import Conflict, DomainError, NotAllowed, faults_of
from core.journal import Private, record
from core.lifecycle import allows, move
from core.models import Attachment, Installation
from core.numbering import serial
from core.transactions import fresh, writing
from core.validation import validate
from org.models import SocialAccount, Unit
from pledges.models import Pledge
from pledges.queries import open_lines_for
from requests_app import rules
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import REQUEST_MOVES, RequestState

EDITABLE = ("purpose", "needed_by", "on_behalf_of")


def draft(*, unit: Unit, lines: Iterable[dict[str, Any]], actor: Any, **values: Any) -> DeviceRequest:
    """Begin a request. ``lines``: ``{device_type, quantity, situation, in_use_since, note, accounts}`` each.

    By a requester or head of the unit. Writes ``request.drafted``.
    """
    with writing():
        role = rules.may_file(actor, unit)
        request = DeviceRequest(unit=unit, filed_by=actor, requester=actor.person, **values)
        _validate(request)
        request.save(force_insert=True)
        rows = _put_lines(request, lines)
        changes = {"lines": [None, _summary(rows)], "purpose": [None, Private(request.purpose)]}
        record("request.drafted", request, actor=actor, role=role, changes=changes)
    return request


def change(
    request: DeviceRequest, *, actor: Any, lines: Iterable[dict[str, Any]] | None = None, **values: Any
) -> DeviceRequest:
    """Change a draft or a request sent back; ``lines`` replaces all of them. Writes ``request.changed``."""
    with writing():
        request = fresh(request, "unit")
        role = rules.VERBS["change"].who(actor, request)
        _refuse_unless(request, rules.VERBS["change"].when(request))
        changes: dict[str, Any] = {}
        for name, value in values.items():
            if name in EDITABLE and getattr(request, name) != value:
                changes[name] = [Private(str(getattr(request, name) or "")), Private(str(value or ""))]
                setattr(request, name, value)
        _validate(request)
        if changes:
            request.save(update_fields=list(changes))
        if lines is not None:
            request.lines.all().delete()
            changes["lines"] = [None, _summary(_put_lines(request, lines))]
        if changes:
            record("request.changed", request, actor=actor, role=role, changes=changes)
    return request


def discard(request: DeviceRequest, *, actor: Any) -> None:
    """Delete a draft. ``Conflict`` once it was submitted. Writes ``request.discarded``."""
    with writing():
        request = fresh(request, "unit")
        role = rules.VERBS["delete"].who(actor, request)
        _refuse_unless(request, request.state == RequestState.DRAFT)
        lines = _summary(request.lines.select_related("device_type"))
        changes = {"lines": [lines, None], "purpose": [Private(request.purpose), None]}
        record("request.discarded", request, actor=actor, role=role, changes=changes)
        request.delete()


def submit(request: DeviceRequest, *, actor: Any, reason: str = "") -> DeviceRequest:
    """Send the request off: it gets a number, each line finds the pledge that covers it. Writes ``request.submitted``.

    A request that was sent back keeps its number and is endorsed anew.
    """
    with writing():
        request = fresh(request, "unit")
        role = rules.VERBS["submit"].who(actor, request)
        _refuse_unless(request, allows(REQUEST_MOVES, request.state, RequestState.SUBMITTED))
        if not request.lines.exists():
            raise DomainError("required", _("Isi sedikitnya satu perangkat."), field="lines")
        number = request.number or serial("request", "UP", clock.today())
        moved = move(
            request, REQUEST_MOVES, to=RequestState.SUBMITTED, number=number, submitted_at=clock.now(),
            endorsed_at=None, endorsed_by=None, letter=None,
        )  # fmt: skip
        pledges = link_pledges(request)
        record(
            "request.submitted", request, actor=actor, role=role, changes={"state": moved, "number": [None, number]},
            related=pledges, reason=reason,
        )  # fmt: skip
    return request


def endorse(request: DeviceRequest, *, actor: Any, letter: Attachment | None = None, reason: str = "") -> DeviceRequest:
    """The unit head's consent: by the head's own tap, or by the signed letter, which the requester may attach.

    ``Conflict`` when it is not awaited. Where the installation asks for the letter, a tap alone does not do.
    Writes ``request.endorsed``.
    """
    with writing():
        request = fresh(request, "unit")
        verb = "attach-letter" if letter else "endorse"
        role = _endorsing_role(actor, request, verb)
        _refuse_unless(request, rules.waits_for_endorsement(request))
        if letter is None and Installation.current().endorsement == Installation.Endorsement.LETTER:
            raise DomainError("required", _("Lampirkan surat usulan yang ditandatangani Camat."), field="letter")
        request.endorsed_at, request.endorsed_by, request.letter = clock.now(), actor, letter
        request.save(update_fields=["endorsed_at", "endorsed_by", "letter"])
        changes = {"endorsed": [None, "letter" if letter else "tap"]}
        record("request.endorsed", request, actor=actor, role=role, changes=changes, reason=reason)
    return request


def withdraw(request: DeviceRequest, *, actor: Any, reason: str) -> DeviceRequest:
    """Take a request back while nothing is issued on it. Writes ``request.withdrawn``."""
    with writing():
        request = fresh(request, "unit")
        role = rules.VERBS["withdraw"].who(actor, request)
        _refuse_unless(request, rules.may_be_withdrawn(request))
        moved = move(request, REQUEST_MOVES, to=RequestState.WITHDRAWN)
        record("request.withdrawn", request, actor=actor, role=role, changes={"state": moved}, reason=reason)
    return request


def link_pledges(request: DeviceRequest) -> list[Pledge]:
    """Point every unlinked line at the oldest open pledge line that covers its unit and device. Returns the pledges."""
    pledges = {}
    for line in request.lines.filter(pledge_line__isnull=True).select_related("device_type"):
        covering = open_lines_for(request.unit, line.device_type).select_related("pledge").first()
        if covering:
            line.pledge_line = covering
            line.save(update_fields=["pledge_line"])
            pledges[covering.pledge_id] = covering.pledge
    return list(pledges.values())


def _endorsing_role(actor: Any, request: DeviceRequest, verb: str) -> str:
    try:
        return rules.VERBS["endorse"].who(actor, request)
    except NotAllowed:
        if verb == "endorse":
            raise
        return rules.VERBS["attach-letter"].who(actor, request)


def _refuse_unless(request: DeviceRequest, allowed: bool) -> None:
    if not allowed:
        raise Conflict("illegal_transition", _("Tindakan ini tidak berlaku pada keadaan usulan sekarang."))


def _validate(request: DeviceRequest) -> None:
    validate(request)
    if request.on_behalf_of and not request.unit.covers(request.on_behalf_of.unit):
        raise DomainError("other_unit", _("Orang ini bukan dari unit pengusul."), field="on_behalf_of")
    if request.needed_by and request.needed_by < clock.today():
        raise DomainError("in_the_past", _("Tanggal ini sudah lewat."), field="needed_by")


def _put_lines(request: DeviceRequest, lines: Iterable[dict[str, Any]]) -> list[RequestLine]:
    rows = []
    for index, values in enumerate(lines):
        accounts = values.get("accounts", [])
        line = RequestLine(request=request, **{n: v for n, v in values.items() if n != "accounts"})
        try:
            validate(line)
        except ValidationError as error:
            faults = faults_of(error, prefix=f"lines.{index}")
            raise DomainError("invalid", _("Baris usulan tidak lengkap."), faults=faults) from error
        _refuse_foreign(accounts, request.unit, f"lines.{index}.accounts")
        line.save(force_insert=True)
        if accounts:
            line.accounts.set(accounts)
        rows.append(line)
    return rows


def _refuse_foreign(accounts: list[SocialAccount], unit: Unit, field: str) -> None:
    if any(not unit.covers(account.unit) for account in accounts):
        raise DomainError("other_unit", _("Akun ini bukan milik unit pengusul."), field=field)


def _summary(lines: Iterable[RequestLine]) -> list[dict[str, Any]]:
    return [
        {"device_type": line.device_type.code, "quantity": line.quantity, "situation": line.situation} for line in lines
    ]
