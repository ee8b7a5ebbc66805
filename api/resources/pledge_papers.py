"""The papers around a pledge: evidence, efforts, responses, objections, and witnesses for the few who may read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import shapes
from api.columns import fields_of
from api.fields import Input, Text
from api.resource import FileRenderer, Resource, Told, send_file
from api.resources.known import PARAMETER, AsKnown, recorded
from api.resources.reference import ACTIONS
from api.shapes import Field, JsonRow, Many, Shape
from core import acts
from core.amounts import longest
from core.columns import On
from core.errors import Missing
from core.files import IMAGE, PDF
from core.lists import Listing
from core.strict import parse_id
from org.models import Office, Tenure, Unit
from pledges import notice, papers
from pledges.holders import holders_of
from pledges.lists import EFFORTS, EVIDENCE, OBJECTIONS, RESPONSES, WITNESSES
from pledges.merging import canonical, together
from pledges.models import Effort, Evidence, Objection, Pledge, Response, Witness
from pledges.paper_rules import may_read_witnesses
from pledges.status import Known

NONE_MERGED: Mapping[int, int] = MappingProxyType({})
CANONICAL = {
    "description": "The pledge to which the number of a merged one leads; null for one that stands for itself.",
    **shapes.nullable(shapes.LINK),
}


def _shape(title: str, path: str, listing: Listing, **fields: Field) -> Shape:
    """The object called ``title``; ``path`` is its list below the pledge."""
    at = Field(("pledge_id", "pk"), shapes.URI, lambda base, pledge, pk: f"{base}pledges/{pledge}/{path}/{pk}/")
    common = {
        **shapes.registered(""),
        "url": at,
        **fields_of(listing, On.ROW),
        "recorded_by": shapes.account("recorded_by"),
    }
    return Shape(title, {**common, **fields})


def _file(column: str, path: str, name: str) -> dict[str, Field]:
    """The address of an attached file, and the SHA-256 of what is kept of it."""
    return {
        name: Field(
            ("pledge_id", "pk", f"{column}_id"),
            shapes.nullable(shapes.URI),
            lambda base, pledge, pk, file: f"{base}pledges/{pledge}/{path}/{pk}/file/" if file else None,
        ),
        "sha256": Field((f"{column}__sha256",), shapes.nullable(shapes.STRING)),
    }


_EVIDENCE = _shape(
    "Evidence",
    "evidence",
    EVIDENCE,
    **_file("file", "evidence", "file"),
)
_EFFORT = _shape(
    "Effort",
    "efforts",
    EFFORTS,
    **_file("document", "efforts", "document"),
)
_RESPONSE = _shape("PledgeResponse", "responses", RESPONSES)
_OBJECTION = _shape("PledgeObjection", "objections", OBJECTIONS)
_WITNESS = _shape(
    "Witness",
    "witnesses",
    WITNESSES,
    erased=Field(("salt",), shapes.BOOLEAN, lambda _base, salt: not salt),
)

HOLDER = {
    "type": "object",
    "description": "Who held the promising office. A person out of the caller's scope is null.",
    "properties": {
        "person": shapes.nullable(
            {"type": "object", "properties": {"id": shapes.INTEGER, "name": shapes.STRING}, "required": ["id", "name"]}
        ),
        "status": {"type": "string", "enum": Tenure.Status.values},
        "starts_on": shapes.DATE,
        "ends_on": shapes.nullable(shapes.DATE),
        "moments": {"type": "array", "items": {"type": "string", "enum": ["said", "due", "now"]}},
    },
}
PAPERS: dict[str, tuple[Shape, Any]] = {
    "evidence": (_EVIDENCE, Evidence),
    "efforts": (_EFFORT, Effort),
    "responses": (_RESPONSE, Response),
    "objections": (_OBJECTION, Objection),
}


def _recorded(model: Any, known_at: datetime | None) -> QuerySet:
    return recorded(model.objects.order_by("pk"), known_at)


def detail(known_at: Known = None, under: Mapping[int, int] = NONE_MERGED) -> dict[str, Field | Many]:
    """What the detail of a pledge shows besides its own columns; ``canonical`` and ``holders`` are filled in later.

    ``under``: the pledges merged into it, whose papers it shows too; each paper names the pledge it was added to.
    """

    def many(shape: Shape, model: Any) -> Many:
        return Many(shape, _recorded, "pledge_id", given=(model, known_at), under=under)

    return {
        **{name: many(shape, model) for name, (shape, model) in PAPERS.items()},
        "publishable_on": Field(
            ("publication", "submitted_at", "notice_days", "office__unit__code"),
            shapes.nullable(shapes.DATE),
            lambda _base, *waits: notice.publishable_on(_waiting(*waits)),
        ),
        "canonical": Field((), CANONICAL, lambda _base: None),
        "holders": Field((), {"type": "array", "items": HOLDER}, lambda _base: []),
    }


def _waiting(publication: str, submitted_at: datetime | None, notice_days: int | None, code: str) -> Pledge:
    """A pledge with no more than what its notice follows from."""
    office = Office(unit=Unit(code=code))
    return Pledge(publication=publication, submitted_at=submitted_at, notice_days=notice_days, office=office)


def canonical_of(row: JsonRow, as_of: date, known_at: Known, base: str) -> JsonRow | None:
    """Where the number of the merged pledge in ``row`` leads; None for one that stands for itself."""
    found = canonical(Pledge(pk=row["id"]), as_of, known_at) if row["closure"] else None
    if found is None:
        return None
    return {"id": found.pk, "url": f"{base}pledges/{found.pk}/", "number": found.number, "name": found.title}


def holders(row: JsonRow, user: Any, as_of: date) -> list[JsonRow]:
    """Who held the office of the pledge in ``row``; names only of tenures in the scope of ``user``."""
    pledge = Pledge(office_id=row["office"]["id"], made_on_from=row["made_on_from"], made_on_to=row["made_on_to"])
    held = holders_of(pledge, row["first_due_on"], as_of)
    seen = Tenure.objects.visible_to(user).filter(pk__in=[each.tenure.pk for each in held])
    named = set(seen.values_list("pk", flat=True)) if held else set()
    return [
        {
            "person": {"id": t.person_id, "name": t.person.name} if t.pk in named else None,
            "status": t.status, "starts_on": t.starts_on, "ends_on": t.ends_on, "moments": list(moments),
        }
        for t, moments in ((each.tenure, each.moments) for each in held)
    ]  # fmt: skip


class SaidInput(Input):
    """What is said, as ``text``; or as the ``reason`` that verbs take everywhere."""

    text = Text(required=False, max_length=longest(Response, "text"))
    reason = Text(required=False, max_length=longest(Response, "text"))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        text = attrs.get("text") or attrs.get("reason")
        if not text:
            required = self.fields["text"].error_messages["required"]
            raise serializers.ValidationError({"text": required}, "required")
        return {"text": text}


class Papers(AsKnown, Told, Resource):
    """Base: rows under a pledge or one merged into it, for who may read it; they can be added to and read."""

    extra_parameters = PARAMETER

    pledge: Pledge

    def visible(self) -> QuerySet:
        together_then = together(self.pledge, known_at=self.known_at)
        return recorded(self.source().filter(pledge__in=together_then), self.known_at)

    def find(self) -> None:
        seen = (
            Pledge.objects.visible_to(self.request.user)
            .on_record(self.known_at)
            .select_related("responsible_unit", "office__unit")
        )
        pk = parse_id(self.kwargs["pledge"])
        found = seen.filter(pk=pk).first() if pk else None
        if found is None:
            raise Missing("not_found", _("Tidak ditemukan."))
        self.pledge = found
        super().find()

    @property
    def subject(self) -> Any:
        return self.object or self.pledge


class PledgeEvidence(Papers):
    """What proves a pledge, its deadline, its delivery or the harm done. A file, or an address that is never opened."""

    path = r"pledges/(?P<pledge>[^/]+)/evidence"
    listing, row, full = EVIDENCE, _EVIDENCE, _EVIDENCE
    creates = papers.add_evidence

    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    @send_file(PDF, IMAGE)
    def file(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The file, for download only."""
        return self.object.file


