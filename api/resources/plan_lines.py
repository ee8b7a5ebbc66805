"""The lines of a plan. Each opens to its causes: requests, pledges, devices, receipts, a standard, earlier plans."""

from __future__ import annotations

from django.db.models import QuerySet

from api import shapes
from api.columns import fields_of
from api.resource import Resource, Under
from api.resources.planning import Plans, line_url
from api.shapes import INTEGER, Field, JsonRow, Many, Schema, Shape
from core.columns import On
from planning.amounts import Amount
from planning.lists import COSTING, PLAN_LINES, cost_of
from planning.models import PlanCause, PlanLine
from planning.models.plans import line_number
from planning.states import COUNTED, CauseKind, WornReason

_AMOUNT: Schema = {
    "type": ["object", "null"],
    "description": "Whole rupiah of what is planned; null when the price or the rate of PPN is not on record.",
    "properties": {"base": INTEGER, "ppn": INTEGER, "total": INTEGER},
    "required": ["base", "ppn", "total"],
}


def _amount(cost: Amount | None) -> JsonRow | None:
    return {"base": cost.base, "ppn": cost.ppn, "total": cost.total} if cost else None


def _causes(shape: str, column: str, path: str, /, **parts: str) -> Many:
    """The causes of a line that speak of one kind of thing: its id and address, and what it is called."""
    row, *_rest = column.split("__")
    link = {
        "id": Field((f"{column}_id",), shapes.nullable(INTEGER)),
        "url": Field(
            (f"{column}_id",), shapes.nullable(shapes.URI), lambda base, pk: f"{base}{path}/{pk}/" if pk else None
        ),
        **{part: Field((f"{column}__{of}",), shapes.nullable(shapes.STRING)) for part, of in parts.items()},
    }
    return _many(shape, row, link)


def _many(name: str, row: str, link: dict[str, Field]) -> Many:
    """The causes that hold a ``row``; each is read with its own id, by which ``finish`` knows it."""
    shown: dict[str, Field | Many] = {
        **link,
        "kind": shapes.code("kind", CauseKind.choices),
        "quantity": Field(("quantity",), {**INTEGER, "description": "Signed: supply is negative."}),
        "counted": Field(
            ("kind",),
            {**shapes.BOOLEAN, "description": "Whether it is part of the need, or only shown beside it."},
            lambda _base, kind: kind in COUNTED,
        ),
        "detail": shapes.code("detail", WornReason.choices),
    }
    shape = Shape(name, shown)
    return Many(
        shape.extend(f"{name}Read", cause=shapes.number("pk")),
        _holding,
        "line_id",
        shown_as=shape,
        given=(row,),
    )


def _holding(row: str) -> QuerySet:
    return PlanCause.objects.filter(**{f"{row}__isnull": False}).order_by("pk")


_BUDGETED = {
    "id": Field(("plan_line_id",), shapes.nullable(INTEGER)),
    "url": Field(("plan_line__plan_id", "plan_line_id"), shapes.nullable(shapes.URI), line_url),
    "number": Field(
        ("plan_line__plan__number", "plan_line__position"),
        shapes.nullable(shapes.STRING),
        lambda _base, *values: line_number(*values),
    ),
}
CAUSES: dict[str, Many] = {
    "requests": _causes("RequestCause", "request_line__request", "requests", number="number"),
    "pledges": _causes("PledgeCause", "pledge_line__pledge", "pledges", number="number", name="title"),
    "assets": _causes("AssetCause", "asset", "assets", tag="tag"),
    "receipts": _causes("ReceiptCause", "receipt", "receipts", number="contract_number"),
    "standard": _causes("StandardCause", "need_standard", "need-standards", name="legal_basis"),
    "plan_lines": _many("BudgetedCause", "plan_line", _BUDGETED),
}
_PLANNED_BY = ("proposed", "approved", "fulfilment")
LINE = Shape(
    "PlanLine",
    {
        "id": shapes.number("pk"),
        "url": Field(("plan_id", "pk"), shapes.URI, line_url),
        **fields_of(PLAN_LINES, On.ROW),
        "planned": Field(
            _PLANNED_BY,
            {**INTEGER, "description": "Devices in the budget."},
            lambda _base, *values: PlanLine(**dict(zip(_PLANNED_BY, values, strict=True))).planned,
        ),
        "amount": Field(COSTING, _AMOUNT, lambda _base, *values: _amount(cost_of(*values))),
        "adjusted": Field(
            ("adjusted",),
            {"type": "array", "items": shapes.STRING, "description": "Fields that the planner set by hand."},
        ),
        **CAUSES,
    },
)


class PlanLines(Under, Resource):
    """The needs of one plan, by unit and device type, with why each number stands where it stands."""

    path = r"plans/(?P<plan>[^/]+)/lines"
    parent, under = Plans, "plan"
    listing = PLAN_LINES
    row = full = LINE
    default_ordering = "position"

    def finish(self, rows: list[JsonRow]) -> None:
        """A cause outside the caller's scope keeps its number of devices and loses its name."""
        causes = PlanCause.objects.filter(line__in=[row["id"] for row in rows])
        hidden = set(causes.hidden_from(self.request.user).values_list("pk", flat=True))
        for cause in (each for row in rows for name in CAUSES for each in row[name]):
            if cause.pop("cause") in hidden:
                cause.update(dict.fromkeys({"id", "url", "number", "name", "tag"} & set(cause)))
