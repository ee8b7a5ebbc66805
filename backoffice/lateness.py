"""A pledge's status and lateness in words: badge, one line, and the figure that stands large on its page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, ngettext

from backoffice import words
from core import clock
from pledges.states import Publication, Status
from pledges.status import Judgement, days_past


def status_badge(pledge: Any, extensions: int = 0) -> str:
    """The publication until it is published, then the judged status and how often its date was moved back."""
    if pledge.publication != Publication.PUBLISHED:
        return words.badge(pledge.get_publication_display(), words.PUBLICATION_TONES[Publication(pledge.publication)])
    status = Status(pledge.status)
    moved = ngettext("diundur %(n)s kali", "diundur %(n)s kali", extensions) % {"n": extensions}
    return words.badge(f"{status.label} · {moved}" if extensions else status.label, words.PLEDGE_TONES[status])


def lateness(pledge: Any) -> str:
    """How late a judged pledge is against the date in force, how old without one, or since when it is over."""
    if pledge.publication != Publication.PUBLISHED:
        return ""
    if pledge.status in Status.CLOSED:
        return gettext("sejak %(day)s") % {"day": words.short_date(pledge.closed_on)}
    if pledge.status in Status.KEPT:
        return _kept(pledge)
    late, late_original = (days_past(day, clock.today()) for day in (pledge.due_on, pledge.first_due_on))
    said = []
    if pledge.status == Status.TAKEN_BACK:
        said.append(gettext("pernah lengkap %(day)s") % {"day": words.short_date(pledge.completed_on)})
    if late:
        said.append(gettext("%(age)s lewat tenggat") % {"age": words.age(late)})
    elif late_original:
        said.append(gettext("%(age)s lewat tenggat awal") % {"age": words.age(late_original)})
    return ", ".join(said) or _still_in_time(pledge)


def _kept(pledge: Any) -> str:
    said = gettext("ditepati %(day)s") % {"day": words.short_date(pledge.completed_on)}
    if pledge.first_due_on is None or pledge.first_due_on == pledge.completed_on:
        return said
    if late := days_past(pledge.first_due_on, pledge.completed_on):
        how = gettext("%(age)s lewat tenggat awal") % {"age": words.age(late)}
    else:
        how = gettext("%(age)s lebih cepat") % {"age": words.age(days_past(pledge.completed_on, pledge.first_due_on))}
    return f"{said}, {how}"


def _still_in_time(pledge: Any) -> str:
    if pledge.due_on:
        return gettext("tenggat %(day)s") % {"day": words.short_date(pledge.due_on)}
    return gettext("%(age)s sejak diucapkan") % {"age": words.age(days_past(pledge.made_on_to, clock.today()))}


def late_figures(judgement: Judgement) -> list[tuple[str, str, str]]:
    """``(number, words, tone)`` of days late, the largest matter first; none for what is in time, kept or closed."""
    if judgement.status in Status.KEPT | Status.CLOSED:
        return []
    late, original, age = judgement.days_late, judgement.days_late_original, judgement.age_days
    found = [
        (late, ngettext("hari lewat tenggat berlaku", "hari lewat tenggat berlaku", late), words.LATE),
        (original, ngettext("hari lewat tenggat awal", "hari lewat tenggat awal", original), words.SOON),
        (age, ngettext("hari sejak diucapkan", "hari sejak diucapkan", age), words.SOON),
    ]
    wanted = (late > 0, original > late, judgement.status == Status.DANGLING)
    return [(words.thousands(n), said, tone) for (n, said, tone), shown in zip(found, wanted, strict=True) if shown]
