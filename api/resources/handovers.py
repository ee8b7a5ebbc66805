"""Handovers (BAST): prepared, handed over, accepted or disputed per item."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import shapes
from api.columns import fields_of
from api.fields import Code, Day, Document, Flag, Input, Reason, ReasonRequired, Related, Text, Whole
from api.resource import FileRenderer, Resource, Told, creating, paper, send_file, verb
from api.resources.reference import ACTIONS
from api.shapes import Field, Many, Shape, registered
from assets.models import Asset, Handover, HandoverItem
from assets.states import Condition, HandoverKind, HandoverState, LegalAct
from core.columns import On
from documents.papers import bast
from handing_over import fulfilment
from handing_over.items import MAX_ITEMS, Item
from handing_over.lists import HANDOVERS
from handing_over.rules import HANDOVER_VERBS
from org.models import Person, Role, Unit
from org.rules import require
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


ITEM = Shape(
    "HandoverItem",
    {
        "id": shapes.number("pk"),
        "asset": shapes.link("asset", "assets", number="tag", name="device_type__name"),
        "condition": shapes.code("condition", Condition.choices),
        "accessories": shapes.text("accessories"),
        "state": shapes.code("state", HandoverState.choices),
        "accepted_at": shapes.instant("accepted_at"),
        "substitute": shapes.flag("substitute"),
        "dispute_reason": shapes.text("dispute_reason"),
        "request_line": _served("request_line", "request", "requests"),
        "pledge_line": _served("pledge_line", "pledge", "pledges"),
    },
)
FULL = ROW.extend(
    "HandoverDetail",
    **fields_of(HANDOVERS, On.DETAIL),
    signed_scan=Field(
        ("pk", "signed_scan_id"),
        shapes.nullable({"type": "string", "format": "uri"}),
        lambda base, pk, scan: f"{base}handovers/{pk}/signed/" if scan else None,
    ),
    items=Many(ITEM, lambda: HandoverItem.objects.order_by("pk"), "handover_id"),
    actions=ACTIONS,
)


def _request_lines(user: Any) -> QuerySet:
    return RequestLine.objects.filter(request__in=DeviceRequest.objects.visible_to(user).values("pk"))


def _pledge_lines(user: Any) -> QuerySet:
    return PledgeLine.objects.filter(pledge__in=Pledge.objects.visible_to(user).values("pk"))


class ItemInput(Input):
    asset = Related(Asset)
    condition = Code(choices=Condition.choices, required=False)
    accessories = Text(required=False, allow_blank=True, max_length=300)
    request_line = Related(_request_lines, required=False, allow_null=True)
    pledge_line = Related(_pledge_lines, required=False, allow_null=True)


class HandoverInput(Input):
    kind = Code(choices=HandoverKind.choices)
    legal_act = Code(choices=LegalAct.choices, required=False)
    decision_number = Text(required=False, allow_blank=True, max_length=100)
    recipient_unit = Related(Unit)
    recipient = Related(Person, required=False, allow_null=True)
    handed_over_on = Day(required=False, allow_null=True)
    due_back_on = Day(required=False, allow_null=True)
    note = Text(required=False, allow_blank=True, max_length=2000)
    items = ItemInput(many=True, allow_empty=False, max_length=MAX_ITEMS)

    def validate_items(self, items: list[dict[str, Any]]) -> list[Item]:
        return [Item(**each) for each in items]


class HandOverInput(Reason):
    handed_over_on = Day(required=False)


class _ItemId(Whole):
    """An item's id, bare or as ``{id}``."""

    def to_internal_value(self, data: Any) -> int:
        return super().to_internal_value(data["id"] if isinstance(data, dict) and set(data) == {"id"} else data)


class AcceptInput(Reason):
    items = serializers.ListField(child=_ItemId(min_value=1), required=False, allow_empty=False, max_length=200)
    substitute = Flag(required=False)


class DisputedInput(Input):
    id = Whole(min_value=1)
    reason = Text(required=False, max_length=1000)


class DisputeInput(Input):
    reason = Text(required=False, max_length=1000)
    items = DisputedInput(many=True, required=False, allow_empty=False, max_length=200)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Every item has a reason, its own or the common one."""
        common, items = attrs.get("reason", ""), attrs.get("items", [])
        required = serializers.ErrorDetail(_("Beri alasan sanggahan."), "required")
        if not items and not common:
            raise serializers.ValidationError({"reason": [required]})
        faults = [{} if each.get("reason") or common else {"reason": [required]} for each in items]
        if any(faults):
            raise serializers.ValidationError({"items": faults})
        return attrs


class SignedInput(Reason):
    file = Document()


def _may_record(user: Any, _none: None) -> str:
    return require(user, Role.ASSET_CLERK, Role.REQUESTER, Role.UNIT_HEAD)


def _hand_over(handover: Handover, *, handed_over_on: Any = None, **more: Any) -> Handover:
    return fulfilment.hand_over(handover, on=handed_over_on, **more)


def _dispute(handover: Handover, *, actor: Any, reason: str = "", items: Any = None) -> Handover:
    if items is None:
        every = handover.items.values_list("pk", flat=True)
        items = [{"id": pk} for pk in every.awaiting() or every]
    reasons = {each["id"]: each.get("reason") or reason for each in items}
    return fulfilment.dispute(handover, reasons=reasons, actor=actor)


def _attach(handover: Handover, *, file: Any, **more: Any) -> Handover:
    return fulfilment.attach_signed(handover, scan=file, **more)


class Handovers(Told, Resource):
    """The papers by which devices pass from one unit to another. Custody passes at hand-over."""

    path = "handovers"
    listing = HANDOVERS
    row, full = ROW, FULL
    default_ordering = "-id"
    related = ("from_unit", "recipient_unit")
    permits = HANDOVER_VERBS

    create = creating(fulfilment.record_handover, who=_may_record, input=HandoverInput)
    hand_over = verb("hand-over", _hand_over, HANDOVER_VERBS, input=HandOverInput)
    accept = verb("accept", fulfilment.accept, HANDOVER_VERBS, input=AcceptInput)
    dispute = verb("dispute", _dispute, HANDOVER_VERBS, input=DisputeInput)
    cancel = verb("cancel", fulfilment.cancel, HANDOVER_VERBS, input=ReasonRequired)
    document = paper("document", bast.render, "BAST")
    confirm_return = verb("confirm-return", fulfilment.confirm_return, HANDOVER_VERBS)
    attach_signed = verb("attach-signed", _attach, HANDOVER_VERBS, input=SignedInput)

    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    @send_file("application/pdf")
    def signed(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The signed BAST."""
        return self.object.signed_scan
