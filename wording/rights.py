"""What the journal says of a role that was given: where, on which days, and in whose place."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext

from core import words
from org.models import Role
from wording.roles import in_place_of


def granted(changes: dict[str, Any], _event: Any) -> str:
    """ "Kepala unit (Camat) · 32.01.12 · 2 Mar 2026 – 9 Mar 2026"; for a substitute also whose place is taken."""
    new = {name: pair[1] for name, pair in changes.items() if isinstance(pair, list) and len(pair) == 2}
    role, absent = new.get("role"), new.get("stands_in_for")
    label = str(Role(role).label) if role in Role.values else ""
    said = in_place_of(label, absent) if absent else label
    return " · ".join(filter(None, (said, new.get("unit"), _days(new.get("starts_on"), new.get("ends_on")))))


def _days(first: str | None, last: str | None) -> str:
    if not first:
        return ""
    told = [words.short_date(date.fromisoformat(each)) for each in (first, last) if each]
    return " – ".join(told) if last else f"{gettext('sejak')} {told[0]}"
