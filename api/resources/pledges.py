"""Pledges: words on record, their deadlines and what was delivered, as they stood on any day."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import DateField, QuerySet, Value
from rest_framework import serializers
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response

from api import shapes
from api.acts import Act
from api.fields import Code, Day, Flag, Input, ReasonRequired, Related, Text, Whole, parse_day
from api.filters import (
    EXACT,
    RANGE,
    RANGE_OR_NONE,
    RELATION,
    TEXT,
    CodeFilter,
    DayField,
    Filters,
    FlagFilter,
    IdFilter,
    ListFilter,
    TextFilter,
)
from api.problems import Invalid
from api.resource import Resource, Told, changing, creating, verb
from api.resources import pledge_papers
from api.resources.catalogue import device_type, family
from api.resources.org import unit
from api.resources.reference import ACTIONS
from api.shapes import Field, Many, Row, Shape, registered
from assets.models import DeviceType, Family
from core import clock
from core.errors import Fault
from org.models import Office, Person, Unit
from org.models.units import subtree
from pledges import deadlines, pledging
from pledges.models import DeadlineRevision, Pledge, PledgeLine
from pledges.queries import lines_with_delivered
from pledges.reading import judgement_of
from pledges.rules import REVISION_VERBS, VERBS, may_draft
from pledges.states import Basis, ClosureKind, Decision, Publication, RevisionKind, Status, Strength
from pledges.status import days_past

_STOPPED = ("closed_on", "completed_on", "promised", "delivered", "as_of")


def _stopped_on(closed_on: date | None, completed_on: date | None, promised: int, delivered: int, as_of: date) -> date:
    """The day up to which lateness is counted: of closing, of completion, or the day asked about."""
    return closed_on or (completed_on if completed_on and delivered >= promised else as_of)


def _days_late(due_column: str) -> Field:
    return Field((due_column, *_STOPPED), shapes.INTEGER, lambda _base, due, *stop: days_past(due, _stopped_on(*stop)))


ROW = Shape(
    "Pledge",
    {
        **registered("pledges"),
        "number": Field(("number",), shapes.nullable(shapes.STRING)),
        "title": shapes.text("title"),
        "quote": shapes.text("quote"),
        "office": shapes.link("office", "offices", name="name"),
        "basis": shapes.code("basis", Basis.choices),
        "strength": shapes.code("strength", Strength.choices),
        "made_on_from": shapes.day("made_on_from"),
        "made_on_to": shapes.day("made_on_to"),
        "deadline_text": shapes.text("deadline_text"),
        "original_due_on": shapes.day("original_due_on"),
        "first_due_on": shapes.day("first_due_on"),
        "due_on": shapes.day("due_on"),
        "status": shapes.code("status", Status.choices),
        "days_late": _days_late("due_on"),
        "days_late_original": _days_late("first_due_on"),
        "age_days": Field(
            ("made_on_to", "as_of"), shapes.INTEGER, lambda _base, made, as_of: max(0, (as_of - made).days)
        ),
        "promised": shapes.number("promised"),
        "delivered": shapes.number("delivered"),
        "outstanding": Field(("promised", "delivered"), shapes.INTEGER, lambda _base, p, d: max(0, p - d)),
        "completed_on": shapes.day("completed_on"),
        "revisions": shapes.number("revisions"),
        "publication": shapes.code("publication", Publication.choices),
        "closure": Field(
            ("closure_kind", "closed_on"),
            {
                "type": ["object", "null"],
                "properties": {
                    "kind": {"type": "string", "enum": ClosureKind.values},
                    "effective_on": shapes.DATE,
                },
            },
            lambda _base, kind, on: {"kind": kind, "effective_on": on} if kind else None,
        ),
        "responsible_unit": unit("responsible_unit"),
    },
)
LINE = Shape(
    "PledgeLine",
    {
        "id": shapes.number("pk"),
        "unit": unit(),
        "family": family(),
        "device_type": device_type(),
        "quantity": shapes.number("quantity"),
        "delivered": shapes.number("delivered"),
        "outstanding": Field(("quantity", "delivered"), shapes.INTEGER, lambda _base, q, d: max(0, q - d)),
        "surplus": Field(("quantity", "delivered"), shapes.INTEGER, lambda _base, q, d: max(0, d - q)),
    },
)


def _full(as_of: date | None = None) -> Shape:
    return ROW.extend(
        "PledgeDetail",
        occasion=shapes.text("occasion"),
        place=shapes.text("place"),
        budget_ref=shapes.text("budget_ref"),
        was_taken_back=Field((), shapes.BOOLEAN, lambda _base: False),
        lines=Many(
            LINE, lambda: lines_with_delivered(PledgeLine.objects.order_by("pk"), as_of), "pledge_id", key=as_of
        ),
        **pledge_papers.DETAIL,
        actions=ACTIONS,
    )


class _OverdueFilter(FlagFilter):
    """``overdue``: past the deadline in force. ``late``: late in any way."""

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        if value is None:
            return queryset
        as_of = parse_day(self.parent.data.get("as_of", ""))
        named = getattr(Pledge.objects.all(), self.field_name)(as_of).values("pk")
        return queryset.filter(pk__in=named) if value else queryset.exclude(pk__in=named)


class _LineWithin(TextFilter):
    """``within``: pledges with a line for the unit of this code, or for one under it."""

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        if value is None:
            return queryset
        lines = PledgeLine.objects.filter(subtree(value, field="unit__code"))
        return queryset.filter(pk__in=lines.values("pledge_id"))


class _LineFilter(IdFilter):
    """A relation of a pledge's lines."""

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        if value is None:
            return queryset
        lines = PledgeLine.objects.filter(**{self.field_name: value})
        return queryset.filter(pk__in=lines.values("pledge_id"))


