"""The lines of a plan. Each opens to its causes: requests, pledges, devices, receipts, a standard, earlier plans."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from api import shapes
from api.filters import EXACT, RANGE, RANGE_OR_NONE, RELATION, RELATION_OR_NONE, Filters, WithinFilter
from api.resource import Resource, paper
from api.resources.catalogue import device_type, family
from api.resources.org import unit
from api.resources.planning import Plans, line_url
from api.shapes import INTEGER, Field, Many, Row, Schema, Shape
from assets.states import FundSource
from documents.papers import analysis
from planning.models import Plan, PlanCause, PlanLine
from planning.pricing import Amount
from planning.states import COUNTED, CauseKind, Fulfilment, ProposalOrigin, WornReason

_ADDRESS: Schema = {"type": "string", "format": "uri"}
_COST = ("proposed", "approved", "fulfilment", "unit_price", "price_includes_ppn", "ppn_percent")
_AMOUNT: Schema = {
    "type": ["object", "null"],
    "description": "Whole rupiah of what is planned; null when the price or the rate of PPN is not on record.",
    "properties": {"base": INTEGER, "ppn": INTEGER, "total": INTEGER},
    "required": ["base", "ppn", "total"],
}


def _costing(values: tuple[Any, ...]) -> PlanLine:
    """A line with no more than what its cost follows from."""
    return PlanLine(**dict(zip(_COST, values, strict=True)))


def _amount(cost: Amount | None) -> Row | None:
    return {"base": cost.base, "ppn": cost.ppn, "total": cost.total} if cost else None


def _causes(shape: str, column: str, path: str, /, **parts: str) -> Many:
    """The causes of a line that speak of one kind of thing: its id and address, and what it is called."""
    row, *_rest = column.split("__")
    link = {
        "id": Field((f"{column}_id",), shapes.nullable(INTEGER)),
        "url": Field(
            (f"{column}_id",), shapes.nullable(_ADDRESS), lambda base, pk: f"{base}{path}/{pk}/" if pk else None
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
    "url": Field(("plan_line__plan_id", "plan_line_id"), shapes.nullable(_ADDRESS), line_url),
    "number": Field(
        ("plan_line__plan__number", "plan_line__position"),
        shapes.nullable(shapes.STRING),
        lambda _base, number, position: f"{number}/{position}",
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
_PLANNED = Field(
    _COST[:3],
    {**INTEGER, "description": "Devices in the budget."},
    lambda _base, *values: PlanLine(**dict(zip(_COST[:3], values, strict=True))).planned,
)
LINE = Shape(
    "PlanLine",
    {
        "id": shapes.number("pk"),
        "url": Field(("plan_id", "pk"), _ADDRESS, line_url),
        "number": Field(
            ("plan__number", "position"), shapes.STRING, lambda _base, number, position: f"{number}/{position}"
        ),
        "plan": shapes.link("plan", "plans", number="number"),
        "position": shapes.number("position"),
        "unit": unit(),
        "family": family(),
        "device_type": device_type(),
        "standard_quantity": shapes.number_or_null("standard"),
        "standard_basis": shapes.text("standard_basis"),
        **{
            name: shapes.number(name)
            for name in (
                "usable", "requested", "under_decision", "pledged", "replacement", "standard_gap", "budgeted", "stock",
                "incoming", "need", "score", "waiting_days", "proposed",
            )
        },
        "approved": shapes.number_or_null("approved"),
        "fulfilment": shapes.code("fulfilment", Fulfilment.choices),
        "review_reason": shapes.text("review_reason"),
        "planned": _PLANNED,
        "unit_price": shapes.number_or_null("unit_price"),
        "price_year": shapes.number_or_null("price_year"),
        "price_includes_ppn": shapes.flag("price_includes_ppn"),
        "ppn_percent": shapes.percent("ppn_percent"),
        "amount": Field(_COST, _AMOUNT, lambda _base, *values: _amount(_costing(values).amount())),
        "component_id": shapes.text("component_id"),
        "specification": shapes.text("specification"),
        "tkdn_percent": shapes.percent("tkdn_percent"),
        "account_code": shapes.text("account_code"),
        "fund_source": shapes.code("fund_source", FundSource.choices),
        "proposal_origin": shapes.code("proposal_origin", ProposalOrigin.choices),
        "budgeting_unit": unit("budgeting_unit"),
        "note": shapes.text("note"),
        "adjusted": Field(
            ("adjusted",),
            {"type": "array", "items": shapes.STRING, "description": "Fields that the planner set by hand."},
        ),
        **CAUSES,
    },
)  # fmt: skip


class LineFilters(Filters):
    within = WithinFilter(field_name="unit")

    class Meta:
        model = PlanLine
        fields = {"id": EXACT, "position": RANGE, "unit": RELATION, "unit__code": EXACT,
                  "device_type": RELATION_OR_NONE, "device_type__code": EXACT, "family": RELATION,
                  "family__code": EXACT, "need": RANGE, "proposed": RANGE, "approved": RANGE_OR_NONE,
                  "unit_price": RANGE_OR_NONE, "account_code": EXACT, "fulfilment": EXACT,
                  "proposal_origin": EXACT}  # fmt: skip


class PlanLines(Resource):
    """The needs of one plan, by unit and device type, with why each number stands where it stands."""

    path = r"plans/(?P<plan>[^/]+)/lines"
    row = full = LINE
    filters = LineFilters
    ordering = {
        "id": "pk", "position": "position", "need": "need", "score": "score", "waiting_days": "waiting_days",
        "unit__code": "unit__code",
    }  # fmt: skip
    default_ordering = "position"
    search = ("unit__code", "unit__name", "device_type__name", "family__name", "specification")

    plan: Plan | None = None

    def source(self) -> Any:
        return PlanLine.objects.all()

    def visible(self) -> QuerySet:
        return PlanLine.objects.filter(plan=self.plan)

    def find(self) -> None:
        parent = Plans(request=self.request, kwargs={"id": self.kwargs["plan"]})
        parent.find()
        self.plan = parent.object
        super().find()

    analysis = paper("analysis", analysis.render, "Analisis kebutuhan", personal=True)

    def finish(self, rows: list[Row]) -> None:
        """A cause outside the caller's scope keeps its number of devices and loses its name."""
        causes = PlanCause.objects.filter(line__in=[row["id"] for row in rows])
        hidden = set(causes.hidden_from(self.request.user).values_list("pk", flat=True))
        for cause in (each for row in rows for name in CAUSES for each in row[name]):
            if cause.pop("cause") in hidden:
                cause.update(dict.fromkeys({"id", "url", "number", "name", "tag"} & set(cause)))
