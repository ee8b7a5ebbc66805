"""Reading pledges: scope, and the status rule of ``status.py`` in SQL for lists and filters."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Least, NullIf

from core import clock
from core.how_many import how_many
from core.models import Decision
from core.prepared import annotated
from core.scoping import ScopedQuerySet
from org.models import Grant, Revival, Role, Unit, UnitSuccession
from org.models.accounts import acting
from org.models.units import lineage
from org.rules import holds, reach, unit_of
from pledges.counting import (
    Moment,
    delivered_on,
    in_effect,
    lines_in_effect,
    lines_with_delivered,
    number_counting,
    seen,
    sum_of,
    table,
)
from pledges.states import (
    DANGLING_AFTER_DAYS,
    DUE_SOON_DAYS,
    LONG_OVERDUE_DAYS,
    MOVED_BACK,
    NEEDS_DEADLINE_AFTER_DAYS,
    RECORDERS,
    Excuse,
    Publication,
    RevisionKind,
    Status,
)
from pledges.status import Known, day_of, instant_of


class DeliveryQuerySet(QuerySet):
    def standing(self) -> Self:
        """Those that are not known to have never counted."""
        return self.filter(voided_at__isnull=True)


class PledgeQuerySet(ScopedQuerySet):
    def in_scope(self, user: Any) -> Self:
        """Published ones by anyone signed in; before that by the recorder, while he may record,
        and the responsible unit's scope.

        A submitted one also by the head of the unit whose office made the promise: that is the notice. A draft whose
        recorder has left also by those requesters and heads of the unit where it was drafted, or of what took its
        place, who belong there.
        """
        mine = Q(publication=Publication.PUBLISHED)
        if holds(user, *RECORDERS):
            mine |= Q(recorded_by=user)
        if holds(user, Role.UNIT_HEAD):
            headed = reach(user).unit_ids(Role.UNIT_HEAD)
            theirs = {} if headed is None else {"office__unit__in": headed}
            mine |= Q(publication=Publication.SUBMITTED, **theirs)
        if holds(user, Role.REQUESTER, Role.UNIT_HEAD) and (own := unit_of(user)):
            ours = reach(user).unit_ids(Role.REQUESTER, Role.UNIT_HEAD)
            of_us = {} if ours is None else {"recorded_in__in": ours}
            here = Q(recorded_in__code__in=lineage(own.code)) | _inherited(user, own)
            mine |= Q(_orphaned(), here, publication=Publication.DRAFT, **of_us)
        units = reach(user).unit_ids()
        return self if units is None else self.filter(mine | Q(responsible_unit__in=units))

    def published(self) -> Self:
        return self.filter(publication=Publication.PUBLISHED)

    def on_record(self, known_at: Known) -> Self:
        """Those the register held then, in the publication they have now; all when ``known_at`` is None."""
        known = instant_of(known_at)
        if known is None:
            return self
        return self.filter(Q(published_at__isnull=True) | Q(published_at__lte=known), created_at__lte=known)

    def unpublished(self) -> Self:
        """Drafts and submitted ones, with the units by whose week their limits run."""
        waiting = self.filter(publication__in=[Publication.DRAFT, Publication.SUBMITTED])
        return waiting.select_related("responsible_unit", "office__unit")

    def rejected(self) -> Self:
        """Those whose publication was refused: number_counting, and shown to their scope only."""
        return self.filter(publication=Publication.REJECTED)

    def judged(self, as_of: date | None = None, known_at: Known = None) -> Self:
        """Adds status, first_due_on, due_on, said_on, dated_on, corrected_on, promised, delivered, completed_on,
        revisions, extensions, closure_id and closure_kind.

        ``as_of``: the local day judged, today by default, with today's knowledge. ``known_at``: an instant, or a day up
        to its end; rows recorded after it are left out, and so are pledges put on record or published after it.
        """
        moment = Moment.of(as_of, known_at)
        return annotated(self.on_record(known_at), (PledgeQuerySet._with_facts, PledgeQuerySet._with_rule), moment)

    def with_status(self, *statuses: str, as_of: date | None = None, known_at: Known = None) -> Self:
        return self.judged(as_of, known_at).filter(status__in=statuses)

    def overdue(self, at: date | None = None, known_at: Known = None) -> Self:
        """Past the deadline in force on ``at``: overdue or long_overdue."""
        return self.with_status(*Status.PAST_DUE, as_of=at, known_at=known_at)

    def late(self, at: date | None = None, known_at: Known = None) -> Self:
        """Late in any way: past due, extended beyond the first date, dangling, or taken back past the first date."""
        late = Q(status__in=[*Status.PAST_DUE, Status.EXTENDED, Status.DANGLING])
        taken_back = Q(status=Status.TAKEN_BACK, first_due_on__lt=day_of(at, known_at))
        return self.judged(at, known_at).filter(late | taken_back)

    def _with_facts(self, moment: Moment) -> Self:
        """What each takes a query of its own to say; ``own_due_on`` to ``again`` are for the next step alone."""
        approved = table("DeadlineRevision").filter(pledge=OuterRef("pk"), decision=Decision.APPROVE)
        decided = moment.recorded(approved.filter(effective_on__lte=moment.day), "decided_at")
        latest = decided.order_by("-effective_on", "-decided_at", "-pk")
        correction = latest.filter(kind=RevisionKind.CORRECTION)
        first_set = decided.filter(kind=RevisionKind.FIRST_SET).order_by("effective_on", "decided_at", "pk")
        closed = table("Closure").filter(pledge=OuterRef("pk"), effective_on__lte=moment.day)
        standing = moment.recorded(closed, "decided_at").filter(~fallen(moment))
        closures = standing.order_by("-effective_on", "-decided_at", "-pk")
        pooled = _pooled(moment)
        lines = table("PledgeLine").filter(pledge=OuterRef("pk")).order_by()
        so_far = seen(moment, table("Delivery").filter(line__pledge=OuterRef("pk"), counts_from__lte=moment.day))
        return self.annotate(
            corrected_on=Subquery(correction.values("effective_on")[:1]),
            revisions=how_many(decided),
            extensions=how_many(decided.filter(kind__in=MOVED_BACK)),
            closure_id=Subquery(closures.values("pk")[:1]),
            closure_kind=Subquery(closures.values("kind")[:1]),
            closed_on=Subquery(closures.values("effective_on")[:1]),
            promised=sum_of(lines_in_effect(moment, lines).filter(taken_from=None), "pledge", "quantity"),
            delivered=delivered_on(moment),
            ever_delivered=how_many(so_far),
        ).alias(
            own_due_on=Coalesce(
                Subquery(correction.values("new_due_on")[:1]),
                F("original_due_on"),
                Subquery(first_set.values("new_due_on")[:1]),
                output_field=DateField(),
            ),
            set_on=Subquery(first_set.values("effective_on")[:1]),
            latest_due_on=Subquery(latest.values("new_due_on")[:1]),
            pooled_due_on=_earliest_in(pooled, "first_due_on"),
            pooled_dated_on=_earliest_in(pooled, "dated_on"),
            pooled_said_on=_earliest_in(pooled, "said_on"),
            first=_first_complete(moment, so_far.order_by(), "counts_from"),
            again=_first_complete(moment, _come_back(moment, so_far.order_by()), _ENDED),
        )

    def _with_rule(self, moment: Moment) -> Self:
        return self._with_dates(moment)._with_status(moment)

    def _with_dates(self, moment: Moment) -> Self:
        with_the_words = Case(When(original_due_on__isnull=False, then=F("made_on_to")), output_field=DateField())
        given = _earliest(F("set_on"), with_the_words, F("pooled_dated_on"))
        said = Coalesce(F("pooled_said_on"), F("made_on_to"))
        complete = Q(promised__gt=0, ever_delivered__gte=F("promised"))
        return self.annotate(
            said_on=Least(F("made_on_to"), said, output_field=DateField()),
            first_due_on=_earliest(F("own_due_on"), F("pooled_due_on")),
            completed_on=Case(When(complete, then=_earliest(F("first"), F("again"))), output_field=DateField()),
        ).annotate(
            due_on=Coalesce(F("latest_due_on"), F("first_due_on"), output_field=DateField()),
            dated_on=Case(When(~dated_originally(moment), then=given), output_field=DateField()),
        )

    def _with_status(self, moment: Moment) -> Self:
        """The rule in nested cases: a column of an earlier step is computed anew with each mention of it."""
        day = moment.day

        def before(days: int) -> date:
            return day - timedelta(days=days)

        kept = _first_of(
            (Q(delivered__lt=F("promised")), Status.TAKEN_BACK),
            (Q(first_due_on__isnull=True), Status.KEPT_UNDATED),
            (Q(completed_on__gt=F("first_due_on")), Status.KEPT_LATE),
            (dated_originally(moment), Status.KEPT_ON_TIME),
            default=Status.KEPT_ON_LATE_DATE,
        )
        undated = _first_of(
            (Q(said_on__lt=before(DANGLING_AFTER_DAYS)), Status.DANGLING),
            (Q(said_on__lt=before(NEEDS_DEADLINE_AFTER_DAYS)), Status.NEEDS_DEADLINE),
            default=Status.UNDATED,
        )
        dated = _first_of(
            (Q(due_on__lt=before(LONG_OVERDUE_DAYS)), Status.LONG_OVERDUE),
            (Q(due_on__lt=day), Status.OVERDUE),
            (Q(first_due_on__lt=day), Status.EXTENDED),
            (Q(due_on__lte=day + timedelta(days=DUE_SOON_DAYS)), Status.DUE_SOON),
            default=Status.ON_TRACK,
        )
        return self.annotate(
            status=Case(
                When(closure_kind__isnull=False, then=F("closure_kind")),
                When(completed_on__isnull=False, then=kept),
                When(first_due_on__isnull=True, then=undated),
                default=dated,
                output_field=CharField(),
            ),
        )


def fallen(moment: Moment) -> Q:
    """The condition that an excuse has lost its ground: since it was given a unit of a line that it spoke of came into
    use again or got a successor (``falling.falls_of`` in SQL)."""
    known = Q(recorded_at__isnull=True) | Q(recorded_at__lte=OuterRef(OuterRef("decided_at")))
    units = table("PledgeLine").filter(known, pledge=OuterRef(OuterRef("pledge"))).order_by().values("unit")
    revived = Revival.objects.filter(
        unit__in=units, recorded_at__gte=OuterRef("decided_at"), recorded_at__lte=clock.end_of(moment.day)
    )
    succeeded = UnitSuccession.objects.in_effect(moment.day, moment.known)
    succeeded = succeeded.filter(predecessor__in=units, decided_at__gte=OuterRef("decided_at"))
    return Q(Exists(moment.recorded(revived)) | Exists(succeeded), excuse=Excuse.UNIT_ABOLISHED)


def _inherited(user: Any, own: Unit) -> Q:
    """The condition that a draft was made in a unit out of use whose place that of the user took, or one above it."""
    old = (each.code for each in reach(user).held if each.heir in lineage(own.code))
    return Q(recorded_in__code__in=sorted(set(old)))


def _orphaned() -> Q:
    """The condition that whoever recorded a pledge can record no longer (``rules.orphaned``)."""
    recording = Grant.objects.at().filter(user=OuterRef("recorded_by"), role__in=RECORDERS)
    return ~acting("recorded_by__") | Q(~Exists(recording), recorded_by__is_superuser=False)


def _first_of(*rule: tuple[Q, Status], default: Status) -> Case:
    whens = (When(condition, then=Value(status.value)) for condition, status in rule)
    return Case(*whens, default=Value(default.value), output_field=CharField())


def _pooled(moment: Moment) -> QuerySet:
    """The closures by which other pledges were merged into this one."""
    merged = table("Closure").filter(merged_into=OuterRef("pk"), effective_on__lte=moment.day)
    return moment.recorded(merged, "decided_at")


def dated_originally(moment: Moment) -> Q:
    """The condition that a date was given with the words spoken first, of a judged pledge and those merged into it."""
    undated = _pooled(moment).filter(dated_originally=False, said_on=OuterRef("said_on"))
    return ~Q(original_due_on__isnull=True, made_on_to=F("said_on")) & ~Q(Exists(undated))


def _earliest_in(rows: QuerySet, column: str) -> Subquery:
    """The earliest day in a column of these rows; NULL where there is none."""
    return Subquery(rows.filter(**{f"{column}__isnull": False}).order_by(column).values(column)[:1])


def _earliest(*days: Any) -> NullIf:
    """The earliest of days of which any may be missing, where the databases' own functions disagree."""
    never = Value(date.max, output_field=DateField())
    return NullIf(Least(*(Coalesce(day, never) for day in days), output_field=DateField()), never)


