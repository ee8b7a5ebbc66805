"""What people are told about requests on their own data."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext

from core import clock, words
from personal.asking import answerers
from personal.models import RecordKind
from personal.retention import unit_of


def clock_of(asked: Any) -> str:
    """ "Dijawab paling lambat 5 Maret 2026 09.00, sisa 71 jam."; how long it is late; nothing once it was answered."""
    if asked.decision:
        return ""
    hours = (asked.due_at - clock.now()).total_seconds() / 3600
    due = {"instant": words.instant(asked.due_at)}
    if hours < 0:
        return gettext("Seharusnya dijawab %(instant)s, lewat %(hours)s jam") % {
            **due,
            "hours": words.thousands(int(-hours) + 1),
        }
    return gettext("Dijawab paling lambat %(instant)s, sisa %(hours)s jam") % {
        **due,
        "hours": words.thousands(int(hours)),
    }


def answered_by(asked: Any) -> str:
    """Who may answer a request on personal data; nothing once it was answered."""
    if asked.decision:
        return ""
    if names := ", ".join(str(each) for each in answerers(asked)):
        return gettext("Yang dapat menjawab: %(names)s.") % {"names": names}
    return gettext(
        "Tidak ada yang dapat menjawab: tiap Pengelola pengguna untuk semua unit ikut meminta, atau sandinya baru "
        "dipasang oleh yang meminta. Perlu Pengelola pengguna lain untuk semua unit."
    )


def record_said(kind: str, number: int, row: Any) -> str:
    """What a record that is kept or ends is called: a person by name, a request by number, a month, each with its unit;
    ``row``: the record itself, where it is a row of the register."""
    if kind == RecordKind.SECURITY_LOG:
        return words.month(date(*divmod(number, 100), 1))
    if row is None:
        return f"#{number}"
    of = row.pledge if kind == RecordKind.WITNESS else row
    return f"{of} · {unit_of(kind, row)}"
