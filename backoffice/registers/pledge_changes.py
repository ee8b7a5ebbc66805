"""What is asked by one and decided by another about a pledge: its deadline, its lines."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice import filters, html
from backoffice.base import BaseAdmin, shows
from backoffice.verbs import PRIMARY
from core import acts, clock, words
from pledges import deadlines, line_changes
from pledges.lists import DEADLINE_REVISIONS, LINE_CHANGES
from pledges.models import DeadlineRevision, LineChange, Pledge
from pledges.reading import judgement_of
from wording import badges, standing


class AskedAdmin(BaseAdmin):
    """Asked by one, decided by another; readable with the pledge."""

    related = ("pledge__responsible_unit", "asked_by__person", "decided_by__person")
    ordering = ("-id",)

    def visible(self, user: Any) -> QuerySet:
        return self.model.objects.filter(pledge__in=Pledge.objects.visible_to(user).values("pk"))

    @admin.display(description=_("diminta"))
    def asked(self, obj: Any) -> str:
        return words.short_date(clock.local_date(obj.asked_at))

    @admin.display(description=_("keadaan"))
    def state(self, obj: Any) -> str:
        return html.badge(badges.asked(obj))

    def told(self, obj: Any) -> list[tuple[Any, Any]]:
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


@shows(DeadlineRevision)
class RevisionAdmin(AskedAdmin):
    """New deadlines."""

    listing = DEADLINE_REVISIONS
    verbs, tones = acts.on(DeadlineRevision, deadlines), {"decide": PRIMARY}
    list_display = ("pledge", "kind", "new_due_on", "asked", "state")
    list_filter = filters.of(DEADLINE_REVISIONS)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        judgement = judgement_of(obj.pledge)
        return {
            "badge": self.state(obj),
            "lead": obj.pledge.title,
            "facts": [
                (_("Janji"), obj.pledge),
                (_("Tenggat awal"), standing.deadline(judgement.first_due_on)),
                (_("Berlaku"), words.long_date(judgement.due_on) or "–"),
                (_("Tenggat baru yang diminta"), words.long_date(obj.new_due_on)),
                *self.told(obj),
            ],
            "timeline": [],
        }


@shows(LineChange)
class LineChangeAdmin(AskedAdmin):
    """Lines asked for by one, decided by another; readable with the pledge."""

    listing = LINE_CHANGES
    verbs, tones = acts.on(LineChange, line_changes), {"decide": PRIMARY}
    list_display = ("pledge", "kind", "asked", "state")
    list_filter = filters.of(LINE_CHANGES)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        lines = obj.lines.select_related("unit", "family", "device_type", "source__unit")
        return {
            "badge": self.state(obj),
            "lead": obj.pledge.title,
            "facts": [
                (_("Janji"), obj.pledge),
                (_("Jenis"), obj.get_kind_display()),
                (_("Berlaku sejak"), words.long_date(obj.effective_on) or _("hari diputuskan")),
                *self.told(obj),
            ],
            "part": "backoffice/parts/line_change.html",
            "lines": lines,
            "timeline": [],
        }
