"""A changed calendar moves the first dates that hang on it: those in working days, and those around Lebaran."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext, override

from core import clock
from core.jobs import Progress, Result
from core.journal import record
from core.models import Decision, Event, EventObject, Job
from core.transactions import fresh, writing
from org.calendar import Almanac
from org.models import Office, Unit
from org.models.units import lineage
from pledges import rules
from pledges.models import Closure, DeadlineRevision, Pledge
from pledges.reading import judgement_of
from pledges.states import Publication, RevisionKind
from pledges.suggesting import suggestion_of
from pledges.words import FROM_THE_CALENDAR

SYSTEM = "system"


def on_calendar_changed(_job: Job, _progress: Progress) -> Result:
    return Result(rows=recompute_deadlines())


def recompute_deadlines() -> int:
    """Correct the first date of every open pledge whose words now come to another day. Returns how many it corrected.

    Running it again, or late, changes nothing more: the correction is in effect from the day the calendar changed.
    """
    calendar, corrected = Almanac.load(), 0
    read_from = Pledge.objects.filter(publication=Publication.PUBLISHED, deadline_rule__in=FROM_THE_CALENDAR).exclude(
        pk__in=Closure.objects.in_effect().values("pledge")
    )
    for pledge in read_from.select_related("office__unit", "responsible_unit").order_by("pk"):
        if suggestion_of(pledge, calendar).due_on != pledge.original_due_on or pledge.deadline_revisions.exists():
            corrected += _correct(pledge)
    return corrected


def _correct(pledge: Pledge) -> bool:
    """Write the system's correction, if one is due. Writes ``pledge.deadline_recomputed`` on the pledge.

    Leaves alone what is closed or complete, and a pledge to which people have given another date since: that date
    no longer hangs on the calendar. The earlier date of a pledge merged into this one stays.
    """
    with writing():
        pledge = fresh(pledge, "office__unit", "responsible_unit")
        decided = pledge.deadline_revisions.filter(decision=Decision.APPROVE)
        if decided.filter(asked_by__isnull=False).exists() or not rules.is_open(pledge):
            return False
        suggested, old = suggestion_of(pledge).due_on, judgement_of(pledge).first_due_on
        if suggested is None:
            return False
        changed_on = _changed_on(pledge)
        pooled = pledge.merged.exclude(first_due_on=None).values_list("first_due_on", "effective_on")
        theirs = [(day, max(merged_on, changed_on)) for day, merged_on in pooled if merged_on]
        due_on, since = min([(suggested, changed_on), *theirs])
        if due_on == old:
            return False
        now = clock.now()
        with override("id"):
            reason = gettext("Kalender kerja berubah; tenggat dihitung ulang dari ucapan.")
        revision = DeadlineRevision(
            pledge=pledge, kind=RevisionKind.CORRECTION, new_due_on=due_on, reason=reason, asked_at=now,
            decision=Decision.APPROVE, decided_at=now, effective_on=since,
        )  # fmt: skip
        revision.full_clean()
        revision.save(force_insert=True)
        changes: dict[str, Any] = {"due_on": [old, due_on]}
        record("pledge.deadline_recomputed", pledge, actor=None, role=SYSTEM, changes=changes, related=[revision])
    return True


def _changed_on(pledge: Pledge) -> date:
    """The day on which its calendar last changed, whenever this runs; not before the pledge was published.

    Its calendar: the days kept, the usual week, and the week of the unit to which the promising office belongs.
    """
    office = pledge.office
    units = Unit.objects.filter(code__in=lineage(office.unit.code)).values("pk")
    about = EventObject.objects.filter(
        Q(object_type__in=("calendar_day", "installation"))
        | Q(object_type="unit", object_id__in=units)
        | Q(object_type="office", object_id=office.pk)
    )
    changes = Event.objects.filter(
        Q(verb__startswith="calendar")
        | Q(verb="installation.changed", changes__has_key="six_day_week")
        | Q(verb="unit.changed", changes__has_any_keys=sorted(Unit.announced))
        | Q(verb="office.changed", changes__has_any_keys=sorted(Office.announced)),
        pk__in=about.values("event"),
    )
    changed = changes.order_by("-seq").values_list("at", flat=True).first()
    published = pledge.published_at or clock.now()
    return clock.local_date(max(changed, published) if changed else clock.now())
