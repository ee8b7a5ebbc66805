"""What belongs to the caller: who am I; and what everybody asks: codes, journal, documentation."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request
from rest_framework.response import Response

from api import events, shapes
from api.acts import answers
from api.choices import all_choices
from api.resource import Base, base_address
from api.shapes import INTEGER, JsonRow, Shape
from core import journal
from core.strict import check_parameters
from org.models import Grant, User
from wording.lists import EVENTS


class Me(Base):
    """The caller: account, person, grants in force today."""

    @answers(
        {
            "type": "object",
            "properties": {
                "user": {"type": "object"},
                "person": {"type": ["object", "null"]},
                "grants": {"type": "array", "items": {"type": "object"}},
                "unread": INTEGER,
            },
            "required": ["user", "person", "grants", "unread"],
        }
    )
    def get(self, request: Request) -> Response:
        check_parameters(request.query_params, ())
        user = User.objects.select_related("person__unit").get(pk=request.user.pk)
        account = {"id": user.pk, "username": user.username, "email": user.email, "is_superuser": user.is_superuser}
        return Response(
            {
                "user": account,
                "person": _person(user),
                "grants": GRANT.rows(Grant.objects.filter(user=user).at(), base_address()),
                "unread": 0,
            }
        )


GRANT = Shape(
    "Grant",
    {
        "role": shapes.text("role"),
        "unit": shapes.link("unit", "units", code="code", name="name"),
        "starts_on": shapes.day("starts_on"),
        "ends_on": shapes.day("ends_on"),
        "acting_for": shapes.number_or_null("acting_for_id"),
    },
)


def _person(user: User) -> JsonRow | None:
    person = user.person
    if person is None:
        return None
    unit = {"id": person.unit_id, "url": f"{base_address()}units/{person.unit_id}/"}
    return {
        "id": person.pk,
        "url": f"{base_address()}people/{person.pk}/",
        "name": person.name,
        "unit": {**unit, "code": person.unit.code, "name": person.unit.name},
    }


class Choices(Base):
    """Every closed list of codes, with labels in Indonesian and English."""

    @answers({"type": "object", "additionalProperties": {"type": "array", "items": {"type": "object"}}})
    def get(self, request: Request) -> Response:
        check_parameters(request.query_params, ())
        return Response(all_choices())


class EventList(Base):
    """The journal of the units in reach, of what the caller may see, by ``seq``; the values told are those that the
    page of the subject would show."""

    @answers(events.EVENT, many=True, listing=EVENTS)
    def get(self, request: Request) -> Response:
        return Response(events.page(request, base_address()))


class EventHead(Base):
    """The anchor: number and hash of the journal's last entry, whoever may read it."""

    @answers(events.HEAD)
    def get(self, request: Request) -> Response:
        check_parameters(request.query_params, ())
        seq, last = journal.head()
        return Response({"seq": seq, "hash": last})


class OpenApi(Base):
    """This description."""

    @answers({"type": "object"})
    def get(self, request: Request) -> Response:
        check_parameters(request.query_params, ())
        return Response(_openapi(get_language()))


@lru_cache(maxsize=4)
def _openapi(language: str) -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


@require_safe
@login_required
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI from our own host, without inline scripts."""
    return render(request, "api/docs.html")
