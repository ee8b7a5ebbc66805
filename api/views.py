"""What belongs to the caller: login, tokens, who am I, jobs; and what everybody asks: codes, journal, documentation."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from api import events, shapes, tokens
from api.acts import answers
from api.choices import all_choices
from api.fields import Code, Input, Instant, Text
from api.models import Token
from api.resource import Base, Resource, base_address
from api.shapes import INTEGER, STRING, JsonRow, Schema, Shape
from core import journal
from core.amounts import longest
from core.lists import Filter, Listing
from core.models import Event
from core.strict import check_parameters
from org.models import Grant, User
from org.rules import reach
from org.unitless import audited_of_the_whole
from wording.lists import EVENTS


class Login(Input):
    username = Text(max_length=longest(User, "username"))
    password = serializers.CharField(max_length=1000, trim_whitespace=False)
    otp = Text(required=False, allow_blank=True, max_length=20)


class NewToken(Input):
    name = Text(max_length=longest(Token, "name"))
    scope = Code(choices=Token.Scope.choices, required=False)
    expires_at = Instant(required=False)


_ISSUED: Schema = {
    "type": "object",
    "properties": {
        "token": {**STRING, "description": "Shown this once."},
        "expires_at": shapes.INSTANT,
        "scope": {**STRING, "enum": Token.Scope.values},
    },
    "required": ["token", "expires_at", "scope"],
}


class Auth(Base):
    """Name and password against a token. Counted and locked like every other login."""

    authentication_classes = ()
    open_to_all = True
    http_method_names = ["post"]

    @answers(_ISSUED, input=Login)
    def post(self, request: Request) -> Response:
        check_parameters(request.query_params, ())
        given = self.validated(Login, self.body(Login))
        user = authenticate(request._request, username=given["username"], password=given["password"])
        if user is None:
            raise AuthenticationFailed(_("Nama pengguna atau kata sandi salah."))
        token, secret = tokens.issue(user, name=str(_("Masuk lewat API")))
        return Response({"token": secret, "expires_at": shapes.local(token.expires_at), "scope": token.scope})

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="gawai"'


TOKEN = Shape(
    "Token",
    {
        "id": shapes.number("pk"),
        "url": shapes.url("tokens"),
        "name": shapes.text("name"),
        "scope": shapes.code("scope", Token.Scope.choices),
        "created_at": shapes.instant("created_at"),
        "expires_at": shapes.instant("expires_at"),
        "last_used_at": shapes.instant("last_used_at"),
        "revoked_at": shapes.instant("revoked_at"),
    },
)


class TokenResource(Resource):
    """The caller's own tokens. A token is made for the caller alone, with no more than the caller may do."""

    path = "tokens"
    row = full = TOKEN
    listing = Listing(
        model=Token,
        filters=(Filter("scope"), Filter("revoked_at", ("isnull",))),
        ordering={"id": "pk", "created_at": "created_at"},
    )
    default_ordering = "-id"

    @answers({**_ISSUED, "properties": {**_ISSUED["properties"], "id": INTEGER}}, status=201, input=NewToken)
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new token: at most one year, shown once."""
        check_parameters(request.query_params, ())
        given = self.validated(NewToken, self.body(NewToken))
        token, secret = tokens.issue(request.user, **given)
        response = self.shown(token, status=201)
        response.data["token"] = secret
        return response

    @answers(None, status=204)
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Revoke the token; it stays listed."""
        check_parameters(request.query_params, ())
        tokens.revoke(self.object, actor=request.user)
        return Response(status=204)


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


def visible_events(user: Any) -> QuerySet:
    """The journal in scope: events of objects in the units that the user's grants reach."""
    units = reach(user).unit_ids()
    if units is None:
        return Event.objects.all()
    return Event.objects.filter(Q(unit_id__in=units) | audited_of_the_whole(user))


class EventList(Base):
    """The journal in scope, by ``seq``."""

    @answers(events.EVENT, many=True, listing=EVENTS)
    def get(self, request: Request) -> Response:
        return Response(events.page(request, visible_events(request.user), base_address()))


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
