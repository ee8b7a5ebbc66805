"""What could lighten one pledge, asked by one and decided by another: new dates, lines, closing, another unit."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.request import Request

from api import shapes
from api.columns import fields_of
from api.fields import Code, Day, Input, Paper, Related, Text, Whole
from api.resource import FileRenderer, Resource, Told, Under, send_file
from api.resources.catalogue import device_type, family
from api.resources.org import unit
from api.resources.reference import ACTIONS
from api.shapes import Field, JsonRow, Many, Shape
from assets.models import DeviceType, Family
from core import acts
from core.amounts import limits, longest
from core.columns import On
from core.files import IMAGE, PDF
from core.lists import Listing
from core.taking import MOST_ROWS
from org.models import Unit
from pledges import deadlines, deciding, line_changes
from pledges.falling import falls_of
from pledges.lists import CLOSURES, DEADLINE_REVISIONS, LINE_CHANGES, PASSINGS_ON
from pledges.models import (
    Closure,
    DeadlineRevision,
    Evidence,
    LineChange,
    PassingOn,
    Pledge,
    PledgeLine,
    ProposedLine,
)
from pledges.models.asked import AskedOfPledge
from pledges.reading import lapsed_among
from pledges.states import LineChangeKind

LAPSED = {
    **shapes.BOOLEAN,
    "description": "Asked and not decided when the pledge was complete or closed, be it only for a time.",
}


def _asked(path: str, listing: Listing, **more: Field | Many) -> dict[str, Any]:
    """The fields of everything asked and decided under a pledge."""
    return {
        "id": shapes.number("pk"),
        "url": Field(
            ("pledge_id", "pk"),
            shapes.URI,
            lambda base, pledge, pk: f"{base}pledges/{pledge}/{path}/{pk}/",
        ),
        **fields_of(listing, On.ROW),
        "asked_by": shapes.account_or_null("asked_by"),
        "decided_by": shapes.account_or_null("decided_by"),
        "document": Field(
            ("pledge_id", "pk", "document_id", "evidence__file_id"),
            shapes.nullable(shapes.URI),
            lambda base, pledge, pk, *files: f"{base}pledges/{pledge}/{path}/{pk}/document/" if any(files) else None,
        ),
        "evidence": Field(("evidence_id",), shapes.nullable(shapes.INTEGER)),
        "lapsed": Field((), LAPSED, lambda _base: False),
        **more,
        "created_at": shapes.instant("created_at"),
        "updated_at": shapes.instant("updated_at"),
        "version": shapes.number("version"),
    }


class OfPledge(Under, Told, Resource):
    """What is asked about one pledge."""

    under = "pledge"
    related = AskedOfPledge.read_with

    def finish(self, rows: list[JsonRow]) -> None:
        undecided = [row["id"] for row in rows if not row["decision"]]
        lapsed = lapsed_among(self.source().filter(pk__in=undecided)) if undecided else ()
        for row in rows:
            row["lapsed"] = row["id"] in lapsed

    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    @send_file(PDF, IMAGE)
    def document(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The paper on which it was asked, for download only."""
        return self.object.paper


REVISION = Shape(
    "DeadlineRevision",
    _asked("deadline-revisions", DEADLINE_REVISIONS, confirmed_by=shapes.account_or_null("confirmed_by")),
)


class DeadlineRevisions(OfPledge):
    """New dates for one pledge: asked by one, decided by another."""

    path = r"pledges/(?P<pledge>[^/]+)/deadline-revisions"
    listing, row, full = DEADLINE_REVISIONS, REVISION, REVISION.extend("DeadlineRevisionDetail", actions=ACTIONS)
    verbs, creates = acts.on(DeadlineRevision, deciding), deadlines.ask


PROPOSED = Shape(
    "ProposedLine",
    {
        "id": shapes.number("pk"),
        "source": Field(("source_id",), shapes.nullable(shapes.INTEGER)),
        "unit": unit(),
        "family": family(),
        "device_type": device_type(),
        "quantity": shapes.number("quantity"),
    },
)
LINE_CHANGE = Shape(
    "LineChange",
    _asked(
        "line-changes",
        LINE_CHANGES,
        lines=Many(PROPOSED, lambda: ProposedLine.objects.order_by("pk"), "change_id"),
    ),
)


def _lines(user: Any) -> QuerySet:
    return PledgeLine.objects.filter(pledge__in=Pledge.objects.visible_to(user).values("pk"))


class PledgeLineInput(Input):
    unit = Related(Unit)
    family = Related(Family, required=False, allow_null=True)
    device_type = Related(DeviceType, required=False, allow_null=True)
    quantity = Whole(**limits(PledgeLine, "quantity"))


class ChangedLineInput(PledgeLineInput):
    """``source`` for a move; ``family`` or ``device_type`` for a clarification."""

    source = Related(_lines, required=False, allow_null=True)  # type: ignore[assignment]


class LineChangeInput(Input):
    kind = Code(choices=LineChangeKind.choices)
    effective_on = Day(required=False, allow_null=True)
    reason = Text(max_length=longest(LineChange, "reason"))
    document = Paper(Evidence)
    lines = ChangedLineInput(many=True, allow_empty=False, max_length=MOST_ROWS)


class LineChanges(OfPledge):
    """Lines that one pledge gains, since a quantity became clear or units changed: asked by one, decided by another."""

    path = r"pledges/(?P<pledge>[^/]+)/line-changes"
    listing, row, full = LINE_CHANGES, LINE_CHANGE, LINE_CHANGE.extend("LineChangeDetail", actions=ACTIONS)
    verbs, creates = acts.on(LineChange, deciding), line_changes.ask
    inputs = {"ask-line-change": LineChangeInput}


FELL = {
    **shapes.nullable(shapes.DATE),
    "description": "Of an excuse that rested on the end of a unit: since when it no longer holds.",
}
CLOSURE = Shape("Closure", _asked("closures", CLOSURES, fell_on=Field((), FELL, lambda _base: None)))


class Closures(OfPledge):
    """Requests to close one pledge, made with ``withdraw``, ``excuse`` or ``merge``: decided by another."""

    path = r"pledges/(?P<pledge>[^/]+)/closures"
    listing, row, full = CLOSURES, CLOSURE, CLOSURE.extend("ClosureDetail", actions=ACTIONS)
    verbs = acts.on(Closure, deciding)

    def finish(self, rows: list[JsonRow]) -> None:
        super().finish(rows)
        excused = [row["id"] for row in rows if row["excuse"] and row["effective_on"]]
        falls = falls_of(self.source().filter(pk__in=excused)) if excused else ()
        fell = {fall.closure_id: fall.day for fall in reversed(list(falls))}
        for row in rows:
            row["fell_on"] = fell.get(row["id"])


PASSING_ON = Shape("PassingOn", _asked("pass-ons", PASSINGS_ON))


class PassingsOn(OfPledge):
    """Requests that another unit answer for one pledge, made with ``pass-on``: decided by another."""

    path = r"pledges/(?P<pledge>[^/]+)/pass-ons"
    listing, row, full = PASSINGS_ON, PASSING_ON, PASSING_ON.extend("PassingOnDetail", actions=ACTIONS)
    verbs = acts.on(PassingOn, deciding)
