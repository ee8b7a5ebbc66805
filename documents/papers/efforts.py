"""What an office did for one pledge ("Sudah diupayakan"), for an approver to print and sign."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation

from core import clock, words
from core.models import Installation
from documents.papers.parties import head_of, letterhead
from documents.papers.typesetting import paragraphs, plain, typeset
from pledges.merging import together
from pledges.models import Effort, Pledge, Response
from pledges.states import Publication, Status
from wording import standing


def render(pledge: Pledge) -> bytes:
    """The pledge's words, where it stands today, and every effort and answer on record, of merged records too."""
    judged = Pledge.objects.judged().select_related("office", "responsible_unit__parent__parent")
    day = clock.today()
    with translation.override("id"):
        return typeset("efforts.typ", _data(judged.get(pk=pledge.pk), day), day=day)


def _data(pledge: Any, day: date) -> dict[str, Any]:
    records = together(pledge)
    efforts = Effort.objects.filter(pledge__in=records).select_related("document", "pledge")
    responses = Response.objects.filter(pledge__in=records).select_related("pledge")
    published = pledge.publication == Publication.PUBLISHED
    status = Status(pledge.status).label if published else Publication(pledge.publication).label
    return {
        "sample": Installation.current().sample_data,
        "stamp": "" if published else str(status).upper(),
        "letterhead": letterhead(pledge.responsible_unit.agency()),
        "number": plain(pledge.number or ""),
        "title": plain(pledge.title),
        "quote": paragraphs(pledge.quote),
        "office": plain(pledge.office),
        "made": words.span(pledge.made_on_from, pledge.made_on_to),
        "occasion": ", ".join(plain(each) for each in (pledge.occasion, pledge.place) if each),
        "first_due": [str(each) for each in standing.first_deadline(pledge, pledge)],
        "due": standing.deadline(pledge.due_on),
        "status": str(status),
        "late": standing.lateness_on(pledge, day),
        "received": standing.received(pledge),
        "date": words.long_date(day),
        "efforts": [_row(each, pledge) for each in efforts.order_by("effective_on", "pk")],
        "responses": [_said(each, pledge) for each in responses.order_by("pk")],
        "signer": head_of(pledge.responsible_unit.agency(), day).data(),
    }


def _source(paper: Effort | Response, pledge: Pledge) -> str:
    """The number of the merged pledge that a paper was added to."""
    return "" if paper.pledge_id == pledge.pk else plain(paper.pledge.number)


def _row(effort: Effort, pledge: Pledge) -> dict[str, str]:
    document = effort.document
    return {
        "on": words.long_date(effort.effective_on),
        "source": _source(effort, pledge),
        "kind": str(effort.get_kind_display()),
        "by_whom": plain(effort.by_whom),
        "amount": words.rupiah(effort.amount),
        "text": plain(effort.text),
        "document": plain(document) if document else "",
        "sha256": document.sha256[:16] if document else "",
    }


def _said(response: Response, pledge: Pledge) -> dict[str, Any]:
    return {
        "on": words.long_date(clock.local_date(response.created_at)),
        "source": _source(response, pledge),
        "text": paragraphs(response.text),
    }
