"""What an office did for one pledge ("Sudah diupayakan"), for an approver to print and sign."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation

from core import clock
from core.models import Installation
from core.numbers import rupiah
from documents.papers.parties import head_of, letterhead
from documents.papers.typesetting import paragraphs, plain, typeset
from documents.values import long_date
from pledges.merging import together
from pledges.models import Effort, Pledge, Response
from pledges.states import Publication, Status
from pledges.status import days_past


def render(pledge: Pledge) -> bytes:
    """The pledge's words, where it stands today, and every effort and answer on record, of merged records too."""
    judged = Pledge.objects.judged().select_related("office", "responsible_unit__parent__parent")
    day = clock.today()
    with translation.override("id"):
        return typeset("efforts.typ", _data(judged.get(pk=pledge.pk), day), day=day)


def deadline(day: date | None) -> str:
    return long_date(day) if day else "tidak disebut"


def lateness(pledge: Any, day: date) -> str:
    """How late a judged pledge is on ``day``, against the date in force and the first one; its age without a date."""
    if pledge.first_due_on is None:
        return f"{_days(max(0, (day - pledge.made_on_to).days))} sejak diucapkan"
    if pledge.completed_on is not None and pledge.delivered >= pledge.promised:
        day = pledge.completed_on
    day = pledge.closed_on or day
    late, first = days_past(pledge.due_on, day), days_past(pledge.first_due_on, day)
    said = [f"{_days(late)} lewat tenggat"] if late else []
    if first and first != late:
        said.append(f"{_days(first)} lewat tenggat awal")
    return "; ".join(said) or "belum lewat tenggat"


def _days(number: int) -> str:
    return f"{number:,} hari".replace(",", ".")


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
        "made": _made(pledge),
        "occasion": ", ".join(plain(each) for each in (pledge.occasion, pledge.place) if each),
        "first_due": deadline(pledge.first_due_on),
        "due": deadline(pledge.due_on),
        "status": str(status),
        "late": lateness(pledge, day),
        "received": f"{pledge.delivered} dari {pledge.promised}" if pledge.promised else "jumlah tidak disebut",
        "date": long_date(day),
        "efforts": [_row(each, pledge) for each in efforts.order_by("effective_on", "pk")],
        "responses": [_said(each, pledge) for each in responses.order_by("pk")],
        "signer": head_of(pledge.responsible_unit.agency(), day).data(),
    }


def _made(pledge: Pledge) -> str:
    last = long_date(pledge.made_on_to)
    return last if pledge.made_on_from == pledge.made_on_to else f"{long_date(pledge.made_on_from)} – {last}"


def _source(paper: Effort | Response, pledge: Pledge) -> str:
    """The number of the merged pledge that a paper was added to."""
    return "" if paper.pledge_id == pledge.pk else plain(paper.pledge.number)


def _row(effort: Effort, pledge: Pledge) -> dict[str, str]:
    document = effort.document
    return {
        "on": long_date(effort.effective_on),
        "source": _source(effort, pledge),
        "kind": str(effort.get_kind_display()),
        "by_whom": plain(effort.by_whom),
        "amount": rupiah(effort.amount) if effort.amount is not None else "",
        "text": plain(effort.text),
        "document": plain(document) if document else "",
        "sha256": document.sha256[:16] if document else "",
    }


def _said(response: Response, pledge: Pledge) -> dict[str, Any]:
    return {
        "on": long_date(clock.local_date(response.created_at)),
        "source": _source(response, pledge),
        "text": paragraphs(response.text),
    }
