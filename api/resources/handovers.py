"""Handovers (BAST): prepared, handed over, accepted or disputed per item."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import shapes
from api.acts import input_of
from api.columns import fields_of
from api.fields import Code, Document, Input, Reason, Related, Text, Whole
from api.resource import FileRenderer, Resource, Told, Under, send_file
from api.resources.reference import ACTIONS
from api.shapes import Field, Many, Shape, registered
from assets.models import Asset, Handover, HandoverItem, LoanExtension, SignedScan
from assets.models.handovers import confirmed_after_days
from assets.states import Condition, HandoverState
from core import acts
from core.amounts import longest
from core.columns import On
from core.files import IMAGE, PDF
from handing_over import extending, fulfilment
from handing_over.items import MAX_ITEMS, Item, with_waiting_kind
from handing_over.lists import HANDOVERS, LOAN_EXTENSIONS, SCANS
from handing_over.whereabouts import with_held_before
from pledges.models import Pledge, PledgeLine
from requests_app.models import DeviceRequest, RequestLine

ROW = Shape(
    "Handover",
    {
        **registered("handovers"),
        **fields_of(HANDOVERS, On.ROW),
    },
)


def _served(line: str, subject: str, path: str) -> Field:
    """A line that an item serves: its own id, the address and number of what it is a line of."""
    columns = (f"fulfilment__{line}_id", f"fulfilment__{line}__{subject}_id", f"fulfilment__{line}__{subject}__number")
    return Field(
        columns,
        shapes.nullable(shapes.LINK),
        lambda base, pk, of, number: {"id": pk, "url": f"{base}{path}/{of}/", "number": number} if pk else None,
    )


_HELD_BEFORE: shapes.Schema = {
    "type": "object",
    "description": "From when to when the unit of the pledge line, or one under it, had this device already, "
    "since before the promise.",
    "properties": {"since": shapes.DATE, "until": shapes.DATE},
    "required": ["since", "until"],
}
ITEM = Shape(
    "HandoverItem",
    {
        "id": shapes.number("pk"),
        "asset": shapes.link("asset", "assets", number="tag", name="device_type__name"),
        "condition": shapes.code("condition", Condition.choices),
        "accessories": shapes.text("accessories"),
        "state": shapes.code("state", HandoverState.choices),
        "accepted_at": shapes.instant("accepted_at"),
        "received_on": Field(("received_on",), shapes.nullable(shapes.DATE)),
        "confirmed_after_days": Field(
            ("handover__handed_over_on", "accepted_at"),
            shapes.nullable(shapes.INTEGER),
            lambda _base, handed, accepted: confirmed_after_days(handed, accepted),
        ),
        "unit_accepted": shapes.flag("unit_accepted"),
        "substitute": shapes.flag("substitute"),
        "waits_for": Field(
            ("waits_for", "asset__device_type__name"),
            shapes.nullable(shapes.LINK)
            | {
                "description": "The kind that a verifier, planner or another asset clerk has to confirm first: until "
                "then the device does not count for its pledge."
            },
            lambda base, pk, name: {"id": pk, "url": f"{base}device-types/{pk}/", "name": name} if pk else None,
        ),
        "held_before": Field(
            ("held_from", "held_until"),
            shapes.nullable(_HELD_BEFORE),
            lambda _base, since, until: {"since": since, "until": until} if since else None,
        ),
        "dispute_reason": shapes.text("dispute_reason"),
        "request_line": _served("request_line", "request", "requests"),
        "pledge_line": _served("pledge_line", "pledge", "pledges"),
    },
)


def _scan_at(path: str) -> Field:
    return Field(("handover_id", "pk"), shapes.URI, lambda base, of, pk: f"{base}handovers/{of}/scans/{pk}/{path}")


SCAN = Shape(
    "SignedScan",
    {
        "id": shapes.number("pk"),
        "url": _scan_at(""),
        "attached_by": shapes.account("attached_by"),
        "created_at": shapes.instant("created_at"),
        "file": _scan_at("file/"),
        "sha256": shapes.text("file__sha256"),
    },
)
_PAPER = Shape(
    "PaperMadeWith",
    {"id": shapes.number("pk"), "url": shapes.url("handovers"), "number": shapes.text("number")},
)


def _items() -> QuerySet[HandoverItem]:
    return with_held_before(with_waiting_kind(HandoverItem.objects.order_by("pk")))


FULL = ROW.extend(
    "HandoverDetail",
    **fields_of(HANDOVERS, On.DETAIL),
    made_with=shapes.link("made_with", "handovers", number="number"),
    papers=Many(_PAPER, lambda: Handover.objects.order_by("pk"), "made_with_id"),
    scans=Many(SCAN, lambda: SignedScan.objects.order_by("pk"), "handover_id"),
    items=Many(ITEM, _items, "handover_id"),
    actions=ACTIONS,
)


def _request_lines(user: Any) -> QuerySet:
    return RequestLine.objects.filter(request__in=DeviceRequest.objects.visible_to(user).values("pk"))


def _pledge_lines(user: Any) -> QuerySet:
    return PledgeLine.objects.filter(pledge__in=Pledge.objects.visible_to(user).values("pk"))


class ItemInput(Input):
    asset = Related(Asset)
    condition = Code(choices=Condition.choices, required=False)
    accessories = Text(required=False, allow_blank=True, max_length=longest(HandoverItem, "accessories"))
    request_line = Related(_request_lines, required=False, allow_null=True)
    pledge_line = Related(_pledge_lines, required=False, allow_null=True)


class HandoverInput(
    input_of(  # type: ignore[misc]
        fulfilment.record_handover, items=ItemInput(many=True, allow_empty=False, max_length=MAX_ITEMS)
    )
):
    def validate_items(self, items: list[dict[str, Any]]) -> list[Item]:
        return [Item(**each) for each in items]


class _ItemId(Whole):
    """An item's id, bare or as ``{id}``."""

    def to_internal_value(self, data: Any) -> int:
        return super().to_internal_value(data["id"] if isinstance(data, dict) and set(data) == {"id"} else data)


