"""Records of one promise that were merged: which stand together, and to which of them an old number leads.

Papers stay with the record they were added to; that they are shown with the one that stayed is found when read.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from pledges.counting import Moment
from pledges.models import Closure, Pledge
from pledges.states import ClosureKind
from pledges.status import Known


def together(pledge: Pledge, as_of: date | None = None, known_at: Known = None) -> list[int]:
    """The ids of the pledge and of all that had been merged into it by ``as_of``, at any remove, as known then."""
    return [pledge.pk, *merged_under([pledge.pk], as_of, known_at)]


def merged_under(pledges: QuerySet | list[int], as_of: date | None = None, known_at: Known = None) -> list[int]:
    """The ids of all that had been merged into one of ``pledges`` by ``as_of``, at any remove, as known then."""
    merges, found, newest = _merges(Moment.of(as_of, known_at)), list[int](), pledges
    while newest := list(merges.filter(merged_into__in=newest).values_list("pledge_id", flat=True)):
        found += newest
    return found


def canonical(pledge: Pledge, as_of: date | None = None, known_at: Known = None) -> Pledge | None:
    """The pledge to which the number of a merged one leads in the end; None when it stands for itself."""
    [end] = _ends([pledge.pk], Moment.of(as_of, known_at)) or [pledge.pk]
    return None if end == pledge.pk else Pledge.objects.get(pk=end)


def numbered(word: str, as_of: date | None = None, known_at: Known = None) -> Q:
    """The condition that a pledge is where a merged one leads in whose number ``word`` occurs."""
    moment = Moment.of(as_of, known_at)
    old = _merges(moment).filter(pledge__number__icontains=word)
    return Q(pk__in=_ends(list(old.values_list("pledge_id", flat=True)), moment))


def _merges(moment: Moment) -> QuerySet[Closure]:
    merges = Closure.objects.filter(kind=ClosureKind.MERGED, effective_on__lte=moment.day)
    return moment.recorded(merges, "decided_at")


def _ends(pledges: list[int], moment: Moment) -> list[int]:
    """Where the merged ones among ``pledges`` lead in the end."""
    merges, ends, newest = _merges(moment), set[int](), set(pledges)
    while newest:
        leads = dict(merges.filter(pledge__in=newest).values_list("pledge_id", "merged_into_id"))
        ends |= newest - leads.keys()
        newest = set(leads.values())
    return sorted(ends - set(pledges))
