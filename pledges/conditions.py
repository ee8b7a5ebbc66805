"""A conditional promise gets its date when its condition is met: asked by one, decided by another."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import Conflict, DomainError
from core.journal import record
from core.transactions import fresh, writing
from org.calendar import Almanac
from pledges import rules
from pledges.models import DeadlineRevision, Pledge
from pledges.states import RevisionKind
from pledges.words import due_after


def meet(pledge: Pledge, *, met_on: date, reason: str, actor: Any, new_due_on: date | None = None) -> DeadlineRevision:
    """Say that the condition was met on ``met_on`` and ask for the first date that follows; a decider decides on it.

    Without ``new_due_on`` the date is reckoned from the words ("30 hari setelah APBD disahkan"); refused where they
    hold no span, where the day has not come or lies before the promise, and (``Conflict``) on a pledge that is not
    conditional, has a date or is not open. Writes ``pledge.condition_met`` on the pledge.
    """
    with writing():
        pledge = fresh(pledge, "office__unit", "responsible_unit")
        permit = rules.VERBS["meet-condition"]
        role = permit.who(actor, pledge)
        if not permit.when(pledge):
            raise Conflict("no_condition_open", _("Janji ini tidak mempunyai syarat yang belum terpenuhi."))
        if not pledge.made_on_from <= met_on <= clock.today():
            detail = _("Tanggal ini sebelum janji diucapkan atau sesudah hari ini.")
            raise DomainError("senseless_date", detail, field="met_on")
        calendar = Almanac.load().in_unit(pledge.office.unit)
        due_on = new_due_on or due_after(pledge.deadline_text, met_on, calendar=calendar)
        if due_on is None:
            raise DomainError("required", _("Ucapan tidak memuat jangka waktu; isi tenggatnya."), field="new_due_on")
        if due_on < met_on:
            raise DomainError("senseless_date", _("Tenggat tidak boleh sebelum syarat terpenuhi."), field="new_due_on")
        revision = DeadlineRevision(
            pledge=pledge, kind=RevisionKind.FIRST_SET, new_due_on=due_on, condition_met_on=met_on, reason=reason,
            asked_by=actor,
        )  # fmt: skip
        revision.full_clean()
        revision.save(force_insert=True)
        changes = {"condition_met_on": [None, met_on], "due_on": [None, due_on]}
        record(
            "pledge.condition_met", pledge, actor=actor, role=role, changes=changes, reason=reason, related=[revision]
        )
    return revision
