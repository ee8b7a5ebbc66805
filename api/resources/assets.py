"""The register of devices, what was seen of them, and the receipts by which they came in."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import shapes
from api.acts import input_of
from api.fields import Day, Input, Related, Text, Whole
from api.filters import (
    EXACT,
    RANGE,
    RANGE_OR_NONE,
    RELATION,
    RELATION_OR_NONE,
    TEXT,
    CodeFilter,
    Filters,
    IdFilter,
    ListFilter,
    WithinFilter,
)
from api.resource import FileRenderer, Resource, Told, creating, paper, send_file
from api.resources.catalogue import device_type
from api.resources.org import unit
from api.resources.reference import ACTIONS
from api.shapes import Field, Row, Shape, registered
from assets import register
from assets.models import Asset, ConditionReport, DeviceType, Receipt, ReceiptLine
from assets.states import AssetState, Condition, FundSource
from core import acts
from documents.papers import label
from org.models import Role, Unit
from org.rules import require

_HELD_BY = ("unit_id", "unit__code", "unit__name", "person_id", "person__name", "since")


def _holder(base: str, *values: Any) -> Row | None:
    unit_id, code, name, person_id, person, since = values
    if unit_id is None:
        return None
    somebody = {"id": person_id, "url": f"{base}people/{person_id}/", "name": person} if person_id else None
    return {
        "id": unit_id, "url": f"{base}units/{unit_id}/", "code": code, "name": name, "person": somebody, "since": since,
    }  # fmt: skip


HOLDER = Field(
    tuple(f"open_custody__{column}" for column in _HELD_BY),
    {
        "type": ["object", "null"],
        "description": "The unit that holds the device, the person there, and since when.",
        "properties": {
            "id": shapes.INTEGER,
            "url": shapes.STRING,
            "code": shapes.STRING,
            "name": shapes.STRING,
            "person": shapes.nullable(shapes.LINK),
            "since": shapes.DATE,
        },
    },
    _holder,
)
ROW = Shape(
    "Asset",
    {
        "id": shapes.number("pk"),
        "url": shapes.url("assets"),
        "tag": shapes.text("tag"),
        "nibar": shapes.text("nibar"),
        "device_type": device_type(),
        "brand": shapes.text("brand"),
        "model": shapes.text("model"),
        "serial_number": shapes.text("serial_number"),
        "imei_1": shapes.text("imei_1"),
        "imei_2": shapes.text("imei_2"),
        "condition": shapes.code("condition", Condition.choices),
        "state": shapes.code("state", AssetState.choices),
        "unit": unit(),
        "holder": HOLDER,
        "price": shapes.number_or_null("price"),
        "acquired_on": shapes.day("acquired_on"),
        "fund_source": shapes.code("fund_source", FundSource.choices),
        "updated_at": shapes.instant("updated_at"),
    },
)
FULL = ROW.extend(
    "AssetDetail",
    receipt=shapes.link("receipt", "receipts", number="contract_number"),
    note=shapes.text("note"),
    lost_on=shapes.day("lost_on"),
    retired_on=shapes.day("retired_on"),
    retirement_number=shapes.text("retirement_number"),
    retirement_decided_on=shapes.day("retirement_decided_on"),
    **registered("assets"),
    actions=ACTIONS,
)


class AssetFilters(Filters):
    within = WithinFilter(field_name="unit")
    held_within = WithinFilter(field_name="open_custody__unit")
    holder_unit = IdFilter(field_name="open_custody__unit")
    holder_person = IdFilter(field_name="open_custody__person")
    family = IdFilter(field_name="device_type__family")
    state = CodeFilter(choices=AssetState.choices)
    state__in = ListFilter(field_name="state", lookup_expr="in", of=CodeFilter(choices=AssetState.choices))

    class Meta:
        model = Asset
        fields = {"id": EXACT, "tag": TEXT, "nibar": TEXT, "device_type": RELATION, "device_type__code": EXACT,
                  "device_type__family__code": EXACT, "brand": TEXT, "model": TEXT, "serial_number": TEXT,
                  "imei_1": EXACT, "imei_2": EXACT, "condition": EXACT, "unit": RELATION, "unit__code": EXACT,
                  "price": RANGE_OR_NONE, "acquired_on": RANGE_OR_NONE, "fund_source": EXACT,
                  "receipt": RELATION_OR_NONE}  # fmt: skip


class ConditionInput(input_of(register.report_condition)):  # type: ignore[misc]
    """``reason``, which every verb takes, is another name for ``note``."""

    reason = Text(required=False, allow_blank=True, max_length=2000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        reason = attrs.pop("reason", "")
        return {**attrs, "note": attrs.get("note") or reason}


class Assets(Told, Resource):
    """Devices. ``unit`` is on whose books one stands; ``holder`` who has it now; ``state`` is derived."""

    path = "assets"
    row, full, filters = ROW, FULL, AssetFilters
    ordering = {
        "id": "pk", "tag": "tag", "updated_at": "updated_at", "price": "price", "acquired_on": "acquired_on",
        "condition": "condition",
    }  # fmt: skip
    search = ("search_text",)
    related = ("unit",)
    verbs, creates = acts.on(Asset, register), register.enter
    inputs = {"report-condition": ConditionInput}

    def source(self) -> Any:
        return Asset.objects.all()

    def annotated(self, queryset: QuerySet) -> QuerySet:
        return queryset.with_state()

    def actions_of(self, instance: Any, row: Row) -> list[str]:
        instance.state = AssetState(row["state"])
        return super().actions_of(instance, row)

    label = paper("label", label.render, "Label")


REPORT = Shape(
    "ConditionReport",
    {
        **registered("condition-reports"),
        "asset": shapes.link("asset", "assets", number="tag"),
        "unit": unit(),
        "condition": shapes.code("condition", Condition.choices),
        "note": shapes.text("note"),
        "reported_on": shapes.day("reported_on"),
        "photo": Field(
            ("pk", "photo_id"),
            shapes.nullable({"type": "string", "format": "uri"}),
            lambda base, pk, photo: f"{base}condition-reports/{pk}/photo/" if photo else None,
        ),
    },
)


class ReportInput(ConditionInput):
    asset = Related(Asset)


class ReportFilters(Filters):
    within = WithinFilter(field_name="unit")

    class Meta:
        model = ConditionReport
        fields = {"id": EXACT, "asset": RELATION, "asset__tag": EXACT, "unit": RELATION, "unit__code": EXACT,
                  "condition": EXACT, "reported_on": RANGE}  # fmt: skip


def _may_report(user: Any, _none: None) -> str:
    return require(user, Role.ASSET_CLERK, Role.REQUESTER, Role.UNIT_HEAD)


class ConditionReports(Told, Resource):
    """How devices were found, by whom they are kept or held."""

    path = "condition-reports"
    row, full, filters = REPORT, REPORT.extend("ConditionReportDetail", actions=ACTIONS), ReportFilters
    ordering = {"id": "pk", "reported_on": "reported_on", "updated_at": "updated_at"}
    default_ordering = "-id"

    def source(self) -> Any:
        return ConditionReport.objects.all()

    create = creating(
        lambda *, asset, actor, **seen: register.report_condition(asset, actor=actor, **seen),
        who=_may_report,
        input=ReportInput,
    )

    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    @send_file("image/jpeg")
    def photo(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The photo, encoded anew."""
        return self.object.photo


