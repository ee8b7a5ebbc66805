"""Budget plans: calculated, adjusted, reviewed by a second person, frozen; and what is read off them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import shapes
from api.acts import answers, input_of
from api.columns import fields_of
from api.fields import Code, Flag, Input, Related, Rupiah, Text, Whole
from api.problems import Invalid
from api.resource import Resource, Told, base_address
from api.resources.reference import ACTIONS
from api.shapes import INTEGER, Field, JsonRow, Schema, Shape, registered
from assets.states import FundSource
from core import acts
from core.amounts import limits, longest
from core.columns import On
from core.errors import Fault
from core.numbers import MAX_RUPIAH
from core.strict import check_parameters, parse_whole
from core.taking import MOST_ROWS
from org.models import Unit
from planning import plans, reading
from planning.lists import PLANS
from planning.models import Plan, PlanLine
from planning.reading import Figures
from planning.states import Fulfilment, ProposalOrigin

_COUNTS = ("need", "planned", "base", "ppn", "total", "without_price")
FIGURES = Field(
    (),
    {
        "type": "object",
        "description": "Sums over the lines: devices, whole rupiah, lines whose price or PPN is not on record.",
        "properties": dict.fromkeys(_COUNTS, INTEGER),
        "required": list(_COUNTS),
    },
    lambda _base: {},
)
ROW = Shape("Plan", {**registered("plans"), **fields_of(PLANS, On.ROW), "figures": FIGURES})


def line_url(base: str, plan: int, pk: int) -> str:
    return f"{base}plans/{plan}/lines/{pk}/"


class AdjustedInput(Input):
    id = Whole(min_value=1)
    proposed = Whole(required=False, **limits(PlanLine, "proposed"))
    unit_price = Rupiah(required=False, allow_null=True)
    price_includes_ppn = Flag(required=False)
    specification = Text(required=False, allow_blank=True, max_length=longest(PlanLine, "specification"))
    account_code = Text(required=False, allow_blank=True, max_length=longest(PlanLine, "account_code"))
    fund_source = Code(choices=FundSource.choices, required=False, allow_blank=True)
    budgeting_unit = Related(Unit, required=False)
    proposal_origin = Code(choices=ProposalOrigin.choices, required=False)
    note = Text(required=False, allow_blank=True, max_length=longest(PlanLine, "note"))


class AdjustInput(
    input_of(plans.adjust, lines=AdjustedInput(many=True, allow_empty=False, max_length=MOST_ROWS))  # type: ignore[misc]
):
    pass


class ReviewedInput(Input):
    id = Whole(min_value=1)
    approved = Whole(**limits(PlanLine, "approved"))
    fulfilment = Code(choices=Fulfilment.choices, required=False)
    reason = Text(required=False, allow_blank=True, max_length=longest(PlanLine, "review_reason"))


class ReviewInput(
    input_of(plans.review, lines=ReviewedInput(many=True, required=False, max_length=MOST_ROWS))  # type: ignore[misc]
):
    def validate_lines(self, lines: list[dict[str, Any]]) -> list[plans.Reviewed]:
        return [plans.Reviewed(**each) for each in lines]


def _table(**columns: Schema) -> Schema:
    row: Schema = {"type": "object", "properties": columns, "required": list(columns)}
    return {"type": "array", "items": row}


_PLACE: dict[str, Schema] = {
    "line": shapes.LINK,
    "unit": shapes.LINK,
    "family": shapes.LINK,
    "device_type": shapes.nullable(shapes.LINK),
}
_DIFFERENCE: Schema = {
    "type": "object",
    "properties": {
        "previous": {**shapes.nullable(shapes.LINK), "description": "Null while the year has no version before it."},
        "results": _table(
            **_PLACE,
            **dict.fromkeys(("before", "change"), shapes.nullable(INTEGER)),
            **dict.fromkeys(("now", "bought", "promised"), INTEGER),
        ),
    },
    "required": ["previous", "results"],
}
_FAIRNESS: Schema = {
    "type": "object",
    "properties": {
        "results": _table(
            unit=shapes.LINK,
            **dict.fromkeys(("asked", "approved", "received"), INTEGER),
            median_days={"type": ["number", "null"]},
        )
    },
    "required": ["results"],
}
_CEILING: Schema = {
    "type": "object",
    "properties": {
        "ceiling": INTEGER,
        "spent": INTEGER,
        "left": INTEGER,
        "results": _table(**_PLACE, **dict.fromkeys(("planned", "quantity", "cost", "left"), INTEGER)),
    },
    "required": ["ceiling", "spent", "left", "results"],
}


def _named(path: str, row: Any) -> JsonRow | None:
    return row and {"id": row.pk, "url": f"{base_address()}{path}/{row.pk}/", "code": row.code, "name": row.name}


def _place(line: PlanLine) -> JsonRow:
    return {
        "line": {"id": line.pk, "url": line_url(base_address(), line.plan_id, line.pk), "number": line.number},
        "unit": _named("units", line.unit),
        "family": _named("families", line.family),
        "device_type": _named("device-types", line.device_type),
    }


class Plans(Told, Resource):
    """The need of a fiscal year, frozen as a version that never changes again."""

    path = "plans"
    listing = PLANS
    row, full = ROW, ROW.extend("PlanDetail", actions=ACTIONS)
    default_ordering = "-id"
    related = ("unit", "within", "previous")
    verbs, creates = acts.on(Plan, plans), plans.create
    inputs = {"adjust": AdjustInput, "review": ReviewInput}

    def finish(self, rows: list[JsonRow]) -> None:
        found = reading.figures_of_each(row["id"] for row in rows)
        for row in rows:
            figures = found.get(row["id"], Figures())
            row["figures"] = {**{name: getattr(figures, name) for name in _COUNTS[:-1]},
                              "without_price": figures.unpriced}  # fmt: skip

    @action(detail=True, methods=["get"])
    @answers(_DIFFERENCE)
    def difference(self, request: Request, **kwargs: Any) -> Response:
        """Each line against the version before it in the same year, with what was bought and what was promised.

        The first plan of a later round adds to the rounds before it: ``now`` is what they hold together.
        """
        check_parameters(request.query_params, ())
        previous = self.object.previous
        number = previous and {
            "id": previous.pk, "url": f"{base_address()}plans/{previous.pk}/", "number": previous.number,
        }  # fmt: skip
        rows = [
            {**_place(each.line), "before": each.before, "now": each.now, "change": each.change,
             "bought": each.bought, "promised": each.promised}
            for each in reading.difference(self.object)
        ]  # fmt: skip
        return Response({"previous": number, "results": rows})

    @action(detail=True, methods=["get"])
    @answers(_FAIRNESS)
    def fairness(self, request: Request, **kwargs: Any) -> Response:
        """What each unit asked for, was granted and received, in devices, and the median days it waited."""
        check_parameters(request.query_params, ())
        rows = [
            {"unit": _named("units", each.unit), "asked": each.asked, "approved": each.approved,
             "received": each.received, "median_days": each.median_days}
            for each in reading.fairness(self.object)
        ]  # fmt: skip
        return Response({"results": rows})

    @action(detail=True, methods=["get"], url_path="under-ceiling")
    @answers(_CEILING)
    def under_ceiling(self, request: Request, **kwargs: Any) -> Response:
        """What fits under ``ceiling`` rupiah (the plan's own, when left out), the most urgent need first."""
        check_parameters(request.query_params, ("ceiling",))
        ceiling = self._ceiling(request.query_params.get("ceiling"))
        fits = list(reading.under_ceiling(self.object.lines.with_names(), ceiling))
        rows = [
            {**_place(each.line), "planned": each.line.planned, "quantity": each.quantity, "cost": each.cost,
             "left": each.left}
            for each in fits
        ]  # fmt: skip
        spent = sum(each.cost for each in fits)
        return Response({"ceiling": ceiling, "spent": spent, "left": ceiling - spent, "results": rows})

    def _ceiling(self, given: str | None) -> int:
        found = self.object.ceiling if given is None else parse_whole(given)
        if found is None and given is None:
            raise Invalid(Fault("ceiling", "required", _("Sebutkan pagu; rencana ini tidak mempunyainya.")))
        if found is None or not 0 <= found <= MAX_RUPIAH:
            raise Invalid(Fault("ceiling", "invalid", _("Pagu berupa rupiah bulat.")))
        return found
