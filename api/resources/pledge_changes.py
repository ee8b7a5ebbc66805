"""What changes about one pledge, asked by one and decided by another: its deadline, its lines."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from api import shapes
from api.columns import fields_of
from api.fields import Code, Day, Input, Related, Text
from api.resource import Resource, Told, Under
from api.resources.catalogue import device_type, family
from api.resources.org import unit
from api.resources.pledges import PledgeLineInput, Pledges
from api.resources.reference import ACTIONS
from api.shapes import Field, Many, Shape
from core import acts
from core.amounts import longest
from core.columns import On
from core.lists import Listing
from core.taking import MOST_ROWS
from pledges import deadlines, line_changes
from pledges.lists import DEADLINE_REVISIONS, LINE_CHANGES
from pledges.models import DeadlineRevision, LineChange, Pledge, PledgeLine, ProposedLine
from pledges.states import LineChangeKind


def _asked(path: str, listing: Listing, **more: Field | Many) -> dict[str, Any]:
    """The fields of everything asked and decided under a pledge."""
    return {
        "id": shapes.number("pk"),
        "url": Field(
            ("pledge_id", "pk"),
            {"type": "string", "format": "uri"},
            lambda base, pledge, pk: f"{base}pledges/{pledge}/{path}/{pk}/",
        ),
        **fields_of(listing, On.ROW),
        **more,
        "created_at": shapes.instant("created_at"),
        "updated_at": shapes.instant("updated_at"),
        "version": shapes.number("version"),
    }


class OfPledge(Under, Told, Resource):
    """What is asked about one pledge."""

    parent, under = Pledges, "pledge"
    related = ("pledge__responsible_unit",)


REVISION = Shape("DeadlineRevision", _asked("deadline-revisions", DEADLINE_REVISIONS))


class DeadlineRevisions(OfPledge):
    """New dates for one pledge: asked by one, decided by another."""

    path = r"pledges/(?P<pledge>[^/]+)/deadline-revisions"
    listing, row, full = DEADLINE_REVISIONS, REVISION, REVISION.extend("DeadlineRevisionDetail", actions=ACTIONS)
    verbs, creates = acts.on(DeadlineRevision, deadlines), deadlines.ask


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


class ChangedLineInput(PledgeLineInput):
    """``source`` for a move; ``family`` or ``device_type`` for a clarification."""

    source = Related(_lines, required=False, allow_null=True)  # type: ignore[assignment]


class LineChangeInput(Input):
    kind = Code(choices=LineChangeKind.choices)
    effective_on = Day(required=False, allow_null=True)
    reason = Text(max_length=longest(LineChange, "reason"))
    lines = ChangedLineInput(many=True, allow_empty=False, max_length=MOST_ROWS)


class LineChanges(OfPledge):
    """Lines that one pledge gains, since a quantity became clear or units changed: asked by one, decided by another."""

    path = r"pledges/(?P<pledge>[^/]+)/line-changes"
    listing, row, full = LINE_CHANGES, LINE_CHANGE, LINE_CHANGE.extend("LineChangeDetail", actions=ACTIONS)
    verbs, creates = acts.on(LineChange, line_changes), line_changes.ask
    inputs = {"ask-line-change": LineChangeInput}