class _LineCode(TextFilter):
    filter = _LineFilter.filter


class PledgeFilters(Filters):
    status = CodeFilter(choices=Status.choices)
    status__in = ListFilter(field_name="status", lookup_expr="in", of=CodeFilter(choices=Status.choices))
    overdue = _OverdueFilter()
    late = _OverdueFilter()
    within = _LineWithin()
    unit = _LineFilter()
    unit__code = _LineCode()
    family = _LineFilter()
    family__code = _LineCode()
    device_type = _LineFilter()
    device_type__code = _LineCode()

    class Meta:
        model = Pledge
        fields = {"id": EXACT, "number": TEXT, "title": TEXT, "office": RELATION, "basis": EXACT, "strength": EXACT,
                  "made_on_from": RANGE, "made_on_to": RANGE, "original_due_on": RANGE_OR_NONE,
                  "responsible_unit": RELATION, "responsible_unit__code": EXACT, "publication": EXACT}  # fmt: skip


class PledgeLineInput(Input):
    unit = Related(Unit)
    family = Related(Family, required=False, allow_null=True)
    device_type = Related(DeviceType, required=False, allow_null=True)
    quantity = Whole(min_value=1, max_value=100_000)


class PledgeInput(Input):
    title = Text(max_length=200)
    quote = Text(max_length=4000)
    office = Related(Office)
    spoken_by = Related(Person, required=False, allow_null=True)
    occasion = Text(required=False, allow_blank=True, max_length=200)
    place = Text(required=False, allow_blank=True, max_length=200)
    made_on_from = Day()
    made_on_to = Day()
    basis = Code(choices=Basis.choices)
    strength = Code(choices=Strength.choices, required=False)
    deadline_text = Text(required=False, allow_blank=True, max_length=300)
    original_due_on = Day(required=False, allow_null=True)
    budget_ref = Text(required=False, allow_blank=True, max_length=150)
    campaign = Flag(required=False)
    responsible_unit = Related(Unit)
    lines = PledgeLineInput(many=True, required=False, max_length=1000)


def _draft(*, actor: Any, lines: Any = (), **values: Any) -> Pledge:
    return pledging.draft(lines=lines, actor=actor, **values)


