"""Device requests, from draft to fulfilment."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import shapes
from api.fields import Code, Day, Document, Input, Reason, ReasonRequired, Related, Text, Whole
from api.filters import (
    EXACT,
    RANGE,
    RANGE_OR_NONE,
    RELATION,
    TEXT,
    CodeFilter,
    Filters,
    IdFilter,
    ListFilter,
    TextFilter,
    WithinFilter,
)
from api.resource import FileRenderer, Resource, Told, changing, creating, paper, removing, send_file, verb
from api.resources.catalogue import device_type
from api.resources.org import unit
from api.resources.reference import ACTIONS
from api.shapes import Field, Many, Row, Shape, registered
from assets.models import DeviceType
from core import clock
from core.errors import NotAllowed
from core.permits import Permit
from desks.limits import ServiceLimits
from documents.papers import letter
from org.models import Person, SocialAccount, Unit
from requests_app import approvals, filing
from requests_app.models import DeviceRequest, RequestLine
from requests_app.need import LineNeed, reasons
from requests_app.rules import VERBS, may_file
from requests_app.states import LineDecision, RequestState, Situation

_STEP = (
    "unit__code", "derived_state", "submitted_at", "endorsed_at", "verified_at", "decided_at", "to_issue",
    "reopened_year",
)  # fmt: skip
REASON = Shape(
    "NeedReason", {"code": shapes.text("code"), "points": shapes.number("points"), "label": shapes.text("label")}
)
_NEEDED = ("situation", "in_use_since", "pledge_line__pledge__made_on_to")
_NEED = Shape("LineNeed", {"need": Field(_NEEDED, {}, lambda _base, *line: LineNeed(*line))})
_ACCOUNT = Shape(
    "LineAccount", {"id": shapes.number("socialaccount_id"), "handle": shapes.text("socialaccount__handle")}
)

ROW = Shape(
    "Request",
    {
        **registered("requests"),
        "number": Field(("number",), shapes.nullable(shapes.STRING)),
        "state": shapes.code("derived_state", RequestState.choices),
        "unit": unit(),
        "requester": shapes.link("requester", "people", name="name"),
        "on_behalf_of": shapes.link("on_behalf_of", "people", name="name"),
        "purpose": shapes.text("purpose"),
        "needed_by": shapes.day("needed_by"),
        "submitted_at": shapes.instant("submitted_at"),
        "endorsed_at": shapes.instant("endorsed_at"),
        "age_days": Field(
            ("submitted_at",),
            {**shapes.nullable(shapes.INTEGER), "description": "Calendar days since submission."},
            lambda _base, at: clock.age_days(at),
        ),
        "due_on": Field(
            _STEP,
            {**shapes.nullable(shapes.DATE), "description": "Last working day of the present step's limit."},
            lambda _base, *step: step,
        ),
        "need_score": Field((), {**shapes.INTEGER, "minimum": 0, "maximum": 100}, lambda _base: 0),
        "need_reasons": Many(_NEED, lambda: RequestLine.objects.order_by("pk"), "request_id", shown_as=REASON),
    },
)
LINE = Shape(
    "RequestLine",
    {
        "id": shapes.number("pk"),
        "device_type": device_type(),
        "quantity": shapes.number("quantity"),
        "approved_quantity": shapes.number_or_null("approved_quantity"),
        "issued_quantity": shapes.number("issued_quantity"),
        "fulfilled_quantity": shapes.number("fulfilled_quantity"),
        "outstanding": shapes.number("outstanding"),
        "decision": shapes.code("decision", LineDecision.choices),
        "reason": shapes.text("reason"),
        "defer_to_year": shapes.number_or_null("defer_to_year"),
        "situation": shapes.code("situation", Situation.choices),
        "in_use_since": shapes.text("in_use_since"),
        "note": shapes.text("note"),
        "pledge_line": Field(
            ("pledge_line_id", "pledge_line__pledge_id", "pledge_line__pledge__number", "pledge_line__pledge__title"),
            shapes.nullable(shapes.LINK),
            lambda base, pk, pledge, number, title: (
                pk and {"id": pk, "url": f"{base}pledges/{pledge}/", "number": number, "name": title}
            ),
        ),
        "accounts": Many(
            _ACCOUNT,
            lambda: RequestLine.accounts.through.objects.order_by("socialaccount_id"),
            "requestline_id",
        ),
    },
)
LINES = Many(LINE, lambda: RequestLine.objects.with_quantities().order_by("pk"), "request_id")


class _LineFilter(IdFilter):
    """A relation of a request's lines."""

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        if value is None:
            return queryset
        lines = RequestLine.objects.filter(**{self.field_name: value})
        return queryset.filter(pk__in=lines.values("request_id"))


class _LineCode(TextFilter):
    filter = _LineFilter.filter


