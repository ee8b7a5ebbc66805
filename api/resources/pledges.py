"""Pledges: words on record, their deadlines and what was delivered, as they stood on any day."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from rest_framework.decorators import action
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request

from api import shapes
from api.columns import fields_of, parameter
from api.fields import Code, Day, Flag, Input, Related, Text
from api.resource import FileRenderer, Resource, Told, base_address, send_file
from api.resources import known, pledge_papers
from api.resources.catalogue import device_type, family
from api.resources.org import unit
from api.resources.pledge_changes import (
    Closures,
    DeadlineRevisions,
    OfPledge,
    PassingsOn,
    PledgeLineInput,
)
from api.resources.pledge_papers import SaidInput
from api.resources.reference import ACTIONS
from api.shapes import Field, JsonRow, Many, Shape, registered
from core.amounts import longest
from core.columns import On
from core.files import IMAGE, PDF
from core.taking import MOST_ROWS
from org.models import Office, Person, Unit
from pledges import pledging
from pledges.counting import lines_with_delivered
from pledges.figure_rows import recorded_after_among
from pledges.lists import PLEDGES
from pledges.merging import together
from pledges.models import Closure, DeadlineRevision, PassingOn, Pledge, PledgeLine
from pledges.reading import judgement_of
from pledges.states import Basis, ClosureKind, Publication, Status, Strength
from pledges.status import day_of
from pledges.verbs import PERMITS, VERBS

# Verbs of a pledge that are sent to a list below it.
BELOW = ("ask-revision", "ask-line-change", "add-evidence", "add-witness")

_CLOSED = {
    "type": ["object", "null"],
    "description": "The approved request that closed the pledge, as known; of an excuse `reason` is the code.",
    "properties": {
        "id": shapes.INTEGER,
        "url": shapes.URI,
        "kind": {"type": "string", "enum": ClosureKind.values},
        "reason": shapes.STRING,
        "explanation": shapes.STRING,
        "effective_on": shapes.DATE,
        "document": shapes.nullable(shapes.URI),
        "asked_by": shapes.ACCOUNT,
        "decided_by": shapes.ACCOUNT,
        "merged_into": shapes.nullable(shapes.LINK),
    },
}


def _closures_of(rows: list[JsonRow]) -> dict[int, JsonRow]:
    """What closed the pledges among ``rows`` that are closed, by the id of the pledge."""
    base, ids = base_address(), [row["closure"] for row in rows if row["closure"]]
    related = ("asked_by__person", "decided_by__person", "merged_into", "document", "evidence__file")
    found = Closure.objects.filter(pk__in=ids).select_related(*related) if ids else ()
    return {each.pledge_id: _closure(base, each) for each in found}


def _kept(rows: list[JsonRow]) -> list[int]:
    return [row["id"] for row in rows if row["status"] in Status.KEPT]


def _closure(base: str, closed: Closure) -> JsonRow:
    into, by = closed.merged_into, {"asked_by": closed.asked_by, "decided_by": closed.decided_by}
    here = f"{base}pledges/{closed.pledge_id}/"
    return {
        "id": closed.pk,
        "url": f"{here}closures/{closed.pk}/",
        "kind": closed.kind,
        "reason": closed.excuse or closed.reason,
        "explanation": closed.reason if closed.excuse else "",
        "effective_on": closed.effective_on,
        "document": f"{here}closing-document/" if closed.paper else None,
        **{name: {"id": user.pk, "name": str(user)} for name, user in by.items() if user},
        "merged_into": None
        if into is None
        else {"id": into.pk, "url": f"{base}pledges/{into.pk}/", "number": into.number, "name": into.title},
    }


_NOTED = {
    "dated_after_days": "Of a promise without a date: days from its words to the day its first date was given.",
    "dangled_days": "The same where it was dangling by then, until it is kept.",
    "corrected_on": "Since when `first_due_on` is a corrected date; the one recorded stays in `original_due_on`.",
}
_COLUMNS = fields_of(PLEDGES, On.ROW)
_RECORDED_AFTER = {
    "type": "boolean",
    "description": "Kept, and put on record after its last device had been handed over, or submitted less than the "
    "notice before it was complete: it stands apart from the rates.",
}
ROW = Shape(
    "Pledge",
    {
        **registered("pledges"),
        **_COLUMNS,
        **{name: replace(_COLUMNS[name], schema=_COLUMNS[name].schema | {"description": told})
           for name, told in _NOTED.items()},
        "recorded_after": Field((), _RECORDED_AFTER, lambda _base: False),
        "closure": Field(("closure_id",), _CLOSED),
    },
)  # fmt: skip
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


def _lines(as_of: date | None, known_at: datetime | None) -> QuerySet:
    return lines_with_delivered(PledgeLine.objects.order_by("pk"), as_of, known_at)


def _full(
    as_of: date | None = None, known_at: datetime | None = None, under: Mapping[int, int] = pledge_papers.NONE_MERGED
) -> Shape:
    return ROW.extend(
        "PledgeDetail",
        **fields_of(PLEDGES, On.DETAIL),
        was_taken_back=Field((), shapes.BOOLEAN, lambda _base: False),
        lines=Many(LINE, _lines, "pledge_id", given=(as_of, known_at)),
        **pledge_papers.detail(known_at, under),
        actions=ACTIONS,
    )


class PledgeInput(Input):
    title = Text(max_length=longest(Pledge, "title"))
    quote = Text(max_length=longest(Pledge, "quote"))
    office = Related(Office)
    spoken_by = Related(Person, required=False, allow_null=True)
    occasion = Text(required=False, allow_blank=True, max_length=longest(Pledge, "occasion"))
    place = Text(required=False, allow_blank=True, max_length=longest(Pledge, "place"))
    made_on_from = Day()
    made_on_to = Day()
    basis = Code(choices=Basis.choices)
    strength = Code(choices=Strength.choices, required=False)
    deadline_text = Text(required=False, allow_blank=True, max_length=longest(Pledge, "deadline_text"))
    original_due_on = Day(required=False, allow_null=True)
    budget_ref = Text(required=False, allow_blank=True, max_length=longest(Pledge, "budget_ref"))
    campaign = Flag(required=False)
    responsible_unit = Related(Unit)
    lines = PledgeLineInput(many=True, required=False, max_length=MOST_ROWS)


class Pledges(known.AsKnown, Told, Resource):
    """What offices promised. ``as_of`` shows the register as it stood on a day, with today's knowledge; ``known_at``
    leaves out what was recorded after an instant, or after the end of a day."""

    path = "pledges"
    listing, row = PLEDGES, ROW
    full: ClassVar[Any] = _full()
    default_ordering = "-id"
    extra_parameters = {known.AS_OF.name: parameter(known.AS_OF), **known.PARAMETER}
    related = ("responsible_unit",)
    verbs = {name: verb for name, verb in VERBS.items() if name not in BELOW}
    creates, permits = pledging.draft, PERMITS
    asked = {Closure: Closures, PassingOn: PassingsOn, DeadlineRevision: DeadlineRevisions}
    inputs = {"create": PledgeInput, "change": PledgeInput} | dict.fromkeys(("respond", "object"), SaidInput)

    def visible(self) -> QuerySet:
        return super().visible().on_record(self.known_at)  # type: ignore[attr-defined]

    @cached_property
    def as_of(self) -> date:
        return known.read_as_of(self.request.query_params) or day_of(None, self.known_at)

    def annotated(self, queryset: QuerySet) -> QuerySet:
        return PLEDGES.derived(queryset, {"as_of": self.as_of, "known_at": self.known_at})

    def depends_on(self) -> Hashable:
        return self.as_of, self.known_at, super().depends_on()

    def shape_of_one(self, instance: Pledge) -> Shape:
        under = dict.fromkeys(together(instance, self.as_of, self.known_at), instance.pk)
        return _full(self.as_of, self.known_at, under)

    def finish(self, rows: list[JsonRow]) -> None:
        closures, late = _closures_of(rows), recorded_after_among(_kept(rows), self.as_of, self.known_at)
        for row in rows:
            row["closure"], row["recorded_after"] = closures.get(row["id"]), row["id"] in late
            if "was_taken_back" in row:
                pledge = Pledge(pk=row["id"], made_on_to=row["made_on_to"], original_due_on=row["original_due_on"])
                judgement = judgement_of(pledge, self.as_of, self.known_at)
                row["was_taken_back"] = judgement.was_taken_back
                row["canonical"] = pledge_papers.canonical_of(row, self.as_of, self.known_at, base_address())
                row["holders"] = pledge_papers.holders(row, self.request.user, self.as_of)

    def destroy(self, request: Request, **kwargs: Any) -> HttpResponse:
        """Delete one's own draft. What has been published can only be superseded."""
        if self.object.publication == Publication.PUBLISHED:
            self.headers["Allow"] = "GET, HEAD, PATCH"
            raise MethodNotAllowed("DELETE")
        return self.perform(self.destroy.act)  # type: ignore[attr-defined]

    @action(detail=True, methods=["get"], url_path="closing-document", renderer_classes=[FileRenderer])
    @send_file(PDF, IMAGE)
    def closing_document(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The paper on which the pledge was withdrawn, excused or merged, for download only."""
        return self.object.closing_document


OfPledge.parent = Pledges
