"""The letter by which a unit asks for devices (surat usulan), for its head to sign."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation

from core import clock, words
from core.models import Installation
from documents.papers.anchors import anchor_of
from documents.papers.parties import Signer, head_of, head_title, letterhead, substitute, unit_name
from documents.papers.terbilang import counted
from documents.papers.typesetting import paragraphs, plain, qr, typeset
from org.models import Person, Unit
from requests_app.models import DeviceRequest, RequestLine
from requests_app.states import RequestState

_STAMPS = {RequestState.DRAFT: "DRAF", RequestState.WITHDRAWN: "DICABUT"}


def render(request: DeviceRequest) -> bytes:
    """The letter for ``request`` as a PDF; the same bytes as long as the facts are the same."""
    request = DeviceRequest.objects.select_related(
        "unit__parent__parent", "requester", "on_behalf_of", "endorsed_by__person"
    ).get(pk=request.pk)
    made_on = clock.local_date(request.submitted_at or request.created_at)
    with translation.override("id"):
        return typeset("letter.typ", _data(request, made_on), day=made_on)


def _data(request: DeviceRequest, made_on: date) -> dict[str, Any]:
    agency, ours = request.unit.agency(), Installation.current()
    lines = list(request.lines.select_related("device_type").prefetch_related("accounts").order_by("pk"))
    return {
        "sample": ours.sample_data,
        "letterhead": letterhead(agency),
        "stamp": _STAMPS.get(RequestState(request.state), ""),
        "place": plain(agency.name) if agency.kind == Unit.Kind.DISTRICT else "",
        "date": words.long_date(made_on) if request.submitted_at else "",
        "number": plain(request.number or ""),
        "addressee": f"Kepala {plain(ours.agency_name)}",
        "unit": unit_name(request.unit),
        "reasons": paragraphs(request.purpose),
        "lines": [_row(line) for line in lines],
        "total": counted(sum(line.quantity for line in lines)),
        "needed_by": words.long_date(request.needed_by) if request.needed_by else "",
        "asked_by": _person(request.requester),
        "used_by": _person(request.on_behalf_of),
        "signer": _signer(request, agency, made_on).data(),
        "qr": qr(f"Usulan {request.number}\nUnit {request.unit.code}\nTanggal {made_on}") if request.number else "",
        "anchor": anchor_of(request, "request.submitted", "request.endorsed", "request.withdrawn"),
    }


def _row(line: RequestLine) -> dict[str, Any]:
    return {
        "name": plain(line.device_type.name),
        "quantity": str(line.quantity),
        "measure": plain(line.device_type.unit_of_measure),
        "situation": str(line.get_situation_display()),
        "since": _since(line.in_use_since),
        "accounts": ", ".join(plain(account) for account in line.accounts.all()),
        "note": plain(line.note),
    }


def _since(text: str) -> str:
    """A year as it is, a day in words."""
    return words.long_date(date.fromisoformat(text)) if len(text) == 10 else text


def _person(person: Person | None) -> str:
    return ", ".join(plain(part) for part in (person.name, person.position) if part) if person else ""


def _signer(request: DeviceRequest, agency: Unit, on: date) -> Signer:
    """Who endorsed it, under the title held on that day; before that, the head of the office."""
    head = head_of(agency, on)
    endorser = request.endorsed_by.person if request.endorsed_by else None
    acting = substitute(request, request.endorsed_by, head_title(request.unit), "request.endorsed")
    if endorser is None or (endorser == head.person and not acting):
        return head
    return Signer(agency, acting or endorser.position or head_title(agency), endorser)
