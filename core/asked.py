"""Asking and deciding: what one person asked for with a reason, another decides, once; and the list of it.

A verb that decides stands on these: ``who=by_another(…)``, ``when=Every(undecided, …)``, and ``decide`` in its body.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.columns import Column, On, ValueKind
from core.errors import DomainError, Text
from core.lists import Filter
from core.models.asked import Asked, Decision
from core.permits import When, four_eyes, refusing


def _undecided(asked: QuerySet, wanted: bool, _values: Any) -> QuerySet:
    return asked.filter(decision="") if wanted else asked.exclude(decision="")


COLUMNS = tuple(Column(name, On.ROW) for name in ("reason", "asked_at", "decision", "decision_reason", "decided_at"))
FILTERS = (
    Filter(
        "decision",
        page="decision",
        options=[("open", _("Menunggu keputusan")), *Decision.choices],
        means={"open": {"open": "true"}},
    ),
    Filter("open", apply=_undecided, kind=ValueKind.FLAG, label=_("menunggu keputusan")),
    Filter("id"),
)
"""What every list of things asked shows and is filtered by."""


def by_another(who: Callable[[Any, Any], str]) -> Callable[[Any, Any], str]:
    """``who``, but never the one who asked, the superuser included."""

    @wraps(who)
    def decider(user: Any, asked: Asked) -> str:
        role = who(user, asked)
        four_eyes(user, asked.asked_by_id)
        return role

    return decider


@refusing(_("Permintaan ini sudah diputuskan."))
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
        raise DomainError("required", _("Isian ini wajib."), field="reason")
    decided = {
        "decision": decision, "decision_reason": reason, "decided_by": actor, "decided_at": clock.now(), **with_it,
    }  # fmt: skip
    for name, value in decided.items():
        setattr(asked, name, value)
    asked.full_clean()
    asked.save(update_fields=list(decided))
    return decision == Decision.APPROVE
