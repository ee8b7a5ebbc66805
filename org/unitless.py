"""Events of no unit: about the calendar, the catalogue and the settings, which are the whole district's."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Q

from core.models import Installation, Registered
from org.models import CalendarDay, CalendarProposal, Reference, Role, Unit
from org.models.grants import reach


def audited_of_the_whole(user: Any) -> Q:
    """The condition on events that an auditor of a part reads besides those of the units audited: what all signed in
    may read, and nobody else's unit tells of."""
    if not any(each.role == Role.AUDITOR for each in reach(user).held):
        return Q(pk__in=[])
    tables = [each for each in apps.get_models() if issubclass(each, Reference) and each.of_the_whole and each != Unit]
    others: list[type[Registered]] = [CalendarDay, CalendarProposal, Installation]
    kinds = [each.journal_type for each in (*tables, *others)]
    return Q(unit_id__isnull=True, subject_type__in=kinds)
