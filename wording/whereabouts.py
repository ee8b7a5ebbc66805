"""Where a device that counts for a pledge was before, and where it is now."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.states import HandoverKind
from core import words
from handing_over.whereabouts import Gone

_ENDED = {
    HandoverKind.RECALL: _(
        "perangkat ini sudah dipegang unit ini sebelum janji (%(days)s), ditarik lalu diserahkan lagi"
    ),
    HandoverKind.RETURN: _(
        "perangkat ini sudah dipegang unit ini sebelum janji (%(days)s), dikembalikan lalu diserahkan lagi"
    ),
}
_HELD = _("perangkat ini sudah dipegang unit ini sebelum janji (%(days)s), lalu diserahkan lagi")


def held_before(item: Any) -> str:
    """That the unit of a pledge had the device before it was promised; of an item ``with_held_before``; else empty."""
    if item.held_from is None:
        return ""
    days = f"{words.short_date(item.held_from)} – {words.short_date(item.held_until)}"
    return str(_ENDED.get(item.held_ended, _HELD)) % {"days": days}


def now_elsewhere(gone: Gone | None, *, seen: bool) -> str:
    """That a device that counts has left its unit; to who sees the device (``seen``) also which unit has it now."""
    if gone is None:
        return ""
    if gone.unit is None or not seen:
        return gettext("perangkat ini sudah tidak di unit ini sejak %(day)s") % {"day": words.short_date(gone.left_on)}
    told = {"unit": gone.unit, "day": words.short_date(gone.since)}
    return gettext("perangkat ini sekarang di %(unit)s sejak %(day)s") % told
