"""Requests in every state, each come there by the usual verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from core import clock
from org.models import User
from requests_app import approvals, filing
from requests_app.approvals import Decided
from requests_app.models import DeviceRequest
from tests.base import (
    Cast,
    a_line,
    a_request,
    accepted,
    again,
    an_attachment,
    an_issue,
    decided,
    endorsed,
    line_of,
    some_assets,
    submitted,
    verified,
)

REJECT = {"decision": "reject", "reason": "Tidak sesuai prioritas"}
DEFER = {"decision": "defer", "reason": "Menunggu anggaran", "defer_to_year": 2027}


def approve(quantity: int) -> dict[str, Any]:
    return {"decision": "approve", "approved_quantity": quantity}


REQUEST_STATES = [
    "draft", "submitted", "endorsed", "sent_back", "verified", "decided", "partly_issued", "deferred", "reopened",
    "fulfilled", "rejected", "closed_short", "withdrawn",
]  # fmt: skip


def request_in(cast: Cast, state: str) -> DeviceRequest:
    """A request of Kemang for two phones in ``state``; ``reopened``: deferred to this year."""
    two = [a_line(cast, quantity=2)]
    makers: dict[str, Callable[[], DeviceRequest]] = {
        "draft": lambda: a_request(cast, lines=two),
        "submitted": lambda: submitted(cast, lines=two),
        "endorsed": lambda: endorsed(cast, lines=two),
        "sent_back": lambda: sent_back(cast, submitted(cast, lines=two)),
        "verified": lambda: verified(cast, lines=two),
        "decided": lambda: decided(cast, lines=two),
        "partly_issued": lambda: issued_on(cast, decided(cast, lines=two), 1),
        "deferred": lambda: decided(cast, lines=two, decisions=[DEFER]),
        "reopened": lambda: reopened(cast, lines=two),
        "fulfilled": lambda: issued_on(cast, decided(cast, lines=two), 2),
        "rejected": lambda: decided(cast, lines=two, decisions=[REJECT]),
        "closed_short": lambda: approvals.close_short(decided(cast, lines=two), actor=cast.approver, reason="Habis"),
        "withdrawn": lambda: filing.withdraw(submitted(cast, lines=two), actor=cast.kemang_admin, reason="Batal"),
    }
    return again(makers[state]())


def sent_back(cast: Cast, request: DeviceRequest) -> DeviceRequest:
    return approvals.send_back(request, actor=cast.verifier, reason="Lengkapi alasan")


def issued_on(cast: Cast, request: DeviceRequest, number: int) -> DeviceRequest:
    """The request after ``number`` devices were issued on its first line and accepted."""
    accepted(cast, an_issue(cast, assets=some_assets(cast, number), request_line=line_of(request)))
    return request


def reopened(cast: Cast, **values: Any) -> DeviceRequest:
    """A request deferred last year to this one."""
    with clock.frozen(clock.now() - timedelta(days=365)):
        return decided(cast, decisions=[{**DEFER, "defer_to_year": clock.today().year + 1}], **values)


def act_on_request(cast: Cast, request: DeviceRequest, verb: str, by: User) -> Any:
    calls: dict[str, Callable[[], Any]] = {
        "change": lambda: filing.change(request, actor=by, purpose="Alasan yang lebih lengkap"),
        "delete": lambda: filing.discard(request, actor=by),
        "submit": lambda: filing.submit(request, actor=by),
        "endorse": lambda: filing.endorse(request, actor=by),
        "attach-letter": lambda: filing.endorse(request, actor=by, letter=an_attachment(cast)),
        "withdraw": lambda: filing.withdraw(request, actor=by, reason="Batal"),
        "verify": lambda: approvals.verify(request, actor=by),
        "send-back": lambda: approvals.send_back(request, actor=by, reason="Lengkapi"),
        "decide": lambda: approvals.decide(
            request, actor=by, lines=[Decided(line.pk, "approve", line.quantity) for line in request.lines.all()]
        ),
        "close-short": lambda: approvals.close_short(request, actor=by, reason="Habis"),
    }
    return calls[verb]()
