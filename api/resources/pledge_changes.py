"""What changes about one pledge, asked by one and decided by another: its deadline, its lines."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet

from api import shapes
from api.fields import Code, Day, Input, Related, Text
from api.filters import EXACT, RANGE, RELATION, Filters
from api.resource import Resource, Told
from api.resources.catalogue import device_type, family
from api.resources.org import unit
from api.resources.pledges import PledgeLineInput, Pledges
from api.resources.reference import ACTIONS
from api.shapes import Field, Many, Shape
from core import acts
from core.models import Decision
from pledges import deadlines, line_changes
from pledges.models import DeadlineRevision, LineChange, Pledge, PledgeLine, ProposedLine
from pledges.states import LineChangeKind, RevisionKind


def _asked(path: str, kinds: Any, **more: Field | Many) -> dict[str, Any]:
    """The fields of everything asked and decided under a pledge."""
    return {
        "id": shapes.number("pk"),
        "url": Field(
            ("pledge_id", "pk"),
            {"type": "string", "format": "uri"},
            lambda base, pledge, pk: f"{base}pledges/{pledge}/{path}/{pk}/",
        ),
        "pledge": shapes.link("pledge", "pledges", number="number", name="title"),
        "kind": shapes.code("kind", kinds),
        **more,
        "reason": shapes.text("reason"),
        "asked_at": shapes.instant("asked_at"),
        "decision": shapes.code("decision", Decision.choices),
        "decision_reason": shapes.text("decision_reason"),
        "decided_at": shapes.instant("decided_at"),
        "effective_on": shapes.day("effective_on"),
        "created_at": shapes.instant("created_at"),
        "updated_at": shapes.instant("updated_at"),
        "version": shapes.number("version"),
    }


class OfPledge(Told, Resource):
    """What hangs on one pledge; who reads the pledge reads it."""

    model: ClassVar[Any]
    related = ("pledge__responsible_unit",)

    pledge: Pledge | None = None

    def source(self) -> Any:
        return self.model.objects.all()

    def visible(self) -> QuerySet:
        return self.model.objects.filter(pledge=self.pledge)

    def find(self) -> None:
        parent = Pledges(request=self.request, kwargs={"id": self.kwargs["pledge"]})
        parent.find()
        self.pledge = parent.object
        super().find()

    @property
    def subject(self) -> Any:
        return self.object or self.pledge


REVISION = Shape(
    "DeadlineRevision",
    _asked(
        "deadline-revisions",
        RevisionKind.choices,
        new_due_on=shapes.day("new_due_on"),
        condition_met_on=shapes.day("condition_met_on"),
    ),
)


class RevisionFilters(Filters):
    class Meta:
        model = DeadlineRevision
        fields = {"id": EXACT, "pledge": RELATION, "kind": EXACT, "decision": EXACT, "new_due_on": RANGE}


class DeadlineRevisions(OfPledge):
    """New dates for one pledge: asked by one, decided by another."""

    path = r"pledges/(?P<pledge>[^/]+)/deadline-revisions"
    model = DeadlineRevision
    row, full, filters = REVISION, REVISION.extend("DeadlineRevisionDetail", actions=ACTIONS), RevisionFilters
    ordering = {"id": "pk", "new_due_on": "new_due_on"}
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
        LineChangeKind.choices,
        lines=Many(PROPOSED, lambda: ProposedLine.objects.order_by("pk"), "change_id"),
    ),
)


def _lines(user: Any) -> QuerySet:
    return PledgeLine.objects.filter(pledge__in=Pledge.objects.visible_to(user).values("pk"))


class ChangedLineInput(PledgeLineInput):
    """``source`` for a move; ``family`` or ``device_type`` for a clarification."""

    source = Related(_lines, required=False, allow_null=True)


class LineChangeInput(Input):
    kind = Code(choices=LineChangeKind.choices)
    effective_on = Day(required=False, allow_null=True)
    reason = Text(max_length=2000)
    lines = ChangedLineInput(many=True, allow_empty=False, max_length=1000)


class LineChangeFilters(Filters):
    class Meta:
        model = LineChange
        fields = {"id": EXACT, "pledge": RELATION, "kind": EXACT, "decision": EXACT}


class LineChanges(OfPledge):
    """Lines that one pledge gains, since a quantity became clear or units changed: asked by one, decided by another."""

    path = r"pledges/(?P<pledge>[^/]+)/line-changes"
    model = LineChange
    row, full, filters = LINE_CHANGE, LINE_CHANGE.extend("LineChangeDetail", actions=ACTIONS), LineChangeFilters
    verbs, creates = acts.on(LineChange, line_changes), line_changes.ask
    inputs = {"ask-line-change": LineChangeInput}
