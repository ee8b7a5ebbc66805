"""Pledges: words on record, their deadlines and what was delivered, as they stood on any day."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import DateField, QuerySet, Value
from django.http import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response

from api import shapes
from api.acts import Call
from api.fields import Code, Day, Document, Flag, Input, ReasonRequired, Related, Text, Whole
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
from api.resource import FileRenderer, Resource, Told, base_address, changing, creating, send_file, verb
from api.resources import known, pledge_papers
from api.resources.catalogue import device_type, family
from api.resources.known import read_known_at
from api.resources.org import unit
from api.resources.reference import ACTIONS
from api.shapes import Field, Many, Row, Shape, registered
from assets.models import DeviceType, Family
from core.errors import Fault
from core.searching import Searched
from core.strict import parse_day
from org.models import Office, Person, Unit
from org.models.units import subtree
from pledges import closures, conditions, pledging
from pledges.merging import numbered, together
from pledges.models import Pledge, PledgeLine
from pledges.queries import lines_with_delivered
from pledges.reading import judgement_of
from pledges.rules import VERBS, may_draft
from pledges.states import Basis, ClosureKind, Excuse, Publication, Status, Strength
from pledges.status import day_of, days_past
from pledges.words import DeadlineRule

COLUMNS_SEARCHED = ("number", "title", "quote", "office__name")
_STOPPED = ("closed_on", "completed_on", "promised", "delivered", "as_of")


def _stopped_on(closed_on: date | None, completed_on: date | None, promised: int, delivered: int, as_of: date) -> date:
    """The day up to which lateness is counted: of closing, of completion, or the day asked about."""
    return closed_on or (completed_on if completed_on and delivered >= promised else as_of)


def _days_late(due_column: str) -> Field:
    return Field((due_column, *_STOPPED), shapes.INTEGER, lambda _base, due, *stop: days_past(due, _stopped_on(*stop)))


_CLOSURE = (
    "pk", "closures__document_id", "closure_kind", "closed_on", "closures__excuse", "closures__reason",
    "closures__asked_by_id", "closures__asked_by__code", "closures__asked_by__name",
    "closures__merged_into_id", "closures__merged_into__number", "closures__merged_into__title",
)  # fmt: skip


def _closure(
    base: str, pk: int, document: int | None, kind: str | None, on: date, excuse: str, reason: str, *who: Any
) -> Row | None:
    """The act that closed the pledge, as known; of an excuse ``reason`` is the code on the closed list."""
    if kind is None:
        return None
    asked_by, code, name, into, number, title = who
    return {
        "kind": kind,
        "reason": excuse or reason,
        "explanation": reason if excuse else "",
        "effective_on": on,
        "document": f"{base}pledges/{pk}/closing-document/" if document else None,
        "asked_by": {"id": asked_by, "url": f"{base}units/{asked_by}/", "code": code, "name": name},
        "merged_into": {"id": into, "url": f"{base}pledges/{into}/", "number": number, "name": title} if into else None,
    }


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
        "deadline_rule": shapes.code("deadline_rule", DeadlineRule.choices),
        "original_due_on": shapes.day("original_due_on"),
        "first_due_on": shapes.day("first_due_on"),
        "due_on": shapes.day("due_on"),
        "status": shapes.code("status", Status.choices),
        "days_late": _days_late("due_on"),
        "days_late_original": _days_late("first_due_on"),
        "age_days": Field(("said_on", "as_of"), shapes.INTEGER, lambda _base, made, as_of: max(0, (as_of - made).days)),
        "promised": shapes.number("promised"),
        "delivered": shapes.number("delivered"),
        "outstanding": Field(("promised", "delivered"), shapes.INTEGER, lambda _base, p, d: max(0, p - d)),
        "completed_on": shapes.day("completed_on"),
        "revisions": shapes.number("revisions"),
        "publication": shapes.code("publication", Publication.choices),
        "closure": Field(
            _CLOSURE,
            {
                "type": ["object", "null"],
                "properties": {
                    "kind": {"type": "string", "enum": ClosureKind.values},
                    "reason": shapes.STRING,
                    "explanation": shapes.STRING,
                    "effective_on": shapes.DATE,
                    "document": shapes.nullable(pledge_papers.URI),
                    "asked_by": shapes.LINK,
                    "merged_into": shapes.nullable(shapes.LINK),
                },
            },
            _closure,
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
        "quantity": shapes.number("promised"),
        "delivered": shapes.number("delivered"),
        "outstanding": Field(("promised", "delivered"), shapes.INTEGER, lambda _base, q, d: max(0, q - d)),
        "surplus": Field(("promised", "delivered"), shapes.INTEGER, lambda _base, q, d: max(0, d - q)),
        "effective_on": shapes.day("effective_on"),
        "taken_from": Field(("taken_from_id",), shapes.nullable(shapes.INTEGER)),
    },
)


_DATED_AFTER = {
    "type": ["integer", "null"],
    "description": "Of a promise without a date: days from its words to the day its first date was given.",
}


def _lines(as_of: date | None, known_at: datetime | None) -> QuerySet:
    return lines_with_delivered(PledgeLine.objects.order_by("pk"), as_of, known_at)


def _full(
    as_of: date | None = None, known_at: datetime | None = None, under: Mapping[int, int] = pledge_papers.NONE_MERGED
) -> Shape:
    return ROW.extend(
        "PledgeDetail",
        occasion=shapes.text("occasion"),
        place=shapes.text("place"),
        budget_ref=shapes.text("budget_ref"),
        was_taken_back=Field((), shapes.BOOLEAN, lambda _base: False),
        dated_after_days=Field((), _DATED_AFTER, lambda _base: None),
        lines=Many(LINE, _lines, "pledge_id", given=(as_of, known_at)),
        **pledge_papers.detail(known_at, under),
        actions=ACTIONS,
    )


class _OverdueFilter(FlagFilter):
    """``overdue``: past the deadline in force. ``late``: late in any way."""

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        if value is None:
            return queryset
        params = self.parent.data
        judged = getattr(Pledge.objects.all(), self.field_name)
        named = judged(parse_day(params.get("as_of", "")), read_known_at(params)).values("pk")
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


class Closing(ReasonRequired):
    asked_by = Related(Unit, required=False, allow_null=True)
    document = Document(required=False, allow_null=True)


class Excusing(Closing):
    reason = Code(choices=Excuse.choices)
    explanation = Text(required=False, allow_blank=True, max_length=2000)


class Merging(Closing):
    into = Related(Pledge)


class ConditionMet(Input):
    met_on = Day()
    new_due_on = Day(required=False, allow_null=True)
    reason = Text(max_length=2000)


def _draft(*, actor: Any, lines: Any = (), **values: Any) -> Pledge:
    return pledging.draft(lines=lines, actor=actor, **values)


class Pledges(pledge_papers.PaperVerbs, known.AsKnown, Told, Resource):
    """What offices promised. ``as_of`` shows the register as it stood on a day, with today's knowledge; ``known_at``
    leaves out what was recorded after an instant, or after the end of a day."""

    path = "pledges"
    row, filters = ROW, PledgeFilters
    full: ClassVar[Any] = _full()
    ordering = {
        "id": "pk", "number": "number", "made_on_to": "made_on_to", "original_due_on": "original_due_on",
        "due_on": "due_on", "first_due_on": "first_due_on", "updated_at": "updated_at",
    }  # fmt: skip
    default_ordering = "-id"
    extra_parameters = {"as_of": shapes.DATE, **known.PARAMETER}
    related = ("responsible_unit",)
    permits = VERBS

    def source(self) -> Any:
        return Pledge.objects.all()

    def visible(self) -> QuerySet:
        return super().visible().on_record(self.known_at)  # type: ignore[attr-defined]

    @property
    def search(self) -> tuple[Searched, ...]:
        """By its own number, or that of a pledge merged into it."""
        return (*COLUMNS_SEARCHED, lambda word, _values: numbered(word, self.as_of, self.known_at))

    @cached_property
    def as_of(self) -> date:
        given = self.request.query_params.get("as_of")
        day = parse_day(given) if given else day_of(None, self.known_at)
        if day is None:
            raise Invalid(Fault("as_of", "invalid", DayField.complaint))
        return day

    def annotated(self, queryset: QuerySet) -> QuerySet:
        judged = queryset.judged(self.as_of, self.known_at)
        return judged.annotate(as_of=Value(self.as_of, output_field=DateField()))

    def depends_on(self) -> Hashable:
        return self.as_of, self.known_at, super().depends_on()

    def shape_of_one(self, instance: Pledge) -> Shape:
        under = dict.fromkeys(together(instance, self.as_of, self.known_at), instance.pk)
        return _full(self.as_of, self.known_at, under)

    def finish(self, rows: list[Row]) -> None:
        for row in rows:
            if "was_taken_back" in row:
                pledge = Pledge(pk=row["id"], made_on_to=row["made_on_to"], original_due_on=row["original_due_on"])
                judgement = judgement_of(pledge, self.as_of, self.known_at)
                row["was_taken_back"] = judgement.was_taken_back
                row["dated_after_days"] = judgement.dated_after_days
                row["canonical"] = pledge_papers.canonical_of(row, self.as_of, self.known_at, base_address())
                row["holders"] = pledge_papers.holders(row, self.request.user, self.as_of)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete one's own draft. What has been published can only be superseded."""
        if self.object.publication == Publication.PUBLISHED:
            raise MethodNotAllowed("DELETE")
        return self.perform(self.destroy.act)

    destroy.act = Call(pledging.discard, VERBS["delete"].who, status=204)
    create = creating(_draft, who=lambda user, _none: may_draft(user), input=PledgeInput)
    partial_update = changing(pledging.change, VERBS["change"], input=PledgeInput)
    submit = verb("submit", pledging.submit, VERBS)
    publish = verb("publish", pledging.publish, VERBS)
    reject = verb("reject", pledging.reject, VERBS, input=ReasonRequired)
    withdraw = verb("withdraw", closures.withdraw, VERBS, input=Closing)
    excuse = verb("excuse", closures.excuse, VERBS, input=Excusing)
    merge = verb("merge", closures.merge, VERBS, input=Merging)
    meet_condition = verb("meet-condition", conditions.meet, VERBS, input=ConditionMet)

    @action(detail=True, methods=["get"], url_path="closing-document", renderer_classes=[FileRenderer])
    @send_file("application/pdf")
    def closing_document(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The paper on which the pledge was withdrawn, excused or merged, for download only."""
        return self.object.closing_document