class RequestFilters(Filters):
    within = WithinFilter(field_name="unit")
    state = CodeFilter(field_name="derived_state", choices=RequestState.choices)
    state__in = ListFilter(field_name="derived_state", lookup_expr="in", of=CodeFilter(choices=RequestState.choices))
    device_type = _LineFilter()
    device_type__code = _LineCode()
    family = _LineFilter(field_name="device_type__family")
    pledge = _LineFilter(field_name="pledge_line__pledge")
    pledge_line = _LineFilter()

    class Meta:
        model = DeviceRequest
        fields = {"id": EXACT, "number": TEXT, "unit": RELATION, "unit__code": EXACT, "requester": RELATION,
                  "on_behalf_of": RELATION, "needed_by": RANGE_OR_NONE, "submitted_at": RANGE_OR_NONE,
                  "created_at": RANGE}  # fmt: skip


class _Since(Text):
    """A year or a date, kept as it was sent; a year may come as a number."""

    def to_internal_value(self, data: Any) -> str:
        whole = isinstance(data, int) and not isinstance(data, bool)
        return super().to_internal_value(str(data) if whole else data)


class RequestLineInput(Input):
    device_type = Related(DeviceType)
    quantity = Whole(min_value=1, max_value=1000)
    situation = Code(choices=Situation.choices)
    in_use_since = _Since(required=False, allow_blank=True, max_length=10)
    note = Text(required=False, allow_blank=True, max_length=1000)
    accounts = serializers.ListField(child=Related(SocialAccount), required=False, max_length=50)


class RequestChange(Input):
    purpose = Text(max_length=2000)
    needed_by = Day(required=False, allow_null=True)
    on_behalf_of = Related(Person, required=False, allow_null=True)
    lines = RequestLineInput(many=True, max_length=100)


class RequestInput(RequestChange):
    unit = Related(Unit)


class EndorseInput(Reason):
    letter = Document(required=False)


class DecidedInput(Input):
    id = Whole(min_value=1)
    decision = Code(choices=LineDecision.choices)
    approved_quantity = Whole(required=False, allow_null=True)
    reason = Text(required=False, allow_blank=True, max_length=1000)
    defer_to_year = Whole(required=False, allow_null=True)


class DecideInput(Reason):
    lines = DecidedInput(many=True, max_length=100)

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[approvals.Decided]:
        return [approvals.Decided(**each) for each in lines]


def _may_endorse(user: Any, request: DeviceRequest) -> str:
    """The unit head, or whoever may attach the letter that the head has signed."""
    try:
        return VERBS["endorse"].who(user, request)
    except NotAllowed:
        return VERBS["attach-letter"].who(user, request)


ENDORSE = {"endorse": Permit(_may_endorse, VERBS["endorse"].when)}


class Requests(Told, Resource):
    """What units ask for. ``state`` is read, not set: ``fulfilled`` and ``closed`` follow from the lines."""

    path = "requests"
    row, full, filters = ROW, ROW.extend("RequestDetail", lines=LINES, actions=ACTIONS), RequestFilters
    ordering = {
        "id": "pk", "number": "number", "submitted_at": "submitted_at", "needed_by": "needed_by",
        "updated_at": "updated_at",
    }  # fmt: skip
    default_ordering = "-id"
    search = ("number", "purpose", "unit__code", "unit__name")
    related = ("unit",)
    permits = {name: permit for name, permit in VERBS.items() if name != "attach-letter"} | ENDORSE

    def source(self) -> Any:
        return DeviceRequest.objects.all()

    def annotated(self, queryset: QuerySet) -> QuerySet:
        return queryset.with_state()

    @cached_property
    def limits(self) -> ServiceLimits:
        return ServiceLimits()

    def finish(self, rows: list[Row]) -> None:
        for row in rows:
            step = self.limits.step_of(_in_step(*row["due_on"]))
            row["due_on"] = step.due_on if step else None
            lines = [each["need"] for each in row["need_reasons"]]
            found = reasons(lines, age_days=row["age_days"], today=clock.today())
            row["need_reasons"] = [{"code": r.code, "points": r.points, "label": str(r.label)} for r in found]
            row["need_score"] = sum(r.points for r in found)

    create = creating(filing.draft, who=lambda user, _none: may_file(user), input=RequestInput)
    partial_update = changing(filing.change, VERBS["change"], input=RequestChange)
    destroy = removing(filing.discard, VERBS["delete"])
    submit = verb("submit", filing.submit, VERBS)
    endorse = verb("endorse", filing.endorse, ENDORSE, input=EndorseInput)
    withdraw = verb("withdraw", filing.withdraw, VERBS, input=ReasonRequired)
    verify = verb("verify", approvals.verify, VERBS)
    send_back = verb("send-back", approvals.send_back, VERBS, input=ReasonRequired)
    decide = verb("decide", approvals.decide, VERBS, input=DecideInput)
    document = paper("document", letter.render, "Surat usulan")
    close_short = verb("close-short", approvals.close_short, VERBS, input=ReasonRequired)

    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    @send_file("application/pdf")
    def letter(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The signed letter that endorsed the request."""
        return self.object.letter


def _in_step(code: str, *values: Any) -> DeviceRequest:
    """A request with no more than what its step follows from."""
    request = DeviceRequest(unit=Unit(code=code))
    for name, value in zip(_STEP[1:], values, strict=True):
        setattr(request, name, value)
    return request
