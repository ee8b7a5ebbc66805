"""The days in the life of a pledge by name, from the one on which it was said to today, and all of them as a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import words
from core.models import Decision
from pledges.models import DeadlineRevision, Pledge
from pledges.recomputing import changed_by
from pledges.states import RevisionKind, Status
from pledges.status import Judgement

REVISED = {
    RevisionKind.FIRST_SET: _("Tenggat susulan"),
    RevisionKind.EXTENSION: _("Diundur ke"),
    RevisionKind.ADVANCE: _("Dimajukan ke"),
    RevisionKind.RESTATED: _("Dijanjikan ulang"),
    RevisionKind.CORRECTION: _("Dibetulkan menjadi"),
}
RECKONED = _("Dihitung ulang menjadi")
BY_CALENDAR = _("Kalender berubah")
"""What moved a date by a changed calendar, which mends no record, is called by."""


def kind_of(revision: DeadlineRevision) -> str:
    """Of what kind a new date is; where nobody asked for it, by which decree the calendar changed."""
    if revision.caused_by_id is None:
        return str(revision.get_kind_display())
    proposal = changed_by(revision).proposal
    return gettext("Kalender berubah: Keputusan %(decree)s") % {"decree": proposal} if proposal else str(BY_CALENDAR)


@dataclass(frozen=True)
class Mark:
    """A day and its name."""

    day: date
    name: str | Promise

    @property
    def said(self) -> str:
        return words.short_date(self.day)


def marks_of(
    pledge: Pledge, judgement: Judgement, revisions: Iterable[DeadlineRevision], closed_on: date | None, today: date
) -> list[Mark]:
    """In order of time."""
    marks = [Mark(pledge.made_on_to, _("Diucapkan")), *_deadlines(pledge, judgement, revisions, today)]
    if judgement.completed_on:
        kept = judgement.status in Status.KEPT
        marks.append(Mark(judgement.completed_on, _("Ditepati") if kept else _("Pernah lengkap")))
    if closed_on:
        marks.append(Mark(closed_on, judgement.status.label))
    marks.append(Mark(today, _("Hari ini")))
    return sorted(marks, key=lambda mark: mark.day)


def _deadlines(
    pledge: Pledge, judgement: Judgement, revisions: Iterable[DeadlineRevision], today: date
) -> list[Mark]:  # fmt: skip
    """The date recorded, the first one where it is another, and every later one in effect, each day once."""
    named: dict[date, str | Promise] = {}
    if pledge.original_due_on:
        own = REVISED[RevisionKind.FIRST_SET] if judgement.dated_on else _("Tenggat awal")
        named[pledge.original_due_on] = _("Tercatat") if judgement.corrected_on else own
    for each in revisions:
        if each.decision == Decision.APPROVE and each.effective_on and each.effective_on <= today:
            named.setdefault(each.new_due_on, RECKONED if each.caused_by_id else REVISED[RevisionKind(each.kind)])
    if judgement.first_due_on:
        named.setdefault(judgement.first_due_on, _("Tenggat pertama"))
    return [Mark(day, name) for day, name in named.items()]


def in_words(marks: Sequence[Mark], judgement: Judgement) -> str:
    """Every day in order, then how late."""
    said = [f"{mark.name} {words.long_date(mark.day)}" for mark in marks]
    if judgement.days_late:
        said.append(gettext("%(age)s lewat tenggat") % {"age": words.days(judgement.days_late)})
    if judgement.days_late_original > judgement.days_late:
        said.append(gettext("%(age)s lewat tenggat pertama") % {"age": words.days(judgement.days_late_original)})
    if judgement.first_due_on is None:
        said.append(gettext("Tanpa tenggat"))
    return ". ".join(said) + "."
