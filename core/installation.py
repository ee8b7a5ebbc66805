"""The verb that changes what an office decides for its own installation."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock, jobs, weeks
from core.errors import DomainError
from core.journal import record
from core.models import EventObject, Installation
from core.transactions import writing

ARCHIVE_DAYS = 180
CHANGEABLE = (
    "name", "province", "agency_name", "agency_address", "signing_place", "capitalisation_threshold",
    "capitalisation_from", "endorsement",
    "endorse_days", "verify_days", "decide_days", "issue_days", "receipt_days", "handover_number", "pledge_notice_days",
    "pledge_desk_days", "pledge_noun", "archive_until", "six_day_week", "six_day_week_from", "anniversary_day",
    "anniversary_month", "decisions_delegated",
)  # fmt: skip

_PLACE = re.compile(r"\{(nomor(?::0[1-9]d)?|bulan_romawi|tahun)\}")


def change_installation(*, actor: Any, role: str, **values: Any) -> Installation:
    """Change settings (``CHANGEABLE``); the caller has asked whether ``actor`` may, as ``role``.

    Another working week holds from a day ahead, by default tomorrow, another threshold for what is bought from a day,
    by default today. Refuses a pattern of handover numbers that cannot be filled in, and a second last day of the
    archive, or one more than 180 days after the first handover or pledge was
    recorded. Writes ``installation.changed``; nothing when nothing changes.
    """
    with writing():
        settings = Installation.current()
        changes = {
            name: [getattr(settings, name), value]
            for name, value in values.items()
            if name in CHANGEABLE and getattr(settings, name) != value
        }
        for name in ("six_day_week_from", "capitalisation_from"):
            if changes.get(name, [None, True])[1] is None:
                del changes[name]  # left empty: no day of its own
        if not changes:
            return settings
        if "archive_until" in changes:
            changes["archive_from"] = [None, _archive_from(*changes["archive_until"])]
        for name, (_old, value) in changes.items():
            setattr(settings, name, value)
        changes |= _other_week(settings, changes)
        changes |= _other_threshold(settings, changes)
        settings.full_clean()
        _refuse_broken(settings.handover_number)
        settings.save()
        record("installation.changed", settings, actor=actor, role=role, changes=changes)
        if "six_day_week_from" in changes:
            jobs.announce("calendar_changed")
    return settings


def _other_week(settings: Installation, changes: dict[str, Any]) -> dict[str, Any]:
    """Keep what was said of the working week; returns from when it holds, as a change."""
    if not {"six_day_week", "six_day_week_from"} & changes.keys():
        return {}
    six, begun = changes.get("six_day_week", [settings.six_day_week])[0], changes.get("six_day_week_from")
    old, new = (6 if each else 5 for each in (six, settings.six_day_week))
    since, settings.weeks = weeks.change(
        settings.weeks, old, new, settings.six_day_week_from if begun else None, field="six_day_week_from"
    )
    was = begun[0] if begun else settings.six_day_week_from
    settings.six_day_week_from = since
    return {"six_day_week_from": [was, since]}


def _other_threshold(settings: Installation, changes: dict[str, Any]) -> dict[str, Any]:
    """Keep what was said of the threshold before; returns from which day of purchase it holds, as a change."""
    if not {"capitalisation_threshold", "capitalisation_from"} & changes.keys():
        return {}
    old = changes.get("capitalisation_threshold", [settings.capitalisation_threshold])[0]
    was, since = changes.get("capitalisation_from", [settings.capitalisation_from, clock.today()])
    before = settings.capitalisation or [[None, old]]
    kept = [each for each in before if each[0] is None or each[0] < since.isoformat()]
    settings.capitalisation = [*kept, [since.isoformat(), settings.capitalisation_threshold]]
    settings.capitalisation_from = since
    return {"capitalisation_from": [was, since]}


def _archive_from(old: date | None, last: date) -> date:
    """The day from which the archive is entered: that of the first handover or pledge on record, else today."""
    if old is not None:
        detail = _("Hari terakhir masa arsip sudah ditetapkan dan tidak berubah lagi.")
        raise DomainError("closed_for_good", detail, field="archive_until")
    recorded = EventObject.objects.filter(object_type__in=("handover", "pledge")).order_by("event")
    first = recorded.values_list("event__at", flat=True).first()
    began = clock.local_date(first) if first else clock.today()
    if not clock.today() <= last <= began + timedelta(days=ARCHIVE_DAYS):
        detail = _("Pilih hari dari hari ini sampai 180 hari sesudah serah terima atau janji pertama dicatat.")
        raise DomainError("out_of_range", detail, field="archive_until")
    return began


def _refuse_broken(pattern: str) -> None:
    """Only the three known places, and number and year among them: the counter begins anew each year."""
    places = _PLACE.findall(pattern)
    rest = _PLACE.sub("", pattern)
    whole = any(place.startswith("nomor") for place in places) and "tahun" in places
    if not whole or "{" in rest or "}" in rest:
        detail = _("Pola harus memuat {nomor:03d} dan {tahun}; boleh juga {bulan_romawi}.")
        raise DomainError("invalid_pattern", detail, field="handover_number")
