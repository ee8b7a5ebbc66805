"""Files to be read in: handed in here, shown with their faults, applied all or nothing by whoever handed them in."""

from __future__ import annotations

from typing import Any, cast

from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import shapes
from api.acts import Call, answers, runs
from api.fields import Code, Input, Reason, Related, Text
from api.problems import Invalid
from api.resource import FileRenderer, Resource
from api.resources.org import unit
from api.resources.reference import ACTIONS
from api.shapes import Field, Shape, registered
from core import files
from core.errors import Fault, Missing, NotAllowed
from core.importing import Action
from core.models import Job
from core.spool import spool
from core.strict import check_parameters
from core.transactions import fresh
from documents.exports import CONTENT_TYPES
from documents.intake import sessions
from documents.intake.forms import FORMS, TEMPLATED
from documents.intake.templates import template, template_name
from documents.lists import IMPORTS
from documents.models import ImportSession
from org.models import Unit, User

State = ImportSession.State
KINDS = [(form.kind, form.label) for form in FORMS.values()]
WAITING = (State.READING, State.APPLYING)
COUNTS = {"type": "object", "properties": dict.fromkeys(Action.values, shapes.INTEGER)}
FINDING = {
    "type": "object",
    "required": ["sheet", "row", "cell", "field", "code", "detail", "warning"],
    "properties": {
        "row": {**shapes.INTEGER, "description": "As the spreadsheet counts; 0: the file as a whole."},
        "sheet": {**shapes.STRING, "description": "Where several are read."},
        "cell": {**shapes.STRING, "description": "As the spreadsheet calls it: F12."},
        "field": shapes.STRING, "code": shapes.STRING, "detail": shapes.STRING, "warning": shapes.BOOLEAN,
    },
}  # fmt: skip
STEP = {
    "type": "object",
    "required": ["sheet", "row", "action", "label", "values", "changes"],
    "properties": {
        "sheet": shapes.STRING, "row": shapes.INTEGER, "label": shapes.STRING,
        "action": {"type": "string", "enum": Action.values},
        "values": {
            "type": "object", "description": "By field: as read.", "additionalProperties": shapes.STRING,
        },
        "changes": {
            "type": "object", "description": "By field: as it is, as it would be.",
            "additionalProperties": {"type": "array", "items": shapes.STRING, "minItems": 2, "maxItems": 2},
        },
    },
}  # fmt: skip


PASSED = {
    "type": "object",
    "required": ["sheet", "row", "reason", "code", "text"],
    "properties": {
        "sheet": shapes.STRING, "row": {**shapes.INTEGER, "description": "0: the sheet as a whole."},
        "reason": shapes.STRING, "code": shapes.STRING, "text": {**shapes.STRING, "description": "What it says."},
    },
}  # fmt: skip
COLUMN = {
    "type": "object",
    "required": ["sheet", "column", "title", "field", "key"],
    "properties": {
        "sheet": shapes.STRING, "column": shapes.STRING, "title": shapes.STRING,
        "field": {**shapes.STRING, "description": "What it was taken for; empty: it is not read."},
        "key": {**shapes.STRING, "description": "To answer with a field, or `-`: not to be read."},
    },
}  # fmt: skip
QUESTION = {
    "type": "object",
    "required": ["key", "text", "sheet", "row", "choices", "default", "answer"],
    "properties": {
        "key": shapes.STRING, "text": shapes.STRING, "sheet": shapes.STRING,
        "row": {**shapes.INTEGER, "description": "0: the file as a whole."},
        "choices": {
            "type": "array",
            "items": {"type": "object", "required": ["value", "label"],
                      "properties": {"value": shapes.STRING, "label": shapes.STRING}},
        },
        "default": {**shapes.STRING, "description": "What holds without an answer; empty: one is needed."},
        "answer": shapes.STRING,
    },
}  # fmt: skip


def _passed_over(_base: str, passed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"sheet": e["sheet"], "row": e["row"], "reason": e["detail"], "code": e["code"], "text": e["text"]}
        for e in passed
    ]


def _state(_base: str, state: str, job_state: str | None) -> str:
    """A session whose job has failed for good waits for nothing any more."""
    return State.FAILED.value if state in WAITING and job_state in (None, Job.State.FAILED) else state


def _progress(_base: str, state: str, progress: int | None) -> int:
    return (progress or 0) if state in WAITING else 100


ROW = Shape(
    "Import",
    {
        **registered("imports"),
        "kind": shapes.code("kind", KINDS),
        "state": Field(("state", "job__state"), {"type": "string", "enum": State.values}, _state),
        "progress": Field(("state", "job__progress"), {**shapes.INTEGER, "minimum": 0, "maximum": 100}, _progress),
        "filename": shapes.text("filename"),
        "sha256": shapes.text("sha256"),
        "rows": shapes.number_or_null("rows"),
        "counts": Field(("counts",), COUNTS),
        "faults": shapes.number("faults"),
        "warnings": shapes.number("warnings"),
        "passed_over_count": shapes.number("passed_count"),
        "error": shapes.text("error"),
        "unit": unit(),
        "job": shapes.link("job", "jobs"),
        "applied_at": shapes.instant("applied_at"),
        "expires_at": shapes.instant("expires_at"),
    },
)
FULL = ROW.extend(
    "ImportDetail",
    findings=Field(("findings",), {"type": "array", "items": FINDING}),
    passed_over=Field(("passed",), {"type": "array", "items": PASSED}, _passed_over),
    columns=Field(("columns",), {"type": "array", "items": COLUMN}),
    questions=Field(("questions",), {"type": "array", "items": QUESTION}),
    preview=Field(("preview",), {"type": "array", "items": STEP}),
    actions=ACTIONS,
)


