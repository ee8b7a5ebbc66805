"""Exports: asked for here, made by a job, fetched by whoever asked and nobody else."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import get_language, gettext
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import shapes
from api.acts import Call, answers, runs
from api.fields import Code, Input
from api.resource import FileRenderer, Resource, base_address
from api.shapes import Field, Shape
from core import files, jobs, security
from core.models import Job
from core.strict import check_parameters
from documents import journalfile
from documents.exports import CONTENT_TYPES, check, chosen, served
from documents.lists import JOBS
from documents.reports.offered import REPORTS
from personal import readings

JOB = Shape(
    "Job",
    {
        "id": shapes.number("pk"),
        "url": shapes.url("jobs"),
        "kind": shapes.text("kind"),
        "state": shapes.code("state", Job.State.choices),
        "progress": Field(("progress",), {**shapes.INTEGER, "minimum": 0, "maximum": 100}),
        "file": Field(
            ("pk", "file"),
            shapes.nullable(shapes.URI),
            lambda base, pk, file: f"{base}jobs/{pk}/file/" if file else None,
        ),
        "filename": shapes.text("filename"),
        "rows": shapes.number_or_null("rows"),
        "sha256": shapes.text("sha256"),
        "error": shapes.text("error"),
        "created_at": shapes.instant("created_at"),
        "finished_at": shapes.instant("finished_at"),
    },
)


class Jobs(Resource):
    """The caller's own jobs."""

    path = "jobs"
    row = full = JOB
    listing = JOBS
    default_ordering = "-id"

    def visible(self) -> QuerySet:
        return Job.objects.filter(owner=self.request.user)

    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    @answers(None, files=tuple(CONTENT_TYPES.values()))
    def file(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """What the job made, while the caller may still read all that stands in it. Every download is noted."""
        check_parameters(request.query_params, ())
        made = self.object
        file = served(made, request.user)
        security.log("export_downloaded", user=request.user, job=made.pk, sha256=made.sha256, **readings.again(made))
        return files.file_response(*file)


class ExportInput(Input):
    kind = Code(choices=[(kind, kind) for kind in (*REPORTS, journalfile.KIND)])
    format = Code(choices=[("xlsx", "Excel"), ("csv", "CSV"), ("jsonl", "JSON Lines")], required=False)
    delimiter = Code(choices=[("comma", ","), ("semicolon", ";")], default="comma")
    filters = serializers.DictField(required=False, default=dict)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The journal leaves as JSON Lines and nothing else does."""
        whole = attrs["kind"] == journalfile.KIND
        chosen = attrs.setdefault("format", "jsonl" if whole else "xlsx")
        if whole != (chosen == "jsonl"):
            fault = serializers.ErrorDetail(gettext("Jenis ekspor ini tidak ada dalam format itu."), "invalid")
            raise serializers.ValidationError({"format": [fault]})
        return attrs


_EXPORT = Call(run=jobs.enqueue, who=lambda user, _none: None, input=ExportInput, status=202)


class Exports(Jobs):
    """Ask for a file of a list: the same rows as the list shows with the same filters."""

    path = "exports"

    def visible(self) -> QuerySet:
        return super().visible().filter(kind="export")

    @runs(_EXPORT)
    def create(self, request: Request, **kwargs: Any) -> HttpResponse:
        return self.perform(_EXPORT)

    def carry_out(self, act: Call, fields: dict[str, Any]) -> Job:
        user = self.request.user
        check(fields["kind"], fields["format"], chosen(fields["kind"], user, fields["filters"]))
        job = jobs.enqueue("export", user, {**fields, "language": get_language()})
        security.log("export_asked", user=user, job=job.pk, order=fields)
        return job

    def answer(self, act: Call, done: Job) -> Response:
        response = self.shown(done, status=202)
        response["Location"] = f"{base_address()}jobs/{done.pk}/"
        return response
