"""Asking and deciding: what one person asked for with a reason, another decides, once; and the list of it.

A verb that decides stands on these: ``who=by_another(…)``, ``when=Every(undecided, …)``, and ``decide`` in its body.
Until then the one who asked may take it back: ``by_the_asker``, ``undecided`` and ``take_back``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.columns import Column, On, ValueKind
from core.errors import DomainError, NotAllowed, Text
from core.hands import Hand
from core.lists import Filter
from core.models.asked import Asked, Decision, Outcome
from core.permits import When, four_eyes, refusing


def _undecided(asked: QuerySet, wanted: bool, _values: Any) -> QuerySet:
    return asked.filter(decision="") if wanted else asked.exclude(decision="")


def _outcome(decision: str) -> str:
    return str(Outcome(decision).label if decision else _("Menunggu keputusan"))


_WRITTEN = On.ROW | On.SHEET
COLUMNS = (
    Column("reason", _WRITTEN),
    Column("asked_by", On.SHEET),
    Column("asked_at", _WRITTEN),
    Column("decision", On.ROW),
    Column("outcome", On.SHEET, source="decision", make=_outcome, kind=ValueKind.TEXT, label=_("keputusan"), width=20),
    Column("decision_reason", _WRITTEN),
    Column("decided_by", On.SHEET),
    Column("decided_at", _WRITTEN),
)
"""What every list of things asked shows."""


def filters(waits: Callable[[QuerySet, bool, Any], QuerySet] = _undecided) -> tuple[Filter, ...]:
    """What every such list is filtered by; ``waits`` says which still wait for a decision."""
    return (
        Filter(
            "decision",
            page="decision",
            options=[("open", _("Menunggu keputusan")), *Outcome.choices],
            means={"open": {"open": "true"}},
        ),
        Filter("open", apply=waits, kind=ValueKind.FLAG, label=_("menunggu keputusan")),
        Filter("id"),
    )


def by_another(who: Callable[[Any, Any], str]) -> Callable[[Any, Any], str]:
    """``who``, but never the one who asked, the superuser included."""

    @wraps(who)
    def decider(user: Any, asked: Asked) -> str:
        role = who(user, asked)
        four_eyes(user, Hand(asked.asked_by_id, asked.asked_at))
        return role

    return decider


def by_the_asker(user: Any, asked: Asked) -> None:
    """Refuse anybody but the one who asked."""
    if user.pk != asked.asked_by_id:
        raise NotAllowed("not_the_asker", _("Hanya yang meminta dapat menarik permintaannya."))


@refusing(_("Permintaan ini sudah diputuskan atau ditarik kembali."))
def undecided(asked: Asked) -> bool:
    return not asked.decision


def none_undecided(relation: str, refusal: Text, code: str) -> When:
    """The condition of asking that nothing in ``relation`` of the subject still waits for a decision."""
    return When(lambda subject: not getattr(subject, relation).filter(decision="").exists(), refusal, code)


def decide(asked: Asked, decision: Decision, reason: str, actor: Any, **with_it: Any) -> bool:
    """Keep the decision, and the columns that are set ``with_it``; returns whether it approves.

    Refuses a rejection without a reason.
    """
    if decision == Decision.REJECT and not reason.strip():
        raise DomainError("required", _("Wajib diisi."), field="reason")
    _keep(asked, decision, reason, actor, **with_it)
    return decision == Decision.APPROVE


def take_back(asked: Asked, reason: str, actor: Any) -> None:
    """Keep that it was taken back."""
    _keep(asked, Outcome.TAKEN_BACK, reason, actor)


def _keep(asked: Asked, outcome: str, reason: str, actor: Any, **with_it: Any) -> None:
    kept = {
        "decision": outcome, "decision_reason": reason, "decided_by": actor, "decided_at": clock.now(), **with_it,
    }  # fmt: skip
    for name, value in kept.items():
        setattr(asked, name, value)
    asked.full_clean()
    asked.save(update_fields=list(kept))