class Pledges(pledge_papers.PaperVerbs, Told, Resource):
    """What offices promised. ``as_of`` shows the register as it stood on a day, with today's knowledge."""

    path = "pledges"
    row, filters = ROW, PledgeFilters
    full: ClassVar[Any] = _full()
    ordering = {
        "id": "pk", "number": "number", "made_on_to": "made_on_to", "original_due_on": "original_due_on",
        "due_on": "due_on", "first_due_on": "first_due_on", "updated_at": "updated_at",
    }  # fmt: skip
    default_ordering = "-id"
    search = ("number", "title", "quote", "office__name")
    extra_parameters = ("as_of",)
    related = ("responsible_unit",)
    permits = VERBS

    def source(self) -> Any:
        return Pledge.objects.all()

    @cached_property
    def as_of(self) -> date:
        given = self.request.query_params.get("as_of")
        day = parse_day(given) if given else clock.today()
        if day is None:
            raise Invalid(Fault("as_of", "invalid", DayField.complaint))
        return day

    def annotated(self, queryset: QuerySet) -> QuerySet:
        return queryset.judged(self.as_of).annotate(as_of=Value(self.as_of, output_field=DateField()))

    def depends_on(self) -> Hashable:
        return self.as_of, super().depends_on()

    def shape_of_one(self) -> Shape:
        return _full(self.as_of)

    def finish(self, rows: list[Row]) -> None:
        for row in rows:
            if "was_taken_back" in row:
                pledge = Pledge(pk=row["id"], made_on_to=row["made_on_to"], original_due_on=row["original_due_on"])
                row["was_taken_back"] = judgement_of(pledge, self.as_of).was_taken_back
                row["holders"] = pledge_papers.holders(row, self.request.user, self.as_of)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete one's own draft. What has been published can only be superseded."""
        if self.object.publication == Publication.PUBLISHED:
            raise MethodNotAllowed("DELETE")
        return self.perform(self.destroy.act)

    destroy.act = Act(pledging.discard, VERBS["delete"].who, status=204)
    create = creating(_draft, who=lambda user, _none: may_draft(user), input=PledgeInput)
    partial_update = changing(pledging.change, VERBS["change"], input=PledgeInput)
    submit = verb("submit", pledging.submit, VERBS)
    publish = verb("publish", pledging.publish, VERBS)
    reject = verb("reject", pledging.reject, VERBS, input=ReasonRequired)
    withdraw = verb("withdraw", pledging.withdraw, VERBS, input=ReasonRequired)


REVISION = Shape(
    "DeadlineRevision",
    {
        "id": shapes.number("pk"),
        "url": Field(
            ("pledge_id", "pk"),
            {"type": "string", "format": "uri"},
            lambda base, pledge, pk: f"{base}pledges/{pledge}/deadline-revisions/{pk}/",
        ),
        "pledge": shapes.link("pledge", "pledges", number="number", name="title"),
        "kind": shapes.code("kind", RevisionKind.choices),
        "new_due_on": shapes.day("new_due_on"),
        "reason": shapes.text("reason"),
        "asked_at": shapes.instant("asked_at"),
        "decision": shapes.code("decision", Decision.choices),
        "decision_reason": shapes.text("decision_reason"),
        "decided_at": shapes.instant("decided_at"),
        "effective_on": shapes.day("effective_on"),
        "created_at": shapes.instant("created_at"),
        "updated_at": shapes.instant("updated_at"),
        "version": shapes.number("version"),
    },
)


class RevisionInput(Input):
    kind = Code(choices=RevisionKind.choices)
    new_due_on = Day()
    reason = Text(max_length=2000)


class RevisionDecision(Input):
    decision = Code(choices=Decision.choices)
    reason = Text(required=False, allow_blank=True, max_length=2000, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["decision"] == Decision.REJECT and not attrs["reason"]:
            raise serializers.ValidationError({"reason": self.fields["reason"].error_messages["required"]}, "required")
        return attrs


class RevisionFilters(Filters):
    class Meta:
        model = DeadlineRevision
        fields = {"id": EXACT, "pledge": RELATION, "kind": EXACT, "decision": EXACT, "new_due_on": RANGE}


class DeadlineRevisions(Told, Resource):
    """New dates for one pledge: asked by one, decided by another."""

    path = r"pledges/(?P<pledge>[^/]+)/deadline-revisions"
    row, full, filters = REVISION, REVISION.extend("DeadlineRevisionDetail", actions=ACTIONS), RevisionFilters
    ordering = {"id": "pk", "new_due_on": "new_due_on"}
    related = ("pledge__responsible_unit",)
    permits = REVISION_VERBS

    pledge: Pledge | None = None

    def source(self) -> Any:
        return DeadlineRevision.objects.all()

    def visible(self) -> QuerySet:
        return DeadlineRevision.objects.filter(pledge=self.pledge)

    def find(self) -> None:
        parent = Pledges(request=self.request, kwargs={"id": self.kwargs["pledge"]})
        parent.find()
        self.pledge = parent.object
        super().find()

    @property
    def subject(self) -> Any:
        return self.object or self.pledge

    create = creating(deadlines.ask, who=VERBS["ask-revision"].who, input=RevisionInput)
    decide = verb("decide", deadlines.decide, REVISION_VERBS, input=RevisionDecision)