class PledgeEfforts(Papers):
    """What the office did for the pledge: asked, budgeted, cut by whom."""

    path = r"pledges/(?P<pledge>[^/]+)/efforts"
    listing, row, full = EFFORTS, _EFFORT, _EFFORT

    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    @send_file(PDF, IMAGE)
    def file(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The paper of the effort, for download only."""
        return self.object.document


class PledgeResponses(Papers):
    """The office's answers."""

    path = r"pledges/(?P<pledge>[^/]+)/responses"
    listing, row, full = RESPONSES, _RESPONSE, _RESPONSE


class PledgeObjections(Papers):
    """The auditor's public objections."""

    path = r"pledges/(?P<pledge>[^/]+)/objections"
    listing, row, full = OBJECTIONS, _OBJECTION, _OBJECTION


class PledgeWitnesses(Papers):
    """Who heard it. Only for the recorder, the publisher and the auditor; out of scope for everybody else."""

    path = r"pledges/(?P<pledge>[^/]+)/witnesses"
    listing, row, full = WITNESSES, _WITNESS, _WITNESS.extend("WitnessDetail", actions=ACTIONS)
    related = ("pledge__responsible_unit",)
    verbs, creates = acts.on(Witness, papers), papers.add_witness

    def find(self) -> None:
        super().find()
        if not may_read_witnesses(self.request.user, self.pledge):
            raise Missing("not_found", _("Tidak ditemukan."))
