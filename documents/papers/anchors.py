"""The entry of the journal that a paper rests on."""

from __future__ import annotations

from core import journal
from core.models import Registered


def anchor_of(thing: Registered, *verbs: str) -> str:
    """``seq:hash`` of the last of these acts on ``thing``, to hold against a later journal; empty before the first.

    Not the journal's head: the same paper must come out the same as long as its facts stay the same.
    """
    acts = journal.history(thing).filter(verb__in=verbs, subject_type=thing.journal_type, subject_id=thing.pk)
    last = acts.order_by("-seq").values_list("seq", "hash").first()
    return f"{last[0]}:{last[1]}" if last else ""