RECEIPT = Shape(
    "Receipt",
    {
        **registered("receipts"),
        "number": shapes.text("contract_number"),
        "contract_number": shapes.text("contract_number"),
        "supplier": shapes.text("supplier"),
        "received_on": shapes.day("received_on"),
        "plan_line": shapes.text("plan_line"),
        "unit": unit(),
        "note": shapes.text("note"),
    },
)
_RECEIVED = Shape("ReceivedAsset", {"id": shapes.number("pk"), "url": shapes.url("assets"), "tag": shapes.text("tag")})
_LISTED = Shape("ReceiptLine", {"device_type": device_type(), "quantity": shapes.number("quantity")})


class ReceiptLineInput(Input):
    device_type = Related(DeviceType)
    quantity = Whole(min_value=1, max_value=100_000)


class ReceiptInput(Input):
    unit = Related(Unit)
    contract_number = Text(max_length=100)
    supplier = Text(max_length=150)
    received_on = Day()
    plan_line = Text(required=False, allow_blank=True, max_length=100)
    note = Text(required=False, allow_blank=True, max_length=2000)
    assets = serializers.ListField(child=Related(Asset), required=False, max_length=1000)
    lines = ReceiptLineInput(many=True, required=False, max_length=100)


class ReceiptFilters(Filters):
    within = WithinFilter(field_name="unit")

    class Meta:
        model = Receipt
        fields = {"id": EXACT, "unit": RELATION, "unit__code": EXACT, "contract_number": TEXT, "supplier": TEXT,
                  "received_on": RANGE, "plan_line": EXACT}  # fmt: skip


class Receipts(Told, Resource):
    """Goods that came in: contract, supplier, plan line, what the paper lists and the devices registered."""

    path = "receipts"
    row, filters = RECEIPT, ReceiptFilters
    creates, inputs = register.receive, {"create": ReceiptInput}
    full = RECEIPT.extend(
        "ReceiptDetail",
        lines=shapes.Many(_LISTED, lambda: ReceiptLine.objects.order_by("pk"), "receipt_id"),
        assets=shapes.Many(_RECEIVED, lambda: Asset.objects.order_by("pk"), "receipt_id"),
        actions=ACTIONS,
    )
    ordering = {"id": "pk", "received_on": "received_on", "updated_at": "updated_at"}
    default_ordering = "-id"
    search = ("contract_number", "supplier", "plan_line")

    def source(self) -> Any:
        return Receipt.objects.all()
