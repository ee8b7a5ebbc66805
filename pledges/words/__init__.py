"""Deadline words → date: the parser suggests, the recorder confirms, the publisher agrees.

Latest reasonable reading. Words count from the last day on which they may have been spoken, never from after today.
"""

from __future__ import annotations

import re
from datetime import date

from pledges.words.conditions import Clauses, parted
from pledges.words.normal import normalised
from pledges.words.readings import Phrase
from pledges.words.relations import Length, after_said
from pledges.words.said import FROM_THE_CALENDAR, Calendar, DeadlineRule, Reading, Said, Suggestion

__all__ = ["FROM_THE_CALENDAR", "Calendar", "DeadlineRule", "Suggestion", "latest_after", "suggest"]

FIRST_YEAR, LAST_YEAR = 1900, 2200

_NOT = re.compile(r"\b(?:bukan|tidak|tak|belum|jangan|batal|gak|nggak|enggak|ndak)\b", re.IGNORECASE)
_VAGUE = re.compile(
    r"\b(?:segera|sesegera|secepatnya|secepat|asap|nanti|kapan|kapan-kapan|suatu\s+(?:saat|hari|ketika)|sebentar|kelak"
    r"|waktu\s+dekat|waktunya|waktu\s+yang\s+tepat|lama\s+lagi|bertahap|beberapa)\b",
    re.IGNORECASE,
)


def suggest(
    deadline_text: str,
    made_on_from: date,
    made_on_to: date,
    *,
    calendar: Calendar,
    tenure_ends_on: date | None = None,
) -> Suggestion:
    """The date that ``deadline_text`` comes to, and by which rule; no date for a condition, for vague words, and for
    words of time of which one is not understood.

    ``tenure_ends_on``: the end of the promiser's tenure as known when the words were said.
    """
    text = normalised(deadline_text)
    if not text:
        return Suggestion(None, DeadlineRule.SILENT)
    clauses = parted(text, Said(made_on_to, calendar, tenure_ends_on))
    found = _possible(clauses, made_on_from, made_on_to)
    if clauses.condition:
        limit = found.due if found and not found.counted else None
        return Suggestion(None, DeadlineRule.CONDITION, condition=clauses.condition, limit=limit)
    if found:
        return Suggestion(found.due, found.rule, found.gate, provisional=found.provisional)
    return _without_a_date(text, clauses.phrase)


def latest_after(
    deadline_text: str,
    made_on_from: date,
    made_on_to: date,
    met_on: date,
    *,
    calendar: Calendar,
    tenure_ends_on: date | None = None,
) -> date | None:
    """The latest date that a conditional promise allows once its condition was met on ``met_on``.

    The date said beside the condition, or the length that follows it ("30 hari setelah APBD disahkan"); the earlier of
    both, and None where the words hold neither. It may lie before ``met_on``.
    """
    clauses = parted(normalised(deadline_text), Said(made_on_to, calendar, tenure_ends_on))
    found = _possible(clauses, made_on_from, made_on_to)
    limit = found.due if found and not found.counted else None
    return min((day for day in (limit, _due_after(clauses.span, Said(met_on, calendar))) if day), default=None)


def _due_after(length: Length | None, met: Said) -> date | None:
    try:
        named = after_said(length, met) if length else None
    except (ValueError, OverflowError):
        return None
    due = named.spans[0].due if named else None
    return due if due and met.day <= due and due.year <= LAST_YEAR else None


def _possible(clauses: Clauses, made_on_from: date, made_on_to: date) -> Reading | None:
    """The reading of what was said without condition, if it is wholly understood and no day before the words."""
    found = clauses.phrase.reading
    if found is None or clauses.phrase.unread or _is_denied(clauses.rest, clauses.phrase):
        return None
    earliest = made_on_from if found.named else made_on_to
    return found if earliest <= found.due and FIRST_YEAR <= found.due.year <= LAST_YEAR else None


def _is_denied(text: str, phrase: Phrase) -> bool:
    """Whether a "not" stands with the time or after it; in a clause before the time it denies something else."""
    first = phrase.times[0].start if phrase.times else 0
    clause = max(text.rfind(",", 0, first), text.rfind(";", 0, first)) + 1
    return bool(_NOT.search(text, clause))


def _without_a_date(text: str, phrase: Phrase) -> Suggestion:
    unread = ", ".join(text[each.start : each.end] for each in phrase.unread)
    if any(each.kind == "V" for each in phrase.unread):
        return Suggestion(None, DeadlineRule.END_OF_TENURE)
    rule = DeadlineRule.VAGUE if _VAGUE.search(text) else DeadlineRule.UNKNOWN
    return Suggestion(None, rule, unread=unread)
