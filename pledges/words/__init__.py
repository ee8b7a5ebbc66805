"""Deadline words → date: the parser suggests, the recorder confirms, the publisher agrees.

Latest reasonable reading. Words count from the last day on which they may have been spoken, never from after today.
"""

from __future__ import annotations

import re
from datetime import date

from pledges.words.normal import normalised
from pledges.words.readings import Phrase, length_in, read
from pledges.words.relations import after_said
from pledges.words.said import FROM_THE_CALENDAR, Calendar, DeadlineRule, Reading, Said, Suggestion
from pledges.words.tokens import kinds

__all__ = ["FROM_THE_CALENDAR", "Calendar", "DeadlineRule", "Suggestion", "due_after", "suggest"]

FIRST_YEAR, LAST_YEAR = 1900, 2200

_CONDITION = re.compile(
    r"\b(?:kalau|kalo|klo|jika|jikalau|bila|bilamana|apabila|asal|asalkan|andai|seandainya|begitu|manakala|ketika"
    r"|tergantung|bergantung|menunggu|nunggu|tunggu|dengan\s+syarat|dengan\s+catatan)\s+[^,;]*",
    re.IGNORECASE,
)
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
    condition = _CONDITION.search(text)
    if condition:
        return Suggestion(None, DeadlineRule.CONDITION, condition=condition[0].strip())
    phrase = read(text, Said(made_on_to, calendar, tenure_ends_on))
    found = phrase.reading
    if found and not phrase.unread and not _is_denied(text, phrase):
        if _is_possible(found, made_on_from if found.named else made_on_to):
            return Suggestion(found.due, found.rule, found.gate, provisional=found.provisional)
    return _without_a_date(text, phrase)


def due_after(deadline_text: str, day: date, *, calendar: Calendar) -> date | None:
    """For words like "30 hari setelah APBD disahkan": the date so long after ``day``; None without such a span."""
    length = length_in(normalised(deadline_text))
    try:
        named = after_said(length, Said(day, calendar)) if length else None
    except (ValueError, OverflowError):
        return None
    due = named.spans[0].due if named else None
    return due if due and day <= due and due.year <= LAST_YEAR else None


def _is_possible(reading: Reading, earliest: date) -> bool:
    return earliest <= reading.due and FIRST_YEAR <= reading.due.year <= LAST_YEAR


def _is_denied(text: str, phrase: Phrase) -> bool:
    """Whether a "not" stands with the time or after it; in a clause before the time it denies something else."""
    first = phrase.times[0].start if phrase.times else 0
    clause = max(text.rfind(",", 0, first), text.rfind(";", 0, first)) + 1
    return bool(_NOT.search(text, clause))


def _without_a_date(text: str, phrase: Phrase) -> Suggestion:
    after = re.search("A|(?<=[hwbtjK])S", kinds(phrase.row))
    if after:
        condition = re.split("[,;]", text[phrase.row[after.start()].start :])[0].strip()
        return Suggestion(None, DeadlineRule.CONDITION, condition=condition)
    unread = ", ".join(text[each.start : each.end] for each in phrase.unread)
    if any(each.kind == "V" for each in phrase.unread):
        return Suggestion(None, DeadlineRule.END_OF_TENURE)
    rule = DeadlineRule.VAGUE if _VAGUE.search(text) else DeadlineRule.UNKNOWN
    return Suggestion(None, rule, unread=unread)
