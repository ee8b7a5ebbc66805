"""The list of open pledges that one holder of an office hands to the next (Daftar serah terima janji)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation

from core import clock, words
from core.models import Installation
from documents.papers.parties import Signer, letterhead
from documents.papers.typesetting import plain, typeset
from org.models import Office, OfficeSuccession, Tenure
from org.succession import Successions
from pledges.holders import handing_over
from pledges.models import Pledge
from pledges.states import Status
from wording import standing


def render(office: Office) -> bytes:
    """Every open pledge of ``office`` as it stands today, to sign by the outgoing and the incoming holder.

    The pledges belong to the office and pass by themselves, on the same clock; the paper says so.
    """
    office = Office.objects.select_related("unit__parent__parent").get(pk=office.pk)
    with translation.override("id"):
        return typeset("succession.typ", _data(office, clock.today()), day=clock.today())


def open_pledges(office: Office) -> Any:
    """Published, neither closed nor kept, its own and of offices whose place it took; the oldest promise first."""
    closed = Status.CLOSED | Status.KEPT
    offices = Successions.load(OfficeSuccession).standing_for(office.pk)
    found = Pledge.objects.published().filter(office__in=offices).judged().exclude(status__in=closed)
    return found.select_related("office").order_by("made_on_to", "pk")


def _data(office: Office, day: date) -> dict[str, Any]:
    outgoing, incoming = handing_over(office)
    pledges = list(open_pledges(office))
    return {
        "sample": Installation.current().sample_data,
        "stamp": "",
        "letterhead": letterhead(office.unit.agency()),
        "office": plain(office),
        "date": words.long_date(day),
        "pledges": [_row(pledge, day) for pledge in pledges],
        "outgoing": _signer(office, outgoing).data(),
        "incoming": _signer(office, incoming).data(),
    }


def _row(pledge: Any, day: date) -> dict[str, str]:
    return {
        "number": plain(pledge.number),
        "title": plain(pledge.title),
        "made": words.long_date(pledge.made_on_to),
        "first_due": standing.first_deadline(pledge, pledge)[1],
        "due": standing.deadline(pledge.due_on),
        "status": str(Status(pledge.status).label),
        "late": standing.lateness_on(pledge, day),
        "received": standing.received(pledge),
    }


def _signer(office: Office, tenure: Tenure | None) -> Signer:
    if tenure is None:
        return Signer(office.unit, office.name)
    acting = "" if tenure.status == Tenure.Status.DEFINITIVE else f"{tenure.get_status_display()} "
    return Signer(office.unit, f"{acting}{office.name}", tenure.person)
