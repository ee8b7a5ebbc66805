"""The roles as people call them, and at whose desk something lies."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock, words
from org.models import Role

DESKS = {
    "unit_head": _("Camat"),
    "verifier": _("Verifikator"),
    "approver": _("Kabid"),
    "asset_clerk": _("Pengurus Barang"),
    "requester": _("Pengusul"),
    "receiver": _("Penerima"),
    "recorder": _("Pencatat"),
    "publisher": _("PPID"),
    "decider": _("Sekda"),
}
ROLES = {**dict(Role.choices), **DESKS}


def held_as(role: str, absent: Any = None) -> str:
    """ "Camat"; for the dated substitute of ``absent`` "Plh. Camat, untuk Asep Sunarya"; empty for what is no role."""
    label = str(ROLES.get(role, ""))
    return in_place_of(label, str(absent)) if absent else label


def in_place_of(position: str, absent: str) -> str:
    """Whose place a dated substitute in ``position`` takes."""
    return gettext("Plh. %(position)s, untuk %(absent)s") % {"position": position, "absent": absent}


def at_desk(role: str) -> str:
    return gettext("di meja %(desk)s") % {"desk": DESKS[role]}


def waits_at(role: str, due_on: date | None, *, late: bool) -> str:
    """ "Sekarang di meja Camat, paling lambat 3 Maret 2026."; past the limit by how much where it is ``late``."""
    told = [gettext("Sekarang di meja %(desk)s") % {"desk": DESKS[role]}]
    if due_on and late:
        told.append(
            gettext("lewat batas waktu %(days)s") % {"days": words.days(clock.days_past(due_on, clock.today()))}
        )
    elif due_on:
        told.append(gettext("paling lambat %(day)s") % {"day": words.long_date(due_on)})
    return ", ".join(told) + "."
