"""Moving a deadline: one asks with a reason, another decides; the first date stays for ever."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from core import clock, words
from core.acts import Done, act
from core.errors import Conflict, DomainError, Text
from core.permits import Every
from core.taking import Ask, Reason
from org.models import User
from pledges import rules
from pledges.asking import Decided, Paper, asked_for
from pledges.models import DeadlineRevision, Pledge
from pledges.reading import judgement_of
from pledges.states import LATEST_DATE_YEARS, MOVED_BACK, RevisionKind, Strength
from pledges.status import Judgement
from pledges.suggesting import latest_after_condition

Far = Annotated[bool, Ask(label=_("Lebih dari setahun"), help=_("Centang bila tenggat ini sengaja sejauh itu."))]


@act(
    "ask-revision", _("Minta tenggat baru"), _("Tenggat awal tetap tercatat. Sekda yang memutuskan."),
    done=_("Permintaan tercatat."), event="pledge.revision_asked",
    who=rules.asker, when=Every(rules.can_be_eased, rules.no_date_asked),
)  # fmt: skip
def ask(
    pledge: Pledge, *, actor: User, kind: RevisionKind, new_due_on: date, reason: Reason, document: Paper | None = None,
    far: Far = False,
) -> Done[DeadlineRevision]:  # fmt: skip
    """Ask for a new deadline. An undecided revision changes nothing: the pledge stays late.

    Only an ``advance`` needs no ``document``. A date more than a year from today needs ``far``.
    """
    judgement = judgement_of(pledge)
    _refuse_senseless(pledge, judgement, kind, new_due_on)
    revision = DeadlineRevision(pledge=pledge, kind=kind, new_due_on=new_due_on, reason=reason, asked_by=actor)
    refuse_out_of_bounds(revision, far=far)
    changes = {"kind": [None, kind], "due_on": [judgement.due_on, new_due_on]}
    return asked_for(revision, changes, document, bare=kind == RevisionKind.ADVANCE)


def decided(revision: DeadlineRevision, approved: bool) -> Decided:
    """Let the new date be in effect from today. ``Conflict`` when it has passed since it was asked."""
    due_on = judgement_of(revision.pledge).due_on
    if approved and not _was_said(revision) and revision.new_due_on <= clock.today():
        raise Conflict("outdated", _("Tanggal yang diminta sudah lewat; minta tanggal lain."))
    if approved and revision.kind == RevisionKind.CORRECTION:
        _refuse_outdated(revision)
    changes = {"kind": [None, revision.kind], "due_on": [due_on, revision.new_due_on if approved else due_on]}
    return Decided("pledge.revision_decided", changes, columns={"effective_on": clock.today()} if approved else {})


def kinds_that_fit(pledge: Pledge, judgement: Judgement) -> list[RevisionKind]:
    """What can be asked: a first date where there is none, else a change of it; a correction of one that was said.

    A conditional pledge gets its first date when its condition is met, and in no other way.
    """
    if judgement.due_on is None:
        return [] if pledge.strength == Strength.CONDITIONAL else [RevisionKind.FIRST_SET]
    moving = [*MOVED_BACK, RevisionKind.ADVANCE]
    return moving if pledge.original_due_on is None else [*moving, RevisionKind.CORRECTION]


def refuse_out_of_bounds(revision: DeadlineRevision, *, far: bool) -> None:
    """A new date lies ahead, no more than a year without ``far``, and never ten years after the promise.

    What was said itself is bound by the last of these alone: it may lie in the past.
    """
    wrong: tuple[str, Text] | None = None
    if revision.new_due_on > clock.years_after(revision.pledge.made_on_to, LATEST_DATE_YEARS):
        wrong = "too_far", _("Paling lama sepuluh tahun sesudah janji diucapkan.")
    elif _was_said(revision):
        return
    elif revision.new_due_on <= clock.today():
        wrong = "not_ahead", _("Tenggat baru harus sesudah hari ini.")
    elif revision.far and not far:
        wrong = "far", _("Lebih dari setahun dari sekarang; nyatakan bila memang sejauh itu.")
    if wrong:
        raise DomainError(*wrong, field="new_due_on")


def _was_said(revision: DeadlineRevision) -> bool:
    """Whether the date is that of the words: what a correction brings to light, or what follows from a condition."""
    if revision.condition_met_on:
        return revision.new_due_on == latest_after_condition(revision.pledge, revision.condition_met_on)
    return revision.kind == RevisionKind.CORRECTION


def _refuse_senseless(pledge: Pledge, judgement: Judgement, kind: str, new_due_on: date) -> None:
    """A first date for an undated pledge only; a later one to extend, an earlier one to advance, never the same."""
    due = judgement.due_on
    if kind not in RevisionKind.values or kind in kinds_that_fit(pledge, judgement):
        _refuse_date(pledge, judgement, kind, new_due_on)
    elif due is None and kind == RevisionKind.FIRST_SET:
        raise Conflict("condition_not_met", _("Janji bersyarat diberi tenggat lewat “Syarat terpenuhi”."))
    else:
        raise Conflict("wrong_kind", _("Jenis perubahan ini tidak cocok dengan tenggat yang ada."))


def _refuse_date(pledge: Pledge, judgement: Judgement, kind: str, new_due_on: date) -> None:
    due = judgement.due_on
    wrong = None
    if new_due_on < pledge.made_on_from:
        wrong = _("Tenggat tidak boleh sebelum janji diucapkan.")
    elif kind == RevisionKind.CORRECTION:
        _refuse_later_than_words(pledge, new_due_on)
        wrong = _("Tenggat yang sama dengan yang tercatat.") if new_due_on == judgement.first_due_on else None
    elif due is not None and new_due_on == due:
        wrong = _("Tenggat yang sama dengan yang berlaku sekarang.")
    elif kind in MOVED_BACK and due and new_due_on < due:
        wrong = _("Perpanjangan harus sesudah tenggat yang berlaku.")
    elif kind == RevisionKind.ADVANCE and due and new_due_on > due:
        wrong = _("Tanggal yang dimajukan harus sebelum tenggat yang berlaku.")
    if wrong:
        raise DomainError("senseless_date", wrong, field="new_due_on")


def _refuse_outdated(correction: DeadlineRevision) -> None:
    """``Conflict`` where what a pledge merged since brought in is earlier than the corrected date."""
    try:
        _refuse_later_than_words(correction.pledge, correction.new_due_on)
    except DomainError as error:
        raise Conflict("outdated", error.detail) from error


def _refuse_later_than_words(pledge: Pledge, new_due_on: date) -> None:
    """A correction mends the record, not the promise: no later than the words were read as when they were recorded (or
    the calendar moved that date to), else than what was recorded; nor than a date that a merged pledge brought in."""
    by_calendar = pledge.deadline_revisions.filter(caused_by__isnull=False).order_by("pk").last()
    read_as = by_calendar.new_due_on if by_calendar else pledge.read_due_on
    pooled = pledge.merged.in_effect().exclude(first_due_on=None).values_list("first_due_on", flat=True)
    latest = min(filter(None, [read_as or pledge.original_due_on, *pooled]), default=None)
    if latest and new_due_on > latest:
        detail = _("Pembetulan tidak boleh lebih lambat daripada yang terbaca dari ucapannya: %(day)s.")
        raise DomainError("later_than_words", detail % {"day": words.long_date(latest)}, field="new_due_on")
