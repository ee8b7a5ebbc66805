"""What the journal says of a role that was given: where, on which days, and in whose place."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import words
from org.models import Role
from wording.roles import in_place_of


def granted(changes: dict[str, Any], _event: Any) -> str:
    """ "Kepala unit (Camat) · Kecamatan Kemang · 2 Mar 2026 – 9 Mar 2026"; for a substitute also in whose place."""
    new = {name: pair[1] for name, pair in changes.items() if isinstance(pair, list) and len(pair) == 2}
    role, absent = new.get("role"), new.get("stands_in_for")
    label = str(Role(role).label) if role in Role.values else ""
    said = in_place_of(label, absent) if absent else label
    return " · ".join(
        filter(None, (said, new.get("unit_name") or new.get("unit"), _days(new.get("starts_on"), new.get("ends_on"))))
    )


def of_a_move(changes: dict[str, Any]) -> str:
    """Which roles ended with a move and which go on after it: "peran berakhir: Verifikator · Kabupaten Contoh"."""
    told = []
    for name, label in _OF_A_MOVE.items():
        roles = (changes.get(name) or [None, []])[1]
        named = ", ".join(f"{Role(each['role']).label} · {each['unit_name']}" for each in roles)
        told += [f"{label} {named}"] if named else []
    return "; ".join(told)


_OF_A_MOVE = {"grants_end": _("peran berakhir:"), "grants_kept": _("peran tetap:")}


def _days(first: str | None, last: str | None) -> str:
    if not first:
        return ""
    told = [words.short_date(date.fromisoformat(each)) for each in (first, last) if each]
    return " – ".join(told) if last else f"{gettext('sejak')} {told[0]}"