AcceptInput = input_of(
    fulfilment.accept,
    items=serializers.ListField(child=_ItemId(min_value=1), required=False, allow_empty=False, max_length=MAX_ITEMS),
)
LONGEST_DISPUTE = longest(HandoverItem, "dispute_reason")


class DisputedInput(Input):
    """``condition``: in which the device was found, where that is not what is written."""

    id = Whole(min_value=1)
    condition = Code(choices=Condition.choices, required=False)
    reason = Text(required=False, max_length=LONGEST_DISPUTE)


class DisputeInput(Input):
    """``reason``: of each item that has none of its own; without ``items`` of all."""

    reason = Text(required=False, max_length=LONGEST_DISPUTE)
    items = DisputedInput(many=True, required=False, allow_empty=False, max_length=MAX_ITEMS)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        common = attrs.get("reason", "")
        said = attrs.get("items", [])
        return {
            "reasons": {each["id"]: each.get("reason", common) for each in said}, "common": common,
            "conditions": {each["id"]: each["condition"] for each in said if "condition" in each},
        }  # fmt: skip


class SignedInput(Reason):
    """The scan of the signed paper."""

    file = Document(source="scan")


EXTENSION = Shape(
    "LoanExtension",
    {
        "id": shapes.number("pk"),
        "url": Field(
            ("handover_id", "pk"),
            shapes.URI,
            lambda base, loan, pk: f"{base}handovers/{loan}/extensions/{pk}/",
        ),
        "handover": shapes.link("handover", "handovers", number="number"),
        **fields_of(LOAN_EXTENSIONS, On.ROW),
        "asked_by": shapes.account("asked_by"),
        "created_at": shapes.instant("created_at"),
        "updated_at": shapes.instant("updated_at"),
        "version": shapes.number("version"),
    },
)


class LoanExtensions(Under, Told, Resource):
    """More time asked for a loan with ``extend``; decided by the clerk who lent the devices."""

    path = r"handovers/(?P<handover>[^/]+)/extensions"
    under = "handover"
    listing, row, full = LOAN_EXTENSIONS, EXTENSION, EXTENSION.extend("LoanExtensionDetail", actions=ACTIONS)
    related = LoanExtension.read_with
    verbs = acts.on(LoanExtension, extending)


class HandoverScans(Under, Resource):
    """The signed BAST as several people attached it, side by side."""

    path = r"handovers/(?P<handover>[^/]+)/scans"
    under = "handover"
    listing, row, full = SCANS, SCAN, SCAN
    related = SignedScan.read_with

    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    @send_file(PDF, IMAGE)
    def file(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The paper, for download only."""
        return self.object.file


class Handovers(Told, Resource):
    """The papers by which devices pass from one unit to another. Custody passes at hand-over."""

    path = "handovers"
    listing = HANDOVERS
    row, full = ROW, FULL
    default_ordering = "-id"
    related = ("from_unit", "recipient_unit")
    verbs, creates = acts.on(Handover, fulfilment, extending), fulfilment.record_handover
    asked = {LoanExtension: LoanExtensions}
    inputs = {"create": HandoverInput, "accept": AcceptInput, "dispute": DisputeInput, "attach-signed": SignedInput}


LoanExtensions.parent = HandoverScans.parent = Handovers
