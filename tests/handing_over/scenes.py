"""Handovers in every state, each come there by the usual verbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assets.models import Handover
from handing_over import fulfilment
from org.models import User
from tests.base import Cast, accepted, again, an_asset, an_attachment, an_issue

HANDOVER_STATES = ["prepared", "handed_over", "partly_accepted", "accepted", "disputed", "cancelled"]


def handover_in(cast: Cast, state: str) -> Handover:
    """An issue of two phones to Kemang in ``state``."""
    handover = an_issue(cast, assets=[an_asset(cast), an_asset(cast)], on=None if state == "prepared" else "today")
    first = handover.items.first()
    if state == "partly_accepted":
        accepted(cast, handover, items=[first.pk])
    elif state == "accepted":
        accepted(cast, handover)
    elif state == "disputed":
        fulfilment.dispute(handover, reasons={first.pk: "Layar retak"}, actor=cast.kemang_admin)
    elif state == "cancelled":
        fulfilment.cancel(handover, actor=cast.clerk, reason="Salah catat")
    return again(handover)


def act_on_handover(cast: Cast, handover: Handover, verb: str, by: User) -> Any:
    last = handover.items.last()
    calls: dict[str, Callable[[], Any]] = {
        "hand-over": lambda: fulfilment.hand_over(handover, actor=by),
        "accept": lambda: fulfilment.accept(handover, actor=by),
        "dispute": lambda: fulfilment.dispute(handover, reasons={last.pk: "Tidak menyala"}, actor=by),
        "cancel": lambda: fulfilment.cancel(handover, actor=by, reason="Salah catat"),
        "attach-signed": lambda: fulfilment.attach_signed(handover, scan=an_attachment(cast), actor=by),
        "withdraw-dispute": lambda: fulfilment.withdraw_dispute(handover, actor=by, reason="Ketemu"),
        "answer-dispute": lambda: fulfilment.answer_dispute(handover, actor=by, reason="Sudah ditukar"),
    }
    return calls[verb]()
