"""A conditional promise gets its date when its condition is met: asked by one, decided by another."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from core import clock, words
from core.acts import Done, act
from core.errors import DomainError
from core.permits import Every
from core.taking import Ask, Reason
from org.models import User
from pledges import rules
from pledges.asking import Paper, asked_for
from pledges.deadlines import Far, refuse_out_of_bounds
from pledges.models import DeadlineRevision, Pledge
from pledges.states import RevisionKind
from pledges.suggesting import latest_after_condition


@act(
    "meet-condition", _("Syarat terpenuhi"), _("Janji bersyarat ini diberi tenggat pertama. Sekda yang memutuskan."),
    done=_("Permintaan tercatat."), event="pledge.condition_met", who=rules.asker,
    when=Every(rules.is_conditional, rules.has_no_date, rules.can_be_eased, rules.no_date_asked),
)  # fmt: skip
def meet(
    pledge: Pledge, *, actor: User, met_on: Annotated[date, Ask(label=_("Syarat terpenuhi pada"))],
    new_due_on: Annotated[
        date | None, Ask(label=_("Tenggat"), help=_("Kosongkan bila ucapan memuat batas atau jangka waktunya."))
    ] = None,
    reason: Reason, document: Paper, far: Far = False,
) -> Done[DeadlineRevision]:  # fmt: skip
    """Say that the condition was met on ``met_on`` and ask for the first date that follows; a decider decides on it.

    Without ``new_due_on`` the date is the latest that the words allow: a date said beside the condition, or so long
    after it ("30 hari setelah APBD disahkan"). Refused where they hold neither, where ``new_due_on`` is later than
    that, and where ``met_on`` has not come or lies before the promise.
    """
    if not pledge.made_on_from <= met_on <= clock.today():
        detail = _("Tanggal ini sebelum janji diucapkan atau sesudah hari ini.")
        raise DomainError("senseless_date", detail, field="met_on")
    latest = latest_after_condition(pledge, met_on)
    due_on = new_due_on or latest
    if due_on is None:
        raise DomainError(
            "required", _("Ucapan tidak memuat batas atau jangka waktu; isi tenggatnya."), field="new_due_on"
        )
    if latest and due_on > latest:
        detail = _("Tenggat tidak boleh lebih lambat daripada yang terbaca dari ucapannya: %(day)s.")
        raise DomainError("later_than_words", detail % {"day": words.long_date(latest)}, field="new_due_on")
    if due_on < met_on and due_on != latest:
        raise DomainError("senseless_date", _("Tenggat tidak boleh sebelum syarat terpenuhi."), field="new_due_on")
    revision = DeadlineRevision(
        pledge=pledge, kind=RevisionKind.FIRST_SET, new_due_on=due_on, condition_met_on=met_on, reason=reason,
        asked_by=actor,
    )  # fmt: skip
    refuse_out_of_bounds(revision, far=far)
    return asked_for(revision, {"condition_met_on": [None, met_on], "due_on": [None, due_on]}, document)
