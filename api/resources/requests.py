"""Device requests, from draft to fulfilment."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import shapes
from api.acts import Call, input_of, input_of_many
from api.columns import fields_of
from api.fields import Code, Input, Related, Text, Whole
from api.resource import FileRenderer, Resource, Told, performs, send_file
from api.resources.catalogue import device_type
from api.resources.handovers import Handovers, ItemInput
from api.resources.reference import ACTIONS
from api.shapes import Field, JsonRow, Many, Shape, registered
from assets.models import DeviceType, Handover
from assets.states import Condition
from core import acts, clock
from core.amounts import limits, longest
from core.columns import On
from core.files import IMAGE, PDF
from core.permits import Permit
from core.taking import MOST_LINES
from desks.chains import Mark, marked
from desks.limits import ServiceLimits
from handing_over import issuing
from handing_over.items import MAX_ITEMS, Item
from org.models import SocialAccount, Unit
from requests_app import approvals, filing, rules
from requests_app.lists import REQUESTS
from requests_app.models import DeviceRequest, RequestLine
from requests_app.need import LineNeed, reasons
from requests_app.states import LineDecision, Situation

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
        **fields_of(REQUESTS, On.ROW),
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


class _Since(Text):
    """A year or a date, kept as it was sent; a year may come as a number."""

    def to_internal_value(self, data: Any) -> str:
        whole = isinstance(data, int) and not isinstance(data, bool)
        return super().to_internal_value(str(data) if whole else data)


class RequestLineInput(Input):
    device_type = Related(DeviceType)
    quantity = Whole(**limits(RequestLine, "quantity"))
    situation = Code(choices=Situation.choices)
    in_use_since = _Since(required=False, allow_blank=True, max_length=longest(RequestLine, "in_use_since"))
    note = Text(required=False, allow_blank=True, max_length=longest(RequestLine, "note"))
    accounts = serializers.ListField(child=Related(SocialAccount), required=False, max_length=50)


LINES_SENT = RequestLineInput(many=True, max_length=MOST_LINES)


class DecidedInput(Input):
    id = Whole(min_value=1)
    decision = Code(choices=LineDecision.choices)
    approved_quantity = Whole(required=False, allow_null=True)
    reason = Text(required=False, allow_blank=True, max_length=longest(RequestLine, "reason"))
    defer_to_year = Whole(required=False, allow_null=True)


class DecideInput(input_of(approvals.decide, lines=DecidedInput(many=True, max_length=MOST_LINES))):  # type: ignore[misc]
    def validate_lines(self, lines: list[dict[str, Any]]) -> list[approvals.Decided]:
        return [approvals.Decided(**each) for each in lines]


VERBS = acts.on(DeviceRequest, filing, approvals, issuing)


class IssuedInput(ItemInput):
    """A device, found in ``condition``, for the line that it names or the first that waits for its type."""

    condition = Code(choices=Condition.choices)
    pledge_line = None  # type: ignore[assignment]  # how a serializer leaves a field out


ISSUED = IssuedInput(many=True, allow_empty=False, max_length=MAX_ITEMS)


class Issued(Input):
    def validate_items(self, items: list[dict[str, Any]]) -> list[Item]:
        return [Item(**each) for each in items]


class IssueInput(Issued, input_of(issuing.issue, items=ISSUED)):  # type: ignore[misc]
    """Devices for one request."""


class DeliverInput(Issued, input_of_many(issuing.issue, items=ISSUED)):  # type: ignore[misc]
    """Devices for several requests, which each get a paper of their own."""


ENDORSE = {"endorse": Permit(rules.endorser_or_filer, rules.waits_for_endorsement)}


class Requests(Told, Resource):
    """What units ask for. ``state`` is read, not set: ``fulfilled`` and ``closed`` follow from the lines."""

    path = "requests"
    listing = REQUESTS
    row, full = ROW, ROW.extend("RequestDetail", lines=LINES, actions=ACTIONS)
    default_ordering = "-id"
    related = ("unit",)
    verbs = {name: each for name, each in VERBS.items() if name not in ("endorse", "attach-letter")}
    creates, permits = filing.draft, ENDORSE
    inputs = {
        "create": input_of(filing.draft, lines=LINES_SENT),
        "change": input_of(filing.change, lines=LINES_SENT),
        "decide": DecideInput,
        "issue": IssueInput,
    }
    many_inputs, asked = {"issue": DeliverInput}, {Handover: Handovers}

    endorse = action(detail=True, methods=["post"], url_path="endorse")(
        performs("endorse", Call(filing.endorse, ENDORSE["endorse"].who, input_of(filing.sign)))
    )

    @cached_property
    def limits(self) -> ServiceLimits:
        return ServiceLimits()

    def finish(self, rows: list[JsonRow]) -> None:
        for row in rows:
            step = self.limits.step_of(_in_step(*row["due_on"]))
            row["due_on"] = step.due_on if step else None
            lines = [each["need"] for each in row["need_reasons"]]
            found = reasons(lines, age_days=row["age_days"], today=clock.today())
            row["need_reasons"] = [{"code": r.code, "points": r.points, "label": str(r.label)} for r in found]
            row["need_score"] = sum(r.points for r in found)

    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    @send_file(PDF, IMAGE)
    def letter(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The signed letter that endorsed the request."""
        return self.object.letter


class Chains(Requests):
    """Requests whose chain of acts the auditor should look at, each with the reasons why."""

    row = ROW.extend(
        "FlaggedRequest",
        marks=Field(
            (),
            {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"code": {"type": "string", "enum": Mark.values}, "label": shapes.STRING},
                    "required": ["code", "label"],
                },
            },
            lambda _base: [],
        ),
    )

    def finish(self, rows: list[JsonRow]) -> None:
        super().finish(rows)
        marks = marked(self.request.user)
        for row in rows:
            row["marks"] = [{"code": each.value, "label": str(each.label)} for each in marks.get(row["id"], ())]


def _in_step(code: str, *values: Any) -> DeviceRequest:
    """A request with no more than what its step follows from."""
    request = DeviceRequest(unit=Unit(code=code))
    for name, value in zip(_STEP[1:], values, strict=True):
        setattr(request, name, value)
    return request
