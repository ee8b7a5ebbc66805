"""What is asked by one and decided by another about a pledge: its deadline, its lines."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backoffice import filters
from backoffice.asked import AskedAdmin
from backoffice.base import shows
from core import acts, words
from pledges import deadlines, line_changes
from pledges.lists import DEADLINE_REVISIONS, LINE_CHANGES
from pledges.models import DeadlineRevision, LineChange, Pledge
from pledges.reading import judgement_of
from pledges.recomputing import changed_by
from wording import standing


class OfPledgeAdmin(AskedAdmin):
    """Readable with the pledge."""

    related = ("pledge__responsible_unit", *AskedAdmin.related)

    def visible(self, user: Any) -> QuerySet:
        return self.model.objects.filter(pledge__in=Pledge.objects.visible_to(user).values("pk"))


@shows(DeadlineRevision)
class RevisionAdmin(OfPledgeAdmin):
    """New deadlines."""

    related = (*OfPledgeAdmin.related, "caused_by")
    listing = DEADLINE_REVISIONS
    verbs = acts.on(DeadlineRevision, deadlines)
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
                *_by_calendar(obj),
            ],
            "timeline": [],
        }


CHANGED_BY = {
    "proposed_by": _("Kalender diusulkan oleh"),
    "confirmed_by": _("Kalender dikonfirmasi oleh"),
    "changed_by": _("Kalender diubah oleh"),
}


def _by_calendar(revision: DeadlineRevision) -> list[tuple[Any, Any]]:
    """By which change of the calendar a date was corrected, and whose that was."""
    people, proposal = changed_by(revision)
    decree = [(_("Keputusan kalender"), proposal)] if proposal else []
    return [*decree, *((CHANGED_BY[name], person) for name, person in people.items())]


@shows(LineChange)
class LineChangeAdmin(OfPledgeAdmin):
    """Lines asked for by one, decided by another; readable with the pledge."""

    listing = LINE_CHANGES
    verbs = acts.on(LineChange, line_changes)
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