class Answers(serializers.DictField):
    """By the keys of the questions and columns of a file what each means."""

    child = Text()


class ImportInput(Input):
    kind = Code(choices=KINDS)
    file = serializers.FileField()
    unit = Related(Unit, required=False, allow_null=True)
    answers = Answers(required=False)


class AnswersInput(Input):
    """Answers by the keys of the questions of the file, one or several."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        return {"answers": Answers().run_validation(data)}


_RECEIVE = Call(run=sessions.receive, who=lambda user, _none: _may_any(user), input=ImportInput, status=201)
_ANSWER = Call(run=sessions.answer, who=sessions.VERBS["answer"].who, input=AnswersInput)
_APPLY = Call(run=sessions.apply, who=sessions.VERBS["apply"].who, input=Reason)


class Imports(Resource):
    """The caller's own files. A file that is faulty keeps its session, which says what is wrong where."""

    path = "imports"
    row, full = ROW, FULL
    listing = IMPORTS
    default_ordering = "-id"
    related = ("owner", "unit", "job")
    permits = sessions.VERBS

    def visible(self) -> QuerySet:
        return ImportSession.objects.visible_to(self.request.user)

    def find(self) -> None:
        super().find()
        if self.object is not None and not sessions.readable(self.object, self.request.user):
            raise Missing("not_found", _("Tidak ditemukan."))

    def sees(self, pk: int) -> bool:
        found = self.visible().filter(pk=pk).first()
        return found is not None and sessions.readable(found, self.request.user)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        found = super().retrieve(request, **kwargs)
        sessions.note_read(self.object, request.user, "import_viewed")
        return found

    def perform(self, act: Call) -> HttpResponse:
        with spool() as rows:
            self.rows_read = rows
            if self.object is not None:
                sessions.prepare(self.object, rows)
            return super().perform(act)

    def validated(self, form: type[Input], data: Any, *, partial: bool = False) -> dict[str, Any]:
        """Opening and reading a file takes time, so it is done before the transaction."""
        fields = super().validated(form, data, partial=partial)
        if form is ImportInput:
            upload = fields.pop("file")
            actor = cast("User", self.request.user)
            return {"received": sessions.Received(upload, actor=actor, strict=True, **fields)}
        if form is AnswersInput:
            return {
                "received": sessions.Answered(self.object, fields["answers"], actor=cast("User", self.request.user))
            }
        return fields

    def carry_out(self, act: Call, fields: dict[str, Any]) -> ImportSession:
        if act in (_RECEIVE, _ANSWER):
            return fields["received"].keep()
        return sessions.apply_rows(self.object, self.rows_read, actor=cast("User", self.request.user), **fields)

    def answer(self, act: Call, done: ImportSession) -> Response:
        response = self.shown(fresh(done, *self.related), 202 if done.state in WAITING else act.status)
        response["Location"] = response.data["url"]
        return response

    @runs(_RECEIVE)
    def create(self, request: Request, **kwargs: Any) -> HttpResponse:
        """Hand in a file. While a column it needs is unknown it is refused with the keys of those that are not read;
        ``answers`` says by these keys what they mean, as ``answer/`` does later."""
        return self.perform(_RECEIVE)

    @action(detail=True, methods=["post"], url_path="answer", url_name="answer")
    @runs(_ANSWER)
    def take_answer(self, request: Request, **kwargs: Any) -> HttpResponse:
        """Answer questions of the file by their keys, or say what its columns mean; it is read again with that."""
        return self.perform(_ANSWER)

    @action(detail=True, methods=["post"])
    @runs(_APPLY)
    def apply(self, request: Request, **kwargs: Any) -> HttpResponse:
        """Write what the file says: all rows or none, once. A large file is applied by a job (202)."""
        return self.perform(_APPLY)

    @action(detail=True, methods=["get"], url_path="annotated", url_name="annotated", renderer_classes=[FileRenderer])
    @answers(None, files=(CONTENT_TYPES["xlsx"], CONTENT_TYPES["csv"], "application/octet-stream"))
    def with_faults(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """The same workbook with its faults coloured, commented and told in a column."""
        check_parameters(request.query_params, ())
        return files.file_response(*sessions.annotated_file(self.object, request.user))

    @action(detail=False, methods=["get"], renderer_classes=[FileRenderer])
    @answers(None, files=(CONTENT_TYPES["xlsx"],))
    def template(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """An empty workbook of a ``kind``, with lists to choose from."""
        check_parameters(request.query_params, ("kind",))
        form = TEMPLATED.get(request.query_params.get("kind", ""))
        if form is None:
            raise Invalid(Fault("kind", "invalid_choice", _("Kode ini tidak ada dalam daftar.")))
        return files.file_response(ContentFile(template(form)), template_name(form), CONTENT_TYPES["xlsx"])


def _may_any(user: Any) -> None:
    if not sessions.may_import_any(user):
        raise NotAllowed("role_missing", _("Tidak ada jenis berkas yang boleh Anda impor."))
