"""What counts for a line, and what the lines of a pledge owe and have on a day, in SQL.

``counts.py`` says of one device the same in Python.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Least

from core.how_many import how_many
from pledges.status import Known, day_of, instant_of


class Moment(NamedTuple):
    """The day judged, and the instant up to which the register is read (None: now)."""

    day: date
    known: datetime | None

    @classmethod
    def of(cls, as_of: date | None, known_at: Known) -> Moment:
        return cls(day_of(as_of, known_at), instant_of(known_at))

    def recorded(self, rows: QuerySet, column: str = "recorded_at") -> QuerySet:
        """The rows that were on record then."""
        return rows if self.known is None else rows.filter(**{f"{column}__lte": self.known})


def table(model: str) -> Any:
    return apps.get_model("pledges", model)._base_manager


def number_counting(moment: Moment, deliveries: QuerySet, day: Any = None) -> Any:
    """How many deliveries of a line count on ``day`` (a date or an expression; that of ``moment`` when left out): those
    that have begun and not ended, without those that stand still."""
    day = day or moment.day
    under = under_way(moment, deliveries, day)
    still = under.filter(_standing_still(moment, day))
    return how_many(under) - how_many(still, distinct=True)


def under_way(moment: Moment, deliveries: QuerySet, day: Any) -> QuerySet:
    """The deliveries that have begun to count by ``day`` and not ended; some may stand still."""
    still = Q(counts_until__isnull=True) | Q(counts_until__gt=day)
    if moment.known is not None:
        still |= Q(ended_at__gt=moment.known)
    return seen(moment, deliveries).filter(still, counts_from__lte=day)


def _standing_still(moment: Moment, day: Any) -> Q:
    """By what a delivery does not count on ``day`` although nobody ended it (``counts.Away.stands_on``)."""
    away, unconfirmed = Q(item__absences__ended_on__isnull=True), Q(item__absences__confirmed_at__isnull=True)
    away |= Q(item__absences__ended_on__gt=day)
    recorded = Q()
    if moment.known is not None:
        away |= Q(item__absences__ended_at__gt=moment.known)
        unconfirmed |= Q(item__absences__confirmed_at__gt=moment.known)
        recorded = Q(item__absences__recorded_at__lte=moment.known)
    stopped = {"item__absences__stops_on__lte": day, "item__absences__stops_on__lt": F("served_on")}
    return Q(recorded, away, unconfirmed, **stopped)


def seen(moment: Moment, deliveries: QuerySet) -> QuerySet:
    """On record, not found void, not of a kind that waits, and not from a merge still to come."""
    confirmed = Q(waits_for__confirmed_at__isnull=False)
    if moment.known is not None:
        confirmed = Q(waits_for__confirmed_at__lte=moment.known)
    of_kind = Q(waits_for__isnull=True) | confirmed
    merged = Q(pooled_on__isnull=True) | Q(pooled_on__lte=moment.day)
    stands = Q(voided_at__isnull=True) if moment.known is None else ~Q(voided_at__lte=moment.known)
    return moment.recorded(deliveries).filter(stands, of_kind, merged)


def sum_of(rows: QuerySet, by: str, column: str) -> Coalesce:
    """The sum of ``column`` over ``rows``, which have one value in ``by``; 0 where there is none."""
    summed = rows.order_by().values(by).annotate(n=Sum(column)).values("n")
    return Coalesce(Subquery(summed, output_field=IntegerField()), 0)


def in_effect(moment: Moment, lines: QuerySet, day: Any = None) -> QuerySet:
    """The lines in effect on ``day``, with ``promised``: their quantity less what later lines took over by then."""
    taken = lines_in_effect(moment, table("PledgeLine").filter(taken_from=OuterRef("pk")), _outer(day))
    promised = F("quantity") - sum_of(taken, "taken_from", "quantity")
    return lines_in_effect(moment, lines, day).annotate(promised=promised)


def lines_in_effect(moment: Moment, lines: QuerySet, day: Any = None) -> QuerySet:
    known = Q() if moment.known is None else Q(recorded_at__isnull=True) | Q(recorded_at__lte=moment.known)
    return lines.filter(known, Q(effective_on__isnull=True) | Q(effective_on__lte=day or moment.day))


def _outer(day: Any) -> Any:
    """``day`` as a query one level further in names it."""
    return OuterRef(day) if isinstance(day, OuterRef) else day


def lines_with_delivered(lines: QuerySet, as_of: date | None = None, known_at: Known = None) -> QuerySet:
    """The lines in effect on ``as_of`` (today), as known at ``known_at`` (now), with what they owe and have.

    ``promised``: devices owed in all; ``delivered``: devices that count.
    """
    return _with_delivered(lines, Moment.of(as_of, known_at))


def _with_delivered(lines: QuerySet, moment: Moment, day: Any = None, by: Any = None) -> QuerySet:
    mine = table("Delivery").filter(line=OuterRef("pk"))
    if by is not None:
        mine = mine.filter(counts_from__lte=_outer(by))
    return in_effect(moment, lines, day).annotate(delivered=number_counting(moment, mine, _outer(day)))


def delivered_on(moment: Moment, day: Any = None, by: Any = None) -> Coalesce:
    """Devices that count for a pledge on ``day`` (see ``number_counting``), of each line no more than it owes.

    ``by``: of these, those that counted by the end of that day.
    """
    lines = table("PledgeLine").filter(pledge=OuterRef("pk")).order_by()
    counted = _with_delivered(lines, moment, day, by).annotate(
        capped=Least("delivered", "promised", output_field=IntegerField())
    )
    return sum_of(counted, "pledge", "capped")
