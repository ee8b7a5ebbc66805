"""What is asked by one and decided by another about a pledge: one page for new dates, lines, closing, another unit."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice import filters, html, queues
from backoffice.asked import AskedAdmin
from backoffice.base import address_of, shows
from backoffice.verbs import DANGER, PRIMARY
from core import acts, clock, words
from pledges import deciding
from pledges.lists import CLOSURES, DEADLINE_REVISIONS, LINE_CHANGES, PASSINGS_ON
from pledges.models import Closure, DeadlineRevision, LineChange, PassingOn, Pledge
from pledges.models.asked import AskedOfPledge
from pledges.reading import judgement_of, lapsed_among
from pledges.recomputing import changed_by
from pledges.states import Status
from wording import badges, pledge_days, standing
from wording.nothing import or_nothing

Facts = list[tuple[Any, Any]]


def asked_of(row: AskedOfPledge) -> str:
    """What is asked, in a few words."""
    if isinstance(row, PassingOn):
        return str(row.responsible_unit)
    if isinstance(row, DeadlineRevision):
        kind, far = pledge_days.kind_of(row), f" ({gettext('lebih dari setahun')})" if row.far else ""
        return f"{kind}: {words.short_date(row.new_due_on)}{far}"
    kind = str(row.get_kind_display())  # type: ignore[attr-defined]
    on = words.short_date(row.effective_on)  # type: ignore[attr-defined]
    return f"{kind}: {on}" if on else kind


def paper_of(row: AskedOfPledge) -> str:
    """The paper on which it was asked, by its name."""
    if row.evidence:
        return row.evidence.note or row.evidence.source_url or str(row.evidence)
    return str(row.document or "")


class OfPledgeAdmin(AskedAdmin):
    """Readable with the pledge."""

    related = (*AskedOfPledge.read_with, "document", "evidence", *AskedAdmin.related)
    tones = {"decide": PRIMARY, "confirm": PRIMARY, "take-back": DANGER}
    files = ("document",)
    list_display: Any = ("pledge", "kind", "asked", "due", "state")

    def visible(self, user: Any) -> QuerySet:
        return self.model.objects.filter(pledge__in=Pledge.objects.visible_to(user).values("pk"))

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        lapsed = lapsed_among(rows)
        judged: Any = Pledge.objects.filter(pk__in={row.pledge_id for row in rows}).judged()
        due = {pledge.pk: (pledge.due_on, pledge.status in Status.PAST_DUE) for pledge in judged}
        for row in rows:
            row.lapsed = row.pk in lapsed
            row.due_on, row.pledge_late = due[row.pledge_id]

    @admin.display(description=_("keadaan"))
    def state(self, obj: Any) -> str:
        return html.badge(badges.asked(obj, lapsed=obj.lapsed))

    @admin.display(description=_("tenggat janji"))
    def due(self, obj: Any) -> str:
        return queues.due(obj.due_on, waits=not obj.decision and not obj.lapsed and obj.pledge_late)

    def asked_facts(self, obj: Any) -> Facts:
        """What is asked."""
        return [(_("Jenis"), obj.get_kind_display())]

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        self.prepare(request, [obj])
        evidence = obj.evidence and format_html(
            '<a class="g-link" href="{}">{}</a>', address_of(obj.evidence), paper_of(obj)
        )
        pledge = format_html('<a class="g-link" href="{}">{}</a>', address_of(obj.pledge), obj.pledge)
        return {
            "badge": self.state(obj),
            "lead": obj.pledge.title,
            "facts": [(_("Janji"), pledge), *self.asked_facts(obj), *self.told(obj), (_("Bukti"), evidence)],
            "story": None,
        }


@shows(DeadlineRevision)
class RevisionAdmin(OfPledgeAdmin):
    """New deadlines."""

    listing = DEADLINE_REVISIONS
    verbs = acts.on(DeadlineRevision, deciding)
    related = (*OfPledgeAdmin.related, "caused_by", "confirmed_by__person")
    list_display = ("pledge", "kind_shown", "new_due_on", "asked", "due", "state")
    list_filter = filters.of(DEADLINE_REVISIONS)

    @admin.display(description=_("jenis"), ordering="kind")
    def kind_shown(self, obj: Any) -> str:
        return str(pledge_days.BY_CALENDAR if obj.caused_by_id else obj.get_kind_display())

    def asked_facts(self, obj: Any) -> Facts:
        judgement = judgement_of(obj.pledge)
        far = f" ({gettext('lebih dari setahun')})" if obj.far else ""
        confirmed = obj.confirmed_at and words.long_date(clock.local_date(obj.confirmed_at))
        return [
            (_("Jenis"), pledge_days.kind_of(obj)),
            standing.first_deadline(obj.pledge, judgement),
            (_("Berlaku"), or_nothing(words.long_date(judgement.due_on))),
            (_("Tenggat baru yang diminta"), f"{words.long_date(obj.new_due_on)}{far}"),
            (_("Dokumen dibenarkan"), f"{obj.confirmed_by}, {confirmed}" if confirmed else ""),
            *_by_calendar(obj),
        ]


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
    """Lines that a pledge gains."""

    listing = LINE_CHANGES
    verbs = acts.on(LineChange, deciding)
    list_filter = filters.of(LINE_CHANGES)

    def asked_facts(self, obj: Any) -> Facts:
        since = words.long_date(obj.effective_on) or _("hari diputuskan")
        return [*super().asked_facts(obj), (_("Berlaku sejak"), since)]

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        lines = obj.lines.select_related("unit", "family", "device_type", "source__unit")
        return {**super().page(request, obj), "part": "backoffice/parts/line_change.html", "lines": lines}


@shows(Closure)
class ClosureAdmin(OfPledgeAdmin):
    """Withdrawals, excuses and mergers."""

    listing = CLOSURES
    verbs = acts.on(Closure, deciding)
    related = (*OfPledgeAdmin.related, "merged_into")
    list_filter = filters.of(CLOSURES)

    def asked_facts(self, obj: Any) -> Facts:
        return [
            *super().asked_facts(obj),
            (_("Dasar"), obj.get_excuse_display()),
            (_("Digabung ke"), obj.merged_into or ""),
            (_("Berlaku sejak"), words.long_date(obj.effective_on)),
        ]


@shows(PassingOn)
class PassingOnAdmin(OfPledgeAdmin):
    """Another unit to answer for a pledge."""

    listing = PASSINGS_ON
    verbs = acts.on(PassingOn, deciding)
    related = (*OfPledgeAdmin.related, "from_unit", "responsible_unit")
    list_display = ("pledge", "responsible_unit", "asked", "due", "state")
    list_filter = filters.of(PASSINGS_ON)

    def asked_facts(self, obj: Any) -> Facts:
        return [(_("Penanggung jawab sebelumnya"), obj.from_unit), (_("Penanggung jawab baru"), obj.responsible_unit)]
