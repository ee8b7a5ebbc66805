"""What a photo shows, for who cannot see it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from core import words


def described(report: Any, place: int, number: int) -> str:
    """The device, its condition and the day; which of how many photos of that report."""
    asset = report.asset
    told = [f"{asset.device_type} {asset}", report.get_condition_display(), words.long_date(report.reported_on)]
    if number > 1:
        told.append(gettext("foto %(place)s dari %(number)s") % {"place": place, "number": number})
    return ", ".join(told)
