"""What one asks for and another decides, as a register shows it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.base import BaseAdmin
from backoffice.verbs import PRIMARY
from core import clock, words
from wording import badges


class AskedAdmin(BaseAdmin):
    """Asked by one, decided by another."""

    related: ClassVar[tuple[str, ...]] = ("asked_by__person", "decided_by__person")
    ordering = ("-id",)
    tones = {"decide": PRIMARY}
    repeats = True

    @admin.display(description=_("diminta"))
    def asked(self, obj: Any) -> str:
        return words.short_date(clock.local_date(obj.asked_at))

    @admin.display(description=_("keadaan"))
    def state(self, obj: Any) -> str:
        return html.badge(badges.asked(obj))

    def told(self, obj: Any) -> list[tuple[Any, Any]]:
        return told(obj)


def told(obj: Any) -> list[tuple[Any, Any]]:
    """Why it was asked, by whom, and what became of it."""
    facts = [(_("Alasan"), obj.reason), (_("Diminta oleh"), obj.asked_by or _("sistem"))]
    if not obj.decided_at:
        return facts
    decided = words.long_date(clock.local_date(obj.decided_at))
    return [
        *facts,
        (_("Diputuskan"), f"{obj.decided_by or gettext('sistem')}, {decided}"),
        (_("Alasan keputusan"), obj.decision_reason),
    ]