_ENDED = "item__absences__ended_on"


def _come_back(moment: Moment, deliveries: QuerySet) -> QuerySet:
    """Those that counted again since an absence had ended."""
    return deliveries.filter(**{f"{_ENDED}__gt": F("counts_from"), f"{_ENDED}__lte": moment.day})


def _first_complete(moment: Moment, deliveries: QuerySet, column: str) -> Subquery:
    """The first of the days in ``column`` on which no line of the pledge was short. Candidates for the first of all are
    the days on which something came, or counted again.

    A line that takes over from another is short on the day it takes effect, so no other day can be the first.
    """
    mine = table("Delivery").filter(line=OuterRef("pk"))
    then = OuterRef("then")
    lines = in_effect(moment, table("PledgeLine").filter(pledge=OuterRef("line__pledge")), then)
    short = lines.annotate(then_delivered=number_counting(moment, mine, OuterRef(then))).filter(
        then_delivered__lt=F("promised")
    )
    complete = deliveries.annotate(then=F(column)).filter(~Exists(short))
    return Subquery(complete.order_by("then").values("then")[:1])


def owed_to(unit: Any) -> QuerySet:
    """Lines of published, open pledges that promise something to ``unit`` or a unit above it; ``owed``: still to come.

    Oldest promise first.
    """
    closed = table("Closure").filter(~fallen(Moment.of(None, None)), effective_on__isnull=False).values("pledge")
    lines = (
        table("PledgeLine")
        .filter(pledge__publication=Publication.PUBLISHED, unit__code__in=lineage(unit.code))
        .exclude(pledge__in=closed)
    )
    short = lines_with_delivered(lines).filter(delivered__lt=F("promised"))
    return short.annotate(owed=F("promised") - F("delivered")).order_by("pledge__made_on_to", "pk")


def open_lines_for(unit: Any, device_type: Any) -> QuerySet:
    """Of what is owed to ``unit`` the lines that promise such a device; to the first of them a request is linked."""
    return owed_to(unit).filter(Q(device_type=device_type) | Q(family=device_type.family_id))
