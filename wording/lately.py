"""Who did what when to a thing that somebody comes too late for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from core import words
from core.errors import Conflict, DomainError, Stale
from core.models import Registered
from wording.timeline import last_of


def told_of(refusal: DomainError, thing: Any, user: Any) -> str:
    """The words of a refusal; where somebody was faster, also what was done to the thing last, by whom and when."""
    said = str(refusal.detail)
    if not isinstance(refusal, Stale | Conflict) or not isinstance(thing, Registered) or not thing.journal_type:
        return said
    last = last_of(thing, user)
    if last is None:
        return said
    who = f", {last.who}" if last.who else ""
    return f"{said} " + gettext("Terakhir: %(what)s%(who)s, %(when)s.") % {
        "what": str(last.sentence).rstrip("."), "who": who, "when": words.instant(last.at),
    }  # fmt: skip
