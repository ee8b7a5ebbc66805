"""The register of devices, what was seen of them, and the receipts by which they came in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import shapes
from api.acts import Call, input_of
from api.columns import fields_of
from api.fields import Input, Related, Text, Whole
from api.resource import FileRenderer, Resource, Told, performs, send_file
from api.resources.catalogue import device_type
from api.resources.reference import ACTIONS
from api.shapes import Field, JsonRow, Shape, registered
from assets import absences, register
from assets.lists import ASSETS, CONDITION_REPORTS, RECEIPTS
from assets.models import Absence, Asset, ConditionPhoto, ConditionReport, DeviceType, ReceiptLine
from assets.states import AssetState, Missing
from core import acts
from core.amounts import limits
from core.columns import On
from core.files import IMAGE
from core.strict import parse_id
from core.taking import LONGEST_REASON, MOST_LINES, MOST_ROWS
from org.models import Role
from org.rules import require

_HELD_BY = ("unit_id", "unit__code", "unit__name", "person_id", "person__name", "since")


def _holder(base: str, *values: Any) -> JsonRow | None:
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
    {"id": shapes.number("pk"), "url": shapes.url("assets"), **fields_of(ASSETS, On.ROW), "holder": HOLDER},
)
ABSENCE = Shape(
    "Absence",
    {
        "kind": shapes.code("kind", Missing.choices),
        "began_on": shapes.day("began_on"),
        "stops_on": shapes.day("stops_on"),
        "agreed": shapes.flag("agreed"),
        "confirmed_at": shapes.instant("confirmed_at"),
        "ended_on": shapes.day("ended_on"),
    },
)
_LEAVES = tuple(f"open_custody__person__{column}" for column in ("leaving_since", "devices_to_id", "devices_to__name"))


def _leaving(base: str, since: date | None, to_id: int | None, to: str | None) -> JsonRow | None:
    if since is None:
        return None
    return {
        "since": since.isoformat(),
        "devices_to": {"id": to_id, "url": f"{base}people/{to_id}/", "name": to} if to_id else None,
    }


HOLDER_LEAVES = Field(
    _LEAVES,
    {
        "type": ["object", "null"],
        "description": "Since when its holder is to leave, and who is to have the device then; nobody: it goes back.",
        "properties": {"since": shapes.DATE, "devices_to": shapes.nullable(shapes.LINK)},
    },
    _leaving,
)
FULL = ROW.extend(
    "AssetDetail",
    holder_leaves=HOLDER_LEAVES,
    **fields_of(ASSETS, On.DETAIL),
    **registered("assets"),
    absences=shapes.Many(ABSENCE, lambda: Absence.objects.order_by("pk"), "asset_id"),
    actions=ACTIONS,
)


class ConditionInput(input_of(register.report_condition)):  # type: ignore[misc]
    """``reason``, which every verb takes, is another name for ``note``."""

    reason = Text(required=False, allow_blank=True, max_length=LONGEST_REASON)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        reason = attrs.pop("reason", "")
        return {**attrs, "note": attrs.get("note") or reason}


class Assets(Told, Resource):
    """Devices. ``unit`` is on whose books one stands; ``holder`` who has it now; ``state`` is derived."""

    path = "assets"
    listing = ASSETS
    row, full = ROW, FULL
    related = ("unit",)
    verbs, creates = acts.on(Asset, absences, register), register.enter
    inputs = {"report-condition": ConditionInput}

    def actions_of(self, instance: Any, row: JsonRow) -> list[str]:
        instance.state = AssetState(row["state"])
        return super().actions_of(instance, row)


def _photo(base: str, report: int, photo: int | None) -> str | None:
    return f"{base}condition-reports/{report}/photos/{photo}/" if photo else None


PHOTO = Shape(
    "ConditionPhoto",
    {
        "id": shapes.number("pk"),
        "url": Field(("report_id", "pk"), shapes.URI, _photo),
        "thumbnail": Field(
            ("report_id", "pk"), shapes.URI, lambda base, report, pk: f"{_photo(base, report, pk)}thumbnail/"
        ),
    },
)
REPORT = Shape(
    "ConditionReport",
    {
        **registered("condition-reports"),
        **fields_of(CONDITION_REPORTS, On.ROW),
        "photo": Field(("pk", "first_photo"), shapes.nullable(shapes.URI), _photo),
    },
)


class ReportInput(ConditionInput):
    asset = Related(Asset)


def _may_report(user: Any, _none: None) -> str:
    return require(user, Role.ASSET_CLERK, Role.REQUESTER, Role.UNIT_HEAD)


def _report(*, asset: Asset, actor: Any, **seen: Any) -> ConditionReport:
    return register.report_condition(asset, actor=actor, **seen)


_ONE_PHOTO = "photos/(?P<photo>[^/]+)"


class ConditionReports(Told, Resource):
    """How devices were found, by whom they are kept or held."""

    path = "condition-reports"
    listing = CONDITION_REPORTS
    row = REPORT
    full = REPORT.extend(
        "ConditionReportDetail",
        photos=shapes.Many(PHOTO, lambda: ConditionPhoto.objects.order_by("pk"), "report_id"),
        actions=ACTIONS,
    )
    default_ordering = "-id"

    create = performs("create", Call(_report, _may_report, ReportInput, status=201))

    @action(detail=True, methods=["get"], url_path=_ONE_PHOTO, renderer_classes=[FileRenderer])
    @send_file(IMAGE)
    def photo(self, request: Request, photo: str, **kwargs: Any) -> HttpResponseBase:
        """A photo, encoded anew, at most 1600 pixels a side."""
        return self._picture(photo)

    @action(detail=True, methods=["get"], url_path=f"{_ONE_PHOTO}/thumbnail", renderer_classes=[FileRenderer])
    @send_file(IMAGE, small=True)
    def thumbnail(self, request: Request, photo: str, **kwargs: Any) -> HttpResponseBase:
        """A photo made small, at most 480 pixels a side."""
        return self._picture(photo)

    def _picture(self, pk: str) -> Any:
        photo = self.object.photos.select_related("picture").filter(pk=parse_id(pk) or 0).first()
        return photo and photo.picture


RECEIPT = Shape(
    "Receipt",
    {
        **registered("receipts"),
        **fields_of(RECEIPTS, On.ROW),
    },
)
_RECEIVED = Shape("ReceivedAsset", {"id": shapes.number("pk"), "url": shapes.url("assets"), "tag": shapes.text("tag")})
_LISTED = Shape("ReceiptLine", {"device_type": device_type(), "quantity": shapes.number("quantity")})


class ReceiptLineInput(Input):
    device_type = Related(DeviceType)
    quantity = Whole(**limits(ReceiptLine, "quantity"))


ReceiptInput = input_of(
    register.receive,
    assets=serializers.ListField(child=Related(Asset), required=False, max_length=MOST_ROWS),
    lines=ReceiptLineInput(many=True, required=False, max_length=MOST_LINES),
)


class Receipts(Told, Resource):
    """Goods that came in: contract, supplier, plan line, what the paper lists and the devices registered."""

    path = "receipts"
    listing, row = RECEIPTS, RECEIPT
    creates, inputs = register.receive, {"create": ReceiptInput}
    full = RECEIPT.extend(
        "ReceiptDetail",
        lines=shapes.Many(_LISTED, lambda: ReceiptLine.objects.order_by("pk"), "receipt_id"),
        assets=shapes.Many(_RECEIVED, lambda: Asset.objects.order_by("pk"), "receipt_id"),
        actions=ACTIONS,
    )
    default_ordering = "-id"
