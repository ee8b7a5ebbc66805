"""Deadline words → date: the parser suggests, the recorder confirms, the publisher agrees.

Latest reasonable reading. Words count from the last day on which they may have been spoken, never from after today.
"""

from __future__ import annotations

import re
from datetime import date

from pledges.words.normal import normalised
from pledges.words.readings import TENURE, duration_in, read
from pledges.words.said import FROM_THE_CALENDAR, Calendar, DeadlineRule, Reading, Said, Suggestion

__all__ = ["FROM_THE_CALENDAR", "Calendar", "DeadlineRule", "Suggestion", "due_after", "suggest"]

FIRST_YEAR, LAST_YEAR = 1900, 2200

_CONDITION = re.compile(
    r"\b(?:kalau|kalo|klo|jika|jikalau|bila|bilamana|apabila|asal|asalkan|andai|seandainya|begitu|manakala|ketika"
    r"|tergantung|bergantung|menunggu|nunggu|tunggu|dengan\s+syarat|dengan\s+catatan"
    r"|(?:setelah|sesudah|seusai|usai|habis|abis|pasca|selepas|selama|sepanjang)"
    r"(?!\s+(?:\d+\s+(?:hari|minggu|pekan|bulan|tahun)|(?:bulan|tahun|minggu|pekan|masa)\b|ini\b|itu\b"
    r"|(?:hari\s+raya\s+)?(?:lebaran(?!\s+haji)|id[uh]l?\s*-?\s*fitri)|syawal)))\s+[^,;]*",
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
    """The date that ``deadline_text`` comes to, and by which rule; no date for a condition, vague or unknown words.

    ``tenure_ends_on``: the end of the promiser's tenure as known when the words were said.
    """
    text = normalised(deadline_text)
    if not text:
        return Suggestion(None, DeadlineRule.SILENT)
    condition = _CONDITION.search(text)
    if condition:
        return Suggestion(None, DeadlineRule.CONDITION, condition=condition[0].strip())
    if _NOT.search(text) and not _VAGUE.search(text):
        return Suggestion(None, DeadlineRule.UNKNOWN)
    found = [] if _NOT.search(text) else read(text, Said(made_on_to, calendar, tenure_ends_on))
    possible = [r for r in found if _is_possible(r, made_on_from if r.named else made_on_to)]
    if possible:
        latest = max(possible, key=lambda reading: reading.due)
        return Suggestion(latest.due, latest.rule, latest.gate, provisional=latest.provisional)
    return Suggestion(None, _without_a_date(text))


def due_after(deadline_text: str, day: date, *, calendar: Calendar) -> date | None:
    """For words like "30 hari setelah APBD disahkan": the date so long after ``day``; None without such a span."""
    try:
        reading = duration_in(normalised(deadline_text), Said(day, calendar))
    except (ValueError, OverflowError):
        return None
    return reading.due if reading and _is_possible(reading, day) else None


def _is_possible(reading: Reading, earliest: date) -> bool:
    return earliest <= reading.due and FIRST_YEAR <= reading.due.year <= LAST_YEAR


def _without_a_date(text: str) -> DeadlineRule:
    if TENURE.search(text):
        return DeadlineRule.END_OF_TENURE
    return DeadlineRule.VAGUE if _VAGUE.search(text) else DeadlineRule.UNKNOWN
