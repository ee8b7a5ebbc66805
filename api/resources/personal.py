"""One's own data: what is held and who read it, and asking that it be corrected or erased."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from api import shapes
from api.acts import answers
from api.columns import fields_of
from api.resource import Base, FileRenderer, Resource, Told
from api.resources.reference import ACTIONS
from api.shapes import Field, Schema, Shape, registered
from core import acts
from core.columns import On
from core.errors import Missing
from core.files import file_response
from core.strict import check_parameters
from documents import subjectreport
from documents.exports import CONTENT_TYPES
from documents.filenames import file_name
from org.models import Person
from personal import asking, readings
from personal.lists import SUBJECT_REQUESTS
from personal.models import ANSWERED_WITHIN, SubjectRequest

_POINT: Schema = {"type": "string", "description": "A day, a time of the district, or an RFC 3339 instant."}
_SPAN = {"since": _POINT, "until": _POINT}
_ROWS: Schema = {"type": "array", "items": {"type": "object"}}
_REPORT: Schema = {
    "type": "object",
    "description": "Other people are masked: initials, role and unit.",
    "properties": dict.fromkeys(("person", "held", "processing", "readings"), _ROWS),
    "required": ["person", "held", "processing", "readings"],
}


class PersonalRequests(Told, Resource):
    """Requests to correct or erase one's own data (UU 27/2022), answered by the officer in charge within 3 x 24 hours:
    ``due_at``. One's own; for the officer all of them."""

    path, listing, default_ordering = "personal-requests", SUBJECT_REQUESTS, "-id"
    row = Shape(
        "PersonalRequest",
        {
            **registered("personal-requests"),
            **fields_of(SUBJECT_REQUESTS, On.ROW),
            "asked_by": shapes.account("asked_by"),
            "decided_by": shapes.account_or_null("decided_by"),
            "due_at": Field(("asked_at",), shapes.INSTANT, lambda _base, at: shapes.local(at + ANSWERED_WITHIN)),
        },
    )
    full = row.extend("PersonalRequestDetail", actions=ACTIONS)
    related = SubjectRequest.read_with
    verbs, creates = acts.on(SubjectRequest, asking), asking.ask


class MyData(Base):
    """All that is held about the caller, what was done with it, and who read or took it along from ``since`` to
    ``until`` (from the beginning, until now)."""

    extra_parameters = _SPAN

    @answers(_REPORT)
    def get(self, request: Request) -> Response:
        person, span = _own(request)
        found = subjectreport.as_json(person, *span)
        readings.note("person_reported", request.user, [person.pk])
        return Response(found)


class MyDataFile(Base):
    """The same as one Excel file."""

    extra_parameters = _SPAN
    renderer_classes = [FileRenderer]

    @answers(None, files=(CONTENT_TYPES["xlsx"],))
    def get(self, request: Request) -> HttpResponseBase:
        person, span = _own(request)
        path, _rows = subjectreport.write(person, *span, made_by=str(request.user))
        content = path.read_bytes()
        path.unlink()
        readings.note("person_reported", request.user, [person.pk])
        return file_response(ContentFile(content), file_name("data-pribadi", extension="xlsx"), CONTENT_TYPES["xlsx"])


def _own(request: Request) -> tuple[Person, Any]:
    check_parameters(request.query_params, _SPAN)
    span = subjectreport.span(*(request.query_params.get(name, "") for name in _SPAN))
    person = getattr(request.user, "person", None)
    if person is None:
        raise Missing("not_found", _("Tidak ditemukan."))
    return person, span
